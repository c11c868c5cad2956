/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Strangers on the network, and what they cannot do to a recording. */

#include <gio/gio.h>
#include <gst/check/gstcheck.h>

#define PCMU_PACKET 160         /* 20 ms */
#define OWNER "127.0.0.1"
#define STRANGER "127.0.0.2"
#define SSRC 0xcafebabe

typedef struct
{
  GstElement *pipeline, *src;
  guint16 port;
  guint16 seq;
  guint32 ssrc;
} Fixture;

static GSocket *
socket_new (const gchar * host)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (host, 0);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  fail_unless (g_socket_bind (socket, address, FALSE, NULL));

  return socket;
}

static guint16
free_port (void)
{
  g_autoptr (GSocket) socket = socket_new (OWNER);
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket,
      NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static const gchar *const sections[] = {
  "m=audio %u RTP/AVP 0\r\n",
  "m=video %u RTP/AVPF 96\r\na=rtpmap:96 VP8/90000\r\n",
  "m=audio %u RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n",
};

typedef enum
{ PCMU, VP8, OPUS } Media;

static void
setup (Fixture * f, Media media)
{
  const gchar *head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
      "c=IN IP4 127.0.0.1\r\nt=0 0\r\n";
  g_autoptr (GString) section = g_string_new (sections[media]);
  g_autofree gchar *port = NULL;
  g_autofree gchar *sdp = NULL;
  GError *error = NULL;

  *f = (Fixture) {.port = free_port (),.ssrc = SSRC };
  port = g_strdup_printf ("%u", f->port);
  g_string_replace (section, "%u", port, 1);
  f->pipeline = gst_parse_launch (media == VP8 ?
      "rtprecordsrc name=r latency=100 r.screen ! fakesink async=false" :
      "rtprecordsrc name=r latency=100 r.audio_0 ! fakesink async=false",
      &error);
  g_assert_no_error (error);
  f->src = gst_bin_get_by_name (GST_BIN (f->pipeline), "r");
  sdp = g_strconcat (head, section->str, "a=rtcp-mux\r\n", NULL);
  g_object_set (f->src, "sdp", sdp, NULL);
}

static void
teardown (Fixture * f)
{
  fail_unless_equals_int (gst_element_set_state (f->pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (f->src);
  gst_object_unref (f->pipeline);
}

static void
play (Fixture * f)
{
  fail_if (gst_element_set_state (f->pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE);
}

static void
send_bytes (Fixture * f, GSocket * from, const guint8 * data, gsize size)
{
  g_autoptr (GSocketAddress) to =
      g_inet_socket_address_new_from_string (OWNER, f->port);

  g_socket_send_to (from, to, (const gchar *) data, size, NULL, NULL);
}

static void
send_rtp (Fixture * f, GSocket * from, guint8 pt, const guint8 * payload,
    gsize size)
{
  g_autofree guint8 *packet = g_malloc (12 + size);

  packet[0] = 0x80;
  packet[1] = pt;
  GST_WRITE_UINT16_BE (packet + 2, f->seq);
  GST_WRITE_UINT32_BE (packet + 4, f->seq * PCMU_PACKET);
  GST_WRITE_UINT32_BE (packet + 8, f->ssrc);
  if (size > 0)
    memcpy (packet + 12, payload, size);
  send_bytes (f, from, packet, 12 + size);
  f->seq++;
}

static void
send_sound (Fixture * f, GSocket * from, guint n)
{
  static const guint8 payload[PCMU_PACKET];

  for (guint i = 0; i < n; i++) {
    send_rtp (f, from, 0, payload, sizeof payload);
    g_usleep (20000);
  }
}

static guint64
stat_of (Fixture * f, const gchar * pad, const gchar * field)
{
  g_autoptr (GstStructure) stats = NULL;
  const GstStructure *stream;
  guint64 value = G_MAXUINT64;

  g_object_get (f->src, "stats", &stats, NULL);
  stream = gst_value_get_structure (gst_structure_get_value (stats, pad));
  fail_unless (gst_structure_get_uint64 (stream, field, &value), "no %s",
      field);

  return value;
}

/* Until all that was sent has been read. */
static void
wait_for_stat (Fixture * f, const gchar * field, guint64 value)
{
  for (guint i = 0; i < 200 && stat_of (f, "audio_0", field) < value; i++)
    g_usleep (10000);
  fail_unless_equals_uint64 (stat_of (f, "audio_0", field), value);
}

/* The messages of this name so far; *last is the newest. */
static guint
count_messages (Fixture * f, const gchar * name, GstMessage ** last)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (f->pipeline);
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    if (gst_message_has_name (message, name)) {
      gst_message_replace (last, message);
      n++;
    }
    gst_message_unref (message);
  }

  return n;
}

GST_START_TEST (test_stranger_is_refused_and_named_once)
{
  g_autoptr (GSocket) owner = socket_new (OWNER);
  g_autoptr (GSocket) stranger = socket_new (STRANGER);
  g_autoptr (GSocket) neighbour = socket_new (OWNER);
  g_autoptr (GstMessage) message = NULL;
  Fixture f;

  setup (&f, PCMU);
  play (&f);
  for (guint i = 0; i < 30; i++) {
    send_sound (&f, owner, 1);
    f.seq--;                    /* the very same packet */
    send_rtp (&f, stranger, 0, (const guint8 *) "", 1);
    f.seq--;
    send_rtp (&f, neighbour, 0, (const guint8 *) "", 1);
  }
  wait_for_stat (&f, "packets", 30);
  wait_for_stat (&f, "refused-packets", 60);
  g_usleep (300000);            /* three rounds of the monitor */
  fail_unless_equals_int (count_messages (&f, "rtprecord-refused", &message),
      1);
  fail_unless_equals_string (gst_structure_get_string
      (gst_message_get_structure (message), "pad"), "audio_0");
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_sender_comes_back_from_another_port)
{
  g_autoptr (GSocket) before = socket_new (OWNER);
  g_autoptr (GSocket) after = socket_new (OWNER);
  guint64 buffers;
  Fixture f;

  setup (&f, PCMU);
  play (&f);
  send_sound (&f, before, 10);
  g_usleep (1100000);
  buffers = stat_of (&f, "audio_0", "buffers");
  send_sound (&f, after, 30);
  wait_for_stat (&f, "packets", 40);
  g_usleep (300000);
  fail_unless (stat_of (&f, "audio_0", "buffers") >= buffers + 20,
      "the session dropped what came from there");
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "refused-packets"), 0);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_allowed_source_alone_is_heard)
{
  g_autoptr (GSocket) stranger = socket_new (OWNER);
  g_autoptr (GSocket) sfu = socket_new ("127.0.0.3");
  Fixture f;

  setup (&f, PCMU);
  g_object_set (f.src, "allowed-source", "127.0.0.3, 2001:db8::/32", NULL);
  play (&f);
  send_sound (&f, stranger, 5);
  send_bytes (&f, stranger, (const guint8 *) "garbage", 7);
  send_sound (&f, sfu, 5);
  wait_for_stat (&f, "packets", 5);
  wait_for_stat (&f, "refused-packets", 6);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "invalid-packets"), 0);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_wrong_allowed_source_is_an_error_at_start)
{
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GError) error = NULL;
  Fixture f;

  setup (&f, PCMU);
  g_object_set (f.src, "allowed-source", "sfu.example", NULL);
  fail_unless_equals_int (gst_element_set_state (f.pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  bus = gst_element_get_bus (f.pipeline);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "'sfu.example'") != NULL);
  g_object_set (f.src, "allowed-source", "", NULL);
  play (&f);
  teardown (&f);
}

