/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Plays a session as RTP over loopback, in real time, as a browser behind an
 * SFU sends it: screen, webcam and sound, each on a port of its own, with an
 * SSRC, a sequence start and an RTP offset of its own.
 *
 *   rtpsession --sdp session.sdp --duration 20
 *   rtpsession --screen codec=H264,size=1280x720,delay=0.7 --audio codec=PCMU
 *
 * On exit it prints a line a stream: what was sent, and when. */

#include <gio/gio.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <gst/rtp/rtp.h>
#include <gst/video/video.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sessionloss.h"
#include "sessionsrtp.h"
#include "sessionstream.h"
#include "sessiontcp.h"

#define FLASH_DURATION (100 * GST_MSECOND)
#define AUDIO_RATE 48000
#define DRAIN_TIME_MS 300
#define RTX_PT_OFFSET 10

static gchar *opt_sdp;
static gchar *opt_codec;
static gchar *opt_screen = "";
static gchar *opt_webcam = "";
static gchar **opt_audio;
static gchar *opt_snapshots;
static gdouble opt_snapshot_interval = 2.0;
static gdouble opt_duration = 20.0;
static gdouble opt_wait = 0.0;
static gint opt_base_port = 47000;
static gchar *opt_srtp;
static gboolean opt_no_sr;
static gboolean opt_rtcp_mux;
static gchar *opt_tcp;
static gboolean opt_sync;
static gchar *opt_drop;
static gchar *opt_nack;
static SessionPath path;
static gboolean opt_progress;

static const GOptionEntry options[] = {
  {"sdp", 0, 0, G_OPTION_ARG_FILENAME, &opt_sdp,
      "write the receiver's SDP there before anything is sent", "FILE"},
  {"base-port", 0, 0, G_OPTION_ARG_INT, &opt_base_port,
      "port of the first stream, 4 more for each next (47000)", "PORT"},
  {"duration", 0, 0, G_OPTION_ARG_DOUBLE, &opt_duration,
      "length of the session (20)", "SECONDS"},
  {"wait-for-receiver", 0, 0, G_OPTION_ARG_DOUBLE, &opt_wait,
        "start when somebody has bound every RTP port, fail after SECONDS "
        "(0: start at once)", "SECONDS"},
  {"codec", 0, 0, G_OPTION_ARG_STRING, &opt_codec,
      "of screen and webcam: VP8 (default), VP9, H264", "NAME"},
  {"screen", 0, 0, G_OPTION_ARG_STRING, &opt_screen,
        "\"none\" or key=value,…: codec, port, pt, size=WxH (1920x1080), "
        "fps (15), bitrate (bit/s), delay (s), pause=FROM-TO (s), file",
      "SPEC"},
  {"webcam", 0, 0, G_OPTION_ARG_STRING, &opt_webcam,
      "likewise (1280x720, 30)", "SPEC"},
  {"audio", 0, 0, G_OPTION_ARG_STRING_ARRAY, &opt_audio,
        "likewise, codec opus (default), PCMU, PCMA; frequency (Hz) of the "
        "beep; once for each stream", "SPEC"},
  {"no-sr", 0, 0, G_OPTION_ARG_NONE, &opt_no_sr,
        "send no RTCP (Janus: two dummies a stream, for latching), "
        "else sender reports of one CNAME", NULL},
  {"srtp", 0, 0, G_OPTION_ARG_STRING, &opt_srtp,
        "encrypt with a new key, which the SDP tells: "
        "AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AEAD_AES_128_GCM "
        "or AEAD_AES_256_GCM; what comes stays plain", "SUITE"},
  {"rtcp-mux", 0, 0, G_OPTION_ARG_NONE, &opt_rtcp_mux,
      "RTCP on the port of the RTP, else one above", NULL},
  {"tcp", 0, 0, G_OPTION_ARG_STRING, &opt_tcp,
        "RTP and RTCP over TCP (RFC 4571): \"passive\": the receiver listens, "
        "\"active\": it connects", "SETUP"},
  {"drop", 0, 0, G_OPTION_ARG_STRING, &opt_drop,
        "lose packets at random, always the same ones; with BURST, so many "
        "together (with every of these options: UDP, no SRTP)",
      "PERCENT[,BURST]"},
  {"reorder", 0, 0, G_OPTION_ARG_INT, &path.reorder,
      "each N-th packet comes after the next one", "N"},
  {"duplicate", 0, 0, G_OPTION_ARG_INT, &path.duplicate,
      "each N-th packet comes twice", "N"},
  {"nack", 0, 0, G_OPTION_ARG_STRING, &opt_nack,
        "send pictures' packets again when asked: \"plain\", or by \"rtx\" "
        "(RFC 4588)", "HOW"},
  {"sync", 0, 0, G_OPTION_ARG_NONE, &opt_sync,
        "dark pictures that flash white for 100 ms at each whole second, "
        "as the beeps do", NULL},
  {"snapshots", 0, 0, G_OPTION_ARG_FILENAME, &opt_snapshots,
      "keep pictures as sent: DIR/NAME-MILLISECONDS.y4m", "DIR"},
  {"snapshot-interval", 0, 0, G_OPTION_ARG_DOUBLE, &opt_snapshot_interval,
      "time between them (2)", "SECONDS"},
  {"progress", 0, 0, G_OPTION_ARG_NONE, &opt_progress,
      "say each second on stderr how far the session is", NULL},
  G_OPTION_ENTRY_NULL
};

