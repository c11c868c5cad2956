/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/pacer.h"

#define SECOND G_TIME_SPAN_SECOND
#define MS G_TIME_SPAN_MILLISECOND

/* Threads that share a line, each of which wakes late by up to @late us. */
static const struct
{
  guint64 rate;                 /* bytes/s */
  guint n_threads;
  GTimeSpan late;
} runs[] = {
  {1000, 1, 0},
  {1000, 8, 0},
  {50000, 4, 3 * MS},
  {1250000, 1, 0},
  {1250000, 4, 3 * MS},
  {125000000, 4, MS},
  {1250000000, 16, 0},
};

typedef struct
{
  gint64 due;                   /* when the reserved piece goes */
  gsize size;
} Sender;

static Sender *
first_due (Sender * senders, guint n)
{
  Sender *first = senders;

  for (guint i = 1; i < n; i++)
    if (senders[i].due < first->due)
      first = &senders[i];

  return first;
}

/* Ten seconds, looked at in windows of 100 ms. */
GST_START_TEST (test_a_line_is_shared_and_its_limit_is_kept)
{
  guint n = runs[__i__].n_threads;
  guint64 rate = runs[__i__].rate, total = 0;
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  g_autofree Sender *senders = g_new0 (Sender, n);
  g_autofree guint64 *windows = g_new0 (guint64, 101);
  const gint64 start = 1000 * SECOND;
  GstRecPacer pacer = { 0, };
  gsize piece;

  gst_rec_pacer_set_rate (&pacer, rate);
  piece = gst_rec_pacer_piece (&pacer);
  for (guint i = 0; i < n; i++)
    senders[i] = (Sender) {
      start + gst_rec_pacer_reserve (&pacer, piece, start), piece
    };

  for (;;) {
    Sender *sender = first_due (senders, n);
    gint64 now = sender->due;

    if (now >= start + 10 * SECOND)
      break;
    total += sender->size;
    windows[(now - start) / (100 * MS)] += sender->size;
    sender->due = now + gst_rec_pacer_reserve (&pacer, piece, now) +
        (runs[__i__].late ? g_rand_int_range (rand, 0, runs[__i__].late) : 0);
  }

  /* What the burst at the beginning and a piece of each may add. */
  guint64 extra = rate / 50 + (n + 1) * piece;
  fail_unless (total <= 10 * rate + extra, "%" G_GUINT64_FORMAT, total);
  fail_unless (total >= 10 * rate * 0.97 - extra, "%" G_GUINT64_FORMAT, total);
  for (guint i = 0; i < 100; i++)
    fail_unless (windows[i] <= rate / 10 + extra,
        "%u: %" G_GUINT64_FORMAT, i, windows[i]);
}

GST_END_TEST;

GST_START_TEST (test_without_a_limit_all_goes_at_once)
{
  GstRecPacer pacer = { 0, };

  fail_unless_equals_uint64 (gst_rec_pacer_piece (&pacer), G_MAXSIZE);
  for (guint i = 0; i < 10; i++)
    fail_unless_equals_int64 (gst_rec_pacer_reserve (&pacer, 1 << 30, 5), 0);
}

GST_END_TEST;

GST_START_TEST (test_a_limit_may_change_meanwhile)
{
  GstRecPacer pacer = { 0, };
  gint64 now = SECOND;

  gst_rec_pacer_set_rate (&pacer, 1000);
  gst_rec_pacer_reserve (&pacer, 1000, now);
  fail_unless_equals_int64 (gst_rec_pacer_reserve (&pacer, 1000, now),
      980 * MS);
  now += 2 * SECOND;
  gst_rec_pacer_set_rate (&pacer, 1000000);
  gst_rec_pacer_reserve (&pacer, 1000000, now);
  fail_unless_equals_int64 (gst_rec_pacer_reserve (&pacer, 1000, now),
      980 * MS);
  gst_rec_pacer_set_rate (&pacer, 0);
  fail_unless_equals_int64 (gst_rec_pacer_reserve (&pacer, 1000, now), 0);
}

GST_END_TEST;

/* A silence of an hour does not become an hour's worth of a burst. */
GST_START_TEST (test_silence_is_not_saved_up)
{
  GstRecPacer pacer = { 0, };
  gint64 now = SECOND;

  gst_rec_pacer_set_rate (&pacer, 1000000);
  gst_rec_pacer_reserve (&pacer, 1000, now);
  now += 3600 * SECOND;
  gst_rec_pacer_reserve (&pacer, 1000000, now);
  fail_unless_equals_int64 (gst_rec_pacer_reserve (&pacer, 1, now), 980 * MS);
}

GST_END_TEST;

static Suite *
pacer_suite (void)
{
  Suite *s = suite_create ("pacer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_a_line_is_shared_and_its_limit_is_kept, 0,
      G_N_ELEMENTS (runs));
  tcase_add_test (tc, test_without_a_limit_all_goes_at_once);
  tcase_add_test (tc, test_a_limit_may_change_meanwhile);
  tcase_add_test (tc, test_silence_is_not_saved_up);

  return s;
}

GST_CHECK_MAIN (pacer);
