/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  GST_REC_BANDS_MIXED,
  GST_REC_BANDS_PER_CHANNEL
} GstRecBands;

#define GST_TYPE_REC_WAVEFORM_STRIP_BANDS \
    (gst_rec_waveform_strip_bands_get_type ())
GType gst_rec_waveform_strip_bands_get_type (void);

/* The values of the element's properties. */
typedef struct
{
  GstRecBands bands;
  guint span;                   /* ms */
  guint color, background;      /* ARGB */
  gdouble gain;
  GArray *band_colors;          /* of guint, ARGB; or NULL */
} GstRecWaveformStripSettings;

void gst_rec_waveform_strip_settings_install (GObjectClass * object_class);
void gst_rec_waveform_strip_settings_init (GstRecWaveformStripSettings * self);
void gst_rec_waveform_strip_settings_clear (GstRecWaveformStripSettings *
    self);
gboolean gst_rec_waveform_strip_settings_set (GstRecWaveformStripSettings *
    self, guint prop_id, const GValue * value);
gboolean gst_rec_waveform_strip_settings_get (const
    GstRecWaveformStripSettings * self, guint prop_id, GValue * value);
guint gst_rec_waveform_strip_settings_get_color (const
    GstRecWaveformStripSettings * self, guint band);

G_END_DECLS
