/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Sends rtprecordsrc floods of what costs a receiver memory, as fast as it reads
 * them, and says what the process has after each. In the end good packets must
 * be recorded again.
 *
 *   rtpflood --packets 100000 */

#include <gio/gio.h>
#include <gst/gst.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AUDIO_SSRC 0x1000
#define VIDEO_SSRC 0x2000
#define VP8 96
#define PCMU 0
#define BATCH 256
#define MAX_SIZE 60000
#define GOOD_PACKETS 100        /* of 20 ms */
#define LATENCY 200             /* ms, and then the pads have it all */
#define SETTLED (1500 * 1000)   /* us */
#define MAX_RESIDENT (128 * 1024)       /* kB */

static gint opt_packets = 10000;
static gint opt_max_growth = 4;
static gint opt_base_port = 47700;
static gboolean opt_decode;

static const GOptionEntry options[] = {
  {"packets", 0, 0, G_OPTION_ARG_INT, &opt_packets,
      "of each kind, in each of two rounds (10000)", "N"},
  {"max-growth", 0, 0, G_OPTION_ARG_INT, &opt_max_growth,
      "fail if the process grows by more in the second round (4)", "MB"},
  {"base-port", 0, 0, G_OPTION_ARG_INT, &opt_base_port,
      "of sound, pictures two above (47700)", "PORT"},
  {"decode", 0, 0, G_OPTION_ARG_NONE, &opt_decode,
      "decode what is received", NULL},
  G_OPTION_ENTRY_NULL
};

typedef struct
{
  GstElement *pipeline, *src;
  GSocket *owner, *stranger;
  GSocketAddress *audio, *video;
  GRand *rand;
  guint16 seq[2];               /* of sound, of pictures */
  guint32 time[2];
  guint8 data[MAX_SIZE];
} Flood;

static gsize
put_header (Flood * self, gboolean is_video)
{
  guint8 *data = self->data;

  memset (data, 0, 12);
  data[0] = 0x80;
  data[1] = is_video ? VP8 : PCMU;
  GST_WRITE_UINT16_BE (data + 2, self->seq[is_video]++);
  GST_WRITE_UINT32_BE (data + 4, self->time[is_video]);
  GST_WRITE_UINT32_BE (data + 8, is_video ? VIDEO_SSRC : AUDIO_SSRC);

  return 12;
}

/* Each of these makes one datagram, of the size that it returns. */

static gsize
make_good (Flood * self)
{
  gsize size = put_header (self, FALSE);

  self->time[FALSE] += 160;
  memset (self->data + size, 0x80, 160);

  return size + 160;
}

static gsize
make_new_ssrc (Flood * self)
{
  gsize size = make_good (self);

  GST_WRITE_UINT32_BE (self->data + 8, g_rand_int (self->rand));

  return size;
}

static gsize
make_contributors (Flood * self)
{
  gsize size = put_header (self, FALSE);

  self->time[FALSE] += 160;
  self->data[0] |= 15;
  for (guint i = 0; i < 15; i++, size += 4)
    GST_WRITE_UINT32_BE (self->data + size, g_rand_int (self->rand));
  memset (self->data + size, 0x80, 160);

  return size + 160;
}

static gsize
make_extension (Flood * self)
{
  gsize size = put_header (self, FALSE);

  self->time[FALSE] += 160;
  self->data[0] |= 0x10;
  GST_WRITE_UINT16_BE (self->data + size, 0xbede);
  GST_WRITE_UINT16_BE (self->data + size + 2, 200);
  size += 4;
  for (guint i = 0; i < 200; i++, size += 4)
    GST_WRITE_UINT32_BE (self->data + size, g_rand_int (self->rand));
  memset (self->data + size, 0x80, 160);

  return size + 160;
}

static gsize
make_skip (Flood * self)
{
  self->seq[FALSE] += 2900;

  return make_good (self);
}

static gsize
make_time (Flood * self)
{
  gsize size = make_good (self);

  GST_WRITE_UINT32_BE (self->data + 4, g_rand_int (self->rand));

  return size;
}

