/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "simobject.h"
#include "store/s3.h"

#define SIZE (1024 * 1024)
#define KIB 1024

static SimObject *sim;
static GstRecStorePlace *place;
static GstRecStore *store;
static GstRecStoreObject pin;

static void
open_store (guint retries)
{
  GstRecCredentials keys = {
    .access_key_id = (gchar *) "KEY",.secret_access_key = (gchar *) "SECRET"
  };
  g_autoptr (GstRecCredentialsProvider) credentials =
      gst_rec_credentials_provider_new_static (&keys);
  g_autofree gchar *endpoint = sim_object_endpoint (sim);
  GstRecS3Settings settings = {
    .endpoint = endpoint,.bucket = "bucket",.region = "us-east-1",
    .path_style = GST_REC_S3_PATH_STYLE_AUTO,.credentials = credentials,
    .timeout = 1,.retries = retries
  };

  place = gst_rec_s3_place_new (&settings, NULL);
  store = gst_rec_store_place_open (place, NULL, FALSE, NULL);
  fail_unless (store != NULL);
}

static void
setup (void)
{
  sim = sim_object_new (SIZE);
  open_store (1);
  fail_unless (store->klass->head (store, "a key", NULL, &pin, NULL, NULL));
}

static void
teardown (void)
{
  gst_rec_store_object_clear (&pin);
  gst_rec_store_free (store);
  gst_rec_store_place_unref (place);
  sim_object_free (sim);
}

static void
expect_bytes (const guint8 * data, guint64 offset, gsize size)
{
  gsize i = 0;

  while (i < size && data[i] == sim_object_byte (1, offset + i))
    i++;
  fail_unless (i == size, "byte %" G_GSIZE_FORMAT, i);
}

static gboolean
get (guint64 offset, guint8 * data, gsize size, GError ** error)
{
  return store->klass->get_range (store, "a key", &pin, offset, data, size,
      NULL, error);
}

GST_START_TEST (test_head_tells_all_of_an_object)
{
  fail_unless_equals_uint64 (pin.size, SIZE);
  fail_unless_equals_string (pin.etag, "generation-1");
  fail_unless_equals_string (pin.version_id, "v1");
  fail_unless_equals_string (pin.checksum, "crc32c:AAAAAA==");
  fail_unless_equals_string (pin.content_type, "video/mp4");
  fail_unless_equals_int64 (pin.modified, G_GINT64_CONSTANT (1795280400000000));
  fail_unless_equals_int (g_strv_length (pin.metadata), 2);
  fail_unless_equals_string (pin.metadata[0], "agent");
  fail_unless_equals_string (pin.metadata[1], "007");

  g_autofree gchar *head = sim_object_last_request (sim);
  fail_unless (g_str_has_prefix (head, "HEAD /bucket/a%20key HTTP/1.1\r\n"));
  fail_unless (strstr (head, "x-amz-checksum-mode: ENABLED"));
}

GST_END_TEST;

static const struct
{
  guint64 offset;
  gsize size;
} ranges[] = {
  {0, 1}, {0, SIZE}, {SIZE - 1, 1}, {1, SIZE - 1}, {4711, 100 * KIB}, {5, 0},
};

GST_START_TEST (test_ranges_are_read)
{
  gsize size = ranges[__i__].size;
  g_autofree guint8 *data = g_malloc0 (size + 1);

  fail_unless (get (ranges[__i__].offset, data, size, NULL));
  expect_bytes (data, ranges[__i__].offset, size);
  fail_unless_equals_int (data[size], 0);
  fail_unless_equals_int (sim_object_n_requests (sim, "GET"), size > 0);
}

GST_END_TEST;

GST_START_TEST (test_a_range_is_of_one_version_of_the_object)
{
  guint8 byte;
  g_autofree gchar *head = NULL;

  fail_unless (get (7, &byte, 1, NULL));
  head = sim_object_last_request (sim);
  fail_unless (g_str_has_prefix (head,
          "GET /bucket/a%20key?versionId=v1 HTTP/1.1\r\n"), "%s", head);
  fail_unless (strstr (head, "\r\nIf-Match: \"generation-1\"\r\n") ||
      strstr (head, "\r\nif-match: \"generation-1\"\r\n"), "%s", head);
}

