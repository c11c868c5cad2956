/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "monitor.h"
#include "sessiondescription.h"

G_BEGIN_DECLS

/* One stream of the session: its transport, its RTP session in rtpbin, and the
 * chain that makes what its pad pushes. */
typedef struct _GstRecStream GstRecStream;

GstRecStream *gst_rec_stream_new (const GstRecStreamDescription * description,
    GstRecSession * session, GstElement * timeline, GstPad * pad,
    gboolean decode);
void gst_rec_stream_free (GstRecStream * self);

gboolean gst_rec_stream_open (GstRecStream * self, GError ** error);
gboolean gst_rec_stream_join (GstRecStream * self, GstBin * bin,
    GstElement * rtpbin, guint id, GError ** error);
void gst_rec_stream_leave (GstRecStream * self);

void gst_rec_stream_reset (GstRecStream * self);
void gst_rec_stream_add_pad (GstRecStream * self, GstPad * pad);
void gst_rec_stream_add_ssrc (GstRecStream * self, guint32 ssrc);
void gst_rec_stream_forget_ssrcs (GstRecStream * self);
void gst_rec_stream_open_way (GstRecStream * self, GstClockTime last_packet,
    GstClockTime now);
void gst_rec_stream_repair (GstRecStream * self);
void gst_rec_stream_request_keyframe (GstRecStream * self, guint32 ssrc,
    const gchar * why, GstClockTime now);
void gst_rec_stream_send_quality (GstRecStream * self,
    const GstRecQuality * quality);

gchar *gst_rec_stream_get_trouble (GstRecStream * self);
const GstRecStreamDescription *gst_rec_stream_get_description (const
    GstRecStream * self);
GstRecStreamState *gst_rec_stream_get_state (GstRecStream * self);
GstCaps *gst_rec_stream_get_audio_caps (const GstRecStream * self);
gboolean gst_rec_stream_update_verdict (GstRecStream * self,
    GstRecVerdict verdict);
gboolean gst_rec_stream_reports_refused (GstRecStream * self, guint64 refused,
    GstClockTime now);

G_END_DECLS
