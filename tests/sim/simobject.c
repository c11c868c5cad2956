/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* Sockets and no HTTP library: a library sends no wrong answers. */
#include "simobject.h"

#include <string.h>

#include <gio/gio.h>

typedef struct
{
  SimObjectFault fault;
  guint64 argument;
} Fault;

struct _SimObject
{
  GSocketService *service;
  GThread *thread;
  GMainContext *context;
  GCancellable *stop;
  guint16 port;

  GMutex lock;                  /* of what follows */
  GQueue faults;                /* for the GETs to come */
  GPtrArray *requests;          /* their heads */
  guint n_connections;
  gsize size;
  guint generation;             /* of the object: which bytes it has */
  guint64 silent_from, silent_to;
};

typedef struct
{
  gchar *head;
  guint64 first, last;          /* the range, or all of the object */
  gboolean has_range;
  gboolean matches;             /* what If-Match asks for */
  gsize size;                   /* of the object */
  guint generation;
  Fault fault;
} Request;

/* Of no period that a part or a block has. */
guint8
sim_object_byte (guint generation, guint64 offset)
{
  return (offset * 2654435761u >> 13) + offset % 251 + generation * 101;
}

static gchar *
make_etag (guint generation)
{
  return g_strdup_printf ("\"generation-%u\"", generation);
}

static const gchar *
find_header (const gchar * head, const gchar * name)
{
  g_autofree gchar *needle = g_strdup_printf ("\r\n%s: ", name);
  gsize length = strlen (needle);

  for (const gchar * c = head; (c = strchr (c, '\r')); c++)
    if (g_ascii_strncasecmp (c, needle, length) == 0)
      return c + length;

  return NULL;
}

/* The head of a request, or NULL when the client has gone. */
static gchar *
read_head (GInputStream * in, GCancellable * stop)
{
  GString *head = g_string_new (NULL);
  gchar c;

  while (g_input_stream_read (in, &c, 1, stop, NULL) == 1) {
    g_string_append_c (head, c);
    if (g_str_has_suffix (head->str, "\r\n\r\n"))
      return g_string_free (head, FALSE);
  }
  g_string_free (head, TRUE);

  return NULL;
}

static void
parse_request (SimObject * self, Request * request)
{
  const gchar *range = find_header (request->head, "Range");
  const gchar *match = find_header (request->head, "If-Match");
  g_autofree gchar *etag = NULL;
  Fault *fault = NULL;
  guint64 silent_from, silent_to;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->requests, g_strdup (request->head));
  request->size = self->size;
  request->generation = self->generation;
  silent_from = self->silent_from;
  silent_to = self->silent_to;
  if (g_str_has_prefix (request->head, "GET "))
    fault = g_queue_pop_head (&self->faults);
  g_mutex_unlock (&self->lock);

  if (fault)
    request->fault = *fault;
  g_free (fault);

  etag = make_etag (request->generation);
  request->matches = match == NULL || g_str_has_prefix (match, etag);
  request->first = 0;
  request->last = request->size - 1;
  if (range && g_str_has_prefix (range, "bytes=")) {
    gchar *end;

    request->has_range = TRUE;
    request->first = g_ascii_strtoull (range + strlen ("bytes="), &end, 10);
    request->last = MIN (g_ascii_strtoull (end + 1, NULL, 10), request->last);
    if (request->first >= silent_from && request->first < silent_to)
      request->fault = (Fault) { SIM_OBJECT_STALL, 0 };
  }
}

