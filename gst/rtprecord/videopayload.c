/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Where pictures and keyframes begin in the RTP of VP8 (RFC 7741), VP9
 * (RFC 9628) and H.264 (RFC 6184), without decoding. What ends too early begins
 * nothing. */

#include "videopayload.h"

#include <gst/base/gstbytereader.h>

#include "picturesize.h"

/* RFC 7741, 4.2 */
#define VP8_EXTENDED 0x80
#define VP8_NON_REFERENCE 0x20
#define VP8_START 0x10
#define VP8_PARTITION 0x07

/* RFC 9628, 4.2 */
#define VP9_PICTURE_ID 0x80
#define VP9_INTER 0x40
#define VP9_LAYERS 0x20
#define VP9_FLEXIBLE 0x10
#define VP9_BEGIN 0x08
#define VP9_STRUCTURE 0x02

/* ITU-T H.264, table 7-1, and RFC 6184, table 1 */
#define NAL_SLICE 1
#define NAL_PARTITION_A 2
#define NAL_IDR 5
#define NAL_SEI 6
#define NAL_SPS 7
#define NAL_PPS 8
#define NAL_DELIMITER 9
#define NAL_STAP_A 24
#define NAL_FU_A 28
#define FU_START 0x80

/* 7 bits, or 15 when the first one is set */
static gboolean
skip_picture_id (GstByteReader * reader)
{
  guint8 id;

  return gst_byte_reader_get_uint8 (reader, &id)
      && (!(id & 0x80) || gst_byte_reader_skip (reader, 1));
}

static gboolean
skip_vp8_extension (GstByteReader * reader)
{
  guint8 fields;

  if (!gst_byte_reader_get_uint8 (reader, &fields)
      || (fields & 0x80 && !skip_picture_id (reader)))
    return FALSE;
  if (fields & 0x40 && !gst_byte_reader_skip (reader, 1))       /* TL0PICIDX */
    return FALSE;

  /* TID, KEYIDX */
  return !(fields & 0x30) || gst_byte_reader_skip (reader, 1);
}

static void
parse_vp8 (GstRecVideoPayload * self, GstByteReader * reader)
{
  const guint8 *frame;
  guint8 first, header;
  guint size;

  if (!gst_byte_reader_get_uint8 (reader, &first))
    return;
  if (first & VP8_EXTENDED && !skip_vp8_extension (reader))
    return;
  size = gst_byte_reader_get_remaining (reader);
  frame = gst_byte_reader_peek_data_unchecked (reader);
  if (!gst_byte_reader_get_uint8 (reader, &header))
    return;

  self->is_discardable = (first & VP8_NON_REFERENCE) != 0;
  self->begins_picture = first & VP8_START && !(first & VP8_PARTITION);
  self->begins_keyframe = self->begins_picture && !(header & 0x01);
  self->is_oversize = self->begins_picture
      && !gst_rec_vp8_size_is_sane (frame, size);
}

/* Layer indices: @spatial is the frame's place in its picture. */
static gboolean
read_vp9_layer (GstByteReader * reader, guint8 first, guint8 * spatial)
{
  guint8 layer;

  if (!gst_byte_reader_get_uint8 (reader, &layer))
    return FALSE;
  *spatial = layer >> 1 & 0x07;

  return first & VP9_FLEXIBLE || gst_byte_reader_skip (reader, 1);
}

/* Of the pictures that it refers to, up to three. */
static gboolean
skip_vp9_references (GstByteReader * reader)
{
  guint8 reference;

  for (guint i = 0; i < 3; i++) {
    if (!gst_byte_reader_get_uint8 (reader, &reference))
      return FALSE;
    if (!(reference & 0x01))
      return TRUE;
  }

  return TRUE;
}

static gboolean
skip_vp9_structure (GstByteReader * reader)
{
  guint8 fields, n = 0, picture;

  if (!gst_byte_reader_get_uint8 (reader, &fields))
    return FALSE;
  if (fields & 0x10 && !gst_byte_reader_skip (reader, 4 * ((fields >> 5) + 1)))
    return FALSE;               /* width and height of each layer */
  if (fields & 0x08 && !gst_byte_reader_get_uint8 (reader, &n))
    return FALSE;
  while (n-- > 0) {
    if (!gst_byte_reader_get_uint8 (reader, &picture)
        || !gst_byte_reader_skip (reader, picture >> 2 & 0x03))
      return FALSE;
  }

  return TRUE;
}

/* The first bits of the frame's own header: the P bit is clear for other intra
 * frames too, which do not refresh everything. */
