/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "quality.h"

#define S(x) ((GstClockTime) ((x) * GST_SECOND))
#define MS(x) ((x) * GST_MSECOND)
#define NONE GST_CLOCK_TIME_NONE

GST_START_TEST (test_an_interval_is_what_its_ends_differ_by)
{
  static const struct
  {
    const gchar *what;
    GstRecQualityCounters before, now;
    gboolean has_pictures;
    GstRecQuality expected;
  } cases[] = {
    {"a good second of video", {S (4), 1000, 100, 2, 1, 30, MS (1)},
          {S (5), 126000, 200, 2, 1, 60, MS (3)}, TRUE,
          {MS (3), 0, 0, 30, 1000000}},
    {"the same in half a second", {S (4), 1000, 100, 0, 0, 30, MS (1)},
          {S (4.5), 126000, 200, 0, 0, 60, MS (3)}, TRUE,
          {MS (3), 0, 0, 60, 2000000}},
    {"sound has no frame rate", {S (4), 0, 0, 0, 0, 0, NONE},
          {S (5), 8000, 50, 0, 0, 50, MS (3)}, FALSE,
          {MS (3), 0, 0, -1, 64000}},
    {"one in ten is lost, half of that repaired",
          {S (4), 0, 1000, 40, 10, 0, MS (1)},
          {S (5), 125, 1100, 50, 15, 0, MS (1)}, FALSE,
          {MS (1), 0.1, 0.05, -1, 1000}},
    {"a packet that was given up comes after all",
          {S (4), 0, 1000, 40, 10, 0, MS (1)},
          {S (5), 125, 1100, 40, 9, 0, MS (1)}, FALSE,
          {MS (1), 0, 0, -1, 1000}},
    {"more lost than was expected in this second",
          {S (4), 0, 1000, 0, 0, 0, MS (1)},
          {S (5), 125, 1001, 9, 9, 0, MS (1)}, FALSE,
          {MS (1), 1, 1, -1, 1000}},
    {"nothing came", {S (4), 1000, 100, 2, 1, 30, MS (1)},
          {S (5), 1000, 100, 2, 1, 30, MS (1)}, TRUE,
          {NONE, -1, -1, 0, 0}},
    {"jitter is not known yet", {S (4), 0, 0, 0, 0, 0, NONE},
          {S (5), 125, 0, 0, 0, 0, NONE}, FALSE, {NONE, -1, -1, -1, 1000}},
    {"no time went by", {S (4), 0, 0, 0, 0, 0, MS (1)},
          {S (4), 125, 9, 0, 0, 3, MS (1)}, TRUE, {NONE, -1, -1, -1, -1}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const GstRecQuality *e = &cases[i].expected;
    GstRecQuality q;

    gst_rec_quality_measure (&q, &cases[i].before, &cases[i].now,
        cases[i].has_pictures);
    fail_unless (q.jitter == e->jitter && ABS (q.loss - e->loss) < 1e-9
        && ABS (q.post_repair_loss - e->post_repair_loss) < 1e-9
        && ABS (q.framerate - e->framerate) < 1e-9
        && q.bandwidth == e->bandwidth, "%s: jitter %" G_GUINT64_FORMAT
        ", loss %g, %g, framerate %g, bandwidth %" G_GINT64_FORMAT,
        cases[i].what, q.jitter, q.loss, q.post_repair_loss, q.framerate,
        q.bandwidth);
  }
}

GST_END_TEST;

GST_START_TEST (test_a_session_is_as_bad_as_its_worst_stream)
{
  static const GstRecQuality streams[] = {
    {MS (3), 0.1, 0, 30, 1000000},
    {NONE, -1, -1, 0, 0},
    {MS (9), 0, 0.2, -1, 64000},
  };
  GstRecQuality all;

  gst_rec_quality_init (&all);
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    gst_rec_quality_add (&all, &streams[i]);

  fail_unless_equals_uint64 (all.jitter, MS (9));
  fail_unless_equals_float (all.loss, 0.1);
  fail_unless_equals_float (all.post_repair_loss, 0.2);
  fail_unless_equals_int64 (all.bandwidth, 1064000);
  fail_unless (all.framerate < 0);
}

GST_END_TEST;

GST_START_TEST (test_fields_that_were_not_measured_are_absent)
{
  static const GstRecQuality full = { MS (3), 0.1, 0.05, 30, 1000000 };
  g_autoptr (GstStructure) expected = gst_structure_from_string ("q, "
      "jitter=(guint64)3000000, loss=(double)0.1, "
      "post-repair-loss=(double)0.05, framerate=(double)30, "
      "bandwidth=(guint64)1000000", NULL);
  g_autoptr (GstStructure) s = gst_structure_new_empty ("q");
  g_autoptr (GstStructure) empty = gst_structure_new_empty ("q");
  GstRecQuality nothing;

  gst_rec_quality_set_fields (&full, s);
  fail_unless (gst_structure_is_equal (s, expected), "%" GST_PTR_FORMAT, s);
  gst_rec_quality_init (&nothing);
  gst_rec_quality_set_fields (&nothing, empty);
  fail_unless_equals_int (gst_structure_n_fields (empty), 0);
}

GST_END_TEST;

static Suite *
quality_suite (void)
{
  Suite *s = suite_create ("quality");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_an_interval_is_what_its_ends_differ_by);
  tcase_add_test (tc, test_a_session_is_as_bad_as_its_worst_stream);
  tcase_add_test (tc, test_fields_that_were_not_measured_are_absent);

  return s;
}

GST_CHECK_MAIN (quality);