GST_END_TEST;

static const struct
{
  const gchar *key;
  const gchar *path;
} paths[] = {
  {"a", "/bucket/a"}, {"../up", "/bucket/../up"},
  {"a/../b/./c/..", "/bucket/a/../b/./c/.."}, {"a//b/", "/bucket/a//b/"},
  {"/a", "/bucket//a"}, {"%2e%2E", "/bucket/%252e%252E"},
  {"a+b c?#&=", "/bucket/a%2Bb%20c%3F%23%26%3D"},
  {"~-._", "/bucket/~-._"}, {"\303\244", "/bucket/%C3%A4"},
};

GST_START_TEST (test_a_key_is_asked_for_as_it_stands)
{
  g_auto (GstRecStoreObject) object = { 0, };
  g_autofree gchar *line = g_strdup_printf ("HEAD %s HTTP/1.1\r\n",
      paths[__i__].path);

  fail_unless (store->klass->head (store, paths[__i__].key, NULL, &object,
          NULL, NULL));
  g_autofree gchar *head = sim_object_last_request (sim);
  fail_unless (g_str_has_prefix (head, line), "%s", head);
}

GST_END_TEST;

/* What a store answers to a range of 512 KiB at 4 KiB, once or for ever. */
static const struct
{
  SimObjectFault fault;
  guint64 argument;
  guint times;
  gint error;                   /* -1: all is read */
  guint n_requests;
} faults[] = {
  /* A retry is left for each. */
  {SIM_OBJECT_STATUS, 503, 1, -1, 2},
  {SIM_OBJECT_STATUS, 500, 1, -1, 2},
  {SIM_OBJECT_RESET, 0, 1, -1, 2},
  {SIM_OBJECT_RESET, 100, 1, -1, 2},
  {SIM_OBJECT_STALL, 100, 1, -1, 2},
  {SIM_OBJECT_STATUS, 503, 2, GST_REC_STORE_ERROR_BUSY, 2},
  {SIM_OBJECT_RESET, 100, 2, GST_REC_STORE_ERROR_UNREACHABLE, 2},
  /* As long as it goes on, none is needed. */
  {SIM_OBJECT_RESET, 65536, 7, -1, 8},
  {SIM_OBJECT_RESET, 500000, 1, -1, 2},
  {SIM_OBJECT_STALL, 300000, 1, -1, 2},
  /* An answer that is another one is never taken, and not asked for again. */
  {SIM_OBJECT_SHIFTED, 1, 1, GST_REC_STORE_ERROR_ANSWER, 1},
  {SIM_OBJECT_LONG, 1, 1, GST_REC_STORE_ERROR_ANSWER, 1},
  {SIM_OBJECT_NO_RANGE, 0, 1, GST_REC_STORE_ERROR_ANSWER, 1},
  {SIM_OBJECT_WHOLE, 0, 1, GST_REC_STORE_ERROR_ANSWER, 1},
  {SIM_OBJECT_STATUS, 403, 1, GST_REC_STORE_ERROR_NOT_AUTHORIZED, 1},
  {SIM_OBJECT_STATUS, 404, 1, GST_REC_STORE_ERROR_CHANGED, 1},
  {SIM_OBJECT_STATUS, 412, 1, GST_REC_STORE_ERROR_CHANGED, 1},
  {SIM_OBJECT_STATUS, 416, 1, GST_REC_STORE_ERROR_CHANGED, 1},
  /* One that ends too early is as good as a connection that does. */
  {SIM_OBJECT_SHORT, 1000, 1, -1, 2},
};

GST_START_TEST (test_faults)
{
  const guint64 offset = 4 * KIB;
  const gsize size = 512 * KIB;
  g_autofree guint8 *data = g_malloc0 (size);
  g_autoptr (GError) error = NULL;

  sim_object_add_fault (sim, faults[__i__].fault, faults[__i__].argument,
      faults[__i__].times);
  gboolean good = get (offset, data, size, &error);

  if (faults[__i__].error < 0) {
    fail_unless (good, "%s", error ? error->message : "");
    expect_bytes (data, offset, size);
  } else {
    fail_if (good);
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            faults[__i__].error), "%s", error->message);
  }
  fail_unless_equals_int (sim_object_n_requests (sim, "GET"),
      faults[__i__].n_requests);
}

