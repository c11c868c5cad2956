/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "base/backoff.h"

static const GstRecBackoff backoff = { 100, 1000 };

GST_START_TEST (test_bound_doubles_up_to_max)
{
  static const GTimeSpan bounds[] = { 100, 200, 400, 800, 1000, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    fail_unless_equals_int64 (gst_rec_backoff_delay (&backoff, i, 0.5),
        bounds[i] / 2);
}

GST_END_TEST;

GST_START_TEST (test_delay_is_spread_from_zero_to_the_bound)
{
  fail_unless_equals_int64 (gst_rec_backoff_delay (&backoff, 0, 0.0), 0);
  fail_unless (gst_rec_backoff_delay (&backoff, 99, 0.999) < 1000);
}

GST_END_TEST;

static Suite *
backoff_suite (void)
{
  Suite *s = suite_create ("backoff");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_bound_doubles_up_to_max);
  tcase_add_test (tc, test_delay_is_spread_from_zero_to_the_bound);

  return s;
}

GST_CHECK_MAIN (backoff);
