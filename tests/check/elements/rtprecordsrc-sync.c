/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Long sessions: sound and picture stay together, and nothing is added or lost
 * over the pauses. Time is simulated; the flash and the beep of each second
 * tell how far apart they have come. With REC_SIM_MINUTES the sessions with
 * skewed clocks take that long. With REC_SHORT, for the sanitizers, all of it is
 * shorter, and the hour is left out. */

#include <gst/check/gstcheck.h>

#include "simverdict.h"

#define MINUTE (60 * SIM_SECOND)
#define SHORT_MINUTES (is_short () ? 2 : 10)

/* Of memory, in kB, mostly the test's own records */
#define MAX_GROWTH 4096

/* A clock has its time to settle before sync is measured. */
#define SETTLED (5 * SIM_SECOND)

/* What the SFU's host shows, which began to count when it was started. */
#define HOST_TIME (98765 * SIM_SECOND)

typedef struct
{
  const gchar *what;
  gint picture_ppm, sound_ppm;
  const gchar *cname;           /* NULL: no sender reports */
} Clocks;

static const Clocks clocks[] = {
  {"apart, no reports", 100, -100, NULL},
  {"together, no reports", 100, 100, NULL},
  {"apart, with reports", -100, 100, "agent"},
  {"one of them, with reports", 0, -100, "agent"},
};

static gboolean
is_short (void)
{
  return g_getenv ("REC_SHORT") != NULL;
}

static SimStream
screen (const Clocks * c)
{
  return (SimStream) {
    .name = "screen",.codec = SIM_VP8,.pt = 101,.ssrc = 0x11111111,
    .seq = 65000,.rtp_time = 4294900000u,.ppm = c->picture_ppm,.fps = 2,
    .dimensions = SIM_DIMENSIONS (64, 48),.delay = 10 * SIM_MS,
    .cname = c->cname,.report_interval = SIM_SECOND,.ntp = HOST_TIME};
}

/* The sound's, from the events of the test: it ends ahead of the session. */
#define LAST_SOUND(duration) {(duration) - SIM_SECOND, SIM_PAUSE, 0}, {0}

static SimStream
voice (const Clocks * c)
{
  return (SimStream) {
    .name = "audio_0",.codec = SIM_PCMU,.pt = 0,.ssrc = 0x22222222,
    .seq = 1000,.rtp_time = 7,.ppm = c->sound_ppm,.ptime = 100,
    .delay = 20 * SIM_MS,
    .cname = c->cname,.report_interval = 5 * SIM_SECOND,.ntp = HOST_TIME};
}

static SimDriver *
play (const SimStream * streams, guint n, GstClockTime duration)
{
  g_autoptr (GError) error = NULL;
  SimDriver *driver = sim_driver_new (streams, n, "latency=200", &error);

  g_assert_no_error (error);
  sim_driver_run (driver, duration, &error);
  g_assert_no_error (error);

  return driver;
}

static void
check_sync (const SimDriver * driver, GstClockTime from, GstClockTime until)
{
  g_autoptr (GError) error = NULL;

  sim_driver_is_in_sync (driver, "screen", "audio_0", from, until, &error);
  g_assert_no_error (error);
}

static void
check_even (const SimDriver * driver, GstClockTime from, GstClockTime until)
{
  g_autoptr (GError) error = NULL;

  sim_driver_is_even (driver, "audio_0", from, until, &error);
  g_assert_no_error (error);
}

static void
check_length (const SimDriver * driver)
{
  g_autoptr (GError) error = NULL;

  sim_driver_has_length (driver, "audio_0", &error);
  g_assert_no_error (error);
}

static gboolean
is_long (void)
{
  return g_getenv ("REC_SIM_MINUTES") != NULL;
}

static GstClockTime
long_duration (void)
{
  const gchar *minutes = g_getenv ("REC_SIM_MINUTES");

  return (minutes ? g_ascii_strtoull (minutes, NULL, 10) : SHORT_MINUTES)
      * MINUTE;
}

GST_START_TEST (test_clocks_that_drift_stay_in_sync)
{
  const Clocks *c = &clocks[__i__];
  SimStream streams[] = { screen (c), voice (c) };
  GstClockTime duration = long_duration ();
  const SimEvent events[] = { LAST_SOUND (duration) };
  g_autoptr (SimDriver) driver = NULL;

  GST_INFO ("%s", c->what);
  streams[1].events = events;
  driver = play (streams, 2, duration);
  check_length (driver);
  check_sync (driver, SETTLED, duration - SIM_SECOND);
  check_even (driver, SETTLED, duration - SIM_SECOND);
  if (is_long ())
    fail_unless (sim_driver_growth (driver) < MAX_GROWTH, "%" G_GINT64_FORMAT
        " kB more", sim_driver_growth (driver));
}

GST_END_TEST;

typedef struct
{
  guint from, until, end;       /* in minutes */
  SimEventType unmute;
} Mute;

static const Mute mutes[] = {
  {2, 12, 15, SIM_RESUME_STALE},
  {20, 30, 60, SIM_RESUME},
};

GST_START_TEST (test_an_hour_with_a_mute_of_ten_minutes_keeps_its_length)
{
  const Mute *mute = &mutes[__i__];
  const SimEvent events[] = {
    {mute->from * MINUTE, SIM_PAUSE, 0},
    {mute->until * MINUTE, mute->unmute, 0},
    LAST_SOUND (mute->end * MINUTE)
  };
  SimStream streams[] = { screen (&clocks[2]), voice (&clocks[2]) };
  g_autoptr (SimDriver) driver = NULL;
  const SimWatch *sound;

  streams[1].events = events;
  driver = play (streams, 2, mute->end * MINUTE);
  sound = sim_driver_watch (driver, "audio_0");
  check_length (driver);
  check_sync (driver, SETTLED, mute->from * MINUTE);
  check_sync (driver, mute->until * MINUTE + SETTLED,
      mute->end * MINUTE - SIM_SECOND);
  fail_unless (ABS (GST_CLOCK_DIFF (10 * MINUTE, gst_util_uint64_scale
              (sound->longest_quiet, GST_SECOND, sound->rate)))
      < (GstClockTimeDiff) (2 * GST_SECOND));
}

GST_END_TEST;

static Suite *
sync_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-sync");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_clocks_that_drift_stay_in_sync, 0,
      G_N_ELEMENTS (clocks));
  tcase_add_loop_test (tc,
      test_an_hour_with_a_mute_of_ten_minutes_keeps_its_length, 0,
      is_short ()? 1 : G_N_ELEMENTS (mutes));

  return s;
}

GST_CHECK_MAIN (sync);
