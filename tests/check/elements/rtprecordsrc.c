/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>

#define PCMU_PACKET 160         /* 20 ms */
#define OUT_PACKET 960           /* the same at the rate of all sound */
#define LOUD 0x80               /* the largest sample of mu-law */

/* A session of one machine: a sender's socket, and the ports of the SDP, which
 * the system chose. */
typedef struct
{
  GstElement *pipeline, *src;
  GSocket *sender;
  guint16 video_port, audio_port;
  guint16 seq;
  guint32 ssrc;                 /* added to that of the port */
  gint64 first_sent, last_sent; /* us */
} Fixture;

static guint16
free_port (void)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  fail_unless (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static GSocket *
sender_new (void)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  fail_unless (g_socket_bind (socket, any, FALSE, NULL));

  return socket;
}

static gchar *
make_sdp (Fixture * f)
{
  return g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
      "c=IN IP4 127.0.0.1\r\nt=0 0\r\n"
      "m=video %u RTP/AVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\n"
      "m=audio %u RTP/AVP 0\r\na=rtcp-mux\r\n", f->video_port, f->audio_port);
}

static void
setup (Fixture * f, const gchar * rest)
{
  g_autofree gchar *description =
      g_strdup_printf ("rtprecordsrc name=r latency=100 %s", rest);
  g_autofree gchar *sdp = NULL;
  GError *error = NULL;

  *f = (Fixture) {.seq = 65530 };
  f->video_port = free_port ();
  f->audio_port = free_port ();
  f->sender = sender_new ();
  f->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  f->src = gst_bin_get_by_name (GST_BIN (f->pipeline), "r");
  sdp = make_sdp (f);
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
send_to (Fixture * f, guint16 port, const guint8 * data, gsize size)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) to = g_inet_socket_address_new (loopback, port);

  g_socket_send_to (f->sender, to, (const gchar *) data, size, NULL, NULL);
}

static void
send_rtp (Fixture * f, guint16 port, guint8 pt, guint32 timestamp,
    const guint8 * payload, gsize size)
{
  g_autofree guint8 *packet = g_malloc (12 + size);

  packet[0] = 0x80;
  packet[1] = pt;
  GST_WRITE_UINT16_BE (packet + 2, f->seq++);
  GST_WRITE_UINT32_BE (packet + 4, timestamp);
  GST_WRITE_UINT32_BE (packet + 8, 0x1000 + port + f->ssrc);
  memcpy (packet + 12, payload, size);
  f->last_sent = g_get_monotonic_time ();
  if (f->first_sent == 0)
    f->first_sent = f->last_sent;
  send_to (f, port, packet, 12 + size);
}

static void
sleep_until (gint64 time)
{
  gint64 now = g_get_monotonic_time ();

  if (time > now)
    g_usleep (time - now);
}

static void
send_pcmu_packet (Fixture * f, guint8 pt, guint32 timestamp)
{
  guint8 payload[PCMU_PACKET];

  memset (payload, LOUD, sizeof payload);
  send_rtp (f, f->audio_port, pt, timestamp, payload, sizeof payload);
}

/* One each 20 ms, whatever else the machine does. */
static void
send_pcmu (Fixture * f, guint8 pt, guint n_packets, guint32 timestamp)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < n_packets; i++) {
    send_pcmu_packet (f, pt, timestamp + i * PCMU_PACKET);
    sleep_until (start + (i + 1) * 20000);
  }
}

/* The session's length as the sender saw it, in samples of the output. */
static gint
sent_samples (const Fixture * f)
{
  return (f->last_sent - f->first_sent) * 48 / 1000 + OUT_PACKET;
}

static GstPadProbeReturn
count_quality (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (gst_event_has_name (event, "recording-quality")
      && GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM_OOB
      && gst_structure_has_field (gst_event_get_structure (event), "jitter"))
    g_atomic_int_inc ((gint *) data);

  return GST_PAD_PROBE_OK;
}

/* VP8 (RFC 7741): a start of partition 0, of an inter frame */
static void
send_vp8_delta (Fixture * f, guint32 timestamp)
{
  static const guint8 payload[] = { 0x10, 0x31, 0x02, 0x00, 0x11, 0x22 };

  send_rtp (f, f->video_port, 0x80 | 96, timestamp, payload, sizeof payload);
}

