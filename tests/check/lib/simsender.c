/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "simscenario.h"

#define SIZE_A SIM_DIMENSIONS (320, 180)
#define SIZE_B SIM_DIMENSIONS (641, 361)

/* A payload says what it is: the kind, the size, the place in the run. */
static void
add_pictures (SimMedia * media, guint32 dimensions, guint8 size)
{
  GPtrArray *run = sim_media_add (media, SIM_VP8, dimensions, SIM_MEDIA_RUN);
  GPtrArray *flash = sim_media_add (media, SIM_VP8, dimensions,
      SIM_MEDIA_FLASH);

  for (guint8 i = 0; i < 100; i++) {
    guint8 payload[] = { 'r', size, i };

    sim_media_append (run, TRUE, payload, sizeof payload);
  }
  sim_media_append (flash, TRUE, (guint8[]) { 'f', size, 0 }, 3);
}

static SimMedia *
make_media (void)
{
  SimMedia *media = sim_media_new ();

  add_pictures (media, SIZE_A, 'a');
  add_pictures (media, SIZE_B, 'b');

  return media;
}

typedef struct
{
  guint64 at;
  guint stream;
  guint16 seq;
  guint32 rtp, ssrc;
  gboolean is_rtcp, is_lost, marker;
  guint8 pt;
  guint8 payload[3];
  gsize size;
} Seen;

/* Every byte is set, those between the fields too: whole ones are compared. */
static void
parse (const SimPacket * packet, Seen * seen)
{
  const guint8 *d = packet->data;

  memset (seen, 0, sizeof (Seen));
  seen->at = packet->at;
  seen->stream = packet->stream;
  seen->is_rtcp = packet->is_rtcp;
  seen->is_lost = packet->is_lost;
  seen->seq = GST_READ_UINT16_BE (d + 2);
  seen->rtp = GST_READ_UINT32_BE (d + 4);
  seen->ssrc = GST_READ_UINT32_BE (d + 8);
  seen->marker = d[1] >> 7;
  seen->pt = d[1] & 0x7f;
  seen->size = packet->size;
  memcpy (seen->payload, d + 12, MIN (packet->size - 12,
          sizeof (seen->payload)));
}

/* Everything that @streams send, of GArray of Seen. */
static GArray *
send_all (const SimStream * streams, guint n, guint64 duration, guint32 seed)
{
  g_autoptr (SimMedia) media = make_media ();
  g_autoptr (SimSender) sender =
      sim_sender_new (streams, n, media, duration, seed);
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Seen));
  SimPacket *packet;

  while ((packet = sim_sender_next (sender))) {
    Seen seen;

    parse (packet, &seen);
    g_array_append_val (all, seen);
    g_free (packet);
  }
  fail_unless (sim_sender_next_time (sender) == SIM_NEVER);

  return all;
}

static const Seen *
at (GArray * all, guint i)
{
  fail_unless (i < all->len, "only %u packets", all->len);

  return &g_array_index (all, Seen, i);
}

static SimStream
video (void)
{
  return (SimStream) {
    .name = "screen",.codec = SIM_VP8,.pt = 96,.ssrc = 1,.seq = 65534,
    .rtp_time = 4294960000u,.fps = 10,.dimensions = SIZE_A,
    .delay = 10 * SIM_MS};
}

static SimStream
sound (void)
{
  return (SimStream) {
    .name = "audio_0",.codec = SIM_PCMU,.pt = 0,.ssrc = 2,.seq = 7,
    .rtp_time = 1000,.ptime = 20,.delay = 20 * SIM_MS};
}

GST_START_TEST (test_packets_follow_each_other_over_the_wraps)
{
  SimStream stream = video ();
  g_autoptr (GArray) all = send_all (&stream, 1, SIM_SECOND, 0);

  fail_unless_equals_int (all->len, 10);
  for (guint i = 0; i < all->len; i++) {
    const Seen *p = at (all, i);

    fail_unless_equals_uint64 (p->at, (100 * i + 10) * SIM_MS);
    fail_unless_equals_int (p->seq, (65534 + i) % 65536);
    fail_unless_equals_int64 (p->rtp, 4294960000u + i * 9000);
    fail_unless (p->marker);
  }
}

GST_END_TEST;

