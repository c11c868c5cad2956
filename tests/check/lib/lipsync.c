/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Two hours of a session, as fast as it goes: what was said and what was seen
 * in one moment must get one time. */

#include <gst/check/gstcheck.h>

#include "session.h"

#define MS ((gint64) GST_MSECOND)
#define SECOND ((gint64) GST_SECOND)
#define DURATION (7200 * SECOND)
#define SETTLED (20 * SECOND)
#define LATENCY (500 * MS)

/* of the host that reports: not ours, and not of this century */
#define HOST_START (123456 * SECOND)
#define HOST_PPM 40

typedef enum
{
  NO_REPORTS,
  CAPTURE,                      /* its RTP time is that of the NTP time */
  ARRIVAL,                      /* is reckoned from when the last packet came */
} Reports;

typedef struct
{
  const gchar *name;
  gint audio_ppm, video_ppm;
  gint jitter_ms;               /* on the way */
  Reports reports;
  gint report_jitter_ms;        /* more or less */
  gint encode_ms;               /* a picture; a large one takes twice that */
  gint mute_from, mute_to;      /* seconds */
  gint camera_off_from, camera_off_to;
  gint most_ms;
} Case;

typedef struct
{
  guint32 ssrc;
  gint rate;
  gint ppm;
  gint64 interval;              /* of packets, by the sender's clock */
  gint64 delay;                 /* from its RTP time until it is sent */
  gint64 delay_spread;
  gint64 off_from, off_to;
  gint64 report_interval;

  GstRecStreamState state;
  guint32 base;
  guint64 next;                 /* number of the next packet */
  gint64 arrival;               /* of it */
  gint64 next_report;
  gint64 last_rtp_at;           /* when its time was, of the packet before */
  gint64 last_arrival;
  GQueue jitter_buffer;         /* of packets' numbers */
  gint64 error;                 /* of the newest time, if known */
  gboolean has_error;
} Sender;

typedef struct
{
  const Case *c;
  GstRecSession *session;
  Sender audio, video;
  guint32 random;
  gint64 worst, worst_settled;
} Simulation;

/* 0 to @most */
static gint64
chance (Simulation * s, gint64 most)
{
  s->random = s->random * 1664525 + 1013904223;

  return most * (s->random >> 8) / (1 << 24);
}

/* When a packet's RTP time was. */
static gint64
time_of (const Sender * sender, guint64 packet)
{
  return packet * sender->interval * (1 - sender->ppm * 1e-6);
}

static guint32
rtp_of (const Sender * sender, gint64 time)
{
  return sender->base
      + (guint64) (time * (1 + sender->ppm * 1e-6) * sender->rate / SECOND);
}

static gboolean
is_off (const Sender * sender, gint64 time)
{
  return time >= sender->off_from && time < sender->off_to;
}

/* Most packets are quick, a few are not; none overtakes. */
static void
prepare_next (Simulation * s, Sender * sender)
{
  gint64 way = 30 * MS;

  while (is_off (sender, time_of (sender, sender->next)))
    sender->next++;
  way += chance (s, s->c->jitter_ms * MS);
  if (chance (s, 100) == 0)
    way += 4 * s->c->jitter_ms * MS;
  sender->arrival = MAX (sender->arrival, time_of (sender, sender->next)
      + sender->delay + chance (s, sender->delay_spread) + way);
}

static void
report (Simulation * s, Sender * sender, gint64 now)
{
  gint64 at = now - 25 * MS;    /* when it was sent */
  gint64 means = at;            /* the moment of its RTP time */
  gint64 host = HOST_START + at + at / 1000000 * HOST_PPM;
  gint64 jitter = s->c->report_jitter_ms * MS;
  guint64 ntp;

  if (s->c->reports == ARRIVAL)
    means = sender->last_rtp_at + now - sender->last_arrival;
  means += chance (s, 2 * jitter) - jitter;
  ntp = ((guint64) (host / SECOND) << 32)
      + (((guint64) (host % SECOND) << 32) / SECOND);
  gst_rec_session_note_cname (s->session, &sender->state, sender->ssrc, "x");
  gst_rec_session_note_report (s->session, &sender->state, sender->ssrc, ntp,
      rtp_of (sender, means));
}

static void
receive (Simulation * s, Sender * sender)
{
  const GstRecSource source = {.size = 0 };
  gint64 at = time_of (sender, sender->next);
  gint64 now = sender->arrival;
  GstRecRtpHeader header = {
    .ssrc = sender->ssrc,.seq = sender->state.packets,
    .timestamp = rtp_of (sender, at)
  };
  GstRecSessionPacket packet = {
    .header = &header,.source = &source,.clock_rate = sender->rate,
    .size = 100,.wanted = TRUE,.now = now
  };

  gst_rec_session_note_packet (s->session, &sender->state, &packet);
  g_queue_push_tail (&sender->jitter_buffer, GSIZE_TO_POINTER (sender->next));
  sender->last_rtp_at = at;
  sender->last_arrival = now;

  if (s->c->reports != NO_REPORTS && now >= sender->next_report) {
    report (s, sender, now);
    sender->next_report = now + sender->report_interval
        + chance (s, sender->report_interval / 4);
  }
  sender->next++;
  prepare_next (s, sender);
}

