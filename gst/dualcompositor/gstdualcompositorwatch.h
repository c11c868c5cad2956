/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "scene.h"
#include "stall.h"
#include "video/picturewatch.h"

G_BEGIN_DECLS

/* Looks after one input's picture, and says where it is black or frozen. All of
 * it zero is valid. Streaming thread of the source pad, and when stopped. */
typedef struct
{
  GstRecPictureWatch *pictures; /* NULL: nothing is shown */
  GstClockTime last;            /* when an output was made */
  gboolean is_pending;          /* the picture has not been looked at */
  GstRecStall stall;
  GstRecStallNews news;
  gboolean has_news;
} GstRecDualCompositorWatch;

void gst_rec_dual_compositor_watch_look (GstRecDualCompositorWatch * self,
    const GstVideoInfo * info, GstBuffer * picture, gboolean has_changed,
    GstClockTime timeout, GstClockTime now);
void gst_rec_dual_compositor_watch_tell (GstRecDualCompositorWatch * self,
    GstElement * element, const gchar * role);
void gst_rec_dual_compositor_watch_clear (GstRecDualCompositorWatch * self);

G_END_DECLS
