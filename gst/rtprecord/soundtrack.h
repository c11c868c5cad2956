/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

typedef struct _GstRecSoundtrack GstRecSoundtrack;

GstRecSoundtrack *gst_rec_soundtrack_new (GstClockTime start, gint rate,
    gint channels);
void gst_rec_soundtrack_free (GstRecSoundtrack * self);

void gst_rec_soundtrack_add (GstRecSoundtrack * self, GstClockTime at,
    gint rate, const gint16 * frames, gsize n);
void gst_rec_soundtrack_fill (GstRecSoundtrack * self, GstClockTime until);
GstBuffer *gst_rec_soundtrack_take (GstRecSoundtrack * self);
GstClockTime gst_rec_soundtrack_get_end (const GstRecSoundtrack * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecSoundtrack, gst_rec_soundtrack_free);

G_END_DECLS