static gsize
make_huge (Flood * self)
{
  gsize size = put_header (self, FALSE);

  self->time[FALSE] += 160;
  memset (self->data + size, 0x80, MAX_SIZE - size);

  return MAX_SIZE;
}

static gsize
make_empty (Flood * self)
{
  return g_rand_boolean (self->rand) ? put_header (self, FALSE) : 0;
}

/* A picture that has no end */
static gsize
make_fragment (Flood * self)
{
  gsize size = put_header (self, TRUE);

  memset (self->data + size, 0x55, 1200);
  self->data[size] = self->seq[TRUE] == 1 ? 0x10 : 0x00;

  return size + 1200;
}

/* 31 names of nobody */
static gsize
make_rtcp (Flood * self)
{
  gsize size = 12;

  GST_WRITE_UINT32_BE (self->data, 0x80c90001);
  GST_WRITE_UINT32_BE (self->data + 4, AUDIO_SSRC);
  GST_WRITE_UINT32_BE (self->data + 8, 0x9fca0000 | (31 * 2));
  for (guint i = 0; i < 31; i++, size += 8) {
    GST_WRITE_UINT32_BE (self->data + size, g_rand_int (self->rand));
    memcpy (self->data + size + 4, "\1\1x", 4);
  }

  return size;
}

static const struct
{
  const gchar *name;
  gsize (*make) (Flood * self);
  gboolean is_video, is_stranger;
} kinds[] = {
  {"good", make_good, FALSE, FALSE},
  {"strangers", make_good, FALSE, TRUE},
  {"new-ssrcs", make_new_ssrc, FALSE, FALSE},
  {"contributors", make_contributors, FALSE, FALSE},
  {"rtcp", make_rtcp, FALSE, FALSE},
  {"fragments", make_fragment, TRUE, FALSE},
  {"extensions", make_extension, FALSE, FALSE},
  {"skips", make_skip, FALSE, FALSE},
  {"times", make_time, FALSE, FALSE},
  {"empty", make_empty, FALSE, FALSE},
  {"huge", make_huge, FALSE, FALSE},
};

/* Of what is in use: how much the heap keeps for later is chance. */
static glong
resident_kb (void)
{
  g_autofree gchar *text = NULL;
  gchar *end;

  malloc_trim (0);
  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  strtol (text, &end, 10);

  return strtol (end, NULL, 10) * (sysconf (_SC_PAGESIZE) / 1024);
}

static guint64
stat_of (Flood * self, const gchar * pad, const gchar * field)
{
  g_autoptr (GstStructure) stats = NULL;
  const GValue *value;
  guint64 number = 0;

  g_object_get (self->src, "stats", &stats, NULL);
  value = gst_structure_get_value (stats, pad);
  gst_structure_get_uint64 (gst_value_get_structure (value), field, &number);

  return number;
}

/* RTCP is not counted; what is dropped in the kernel neither. */
static guint64
count_read (Flood * self)
{
  static const gchar *const fields[] = {
    "packets", "invalid-packets", "foreign-packets", "refused-packets",
    "duplicate-packets", "wrong-payload-type-packets",
  };
  guint64 n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    n += stat_of (self, "audio_0", fields[i])
        + stat_of (self, "screen", fields[i]);

  return n;
}

static void
send_batch (Flood * self, guint kind)
{
  guint64 before = count_read (self);

  for (guint i = 0; i < BATCH; i++) {
    gsize size = kinds[kind].make (self);

    g_socket_send_to (kinds[kind].is_stranger ? self->stranger : self->owner,
        kinds[kind].is_video ? self->video : self->audio,
        (gchar *) self->data, size, NULL, NULL);
  }
  for (guint i = 0; i < 40 && count_read (self) < before + BATCH; i++)
    g_usleep (500);
}

static GSocket *
socket_new (const gchar * host)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (host, 0);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  g_socket_bind (socket, address, FALSE, NULL);

  return socket;
}

static GstBusSyncReply
drop_message (GstBus * bus G_GNUC_UNUSED, GstMessage * message,
    gpointer user_data G_GNUC_UNUSED)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_error (message, &error, NULL);
    g_printerr ("rtpflood: %s\n", error->message);
  }
  gst_message_unref (message);

  return GST_BUS_DROP;
}