GST_END_TEST;

static void
send_bye (Fixture * f, GSocket * from, guint32 ssrc)
{
  guint8 data[] = { 0x80, 201, 0, 1, 0, 0, 0, 0, 0x81, 203, 0, 1, 0, 0, 0, 0 };

  GST_WRITE_UINT32_BE (data + 4, ssrc);
  GST_WRITE_UINT32_BE (data + 12, ssrc);
  send_bytes (f, from, data, sizeof data);
}

static gboolean
has_ended (Fixture * f)
{
  g_autoptr (GstMessage) message = NULL;

  g_usleep (300000);
  fail_unless (count_messages (f, "rtprecord-stream", &message) > 0);

  return g_strcmp0 (gst_structure_get_string (gst_message_get_structure
          (message), "state"), "ended") == 0;
}

GST_START_TEST (test_only_the_owner_takes_leave)
{
  g_autoptr (GSocket) owner = socket_new (OWNER);
  g_autoptr (GSocket) stranger = socket_new (STRANGER);
  guint64 buffers;
  Fixture f;

  setup (&f, PCMU);
  play (&f);
  send_sound (&f, owner, 10);
  wait_for_stat (&f, "packets", 10);
  send_bye (&f, stranger, SSRC);
  send_bye (&f, owner, SSRC + 1);
  fail_if (has_ended (&f));
  send_bye (&f, owner, SSRC);
  fail_unless (has_ended (&f));

  /* and may come back */
  g_usleep (500000);
  buffers = stat_of (&f, "audio_0", "buffers");
  send_sound (&f, owner, 30);
  g_usleep (300000);
  fail_unless (stat_of (&f, "audio_0", "buffers") >= buffers + 20);
  teardown (&f);
}