typedef struct _Session Session;

typedef struct
{
  Session *session;
  SessionStream *spec;
  guint index;
  GSocket *rtp, *rtcp;          /* one and the same with --rtcp-mux */
  GSocketAddress *rtcp_address;
  SessionTcp *tcp;              /* in place of the sockets, or NULL */
  SessionLoss *loss;            /* on the way, or NULL */
  GstElement *bin, *page;
  GstElement *encoder;          /* of SRTP and SRTCP, or NULL */

  /* written by the streaming threads, read after they ended */
  GstClockTime first, last;     /* session time of the pictures or sound */
  GstClockTime next_snapshot;
  gint64 first_wall, last_wall; /* us */
  guint packets, frames, keyframes;
  guint ssrc;
  gint plis;                    /* atomic: RTCP has a thread of its own */
  gint done;                    /* atomic */
} Sender;

struct _Session
{
  GMainLoop *loop;
  GstElement *pipeline, *rtpbin;
  GPtrArray *senders;
  SessionSrtp *srtp;            /* NULL: plain */
  GstClockTime duration;
  gint64 start_wall;            /* us */
  gboolean failed;
};

static void
sender_free (Sender * self)
{
  g_clear_pointer (&self->loss, session_loss_free);
  g_clear_object (&self->rtp);
  g_clear_object (&self->rtcp);
  g_clear_object (&self->rtcp_address);
  g_clear_pointer (&self->tcp, session_tcp_free);
  g_clear_object (&self->page);
  g_clear_object (&self->encoder);
  session_stream_free (self->spec);
  g_free (self);
}

/* The SDP */

static gchar *
session_sdp (Session * self)
{
  GString *sdp = g_string_new ("v=0\r\n"
      "o=- 1 1 IN IP4 127.0.0.1\r\ns=session\r\n"
      "c=IN IP4 127.0.0.1\r\nt=0 0\r\n");

  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);

    session_stream_append_sdp (sender->spec, opt_rtcp_mux, opt_tcp,
        self->srtp != NULL, sdp);
    if (self->srtp)
      session_srtp_append_sdp (self->srtp, sdp);
  }
  return g_string_free (sdp, FALSE);
}

/* Media */

static gboolean
paint_white (GstPad * pad, GstBuffer * buffer)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo info;
  GstVideoFrame frame;

  if (!gst_video_info_from_caps (&info, caps)
      || !gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE))
    return FALSE;
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (&frame); plane++)
    memset (GST_VIDEO_FRAME_PLANE_DATA (&frame, plane), plane ? 128 : 235,
        GST_VIDEO_FRAME_PLANE_STRIDE (&frame, plane) *
        GST_VIDEO_FRAME_COMP_HEIGHT (&frame, plane));
  gst_video_frame_unmap (&frame);
  return TRUE;
}

