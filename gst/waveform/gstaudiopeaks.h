/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

#define GST_TYPE_REC_AUDIO_PEAKS (gst_rec_audio_peaks_get_type ())
G_DECLARE_FINAL_TYPE (GstRecAudioPeaks, gst_rec_audio_peaks,
    GST, REC_AUDIO_PEAKS, GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE (audiopeaks);
GST_ELEMENT_REGISTER_DECLARE (recaudiopeaks);

G_END_DECLS
