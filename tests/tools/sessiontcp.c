/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "sessiontcp.h"

struct _SessionTcp
{
  GSocketAddress *address;
  GSocket *listener;            /* or NULL */
  GSocket *connection;          /* once it is made */
  GstElement *src;              /* unowned */
  GMutex lock;                  /* so that RTP and RTCP go by whole frames */
};

SessionTcp *
session_tcp_new (guint port, gboolean listen, GError ** error)
{
  SessionTcp *self = g_new0 (SessionTcp, 1);

  g_mutex_init (&self->lock);
  self->address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  if (!listen)
    return self;

  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, error);
  if (self->listener
      && g_socket_bind (self->listener, self->address, TRUE, error)
      && g_socket_listen (self->listener, error))
    return self;
  session_tcp_free (self);

  return NULL;
}

void
session_tcp_free (SessionTcp * self)
{
  g_clear_object (&self->listener);
  g_clear_object (&self->connection);
  g_object_unref (self->address);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static GSocket *
try_to_connect (SessionTcp * self, GError ** error)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (!socket || !g_socket_connect (socket, self->address, NULL, error))
    return NULL;

  return g_steal_pointer (&socket);
}

static GSocket *
accept_until (SessionTcp * self, gint64 deadline, GError ** error)
{
  gint64 left = MAX (deadline - g_get_monotonic_time (), 1);

  if (!g_socket_condition_timed_wait (self->listener, G_IO_IN, left, NULL,
          error))
    return NULL;

  return g_socket_accept (self->listener, NULL, error);
}

/* Before the pipeline starts. */
gboolean
session_tcp_connect (SessionTcp * self, gint64 deadline, GError ** error)
{
  if (self->listener) {
    self->connection = accept_until (self, deadline, error);
  } else {
    while (!(self->connection = try_to_connect (self, NULL))
        && g_get_monotonic_time () < deadline)
      g_usleep (50000);
    if (!self->connection)
      self->connection = try_to_connect (self, error);
  }
  if (self->connection)
    g_object_set (self->src, "socket", self->connection, NULL);

  return self->connection != NULL;
}

static void
on_handoff (GstElement * sink, GstBuffer * buffer, GstPad * pad G_GNUC_UNUSED,
    SessionTcp * self)
{
  g_autoptr (GError) error = NULL;
  GstMapInfo map;
  gsize sent = 0;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  g_mutex_lock (&self->lock);
  while (sent < map.size && !error) {
    gssize n = g_socket_send (self->connection, (gchar *) map.data + sent,
        map.size - sent, NULL, &error);

    sent += MAX (n, 0);
  }
  g_mutex_unlock (&self->lock);
  gst_buffer_unmap (buffer, &map);
  if (error)
    GST_ELEMENT_ERROR (sink, RESOURCE, WRITE, ("cannot send: %s",
            error->message), (NULL));
}

/* One for the RTP, one for the RTCP. */
GstElement *
session_tcp_make_sink (SessionTcp * self)
{
  GstElement *bin = gst_parse_bin_from_description ("rtpstreampay ! "
      "fakesink name=out sync=false async=false signal-handoffs=true", TRUE,
      NULL);
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (bin), "out");

  g_signal_connect (out, "handoff", G_CALLBACK (on_handoff), self);

  return bin;
}

/* What comes back: RTCP. */
GstElement *
session_tcp_make_src (SessionTcp * self)
{
  GstElement *bin = gst_parse_bin_from_description ("socketsrc name=in ! "
      "application/x-rtcp-stream ! rtpstreamdepay", TRUE, NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (bin), "in");

  self->src = in;

  return bin;
}
