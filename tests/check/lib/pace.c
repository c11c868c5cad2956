/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "pace.h"

/* A change comes in each output; which ones are shown? */
static const struct
{
  gint out_n, out_d, rate_n, rate_d;
  const gchar *taken;           /* of the first outputs */
  guint count;                  /* of 3000 */
} paces[] = {
  {30, 1, 0, 1, "11111111", 3000},
  {30, 1, 15, 1, "10101010", 1500},
  {30, 1, 10, 1, "10010010", 1000},
  {30, 1, 30, 1, "11111111", 3000},
  {30, 1, 60, 1, "11111111", 3000},
  {30, 1, 20, 1, "10110110", 2000},
  {30, 1, 1, 1, "10000000", 100},
  {30000, 1001, 15000, 1001, "10101010", 1500},
  {30000, 1001, 15, 1, "10101010", 1502},
  {25, 1, 15, 1, NULL, 1800},
};

GST_START_TEST (test_changes_come_at_the_rate)
{
  GstRecPace pace = { 0, };
  gint out_n = paces[__i__].out_n, out_d = paces[__i__].out_d;
  GstClockTime duration = gst_util_uint64_scale (GST_SECOND, out_d, out_n);
  guint count = 0;

  for (guint i = 0; i < 3000; i++) {
    GstClockTime now = gst_util_uint64_scale (i, out_d * GST_SECOND, out_n);
    gboolean taken = gst_rec_pace_take (&pace, now, duration,
        paces[__i__].rate_n, paces[__i__].rate_d);

    count += taken;
    if (paces[__i__].taken && i < 8)
      fail_unless_equals_int (taken, paces[__i__].taken[i] == '1');
  }
  fail_unless_equals_int (count, paces[__i__].count);
}

GST_END_TEST;

/* What changes seldom is shown at once. */
GST_START_TEST (test_a_rare_change_does_not_wait)
{
  GstRecPace pace = { 0, };

  for (guint i = 0; i < 100; i++)
    fail_unless (gst_rec_pace_take (&pace, i * 77 * GST_MSECOND,
            33 * GST_MSECOND, 15, 1));
}

GST_END_TEST;

static Suite *
pace_suite (void)
{
  Suite *s = suite_create ("pace");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_changes_come_at_the_rate, 0,
      G_N_ELEMENTS (paces));
  tcase_add_test (tc, test_a_rare_change_does_not_wait);

  return s;
}

GST_CHECK_MAIN (pace);
