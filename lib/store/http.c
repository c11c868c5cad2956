/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "http.h"

#include <string.h>

#include "base/backoff.h"
#include "store/httpbody.h"
#include "store/store.h"

/* No answer of a store is larger: a list has at most 1000 entries. */
#define MAX_ANSWER (8 * 1024 * 1024)
/* A store that wants to be left alone for longer is not waited for. */
#define MAX_RETRY_AFTER (2 * G_TIME_SPAN_MINUTE)
/* Stores put up with 5 (STS) to 15 minutes. */
#define MAX_SKEW (4 * G_TIME_SPAN_MINUTE)
#define MAX_YEAR 9000

/* Of a server that never answered: its address is wrong more often than it is
 * away, and who wrote it does not want to wait for a minute to hear that. */
#define MAX_RETRIES_UNKNOWN 5

static const GstRecBackoff backoff = {
  200 * G_TIME_SPAN_MILLISECOND, 20 * G_TIME_SPAN_SECOND
};

struct _GstRecHttp
{
  GMainContext *context;
  SoupSession *session;
  guint retries;
  GCancellable *stop;
  GstRecHttpShared *shared;

  GSocket *socket;              /* of the last connection, or NULL */
  GIOStream *connection;        /* on it, with TLS if there is any, or NULL */
  guint settings;               /* of shared, that socket has */
};

/* One try of a request. */
typedef struct
{
  GstRecHttp *http;
  GstRecBody *body;
  GCancellable *cancellable;
  gboolean bypass;              /* the body does not go through libsoup */
  GError *error;                /* that writing the body ended with */
} Try;

static void
forget_connection (GstRecHttp * self)
{
  g_clear_object (&self->connection);
  g_clear_object (&self->socket);
}

/* @self is used by one thread at a time: libsoup 3.2 asks for that. It has a
 * context of its own, so that no timer of a session lands in the main loop of
 * the application. */
GstRecHttp *
gst_rec_http_new (const GstRecHttpConfig * config, GError ** error)
{
  g_autoptr (GTlsDatabase) database = NULL;
  GstRecHttp *self;

  if (config->ca_file && *config->ca_file) {
    g_autoptr (GFile) file = g_file_new_for_path (config->ca_file);
    g_autofree gchar *path = g_file_get_path (file);

    database = g_tls_file_database_new (path, error);
    if (database == NULL) {
      g_prefix_error (error, "ca-file %s: ", path);
      return NULL;
    }
  }

  self = g_new0 (GstRecHttp, 1);
  self->retries = config->retries;
  self->shared = config->shared ? gst_rec_http_shared_ref (config->shared) :
      gst_rec_http_shared_new ();
  self->stop = config->stop ? g_object_ref (config->stop) : NULL;
  self->context = g_main_context_new ();

  /* One connection. But where it is max-conns-per-host that does not let
   * another be made, libsoup, to 3.6 at least, waits for ever for one that
   * ended in the moment before; where it is max-conns, it drops that one. */
  g_main_context_push_thread_default (self->context);
  self->session = soup_session_new_with_options ("timeout", config->timeout,
      "user-agent", PACKAGE "/" VERSION, "max-conns", 1,
      "max-conns-per-host", 2, NULL);
  g_main_context_pop_thread_default (self->context);

  /* Asks for compressed answers, which no store sends and no signature
   * covers. */
  soup_session_remove_feature_by_type (self->session,
      SOUP_TYPE_CONTENT_DECODER);
  if (config->direct)
    soup_session_set_proxy_resolver (self->session, NULL);
  if (database)
    soup_session_set_tls_database (self->session, database);

  return self;
}

void
gst_rec_http_free (GstRecHttp * self)
{
  if (self == NULL)
    return;

  g_main_context_push_thread_default (self->context);
  soup_session_abort (self->session);
  /* What closes connections is queued there. */
  while (g_main_context_iteration (self->context, FALSE));
  forget_connection (self);
  g_clear_object (&self->session);
  g_main_context_pop_thread_default (self->context);

  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->stop);
  gst_rec_http_shared_unref (self->shared);
  g_free (self);
}

