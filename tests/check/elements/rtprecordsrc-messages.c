/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What the application is told of a session in which much happens. Time is
 * simulated. */

#include <gst/check/gstcheck.h>

#include <stdio.h>

#include "simdriver.h"
#include "timelinejson.h"

#define SSRC 0x11111111
#define NEW_SSRC 0x33333333
#define ANY G_MAXUINT64
#define NEAR (400 * GST_MSECOND)

static const SimEvent screen_events[] = {
  {20 * SIM_SECOND, SIM_PAUSE, 0},
  {26 * SIM_SECOND, SIM_RESUME, 0},
  {40 * SIM_SECOND, SIM_NEW_SSRC, NEW_SSRC},
  {50 * SIM_SECOND, SIM_RESIZE, SIM_DIMENSIONS (96, 64)},
  {60 * SIM_SECOND, SIM_LOSE, 3},
  {0}
};

static const SimEvent voice_events[] = {
  {30 * SIM_SECOND, SIM_PAUSE, 0},
  {32.5 * SIM_SECOND, SIM_RESUME_STALE, 0},
  {0}
};

static const SimStream streams[] = {
  {.name = "screen",.codec = SIM_VP8,.pt = 101,.ssrc = SSRC,.seq = 65000,
        .rtp_time = 7,.fps = 10,.dimensions = SIM_DIMENSIONS (64, 48),
      .events = screen_events},
  {.name = "audio_0",.codec = SIM_PCMU,.pt = 0,.ssrc = 0x22222222,.seq = 1,
      .rtp_time = 7,.ptime = 20,.events = voice_events},
};

static SimDriver *
play (void)
{
  g_autoptr (GError) error = NULL;
  SimDriver *driver = sim_driver_new (streams, G_N_ELEMENTS (streams),
      "latency=200", &error);

  g_assert_no_error (error);
  sim_driver_run (driver, 70 * SIM_SECOND, &error);
  g_assert_no_error (error);

  return driver;
}

static void
check_near (const GstStructure * s, const gchar * field, guint64 expected)
{
  guint64 value;

  if (expected == ANY)
    return;
  fail_unless (gst_structure_get_uint64 (s, field, &value)
      && value + NEAR > expected && value < expected + NEAR,
      "%" GST_PTR_FORMAT ": %s is not %" GST_TIME_FORMAT, s, field,
      GST_TIME_ARGS (expected));
}

static void
check_fields (const GstStructure * s, const gchar * fields)
{
  g_autofree gchar *text = g_strconcat ("x, ", fields, NULL);
  g_autoptr (GstStructure) expected = gst_structure_from_string (text, NULL);

  for (gint i = 0; i < gst_structure_n_fields (expected); i++) {
    const gchar *name = gst_structure_nth_field_name (expected, i);
    const GValue *value = gst_structure_get_value (s, name);

    fail_unless (value && gst_value_compare (value,
            gst_structure_get_value (expected, name)) == GST_VALUE_EQUAL,
        "%" GST_PTR_FORMAT " lacks %s", (gpointer) s, fields);
  }
}

/* The wall clock runs as the session does; it is this year's. */
static void
check_wall_clock (const GstStructure * s)
{
  const gchar *text = gst_structure_get_string (s, "wall-clock");
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  fail_unless (time && strlen (text) == strlen ("2026-01-01T00:00:00.000Z"),
      "%s", text);
  fail_unless (ABS (g_date_time_difference (now, time)) < G_TIME_SPAN_HOUR);
}

GST_START_TEST (test_what_happens_is_told_with_its_time)
{
  static const struct
  {
    const gchar *event;
    guint64 time, duration;
    const gchar *fields;
  } expected[] = {
    {"first-picture", 0, ANY, "pad=screen, role=screen, "
          "ssrc=(uint)286331153, width=(uint)64, height=(uint)48"},
    {"paused", 20 * GST_SECOND, ANY, "pad=screen, ssrc=(uint)286331153"},
    {"resumed", 26 * GST_SECOND, 6 * GST_SECOND, "pad=screen"},
    {"gap", 20 * GST_SECOND, 6 * GST_SECOND, "pad=screen"},
    {"clock-step", 32.5 * GST_SECOND, ANY, "pad=audio_0, role=audio"},
    {"ssrc-changed", 40 * GST_SECOND, ANY, "pad=screen, "
          "ssrc=(uint)858993459, old-ssrc=(uint)286331153"},
    {"takeover-refused", ANY, ANY, "pad=screen, ssrc=(uint)858993459"},
    {"size-changed", 50 * GST_SECOND, ANY, "width=(uint)96, "
          "height=(uint)64, old-width=(uint)64, old-height=(uint)48"},
    {"loss", ANY, ANY, "pad=screen, packets=(guint64)3, repaired=(guint64)0"},
    {"keyframe-requested", ANY, ANY, "pad=screen"},
  };
  g_autoptr (SimDriver) driver = play ();

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    const GstStructure *s = sim_driver_message (driver, "rtprecord-timeline",
        "event", expected[i].event);

    fail_unless (s != NULL, "%s is not told", expected[i].event);
    check_near (s, "session-time", expected[i].time);
    check_near (s, "duration", expected[i].duration);
    check_fields (s, expected[i].fields);
    check_wall_clock (s);
  }
  fail_if (sim_driver_message (driver, "rtprecord-timeline", "event", "bye"));
  fail_if (sim_driver_message (driver, "rtprecord-timeline", "event",
          "omitted"));
}

GST_END_TEST;

GST_START_TEST (test_example_keeps_json_lines)
{
  static const gchar *const cases[][2] = {
    {"rtprecord-timeline, event=paused, pad=screen, ssrc=(uint)7, "
          "running-time=(guint64)20000000000, "
          "wall-clock=(string)\"2026-01-01T00:00:00.007Z\"",
        "{\"version\": 1, \"event\": \"paused\", \"pad\": \"screen\", "
          "\"ssrc\": 7, \"running-time\": 20000000000, "
          "\"wall-clock\": \"2026-01-01T00:00:00.007Z\"}\n"},
    {"rtprecord-timeline, event=clock-step, step=(gint64)-4",
        "{\"version\": 1, \"event\": \"clock-step\", \"step\": -4}\n"},
    {"recording-quality, jitter=(guint64)4", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstMessage) message = gst_message_new_element (NULL,
        gst_structure_from_string (cases[i][0], NULL));
    gchar *text = NULL;
    gsize size;
    FILE *file = open_memstream (&text, &size);

    keep_timeline (file, message);
    fclose (file);
    fail_unless_equals_string (text, cases[i][1]);
    free (text);
  }
}

GST_END_TEST;

static Suite *
messages_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-messages");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_what_happens_is_told_with_its_time);
  tcase_add_test (tc, test_example_keeps_json_lines);

  return s;
}

GST_CHECK_MAIN (messages);
