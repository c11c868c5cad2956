/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Turns and mirrors pictures. What it has set up stays until the input
 * changes. All of it zero is valid. */
typedef struct
{
  GstVideoConverter *convert;   /* where samples cannot be moved as they are */
  GstVideoInfo in, movable;
} GstRecRotator;

gboolean gst_rec_rotate_swaps_sides (GstVideoOrientationMethod method);

GstBuffer *gst_rec_rotator_turn (GstRecRotator * self,
    GstVideoOrientationMethod method, const GstVideoInfo * info,
    GstBuffer * picture, GstVideoInfo * turned, GError ** error);
void gst_rec_rotator_clear (GstRecRotator * self);

G_END_DECLS
