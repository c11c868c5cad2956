/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "session.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_TIMELINE (gst_rec_timeline_get_type ())
G_DECLARE_FINAL_TYPE (GstRecTimeline, gst_rec_timeline, GST, REC_TIMELINE,
    GstElement);

typedef enum
{
  GST_REC_FILL_SILENCE,         /* decoded sound */
  GST_REC_FILL_GAP,             /* decoded video, default caps where needed */
  GST_REC_FILL_GAP_ENCODED,     /* caps come with the first access unit only */
} GstRecFill;

GstElement *gst_rec_timeline_new (GstRecSession * session,
    const gchar * stream_name, GstCaps * possible_caps);

void gst_rec_timeline_prepare (GstRecTimeline * self, GstRecFill fill,
    GstCaps * caps, GstRecStreamState * state, guint group_id, gboolean live);
void gst_rec_timeline_send (GstRecTimeline * self, GstEvent * event);
void gst_rec_timeline_flush (GstRecTimeline * self);

G_END_DECLS
