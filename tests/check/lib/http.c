/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "rawserver.h"
#include "store/http.h"
#include "store/store.h"

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

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define STATUS(text, headers) "HTTP/1.1 " text "\r\n" headers \
  "Content-Length: 0\r\n\r\n"
#define MIB (1024 * 1024)

static RawServer *server;
static GstRecHttpShared *shared;
static const gchar *method;
static gint64 signed_at;        /* by the clock that the last try went by */

static void
setup (void)
{
  shared = gst_rec_http_shared_new ();
  method = "PUT";
}

static void
teardown (void)
{
  g_clear_pointer (&server, raw_server_free);
  gst_rec_http_shared_unref (shared);
}

static void
serve (const RawStep * steps, guint n_steps)
{
  server = raw_server_new (G_SOCKET_FAMILY_IPV4, steps, n_steps);
  fail_unless (server != NULL);
}

static GstRecHttp *
open_http (guint retries, GCancellable * stop)
{
  GstRecHttpConfig config = {.timeout = 1,.retries = retries,.stop = stop,
    .shared = shared,.direct = TRUE
  };

  return gst_rec_http_new (&config, NULL);
}

static void
sign (SoupMessage * message G_GNUC_UNUSED, gint64 now,
    gpointer data G_GNUC_UNUSED)
{
  signed_at = now;
}

static gboolean
again (GstRecHttp * http, const GstRecHttpResponse * response,
    gpointer data G_GNUC_UNUSED)
{
  if (response->status != 403 || !gst_rec_http_is_skewed (response,
          signed_at - g_get_real_time ()))
    return FALSE;
  gst_rec_http_set_clock (http, response);
  return TRUE;
}

/* The status of the answer, or 0 and the error. */
static guint
put_to (GstRecHttp * http, const gchar * host, GstRecBody * body,
    GCancellable * cancellable, GError ** error)
{
  static const GstRecHttpProtocol protocol = { sign, again };
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autofree gchar *uri = g_strdup_printf ("http://%s:%u/a", host,
      raw_server_port (server));
  GstRecHttpRequest request = {.method = method,.uri = uri,.body = body };

  if (!gst_rec_http_send (http, &request, &protocol, NULL, &response,
          cancellable, error))
    return 0;

  return response.status;
}

static guint
put (GstRecHttp * http, GstRecBody * body, GError ** error)
{
  return put_to (http, "127.0.0.1", body, NULL, error);
}

/* Pieces of 0, 1, 4, 9 bytes and so on. */
static GstRecBody *
make_body (gsize size, GByteArray * expected)
{
  GstRecBody *body = gst_rec_body_new ();
  gsize n;

  for (gsize at = 0, i = 0; at < size; at += n, i++) {
    guint8 *data;

    n = MIN (i * i, size - at);
    data = g_malloc (n);
    for (gsize j = 0; j < n; j++)
      data[j] = (at + j) * 7 >> 3;
    if (expected)
      g_byte_array_append (expected, data, n);
    gst_rec_body_append_take (body, g_bytes_new_take (data, n));
  }

  return body;
}

static const gsize sizes[] = { 0, 1, 2, 14, 1000, 65536, 3 * MIB + 1 };

GST_START_TEST (test_a_body_in_pieces_arrives_whole_on_one_connection)
{
  static const RawStep ok = { -1, OK, RAW_KEEP };
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  GstRecHttp *http = open_http (0, NULL);

  serve (&ok, 1);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GstRecBody) body = make_body (sizes[i], expected);
    g_autoptr (GError) error = NULL;

    method = i & 1 ? "POST" : "PUT";
    fail_unless_equals_int (put (http, body, &error), 200);
  }
  gst_rec_http_free (http);

  g_autoptr (GBytes) received = raw_server_get_received (server);
  fail_unless (g_bytes_get_size (received) == expected->len);
  fail_unless (memcmp (g_bytes_get_data (received, NULL), expected->data,
          expected->len) == 0);
  fail_unless_equals_int (raw_server_n_requests (server),
      G_N_ELEMENTS (sizes));
  fail_unless_equals_int (raw_server_n_connections (server), 1);
  fail_unless_equals_int (gst_rec_http_shared_connections (shared), 1);
}

