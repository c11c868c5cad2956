/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/audio/gstaudiofilter.h>

G_BEGIN_DECLS

#define GST_TYPE_REC_REDACT_AUDIO (gst_rec_redact_audio_get_type ())
G_DECLARE_FINAL_TYPE (GstRecRedactAudio, gst_rec_redact_audio, GST,
    REC_REDACT_AUDIO, GstAudioFilter)

GST_ELEMENT_REGISTER_DECLARE (redactaudio)
GST_ELEMENT_REGISTER_DECLARE (recredactaudio)

G_END_DECLS
