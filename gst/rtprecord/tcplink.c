/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* RTP and RTCP over one TCP connection (RFC 4571), which the peer opens, or we
 * do (RFC 4145).
 *
 * A recording survives its connection: whoever opened it opens it again. One
 * peer has the stream at a time. While valid packets of it come, whoever else
 * connects is turned away; a peer that is silent gives way as one of UDP does
 * (sourcelatch.c), and one that has gone, at once.
 *
 * Nobody waits for a peer that does not read: our RTCP is dropped then, by whole
 * frames, for the stream of bytes must stay in step. */

#include "tcplink.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/backoff.h"
#include "framing.h"

#define CONNECT_TIMEOUT 5       /* s */
#define ACCEPT_PAUSE 100        /* ms */

/* A peer that vanished is found out within 25 s. */
#define KEEPALIVE_IDLE 10       /* s */
#define KEEPALIVE_INTERVAL 5    /* s */
#define KEEPALIVE_PROBES 3

/* In a row: there is no way back into step (RFC 4571 has none) but a new
 * connection. */
#define MAX_FOREIGN_FRAMES 16

static const GstRecBackoff backoff = {
  .initial = 250 * G_TIME_SPAN_MILLISECOND,
  .max = 2 * G_TIME_SPAN_SECOND,
};

struct _GstRecTcpLink
{
  GInetSocketAddress *address;
  gboolean is_active;
  GstRecSession *session;
  GstRecStreamState *state;     /* by the session's lock */
  GSocket *listener;            /* NULL if active */

  /* reader's thread */
  GstRecDeframer *deframer;
  GSocketAddress *peer_address;
  GstRecSource peer;
  GstClockTime since;           /* running time */
  guint attempt;                /* to connect, since packets came last */
  guint foreign_frames;         /* since a packet came last */

  /* writer's thread */
  GSocket *writing;
  GByteArray *unsent;           /* the rest of a frame that was begun */

  GMutex lock;
  GSocket *connection;          /* by lock; set by the reader only */
  gchar *trouble;               /* by lock */
};

static GSocket *
listen_on (GInetSocketAddress * address, GError ** error)
{
  g_autoptr (GSocket) socket =
      g_socket_new (g_socket_address_get_family (G_SOCKET_ADDRESS (address)),
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL
      || !g_socket_bind (socket, G_SOCKET_ADDRESS (address), TRUE, error)
      || !g_socket_listen (socket, error))
    return NULL;
  g_socket_set_blocking (socket, FALSE);

  return g_steal_pointer (&socket);
}

/* @state must outlive the link's reader and writer. */
GstRecTcpLink *
gst_rec_tcp_link_new (const GstRecTcpEndpoint * endpoint,
    GstRecSession * session, GstRecStreamState * state, GError ** error)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (endpoint->host, endpoint->port);
  g_autoptr (GError) reason = NULL;
  GSocket *listener = NULL;
  GstRecTcpLink *self;

  if (!endpoint->is_active) {
    listener = listen_on (G_INET_SOCKET_ADDRESS (address), &reason);
    if (listener == NULL) {
      g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ,
          "Cannot listen on %s TCP port %u: %s. Choose a free port and an "
          "address of this machine in the SDP", endpoint->host,
          endpoint->port, reason->message);
      return NULL;
    }
  }

  self = g_atomic_rc_box_new0 (GstRecTcpLink);
  self->address = G_INET_SOCKET_ADDRESS (g_steal_pointer (&address));
  self->is_active = endpoint->is_active;
  self->session = gst_rec_session_ref (session);
  self->state = state;
  self->listener = listener;
  self->deframer = gst_rec_deframer_new ();
  self->unsent = g_byte_array_new ();
  g_mutex_init (&self->lock);

  return self;
}

static void
link_clear (GstRecTcpLink * self)
{
  g_clear_object (&self->connection);
  g_clear_object (&self->writing);
  g_clear_object (&self->listener);
  g_clear_object (&self->peer_address);
  g_object_unref (self->address);
  gst_rec_session_unref (self->session);
  gst_rec_deframer_free (self->deframer);
  g_byte_array_unref (self->unsent);
  g_free (self->trouble);
  g_mutex_clear (&self->lock);
}

GstRecTcpLink *
gst_rec_tcp_link_ref (GstRecTcpLink * self)
{
  return g_atomic_rc_box_acquire (self);
}

void
gst_rec_tcp_link_unref (GstRecTcpLink * self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) link_clear);
}

static void
set_connection (GstRecTcpLink * self, GSocket * connection,
    const gchar * trouble)
{
  GSocket *former;

  g_mutex_lock (&self->lock);
  former = self->connection;
  self->connection = connection;
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  g_mutex_unlock (&self->lock);

  /* The writer may be at work on it, so its descriptor stays ours until that is
   * through. */
  if (former) {
    g_socket_shutdown (former, TRUE, TRUE, NULL);
    g_object_unref (former);
  }

  g_mutex_lock (&self->session->lock);
  self->state->connected = connection != NULL;
  if (connection)
    self->state->connections++;
  g_mutex_unlock (&self->session->lock);
}

