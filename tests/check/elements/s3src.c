/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include "simobject.h"

#define KIB 1024
#define MIB (1024 * KIB)
#define SIZE (3 * MIB + 77)
#define SECRET "do+not/show+this"
#define TOKEN "nor/this+token"

static SimObject *sim;
static GstElement *src;
static GstBus *bus;

static void
set_up_sized (gsize size)
{
  sim = sim_object_new (size);
  g_autofree gchar *endpoint = sim_object_endpoint (sim);

  src = gst_element_factory_make ("s3src", NULL);
  fail_unless (src != NULL);
  gst_object_ref_sink (src);
  g_object_set (src, "location", "s3://bucket/a key", "endpoint", endpoint,
      "access-key-id", "KEY", "secret-access-key", SECRET,
      "session-token", TOKEN, "retries", 2, "timeout", 1, NULL);
  bus = gst_bus_new ();
  gst_element_set_bus (src, bus);
}

static void
setup (void)
{
  set_up_sized (SIZE);
}

static void
teardown (void)
{
  gst_element_set_state (src, GST_STATE_NULL);
  gst_element_set_bus (src, NULL);
  gst_clear_object (&bus);
  gst_clear_object (&src);
  sim_object_free (sim);
}

static void
expect_one_error (gint code, const gchar * begin)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  GstMessage *message = gst_bus_timed_pop_filtered (bus, 10 * GST_SECOND,
      GST_MESSAGE_ERROR);

  fail_unless (message != NULL, "no error: %s", begin);
  gst_message_parse_error (message, &error, &debug);
  gst_message_unref (message);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code), "%d %s",
      error->code, error->message);
  fail_unless (g_str_has_prefix (error->message, begin), "%s",
      error->message);
  fail_if (strstr (error->message, SECRET) || strstr (debug, SECRET) ||
      strstr (debug, TOKEN));

  /* The base class adds that the stream has stopped, the core that a state
   * change failed. */
  while ((message = gst_bus_timed_pop_filtered (bus, 0, GST_MESSAGE_ERROR))) {
    g_autoptr (GError) other = NULL;

    gst_message_parse_error (message, &other, NULL);
    fail_if (other->domain == GST_RESOURCE_ERROR, "%s", other->message);
    gst_message_unref (message);
  }
}

/* Whether a buffer holds the bytes of the object. */
static void
expect_bytes (GstBuffer * buffer, guint generation, guint64 offset)
{
  GstMapInfo map;
  gsize i = 0;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  while (i < map.size && map.data[i] == sim_object_byte (generation,
          offset + i))
    i++;
  fail_unless (i == map.size, "byte %" G_GSIZE_FORMAT " at %"
      G_GUINT64_FORMAT, i, offset);
  gst_buffer_unmap (buffer, &map);
}

/* Takes all that @h brings until EOS. Returns how many bytes. */
static guint64
take_all (GstHarness * h, guint64 offset)
{
  GstEvent *event;

  for (;;) {
    GstBuffer *buffer = gst_harness_try_pull (h);

    if (buffer) {
      fail_unless_equals_uint64 (GST_BUFFER_OFFSET (buffer), offset);
      expect_bytes (buffer, 1, offset);
      offset += gst_buffer_get_size (buffer);
      gst_buffer_unref (buffer);
      continue;
    }
    while ((event = gst_harness_try_pull_event (h))) {
      gboolean eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;

      gst_event_unref (event);
      if (eos)
        return offset;
    }
    g_usleep (1000);
  }
}

static GstHarness *
make_harness (void)
{
  GstHarness *h = gst_harness_new_with_element (src, NULL, "src");

  gst_harness_play (h);

  return h;
}

static void
free_harness (GstHarness * h)
{
  gst_element_set_state (src, GST_STATE_NULL);
  gst_harness_teardown (h);
}

GST_START_TEST (test_an_object_is_pushed)
{
  GstHarness *h = make_harness ();
  gint64 duration;

  fail_unless_equals_uint64 (take_all (h, 0), SIZE);
  fail_unless (gst_element_query_duration (src, GST_FORMAT_BYTES, &duration));
  fail_unless_equals_int64 (duration, SIZE);
  free_harness (h);
  fail_unless_equals_int (sim_object_n_requests (sim, "HEAD"), 1);
}

GST_END_TEST;

GST_START_TEST (test_an_empty_object_is_eos)
{
  teardown ();
  set_up_sized (0);

  GstHarness *h = make_harness ();
  fail_unless_equals_uint64 (take_all (h, 0), 0);
  free_harness (h);
  fail_unless_equals_int (sim_object_n_requests (sim, "GET"), 0);
}

GST_END_TEST;

