/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Sends many streams of VP8 as an SFU does, at as little cost as can be: two
 * seconds of pictures are encoded once and go round, a picture of each stream
 * at its own moment, as many datagrams a system call as are due. Sender reports
 * each second; it listens to nothing.
 *
 *   rtpload --streams 50 --duration 20 --base-port 30000 [--srtp]
 *
 * Stream i goes to port BASE + 2 * i, its RTCP to the same port or, with
 * --rtcp-apart, to the next. --sdp DIR writes DIR/N.sdp for each session of two
 * streams. On exit it prints what it sent. */

#define _GNU_SOURCE             /* sendmmsg */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <stdlib.h>
#include <string.h>
#include <srtp2/srtp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FPS 30
#define PICTURES 60
#define PER_SESSION 2
#define PT 96
#define BATCH 64
#define MAX_PACKET 1500
#define NS G_GINT64_CONSTANT (1000000000)
#define NTP_EPOCH G_GUINT64_CONSTANT (2208988800)

/* of every stream and both directions: a benchmark has no secrets */
#define KEY "012345678901234567890123456789"

static gint opt_streams = 2;
static gint opt_base_port = 30000;
static gint opt_bitrate = 1500000;
static gdouble opt_duration = 10;
static gboolean opt_srtp;
static gboolean opt_rtcp_apart;
static gchar *opt_sdp;

static const GOptionEntry options[] = {
  {"streams", 0, 0, G_OPTION_ARG_INT, &opt_streams, "how many (2)", "N"},
  {"base-port", 0, 0, G_OPTION_ARG_INT, &opt_base_port,
      "of the first stream (30000)", "PORT"},
  {"bitrate", 0, 0, G_OPTION_ARG_INT, &opt_bitrate,
      "of a stream, bit/s (1500000)", "N"},
  {"duration", 0, 0, G_OPTION_ARG_DOUBLE, &opt_duration, "(10)", "SECONDS"},
  {"srtp", 0, 0, G_OPTION_ARG_NONE, &opt_srtp,
      "SRTP and SRTCP, AES_CM_128_HMAC_SHA1_80", NULL},
  {"rtcp-apart", 0, 0, G_OPTION_ARG_NONE, &opt_rtcp_apart,
      "RTCP to a port of its own", NULL},
  {"sdp", 0, 0, G_OPTION_ARG_FILENAME, &opt_sdp,
      "write a session description for each two streams", "DIR"},
  G_OPTION_ENTRY_NULL
};

/* RTP packets of one picture */
typedef GPtrArray Picture;      /* of GBytes */

typedef struct
{
  struct sockaddr_in rtp, rtcp;
  srtp_t srtp;
  guint32 ssrc, rtp_base;
  guint16 seq;
  gint64 next;                  /* when its next picture is due, ns */
  gint64 next_report;
  guint64 pictures;
  guint64 packets, bytes;
} Stream;

typedef struct
{
  int fd;
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  guint8 data[BATCH][MAX_PACKET + SRTP_MAX_TRAILER_LEN];
  guint n;
} Batch;

static gint64
now_ns (clockid_t id)
{
  struct timespec t;

  clock_gettime (id, &t);

  return t.tv_sec * NS + t.tv_nsec;
}

/* Pictures */

static GPtrArray *
encode_pictures (GError ** error)
{
  g_autofree gchar *text = g_strdup_printf ("videotestsrc pattern=ball "
      "num-buffers=%d ! video/x-raw,width=1280,height=720,framerate=%d/1 ! "
      "videoconvert ! vp8enc deadline=1 cpu-used=8 threads=2 "
      "target-bitrate=%d end-usage=cbr min-quantizer=0 max-quantizer=20 "
      "keyframe-max-dist=%d ! rtpvp8pay pt=%d mtu=1200 picture-id-mode=none ! "
      "appsink name=sink sync=false", PICTURES, FPS, opt_bitrate, PICTURES, PT);
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, error);
  g_autoptr (GstElement) sink = NULL;
  GPtrArray *pictures;
  Picture *picture = NULL;
  GstSample *sample;

  if (pipeline == NULL)
    return NULL;
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  pictures = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_ptr_array_unref);
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink)))) {
    GstBuffer *buffer = gst_sample_get_buffer (sample);
    gpointer data;
    gsize size;

    gst_buffer_extract_dup (buffer, 0, -1, &data, &size);
    if (picture == NULL) {
      picture = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      g_ptr_array_add (pictures, picture);
    }
    g_ptr_array_add (picture, g_bytes_new_take (data, size));
    if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_MARKER))
      picture = NULL;
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return pictures;
}

/* The encoder is not at its rate from the first picture on, and a benchmark of
 * 1.5 Mbit/s is one of 1.5 Mbit/s: what is missing follows the picture, where
 * a VP8 decoder does not look. */