/* The host as libsoup will write it into the Host header, which is signed. */
gchar *
gst_rec_http_host (GUri * uri)
{
  const gchar *host = g_uri_get_host (uri);
  gboolean v6 = strchr (host, ':') != NULL;
  gint port = g_uri_get_port (uri);
  gint usual = strcmp (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
  g_autofree gchar *name = g_strdup_printf (v6 ? "[%s]" : "%s", host);

  return port > 0 && port != usual ? g_strdup_printf ("%s:%d", name, port) :
      g_steal_pointer (&name);
}

const gchar *
gst_rec_http_response_header (const GstRecHttpResponse * self,
    const gchar * name)
{
  return soup_message_headers_get_one (soup_message_get_response_headers
      (self->message), name);
}

/* An ETag without its quotes. */
gchar *
gst_rec_http_unquote (const gchar * etag)
{
  gsize length;

  if (etag == NULL)
    return NULL;
  length = strlen (etag);
  if (length >= 2 && etag[0] == '"' && etag[length - 1] == '"')
    return g_strndup (etag + 1, length - 2);

  return g_strdup (etag);
}

void
gst_rec_http_response_clear (GstRecHttpResponse * self)
{
  g_clear_object (&self->message);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->status = 0;
}

/* us since 1970, or -1. GDateTime ends with the year 9999, and by no clock may
 * a moment come that it could not write. */
static gint64
parse_date (const gchar * value)
{
  g_autoptr (GDateTime) date =
      value ? soup_date_time_new_from_http_string (value) : NULL;

  return date && g_date_time_get_year (date) <= MAX_YEAR ?
      g_date_time_to_unix (date) * G_USEC_PER_SEC : -1;
}

/* Believes the server's clock from now on. */
void
gst_rec_http_set_clock (GstRecHttp * self, const GstRecHttpResponse * response)
{
  gint64 date = parse_date (gst_rec_http_response_header (response, "Date"));

  if (date >= 0)
    gst_rec_http_shared_set_clock_offset (self->shared,
        date - g_get_real_time ());
}

/* The server's clock less ours, as far as that is known. */
GTimeSpan
gst_rec_http_get_clock_offset (const GstRecHttp * self)
{
  return gst_rec_http_shared_get_clock_offset (self->shared);
}

/* The server's time (us since 1970), as far as that is known. */
static gint64
server_time (const GstRecHttp * self)
{
  return g_get_real_time () + gst_rec_http_get_clock_offset (self);
}

/* Whether the server's clock is so far from ours and @offset that this may be
 * why it refuses a request that was signed so. */
gboolean
gst_rec_http_is_skewed (const GstRecHttpResponse * response, GTimeSpan offset)
{
  gint64 date = parse_date (gst_rec_http_response_header (response, "Date"));

  return date >= 0 && ABS (date - g_get_real_time () - offset) > MAX_SKEW;
}

gboolean
gst_rec_http_status_is_transient (guint status)
{
  switch (status) {
    case SOUP_STATUS_REQUEST_TIMEOUT:
    case 429:                  /* Too Many Requests, unknown to libsoup 3.2 */
    case SOUP_STATUS_INTERNAL_SERVER_ERROR:
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      return TRUE;
    default:
      return FALSE;
  }
}

/* How long a Retry-After header asks to wait: seconds or a date. */
GTimeSpan
gst_rec_http_retry_after (const gchar * value, gint64 now)
{
  guint64 seconds;

  if (value == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT32, &seconds, NULL))
    return MIN (seconds * G_TIME_SPAN_SECOND, MAX_RETRY_AFTER);

  return CLAMP (parse_date (value) - now, 0, MAX_RETRY_AFTER);
}

static gboolean
is_bad_certificate (const GError * error)
{
  return g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
}

/* A wrong certificate stays wrong, and a cancelled request stays cancelled;
 * of everything else that a network does the next try may be spared. */
static gboolean
transport_error_is_transient (const GError * error)
{
  return !is_bad_certificate (error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) &&
      error->domain != GST_REC_STORE_ERROR;
}

static GBytes *
read_answer (GInputStream * stream, GCancellable * cancellable,
    GError ** error)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint8 chunk[8192];
  gssize n;

  while ((n = g_input_stream_read (stream, chunk, sizeof (chunk),
              cancellable, error)) > 0) {
    if (answer->len + n > MAX_ANSWER) {
      g_set_error_literal (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_ANSWER, "the answer is too long");
      return NULL;
    }
    g_byte_array_append (answer, chunk, n);
  }

  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&answer));
}

/* HTTP/1.1 is all that is offered to the store: over HTTP/2, libsoup 3.2 may
 * never come back from a request, and leaves connections open. */
static void
offer_http_1_1 (GTlsConnection * connection)
{
  static const gchar *const protocols[] = { "http/1.1", NULL };

  g_tls_connection_set_advertised_protocols (connection, protocols);
}

