/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* How long after the first packet of a keyframe its picture leaves the pad,
 * beyond the latency that was asked for. Sends the packets itself, over
 * loopback, so that it knows when. Only the first packets of a sender wait for the
 * whole latency; what follows in order passes, so a sender that is under way can
 * be quicker than that: the figure is negative.
 *
 * firstpicture [--quick]: all codecs, three runs each, in about four minutes; or
 * VP8, once. */

#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#define FPS 30
#define N_PICTURES 60
#define SILENCE_PICTURES (3 * FPS / 2)
#define PT 96
#define NO_PICTURE (-G_MAXDOUBLE)
#define TIMEOUT (20 * G_TIME_SPAN_SECOND)

typedef enum
{
  START,                        /* a sender begins, with a keyframe */
  JOIN,                         /* it is under way, and is asked for one */
  REPLACE,                      /* another SSRC after a silence */
  N_SCENARIOS
} Scenario;

static const gchar *const scenario_names[] = { "start", "join", "replace" };

static const struct
{
  const gchar *name, *encoder;
} codecs[] = {
  {"VP8", "vp8enc deadline=1 target-bitrate=2000000 keyframe-max-dist=9999 ! "
        "rtpvp8pay"},
  {"VP9", "vp9enc deadline=1 cpu-used=8 target-bitrate=2000000 "
        "keyframe-max-dist=9999 ! rtpvp9pay"},
  {"H264", "x264enc tune=zerolatency speed-preset=ultrafast bitrate=2000 "
        "key-int-max=9999 ! rtph264pay config-interval=-1 "
        "aggregate-mode=zero-latency"},
};

typedef struct
{
  GPtrArray *pictures;          /* of GPtrArray of GstBuffer; first a keyframe */
  GSocket *socket;
  GSocketAddress *to;
  guint16 seq;
  guint32 rtp_time, ssrc;
  guint next;                   /* picture to send */

  gint64 keyframe_sent;         /* atomic, µs; what is measured from; 0: not yet */
  gint64 came;                  /* atomic, µs; of the first buffer after it */
} Sender;

static gint64
load (gint64 * value)
{
  return __atomic_load_n (value, __ATOMIC_ACQUIRE);
}

static void
store (gint64 * value, gint64 now)
{
  __atomic_store_n (value, now, __ATOMIC_RELEASE);
}

/* What is sent, encoded beforehand */
static GPtrArray *
encode (const gchar * encoder)
{
  g_autofree gchar *text = g_strdup_printf ("videotestsrc num-buffers=%u ! "
      "video/x-raw, format=I420, width=1280, height=720, framerate=%u/1 ! %s "
      "pt=%u mtu=1200 ! appsink name=sink sync=false max-buffers=0", N_PICTURES,
      FPS, encoder, PT);
  g_autoptr (GstElement) pipeline = gst_parse_launch_full (text, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, NULL);
  g_autoptr (GstElement) sink =
      pipeline ? gst_bin_get_by_name (GST_BIN (pipeline), "sink") : NULL;
  GPtrArray *pictures =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *picture = NULL;
  GstSample *sample;

  if (sink == NULL)
    return pictures;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink)))) {
    GstBuffer *buffer = gst_sample_get_buffer (sample);
    guint8 marker = 0;

    if (picture == NULL) {
      picture = g_ptr_array_new_with_free_func ((GDestroyNotify)
          gst_buffer_unref);
      g_ptr_array_add (pictures, picture);
    }
    g_ptr_array_add (picture, gst_buffer_ref (buffer));
    gst_buffer_extract (buffer, 1, &marker, 1);
    if (marker & 0x80)
      picture = NULL;
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return pictures;
}

static void
send_picture (Sender * self)
{
  GPtrArray *packets = g_ptr_array_index (self->pictures, self->next);

  for (guint i = 0; i < packets->len; i++) {
    guint8 data[1500];
    gsize size = gst_buffer_extract (g_ptr_array_index (packets, i), 0, data,
        sizeof data);

    GST_WRITE_UINT16_BE (data + 2, self->seq++);
    GST_WRITE_UINT32_BE (data + 4, self->rtp_time);
    GST_WRITE_UINT32_BE (data + 8, self->ssrc);
    g_socket_send_to (self->socket, self->to, (gchar *) data, size, NULL, NULL);
  }
  self->next = (self->next + 1) % self->pictures->len;
}

/* A PLI (RFC 4585, 6.3.1) among what came back. */
static gboolean
is_asked (Sender * self)
{
  guint8 data[1500];
  gssize size;
  gboolean asked = FALSE;

  while ((size = g_socket_receive_with_blocking (self->socket, (gchar *) data,
              sizeof data, FALSE, NULL, NULL)) > 0) {
    for (gssize o = 0; o + 4 <= size;
        o += 4 + 4 * GST_READ_UINT16_BE (data + o + 2))
      asked |= data[o + 1] == 206 && (data[o] & 0x1f) == 1;
  }

  return asked;
}

