/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* From one range of YUV (0 to 255, or 16 to 235) to the other, with the matrix
 * as it is. All of it zero: there is nothing to do. */
typedef struct
{
  gboolean is_needed;
  guint8 luma[256], chroma[256];
} GstRecRange;

void gst_rec_range_set_up (GstRecRange * self, const GstVideoInfo * in,
    const GstVideoInfo * out);
void gst_rec_range_convert (const GstRecRange * self, GstVideoFrame * frame);

G_END_DECLS
