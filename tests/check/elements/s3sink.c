/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gio/gio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#define SECRET "do+not/show+this"
#define TOKEN "nor/this+token"

static GstHarness *h;
static GstBus *bus;

/* A port of this machine where nobody listens. */
static gchar *
dead_endpoint (void)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  fail_unless (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);

  return g_strdup_printf ("http://127.0.0.1:%u",
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

static GstElement *
make_sink (void)
{
  g_autofree gchar *endpoint = dead_endpoint ();
  GstElement *sink = gst_element_factory_make ("s3sink", NULL);

  fail_unless (sink != NULL);
  g_object_set (sink, "location", "s3://bucket/a key", "endpoint", endpoint,
      "access-key-id", "KEY", "secret-access-key", SECRET,
      "session-token", TOKEN, "retries", 0, "timeout", 2, "async", FALSE,
      NULL);

  return sink;
}

static void
setup (void)
{
  GstElement *sink = make_sink ();

  h = gst_harness_new_with_element (sink, "sink", NULL);
  bus = gst_bus_new ();
  gst_element_set_bus (sink, bus);
  gst_object_unref (sink);
}

static void
teardown (void)
{
  gst_element_set_state (h->element, GST_STATE_NULL);
  gst_element_set_bus (h->element, NULL);
  gst_clear_object (&bus);
  gst_harness_teardown (h);
}

/* The text of all errors on the bus, and how many. */
static gchar *
take_errors (guint * n)
{
  GString *text = g_string_new (NULL);
  GstMessage *message;

  *n = 0;
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR))) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *debug = NULL;

    gst_message_parse_error (message, &error, &debug);
    g_string_append_printf (text, "%s\n%s\n", error->message, debug);
    gst_message_unref (message);
    (*n)++;
  }

  return g_string_free (text, FALSE);
}

static void
expect_one_error (const gchar * begin)
{
  guint n;
  g_autofree gchar *text = take_errors (&n);

  fail_unless_equals_int (n, 1);
  fail_unless (g_str_has_prefix (text, begin), "%s", text);
  fail_if (strstr (text, SECRET) || strstr (text, TOKEN), "%s", text);
}

static GstBuffer *
make_buffer (gsize size)
{
  return gst_buffer_new_allocate (NULL, size, NULL);
}

static void
begin (void)
{
  gst_harness_set_src_caps_str (h, "application/octet-stream");
}

GST_START_TEST (test_a_store_that_is_not_there_is_an_error_at_the_first_byte)
{
  begin ();
  fail_unless_equals_int (gst_harness_push (h, make_buffer (1)),
      GST_FLOW_ERROR);
  expect_one_error ("Check endpoint");

  /* It stays an error, which is not told again. */
  fail_unless_equals_int (gst_harness_push (h, make_buffer (1)),
      GST_FLOW_ERROR);
  fail_unless_equals_int (gst_bus_have_pending (bus) ?
      gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) != NULL : 0, 0);
}

GST_END_TEST;

GST_START_TEST (test_eos_that_cannot_be_stored_is_one_error_and_no_eos)
{
  begin ();
  gst_harness_push_event (h, gst_event_new_eos ());
  expect_one_error ("Check endpoint");
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_EOS) == NULL);
}

GST_END_TEST;

static gchar *
listen_on_loopback (GSocketService * service, const gchar * scheme)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  fail_unless (g_socket_listener_add_address (G_SOCKET_LISTENER (service), any,
          G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, NULL));

  return g_strdup_printf ("%s://127.0.0.1:%u", scheme,
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
}

static gpointer
run_loop (gpointer loop)
{
  g_main_loop_run (loop);
  return NULL;
}

static gboolean
answer_in_the_clear (GThreadedSocketService * service G_GNUC_UNUSED,
    GSocketConnection * connection, GObject * source G_GNUC_UNUSED,
    gint * n_connections)
{
  static const gchar answer[] = "HTTP/1.1 400 Bad Request\r\n"
      "Content-Length: 0\r\nConnection: close\r\n\r\n";

  g_atomic_int_inc (n_connections);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM
          (connection)), answer, strlen (answer), NULL, NULL, NULL);

  return TRUE;
}

