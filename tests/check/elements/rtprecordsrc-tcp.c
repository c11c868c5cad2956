/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* rtprecordsrc over TCP (RFC 4571), with a peer that does what it should, and
 * peers that do not. */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <gio/gio.h>
#include <gst/check/gstcheck.h>

#include "framing.h"
#include "srtp.h"

#define PCMU_PACKET 160         /* 20 ms */
#define RTP_HEADER 12
#define PATIENCE (20 * G_USEC_PER_SEC)

typedef struct
{
  GstElement *pipeline, *src;
  GSocketFamily family;
  guint16 port;
  guint16 seq;
  guint32 timestamp;
  GstRecSrtp *srtp;             /* of the peer, or NULL */
} Fixture;

static GSocketAddress *
loopback (Fixture * f, guint16 port)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_loopback (f->family);

  return g_inet_socket_address_new (inet, port);
}

static GSocket *
socket_new (Fixture * f)
{
  GSocket *socket = g_socket_new (f->family, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);

  fail_unless (socket != NULL);
  g_socket_set_timeout (socket, 20);

  return socket;
}

static GSocket *
listen_on (Fixture * f, guint16 port)
{
  g_autoptr (GSocketAddress) address = loopback (f, port);
  GSocket *socket = socket_new (f);

  fail_unless (g_socket_bind (socket, address, TRUE, NULL));
  fail_unless (g_socket_listen (socket, NULL));

  return socket;
}

static guint16
free_port (Fixture * f)
{
  g_autoptr (GSocket) socket = listen_on (f, 0);
  g_autoptr (GSocketAddress) address =
      g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static void
set_sdp (Fixture * f, const gchar * media)
{
  g_autofree gchar *sdp = g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"
      "s=-\r\nc=IN %s\r\nt=0 0\r\nm=%s %u %s\r\n",
      f->family == G_SOCKET_FAMILY_IPV6 ? "IP6 ::1" : "IP4 127.0.0.1",
      g_str_has_suffix (media, "VP8/90000") ? "video" : "audio", f->port,
      media);

  g_object_set (f->src, "sdp", sdp, NULL);
}

static void
setup (Fixture * f, const gchar * properties, const gchar * media)
{
  g_autofree gchar *description = g_strdup_printf ("rtprecordsrc name=r "
      "latency=100 %s r.audio_0 ! fakesink async=false", properties);
  GError *error = NULL;

  if (f->family == G_SOCKET_FAMILY_INVALID)
    f->family = G_SOCKET_FAMILY_IPV4;
  f->port = free_port (f);
  f->seq = 65530;
  f->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  f->src = gst_bin_get_by_name (GST_BIN (f->pipeline), "r");
  set_sdp (f, media);
}

static void
teardown (Fixture * f)
{
  fail_unless_equals_int (gst_element_set_state (f->pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (f->src);
  gst_object_unref (f->pipeline);
  g_clear_pointer (&f->srtp, gst_rec_srtp_free);
}

static guint64
stat_of (Fixture * f, const gchar * pad, const gchar * field)
{
  g_autoptr (GstStructure) stats = NULL;
  const GValue *stream;
  guint64 value = G_MAXUINT64;

  g_object_get (f->src, "stats", &stats, NULL);
  stream = gst_structure_get_value (stats, pad);
  fail_unless (stream != NULL, "no stats of %s", pad);
  fail_unless (gst_structure_get_uint64 (gst_value_get_structure (stream),
          field, &value), "no %s", field);

  return value;
}

static void
wait_for (Fixture * f, const gchar * field, guint64 expected)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  while (stat_of (f, "audio_0", field) < expected) {
    fail_unless (g_get_monotonic_time () < deadline, "%s stays at %"
        G_GUINT64_FORMAT, field, stat_of (f, "audio_0", field));
    g_usleep (2000);
  }
  fail_unless_equals_uint64 (stat_of (f, "audio_0", field), expected);
}

static GSocket *
connect_to (Fixture * f)
{
  g_autoptr (GSocketAddress) address = loopback (f, f->port);
  GSocket *socket = socket_new (f);
  GError *error = NULL;

  fail_unless (g_socket_connect (socket, address, NULL, &error), "%s",
      error ? error->message : "");

  return socket;
}

static void
send_bytes (GSocket * socket, const guint8 * data, gsize size, gsize step)
{
  while (size > 0) {
    gssize n = g_socket_send (socket, (const gchar *) data, MIN (step, size),
        NULL, NULL);

    fail_unless (n > 0);
    data += n;
    size -= n;
  }
}

static void
append_rtp (Fixture * f, GByteArray * bytes, guint8 pt)
{
  guint8 packet[RTP_HEADER + PCMU_PACKET + GST_REC_SRTP_OVERHEAD] = { 0x80, };
  gsize size = RTP_HEADER + PCMU_PACKET;

  packet[1] = pt;
  GST_WRITE_UINT16_BE (packet + 2, f->seq++);
  GST_WRITE_UINT32_BE (packet + 4, f->timestamp);
  GST_WRITE_UINT32_BE (packet + 8, 0x1234);
  f->timestamp += PCMU_PACKET;
  if (f->srtp)
    fail_unless (gst_rec_srtp_protect (f->srtp, packet, &size, FALSE));
  gst_rec_frame_append (bytes, packet, size);
}

static void
send_pcmu (Fixture * f, GSocket * socket, guint n_packets, gsize step)
{
  for (guint i = 0; i < n_packets; i++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    append_rtp (f, bytes, 0);
    send_bytes (socket, bytes->data, bytes->len, step);
  }
}

static void
check_is_closed (GSocket * socket)
{
  gchar byte;

  fail_unless (g_socket_receive (socket, &byte, 1, NULL, NULL) <= 0,
      "something came, and no end");
}

static void
check_no_error (Fixture * f)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (f->pipeline);

  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
}

