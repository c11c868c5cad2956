/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstrecstream.h"

#include <sys/socket.h>
#include <gst/audio/audio.h>
#include <gst/rtp/rtp.h>
#include <gst/video/video.h>

#include "gstrecrtpguard.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

/* A keyframe of a screen comes as a burst of some 100 kB. The kernel grants
 * what net.core.rmem_max allows. */
#define RECEIVE_BUFFER (4 * 1024 * 1024)

/* Concealing more is no help. */
#define MAX_LOSS (200 * GST_MSECOND)

struct _GstRecStream
{
  const GstRecStreamDescription *description;
  GstRecSession *session;
  GstRecStreamState state;      /* by the session's lock */
  GstElement *timeline;
  GstPad *pad;                  /* of rtprecordsrc */
  gboolean decode;

  GSocket *rtp_socket;
  GSocket *rtcp_socket;         /* the same with rtcp-mux */

  GstBin *bin;                  /* unowned; set between join and leave */
  GstElement *rtpbin;
  guint id;
  GList *elements;              /* unowned, in the bin */
  GstElement *rtcp_sink;        /* unowned, in the bin */

  GMutex lock;
  gboolean rtcp_seen;           /* by lock */
  GstElement *chain;            /* unowned, in the bin; by lock */
  GstRecCodec codec;            /* of the chain; by lock */

  GstRecVerdict verdict;        /* monitor thread */
  GstClockTime next_time;       /* streaming thread of the owner's pad */
};

typedef struct
{
  const gchar *depay;
  const gchar *parse;           /* with decode=false */
  const gchar *decode;
  const gchar *package;         /* where Debian keeps the decoder */
} Chain;

/* A broken frame must not end a recording: decoders count no errors. The
 * depayloaders wait for a keyframe and ask for it. One thread a decoder:
 * sessions run side by side. */
#define WAIT_FOR_KEYFRAME " wait-for-keyframe=true request-keyframe=true"
#define TO_SOUND " ! audioconvert ! audioresample"

static const Chain chains[] = {
  [GST_REC_CODEC_VP8] = {"rtpvp8depay" WAIT_FOR_KEYFRAME, "",
      " ! vp8dec threads=1 max-errors=-1", "gstreamer1.0-plugins-good"},
  /* mp4mux 1.22 crashes on VP9 caps without a chroma-site, which the stream
   * does not tell; libvpx's is the one of MPEG-2. */
  [GST_REC_CODEC_VP9] = {"rtpvp9depay" WAIT_FOR_KEYFRAME,
        " ! vp9parse ! capssetter caps=\"video/x-vp9, "
        "chroma-site=(string)mpeg2\"",
      " ! vp9dec threads=1 max-errors=-1", "gstreamer1.0-plugins-good"},
  [GST_REC_CODEC_H264] = {"rtph264depay" WAIT_FOR_KEYFRAME, " ! h264parse",
        " ! h264parse ! avdec_h264 max-threads=1 max-errors=-1",
      "gstreamer1.0-libav"},
  [GST_REC_CODEC_OPUS] = {"rtpopusdepay", " ! opusparse",
        " ! opusdec plc=true use-inband-fec=true max-errors=-1" TO_SOUND,
      "gstreamer1.0-plugins-base"},
  [GST_REC_CODEC_PCMU] = {"rtppcmudepay", "",
      " ! mulawdec max-errors=-1" TO_SOUND, "gstreamer1.0-plugins-good"},
  [GST_REC_CODEC_PCMA] = {"rtppcmadepay", "",
      " ! alawdec max-errors=-1" TO_SOUND, "gstreamer1.0-plugins-good"},
};

static GstElement *
chain_new (GstRecStream * self, GstRecCodec codec, GError ** error)
{
  const Chain *chain = &chains[codec];
  g_autoptr (GstCaps) caps = gst_rec_stream_get_audio_caps (self);
  g_autofree gchar *filter = caps ? gst_caps_to_string (caps) : NULL;
  g_autofree gchar *description = g_strconcat (chain->depay,
      self->decode ? chain->decode : chain->parse,
      filter ? " ! capsfilter caps=\"" : NULL, filter, "\"", NULL);
  g_autoptr (GError) reason = NULL;
  GstElement *bin = gst_parse_bin_from_description_full (description, TRUE,
      NULL, GST_PARSE_FLAG_FATAL_ERRORS | GST_PARSE_FLAG_NO_SINGLE_ELEMENT_BINS,
      &reason);

  if (bin == NULL)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
        "An element to receive this codec is missing (%s): install "
        "gstreamer1.0-plugins-good, gstreamer1.0-plugins-bad and %s",
        reason->message, chain->package);

  return bin;
}