static gboolean
start (Flood * self)
{
  g_autoptr (GstBus) bus = NULL;
  g_autofree gchar *sdp = g_strdup_printf ("v=0\r\n"
      "o=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
      "m=audio %d RTP/AVP 0\r\na=rtcp-mux\r\n"
      "m=video %d RTP/AVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\n",
      opt_base_port, opt_base_port + 2);

  self->pipeline = gst_parse_launch ("rtprecordsrc name=r "
      "r.screen ! fakesink async=false sync=false "
      "r.audio_0 ! fakesink async=false sync=false", NULL);
  self->src = gst_bin_get_by_name (GST_BIN (self->pipeline), "r");
  if (self->src == NULL)
    return FALSE;
  /* Messages that nobody reads would be memory of ours. */
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, drop_message, NULL, NULL);
  g_object_set (self->src, "sdp", sdp, "decode", opt_decode,
      "latency", LATENCY, NULL);
  self->owner = socket_new ("127.0.0.1");
  self->stranger = socket_new ("127.0.0.2");
  self->audio = g_inet_socket_address_new_from_string ("127.0.0.1",
      opt_base_port);
  self->video = g_inet_socket_address_new_from_string ("127.0.0.1",
      opt_base_port + 2);
  self->rand = g_rand_new_with_seed (1);

  return gst_element_set_state (self->pipeline, GST_STATE_PLAYING)
      != GST_STATE_CHANGE_FAILURE;
}

static void
stop (Flood * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->src);
  gst_clear_object (&self->pipeline);
  g_clear_object (&self->owner);
  g_clear_object (&self->stranger);
  g_clear_object (&self->audio);
  g_clear_object (&self->video);
  g_rand_free (self->rand);
}

/* The first round shows what each kind has bounds for, the second that they
 * hold. FALSE: the process grew by too much. */
static gboolean
run_floods (Flood * self)
{
  glong bounds = 0, resident = 0;

  for (guint i = 0; i < 2 * G_N_ELEMENTS (kinds); i++) {
    guint kind = i % G_N_ELEMENTS (kinds);

    for (gint n = 0; n < opt_packets; n += BATCH)
      send_batch (self, kind);
    g_usleep ((kind == G_N_ELEMENTS (kinds) - 1) ? SETTLED : 1500 * LATENCY);
    resident = resident_kb ();
    g_print ("%-12s resident=%ldkB\n", kinds[kind].name, resident);
    if (i == G_N_ELEMENTS (kinds) - 1)
      bounds = resident;
  }
  g_print ("grown=%ldkB\n", resident - bounds);

  return resident <= MAX_RESIDENT
      && resident - bounds <= opt_max_growth * 1024L;
}

/* As much as was sent, less what it takes to begin. */
static gboolean
records (Flood * self)
{
  guint64 before = stat_of (self, "audio_0", "buffers");
  guint64 after;

  self->seq[FALSE] += 10000;
  for (guint i = 0; i < GOOD_PACKETS; i++) {
    gsize size = make_good (self);

    g_socket_send_to (self->owner, self->audio, (gchar *) self->data, size,
        NULL, NULL);
    g_usleep (20000);
  }
  g_usleep (500000);
  after = stat_of (self, "audio_0", "buffers");
  g_print ("%d good packets, %" G_GUINT64_FORMAT " buffers\n", GOOD_PACKETS,
      after - before);

  return after - before >= GOOD_PACKETS / 2;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree Flood *flood = g_new0 (Flood, 1);
  gboolean is_flat, goes_on;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("rtpflood: %s\n", error->message);
    return 2;
  }
  if (!start (flood)) {
    g_printerr ("rtpflood: rtprecordsrc does not start\n");
    return 1;
  }

  is_flat = run_floods (flood);
  goes_on = records (flood);
  stop (flood);
  if (!is_flat)
    g_printerr ("rtpflood: memory grows\n");
  if (!goes_on)
    g_printerr ("rtpflood: good packets are not recorded any more\n");

  return is_flat && goes_on ? 0 : 1;
}