/* Its reader is this thread. */
static void
drop_connection (GstRecTcpLink * self, const gchar * reason)
{
  GST_INFO ("port %u: the connection is gone: %s",
      g_inet_socket_address_get_port (self->address), reason);
  set_connection (self, NULL, reason);
}

static void
set_up (GSocket * socket)
{
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE,
      NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL,
      NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES,
      NULL);
}

static void
log_connection (GstRecTcpLink * self, GstClockTime now)
{
  GstRecStreamState *state = self->state;

  g_mutex_lock (&self->session->lock);
  if (state->connections > 1)
    gst_rec_session_log (self->session, state, (GstRecJournalEntry) {
          .event = GST_REC_EVENT_RECONNECTED,.time = now,
          .duration = state->last_packet == GST_CLOCK_TIME_NONE
          || state->last_packet > now ? 0 : now - state->last_packet});
  g_mutex_unlock (&self->session->lock);
}

static void
take_connection (GstRecTcpLink * self, GSocket * socket,
    GSocketAddress * address, GstClockTime now)
{
  GST_INFO ("port %u: connected",
      g_inet_socket_address_get_port (self->address));
  set_up (socket);
  gst_rec_deframer_reset (self->deframer);
  g_set_object (&self->peer_address, address);
  gst_rec_source_set (&self->peer, address);
  self->since = now;
  self->foreign_frames = 0;
  set_connection (self, g_object_ref (socket), NULL);
  log_connection (self, now);
}

/* FALSE: somebody has the stream, or this one may not. */
static gboolean
admits (GstRecTcpLink * self, GSocketAddress * address, GstClockTime now)
{
  GstRecSourceLatch latch = {.rtp = self->peer,.last = self->since };
  GstRecSource source;

  gst_rec_source_set (&source, address);
  g_mutex_lock (&self->session->lock);
  if (self->state->last_packet != GST_CLOCK_TIME_NONE)
    latch.last = MAX (latch.last, self->state->last_packet);
  g_mutex_unlock (&self->session->lock);

  if ((self->session->allowed == NULL
          || gst_rec_allowed_sources_match (self->session->allowed, address))
      && (self->connection == NULL
          || gst_rec_source_latch_admits (&latch, &source, now)))
    return TRUE;

  gst_rec_session_note_refused (self->session, self->state, &source);
  return FALSE;
}

/* Returns whether it was cancelled. */
static gboolean
wait_for (GPollFD * fds, guint n_fds, GCancellable * cancellable, gint ms)
{
  gboolean has_fd = g_cancellable_make_pollfd (cancellable, &fds[n_fds]);

  g_poll (fds, n_fds + has_fd, ms);
  if (has_fd)
    g_cancellable_release_fd (cancellable);

  return g_cancellable_is_cancelled (cancellable);
}

static void
accept_peer (GstRecTcpLink * self, GstRecTcpClockFunc clock,
    gpointer user_data, GCancellable * cancellable)
{
  g_autoptr (GSocket) socket = g_socket_accept (self->listener, NULL, NULL);
  g_autoptr (GSocketAddress) address =
      socket ? g_socket_get_remote_address (socket, NULL) : NULL;
  GstClockTime now = clock (user_data);
  GPollFD fds[1];

  /* With no descriptor left it stays at the door, and we do not run in
   * circles. */
  if (socket == NULL)
    wait_for (fds, 0, cancellable, ACCEPT_PAUSE);
  else if (address && admits (self, address, now))
    take_connection (self, socket, address, now);
}