GstRecStream *
gst_rec_stream_new (const GstRecStreamDescription * description,
    GstRecSession * session, GstElement * timeline, GstPad * pad,
    gboolean decode)
{
  GstRecStream *self = g_new0 (GstRecStream, 1);

  self->description = description;
  self->session = gst_rec_session_ref (session);
  self->timeline = gst_object_ref (timeline);
  self->pad = gst_object_ref (pad);
  self->decode = decode;
  g_mutex_init (&self->lock);
  gst_rec_stream_state_init (&self->state);

  return self;
}

void
gst_rec_stream_free (GstRecStream * self)
{
  g_clear_object (&self->rtp_socket);
  g_clear_object (&self->rtcp_socket);
  gst_clear_object (&self->timeline);
  gst_clear_object (&self->pad);
  g_clear_pointer (&self->session, gst_rec_session_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Sockets are ours, so that a port in use is an error at once, with its
 * number, and RTCP leaves from the port that receives. */
static GSocket *
bind_socket (const gchar * host, guint16 port, GError ** error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (host);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (inet, port);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (inet),
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &reason);

  if (socket == NULL || !g_socket_bind (socket, address, FALSE, &reason)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ,
        "Cannot receive on %s port %u: %s. Choose a free port and an address "
        "of this machine in the SDP", host, port, reason->message);
    return NULL;
  }

  if (g_inet_address_get_is_multicast (inet)
      && !g_socket_join_multicast_group (socket, inet, FALSE, NULL, &reason)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ,
        "Cannot join the multicast group %s: %s", host, reason->message);
    return NULL;
  }
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER, NULL);

  return g_steal_pointer (&socket);
}

/* Takes the ports, and makes sure that every codec of the SDP has its
 * elements. */
gboolean
gst_rec_stream_open (GstRecStream * self, GError ** error)
{
  const GstRecStreamDescription *d = self->description;

  for (guint i = 0; i < d->payloads->len; i++) {
    GstElement *chain = chain_new (self,
        g_array_index (d->payloads, GstRecPayload, i).codec, error);

    if (chain == NULL)
      return FALSE;
    gst_object_unref (gst_object_ref_sink (chain));
  }

  self->rtp_socket = bind_socket (d->address, d->rtp_port, error);
  if (self->rtp_socket == NULL)
    return FALSE;

  if (d->rtcp_port == d->rtp_port)
    self->rtcp_socket = g_object_ref (self->rtp_socket);
  else
    self->rtcp_socket = bind_socket (d->address, d->rtcp_port, error);

  return self->rtcp_socket != NULL;
}

/* RTCP tells its own source. Until it came, RTP does: that is the same on a
 * shared port, and else the next one (RFC 3550, 11). */
static void
latch (GSocketAddress * address, gboolean from_rtcp, gpointer user_data)
{
  GstRecStream *self = user_data;
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  gboolean is_mux = self->rtp_socket == self->rtcp_socket;
  guint port = g_inet_socket_address_get_port (inet);
  g_autofree gchar *host = NULL;
  gboolean ignore;

  g_mutex_lock (&self->lock);
  ignore = !from_rtcp && self->rtcp_seen;
  self->rtcp_seen |= from_rtcp;
  g_mutex_unlock (&self->lock);
  if (ignore)
    return;

  if (!is_mux && !from_rtcp)
    port++;
  if (port > 65535)
    return;
  host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  GST_INFO ("%s: RTCP goes to %s port %u", self->description->pad_name, host,
      port);
  g_signal_emit_by_name (self->rtcp_sink, "clear");
  g_signal_emit_by_name (self->rtcp_sink, "add", host, port);
}