static gchar *
pop_error (Fixture * f)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (f->pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless (message != NULL, "no error came");
  gst_message_parse_error (message, &error, &debug);

  return g_strdup_printf ("%s|%s", error->message, debug);
}

static void
play (Fixture * f)
{
  if (gst_element_set_state (f->pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE)
    fail ("%s", pop_error (f));
}

GST_START_TEST (test_packets_come_however_the_connection_cuts_them)
{
  static const gsize steps[] = { 1, 5, 1 << 16 };
  g_autoptr (GSocket) peer = NULL;
  Fixture f = { 0, };

  setup (&f, "", "TCP/RTP/AVP 0");
  play (&f);
  peer = connect_to (&f);
  g_socket_set_option (peer, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    send_pcmu (&f, peer, 2, steps[i]);
    wait_for (&f, "packets", 2 * (i + 1));
  }
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "connections"), 1);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "invalid-packets"), 0);
  check_no_error (&f);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_protocol_makes_tcp_of_every_section)
{
  g_autoptr (GSocket) peer = NULL;
  Fixture f = { 0, };

  setup (&f, "protocol=tcp", "RTP/AVP 0\r\na=rtcp:9");
  play (&f);
  peer = connect_to (&f);
  send_pcmu (&f, peer, 3, 1 << 16);
  wait_for (&f, "packets", 3);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_ipv6)
{
  g_autoptr (GSocket) peer = NULL;
  Fixture f = {.family = G_SOCKET_FAMILY_IPV6 };

  setup (&f, "", "TCP/RTP/AVP 0");
  play (&f);
  peer = connect_to (&f);
  send_pcmu (&f, peer, 3, 1 << 16);
  wait_for (&f, "packets", 3);
  teardown (&f);
}

GST_END_TEST;

/* A frame is cut off with its connection, and the next one begins anew. */
GST_START_TEST (test_stream_goes_on_over_a_new_connection)
{
  static const guint8 half[] = { 0, 172, 0x80, 0, 0xff };
  Fixture f = { 0, };

  setup (&f, "", "TCP/RTP/AVP 0");
  play (&f);
  for (guint i = 1; i <= 3; i++) {
    g_autoptr (GSocket) peer = connect_to (&f);

    send_pcmu (&f, peer, 5, 1 << 16);
    wait_for (&f, "packets", 5 * i);
    send_bytes (peer, half, sizeof half, sizeof half);
  }
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "connections"), 3);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "invalid-packets"), 0);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "refused-packets"), 0);
  check_no_error (&f);
  teardown (&f);
}

GST_END_TEST;

/* The peer listens when we have long tried, goes, and comes again. */
GST_START_TEST (test_client_connects_again)
{
  g_autoptr (GSocket) listener = NULL;
  Fixture f = { 0, };

  setup (&f, "", "TCP/RTP/AVP 0\r\na=setup:active");
  play (&f);
  g_usleep (300000);
  listener = listen_on (&f, f.port);
  for (guint i = 1; i <= 2; i++) {
    g_autoptr (GSocket) peer = g_socket_accept (listener, NULL, NULL);

    fail_unless (peer != NULL, "nobody connects");
    send_pcmu (&f, peer, 5, 1 << 16);
    wait_for (&f, "packets", 5 * i);
    fail_unless_equals_uint64 (stat_of (&f, "audio_0", "connections"), i);
  }
  check_no_error (&f);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_second_peer_is_turned_away)
{
  g_autoptr (GSocket) first = NULL, second = NULL;
  Fixture f = { 0, };

  setup (&f, "", "TCP/RTP/AVP 0");
  play (&f);
  first = connect_to (&f);
  send_pcmu (&f, first, 3, 1 << 16);
  wait_for (&f, "packets", 3);

  second = connect_to (&f);
  check_is_closed (second);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "refused-packets"), 1);
  send_pcmu (&f, first, 3, 1 << 16);
  wait_for (&f, "packets", 6);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "connections"), 1);
  teardown (&f);
}

