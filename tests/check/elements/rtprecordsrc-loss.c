/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* A path that loses packets. The sender knows each picture as a decoder shows
 * it when nothing is lost, to the byte; whatever the recorder shows must be one
 * of them. A new keyframe comes when it is asked for, as from a browser. */

#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>
#include <gst/rtp/rtp.h>

#define PT 96
#define RTX_PT 97
#define SSRC 0x1000
#define RTX_SSRC 0x2000
#define FPS 30
#define GOP 90
#define N_ENCODED 360
#define N_SENT 90
#define HISTORY 1024

/* From a loss, 50 ms of patience, and what a busy machine takes. */
#define PLI_WITHIN (250 * 1000)

typedef enum
{ NO_REPAIR, PLAIN_NACK, RTX } Repair;

typedef struct
{
  const gchar *name, *encoder, *payloader, *decoder;
} Codec;

#define SIZE "video/x-raw,format=I420,width=160,height=120,framerate=30/1"

static const Codec codecs[] = {
  {"VP8", "vp8enc deadline=1 cpu-used=12 keyframe-max-dist=" G_STRINGIFY (GOP)
        " keyframe-mode=auto lag-in-frames=0 target-bitrate=600000",
      "rtpvp8pay picture-id-mode=15-bit", "rtpvp8depay ! vp8dec"},
  {"VP9", "vp9enc deadline=1 cpu-used=9 keyframe-max-dist=" G_STRINGIFY (GOP)
        " keyframe-mode=auto lag-in-frames=0 target-bitrate=600000",
      "rtpvp9pay picture-id-mode=15-bit", "rtpvp9depay ! vp9dec"},
  {"H264", "x264enc speed-preset=ultrafast tune=zerolatency bitrate=600 "
        "option-string=scenecut=0 key-int-max=" G_STRINGIFY (GOP),
        "rtph264pay config-interval=-1 aggregate-mode=zero-latency",
      "rtph264depay ! h264parse ! avdec_h264"},
};

typedef struct
{
  const Codec *codec;
  Repair repair;
  guint loss_permille;
  guint burst;                  /* packets that are lost together */
  guint reorder, duplicate;     /* each so many-th packet; 0: none */
} Path;

typedef struct
{
  const Path *path;
  GPtrArray *pictures;          /* of GPtrArray of GBytes: their packets */
  GHashTable *shown;            /* checksums of what a decoder makes of them */

  GstElement *pipeline, *src, *sink;
  GSocket *socket;
  GSocketAddress *to;
  GRand *rand;
  guint16 seq, rtx_seq;
  GBytes *history[HISTORY];
  GBytes *held;                 /* to come after the next one */
  guint to_lose, n_packets;

  guint sent_pictures, lost, plis, nacks;
  gboolean wants_keyframe;
  gint64 lost_at;               /* of the first one since a keyframe, or 0 */
  gint64 longest_wait;          /* from there to a PLI, us */
} Fixture;

/* The pictures */

static gchar *
checksum (GstBuffer * buffer)
{
  GstMapInfo map;
  gchar *sum;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA1, map.data, map.size);
  gst_buffer_unmap (buffer, &map);

  return sum;
}

static void
take_packet (Fixture * f, GstBuffer * buffer)
{
  GPtrArray *picture;
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  if (f->pictures->len == 0 || f->wants_keyframe) {
    g_ptr_array_add (f->pictures,
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref));
    f->wants_keyframe = FALSE;
  }
  picture = g_ptr_array_index (f->pictures, f->pictures->len - 1);
  g_ptr_array_add (picture, g_bytes_new (map.data, map.size));
  f->wants_keyframe = (map.data[1] & 0x80) != 0;        /* the marker */
  gst_buffer_unmap (buffer, &map);
}

