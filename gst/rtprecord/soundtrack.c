/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Blocks of sound, each with its time, made into samples that count exactly
 * from the start: the n-th sample is that of start + n / rate, whatever comes.
 *
 * A sender's clock is not ours: at 100 ppm its sound is 0.72 s longer or
 * shorter after two hours. To drop or repeat samples for that is a click, to
 * stretch the sound by as much is not heard: it is resampled, with a rate that
 * follows the error in time. It changes by 0.2 % at most, which is 3.5 cents,
 * less than the 5 to 10 that the ear can tell. There is a proportional term
 * only, so nothing swings; at 500 ppm the error comes to rest at 2 ms. Below 1
 * ms, where times tremble, nothing is done: the sound of a clock that is right
 * passes bit by bit.
 *
 * What is no drift is not stretched: a hole is silence, a block that comes too
 * late is cut off. Sound is faded in and out there. To do that a little of it
 * is held back until its successor is there or given up. */

#include "soundtrack.h"

#include "resampler.h"

#define MAX_STRETCH 0.002
#define RESPONSE (2 * GST_SECOND)       /* time constant */
#define DEAD_ZONE GST_MSECOND

/* Blocks that do not follow each other, by more than a drift explains. */
#define HOLE (4 * GST_MSECOND)
#define MAX_ERROR (30 * GST_MSECOND)

#define FADE (2500 * GST_USECOND)

/* All silent buffers share it, never to be written. */
static gint16 silence[48000];

struct _GstRecSoundtrack
{
  GstClockTime start;
  gint rate;
  gint channels;
  gsize fade;                   /* in frames */

  GstRecResampler *resampler;
  gboolean flowing;             /* sound is in the resampler */
  GstClockTime expected;        /* where the next block would follow */
  gsize faded_in;               /* frames since silence, up to fade */
  guint64 samples;              /* frames given since the start */

  GQueue output;                /* of GstBuffer */
};

GstRecSoundtrack *
gst_rec_soundtrack_new (GstClockTime start, gint rate, gint channels)
{
  GstRecSoundtrack *self = g_new0 (GstRecSoundtrack, 1);

  self->start = start;
  self->rate = rate;
  self->channels = channels;
  self->fade = gst_util_uint64_scale (FADE, rate, GST_SECOND);
  self->resampler = gst_rec_resampler_new (rate, rate, channels);
  g_queue_init (&self->output);

  return self;
}

void
gst_rec_soundtrack_free (GstRecSoundtrack * self)
{
  g_queue_clear_full (&self->output, (GDestroyNotify) gst_buffer_unref);
  gst_rec_resampler_free (self->resampler);
  g_free (self);
}

static GstClockTime
time_of (const GstRecSoundtrack * self, guint64 samples)
{
  return self->start + gst_util_uint64_scale_round (samples, GST_SECOND,
      self->rate);
}

/* Up to where buffers have been given. */
GstClockTime
gst_rec_soundtrack_get_end (const GstRecSoundtrack * self)
{
  return time_of (self, self->samples);
}

/* How many frames a time is away from the end; negative before it. */
static gint64
frames_to (const GstRecSoundtrack * self, GstClockTime time)
{
  return time >= self->start ?
      (gint64) gst_util_uint64_scale_round (time - self->start, self->rate,
      GST_SECOND) - (gint64) self->samples :
      -(gint64) gst_util_uint64_scale_round (self->start - time, self->rate,
      GST_SECOND) - (gint64) self->samples;
}

/* Output */

static void
give (GstRecSoundtrack * self, GstBuffer * buffer, gsize n)
{
  GST_BUFFER_PTS (buffer) = gst_rec_soundtrack_get_end (self);
  GST_BUFFER_OFFSET (buffer) = self->samples;
  self->samples += n;
  GST_BUFFER_OFFSET_END (buffer) = self->samples;
  GST_BUFFER_DURATION (buffer) = gst_rec_soundtrack_get_end (self)
      - GST_BUFFER_PTS (buffer);
  g_queue_push_tail (&self->output, buffer);
}

static void
give_silence (GstRecSoundtrack * self, guint64 n)
{
  while (n > 0) {
    gsize now = MIN (n, G_N_ELEMENTS (silence) / self->channels);
    gsize size = now * self->channels * sizeof (gint16);
    GstBuffer *buffer = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY,
        silence, size, 0, size, NULL, NULL);

    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
    give (self, buffer, now);
    n -= now;
  }
}

/* Gain, the same on all channels, from @from to @to of @length. */
static void
ramp (gint16 * frames, gsize n, gint channels, gssize from, gssize step,
    gsize length)
{
  for (gsize i = 0; i < n; i++, from += step) {
    for (gint c = 0; c < channels; c++, frames++)
      *frames = *frames * (gint64) from / (gssize) length;
  }
}

