/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Timestamps tremble, and follow from rounded durations: what is off by less
 * than TREMBLE follows the block before. Beyond that a block is where its time
 * says: what is missing before it is silence, what is there already is left
 * out. A jump of more than a day is an error of a timestamp and no hole. */

#include "soundline.h"

#define TREMBLE (40 * GST_MSECOND)
#define LONGEST_HOLE (24 * 60 * 60 * GST_SECOND)

void
gst_rec_sound_line_clear (GstRecSoundLine * self)
{
  g_clear_pointer (&self->align, gst_audio_stream_align_free);
  *self = (GstRecSoundLine) {0};
}

static guint64
to_frames (const GstRecSoundLine * self, GstClockTime span)
{
  return gst_util_uint64_scale_round (span, self->rate, GST_SECOND);
}

/* The line goes on in another rate. */
void
gst_rec_sound_line_set_rate (GstRecSoundLine * self, gint rate)
{
  if (self->align == NULL)
    self->align = gst_audio_stream_align_new (rate, TREMBLE, 0);
  else
    gst_audio_stream_align_set_rate (self->align, rate);
  if (self->rate)
    self->frames = gst_util_uint64_scale_round (self->frames, rate,
        self->rate);
  self->rate = rate;
}

/* The first frame is at that time. Without this the first block begins. */
void
gst_rec_sound_line_begin (GstRecSoundLine * self, GstClockTime at)
{
  if (self->has_start)
    return;

  self->start = at;
  self->has_start = TRUE;
}

/* Forgets all but the rate. */
void
gst_rec_sound_line_restart (GstRecSoundLine * self)
{
  self->has_start = FALSE;
  self->frames = self->surplus = 0;
  if (self->align)
    gst_audio_stream_align_mark_discont (self->align);
}

GstClockTime
gst_rec_sound_line_get_end (const GstRecSoundLine * self)
{
  return self->start + gst_util_uint64_scale_round (self->frames, GST_SECOND,
      self->rate);
}

/* The silence, in frames, from the end of the line to that time. */
static guint64
fill_until (GstRecSoundLine * self, GstClockTime until)
{
  GstClockTime end = gst_rec_sound_line_get_end (self);
  guint64 target, silence;

  if (until <= end)
    return 0;
  if (until - end > LONGEST_HOLE) {
    self->start += until - end;
    return 0;
  }

  target = to_frames (self, until - self->start);
  silence = target - MIN (target, self->frames);
  self->frames += silence;

  return silence;
}

/* The next block: n frames, at a time that may be GST_CLOCK_TIME_NONE. Returns
 * the frames of silence before it, and in skip how many of its own frames are
 * on the line already. */
guint64
gst_rec_sound_line_place (GstRecSoundLine * self, GstClockTime at, guint n,
    gboolean discont, guint * skip)
{
  guint64 silence = 0;

  if (!GST_CLOCK_TIME_IS_VALID (at))
    at = self->has_start ? gst_rec_sound_line_get_end (self) : 0;
  gst_rec_sound_line_begin (self, at);

  if (gst_audio_stream_align_process (self->align, discont, at, n, NULL, NULL,
          NULL)) {
    GstClockTime end = gst_rec_sound_line_get_end (self);

    silence = fill_until (self, at);
    self->surplus = at < end ? to_frames (self, end - at) : 0;
  }

  *skip = MIN (self->surplus, n);
  self->surplus -= *skip;
  self->frames += n - *skip;

  return silence;
}

/* Nothing comes before that time: returns the frames of silence until then. */
guint64
gst_rec_sound_line_fill (GstRecSoundLine * self, GstClockTime until)
{
  gst_rec_sound_line_begin (self, until);
  gst_audio_stream_align_mark_discont (self->align);

  return fill_until (self, until);
}