static void
send_body (SimObject * self, const Request * request, guint64 length,
    gboolean chunked, GOutputStream * out)
{
  guint64 shift = request->fault.fault == SIM_OBJECT_SHIFTED ?
      request->fault.argument : 0;
  gboolean cut = request->fault.fault == SIM_OBJECT_RESET ||
      request->fault.fault == SIM_OBJECT_STALL;
  gsize n = cut ? MIN (length, request->fault.argument) : length;
  g_autofree guint8 *bytes = g_malloc (n + 1);
  g_autofree gchar *size = g_strdup_printf ("%" G_GSIZE_MODIFIER "x\r\n", n);

  for (gsize i = 0; i < n; i++)
    bytes[i] = sim_object_byte (request->generation,
        request->first + shift + i);
  if (chunked)
    g_output_stream_write_all (out, size, strlen (size), NULL, self->stop,
        NULL);
  g_output_stream_write_all (out, bytes, n, NULL, self->stop, NULL);
  if (chunked)
    g_output_stream_write_all (out, "\r\n0\r\n\r\n", 7, NULL, self->stop, NULL);
}

static guint
status_of (const Request * request)
{
  if (request->fault.fault == SIM_OBJECT_STATUS)
    return request->fault.argument;
  if (!request->matches && request->fault.fault != SIM_OBJECT_CARELESS)
    return 412;
  if (request->has_range && request->first >= request->size)
    return 416;

  return request->has_range && request->fault.fault != SIM_OBJECT_WHOLE ?
      206 : 200;
}

/* FALSE when the connection is of no more use. */
static gboolean
answer (SimObject * self, Request * request, GOutputStream * out)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autofree gchar *etag = make_etag (request->generation);
  gboolean is_head = g_str_has_prefix (request->head, "HEAD ");
  SimObjectFault fault = request->fault.fault;
  guint64 argument = request->fault.argument;
  guint64 shift = fault == SIM_OBJECT_SHIFTED ? argument : 0;
  guint status = status_of (request);
  gboolean chunked = fault == SIM_OBJECT_LONG;
  guint64 length;

  if (status == 200)
    request->first = 0, request->last = request->size - 1;
  length = status < 300 ? request->last + 1 - request->first : 0;
  if (fault == SIM_OBJECT_SHORT)
    length -= argument;
  if (fault == SIM_OBJECT_LONG)
    length += argument;

  g_string_append_printf (head, "HTTP/1.1 %u X\r\nETag: %s\r\n"
      "Content-Type: video/mp4\r\nx-amz-meta-agent: 007\r\n"
      "x-amz-version-id: v%u\r\nx-amz-checksum-crc32c: AAAAAA==\r\n"
      "Last-Modified: Sat, 21 Nov 2026 17:00:00 GMT\r\n", status, etag,
      request->generation);
  if (status == 206 && fault != SIM_OBJECT_NO_RANGE)
    g_string_append_printf (head, "Content-Range: bytes %" G_GUINT64_FORMAT
        "-%" G_GUINT64_FORMAT "/%" G_GSIZE_FORMAT "\r\n",
        request->first + shift, request->last + shift, request->size);
  if (chunked)
    g_string_append (head, "Transfer-Encoding: chunked\r\n\r\n");
  else
    g_string_append_printf (head, "Content-Length: %" G_GUINT64_FORMAT
        "\r\n\r\n", length);

  if (!g_output_stream_write_all (out, head->str, head->len, NULL, self->stop,
          NULL))
    return FALSE;
  if (!is_head)
    send_body (self, request, length, chunked, out);
  if (fault == SIM_OBJECT_STALL) {
    GPollFD fd;

    /* Until the test is over */
    g_cancellable_make_pollfd (self->stop, &fd);
    g_poll (&fd, 1, -1);
    g_cancellable_release_fd (self->stop);
  }

  return fault != SIM_OBJECT_RESET && fault != SIM_OBJECT_STALL;
}

