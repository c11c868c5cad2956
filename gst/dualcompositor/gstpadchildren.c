/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* An element's sink pads as its GstChildProxy children, so that their
 * properties can be set where the element is written down. */

#include "gstpadchildren.h"

static GObject *
get_child_by_index (GstChildProxy * proxy, guint index)
{
  GstElement *element = GST_ELEMENT (proxy);
  GstPad *pad;

  GST_OBJECT_LOCK (element);
  pad = g_list_nth_data (element->sinkpads, index);
  if (pad)
    gst_object_ref (pad);
  GST_OBJECT_UNLOCK (element);

  return G_OBJECT (pad);
}

static guint
get_children_count (GstChildProxy * proxy)
{
  GstElement *element = GST_ELEMENT (proxy);
  guint count;

  GST_OBJECT_LOCK (element);
  count = element->numsinkpads;
  GST_OBJECT_UNLOCK (element);

  return count;
}

void
gst_rec_pad_children_init (gpointer iface, gpointer data G_GNUC_UNUSED)
{
  GstChildProxyInterface *proxy = iface;

  proxy->get_child_by_index = get_child_by_index;
  proxy->get_children_count = get_children_count;
}
