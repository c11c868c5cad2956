/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>
#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GST_TYPE_REC_UDP_SRC (gst_rec_udp_src_get_type ())
G_DECLARE_FINAL_TYPE (GstRecUdpSrc, gst_rec_udp_src, GST, REC_UDP_SRC,
    GstPushSrc);

GstElement *gst_rec_udp_src_new (GSocket * socket);

G_END_DECLS
