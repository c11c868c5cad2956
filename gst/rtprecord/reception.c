/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What came of a stream, what did not, and what to do about it.
 *
 * Sequence numbers are extended over their wrap (RFC 3550, A.1), and a window
 * of bits tells a packet that is late from one that came twice. What is missing is
 * asked for (NACK, RFC 4585, 6.2.1) as soon as it is noticed, again after a
 * round trip, and given up when it would be of no use any more. Then pictures
 * are broken until a keyframe begins: it is asked for (PLI) at once, and each
 * second until it comes. Whatever made the pictures break, this is the only
 * place that asks. */

#include "reception.h"

#include <string.h>

/* RFC 3550, A.1 */
#define MAX_DROPOUT 3000

#define MAX_DUPLICATES 10

/* All that the jitter buffer waits for at a time. Beyond half of the sequence
 * numbers the one of GStreamer 1.22 waits for ever. */
#define MAX_SKIPPED 24000
#define MAX_DUPLICATE_AGE 60    /* s */
#define GONE GST_SECOND

/* An SFU merges requests within a second (mediasoup), or drops them (Janus). */
#define KEYFRAME_RETRY GST_SECOND

/* Nobody is asked who has gone. */
#define SILENCE (2 * GST_SECOND)

/* Between two requests for a packet: a round trip and a half. */
#define DEFAULT_RTT (60 * GST_MSECOND)
#define MIN_RETRY (30 * GST_MSECOND)
#define MAX_RETRY (150 * GST_MSECOND)

/* On a path that changes the order, a hole may close by itself. */
#define REORDER_WAIT (10 * GST_MSECOND)
#define REORDER_MEMORY (10 * GST_SECOND)

/* So that extended numbers stay positive. */
#define FIRST_CYCLE 65536

void
gst_rec_reception_init (GstRecReception * self)
{
  *self = (GstRecReception) {
    .stray = -1,
    .due = GST_CLOCK_TIME_NONE,
    .rtt = GST_CLOCK_TIME_NONE,
    .last_reordered = GST_CLOCK_TIME_NONE,
    .last_arrival = GST_CLOCK_TIME_NONE,
    .keyframe_request = GST_CLOCK_TIME_NONE,
  };
}

/* The window: the last numbers, a bit each */

static gboolean
has (const GstRecReception * self, gint64 seq)
{
  guint bit = seq % GST_REC_RECEPTION_WINDOW;

  return self->window[bit / 64] >> (bit % 64) & 1;
}

static void
set (GstRecReception * self, gint64 seq, gboolean received)
{
  guint bit = seq % GST_REC_RECEPTION_WINDOW;
  guint64 mask = G_GUINT64_CONSTANT (1) << (bit % 64);

  if (received)
    self->window[bit / 64] |= mask;
  else
    self->window[bit / 64] &= ~mask;
}

/* The extended number nearest to the highest one. */
static gint64
extend (const GstRecReception * self, guint16 seq)
{
  return self->highest + (gint16) (seq - (guint16) self->highest);
}

static void
restart (GstRecReception * self, const GstRecReceivedPacket * packet)
{
  self->in_use = TRUE;
  self->is_video = packet->is_video;
  self->ssrc = packet->ssrc;
  self->highest = FIRST_CYCLE + packet->seq;
  self->newest_timestamp = packet->timestamp;
  self->stray = -1;
  self->base = self->highest;
  self->duplicates_in_a_row = 0;
  memset (self->window, 0, sizeof self->window);
  self->have_transit = FALSE;
  self->n_missing = 0;
  self->broken = self->keyframe = 0;
  self->keyframe_request = GST_CLOCK_TIME_NONE;
  self->expected++;
}

/* What is missing, in order */

static gboolean
find_missing (const GstRecReception * self, gint64 seq, guint * index)
{
  for (guint i = 0; i < self->n_missing; i++) {
    if (self->missing[i].seq == seq) {
      *index = i;
      return TRUE;
    }
  }

  return FALSE;
}