static void
make_pictures (Fixture * f)
{
  g_autofree gchar *description = g_strdup_printf ("videotestsrc num-buffers="
      G_STRINGIFY (N_ENCODED) " pattern=zone-plate kx2=20 ky2=20 kt=3 ! " SIZE
      " ! %s ! %s name=pay pt=" G_STRINGIFY (PT) " mtu=500 ! tee name=t ! "
      "queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! "
      "appsink name=packets sync=false t. ! queue max-size-buffers=0 "
      "max-size-bytes=0 max-size-time=0 ! %s ! video/x-raw ! "
      "appsink name=pictures sync=false", f->path->codec->encoder,
      f->path->codec->payloader, f->path->codec->decoder);
  GstElement *pipeline = gst_parse_launch (description, NULL);
  GstElement *packets = gst_bin_get_by_name (GST_BIN (pipeline), "packets");
  GstElement *pictures = gst_bin_get_by_name (GST_BIN (pipeline), "pictures");
  GstSample *sample;

  f->pictures =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  f->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (packets)))) {
    take_packet (f, gst_sample_get_buffer (sample));
    gst_sample_unref (sample);
  }
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (pictures)))) {
    g_hash_table_add (f->shown, checksum (gst_sample_get_buffer (sample)));
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (packets);
  gst_object_unref (pictures);
  gst_object_unref (pipeline);
  f->wants_keyframe = FALSE;
  fail_unless_equals_int (f->pictures->len, N_ENCODED);
  fail_unless (g_hash_table_size (f->shown) > N_ENCODED / 2);
}

/* The sender */

static void
send_bytes (Fixture * f, GBytes * packet)
{
  gsize size;
  const gchar *data = g_bytes_get_data (packet, &size);

  g_socket_send_to (f->socket, f->to, data, size, NULL, NULL);
}

static gboolean
is_lost (Fixture * f)
{
  if (f->to_lose == 0
      && (guint) g_rand_int_range (f->rand, 0, 1000) < f->path->loss_permille)
    f->to_lose = f->path->burst;
  if (f->to_lose == 0)
    return FALSE;
  f->to_lose--;
  f->lost++;

  return TRUE;
}

static void
send_packet (Fixture * f, GBytes * template, guint32 timestamp)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (template, &size);
  guint8 *packet = g_memdup2 (data, size);
  GBytes **slot = &f->history[f->seq % HISTORY];

  GST_WRITE_UINT16_BE (packet + 2, f->seq);
  GST_WRITE_UINT32_BE (packet + 4, timestamp);
  GST_WRITE_UINT32_BE (packet + 8, SSRC);
  g_clear_pointer (slot, g_bytes_unref);
  *slot = g_bytes_new_take (packet, size);
  f->seq++;
  f->n_packets++;

  if (is_lost (f)) {
    if (f->lost_at == 0)
      f->lost_at = g_get_monotonic_time ();
    return;
  }
  /* not the last of a picture: the next one may take longer than patience */
  if (f->path->reorder > 0 && f->n_packets % f->path->reorder == 0
      && f->held == NULL && !(packet[1] & 0x80)) {
    f->held = g_bytes_ref (*slot);
    return;
  }
  send_bytes (f, *slot);
  if (f->path->duplicate > 0 && f->n_packets % f->path->duplicate == 0)
    send_bytes (f, *slot);
  if (f->held) {
    send_bytes (f, f->held);
    g_clear_pointer (&f->held, g_bytes_unref);
  }
}

/* RFC 4588, 4 */
static GBytes *
make_rtx (Fixture * f, GBytes * original)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (original, &size);
  guint8 *packet = g_malloc (size + 2);

  memcpy (packet, data, 12);
  packet[1] = (data[1] & 0x80) | RTX_PT;
  GST_WRITE_UINT16_BE (packet + 2, f->rtx_seq++);
  GST_WRITE_UINT32_BE (packet + 8, RTX_SSRC);
  memcpy (packet + 12, data + 2, 2);
  memcpy (packet + 14, data + 12, size - 12);

  return g_bytes_new_take (packet, size + 2);
}

/* A request takes the same lossy way as all. */
static void
send_again (Fixture * f, guint16 seq)
{
  GBytes *original = f->history[seq % HISTORY];
  g_autoptr (GBytes) rtx = NULL;

  f->nacks++;
  if (original == NULL || f->path->repair == NO_REPAIR || is_lost (f))
    return;
  if (f->path->repair == RTX)
    rtx = make_rtx (f, original);
  send_bytes (f, rtx ? rtx : original);
}

