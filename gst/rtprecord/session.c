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

/* Packets tell the pads that time goes on, but not each of them. */
#define WAKE (50 * GST_MSECOND)

/* Packets that BYE overtook. */
#define BYE_TAIL (500 * GST_MSECOND)

#define KEYFRAME_LOG_INTERVAL GST_SECOND

/* Bytes of a stream that wait in its jitter buffer, at most. */
#define MAX_HELD (128 * 1024 * 1024)

static void
session_clear (GstRecSession * self)
{
  g_ptr_array_unref (self->streams);
  g_ptr_array_unref (self->waiters);
  g_clear_pointer (&self->allowed, g_ptr_array_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

/* called with the lock held */
static void
wake_all (GstRecSession * self)
{
  g_cond_broadcast (&self->cond);
  for (guint i = 0; i < self->waiters->len; i++)
    g_cond_broadcast (g_ptr_array_index (self->waiters, i));
}

GstRecSession *
gst_rec_session_new (void)
{
  GstRecSession *self = g_atomic_rc_box_new0 (GstRecSession);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->streams = g_ptr_array_new ();
  self->waiters = g_ptr_array_new ();
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

/* @cond: who waits for changes of their own, too, and must not wake the others
 * by them: a session has many threads and hundreds of packets a second. */
void
gst_rec_session_add_waiter (GstRecSession * self, GCond * cond)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->waiters, cond);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_remove_waiter (GstRecSession * self, GCond * cond)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_remove_fast (self->waiters, cond);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_reset (GstRecSession * self, GstClockTime latency,
    GstClockTime idle_timeout)
{
  g_mutex_lock (&self->lock);
  self->playing = FALSE;
  self->start = self->last_packet = self->end = GST_CLOCK_TIME_NONE;
  self->woken = GST_CLOCK_TIME_NONE;
  self->latency = latency;
  self->idle_timeout = idle_timeout;
  gst_rec_journal_clear (&self->journal);
  g_mutex_unlock (&self->lock);
}

/* Of the streams that are added from now on. */
void
gst_rec_session_set_picture_limits (GstRecSession * self,
    GstRecPictureLimits limits)
{
  g_mutex_lock (&self->lock);
  self->limits = limits;
  g_mutex_unlock (&self->lock);
}

/* Running time stands still outside PLAYING, and so does the session. */
void
gst_rec_session_set_playing (GstRecSession * self, gboolean playing)
{
  g_mutex_lock (&self->lock);
  self->playing = playing;
  wake_all (self);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_add_stream (GstRecSession * self, GstRecStreamState * stream,
    gboolean is_video)
{
  g_mutex_lock (&self->lock);
  gst_rec_stream_state_init (stream);
  stream->is_video = is_video;
  if (is_video)
    stream->limits = self->limits;
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
  for (guint i = 0; i < stream->n_dismissed; i++) {
    if (stream->dismissed[i] == ssrc)
      return FALSE;
  }
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

/* Called with the lock held. The entry's stream is filled in, and its SSRC
 * where it has none. */
void
gst_rec_session_log (GstRecSession * self, GstRecStreamState * stream,
    GstRecJournalEntry entry)
{
  entry.stream = stream;
  if (entry.ssrc == 0)
    entry.ssrc = stream->ssrc;
  gst_rec_journal_add (&self->journal, &entry);
}

/* Of a stream whose last packet was long ago. Called with the lock held. */
static void
log_pause (GstRecSession * self, GstRecStreamState * stream)
{
  if (stream->is_paused)
    return;
  stream->is_paused = TRUE;
  gst_rec_session_log (self, stream, (GstRecJournalEntry) {
        .event = GST_REC_EVENT_PAUSED,.time = stream->last_packet});
}

/* A sender that took leave and sends on has come back, too. */
static void
log_sender (GstRecSession * self, GstRecStreamState * stream, guint32 ssrc,
    GstClockTime now)
{
  gboolean took_leave = stream->bye != GST_CLOCK_TIME_NONE
      && now > stream->bye + BYE_TAIL;
  gboolean came_back;

  if (stream->packets == 0)
    return;
  if (!took_leave && now >= stream->last_packet + GST_REC_PAUSE)
    log_pause (self, stream);
  came_back = took_leave || stream->is_paused;
  if (stream->ssrc != ssrc)
    gst_rec_session_log (self, stream, (GstRecJournalEntry) {
          .event = GST_REC_EVENT_SSRC_CHANGED,.time = now,.ssrc = ssrc,
          .old_ssrc = stream->ssrc});
  if (came_back)
    gst_rec_session_log (self, stream, (GstRecJournalEntry) {
          .event = GST_REC_EVENT_RESUMED,.time = now,.ssrc = ssrc,
          .duration = now - stream->last_packet});
  stream->is_paused = FALSE;
}

/* @before: the clock before the packet */
static void
log_clock_step (GstRecSession * self, GstRecStreamState * stream,
    const GstRecSenderClock * before, const GstRecSenderClock * clock,
    GstClockTime now)
{
  if (before->last_arrival == GST_CLOCK_TIME_NONE
      || before->restart == clock->restart)
    return;

  gst_rec_session_log (self, stream, (GstRecJournalEntry) {
        .event = GST_REC_EVENT_CLOCK_STEP,.time = now,.ssrc = clock->ssrc,
        .step = gst_rec_sender_clock_transit (clock)
          - gst_rec_sender_clock_transit (before)});
}

/* Without a NACK in the SDP only a change of order can still close a hole. */
#define REPAIR_PATIENCE (400 * GST_MSECOND)
#define REORDER_PATIENCE (50 * GST_MSECOND)

/* @before: where the last keyframe began. What nobody asked for is told once a
 * second. */
static void
log_keyframe (GstRecSession * self, GstRecStreamState * stream, gint64 before,
    const GstRecSessionPacket * packet)
{
  GstRecJournalEntry entry = {.event = GST_REC_EVENT_KEYFRAME_RECEIVED,
    .time = packet->now,.ssrc = packet->header->ssrc
  };
  /* What was on its way then is no answer. */
  gboolean asked = stream->last_keyframe_request != GST_CLOCK_TIME_NONE
      && packet->now >= stream->last_keyframe_request
      && (stream->last_keyframe == GST_CLOCK_TIME_NONE
      || stream->last_keyframe_request > stream->last_keyframe);

  if (stream->reception.keyframe == before || !packet->begins_keyframe)
    return;
  if (asked)
    entry.duration = packet->now - stream->last_keyframe_request;
  else if (stream->last_keyframe != GST_CLOCK_TIME_NONE
      && packet->now < stream->last_keyframe + KEYFRAME_LOG_INTERVAL)
    return;
  stream->last_keyframe = packet->now;
  gst_rec_session_log (self, stream, entry);
}

static GstRecArrival
note_reception (GstRecSession * self, GstRecStreamState * stream,
    const GstRecSessionPacket * packet)
{
  const gint64 keyframe = stream->reception.keyframe;
  GstRecArrival arrival;
  GstClockTime patience = packet->nack ? REPAIR_PATIENCE : REORDER_PATIENCE;
  GstRecReceivedPacket received = {
    .ssrc = packet->header->ssrc,
    .seq = packet->header->seq,
    .timestamp = packet->header->timestamp,
    .clock_rate = packet->clock_rate,
    .is_video = stream->is_video,
    .begins_keyframe = packet->begins_keyframe,
    .nack = packet->nack,
    .patience = MIN (patience, self->latency),
    .latency = self->latency,
    .now = packet->now,
  };

  arrival = gst_rec_reception_packet (&stream->reception, &received);
  log_keyframe (self, stream, keyframe, packet);

  return arrival;
}

/* What the packet says of its sender's time, and of the session's span. */
static void
note_time (GstRecSession * self, GstRecStreamState * stream,
    const GstRecSessionPacket * packet)
{
  GstRecSenderClock *clock =
      ensure_clock (stream, packet->header->ssrc, packet->clock_rate);
  const GstRecSenderClock before = *clock;

  gst_rec_sender_clock_packet (clock, packet->header->timestamp, packet->now);
  log_clock_step (self, stream, &before, clock, packet->now);
  stream->newest = gst_rec_sender_clock_newest (clock,
      find_offset (self, stream, clock, packet->now));
  if (stream->first_packet == GST_CLOCK_TIME_NONE)
    stream->first_packet = packet->now;
  if (stream->last_packet == GST_CLOCK_TIME_NONE
      || packet->now > stream->last_packet + GST_REC_PAUSE)
    stream->sending_since = packet->now;
  stream->last_packet = packet->now;

  self->last_packet = packet->now;
  if (self->start == GST_CLOCK_TIME_NONE)
    self->start = packet->now;
  if (self->woken == GST_CLOCK_TIME_NONE || packet->now >= self->woken + WAKE) {
    self->woken = packet->now;
    wake_all (self);
  }
}

/* FALSE: it came before. */
static gboolean
note_packet (GstRecSession * self, GstRecStreamState * stream,
    const GstRecSessionPacket * packet)
{
  guint32 ssrc = packet->header->ssrc;
  GstRecArrival arrival = note_reception (self, stream, packet);

  if (arrival == GST_REC_ARRIVAL_EXCESS)
    stream->excess++;
  if (arrival == GST_REC_ARRIVAL_EXCESS
      || arrival == GST_REC_ARRIVAL_DUPLICATE)
    return FALSE;
  log_sender (self, stream, ssrc, packet->now);
  /* What is sent again comes long after its time. */
  if (arrival != GST_REC_ARRIVAL_RECOVERED)
    note_time (self, stream, packet);

  stream->packets++;
  stream->bytes += packet->size;
  stream->pt = packet->header->pt;
  if (stream->ssrc != ssrc || (stream->bye != GST_CLOCK_TIME_NONE
          && packet->now > stream->bye + BYE_TAIL))
    stream->bye = GST_CLOCK_TIME_NONE;
  stream->ssrc = ssrc;

  return TRUE;
}

/* called with the lock held */
static void
refuse (GstRecStreamState * stream, const GstRecSource * source)
{
  stream->refused++;
  stream->last_refused = *source;
}

/* Whether the jitter buffer may have it. Called with the lock held. */
static gboolean
affords (GstRecSession * self, GstRecStreamState * stream,
    const GstRecSessionPacket * packet)
{
  return gst_rec_budget_spend (&stream->bandwidth, packet->size, MAX_HELD / 2,
      gst_util_uint64_scale (MAX_HELD / 2, GST_SECOND,
          self->latency + GST_SECOND), packet->now);
}

/* FALSE: it is not the stream's, or came before. */
gboolean
gst_rec_session_note_packet (GstRecSession * self, GstRecStreamState * stream,
    GstRecSessionPacket * packet)
{
  gboolean accepted = FALSE;

  g_mutex_lock (&self->lock);
  stream->wanted = packet->wanted;
  if (!gst_rec_source_latch_admits (&stream->latch, packet->source,
          packet->now)) {
    refuse (stream, packet->source);
  } else if (!may_send (stream, packet->header->ssrc, packet->now)) {
    stream->strangers++;
  } else if (!affords (self, stream, packet)) {
    stream->excess++;
  } else {
    gst_rec_source_latch_take (&stream->latch, packet->source, packet->now);
    accepted = note_packet (self, stream, packet);
  }
  packet->repair_is_due = accepted && packet->wanted
      && packet->now >= stream->reception.due;
  g_mutex_unlock (&self->lock);

  return accepted;
}

/* Whether packet @seq was asked for and is still to come, and whose it is. */
gboolean
gst_rec_session_takes_retransmission (GstRecSession * self,
    GstRecStreamState * stream, guint16 seq, guint32 * ssrc)
{
  gboolean takes;

  g_mutex_lock (&self->lock);
  takes = gst_rec_reception_misses (&stream->reception, seq);
  if (!takes)
    stream->reception.duplicates++;
  *ssrc = stream->ssrc;
  g_mutex_unlock (&self->lock);

  return takes;
}

/* Pictures were not passed on. */
void
gst_rec_session_note_withheld (GstRecSession * self,
    GstRecStreamState * stream, guint n)
{
  g_mutex_lock (&self->lock);
  stream->withheld += n;
  g_mutex_unlock (&self->lock);
}

/* Without a keyframe after packet @seq there will be no picture. */
void
gst_rec_session_note_broken (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc, guint16 seq)
{
  g_mutex_lock (&self->lock);
  gst_rec_reception_break (&stream->reception, ssrc, seq);
  g_mutex_unlock (&self->lock);
}

/* TRUE: there is something to ask the sender of @ssrc for. */
gboolean
gst_rec_session_repair (GstRecSession * self, GstRecStreamState * stream,
    GstClockTime now, GstRecRepair * repair, guint32 * ssrc)
{
  gboolean is_due;

  g_mutex_lock (&self->lock);
  is_due = stream->wanted
      && gst_rec_reception_repair (&stream->reception, now, repair);
  *ssrc = stream->ssrc;
  g_mutex_unlock (&self->lock);

  return is_due;
}

/* Whether RTCP is from the stream's sender. Who was first to send some, and the
 * sender at any time, get ours. */
gboolean
gst_rec_session_note_rtcp (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc, const GstRecSource * source)
{
  gboolean is_host, is_owner;

  g_mutex_lock (&self->lock);
  is_host = gst_rec_source_latch_admits_rtcp (&stream->latch, source);
  is_owner = stream->packets > 0 && stream->ssrc == ssrc;
  if (!is_host)
    refuse (stream, source);
  if (!is_host || is_owner || stream->latch.rtcp.size == 0)
    gst_rec_source_latch_take_rtcp (&stream->latch, source);
  g_mutex_unlock (&self->lock);

  return is_host && is_owner;
}

/* Somebody opened the way for our RTCP without a word of who it is. */
void
gst_rec_session_note_opening (GstRecSession * self, GstRecStreamState * stream,
    const GstRecSource * source)
{
  g_mutex_lock (&self->lock);
  gst_rec_source_latch_take_rtcp (&stream->latch, source);
  g_mutex_unlock (&self->lock);
}

/* Where our RTCP goes; size 0: nowhere yet. */
GstRecSource
gst_rec_session_rtcp_target (GstRecSession * self, GstRecStreamState * stream,
    gboolean is_mux)
{
  GstRecSource target;

  g_mutex_lock (&self->lock);
  target = gst_rec_source_latch_rtcp_target (&stream->latch, is_mux);
  g_mutex_unlock (&self->lock);

  return target;
}

/* A datagram of a source that is not allowed at all. */
void
gst_rec_session_note_refused (GstRecSession * self,
    GstRecStreamState * stream, const GstRecSource * source)
{
  g_mutex_lock (&self->lock);
  refuse (stream, source);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_note_undecryptable (GstRecSession * self,
    GstRecStreamState * stream, GstClockTime now)
{
  g_mutex_lock (&self->lock);
  stream->undecryptable++;
  stream->last_undecryptable = now;
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_note_replayed (GstRecSession * self,
    GstRecStreamState * stream, GstClockTime now)
{
  g_mutex_lock (&self->lock);
  stream->replayed++;
  stream->last_replayed = now;
  g_mutex_unlock (&self->lock);
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

/* An SSRC that is neither the stream's nor the one before may not come back
 * until it is readmitted. FALSE: it is one of them. */
gboolean
gst_rec_session_dismiss (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc)
{
  gboolean dismissed;

  g_mutex_lock (&self->lock);
  dismissed = find_clock (stream, ssrc) == NULL
      && stream->n_dismissed < G_N_ELEMENTS (stream->dismissed);
  if (dismissed)
    stream->dismissed[stream->n_dismissed++] = ssrc;
  g_mutex_unlock (&self->lock);

  return dismissed;
}

void
gst_rec_session_readmit (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < stream->n_dismissed; i++) {
    if (stream->dismissed[i] == ssrc)
      stream->dismissed[i] = stream->dismissed[--stream->n_dismissed];
  }
  g_mutex_unlock (&self->lock);
}

/* The sender took leave. */
void
gst_rec_session_note_bye (GstRecSession * self, GstRecStreamState * stream,
    guint32 ssrc, GstClockTime now)
{
  g_mutex_lock (&self->lock);
  if (stream->packets > 0 && stream->ssrc == ssrc) {
    if (stream->bye == GST_CLOCK_TIME_NONE)
      gst_rec_session_log (self, stream, (GstRecJournalEntry) {
            .event = GST_REC_EVENT_BYE,.time = now});
    stream->bye = now;
  }
  g_mutex_unlock (&self->lock);
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

/* The stream's last packet was long ago, unless one has come by now. */
void
gst_rec_session_note_paused (GstRecSession * self, GstRecStreamState * stream,
    GstClockTime now)
{
  g_mutex_lock (&self->lock);
  if (now >= stream->last_packet + GST_REC_PAUSE)
    log_pause (self, stream);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_session_note_picture (GstRecSession * self, GstRecStreamState * stream,
    GstClockTime black_since, GstClockTime still_since)
{
  g_mutex_lock (&self->lock);
  stream->black_since = black_since;
  stream->still_since = still_since;
  g_mutex_unlock (&self->lock);
}

/* The first cause wins: what was cut off once does not grow again. */
void
gst_rec_session_end (GstRecSession * self, GstClockTime end)
{
  g_mutex_lock (&self->lock);
  if (self->end == GST_CLOCK_TIME_NONE) {
    self->end = end;
    wake_all (self);
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
    .last_wrong = GST_CLOCK_TIME_NONE,
    .keyless_since = GST_CLOCK_TIME_NONE,
    .newest = GST_CLOCK_TIME_NONE,
    .bye = GST_CLOCK_TIME_NONE,
    .last_undecryptable = GST_CLOCK_TIME_NONE,
    .last_replayed = GST_CLOCK_TIME_NONE,
    .last_keyframe_request = GST_CLOCK_TIME_NONE,
    .last_keyframe = GST_CLOCK_TIME_NONE,
    .sending_since = GST_CLOCK_TIME_NONE,
    .black_since = GST_CLOCK_TIME_NONE,
    .still_since = GST_CLOCK_TIME_NONE,
  };
  gst_rec_reception_init (&self->reception);
  gst_rec_quality_init (&self->quality);
}
