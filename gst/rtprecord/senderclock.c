/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* When a sender's RTP time was, in our running time.
 *
 * The media time of an SSRC (its RTP time over the clock rate) differs from
 * the running time of arrival by an unknown offset and the transit time. The
 * least difference of the last two seconds is that of the packets that came
 * quickest, and hardly depends on what else was on the line: a keyframe that
 * takes 80 ms to encode, a burst after a stall. It follows a clock that
 * drifts. An SSRC that comes back after a pause with an RTP time that did not
 * count the pause (Chromium's microphone does that) starts a new estimate.
 *
 * A sender report (RFC 3550, 6.4.1) tells the sender's NTP time of an RTP
 * time. That clock may be anybody's; only differences between streams of one
 * CNAME mean something, and the caller makes use of those. An SFU may reckon
 * the RTP time from when the last packet came to it (mediasoup did until 2026),
 * and then a report is as late as that packet was. So of the last reports the
 * least offset counts, as it does of the packets. */

#include "senderclock.h"

#define BUCKET (200 * GST_MSECOND)
#define EMPTY G_MAXINT64

#define PAUSE (200 * GST_MSECOND)
#define PAUSE_JUMP (100 * GST_MSECOND)
#define OUTLIER (2 * GST_SECOND)
#define SPURT (100 * GST_MSECOND)
#define MAX_OUTLIERS 5

#define REPORT_JUMP (250 * GST_MSECOND)

/* Small changes of the estimate are followed at 5 ms a second, which nobody
 * hears or sees; a larger one is a step. */
#define STEP (30 * GST_MSECOND)
#define SLEW 200

#define FRESH (10 * GST_SECOND)

void
gst_rec_sender_clock_init (GstRecSenderClock * self, guint32 ssrc,
    gint clock_rate)
{
  *self = (GstRecSenderClock) {
  .in_use = TRUE,.ssrc = ssrc,.clock_rate = clock_rate,
        .last_arrival = GST_CLOCK_TIME_NONE};
}

/* The extended RTP time nearest to the last one. */
static gint64
extend (const GstRecSenderClock * self, guint32 rtp)
{
  if (self->last_arrival == GST_CLOCK_TIME_NONE)
    return rtp;

  return self->last_rtp + (gint32) (rtp - (guint32) self->last_rtp);
}

static gint64
media_time (const GstRecSenderClock * self, gint64 rtp)
{
  gint64 seconds = rtp / self->clock_rate;
  gint64 rest = rtp % self->clock_rate;

  return seconds * (gint64) GST_SECOND
      + rest * (gint64) GST_SECOND / self->clock_rate;
}

static void
restart (GstRecSenderClock * self, GstClockTime arrival)
{
  for (guint i = 0; i < GST_REC_CLOCK_BUCKETS; i++)
    self->buckets[i] = EMPTY;
  self->bucket = arrival / BUCKET;
  self->restart = arrival;
  self->outliers = 0;

  /* A report from before spoke of another RTP time. */
  self->have_sr = FALSE;
  self->n_reports = 0;
}

static void
add (GstRecSenderClock * self, GstClockTimeDiff transit, GstClockTime arrival)
{
  guint64 bucket = MAX (arrival / BUCKET, self->bucket);
  guint64 n = MIN (bucket - self->bucket, GST_REC_CLOCK_BUCKETS);

  for (guint64 i = 0; i < n; i++)
    self->buckets[(bucket - i) % GST_REC_CLOCK_BUCKETS] = EMPTY;
  self->bucket = bucket;
  bucket %= GST_REC_CLOCK_BUCKETS;
  self->buckets[bucket] = MIN (self->buckets[bucket], transit);
}

/* One packet with a time from nowhere is not the sender's clock, many are. No
 * packet is suddenly quicker than all before it by much. */
static gboolean
is_outlier (GstRecSenderClock * self, GstClockTimeDiff change)
{
  if (change < (GstClockTimeDiff) OUTLIER
      && change > -(GstClockTimeDiff) SPURT) {
    self->outliers = 0;
    return FALSE;
  }

  return ++self->outliers < MAX_OUTLIERS;
}

void
gst_rec_sender_clock_packet (GstRecSenderClock * self, guint32 rtp,
    GstClockTime arrival)
{
  gint64 extended = extend (self, rtp);
  GstClockTimeDiff transit =
      (GstClockTimeDiff) arrival - media_time (self, extended);

  if (self->last_arrival == GST_CLOCK_TIME_NONE) {
    restart (self, arrival);
    self->last_rtp = extended;
  } else {
    GstClockTimeDiff change =
        transit - gst_rec_sender_clock_transit (self);
    gboolean was_paused = arrival > self->last_arrival + PAUSE;

    if (was_paused && change > (GstClockTimeDiff) PAUSE_JUMP) {
      restart (self, arrival);
    } else if (is_outlier (self, change)) {
      return;
    } else if (self->outliers > 0) {
      restart (self, arrival);
    }
    self->last_rtp = MAX (self->last_rtp, extended);
    if (self->restart == arrival)
      self->last_rtp = extended;
  }

  add (self, transit, arrival);
  self->last_arrival = arrival;
}

/* Another reading of the reporter's clock. One that contradicts the others is
 * from a clock that was set, or from another host: those count no more. */
static void
add_report (GstRecSenderClock * self, GstClockTimeDiff offset)
{
  GstClockTimeDiff least = offset;

  if (self->have_sr && ABS (offset - self->ntp_offset)
      > (GstClockTimeDiff) REPORT_JUMP)
    self->n_reports = 0;
  self->reports[self->n_reports++ % GST_REC_CLOCK_REPORTS] = offset;
  for (guint i = 0; i < MIN (self->n_reports, GST_REC_CLOCK_REPORTS); i++)
    least = MIN (least, self->reports[i]);
  self->ntp_offset = least;
  self->have_sr = TRUE;
}

/* @ntp: seconds since 1900 in 32.32 bits, as in the report. */
void
gst_rec_sender_clock_report (GstRecSenderClock * self, guint64 ntp,
    guint32 rtp)
{
  guint64 ns = (ntp >> 32) * GST_SECOND
      + (((ntp & G_MAXUINT32) * GST_SECOND) >> 32);

  if (self->last_arrival == GST_CLOCK_TIME_NONE)
    return;                     /* an SSRC that sends reports only */
  add_report (self, (GstClockTimeDiff) (ns
          - (guint64) media_time (self, extend (self, rtp))));
}

/* Whether the transit time is one of today's. */
gboolean
gst_rec_sender_clock_has_transit (const GstRecSenderClock * self,
    GstClockTime now)
{
  return self->in_use && self->last_arrival != GST_CLOCK_TIME_NONE
      && now < self->last_arrival + FRESH;
}

/* Running time minus media time, least of late. */
GstClockTimeDiff
gst_rec_sender_clock_transit (const GstRecSenderClock * self)
{
  GstClockTimeDiff least = EMPTY;

  for (guint i = 0; i < GST_REC_CLOCK_BUCKETS; i++)
    least = MIN (least, self->buckets[i]);

  return least;
}

/* The running time of the newest packet, with @offset as running time minus
 * media time. */
GstClockTime
gst_rec_sender_clock_newest (const GstRecSenderClock * self,
    GstClockTimeDiff offset)
{
  return MAX (media_time (self, self->last_rtp) + offset, 0);
}

/* The running time of an RTP time, with @offset as running time minus media
 * time. 0 where that would be before 0. */
GstClockTime
gst_rec_sender_clock_map (GstRecSenderClock * self, guint32 rtp,
    GstClockTimeDiff offset)
{
  gint64 media = media_time (self, extend (self, rtp));
  GstClockTimeDiff change = offset - self->applied;

  if (self->have_applied && ABS (change) < (GstClockTimeDiff) STEP) {
    gint64 passed = MAX (media - self->applied_at, 0);
    gint64 most = passed / SLEW;

    offset = self->applied + CLAMP (change, -most, most);
    self->applied_at += passed;
  } else {
    self->applied_at = media;
  }
  self->applied = offset;
  self->have_applied = TRUE;

  return MAX (media + offset, 0);
}
