/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Takes our RTCP back over the connection that the stream comes on. */

#include "gstrectcpsink.h"

#include "framing.h"

struct _GstRecTcpSink
{
  GstBaseSink parent;

  GstRecTcpLink *link;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("application/x-rtcp"));

G_DEFINE_FINAL_TYPE (GstRecTcpSink, gst_rec_tcp_sink, GST_TYPE_BASE_SINK);

static GstFlowReturn
gst_rec_tcp_sink_render (GstBaseSink * sink, GstBuffer * buffer)
{
  GstRecTcpSink *self = GST_REC_TCP_SINK (sink);
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  if (map.size <= GST_REC_FRAME_MAX_SIZE)
    gst_rec_tcp_link_send (self->link, map.data, map.size);
  gst_buffer_unmap (buffer, &map);

  return GST_FLOW_OK;
}

static void
gst_rec_tcp_sink_finalize (GObject * object)
{
  GstRecTcpSink *self = GST_REC_TCP_SINK (object);

  g_clear_pointer (&self->link, gst_rec_tcp_link_unref);

  G_OBJECT_CLASS (gst_rec_tcp_sink_parent_class)->finalize (object);
}

static void
gst_rec_tcp_sink_init (GstRecTcpSink * self)
{
  gst_base_sink_set_sync (GST_BASE_SINK (self), FALSE);
  gst_base_sink_set_async_enabled (GST_BASE_SINK (self), FALSE);
}

static void
gst_rec_tcp_sink_class_init (GstRecTcpSinkClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rec_tcp_sink_finalize;
  GST_BASE_SINK_CLASS (klass)->render = gst_rec_tcp_sink_render;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "RTCP over TCP sink",
      "Sink/Network/RTP", "Sends RTCP over the connection of its stream",
      "the gst-plugins-recording authors");
}

GstElement *
gst_rec_tcp_sink_new (GstRecTcpLink * link)
{
  GstRecTcpSink *self = g_object_new (GST_TYPE_REC_TCP_SINK, NULL);

  self->link = gst_rec_tcp_link_ref (link);

  return GST_ELEMENT (self);
}