static GstMessage *
wait_for (Fixture * f, GstMessageType types, guint seconds)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (f->pipeline);

  return gst_bus_timed_pop_filtered (bus, seconds * GST_SECOND, types);
}

static gchar *
pop_error (Fixture * f, guint seconds)
{
  g_autoptr (GstMessage) message = wait_for (f, GST_MESSAGE_ERROR, seconds);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless (message != NULL, "no error came");
  gst_message_parse_error (message, &error, &debug);

  return g_strdup_printf ("%s|%s", error->message, debug);
}

static void
check_start_fails (Fixture * f, const gchar * reason)
{
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (gst_element_set_state (f->pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  text = pop_error (f, 0);
  fail_unless (strstr (text, reason) != NULL, "'%s' does not say '%s'", text,
      reason);
}

GST_START_TEST (test_start_needs_an_sdp)
{
  Fixture f;

  setup (&f, "r.screen ! fakesink async=false");
  g_object_set (f.src, "sdp", NULL, NULL);
  check_start_fails (&f, "set 'sdp-location'");
  g_object_set (f.src, "sdp-location", "/nonexistent/session.sdp", NULL);
  check_start_fails (&f, "/nonexistent/session.sdp");
  g_object_set (f.src, "sdp", "nonsense", NULL);
  check_start_fails (&f, "not an SDP");
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_port_in_use_is_named_and_can_be_tried_again)
{
  g_autofree gchar *port = NULL;
  GSocket *thief;
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = NULL;
  Fixture f;

  setup (&f, "r.screen ! fakesink async=false");
  port = g_strdup_printf ("port %u", f.audio_port);
  thief = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);
  address = g_inet_socket_address_new (loopback, f.audio_port);
  fail_unless (g_socket_bind (thief, address, TRUE, NULL));
  check_start_fails (&f, port);

  g_object_unref (thief);
  fail_if (gst_element_set_state (f.pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_pads_are_there_from_the_start)
{
  GstElement *src = gst_element_factory_make ("rtprecordsrc", NULL);
  static const gchar *const names[] = { "screen", "webcam", "audio_0" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstPad *pad = gst_element_get_static_pad (src, names[i]);

    fail_unless (pad != NULL, "no %s", names[i]);
    gst_object_unref (pad);
  }
  gst_object_unref (src);
}

GST_END_TEST;

GST_START_TEST (test_further_audio_sections_have_pads_while_ready)
{
  g_autofree gchar *sdp = NULL, *more = NULL;
  Fixture f;

  setup (&f, "r.screen ! fakesink async=false");
  sdp = make_sdp (&f);
  more = g_strdup_printf ("%sm=audio %u RTP/AVP 8\r\na=rtcp-mux\r\n", sdp,
      free_port ());
  g_object_set (f.src, "sdp", more, NULL);
  for (guint i = 0; i < 2; i++) {
    GstPad *pad;

    gst_element_set_state (f.pipeline, GST_STATE_READY);
    pad = gst_element_get_static_pad (f.src, "audio_1");
    fail_unless (pad != NULL);
    gst_object_unref (pad);
    gst_element_set_state (f.pipeline, GST_STATE_NULL);
    fail_unless (gst_element_get_static_pad (f.src, "audio_1") == NULL);
  }
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_latency_is_answered_live)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live;
  GstClockTime min, max;
  GstPad *pad;
  Fixture f;

  setup (&f, "r.screen ! fakesink async=false");
  gst_element_set_state (f.pipeline, GST_STATE_PAUSED);
  pad = gst_element_get_static_pad (f.src, "screen");
  fail_unless (gst_pad_query (pad, query));
  gst_query_parse_latency (query, &live, &min, &max);
  fail_unless (live);
  fail_unless_equals_uint64 (min, 100 * GST_MSECOND);
  gst_object_unref (pad);
  gst_query_unref (query);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_keys_cannot_be_read_back)
{
  GstElement *src = gst_element_factory_make ("rtprecordsrc", NULL);
  g_autofree gchar *sdp = NULL;

  g_object_set (src, "sdp", "v=0\r\na=crypto:1 X inline:SECRET\r\n", NULL);
  g_object_get (src, "sdp", &sdp, NULL);
  fail_unless (strstr (sdp, "SECRET") == NULL);
  gst_object_unref (src);
}

GST_END_TEST;

typedef struct
{
  guint64 samples, loud, first_loud;
  GstClockTime first, end;
  gboolean contiguous;
} Sound;

static void
measure (GstElement * sink, Sound * sound)
{
  GstSample *sample;

  *sound = (Sound) {.contiguous = TRUE,.first = GST_CLOCK_TIME_NONE };
  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
              20 * GST_SECOND))) {
    GstBuffer *buffer = gst_sample_get_buffer (sample);
    GstMapInfo map;

    if (sound->first == GST_CLOCK_TIME_NONE)
      sound->first = GST_BUFFER_PTS (buffer);
    else if (GST_BUFFER_PTS (buffer) != sound->end)
      sound->contiguous = FALSE;
    sound->end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);

    gst_buffer_map (buffer, &map, GST_MAP_READ);
    for (gsize i = 0; i < map.size / 2; i++, sound->samples++) {
      if (ABS (((gint16 *) map.data)[i]) < 1000)
        continue;
      if (sound->loud++ == 0)
        sound->first_loud = sound->samples;
    }
    gst_buffer_unmap (buffer, &map);
    gst_sample_unref (sample);
  }
}

