/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "rawserver.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef struct
{
  gint64 when;                  /* us, monotonic */
  gsize total;                  /* bytes of bodies that had come by then */
} Arrival;

struct _RawServer
{
  GSocket *listener;
  GCancellable *stop;
  GThread *thread;
  RawStep *steps;
  guint n_steps;

  GMutex lock;                  /* of what follows */
  GPtrArray *threads;           /* one a connection */
  guint n_connections;
  guint n_requests;
  GByteArray *received;
  GArray *arrivals;             /* of Arrival */
  gint tos;
};

typedef struct
{
  RawServer *server;
  GSocket *socket;
} Connection;

static const RawStep *
next_step (RawServer * self)
{
  g_mutex_lock (&self->lock);
  guint i = MIN (self->n_requests, self->n_steps - 1);
  self->n_requests++;
  g_mutex_unlock (&self->lock);

  return &self->steps[i];
}

static void
take (RawServer * self, const gchar * data, gsize size)
{
  g_mutex_lock (&self->lock);
  g_byte_array_append (self->received, (const guint8 *) data, size);
  Arrival arrival = { g_get_monotonic_time (), self->received->len };
  g_array_append_val (self->arrivals, arrival);
  g_mutex_unlock (&self->lock);
}

/* The head of a request, byte by byte, so that nothing behind it is read. Its
 * Content-Length, or -1 when the connection has ended. */
static gint64
read_head (Connection * self)
{
  g_autoptr (GString) head = g_string_new (NULL);
  gchar c;

  while (g_socket_receive (self->socket, &c, 1, self->server->stop, NULL) == 1) {
    g_string_append_c (head, c);
    if (!g_str_has_suffix (head->str, "\r\n\r\n"))
      continue;

    const gchar *length = strstr (head->str, "Content-Length: ");
    return length ? g_ascii_strtoll (length + 16, NULL, 10) : 0;
  }

  return -1;
}

static gboolean
read_body (Connection * self, gint64 size)
{
  gchar data[65536];

  while (size > 0) {
    gssize n = g_socket_receive (self->socket, data, MIN (sizeof (data),
            (guint64) size), self->server->stop, NULL);

    if (n <= 0)
      return FALSE;
    take (self->server, data, n);
    size -= n;
  }

  return TRUE;
}

static void
end_connection (Connection * self, RawEnd end)
{
  struct linger none = { 1, 0 };

  if (end == RAW_RESET)
    setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &none,
        sizeof (none));
  else if (end == RAW_STALL)
    g_socket_condition_wait (self->socket, G_IO_HUP, self->server->stop, NULL);
}

static void
note_tos (Connection * self)
{
  guint8 data[256] = { 0, };
  struct msghdr message = {.msg_control = data,
    .msg_controllen = sizeof (data)
  };
  socklen_t size = sizeof (data);

  /* How Linux tells of a stream what recvmsg() tells of a datagram. */
  if (getsockopt (g_socket_get_fd (self->socket), IPPROTO_IP, IP_PKTOPTIONS,
          data, &size) < 0)
    return;
  message.msg_controllen = size;
  for (struct cmsghdr * c = CMSG_FIRSTHDR (&message); c != NULL;
      c = CMSG_NXTHDR (&message, c))
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) {
      g_mutex_lock (&self->server->lock);
      self->server->tos = *CMSG_DATA (c);
      g_mutex_unlock (&self->server->lock);
    }
}

static gpointer
serve_connection (gpointer data)
{
  Connection *self = data;
  const RawStep *step;
  gint64 length;

  note_tos (self);
  while ((length = read_head (self)) >= 0) {
    step = next_step (self->server);
    if (!read_body (self, step->read < 0 ? length : step->read))
      break;
    if (step->answer)
      g_socket_send (self->socket, step->answer, strlen (step->answer),
          self->server->stop, NULL);
    end_connection (self, step->end);
    if (step->end != RAW_KEEP)
      break;
  }

  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_free (self);

  return NULL;
}

static gpointer
accept_connections (gpointer data)
{
  RawServer *self = data;
  GSocket *socket;

  while ((socket = g_socket_accept (self->listener, self->stop, NULL))) {
    Connection *connection = g_new (Connection, 1);

    connection->server = self;
    connection->socket = socket;
    g_mutex_lock (&self->lock);
    self->n_connections++;
    g_ptr_array_add (self->threads, g_thread_new ("connection",
            serve_connection, connection));
    g_mutex_unlock (&self->lock);
  }

  return NULL;
}

RawServer *
raw_server_new (GSocketFamily family, const RawStep * steps, guint n_steps)
{
  RawServer *self = g_new0 (RawServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (loopback, 0);

  self->steps = g_memdup2 (steps, n_steps * sizeof (RawStep));
  self->n_steps = n_steps;
  self->tos = -1;
  self->stop = g_cancellable_new ();
  self->threads = g_ptr_array_new ();
  self->received = g_byte_array_new ();
  self->arrivals = g_array_new (FALSE, FALSE, sizeof (Arrival));
  g_mutex_init (&self->lock);
  self->listener = g_socket_new (family, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);
  if (self->listener == NULL ||
      !g_socket_bind (self->listener, address, TRUE, NULL) ||
      !g_socket_listen (self->listener, NULL)) {
    raw_server_free (self);
    return NULL;
  }
  g_socket_set_option (self->listener, IPPROTO_IP, IP_RECVTOS, 1, NULL);
  self->thread = g_thread_new ("server", accept_connections, self);

  return self;
}

void
raw_server_free (RawServer * self)
{
  g_cancellable_cancel (self->stop);
  if (self->thread)
    g_thread_join (self->thread);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_unref (self->threads);
  g_byte_array_unref (self->received);
  g_array_unref (self->arrivals);
  g_clear_object (&self->listener);
  g_object_unref (self->stop);
  g_free (self->steps);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint16
raw_server_port (RawServer * self)
{
  g_autoptr (GSocketAddress) address =
      g_socket_get_local_address (self->listener, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

guint
raw_server_n_connections (RawServer * self)
{
  g_mutex_lock (&self->lock);
  guint n = self->n_connections;
  g_mutex_unlock (&self->lock);

  return n;
}

guint
raw_server_n_requests (RawServer * self)
{
  g_mutex_lock (&self->lock);
  guint n = self->n_requests;
  g_mutex_unlock (&self->lock);

  return n;
}

GBytes *
raw_server_get_received (RawServer * self)
{
  g_mutex_lock (&self->lock);
  GBytes *bytes = g_bytes_new (self->received->data, self->received->len);
  g_mutex_unlock (&self->lock);

  return bytes;
}

gint
raw_server_get_tos (RawServer * self)
{
  g_mutex_lock (&self->lock);
  gint tos = self->tos;
  g_mutex_unlock (&self->lock);

  return tos;
}

gint64
raw_server_get_lead (RawServer * self, gint64 start, guint64 rate)
{
  gint64 lead = G_MININT64;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->arrivals->len; i++) {
    Arrival *arrival = &g_array_index (self->arrivals, Arrival, i);
    gdouble allowed =
        (gdouble) rate * (arrival->when - start) / G_USEC_PER_SEC;

    lead = MAX (lead, (gint64) (arrival->total - allowed));
  }
  g_mutex_unlock (&self->lock);

  return lead;
}