static void
pad_picture (Picture * picture, gsize missing)
{
  g_autoptr (GBytes) last = g_bytes_ref (g_ptr_array_index (picture,
          picture->len - 1));

  while (missing > 0) {
    gsize size, n = MIN (missing, 1100);
    const guint8 *data = g_bytes_get_data (last, &size);
    guint8 *packet = g_malloc0 (13 + n);

    /* one more packet of the picture: the marker moves on to it */
    memcpy (packet, data, 12);
    g_ptr_array_add (picture, g_bytes_new_take (packet, 13 + n));
    missing -= n;
  }
  for (guint i = 0; i < picture->len; i++) {
    GBytes *bytes = g_ptr_array_index (picture, i);
    guint8 *data = (guint8 *) g_bytes_get_data (bytes, NULL);

    data[1] = PT | (i == picture->len - 1 ? 0x80 : 0);
  }
}

static void
pad_pictures (GPtrArray * pictures)
{
  gsize target = opt_bitrate / 8 / FPS;

  for (guint i = 0; i < pictures->len; i++) {
    Picture *picture = g_ptr_array_index (pictures, i);
    gsize size = 0;

    for (guint j = 0; j < picture->len; j++)
      size += g_bytes_get_size (g_ptr_array_index (picture, j));
    pad_picture (picture, size < target ? target - size : 0);
  }
}

/* Streams */

static srtp_t
srtp_new (guint32 ssrc)
{
  srtp_policy_t policy;
  srtp_t srtp = NULL;

  memset (&policy, 0, sizeof policy);
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80 (&policy.rtp);
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80 (&policy.rtcp);
  policy.ssrc.type = ssrc_specific;
  policy.ssrc.value = ssrc;
  policy.key = (guint8 *) KEY;
  g_assert_cmpint (srtp_create (&srtp, &policy), ==, srtp_err_status_ok);

  return srtp;
}

static void
stream_init (Stream * self, guint i, gint64 start)
{
  guint port = opt_base_port + 2 * i;

  *self = (Stream) {.ssrc = 0x10000000 + i,.rtp_base = i * 77777,
        .seq = i * 301};
  self->rtp.sin_family = AF_INET;
  self->rtp.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  self->rtp.sin_port = htons (port);
  self->rtcp = self->rtp;
  if (opt_rtcp_apart)
    self->rtcp.sin_port = htons (port + 1);
  /* spread over a frame's duration, as those of many browsers are */
  self->next = start + NS / FPS * i / opt_streams;
  self->next_report = self->next + NS / 10;
  if (opt_srtp)
    self->srtp = srtp_new (self->ssrc);
}

static void
flush_batch (Batch * self)
{
  guint done = 0;

  while (done < self->n) {
    int n = sendmmsg (self->fd, self->messages + done, self->n - done, 0);

    if (n > 0)
      done += n;
    else if (errno != EINTR && errno != ENOBUFS && errno != EAGAIN)
      done++;                   /* nobody listens on that port */
  }
  self->n = 0;
}

static guint8 *
next_packet (Batch * self)
{
  if (self->n == BATCH)
    flush_batch (self);

  return self->data[self->n];
}

static void
add_packet (Batch * self, struct sockaddr_in *to, gsize size)
{
  self->parts[self->n] = (struct iovec) { self->data[self->n], size };
  self->messages[self->n].msg_hdr = (struct msghdr) {
    .msg_name = to,.msg_namelen = sizeof *to,
    .msg_iov = &self->parts[self->n],.msg_iovlen = 1
  };
  self->n++;
}

static guint32
rtp_time (const Stream * self)
{
  return self->rtp_base + self->pictures * (90000 / FPS);
}

static void
write_32 (guint8 * data, guint32 value)
{
  value = htonl (value);
  memcpy (data, &value, 4);
}

static void
send_picture (Stream * self, Batch * batch, const Picture * picture)
{
  for (guint i = 0; i < picture->len; i++) {
    gsize size;
    const guint8 *from = g_bytes_get_data (g_ptr_array_index (picture, i),
        &size);
    guint8 *data = next_packet (batch);
    int length = size;

    memcpy (data, from, size);
    data[2] = self->seq >> 8;
    data[3] = self->seq & 0xff;
    write_32 (data + 4, rtp_time (self));
    write_32 (data + 8, self->ssrc);
    if (self->srtp)
      g_assert_cmpint (srtp_protect (self->srtp, data, &length), ==,
          srtp_err_status_ok);
    add_packet (batch, &self->rtp, length);
    self->seq++;
    self->packets++;
    self->bytes += length;
  }
  self->pictures++;
}