GST_START_TEST (test_a_store_without_tls_is_no_wrong_certificate)
{
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (4);
  gint n_connections = 0;
  g_autofree gchar *endpoint = listen_on_loopback (service, "https");

  g_signal_connect (service, "run", G_CALLBACK (answer_in_the_clear),
      &n_connections);

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GThread) thread = g_thread_new ("store", run_loop, loop);

  gst_element_set_state (h->element, GST_STATE_NULL);
  g_object_set (h->element, "endpoint", endpoint, "retries", 1, NULL);
  gst_harness_play (h);
  begin ();
  fail_unless_equals_int (gst_harness_push (h, make_buffer (1)),
      GST_FLOW_ERROR);
  expect_one_error ("Check endpoint: the store does not speak TLS");
  /* It might have been a connection that broke. */
  fail_unless_equals_int (g_atomic_int_get (&n_connections), 2);

  g_socket_service_stop (service);
  g_main_loop_quit (loop);
  g_thread_join (g_steal_pointer (&thread));
}

GST_END_TEST;

/* A store that begins uploads and aborts them. */
static gboolean
answer_like_a_store (GThreadedSocketService * service G_GNUC_UNUSED,
    GSocketConnection * connection, GObject * source G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  static const gchar created[] = "HTTP/1.1 200 OK\r\n"
      "Connection: close\r\n\r\n<InitiateMultipartUploadResult>"
      "<UploadId>id</UploadId></InitiateMultipartUploadResult>";
  static const gchar gone[] = "HTTP/1.1 404 Not Found\r\n"
      "Content-Length: 0\r\nConnection: close\r\n\r\n";
  GIOStream *stream = G_IO_STREAM (connection);
  gchar request[4096];
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (stream),
      request, sizeof (request), NULL, NULL);
  const gchar *answer =
      n > 4 && memcmp (request, "POST", 4) == 0 ? created : gone;

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), answer,
      strlen (answer), NULL, NULL, NULL);

  return TRUE;
}

GST_START_TEST (test_a_stop_before_eos_says_so_once)
{
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (4);
  g_autofree gchar *endpoint = listen_on_loopback (service, "http");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) info = NULL;

  g_signal_connect (service, "run", G_CALLBACK (answer_like_a_store), NULL);
  g_autoptr (GThread) thread = g_thread_new ("store", run_loop, loop);

  /* Nothing came in: nothing is lost. */
  gst_element_set_state (h->element, GST_STATE_READY);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_INFO) == NULL);

  g_object_set (h->element, "endpoint", endpoint, NULL);
  gst_harness_play (h);
  begin ();
  fail_unless_equals_int (gst_harness_push (h, make_buffer (1)), GST_FLOW_OK);
  gst_element_set_state (h->element, GST_STATE_READY);

  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_INFO);
  fail_unless (message != NULL);
  gst_message_parse_info (message, &info, NULL);
  gst_message_unref (message);
  fail_unless (strstr (info->message, "s3://bucket/a%20key was given up"), "%s",
      info->message);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_INFO |
          GST_MESSAGE_ERROR) == NULL);

  g_socket_service_stop (service);
  g_main_loop_quit (loop);
  g_thread_join (g_steal_pointer (&thread));
}

GST_END_TEST;

GST_START_TEST (test_it_starts_again_after_an_error)
{
  for (guint i = 0; i < 3; i++) {
    begin ();
    fail_unless_equals_int (gst_harness_push (h, make_buffer (1)),
        GST_FLOW_ERROR);
    expect_one_error ("Check endpoint");
    fail_unless_equals_int (gst_element_set_state (h->element,
            i % 2 ? GST_STATE_NULL : GST_STATE_READY),
        GST_STATE_CHANGE_SUCCESS);
    gst_harness_play (h);
  }
}

