/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "damagelog.h"

static GArray *
one_rect (gint x)
{
  const GstRecRect rect = { x, 0, 1, 1 };
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (GstRecRect));

  g_array_append_val (changes, rect);

  return changes;
}

/* Of pictures 1 to 20, what 7 has changed is not known. */
static const struct
{
  guint64 from, to;
  gint count;                   /* of changes, -1: not known */
} spans[] = {
  {0, 20, -1},                  /* nothing is shown yet */
  {19, 20, 1}, {20, 20, 0}, {5, 6, 1}, {5, 5, 0}, {7, 20, 13}, {6, 7, -1},
  {5, 20, -1}, {20, 19, -1}, {20, 21, -1},
  {4, 5, -1},                   /* too long ago */
};

GST_START_TEST (test_changes_add_up)
{
  GstRecDamageLog log = { 0, };
  GArray *changes;

  for (guint i = 1; i <= 20; i++)
    fail_unless_equals_uint64 (gst_rec_damage_log_add (&log,
            i == 7 ? NULL : one_rect (i)), i);
  changes = gst_rec_damage_log_between (&log, spans[__i__].from,
      spans[__i__].to);
  fail_unless_equals_int (changes ? (gint) changes->len : -1,
      spans[__i__].count);
  for (gint i = 0; i < spans[__i__].count; i++)
    fail_unless_equals_int (g_array_index (changes, GstRecRect, i).x,
        spans[__i__].from + 1 + i);
  g_clear_pointer (&changes, g_array_unref);
  gst_rec_damage_log_clear (&log);
}

GST_END_TEST;

static Suite *
damagelog_suite (void)
{
  Suite *s = suite_create ("damagelog");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_changes_add_up, 0, G_N_ELEMENTS (spans));

  return s;
}

GST_CHECK_MAIN (damagelog);
