/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "spans.h"

#define NONE GST_CLOCK_TIME_NONE

static guint n_freed;

static void
count_free (gpointer what G_GNUC_UNUSED)
{
  n_freed++;
}

/* The ids of the spans that touch a time, as text. */
static gchar *
describe (const GstRecSpans * spans, GstClockTime from, GstClockTime until)
{
  GString *text = g_string_new (NULL);
  const GstRecSpan *span;
  guint position = 0;

  while ((span = gst_rec_spans_next (spans, from, until, &position)))
    g_string_append_printf (text, "%u ", span->id);

  return g_string_free (text, FALSE);
}

static void
expect (const GstRecSpans * spans, GstClockTime from, GstClockTime until,
    const gchar * wanted)
{
  g_autofree gchar *text = describe (spans, from, until);

  fail_unless_equals_string (text, wanted);
}

GST_START_TEST (test_spans_that_touch_a_time)
{
  GstRecSpans spans;

  gst_rec_spans_init (&spans, NULL);
  fail_unless_equals_int (gst_rec_spans_add (&spans, 10, 20, NULL), 1);
  fail_unless_equals_int (gst_rec_spans_add (&spans, 15, NONE, NULL), 2);
  fail_unless_equals_int (gst_rec_spans_add (&spans, 0, 5, NULL), 3);

  expect (&spans, 0, 0, "3 ");
  expect (&spans, 4, 4, "3 ");
  expect (&spans, 5, 10, "");
  expect (&spans, 5, 11, "1 ");
  expect (&spans, 10, 10, "1 ");
  expect (&spans, 19, 20, "1 2 ");
  expect (&spans, 20, 100, "2 ");
  expect (&spans, 0, 100, "1 2 3 ");
  expect (&spans, NONE, NONE, "1 2 3 ");
  gst_rec_spans_clear (&spans);
}

GST_END_TEST;

GST_START_TEST (test_a_span_has_a_start_and_a_length)
{
  GstRecSpans spans;

  n_freed = 0;
  gst_rec_spans_init (&spans, count_free);
  fail_unless_equals_int (gst_rec_spans_add (&spans, 10, 10, &spans), 0);
  fail_unless_equals_int (gst_rec_spans_add (&spans, 10, 9, &spans), 0);
  fail_unless_equals_int (gst_rec_spans_add (&spans, NONE, NONE, &spans), 0);
  fail_unless_equals_int (n_freed, 3);
  fail_unless_equals_int (gst_rec_spans_add (&spans, 10, 11, &spans), 1);
  gst_rec_spans_clear (&spans);
  fail_unless_equals_int (n_freed, 4);
}

GST_END_TEST;

GST_START_TEST (test_a_closed_span_keeps_what_was_before)
{
  GstRecSpans spans;

  n_freed = 0;
  gst_rec_spans_init (&spans, count_free);
  gst_rec_spans_add (&spans, 0, NONE, &spans);
  gst_rec_spans_add (&spans, 50, 60, &spans);
  gst_rec_spans_add (&spans, 10, 20, &spans);
  gst_rec_spans_add (&spans, 0, NONE, &spans);

  fail_unless (gst_rec_spans_close (&spans, 1, 30));
  fail_if (gst_rec_spans_close (&spans, 1, 10), "closed twice");
  fail_unless (gst_rec_spans_close (&spans, 2, 30));
  fail_unless (gst_rec_spans_close (&spans, 3, 30));
  fail_unless (gst_rec_spans_close (&spans, 4, NONE));
  fail_if (gst_rec_spans_close (&spans, 0, 30));
  fail_if (gst_rec_spans_close (&spans, 5, 30));
  fail_unless_equals_int (n_freed, 2);
  expect (&spans, 0, 100, "1 3 ");
  expect (&spans, 20, 100, "1 ");
  expect (&spans, 30, 100, "");

  gst_rec_spans_forget_closed (&spans, 29);
  expect (&spans, 0, 100, "1 ");
  gst_rec_spans_forget_closed (&spans, 30);
  expect (&spans, 0, 100, "");
  fail_unless_equals_int (n_freed, 4);
  fail_unless_equals_int (gst_rec_spans_add (&spans, 0, 1, NULL), 5);
  gst_rec_spans_clear (&spans);
}

GST_END_TEST;

