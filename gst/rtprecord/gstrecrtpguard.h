/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>

#include "session.h"
#include "sessiondescription.h"
#include "srtp.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_RTP_GUARD (gst_rec_rtp_guard_get_type ())
G_DECLARE_FINAL_TYPE (GstRecRtpGuard, gst_rec_rtp_guard, GST, REC_RTP_GUARD,
    GstElement);

/* Called from the streaming thread, without a lock. */
typedef struct
{
  void (*latch) (gpointer user_data);   /* our RTCP may have to go elsewhere */
  void (*repair) (gpointer user_data);  /* something is to be asked for */
} GstRecRtpGuardCallbacks;

GstElement *gst_rec_rtp_guard_new (GstRecSession * session,
    GstRecStreamState * state, const GstRecStreamDescription * description,
    GstRecSrtp * srtp, gboolean is_rtcp_port, GstPad * consumer,
    const GstRecRtpGuardCallbacks * callbacks, gpointer user_data);

G_END_DECLS
