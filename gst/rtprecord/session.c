/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "session.h"

static void
session_clear (GstRecSession * self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

GstRecSession *
gst_rec_session_new (void)
{
  GstRecSession *self = g_atomic_rc_box_new0 (GstRecSession);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  gst_rec_session_reset (self, 0, 0);

  return self;
}

GstRecSession *
gst_rec_session_ref (GstRecSession * self)
{
  return g_atomic_rc_box_acquire (self);
}

void
gst_rec_session_unref (GstRecSession * self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) session_clear);
}

void
gst_rec_session_reset (GstRecSession * self, GstClockTime latency,
    GstClockTime idle_timeout)
{
  g_mutex_lock (&self->lock);
  self->playing = FALSE;
  self->start = self->last_packet = self->end = GST_CLOCK_TIME_NONE;
  self->latency = latency;
  self->idle_timeout = idle_timeout;
  g_mutex_unlock (&self->lock);
}

/* Running time stands still outside PLAYING, and so does the session. */
void
gst_rec_session_set_playing (GstRecSession * self, gboolean playing)
{
  g_mutex_lock (&self->lock);
  self->playing = playing;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_note_packet (GstRecSession * self, GstRecStreamState * stream,
    const GstRecRtpHeader * header, gsize size, GstClockTime now)
{
  g_mutex_lock (&self->lock);
  stream->packets++;
  stream->bytes += size;
  stream->pt = header->pt;
  if (stream->ssrc != header->ssrc)
    stream->bye = FALSE;
  stream->ssrc = header->ssrc;
  if (stream->first_packet == GST_CLOCK_TIME_NONE)
    stream->first_packet = now;
  stream->last_packet = now;

  self->last_packet = now;
  if (self->start == GST_CLOCK_TIME_NONE) {
    self->start = now;
    g_cond_broadcast (&self->cond);
  }
  g_mutex_unlock (&self->lock);
}

/* The first cause wins: what was cut off once does not grow again. */
void
gst_rec_session_end (GstRecSession * self, GstClockTime end)
{
  g_mutex_lock (&self->lock);
  if (self->end == GST_CLOCK_TIME_NONE) {
    self->end = end;
    g_cond_broadcast (&self->cond);
  }
  g_mutex_unlock (&self->lock);
}

/* No packet on any stream for the idle-timeout. Before the first packet the
 * time counts from the start of PLAYING, running time 0. */
gboolean
gst_rec_session_is_idle (GstRecSession * self, GstClockTime now)
{
  GstClockTime since;
  gboolean idle;

  g_mutex_lock (&self->lock);
  since = self->last_packet == GST_CLOCK_TIME_NONE ? 0 : self->last_packet;
  idle = self->playing && self->idle_timeout > 0
      && self->end == GST_CLOCK_TIME_NONE && now >= since + self->idle_timeout;
  g_mutex_unlock (&self->lock);

  return idle;
}

/* With an idle-timeout the recording ends with the last packet, so nothing
 * may be pushed beyond it until the next one proves that it was not the
 * last. */
GstClockTime
gst_rec_session_horizon (const GstRecSession * self)
{
  return self->idle_timeout > 0 ? self->last_packet : GST_CLOCK_TIME_NONE;
}

void
gst_rec_stream_state_init (GstRecStreamState * self)
{
  *self = (GstRecStreamState) {
    .first_packet = GST_CLOCK_TIME_NONE,
    .last_packet = GST_CLOCK_TIME_NONE,
    .last_keyframe_request = GST_CLOCK_TIME_NONE,
  };
}
