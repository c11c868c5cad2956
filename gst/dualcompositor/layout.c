/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "layout.h"

/* Every edge inside the output is even, so that a rectangle holds whole chroma
 * samples in 4:2:0. Only an edge of an odd-sized output itself may be odd. */
#define EVEN_DOWN(v) ((v) & ~1)

/* Nearest even length, but @limit itself where less than a pixel is missing,
 * so that rounding opens no black line. */
static gint
fit_length (gdouble length, gint limit)
{
  if (length > limit - 1)
    return limit;

  return MIN (MAX (2 * (gint) (length / 2 + 0.5), 2), limit);
}

/* Width / height of a picture, counted in pixels of the output. */
static gdouble
aspect_in_output (const GstRecPictureSize * picture,
    const GstRecPictureSize * output)
{
  return ((gdouble) picture->width * picture->par_n * output->par_d) /
      ((gdouble) picture->height * picture->par_d * output->par_n);
}

/* The largest rectangle of the picture's shape in the middle of @area. */
static GstRecRect
fit (const GstRecRect * area, gdouble aspect)
{
  GstRecRect rect = { 0, };

  if (gst_rec_rect_is_empty (area))
    return rect;

  if (area->width > area->height * aspect) {
    rect.height = area->height;
    rect.width = fit_length (area->height * aspect, area->width);
  } else {
    rect.width = area->width;
    rect.height = fit_length (area->width / aspect, area->height);
  }
  rect.x = area->x + EVEN_DOWN ((area->width - rect.width) / 2);
  rect.y = area->y + EVEN_DOWN ((area->height - rect.height) / 2);

  return rect;
}

/* The inset fits a box whose sides look equally long, so that a portrait webcam
 * does not become a pillar over the screen. */
static GstRecRect
inset (const GstRecLayoutConfig * config, const GstRecPictureSize * output,
    gdouble aspect)
{
  gdouble side = output->width * config->pip_scale;
  gint available_width = MAX (output->width - 2 * config->margin, 2);
  gint available_height = MAX (output->height - 2 * config->margin, 2);
  GstRecRect box = { 0, }, rect;

  box.width = fit_length (side, EVEN_DOWN (available_width));
  box.height = fit_length (side * output->par_n / output->par_d,
      EVEN_DOWN (available_height));
  rect = fit (&box, aspect);

  rect.x = rect.y = config->margin;
  if (config->pip_corner == GST_REC_CORNER_TOP_RIGHT
      || config->pip_corner == GST_REC_CORNER_BOTTOM_RIGHT)
    rect.x = output->width - config->margin - rect.width;
  if (config->pip_corner == GST_REC_CORNER_BOTTOM_LEFT
      || config->pip_corner == GST_REC_CORNER_BOTTOM_RIGHT)
    rect.y = output->height - config->margin - rect.height;

  /* A margin wider than the output, or an output of one pixel, must not push
   * the inset out of it. */
  rect.x = EVEN_DOWN (CLAMP (rect.x, 0, MAX (output->width - rect.width, 0)));
  rect.y = EVEN_DOWN (CLAMP (rect.y, 0, MAX (output->height - rect.height, 0)));
  rect.width = MIN (rect.width, output->width - rect.x);
  rect.height = MIN (rect.height, output->height - rect.y);

  return rect;
}

/* Where each input goes. An input that has no picture leaves its room to the
 * other one, except where the layout names one input only: who asked for the
 * screen alone does not want the webcam, and the other way round. */
