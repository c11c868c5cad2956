/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>

#include "session.h"
#include "sessiondescription.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_RTP_GUARD (gst_rec_rtp_guard_get_type ())
G_DECLARE_FINAL_TYPE (GstRecRtpGuard, gst_rec_rtp_guard, GST, REC_RTP_GUARD,
    GstElement);

/* The peer's RTP or RTCP comes from another address than before. Called from
 * the streaming thread. */
typedef void (*GstRecRtpGuardLatchFunc) (GSocketAddress * address,
    gboolean from_rtcp, gpointer user_data);

GstElement *gst_rec_rtp_guard_new (GstRecSession * session,
    GstRecStreamState * state, const GstRecStreamDescription * description,
    gboolean is_rtcp_port, GstPad * consumer, GstRecRtpGuardLatchFunc latch,
    gpointer user_data);

G_END_DECLS