GST_START_TEST (test_what_an_application_set_stays_when_it_is_over)
{
  GstRecSpans spans;

  gst_rec_spans_init (&spans, NULL);
  gst_rec_spans_add (&spans, 10, 20, NULL);
  gst_rec_spans_forget_closed (&spans, NONE);
  expect (&spans, 10, 20, "1 ");
  gst_rec_spans_clear (&spans);
}

GST_END_TEST;

GST_START_TEST (test_the_next_start)
{
  GstRecSpans spans;

  gst_rec_spans_init (&spans, NULL);
  fail_unless (gst_rec_spans_get_next_start (&spans, 0) == NONE);
  gst_rec_spans_add (&spans, 30, 40, NULL);
  gst_rec_spans_add (&spans, 10, 20, NULL);
  fail_unless_equals_uint64 (gst_rec_spans_get_next_start (&spans, 0), 10);
  fail_unless_equals_uint64 (gst_rec_spans_get_next_start (&spans, 10), 30);
  fail_unless (gst_rec_spans_get_next_start (&spans, 30) == NONE);
  gst_rec_spans_clear (&spans);
}

GST_END_TEST;

#define S GST_SECOND

static const struct
{
  GstClockTime start, stop, time;
  guint rate, n_samples, first, n;      /* n of 0: none */
} cuts[] = {
  {0, NONE, 0, 48000, 480, 0, 480},
  {0, NONE, NONE, 48000, 480, 0, 480},
  {5 * S, 6 * S, NONE, 48000, 480, 0, 480},
  {S, 2 * S, 0, 48000, 480, 0, 0},
  {S, 2 * S, 2 * S, 48000, 480, 0, 0},
  {S, 2 * S, S, 48000, 480, 0, 480},
  {S, 2 * S, 995 * GST_MSECOND, 48000, 480, 240, 240},
  {S, 2 * S, 1995 * GST_MSECOND, 48000, 480, 0, 240},
  {S, S + 1, S, 48000, 480, 0, 0},      /* less than timestamps can say */
  {S, S + 2, S, 48000, 480, 0, 1},
  {S, S + 20833, S, 48000, 480, 0, 1},
  {S, S + 20834, S, 48000, 480, 0, 1},
  {S, S + 20836, S, 48000, 480, 0, 2},
  {S + 20833, 2 * S, S, 48000, 480, 1, 479},    /* rounded down */
  {S + 20832, 2 * S, S, 48000, 480, 0, 480},
  {S + 20834, 2 * S, S, 48000, 480, 1, 479},
  /* the timestamp of sample 1024, whichever way it is rounded */
  {S, 2 * S, 21333333, 48000, 48000, 46976, 1024},
  {S, 2 * S, 42666667, 48000, 48000, 45952, 2048},
  {S, 2 * S, 42666666, 48000, 48000, 45952, 2048},
  {S, 2 * S, 23219954, 44100, 44100, 43076, 1024},
  {S, 2 * S, 23219955, 44100, 44100, 43076, 1024},
  {0, S / 2, 0, 8000, 8000, 0, 4000},
  {S / 4, S / 2, 0, 11025, 11025, 2756, 2757},
  {S, 2 * S, 3600 * S * 100, 192000, 100, 0, 0},
  {0, 360001 * S, 3600 * S * 100, 192000, 100, 0, 100},
};

GST_START_TEST (test_spans_cut_at_the_sample)
{
  const GstRecSpan span = { 1, cuts[__i__].start, cuts[__i__].stop, FALSE,
    NULL
  };
  guint cut_first = 0, cut_n = 0;

  fail_unless_equals_int (gst_rec_span_cut (&span, cuts[__i__].time,
          cuts[__i__].rate, cuts[__i__].n_samples, &cut_first,
          &cut_n),
      cuts[__i__].n > 0);
  fail_unless_equals_int (cut_first, cuts[__i__].first);
  fail_unless_equals_int (cut_n, cuts[__i__].n);
}

GST_END_TEST;

static Suite *
spans_suite (void)
{
  Suite *s = suite_create ("spans");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_spans_that_touch_a_time);
  tcase_add_test (tc, test_a_span_has_a_start_and_a_length);
  tcase_add_test (tc, test_a_closed_span_keeps_what_was_before);
  tcase_add_test (tc, test_what_an_application_set_stays_when_it_is_over);
  tcase_add_test (tc, test_the_next_start);
  tcase_add_loop_test (tc, test_spans_cut_at_the_sample, 0,
      G_N_ELEMENTS (cuts));

  return s;
}

GST_CHECK_MAIN (spans);
