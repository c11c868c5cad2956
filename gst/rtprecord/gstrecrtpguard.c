/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Stands between a socket and rtpbin: decrypts SRTP, tells RTP from RTCP on one
 * port, lets nothing in that the SDP does not know or that another source
 * sends, counts what it refuses, and notices where the peer's RTCP comes
 * from. */

#include "gstrecrtpguard.h"

#include <gst/net/net.h>
#include <string.h>

#include "payloadcheck.h"
#include "rtcpdigest.h"
#include "videopayload.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

#define PROBATION_PT 127
#define PROBATION_SSRC 1234

struct _GstRecRtpGuard
{
  GstElement parent;

  GstPad *sink;
  GstPad *rtp;
  GstPad *rtcp;

  GstRecSession *session;
  GstRecStreamState *state;     /* by the session's lock */
  const GstRecStreamDescription *description;
  GstRecSrtp *srtp;             /* or NULL */
  gboolean is_rtcp_port;
  GstPad *consumer;             /* where the stream ends up */

  const GstRecRtpGuardCallbacks *callbacks;     /* static */
  gpointer user_data;
  GstRecSource rtp_source;      /* streaming thread */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate rtp_template = GST_STATIC_PAD_TEMPLATE ("rtp",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate rtcp_template = GST_STATIC_PAD_TEMPLATE ("rtcp",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtcp"));

G_DEFINE_FINAL_TYPE (GstRecRtpGuard, gst_rec_rtp_guard, GST_TYPE_ELEMENT);

/* FALSE: it comes from elsewhere than the application allows. */
static gboolean
find_source (GstRecRtpGuard * self, GstBuffer * buffer, GstRecSource * source)
{
  GstNetAddressMeta *meta = gst_buffer_get_net_address_meta (buffer);
  GSocketAddress *address = meta ? meta->addr : NULL;

  gst_rec_source_set (source, address);
  /* Who has the connection has the stream. */
  source->proven = self->description->is_tcp;
  if (self->session->allowed == NULL
      || gst_rec_allowed_sources_match (self->session->allowed, address))
    return TRUE;
  gst_rec_session_note_refused (self->session, self->state, source);

  return FALSE;
}

static void
refuse (GstRecRtpGuard * self, guint64 * counter)
{
  g_mutex_lock (&self->session->lock);
  (*counter)++;
  g_mutex_unlock (&self->session->lock);
}

/* mediasoup probes the path with packets that are of no stream. */
static gboolean
is_probation (const GstRecRtpHeader * header)
{
  return header->pt == PROBATION_PT && header->ssrc == PROBATION_SSRC;
}

static void
refuse_payload_type (GstRecRtpGuard * self, const GstRecRtpHeader * header,
    GstClockTime now)
{
  const guint8 pt = header->pt;

  if (is_probation (header)
      || gst_rec_stream_description_ignores (self->description, pt))
    return;

  GST_LOG_OBJECT (self, "payload type %u is not in the SDP", pt);
  g_mutex_lock (&self->session->lock);
  self->state->wrong_pt++;
  self->state->last_wrong_pt = pt;
  self->state->last_wrong = now;
  g_mutex_unlock (&self->session->lock);
}

/* A stream without a pad, or one that is not wanted, is no reason to stop
 * reading the socket. */
static GstFlowReturn
forgive (GstFlowReturn ret)
{
  return ret == GST_FLOW_NOT_LINKED ? GST_FLOW_OK : ret;
}

/* Janus opens the way for our RTCP with packets of zeroes. */
static gboolean
is_opening (const GstRecRtpHeader * header)
{
  return header->pt == 0 && header->seq == 0 && header->timestamp == 0
      && header->ssrc == 0 && header->payload_size == 0;
}

/* Anybody can send them, so they do not count where ours must be encrypted for
 * its peer. */
static gboolean
opens_rtcp (GstRecRtpGuard * self, const GstRecRtpHeader * header)
{
  return is_opening (header)
      && !(self->srtp && gst_rec_srtp_sends (self->srtp));
}

static void
handle_opening (GstRecRtpGuard * self, const GstRecRtpHeader * header,
    const GstRecSource * source)
{
  if (!opens_rtcp (self, header)) {
    refuse (self, &self->state->invalid);
    return;
  }
  gst_rec_session_note_opening (self->session, self->state, source);
  self->callbacks->latch (self->user_data);
}

/* rtpsession keeps a record of every contributor, 15 a packet. Nor does it have
 * to guard against two senders of one SSRC, by their addresses: that is done, and
 * a sender may come back from another port. */
static GstBuffer *
simplify (GstBuffer * buffer, const GstRecRtpHeader * header)
{
  const gsize csrcs = 4 * header->n_csrcs;
  GstNetAddressMeta *meta;
  GstMapInfo map;

  buffer = gst_buffer_make_writable (buffer);
  meta = gst_buffer_get_net_address_meta (buffer);
  if (meta)
    gst_buffer_remove_meta (buffer, (GstMeta *) meta);
  if (csrcs == 0 || !gst_buffer_map (buffer, &map, GST_MAP_READWRITE))
    return buffer;

  map.data[0] &= 0xf0;
  memmove (map.data + 12, map.data + 12 + csrcs, map.size - 12 - csrcs);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_set_size (buffer, map.size - csrcs);

  return buffer;
}

/* FALSE: nobody may see it. Padding alone is part of a picture's numbers. */
static gboolean
inspect (const GstRecPayload * payload, GstBuffer * buffer,
    const GstRecRtpHeader * header, GstRecVideoPayload * video)
{
  gboolean is_video = payload->channels == 0;
  GstMapInfo map;
  gboolean ok;

  *video = (GstRecVideoPayload) {.begins_picture = FALSE };
  if (is_video && header->payload_size == 0)
    return TRUE;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;
  ok = gst_rec_payload_is_well_formed (payload->codec,
      map.data + header->payload_offset, header->payload_size);
  if (ok && is_video)
    *video = gst_rec_video_payload_parse (payload->codec,
        map.data + header->payload_offset, header->payload_size);
  gst_buffer_unmap (buffer, &map);

  return ok && !video->is_oversize;
}

static GstFlowReturn
handle_media (GstRecRtpGuard * self, GstBuffer * buffer,
    const GstRecRtpHeader * header, const GstRecPayload * payload,
    const GstRecSource * source)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstRecVideoPayload video;
  GstRecSessionPacket packet = {
    .header = header,
    .source = source,
    .clock_rate = payload->clock_rate,
    .nack = payload->nack,
    .size = gst_buffer_get_size (buffer),
    .wanted = gst_pad_is_linked (self->consumer),
    .now = GST_BUFFER_DTS_OR_PTS (buffer),
  };

  if (!inspect (payload, buffer, header, &video)) {
    refuse (self, &self->state->invalid);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  /* parameters come just before */
  packet.begins_keyframe = video.begins_keyframe || video.has_parameters;
  if (!gst_rec_session_note_packet (self->session, self->state, &packet)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  if (!gst_rec_source_equal (&self->rtp_source, source)) {
    self->rtp_source = *source;
    self->callbacks->latch (self->user_data);
  }

  /* It counts for the session's span, but nobody has to decode it. */
  if (packet.wanted)
    ret = forgive (gst_pad_push (self->rtp, simplify (buffer, header)));
  else
    gst_buffer_unref (buffer);
  if (packet.repair_is_due)
    self->callbacks->repair (self->user_data);

  return ret;
}

/* A packet that was sent again is what it was before (RFC 4588, 4): its number
 * stands before its payload. Only what was asked for is of use, so a flood of
 * others costs nothing. Returns NULL where it is none. */
static GstBuffer *
restore (GstRecRtpGuard * self, GstBuffer * rtx, GstRecRtpHeader * header,
    guint8 pt)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_make_writable (rtx);
  GstMapInfo map;

  if (header->payload_size < 2
      || !gst_buffer_map (buffer, &map, GST_MAP_READWRITE))
    return NULL;
  header->seq = GST_READ_UINT16_BE (map.data + header->payload_offset);
  header->pt = pt;
  header->payload_size -= 2;
  if (!gst_rec_session_takes_retransmission (self->session, self->state,
          header->seq, &header->ssrc)) {
    gst_buffer_unmap (buffer, &map);
    return NULL;
  }

  map.data[1] = (map.data[1] & 0x80) | pt;
  GST_WRITE_UINT16_BE (map.data + 2, header->seq);
  GST_WRITE_UINT32_BE (map.data + 8, header->ssrc);
  memmove (map.data + 2, map.data, header->payload_offset);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_resize (buffer, 2, -1);

  return g_steal_pointer (&buffer);
}

static GstFlowReturn
handle_rtp (GstRecRtpGuard * self, GstBuffer * buffer,
    GstRecRtpHeader * header, const GstRecSource * source)
{
  const GstRecPayload *payload;

  if (self->is_rtcp_port || (self->description->rtcp_port ==
          self->description->rtp_port && is_opening (header))) {
    handle_opening (self, header, source);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }

  payload = gst_rec_stream_description_find_payload (self->description,
      header->pt);
  if (payload)
    return handle_media (self, buffer, header, payload, source);

  payload = gst_rec_stream_description_find_original (self->description,
      header->pt);
  if (payload) {
    buffer = restore (self, buffer, header, payload->pt);
    return buffer ? handle_media (self, buffer, header, payload, source) :
        GST_FLOW_OK;
  }

  refuse_payload_type (self, header, GST_BUFFER_DTS_OR_PTS (buffer));
  gst_buffer_unref (buffer);

  return GST_FLOW_OK;
}

/* What the peer says of its clock. */
static void
note_digest (GstRecRtpGuard * self, const GstRecRtcpDigest * digest,
    GstClockTime now)
{
  if (digest->has_report)
    gst_rec_session_note_report (self->session, self->state, digest->ssrc,
        digest->ntp, digest->rtp_time);
  if (digest->cname[0] != '\0')
    gst_rec_session_note_cname (self->session, self->state, digest->ssrc,
        digest->cname);
  if (digest->bye)
    gst_rec_session_note_bye (self->session, self->state, digest->ssrc, now);
}

static GstFlowReturn
push_digest (GstRecRtpGuard * self, const GstRecRtcpDigest * digest,
    GstBuffer * original)
{
  guint8 data[GST_REC_RTCP_REPORT_SIZE];
  GstBuffer *buffer;

  gst_rec_rtcp_digest_write (digest, data);
  buffer = gst_buffer_new_memdup (data, sizeof data);
  gst_buffer_copy_into (buffer, original, GST_BUFFER_COPY_TIMESTAMPS, 0, -1);

  return forgive (gst_pad_push (self->rtcp, buffer));
}

/* Takes what the stream's sender says of itself; strangers say nothing. */
static GstFlowReturn
handle_rtcp (GstRecRtpGuard * self, GstBuffer * buffer,
    const GstRecRtpHeader * header, const GstRecSource * source)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstRecRtcpDigest digest;
  GstMapInfo map;
  gboolean believed;

  believed = gst_rec_session_note_rtcp (self->session, self->state,
      header->ssrc, source);
  self->callbacks->latch (self->user_data);
  if (believed && gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    gst_rec_rtcp_digest_parse (&digest, header->ssrc, map.data, map.size);
    gst_buffer_unmap (buffer, &map);
    note_digest (self, &digest, GST_BUFFER_DTS_OR_PTS (buffer));
    if (digest.has_report)
      ret = push_digest (self, &digest, buffer);
  }
  gst_buffer_unref (buffer);

  return ret;
}

/* RTP on the port for RTCP is never media. */
static gboolean
unprotect (GstRecRtpGuard * self, guint8 * data, gsize * size,
    GstRecSource * source, GstClockTime now)
{
  GstRecPacketType type = gst_rec_packet_peek (data, *size);

  if (type == GST_REC_PACKET_INVALID) {
    refuse (self, &self->state->invalid);
    return FALSE;
  }
  if (self->is_rtcp_port && type == GST_REC_PACKET_RTP)
    return TRUE;

  switch (gst_rec_srtp_unprotect (self->srtp, data, size,
          type == GST_REC_PACKET_RTCP, now)) {
    case GST_REC_SRTP_OK:
      source->proven = TRUE;
      return TRUE;
    case GST_REC_SRTP_REPLAYED:
      gst_rec_session_note_replayed (self->session, self->state, now);
      return FALSE;
    default:
      gst_rec_session_note_undecryptable (self->session, self->state, now);
      return FALSE;
  }
}

/* Returns the packet as it was before its encryption, or NULL. */
static GstBuffer *
decrypt (GstRecRtpGuard * self, GstBuffer * encrypted, GstRecSource * source)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_make_writable (encrypted);
  GstMapInfo map;
  gboolean ok;
  gsize size;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READWRITE)) {
    refuse (self, &self->state->invalid);
    return NULL;
  }
  size = map.size;
  ok = unprotect (self, map.data, &size, source,
      GST_BUFFER_DTS_OR_PTS (buffer));
  gst_buffer_unmap (buffer, &map);
  if (!ok)
    return NULL;
  gst_buffer_set_size (buffer, size);

  return g_steal_pointer (&buffer);
}

