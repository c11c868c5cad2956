/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "session.h"

/* A new SSRC's packets gather for a while before the first gets its time. */
#define SETTLE (500 * GST_MSECOND)

/* A packet of sound has the time of its first sample and cannot be sent before
 * its last one, 20 ms later (RFC 3551, 4.2); a picture is sent when it is
 * encoded. So by arrival sound tends to be later than the picture of the same
 * moment, by 20 ms less what encoding takes. Pictures wait for it by half of
 * that: a compromise, not a measurement. */
#define SOUND_LAG (10 * GST_MSECOND)

/* Reports that contradict the arrival by more are of no use. */
#define MAX_REPORT_OFFSET (3 * GST_SECOND)

/* Nothing was taken after it came. */
#define MAX_AHEAD (100 * GST_MSECOND)

#define GONE GST_SECOND
#define TAKEOVER_PACKETS 3
#define TAKEOVER_SILENCE (200 * GST_MSECOND)

/* Packets that BYE overtook. */
#define BYE_TAIL (500 * GST_MSECOND)

static void
session_clear (GstRecSession * self)
{
  g_ptr_array_unref (self->streams);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

GstRecSession *
gst_rec_session_new (void)
{
  GstRecSession *self = g_atomic_rc_box_new0 (GstRecSession);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->streams = g_ptr_array_new ();
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
gst_rec_session_add_stream (GstRecSession * self, GstRecStreamState * stream,
    gboolean is_video)
{
  g_mutex_lock (&self->lock);
  gst_rec_stream_state_init (stream);
  stream->is_video = is_video;
  g_ptr_array_add (self->streams, stream);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_remove_streams (GstRecSession * self)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_set_size (self->streams, 0);
  g_mutex_unlock (&self->lock);
}

static GstRecSenderClock *
find_clock (GstRecStreamState * stream, guint32 ssrc)
{
  for (guint i = 0; i < G_N_ELEMENTS (stream->clocks); i++) {
    if (stream->clocks[i].in_use && stream->clocks[i].ssrc == ssrc)
      return &stream->clocks[i];
  }

  return NULL;
}

static GstRecSenderClock *
ensure_clock (GstRecStreamState * stream, guint32 ssrc, gint clock_rate)
{
  GstRecSenderClock *clock = find_clock (stream, ssrc);

  if (clock != &stream->clocks[0]) {
    GstRecSenderClock former = stream->clocks[0];

    if (clock)
      stream->clocks[0] = *clock;
    else
      gst_rec_sender_clock_init (&stream->clocks[0], ssrc, clock_rate);
    stream->clocks[1] = former;
    stream->cname[0] = '\0';
  }

  return &stream->clocks[0];
}

/* Running time minus NTP time, for the senders of one CNAME: by the stream
 * whose packets come quickest. Called with the lock held. */
static gboolean
find_ntp_offset (GstRecSession * self, const gchar * cname, GstClockTime now,
    GstClockTimeDiff * offset)
{
  guint n = 0;

  if (cname[0] == '\0')
    return FALSE;

  *offset = G_MAXINT64;
  for (guint i = 0; i < self->streams->len; i++) {
    const GstRecStreamState *stream = g_ptr_array_index (self->streams, i);
    const GstRecSenderClock *clock = &stream->clocks[0];

    if (!g_str_equal (stream->cname, cname) || !clock->have_sr
        || !gst_rec_sender_clock_has_transit (clock, now))
      continue;
    *offset = MIN (*offset,
        gst_rec_sender_clock_transit (clock) - clock->ntp_offset);
    n++;
  }

  return n > 1;
}

/* Running time minus media time. By the sender reports of the CNAME where
 * there are several streams of it, else by arrival. Called with the lock
 * held. */
static GstClockTimeDiff
find_offset (GstRecSession * self, const GstRecStreamState * stream,
    const GstRecSenderClock * clock, GstClockTime now)
{
  GstClockTimeDiff transit = gst_rec_sender_clock_transit (clock);
  GstClockTimeDiff ntp;

  if (clock == &stream->clocks[0] && clock->have_sr
      && find_ntp_offset (self, stream->cname, now, &ntp)) {
    GstClockTimeDiff offset = ntp + clock->ntp_offset;

    if (ABS (offset - transit) < (GstClockTimeDiff) MAX_REPORT_OFFSET)
      return offset + SOUND_LAG;
  }

  return stream->is_video ? transit + (GstClockTimeDiff) SOUND_LAG : transit;
}

/* Who the stream belongs to: the SSRC that sends. Another one takes over when it
 * has gone, at once, for its first packets hold a keyframe; and when it is only
 * silent for a moment, by more than a single packet. So neither a stranger's
 * packet nor two senders at once tear a recording apart. Called with the lock
 * held. */
static gboolean
may_send (GstRecStreamState * stream, guint32 ssrc, GstClockTime now)
{
  if (stream->packets == 0 || stream->ssrc == ssrc) {
    stream->n_candidate = 0;
    return TRUE;
  }
  if (stream->candidate != ssrc)
    stream->n_candidate = 0;
  stream->candidate = ssrc;
  stream->n_candidate++;

  return now >= stream->last_packet + GONE
      || (stream->n_candidate >= TAKEOVER_PACKETS
      && now >= stream->last_packet + TAKEOVER_SILENCE);
}

static void
note_packet (GstRecSession * self, GstRecStreamState * stream,
    const GstRecRtpHeader * header, gint clock_rate, gsize size,
    GstClockTime now)
{
  GstRecSenderClock *clock = ensure_clock (stream, header->ssrc, clock_rate);

  gst_rec_sender_clock_packet (clock, header->timestamp, now);
  stream->newest = gst_rec_sender_clock_newest (clock,
      find_offset (self, stream, clock, now));
  stream->packets++;
  stream->bytes += size;
  stream->pt = header->pt;
  if (stream->ssrc != header->ssrc
      || (stream->bye != GST_CLOCK_TIME_NONE && now > stream->bye + BYE_TAIL))
    stream->bye = GST_CLOCK_TIME_NONE;
  stream->ssrc = header->ssrc;
  if (stream->first_packet == GST_CLOCK_TIME_NONE)
    stream->first_packet = now;
  stream->last_packet = now;

  self->last_packet = now;
  if (self->start == GST_CLOCK_TIME_NONE) {
    self->start = now;
    g_cond_broadcast (&self->cond);
  }
}

/* FALSE: it is not the stream's. */
gboolean
gst_rec_session_note_packet (GstRecSession * self, GstRecStreamState * stream,
    const GstRecRtpHeader * header, gint clock_rate, gsize size,
    gboolean wanted, GstClockTime now)
{
  gboolean accepted;

  g_mutex_lock (&self->lock);
  accepted = may_send (stream, header->ssrc, now);
  stream->wanted = wanted;
  if (accepted)
    note_packet (self, stream, header, clock_rate, size, now);
  else
    stream->strangers++;
  g_mutex_unlock (&self->lock);

  return accepted;
}

gboolean
gst_rec_session_owns (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc)
{
  gboolean owns;

  g_mutex_lock (&self->lock);
  owns = stream->ssrc == ssrc;
  g_mutex_unlock (&self->lock);

  return owns;
}

void
gst_rec_session_note_report (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc, guint64 ntp, guint32 rtp)
{
  GstRecSenderClock *clock;

  g_mutex_lock (&self->lock);
  clock = find_clock (stream, ssrc);
  if (clock && ntp != 0)
    gst_rec_sender_clock_report (clock, ntp, rtp);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_note_cname (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc, const gchar * cname)
{
  g_mutex_lock (&self->lock);
  if (stream->packets > 0 && stream->ssrc == ssrc)
    g_strlcpy (stream->cname, cname, sizeof stream->cname);
  g_mutex_unlock (&self->lock);
}

/* The running time from which on the packets of an SSRC get their times. */
GstClockTime
gst_rec_session_settled_at (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc)
{
  GstRecSenderClock *clock;
  GstClockTime at = 0;

  g_mutex_lock (&self->lock);
  clock = find_clock (stream, ssrc);
  if (clock)
    at = clock->restart + MIN (SETTLE, self->latency / 2);
  g_mutex_unlock (&self->lock);

  return at;
}

/* The running time at which the sender took what has this RTP time. NONE for an
 * SSRC that is not known, and for a time that is still to come. */
GstClockTime
gst_rec_session_map (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc, guint32 rtp, GstClockTime now)
{
  GstRecSenderClock *clock;
  GstClockTime time = GST_CLOCK_TIME_NONE;

  g_mutex_lock (&self->lock);
  clock = find_clock (stream, ssrc);
  if (clock)
    time = gst_rec_sender_clock_map (clock, rtp,
        find_offset (self, stream, clock, now));
  if (time != GST_CLOCK_TIME_NONE && time > now + MAX_AHEAD)
    time = GST_CLOCK_TIME_NONE;
  g_mutex_unlock (&self->lock);

  return time;
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

/* Where the session ends unless another packet comes: with the last picture.
 * Called with the lock held. */
GstClockTime
gst_rec_session_last_moment (const GstRecSession * self)
{
  return self->last_packet == GST_CLOCK_TIME_NONE ? GST_CLOCK_TIME_NONE :
      self->last_packet + SOUND_LAG;
}

/* With an idle-timeout the recording ends there, so nothing may be pushed
 * beyond it until the next packet proves that it was not the last moment. */
GstClockTime
gst_rec_session_horizon (const GstRecSession * self)
{
  return self->idle_timeout > 0 ? gst_rec_session_last_moment (self) :
      GST_CLOCK_TIME_NONE;
}

void
gst_rec_stream_state_init (GstRecStreamState * self)
{
  *self = (GstRecStreamState) {
    .first_packet = GST_CLOCK_TIME_NONE,
    .last_packet = GST_CLOCK_TIME_NONE,
    .newest = GST_CLOCK_TIME_NONE,
    .bye = GST_CLOCK_TIME_NONE,
    .last_keyframe_request = GST_CLOCK_TIME_NONE,
  };
}
