/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>

#include "srtp.h"

#define PACKET 160              /* of PCMU, 20 ms */
#define OUT_PACKET 960          /* the same at the rate of all sound */
#define LOUD 0x80               /* the largest sample of mu-law */

#define KEY "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0"
#define OUR_KEY "emVyb29uZXR3b3RocmVlZm91cmZpdmVzaXhzZXZl"
#define SHA80 "AES_CM_128_HMAC_SHA1_80 inline:" KEY
#define OUR_SHA80 "AES_CM_128_HMAC_SHA1_80 inline:" OUR_KEY
#define WRONG "AES_CM_128_HMAC_SHA1_80 inline:" \
    "d3JvbmdrZXl3cm9uZ2tleXdyb25na2V5d3Jvbmdr"

static const gchar *const suites[] = {
  SHA80,
  "AES_CM_128_HMAC_SHA1_32 inline:" KEY,
  "AEAD_AES_128_GCM inline:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3Bxcg==",
  "AEAD_AES_256_GCM inline:"
      "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0g=",
};

/* A session of one machine, and the SFU's side of it. */
typedef struct
{
  GstElement *pipeline, *src;
  GSocket *sfu, *sfu_rtcp;
  GSocketAddress *peer;         /* where the SFU's RTP goes */
  GstRecSrtp *srtp;             /* the SFU's */
  guint16 seq;
} Fixture;

static GSocket *
socket_new (guint16 * port)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  fail_unless (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_socket_set_timeout (socket, 5);

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
set_sfu_keys (Fixture * f, const gchar * send, const gchar * receive)
{
  g_autoptr (GstRecSrtpKey) out = NULL;
  g_autoptr (GstRecSrtpKey) in = NULL;

  if (send)
    out = gst_rec_srtp_key_parse (send, NULL);
  if (receive)
    in = gst_rec_srtp_key_parse (receive, NULL);
  g_clear_pointer (&f->srtp, gst_rec_srtp_free);
  f->srtp = gst_rec_srtp_new (in, out, NULL);
}

/* @media: of the m-section, with %u for the port */
static void
setup (Fixture * f, const gchar * rest, const gchar * format, guint16 port)
{
  g_autofree gchar *description =
      g_strdup_printf ("rtprecordsrc name=r latency=100 %s", rest);
  g_autoptr (GString) sdp = g_string_new ("v=0\r\nc=IN IP4 127.0.0.1\r\n");
  GError *error = NULL;
  guint16 ignored;

  *f = (Fixture) {.seq = 65530 };
  f->sfu = socket_new (&ignored);
  f->peer = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  f->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  f->src = gst_bin_get_by_name (GST_BIN (f->pipeline), "r");
  g_string_append_printf (sdp, "m=%s %u RTP/SAVPF %s",
      strstr (format, "VP8") ? "video" : "audio", port, format);
  g_object_set (f->src, "sdp", sdp->str, NULL);
}

static void
teardown (Fixture * f)
{
  fail_unless_equals_int (gst_element_set_state (f->pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (f->src);
  gst_object_unref (f->pipeline);
  g_clear_object (&f->sfu);
  g_clear_object (&f->sfu_rtcp);
  g_clear_object (&f->peer);
  g_clear_pointer (&f->srtp, gst_rec_srtp_free);
}

static void
play (Fixture * f)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (f->pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  if (gst_element_set_state (f->pipeline, GST_STATE_PLAYING)
      != GST_STATE_CHANGE_FAILURE)
    return;
  message = gst_bus_timed_pop_filtered (bus, 0, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail ("cannot play: %s", error->message);
}

static void
send_packet (Fixture * f, guint8 * data, gsize size, gboolean encrypt)
{
  if (encrypt)
    fail_unless (gst_rec_srtp_protect (f->srtp, data, &size, FALSE));
  g_socket_send_to (f->sfu, f->peer, (const gchar *) data, size, NULL, NULL);
}

static void
send_rtp (Fixture * f, guint8 pt, guint32 timestamp, const guint8 * payload,
    gsize size, gboolean encrypt)
{
  guint8 data[512];

  data[0] = 0x80;
  data[1] = pt;
  GST_WRITE_UINT16_BE (data + 2, f->seq++);
  GST_WRITE_UINT32_BE (data + 4, timestamp);
  GST_WRITE_UINT32_BE (data + 8, 0x1234);
  memcpy (data + 12, payload, size);
  send_packet (f, data, 12 + size, encrypt);
}

static void
send_sound (Fixture * f, guint n_packets, guint32 timestamp, gboolean encrypt)
{
  guint8 payload[PACKET];

  memset (payload, LOUD, sizeof payload);
  for (guint i = 0; i < n_packets; i++) {
    send_rtp (f, 0, timestamp + i * PACKET, payload, sizeof payload, encrypt);
    g_usleep (20000);
  }
}

static guint64
count_loud_samples (Fixture * f)
{
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (f->pipeline), "sink");
  guint64 loud = 0;
  GstSample *sample;

  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
              20 * GST_SECOND))) {
    GstMapInfo map;

    gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ);
    for (gsize i = 0; i < map.size / 2; i++)
      loud += ABS (((gint16 *) map.data)[i]) > 1000;
    gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    gst_sample_unref (sample);
  }

  return loud;
}

