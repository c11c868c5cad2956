/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

typedef struct _GstRecPictureWatch GstRecPictureWatch;

GstRecPictureWatch *gst_rec_picture_watch_new (void);
void gst_rec_picture_watch_free (GstRecPictureWatch * self);

gboolean gst_rec_picture_watch_is_due (const GstRecPictureWatch * self,
    GstClockTime now);
void gst_rec_picture_watch_look (GstRecPictureWatch * self,
    const GstVideoFrame * frame, GstClockTime now);

GstClockTime gst_rec_picture_watch_get_black_since (const GstRecPictureWatch *
    self);
GstClockTime gst_rec_picture_watch_get_still_since (const GstRecPictureWatch *
    self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecPictureWatch,
    gst_rec_picture_watch_free);

G_END_DECLS