GST_START_TEST (test_a_flushing_seek_goes_on_elsewhere)
{
  GstHarness *h = make_harness ();
  const guint64 to = 2 * MIB + 5;

  gst_buffer_unref (gst_harness_pull (h));
  fail_unless (gst_element_seek (src, 1.0, GST_FORMAT_BYTES,
          GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, to, GST_SEEK_TYPE_NONE, 0));
  GstBuffer *buffer;
  while (GST_BUFFER_OFFSET (buffer = gst_harness_pull (h)) != to)
    gst_buffer_unref (buffer);
  expect_bytes (buffer, 1, to);
  guint64 next = to + gst_buffer_get_size (buffer);
  gst_buffer_unref (buffer);
  fail_unless_equals_uint64 (take_all (h, next), SIZE);
  free_harness (h);
}

GST_END_TEST;

GST_START_TEST (test_who_pulls_reads_anywhere)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GstQuery) query = gst_query_new_scheduling ();
  static const struct
  {
    guint64 offset;
    guint size;
    guint there;
  } pulls[] = {
    {0, 16, 16}, {SIZE - 8, 16, 8}, {MIB - 3, 70000, 70000}, {0, 16, 16},
    {0, SIZE, SIZE}, {SIZE, 1, 0}, {SIZE + 100, 1, 0},
  };

  gst_element_set_state (src, GST_STATE_READY);
  fail_unless (gst_pad_query (pad, query));
  fail_unless (gst_query_has_scheduling_mode_with_flags (query,
          GST_PAD_MODE_PULL, GST_SCHEDULING_FLAG_SEEKABLE));
  fail_unless (gst_query_has_scheduling_mode (query, GST_PAD_MODE_PUSH));
  fail_unless_equals_int (sim_object_n_requests (sim, ""), 0);

  fail_unless (gst_pad_activate_mode (pad, GST_PAD_MODE_PULL, TRUE));
  for (guint i = 0; i < G_N_ELEMENTS (pulls); i++) {
    GstBuffer *buffer = NULL;
    GstFlowReturn ret = gst_pad_get_range (pad, pulls[i].offset,
        pulls[i].size, &buffer);

    if (pulls[i].there == 0) {
      fail_unless_equals_int (ret, GST_FLOW_EOS);
      continue;
    }
    fail_unless_equals_int (ret, GST_FLOW_OK);
    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), pulls[i].there);
    expect_bytes (buffer, 1, pulls[i].offset);
    gst_buffer_unref (buffer);
  }

  /* Into memory of who pulls */
  GstBuffer *own = gst_buffer_new_allocate (NULL, 100, NULL), *same = own;
  fail_unless_equals_int (gst_pad_get_range (pad, 12345, 100, &same),
      GST_FLOW_OK);
  fail_unless (same == own);
  expect_bytes (own, 1, 12345);
  gst_buffer_unref (own);
  fail_unless (gst_pad_activate_mode (pad, GST_PAD_MODE_PULL, FALSE));
}

GST_END_TEST;

/* What a store does to the second range of the object. */
static const struct
{
  SimObjectFault fault;
  guint64 argument;
  guint times;
  gint code;                    /* -1: all is read */
  const gchar *message;
} faults[] = {
  {SIM_OBJECT_RESET, 70000, 20, -1, NULL},
  {SIM_OBJECT_RESET, 10, 1, -1, NULL},
  {SIM_OBJECT_STALL, 10, 1, -1, NULL},
  {SIM_OBJECT_STATUS, 503, 2, -1, NULL},
  {SIM_OBJECT_SHORT, 1, 1, -1, NULL},
  {SIM_OBJECT_STATUS, 503, 3, GST_RESOURCE_ERROR_BUSY, "Try again later"},
  {SIM_OBJECT_SHIFTED, 1, 1, GST_RESOURCE_ERROR_READ, "Check that endpoint"},
  {SIM_OBJECT_NO_RANGE, 1, 1, GST_RESOURCE_ERROR_READ, "Check that endpoint"},
  {SIM_OBJECT_WHOLE, 1, 1, GST_RESOURCE_ERROR_READ, "Check that endpoint"},
  {SIM_OBJECT_LONG, 1, 1, GST_RESOURCE_ERROR_READ, "Check that endpoint"},
  {SIM_OBJECT_STATUS, 403, 1, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        "Check the credentials"},
  {SIM_OBJECT_STATUS, 404, 1, GST_RESOURCE_ERROR_READ, "Read the object"},
  {SIM_OBJECT_STATUS, 412, 1, GST_RESOURCE_ERROR_READ, "Read the object"},
  {SIM_OBJECT_STATUS, 416, 1, GST_RESOURCE_ERROR_READ, "Read the object"},
};

