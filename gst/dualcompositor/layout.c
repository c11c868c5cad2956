/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "layout.h"

#include <math.h>

/* Every edge inside the output is even, so that a rectangle holds whole chroma
 * samples in 4:2:0. Only an edge of an odd-sized output itself may be odd. */
#define EVEN_DOWN(v) ((v) & ~1)
#define EVEN_UP(v) (((v) + 1) & ~1)

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

/* A box whose sides look equally long, so that a portrait webcam does not
 * become a pillar over the screen, or what there is room for. */
static GstRecRect
inset_box (const GstRecLayoutConfig * config,
    const GstRecPictureSize * output, const GstRecRect * area, gint border)
{
  gdouble side = output->width * config->pip_scale;
  gint around = 2 * (config->margin + border);
  GstRecRect box = { 0, };

  box.width = fit_length (side, EVEN_DOWN (MAX (area->width - around, 2)));
  box.height = fit_length (side * output->par_n / output->par_d,
      EVEN_DOWN (MAX (area->height - around, 2)));

  return box;
}

/* Where something of @length begins, @margin away from one end of @room. A
 * margin wider than the room must not push it out. */
static gint
align (gint room, gint length, gint margin, gboolean at_end)
{
  gint start = at_end ? room - margin - length : margin;

  return EVEN_DOWN (CLAMP (start, 0, MAX (room - length, 0)));
}

/* The webcam in a corner of @area, in its border. */
static void
place_inset (const GstRecLayoutConfig * config,
    const GstRecPictureSize * output, const GstRecRect * area, gdouble aspect,
    GstRecPlacement * placement)
{
  gint least = MIN (area->width, area->height);
  gint border = MIN (EVEN_UP (config->pip_border),
      EVEN_DOWN (MAX (least - 2, 0) / 2));
  GstRecRect box = inset_box (config, output, area, border);
  GstRecRect rect = fit (&box, aspect);
  GstRecRect outer = { 0, };
  gboolean right = config->pip_corner == GST_REC_CORNER_TOP_RIGHT
      || config->pip_corner == GST_REC_CORNER_BOTTOM_RIGHT;
  gboolean bottom = config->pip_corner == GST_REC_CORNER_BOTTOM_LEFT
      || config->pip_corner == GST_REC_CORNER_BOTTOM_RIGHT;

  outer.width = rect.width + 2 * border;
  outer.height = rect.height + 2 * border;
  outer.x = area->x + align (area->width, outer.width, config->margin, right);
  outer.y = area->y + align (area->height, outer.height, config->margin,
      bottom);

  /* An area of one pixel */
  outer = gst_rec_rect_intersect (&outer, area);
  rect.x = outer.x + border;
  rect.y = outer.y + border;
  rect.width = outer.width - 2 * border;
  rect.height = outer.height - 2 * border;

  placement->rects[GST_REC_INPUT_WEBCAM] = rect;
  if (border > 0)
    placement->border = outer;
}

/* Screen left, webcam right: half of the width each. */
static void
split_width (const GstRecRect * area, GstRecRect * screen, GstRecRect * webcam)
{
  *screen = *webcam = *area;
  screen->width = webcam->x = EVEN_DOWN (area->width / 2);
  webcam->width = area->width - screen->width;
}

/* The lines that a picture as wide as @area takes, if there are that many. */
static gint
needed_height (const GstRecRect * area, gdouble aspect)
{
  return EVEN_UP ((gint) ceil (MIN (area->width / aspect, area->height)));
}

/* Screen above, webcam below: half of the height each, and what one does not
 * need of its half is the other's. */
static void
split_height (const GstRecRect * area, gdouble screen_aspect,
    gdouble webcam_aspect, GstRecRect * screen, GstRecRect * webcam)
{
  gint need_screen = needed_height (area, screen_aspect);
  gint need_webcam = needed_height (area, webcam_aspect);
  gint height = area->height / 2;

  if (need_screen + need_webcam <= area->height)
    height = (area->height + need_screen - need_webcam) / 2;
  else if (need_screen < height)
    height = need_screen;
  else if (need_webcam < height)
    height = area->height - need_webcam;

  *screen = *webcam = *area;
  screen->height = webcam->y = EVEN_DOWN (height);
  webcam->height = area->height - screen->height;
}

/* Along the bottom, as wide as the picture. It takes its room from @area. */
static GstRecRect
place_waveform (const GstRecLayoutConfig * config, GstRecRect * area)
{
  GstRecRect strip = *area;
  gint height = fit_length (area->height * config->waveform_height,
      EVEN_DOWN (area->height));

  /* Not instead of everything else */
  if (area->height < 4)
    return (GstRecRect) { 0, };

  strip.y = EVEN_DOWN (area->height - height);
  strip.height = area->height - strip.y;
  area->height = strip.y;

  return strip;
}

/* Where each input goes. Of screen and webcam, one that has no picture leaves
 * its room to the other one, except where the layout names one input only: who
 * asked for the screen alone does not want the webcam, and the other way
 * round. */
void
gst_rec_layout_place (const GstRecLayoutConfig * config,
    const GstRecPictureSize * output, const GstRecPictureSize * inputs,
    GstRecPlacement * placement)
{
  GstRecRect area = { 0, 0, output->width, output->height };
  GstRecRect *rects = placement->rects;
  GstRecRect *screen = &rects[GST_REC_INPUT_SCREEN];
  GstRecRect *webcam = &rects[GST_REC_INPUT_WEBCAM];
  gboolean has_screen = inputs[GST_REC_INPUT_SCREEN].width > 0
      && config->layout != GST_REC_LAYOUT_WEBCAM_ONLY;
  gboolean has_webcam = inputs[GST_REC_INPUT_WEBCAM].width > 0
      && config->layout != GST_REC_LAYOUT_SCREEN_ONLY;
  gdouble screen_aspect = 1.0, webcam_aspect = 1.0;

  *placement = (GstRecPlacement) { 0, };
  if (inputs[GST_REC_INPUT_WAVEFORM].width > 0)
    rects[GST_REC_INPUT_WAVEFORM] = place_waveform (config, &area);

  if (has_screen) {
    screen_aspect = aspect_in_output (&inputs[GST_REC_INPUT_SCREEN], output);
    *screen = area;
  }
  if (has_webcam) {
    webcam_aspect = aspect_in_output (&inputs[GST_REC_INPUT_WEBCAM], output);
    *webcam = area;
  }

  if (has_screen && has_webcam && config->layout == GST_REC_LAYOUT_PIP) {
    place_inset (config, output, &area, webcam_aspect, placement);
    *screen = fit (screen, screen_aspect);
    return;
  }
  if (has_screen && has_webcam && config->layout == GST_REC_LAYOUT_STACKED)
    split_height (&area, screen_aspect, webcam_aspect, screen, webcam);
  else if (has_screen && has_webcam)
    split_width (&area, screen, webcam);

  *screen = fit (screen, screen_aspect);
  *webcam = fit (webcam, webcam_aspect);
}