static void
check_loud (Fixture * f, gint n_packets)
{
  gint loud = count_loud_samples (f);

  fail_unless (ABS (loud - n_packets * OUT_PACKET) <= 3 * OUT_PACKET,
      "%d samples, not %d", loud, n_packets * OUT_PACKET);
}

static guint64
get_stat (Fixture * f, const gchar * pad, const gchar * name)
{
  GstStructure *stats;
  guint64 value;

  g_object_get (f->src, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (gst_value_get_structure
          (gst_structure_get_value (stats, pad)), name, &value));
  gst_structure_free (stats);

  return value;
}

#define SOUND_SINK "idle-timeout=1 r.audio_0 ! appsink name=sink sync=false"

/* over the wrap of the sequence number */
GST_START_TEST (test_sound_is_received_with_every_suite)
{
  g_autofree gchar *media =
      g_strdup_printf ("0\r\na=rtcp-mux\r\na=crypto:1 %s\r\n", suites[__i__]);
  Fixture f;

  setup (&f, SOUND_SINK, media, free_port ());
  set_sfu_keys (&f, suites[__i__], NULL);
  play (&f);
  send_sound (&f, 25, 0, TRUE);
  check_loud (&f, 25);
  fail_unless_equals_uint64 (get_stat (&f, "audio_0", "undecryptable-packets"),
      0);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_keys_of_the_property_replace_those_of_the_sdp)
{
  g_autoptr (GstStructure) keys = gst_structure_new ("keys",
      "audio_0", G_TYPE_STRING, SHA80, NULL);
  Fixture f;

  setup (&f, SOUND_SINK, "0\r\na=rtcp-mux\r\na=crypto:1 " WRONG "\r\n",
      free_port ());
  g_object_set (f.src, "srtp-keys", keys, NULL);
  set_sfu_keys (&f, SHA80, NULL);
  play (&f);
  send_sound (&f, 25, 0, TRUE);
  check_loud (&f, 25);
  teardown (&f);
}

GST_END_TEST;

/* The state of a stream that the next message with this reason tells, sending
 * sound in the meantime; NULL if none comes within so many packets. */
static gchar *
wait_for_why (Fixture * f, const gchar * why, guint n_packets)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (f->pipeline);

  for (guint i = 0; i < n_packets; i++) {
    GstMessage *message;

    send_sound (f, 1, i * PACKET, TRUE);
    while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
      const GstStructure *s = gst_message_get_structure (message);
      gchar *state = NULL;

      if (gst_structure_has_name (s, "rtprecord-stream")
          && g_strcmp0 (gst_structure_get_string (s, "why"), why) == 0)
        state = g_strdup (gst_structure_get_string (s, "state"));
      gst_message_unref (message);
      if (state)
        return state;
    }
  }

  return NULL;
}

static void
check_wrong_key_is_told (Fixture * f)
{
  gint64 start = g_get_monotonic_time ();
  g_autofree gchar *state = NULL;

  set_sfu_keys (f, WRONG, NULL);
  state = wait_for_why (f, "cannot-decrypt", 500);
  fail_unless_equals_string (state, "waiting");
  fail_unless (g_get_monotonic_time () - start < 2 * G_USEC_PER_SEC);
}

