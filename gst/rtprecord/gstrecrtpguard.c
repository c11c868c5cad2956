/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Stands between a socket and rtpbin: tells RTP from RTCP on one port, lets
 * nothing in that the SDP does not know, counts what it refuses, and notices
 * where the peer's RTCP comes from. */

#include "gstrecrtpguard.h"

#include <gst/net/net.h>
#include <gst/rtp/rtp.h>

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

struct _GstRecRtpGuard
{
  GstElement parent;

  GstPad *sink;
  GstPad *rtp;
  GstPad *rtcp;

  GstRecSession *session;
  GstRecStreamState *state;     /* by the session's lock */
  const GstRecStreamDescription *description;
  gboolean is_rtcp_port;
  GstPad *consumer;             /* where the stream ends up */

  GstRecRtpGuardLatchFunc latch;
  gpointer user_data;
  GSocketAddress *known[2];     /* of RTP, of RTCP; streaming thread */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate rtp_template = GST_STATIC_PAD_TEMPLATE ("rtp",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate rtcp_template = GST_STATIC_PAD_TEMPLATE ("rtcp",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtcp"));

G_DEFINE_FINAL_TYPE (GstRecRtpGuard, gst_rec_rtp_guard, GST_TYPE_ELEMENT);

static gboolean
same_address (GSocketAddress * a, GSocketAddress * b)
{
  GInetSocketAddress *ia = G_INET_SOCKET_ADDRESS (a);
  GInetSocketAddress *ib = G_INET_SOCKET_ADDRESS (b);

  return g_inet_socket_address_get_port (ia) ==
      g_inet_socket_address_get_port (ib)
      && g_inet_address_equal (g_inet_socket_address_get_address (ia),
      g_inet_socket_address_get_address (ib));
}

static void
latch (GstRecRtpGuard * self, GstBuffer * buffer, gboolean from_rtcp)
{
  GstNetAddressMeta *meta = gst_buffer_get_net_address_meta (buffer);
  GSocketAddress **known = &self->known[from_rtcp];

  if (!meta || !G_IS_INET_SOCKET_ADDRESS (meta->addr))
    return;
  if (*known && same_address (*known, meta->addr))
    return;

  g_set_object (known, meta->addr);
  self->latch (meta->addr, from_rtcp, self->user_data);
}

/* RTCP tells where ours goes. Once somebody did, only the sender of the stream
 * may change that. */
static void
latch_rtcp (GstRecRtpGuard * self, GstBuffer * buffer, guint32 ssrc)
{
  if (self->known[TRUE] == NULL
      || gst_rec_session_owns (self->session, self->state, ssrc))
    latch (self, buffer, TRUE);
}

static void
refuse (GstRecRtpGuard * self, guint64 * counter)
{
  g_mutex_lock (&self->session->lock);
  (*counter)++;
  g_mutex_unlock (&self->session->lock);
}

static void
refuse_payload_type (GstRecRtpGuard * self, guint8 pt)
{
  if (gst_rec_stream_description_ignores (self->description, pt))
    return;

  GST_LOG_OBJECT (self, "payload type %u is not in the SDP", pt);
  g_mutex_lock (&self->session->lock);
  self->state->wrong_pt++;
  self->state->last_wrong_pt = pt;
  g_mutex_unlock (&self->session->lock);
}

/* A stream without a pad, or one that is not wanted, is no reason to stop
 * reading the socket. */
static GstFlowReturn
forgive (GstFlowReturn ret)
{
  return ret == GST_FLOW_NOT_LINKED ? GST_FLOW_OK : ret;
}

static GstFlowReturn
handle_rtp (GstRecRtpGuard * self, GstBuffer * buffer,
    const GstRecRtpHeader * header, gsize size)
{
  const GstRecPayload *payload;
  gboolean wanted;

  /* Janus sends packets of zeroes here to open the way for our RTCP. */
  if (self->is_rtcp_port) {
    if (header->pt == 0 && header->ssrc == 0 && header->timestamp == 0)
      latch (self, buffer, TRUE);
    else
      refuse (self, &self->state->invalid);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }

  payload = gst_rec_stream_description_find_payload (self->description,
      header->pt);
  if (payload == NULL) {
    refuse_payload_type (self, header->pt);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }

  wanted = gst_pad_is_linked (self->consumer);
  if (!gst_rec_session_note_packet (self->session, self->state, header,
          payload->clock_rate, size, wanted, GST_BUFFER_DTS_OR_PTS (buffer))) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  latch (self, buffer, FALSE);

  /* It counts for the session's span, but nobody has to decode it. */
  if (!wanted) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }

  return forgive (gst_pad_push (self->rtp, buffer));
}

static void
note_cnames (GstRecRtpGuard * self, GstRTCPPacket * packet)
{
  gboolean more = gst_rtcp_packet_sdes_first_item (packet);

  for (; more; more = gst_rtcp_packet_sdes_next_item (packet)) {
    guint32 ssrc = gst_rtcp_packet_sdes_get_ssrc (packet);
    gboolean entry = gst_rtcp_packet_sdes_first_entry (packet);

    for (; entry; entry = gst_rtcp_packet_sdes_next_entry (packet)) {
      g_autofree gchar *cname = NULL;
      GstRTCPSDESType type;
      guint8 *data;
      guint8 length;

      if (!gst_rtcp_packet_sdes_get_entry (packet, &type, &length, &data)
          || type != GST_RTCP_SDES_CNAME)
        continue;
      cname = g_strndup ((const gchar *) data, length);
      gst_rec_session_note_cname (self->session, self->state, ssrc, cname);
    }
  }
}

/* What the peer says of its clock. */
static void
note_rtcp (GstRecRtpGuard * self, GstBuffer * buffer)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;
  gboolean more;

  if (!gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp))
    return;