GST_START_TEST (test_faults)
{
  /* One request at a time: each fault hits a known range. */
  g_object_set (src, "read-ahead", G_GUINT64_CONSTANT (0), "range-size",
      (guint64) MIB, "blocksize", MIB, "parallel", 1, NULL);
  sim_object_add_fault (sim, SIM_OBJECT_FINE, 0, 1);
  sim_object_add_fault (sim, faults[__i__].fault, faults[__i__].argument,
      faults[__i__].times);

  GstHarness *h = make_harness ();
  if (faults[__i__].code < 0) {
    fail_unless_equals_uint64 (take_all (h, 0), SIZE);
  } else {
    expect_one_error (faults[__i__].code, faults[__i__].message);
  }
  free_harness (h);
}

GST_END_TEST;

GST_START_TEST (test_a_replaced_object_is_an_error_and_no_mixture)
{
  g_object_set (src, "read-ahead", G_GUINT64_CONSTANT (0), "blocksize",
      64 * KIB, NULL);

  GstHarness *h = make_harness ();
  GstBuffer *buffer = gst_harness_pull (h);
  /* By one that is smaller, as large, or larger */
  sim_object_replace (sim, SIZE + __i__ * MIB - MIB);
  expect_one_error (GST_RESOURCE_ERROR_READ, "Read the object");
  do {
    expect_bytes (buffer, 1, GST_BUFFER_OFFSET (buffer));
    gst_buffer_unref (buffer);
  } while ((buffer = gst_harness_try_pull (h)));
  free_harness (h);
}

GST_END_TEST;

GST_START_TEST (test_it_stops_at_once_while_the_store_is_silent)
{
  g_object_set (src, "timeout", 600, NULL);
  sim_object_add_fault (sim, SIM_OBJECT_STALL, 100, 9);

  GstHarness *h = make_harness ();
  while (sim_object_n_requests (sim, "GET") == 0)
    g_usleep (1000);
  gint64 begun = g_get_monotonic_time ();
  free_harness (h);
  fail_unless (g_get_monotonic_time () - begun < G_TIME_SPAN_SECOND);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
}

GST_END_TEST;

/* With whoever asks first how the source can be read */
GST_START_TEST (test_an_object_that_is_not_there_is_one_error)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *typefind = gst_element_factory_make ("typefind", NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  g_object_set (src, "endpoint", "http://127.0.0.1:1", "retries", 0, NULL);
  gst_element_set_bus (src, NULL);
  gst_clear_object (&bus);
  gst_bin_add_many (GST_BIN (pipeline), gst_object_ref (src), typefind, sink,
      NULL);
  fail_unless (gst_element_link_many (src, typefind, sink, NULL));
  bus = gst_element_get_bus (pipeline);
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  expect_one_error (GST_RESOURCE_ERROR_OPEN_READ, "Check endpoint");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (pipeline), src);
  gst_object_unref (src);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static const struct
{
  const gchar *property;
  const gchar *value;
  const gchar *message;
} bad[] = {
  {"location", "file:///tmp/x", "Correct location"},
  {"location", "s3://bucket/", "Correct location"},
  {"location", "s3://../key", "Correct location"},
  {"location", NULL, "Correct location"},
  {"endpoint", "http://" SECRET "@host", "Correct location"},
  {"secret-access-key", NULL, "Give s3src credentials"},
  {"ca-file", "/nonexistent.pem", "Correct ca-file"},
};

