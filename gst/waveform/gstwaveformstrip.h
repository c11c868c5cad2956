/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/pbutils/gstaudiovisualizer.h>

G_BEGIN_DECLS

#define GST_TYPE_REC_WAVEFORM_STRIP (gst_rec_waveform_strip_get_type ())
G_DECLARE_FINAL_TYPE (GstRecWaveformStrip, gst_rec_waveform_strip,
    GST, REC_WAVEFORM_STRIP, GstAudioVisualizer)

GST_ELEMENT_REGISTER_DECLARE (waveformstrip);
GST_ELEMENT_REGISTER_DECLARE (recwaveformstrip);

G_END_DECLS