GST_END_TEST;

GST_START_TEST (test_a_flush_begins_anew)
{
  begin ();
  fail_unless_equals_int (gst_harness_push (h, make_buffer (1)),
      GST_FLOW_ERROR);
  expect_one_error ("Check endpoint");
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  begin ();
  fail_unless_equals_int (gst_harness_push (h, make_buffer (1)),
      GST_FLOW_ERROR);
  expect_one_error ("Check endpoint");
}

GST_END_TEST;

GST_START_TEST (test_a_seek_outside_the_head_is_an_error)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  begin ();
  segment.start = 8 * 1024 * 1024 - 1;
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  segment.start = 8 * 1024 * 1024 + 1;
  /* A sticky event is stored even so: the next buffer says it again. */
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  expect_one_error ("Raise header-size");
  fail_unless_equals_int (gst_harness_push (h, make_buffer (1)),
      GST_FLOW_ERROR);
}

GST_END_TEST;

GST_START_TEST (test_seekable_where_there_is_a_head)
{
  static const guint64 sizes[] = { 8 * 1024 * 1024, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_BYTES);
    gboolean seekable;

    g_object_set (h->element, "header-size", sizes[i], NULL);
    fail_unless (gst_pad_peer_query (h->srcpad, query));
    gst_query_parse_seeking (query, NULL, &seekable, NULL, NULL);
    fail_unless_equals_int (seekable, sizes[i] > 0);
  }
}

GST_END_TEST;

static const struct
{
  const gchar *property;
  const gchar *value;
  const gchar *message;
} bad[] = {
  {"location", "file:///tmp/x", "Correct location"},
  {"location", "s3://bucket", "Correct location"},
  {"location", "s3://bucket/", "Correct location"},
  {"location", "s3:///key", "Correct location"},
  {"location", "s3://../key", "Correct location"},
  {"location", "s3://buc?ket/key", "Correct location"},
  {"location", NULL, "Correct location"},
  {"endpoint", "127.0.0.1:9000", "Correct location"},
  {"endpoint", "ftp://127.0.0.1", "Correct location"},
  {"endpoint", "http://" SECRET "@host", "Correct location"},
  {"endpoint", "http://host/path", "Correct location"},
  {"endpoint", "http://host#part", "Correct location"},
  {"content-type", "", "Correct content-type"},
  {"content-type", "mp4", "Correct content-type"},
  {"content-type", "video/mp4\r\nX-Evil: 1", "Correct content-type"},
  {"content-disposition", "", "Correct content-disposition"},
  {"content-disposition", "inline\nX-Evil: 1", "Correct content-disposition"},
  {"metadata", "m,agent=\"a\\012b\"", "Correct metadata: the value of agent"},
  {"metadata", "m,a/b=c", "Correct metadata: \"a/b\""},
  {"part-size", "5368709121", "Correct part-size: the store takes parts of "
        "5242880 to 5368709120 bytes."},
  {"part-size", "5242879", "Correct part-size: the store takes parts of "
        "5242880 "},
  {"sse-customer-key", SECRET, "Correct sse-customer-key"},
  {"sse-bucket-key", "true", "Set sse to"},
  {"storage-class", "STANDARD IA", "Correct storage-class"},
  {"tags", "t,a=\"<b>\"", "Correct tags"},
  {"tags", "t,a=\"\\012\"", "Correct tags: the value of a"},
  {"sse-context", "c,a=\"\\012\"", "Correct sse-context: the value of a"},
  {"retain-until", "2100-01-01", "Set object-lock-mode and retain-until"},
  {"secret-access-key", NULL, "Give s3sink credentials"},
};

