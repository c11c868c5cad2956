/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "peaks.h"

G_BEGIN_DECLS

typedef struct
{
  guint channels;
  gint sample_rate;             /* Hz */
  guint samples_per_pixel;
  guint bits;                   /* 8 or 16 */
} GstRecPeaksFileInfo;

/* Waveform data as JSON, written as it comes. */
typedef struct _GstRecPeaksFile GstRecPeaksFile;

GstRecPeaksFile *gst_rec_peaks_file_new (const gchar * location,
    GError ** error);
void gst_rec_peaks_file_free (GstRecPeaksFile * self);

void gst_rec_peaks_file_begin (GstRecPeaksFile * self,
    const GstRecPeaksFileInfo * info);
void gst_rec_peaks_file_add (GstRecPeaksFile * self, const GstRecPeak * peaks,
    guint64 n);
gboolean gst_rec_peaks_file_check (GstRecPeaksFile * self, GError ** error);
gboolean gst_rec_peaks_file_finish (GstRecPeaksFile * self, GError ** error);
const GstRecPeaksFileInfo *gst_rec_peaks_file_get_info (const GstRecPeaksFile *
    self);
guint64 gst_rec_peaks_file_get_length (const GstRecPeaksFile * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecPeaksFile, gst_rec_peaks_file_free);

G_END_DECLS
