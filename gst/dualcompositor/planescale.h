/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "rect.h"

G_BEGIN_DECLS

/* The widest and highest plane, samples */
#define GST_REC_PLANE_SCALE_MAX 16384

/* Where the middle of a sample lies in its share of the picture's width or
 * height: of luma, RGB and centred chroma (JPEG, MPEG-1) in the middle. Chroma
 * of half the width that is co-sited with luma to the left (MPEG-2, H.264) is a
 * quarter from it. Both planes are sited alike. */
#define GST_REC_PLANE_SITE_CENTER 0.5
#define GST_REC_PLANE_SITE_COSITED 0.25

/* Scales planes of 8 bit samples from one size to another. Every sample of the
 * output is a function of the input alone, so that a part drawn anew is as it
 * is in the whole. Drawing allocates nothing; it works in the object's memory,
 * so that two threads need two objects. */
typedef struct _GstRecPlaneScale GstRecPlaneScale;

GstRecPlaneScale *gst_rec_plane_scale_new (guint in_width, guint in_height,
    guint out_width, guint out_height, guint components, gdouble site_x,
    gdouble site_y);
void gst_rec_plane_scale_free (GstRecPlaneScale * self);

void gst_rec_plane_scale_draw (GstRecPlaneScale * self, const guint8 * src,
    gint src_stride, guint8 * dest, gint dest_stride, guint x, guint y,
    guint width, guint height);

GstRecRect gst_rec_plane_scale_map (const GstRecPlaneScale * self,
    const GstRecRect * rect);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecPlaneScale, gst_rec_plane_scale_free);

G_END_DECLS