GST_END_TEST;

static gboolean
receives_rtcp (GSocket * socket)
{
  guint8 data[1500];
  gboolean received = FALSE;

  g_socket_set_blocking (socket, FALSE);
  while (g_socket_receive (socket, (gchar *) data, sizeof data, NULL, NULL)
      > 0)
    received |= data[1] >= 200 && data[1] <= 206;

  return received;
}

GST_START_TEST (test_our_rtcp_does_not_follow_a_stranger)
{
  static const guint8 delta[] = { 0x10, 0x31, 0x02, 0x00, 0x11, 0x22 };
  g_autoptr (GSocket) owner = socket_new (OWNER);
  g_autoptr (GSocket) stranger = socket_new (STRANGER);
  Fixture f;

  setup (&f, VP8);
  play (&f);
  send_bye (&f, stranger, SSRC);        /* before the stream begins */
  for (guint i = 0; i < 50; i++) {
    send_rtp (&f, owner, 0x80 | 96, delta, sizeof delta);
    send_bye (&f, stranger, SSRC);
    g_usleep (33000);
  }
  fail_unless (receives_rtcp (owner));
  fail_if (receives_rtcp (stranger));
  teardown (&f);
}

GST_END_TEST;

/* How many elements of that kind the bin has, and one of them. */
static guint
count_elements (GstElement * bin, const gchar * factory_name,
    GstElement ** one)
{
  g_autoptr (GstIterator) it = gst_bin_iterate_recurse (GST_BIN (bin));
  GValue value = G_VALUE_INIT;
  guint n = 0;

  while (gst_iterator_next (it, &value) == GST_ITERATOR_OK) {
    GstElement *element = g_value_get_object (&value);
    GstElementFactory *factory = gst_element_get_factory (element);

    if (factory && g_str_equal (GST_OBJECT_NAME (factory), factory_name)) {
      gst_object_replace ((GstObject **) one, GST_OBJECT (element));
      n++;
    }
    g_value_reset (&value);
  }
  g_value_unset (&value);

  return n;
}

GST_START_TEST (test_ssrcs_of_the_past_are_forgotten)
{
  g_autoptr (GSocket) owner = socket_new (OWNER);
  g_autoptr (GstElement) one = NULL;
  guint n;
  Fixture f;

  setup (&f, PCMU);
  play (&f);
  for (guint i = 0; i < 10; i++) {
    f.ssrc = 1000 + i;
    send_sound (&f, owner, 5);
    g_usleep (250000);
  }
  n = count_elements (f.src, "rtpjitterbuffer", &one);
  fail_unless (n > 0 && n <= 3, "%u jitter buffers", n);
  fail_unless (stat_of (&f, "audio_0", "packets") >= 30);
  teardown (&f);
}

GST_END_TEST;

static guint
count_sources (Fixture * f)
{
  g_autoptr (GstElement) rtpbin = NULL;
  g_autoptr (GObject) session = NULL;
  guint n;

  fail_unless_equals_int (count_elements (f->src, "rtpbin", &rtpbin), 1);
  g_signal_emit_by_name (rtpbin, "get-internal-session", 0, &session);
  g_object_get (session, "num-sources", &n, NULL);

  return n;
}

