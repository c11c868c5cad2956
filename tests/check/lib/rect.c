/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "rect.h"

static const struct
{
  GstRecRect rect, hole, both;
  guint n_rest;
} holes[] = {
  {{0, 0, 16, 9}, {0, 0, 0, 0}, {0, 0, 0, 0}, 1},
  {{0, 0, 16, 9}, {3, 3, 0, 5}, {0, 0, 0, 0}, 1},
  {{0, 0, 16, 9}, {16, 0, 5, 9}, {0, 0, 0, 0}, 1},
  {{0, 0, 16, 9}, {-5, -5, 50, 50}, {0, 0, 16, 9}, 0},
  {{2, 2, 8, 4}, {2, 2, 8, 4}, {2, 2, 8, 4}, 0},
  {{0, 0, 16, 9}, {4, 2, 4, 4}, {4, 2, 4, 4}, 4},
  {{0, 0, 16, 9}, {0, 2, 8, 4}, {0, 2, 8, 4}, 3},
  {{0, 0, 16, 9}, {8, 0, 8, 4}, {8, 0, 8, 4}, 2},
  {{0, 0, 16, 9}, {-3, 6, 40, 9}, {0, 6, 16, 3}, 1},
  {{4, 4, 8, 4}, {0, 0, 6, 6}, {4, 4, 2, 2}, 2},
  {{4, 4, 1, 1}, {4, 4, 1, 1}, {4, 4, 1, 1}, 0},
};

static gboolean
holds (const GstRecRect * rect, gint x, gint y)
{
  return x >= rect->x && x < rect->x + rect->width
      && y >= rect->y && y < rect->y + rect->height;
}

GST_START_TEST (test_what_two_rectangles_share)
{
  GstRecRect both =
      gst_rec_rect_intersect (&holes[__i__].rect, &holes[__i__].hole);

  fail_unless (gst_rec_rect_is_equal (&both, &holes[__i__].both));
  both = gst_rec_rect_intersect (&holes[__i__].hole, &holes[__i__].rect);
  fail_unless (gst_rec_rect_is_equal (&both, &holes[__i__].both));
}

GST_END_TEST;

GST_START_TEST (test_what_is_left_is_named_once)
{
  const GstRecRect *rect = &holes[__i__].rect, *hole = &holes[__i__].hole;
  GstRecRect rest[4];
  guint n = gst_rec_rect_subtract (rect, hole, rest);

  fail_unless_equals_int (n, holes[__i__].n_rest);
  for (gint y = -6; y < 60; y++)
    for (gint x = -6; x < 60; x++) {
      guint count = 0;

      for (guint i = 0; i < n; i++)
        count += holds (&rest[i], x, y);
      fail_unless_equals_int (count,
          holds (rect, x, y) && !holds (hole, x, y));
    }
}

GST_END_TEST;

static Suite *
rect_suite (void)
{
  Suite *s = suite_create ("rect");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_what_two_rectangles_share, 0,
      G_N_ELEMENTS (holes));
  tcase_add_loop_test (tc, test_what_is_left_is_named_once, 0,
      G_N_ELEMENTS (holes));

  return s;
}

GST_CHECK_MAIN (rect);