/* Half a second of sound, a second of nothing, half a second of sound. */
GST_START_TEST (test_sound_is_continuous_over_a_pause_and_ends_when_idle)
{
  GstElement *sink;
  GstMessage *eos;
  Sound sound;
  Fixture f;

  setup (&f, "idle-timeout=2 r.audio_0 ! appsink name=sink sync=false");
  sink = gst_bin_get_by_name (GST_BIN (f.pipeline), "sink");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  send_pcmu (&f, 0, 25, 4000000000u);
  g_usleep (G_USEC_PER_SEC);
  send_pcmu (&f, 0, 25, 4000000000u + 12000);

  measure (sink, &sound);
  eos = wait_for (&f, GST_MESSAGE_EOS | GST_MESSAGE_ERROR, 5);
  fail_unless (eos && GST_MESSAGE_TYPE (eos) == GST_MESSAGE_EOS);
  gst_message_unref (eos);

  fail_unless (sound.contiguous);
  fail_unless_equals_uint64 (sound.end - sound.first,
      gst_util_uint64_scale_round (sound.samples, GST_SECOND, 48000));
  /* nothing lost, nothing added: about two seconds */
  fail_unless (ABS ((gint) sound.loud - 50 * OUT_PACKET) <= 2 * OUT_PACKET,
      "%" G_GUINT64_FORMAT " loud", sound.loud);
  fail_unless (sound.first_loud < 48 * 40, "begins after %" G_GUINT64_FORMAT,
      sound.first_loud);
  fail_unless (ABS ((gint) sound.samples - sent_samples (&f)) < 48 * 100,
      "%" G_GUINT64_FORMAT " samples", sound.samples);
  gst_object_unref (sink);
  teardown (&f);
}

GST_END_TEST;

static void
play_and_measure (Fixture * f, void (*disturb) (Fixture * f, guint i),
    Sound * sound)
{
  GstElement *sink;
  gint64 start;

  setup (f, "idle-timeout=1 r.audio_0 ! appsink name=sink sync=false");
  sink = gst_bin_get_by_name (GST_BIN (f->pipeline), "sink");
  gst_element_set_state (f->pipeline, GST_STATE_PLAYING);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 100; i++) {
    disturb (f, i);
    send_pcmu_packet (f, 0, i * PCMU_PACKET);
    sleep_until (start + (i + 1) * 20000);
  }
  measure (sink, sound);
  gst_object_unref (sink);
}

/* RTP times from nowhere, far and near, forwards and backwards */
static void
send_wrong_times (Fixture * f, guint i)
{
  static const gint offsets[] = { 100000000, 8000, -100000000, -4000 };
  guint8 payload[PCMU_PACKET] = { LOUD, };

  if (i >= 40 && i < 44)
    send_rtp (f, f->audio_port, 0, i * PCMU_PACKET + offsets[i - 40], payload,
        sizeof payload);
}

