/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GST_REC_PACKET_INVALID,       /* neither, or cut off */
  GST_REC_PACKET_RTP,
  GST_REC_PACKET_RTCP,
} GstRecPacketType;

/* Of RTP; of RTCP the SSRC only. */
typedef struct
{
  guint8 pt;
  guint8 n_csrcs;
  guint16 seq;
  guint32 timestamp;
  guint32 ssrc;
  gsize payload_offset, payload_size;   /* without padding */
} GstRecRtpHeader;

GstRecPacketType gst_rec_packet_peek (const guint8 * data, gsize size);
GstRecPacketType gst_rec_packet_parse (const guint8 * data, gsize size,
    GstRecRtpHeader * header);

G_END_DECLS
