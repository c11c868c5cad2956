/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "frame.h"

G_BEGIN_DECLS

/* Fills rectangles of a frame with one colour. All of it zero is valid. */
typedef struct
{
  GstVideoFrame strip;          /* the first lines of a frame of the colour */
  GstVideoInfo out;
  guint32 argb;
} GstRecBackground;

gboolean gst_rec_background_set (GstRecBackground * self, guint32 argb,
    const GstVideoInfo * out, GError ** error);
void gst_rec_background_fill (const GstRecBackground * self,
    GstVideoFrame * out, const GstRecRect * rect);
void gst_rec_background_clear (GstRecBackground * self);

G_END_DECLS