GST_END_TEST;

static gpointer
put_ten_times (gpointer data)
{
  GstRecHttp *http = open_http (0, NULL);
  gint *n_ok = data;

  for (guint i = 0; i < 10; i++) {
    g_autoptr (GstRecBody) body = make_body (100000, NULL);

    if (put (http, body, NULL) == 200)
      g_atomic_int_inc (n_ok);
  }
  gst_rec_http_free (http);

  return NULL;
}

GST_START_TEST (test_a_connection_for_each_handle_and_no_more)
{
  static const RawStep ok = { -1, OK, RAW_KEEP };
  GThread *threads[4];
  gint n_ok = 0;

  serve (&ok, 1);
  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("handle", put_ten_times, &n_ok);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);

  fail_unless_equals_int (n_ok, 40);
  fail_unless_equals_int (raw_server_n_connections (server), 4);
  fail_unless_equals_int (gst_rec_http_shared_connections (shared), 4);
}

GST_END_TEST;

/* One try each goes wrong, in its way; the next is answered with 200. */
static const struct
{
  const gchar *what;
  RawStep step;
  guint status;                 /* 0: error; without a retry */
  gint error;
} faults[] = {
  {"refused by a reset", {0, NULL, RAW_RESET}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"reset in the middle", {4 * MIB, NULL, RAW_RESET}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"closed in the middle", {4 * MIB, NULL, RAW_CLOSE}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"closed instead of an answer", {-1, NULL, RAW_CLOSE}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"stalls in the middle", {100000, NULL, RAW_STALL}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"never answers", {-1, NULL, RAW_STALL}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"stalls in the answer", {-1, "HTTP/1.1 200 OK\r\nConte", RAW_STALL}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"half an answer", {-1, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
          RAW_CLOSE}, 0, GST_REC_STORE_ERROR_UNREACHABLE},
  {"half an answer that announced its end", {-1, "HTTP/1.1 200 OK\r\n"
          "Connection: close\r\nContent-Length: 9\r\n\r\nhalf", RAW_CLOSE}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"half a chunk", {-1, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
          "\r\n9\r\nhalf", RAW_CLOSE}, 0, GST_REC_STORE_ERROR_UNREACHABLE},
  {"no HTTP", {-1, "220 FTP here\r\n\r\n", RAW_CLOSE}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"half a body is enough for it", {100000, OK, RAW_STALL}, 0,
      GST_REC_STORE_ERROR_UNREACHABLE},
  {"busy before the end of the body", {100000, STATUS ("503 Slow Down", ""),
          RAW_STALL}, 503, 0},
  {"408", {-1, STATUS ("408 Request Timeout", ""), RAW_KEEP}, 408, 0},
  {"429", {-1, STATUS ("429 Too Many Requests", ""), RAW_KEEP}, 429, 0},
  {"500", {-1, STATUS ("500 Internal Server Error", ""), RAW_KEEP}, 500, 0},
  {"502", {-1, STATUS ("502 Bad Gateway", ""), RAW_CLOSE}, 502, 0},
  {"503", {-1, STATUS ("503 Slow Down", ""), RAW_KEEP}, 503, 0},
  {"504", {-1, STATUS ("504 Gateway Timeout", ""), RAW_KEEP}, 504, 0},
};

GST_START_TEST (test_a_fault_is_an_error_or_is_tried_again)
{
  const RawStep steps[] = { faults[__i__].step, {-1, OK, RAW_KEEP} };
  g_autoptr (GstRecBody) body = make_body (8 * MIB, NULL);
  g_autoptr (GError) error = NULL;
  GstRecHttp *http = open_http (0, NULL);

  serve (steps, 1);
  fail_unless_equals_int (put (http, body, &error), faults[__i__].status);
  if (faults[__i__].status == 0)
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            faults[__i__].error), "%s: %s", faults[__i__].what,
        error->message);
  raw_server_free (server);
  gst_rec_http_free (http);

  http = open_http (1, NULL);
  serve (steps, 2);
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless_equals_int (gst_rec_http_shared_retries (shared), 1);
  fail_unless_equals_int (raw_server_n_requests (server), 2);
  gst_rec_http_free (http);
}