/* One picture's turn, @i since the beginning. */
static void
take_turn (Sender * self, Scenario scenario, guint i)
{
  const guint replaced = 2 * FPS;
  gboolean is_first = scenario == START && i == 0;

  if (scenario == JOIN && i == 0)
    self->next = 1;
  if (scenario == JOIN && is_asked (self) && load (&self->keyframe_sent) == 0) {
    self->next = 0;
    is_first = TRUE;
  }
  if (scenario == REPLACE && i == replaced + SILENCE_PICTURES) {
    self->ssrc++;
    self->seq += 1000;
    self->rtp_time += 4711;
    self->next = 0;
    is_first = TRUE;
  }
  if (is_first)
    store (&self->keyframe_sent, g_get_monotonic_time ());
  if (scenario != REPLACE || i < replaced || i >= replaced + SILENCE_PICTURES)
    send_picture (self);
  self->rtp_time += 90000 / FPS;
}

static GstPadProbeReturn
on_picture (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer data)
{
  Sender *self = data;

  if (load (&self->keyframe_sent) > 0 && load (&self->came) == 0)
    store (&self->came, g_get_monotonic_time ());

  return GST_PAD_PROBE_OK;
}

static void
open_sender (Sender * self, guint16 * port)
{
  g_autoptr (GSocket) probe = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) any =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;

  g_socket_bind (probe, any, FALSE, NULL);
  address = g_socket_get_local_address (probe, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  self->to = g_object_ref (address);
  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);
  g_socket_bind (self->socket, any, FALSE, NULL);
}

static GstElement *
make_receiver (Sender * self, const gchar * codec, guint latency,
    gboolean decode, guint16 port)
{
  g_autofree gchar *text = g_strdup_printf ("rtprecordsrc name=r latency=%u "
      "decode=%s r.screen ! fakesink async=false sync=false", latency,
      decode ? "true" : "false");
  g_autofree gchar *sdp = g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"
      "s=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video %u RTP/AVPF %u\r\n"
      "a=rtpmap:%u %s/90000\r\na=rtcp-mux\r\na=rtcp-fb:%u nack pli\r\n", port,
      PT, PT, codec, PT);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (text, &error);
  g_autoptr (GstElement) src = NULL;
  g_autoptr (GstPad) pad = NULL;

  if (error)
    g_error ("%s", error->message);
  src = gst_bin_get_by_name (GST_BIN (pipeline), "r");
  pad = gst_element_get_static_pad (src, "screen");
  g_object_set (src, "sdp", sdp, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_picture, self, NULL);

  return pipeline;
}

/* ms, or NO_PICTURE */
static gdouble
measure (GPtrArray * pictures, const gchar * codec, Scenario scenario,
    guint latency, gboolean decode)
{
  Sender sender = {.pictures = pictures,.ssrc = 0x1000,.seq = 65500 };
  gint64 begin, end;
  GstElement *pipeline;
  guint16 port;

  open_sender (&sender, &port);
  pipeline = make_receiver (&sender, codec, latency, decode, port);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);

  begin = g_get_monotonic_time () + G_TIME_SPAN_SECOND / 10;
  end = begin + TIMEOUT;
  for (guint i = 0; load (&sender.came) == 0; i++) {
    gint64 wait = begin + (gint64) i * G_TIME_SPAN_SECOND / FPS
        - g_get_monotonic_time ();

    if (wait > 0)
      g_usleep (wait);
    if (g_get_monotonic_time () > end)
      break;
    take_turn (&sender, scenario, i);
  }

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  g_object_unref (sender.socket);
  g_object_unref (sender.to);

  return sender.came == 0 ? NO_PICTURE : (sender.came - sender.keyframe_sent) / 1000.0
      - latency;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static void
print_figures (GPtrArray * pictures, const gchar * codec, Scenario scenario,
    guint latency, gboolean decode, guint runs)
{
  g_autofree gdouble *ms = g_new (gdouble, runs);

  for (guint i = 0; i < runs; i++)
    ms[i] = measure (pictures, codec, scenario, latency, decode);
  qsort (ms, runs, sizeof *ms, compare);
  if (ms[0] == NO_PICTURE)
    g_print ("%-5s %-8s %7u %-6s no picture\n", codec, scenario_names[scenario],
        latency, decode ? "yes" : "no");
  else
    g_print ("%-5s %-8s %7u %-6s %6.1f %6.1f\n", codec,
        scenario_names[scenario], latency, decode ? "yes" : "no",
        ms[runs / 2], ms[runs - 1]);
}

gint
main (gint argc, gchar ** argv)
{
  static const guint latencies[] = { 100, 1000 };
  gboolean quick;
  guint runs;

  gst_init (&argc, &argv);
  quick = argc > 1 && g_str_equal (argv[1], "--quick");
  runs = quick ? 1 : 3;

  g_print ("From the keyframe's first packet to its picture, less the latency\n"
      "codec scenario latency decode median  worst of %u (ms)\n", runs);
  for (guint i = 0; i < (quick ? 1 : G_N_ELEMENTS (codecs)); i++) {
    g_autoptr (GPtrArray) pictures = encode (codecs[i].encoder);

    if (pictures->len < N_PICTURES) {
      g_print ("%-5s there is no encoder\n", codecs[i].name);
      continue;
    }
    for (guint s = 0; s < N_SCENARIOS; s++) {
      for (guint l = 0; l < G_N_ELEMENTS (latencies); l++) {
        print_figures (pictures, codecs[i].name, s, latencies[l], TRUE, runs);
        print_figures (pictures, codecs[i].name, s, latencies[l], FALSE, runs);
      }
    }
  }

  return 0;
}