static GstFlowReturn
gst_rec_rtp_guard_chain (GstPad * pad G_GNUC_UNUSED, GstObject * parent,
    GstBuffer * buffer)
{
  GstRecRtpGuard *self = GST_REC_RTP_GUARD (parent);
  GstRecRtpHeader header;
  GstRecPacketType type;
  GstRecSource source;
  GstMapInfo map;

  if (!find_source (self, buffer, &source)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  if (self->srtp)
    buffer = decrypt (self, buffer, &source);
  if (buffer == NULL)
    return GST_FLOW_OK;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    refuse (self, &self->state->invalid);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  type = gst_rec_packet_parse (map.data, map.size, &header);
  gst_buffer_unmap (buffer, &map);

  switch (type) {
    case GST_REC_PACKET_RTP:
      return handle_rtp (self, buffer, &header, &source);
    case GST_REC_PACKET_RTCP:
      return handle_rtcp (self, buffer, &header, &source);
    default:
      refuse (self, &self->state->invalid);
      gst_buffer_unref (buffer);
      return GST_FLOW_OK;
  }
}

static void
push_caps (GstPad * pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_pad_template_caps (pad);

  gst_pad_push_event (pad, gst_event_new_caps (caps));
}

static gboolean
gst_rec_rtp_guard_sink_event (GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstRecRtpGuard *self = GST_REC_RTP_GUARD (parent);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_unref (event);
      return TRUE;
    case GST_EVENT_SEGMENT:
      push_caps (self->rtp);
      push_caps (self->rtcp);
      break;
    default:
      break;
  }

  return gst_pad_event_default (pad, parent, event);
}