static GstElement *
make (GstRecStream * self, const gchar * factory, GError ** error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "The element '%s' is missing: install gstreamer1.0-plugins-good",
        factory);
    return NULL;
  }

  gst_bin_add (self->bin, element);
  self->elements = g_list_prepend (self->elements, element);

  return element;
}

/* socket → guard → rtpbin */
static gboolean
add_receiver (GstRecStream * self, GSocket * socket, gboolean is_rtcp_port,
    GError ** error)
{
  g_autofree gchar *rtp_pad = g_strdup_printf ("recv_rtp_sink_%u", self->id);
  g_autofree gchar *rtcp_pad = g_strdup_printf ("recv_rtcp_sink_%u", self->id);
  GstElement *src = make (self, "udpsrc", error);
  GstElement *guard;

  if (src == NULL)
    return FALSE;
  g_object_set (src, "socket", socket, "close-socket", FALSE,
      "auto-multicast", FALSE, NULL);
  guard = gst_rec_rtp_guard_new (self->session, &self->state,
      self->description, is_rtcp_port, self->pad, latch, self);
  gst_bin_add (self->bin, guard);
  self->elements = g_list_prepend (self->elements, guard);

  if (!is_rtcp_port
      && !gst_element_link_pads (guard, "rtp", self->rtpbin, rtp_pad))
    goto link_failed;
  if ((is_rtcp_port || self->rtp_socket == self->rtcp_socket)
      && !gst_element_link_pads (guard, "rtcp", self->rtpbin, rtcp_pad))
    goto link_failed;
  if (!gst_element_link (src, guard))
    goto link_failed;

  return TRUE;

link_failed:
  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
      "Cannot link the receiver of %s", self->description->pad_name);
  return FALSE;
}

static gboolean
add_rtcp_sender (GstRecStream * self, GError ** error)
{
  g_autofree gchar *pad = g_strdup_printf ("send_rtcp_src_%u", self->id);
  gboolean is_v6 =
      g_socket_get_family (self->rtcp_socket) == G_SOCKET_FAMILY_IPV6;

  self->rtcp_sink = make (self, "multiudpsink", error);
  if (self->rtcp_sink == NULL)
    return FALSE;
  g_object_set (self->rtcp_sink, "sync", FALSE, "async", FALSE,
      is_v6 ? "socket-v6" : "socket", self->rtcp_socket,
      "close-socket", FALSE, "auto-multicast", FALSE, NULL);

  if (!gst_element_link_pads (self->rtpbin, pad, self->rtcp_sink, "sink")) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
        "Cannot link the RTCP of %s", self->description->pad_name);
    return FALSE;
  }

  return TRUE;
}

/* Takes part in the bin as RTP session @id of its rtpbin. */
gboolean
gst_rec_stream_join (GstRecStream * self, GstBin * bin, GstElement * rtpbin,
    guint id, GError ** error)
{
  self->bin = bin;
  self->rtpbin = rtpbin;
  self->id = id;

  if (!add_receiver (self, self->rtp_socket, FALSE, error))
    return FALSE;
  if (self->rtcp_socket != self->rtp_socket
      && !add_receiver (self, self->rtcp_socket, TRUE, error))
    return FALSE;

  return add_rtcp_sender (self, error);
}

static void
remove_element (GstRecStream * self, GstElement * element)
{
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_bin_remove (self->bin, element);
}

void
gst_rec_stream_leave (GstRecStream * self)
{
  if (self->bin == NULL)
    return;

  for (GList * l = self->elements; l; l = l->next)
    remove_element (self, l->data);
  g_clear_pointer (&self->elements, g_list_free);
  if (self->chain)
    remove_element (self, self->chain);
  self->chain = NULL;
  self->rtcp_sink = NULL;
  self->bin = NULL;
}

/* called with the lock held */
static gboolean
make_chain (GstRecStream * self, GstRecCodec codec, GError ** error)
{
  GstElement *chain;

  if (self->chain && self->codec == codec)
    return TRUE;

  chain = chain_new (self, codec, error);
  if (chain == NULL)
    return FALSE;
  if (self->chain) {
    gst_element_unlink (self->chain, self->timeline);
    remove_element (self, self->chain);
  }
  self->chain = chain;
  self->codec = codec;

  gst_bin_add (self->bin, chain);
  if (!gst_element_link (chain, self->timeline)) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
        "Cannot link the decoder of %s", self->description->pad_name);
    return FALSE;
  }

  return gst_element_sync_state_with_parent (chain);
}

