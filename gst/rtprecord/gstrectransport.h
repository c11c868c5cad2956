/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "session.h"
#include "sessiondescription.h"
#include "srtp.h"

G_BEGIN_DECLS

typedef struct _GstRecTransport GstRecTransport;

GstRecTransport *gst_rec_transport_new (const GstRecStreamDescription *
    description, GstRecSession * session, GstRecStreamState * state,
    GError ** error);
void gst_rec_transport_close (GstRecTransport * self);
void gst_rec_transport_free (GstRecTransport * self);
void gst_rec_transport_reset (GstRecTransport * self);

GstRecSrtp *gst_rec_transport_get_srtp (GstRecTransport * self);
gboolean gst_rec_transport_is_mux (const GstRecTransport * self);
GstElement *gst_rec_transport_make_src (GstRecTransport * self,
    gboolean of_rtcp);
GstElement *gst_rec_transport_make_rtcp_sink (GstRecTransport * self,
    GError ** error);

void gst_rec_transport_update_target (GstRecTransport * self,
    GstRecSession * session, GstRecStreamState * state);
void gst_rec_transport_open_way (GstRecTransport * self,
    GstClockTime last_packet, GstClockTime now);
gchar *gst_rec_transport_get_trouble (GstRecTransport * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecTransport, gst_rec_transport_free);

G_END_DECLS
