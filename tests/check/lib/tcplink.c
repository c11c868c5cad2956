/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <sys/socket.h>

#include "framing.h"
#include "tcplink.h"

#define PACKET 1400
#define SMALL_BUFFER 4096

typedef struct
{
  GstRecSession *session;
  GstRecStreamState state;
  GstRecTcpLink *link;
  GCancellable *cancellable;
  GThread *reader;
  GSocket *peer;
  GstRecDeframer *deframer;
  guint32 expected;             /* number of the next packet at the least */
  guint n_received;
} Fixture;

static GstClockTime
no_time (gpointer user_data G_GNUC_UNUSED)
{
  return 0;
}

static gpointer
read_all (gpointer data)
{
  Fixture *f = data;
  GSocketAddress *peer;
  gsize size;

  while (gst_rec_tcp_link_receive (f->link, no_time, NULL, f->cancellable,
          &size, &peer));

  return NULL;
}

static guint64
get (Fixture * f, guint64 * value)
{
  guint64 copy;

  g_mutex_lock (&f->session->lock);
  copy = *value;
  g_mutex_unlock (&f->session->lock);

  return copy;
}

static guint16
free_port (void)
{
  g_autoptr (GSocketAddress) any =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  fail_unless (g_socket_bind (socket, any, TRUE, NULL));
  address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* A link, and a peer that has connected and can hold little. */
static void
setup (Fixture * f)
{
  const GstRecTcpEndpoint endpoint = { "127.0.0.1", free_port (), FALSE };
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (endpoint.host, endpoint.port);

  *f = (Fixture) {.session = gst_rec_session_new () };
  gst_rec_session_add_stream (f->session, &f->state, FALSE);
  f->link = gst_rec_tcp_link_new (&endpoint, f->session, &f->state, NULL);
  fail_unless (f->link != NULL);
  f->cancellable = g_cancellable_new ();
  f->deframer = gst_rec_deframer_new ();
  f->peer = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);
  g_socket_set_timeout (f->peer, 20);
  g_socket_set_option (f->peer, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER, NULL);
  fail_unless (g_socket_connect (f->peer, address, NULL, NULL));
  f->reader = g_thread_new ("reader", read_all, f);
  while (get (f, &f->state.connections) == 0)
    g_thread_yield ();
}

static void
teardown (Fixture * f)
{
  g_object_unref (f->peer);
  g_object_unref (f->cancellable);
  gst_rec_deframer_free (f->deframer);
  gst_rec_tcp_link_unref (f->link);
  gst_rec_session_remove_streams (f->session);
  gst_rec_session_unref (f->session);
}

static void
send_packet (Fixture * f, guint32 number)
{
  guint8 packet[PACKET];

  memset (packet, number, sizeof packet);
  GST_WRITE_UINT32_BE (packet, number);
  gst_rec_tcp_link_send (f->link, packet, sizeof packet);
}

/* What came is whole, in order, and what was sent. */
static void
check_packets (Fixture * f)
{
  const guint8 *packet;
  gsize size;

  while ((packet = gst_rec_deframer_next (f->deframer, &size))) {
    guint32 number;

    fail_unless_equals_uint64 (size, PACKET);
    number = GST_READ_UINT32_BE (packet);
    fail_unless (number >= f->expected);
    fail_unless_equals_int (packet[size - 1], number & 0xff);
    f->expected = number + 1;
    f->n_received++;
  }
}

/* FALSE at the end. */
static gboolean
peer_reads (Fixture * f, gboolean blocking)
{
  gsize room;
  guint8 *to = gst_rec_deframer_reserve (f->deframer, &room);
  gssize n_read = g_socket_receive_with_blocking (f->peer, (gchar *) to, room,
      blocking, NULL, NULL);

  if (n_read <= 0)
    return FALSE;
  gst_rec_deframer_commit (f->deframer, n_read);
  check_packets (f);

  return TRUE;
}

GST_START_TEST (test_peer_that_does_not_read_loses_whole_packets)
{
  guint64 *dropped;
  guint32 n = 0;
  guint64 n_dropped;
  Fixture f;

  setup (&f);
  dropped = &f.state.rtcp_dropped;
  while (get (&f, dropped) < 100)
    send_packet (&f, n++);
  fail_unless (n > 100);

  do {
    n_dropped = get (&f, dropped);
    while (peer_reads (&f, FALSE));
    send_packet (&f, n++);
  } while (get (&f, dropped) > n_dropped);

  g_cancellable_cancel (f.cancellable);
  g_thread_join (f.reader);
  gst_rec_tcp_link_disconnect (f.link);
  while (peer_reads (&f, TRUE));
  fail_unless_equals_int (f.expected, n);
  fail_unless_equals_uint64 (f.n_received + n_dropped, n);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_another_connection_is_written_down)
{
  g_autoptr (GSocketAddress) address = NULL;
  GstRecJournalEntry entry;
  Fixture f;

  setup (&f);
  fail_unless_equals_uint64 (get (&f, &f.session->journal.written), 0);
  address = g_socket_get_remote_address (f.peer, NULL);
  g_object_unref (f.peer);
  f.peer = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);
  fail_unless (g_socket_connect (f.peer, address, NULL, NULL));
  while (get (&f, &f.session->journal.written) == 0)
    g_thread_yield ();
  g_cancellable_cancel (f.cancellable);
  g_thread_join (f.reader);

  fail_unless (gst_rec_journal_take (&f.session->journal, &entry));
  fail_unless_equals_int (entry.event, GST_REC_EVENT_RECONNECTED);
  fail_unless (entry.stream == &f.state);
  gst_rec_tcp_link_disconnect (f.link);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_without_a_connection_nothing_is_kept)
{
  Fixture f;

  setup (&f);
  g_cancellable_cancel (f.cancellable);
  g_thread_join (f.reader);
  gst_rec_tcp_link_disconnect (f.link);
  send_packet (&f, 1);
  fail_if (peer_reads (&f, TRUE));
  fail_unless_equals_uint64 (f.state.rtcp_dropped, 0);
  fail_if (f.state.connected);
  teardown (&f);
}

GST_END_TEST;

static Suite *
tcplink_suite (void)
{
  Suite *s = suite_create ("tcplink");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_peer_that_does_not_read_loses_whole_packets);
  tcase_add_test (tc, test_another_connection_is_written_down);
  tcase_add_test (tc, test_without_a_connection_nothing_is_kept);

  return s;
}

GST_CHECK_MAIN (tcplink);
