/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "scene.h"

void
gst_rec_scene_clear (GstRecScene * scene)
{
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    gst_clear_buffer (&scene->pictures[i]);
}

/* Memory that both hold cannot have been written to in between. */
static gboolean
is_same_picture (GstBuffer * a, GstBuffer * b)
{
  guint n;

  if (a == b)
    return TRUE;
  if (!a || !b)
    return FALSE;

  n = gst_buffer_n_memory (a);
  if (n != gst_buffer_n_memory (b))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (gst_buffer_peek_memory (a, i) != gst_buffer_peek_memory (b, i))
      return FALSE;

  return TRUE;
}

gboolean
gst_rec_scene_is_equal (const GstRecScene * a, const GstRecScene * b)
{
  if (a->background != b->background || a->border_color != b->border_color
      || !gst_rec_rect_is_equal (&a->placement.border, &b->placement.border)
      || !gst_video_info_is_equal (&a->out, &b->out))
    return FALSE;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (!gst_rec_rect_is_equal (&a->placement.rects[i],
            &b->placement.rects[i])
        || !is_same_picture (a->pictures[i], b->pictures[i])
        || (a->pictures[i]
            && !gst_video_info_is_equal (&a->infos[i], &b->infos[i])))
      return FALSE;

  return TRUE;
}

/* Draws all of @self into @out, with the caller's tools. */
gboolean
gst_rec_scene_draw (const GstRecScene * self, GstRecBackground * background,
    GstRecBackground * border, GstRecScaler * scalers, GstVideoFrame * out,
    GError ** error)
{
  const GstRecRect *rects = self->placement.rects;
  GstRecRect pieces[GST_REC_LAYOUT_MAX_PIECES];
  GstRecRect frame[GST_REC_LAYOUT_MAX_BORDER_PIECES];
  guint n_pieces = gst_rec_layout_uncovered (GST_VIDEO_INFO_WIDTH (&self->out),
      GST_VIDEO_INFO_HEIGHT (&self->out), rects, GST_REC_N_INPUTS, pieces);
  guint n_frame = gst_rec_layout_border (&self->placement, frame);

  if (n_pieces > 0 && !gst_rec_background_fill (background, self->background,
          out, pieces, n_pieces, error))
    return FALSE;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (self->pictures[i] && !gst_rec_scaler_draw (&scalers[i],
            &self->infos[i], self->pictures[i], out, &rects[i], error))
      return FALSE;

  /* It lies over the screen and its letterbox. */
  if (n_frame > 0 && !gst_rec_background_fill (border, self->border_color, out,
          frame, n_frame, error))
    return FALSE;

  return TRUE;
}
