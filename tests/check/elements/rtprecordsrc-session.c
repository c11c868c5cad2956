/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What happens in a real session, in simulated time: each scenario is a table
 * of what senders do, and says in which seconds the recording may suffer. In all
 * others flash and beep are there and together.
 *
 * What is known to break recorders behind an SFU, and which test has it:
 *
 *   a new size freezes or ends the recording   test_a_new_size_…
 *   a replaced track does                      test_a_replaced_producer_goes_on
 *   tracks that start apart are offset         test_a_late_stream_…
 *   drift over hours                           rtprecordsrc-sync
 *   a break of under a second ends it          test_a_replaced_producer_goes_on
 *   the camera off and on; gaps that vanish    test_a_late_stream_…,
 *                                              test_a_pause_keeps_…
 *   no first keyframe                          test_a_start_without_a_keyframe_…
 *   no sender reports                          rtprecordsrc-sync, cases without
 *   memory that grows                          rtprecordsrc-sync, long form
 *   a mute that shortens the sound             rtprecordsrc-sync,
 *                                              test_a_pause_keeps_…
 *   a wrong payload type, and no word of it    rtprecordsrc,
 *                                              test_wrong_payload_type_is_named
 *
 * What is left of the list (files cut off, stores, admission) is not for a
 * source. */

#include <gst/check/gstcheck.h>

#include "simscenario.h"
#include "simverdict.h"

/* RTP time wraps right before 10 s, sequence numbers a little later. */
#define SCREEN_TIMES "seq=65430 rtp-time=4294071796 fps=10"
#define SCREEN "stream screen codec=VP8 pt=101 " SCREEN_TIMES " size=64x48 " \
  "cname=agent ntp=98765\n"
#define WEBCAM "stream webcam codec=VP8 pt=102 seq=9 size=48x64 fps=10 " \
  "cname=agent ntp=98765"
#define PCMU "stream audio_0 codec=PCMU pt=0 seq=65030 rtp-time=4294887376 " \
  "delay=20"
#define VOICE PCMU " cname=agent ntp=98765"
#define OPUS "stream audio_0 codec=opus pt=100 seq=7 delay=20"
#define SILENT_END "\nat 19 audio_0 pause\n"
#define BOTH SCREEN VOICE SILENT_END

typedef struct
{
  const gchar *what;
  const gchar *scenario;
  guint duration;               /* in seconds, as are all */
  guint bad_from, bad_until;    /* where the recording may suffer */
  guint from;                   /* what it suffers before it begins */
} Case;

typedef struct
{
  SimScenario *scenario;
  SimDriver *driver;
} Session;

static void
play (Session * self, const gchar * text, guint duration)
{
  g_autoptr (GError) error = NULL;

  self->scenario = sim_scenario_parse (text, &error);
  g_assert_no_error (error);
  self->driver = sim_driver_new (sim_scenario_streams (self->scenario),
      self->scenario->streams->len, "latency=200", &error);
  g_assert_no_error (error);
  sim_driver_run (self->driver, duration * SIM_SECOND, &error);
  g_assert_no_error (error);
}

static void
clear (Session * self)
{
  sim_driver_free (self->driver);
  sim_scenario_free (self->scenario);
}

static void
check_sync (const Session * self, const gchar * picture, guint from,
    guint until)
{
  g_autoptr (GError) error = NULL;

  sim_driver_is_in_sync (self->driver, picture, "audio_0", from * GST_SECOND,
      until * GST_SECOND, &error);
  g_assert_no_error (error);
}

static void
check_length (const Session * self)
{
  g_autoptr (GError) error = NULL;

  sim_driver_has_length (self->driver, "audio_0", &error);
  g_assert_no_error (error);
}

static void
check_case (const Case * c, const gchar * picture)
{
  Session session;

  GST_INFO ("%s", c->what);
  play (&session, c->scenario, c->duration);
  check_length (&session);
  fail_unless_equals_int (sim_driver_watch (session.driver, picture)->holes,
      0);
  check_sync (&session, picture, MAX (c->from, 1), MIN (c->bad_from,
          c->duration - 1));
  check_sync (&session, picture, c->bad_until, c->duration - 1);
  clear (&session);
}