static void
write_plane (FILE * file, GstVideoFrame * frame, guint plane)
{
  const guint8 *line = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);

  for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (frame, plane); y++) {
    fwrite (line, 1, GST_VIDEO_FRAME_COMP_WIDTH (frame, plane), file);
    line += GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
  }
}

static void
write_snapshot (Sender * self, GstPad * pad, GstBuffer * buffer,
    GstClockTime pts)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autofree gchar *path = g_strdup_printf ("%s/%s-%06" G_GUINT64_FORMAT
      ".y4m", opt_snapshots, self->spec->name, pts / GST_MSECOND);
  GstVideoInfo info;
  GstVideoFrame frame;
  FILE *file = fopen (path, "wb");

  if (!file) {
    g_printerr ("rtpsession: cannot write %s\n", path);
    return;
  }
  if (gst_video_info_from_caps (&info, caps)
      && gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ)) {
    fprintf (file, "YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420mpeg2\nFRAME\n",
        info.width, info.height, info.fps_n);
    for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (&frame); plane++)
      write_plane (file, &frame, plane);
    gst_video_frame_unmap (&frame);
  }
  fclose (file);
}

/* A sine in the first 100 ms of each second, to the sample. */
static void
paint_beep (Sender * self, GstBuffer * buffer, GstClockTime pts)
{
  guint64 first = gst_util_uint64_scale_round (pts, AUDIO_RATE, GST_SECOND);
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_WRITE))
    return;
  for (gsize i = 0; i < map.size / 2; i++) {
    guint in_second = (first + i) % AUDIO_RATE;

    if (in_second < AUDIO_RATE / 10)
      GST_WRITE_UINT16_LE (map.data + 2 * i, (gint16) (16000 *
              sin (2 * G_PI * self->spec->frequency * in_second /
                  AUDIO_RATE)));
  }
  gst_buffer_unmap (buffer, &map);
  /* audiotestsrc says so of its silence, and audioresample believes it */
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_GAP);
}

static void
note_frame (Sender * self, GstClockTime pts)
{
  if (self->frames++ == 0)
    self->first = pts;
  self->last = pts;
}

/* What is raw passes here on its way to the encoder: the flash is painted, and
 * what the stream's delay or pause leaves out goes no further. */
static GstPadProbeReturn
raw_probe (GstPad * pad, GstPadProbeInfo * probe, gpointer user_data)
{
  Sender *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (probe);
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  if (pts >= self->session->duration) {
    if (g_atomic_int_compare_and_exchange (&self->done, FALSE, TRUE))
      g_main_context_wakeup (NULL);
    return GST_PAD_PROBE_DROP;
  }
  if (!session_stream_wants (self->spec, pts))
    return GST_PAD_PROBE_DROP;

  note_frame (self, pts);
  if (!self->spec->video) {
    if (!self->spec->file) {
      buffer = gst_buffer_make_writable (buffer);
      GST_PAD_PROBE_INFO_DATA (probe) = buffer;
      paint_beep (self, buffer, pts);
    }
    return GST_PAD_PROBE_OK;
  }
  if (opt_sync && pts % GST_SECOND < FLASH_DURATION) {
    buffer = gst_buffer_make_writable (buffer);
    GST_PAD_PROBE_INFO_DATA (probe) = buffer;
    paint_white (pad, buffer);
  }
  if (opt_snapshots && pts >= self->next_snapshot) {
    write_snapshot (self, pad, buffer, pts);
    self->next_snapshot = pts + opt_snapshot_interval * GST_SECOND;
  }
  return GST_PAD_PROBE_OK;
}

/* The page scrolls by, five steps a second. */
static GstPadProbeReturn
page_probe (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * probe,
    gpointer user_data)
{
  Sender *self = user_data;
  guint64 step =
      GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (probe)) / (200 * GST_MSECOND);
  gdouble ypos = 0.8 - 0.6 * (step % 75) / 75.0, current;

  g_object_get (self->page, "ypos", &current, NULL);
  if (ABS (current - ypos) > 0.001)
    g_object_set (self->page, "ypos", ypos, NULL);
  return GST_PAD_PROBE_OK;
}

