/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "budget.h"

#define MS GST_MSECOND

GST_START_TEST (test_what_is_spent_comes_back_with_time)
{
  /* of 100 at once, 10 a second */
  static const struct
  {
    guint64 amount;
    guint at;                   /* ms */
    gboolean granted;
  } cases[] = {
    {101, 0, FALSE},
    {60, 0, TRUE},
    {40, 0, TRUE},
    {1, 0, FALSE},
    {1, 50, FALSE},
    {1, 99, FALSE},
    {1, 100, TRUE},
    {1, 100, FALSE},
    {20, 2100, TRUE},
    {1, 2000, FALSE},           /* the clock does not go back */
    {100, 60000, TRUE},
    {0, 60000, TRUE},
    {G_MAXUINT64, 600000, FALSE},
  };
  GstRecBudget budget = { 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    fail_unless (gst_rec_budget_spend (&budget, cases[i].amount, 100, 10,
            cases[i].at * MS) == cases[i].granted, "case %u", i);
}

GST_END_TEST;

static Suite *
budget_suite (void)
{
  Suite *s = suite_create ("budget");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_what_is_spent_comes_back_with_time);

  return s;
}

GST_CHECK_MAIN (budget);