GST_START_TEST (test_wrong_key_is_told_within_two_seconds)
{
  Fixture f;

  setup (&f, "r.audio_0 ! fakesink async=false",
      "0\r\na=rtcp-mux\r\na=crypto:1 " SHA80 "\r\n", free_port ());
  play (&f);
  check_wrong_key_is_told (&f);
  fail_unless_equals_uint64 (get_stat (&f, "audio_0", "packets"), 0);
  fail_unless (get_stat (&f, "audio_0", "undecryptable-packets") > 0);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_wrong_key_is_why_nothing_was_received)
{
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  Fixture f;

  setup (&f, "idle-timeout=1 r.audio_0 ! fakesink async=false",
      "0\r\na=rtcp-mux\r\na=crypto:1 " SHA80 "\r\n", free_port ());
  set_sfu_keys (&f, WRONG, NULL);
  play (&f);
  send_sound (&f, 5, 0, TRUE);
  bus = gst_element_get_bus (f.pipeline);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "the SRTP key does not decrypt"), "%s",
      error->message);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_key_that_becomes_wrong_and_right_again_is_told)
{
  g_autofree gchar *before = NULL, *after = NULL;
  GstRecSrtp *right;
  Fixture f;

  setup (&f, "r.audio_0 ! fakesink async=false",
      "0\r\na=rtcp-mux\r\na=crypto:1 " SHA80 "\r\n", free_port ());
  set_sfu_keys (&f, SHA80, NULL);
  play (&f);
  before = wait_for_why (&f, NULL, 500);
  fail_unless_equals_string (before, "receiving");

  right = g_steal_pointer (&f.srtp);
  check_wrong_key_is_told (&f);
  gst_rec_srtp_free (f.srtp);
  f.srtp = right;
  after = wait_for_why (&f, NULL, 500);
  fail_unless_equals_string (after, "receiving");
  teardown (&f);
}

GST_END_TEST;

/* plain packets, altered ones and copies, between the stream's own */
GST_START_TEST (test_what_is_not_the_senders_is_counted_and_costs_nothing)
{
  guint8 payload[PACKET];
  Fixture f;

  memset (payload, LOUD, sizeof payload);
  setup (&f, SOUND_SINK, "0\r\na=rtcp-mux\r\na=crypto:1 " SHA80 "\r\n",
      free_port ());
  set_sfu_keys (&f, SHA80, NULL);
  play (&f);
  for (guint i = 0; i < 25; i++) {
    guint8 packet[512] = { 0x80, 0 };
    gsize size = 12 + PACKET;

    GST_WRITE_UINT16_BE (packet + 2, f.seq++);
    GST_WRITE_UINT32_BE (packet + 4, i * PACKET);
    GST_WRITE_UINT32_BE (packet + 8, 0x1234);
    memcpy (packet + 12, payload, PACKET);
    send_packet (&f, packet, size, FALSE);
    fail_unless (gst_rec_srtp_protect (f.srtp, packet, &size, FALSE));
    send_packet (&f, packet, size, FALSE);
    send_packet (&f, packet, size, FALSE);
    packet[3] ^= 0x40;
    send_packet (&f, packet, size, FALSE);
    g_usleep (20000);
  }
  check_loud (&f, 25);
  fail_unless_equals_uint64 (get_stat (&f, "audio_0", "packets"), 25);
  fail_unless_equals_uint64 (get_stat (&f, "audio_0", "undecryptable-packets")
      + get_stat (&f, "audio_0", "replayed-packets"), 75);
  fail_unless (get_stat (&f, "audio_0", "replayed-packets") >= 25);
  fail_unless_equals_uint64 (get_stat (&f, "audio_0", "refused-packets"), 0);
  teardown (&f);
}

GST_END_TEST;

/* Receives RTCP until a picture loss indication (RFC 4585, 6.3.1) comes. */
static gboolean
receive_pli (Fixture * f, gboolean encrypted)
{
  for (guint i = 0; i < 50; i++) {
    guint8 data[1500];
    gssize received = g_socket_receive (f->sfu, (gchar *) data, sizeof data,
        NULL, NULL);
    gsize size = received;

    if (received <= 0)
      return FALSE;
    if (encrypted)
      fail_unless_equals_int (gst_rec_srtp_unprotect (f->srtp, data, &size,
              TRUE, 0), GST_REC_SRTP_OK);
    for (gsize o = 0; o + 4 <= size;
        o += 4 + 4 * GST_READ_UINT16_BE (data + o + 2)) {
      if (data[o + 1] == 206 && (data[o] & 0x1f) == 1)
        return TRUE;
    }
  }

  return FALSE;
}

GST_START_TEST (test_our_rtcp_is_encrypted_where_there_is_a_key_for_it)
{
  static const gchar *const medias[] = {
    "96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\na=crypto:1 " SHA80 "\r\n",
    "96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\na=crypto:1 " SHA80 "\r\n"
        "a=x-crypto-send:1 " OUR_SHA80 "\r\n",
  };
  /* VP8 (RFC 7741): a start of partition 0, of an inter frame */
  static const guint8 delta[] = { 0x10, 0x31, 0x02, 0x00, 0x11, 0x22 };
  Fixture f;

  setup (&f, "r.screen ! fakesink async=false", medias[__i__], free_port ());
  set_sfu_keys (&f, SHA80, __i__ ? OUR_SHA80 : NULL);
  play (&f);
  for (guint i = 0; i < 10; i++) {
    send_rtp (&f, 0x80 | 96, i * 3000, delta, sizeof delta, TRUE);
    g_usleep (33000);
  }
  fail_unless (receive_pli (&f, __i__));
  teardown (&f);
}