static void
apply_settings (GstRecHttp * self)
{
  self->settings = gst_rec_http_shared_settings (self->shared);
  if (self->settings != 0)
    gst_rec_http_shared_apply (self->shared, self->socket);
}

/* Follows a connection that is being made. */
static void
watch_network (SoupMessage * message G_GNUC_UNUSED, GSocketClientEvent event,
    GIOStream * connection, gpointer data)
{
  GstRecHttp *self = ((Try *) data)->http;

  switch (event) {
    case G_SOCKET_CLIENT_CONNECTING:
      /* Before there is a packet that could go unmarked. */
      forget_connection (self);
      self->socket = g_object_ref (g_socket_connection_get_socket
          (G_SOCKET_CONNECTION (connection)));
      apply_settings (self);
      break;
    case G_SOCKET_CLIENT_TLS_HANDSHAKING:
      offer_http_1_1 (G_TLS_CONNECTION (connection));
      break;
    case G_SOCKET_CLIENT_COMPLETE:
      gst_rec_http_shared_count_connection (self->shared);
      g_set_object (&self->connection, connection);
      break;
    default:
      break;
  }
}

/* libsoup would copy the body into pieces of 8 KiB and send each by itself. So
 * it is told of one in the head of the request, and given none: the body goes
 * around it, see write_body(). Where the connection is not known, as in a
 * tunnel, libsoup has it all the same. */
static void
announce_body (SoupMessage * message, gpointer data)
{
  Try *self = data;
  guint64 size = gst_rec_body_size (self->body);

  self->bypass = self->http->connection != NULL;
  if (self->bypass) {
    soup_message_headers_set_content_length
        (soup_message_get_request_headers (message), size);
  } else {
    g_autoptr (GInputStream) stream = gst_rec_body_read (self->body);

    soup_message_set_request_body (message, NULL, stream, size);
  }
}

/* Between the head of the request and the answer. Once more where libsoup
 * found that a connection had ended meanwhile and made another. */
static void
write_body (SoupMessage * message G_GNUC_UNUSED, gpointer data)
{
  Try *self = data;
  GstRecHttp *http = self->http;

  g_clear_error (&self->error);
  if (self->bypass && !gst_rec_http_write_body (g_io_stream_get_output_stream
          (http->connection), self->body, http->shared, http->socket,
          self->cancellable, &self->error))
    /* An answer may be there already that says why. */
    g_socket_set_timeout (http->socket, 1);
}

/* A list or an error goes into the response, the bytes of an object where the
 * request says. */
static GBytes *
take_answer (const GstRecHttpRequest * request, SoupMessage * message,
    GInputStream * stream, GCancellable * cancellable, GError ** error)
{
  if (request->read == NULL ||
      !SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    return read_answer (stream, cancellable, error);

  if (!request->read (message, stream, request->read_data, cancellable,
          error))
    return NULL;

  return g_bytes_new (NULL, 0);
}

/* An answer may end early where the connection ends with it. */
static gboolean
check_length (SoupMessage * message, GBytes * body, GError ** error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  if (g_bytes_get_size (body) == 0 ||
      soup_message_headers_get_encoding (headers) !=
      SOUP_ENCODING_CONTENT_LENGTH ||
      soup_message_headers_get_content_length (headers) ==
      (goffset) g_bytes_get_size (body))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
      "the answer ends before its end");
  return FALSE;
}

static gboolean
receive (Try * self, const GstRecHttpRequest * request, SoupMessage * message,
    GstRecHttpResponse * response, GError ** error)
{
  g_autoptr (GInputStream) stream = soup_session_send (self->http->session,
      message, self->cancellable, error);

  if (stream == NULL)
    return FALSE;

  response->body =
      take_answer (request, message, stream, self->cancellable, error);
  if (response->body == NULL || !check_length (message, response->body, error))
    return FALSE;

  /* What says yes to half a body has not understood the other half. */
  return self->error == NULL ||
      !SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message));
}

/* As the address stands: g_uri_parse() would take "../" for a way up, and it
 * may be part of a key. */
static SoupMessage *
make_message (const GstRecHttpRequest * request)
{
  g_autofree gchar *scheme = NULL, *host = NULL, *path = NULL, *query = NULL;
  gint port;

  if (!g_uri_split (request->uri, SOUP_HTTP_URI_FLAGS, &scheme, NULL, &host,
          &port, &path, &query, NULL, NULL) || scheme == NULL || host == NULL)
    return NULL;

  g_autoptr (GUri) uri = g_uri_build (SOUP_HTTP_URI_FLAGS, scheme, NULL, host,
      port, path, query, NULL);

  return soup_message_new_from_uri (request->method, uri);
}

