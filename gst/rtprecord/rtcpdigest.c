/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* RTCP (RFC 3550, 6) boiled down to what its sender says of itself.
 *
 * rtpsession keeps a record for every SSRC that a compound names, in report
 * blocks, SDES chunks and BYE: up to a thousand a datagram. So it gets a report of
 * ours in place of the peer's compound. */

#include "rtcpdigest.h"

#include <gst/base/gstbytereader.h>
#include <gst/rtp/rtp.h>
#include <string.h>

static void
parse_report (GstRecRtcpDigest * self, GstByteReader * body)
{
  guint32 ssrc;

  if (!gst_byte_reader_get_uint32_be (body, &ssrc) || ssrc != self->ssrc
      || gst_byte_reader_get_remaining (body) < 20)
    return;

  self->ntp = (guint64) gst_byte_reader_get_uint32_be_unchecked (body) << 32;
  self->ntp |= gst_byte_reader_get_uint32_be_unchecked (body);
  self->rtp_time = gst_byte_reader_get_uint32_be_unchecked (body);
  self->packets = gst_byte_reader_get_uint32_be_unchecked (body);
  self->octets = gst_byte_reader_get_uint32_be_unchecked (body);
  self->has_report = TRUE;
}

/* The items of one chunk, up to the zero that ends them (6.5). */
static gboolean
parse_chunk (GstRecRtcpDigest * self, GstByteReader * body)
{
  guint32 ssrc;
  guint8 type;

  if (!gst_byte_reader_get_uint32_be (body, &ssrc))
    return FALSE;
  while (gst_byte_reader_get_uint8 (body, &type)
      && type != GST_RTCP_SDES_END) {
    const guint8 *text;
    guint8 length;

    if (!gst_byte_reader_get_uint8 (body, &length)
        || !gst_byte_reader_get_data (body, length, &text))
      return FALSE;
    if (type == GST_RTCP_SDES_CNAME && ssrc == self->ssrc) {
      memcpy (self->cname, text, length);
      self->cname[length] = '\0';
    }
  }

  return gst_byte_reader_skip (body,
      -gst_byte_reader_get_pos (body) & 3);
}

static void
parse_description (GstRecRtcpDigest * self, GstByteReader * body, guint count)
{
  while (count > 0 && parse_chunk (self, body))
    count--;
}

static void
parse_bye (GstRecRtcpDigest * self, GstByteReader * body, guint count)
{
  guint32 ssrc;

  for (; count > 0 && gst_byte_reader_get_uint32_be (body, &ssrc); count--)
    self->bye |= ssrc == self->ssrc;
}

static void
parse_packet (GstRecRtcpDigest * self, GstRTCPType type, guint count,
    GstByteReader * body)
{
  switch (type) {
    case GST_RTCP_TYPE_SR:
      parse_report (self, body);
      break;
    case GST_RTCP_TYPE_SDES:
      parse_description (self, body, count);
      break;
    case GST_RTCP_TYPE_BYE:
      parse_bye (self, body, count);
      break;
    default:
      break;
  }
}

/* What @data says of @ssrc. What ends too early says nothing from there on. */
void
gst_rec_rtcp_digest_parse (GstRecRtcpDigest * self, guint32 ssrc,
    const guint8 * data, gsize size)
{
  GstByteReader reader;
  guint8 first, type;
  guint16 words;

  gst_byte_reader_init (&reader, data, size);
  *self = (GstRecRtcpDigest) {.ssrc = ssrc };
  while (gst_byte_reader_get_uint8 (&reader, &first)
      && gst_byte_reader_get_uint8 (&reader, &type)
      && gst_byte_reader_get_uint16_be (&reader, &words)) {
    GstByteReader body;

    if (first >> 6 != 2
        || !gst_byte_reader_get_sub_reader (&reader, &body, words * 4))
      return;
    parse_packet (self, type, first & 0x1f, &body);
  }
}

/* The sender's report, for who has a record of that SSRC only. */
void
gst_rec_rtcp_digest_write (const GstRecRtcpDigest * self,
    guint8 data[GST_REC_RTCP_REPORT_SIZE])
{
  memset (data, 0, GST_REC_RTCP_REPORT_SIZE);
  data[0] = 0x80;
  data[1] = GST_RTCP_TYPE_SR;
  data[3] = GST_REC_RTCP_REPORT_SIZE / 4 - 1;
  GST_WRITE_UINT32_BE (data + 4, self->ssrc);
  GST_WRITE_UINT32_BE (data + 8, self->ntp >> 32);
  GST_WRITE_UINT32_BE (data + 12, self->ntp & G_MAXUINT32);
  GST_WRITE_UINT32_BE (data + 16, self->rtp_time);
  GST_WRITE_UINT32_BE (data + 20, self->packets);
  GST_WRITE_UINT32_BE (data + 24, self->octets);
}
