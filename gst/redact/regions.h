/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

#define GST_REC_REGIONS_MAX 1024
#define GST_REC_REGIONS_MAX_PIXEL 1000000

/* A list of rectangles, in pixels of some reference picture or in fractions of
 * whatever picture comes. Immutable. */
typedef struct _GstRecRegions GstRecRegions;

GstRecRegions *gst_rec_regions_parse (const gchar * text, GError ** error);
GstRecRegions *gst_rec_regions_ref (GstRecRegions * self);
void gst_rec_regions_unref (GstRecRegions * self);

guint gst_rec_regions_get_n (const GstRecRegions * self);
gboolean gst_rec_regions_place (const GstRecRegions * self, guint i,
    gint reference_width, gint reference_height, gint width, gint height,
    GstVideoRectangle * rect);

gboolean gst_rec_rectangle_cover (GstVideoRectangle * rect, gint padding,
    gint align_x, gint align_y, gint width, gint height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecRegions, gst_rec_regions_unref)

G_END_DECLS
