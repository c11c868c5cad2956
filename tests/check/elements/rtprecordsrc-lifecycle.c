/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Starts and stops at moments that are not convenient. What hangs is ended by
 * the test's timeout. */

#include <gio/gio.h>
#include <gst/check/gstcheck.h>

#define PCMU 0
#define PCMA 8
#define PACKET 160              /* 20 ms of either */
#define FULL 260                /* packets: more than a pad's queue takes */

typedef struct
{
  GstElement *pipeline, *src;
  GSocket *sender;
  guint16 video_port, audio_port;
  guint16 seq;
  guint32 ssrc;
} Fixture;

static GSocket *
socket_new (guint16 * port)
{
  g_autoptr (GSocketAddress) any =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  fail_unless (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));

  return socket;
}

static guint16
free_port (void)
{
  guint16 port;

  g_object_unref (socket_new (&port));

  return port;
}

static void
setup (Fixture * f, const gchar * properties)
{
  g_autofree gchar *sdp = NULL;
  g_autofree gchar *description = g_strdup_printf ("rtprecordsrc name=r "
      "latency=100 %s r.audio_0 ! fakesink async=false "
      "r.screen ! fakesink async=false", properties);
  GError *error = NULL;
  guint16 port;

  *f = (Fixture) {.ssrc = 0x1000 };
  f->video_port = free_port ();
  f->audio_port = free_port ();
  f->sender = socket_new (&port);
  f->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  f->src = gst_bin_get_by_name (GST_BIN (f->pipeline), "r");
  sdp = g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
      "c=IN IP4 127.0.0.1\r\nt=0 0\r\n"
      "m=video %u RTP/AVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\n"
      "m=audio %u RTP/AVP 0 8\r\na=rtcp-mux\r\n", f->video_port,
      f->audio_port);
  g_object_set (f->src, "sdp", sdp, NULL);
}

static void
teardown (Fixture * f)
{
  fail_unless_equals_int (gst_element_set_state (f->pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (f->src);
  gst_object_unref (f->pipeline);
  g_object_unref (f->sender);
}

static void
send_rtp (Fixture * f, guint16 port, guint8 pt, guint32 timestamp,
    const guint8 * payload, gsize size)
{
  g_autoptr (GSocketAddress) to =
      g_inet_socket_address_new_from_string ("127.0.0.1", port);
  guint8 packet[12 + PACKET] = { 0x80, pt, };

  GST_WRITE_UINT16_BE (packet + 2, f->seq++);
  GST_WRITE_UINT32_BE (packet + 4, timestamp);
  GST_WRITE_UINT32_BE (packet + 8, f->ssrc);
  memcpy (packet + 12, payload, size);
  g_socket_send_to (f->sender, to, (const gchar *) packet, 12 + size, NULL,
      NULL);
}

static void
send_sound (Fixture * f, guint8 pt, guint n)
{
  guint8 payload[PACKET] = { 0, };

  for (guint i = 0; i < n; i++) {
    send_rtp (f, f->audio_port, pt, f->seq * PACKET, payload, sizeof payload);
    g_usleep (1000);
  }
}

/* VP8 (RFC 7741): an inter frame, of which no picture can be made */
static void
send_picture (Fixture * f)
{
  static const guint8 payload[] = { 0x10, 0x31, 0x02, 0x00, 0x11, 0x22 };

  send_rtp (f, f->video_port, 0x80 | 96, f->seq * 3000, payload,
      sizeof payload);
}

static GstPadProbeReturn
block (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  return GST_PAD_PROBE_OK;
}

static void
block_pad (Fixture * f, const gchar * name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (f->src, name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, block, NULL,
      NULL);
}

/* The pad takes no more, so the jitter buffer of the first sender stands. */
static void
fill_blocked_pad (Fixture * f)
{
  block_pad (f, "audio_0");
  gst_element_set_state (f->pipeline, GST_STATE_PLAYING);
  send_sound (f, PCMU, FULL);
  g_usleep (400000);
}

/* After a silence that lets another sender take over. */
static void
take_over (Fixture * f, guint8 pt)
{
  g_usleep (300000);
  f->ssrc++;
  send_sound (f, pt, 10);
}

/* The decoder of the first codec cannot be stopped, and that of the second
 * waits for it. */
GST_START_TEST (test_it_stops_while_a_blocked_pad_changes_codec)
{
  Fixture f;

  setup (&f, "");
  fill_blocked_pad (&f);
  take_over (&f, PCMA);
  g_usleep (500000);
  teardown (&f);
}

GST_END_TEST;

/* rtpbin holds its lock until the first sender's jitter buffer is through. */
GST_START_TEST (test_it_stops_while_a_past_sender_is_blocked)
{
  Fixture f;

  setup (&f, "keyframe-interval=1");
  fill_blocked_pad (&f);
  take_over (&f, PCMU);
  take_over (&f, PCMU);
  for (guint i = 0; i < 50; i++) {
    send_picture (&f);
    g_usleep (33000);
  }
  teardown (&f);
}

GST_END_TEST;

static GstBusSyncReply
stop_at_message (GstBus * bus G_GNUC_UNUSED, GstMessage * message,
    gpointer user_data)
{
  Fixture *f = user_data;
  const GstStructure *s = gst_message_get_structure (message);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      && gst_structure_has_name (s, "rtprecord-stream"))
    gst_element_set_state (f->pipeline, GST_STATE_NULL);

  return GST_BUS_PASS;
}

static gboolean
is_null (Fixture * f)
{
  GstState state = GST_STATE_VOID_PENDING;

  for (guint i = 0; i < 100 && state != GST_STATE_NULL; i++) {
    gst_element_get_state (f->src, &state, NULL, 0);
    g_usleep (50000);
  }

  return state == GST_STATE_NULL;
}

/* Nothing that the message's thread does after that may need the session. The
 * ports are free. */
GST_START_TEST (test_a_message_may_be_the_reason_to_stop)
{
  g_autoptr (GstBus) bus = NULL;
  Fixture f;

  setup (&f, "");
  bus = gst_element_get_bus (f.pipeline);
  gst_bus_set_sync_handler (bus, stop_at_message, &f, NULL);
  for (guint i = 0; i < 3; i++) {
    fail_unless (gst_element_set_state (f.pipeline, GST_STATE_PLAYING) !=
        GST_STATE_CHANGE_FAILURE);
    for (guint k = 0; k < 5; k++)
      take_over (&f, PCMU);
    fail_unless (is_null (&f));
  }
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  teardown (&f);
}

GST_END_TEST;

static Suite *
rtprecordsrc_lifecycle_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-lifecycle");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_it_stops_while_a_blocked_pad_changes_codec);
  tcase_add_test (tc, test_it_stops_while_a_past_sender_is_blocked);
  tcase_add_test (tc, test_a_message_may_be_the_reason_to_stop);

  return s;
}

GST_CHECK_MAIN (rtprecordsrc_lifecycle);