static gboolean
try_once (GstRecHttp * self, const GstRecHttpRequest * request,
    const GstRecHttpProtocol * protocol, gpointer data,
    GstRecHttpResponse * response, GCancellable * cancellable, GError ** error)
{
  g_autoptr (SoupMessage) message = make_message (request);
  Try try = {.http = self,.body = request->body,.cancellable = cancellable };
  gboolean answered;

  if (message == NULL) {
    /* What stands behind the "?" may be a signature, which is a secret. */
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "%.*s is no valid address, or what follows it is none",
        (gint) strcspn (request->uri, "?"), request->uri);
    return FALSE;
  }

  if (self->socket && self->settings != gst_rec_http_shared_settings
      (self->shared))
    apply_settings (self);
  /* All that is sent here may be sent twice, and is. For a POST that may not,
   * libsoup would make a new connection. */
  soup_message_add_flags (message,
      SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  g_signal_connect (message, "network-event", G_CALLBACK (watch_network),
      &try);
  if (request->body) {
    g_signal_connect (message, "starting", G_CALLBACK (announce_body), &try);
    g_signal_connect (message, "wrote-headers", G_CALLBACK (write_body), &try);
    if (request->content_type)
      soup_message_headers_set_content_type (soup_message_get_request_headers
          (message), request->content_type, NULL);
  }
  protocol->sign (message, server_time (self), data);

  answered = receive (&try, request, message, response, error);
  g_signal_handlers_disconnect_by_data (message, &try);
  if (try.error) {
    /* Nothing can follow half a body. */
    soup_session_abort (self->session);
    forget_connection (self);
  }
  if (answered) {
    g_clear_error (&try.error);
    response->status = soup_message_get_status (message);
    response->message = g_steal_pointer (&message);
  } else if (try.error) {
    g_clear_error (error);
    g_propagate_error (error, try.error);
  }

  return answered;
}

static GstRecStoreError
transport_error_of (const GError * reason)
{
  if (is_bad_certificate (reason))
    return GST_REC_STORE_ERROR_TLS;

  return reason->domain == G_TLS_ERROR ? GST_REC_STORE_ERROR_NO_TLS :
      GST_REC_STORE_ERROR_UNREACHABLE;
}

/* Which error a failure of the network is to the rest of the program. */
static void
explain_transport_error (GError ** error, GError * reason)
{
  if (error == NULL || reason->domain == GST_REC_STORE_ERROR ||
      g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, reason);
    return;
  }

  g_set_error_literal (error, GST_REC_STORE_ERROR,
      transport_error_of (reason), reason->message);
  g_error_free (reason);
}

static gboolean
may_try_again (const GstRecHttp * self, guint try)
{
  gboolean patient = self->retries == G_MAXUINT;

  if (!patient && !gst_rec_http_shared_has_answered (self->shared) &&
      try >= MAX_RETRIES_UNKNOWN)
    return FALSE;

  return try < self->retries;
}

/* Sends @request until it is answered for good or the tries are used up, in
 * which case the last answer, if there was one, is the answer. */
gboolean
gst_rec_http_send (GstRecHttp * self, const GstRecHttpRequest * request,
    const GstRecHttpProtocol * protocol, gpointer data,
    GstRecHttpResponse * response, GCancellable * cancellable, GError ** error)
{
  GError *reason = NULL;

  g_main_context_push_thread_default (self->context);

  for (guint try = 0;; try++) {
    GTimeSpan delay = gst_rec_backoff_delay (&backoff, try, g_random_double ());

    g_clear_error (&reason);
    gst_rec_http_response_clear (response);

    if (try_once (self, request, protocol, data, response, cancellable,
            &reason)) {
      gst_rec_http_shared_set_answered (self->shared);
      if (!gst_rec_http_status_is_transient (response->status) &&
          !protocol->again (self, response, data))
        break;
      delay = MAX (delay, gst_rec_http_retry_after
          (gst_rec_http_response_header (response, "Retry-After"),
              server_time (self)));
    } else if (!transport_error_is_transient (reason)) {
      break;
    }

    if (!may_try_again (self, try))
      break;
    if (!gst_rec_http_sleep (delay, cancellable, self->stop)) {
      if (reason == NULL)
        g_cancellable_set_error_if_cancelled (cancellable, &reason);
      break;
    }
    gst_rec_http_shared_count_retry (self->shared);
  }

  g_main_context_pop_thread_default (self->context);

  if (reason == NULL)
    return TRUE;

  explain_transport_error (error, reason);
  return FALSE;
}
