/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "session.h"

#define MS GST_MSECOND
#define RATE 90000
#define NTP(seconds) ((guint64) ((seconds) * 4294967296.0))

static const GstRecStreamState empty;

/* A packet of media time @ms, RTP time starting at @base, that took @transit
 * ms. */
static void
packet (GstRecSenderClock * clock, guint32 base, gint64 ms, gint transit)
{
  gst_rec_sender_clock_packet (clock, base + ms * (RATE / 1000),
      (ms + transit) * MS);
}

static gint
map_ms (GstRecSenderClock * clock, guint32 base, gint64 ms)
{
  return gst_rec_sender_clock_map (clock, base + ms * (RATE / 1000),
      gst_rec_sender_clock_transit (clock)) / MS;
}

GST_START_TEST (test_quickest_packet_tells_the_time)
{
  GstRecSenderClock clock;

  gst_rec_sender_clock_init (&clock, 1, RATE);
  packet (&clock, 7, 1000, 84); /* a keyframe that took long to encode */
  packet (&clock, 7, 1033, 60);
  packet (&clock, 7, 1066, 5);
  packet (&clock, 7, 1100, 9);
  fail_unless_equals_int (map_ms (&clock, 7, 1000), 1005);
  fail_unless_equals_int (map_ms (&clock, 7, 1100), 1105);
}

GST_END_TEST;

GST_START_TEST (test_rtp_time_wraps)
{
  const guint32 base = G_MAXUINT32 - RATE;      /* a second before */
  GstRecSenderClock clock;

  gst_rec_sender_clock_init (&clock, 1, RATE);
  for (gint ms = 1000; ms < 4000; ms += 20)
    packet (&clock, base - RATE, ms, 5);
  fail_unless_equals_int (map_ms (&clock, base - RATE, 3980), 3985);
  /* what is still in the jitter buffer from before the wrap */
  fail_unless_equals_int (map_ms (&clock, base - RATE, 1500), 1505);
}

GST_END_TEST;

GST_START_TEST (test_drift_is_followed_without_steps)
{
  GstRecSenderClock clock;
  gint64 last = -1;

  gst_rec_sender_clock_init (&clock, 1, RATE);
  /* two hours, the sender's clock 100 ppm slow, 0 to 9 ms of jitter */
  for (gint64 ms = 0; ms < 7200 * 1000; ms += 20) {
    gint64 arrival = ms + ms / 10000 + 20 + (ms / 20 * 7) % 10;
    gint64 mapped;

    gst_rec_sender_clock_packet (&clock, ms * (RATE / 1000), arrival * MS);
    if (ms < 1000)
      continue;
    mapped = gst_rec_sender_clock_map (&clock, ms * (RATE / 1000),
        gst_rec_sender_clock_transit (&clock));
    fail_unless (ABS (mapped / (gint64) MS - (ms + ms / 10000 + 20)) <= 5,
        "off by %" G_GINT64_FORMAT " at %" G_GINT64_FORMAT,
        mapped / (gint64) MS - arrival, ms);
    if (last >= 0)
      fail_unless (ABS (mapped - last - 20 * (gint64) MS)
          <= (gint64) MS / 8);
    last = mapped;
  }
}

GST_END_TEST;

GST_START_TEST (test_pause_that_the_rtp_time_did_not_count)
{
  GstRecSenderClock clock;

  gst_rec_sender_clock_init (&clock, 1, RATE);
  for (gint ms = 0; ms < 2000; ms += 20)
    packet (&clock, 0, ms, 5);
  /* two seconds later the RTP time goes on as if nothing had been */
  for (gint ms = 2000; ms < 2100; ms += 20)
    packet (&clock, 0, ms, 2005);
  fail_unless_equals_int (map_ms (&clock, 0, 2000), 4005);
}

GST_END_TEST;