GST_END_TEST;

/* It has vanished, or it never was the sender. */
GST_START_TEST (test_silent_peer_gives_way)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  g_autoptr (GSocket) first = NULL, next = NULL;
  Fixture f = { 0, };

  setup (&f, "", "TCP/RTP/AVP 0");
  play (&f);
  first = connect_to (&f);
  wait_for (&f, "connections", 1);
  while (stat_of (&f, "audio_0", "connections") < 2) {
    fail_unless (g_get_monotonic_time () < deadline);
    g_clear_object (&next);
    next = connect_to (&f);
    g_usleep (100000);
  }
  fail_unless (stat_of (&f, "audio_0", "refused-packets") > 0);
  check_is_closed (first);
  send_pcmu (&f, next, 3, 1 << 16);
  wait_for (&f, "packets", 3);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_source_that_is_not_allowed_is_turned_away)
{
  g_autoptr (GSocket) peer = NULL;
  g_autofree gchar *text = NULL;
  Fixture f = { 0, };

  setup (&f, "idle-timeout=1 allowed-source=192.0.2.7", "TCP/RTP/AVP 0");
  play (&f);
  peer = connect_to (&f);
  check_is_closed (peer);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "refused-packets"), 1);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "connections"), 0);
  text = pop_error (&f);
  fail_unless (strstr (text, "that 'allowed-source' does not have") != NULL,
      "%s", text);
  fail_unless (strstr (text, "1 times refused, last 127.0.0.1") != NULL, "%s",
      text);
  teardown (&f);
}

GST_END_TEST;

/* Frames of every length, of nothing that is RTP, and a length that never
 * comes: the recording takes the next peer as if nothing had been. */
GST_START_TEST (test_garbage_ends_its_connection_only)
{
  static const guint8 never[] = { 0xff, 0xff, 0x80, 0 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *noise = g_malloc0 (GST_REC_FRAME_MAX_SIZE);
  Fixture f = { 0, };

  for (guint i = 0; i < 16; i++)
    gst_rec_frame_append (bytes, noise, g_rand_int_range (rand, 0, 3000) + 1);
  setup (&f, "", "TCP/RTP/AVP 0");
  play (&f);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (GSocket) peer = connect_to (&f);

    if (i % 2 == 0) {
      send_bytes (peer, bytes->data, bytes->len, 1 << 20);
      check_is_closed (peer);
    } else {
      send_bytes (peer, never, sizeof never, sizeof never);
    }
  }
  wait_for (&f, "invalid-packets", 30);
  {
    g_autoptr (GSocket) peer = connect_to (&f);

    send_pcmu (&f, peer, 3, 1 << 16);
    wait_for (&f, "packets", 3);
  }
  check_no_error (&f);
  teardown (&f);
}

GST_END_TEST;

static void
receive_all (GSocket * socket, guint8 * data, gsize size)
{
  while (size > 0) {
    gssize n = g_socket_receive (socket, (gchar *) data, size, NULL, NULL);

    fail_unless (n > 0, "nothing comes");
    data += n;
    size -= n;
  }
}

/* Until a keyframe is asked for (PLI, RFC 4585, 6.3.1) in a frame. */
static void
check_pli_comes (GSocket * peer)
{
  for (guint i = 0; i < 50; i++) {
    guint8 header[2], packet[1500];
    guint size, offset = 0;

    receive_all (peer, header, sizeof header);
    size = GST_READ_UINT16_BE (header);
    fail_unless (size >= 8 && size <= sizeof packet);
    receive_all (peer, packet, size);
    while (offset + 4 <= size) {
      const guint8 *p = packet + offset;

      fail_unless (p[0] >> 6 == 2 && p[1] >= 200 && p[1] <= 207);
      if (p[1] == 206 && (p[0] & 0x1f) == 1)
        return;
      offset += 4 * (GST_READ_UINT16_BE (p + 2) + 1);
    }
  }
  fail ("no keyframe is asked for");
}

GST_START_TEST (test_our_rtcp_goes_back_over_the_connection)
{
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Fixture f = { 0, };

  setup (&f, "r.screen ! fakesink async=false",
      "TCP/RTP/AVPF 96\r\na=rtpmap:96 VP8/90000");
  play (&f);
  peer = connect_to (&f);
  for (guint i = 0; i < 4; i++)
    append_rtp (&f, bytes, 96);
  send_bytes (peer, bytes->data, bytes->len, bytes->len);
  check_pli_comes (peer);
  fail_unless_equals_uint64 (stat_of (&f, "screen", "rtcp-dropped"), 0);
  teardown (&f);
}