static void
remove_missing (GstRecReception * self, guint index, guint n)
{
  self->n_missing -= n;
  memmove (self->missing + index, self->missing + index + n,
      (self->n_missing - index) * sizeof *self->missing);
}

static void
break_at (GstRecReception * self, gint64 seq)
{
  self->broken = MAX (self->broken, seq);
}

static GstClockTime
first_request (const GstRecReception * self,
    const GstRecReceivedPacket * packet)
{
  if (!packet->nack)
    return GST_CLOCK_TIME_NONE;
  if (self->last_reordered != GST_CLOCK_TIME_NONE
      && packet->now < self->last_reordered + REORDER_MEMORY)
    return packet->now + REORDER_WAIT;

  return packet->now;
}

/* @seq, and all from it up to the newest packet, have not come. */
static void
add_missing (GstRecReception * self, gint64 seq,
    const GstRecReceivedPacket * packet)
{
  gint64 last = self->highest - 1;
  guint n = MIN (last - seq + 1, GST_REC_MAX_MISSING);

  if (self->n_missing + n > GST_REC_MAX_MISSING) {
    guint excess = self->n_missing + n - GST_REC_MAX_MISSING;

    break_at (self, self->missing[excess - 1].seq);
    remove_missing (self, 0, excess);
  }
  if (seq + n <= last) {
    break_at (self, last - n);
    seq = last - n + 1;
  }
  for (; seq <= last; seq++)
    self->missing[self->n_missing++] = (GstRecMissingPacket) {
    .seq = seq,.noticed = packet->now,
          .next_request = first_request (self, packet),
          .requested = GST_CLOCK_TIME_NONE};
  self->due = packet->now;
}

/* Arrival */

static GstRecArrival
advance (GstRecReception * self, gint64 seq,
    const GstRecReceivedPacket * packet)
{
  gint64 from = self->highest + 1;

  for (gint64 lost = MAX (from, seq - GST_REC_RECEPTION_WINDOW + 1);
      lost < seq; lost++)
    set (self, lost, FALSE);
  self->expected += seq - self->highest;
  self->highest = seq;
  self->newest_timestamp = packet->timestamp;
  self->duplicates_in_a_row = 0;
  if (from < seq)
    add_missing (self, from, packet);

  return GST_REC_ARRIVAL_NEXT;
}

static void
note_rtt (GstRecReception * self, GstClockTime rtt)
{
  if (self->rtt == GST_CLOCK_TIME_NONE)
    self->rtt = rtt;
  else
    self->rtt = (7 * self->rtt + rtt) / 8;
}

/* A sender that begins anew with lower numbers looks like many duplicates. They
 * are not of the recent past, as packets are that were sent twice: a burst of
 * those may be long. */
static GstRecArrival
note_duplicate (GstRecReception * self, const GstRecReceivedPacket * packet)
{
  gint64 age = (gint32) (self->newest_timestamp - packet->timestamp);

  if (age < 0 || age > MAX_DUPLICATE_AGE * (gint64) packet->clock_rate)
    self->duplicates_in_a_row++;
  if (self->duplicates_in_a_row >= MAX_DUPLICATES
      || packet->now >= self->last_arrival + GONE) {
    restart (self, packet);
    return GST_REC_ARRIVAL_NEXT;
  }
  self->duplicates++;

  return GST_REC_ARRIVAL_DUPLICATE;
}

static GstRecArrival
fill (GstRecReception * self, gint64 seq, const GstRecReceivedPacket * packet)
{
  GstRecMissingPacket missing = { 0, };
  guint index;

  if (has (self, seq))
    return note_duplicate (self, packet);
  if (seq < self->base) {
    self->expected += self->base - seq;
    self->base = seq;
  }
  if (find_missing (self, seq, &index)) {
    missing = self->missing[index];
    remove_missing (self, index, 1);
  }
  /* What came before it was asked for was only read later. */
  if (missing.requests == 0
      || (missing.requests == 1 && packet->now <= missing.requested)) {
    self->reordered++;
    self->last_reordered = packet->now;
    return GST_REC_ARRIVAL_LATE;
  }
  if (missing.requests == 1)
    note_rtt (self, packet->now - missing.requested);
  self->recovered++;

  return GST_REC_ARRIVAL_RECOVERED;
}