static void
handle_pli (Fixture * f)
{
  f->plis++;
  f->wants_keyframe = TRUE;
  if (f->lost_at == 0)
    return;
  f->longest_wait =
      MAX (f->longest_wait, g_get_monotonic_time () - f->lost_at);
  f->lost_at = 0;
}

static void
handle_nack (Fixture * f, GstRTCPPacket * packet)
{
  const guint8 *fci = gst_rtcp_packet_fb_get_fci (packet);
  guint n = gst_rtcp_packet_fb_get_fci_length (packet);

  for (guint i = 0; i < n; i++) {
    guint16 seq = GST_READ_UINT16_BE (fci + 4 * i);
    guint16 more = GST_READ_UINT16_BE (fci + 4 * i + 2);

    send_again (f, seq);
    for (guint bit = 0; bit < 16; bit++) {
      if (more >> bit & 1)
        send_again (f, seq + 1 + bit);
    }
  }
}

static void
handle_rtcp (Fixture * f, guint8 * data, gsize size)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstBuffer *buffer = gst_buffer_new_memdup (data, size);
  GstRTCPPacket packet;

  if (gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp)) {
    for (gboolean more = gst_rtcp_buffer_get_first_packet (&rtcp, &packet);
        more; more = gst_rtcp_packet_move_to_next (&packet)) {
      GstRTCPType type = gst_rtcp_packet_get_type (&packet);

      if (type == GST_RTCP_TYPE_PSFB
          && gst_rtcp_packet_fb_get_media_ssrc (&packet) == SSRC)
        handle_pli (f);
      if (type == GST_RTCP_TYPE_RTPFB
          && gst_rtcp_packet_fb_get_media_ssrc (&packet) == SSRC)
        handle_nack (f, &packet);
    }
    gst_rtcp_buffer_unmap (&rtcp);
  }
  gst_buffer_unref (buffer);
}

static void
listen_until (Fixture * f, gint64 end)
{
  guint8 data[1500];
  gint64 now;

  while ((now = g_get_monotonic_time ()) < end) {
    gssize size;

    if (!g_socket_condition_timed_wait (f->socket, G_IO_IN, end - now, NULL,
            NULL))
      return;
    size = g_socket_receive (f->socket, (gchar *) data, sizeof data, NULL,
        NULL);
    if (size > 0)
      handle_rtcp (f, data, size);
  }
}

/* Goes on with the next keyframe when one was asked for. */
static void
send_session (Fixture * f)
{
  gint64 start = g_get_monotonic_time ();
  guint next = 0;

  for (guint i = 0; i < N_SENT; i++, next++) {
    GPtrArray *picture;

    if (f->wants_keyframe) {
      next = (next + GOP - 1) / GOP * GOP % N_ENCODED;
      f->wants_keyframe = FALSE;
    }
    if (next % GOP == 0)
      f->lost_at = 0;
    picture = g_ptr_array_index (f->pictures, next % N_ENCODED);
    for (guint p = 0; p < picture->len; p++)
      send_packet (f, g_ptr_array_index (picture, p), 4294900000u + i * 3000);
    f->sent_pictures++;
    listen_until (f, start + (i + 1) * G_USEC_PER_SEC / FPS);
  }
}

/* The recorder */

