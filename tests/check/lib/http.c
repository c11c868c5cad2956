/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/http.h"

#define S G_TIME_SPAN_SECOND
/* Sun, 06 Nov 1994 08:49:37 GMT */
#define NOW (G_GINT64_CONSTANT (784111777) * S)

static const struct
{
  const gchar *value;
  GTimeSpan wait;
} waits[] = {
  {NULL, 0}, {"", 0}, {"0", 0}, {"7", 7 * S}, {"100000", 120 * S},
  {"99999999999999999999", 0}, {"-5", 0}, {"soon", 0},
  {"Sun, 06 Nov 1994 08:49:47 GMT", 10 * S},
  {"Sun, 06 Nov 1994 08:49:27 GMT", 0},
  {"Mon, 07 Nov 1994 08:49:37 GMT", 120 * S},
};

GST_START_TEST (test_retry_after_is_seconds_or_a_date_and_bounded)
{
  fail_unless_equals_int64 (gst_rec_http_retry_after (waits[__i__].value, NOW),
      waits[__i__].wait);
}

GST_END_TEST;

GST_START_TEST (test_which_answers_are_worth_another_try)
{
  static const guint again[] = { 408, 429, 500, 502, 503, 504 };
  static const guint never[] = { 200, 204, 301, 307, 400, 401, 403, 404, 409,
    412, 501, 507
  };

  for (guint i = 0; i < G_N_ELEMENTS (again); i++)
    fail_unless (gst_rec_http_status_is_transient (again[i]));
  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    fail_if (gst_rec_http_status_is_transient (never[i]));
}

GST_END_TEST;

static Suite *
http_suite (void)
{
  Suite *s = suite_create ("http");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_retry_after_is_seconds_or_a_date_and_bounded,
      0, G_N_ELEMENTS (waits));
  tcase_add_test (tc, test_which_answers_are_worth_another_try);

  return s;
}

GST_CHECK_MAIN (http);