static gboolean
serve (GThreadedSocketService * service G_GNUC_UNUSED,
    GSocketConnection * connection, GObject * source G_GNUC_UNUSED,
    gpointer data)
{
  SimObject *self = data;
  GIOStream *stream = G_IO_STREAM (connection);
  g_autoptr (GInputStream) in = g_buffered_input_stream_new
      (g_io_stream_get_input_stream (stream));
  GOutputStream *out = g_io_stream_get_output_stream (stream);
  gboolean alive = TRUE;

  g_mutex_lock (&self->lock);
  self->n_connections++;
  g_mutex_unlock (&self->lock);

  while (alive) {
    Request request = {.head = read_head (in, self->stop) };

    if (request.head == NULL)
      break;
    parse_request (self, &request);
    alive = answer (self, &request, out);
    g_free (request.head);
  }
  g_io_stream_close (stream, NULL, NULL);

  return TRUE;
}

static gpointer
run (gpointer data)
{
  SimObject *self = data;

  g_main_context_push_thread_default (self->context);
  while (!g_cancellable_is_cancelled (self->stop))
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

SimObject *
sim_object_new (gsize size)
{
  SimObject *self = g_new0 (SimObject, 1);
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_mutex_init (&self->lock);
  g_queue_init (&self->faults);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->size = size;
  self->generation = 1;
  self->stop = g_cancellable_new ();
  self->context = g_main_context_new ();

  g_main_context_push_thread_default (self->context);
  self->service = g_threaded_socket_service_new (64);
  g_signal_connect (self->service, "run", G_CALLBACK (serve), self);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any,
          G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, NULL))
    g_error ("no port to listen on");
  g_socket_service_start (self->service);
  g_main_context_pop_thread_default (self->context);

  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->thread = g_thread_new ("simobject", run, self);

  return self;
}

/* Its clients have gone, or go away by what is cancelled here. */
void
sim_object_free (SimObject * self)
{
  g_socket_service_stop (self->service);
  g_cancellable_cancel (self->stop);
  g_main_context_wakeup (self->context);
  g_thread_join (self->thread);
  /* Each connection's thread holds a reference, and so does the accepting. */
  g_main_context_push_thread_default (self->context);
  while (G_OBJECT (self->service)->ref_count > 1) {
    g_main_context_iteration (self->context, FALSE);
    g_usleep (1000);
  }
  g_main_context_pop_thread_default (self->context);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_main_context_unref (self->context);
  g_object_unref (self->stop);
  g_queue_clear_full (&self->faults, g_free);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gchar *
sim_object_endpoint (const SimObject * self)
{
  return g_strdup_printf ("http://127.0.0.1:%u", self->port);
}

/* For the next GETs that have none yet. */
void
sim_object_add_fault (SimObject * self, SimObjectFault fault,
    guint64 argument, guint times)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < times; i++) {
    Fault *next = g_new0 (Fault, 1);

    next->fault = fault;
    next->argument = argument;
    g_queue_push_tail (&self->faults, next);
  }
  g_mutex_unlock (&self->lock);
}

/* Ranges that begin from @from on, and before @to, are never answered. */
void
sim_object_set_silent (SimObject * self, guint64 from, guint64 to)
{
  g_mutex_lock (&self->lock);
  self->silent_from = from;
  self->silent_to = to;
  g_mutex_unlock (&self->lock);
}

/* Other bytes, another ETag. */
void
sim_object_replace (SimObject * self, gsize size)
{
  g_mutex_lock (&self->lock);
  self->size = size;
  self->generation++;
  g_mutex_unlock (&self->lock);
}

guint
sim_object_n_requests (SimObject * self, const gchar * method)
{
  guint n = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->requests->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (self->requests, i), method);
  g_mutex_unlock (&self->lock);

  return n;
}

guint
sim_object_n_connections (SimObject * self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_connections;
  g_mutex_unlock (&self->lock);

  return n;
}

gchar *
sim_object_last_request (SimObject * self)
{
  gchar *head;

  g_mutex_lock (&self->lock);
  head = g_strdup (self->requests->len == 0 ? "" :
      g_ptr_array_index (self->requests, self->requests->len - 1));
  g_mutex_unlock (&self->lock);

  return head;
}