/* RTP and RTCP */

/* Janus' way to open a path for RTCP: two RTP headers of zeros. */
static void
send_latching_dummies (Sender * self)
{
  static const gchar dummy[12] = { (gchar) 0x80, };

  for (guint i = 0; i < 2; i++)
    g_socket_send_to (self->rtcp, self->rtcp_address, dummy, sizeof (dummy),
        NULL, NULL);
}

static GstPadProbeReturn
rtp_probe (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * probe,
    gpointer user_data)
{
  Sender *self = user_data;
  guint packets = 1;

  if (GST_PAD_PROBE_INFO_TYPE (probe) & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    packets = gst_buffer_list_length (GST_PAD_PROBE_INFO_BUFFER_LIST (probe));

  self->last_wall = g_get_real_time ();
  if (self->packets == 0) {
    self->first_wall = self->last_wall;
    if (opt_no_sr && !opt_rtcp_mux && !opt_tcp)
      send_latching_dummies (self);
  }
  self->packets += packets;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
coded_probe (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * probe,
    gpointer user_data)
{
  Sender *self = user_data;

  if (!GST_BUFFER_FLAG_IS_SET (GST_PAD_PROBE_INFO_BUFFER (probe),
          GST_BUFFER_FLAG_DELTA_UNIT))
    self->keyframes++;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
drop_probe (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * probe G_GNUC_UNUSED,
    gpointer user_data G_GNUC_UNUSED)
{
  return GST_PAD_PROBE_DROP;
}

static guint
count_plis (GstBuffer * buffer)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;
  guint plis = 0;

  if (!gst_rtcp_buffer_validate_reduced (buffer)
      || !gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp))
    return 0;
  for (gboolean more = gst_rtcp_buffer_get_first_packet (&rtcp, &packet); more;
      more = gst_rtcp_packet_move_to_next (&packet)) {
    if (gst_rtcp_packet_get_type (&packet) == GST_RTCP_TYPE_PSFB
        && gst_rtcp_packet_fb_get_type (&packet) == GST_RTCP_PSFB_TYPE_PLI)
      plis++;
  }
  gst_rtcp_buffer_unmap (&rtcp);
  return plis;
}

static GstPadProbeReturn
rtcp_probe (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * probe,
    gpointer user_data)
{
  Sender *self = user_data;

  g_atomic_int_add (&self->plis,
      count_plis (GST_PAD_PROBE_INFO_BUFFER (probe)));
  return GST_PAD_PROBE_OK;
}

/* Building the pipeline */

static GSocket *
open_socket (GError ** error)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port =
      g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);

  if (!socket || !g_socket_bind (socket, any_port, FALSE, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static gboolean
open_sockets (Sender * self, GError ** error)
{
  guint rtcp_port = self->spec->port + (opt_rtcp_mux ? 0 : 1);

  if (opt_tcp) {
    self->tcp = session_tcp_new (self->spec->port,
        g_str_equal (opt_tcp, "active"), error);
    return self->tcp != NULL;
  }
  self->rtp = open_socket (error);
  if (!self->rtp)
    return FALSE;
  self->rtcp = opt_rtcp_mux ? g_object_ref (self->rtp) : open_socket (error);
  self->rtcp_address =
      g_inet_socket_address_new_from_string ("127.0.0.1", rtcp_port);
  return self->rtcp != NULL;
}

static GstElement *
make_sink (Sender * self, GSocket * socket, guint port)
{
  GstElement *sink;

  if (self->tcp) {
    sink = session_tcp_make_sink (self->tcp);
  } else {
    sink = gst_element_factory_make ("udpsink", NULL);
    g_object_set (sink, "socket", socket, "close-socket", FALSE,
        "host", "127.0.0.1", "port", port, "sync", FALSE, "async", FALSE,
        NULL);
  }
  gst_bin_add (GST_BIN (self->session->pipeline), sink);
  return sink;
}

static GstElement *
make_rtcp_src (Sender * self)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtcp");
  GstElement *src;

  if (self->tcp)
    return session_tcp_make_src (self->tcp);
  src = gst_element_factory_make ("udpsrc", NULL);
  g_object_set (src, "socket", self->rtcp, "close-socket", FALSE, "caps", caps,
      NULL);
  return src;
}

static void
link_rtpbin_to (Sender * self, const gchar * name, GstElement * sink,
    GstPadProbeType type, GstPadProbeCallback probe)
{
  g_autofree gchar *pad_name = g_strdup_printf (name, self->index);
  g_autoptr (GstPad) src = gst_element_get_static_pad (self->session->rtpbin,
      pad_name);
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (sink, "sink");

  if (!src)
    src = gst_element_request_pad_simple (self->session->rtpbin, pad_name);
  gst_pad_link (src, sink_pad);
  if (probe)
    gst_pad_add_probe (src, type, probe, self, NULL);
}

static void
link_rtcp_in (Sender * self)
{
  GstElement *src = make_rtcp_src (self);
  g_autofree gchar *name = g_strdup_printf ("recv_rtcp_sink_%u", self->index);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");

  gst_bin_add (GST_BIN (self->session->pipeline), src);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, rtcp_probe, self, NULL);
  gst_element_link_pads (src, "src", self->session->rtpbin, name);
}