static guint16
free_port (void)
{
  g_autoptr (GSocketAddress) any =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  fail_unless (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static gchar *
make_sdp (const Path * path, guint16 port)
{
  static const gchar *const feedback[] = {
    [NO_REPAIR] = "",
    [PLAIN_NACK] = "a=rtcp-fb:* nack\r\n",
    [RTX] = ("a=rtcp-fb:96 nack\r\na=rtpmap:97 rtx/90000\r\n"
        "a=fmtp:97 apt=96\r\n"),
  };

  return g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
      "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video %u RTP/AVPF 96%s\r\n"
      "a=rtpmap:96 %s/90000\r\na=rtcp-mux\r\na=rtcp-fb:96 nack pli\r\n%s",
      port, path->repair == RTX ? " 97" : "", path->codec->name,
      feedback[path->repair]);
}

static void
setup (Fixture * f, const Path * path)
{
  g_autoptr (GSocketAddress) any =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  guint16 port = free_port ();
  g_autofree gchar *sdp = make_sdp (path, port);

  *f = (Fixture) {.path = path,.seq = 65400,.rtx_seq = 65530 };
  make_pictures (f);
  f->rand = g_rand_new_with_seed (3);
  f->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);
  fail_unless (g_socket_bind (f->socket, any, FALSE, NULL));
  f->to = g_inet_socket_address_new_from_string ("127.0.0.1", port);

  f->pipeline = gst_parse_launch ("rtprecordsrc name=r latency=500 "
      "idle-timeout=1 r.screen ! video/x-raw ! appsink name=sink sync=false",
      NULL);
  f->src = gst_bin_get_by_name (GST_BIN (f->pipeline), "r");
  f->sink = gst_bin_get_by_name (GST_BIN (f->pipeline), "sink");
  g_object_set (f->src, "sdp", sdp, NULL);
  gst_element_set_state (f->pipeline, GST_STATE_PLAYING);
}

static void
teardown (Fixture * f)
{
  gst_element_set_state (f->pipeline, GST_STATE_NULL);
  gst_object_unref (f->src);
  gst_object_unref (f->sink);
  gst_object_unref (f->pipeline);
  for (guint i = 0; i < HISTORY; i++)
    g_clear_pointer (&f->history[i], g_bytes_unref);
  g_clear_pointer (&f->held, g_bytes_unref);
  g_object_unref (f->socket);
  g_object_unref (f->to);
  g_rand_free (f->rand);
  g_ptr_array_unref (f->pictures);
  g_hash_table_unref (f->shown);
}

/* How many pictures came; each is one that was sent. */
static guint
check_pictures (Fixture * f)
{
  GstSample *sample;
  guint n = 0;

  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (f->sink),
              20 * GST_SECOND))) {
    g_autofree gchar *sum = checksum (gst_sample_get_buffer (sample));

    fail_unless (g_hash_table_contains (f->shown, sum),
        "%s: picture %u was never sent", f->path->codec->name, n);
    gst_sample_unref (sample);
    n++;
  }
  fail_unless (gst_app_sink_is_eos (GST_APP_SINK (f->sink)));

  return n;
}

static guint64
get_stat (Fixture * f, const gchar * name)
{
  GstStructure *stats;
  guint64 value;

  g_object_get (f->src, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (gst_value_get_structure
          (gst_structure_get_value (stats, "screen")), name, &value), "%s",
      name);
  gst_structure_free (stats);

  return value;
}

static const Path lossy[] = {
  {&codecs[0], NO_REPAIR, 10, 1, 0, 0},
  {&codecs[0], NO_REPAIR, 5, 8, 0, 0},
  {&codecs[1], NO_REPAIR, 10, 1, 0, 0},
  {&codecs[2], NO_REPAIR, 10, 1, 0, 0},
};

GST_START_TEST (test_broken_pictures_are_withheld_and_a_keyframe_asked_for)
{
  const Path *path = &lossy[__i__];
  guint shown;
  Fixture f;

  setup (&f, path);
  send_session (&f);
  shown = check_pictures (&f);
  fail_unless (f.lost > 0 && f.plis > 0, "%u lost, %u PLIs", f.lost, f.plis);
  fail_unless (f.longest_wait < PLI_WITHIN, "a PLI took %" G_GINT64_FORMAT
      " us", f.longest_wait);
  fail_unless_equals_int (f.nacks, 0);
  fail_unless_equals_uint64 (get_stat (&f, "lost-packets"), f.lost);
  /* what did not come whole, and what refers to it: nothing else is missing */
  fail_unless (get_stat (&f, "withheld-pictures") > 0);
  fail_unless (shown + get_stat (&f, "withheld-pictures") + f.lost
      >= f.sent_pictures, "%u shown", shown);
  fail_unless (shown > f.sent_pictures / 5, "%u shown", shown);
  teardown (&f);
}