GST_END_TEST;

#define KEY "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e"
#define CRYPTO "AES_CM_128_HMAC_SHA1_80 inline:" KEY

GST_START_TEST (test_srtp_is_the_same_inside)
{
  g_autoptr (GSocket) peer = NULL;
  GstRecSrtpKey *key = NULL;
  Fixture f = { 0, };

  setup (&f, "", "TCP/RTP/SAVP 0\r\na=crypto:1 " CRYPTO);
  key = gst_rec_srtp_key_find ("m=audio 1 RTP/AVP 0\r\na=crypto:1 " CRYPTO
      "\r\n", 0, "crypto", NULL);
  fail_unless (key != NULL);
  f.srtp = gst_rec_srtp_new (key, key, NULL);
  play (&f);
  peer = connect_to (&f);
  send_pcmu (&f, peer, 3, 1);
  wait_for (&f, "packets", 3);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "undecryptable-packets"),
      0);
  teardown (&f);
  gst_rec_srtp_key_free (key);
}

GST_END_TEST;

GST_START_TEST (test_port_in_use_is_named_and_can_be_tried_again)
{
  g_autofree gchar *port = NULL, *text = NULL;
  GSocket *thief;
  Fixture f = { 0, };

  setup (&f, "", "TCP/RTP/AVP 0");
  thief = listen_on (&f, f.port);
  fail_unless_equals_int (gst_element_set_state (f.pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  port = g_strdup_printf ("Cannot listen on 127.0.0.1 TCP port %u", f.port);
  text = pop_error (&f);
  fail_unless (g_str_has_prefix (text, port), "%s", text);

  g_object_unref (thief);
  play (&f);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_peer_that_cannot_be_reached_is_named)
{
  g_autofree gchar *port = NULL, *text = NULL;
  Fixture f = { 0, };

  setup (&f, "idle-timeout=1", "TCP/RTP/AVP 0\r\na=setup:active");
  port = g_strdup_printf ("Cannot connect to 127.0.0.1 TCP port %u", f.port);
  play (&f);
  text = pop_error (&f);
  fail_unless (g_str_has_prefix (text, port), "%s", text);
  fail_unless (strstr (text, "refused") != NULL, "%s", text);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_nobody_connected_is_said)
{
  g_autofree gchar *text = NULL;
  Fixture f = { 0, };

  setup (&f, "idle-timeout=1", "TCP/RTP/AVP 0");
  play (&f);
  text = pop_error (&f);
  fail_unless (g_str_has_prefix (text, "No RTP packet"), "%s", text);
  fail_unless (strstr (text, "nobody connected") != NULL, "%s", text);
  teardown (&f);
}

GST_END_TEST;

/* Whatever waits for the network lets go. */
GST_START_TEST (test_it_stops_and_starts_at_any_moment)
{
  static const gchar *const medias[] = {
    "TCP/RTP/AVP 0", "TCP/RTP/AVP 0\r\na=setup:active"
  };

  for (guint i = 0; i < G_N_ELEMENTS (medias); i++) {
    Fixture f = { 0, };

    setup (&f, "", medias[i]);
    for (guint j = 0; j < 3; j++) {
      play (&f);
      g_usleep (j * 50000);
      gst_element_set_state (f.pipeline, GST_STATE_PAUSED);
      gst_element_set_state (f.pipeline, GST_STATE_READY);
    }
    teardown (&f);
  }
}

GST_END_TEST;

static Suite *
rtprecordsrc_tcp_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-tcp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_packets_come_however_the_connection_cuts_them);
  tcase_add_test (tc, test_protocol_makes_tcp_of_every_section);
  tcase_add_test (tc, test_ipv6);
  tcase_add_test (tc, test_stream_goes_on_over_a_new_connection);
  tcase_add_test (tc, test_client_connects_again);
  tcase_add_test (tc, test_second_peer_is_turned_away);
  tcase_add_test (tc, test_silent_peer_gives_way);
  tcase_add_test (tc, test_source_that_is_not_allowed_is_turned_away);
  tcase_add_test (tc, test_garbage_ends_its_connection_only);
  tcase_add_test (tc, test_our_rtcp_goes_back_over_the_connection);
  tcase_add_test (tc, test_srtp_is_the_same_inside);
  tcase_add_test (tc, test_port_in_use_is_named_and_can_be_tried_again);
  tcase_add_test (tc, test_peer_that_cannot_be_reached_is_named);
  tcase_add_test (tc, test_nobody_connected_is_said);
  tcase_add_test (tc, test_it_stops_and_starts_at_any_moment);

  return s;
}

GST_CHECK_MAIN (rtprecordsrc_tcp);