/* three packets of somebody else in the middle */
static void
send_strangers (Fixture * f, guint i)
{
  guint8 payload[PCMU_PACKET] = { LOUD, };

  if (i < 40 || i >= 43)
    return;
  f->ssrc = 0x4711;
  f->seq += 3000;
  send_rtp (f, f->audio_port, 0, i, payload, sizeof payload);
  f->seq -= 3001;
  f->ssrc = 0;
}

GST_START_TEST (test_disturbances_cost_nothing_else)
{
  static void (*const disturbances[]) (Fixture *, guint) = {
    send_wrong_times, send_strangers
  };
  Sound sound;
  Fixture f;

  play_and_measure (&f, disturbances[__i__], &sound);
  fail_unless (sound.contiguous);
  fail_unless (ABS ((gint) sound.loud - 100 * OUT_PACKET) <= 5 * OUT_PACKET,
      "%" G_GUINT64_FORMAT " loud", sound.loud);
  fail_unless (ABS ((gint) sound.samples - sent_samples (&f))
      <= 10 * OUT_PACKET, "%" G_GUINT64_FORMAT " samples", sound.samples);
  teardown (&f);
}

GST_END_TEST;

/* A, then B for good, then A again */
GST_START_TEST (test_another_ssrc_takes_over_and_back)
{
  GstElement *sink;
  Sound sound;
  Fixture f;

  setup (&f, "idle-timeout=1 r.audio_0 ! appsink name=sink sync=false");
  sink = gst_bin_get_by_name (GST_BIN (f.pipeline), "sink");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 3; i++) {
    f.ssrc = i % 2;
    f.seq = i * 7000;
    send_pcmu (&f, 0, 50, i * 123456);
    g_usleep (G_USEC_PER_SEC / 4);
  }
  measure (sink, &sound);
  fail_unless (sound.contiguous);
  /* a stream loses its first packets, and opens anew */
  fail_unless (sound.loud >= 3 * 40 * OUT_PACKET, "%" G_GUINT64_FORMAT
      " loud", sound.loud);
  fail_unless (ABS ((gint) sound.samples - sent_samples (&f))
      <= 10 * OUT_PACKET, "%" G_GUINT64_FORMAT " samples", sound.samples);
  gst_object_unref (sink);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_decode_changed_in_ready_waits_for_null)
{
  Fixture f;

  setup (&f, "r.audio_0 ! fakesink async=false");
  g_object_set (f.src, "decode", FALSE, NULL);
  gst_element_set_state (f.pipeline, GST_STATE_READY);
  g_object_set (f.src, "decode", TRUE, "latency", 700, NULL);
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  send_pcmu (&f, 0, 20, 0);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_stream_that_begins_after_eos_is_no_error)
{
  GstMessage *message;
  Fixture f;

  setup (&f, "decode=false r.audio_0 ! fakesink async=false "
      "r.screen ! fakesink async=false");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  send_vp8_delta (&f, 0);
  gst_element_send_event (f.pipeline, gst_event_new_eos ());
  message = wait_for (&f, GST_MESSAGE_EOS | GST_MESSAGE_ERROR, 10);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  send_pcmu (&f, 0, 50, 0);
  fail_unless (wait_for (&f, GST_MESSAGE_ERROR, 1) == NULL);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_eos_from_the_application_ends_every_pad)
{
  GstMessage *message;
  Fixture f;

  setup (&f, "r.audio_0 ! fakesink async=false r.screen ! fakesink async=false "
      "r.webcam ! fakesink async=false");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  send_pcmu (&f, 0, 10, 0);
  fail_unless (gst_element_send_event (f.pipeline, gst_event_new_eos ()));
  message = wait_for (&f, GST_MESSAGE_EOS | GST_MESSAGE_ERROR, 10);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_rtp_that_never_comes_is_an_error)
{
  g_autofree gchar *text = NULL;
  g_autofree gchar *port = NULL;
  Fixture f;

  setup (&f, "idle-timeout=1 r.screen ! fakesink async=false");
  port = g_strdup_printf ("port %u", f.video_port);
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  text = pop_error (&f, 5);
  fail_unless (strstr (text, "No RTP packet") != NULL, "%s", text);
  fail_unless (strstr (text, port) != NULL, "%s", text);
  teardown (&f);
}

GST_END_TEST;

