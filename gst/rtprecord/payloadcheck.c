/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Keeps from a depayloader what it would take for the end of the world.
 * GStreamer 1.22's rtph264depay ends the pipeline at types of RFC 6184 that it
 * does not know (25 to 27, 29), posts a warning for each of the undefined ones,
 * and reads beyond a fragment of one byte. */

#include "payloadcheck.h"

#include <gst/base/gstbytereader.h>

#include "opuspacket.h"
#include "videopayload.h"

/* RFC 6184, table 1 */
#define NAL_FORBIDDEN 0x80
#define NAL_TYPE 0x1f
#define NAL_STAP_A 24
#define NAL_FU_A 28
#define FU_START 0x80
#define FU_END 0x40

static gboolean
is_single (guint8 header)
{
  guint8 type = header & NAL_TYPE;

  return !(header & NAL_FORBIDDEN) && type >= 1 && type < NAL_STAP_A;
}

/* 5.7.1 */
static gboolean
check_aggregate (GstByteReader * reader)
{
  const guint8 *nal;
  guint size;

  if (gst_byte_reader_get_remaining (reader) == 0)
    return FALSE;
  while (gst_byte_reader_get_remaining (reader) > 0) {
    if (!gst_rec_get_nal_size (reader, &size) || size == 0
        || !gst_byte_reader_get_data (reader, size, &nal)
        || !is_single (nal[0]))
      return FALSE;
  }

  return TRUE;
}

/* 5.8: neither a unit in one fragment nor a fragment of nothing */
static gboolean
check_fragment (GstByteReader * reader)
{
  guint8 header;

  return gst_byte_reader_get_uint8 (reader, &header)
      && (header & (FU_START | FU_END)) != (FU_START | FU_END)
      && is_single (header & NAL_TYPE)
      && gst_byte_reader_get_remaining (reader) > 0;
}

static gboolean
check_h264 (const guint8 * data, gsize size)
{
  GstByteReader reader;
  guint8 header;

  gst_byte_reader_init (&reader, data, size);
  if (!gst_byte_reader_get_uint8 (&reader, &header)
      || header & NAL_FORBIDDEN)
    return FALSE;

  switch (header & NAL_TYPE) {
    case NAL_STAP_A:
      return check_aggregate (&reader);
    case NAL_FU_A:
      return check_fragment (&reader);
    default:
      return is_single (header);
  }
}

/* 200 ms at 8 kHz: what a receiver should take (RFC 3551, 4.2). The size of a
 * packet is its duration, and a large one would be sound of many seconds. */
#define MAX_G711_SIZE 1600

gboolean
gst_rec_payload_is_well_formed (GstRecCodec codec, const guint8 * data,
    gsize size)
{
  if (size == 0)
    return FALSE;

  switch (codec) {
    case GST_REC_CODEC_OPUS:
      return gst_rec_opus_packet_is_valid (data, size);
    case GST_REC_CODEC_H264:
      return check_h264 (data, size);
    case GST_REC_CODEC_PCMU:
    case GST_REC_CODEC_PCMA:
      return size <= MAX_G711_SIZE;
    default:
      return TRUE;
  }
}