GST_START_TEST (test_a_flash_opens_each_second_of_true_time)
{
  SimStream stream = video ();
  g_autoptr (GArray) all = NULL;

  stream.ppm = 100;
  all = send_all (&stream, 1, 20 * SIM_SECOND, 0);
  for (guint i = 0; i < all->len; i++) {
    fail_unless_equals_int (at (all, i)->payload[0], i % 10 ? 'r' : 'f');
    if (i % 10)
      fail_unless_equals_int (at (all, i)->payload[2], i % 10 - 1);
  }
}

GST_END_TEST;

/* In 10000 s a clock that is 100 ppm fast gains a second. */
GST_START_TEST (test_a_clock_that_is_fast_gains_on_true_time)
{
  static const gint ppms[] = { 0, 100, -100 };
  SimStream streams[] = { video (), sound () };
  gint ppm = ppms[__i__];
  const Seen *last[2] = { NULL };
  g_autoptr (GArray) all = NULL;

  streams[0].fps = 1;
  streams[1].ptime = 100;
  streams[0].ppm = streams[1].ppm = ppm;
  all = send_all (streams, 2, 10001 * SIM_SECOND, 0);
  for (guint i = 0; i < all->len; i++)
    last[at (all, i)->stream] = at (all, i);

  fail_unless_equals_uint64 (last[0]->at - 10 * SIM_MS, 10000 * SIM_SECOND);
  fail_unless_equals_int64 (last[0]->rtp - streams[0].rtp_time,
      (guint32) (900000000 + 900 * ppm));
  fail_unless (ABS ((gint64) last[1]->rtp - 1000 - 80000000
          - (gint64) (last[1]->at - 10000 * SIM_SECOND) / 125000
          - 80 * ppm) < 200, "%u at %" G_GUINT64_FORMAT,
      last[1]->rtp, last[1]->at);
}

GST_END_TEST;

/* Where the beep begins, in true time, after an hour. */
GST_START_TEST (test_a_beep_opens_each_second_of_true_time)
{
  static const gint ppms[] = { 0, 100, -100 };
  gint ppm = ppms[__i__];
  guint64 first = (guint64) 3600 * 8000 * (1000000 + ppm) / 1000000 - 4;
  g_autoptr (GBytes) bytes = sim_media_pcmu (first, 800, ppm, FALSE);
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  fail_unless_equals_int (data[0], 0xff);
  fail_unless (data[6] != 0xff);
  fail_unless (data[390] != 0xff);
  fail_unless_equals_int (data[410], 0xff);
}

GST_END_TEST;

typedef struct
{
  const gchar *what;
  SimEvent events[4];
  guint packet;                 /* its first one after the event */
  guint16 seq_step;
  guint32 rtp_step;
} Step;

static const Step steps[] = {
  {"a pause that RTP time counts", {{200 * SIM_MS, SIM_PAUSE, 0},
          {400 * SIM_MS, SIM_RESUME, 0}}, 10, 1, 11 * 160},
  {"a pause that RTP time does not count", {{200 * SIM_MS, SIM_PAUSE, 0},
          {400 * SIM_MS, SIM_RESUME_STALE, 0}}, 10, 1, 160},
  {"DTX with packets", {{200 * SIM_MS, SIM_DTX, 100},
          {400 * SIM_MS, SIM_DTX_END, 0}}, 11, 1, 5 * 160},
  {"DTX without packets", {{200 * SIM_MS, SIM_DTX, 0},
          {400 * SIM_MS, SIM_DTX_END, 0}}, 10, 1, 11 * 160},
  {"mute at full rate", {{200 * SIM_MS, SIM_MUTE, 0}}, 10, 1, 160},
};

GST_START_TEST (test_events_step_sequence_and_time)
{
  const Step *step = &steps[__i__];
  SimStream stream = sound ();
  g_autoptr (GArray) all = NULL;
  const Seen *a, *b;

  stream.events = step->events;
  all = send_all (&stream, 1, SIM_SECOND, 0);
  a = at (all, step->packet - 1);
  b = at (all, step->packet);
  fail_unless_equals_int ((guint16) (b->seq - a->seq), step->seq_step);
  fail_unless_equals_int64 (b->rtp - a->rtp, step->rtp_step);
}

GST_END_TEST;