static void
configure_rtcp (Sender * self)
{
  g_autoptr (GObject) session = NULL;

  g_signal_emit_by_name (self->session->rtpbin, "get-internal-session",
      self->index, &session);
  /* as an SFU: about one report a second */
  g_object_set (session, "rtcp-min-interval", GST_SECOND, NULL);
  g_object_get (session, "internal-ssrc", &self->ssrc, NULL);
}

static void
add_probe_to (GstElement * bin, const gchar * name, const gchar * pad_name,
    GstPadProbeCallback probe, Sender * self)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (bin), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pad_name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, probe, self, NULL);
}

/* Not by ghost_unlinked_pads: it would link the text pad of textoverlay, which
 * then waits for text. */
static void
add_ghost_pad (GstElement * bin)
{
  g_autoptr (GstElement) pay = gst_bin_get_by_name (GST_BIN (bin), "pay");
  g_autoptr (GstPad) src = gst_element_get_static_pad (pay, "src");

  gst_element_add_pad (bin, gst_ghost_pad_new ("src", src));
}

static gboolean
has_path (void)
{
  return path.drop > 0 || path.reorder > 0 || path.duplicate > 0 || opt_nack;
}

/* What the others' probes counted goes this way. */
static void
add_loss (Sender * self)
{
  g_autofree gchar *rtp_name = g_strdup_printf ("send_rtp_src_%u", self->index);
  g_autofree gchar *rtcp_name =
      g_strdup_printf ("recv_rtcp_sink_%u", self->index);
  g_autoptr (GstPad) rtp =
      gst_element_get_static_pad (self->session->rtpbin, rtp_name);
  g_autoptr (GstPad) rtcp =
      gst_element_get_static_pad (self->session->rtpbin, rtcp_name);

  self->loss = session_loss_new (&path, self->rtp, self->spec->port,
      self->index + 1);
  session_loss_watch (self->loss, rtp, rtcp);
}