static const GstStructure *
wait_for_state (Fixture * f, const gchar * pad, const gchar * why,
    GstMessage ** keep)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end) {
    const GstStructure *s;

    *keep = wait_for (f, GST_MESSAGE_ELEMENT, 1);
    if (*keep == NULL)
      continue;
    s = gst_message_get_structure (*keep);
    if (gst_structure_has_name (s, "rtprecord-stream")
        && g_strcmp0 (gst_structure_get_string (s, "pad"), pad) == 0
        && g_strcmp0 (gst_structure_get_string (s, "why"), why) == 0)
      return s;
    gst_message_unref (*keep);
  }
  fail ("no message for %s with %s", pad, why);

  return NULL;
}

GST_START_TEST (test_wrong_payload_type_is_named)
{
  g_autofree gchar *text = NULL;
  const GstStructure *s;
  GstMessage *message;
  guint pt;
  Fixture f;

  setup (&f, "idle-timeout=3 r.audio_0 ! fakesink async=false");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  send_pcmu (&f, 8, 5, 0);
  s = wait_for_state (&f, "audio_0", "wrong-payload-type", &message);
  fail_unless (gst_structure_get_uint (s, "payload-type", &pt));
  fail_unless_equals_int (pt, 8);
  gst_message_unref (message);
  text = pop_error (&f, 8);
  fail_unless (strstr (text, "payload type 8") != NULL, "%s", text);
  fail_unless (strstr (text, "a payload type that the SDP does not have")
      != NULL, "%s", text);
  teardown (&f);
}

GST_END_TEST;

/* Waits for a PLI (RFC 4585, 6.3.1) on the sender's socket. */
static gboolean
receive_pli (Fixture * f)
{
  g_socket_set_timeout (f->sender, 3);
  for (guint i = 0; i < 50; i++) {
    guint8 data[1500];
    gssize size = g_socket_receive (f->sender, (gchar *) data, sizeof data,
        NULL, NULL);

    if (size <= 0)
      return FALSE;
    for (gssize o = 0; o + 4 <= size;
        o += 4 + 4 * GST_READ_UINT16_BE (data + o + 2)) {
      if (data[o + 1] == 206 && (data[o] & 0x1f) == 1)
        return TRUE;
    }
  }

  return FALSE;
}

