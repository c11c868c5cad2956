/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

typedef enum
{
  GST_REC_COVER_FILL,
  GST_REC_COVER_PIXELATE,
  GST_REC_COVER_BLUR
} GstRecCoverMethod;

/* Formats of 8 bits a component, each at an address of its own. */
#define GST_REC_COVER_FORMATS "{ I420, YV12, NV12, NV21, Y42B, Y444, YUY2, " \
    "UYVY, YVYU, GRAY8, AYUV, BGRx, RGBx, xRGB, xBGR, BGRA, RGBA, ARGB, " \
    "ABGR, RGB, BGR }"

void gst_rec_cover_get_alignment (const GstVideoInfo * info, gint * x,
    gint * y);
void gst_rec_cover (GstVideoFrame * frame, const GstVideoRectangle * rects,
    guint n, GstRecCoverMethod method, guint32 argb);

G_END_DECLS