/* RFC 3550, A.1: a jump is believed when the next number follows. */
static GstRecArrival
jump (GstRecReception * self, gint64 seq, const GstRecReceivedPacket * packet)
{
  if (self->stray != packet->seq) {
    self->stray = (guint16) (seq + 1);
    return GST_REC_ARRIVAL_STRAY;
  }
  restart (self, packet);

  return GST_REC_ARRIVAL_NEXT;
}

/* Skips as large as a loss may be, but not one after the other. */
static gboolean
affords (GstRecReception * self, gint64 seq,
    const GstRecReceivedPacket * packet)
{
  return gst_rec_budget_spend (&self->skips, seq - self->highest - 1,
      MAX_DROPOUT, gst_util_uint64_scale (MAX_SKIPPED, GST_SECOND,
          packet->latency + GST_SECOND), packet->now);
}

static GstRecArrival
arrive (GstRecReception * self, const GstRecReceivedPacket * packet)
{
  gint64 seq;

  if (!self->in_use || self->ssrc != packet->ssrc) {
    restart (self, packet);
    return GST_REC_ARRIVAL_NEXT;
  }

  seq = extend (self, packet->seq);
  if (seq > self->highest && seq < self->highest + MAX_DROPOUT)
    return affords (self, seq, packet) ? advance (self, seq, packet) :
        GST_REC_ARRIVAL_EXCESS;
  if (seq <= self->highest && seq > self->highest - GST_REC_RECEPTION_WINDOW)
    return fill (self, seq, packet);

  return jump (self, seq, packet);
}

/* RFC 3550, A.8. A clock that jumps, as Chromium's does with a microphone that
 * was muted, is no jitter. */
static void
note_jitter (GstRecReception * self, const GstRecReceivedPacket * packet)
{
  guint32 transit = gst_util_uint64_scale (packet->now, packet->clock_rate,
      GST_SECOND) - packet->timestamp;
  guint32 d = transit - self->transit;

  if (d > G_MAXINT32)
    d = -d;
  if (self->have_transit && d < (guint32) packet->clock_rate)
    self->jitter += d - ((self->jitter + 8) >> 4);
  self->transit = transit;
  self->clock_rate = packet->clock_rate;
  self->have_transit = TRUE;
}

/* H.264 may begin one with several packets: the parameters, the first slice. */
static void
note_keyframe (GstRecReception * self, gint64 seq, guint32 timestamp)
{
  if (seq <= self->keyframe
      || (self->keyframe > 0 && timestamp == self->keyframe_timestamp))
    return;
  self->keyframe = seq;
  self->keyframe_timestamp = timestamp;
  if (!gst_rec_reception_needs_keyframe (self))
    self->keyframe_request = GST_CLOCK_TIME_NONE;
}

GstRecArrival
gst_rec_reception_packet (GstRecReception * self,
    const GstRecReceivedPacket * packet)
{
  GstRecArrival arrival = arrive (self, packet);

  self->patience = packet->patience;
  self->last_arrival = packet->now;
  if (arrival == GST_REC_ARRIVAL_DUPLICATE || arrival == GST_REC_ARRIVAL_STRAY
      || arrival == GST_REC_ARRIVAL_EXCESS)
    return arrival;

  set (self, extend (self, packet->seq), TRUE);
  self->received++;
  if (arrival != GST_REC_ARRIVAL_RECOVERED)
    note_jitter (self, packet);
  if (packet->begins_keyframe)
    note_keyframe (self, extend (self, packet->seq), packet->timestamp);
  if (gst_rec_reception_needs_keyframe (self)
      && self->keyframe_request == GST_CLOCK_TIME_NONE)
    self->due = packet->now;

  return arrival;
}

