/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Stands before the depayloader of a picture: gathers its packets, and passes
 * them on at once when they are all there and may be decoded. It adds no
 * latency: a depayloader waits for the last packet too. */

#include "gstrecpicturegate.h"

#include <gst/rtp/rtp.h>

#include "picturegate.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

struct _GstRecPictureGateElement
{
  GstElement parent;

  GstPad *sink;
  GstPad *src;

  GstRecCodec codec;
  GstRecSession *session;
  GstRecStreamState *state;     /* by the session's lock */
  GstRecPictureGateRepairFunc repair;
  gpointer user_data;

  /* streaming thread */
  GstRecPictureGate gate;
  GstBufferList *gathered;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtp"));

G_DEFINE_FINAL_TYPE (GstRecPictureGateElement, gst_rec_picture_gate_element,
    GST_TYPE_ELEMENT);

static gboolean
read_packet (GstRecPictureGateElement * self, GstBuffer * buffer,
    GstRecGatePacket * packet)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  if (!gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return FALSE;
  packet->ssrc = gst_rtp_buffer_get_ssrc (&rtp);
  packet->seq = gst_rtp_buffer_get_seq (&rtp);
  packet->timestamp = gst_rtp_buffer_get_timestamp (&rtp);
  packet->marker = gst_rtp_buffer_get_marker (&rtp);
  packet->size = gst_rtp_buffer_get_payload_len (&rtp);
  packet->payload = gst_rec_video_payload_parse (self->codec,
      gst_rtp_buffer_get_payload (&rtp), packet->size);
  gst_rtp_buffer_unmap (&rtp);

  return TRUE;
}

/* What the session has to know of it. */
static void
report (GstRecPictureGateElement * self, const GstRecGateVerdict * verdict,
    guint32 ssrc)
{
  if (verdict->withheld > 0) {
    GST_DEBUG_OBJECT (self, "withholding %u pictures", verdict->withheld);
    gst_rec_session_note_withheld (self->session, self->state,
        verdict->withheld);
  }
  if (verdict->is_broken) {
    gst_rec_session_note_broken (self->session, self->state, ssrc,
        verdict->broken_seq);
    self->repair (self->user_data);
  }
}

static GstFlowReturn
push_gathered (GstRecPictureGateElement * self)
{
  GstBufferList *list = g_steal_pointer (&self->gathered);

  return list ? gst_pad_push_list (self->src, list) : GST_FLOW_OK;
}

static void
drop_gathered (GstRecPictureGateElement * self)
{
  g_clear_pointer (&self->gathered, gst_buffer_list_unref);
}

static void
gather (GstRecPictureGateElement * self, GstBuffer * buffer)
{
  if (self->gathered == NULL)
    self->gathered = gst_buffer_list_new ();
  gst_buffer_list_add (self->gathered, buffer);
}

static GstFlowReturn
gst_rec_picture_gate_element_chain (GstPad * pad G_GNUC_UNUSED,
    GstObject * parent, GstBuffer * buffer)
{
  GstRecPictureGateElement *self = GST_REC_PICTURE_GATE (parent);
  GstFlowReturn ret = GST_FLOW_OK;
  GstRecGatePacket packet;
  GstRecGateVerdict verdict;

  if (!read_packet (self, buffer, &packet)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  verdict = gst_rec_picture_gate_packet (&self->gate, &packet);
  GST_LOG_OBJECT (self, "packet %u of %u%s%s%s: %s", packet.seq,
      packet.timestamp, packet.payload.begins_picture ? ", begins" : "",
      packet.payload.begins_keyframe ? ", keyframe" : "",
      packet.marker ? ", ends" : "", verdict.gather ? "gathered" : "dropped");
  report (self, &verdict, packet.ssrc);

  if (verdict.gathered == GST_REC_GATE_PASS)
    ret = push_gathered (self);
  else if (verdict.gathered == GST_REC_GATE_DROP)
    drop_gathered (self);
  if (verdict.gather)
    gather (self, buffer);
  else
    gst_buffer_unref (buffer);
  if (verdict.pass && ret == GST_FLOW_OK)
    ret = push_gathered (self);

  return ret;
}

/* What is lost was judged here: nobody behind has to. */
static gboolean
gst_rec_picture_gate_element_sink_event (GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstRecPictureGateElement *self = GST_REC_PICTURE_GATE (parent);

  if (gst_event_has_name (event, "GstRTPPacketLost")) {
    gst_event_unref (event);
    return TRUE;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    gst_rec_picture_gate_init (&self->gate);
    drop_gathered (self);
  }

  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
gst_rec_picture_gate_element_change_state (GstElement * element,
    GstStateChange transition)
{
  GstRecPictureGateElement *self = GST_REC_PICTURE_GATE (element);
  GstStateChangeReturn ret =
      GST_ELEMENT_CLASS (gst_rec_picture_gate_element_parent_class)
      ->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    gst_rec_picture_gate_init (&self->gate);
    drop_gathered (self);
  }

  return ret;
}

static void
gst_rec_picture_gate_element_finalize (GObject * object)
{
  GstRecPictureGateElement *self = GST_REC_PICTURE_GATE (object);

  drop_gathered (self);
  g_clear_pointer (&self->session, gst_rec_session_unref);

  G_OBJECT_CLASS (gst_rec_picture_gate_element_parent_class)->finalize (object);
}

static void
gst_rec_picture_gate_element_init (GstRecPictureGateElement * self)
{
  gst_rec_picture_gate_init (&self->gate);

  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, gst_rec_picture_gate_element_chain);
  gst_pad_set_event_function (self->sink,
      gst_rec_picture_gate_element_sink_event);
  GST_PAD_SET_PROXY_CAPS (self->sink);
  GST_PAD_SET_PROXY_ALLOCATION (self->sink);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);

  self->src = gst_pad_new_from_static_template (&src_template, "src");
  GST_PAD_SET_PROXY_CAPS (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}

static void
gst_rec_picture_gate_element_class_init (GstRecPictureGateElementClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rec_picture_gate_element_finalize;
  element_class->change_state = gst_rec_picture_gate_element_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Picture gate",
      "Filter/Network/RTP", "Passes pictures that are whole and decodable",
      "the gst-plugins-recording authors");
}

/* @state must outlive the element. */
GstElement *
gst_rec_picture_gate_element_new (GstRecCodec codec, GstRecSession * session,
    GstRecStreamState * state, GstRecPictureGateRepairFunc repair,
    gpointer user_data)
{
  GstRecPictureGateElement *self =
      g_object_new (GST_TYPE_REC_PICTURE_GATE, NULL);

  self->codec = codec;
  self->session = gst_rec_session_ref (session);
  self->state = state;
  self->repair = repair;
  self->user_data = user_data;

  return GST_ELEMENT (self);
}