GST_START_TEST (test_bad_settings_are_an_error_at_start)
{
  g_autoptr (GError) error = NULL;
  GstMessage *message;

  g_object_set (src, bad[__i__].property, bad[__i__].value, NULL);
  fail_unless_equals_int (gst_element_set_state (src, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  gst_message_unref (message);
  fail_unless (g_str_has_prefix (error->message, bad[__i__].message), "%s",
      error->message);
  fail_if (strstr (error->message, SECRET));
}

GST_END_TEST;

GST_START_TEST (test_a_uri_sets_properties)
{
  GError *error = NULL;
  GstElement *e = gst_element_make_from_uri (GST_URI_SRC,
      "s3://bucket/a%20key%3F?endpoint=http://[::1]:9000&region=eu-west-1"
      "&path-style=true&profile=p&version-id=v1&timeout=7&retries=9",
      NULL, &error);
  g_autofree gchar *location = NULL, *endpoint = NULL;
  g_autofree gchar *region = NULL, *profile = NULL, *version = NULL;
  guint timeout, retries;
  gint path_style;

  fail_unless (e != NULL, "%s", error ? error->message : "");
  fail_unless_equals_string (G_OBJECT_TYPE_NAME (e), "GstRecS3Src");
  g_object_get (e, "location", &location, "endpoint", &endpoint,
      "region", &region, "profile", &profile, "version-id", &version,
      "timeout", &timeout, "retries", &retries, "path-style", &path_style,
      NULL);
  fail_unless_equals_string (location, "s3://bucket/a key?");
  fail_unless_equals_string (endpoint, "http://[::1]:9000");
  fail_unless_equals_string (region, "eu-west-1");
  fail_unless_equals_string (profile, "p");
  fail_unless_equals_string (version, "v1");
  fail_unless_equals_int (timeout, 7);
  fail_unless_equals_int (retries, 9);
  fail_unless_equals_int (path_style, 1);

  g_autofree gchar *uri = gst_uri_handler_get_uri (GST_URI_HANDLER (e));
  fail_unless_equals_string (uri, "s3://bucket/a%20key%3F");
  gst_object_unref (e);

  /* The location is no URI, but has one. */
  g_object_set (src, "location", "s3://bucket/100%?", NULL);
  g_autofree gchar *other = gst_uri_handler_get_uri (GST_URI_HANDLER (src));
  fail_unless_equals_string (other, "s3://bucket/100%25%3F");
}

GST_END_TEST;

static const gchar *const bad_uris[] = {
  "s3://bucket", "s3://bucket/k?parallel=3", "s3://bucket/k?timeout=x",
  "s3://bucket/k?timeout=0", "s3://bucket/k?secret-access-key=" SECRET,
  "s3://KEY:" SECRET "@bucket/k", "s3://bucket/k?path-style=maybe",
  "azblob://account/container/blob", "file:///tmp/x",
};

GST_START_TEST (test_bad_uris_are_refused)
{
  g_autoptr (GError) error = NULL;

  fail_if (gst_uri_handler_set_uri (GST_URI_HANDLER (src),
          bad_uris[__i__], &error));
  fail_unless (error->domain == GST_URI_ERROR);
  fail_if (strstr (error->message, SECRET), "%s", error->message);
}

GST_END_TEST;

GST_START_TEST (test_secrets_cannot_be_read)
{
  static const gchar *names[] = { "access-key-id", "secret-access-key",
    "session-token"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    fail_if (g_object_class_find_property (G_OBJECT_GET_CLASS (src),
            names[i])->flags & G_PARAM_READABLE);
}

GST_END_TEST;

GST_START_TEST (test_stats_count_what_was_fetched)
{
  GstHarness *h = make_harness ();
  GstStructure *stats;
  guint64 fetched;
  guint requests;

  fail_unless_equals_uint64 (take_all (h, 0), SIZE);
  g_object_get (src, "stats", &stats, NULL);
  fail_unless (gst_structure_get (stats, "bytes-fetched", G_TYPE_UINT64,
          &fetched, "requests", G_TYPE_UINT, &requests, NULL));
  fail_unless_equals_uint64 (fetched, SIZE);
  fail_unless_equals_int (requests, sim_object_n_requests (sim, "GET"));
  gst_structure_free (stats);
  free_harness (h);
}

GST_END_TEST;

GST_START_TEST (test_50_starts_and_stops)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  gst_element_set_bus (src, NULL);
  gst_bin_add_many (GST_BIN (pipeline), gst_object_ref (src), sink, NULL);
  fail_unless (gst_element_link (src, sink));
  for (guint i = 0; i < 50; i++) {
    fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) !=
        GST_STATE_CHANGE_FAILURE);
    fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
        GST_STATE_CHANGE_SUCCESS);
  }
  gst_bin_remove (GST_BIN (pipeline), src);
  gst_object_unref (src);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
s3src_suite (void)
{
  Suite *s = suite_create ("s3src");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_an_object_is_pushed);
  tcase_add_test (tc, test_an_empty_object_is_eos);
  tcase_add_test (tc, test_a_flushing_seek_goes_on_elsewhere);
  tcase_add_test (tc, test_who_pulls_reads_anywhere);
  tcase_add_loop_test (tc, test_faults, 0, G_N_ELEMENTS (faults));
  tcase_add_loop_test (tc,
      test_a_replaced_object_is_an_error_and_no_mixture, 0, 3);
  tcase_add_test (tc, test_it_stops_at_once_while_the_store_is_silent);
  tcase_add_test (tc, test_an_object_that_is_not_there_is_one_error);
  tcase_add_loop_test (tc, test_bad_settings_are_an_error_at_start, 0,
      G_N_ELEMENTS (bad));
  tcase_add_test (tc, test_a_uri_sets_properties);
  tcase_add_loop_test (tc, test_bad_uris_are_refused, 0,
      G_N_ELEMENTS (bad_uris));
  tcase_add_test (tc, test_secrets_cannot_be_read);
  tcase_add_test (tc, test_stats_count_what_was_fetched);
  tcase_add_test (tc, test_50_starts_and_stops);

  return s;
}

GST_CHECK_MAIN (s3src);
