/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/base/gstpushsrc.h>

#include "tcplink.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_TCP_SRC (gst_rec_tcp_src_get_type ())
G_DECLARE_FINAL_TYPE (GstRecTcpSrc, gst_rec_tcp_src, GST, REC_TCP_SRC,
    GstPushSrc);

GstElement *gst_rec_tcp_src_new (GstRecTcpLink * link);

G_END_DECLS