GST_END_TEST;

/* However many retries there are. */
GST_START_TEST (test_a_server_that_never_answered_is_given_up_soon)
{
  const RawStep gone = { 0, NULL, RAW_CLOSE };
  const RawStep steps[] = { gone, gone, gone, gone, gone, gone,
    {-1, OK, RAW_KEEP}
  };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  g_autoptr (GstRecHttp) http = open_http (12, NULL);

  serve (steps, 7);
  fail_unless_equals_int (put (http, body, NULL), 0);
  fail_unless_equals_int (gst_rec_http_shared_retries (shared), 5);
  fail_if (gst_rec_http_shared_has_answered (shared));
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless (gst_rec_http_shared_has_answered (shared));
}

GST_END_TEST;

/* A signature that was not copied to its end. */
GST_START_TEST (test_an_address_that_is_none_tells_no_secret)
{
  static const GstRecHttpProtocol protocol = { sign, again };
  static const GstRecHttpRequest request = {.method = "GET",
    .uri = "http://127.0.0.1:9/a?sv=1&sig=SECRET%2"
  };
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GError) error = NULL;
  GstRecHttp *http = open_http (0, NULL);

  fail_if (gst_rec_http_send (http, &request, &protocol, NULL, &response,
          NULL, &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_SETTINGS), "%s", error->message);
  fail_if (strstr (error->message, "SECRET"), "%s", error->message);
  gst_rec_http_free (http);
}

GST_END_TEST;

/* Also while libsoup looks for one that has not: at one of these it does. */
GST_START_TEST (test_a_kept_connection_may_end_at_any_moment)
{
  static const RawStep ends = { -1, OK, RAW_CLOSE };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  GstRecHttp *http = open_http (1, NULL);

  serve (&ends, 1);
  for (guint i = 0; i < 100; i++)
    fail_unless_equals_int (put (http, body, NULL), 200);
  gst_rec_http_free (http);
}

GST_END_TEST;

/* libsoup finds out by itself that a connection has ended meanwhile. */
GST_START_TEST (test_a_kept_connection_may_have_ended)
{
  static const RawStep ends = { -1, OK, RAW_CLOSE };
  GstRecHttp *http = open_http (0, NULL);

  serve (&ends, 1);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GstRecBody) body = make_body (MIB, NULL);
    g_autoptr (GError) error = NULL;

    fail_unless_equals_int (put (http, body, &error), 200);
  }
  gst_rec_http_free (http);

  g_autoptr (GBytes) received = raw_server_get_received (server);
  fail_unless_equals_int (g_bytes_get_size (received), 3 * MIB);
  fail_unless_equals_int (raw_server_n_connections (server), 3);
}

GST_END_TEST;

/* What is said while a body is still on its way is heard. */
GST_START_TEST (test_an_early_refusal_is_the_answer)
{
  static const RawStep refuses = { 100000, STATUS ("403 Forbidden", ""),
    RAW_STALL
  };
  g_autoptr (GstRecBody) body = make_body (8 * MIB, NULL);
  GstRecHttp *http = open_http (3, NULL);

  serve (&refuses, 1);
  fail_unless_equals_int (put (http, body, NULL), 403);
  fail_unless_equals_int (raw_server_n_requests (server), 1);
  gst_rec_http_free (http);
}

GST_END_TEST;

GST_START_TEST (test_retry_after_is_waited_for)
{
  static const RawStep steps[] = {
    {-1, STATUS ("503 Slow Down", "Retry-After: 1\r\n"), RAW_KEEP},
    {-1, OK, RAW_KEEP}
  };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  GstRecHttp *http = open_http (1, NULL);
  gint64 start = g_get_monotonic_time ();

  serve (steps, G_N_ELEMENTS (steps));
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless (g_get_monotonic_time () - start >= S);
  gst_rec_http_free (http);
}

