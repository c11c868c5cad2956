/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/base/gstbasesink.h>

#include "tcplink.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_TCP_SINK (gst_rec_tcp_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstRecTcpSink, gst_rec_tcp_sink, GST, REC_TCP_SINK,
    GstBaseSink);

GstElement *gst_rec_tcp_sink_new (GstRecTcpLink * link);

G_END_DECLS