  more = gst_rtcp_buffer_get_first_packet (&rtcp, &packet);
  for (; more; more = gst_rtcp_packet_move_to_next (&packet)) {
    guint32 ssrc, rtp, packets, octets;
    guint64 ntp;

    switch (gst_rtcp_packet_get_type (&packet)) {
      case GST_RTCP_TYPE_SR:
        gst_rtcp_packet_sr_get_sender_info (&packet, &ssrc, &ntp, &rtp,
            &packets, &octets);
        gst_rec_session_note_report (self->session, self->state, ssrc, ntp,
            rtp);
        break;
      case GST_RTCP_TYPE_SDES:
        note_cnames (self, &packet);
        break;
      default:
        break;
    }
  }
  gst_rtcp_buffer_unmap (&rtcp);
}

static GstFlowReturn
gst_rec_rtp_guard_chain (GstPad * pad G_GNUC_UNUSED, GstObject * parent,
    GstBuffer * buffer)
{
  GstRecRtpGuard *self = GST_REC_RTP_GUARD (parent);
  GstRecRtpHeader header;
  GstRecPacketType type;
  GstMapInfo map;
  gsize size;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    refuse (self, &self->state->invalid);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  size = map.size;
  type = gst_rec_packet_parse (map.data, map.size, &header);
  gst_buffer_unmap (buffer, &map);

  switch (type) {
    case GST_REC_PACKET_RTP:
      return handle_rtp (self, buffer, &header, size);
    case GST_REC_PACKET_RTCP:
      latch_rtcp (self, buffer, header.ssrc);
      note_rtcp (self, buffer);
      return forgive (gst_pad_push (self->rtcp, buffer));
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
  g_clear_object (&self->known[FALSE]);
  g_clear_object (&self->known[TRUE]);
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

/* @description and @state must outlive the element. */
GstElement *
gst_rec_rtp_guard_new (GstRecSession * session, GstRecStreamState * state,
    const GstRecStreamDescription * description, gboolean is_rtcp_port,
    GstPad * consumer, GstRecRtpGuardLatchFunc latch_func, gpointer user_data)
{
  GstRecRtpGuard *self = g_object_new (GST_TYPE_REC_RTP_GUARD, NULL);

  self->session = gst_rec_session_ref (session);
  self->state = state;
  self->description = description;
  self->is_rtcp_port = is_rtcp_port;
  self->consumer = gst_object_ref (consumer);
  self->latch = latch_func;
  self->user_data = user_data;

  return GST_ELEMENT (self);
}