static gboolean
is_vp9_keyframe (GstByteReader * reader)
{
  guint8 header;
  guint shift = 3;

  if (!gst_byte_reader_get_uint8 (reader, &header) || header >> 6 != 2)
    return FALSE;
  if ((header & 0x30) == 0x30)
    shift--;                    /* profile 3 has a reserved bit */

  /* neither show_existing_frame nor frame_type */
  return (header >> (shift - 1) & 0x03) == 0;
}

static void
parse_vp9 (GstRecVideoPayload * self, GstByteReader * reader)
{
  guint8 first, spatial = 0;

  if (!gst_byte_reader_get_uint8 (reader, &first))
    return;
  if (first & VP9_PICTURE_ID && !skip_picture_id (reader))
    return;
  if (first & VP9_LAYERS && !read_vp9_layer (reader, first, &spatial))
    return;
  if ((first & (VP9_FLEXIBLE | VP9_INTER)) == (VP9_FLEXIBLE | VP9_INTER)
      && !skip_vp9_references (reader))
    return;
  if (first & VP9_STRUCTURE && !skip_vp9_structure (reader))
    return;
  if (gst_byte_reader_get_remaining (reader) == 0)
    return;

  self->is_oversize = first & VP9_BEGIN
      && !gst_rec_vp9_size_is_sane (gst_byte_reader_peek_data_unchecked
      (reader), gst_byte_reader_get_remaining (reader));
  self->begins_picture = first & VP9_BEGIN && spatial == 0;
  self->begins_keyframe = self->begins_picture && !(first & VP9_INTER)
      && is_vp9_keyframe (reader);
}

/* first_mb_in_slice is 0 where its code begins with a one. */
static void
note_nal (GstRecVideoPayload * self, guint8 type, const guint8 * rest,
    gsize size)
{
  gboolean is_first = size > 0 && rest[0] & 0x80;

  switch (type) {
    case NAL_IDR:
      self->begins_keyframe |= is_first;
      self->begins_picture |= is_first;
      break;
    case NAL_SLICE:
    case NAL_PARTITION_A:
      self->begins_picture |= is_first;
      break;
    case NAL_SPS:
      self->has_parameters = TRUE;
      self->begins_picture = TRUE;
      self->is_oversize |= !gst_rec_h264_size_is_sane (rest, size);
      break;
    case NAL_SEI:
    case NAL_PPS:
    case NAL_DELIMITER:
      self->begins_picture = TRUE;
      break;
    default:
      break;
  }
}

/* Of the next unit in an aggregate (RFC 6184, 5.7.1). By bytes: it may stand at
 * an odd address, where the reader's load of 16 bits is undefined. */
gboolean
gst_rec_get_nal_size (GstByteReader * reader, guint * size)
{
  guint8 high, low;

  if (!gst_byte_reader_get_uint8 (reader, &high)
      || !gst_byte_reader_get_uint8 (reader, &low))
    return FALSE;
  *size = high << 8 | low;

  return TRUE;
}

static void
parse_aggregate (GstRecVideoPayload * self, GstByteReader * reader)
{
  const guint8 *nal;
  guint size;

  while (gst_rec_get_nal_size (reader, &size) && size > 0
      && gst_byte_reader_get_data (reader, size, &nal))
    note_nal (self, nal[0] & 0x1f, nal + 1, size - 1);
}

static void
parse_h264 (GstRecVideoPayload * self, GstByteReader * reader)
{
  const guint8 *rest;
  guint8 first, fragment;
  guint size;

  if (!gst_byte_reader_get_uint8 (reader, &first))
    return;
  first &= 0x1f;
  if (first == NAL_STAP_A) {
    parse_aggregate (self, reader);
    return;
  }
  if (first == NAL_FU_A) {
    if (!gst_byte_reader_get_uint8 (reader, &fragment)
        || !(fragment & FU_START))
      return;
    first = fragment & 0x1f;
  }
  size = gst_byte_reader_get_remaining (reader);
  if (gst_byte_reader_get_data (reader, size, &rest))
    note_nal (self, first, rest, size);
}

/* Of a codec of sound: nothing. */
GstRecVideoPayload
gst_rec_video_payload_parse (GstRecCodec codec, const guint8 * data,
    gsize size)
{
  GstRecVideoPayload self = { 0 };
  GstByteReader reader;

  gst_byte_reader_init (&reader, data, size);
  switch (codec) {
    case GST_REC_CODEC_VP8:
      parse_vp8 (&self, &reader);
      break;
    case GST_REC_CODEC_VP9:
      parse_vp9 (&self, &reader);
      break;
    case GST_REC_CODEC_H264:
      parse_h264 (&self, &reader);
      break;
    default:
      break;
  }

  return self;
}
