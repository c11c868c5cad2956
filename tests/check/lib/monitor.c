/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "monitor.h"

#define S(x) ((GstClockTime) ((x) * GST_SECOND))

#define LATENCY S (1)

#define VIDEO .is_video = TRUE, .bye = GST_CLOCK_TIME_NONE, \
    .keyless_since = GST_CLOCK_TIME_NONE
#define SOUND .is_video = FALSE, .bye = GST_CLOCK_TIME_NONE, \
    .keyless_since = GST_CLOCK_TIME_NONE
#define KEYLESS(since) \
    .is_video = TRUE, .bye = GST_CLOCK_TIME_NONE, .keyless_since = S (since)
#define WRONG(last) .wrong_pt = 1, .last_wrong = S (last)
#define SENT(from, to) \
    .packets = 9, .first_packet = S (from), .last_packet = S (to)

#define SINCE(x) ((x) < 0 ? GST_CLOCK_TIME_NONE : S (x))
#define PICTURES(black, still, sending) VIDEO, SENT (1, 15), .wanted = TRUE, \
    .outputs = 1, .limits = {S (3), S (5)}, .black_since = SINCE (black), \
    .still_since = SINCE (still), .sending_since = S (sending)

GST_START_TEST (test_verdicts)
{
  static const struct
  {
    GstRecStreamState state;
    gdouble now;
    GstRecStreamPhase phase;
    const gchar *why;
  } cases[] = {
    {{VIDEO}, 1, GST_REC_STREAM_UNKNOWN, NULL},
    {{VIDEO}, 2, GST_REC_STREAM_WAITING, "no-packets"},
    {{VIDEO, WRONG (1)}, 1, GST_REC_STREAM_WAITING, "wrong-payload-type"},
    {{VIDEO, WRONG (1)}, 3, GST_REC_STREAM_WAITING, "no-packets"},
    {{VIDEO, WRONG (3.5), SENT (1, 3), .outputs = 1}, 3.5,
        GST_REC_STREAM_RECEIVING, NULL},
    {{VIDEO, WRONG (4), SENT (1, 3), .outputs = 1}, 4,
        GST_REC_STREAM_WAITING, "wrong-payload-type"},
    {{VIDEO, WRONG (4), SENT (1, 3), .outputs = 1}, 6,
        GST_REC_STREAM_PAUSED, "no-packets"},
    {{VIDEO, SENT (1, 2), .wanted = TRUE}, 2, GST_REC_STREAM_UNKNOWN, NULL},
    {{VIDEO, SENT (1, 4), .wanted = TRUE}, 3.9, GST_REC_STREAM_UNKNOWN, NULL},
    {{VIDEO, SENT (1, 4), .wanted = TRUE}, 4, GST_REC_STREAM_WAITING,
        "no-keyframe"},
    {{KEYLESS (1), SENT (1, 3), .wanted = TRUE}, 3, GST_REC_STREAM_WAITING,
        "no-keyframe"},
    {{KEYLESS (5), SENT (1, 7), .wanted = TRUE, .outputs = 9}, 6.9,
        GST_REC_STREAM_RECEIVING, NULL},
    {{KEYLESS (5), SENT (1, 7), .wanted = TRUE, .outputs = 9}, 7,
        GST_REC_STREAM_WAITING, "no-keyframe"},
    {{KEYLESS (5), SENT (1, 7), .outputs = 9}, 7, GST_REC_STREAM_RECEIVING,
        NULL},
    {{SOUND, SENT (1, 4), .wanted = TRUE}, 4, GST_REC_STREAM_UNKNOWN, NULL},
    {{VIDEO, SENT (1, 3), .wanted = TRUE, .outputs = 1}, 4,
        GST_REC_STREAM_RECEIVING, NULL},
    {{VIDEO, SENT (1, 3), .wanted = TRUE, .outputs = 1}, 5,
        GST_REC_STREAM_PAUSED, "no-packets"},
    {{.is_video = TRUE, .bye = S (3), SENT (1, 3), .wanted = TRUE,
            .outputs = 1}, 3, GST_REC_STREAM_ENDED, NULL},
    {{VIDEO, .undecryptable = 1, .last_undecryptable = S (1)}, 1,
          GST_REC_STREAM_WAITING, "cannot-decrypt"},
    {{VIDEO, .undecryptable = 1, .last_undecryptable = S (1)}, 3,
          GST_REC_STREAM_WAITING, "no-packets"},
    {{VIDEO, SENT (1, 3), .outputs = 1, .undecryptable = 1,
            .last_undecryptable = S (3.5)}, 3.5, GST_REC_STREAM_RECEIVING,
        NULL},
    {{VIDEO, SENT (1, 3), .outputs = 1, .undecryptable = 9,
            .last_undecryptable = S (4)}, 4, GST_REC_STREAM_WAITING,
        "cannot-decrypt"},
    {{VIDEO, SENT (1, 3), .outputs = 1, .undecryptable = 9,
            .last_undecryptable = S (4)}, 6, GST_REC_STREAM_PAUSED,
        "no-packets"},
    /* one that was refused just before a pause is not the reason for it */
    {{VIDEO, WRONG (3.5), SENT (1, 3), .outputs = 1}, 4.5,
        GST_REC_STREAM_RECEIVING, NULL},
    {{VIDEO, SENT (1, 3), .outputs = 1, .undecryptable = 9,
            .last_undecryptable = S (3.5)}, 4.5, GST_REC_STREAM_RECEIVING,
        NULL},
    {{VIDEO, SENT (1, 3), .outputs = 1, .replayed = 1,
            .last_replayed = S (3.5)}, 4.5, GST_REC_STREAM_RECEIVING, NULL},
    /* a sender that begins anew with the key and the SSRC that it had */
    {{VIDEO, SENT (1, 3), .outputs = 1, .replayed = 9,
            .last_replayed = S (4)}, 4, GST_REC_STREAM_WAITING, "replayed"},
    {{VIDEO, SENT (1, 3), .outputs = 1, .replayed = 9,
            .last_replayed = S (4)}, 6, GST_REC_STREAM_PAUSED, "no-packets"},
    {{VIDEO, SENT (1, 3), .wanted = FALSE}, 3, GST_REC_STREAM_RECEIVING, NULL},
    /* black and still from 10 on, where 3 and 5 seconds are too long */
    {{PICTURES (10, 10, 1)}, 12.9, GST_REC_STREAM_RECEIVING, NULL},
    {{PICTURES (10, 10, 1)}, 13, GST_REC_STREAM_RECEIVING, "black"},
    {{PICTURES (10, 10, 1)}, 15, GST_REC_STREAM_RECEIVING, "black"},
    {{PICTURES (-1, 10, 1)}, 14.9, GST_REC_STREAM_RECEIVING, NULL},
    {{PICTURES (-1, 10, 1)}, 15, GST_REC_STREAM_RECEIVING, "frozen"},
    {{PICTURES (-1, -1, 1)}, 15, GST_REC_STREAM_RECEIVING, NULL},
    {{PICTURES (10, 10, 14)}, 15, GST_REC_STREAM_RECEIVING, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstRecVerdict verdict = gst_rec_monitor_judge (&cases[i].state,
        LATENCY, S (cases[i].now));

    fail_unless (verdict.phase == cases[i].phase, "case %u: %s", i,
        gst_rec_stream_phase_name (verdict.phase));
    fail_unless (g_strcmp0 (verdict.why, cases[i].why) == 0, "case %u: %s", i,
        verdict.why);
  }
}

GST_END_TEST;

GST_START_TEST (test_keyframes_are_asked_for_at_the_interval)
{
  GstRecStreamState state = { 0, };

  gst_rec_stream_state_init (&state);
  fail_if (gst_rec_monitor_wants_keyframe (&state, S (10), S (20)));

  state.packets = 1;
  state.first_packet = S (1);
  state.last_packet = S (11);
  fail_if (gst_rec_monitor_wants_keyframe (&state, S (10), S (11)), "no pad");
  state.wanted = TRUE;
  fail_if (gst_rec_monitor_wants_keyframe (&state, 0, S (11)));
  fail_if (gst_rec_monitor_wants_keyframe (&state, S (10), S (10.9)));
  fail_unless (gst_rec_monitor_wants_keyframe (&state, S (10), S (11)));
  state.last_keyframe_request = S (11);
  state.last_packet = S (20.9);
  fail_if (gst_rec_monitor_wants_keyframe (&state, S (10), S (20.9)));
  fail_unless (gst_rec_monitor_wants_keyframe (&state, S (10), S (21)));
  fail_if (gst_rec_monitor_wants_keyframe (&state, S (10), S (29)),
      "nobody sends");
}

GST_END_TEST;

/* The moments at which it is asked, in seconds, when nothing comes after 1 s. */
static gchar *
ask_in_silence (GstRecStreamState * state, gdouble until)
{
  GString *moments = g_string_new (NULL);

  for (gdouble now = 1; now < until; now += 0.5) {
    if (!gst_rec_monitor_fell_silent (state, S (now)))
      continue;
    state->last_keyframe_request = S (now);
    g_string_append_printf (moments, "%s%g", moments->len ? " " : "", now);
  }

  return g_string_free (moments, FALSE);
}

GST_START_TEST (test_silent_picture_is_asked_for_ever_more_rarely)
{
  static const struct
  {
    gboolean is_video, wanted, bye;
    gdouble asked;              /* before, or -1 */
    const gchar *moments;
  } cases[] = {
    {TRUE, TRUE, FALSE, -1, "2.5 4 7 13 25 49 79 109"},
    {TRUE, TRUE, FALSE, 0.5, "5.5 10 19 37 67 97"},     /* and answered */
    {FALSE, TRUE, FALSE, -1, ""},
    {TRUE, FALSE, FALSE, -1, ""},
    {TRUE, TRUE, TRUE, -1, ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *moments = NULL;
    GstRecStreamState state;

    gst_rec_stream_state_init (&state);
    state.is_video = cases[i].is_video;
    state.wanted = cases[i].wanted;
    state.packets = 1;
    state.last_packet = S (1);
    if (cases[i].bye)
      state.bye = S (1);
    if (cases[i].asked >= 0)
      state.last_keyframe_request = S (cases[i].asked);
    moments = ask_in_silence (&state, 120);
    fail_unless (g_str_equal (moments, cases[i].moments), "case %u: %s", i,
        moments);
  }
}

GST_END_TEST;

GST_START_TEST (test_keyless_time_counts_while_packets_come)
{
  static const GstRecReceivedPacket delta = {
    .ssrc = 1,.seq = 7,.clock_rate = 90000,.is_video = TRUE,.now = S (1)
  };
  GstRecReceivedPacket key = delta;
  GstRecStreamState state;

  gst_rec_stream_state_init (&state);
  state.last_packet = S (1);
  gst_rec_reception_packet (&state.reception, &delta);
  gst_rec_monitor_update (&state, S (1));
  fail_unless_equals_uint64 (state.keyless_since, GST_CLOCK_TIME_NONE);
  state.wanted = TRUE;
  gst_rec_monitor_update (&state, S (1));
  gst_rec_monitor_update (&state, S (2));
  fail_unless_equals_uint64 (state.keyless_since, S (1));

  gst_rec_monitor_update (&state, S (4));
  fail_unless_equals_uint64 (state.keyless_since, GST_CLOCK_TIME_NONE);
  state.last_packet = S (9);
  gst_rec_monitor_update (&state, S (9));
  fail_unless_equals_uint64 (state.keyless_since, S (9));

  key.seq++;
  key.begins_keyframe = TRUE;
  gst_rec_reception_packet (&state.reception, &key);
  gst_rec_monitor_update (&state, S (9));
  fail_unless_equals_uint64 (state.keyless_since, GST_CLOCK_TIME_NONE);
}

GST_END_TEST;

static Suite *
monitor_suite (void)
{
  Suite *s = suite_create ("monitor");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_verdicts);
  tcase_add_test (tc, test_silent_picture_is_asked_for_ever_more_rarely);
  tcase_add_test (tc, test_keyless_time_counts_while_packets_come);
  tcase_add_test (tc, test_keyframes_are_asked_for_at_the_interval);

  return s;
}

GST_CHECK_MAIN (monitor);
