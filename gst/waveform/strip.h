/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "peaks.h"

G_BEGIN_DECLS

/* A picture of peaks that scrolls to the left, in pixels of 32 bits. */
typedef struct _GstRecStrip GstRecStrip;

GstRecStrip *gst_rec_strip_new (guint width, guint height, guint n_bands);
void gst_rec_strip_free (GstRecStrip * self);

gboolean gst_rec_strip_fits (const GstRecStrip * self, guint width,
    guint height, guint n_bands);
void gst_rec_strip_set_colors (GstRecStrip * self, guint32 background,
    const guint32 * bands);
void gst_rec_strip_set_gain (GstRecStrip * self, gdouble gain);
void gst_rec_strip_add (GstRecStrip * self, const GstRecPeak * bands,
    guint64 n);
gboolean gst_rec_strip_draw (GstRecStrip * self, guint8 * pixels, gsize stride);
GstMemory *gst_rec_strip_share (GstRecStrip * self, gsize * stride,
    gboolean * has_changed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecStrip, gst_rec_strip_free);

G_END_DECLS
