/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* A stream's RTP and RTCP over one connection on loopback, framed by
 * GStreamer's own elements for RFC 4571. */
typedef struct _SessionTcp SessionTcp;

SessionTcp *session_tcp_new (guint port, gboolean listen, GError ** error);
void session_tcp_free (SessionTcp * self);

gboolean session_tcp_connect (SessionTcp * self, gint64 deadline,
    GError ** error);
GstElement *session_tcp_make_sink (SessionTcp * self);
GstElement *session_tcp_make_src (SessionTcp * self);

G_END_DECLS