GST_START_TEST (test_keyframe_is_asked_for_and_nothing_comes_before)
{
  GstElement *sink;
  GstMessage *message;
  Fixture f;

  setup (&f, "r.screen ! appsink name=sink sync=false");
  sink = gst_bin_get_by_name (GST_BIN (f.pipeline), "sink");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 10; i++) {
    send_vp8_delta (&f, i * 3000);
    g_usleep (33000);
  }
  /* on the port that RTP came to, to where it came from: a=rtcp-mux */
  fail_unless (receive_pli (&f));
  for (guint i = 10; i < 80; i++) {
    send_vp8_delta (&f, i * 3000);
    g_usleep (33000);
  }
  wait_for_state (&f, "screen", "no-keyframe", &message);
  gst_message_unref (message);
  fail_unless (gst_app_sink_try_pull_sample (GST_APP_SINK (sink), 0) == NULL);
  gst_object_unref (sink);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_stream_whose_pad_is_not_linked_is_not_received)
{
  GstStructure *stats;
  const GstStructure *screen;
  guint64 packets, requests;
  Fixture f;

  setup (&f, "r.audio_0 ! fakesink async=false");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 30; i++) {
    send_vp8_delta (&f, i * 3000);
    g_usleep (33000);
  }
  g_object_get (f.src, "stats", &stats, NULL);
  screen = gst_value_get_structure (gst_structure_get_value (stats, "screen"));
  fail_unless (gst_structure_get_uint64 (screen, "packets", &packets));
  fail_unless (gst_structure_get_uint64 (screen, "keyframe-requests",
          &requests));
  fail_unless_equals_uint64 (packets, 30);
  fail_unless_equals_uint64 (requests, 0);
  gst_structure_free (stats);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_garbage_on_every_port_does_not_disturb)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  GstStructure *stats;
  const GstStructure *audio;
  GstElement *sink;
  guint64 invalid;
  Sound sound;
  Fixture f;

  setup (&f, "idle-timeout=1 r.audio_0 ! appsink name=sink sync=false "
      "r.screen ! fakesink async=false");
  sink = gst_bin_get_by_name (GST_BIN (f.pipeline), "sink");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 25; i++) {
    guint8 data[64];

    send_pcmu (&f, 0, 1, i * PCMU_PACKET);
    for (guint j = 0; j < 20; j++) {
      gsize size = g_rand_int_range (rand, 0, sizeof data);

      for (gsize k = 0; k < size; k++)
        data[k] = g_rand_int (rand);
      send_to (&f, j % 2 ? f.audio_port : f.video_port, data, size);
    }
  }
  measure (sink, &sound);
  fail_unless (sound.contiguous);
  fail_unless (ABS ((gint) sound.loud - 25 * OUT_PACKET) <= 2 * OUT_PACKET,
      "%" G_GUINT64_FORMAT " loud", sound.loud);
  g_object_get (f.src, "stats", &stats, NULL);
  audio = gst_value_get_structure (gst_structure_get_value (stats, "audio_0"));
  fail_unless (gst_structure_get_uint64 (audio, "invalid-packets", &invalid));
  fail_unless (invalid > 100);
  gst_structure_free (stats);
  gst_object_unref (sink);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_two_sessions_in_a_row)
{
  GstElement *sink;
  Fixture f;

  setup (&f, "idle-timeout=1 r.audio_0 ! appsink name=sink sync=false");
  sink = gst_bin_get_by_name (GST_BIN (f.pipeline), "sink");
  for (guint i = 0; i < 2; i++) {
    GstMessage *message;
    Sound sound;

    gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
    send_pcmu (&f, 0, 15, 77);
    measure (sink, &sound);
    wait_for_state (&f, "audio_0", NULL, &message);
    gst_message_unref (message);
    fail_unless (ABS ((gint) sound.loud - 15 * OUT_PACKET) <= 2 * OUT_PACKET,
        "%" G_GUINT64_FORMAT " loud", sound.loud);
    gst_element_set_state (f.pipeline, GST_STATE_READY);
  }
  gst_object_unref (sink);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_hundred_quick_starts_and_stops)
{
  Fixture f;

  setup (&f, "r.audio_0 ! fakesink async=false r.screen ! fakesink async=false");
  for (guint i = 0; i < 100; i++) {
    fail_unless (gst_element_set_state (f.pipeline, i % 3 ? GST_STATE_PLAYING :
            GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE);
    if (i % 2)
      send_vp8_delta (&f, i * 3000);
    fail_unless_equals_int (gst_element_set_state (f.pipeline, i % 5 ?
            GST_STATE_NULL : GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  }
  teardown (&f);
}

GST_END_TEST;

/* What was said of a pad's state, one after the other. */
static gchar *
collect_states (Fixture * f, const gchar * pad)
{
  GString *text = g_string_new (NULL);
  GstMessage *message;

  while ((message = wait_for (f, GST_MESSAGE_ELEMENT, 0))) {
    const GstStructure *s = gst_message_get_structure (message);
    const gchar *why = gst_structure_get_string (s, "why");

    if (gst_structure_has_name (s, "rtprecord-stream")
        && g_strcmp0 (gst_structure_get_string (s, "pad"), pad) == 0)
      g_string_append_printf (text, "%s%s%s; ",
          gst_structure_get_string (s, "state"), why ? " " : "",
          why ? why : "");
    gst_message_unref (message);
  }

  return g_string_free (text, FALSE);
}

GST_START_TEST (test_each_change_of_state_is_told_once)
{
  g_autofree gchar *states = NULL;
  Fixture f;

  setup (&f, "r.audio_0 ! fakesink async=false");
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  send_pcmu (&f, 8, 20, 0);
  send_pcmu (&f, 0, 50, 0);
  send_pcmu (&f, 8, 80, 0);
  send_pcmu (&f, 0, 30, 130 * PCMU_PACKET);
  states = collect_states (&f, "audio_0");
  fail_unless_equals_string (states, "waiting wrong-payload-type; receiving; "
      "waiting wrong-payload-type; receiving; ");
  teardown (&f);
}

GST_END_TEST;

/* Ten packets of 172 bytes in 0.2 s: 68.8 kbit/s; then one is missing. */
static void
check_quality (const GstStructure * s, gboolean is_session)
{
  guint64 jitter, bandwidth;
  gdouble loss, post_repair_loss;
  const GValue *stream = gst_structure_get_value (s, "audio_0");

  fail_unless (gst_structure_get (s, "jitter", G_TYPE_UINT64, &jitter,
          "bandwidth", G_TYPE_UINT64, &bandwidth, "loss", G_TYPE_DOUBLE, &loss,
          "post-repair-loss", G_TYPE_DOUBLE, &post_repair_loss, NULL),
      "%" GST_PTR_FORMAT, s);
  fail_unless (jitter < 20 * GST_MSECOND);
  fail_unless (bandwidth > 40000 && bandwidth < 80000, "%" G_GUINT64_FORMAT,
      bandwidth);
  fail_unless (loss > 0.01 && loss < 0.2, "%g", loss);
  fail_unless (post_repair_loss > 0.01 && post_repair_loss < 0.2, "%g",
      post_repair_loss);
  fail_if (gst_structure_has_field (s, "framerate"), "it is sound");
  fail_if (gst_structure_has_field (s, "screen"), "nothing came");
  fail_unless_equals_int (stream != NULL, is_session);
  if (is_session)
    check_quality (gst_value_get_structure (stream), FALSE);
}

GST_START_TEST (test_quality_is_told_each_second)
{
  g_autoptr (GstPad) pad = NULL;
  gint n_messages = 0, n_events = 0;
  GstMessage *message;
  Fixture f;

  setup (&f, "r.audio_0 ! fakesink async=false r.screen ! fakesink async=false");
  pad = gst_element_get_static_pad (f.src, "audio_0");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, count_quality,
      &n_events, NULL);
  gst_element_set_state (f.pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 12; i++) {
    send_pcmu (&f, 0, 10, i * 10 * PCMU_PACKET);
    f.seq++;
  }

  while ((message = wait_for (&f, GST_MESSAGE_ELEMENT, 0))) {
    const GstStructure *s = gst_message_get_structure (message);

    if (gst_structure_has_name (s, "recording-quality")) {
      check_quality (s, TRUE);
      n_messages++;
    }
    gst_message_unref (message);
  }
  fail_unless (n_messages >= 2 && n_messages <= 3, "%d", n_messages);
  fail_unless (ABS (g_atomic_int_get (&n_events) - n_messages) <= 1);
  teardown (&f);
}

GST_END_TEST;

static Suite *
rtprecordsrc_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_start_needs_an_sdp);
  tcase_add_test (tc, test_port_in_use_is_named_and_can_be_tried_again);
  tcase_add_test (tc, test_pads_are_there_from_the_start);
  tcase_add_test (tc, test_further_audio_sections_have_pads_while_ready);
  tcase_add_test (tc, test_latency_is_answered_live);
  tcase_add_test (tc, test_keys_cannot_be_read_back);
  tcase_add_test (tc,
      test_sound_is_continuous_over_a_pause_and_ends_when_idle);
  tcase_add_loop_test (tc, test_disturbances_cost_nothing_else, 0, 2);
  tcase_add_test (tc, test_another_ssrc_takes_over_and_back);
  tcase_add_test (tc, test_decode_changed_in_ready_waits_for_null);
  tcase_add_test (tc, test_stream_that_begins_after_eos_is_no_error);
  tcase_add_test (tc, test_eos_from_the_application_ends_every_pad);
  tcase_add_test (tc, test_rtp_that_never_comes_is_an_error);
  tcase_add_test (tc, test_wrong_payload_type_is_named);
  tcase_add_test (tc, test_keyframe_is_asked_for_and_nothing_comes_before);
  tcase_add_test (tc,
      test_stream_whose_pad_is_not_linked_is_not_received);
  tcase_add_test (tc, test_garbage_on_every_port_does_not_disturb);
  tcase_add_test (tc, test_two_sessions_in_a_row);
  tcase_add_test (tc, test_each_change_of_state_is_told_once);
  tcase_add_test (tc, test_quality_is_told_each_second);
  tcase_add_test (tc, test_hundred_quick_starts_and_stops);

  return s;
}

GST_CHECK_MAIN (rtprecordsrc);