/* What has waited long enough gets its time. */
static void
release (Simulation * s, Sender * sender, gint64 now)
{
  if ((GstClockTime) now < gst_rec_session_settled_at (s->session,
          &sender->state, sender->ssrc))
    return;

  while (!g_queue_is_empty (&sender->jitter_buffer)) {
    guint64 packet = GPOINTER_TO_SIZE (g_queue_peek_head
        (&sender->jitter_buffer));
    gint64 at = time_of (sender, packet);
    GstClockTime time;

    if (at + LATENCY > now)
      break;
    g_queue_pop_head (&sender->jitter_buffer);
    time = gst_rec_session_map (s->session, &sender->state, sender->ssrc,
        rtp_of (sender, at), now);
    sender->has_error = time != GST_CLOCK_TIME_NONE;
    sender->error = GST_CLOCK_DIFF (at, time);
  }
}

static void
compare (Simulation * s, gint64 now)
{
  gint64 offset = ABS (s->audio.error - s->video.error);

  if (!s->audio.has_error || !s->video.has_error
      || is_off (&s->audio, now - LATENCY)
      || is_off (&s->video, now - LATENCY))
    return;

  s->worst = MAX (s->worst, offset);
  if (now > SETTLED)
    s->worst_settled = MAX (s->worst_settled, offset);
}

static void
run (Simulation * s, const Case * c)
{
  const GstRecStreamState empty = { 0, };

  *s = (Simulation) {
    .c = c,.random = 7,.audio = {
    /* its time is that of the first sample, it is sent after the last one;
     * the RTP time ends within the first minutes */
    .ssrc = 1,.rate = 48000,.ppm = c->audio_ppm,.interval = 20 * MS,.delay =
          20 * MS,.report_interval = 5 * SECOND,.base =
          G_MAXUINT32 - 48000 * 60,.off_from = c->mute_from * SECOND,.off_to =
          c->mute_to * SECOND,.state = empty},.video = {
    .ssrc = 2,.rate = 90000,.ppm = c->video_ppm,.interval = 33333333,.delay =
          c->encode_ms * MS,.delay_spread = c->encode_ms * MS,.report_interval =
          SECOND,.base = G_MAXUINT32 - 90000 * 100,.off_from =
          c->camera_off_from * SECOND,.off_to = c->camera_off_to * SECOND,
          .state = empty}
  };
  s->session = gst_rec_session_new ();
  gst_rec_session_reset (s->session, GST_SECOND, 0);
  gst_rec_session_add_stream (s->session, &s->audio.state, FALSE);
  gst_rec_session_add_stream (s->session, &s->video.state, TRUE);

  prepare_next (s, &s->audio);
  prepare_next (s, &s->video);
  while (MIN (s->audio.arrival, s->video.arrival) < DURATION) {
    Sender *sender = s->audio.arrival <= s->video.arrival ?
        &s->audio : &s->video;
    gint64 now = sender->arrival;

    receive (s, sender);
    release (s, &s->audio, now);
    release (s, &s->video, now);
    compare (s, now);
  }
  g_queue_clear (&s->audio.jitter_buffer);
  g_queue_clear (&s->video.jitter_buffer);
  gst_rec_session_unref (s->session);
}

static const Case cases[] = {
  {"by arrival", 100, -100, 10, NO_REPORTS, 0, 10, 0, 0, 0, 0, 15},
  {"by arrival, the other way", -100, 100, 10, NO_REPORTS, 0, 10, 0, 0, 0, 0,
      15},
  {"by arrival, slow encoder, bad way", 100, -100, 30, NO_REPORTS, 0, 25, 0, 0,
      0, 0, 30},
  {"by arrival, mute", 100, -100, 10, NO_REPORTS, 0, 10, 1200, 1800, 0, 0, 15},
  {"by arrival, camera off", -100, 100, 10, NO_REPORTS, 0, 10, 0, 0, 600, 4200,
      15},
  {"reports", 100, -100, 10, CAPTURE, 0, 20, 0, 0, 0, 0, 15},
  {"reports that tremble", 100, -100, 10, CAPTURE, 5, 20, 0, 0, 0, 0, 15},
  {"reports that tremble, the other way", -100, 100, 10, CAPTURE, 5, 20, 0, 0,
      0, 0, 15},
  {"reports by arrival", 100, -100, 10, ARRIVAL, 0, 10, 0, 0, 0, 0, 20},
  {"reports by arrival, bad way", 100, -100, 30, ARRIVAL, 0, 20, 0, 0, 0, 0,
      30},
  {"reports, mute", 100, -100, 10, CAPTURE, 2, 20, 1200, 1800, 0, 0, 15},
  {"reports, camera off for an hour", 100, -100, 10, CAPTURE, 2, 20, 0, 0, 600,
      4200, 15},
  {"reports, short pauses", 100, -100, 10, CAPTURE, 2, 20, 1200, 1203, 1300,
      1305, 15},
  {"reports by arrival, both pause", -100, 100, 10, ARRIVAL, 0, 10, 1200, 1800,
      600, 4200, 15},
};

GST_START_TEST (test_sound_and_picture_of_a_moment_stay_together)
{
  const Case *c = &cases[__i__];
  Simulation s;

  run (&s, c);
  GST_INFO ("%s: %.1f ms, once settled %.1f ms", c->name,
      (gdouble) s.worst / MS, (gdouble) s.worst_settled / MS);
  fail_unless (s.worst <= 40 * MS, "%s: %.1f ms apart", c->name,
      (gdouble) s.worst / MS);
  fail_unless (s.worst_settled <= c->most_ms * MS, "%s: %.1f ms apart",
      c->name, (gdouble) s.worst_settled / MS);
}

GST_END_TEST;

static Suite *
lipsync_suite (void)
{
  Suite *s = suite_create ("lipsync");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_loop_test (tc, test_sound_and_picture_of_a_moment_stay_together, 0,
      G_N_ELEMENTS (cases));

  return s;
}

GST_CHECK_MAIN (lipsync);