GST_END_TEST;

GST_START_TEST (test_the_rest_is_asked_for_from_the_byte_reached)
{
  g_autofree guint8 *data = g_malloc0 (SIZE);
  g_autofree gchar *head = NULL;

  sim_object_add_fault (sim, SIM_OBJECT_RESET, 300000, 1);
  fail_unless (get (0, data, SIZE, NULL));
  expect_bytes (data, 0, SIZE);
  head = sim_object_last_request (sim);
  fail_unless (strstr (head, "ange: bytes=300000-1048575\r\n"), "%s", head);
  fail_unless_equals_int (gst_rec_store_place_retries (place), 1);
}

GST_END_TEST;

/* All of the object is what a store without ranges can answer. */
GST_START_TEST (test_a_store_without_ranges_answers_all_of_an_object)
{
  g_autofree guint8 *data = g_malloc0 (SIZE);

  sim_object_add_fault (sim, SIM_OBJECT_WHOLE, 0, 1);
  fail_unless (get (0, data, SIZE, NULL));
  expect_bytes (data, 0, SIZE);
}

GST_END_TEST;

/* With a store that looks at If-Match, and with one that does not. */
GST_START_TEST (test_a_replaced_object_is_no_mixture)
{
  g_autofree guint8 *data = g_malloc0 (SIZE);
  g_autoptr (GError) error = NULL;

  fail_unless (get (0, data, SIZE / 2, NULL));
  sim_object_replace (sim, SIZE);
  if (__i__ == 1)
    sim_object_add_fault (sim, SIM_OBJECT_CARELESS, 0, 1);
  fail_if (get (SIZE / 2, data, SIZE / 2, &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_CHANGED), "%s", error->message);
  fail_unless (strstr (error->message, "was replaced"), "%s", error->message);
}

GST_END_TEST;

GST_START_TEST (test_requests_share_a_connection)
{
  guint8 data[100];

  for (guint i = 0; i < 20; i++)
    fail_unless (get (i * 100, data, 100, NULL));
  fail_unless_equals_int (sim_object_n_connections (sim), 1);
}

GST_END_TEST;

static gpointer
cancel_later (gpointer cancellable)
{
  g_usleep (100 * G_TIME_SPAN_MILLISECOND);
  g_cancellable_cancel (cancellable);

  return NULL;
}

GST_START_TEST (test_a_range_that_stalls_is_cancelled)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree guint8 *data = g_malloc (SIZE);
  g_autoptr (GError) error = NULL;

  sim_object_add_fault (sim, SIM_OBJECT_STALL, 300000, 9);
  GThread *thread = g_thread_new (NULL, cancel_later, cancellable);
  gint64 begun = g_get_monotonic_time ();
  fail_if (store->klass->get_range (store, "a key", &pin, 0, data, SIZE,
          cancellable, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED),
      "%s", error->message);
  fail_unless (g_get_monotonic_time () - begun <
      700 * G_TIME_SPAN_MILLISECOND);
  g_thread_join (thread);
}

GST_END_TEST;

static Suite *
s3read_suite (void)
{
  Suite *s = suite_create ("s3read");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_head_tells_all_of_an_object);
  tcase_add_loop_test (tc, test_ranges_are_read, 0, G_N_ELEMENTS (ranges));
  tcase_add_test (tc, test_a_range_is_of_one_version_of_the_object);
  tcase_add_loop_test (tc, test_a_key_is_asked_for_as_it_stands, 0,
      G_N_ELEMENTS (paths));
  tcase_add_loop_test (tc, test_faults, 0, G_N_ELEMENTS (faults));
  tcase_add_test (tc, test_the_rest_is_asked_for_from_the_byte_reached);
  tcase_add_test (tc, test_a_store_without_ranges_answers_all_of_an_object);
  tcase_add_loop_test (tc, test_a_replaced_object_is_no_mixture, 0, 2);
  tcase_add_test (tc, test_requests_share_a_connection);
  tcase_add_test (tc, test_a_range_that_stalls_is_cancelled);

  return s;
}

GST_CHECK_MAIN (s3read);