GST_START_TEST (test_a_new_ssrc_begins_anew)
{
  static const SimEvent events[] = { {500 * SIM_MS, SIM_NEW_SSRC, 99}, {0} };
  SimStream stream = video ();
  g_autoptr (GArray) all = NULL;

  stream.events = events;
  all = send_all (&stream, 1, SIM_SECOND, 0);
  fail_unless_equals_int (at (all, 4)->ssrc, 1);
  fail_unless_equals_int (at (all, 5)->ssrc, 99);
  fail_unless (at (all, 5)->seq != (guint16) (at (all, 4)->seq + 1));
  fail_unless_equals_int (at (all, 5)->payload[2], 0);
  fail_unless_equals_int64 (at (all, 6)->rtp - at (all, 5)->rtp, 9000);
}

GST_END_TEST;

GST_START_TEST (test_a_new_size_begins_with_a_keyframe)
{
  static const SimEvent events[] = { {500 * SIM_MS, SIM_RESIZE, SIZE_B}, {0} };
  SimStream stream = video ();
  g_autoptr (GArray) all = NULL;

  stream.events = events;
  all = send_all (&stream, 1, SIM_SECOND, 0);
  fail_unless_equals_int (at (all, 4)->payload[1], 'a');
  fail_unless_equals_int (at (all, 5)->payload[1], 'b');
  fail_unless_equals_int (at (all, 5)->payload[2], 0);
}

GST_END_TEST;

GST_START_TEST (test_loss_is_what_the_table_says)
{
  static const SimEvent events[] = { {200 * SIM_MS, SIM_LOSE, 3}, {0} };
  SimStream stream = sound ();
  g_autoptr (GArray) all = NULL;

  stream.events = events;
  stream.loss_pattern = "....x";
  all = send_all (&stream, 1, SIM_SECOND, 0);
  for (guint i = 0; i < all->len; i++)
    fail_unless_equals_int (at (all, i)->is_lost, i % 5 == 4
        || (i >= 10 && i < 13));
}

GST_END_TEST;

GST_START_TEST (test_a_packet_out_of_order_and_one_twice)
{
  SimStream stream = sound ();
  g_autoptr (GArray) all = NULL;

  stream.reorder = 10;
  stream.duplicate = 15;
  all = send_all (&stream, 1, 320 * SIM_MS, 0);
  fail_unless_equals_int (all->len, 17);
  fail_unless_equals_int (at (all, 9)->seq, 7 + 10);
  fail_unless_equals_int (at (all, 10)->seq, 7 + 9);
  fail_unless_equals_int (at (all, 14)->seq, at (all, 15)->seq);
}

GST_END_TEST;

/* SR and SDES as RFC 3550 has them */
GST_START_TEST (test_reports_tell_the_hosts_time_of_an_rtp_time)
{
  SimStream stream = video ();
  g_autoptr (SimMedia) media = make_media ();
  g_autoptr (SimSender) sender = NULL;
  SimPacket *packet;

  stream.cname = "agent";
  stream.report_interval = SIM_SECOND;
  stream.ntp = 1234 * SIM_SECOND;
  sender = sim_sender_new (&stream, 1, media, 2 * SIM_SECOND, 0);
  while ((packet = sim_sender_next (sender)) && !packet->is_rtcp)
    g_free (packet);

  fail_unless_equals_uint64 (packet->at, SIM_SECOND);
  fail_unless_equals_int64 (packet->size, 28 + 8 + 8);
  fail_unless_equals_int (packet->data[1], 200);
  fail_unless_equals_int (GST_READ_UINT32_BE (packet->data + 8), 1235);
  fail_unless_equals_int (GST_READ_UINT32_BE (packet->data + 12), 0);
  fail_unless_equals_int64 (GST_READ_UINT32_BE (packet->data + 16),
      4294960000u + 90000);
  fail_unless_equals_int (GST_READ_UINT32_BE (packet->data + 20), 10);
  fail_unless_equals_int (packet->data[29], 202);
  fail_unless (memcmp (packet->data + 36, "\1\5agent", 8) == 0);
  g_free (packet);
}

GST_END_TEST;

GST_START_TEST (test_the_same_seed_sends_the_same)
{
  SimStream streams[] = { video (), sound () };
  g_autoptr (GArray) a = NULL, b = NULL, c = NULL;

  streams[0].loss_permille = streams[1].loss_permille = 100;
  streams[0].jitter = streams[1].jitter = 50 * SIM_MS;
  a = send_all (streams, 2, 10 * SIM_SECOND, 5);
  b = send_all (streams, 2, 10 * SIM_SECOND, 5);
  c = send_all (streams, 2, 10 * SIM_SECOND, 6);
  fail_unless (a->len == b->len
      && memcmp (a->data, b->data, a->len * sizeof (Seen)) == 0);
  fail_unless (a->len != c->len
      || memcmp (a->data, c->data, a->len * sizeof (Seen)) != 0);
  for (guint i = 1; i < a->len; i++)
    fail_unless (at (a, i)->at >= at (a, i - 1)->at);
}