GST_START_TEST (test_pause_that_the_rtp_time_counted)
{
  GstRecSenderClock clock;

  gst_rec_sender_clock_init (&clock, 1, RATE);
  for (gint ms = 0; ms < 2000; ms += 20)
    packet (&clock, 0, ms, 5);
  for (gint ms = 4000; ms < 4100; ms += 20)
    packet (&clock, 0, ms, 30);
  fail_unless_equals_int (map_ms (&clock, 0, 4000), 4030);
}

GST_END_TEST;

GST_START_TEST (test_single_packets_from_nowhere_change_nothing)
{
  GstRecSenderClock clock;

  gst_rec_sender_clock_init (&clock, 1, RATE);
  for (gint ms = 0; ms < 1000; ms += 20) {
    packet (&clock, 0, ms, 5);
    if (ms == 500)
      gst_rec_sender_clock_packet (&clock, 0x7fffffff, 506 * MS);
  }
  fail_unless_equals_int (map_ms (&clock, 0, 980), 985);

  /* but a sender that starts anew is believed */
  for (gint ms = 1000; ms < 1200; ms += 20)
    packet (&clock, 0x40000000, ms, 5);
  fail_unless_equals_int (map_ms (&clock, 0x40000000, 1180), 1185);
}

GST_END_TEST;

typedef struct
{
  GstRecSession *session;
  GstRecStreamState audio, video;
} Fixture;

static void
send (Fixture * f, GstRecStreamState * stream, guint32 ssrc, guint32 rtp,
    gint rate, gint arrival)
{
  GstRecRtpHeader header = {
    .ssrc = ssrc,.seq = stream->packets,.timestamp = rtp
  };
  GstRecSource source = {.size = 0 };
  GstRecSessionPacket packet = {
    .header = &header,.source = &source,.clock_rate = rate,.size = 100,
    .wanted = TRUE,.now = arrival * MS
  };

  gst_rec_session_note_packet (f->session, stream, &packet);
}

/* Sound takes 60 ms longer on its way than the picture of the same moment. */
static void
play (Fixture * f)
{
  f->session = gst_rec_session_new ();
  gst_rec_session_reset (f->session, GST_SECOND, 0);
  gst_rec_session_add_stream (f->session, &f->audio, FALSE);
  gst_rec_session_add_stream (f->session, &f->video, TRUE);
  for (gint ms = 0; ms < 1000; ms += 20) {
    send (f, &f->video, 1, 5000 + ms * 90, 90000, ms + 10);
    send (f, &f->audio, 2, 70 + ms * 48, 48000, ms + 70);
  }
}

static gint
time_of (Fixture * f, GstRecStreamState * stream, guint32 ssrc, guint32 rtp)
{
  return gst_rec_session_map (f->session, stream, ssrc, rtp, GST_SECOND) / MS;
}

GST_START_TEST (test_reports_of_one_cname_align_streams)
{
  Fixture f = {.audio = empty };

  play (&f);
  fail_unless_equals_int (time_of (&f, &f.video, 1, 5000 + 500 * 90), 520);
  fail_unless_equals_int (time_of (&f, &f.audio, 2, 70 + 500 * 48), 570);

  /* a clock of somewhere else: media time 0 is its second 3000000000.5 */
  gst_rec_session_note_cname (f.session, &f.video, 1, "a@b");
  gst_rec_session_note_cname (f.session, &f.audio, 2, "a@b");
  gst_rec_session_note_report (f.session, &f.video, 1, NTP (3000000000.5),
      5000);
  gst_rec_session_note_report (f.session, &f.audio, 2, NTP (3000000001.0),
      70 + 500 * 48);
  fail_unless_equals_int (time_of (&f, &f.video, 1, 5000 + 600 * 90), 620);
  fail_unless_equals_int (time_of (&f, &f.audio, 2, 70 + 600 * 48), 620);
  gst_rec_session_unref (f.session);
}

GST_END_TEST;

/* After a pause of 1.5 s that the sound's RTP time did not count, until the next
 * report there is the arrival. */