/* A producer that is replaced has another SSRC, sequence and time base, and
 * never says BYE. */
static const Case rejoins[] = {
  {"picture, at once", BOTH
        "at 5 screen new-ssrc 77\n", 20, 5, 7, 0},
  {"picture, after 0.3 s", BOTH
        "at 5.1 screen pause\nat 5.4 screen new-ssrc 77\n"
        "at 5.4 screen resume\n", 20, 6, 7, 0},
  {"picture, after 3 s", BOTH
        "at 5.1 screen pause\nat 8.1 screen new-ssrc 77\n"
        "at 8.1 screen resume\n", 20, 6, 9, 0},
  {"picture, after 3 s from another port", BOTH
        "at 5.1 screen pause\nat 8.1 screen new-ssrc 77\n"
        "at 8.1 screen new-port\nat 8.1 screen resume\n", 20, 6, 9, 0},
  {"picture, after 5 minutes", SCREEN VOICE "\nat 319 audio_0 pause\n"
        "at 5.1 screen pause\nat 305.1 screen new-ssrc 77\n"
        "at 305.1 screen resume\n", 320, 6, 306, 0},
  {"sound, at once", BOTH
        "at 5 audio_0 new-ssrc 77\n", 20, 5, 7, 0},
  {"sound, after 0.3 s", BOTH
        "at 5.1 audio_0 pause\nat 5.4 audio_0 new-ssrc 77\n"
        "at 5.4 audio_0 resume\n", 20, 6, 7, 0},
  {"sound, after 3 s from another port", BOTH
        "at 5.1 audio_0 pause\nat 8.1 audio_0 new-ssrc 77\n"
        "at 8.1 audio_0 new-port\nat 8.1 audio_0 resume\n", 20, 6, 9, 0},
  {"sound, after 5 minutes", SCREEN VOICE "\nat 319 audio_0 pause\n"
        "at 5.1 audio_0 pause\nat 305.1 audio_0 new-ssrc 77\n"
        "at 305.1 audio_0 resume\n", 320, 6, 306, 0},
  {"both, after 5 minutes of nothing", SCREEN VOICE "\nat 319 audio_0 pause\n"
        "at 5.1 audio_0 pause\nat 305.1 audio_0 new-ssrc 77\n"
        "at 305.1 audio_0 resume\nat 5.1 screen pause\n"
        "at 305.1 screen new-ssrc 78\nat 305.1 screen resume\n",
      320, 6, 306, 0},
  {"picture, back to the first SSRC", BOTH
        "at 5.1 screen pause\nat 7.1 screen new-ssrc 77\n"
        "at 7.1 screen resume\nat 12.1 screen pause\n"
        "at 14.1 screen new-ssrc 268435456\nat 14.1 screen resume\n",
      20, 6, 15, 0},
};

GST_START_TEST (test_a_replaced_producer_goes_on)
{
  check_case (&rejoins[__i__], "screen");
}

GST_END_TEST;

/* Packets stop. */
static const Case pauses[] = {
  {"picture for 3 s", BOTH
        "at 5.1 screen pause\nat 8.1 screen resume\n", 20, 6, 9, 0},
  {"sound for 3 s", BOTH
        "at 5.1 audio_0 pause\nat 8.1 audio_0 resume\n", 20, 6, 9, 0},
  {"sound for 0.1 s", BOTH
        "at 5.1 audio_0 pause\nat 5.2 audio_0 resume\n", 20, 20, 20, 0},
  {"sound for 9 s that RTP time does not count", BOTH
        "at 5.1 audio_0 pause\nat 14.1 audio_0 resume-stale\n",
      20, 6, 15, 0},
  {"the same without reports", SCREEN PCMU SILENT_END
        "at 5.1 audio_0 pause\nat 14.1 audio_0 resume-stale\n",
      20, 6, 15, 0},
  {"sound for 1.5 s that RTP time does not count", BOTH
        "at 10.1 audio_0 pause\nat 11.6 audio_0 resume-stale\n",
      20, 11, 12, 0},
  {"the same without reports", SCREEN PCMU SILENT_END
        "at 10.1 audio_0 pause\nat 11.6 audio_0 resume-stale\n",
      20, 11, 12, 0},
  {"all for 3 s", BOTH
        "at 5.1 audio_0 pause\nat 8.1 audio_0 resume\n"
        "at 5.1 screen pause\nat 8.1 screen resume\n", 20, 6, 9, 0},
  {"opus, mute at full rate", SCREEN OPUS SILENT_END
        "at 5.1 audio_0 mute\nat 8.1 audio_0 unmute\n", 20, 6, 9, 0},
  {"opus, DTX with a packet each 400 ms", SCREEN OPUS SILENT_END
        "at 5.1 audio_0 dtx 400\nat 12.1 audio_0 dtx-end\n", 20, 6, 13, 0},
  {"opus, DTX whose packets the SFU drops", SCREEN OPUS SILENT_END
        "at 5.1 audio_0 dtx 0\nat 12.1 audio_0 dtx-end\n", 20, 6, 13, 0},
};

