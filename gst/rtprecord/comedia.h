/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_REC_COMEDIA_RTP_SIZE 12
#define GST_REC_COMEDIA_RTCP_SIZE 8

/* What opens the way of one stream. */
typedef struct
{
  guint32 ssrc;                 /* of ours */
  guint16 seq;                  /* of the next packet */
  GstClockTime last;            /* running time of the last try, or NONE */
} GstRecComedia;

void gst_rec_comedia_init (GstRecComedia * self);
gboolean gst_rec_comedia_is_due (GstRecComedia * self,
    GstClockTime last_packet, GstClockTime now);
void gst_rec_comedia_write_rtp (GstRecComedia * self, guint8 pt,
    guint8 data[GST_REC_COMEDIA_RTP_SIZE]);
void gst_rec_comedia_write_rtcp (const GstRecComedia * self,
    guint8 data[GST_REC_COMEDIA_RTCP_SIZE]);

G_END_DECLS
