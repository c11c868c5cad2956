/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "monitor.h"

#define S(x) ((GstClockTime) ((x) * GST_SECOND))

#define VIDEO .is_video = TRUE, .bye = GST_CLOCK_TIME_NONE
#define SOUND .is_video = FALSE, .bye = GST_CLOCK_TIME_NONE
#define SENT(from, to) \
    .packets = 9, .first_packet = S (from), .last_packet = S (to)

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
    {{VIDEO, .wrong_pt = 1}, 1, GST_REC_STREAM_WAITING, "wrong-payload-type"},
    {{VIDEO, SENT (1, 2), .wanted = TRUE}, 2, GST_REC_STREAM_UNKNOWN, NULL},
    {{VIDEO, SENT (1, 3), .wanted = TRUE}, 3, GST_REC_STREAM_WAITING,
        "no-keyframe"},
    {{SOUND, SENT (1, 3), .wanted = TRUE}, 3, GST_REC_STREAM_UNKNOWN, NULL},
    {{VIDEO, SENT (1, 3), .wanted = TRUE, .outputs = 1}, 4,
        GST_REC_STREAM_RECEIVING, NULL},
    {{VIDEO, SENT (1, 3), .wanted = TRUE, .outputs = 1}, 5,
        GST_REC_STREAM_PAUSED, "no-packets"},
    {{.is_video = TRUE, .bye = S (3), SENT (1, 3), .wanted = TRUE,
            .outputs = 1}, 3, GST_REC_STREAM_ENDED, NULL},
    {{VIDEO, SENT (1, 3), .wanted = FALSE}, 3, GST_REC_STREAM_RECEIVING, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstRecVerdict verdict = gst_rec_monitor_judge (&cases[i].state,
        S (cases[i].now));

    fail_unless (verdict.phase == cases[i].phase, "case %u: %s", i,
        gst_rec_stream_phase_name (verdict.phase));
    fail_unless (g_strcmp0 (verdict.why, cases[i].why) == 0, "case %u: %s", i,
        verdict.why);
  }
}

GST_END_TEST;

GST_START_TEST (test_keyframes_are_asked_for_each_second_until_one_comes)
{
  GstRecStreamState state = { 0, };

  gst_rec_stream_state_init (&state);
  fail_if (gst_rec_monitor_wants_keyframe (&state, 0, S (1)));

  state.packets = 1;
  fail_if (gst_rec_monitor_wants_keyframe (&state, 0, S (1)), "no pad");
  state.wanted = TRUE;
  state.first_packet = state.last_packet = S (1);
  fail_unless (gst_rec_monitor_wants_keyframe (&state, 0, S (1)));
  state.last_keyframe_request = S (1);
  fail_if (gst_rec_monitor_wants_keyframe (&state, 0, S (1.9)));
  fail_unless (gst_rec_monitor_wants_keyframe (&state, 0, S (2)));
  fail_if (gst_rec_monitor_wants_keyframe (&state, 0, S (9)), "nobody sends");

  state.outputs = 1;
  state.last_packet = S (9);
  fail_if (gst_rec_monitor_wants_keyframe (&state, 0, S (9)));
  fail_if (gst_rec_monitor_wants_keyframe (&state, S (10), S (9)));
  state.last_packet = S (11);
  fail_unless (gst_rec_monitor_wants_keyframe (&state, S (10), S (11)));
}

GST_END_TEST;

static Suite *
monitor_suite (void)
{
  Suite *s = suite_create ("monitor");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_verdicts);
  tcase_add_test (tc,
      test_keyframes_are_asked_for_each_second_until_one_comes);

  return s;
}

GST_CHECK_MAIN (monitor);