GST_END_TEST;

GST_START_TEST (test_a_keyframe_is_sent_on_request)
{
  SimStream stream = video ();
  g_autoptr (SimMedia) media = make_media ();
  g_autoptr (SimSender) sender =
      sim_sender_new (&stream, 1, media, 2 * SIM_SECOND, 0);
  SimPacket *packet;

  for (guint i = 0; i < 5; i++)
    g_free (sim_sender_next (sender));
  sim_sender_force_keyframe (sender, 0);
  packet = sim_sender_next (sender);
  fail_unless_equals_int (packet->data[12], 'r');
  fail_unless_equals_int (packet->data[14], 0);
  g_free (packet);
}

GST_END_TEST;

GST_START_TEST (test_a_scenario_is_read)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SimScenario) scenario = sim_scenario_parse ("# a remark\n"
      "stream screen codec=VP9 pt=101 size=641x361 fps=30 ppm=-50 start=1.5\n"
      "stream audio_0 codec=opus pt=111 cname=agent loss=..x\n"
      "at 8 screen resize 320x180\nat 5.5 screen pause\n", &error);
  const SimStream *streams;

  g_assert_no_error (error);
  streams = sim_scenario_streams (scenario);
  fail_unless_equals_int (scenario->streams->len, 2);
  fail_unless_equals_int (streams[0].codec, SIM_VP9);
  fail_unless_equals_int (streams[0].pt, 101);
  fail_unless_equals_int (streams[0].ppm, -50);
  fail_unless_equals_uint64 (streams[0].start, 1500 * SIM_MS);
  fail_unless_equals_int (streams[0].dimensions, SIZE_B);
  fail_unless_equals_int (streams[0].events[0].type, SIM_PAUSE);
  fail_unless_equals_int (streams[0].events[1].value, SIZE_A);
  fail_unless_equals_int (streams[0].events[2].type, SIM_END);
  fail_unless_equals_string (streams[1].loss_pattern, "..x");
}

GST_END_TEST;

static const gchar *const bad_scenarios[] = {
  "nonsense", "stream", "stream screen codec=MPEG", "stream screen pt=128",
  "stream screen size=0x5", "at 5 screen pause",
  "stream screen codec=VP8\nat x screen pause",
  "stream screen codec=VP8\nat 5 screen dance",
  "stream screen codec=VP8\nat 5 screen resize",
};

GST_START_TEST (test_a_scenario_that_makes_no_sense_is_refused)
{
  g_autoptr (GError) error = NULL;

  fail_unless (sim_scenario_parse (bad_scenarios[__i__], &error) == NULL);
  fail_unless (error != NULL);
}

GST_END_TEST;

static Suite *
simsender_suite (void)
{
  Suite *s = suite_create ("simsender");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_packets_follow_each_other_over_the_wraps);
  tcase_add_test (tc, test_a_flash_opens_each_second_of_true_time);
  tcase_add_loop_test (tc, test_a_clock_that_is_fast_gains_on_true_time, 0, 3);
  tcase_add_loop_test (tc, test_a_beep_opens_each_second_of_true_time, 0, 3);
  tcase_add_loop_test (tc, test_events_step_sequence_and_time, 0,
      G_N_ELEMENTS (steps));
  tcase_add_test (tc, test_a_new_ssrc_begins_anew);
  tcase_add_test (tc, test_a_new_size_begins_with_a_keyframe);
  tcase_add_test (tc, test_loss_is_what_the_table_says);
  tcase_add_test (tc, test_a_packet_out_of_order_and_one_twice);
  tcase_add_test (tc, test_reports_tell_the_hosts_time_of_an_rtp_time);
  tcase_add_test (tc, test_the_same_seed_sends_the_same);
  tcase_add_test (tc, test_a_keyframe_is_sent_on_request);
  tcase_add_test (tc, test_a_scenario_is_read);
  tcase_add_loop_test (tc, test_a_scenario_that_makes_no_sense_is_refused, 0,
      G_N_ELEMENTS (bad_scenarios));

  return s;
}

GST_CHECK_MAIN (simsender);
