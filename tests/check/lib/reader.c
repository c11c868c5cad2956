/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "simobject.h"
#include "store/reader.h"
#include "store/s3.h"

#define KIB 1024
#define MIB (1024 * KIB)
#define SIZE (12 * MIB + 345)

static SimObject *sim;
static GstRecStorePlace *place;
static GstRecReader *reader;

static GstRecReader *
make_reader (guint64 read_ahead, guint64 range_size, guint parallel)
{
  GstRecReaderConfig config = {
    .place = place,.key = "key",.read_ahead = read_ahead,
    .range_size = range_size,.parallel = parallel
  };

  return gst_rec_reader_new (&config);
}

static void
setup_sized (gsize size)
{
  GstRecCredentials keys = {
    .access_key_id = (gchar *) "KEY",.secret_access_key = (gchar *) "SECRET"
  };
  g_autoptr (GstRecCredentialsProvider) credentials =
      gst_rec_credentials_provider_new_static (&keys);

  sim = sim_object_new (size);
  g_autofree gchar *endpoint = sim_object_endpoint (sim);
  GstRecS3Settings settings = {
    .endpoint = endpoint,.bucket = "bucket",.region = "us-east-1",
    .path_style = GST_REC_S3_PATH_STYLE_AUTO,.credentials = credentials,
    .timeout = 5,.retries = 5
  };

  place = gst_rec_s3_place_new (&settings, NULL);
  reader = make_reader (2 * MIB, MIB, 4);
  fail_unless (gst_rec_reader_open (reader, NULL));
}

static void
setup (void)
{
  setup_sized (SIZE);
}

static void
teardown (void)
{
  gst_rec_reader_free (reader);
  gst_rec_store_place_unref (place);
  sim_object_free (sim);
}

/* Reads, and expects the bytes that are there. */
static void
expect_read (guint64 offset, gsize size, gsize there)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecBody) body =
      gst_rec_reader_read (reader, offset, size, &error);
  guint64 at = offset;
  gboolean same = TRUE;

  fail_unless (body != NULL, "%s", error ? error->message : "");
  fail_unless_equals_uint64 (gst_rec_body_size (body), there);
  for (guint i = 0; i < gst_rec_body_n_pieces (body); i++) {
    gsize n;
    const guint8 *data = g_bytes_get_data (gst_rec_body_piece (body, i), &n);

    for (gsize j = 0; j < n; j++)
      same &= data[j] == sim_object_byte (1, at++);
  }
  fail_unless (same, "other bytes at %" G_GUINT64_FORMAT, offset);
}

static const struct
{
  guint64 read_ahead, range_size;
  guint parallel;
  gsize step;
} rows[] = {
  {2 * MIB, MIB, 4, 4 * KIB},
  {2 * MIB, MIB, 4, 100 * KIB + 1},
  {2 * MIB, MIB, 1, 100 * KIB + 1},
  {8 * MIB, 2 * MIB, 8, 3 * MIB},
  {0, MIB, 4, 333 * KIB},
  {64 * KIB, 64 * KIB, 2, 1000},
};

GST_START_TEST (test_an_object_is_read_in_a_row)
{
  gsize step = rows[__i__].step;
  GstRecReaderStats stats;

  gst_rec_reader_free (reader);
  reader = make_reader (rows[__i__].read_ahead, rows[__i__].range_size,
      rows[__i__].parallel);
  fail_unless (gst_rec_reader_open (reader, NULL));
  for (guint64 offset = 0; offset < SIZE; offset += step)
    expect_read (offset, step, MIN (step, SIZE - offset));
  expect_read (SIZE, 1, 0);
  expect_read (SIZE + 1000, 1, 0);

  /* Each byte came once, and in large requests. */
  gst_rec_reader_get_stats (reader, &stats);
  fail_unless_equals_uint64 (stats.bytes_fetched, SIZE);
  if (rows[__i__].read_ahead >= MIB)
    fail_unless (stats.requests < SIZE / rows[__i__].range_size + 8, "%u",
        stats.requests);
  fail_unless (stats.bytes_held <= MAX (2 * rows[__i__].read_ahead +
          4 * rows[__i__].range_size, step), "%" G_GUINT64_FORMAT,
      stats.bytes_held);
  fail_unless (sim_object_n_connections (sim) <= rows[__i__].parallel + 2);
}

GST_END_TEST;

/* A demuxer looks for boxes: it takes 16 bytes here and there. */
GST_START_TEST (test_a_look_at_a_place_fetches_little)
{
  GstRecReaderStats stats;

  for (guint i = 0; i < 10; i++)
    expect_read (i * MIB + 77, 16, 16);
  gst_rec_reader_get_stats (reader, &stats);
  fail_unless_equals_int (stats.requests, 10);
  fail_unless_equals_uint64 (stats.bytes_fetched, 10 * 64 * KIB);

  /* What it saw it sees again for nothing. */
  expect_read (9 * MIB + 77, 16, 16);
  gst_rec_reader_get_stats (reader, &stats);
  fail_unless_equals_int (stats.requests, 10);
}

GST_END_TEST;

GST_START_TEST (test_two_places_are_read_in_turn)
{
  GstRecReaderStats stats;
  const gsize half = SIZE / 2;

  for (gsize offset = 0; offset + 8000 < half; offset += 8000) {
    expect_read (offset, 8000, 8000);
    expect_read (half + offset, 8000, 8000);
  }
  gst_rec_reader_get_stats (reader, &stats);
  fail_unless (stats.requests < 32, "%u", stats.requests);
  fail_unless (stats.bytes_fetched < SIZE + 4 * MIB);
}

GST_END_TEST;