/* The picture of packet @seq, one of the last, will not be seen. */
void
gst_rec_reception_break (GstRecReception * self, guint32 ssrc, guint16 seq)
{
  if (!self->in_use || self->ssrc != ssrc)
    return;
  break_at (self, extend (self, seq));
  if (gst_rec_reception_needs_keyframe (self))
    self->due = 0;
}

/* Whether a packet that was asked for is still to come. */
gboolean
gst_rec_reception_misses (const GstRecReception * self, guint16 seq)
{
  guint index;

  return self->in_use && find_missing (self, extend (self, seq), &index)
      && self->missing[index].requests > 0;
}

gboolean
gst_rec_reception_needs_keyframe (const GstRecReception * self)
{
  return self->in_use && self->is_video && self->broken >= self->keyframe;
}

/* Repair */

static void
give_up (GstRecReception * self, GstClockTime now)
{
  guint n = 0;

  /* noticed in order */
  while (n < self->n_missing
      && now >= self->missing[n].noticed + self->patience)
    n++;
  if (n == 0)
    return;
  break_at (self, self->missing[n - 1].seq);
  remove_missing (self, 0, n);
}

static GstClockTime
retry_time (const GstRecReception * self)
{
  GstClockTime rtt = self->rtt == GST_CLOCK_TIME_NONE ? DEFAULT_RTT : self->rtt;

  return CLAMP (rtt + rtt / 2, MIN_RETRY, MAX_RETRY);
}

static void
request_missing (GstRecReception * self, GstClockTime now,
    GstRecRepair * repair)
{
  for (guint i = 0; i < self->n_missing
      && repair->n_nacks < GST_REC_MAX_NACKS; i++) {
    GstRecMissingPacket *missing = &self->missing[i];

    if (now < missing->next_request)
      continue;
    missing->requests++;
    missing->requested = now;
    missing->next_request = now + retry_time (self);
    repair->nacks[repair->n_nacks++] = missing->seq;
  }
  self->nacks += repair->n_nacks;
}

static void
request_keyframe (GstRecReception * self, GstClockTime now,
    GstRecRepair * repair)
{
  if (!gst_rec_reception_needs_keyframe (self)
      || now >= self->last_arrival + SILENCE)
    return;
  if (self->keyframe_request != GST_CLOCK_TIME_NONE
      && now < self->keyframe_request + KEYFRAME_RETRY)
    return;
  self->keyframe_request = now;
  repair->keyframe = self->broken == 0 ? "new-ssrc" : "loss";
}

static void
schedule (GstRecReception * self)
{
  self->due = GST_CLOCK_TIME_NONE;
  if (self->n_missing > 0)
    self->due = self->missing[0].noticed + self->patience;
  for (guint i = 0; i < self->n_missing; i++)
    self->due = MIN (self->due, self->missing[i].next_request);
  if (gst_rec_reception_needs_keyframe (self)
      && self->keyframe_request != GST_CLOCK_TIME_NONE)
    self->due = MIN (self->due, self->keyframe_request + KEYFRAME_RETRY);
}

/* Call it after each packet and now and then. TRUE: there is something to ask
 * for. */
gboolean
gst_rec_reception_repair (GstRecReception * self, GstClockTime now,
    GstRecRepair * repair)
{
  repair->n_nacks = 0;
  repair->keyframe = NULL;
  if (now < self->due || !self->in_use)
    return FALSE;

  give_up (self, now);
  request_missing (self, now, repair);
  request_keyframe (self, now, repair);
  schedule (self);

  return repair->n_nacks > 0 || repair->keyframe != NULL;
}

/* Figures */

/* What was missing at the last packet, given up or not. */
guint64
gst_rec_reception_lost (const GstRecReception * self)
{
  return self->expected - self->received;
}

GstClockTime
gst_rec_reception_jitter (const GstRecReception * self)
{
  return self->clock_rate == 0 ? 0 :
      gst_util_uint64_scale (self->jitter, GST_SECOND, 16 * self->clock_rate);
}
