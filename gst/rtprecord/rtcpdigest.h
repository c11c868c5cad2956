/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a compound RTCP packet says of one SSRC. */
typedef struct
{
  guint32 ssrc;
  gboolean has_report;
  guint64 ntp;                  /* of the sender report */
  guint32 rtp_time, packets, octets;
  gchar cname[256];             /* "" where it says none */
  gboolean bye;
} GstRecRtcpDigest;

#define GST_REC_RTCP_REPORT_SIZE 28

void gst_rec_rtcp_digest_parse (GstRecRtcpDigest * self, guint32 ssrc,
    const guint8 * data, gsize size);
void gst_rec_rtcp_digest_write (const GstRecRtcpDigest * self,
    guint8 data[GST_REC_RTCP_REPORT_SIZE]);

G_END_DECLS