GST_END_TEST;

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (200 * G_TIME_SPAN_MILLISECOND);
  g_cancellable_cancel (cancellable);

  return NULL;
}

/* Where a request may be when it is cancelled. */
static const struct
{
  RawStep step;
  guint64 max_bitrate;
} waiting[] = {
  {{100000, NULL, RAW_STALL}, 0},
  {{-1, NULL, RAW_STALL}, 0},
  {{-1, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", RAW_STALL}, 0},
  {{-1, STATUS ("503 Slow Down", "Retry-After: 100\r\n"), RAW_KEEP}, 0},
  {{-1, OK, RAW_KEEP}, 8 * 1024},
};

GST_START_TEST (test_nobody_waits_for_what_is_cancelled)
{
  g_autoptr (GstRecBody) body = make_body (8 * MIB, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GstRecHttp *http = open_http (100, NULL);
  gint64 start = g_get_monotonic_time ();

  serve (&waiting[__i__].step, 1);
  gst_rec_http_shared_set_max_bitrate (shared, waiting[__i__].max_bitrate);
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  fail_unless_equals_int (put_to (http, "127.0.0.1", body, cancellable,
          &error), 0);
  g_thread_join (thread);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED),
      "%s", error->message);
  fail_unless (g_get_monotonic_time () - start < 10 * S);
  gst_rec_http_free (http);
}

GST_END_TEST;

GST_START_TEST (test_nothing_is_tried_again_after_stop)
{
  static const RawStep busy = { -1,
    STATUS ("503 Slow Down", "Retry-After: 100\r\n"), RAW_KEEP
  };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  GstRecHttp *http = open_http (100, stop);

  serve (&busy, 1);
  GThread *thread = g_thread_new ("stop", cancel_soon, stop);
  fail_unless_equals_int (put (http, body, NULL), 503);
  g_thread_join (thread);
  fail_unless_equals_int (raw_server_n_requests (server), 1);
  gst_rec_http_free (http);
}

GST_END_TEST;

/* Knows the server's address from the second question on. */
typedef GResolver MockResolver;
typedef GResolverClass MockResolverClass;
static GType mock_resolver_get_type (void);
G_DEFINE_TYPE (MockResolver, mock_resolver, G_TYPE_RESOLVER);
static gint n_lookups;

static GList *
mock_lookup (GResolver * resolver G_GNUC_UNUSED,
    const gchar * host G_GNUC_UNUSED,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  if (g_atomic_int_add (&n_lookups, 1) == 0) {
    g_set_error_literal (error, G_RESOLVER_ERROR,
        G_RESOLVER_ERROR_TEMPORARY_FAILURE, "not now");
    return NULL;
  }

  return g_list_prepend (NULL,
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4));
}

static void
mock_resolver_class_init (MockResolverClass * klass)
{
  klass->lookup_by_name = mock_lookup;
}

static void
mock_resolver_init (MockResolver * self G_GNUC_UNUSED)
{
}

GST_START_TEST (test_a_name_that_is_not_found_may_be_found_later)
{
  static const RawStep ok = { -1, OK, RAW_KEEP };
  g_autoptr (GResolver) before = g_resolver_get_default ();
  g_autoptr (GResolver) mock = g_object_new (mock_resolver_get_type (), NULL);
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  g_autoptr (GError) error = NULL;
  GstRecHttp *http = open_http (0, NULL);

  g_resolver_set_default (mock);
  serve (&ok, 1);
  n_lookups = 0;
  fail_unless_equals_int (put_to (http, "store.test", body, NULL, &error), 0);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_UNREACHABLE), "%s", error->message);
  gst_rec_http_free (http);

  http = open_http (1, NULL);
  n_lookups = 0;
  fail_unless_equals_int (put_to (http, "store.test", body, NULL, NULL), 200);
  fail_unless_equals_int (gst_rec_http_shared_retries (shared), 1);
  gst_rec_http_free (http);
  g_resolver_set_default (before);
}

GST_END_TEST;

