/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What a datagram is, before anything else looks at it: RTP (RFC 3550, 5.1),
 * RTCP (6.1), told apart on one port as RFC 5761 says, or neither. */

#include "rtppacket.h"

#include <gst/rtp/rtp.h>

#define RTP_HEADER_SIZE 12

/* The length of header, CSRCs and extension, or 0 if the packet ends before
 * them. */
static gsize
rtp_header_length (const guint8 * data, gsize size)
{
  gsize length = RTP_HEADER_SIZE + (data[0] & 0x0f) * 4;

  if (data[0] & 0x10) {
    if (size < length + 4)
      return 0;
    length += 4 + GST_READ_UINT16_BE (data + length + 2) * 4;
  }

  return length <= size ? length : 0;
}

static gboolean
find_payload (const guint8 * data, gsize size, GstRecRtpHeader * header)
{
  gsize length = rtp_header_length (data, size);
  guint8 padding = data[0] & 0x20 ? data[size - 1] : 0;

  if (length == 0 || (data[0] & 0x20 && padding == 0)
      || length + padding > size)
    return FALSE;
  header->payload_offset = length;
  header->payload_size = size - length - padding;

  return TRUE;
}

/* RFC 5761, 4: the second byte of RTCP is 192 to 223, which RTP with a marker
 * would only have for payload types that rtcp-mux forbids. */
static gboolean
looks_like_rtcp (const guint8 * data)
{
  return data[1] >= 192 && data[1] <= 223;
}

/* What SRTP (RFC 3711, 3.1) and SRTCP (3.4) leave readable says what it is: the
 * header with its extension, and the first SSRC. */
GstRecPacketType
gst_rec_packet_peek (const guint8 * data, gsize size)
{
  if (size < 8 || (data[0] & 0xc0) != 0x80)
    return GST_REC_PACKET_INVALID;
  if (looks_like_rtcp (data))
    return GST_REC_PACKET_RTCP;
  if (size < RTP_HEADER_SIZE || rtp_header_length (data, size) == 0)
    return GST_REC_PACKET_INVALID;

  return GST_REC_PACKET_RTP;
}

GstRecPacketType
gst_rec_packet_parse (const guint8 * data, gsize size,
    GstRecRtpHeader * header)
{
  if (size < 4 || (data[0] & 0xc0) != 0x80)
    return GST_REC_PACKET_INVALID;

  /* Every RTCP packet for a receiver begins with the SSRC of who sends it. */
  if (looks_like_rtcp (data)) {
    if (size < 8
        || !gst_rtcp_buffer_validate_data_reduced ((guint8 *) data, size))
      return GST_REC_PACKET_INVALID;
    header->ssrc = GST_READ_UINT32_BE (data + 4);
    return GST_REC_PACKET_RTCP;
  }

  if (size < RTP_HEADER_SIZE || !find_payload (data, size, header))
    return GST_REC_PACKET_INVALID;

  header->pt = data[1] & 0x7f;
  header->n_csrcs = data[0] & 0x0f;
  header->seq = GST_READ_UINT16_BE (data + 2);
  header->timestamp = GST_READ_UINT32_BE (data + 4);
  header->ssrc = GST_READ_UINT32_BE (data + 8);

  return GST_REC_PACKET_RTP;
}
