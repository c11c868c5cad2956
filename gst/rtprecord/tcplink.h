/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>

#include "session.h"

G_BEGIN_DECLS

/* The connection that brings one stream, and takes our RTCP back. */
typedef struct _GstRecTcpLink GstRecTcpLink;

typedef struct
{
  const gchar *host;            /* to bind; the peer's if active */
  guint16 port;
  gboolean is_active;           /* we connect, and the peer listens */
} GstRecTcpEndpoint;

/* Running time. Called from the reader's thread. */
typedef GstClockTime (*GstRecTcpClockFunc) (gpointer user_data);

GstRecTcpLink *gst_rec_tcp_link_new (const GstRecTcpEndpoint * endpoint,
    GstRecSession * session, GstRecStreamState * state, GError ** error);
GstRecTcpLink *gst_rec_tcp_link_ref (GstRecTcpLink * self);
void gst_rec_tcp_link_unref (GstRecTcpLink * self);

/* the reader's thread */
const guint8 *gst_rec_tcp_link_receive (GstRecTcpLink * self,
    GstRecTcpClockFunc clock, gpointer user_data, GCancellable * cancellable,
    gsize * size, GSocketAddress ** peer);
void gst_rec_tcp_link_disconnect (GstRecTcpLink * self);

/* the writer's thread */
void gst_rec_tcp_link_send (GstRecTcpLink * self, const guint8 * packet,
    gsize size);

/* any thread */
gchar *gst_rec_tcp_link_get_trouble (GstRecTcpLink * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecTcpLink, gst_rec_tcp_link_unref);

G_END_DECLS