static gboolean
build_sender (Sender * self, GError ** error)
{
  GstElement *rtpbin = self->session->rtpbin;
  g_autofree gchar *text = session_stream_describe_bin (self->spec, opt_sync);
  g_autofree gchar *pad = g_strdup_printf ("send_rtp_sink_%u", self->index);
  g_autoptr (GstElement) file = NULL;

  if (!open_sockets (self, error))
    return FALSE;
  self->bin = gst_parse_bin_from_description (text, FALSE, error);
  if (!self->bin)
    return FALSE;
  add_ghost_pad (self->bin);
  gst_bin_add (GST_BIN (self->session->pipeline), self->bin);

  file = gst_bin_get_by_name (GST_BIN (self->bin), "file");
  if (file)
    g_object_set (file, "location", self->spec->file, NULL);
  self->page = gst_bin_get_by_name (GST_BIN (self->bin), "page");
  if (self->page)
    add_probe_to (self->bin, "page", "video_sink", page_probe, self);
  add_probe_to (self->bin, "raw", "src", raw_probe, self);
  add_probe_to (self->bin, "pay", "sink", coded_probe, self);

  gst_element_link_pads (self->bin, "src", rtpbin, pad);
  link_rtpbin_to (self, "send_rtp_src_%u",
      make_sink (self, self->rtp, self->spec->port),
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, rtp_probe);
  link_rtpbin_to (self, "send_rtcp_src_%u",
      make_sink (self, self->rtcp,
          self->spec->port + (opt_rtcp_mux ? 0 : 1)),
      GST_PAD_PROBE_TYPE_BUFFER, opt_no_sr ? drop_probe : NULL);
  link_rtcp_in (self);
  configure_rtcp (self);
  if (has_path ())
    add_loss (self);
  return TRUE;
}

static gboolean
add_stream (Session * self, const gchar * name, gboolean video,
    const gchar * spec, GError ** error)
{
  Sender *sender;
  guint index = self->senders->len;

  if (g_strcmp0 (spec, "none") == 0)
    return TRUE;

  sender = g_new0 (Sender, 1);
  sender->session = self;
  sender->index = index;
  sender->next_snapshot = GST_SECOND / 2;
  sender->spec = session_stream_new (name, video, opt_base_port + 4 * index,
      video ? 96 + index : 111 + index);
  sender->spec->nack = video && opt_nack;
  if (sender->spec->nack && path.rtx_pt_offset > 0)
    sender->spec->rtx_pt = sender->spec->pt + path.rtx_pt_offset;
  g_ptr_array_add (self->senders, sender);

  if (video && opt_codec) {
    g_autofree gchar *codec = g_strdup_printf ("codec=%s", opt_codec);

    if (!session_stream_parse (sender->spec, codec, error))
      return FALSE;
  }
  return session_stream_parse (sender->spec, spec, error);
}

static gboolean
add_streams (Session * self, GError ** error)
{
  static gchar *one_audio[] = { "", NULL };
  gchar **audio = opt_audio ? opt_audio : one_audio;

  if (!add_stream (self, "screen", TRUE, opt_screen, error)
      || !add_stream (self, "webcam", TRUE, opt_webcam, error))
    return FALSE;
  for (guint i = 0; audio[i]; i++) {
    g_autofree gchar *name = g_strdup_printf ("audio_%u", i);

    if (!add_stream (self, name, FALSE, audio[i], error))
      return FALSE;
  }
  return TRUE;
}

/* rtpbin asks for RTP and for RTCP: it is one element. */
static GstElement *
on_request_encoder (GstElement * rtpbin G_GNUC_UNUSED, guint id,
    Session * self)
{
  Sender *sender = g_ptr_array_index (self->senders, id);

  return gst_object_ref (sender->encoder);
}

static gboolean
encrypt (Session * self, GError ** error)
{
  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);

    sender->encoder = session_srtp_make_encoder (self->srtp, i);
    if (!sender->encoder) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
          "there is no srtpenc: install gstreamer1.0-plugins-bad");
      return FALSE;
    }
    gst_object_ref_sink (sender->encoder);
  }
  g_signal_connect (self->rtpbin, "request-rtp-encoder",
      G_CALLBACK (on_request_encoder), self);
  g_signal_connect (self->rtpbin, "request-rtcp-encoder",
      G_CALLBACK (on_request_encoder), self);
  return TRUE;
}

static gboolean
build_pipeline (Session * self, GError ** error)
{
  g_autoptr (GstStructure) sdes =
      gst_structure_new ("application/x-rtp-source-sdes", "cname",
      G_TYPE_STRING, "session@loopback.invalid", NULL);

  self->pipeline = gst_pipeline_new ("session");
  self->rtpbin = gst_element_factory_make ("rtpbin", NULL);
  if (!self->rtpbin) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "there is no rtpbin: install gstreamer1.0-plugins-good");
    return FALSE;
  }
  g_object_set (self->rtpbin, "sdes", sdes, "rtcp-sync-send-time", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), self->rtpbin);
  if (self->srtp && !encrypt (self, error))
    return FALSE;

  for (guint i = 0; i < self->senders->len; i++) {
    if (!build_sender (g_ptr_array_index (self->senders, i), error))
      return FALSE;
  }
  return TRUE;
}

