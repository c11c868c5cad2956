/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GstRecResampler GstRecResampler;

GstRecResampler *gst_rec_resampler_new (gint in_rate, gint out_rate,
    gint channels);
void gst_rec_resampler_free (GstRecResampler * self);
void gst_rec_resampler_reset (GstRecResampler * self);

gint gst_rec_resampler_get_in_rate (const GstRecResampler * self);
void gst_rec_resampler_set_stretch (GstRecResampler * self, gdouble stretch);

void gst_rec_resampler_write (GstRecResampler * self, const gint16 * frames,
    gsize n);
void gst_rec_resampler_write_silence (GstRecResampler * self);
gsize gst_rec_resampler_available (const GstRecResampler * self);
gdouble gst_rec_resampler_pending (const GstRecResampler * self);
void gst_rec_resampler_read (GstRecResampler * self, gint16 * frames, gsize n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecResampler, gst_rec_resampler_free);

G_END_DECLS