/* 15 new contributors in each RTP packet, 31 new names in each RTCP packet */
static void
send_crowd (Fixture * f, GSocket * from, guint i)
{
  guint8 data[12 + 15 * 4 + PCMU_PACKET] = { 0x8f, 0, };
  guint8 rtcp[8 + 4 + 31 * 8] = { 0x80, 201, 0, 1, };

  GST_WRITE_UINT16_BE (data + 2, f->seq);
  GST_WRITE_UINT32_BE (data + 4, f->seq * PCMU_PACKET);
  GST_WRITE_UINT32_BE (data + 8, f->ssrc);
  for (guint k = 0; k < 15; k++)
    GST_WRITE_UINT32_BE (data + 12 + k * 4, i * 100 + k);
  f->seq++;
  send_bytes (f, from, data, sizeof data);

  GST_WRITE_UINT32_BE (rtcp + 4, f->ssrc);
  rtcp[8] = 0x9f;
  rtcp[9] = 202;
  rtcp[11] = 31 * 2;
  for (guint k = 0; k < 31; k++) {
    GST_WRITE_UINT32_BE (rtcp + 12 + k * 8, i * 100 + 50 + k);
    memcpy (rtcp + 16 + k * 8, "\1\1x", 4);
  }
  send_bytes (f, from, rtcp, sizeof rtcp);
}

GST_START_TEST (test_crowd_in_one_packet_costs_nothing)
{
  g_autoptr (GSocket) owner = socket_new (OWNER);
  guint n;
  Fixture f;

  setup (&f, PCMU);
  play (&f);
  for (guint i = 0; i < 50; i++) {
    send_crowd (&f, owner, i);
    g_usleep (20000);
  }
  wait_for_stat (&f, "packets", 50);
  n = count_sources (&f);
  fail_unless (n <= 3, "%u sources", n);
  g_usleep (200000);
  fail_unless (stat_of (&f, "audio_0", "buffers") >= 40);
  teardown (&f);
}

GST_END_TEST;

typedef struct
{
  GMutex lock;
  GstClockTime last;            /* by lock */
  guint n, n_back;              /* by lock */
} Order;

static GstPadProbeReturn
note_order (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  Order *order = user_data;

  g_mutex_lock (&order->lock);
  order->n++;
  order->n_back += pts < order->last;
  order->last = pts;
  g_mutex_unlock (&order->lock);

  return GST_PAD_PROBE_OK;
}

/* Sound comes back from a pause that its RTP time has not counted, and its
 * packets are late by 150 ms for a second: their place in time turns out too
 * late. */
GST_START_TEST (test_encoded_sound_does_not_go_back)
{
  g_autoptr (GSocket) owner = socket_new (OWNER);
  g_autoptr (GstPad) pad = NULL;
  Order order = {.last = 0 };
  Fixture f;

  setup (&f, PCMU);
  g_mutex_init (&order.lock);
  g_object_set (f.src, "decode", FALSE, NULL);
  pad = gst_element_get_static_pad (f.src, "audio_0");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_order, &order, NULL);
  play (&f);
  send_sound (&f, owner, 25);
  g_usleep (600000);
  send_sound (&f, owner, 50);
  for (guint i = 0; i < 8; i++)
    send_rtp (&f, owner, 0, (const guint8[PCMU_PACKET]) { 0 }, PCMU_PACKET);
  send_sound (&f, owner, 50);
  g_usleep (500000);
  g_mutex_lock (&order.lock);
  fail_unless (order.n >= 110, "%u packets", order.n);
  fail_unless_equals_int (order.n_back, 0);
  g_mutex_unlock (&order.lock);
  teardown (&f);
  g_mutex_clear (&order.lock);
}

GST_END_TEST;

/* As mediasoup probes a path, also while a stream is paused. */
GST_START_TEST (test_probation_packets_are_ignored)
{
  static const guint8 zeroes[PCMU_PACKET];
  g_autoptr (GSocket) owner = socket_new (OWNER);
  Fixture f;

  setup (&f, PCMU);
  play (&f);
  f.ssrc = 1234;
  for (guint i = 0; i < 5; i++)
    send_rtp (&f, owner, 127, zeroes, sizeof zeroes);
  f.ssrc = SSRC;
  send_sound (&f, owner, 5);
  wait_for_stat (&f, "packets", 5);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0",
          "wrong-payload-type-packets"), 0);
  teardown (&f);
}

GST_END_TEST;

/* As Janus sends them; with PCMU they are of the stream's payload type. */
GST_START_TEST (test_dummies_on_the_port_of_the_media_are_no_sender)
{
  static const guint8 dummy[12] = { 0x80 };
  g_autoptr (GSocket) owner = socket_new (OWNER);
  Fixture f;

  setup (&f, PCMU);
  play (&f);
  send_bytes (&f, owner, dummy, sizeof dummy);
  send_bytes (&f, owner, dummy, sizeof dummy);
  send_sound (&f, owner, 5);
  wait_for_stat (&f, "packets", 5);
  fail_unless_equals_uint64 (stat_of (&f, "audio_0", "foreign-packets"), 0);
  teardown (&f);
}