static gboolean
connect_to_peer (GstRecTcpLink * self, GCancellable * cancellable,
    GstClockTime now, GError ** error)
{
  GSocketAddress *address = G_SOCKET_ADDRESS (self->address);
  g_autoptr (GSocket) socket =
      g_socket_new (g_socket_address_get_family (address),
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return FALSE;
  g_socket_set_timeout (socket, CONNECT_TIMEOUT);
  if (!g_socket_connect (socket, address, cancellable, error))
    return FALSE;
  take_connection (self, socket, address, now);

  return TRUE;
}

static void
try_to_connect (GstRecTcpLink * self, GstRecTcpClockFunc clock,
    gpointer user_data, GCancellable * cancellable)
{
  g_autoptr (GError) error = NULL;
  GTimeSpan delay;
  GPollFD fds[1];

  /* After a connection that brought nothing, too: it is no use to hurry. */
  if (self->attempt > 0) {
    delay = gst_rec_backoff_delay (&backoff, self->attempt - 1,
        g_random_double ());
    if (wait_for (fds, 0, cancellable, delay / G_TIME_SPAN_MILLISECOND))
      return;
  }
  self->attempt++;
  if (connect_to_peer (self, cancellable, clock (user_data), &error)
      || g_cancellable_is_cancelled (cancellable))
    return;

  GST_INFO ("port %u: cannot connect: %s",
      g_inet_socket_address_get_port (self->address), error->message);
  set_connection (self, NULL, error->message);
}

static void
read_some (GstRecTcpLink * self)
{
  g_autoptr (GError) error = NULL;
  gsize room;
  guint8 *to = gst_rec_deframer_reserve (self->deframer, &room);
  gssize n_read = g_socket_receive_with_blocking (self->connection,
      (gchar *) to, room, FALSE, NULL, &error);

  if (n_read > 0)
    gst_rec_deframer_commit (self->deframer, n_read);
  else if (n_read == 0)
    drop_connection (self, "the peer closed it");
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    drop_connection (self, error->message);
}

/* A peer that connects again has closed before: what it said before that, and
 * that it closed, comes first. */
static void
wait_for_bytes (GstRecTcpLink * self, GstRecTcpClockFunc clock,
    gpointer user_data, GCancellable * cancellable)
{
  GPollFD fds[3];
  GPollFD *connection = NULL, *listener = NULL;
  guint n_fds = 0;

  if (self->connection) {
    connection = &fds[n_fds++];
    *connection = (GPollFD) { g_socket_get_fd (self->connection), G_IO_IN, 0 };
  }
  if (self->listener) {
    listener = &fds[n_fds++];
    *listener = (GPollFD) { g_socket_get_fd (self->listener), G_IO_IN, 0 };
  }
  if (wait_for (fds, n_fds, cancellable, -1))
    return;
  if (connection && connection->revents)
    read_some (self);
  else if (listener && listener->revents)
    accept_peer (self, clock, user_data, cancellable);
}

/* RTP, RTCP, and either in SRTP begin with version 2 (RFC 3550, 5.1). */
static gboolean
is_foreign (const guint8 * packet)
{
  return (packet[0] & 0xc0) != 0x80;
}

static const guint8 *
next_packet (GstRecTcpLink * self, gsize * size)
{
  const guint8 *packet = gst_rec_deframer_next (self->deframer, size);

  if (packet == NULL)
    return NULL;
  if (!is_foreign (packet)) {
    self->attempt = self->foreign_frames = 0;
    return packet;
  }
  if (++self->foreign_frames < MAX_FOREIGN_FRAMES)
    return packet;
  drop_connection (self, "what came is not RTP in the framing of RFC 4571");
  gst_rec_deframer_reset (self->deframer);

  return NULL;
}

/* Waits for the next packet, and as long as it takes for who sends it. Valid
 * until the next call. @peer is lent. NULL: @cancellable was. */
const guint8 *
gst_rec_tcp_link_receive (GstRecTcpLink * self, GstRecTcpClockFunc clock,
    gpointer user_data, GCancellable * cancellable, gsize * size,
    GSocketAddress ** peer)
{
  while (!g_cancellable_is_cancelled (cancellable)) {
    const guint8 *packet = next_packet (self, size);

    if (packet) {
      *peer = self->peer_address;
      return packet;
    }
    if (self->is_active && self->connection == NULL)
      try_to_connect (self, clock, user_data, cancellable);
    else
      wait_for_bytes (self, clock, user_data, cancellable);
  }

  return NULL;
}

/* Nobody reads any more. */
void
gst_rec_tcp_link_disconnect (GstRecTcpLink * self)
{
  set_connection (self, NULL, NULL);
  gst_rec_deframer_reset (self->deframer);
  self->attempt = 0;
}

/* As much as the peer takes at once. */
static void
flush (GstRecTcpLink * self)
{
  while (self->unsent->len > 0) {
    gssize n_sent = g_socket_send_with_blocking (self->writing,
        (const gchar *) self->unsent->data, self->unsent->len, FALSE, NULL,
        NULL);

    if (n_sent <= 0)
      return;
    g_byte_array_remove_range (self->unsent, 0, n_sent);
  }
}

static GSocket *
ref_connection (GstRecTcpLink * self)
{
  GSocket *connection;

  g_mutex_lock (&self->lock);
  connection = self->connection ? g_object_ref (self->connection) : NULL;
  g_mutex_unlock (&self->lock);

  return connection;
}

/* Never waits. */
void
gst_rec_tcp_link_send (GstRecTcpLink * self, const guint8 * packet, gsize size)
{
  g_autoptr (GSocket) connection = ref_connection (self);
  gsize frame = size + GST_REC_FRAME_HEADER_SIZE;

  if (connection != self->writing) {
    g_byte_array_set_size (self->unsent, 0);
    g_set_object (&self->writing, connection);
  }
  if (connection == NULL)
    return;

  flush (self);
  if (self->unsent->len == 0) {
    gst_rec_frame_append (self->unsent, packet, size);
    flush (self);
    if (self->unsent->len < frame)
      return;
    g_byte_array_set_size (self->unsent, 0);
  }
  g_mutex_lock (&self->session->lock);
  self->state->rtcp_dropped++;
  g_mutex_unlock (&self->session->lock);
}

/* Why there is no connection, where a reason is known; else NULL. */
gchar *
gst_rec_tcp_link_get_trouble (GstRecTcpLink * self)
{
  gchar *trouble;

  g_mutex_lock (&self->lock);
  trouble = g_strdup (self->trouble);
  g_mutex_unlock (&self->lock);

  return trouble;
}