GST_START_TEST (test_the_servers_clock_is_learned_for_all_handles)
{
  static const RawStep steps[] = {
    {-1, STATUS ("403 Forbidden", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
        RAW_KEEP},
    {-1, OK, RAW_KEEP},
  };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  GstRecHttp *http = open_http (1, NULL);
  GstRecHttp *other = open_http (0, NULL);

  serve (steps, G_N_ELEMENTS (steps));
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless (ABS (signed_at - NOW) < 60 * S);
  signed_at = 0;
  fail_unless_equals_int (put (other, body, NULL), 200);
  fail_unless (ABS (signed_at - NOW) < 60 * S);
  gst_rec_http_free (http);
  gst_rec_http_free (other);
}

GST_END_TEST;

/* A second later there is no date any more that could be signed. */
GST_START_TEST (test_a_clock_at_the_end_of_time_is_not_believed)
{
  static const RawStep step = {
    -1, STATUS ("403 Forbidden", "Date: Fri, 31 Dec 9999 23:59:59 GMT\r\n"),
    RAW_KEEP
  };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  GstRecHttp *http = open_http (1, NULL);

  serve (&step, 1);
  fail_unless_equals_int (put (http, body, NULL), 403);
  fail_unless_equals_int64 (gst_rec_http_shared_get_clock_offset (shared), 0);
  gst_rec_http_free (http);
}

GST_END_TEST;

/* A refusal for another reason comes with the right time. */
GST_START_TEST (test_a_clock_that_is_right_is_left_alone)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree gchar *date = g_date_time_format (now,
      "%a, %d %b %Y %H:%M:%S GMT");
  g_autofree gchar *answer = g_strdup_printf (STATUS ("403 Forbidden",
          "Date: %s\r\n"), date);
  const RawStep step = { -1, answer, RAW_KEEP };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  GstRecHttp *http = open_http (3, NULL);

  serve (&step, 1);
  fail_unless_equals_int (put (http, body, NULL), 403);
  fail_unless_equals_int (raw_server_n_requests (server), 1);
  gst_rec_http_free (http);
  g_clear_pointer (&server, raw_server_free);
}

GST_END_TEST;

/* The socket of ours that is connected to the server. */
static gint
find_socket (void)
{
  for (gint fd = 0; fd < 1024; fd++) {
    struct sockaddr_storage peer = { 0, };
    socklen_t size = sizeof (peer);

    if (getpeername (fd, (struct sockaddr *) &peer, &size) == 0 &&
        (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) &&
        g_ntohs (((struct sockaddr_in *) &peer)->sin_port) ==
        raw_server_port (server))
      return fd;
  }

  fail ("there is no connection");
  return -1;
}

static gint
get_option (gint level, gint name)
{
  gint value = -1;
  socklen_t size = sizeof (value);

  fail_unless (getsockopt (find_socket (), level, name, &value, &size) == 0);

  return value;
}

GST_START_TEST (test_connections_are_marked_from_their_first_packet_on)
{
  static const RawStep ok = { -1, OK, RAW_KEEP };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  GstRecHttp *http = open_http (0, NULL);

  serve (&ok, 1);
  gst_rec_http_shared_set_dscp (shared, 10);
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless_equals_int (raw_server_get_tos (server), 10 << 2);

  gst_rec_http_shared_set_dscp (shared, 46);
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless_equals_int (get_option (IPPROTO_IP, IP_TOS), 46 << 2);
  gst_rec_http_shared_set_dscp (shared, -1);
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless_equals_int (get_option (IPPROTO_IP, IP_TOS), 0);
  fail_unless_equals_int (raw_server_n_connections (server), 1);
  gst_rec_http_free (http);
}

GST_END_TEST;

GST_START_TEST (test_connections_over_ipv6_are_marked)
{
  static const RawStep ok = { -1, OK, RAW_KEEP };
  g_autoptr (GstRecBody) body = make_body (10, NULL);
  GstRecHttp *http;

  server = raw_server_new (G_SOCKET_FAMILY_IPV6, &ok, 1);
  if (server == NULL)           /* a machine without it */
    return;
  http = open_http (0, NULL);
  gst_rec_http_shared_set_dscp (shared, 10);
  fail_unless_equals_int (put_to (http, "[::1]", body, NULL, NULL), 200);
  fail_unless_equals_int (get_option (IPPROTO_IPV6, IPV6_TCLASS), 10 << 2);
  gst_rec_http_free (http);
}