GST_END_TEST;

static void
check_start_fails (Fixture * f, const gchar * reason)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (f->pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  fail_unless_equals_int (gst_element_set_state (f->pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  message = gst_bus_timed_pop_filtered (bus, 0, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, reason) != NULL, "'%s' is not '%s'",
      error->message, reason);
}

GST_START_TEST (test_streams_without_a_usable_key_do_not_start)
{
  g_autoptr (GstStructure) keys = gst_structure_new ("keys",
      "screen", G_TYPE_STRING, SHA80, NULL);
  Fixture f;

  setup (&f, SOUND_SINK, "0\r\na=rtcp-mux\r\n", free_port ());
  check_start_fails (&f, "audio_0 is SRTP and has no key");
  g_object_set (f.src, "srtp-keys", keys, NULL);
  check_start_fails (&f, "the stream screen, which the SDP does not have");
  g_object_set (f.src, "srtp-keys", NULL, "srtp-required", TRUE, "sdp",
      "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 7 RTP/AVP 0\r\n", NULL);
  check_start_fails (&f, "audio_0 is plain RTP");
  teardown (&f);
}

GST_END_TEST;

static gint n_shown;            /* atomic */

static void
look_for_secrets (const gchar * text)
{
  static const gchar *const secrets[] = {
    KEY, OUR_KEY, "0123456789abcdefghij", "zeroonetwothree",
    "30313233343536373839", "30 31 32 33 34 35 36 37 38 39",
  };

  for (guint i = 0; text && i < G_N_ELEMENTS (secrets); i++) {
    if (strstr (text, secrets[i])) {
      g_printerr ("shown: %s\n", text);
      g_atomic_int_inc (&n_shown);
    }
  }
}

static void
look_into_log (GstDebugCategory * category G_GNUC_UNUSED,
    GstDebugLevel level G_GNUC_UNUSED, const gchar * file G_GNUC_UNUSED,
    const gchar * function G_GNUC_UNUSED, gint line G_GNUC_UNUSED,
    GObject * object G_GNUC_UNUSED, GstDebugMessage * message,
    gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
  look_for_secrets (gst_debug_message_get (message));
}

static void
look_into_messages (Fixture * f)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (f->pipeline);
  GstMessage *message;

  while ((message = gst_bus_pop (bus))) {
    const GstStructure *s = gst_message_get_structure (message);
    g_autofree gchar *text = s ? gst_structure_to_string (s) : NULL;

    look_for_secrets (text);
    gst_message_unref (message);
  }
}

GST_START_TEST (test_keys_show_nowhere)
{
  g_autoptr (GstStructure) keys = gst_structure_new ("keys",
      "audio_0", G_TYPE_STRING, SHA80,
      "audio_0-send", G_TYPE_STRING, OUR_SHA80, NULL);
  g_autofree gchar *dot = NULL, *sdp = NULL;
  gint n_lines = 0;
  Fixture f;

  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (look_into_log, &n_lines, NULL);
  gst_debug_set_active (TRUE);
  gst_debug_set_default_threshold (GST_LEVEL_MEMDUMP);
  setup (&f, SOUND_SINK, "0\r\na=rtcp-mux\r\na=crypto:1 " SHA80 "\r\n"
      "a=x-crypto-send:1 " OUR_SHA80 "\r\n", free_port ());
  g_object_set (f.src, "srtp-keys", keys, NULL);
  set_sfu_keys (&f, SHA80, OUR_SHA80);
  play (&f);
  send_sound (&f, 10, 0, TRUE);
  dot = gst_debug_bin_to_dot_data (GST_BIN (f.pipeline),
      GST_DEBUG_GRAPH_SHOW_VERBOSE);
  g_object_get (f.src, "sdp", &sdp, NULL);
  look_into_messages (&f);
  teardown (&f);
  gst_debug_remove_log_function (look_into_log);

  look_for_secrets (dot);
  look_for_secrets (sdp);
  fail_unless (strstr (dot, "RtpRecordSrc") != NULL);
  fail_unless (n_lines > 1000, "%d lines", n_lines);
  fail_unless_equals_int (n_shown, 0);
}

GST_END_TEST;