static const struct
{
  const gchar *endpoint;
  gboolean good;
} ways[] = {
  {"http://192.0.2.1", FALSE},
  {"http://store.example", FALSE},
  {"http://localhost.example", FALSE},
  {"http://[::1]:8000", TRUE},
  {"http://127.0.0.2", TRUE},
  {"http://s3.localhost:8000", TRUE},
  {"https://store.example", TRUE},
};

GST_START_TEST (test_a_key_of_the_customer_does_not_cross_a_network_unguarded)
{
  GstElement *sink = make_sink ();

  bus = gst_bus_new ();
  gst_element_set_bus (sink, bus);
  g_object_set (sink, "endpoint", ways[__i__].endpoint, "sse-customer-key",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      NULL);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_READY),
      ways[__i__].good ? GST_STATE_CHANGE_SUCCESS : GST_STATE_CHANGE_FAILURE);

  guint n;
  g_autofree gchar *text = take_errors (&n);
  fail_unless (ways[__i__].good ? n == 0 :
      g_str_has_prefix (text, "Set endpoint to https://"), "%s", text);
  fail_if (strstr (text, "0f10111213"), "%s", text);

  gst_element_set_state (sink, GST_STATE_NULL);
  gst_element_set_bus (sink, NULL);
  gst_clear_object (&bus);
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (test_bad_settings_are_an_error_at_start)
{
  GstElement *sink = make_sink ();

  bus = gst_bus_new ();
  gst_element_set_bus (sink, bus);
  if (bad[__i__].value)
    gst_util_set_object_arg (G_OBJECT (sink), bad[__i__].property,
        bad[__i__].value);
  else
    g_object_set (sink, bad[__i__].property, NULL, NULL);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);

  guint n;
  g_autofree gchar *text = take_errors (&n);
  fail_unless (n == 1 && g_str_has_prefix (text, bad[__i__].message), "%s",
      text);
  fail_if (strstr (text, SECRET) || strstr (text, "(NULL)"), "%s", text);

  gst_element_set_state (sink, GST_STATE_NULL);
  gst_element_set_bus (sink, NULL);
  gst_clear_object (&bus);
  gst_object_unref (sink);
}

GST_END_TEST;

