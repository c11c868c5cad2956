/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "canvas.h"
#include "layout.h"

G_BEGIN_DECLS

/* All that decides what the picture looks like. */
typedef struct
{
  GstVideoInfo out;
  guint background, border_color;       /* ARGB */
  GstRecPlacement placement;
  GstBuffer *pictures[GST_REC_N_INPUTS];
  GstVideoInfo infos[GST_REC_N_INPUTS];
} GstRecScene;

void gst_rec_scene_clear (GstRecScene * self);
gboolean gst_rec_scene_is_equal (const GstRecScene * a, const GstRecScene * b);
gboolean gst_rec_scene_draw (const GstRecScene * self,
    GstRecBackground * background, GstRecBackground * border,
    GstRecScaler * scalers, GstVideoFrame * out, GError ** error);

G_END_DECLS