GST_START_TEST (test_a_pause_keeps_length_and_sync)
{
  check_case (&pauses[__i__], "screen");
}

GST_END_TEST;

/* The network, over the wraps of sequence numbers and RTP time */
static const Case networks[] = {
  {"a packet in 10 is late", SCREEN VOICE " reorder=10" SILENT_END,
      20, 20, 20, 0},
  {"a picture in 7 is late", "stream screen codec=VP8 pt=101 "
        SCREEN_TIMES " size=64x48 reorder=7\n" VOICE SILENT_END,
      20, 20, 20, 0},
  {"a packet in 3 comes twice", SCREEN VOICE " duplicate=3" SILENT_END,
      20, 20, 20, 0},
  {"packets wait up to 60 ms", SCREEN VOICE " jitter=60" SILENT_END,
      20, 20, 20, 2},
  {"sound loses a packet in 25", SCREEN VOICE " loss=............x............"
        SILENT_END, 20, 20, 20, 0},
};

GST_START_TEST (test_a_network_that_is_not_perfect)
{
  check_case (&networks[__i__], "screen");
}

GST_END_TEST;

static const Case late[] = {
  {"webcam, after 30 s", SCREEN WEBCAM " start=30\n" VOICE
        "\nat 39 audio_0 pause\n", 40, 40, 40, 31},
  {"webcam, with a keyframe that is lost", SCREEN WEBCAM " start=30\n" VOICE
        "\nat 39 audio_0 pause\nat 30 webcam lose 2\n", 40, 40, 40, 32},
  {"webcam that goes off and on as another", SCREEN WEBCAM "\n" VOICE
        SILENT_END "at 5.1 webcam pause\nat 11.1 webcam new-ssrc 99\n"
        "at 11.1 webcam resume\n", 20, 6, 12, 0},
  {"sound, after 3 s", SCREEN WEBCAM "\n" VOICE " start=3" SILENT_END,
      20, 20, 20, 4},
};

GST_START_TEST (test_a_late_stream_stands_at_the_right_time)
{
  check_case (&late[__i__], "webcam");
}

GST_END_TEST;

GST_START_TEST (test_nothing_waits_for_a_stream_that_never_comes)
{
  const SimWatch *webcam, *sound;
  Session session;

  play (&session, SCREEN WEBCAM " start=1000\n"
      "stream audio_0 codec=opus pt=100 start=1000\n", 20);
  check_length (&session);
  sound = sim_driver_watch (session.driver, "audio_0");
  webcam = sim_driver_watch (session.driver, "webcam");
  fail_unless_equals_int (sound->loud, 0);
  fail_unless_equals_int (webcam->buffers, 0);
  fail_unless_equals_uint64 (webcam->gap_time,
      sim_driver_end (session.driver) - sim_driver_start (session.driver));
  fail_unless (sim_driver_watch (session.driver, "screen")->buffers > 195);
  clear (&session);
}

GST_END_TEST;

/* Layers of simulcast, a shared window that grows, a camera that turns */
#define SIZES "at 3 screen resize 320x180\nat 6 screen resize 641x361\n" \
  "at 9 screen resize 33x17\nat 12 screen resize 48x64\n" \
  "at 15 screen resize 64x48\n"
#define EVEN_SIZES "at 3 screen resize 320x180\nat 6 screen resize 642x362\n" \
  "at 9 screen resize 34x18\nat 12 screen resize 48x64\n" \
  "at 15 screen resize 64x48\n"

