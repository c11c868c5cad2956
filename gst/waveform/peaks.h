/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* What peaks are taken of. */
#define GST_REC_PEAKS_FORMATS "{ " GST_AUDIO_NE (S16) ", " \
    GST_AUDIO_NE (S32) ", " GST_AUDIO_NE (F32) ", " GST_AUDIO_NE (F64) " }"

typedef struct
{
  gint16 min, max;
} GstRecPeak;

typedef struct _GstRecPeaks GstRecPeaks;

/* n columns that are alike, with a peak for each band. */
typedef void (*GstRecPeaksFunc) (const GstRecPeak * bands, guint64 n,
    gpointer user_data);

GstRecPeaks *gst_rec_peaks_new (const GstAudioInfo * info, gboolean split,
    guint64 column_n, guint64 column_d, GstRecPeaksFunc func,
    gpointer user_data);
void gst_rec_peaks_free (GstRecPeaks * self);

guint gst_rec_peaks_get_n_bands (const GstRecPeaks * self);
void gst_rec_peaks_set_info (GstRecPeaks * self, const GstAudioInfo * info);
void gst_rec_peaks_add (GstRecPeaks * self, gconstpointer frames, gsize n);
void gst_rec_peaks_add_silence (GstRecPeaks * self, guint64 n);
void gst_rec_peaks_finish (GstRecPeaks * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecPeaks, gst_rec_peaks_free);

G_END_DECLS