static void
give_sound (GstRecSoundtrack * self, gsize n, gboolean is_last)
{
  gsize size = n * self->channels * sizeof (gint16);
  gint16 *frames;
  gsize rising;

  if (n == 0)
    return;

  frames = g_malloc (size);
  gst_rec_resampler_read (self->resampler, frames, n);
  rising = MIN (n, self->fade - self->faded_in);
  ramp (frames, rising, self->channels, self->faded_in, 1, self->fade);
  self->faded_in += rising;
  if (is_last)
    ramp (frames, n, self->channels, n, -1, n);
  give (self, gst_buffer_new_wrapped (frames, size), n);
}

/* What is held back, but no more than @most frames, and then no more sound for
 * now. */
static void
finish_sound (GstRecSoundtrack * self, gint64 most)
{
  if (!self->flowing)
    return;

  gst_rec_resampler_write_silence (self->resampler);
  give_sound (self, MIN (gst_rec_resampler_available (self->resampler),
          (guint64) most), TRUE);
  self->flowing = FALSE;
}

/* Input */

/* How much later than the sound before it ends a block is to stand. */
static GstClockTimeDiff
find_error (const GstRecSoundtrack * self, GstClockTime at)
{
  gdouble pending = gst_rec_resampler_pending (self->resampler);

  return GST_CLOCK_DIFF (gst_rec_soundtrack_get_end (self), at)
      - (GstClockTimeDiff) (pending * GST_SECOND / self->rate);
}

static gboolean
is_drift (const GstRecSoundtrack * self, GstClockTime at,
    GstClockTimeDiff error)
{
  GstClockTimeDiff jump = GST_CLOCK_DIFF (self->expected, at);

  return ABS (error) <= (GstClockTimeDiff) HOLE
      || (ABS (jump) <= (GstClockTimeDiff) HOLE
      && ABS (error) <= (GstClockTimeDiff) MAX_ERROR);
}

static gdouble
find_stretch (GstClockTimeDiff error, GstClockTime duration)
{
  GstClockTimeDiff zone = DEAD_ZONE;

  if (ABS (error) <= zone)
    return 0;

  return CLAMP ((gdouble) (error > 0 ? error - zone : error + zone)
      / MAX (RESPONSE, duration), -MAX_STRETCH, MAX_STRETCH);
}

/* Begins anew where the block stands: after silence, or without what came too
 * late. The number of frames of the block that are left out. */
static gsize
begin_sound (GstRecSoundtrack * self, GstClockTime at, gint rate, gsize n)
{
  gint64 hole;
  gsize skip = 0;

  finish_sound (self, G_MAXINT64);
  hole = frames_to (self, at);
  if (hole > 0)
    give_silence (self, hole);
  else
    skip = MIN (n, gst_util_uint64_scale_round (-hole, rate, self->rate));

  if (gst_rec_resampler_get_in_rate (self->resampler) != rate) {
    gst_rec_resampler_free (self->resampler);
    self->resampler = gst_rec_resampler_new (rate, self->rate, self->channels);
  }
  gst_rec_resampler_reset (self->resampler);
  gst_rec_resampler_set_stretch (self->resampler, 0);
  self->faded_in = 0;
  self->flowing = skip < n;

  return skip;
}

static void
give_available (GstRecSoundtrack * self)
{
  gsize available = gst_rec_resampler_available (self->resampler);

  if (available > self->fade)
    give_sound (self, available - self->fade, FALSE);
}

/* @at: running time of the block's first frame; @rate: of the block, at most
 * that of the track */
void
gst_rec_soundtrack_add (GstRecSoundtrack * self, GstClockTime at, gint rate,
    const gint16 * frames, gsize n)
{
  GstClockTime duration = gst_util_uint64_scale_int (n, GST_SECOND, rate);
  GstClockTimeDiff error = find_error (self, at);
  gsize skip = 0;

  if (self->flowing && is_drift (self, at, error)
      && gst_rec_resampler_get_in_rate (self->resampler) == rate)
    gst_rec_resampler_set_stretch (self->resampler, find_stretch (error,
            duration));
  else
    skip = begin_sound (self, at, rate, n);

  gst_rec_resampler_write (self->resampler, frames + skip * self->channels,
      n - skip);
  self->expected = at + duration;
  give_available (self);
}

/* Nothing comes any more until then. */
void
gst_rec_soundtrack_fill (GstRecSoundtrack * self, GstClockTime until)
{
  finish_sound (self, MAX (frames_to (self, until), 0));
  give_silence (self, MAX (frames_to (self, until), 0));
}

/* The next buffer to push, or NULL. */
GstBuffer *
gst_rec_soundtrack_take (GstRecSoundtrack * self)
{
  return g_queue_pop_head (&self->output);
}
