/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* Where blocks of sound belong on a line of frames that has no holes. All
 * zeros is a line on which nothing has come; the rate has to be set first. */
typedef struct
{
  GstAudioStreamAlign *align;
  gint rate;
  GstClockTime start;           /* of the first frame */
  gboolean has_start;
  guint64 frames;               /* since the start, silence with them */
  guint64 surplus;              /* frames to come that are there already */
} GstRecSoundLine;

void gst_rec_sound_line_clear (GstRecSoundLine * self);
void gst_rec_sound_line_set_rate (GstRecSoundLine * self, gint rate);
void gst_rec_sound_line_begin (GstRecSoundLine * self, GstClockTime at);
void gst_rec_sound_line_restart (GstRecSoundLine * self);

guint64 gst_rec_sound_line_place (GstRecSoundLine * self, GstClockTime at,
    guint n, gboolean discont, guint * skip);
guint64 gst_rec_sound_line_fill (GstRecSoundLine * self, GstClockTime until);
GstClockTime gst_rec_sound_line_get_end (const GstRecSoundLine * self);

G_END_DECLS
