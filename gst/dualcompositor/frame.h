/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

#include "rect.h"

G_BEGIN_DECLS

gboolean gst_rec_frame_map (GstVideoFrame * frame, const GstVideoInfo * info,
    GstBuffer * buffer, GstMapFlags flags, GError ** error);
gboolean gst_rec_frame_new (GstVideoFrame * frame, const GstVideoInfo * info,
    GError ** error);
void gst_rec_frame_clear (GstVideoFrame * frame);

GstVideoFrame gst_rec_frame_part (const GstVideoFrame * frame,
    const GstRecRect * rect);
void gst_rec_frame_copy (GstVideoFrame * to, const GstVideoFrame * from,
    const GstRecRect * rect);

/* The samples of a plane inside a rectangle. */
typedef struct
{
  gsize begin, end;             /* bytes of a line */
  gint top, bottom;             /* lines */
} GstRecSpan;

GstRecSpan gst_rec_frame_span (const GstVideoFrame * frame, guint plane,
    const GstRecRect * rect);

G_END_DECLS
