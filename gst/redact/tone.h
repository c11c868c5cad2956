/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* What is heard instead of what is masked: with a volume of 0 nothing. */
typedef struct
{
  gdouble frequency;            /* Hz */
  gdouble volume;               /* amplitude, 1: full scale */
} GstRecTone;

void gst_rec_tone_fill (const GstRecTone * self, const GstAudioBuffer * buffer,
    GstClockTime time, guint first, guint n);

G_END_DECLS