/* Waiting for the receiver */

/* Whether a socket is bound to @port. A datagram to find out would be the
 * session's first packet. */
static gboolean
port_is_bound (const gchar * table, guint port)
{
  g_autofree gchar *needle = g_strdup_printf (":%04X ", port);
  const gchar *colon = strstr (table, needle);

  /* "sl: local_address rem_address …": the first address of a line counts */
  while (colon) {
    const gchar *line = colon;

    while (line > table && line[-1] != '\n')
      line--;
    if (strchr (strchr (line, ':') + 1, ':') == colon)
      return TRUE;
    colon = strstr (colon + 1, needle);
  }
  return FALSE;
}

static gboolean
receiver_is_there (Session * self)
{
  g_autofree gchar *udp = NULL;

  if (!g_file_get_contents ("/proc/net/udp", &udp, NULL, NULL))
    return FALSE;
  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);

    if (!port_is_bound (udp, sender->spec->port))
      return FALSE;
  }
  return TRUE;
}

static gboolean
wait_for_receiver (Session * self)
{
  gint64 deadline = g_get_monotonic_time () + opt_wait * G_USEC_PER_SEC;

  while (!receiver_is_there (self)) {
    if (g_get_monotonic_time () > deadline)
      return FALSE;
    g_usleep (50000);
  }
  return TRUE;
}

static gboolean
connect_tcp (Session * self, GError ** error)
{
  gint64 deadline = g_get_monotonic_time () + opt_wait * G_USEC_PER_SEC;

  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);

    if (!session_tcp_connect (sender->tcp, deadline, error))
      return FALSE;
  }
  return TRUE;
}

/* Running */