/* Receives our packets until one comes that only opens the way, and learns
 * where from. */
static void
check_opening (Fixture * f, GSocket * socket, gboolean is_rtcp)
{
  for (guint i = 0; i < 20; i++) {
    guint8 data[256];
    gssize received;
    gsize size;

    g_clear_object (&f->peer);
    received = g_socket_receive_from (socket, &f->peer, (gchar *) data,
        sizeof data, NULL, NULL);
    fail_unless (received > 0, "nothing opened the way");
    size = received;
    fail_unless_equals_int (gst_rec_srtp_unprotect (f->srtp, data, &size,
            is_rtcp, 0), GST_REC_SRTP_OK);
    fail_unless_equals_int (data[1], is_rtcp ? 201 : 0);
    if (size == (is_rtcp ? 8 : 12))
      return;
  }
  fail ("reports only");
}

static void
drain (GSocket * socket)
{
  guint8 data[256];

  while (g_socket_condition_check (socket, G_IO_IN))
    g_socket_receive (socket, (gchar *) data, sizeof data, NULL, NULL);
}

#define ACTIVE "a=setup:active\r\na=crypto:1 " SHA80 \
    "\r\na=x-crypto-send:1 " OUR_SHA80 "\r\n"

GST_START_TEST (test_way_is_opened_on_one_port)
{
  guint16 port;
  GSocket *sfu = socket_new (&port);
  Fixture f;

  setup (&f, SOUND_SINK " r.screen ! fakesink async=false",
      "0\r\na=rtcp-mux\r\n" ACTIVE, port);
  g_object_unref (f.sfu);
  f.sfu = sfu;
  set_sfu_keys (&f, SHA80, OUR_SHA80);
  g_object_set (f.src, "idle-timeout", 4, NULL);
  play (&f);
  check_opening (&f, f.sfu, TRUE);
  check_opening (&f, f.sfu, TRUE);
  send_sound (&f, 25, 0, TRUE);
  /* 2 s of silence, and again */
  g_usleep (G_USEC_PER_SEC);
  drain (f.sfu);
  check_opening (&f, f.sfu, TRUE);
  check_loud (&f, 25);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_way_is_opened_on_two_ports)
{
  guint16 port, rtcp_port;
  GSocket *sfu = socket_new (&port);
  g_autofree gchar *media = NULL;
  Fixture f;

  f.sfu_rtcp = NULL;
  media = g_strdup_printf ("0\r\na=rtcp:%u\r\n" ACTIVE, free_port ());
  rtcp_port = g_ascii_strtoull (strstr (media, "rtcp:") + 5, NULL, 10);
  setup (&f, SOUND_SINK, media, port);
  g_object_unref (f.sfu);
  f.sfu = sfu;
  f.sfu_rtcp = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);
  g_clear_object (&f.peer);
  f.peer = g_inet_socket_address_new_from_string ("127.0.0.1", rtcp_port);
  fail_unless (g_socket_bind (f.sfu_rtcp, f.peer, FALSE, NULL));
  g_socket_set_timeout (f.sfu_rtcp, 5);
  set_sfu_keys (&f, SHA80, OUR_SHA80);

  play (&f);
  check_opening (&f, f.sfu_rtcp, TRUE);
  check_opening (&f, f.sfu, FALSE);
  send_sound (&f, 25, 0, TRUE);
  check_loud (&f, 25);
  teardown (&f);
}

GST_END_TEST;

static Suite *
srtp_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-srtp");
  TCase *tc = tcase_create ("general");
  const gint n_suites = G_N_ELEMENTS (suites);

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_sound_is_received_with_every_suite, 0,
      n_suites);
  tcase_add_test (tc, test_keys_of_the_property_replace_those_of_the_sdp);
  tcase_add_test (tc, test_wrong_key_is_told_within_two_seconds);
  tcase_add_test (tc, test_wrong_key_is_why_nothing_was_received);
  tcase_add_test (tc, test_key_that_becomes_wrong_and_right_again_is_told);
  tcase_add_test (tc,
      test_what_is_not_the_senders_is_counted_and_costs_nothing);
  tcase_add_loop_test (tc,
      test_our_rtcp_is_encrypted_where_there_is_a_key_for_it, 0, 2);
  tcase_add_test (tc, test_streams_without_a_usable_key_do_not_start);
  tcase_add_test (tc, test_keys_show_nowhere);
  tcase_add_test (tc, test_way_is_opened_on_one_port);
  tcase_add_test (tc, test_way_is_opened_on_two_ports);

  return s;
}

GST_CHECK_MAIN (srtp);