void
gst_rec_layout_place (const GstRecLayoutConfig * config,
    const GstRecPictureSize * output, const GstRecPictureSize * inputs,
    GstRecRect * rects)
{
  GstRecRect areas[GST_REC_N_INPUTS] = { {0,}, };
  const GstRecRect all = { 0, 0, output->width, output->height };
  gboolean screen = inputs[GST_REC_INPUT_SCREEN].width > 0;
  gboolean webcam = inputs[GST_REC_INPUT_WEBCAM].width > 0;
  gboolean is_pip = FALSE;

  if (config->layout == GST_REC_LAYOUT_SCREEN_ONLY)
    webcam = FALSE;
  else if (config->layout == GST_REC_LAYOUT_WEBCAM_ONLY)
    screen = FALSE;

  if (screen && webcam && config->layout == GST_REC_LAYOUT_PIP) {
    areas[GST_REC_INPUT_SCREEN] = all;
    is_pip = TRUE;
  } else if (screen && webcam) {
    gint half = EVEN_DOWN (output->width / 2);

    areas[GST_REC_INPUT_SCREEN] = all;
    areas[GST_REC_INPUT_SCREEN].width = half;
    areas[GST_REC_INPUT_WEBCAM] = all;
    areas[GST_REC_INPUT_WEBCAM].x = half;
    areas[GST_REC_INPUT_WEBCAM].width = output->width - half;
  } else if (screen) {
    areas[GST_REC_INPUT_SCREEN] = all;
  } else if (webcam) {
    areas[GST_REC_INPUT_WEBCAM] = all;
  }

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    rects[i] = (GstRecRect) { 0, };
    if (!gst_rec_rect_is_empty (&areas[i]))
      rects[i] = fit (&areas[i], aspect_in_output (&inputs[i], output));
  }
  if (is_pip)
    rects[GST_REC_INPUT_WEBCAM] = inset (config, output,
        aspect_in_output (&inputs[GST_REC_INPUT_WEBCAM], output));
}

static gboolean
append_piece (GstRecRect * pieces, guint n, gint left, gint top, gint right,
    gint bottom)
{
  if (left >= right || top >= bottom)
    return FALSE;
  pieces[n] = (GstRecRect) { left, top, right - left, bottom - top };

  return TRUE;
}

/* What is left of @piece around @hole: at most four pieces. */
static guint
subtract (const GstRecRect * piece, const GstRecRect * hole,
    GstRecRect * pieces)
{
  gint right = piece->x + piece->width, bottom = piece->y + piece->height;
  gint hole_left = CLAMP (hole->x, piece->x, right);
  gint hole_right = CLAMP (hole->x + hole->width, hole_left, right);
  gint hole_top = CLAMP (hole->y, piece->y, bottom);
  gint hole_bottom = CLAMP (hole->y + hole->height, hole_top, bottom);
  guint n = 0;

  if (hole_left == hole_right || hole_top == hole_bottom) {
    pieces[0] = *piece;
    return 1;
  }

  n += append_piece (pieces, n, piece->x, piece->y, right, hole_top);
  n += append_piece (pieces, n, piece->x, hole_top, hole_left, hole_bottom);
  n += append_piece (pieces, n, hole_right, hole_top, right, hole_bottom);
  n += append_piece (pieces, n, piece->x, hole_bottom, right, bottom);

  return n;
}

/* The part of the output that no rectangle covers, in @pieces, which has room
 * for GST_REC_LAYOUT_MAX_PIECES. Returns how many there are. */
guint
gst_rec_layout_uncovered (gint width, gint height, const GstRecRect * rects,
    guint n_rects, GstRecRect * pieces)
{
  guint n_pieces = 1;

  g_return_val_if_fail (n_rects <= GST_REC_N_INPUTS, 0);

  pieces[0] = (GstRecRect) { 0, 0, width, height };

  for (guint i = 0; i < n_rects; i++) {
    GstRecRect rest[GST_REC_LAYOUT_MAX_PIECES];
    guint n_rest = 0;

    if (gst_rec_rect_is_empty (&rects[i]))
      continue;
    for (guint j = 0; j < n_pieces; j++)
      n_rest += subtract (&pieces[j], &rects[i], rest + n_rest);
    for (guint j = 0; j < n_rest; j++)
      pieces[j] = rest[j];
    n_pieces = n_rest;
  }

  return n_pieces;
}