static gboolean
link_pad (GstRecStream * self, GstPad * pad, guint8 pt, GError ** error)
{
  const GstRecPayload *payload =
      gst_rec_stream_description_find_payload (self->description, pt);
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstPad) old = NULL;
  gboolean ok;

  GST_INFO ("%s: receiving from %" GST_PTR_FORMAT,
      self->description->pad_name, pad);
  g_mutex_lock (&self->lock);
  ok = payload && make_chain (self, payload->codec, error);
  if (ok) {
    sink = gst_element_get_static_pad (self->chain, "sink");
    old = gst_pad_get_peer (sink);
    if (old)
      gst_pad_unlink (old, sink);
    ok = gst_pad_link (pad, sink) == GST_PAD_LINK_OK;
  }
  g_mutex_unlock (&self->lock);

  if (!ok && *error == NULL)
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
        "Cannot link payload type %u of %s", pt, self->description->pad_name);

  return ok;
}

/* Time in place of the jitter buffer's, which knows neither the other streams
 * of the session nor what comes next. */

static GstClockTime
running_time (GstRecStream * self)
{
  return gst_element_get_current_running_time (GST_ELEMENT (self->bin));
}

static void
wait_until_settled (GstRecStream * self, guint32 ssrc)
{
  GstClockTime at =
      gst_rec_session_settled_at (self->session, &self->state, ssrc);
  GstClockTime now = running_time (self);
  gint64 end;

  if (now == GST_CLOCK_TIME_NONE || now >= at)
    return;
  end = g_get_monotonic_time () + GST_TIME_AS_USECONDS (at - now);
  g_mutex_lock (&self->session->lock);
  while (self->session->playing
      && g_cond_wait_until (&self->session->cond, &self->session->lock, end));
  g_mutex_unlock (&self->session->lock);
}

/* What a decoder gives for a packet was said that much earlier: libopus'
 * encoder looks 312 samples ahead, and RTP has no pre-skip (RFC 7845, 4.2) to
 * say so. */
#define OPUS_DELAY (312 * GST_SECOND / 48000)

static GstClockTime
decoder_delay (GstRecStream * self, guint8 pt)
{
  const GstRecPayload *payload =
      gst_rec_stream_description_find_payload (self->description, pt);

  return self->decode && payload && payload->codec == GST_REC_CODEC_OPUS ?
      OPUS_DELAY : 0;
}

static gboolean
own_pad (GstRecStream * self, GstPad * pad, guint8 pt)
{
  g_autoptr (GError) error = NULL;

  if (gst_pad_is_linked (pad))
    return TRUE;
  if (link_pad (self, pad, pt, &error))
    return TRUE;

  gst_element_message_full (GST_ELEMENT (self->bin), GST_MESSAGE_ERROR,
      error->domain, error->code, g_strdup (error->message), NULL, __FILE__,
      GST_FUNCTION, __LINE__);
  return FALSE;
}

/* Every SSRC and payload type has a pad of rtpbin that stays for good. The one
 * that belongs to the stream's owner has the chain; the others are drained, for
 * a jitter buffer that once got an error never goes on. */
