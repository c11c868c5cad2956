/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

#include "layout.h"

G_BEGIN_DECLS

/* Draws one input into a rectangle of a frame: scaled and converted in one
 * step. What it has set up stays until the input, the output or the size of the
 * rectangle change. */
typedef struct
{
  GstVideoConverter *convert;
  GstVideoInfo in, out;
} GstRecScaler;

gboolean gst_rec_scaler_draw (GstRecScaler * self, const GstVideoInfo * info,
    GstBuffer * picture, GstVideoFrame * out, const GstRecRect * rect,
    GError ** error);
void gst_rec_scaler_clear (GstRecScaler * self);

/* Fills rectangles of a frame with one colour. */
typedef struct
{
  GstVideoFrame strip;          /* the first lines of a frame of the colour */
  GstVideoInfo out;
  guint32 argb;
} GstRecBackground;

gboolean gst_rec_background_fill (GstRecBackground * self, guint32 argb,
    GstVideoFrame * out, const GstRecRect * rects, guint n_rects,
    GError ** error);
void gst_rec_background_clear (GstRecBackground * self);

G_END_DECLS
