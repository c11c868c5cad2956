/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What udpsrc is for a socket, for a connection: packets with the time of their
 * arrival and the address of their sender. */

#include "gstrectcpsrc.h"

#include <gst/net/net.h>

struct _GstRecTcpSrc
{
  GstPushSrc parent;

  GstRecTcpLink *link;
  GCancellable *cancellable;
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstRecTcpSrc, gst_rec_tcp_src, GST_TYPE_PUSH_SRC);

static GstClockTime
running_time (gpointer user_data)
{
  GstClockTime now = gst_element_get_current_running_time (user_data);

  return now == GST_CLOCK_TIME_NONE ? 0 : now;
}

static GstFlowReturn
gst_rec_tcp_src_create (GstPushSrc * src, GstBuffer ** buffer)
{
  GstRecTcpSrc *self = GST_REC_TCP_SRC (src);
  GSocketAddress *peer;
  gsize size;
  const guint8 *packet = gst_rec_tcp_link_receive (self->link, running_time,
      self, self->cancellable, &size, &peer);

  if (packet == NULL)
    return GST_FLOW_FLUSHING;
  *buffer = gst_buffer_new_memdup (packet, size);
  gst_buffer_add_net_address_meta (*buffer, peer);

  return GST_FLOW_OK;
}

static gboolean
gst_rec_tcp_src_unlock (GstBaseSrc * src)
{
  g_cancellable_cancel (GST_REC_TCP_SRC (src)->cancellable);

  return TRUE;
}

static gboolean
gst_rec_tcp_src_unlock_stop (GstBaseSrc * src)
{
  g_cancellable_reset (GST_REC_TCP_SRC (src)->cancellable);

  return TRUE;
}

static gboolean
gst_rec_tcp_src_stop (GstBaseSrc * src)
{
  gst_rec_tcp_link_disconnect (GST_REC_TCP_SRC (src)->link);

  return TRUE;
}

static void
gst_rec_tcp_src_finalize (GObject * object)
{
  GstRecTcpSrc *self = GST_REC_TCP_SRC (object);

  g_clear_pointer (&self->link, gst_rec_tcp_link_unref);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (gst_rec_tcp_src_parent_class)->finalize (object);
}

static void
gst_rec_tcp_src_init (GstRecTcpSrc * self)
{
  self->cancellable = g_cancellable_new ();
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_do_timestamp (GST_BASE_SRC (self), TRUE);
}

static void
gst_rec_tcp_src_class_init (GstRecTcpSrcClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rec_tcp_src_finalize;
  base_class->unlock = gst_rec_tcp_src_unlock;
  base_class->unlock_stop = gst_rec_tcp_src_unlock_stop;
  base_class->stop = gst_rec_tcp_src_stop;
  GST_PUSH_SRC_CLASS (klass)->create = gst_rec_tcp_src_create;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "RTP over TCP source",
      "Source/Network/RTP", "Receives RTP and RTCP over a connection",
      "the gst-plugins-recording authors");
}

GstElement *
gst_rec_tcp_src_new (GstRecTcpLink * link)
{
  GstRecTcpSrc *self = g_object_new (GST_TYPE_REC_TCP_SRC, NULL);

  self->link = gst_rec_tcp_link_ref (link);

  return GST_ELEMENT (self);
}