static gboolean
on_message (GstBus * bus G_GNUC_UNUSED, GstMessage * message,
    gpointer user_data)
{
  Session *self = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *debug = NULL;

    gst_message_parse_error (message, &error, &debug);
    g_printerr ("rtpsession: %s (%s)\n", error->message, debug);
    self->failed = TRUE;
    g_main_loop_quit (self->loop);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    g_main_loop_quit (self->loop);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
quit (gpointer user_data)
{
  g_main_loop_quit (((Session *) user_data)->loop);
  return G_SOURCE_REMOVE;
}

/* Files may end before the session does: then its end is the clock's. */
static gboolean
watch (gpointer user_data)
{
  Session *self = user_data;
  GstClockTime now = gst_element_get_current_running_time (self->pipeline);
  gboolean done = TRUE;

  for (guint i = 0; i < self->senders->len; i++) {
    Sender *sender = g_ptr_array_index (self->senders, i);

    done = done && g_atomic_int_get (&sender->done);
  }
  if (!done && now < self->duration + GST_SECOND)
    return G_SOURCE_CONTINUE;

  g_timeout_add (DRAIN_TIME_MS, quit, self);
  return G_SOURCE_REMOVE;
}

static gboolean
say_progress (gpointer user_data)
{
  Session *self = user_data;
  GstClockTime now = gst_element_get_current_running_time (self->pipeline);

  g_printerr ("playing the session: %2u of %u s\n",
      (guint) (MIN (now, self->duration) / GST_SECOND),
      (guint) (self->duration / GST_SECOND));
  return G_SOURCE_CONTINUE;
}

static void
print_report (Session * self)
{
  g_print ("session start_wall=%.3f duration=%.3f\n",
      self->start_wall / 1e6, self->duration / 1e9);
  for (guint i = 0; i < self->senders->len; i++) {
    Sender *s = g_ptr_array_index (self->senders, i);
    guint lost = 0, resent = 0;

    if (s->loss)
      session_loss_count (s->loss, &lost, &resent);
    g_print ("stream name=%s codec=%s port=%u pt=%u ssrc=%u first=%.3f "
        "last=%.3f first_wall=%.3f last_wall=%.3f packets=%u frames=%u "
        "keyframes=%u plis=%d lost=%u resent=%u\n", s->spec->name, s->spec->codec->encoding_name,
        s->spec->port, s->spec->pt, s->ssrc, s->first / 1e9, s->last / 1e9,
        s->first_wall / 1e6, s->last_wall / 1e6, s->packets, s->frames,
        s->spec->video ? s->keyframes : 0, g_atomic_int_get (&s->plis), lost,
        resent);
  }
}

static gboolean
run (Session * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstClockTime base;
  g_autoptr (GstClock) clock = NULL;

  gst_bus_add_watch (bus, on_message, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  if (gst_element_get_state (self->pipeline, NULL, NULL, 10 * GST_SECOND)
      == GST_STATE_CHANGE_FAILURE)
    self->failed = TRUE;

  clock = gst_pipeline_get_clock (GST_PIPELINE (self->pipeline));
  base = gst_element_get_base_time (self->pipeline);
  self->start_wall = g_get_real_time () -
      GST_CLOCK_DIFF (base, gst_clock_get_time (clock)) / GST_USECOND;

  g_timeout_add (100, watch, self);
  if (opt_progress)
    g_timeout_add_seconds (1, say_progress, self);
  g_unix_signal_add (SIGINT, quit, self);
  g_unix_signal_add (SIGTERM, quit, self);
  g_main_loop_run (self->loop);

  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  print_report (self);
  return !self->failed;
}

static gboolean
prepare (Session * self, GError ** error)
{
  g_autofree gchar *sdp = NULL;

  if (opt_srtp) {
    self->srtp = session_srtp_new (opt_srtp, error);
    if (!self->srtp)
      return FALSE;
  }
  if (!add_streams (self, error) || !build_pipeline (self, error))
    return FALSE;
  if (opt_sdp) {
    sdp = session_sdp (self);
    if (!g_file_set_contents (opt_sdp, sdp, -1, error))
      return FALSE;
  }
  if (opt_tcp)
    return connect_tcp (self, error);
  if (opt_wait > 0 && !wait_for_receiver (self)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
        "no receiver bound the ports within %.0f s", opt_wait);
    return FALSE;
  }
  return TRUE;
}

static gboolean
parse_path (void)
{
  if (opt_drop && !session_path_parse_drop (&path, opt_drop))
    return FALSE;
  if (opt_nack && !g_str_equal (opt_nack, "plain")
      && !g_str_equal (opt_nack, "rtx"))
    return FALSE;
  if (g_strcmp0 (opt_nack, "rtx") == 0)
    path.rtx_pt_offset = RTX_PT_OFFSET;
  return !(has_path () && (opt_tcp || opt_srtp));
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- play a session as RTP over loopback");
  g_autoptr (GError) error = NULL;
  Session self = { 0, };
  gboolean ok;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("rtpsession: %s\n", error->message);
    return 2;
  }

  if (opt_tcp && !g_str_equal (opt_tcp, "active")
      && !g_str_equal (opt_tcp, "passive")) {
    g_printerr ("rtpsession: --tcp is active or passive\n");
    return 2;
  }

  if (!parse_path ()) {
    g_printerr ("rtpsession: --drop is PERCENT[,BURST], --nack is plain or rtx; "
        "neither goes with --tcp or --srtp\n");
    return 2;
  }

  self.loop = g_main_loop_new (NULL, FALSE);
  self.senders = g_ptr_array_new_with_free_func ((GDestroyNotify) sender_free);
  self.duration = opt_duration * GST_SECOND;
  ok = prepare (&self, &error);
  if (ok)
    ok = run (&self);
  else
    g_printerr ("rtpsession: %s\n", error->message);

  gst_clear_object (&self.pipeline);
  g_ptr_array_unref (self.senders);
  g_clear_pointer (&self.srtp, session_srtp_free);
  g_main_loop_unref (self.loop);
  return ok ? 0 : 1;
}
