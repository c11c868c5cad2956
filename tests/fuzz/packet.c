/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* A datagram from anybody: RTP, RTCP or neither, and what RTCP says. What is
 * written of it says the same again. */
#include <gst/gst.h>

#include "rtcpdigest.h"
#include "rtppacket.h"

int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);

static void
digest (guint32 ssrc, const guint8 * data, gsize size)
{
  guint8 written[GST_REC_RTCP_REPORT_SIZE];
  GstRecRtcpDigest first, second;
  GstRecRtpHeader header;

  gst_rec_rtcp_digest_parse (&first, ssrc, data, size);
  gst_rec_rtcp_digest_write (&first, written);
  g_assert (gst_rec_packet_parse (written, sizeof written, &header)
      == GST_REC_PACKET_RTCP);
  gst_rec_rtcp_digest_parse (&second, ssrc, written, sizeof written);
  g_assert (second.has_report && first.ntp == second.ntp
      && first.rtp_time == second.rtp_time);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  GstRecRtpHeader header;

  switch (gst_rec_packet_parse (data, size, &header)) {
    case GST_REC_PACKET_RTP:
      g_assert (header.payload_offset + header.payload_size <= size);
      break;
    case GST_REC_PACKET_RTCP:
      digest (header.ssrc, data, size);
      break;
    default:
      digest (size >= 8 ? GST_READ_UINT32_BE (data + 4) : 0, data, size);
      break;
  }

  return 0;
}