GST_END_TEST;

static const Path repaired[] = {
  {&codecs[0], PLAIN_NACK, 50, 1, 0, 0},
  {&codecs[0], RTX, 50, 1, 0, 0},
  {&codecs[0], RTX, 15, 8, 0, 0},
  {&codecs[1], RTX, 50, 1, 0, 0},
  {&codecs[2], RTX, 50, 1, 0, 0},
};

GST_START_TEST (test_what_is_lost_is_sent_again)
{
  const Path *path = &repaired[__i__];
  guint64 lost, recovered;
  guint shown;
  Fixture f;

  setup (&f, path);
  send_session (&f);
  shown = check_pictures (&f);
  lost = get_stat (&f, "lost-packets");
  recovered = get_stat (&f, "recovered-packets");
  fail_unless (f.lost > 0 && f.nacks > 0);
  fail_unless (recovered > 0 && lost <= recovered / 10, "%" G_GUINT64_FORMAT
      " recovered, %" G_GUINT64_FORMAT " lost", recovered, lost);
  fail_unless (get_stat (&f, "nacks") >= recovered);
  fail_unless (shown >= f.sent_pictures - 3, "%u of %u shown, %"
      G_GUINT64_FORMAT " withheld, %u PLIs", shown, f.sent_pictures,
      get_stat (&f, "withheld-pictures"), f.plis);
  teardown (&f);
}

GST_END_TEST;

GST_START_TEST (test_order_and_duplicates_cost_nothing)
{
  static const Path path = { &codecs[0], NO_REPAIR, 0, 1, 7, 5 };
  guint shown;
  Fixture f;

  setup (&f, &path);
  send_session (&f);
  shown = check_pictures (&f);
  fail_unless_equals_int (shown, f.sent_pictures);
  fail_unless_equals_int (f.plis, 0);
  fail_unless (get_stat (&f, "reordered-packets") > 10);
  fail_unless (get_stat (&f, "duplicate-packets") > 10);
  fail_unless_equals_uint64 (get_stat (&f, "lost-packets"), 0);
  fail_unless_equals_uint64 (get_stat (&f, "withheld-pictures"), 0);
  teardown (&f);
}

GST_END_TEST;

/* Who was not asked sends nothing that counts. */
GST_START_TEST (test_flood_of_retransmissions_costs_nothing)
{
  static const Path path = { &codecs[0], RTX, 0, 1, 0, 0 };
  guint shown;
  Fixture f;

  setup (&f, &path);
  for (guint i = 0; i < 1000; i++) {
    guint8 packet[100] = { 0x80, RTX_PT };

    GST_WRITE_UINT16_BE (packet + 2, i);
    GST_WRITE_UINT32_BE (packet + 8, i);        /* of a thousand SSRCs */
    GST_WRITE_UINT16_BE (packet + 12, 65400 + i);
    g_socket_send_to (f.socket, f.to, (const gchar *) packet, i % 20 + 8, NULL,
        NULL);
  }
  send_session (&f);
  shown = check_pictures (&f);
  fail_unless_equals_int (shown, f.sent_pictures);
  fail_unless_equals_uint64 (get_stat (&f, "recovered-packets"), 0);
  teardown (&f);
}

GST_END_TEST;

static Suite *
rtprecordsrc_loss_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-loss");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc,
      test_broken_pictures_are_withheld_and_a_keyframe_asked_for, 0,
      G_N_ELEMENTS (lossy));
  tcase_add_loop_test (tc, test_what_is_lost_is_sent_again, 0,
      G_N_ELEMENTS (repaired));
  tcase_add_test (tc, test_order_and_duplicates_cost_nothing);
  tcase_add_test (tc, test_flood_of_retransmissions_costs_nothing);

  return s;
}

GST_CHECK_MAIN (rtprecordsrc_loss);