GST_END_TEST;

/* At no moment more than the limit lets have come. */
GST_START_TEST (test_a_limit_on_the_bitrate_is_kept)
{
  static const RawStep ok = { -1, OK, RAW_KEEP };
  const guint64 rate = 200000;  /* bytes/s */
  g_autoptr (GstRecBody) body = make_body (200000, NULL);
  GstRecHttp *http = open_http (0, NULL);

  serve (&ok, 1);
  gst_rec_http_shared_set_max_bitrate (shared, 8 * rate);
  gint64 start = g_get_monotonic_time ();
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless (g_get_monotonic_time () - start >= 9 * S / 10);
  gint64 lead = raw_server_get_lead (server, start, rate);
  fail_unless (lead <= (gint64) rate / 20, "%" G_GINT64_FORMAT, lead);
  fail_unless_equals_int (get_option (SOL_SOCKET, SO_MAX_PACING_RATE), rate);
  gst_rec_http_free (http);
}

GST_END_TEST;

static gpointer
lift_limit (gpointer data G_GNUC_UNUSED)
{
  g_usleep (300 * G_TIME_SPAN_MILLISECOND);
  gst_rec_http_shared_set_max_bitrate (shared, 0);

  return NULL;
}

GST_START_TEST (test_a_limit_may_be_lifted_meanwhile)
{
  static const RawStep ok = { -1, OK, RAW_KEEP };
  g_autoptr (GstRecBody) body = make_body (2 * MIB, NULL);
  GstRecHttp *http = open_http (0, NULL);

  serve (&ok, 1);
  gst_rec_http_shared_set_max_bitrate (shared, 8 * 20000);
  gint64 start = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("lift", lift_limit, NULL);
  fail_unless_equals_int (put (http, body, NULL), 200);
  fail_unless (g_get_monotonic_time () - start < 30 * S);
  g_thread_join (thread);
  gst_rec_http_free (http);
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


  tc = tcase_create ("connections");
  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc,
      test_a_body_in_pieces_arrives_whole_on_one_connection);
  tcase_add_test (tc, test_a_connection_for_each_handle_and_no_more);
  tcase_add_loop_test (tc, test_a_fault_is_an_error_or_is_tried_again, 0,
      G_N_ELEMENTS (faults));
  tcase_add_test (tc, test_a_server_that_never_answered_is_given_up_soon);
  tcase_add_test (tc, test_an_address_that_is_none_tells_no_secret);
  tcase_add_test (tc, test_a_kept_connection_may_end_at_any_moment);
  tcase_add_test (tc, test_a_kept_connection_may_have_ended);
  tcase_add_test (tc, test_an_early_refusal_is_the_answer);
  tcase_add_test (tc, test_retry_after_is_waited_for);
  tcase_add_loop_test (tc, test_nobody_waits_for_what_is_cancelled, 0,
      G_N_ELEMENTS (waiting));
  tcase_add_test (tc, test_nothing_is_tried_again_after_stop);
  tcase_add_test (tc, test_a_name_that_is_not_found_may_be_found_later);
  tcase_add_test (tc, test_the_servers_clock_is_learned_for_all_handles);
  tcase_add_test (tc, test_a_clock_that_is_right_is_left_alone);
  tcase_add_test (tc, test_a_clock_at_the_end_of_time_is_not_believed);
  tcase_add_test (tc,
      test_connections_are_marked_from_their_first_packet_on);
  tcase_add_test (tc, test_connections_over_ipv6_are_marked);
  tcase_add_test (tc, test_a_limit_on_the_bitrate_is_kept);
  tcase_add_test (tc, test_a_limit_may_be_lifted_meanwhile);

  return s;
}

GST_CHECK_MAIN (http);