typedef struct
{
  const gchar *codec, *events;
  guint sizes[6][2];
} Resize;

static const Resize resizes[] = {
  {"VP8", SIZES, {{64, 48}, {320, 180}, {641, 361}, {33, 17}, {48, 64},
          {64, 48}}},
  {"VP9", SIZES, {{64, 48}, {320, 180}, {641, 361}, {33, 17}, {48, 64},
          {64, 48}}},
  {"H264", EVEN_SIZES, {{64, 48}, {320, 180}, {642, 362}, {34, 18}, {48, 64},
          {64, 48}}},
};

GST_START_TEST (test_a_new_size_is_a_caps_event_and_nothing_is_lost)
{
  const Resize *r = &resizes[__i__];
  g_autofree gchar *scenario = g_strdup_printf ("stream screen codec=%s "
      "pt=101 size=64x48 fps=10 cname=a\n" VOICE SILENT_END "%s", r->codec,
      r->events);
  const SimWatch *screen;
  Session session;

  play (&session, scenario, 20);
  check_length (&session);
  check_sync (&session, "screen", 1, 19);
  screen = sim_driver_watch (session.driver, "screen");
  fail_unless_equals_int (screen->sizes->len, G_N_ELEMENTS (r->sizes));
  for (guint i = 0; i < screen->sizes->len; i++) {
    const SimSize *size = &g_array_index (screen->sizes, SimSize, i);

    fail_unless_equals_int (size->width, r->sizes[i][0]);
    fail_unless_equals_int (size->height, r->sizes[i][1]);
  }
  fail_unless (screen->buffers >= 198, "%u pictures", screen->buffers);
  clear (&session);
}

GST_END_TEST;

/* mediasoup looks for bandwidth with packets of an SSRC and payload type that
 * no SDP has; somebody else sends on in spite of the stream. */
static const gchar *const others[] = {
  "stream screen codec=VP8 pt=127 ssrc=1234 size=64x48 fps=5 start=3\n",
  "stream screen codec=VP8 pt=101 ssrc=4321 size=64x48 fps=5 start=3\n",
};

GST_START_TEST (test_another_sender_on_the_port_does_not_disturb)
{
  g_autofree gchar *scenario = g_strconcat (BOTH, others[__i__], NULL);
  Session session;

  play (&session, scenario, 20);
  check_length (&session);
  check_sync (&session, "screen", 1, 19);
  clear (&session);
}

GST_END_TEST;

/* The first picture is lost: nothing is shown before the next keyframe. */
GST_START_TEST (test_a_start_without_a_keyframe_waits_for_one)
{
  const SimWatch *screen;
  Session session;

  play (&session, BOTH "at 0 screen lose 2\n", 20);
  screen = sim_driver_watch (session.driver, "screen");
  fail_unless_equals_int (sim_watch_pictures_between (screen, 0,
          900 * GST_MSECOND), 0);
  fail_unless (sim_driver_stat (session.driver, "screen",
          "keyframe-requests") > 0);
  check_sync (&session, "screen", 1, 19);
  clear (&session);
}

GST_END_TEST;

static Suite *
session_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-session");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_a_replaced_producer_goes_on, 0,
      G_N_ELEMENTS (rejoins));
  tcase_add_loop_test (tc, test_a_pause_keeps_length_and_sync, 0,
      G_N_ELEMENTS (pauses));
  tcase_add_loop_test (tc, test_a_network_that_is_not_perfect, 0,
      G_N_ELEMENTS (networks));
  tcase_add_loop_test (tc, test_a_late_stream_stands_at_the_right_time, 0,
      G_N_ELEMENTS (late));
  tcase_add_test (tc, test_nothing_waits_for_a_stream_that_never_comes);
  tcase_add_loop_test (tc,
      test_a_new_size_is_a_caps_event_and_nothing_is_lost, 0,
      G_N_ELEMENTS (resizes));
  tcase_add_loop_test (tc, test_another_sender_on_the_port_does_not_disturb, 0,
      G_N_ELEMENTS (others));
  tcase_add_test (tc, test_a_start_without_a_keyframe_waits_for_one);

  return s;
}

GST_CHECK_MAIN (session);