GST_START_TEST (test_a_report_from_before_such_a_pause_counts_no_more)
{
  Fixture f = {.audio = empty };

  play (&f);
  gst_rec_session_note_cname (f.session, &f.video, 1, "a@b");
  gst_rec_session_note_cname (f.session, &f.audio, 2, "a@b");
  gst_rec_session_note_report (f.session, &f.video, 1, NTP (1000.0), 5000);
  gst_rec_session_note_report (f.session, &f.audio, 2, NTP (1000.0), 70);
  send (&f, &f.audio, 2, 70 + 1000 * 48, 48000, 1000 + 70 + 1500);
  fail_unless_equals_int (gst_rec_session_map (f.session, &f.audio, 2,
          70 + 1000 * 48, 3 * GST_SECOND) / MS, 1000 + 70 + 1500);
  gst_rec_session_unref (f.session);
}

GST_END_TEST;

GST_START_TEST (test_reports_are_ignored_where_they_mean_nothing)
{
  static const struct
  {
    const gchar *video, *audio;
    gdouble audio_ntp;
    gint video_ms, audio_ms;
  } cases[] = {
    /* two clocks */
    {"a@b", "c@d", 1000.5, 620, 670},
    /* nobody says whose */
    {"", "", 1000.5, 620, 670},
    /* more than an hour off: the stream that is later agrees with itself */
    {"a@b", "a@b", 5000.0, 620, 680},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture f = {.audio = empty };

    play (&f);
    gst_rec_session_note_cname (f.session, &f.video, 1, cases[i].video);
    gst_rec_session_note_cname (f.session, &f.audio, 2, cases[i].audio);
    gst_rec_session_note_report (f.session, &f.video, 1, NTP (1000.0), 5000);
    gst_rec_session_note_report (f.session, &f.audio, 2,
        NTP (cases[i].audio_ntp), 70 + 500 * 48);
    fail_unless_equals_int (time_of (&f, &f.video, 1, 5000 + 600 * 90),
        cases[i].video_ms);
    fail_unless_equals_int (time_of (&f, &f.audio, 2, 70 + 600 * 48),
        cases[i].audio_ms);
    gst_rec_session_unref (f.session);
  }
}

GST_END_TEST;

/* While what was kept for it is being cleared away. */
GST_START_TEST (test_dismissed_ssrc_waits_until_it_is_readmitted)
{
  Fixture f;

  play (&f);
  for (guint i = 3; i < 5; i++)
    send (&f, &f.audio, i, 0, 48000, 2000 * i);
  fail_if (gst_rec_session_dismiss (f.session, &f.audio, 4));
  fail_if (gst_rec_session_dismiss (f.session, &f.audio, 3));
  fail_unless (gst_rec_session_dismiss (f.session, &f.audio, 2));
  send (&f, &f.audio, 2, 0, 48000, 10000);
  fail_unless (gst_rec_session_owns (f.session, &f.audio, 4));
  gst_rec_session_readmit (f.session, &f.audio, 2);
  send (&f, &f.audio, 2, 0, 48000, 10000);
  fail_unless (gst_rec_session_owns (f.session, &f.audio, 2));
  gst_rec_session_unref (f.session);
}

GST_END_TEST;

static Suite *
senderclock_suite (void)
{
  Suite *s = suite_create ("senderclock");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_quickest_packet_tells_the_time);
  tcase_add_test (tc, test_rtp_time_wraps);
  tcase_add_test (tc, test_drift_is_followed_without_steps);
  tcase_add_test (tc, test_pause_that_the_rtp_time_did_not_count);
  tcase_add_test (tc, test_pause_that_the_rtp_time_counted);
  tcase_add_test (tc, test_single_packets_from_nowhere_change_nothing);
  tcase_add_test (tc, test_reports_of_one_cname_align_streams);
  tcase_add_test (tc,
      test_a_report_from_before_such_a_pause_counts_no_more);
  tcase_add_test (tc, test_reports_are_ignored_where_they_mean_nothing);
  tcase_add_test (tc, test_dismissed_ssrc_waits_until_it_is_readmitted);

  return s;
}

GST_CHECK_MAIN (senderclock);
