/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Connection-oriented media over UDP: the peer learns our address from what we
 * send, so we send until something comes. Our packets say nothing: RTP without
 * a payload, a receiver report about nobody. Their SSRC is not the one of our
 * other RTCP, for SRTP must not number packets of one SSRC twice. */

#include "comedia.h"

#define RETRY (500 * GST_MSECOND)

/* A peer that restarts forgets us. */
#define SILENCE (2 * GST_SECOND)

#define RTCP_RECEIVER_REPORT 201

void
gst_rec_comedia_init (GstRecComedia * self)
{
  *self = (GstRecComedia) {
    .ssrc = g_random_int (),
    .seq = g_random_int_range (0, 1 << 15),     /* RFC 3711, 3.3.1 */
    .last = GST_CLOCK_TIME_NONE,
  };
}

/* @last_packet: running time of the peer's last one, NONE before the first.
 * TRUE counts as a try. */
gboolean
gst_rec_comedia_is_due (GstRecComedia * self, GstClockTime last_packet,
    GstClockTime now)
{
  if (last_packet != GST_CLOCK_TIME_NONE && now < last_packet + SILENCE)
    return FALSE;
  if (self->last != GST_CLOCK_TIME_NONE && now >= self->last
      && now < self->last + RETRY)
    return FALSE;
  self->last = now;

  return TRUE;
}

void
gst_rec_comedia_write_rtp (GstRecComedia * self, guint8 pt,
    guint8 data[GST_REC_COMEDIA_RTP_SIZE])
{
  data[0] = 0x80;
  data[1] = pt;
  GST_WRITE_UINT16_BE (data + 2, self->seq++);
  GST_WRITE_UINT32_BE (data + 4, 0);
  GST_WRITE_UINT32_BE (data + 8, self->ssrc);
}

void
gst_rec_comedia_write_rtcp (const GstRecComedia * self,
    guint8 data[GST_REC_COMEDIA_RTCP_SIZE])
{
  data[0] = 0x80;
  data[1] = RTCP_RECEIVER_REPORT;
  GST_WRITE_UINT16_BE (data + 2, 1);
  GST_WRITE_UINT32_BE (data + 4, self->ssrc);
}