GST_START_TEST (test_it_reads_anywhere)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261121);

  for (guint i = 0; i < 300; i++) {
    guint64 offset = g_rand_int_range (rand, 0, SIZE);
    gsize size = g_rand_int_range (rand, 1, i % 10 == 0 ? 3 * MIB : 20000);

    expect_read (offset, size, MIN (size, SIZE - offset));
  }
}

GST_END_TEST;

GST_START_TEST (test_it_reads_through_faults)
{
  for (guint i = 0; i < 8; i++) {
    sim_object_add_fault (sim, SIM_OBJECT_RESET, 70000 + 1000 * i, 2);
    sim_object_add_fault (sim, SIM_OBJECT_FINE, 0, i);
    sim_object_add_fault (sim, SIM_OBJECT_STATUS, 503, 1);
  }
  for (guint64 offset = 0; offset < SIZE; offset += 300 * KIB)
    expect_read (offset, 300 * KIB, MIN (300 * KIB, SIZE - offset));
  fail_unless (gst_rec_store_place_retries (place) >= 16);
}

GST_END_TEST;

GST_START_TEST (test_a_replaced_object_is_an_error_and_stays_one)
{
  expect_read (0, 100, 100);
  sim_object_replace (sim, SIZE);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_rec_reader_read (reader, 5 * MIB, 100, &error) == NULL);
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_CHANGED), "%s", error->message);
  }
  /* What was read before is still what it was. */
  expect_read (0, 100, 100);
}

GST_END_TEST;

static gpointer
interrupt_later (gpointer data)
{
  g_usleep (100 * G_TIME_SPAN_MILLISECOND);
  gst_rec_reader_set_interrupted (data, TRUE);

  return NULL;
}

GST_START_TEST (test_a_read_is_interrupted_and_goes_on_later)
{
  g_autoptr (GError) error = NULL;

  sim_object_add_fault (sim, SIM_OBJECT_STALL, 100, 1);
  GThread *thread = g_thread_new (NULL, interrupt_later, reader);
  fail_unless (gst_rec_reader_read (reader, 0, 1000, &error) == NULL);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_thread_join (thread);

  gst_rec_reader_set_interrupted (reader, FALSE);
  expect_read (5 * MIB, 1000, 1000);
}

GST_END_TEST;

/* Reads in a row until what is read ahead is never answered. */
static void
read_towards_silence (void)
{
  gst_rec_reader_free (reader);
  reader = make_reader (2 * MIB, MIB, 2);
  fail_unless (gst_rec_reader_open (reader, NULL));
  sim_object_set_silent (sim, 200 * KIB, 5 * MIB);
  expect_read (0, 100 * KIB, 100 * KIB);
  expect_read (100 * KIB, 10, 10);
}

/* Two requests at a time, of which one is silent until its timeout. */
GST_START_TEST (test_who_jumps_does_not_wait_for_what_is_read_ahead)
{
  gint64 begun;

  read_towards_silence ();
  while (sim_object_n_requests (sim, "GET") < 3)
    g_usleep (1000);
  begun = g_get_monotonic_time ();
  expect_read (6 * MIB, 10, 10);
  fail_unless (g_get_monotonic_time () - begun < 4 * G_TIME_SPAN_SECOND);
}

GST_END_TEST;

GST_START_TEST (test_what_nobody_reads_any_more_is_not_waited_for)
{
  const guint64 there = (100 + 128 + 64) * KIB;
  GstRecReaderStats stats;

  read_towards_silence ();
  for (guint i = 0; i < 10; i++)
    expect_read (6 * MIB + i, 10, 10);
  gst_rec_reader_get_stats (reader, &stats);
  fail_unless (stats.bytes_held > there);
  for (guint i = 0; i < 10; i++)
    expect_read (6 * MIB + i, 10, 10);

  /* Before the timeout */
  for (guint i = 0; i < 400 && stats.bytes_held != there; i++) {
    g_usleep (10000);
    gst_rec_reader_get_stats (reader, &stats);
  }
  fail_unless_equals_uint64 (stats.bytes_held, there);
}

GST_END_TEST;

/* In the middle of a request that nobody waits for */
GST_START_TEST (test_it_ends_at_once)
{
  sim_object_add_fault (sim, SIM_OBJECT_STALL, 100, 9);
  gst_rec_reader_set_interrupted (reader, TRUE);
  fail_unless (gst_rec_reader_read (reader, 0, MIB, NULL) == NULL);
  while (sim_object_n_requests (sim, "GET") == 0)
    g_usleep (1000);

  gint64 begun = g_get_monotonic_time ();
  gst_rec_reader_free (g_steal_pointer (&reader));
  fail_unless (g_get_monotonic_time () - begun < G_TIME_SPAN_SECOND);
}

GST_END_TEST;

static Suite *
reader_suite (void)
{
  Suite *s = suite_create ("reader");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_loop_test (tc, test_an_object_is_read_in_a_row, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_a_look_at_a_place_fetches_little);
  tcase_add_test (tc, test_two_places_are_read_in_turn);
  tcase_add_test (tc, test_it_reads_anywhere);
  tcase_add_test (tc, test_it_reads_through_faults);
  tcase_add_test (tc, test_a_replaced_object_is_an_error_and_stays_one);
  tcase_add_test (tc, test_a_read_is_interrupted_and_goes_on_later);
  tcase_add_test (tc, test_who_jumps_does_not_wait_for_what_is_read_ahead);
  tcase_add_test (tc, test_what_nobody_reads_any_more_is_not_waited_for);
  tcase_add_test (tc, test_it_ends_at_once);

  return s;
}

GST_CHECK_MAIN (reader);