GST_END_TEST;

/* Packets of padding alone, between pictures, have numbers too. */
GST_START_TEST (test_padding_breaks_no_picture)
{
  static const guint8 keyframe[20] = { 0x10, 0x30 }, delta[20] = { 0x10, 0x31 };
  g_autoptr (GSocket) owner = socket_new (OWNER);
  Fixture f;

  setup (&f, VP8);
  play (&f);
  send_rtp (&f, owner, 96 | 0x80, keyframe, sizeof keyframe);
  for (guint i = 0; i < 10; i++) {
    send_rtp (&f, owner, 96, NULL, 0);
    send_rtp (&f, owner, 96 | 0x80, delta, sizeof delta);
    g_usleep (20000);
  }
  g_usleep (300000);
  fail_unless_equals_uint64 (stat_of (&f, "screen", "packets"), 21);
  fail_unless_equals_uint64 (stat_of (&f, "screen", "invalid-packets"), 0);
  fail_unless_equals_uint64 (stat_of (&f, "screen", "withheld-pictures"), 0);
  teardown (&f);
}

GST_END_TEST;

/* 20 ms of silence */
static const guint8 opus[] = { 0xf8, 0xff, 0xfe };

static void
send_opus (Fixture * f, GSocket * from, guint32 time, const guint8 * payload)
{
  guint8 packet[12 + sizeof opus] = { 0x80, 111 };

  GST_WRITE_UINT16_BE (packet + 2, f->seq++);
  GST_WRITE_UINT32_BE (packet + 4, time);
  GST_WRITE_UINT32_BE (packet + 8, f->ssrc);
  memcpy (packet + 12, payload, sizeof opus);
  send_bytes (f, from, packet, sizeof packet);
  g_usleep (20000);
}

/* a packet of 48 frames of 20 ms each */
static void
malform (Fixture * f, GSocket * from, guint32 * time)
{
  static const guint8 malformed[] = { 0xfb, 48, 0 };

  send_opus (f, from, *time, malformed);
  *time += 960;
}

/* a packet is missing, in a gap of half a millisecond */
static void
lose_nothing (Fixture * f, GSocket * from G_GNUC_UNUSED, guint32 * time)
{
  f->seq++;
  *time += 24;
}

/* Each would have opusdec wait for ever. */
GST_START_TEST (test_opus_is_not_silenced)
{
  static void (*const disturbances[]) (Fixture *, GSocket *, guint32 *) = {
    malform, lose_nothing
  };
  g_autoptr (GSocket) owner = socket_new (OWNER);
  guint64 before = 0;
  guint32 time = 0;
  Fixture f;

  setup (&f, OPUS);
  play (&f);
  for (guint i = 0; i < 120; i++, time += 960) {
    if (i == 40)
      disturbances[__i__] (&f, owner, &time);
    if (i == 60)
      before = stat_of (&f, "audio_0", "buffers");
    send_opus (&f, owner, time, opus);
  }
  fail_unless (stat_of (&f, "audio_0", "buffers") >= before + 40);
  teardown (&f);
}

GST_END_TEST;

static Suite *
rtprecordsrc_hostile_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-hostile");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_stranger_is_refused_and_named_once);
  tcase_add_test (tc, test_sender_comes_back_from_another_port);
  tcase_add_test (tc, test_allowed_source_alone_is_heard);
  tcase_add_test (tc, test_wrong_allowed_source_is_an_error_at_start);
  tcase_add_test (tc, test_only_the_owner_takes_leave);
  tcase_add_test (tc, test_our_rtcp_does_not_follow_a_stranger);
  tcase_add_test (tc, test_ssrcs_of_the_past_are_forgotten);
  tcase_add_test (tc, test_crowd_in_one_packet_costs_nothing);
  tcase_add_test (tc, test_probation_packets_are_ignored);
  tcase_add_test (tc, test_dummies_on_the_port_of_the_media_are_no_sender);
  tcase_add_test (tc, test_padding_breaks_no_picture);
  tcase_add_test (tc, test_encoded_sound_does_not_go_back);
  tcase_add_loop_test (tc, test_opus_is_not_silenced, 0, 2);

  return s;
}

GST_CHECK_MAIN (rtprecordsrc_hostile);