/* A sender report and the CNAME (RFC 3550, 6.4.1 and 6.5.1) */
static void
send_report (Stream * self, Batch * batch)
{
  static const gchar cname[] = "load@loopback";
  guint8 *data = next_packet (batch);
  gint64 now = now_ns (CLOCK_REALTIME);
  int length = 28 + 8 + 16;

  memset (data, 0, length);
  data[0] = 0x80;
  data[1] = 200;
  data[3] = 6;
  write_32 (data + 4, self->ssrc);
  write_32 (data + 8, now / NS + NTP_EPOCH);
  write_32 (data + 12, ((guint64) (now % NS) << 32) / NS);
  write_32 (data + 16, rtp_time (self));
  write_32 (data + 20, self->packets);
  write_32 (data + 24, self->bytes);
  data[28] = 0x81;
  data[29] = 202;
  data[31] = 5;
  write_32 (data + 32, self->ssrc);
  data[36] = 1;
  data[37] = sizeof cname - 1;
  memcpy (data + 38, cname, sizeof cname - 1);
  if (self->srtp)
    g_assert_cmpint (srtp_protect_rtcp (self->srtp, data, &length), ==,
        srtp_err_status_ok);
  add_packet (batch, &self->rtcp, length);
  self->next_report += NS;
}

static void
wait_until (gint64 at)
{
  struct timespec t = { at / NS, at % NS };

  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void
run (Stream * streams, GPtrArray * pictures, Batch * batch, gint64 end)
{
  gint64 now = now_ns (CLOCK_MONOTONIC);

  while (now < end) {
    gint64 next = end;

    for (gint i = 0; i < opt_streams; i++) {
      Stream *stream = &streams[i];

      if (stream->next <= now) {
        send_picture (stream, batch, g_ptr_array_index (pictures,
                (stream->pictures + i) % pictures->len));
        stream->next += NS / FPS;
      }
      if (stream->next_report <= now)
        send_report (stream, batch);
      next = MIN (next, stream->next);
    }
    flush_batch (batch);
    /* a millisecond's pictures at a time: sleeping costs, too */
    wait_until (MAX (next, now + NS / 1000));
    now = now_ns (CLOCK_MONOTONIC);
  }
}

/* The receivers' SDP */

static void
append_media (GString * sdp, guint i)
{
  guint port = opt_base_port + 2 * i;
  g_autofree gchar *key = g_base64_encode ((const guchar *) KEY, 30);

  g_string_append_printf (sdp, "m=video %u RTP/%s %u\r\n"
      "a=rtpmap:%u VP8/90000\r\n", port, opt_srtp ? "SAVPF" : "AVPF", PT, PT);
  if (!opt_rtcp_apart)
    g_string_append (sdp, "a=rtcp-mux\r\n");
  if (opt_srtp)
    g_string_append_printf (sdp, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "
        "inline:%s\r\na=x-crypto-send:1 AES_CM_128_HMAC_SHA1_80 inline:%s\r\n",
        key, key);
}

static gboolean
write_sdps (GError ** error)
{
  for (gint i = 0; opt_sdp && i < opt_streams; i += PER_SESSION) {
    g_autoptr (GString) sdp = g_string_new ("v=0\r\no=- 1 1 IN IP4 127.0.0.1"
        "\r\ns=load\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n");
    g_autofree gchar *path = g_strdup_printf ("%s/%d.sdp", opt_sdp,
        i / PER_SESSION);

    for (gint j = i; j < MIN (i + PER_SESSION, opt_streams); j++)
      append_media (sdp, j);
    if (!g_file_set_contents (path, sdp->str, -1, error))
      return FALSE;
  }

  return TRUE;
}

static void
print_report (const Stream * streams)
{
  guint64 packets = 0, bytes = 0;

  for (gint i = 0; i < opt_streams; i++) {
    packets += streams[i].packets;
    bytes += streams[i].bytes;
  }
  g_print ("sent streams=%d packets=%" G_GUINT64_FORMAT " bitrate=%.0f\n",
      opt_streams, packets, bytes * 8 / opt_duration / opt_streams);
}

static GPtrArray *
prepare (int *argc, char ***argv, GError ** error)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- send many streams of VP8");
  GPtrArray *pictures;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, error)
      || !write_sdps (error))
    return NULL;
  pictures = encode_pictures (error);
  if (pictures)
    pad_pictures (pictures);

  return pictures;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pictures = prepare (&argc, &argv, &error);
  g_autofree Stream *streams = NULL;
  g_autofree Batch *batch = NULL;
  gint64 start;

  if (pictures == NULL || pictures->len == 0) {
    g_printerr ("rtpload: %s\n", error ? error->message : "no pictures");
    return 1;
  }

  srtp_init ();
  start = now_ns (CLOCK_MONOTONIC);
  streams = g_new0 (Stream, opt_streams);
  for (gint i = 0; i < opt_streams; i++)
    stream_init (&streams[i], i, start);
  batch = g_new0 (Batch, 1);
  batch->fd = socket (AF_INET, SOCK_DGRAM, 0);
  g_print ("ready\n");
  run (streams, pictures, batch, start + opt_duration * NS);
  print_report (streams);
  for (gint i = 0; i < opt_streams; i++) {
    if (streams[i].srtp)
      srtp_dealloc (streams[i].srtp);
  }
  close (batch->fd);

  return 0;
}