static GstPadProbeReturn
on_rtp (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstRecStream *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint32 ssrc, rtp_time;
  GstClockTime time;
  guint8 pt;

  if (!gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return GST_PAD_PROBE_DROP;
  ssrc = gst_rtp_buffer_get_ssrc (&rtp);
  rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  pt = gst_rtp_buffer_get_payload_type (&rtp);
  gst_rtp_buffer_unmap (&rtp);

  if (!gst_rec_session_owns (self->session, &self->state, ssrc)
      || !own_pad (self, pad, pt))
    return GST_PAD_PROBE_DROP;

  wait_until_settled (self, ssrc);
  time = gst_rec_session_map (self->session, &self->state, ssrc, rtp_time,
      running_time (self));
  if (time == GST_CLOCK_TIME_NONE)
    return GST_PAD_PROBE_DROP;
  time -= MIN (time, decoder_delay (self, pt));
  self->next_time = time;

  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = time;
  GST_PAD_PROBE_INFO_DATA (info) = buffer;

  return GST_PAD_PROBE_OK;
}

/* What is lost followed what came last: decoders conceal it there. */
static GstPadProbeReturn
on_event (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  GstRecStream *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstClockTime duration = 0;

  if (!gst_event_has_name (event, "GstRTPPacketLost")
      || !gst_structure_get_clock_time (gst_event_get_structure (event),
          "duration", &duration))
    return GST_PAD_PROBE_OK;
  if (self->next_time == GST_CLOCK_TIME_NONE
      || duration == GST_CLOCK_TIME_NONE || duration > MAX_LOSS)
    return GST_PAD_PROBE_DROP;

  self->next_time += duration;
  event = gst_event_make_writable (event);
  gst_structure_set (gst_event_writable_structure (event),
      "timestamp", G_TYPE_UINT64, self->next_time, NULL);
  GST_PAD_PROBE_INFO_DATA (info) = event;

  return GST_PAD_PROBE_OK;
}

/* A pad of rtpbin: an SSRC and payload type of this stream. */
void
gst_rec_stream_add_pad (GstRecStream * self, GstPad * pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_rtp, self, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self,
      NULL);
}

/* As it was before the first packet. */
void
gst_rec_stream_reset (GstRecStream * self)
{
  self->verdict = (GstRecVerdict) { GST_REC_STREAM_UNKNOWN, NULL };
  self->next_time = GST_CLOCK_TIME_NONE;
}

/* rtpsession turns the event into a PLI. Its pad is asked directly: the pads
 * of rtpbin appear only after the jitter buffer's latency. */
void
gst_rec_stream_request_keyframe (GstRecStream * self, guint32 ssrc,
    GstClockTime now)
{
  g_autoptr (GstElement) rtpsession = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstEvent *event;
  guint8 pt;

  g_mutex_lock (&self->session->lock);
  pt = self->state.pt;
  self->state.keyframe_requests++;
  self->state.last_keyframe_request = now;
  g_mutex_unlock (&self->session->lock);

  g_signal_emit_by_name (self->rtpbin, "get-session", self->id, &rtpsession);
  if (rtpsession)
    pad = gst_element_get_static_pad (rtpsession, "recv_rtp_src");
  if (pad == NULL)
    return;

  GST_DEBUG ("%s: asking SSRC %08x for a keyframe",
      self->description->pad_name, ssrc);
  event = gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE,
      TRUE, 0);
  gst_structure_set (gst_event_writable_structure (event),
      "ssrc", G_TYPE_UINT, ssrc, "payload", G_TYPE_UINT, pt, NULL);
  gst_pad_send_event (pad, event);
}

const GstRecStreamDescription *
gst_rec_stream_get_description (const GstRecStream * self)
{
  return self->description;
}

GstRecStreamState *
gst_rec_stream_get_state (GstRecStream * self)
{
  return &self->state;
}

/* The caps of decoded sound, else NULL. Transfer full. */
GstCaps *
gst_rec_stream_get_audio_caps (const GstRecStream * self)
{
  const GstRecPayload *payload =
      &g_array_index (self->description->payloads, GstRecPayload, 0);

  if (self->description->role != GST_REC_ROLE_AUDIO || !self->decode)
    return NULL;

  return gst_rec_sound_caps (payload->channels);
}

GstCaps *
gst_rec_sound_caps (gint channels)
{
  return gst_caps_new_simple ("audio/x-raw",
      "format", G_TYPE_STRING, GST_AUDIO_NE (S16),
      "layout", G_TYPE_STRING, "interleaved",
      "rate", G_TYPE_INT, GST_REC_SOUND_RATE,
      "channels", G_TYPE_INT, channels, NULL);
}

/* TRUE if it is news. */
gboolean
gst_rec_stream_update_verdict (GstRecStream * self, GstRecVerdict verdict)
{
  if (verdict.phase == GST_REC_STREAM_UNKNOWN
      || (verdict.phase == self->verdict.phase
          && g_strcmp0 (verdict.why, self->verdict.why) == 0))
    return FALSE;
  self->verdict = verdict;

  return TRUE;
}
