/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "stall.h"

#define NONE GST_CLOCK_TIME_NONE
#define TIMEOUT (10 * GST_SECOND)

/* A line a second: since when the picture is black (b) and the same (s), and
 * what is told. */
typedef struct
{
  gint now, black, still;       /* s, -1: it is not */
  const gchar *news;
} Step;

static const struct
{
  const gchar *what;
  Step steps[10];
} stories[] = {
  {"no picture", {{0, -1, -1, NULL}, {100, -1, -1, NULL}}},
  {"a moving picture", {{0, -1, 0, NULL}, {9, -1, 9, NULL}, {18, -1, 18, NULL},
          {27, -1, 27, NULL}}},
  {"frozen, once, and on again", {{0, -1, 0, NULL}, {9, -1, 0, NULL},
          {10, -1, 0, "frozen 10"}, {11, -1, 0, NULL}, {60, -1, 0, NULL},
          {61, -1, 61, "frozen over 61"}, {62, -1, 61, NULL},
          {71, -1, 61, "frozen 10"}}},
  {"black is not called frozen", {{0, -1, 0, NULL}, {5, 5, 5, NULL},
          {15, 5, 5, "black 10"}, {16, 5, 5, NULL}, {99, 5, 5, NULL},
          {100, -1, 100, "black over 95"}, {101, -1, 101, NULL}}},
  {"black with a pointer that moves", {{0, 0, 0, NULL}, {8, 0, 8, NULL},
          {10, 0, 10, "black 10"}, {11, 0, 11, NULL}, {25, 0, 11, NULL}}},
  {"black, then frozen as it came back", {{0, 0, 0, NULL},
          {12, 0, 0, "black 12"}, {20, -1, 20, "black over 20"},
          {30, -1, 20, "frozen 10"}}},
  {"frozen, then black", {{0, -1, 0, NULL}, {10, -1, 0, "frozen 10"},
          {20, 20, 20, "frozen over 20"}, {30, 20, 20, "black 10"}}},
  {"not shown any more", {{0, -1, 0, NULL}, {10, -1, 0, "frozen 10"},
          {15, -1, -1, "frozen over 15"}, {99, -1, -1, NULL}}},
  {"looked at late", {{5, -1, 6, NULL}, {16, -1, 6, "frozen 10"}}},
};

static gchar *
describe (const GstRecStallNews * news)
{
  static const gchar *const names[] = { "nothing", "black", "frozen" };

  return g_strdup_printf ("%s %s%u", names[news->kind],
      news->stalled ? "" : "over ", (guint) (news->duration / GST_SECOND));
}

static GstClockTime
seconds (gint s)
{
  return s < 0 ? NONE : (guint) s * GST_SECOND;
}

static void
assert_step (GstRecStall * stall, GstClockTime timeout, const Step * step,
    const gchar * what, const gchar * expected)
{
  GstRecStallNews news;
  g_autofree gchar *got = NULL;

  if (gst_rec_stall_update (stall, timeout, seconds (step->now),
          seconds (step->black), seconds (step->still), &news))
    got = describe (&news);
  fail_unless (g_strcmp0 (got, expected) == 0, "%s, second %d: %s", what,
      step->now, got ? got : "nothing");
}

GST_START_TEST (test_each_stall_is_told_once)
{
  GstRecStall stall = { 0, };

  for (guint i = 0; i < G_N_ELEMENTS (stories[0].steps); i++) {
    const Step *step = &stories[__i__].steps[i];

    if (i > 0 && step->now == 0)
      break;
    assert_step (&stall, TIMEOUT, step, stories[__i__].what, step->news);
  }
}

GST_END_TEST;

GST_START_TEST (test_never_without_a_timeout)
{
  GstRecStall stall = { 0, };

  for (guint i = 0; i < G_N_ELEMENTS (stories[0].steps); i++)
    assert_step (&stall, 0, &stories[__i__].steps[i], stories[__i__].what,
        NULL);
}

GST_END_TEST;

static Suite *
stall_suite (void)
{
  Suite *s = suite_create ("stall");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_each_stall_is_told_once, 0,
      G_N_ELEMENTS (stories));
  tcase_add_loop_test (tc, test_never_without_a_timeout, 0,
      G_N_ELEMENTS (stories));

  return s;
}

GST_CHECK_MAIN (stall);