/* Sends a byte to nowhere. The error names the object it was for. */
static void
expect_object (const gchar * uri)
{
  guint n;

  gst_harness_play (h);
  begin ();
  fail_unless_equals_int (gst_harness_push (h, make_buffer (1)),
      GST_FLOW_ERROR);
  g_autofree gchar *text = take_errors (&n);
  fail_unless_equals_int (n, 1);
  fail_unless (strstr (text, uri) != NULL, "%s", text);
  fail_unless_equals_int (gst_element_set_state (h->element, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
}

GST_START_TEST (test_settings_that_change_in_ready_count)
{
  expect_object ("s3://bucket/a%20key:");
  g_object_set (h->element, "location", "s3://second/object", NULL);
  expect_object ("s3://second/object:");
  g_object_set (h->element, "location", NULL, "bucket", "third", "key", "x",
      NULL);
  expect_object ("s3://third/x:");

  /* What is wrong by then is an error, and can be mended. */
  g_object_set (h->element, "key", NULL, NULL);
  fail_unless_equals_int (gst_element_set_state (h->element,
          GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  expect_one_error ("Correct location");
  g_object_set (h->element, "key", "y", NULL);
  expect_object ("s3://third/y:");
}

GST_END_TEST;

GST_START_TEST (test_100_starts_and_stops)
{
  GstElement *sink = make_sink ();

  for (guint i = 0; i < 100; i++) {
    fail_unless (gst_element_set_state (sink, GST_STATE_PAUSED) !=
        GST_STATE_CHANGE_FAILURE);
    fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_NULL),
        GST_STATE_CHANGE_SUCCESS);
  }
  gst_object_unref (sink);
}

GST_END_TEST;

/* All that is logged at the highest level while a secret is in use. */
static GString *logged;
static GMutex log_lock;

static void
log_all (GstDebugCategory * category G_GNUC_UNUSED,
    GstDebugLevel level G_GNUC_UNUSED, const gchar * file G_GNUC_UNUSED,
    const gchar * function G_GNUC_UNUSED, gint line G_GNUC_UNUSED,
    GObject * object G_GNUC_UNUSED, GstDebugMessage * message,
    gpointer data G_GNUC_UNUSED)
{
  /* To print an object may log again. */
  const gchar *text = gst_debug_message_get (message);

  g_mutex_lock (&log_lock);
  g_string_append_printf (logged, "%s\n", text);
  g_mutex_unlock (&log_lock);
}

GST_START_TEST (test_secrets_stay_secret)
{
  static const gchar *names[] = { "access-key-id", "secret-access-key",
    "session-token"
  };
  GstElement *pipeline, *sink;
  guint n;

  logged = g_string_new (NULL);
  gst_debug_set_default_threshold (GST_LEVEL_MEMDUMP);
  gst_debug_set_active (TRUE);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (log_all, NULL, NULL);

  pipeline = gst_pipeline_new (NULL);
  GstElement *src = gst_element_factory_make ("fakesrc", NULL);
  sink = make_sink ();
  g_object_set (src, "num-buffers", 2, "sizetype", 2, NULL);
  gst_bin_add_many (GST_BIN (pipeline), src, sink, NULL);
  fail_unless (gst_element_link (src, sink));
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_message_unref (gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
          GST_MESSAGE_ERROR));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (sink),
        names[i]);

    fail_unless (spec != NULL);
    fail_if (spec->flags & G_PARAM_READABLE);
  }
  g_autofree gchar *dot = gst_debug_bin_to_dot_data (GST_BIN (pipeline),
      GST_DEBUG_GRAPH_SHOW_VERBOSE);
  g_autofree gchar *errors = take_errors (&n);
  gst_element_set_state (pipeline, GST_STATE_NULL);

  gst_debug_remove_log_function (log_all);
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  fail_unless (strstr (dot, "a key") && strstr (logged->str, "bucket"));
  fail_if (strstr (dot, SECRET) || strstr (dot, TOKEN));
  fail_if (strstr (errors, SECRET) || strstr (errors, TOKEN));
  fail_if (strstr (logged->str, SECRET) || strstr (logged->str, TOKEN));

  g_string_free (logged, TRUE);
  gst_clear_object (&bus);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
s3sink_suite (void)
{
  Suite *s = suite_create ("s3sink");
  TCase *stream = tcase_create ("stream");
  TCase *alone = tcase_create ("alone");

  suite_add_tcase (s, stream);
  tcase_add_checked_fixture (stream, setup, teardown);
  tcase_add_test (stream,
      test_a_store_that_is_not_there_is_an_error_at_the_first_byte);
  tcase_add_test (stream,
      test_eos_that_cannot_be_stored_is_one_error_and_no_eos);
  tcase_add_test (stream, test_a_store_without_tls_is_no_wrong_certificate);
  tcase_add_test (stream, test_a_stop_before_eos_says_so_once);
  tcase_add_test (stream, test_it_starts_again_after_an_error);
  tcase_add_test (stream, test_a_flush_begins_anew);
  tcase_add_test (stream, test_a_seek_outside_the_head_is_an_error);
  tcase_add_test (stream, test_seekable_where_there_is_a_head);
  tcase_add_test (stream, test_settings_that_change_in_ready_count);

  suite_add_tcase (s, alone);
  tcase_add_loop_test (alone, test_bad_settings_are_an_error_at_start, 0,
      G_N_ELEMENTS (bad));
  tcase_add_loop_test (alone,
      test_a_key_of_the_customer_does_not_cross_a_network_unguarded, 0,
      G_N_ELEMENTS (ways));
  tcase_add_test (alone, test_100_starts_and_stops);
  tcase_add_test (alone, test_secrets_stay_secret);

  return s;
}

GST_CHECK_MAIN (s3sink);