static void
gst_rec_rtp_guard_finalize (GObject * object)
{
  GstRecRtpGuard *self = GST_REC_RTP_GUARD (object);

  gst_clear_object (&self->consumer);
  g_clear_pointer (&self->session, gst_rec_session_unref);

  G_OBJECT_CLASS (gst_rec_rtp_guard_parent_class)->finalize (object);
}

static GstPad *
add_pad (GstRecRtpGuard * self, GstStaticPadTemplate * template,
    const gchar * name)
{
  GstPad *pad = gst_pad_new_from_static_template (template, name);

  gst_element_add_pad (GST_ELEMENT (self), pad);

  return pad;
}

static void
gst_rec_rtp_guard_init (GstRecRtpGuard * self)
{
  self->rtp = add_pad (self, &rtp_template, "rtp");
  self->rtcp = add_pad (self, &rtcp_template, "rtcp");

  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, gst_rec_rtp_guard_chain);
  gst_pad_set_event_function (self->sink, gst_rec_rtp_guard_sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
}

static void
gst_rec_rtp_guard_class_init (GstRecRtpGuardClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rec_rtp_guard_finalize;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &rtp_template);
  gst_element_class_add_static_pad_template (element_class, &rtcp_template);
  gst_element_class_set_static_metadata (element_class, "RTP guard",
      "Filter/Network/RTP", "Lets only the session's RTP and RTCP in",
      "the gst-plugins-recording authors");
}

/* @srtp is NULL for plain RTP; @description, @srtp and @state must outlive the
 * element. */
GstElement *
gst_rec_rtp_guard_new (GstRecSession * session, GstRecStreamState * state,
    const GstRecStreamDescription * description, GstRecSrtp * srtp,
    gboolean is_rtcp_port, GstPad * consumer,
    const GstRecRtpGuardCallbacks * callbacks, gpointer user_data)
{
  GstRecRtpGuard *self = g_object_new (GST_TYPE_REC_RTP_GUARD, NULL);

  self->session = gst_rec_session_ref (session);
  self->state = state;
  self->description = description;
  self->srtp = srtp;
  self->is_rtcp_port = is_rtcp_port;
  self->consumer = gst_object_ref (consumer);
  self->callbacks = callbacks;
  self->user_data = user_data;

  return GST_ELEMENT (self);
}
