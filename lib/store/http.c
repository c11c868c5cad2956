/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "http.h"

#include <string.h>

#include "base/backoff.h"
#include "store/store.h"

/* No answer of a store is larger: a list has at most 1000 entries. */
#define MAX_ANSWER (8 * 1024 * 1024)
/* A store that wants to be left alone for longer is not waited for. */
#define MAX_RETRY_AFTER (2 * G_TIME_SPAN_MINUTE)

static const GstRecBackoff backoff = {
  200 * G_TIME_SPAN_MILLISECOND, 20 * G_TIME_SPAN_SECOND
};

struct _GstRecHttp
{
  GMainContext *context;
  SoupSession *session;
  guint retries;
  GCancellable *stop;
  gint *n_retries;
  GTimeSpan clock_offset;       /* the server's clock less ours */
};

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
  self->n_retries = config->n_retries;
  self->stop = config->stop ? g_object_ref (config->stop) : NULL;
  self->context = g_main_context_new ();

  g_main_context_push_thread_default (self->context);
  self->session = soup_session_new_with_options ("timeout", config->timeout,
      "user-agent", PACKAGE "/" VERSION, "max-conns", 1,
      "max-conns-per-host", 1, NULL);
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
  g_clear_object (&self->session);
  g_main_context_pop_thread_default (self->context);

  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->stop);
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

/* us since 1970, or -1 */
static gint64
parse_date (const gchar * value)
{
  g_autoptr (GDateTime) date =
      value ? soup_date_time_new_from_http_string (value) : NULL;

  return date ? g_date_time_to_unix (date) * G_USEC_PER_SEC : -1;
}

/* Believes the server's clock from now on. */
void
gst_rec_http_set_clock (GstRecHttp * self, const GstRecHttpResponse * response)
{
  gint64 date = parse_date (gst_rec_http_response_header (response, "Date"));

  if (date >= 0)
    self->clock_offset = date - g_get_real_time ();
}

/* The server's clock less ours, as far as that is known. */
GTimeSpan
gst_rec_http_get_clock_offset (const GstRecHttp * self)
{
  return self->clock_offset;
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

/* Sleeps until @delay is over. FALSE if there is no point in going on. */
static gboolean
sleep_well (GstRecHttp * self, GTimeSpan delay, GCancellable * cancellable)
{
  GPollFD fds[2];
  gboolean has_cancel = g_cancellable_make_pollfd (cancellable, &fds[0]);
  gboolean has_stop =
      g_cancellable_make_pollfd (self->stop, &fds[has_cancel]);

  g_poll (fds, has_cancel + has_stop, delay / G_TIME_SPAN_MILLISECOND);

  if (has_cancel)
    g_cancellable_release_fd (cancellable);
  if (has_stop)
    g_cancellable_release_fd (self->stop);

  return !g_cancellable_is_cancelled (cancellable) &&
      !g_cancellable_is_cancelled (self->stop);
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
offer_http_1_1 (SoupMessage * message G_GNUC_UNUSED, GSocketClientEvent event,
    GIOStream * connection, gpointer data G_GNUC_UNUSED)
{
  static const gchar *const protocols[] = { "http/1.1", NULL };

  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (connection),
        protocols);
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

static gboolean
try_once (GstRecHttp * self, const GstRecHttpRequest * request,
    const GstRecHttpProtocol * protocol, gpointer data,
    GstRecHttpResponse * response, GCancellable * cancellable, GError ** error)
{
  g_autoptr (SoupMessage) message =
      soup_message_new (request->method, request->uri);

  if (message == NULL) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "%s is no valid address", request->uri);
    return FALSE;
  }

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "network-event", G_CALLBACK (offer_http_1_1),
      NULL);
  if (request->body) {
    g_autoptr (GInputStream) body = gst_rec_body_read (request->body);

    soup_message_set_request_body (message, request->content_type, body,
        gst_rec_body_size (request->body));
  }
  protocol->sign (message, g_get_real_time () + self->clock_offset, data);

  g_autoptr (GInputStream) stream =
      soup_session_send (self->session, message, cancellable, error);
  if (stream == NULL)
    return FALSE;

  response->body = take_answer (request, message, stream, cancellable, error);
  if (response->body == NULL)
    return FALSE;

  response->status = soup_message_get_status (message);
  response->message = g_steal_pointer (&message);

  return TRUE;
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
      if (!gst_rec_http_status_is_transient (response->status) &&
          !protocol->again (self, response, data))
        break;
      delay = MAX (delay, gst_rec_http_retry_after
          (gst_rec_http_response_header (response, "Retry-After"),
              g_get_real_time () + self->clock_offset));
    } else if (!transport_error_is_transient (reason)) {
      break;
    }

    if (try >= self->retries || !sleep_well (self, delay, cancellable))
      break;
    if (self->n_retries)
      g_atomic_int_inc (self->n_retries);
  }

  g_main_context_pop_thread_default (self->context);

  if (reason == NULL)
    return TRUE;

  explain_transport_error (error, reason);
  return FALSE;
}
