/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* A few bytes of a frame's header tell a decoder to allocate hundreds of
 * megabytes a picture. So their size is read before any decoder does, as far as
 * it takes: VP8 (RFC 6386, 9.1), VP9 (its bitstream specification, 6.2), H.264
 * (ITU-T H.264, 7.3.2.1.1). A header that ends too early is not sane. */

#include "picturesize.h"

#include <gst/base/gstbitreader.h>

#define VP8_HEADER 10
#define VP9_SYNC_CODE 0x498342
#define VP9_RGB 7

/* Of a sequence parameter set nothing beyond is of use here. */
#define MAX_SPS 256

static gboolean
is_sane (guint64 width, guint64 height)
{
  return width > 0 && height > 0 && width * height <= GST_REC_MAX_PIXELS;
}

/* Only a keyframe says a size. */
gboolean
gst_rec_vp8_size_is_sane (const guint8 * frame, gsize size)
{
  if (size > 0 && frame[0] & 0x01)
    return TRUE;
  if (size < VP8_HEADER)
    return FALSE;
  /* libvpx goes no further without the start code */
  if (frame[3] != 0x9d || frame[4] != 0x01 || frame[5] != 0x2a)
    return TRUE;

  return is_sane ((frame[7] & 0x3f) << 8 | frame[6],
      (frame[9] & 0x3f) << 8 | frame[8]);
}

static guint32
bits (GstBitReader * reader, guint n, gboolean * ok)
{
  guint32 value = 0;

  *ok = *ok && gst_bit_reader_get_bits_uint32 (reader, &value, n);

  return *ok ? value : 0;
}

static gboolean
vp9_frame_size (GstBitReader * reader, gboolean * ok)
{
  guint32 width = bits (reader, 16, ok) + 1;
  guint32 height = bits (reader, 16, ok) + 1;

  return *ok && is_sane (width, height);
}

static void
skip_vp9_color (GstBitReader * reader, guint profile, gboolean * ok)
{
  if (profile >= 2)
    bits (reader, 1, ok);       /* bit depth */
  if (bits (reader, 3, ok) != VP9_RGB)
    bits (reader, profile & 1 ? 4 : 1, ok);     /* range, subsampling */
  else if (profile & 1)
    bits (reader, 1, ok);
}

/* The size is that of a reference, or a new one. */
static gboolean
check_vp9_inter (GstBitReader * reader, gboolean * ok)
{
  bits (reader, 8, ok);         /* what it refreshes */
  bits (reader, 3 * 4, ok);     /* what it refers to */
  for (guint i = 0; i < 3; i++) {
    if (bits (reader, 1, ok))
      return TRUE;
  }

  return vp9_frame_size (reader, ok);
}

static gboolean
check_vp9_intra (GstBitReader * reader, guint profile, gboolean is_key,
    gboolean * ok)
{
  if (bits (reader, 24, ok) != VP9_SYNC_CODE)
    return *ok;                 /* libvpx goes no further */
  if (is_key || profile > 0)
    skip_vp9_color (reader, profile, ok);
  if (!is_key)
    bits (reader, 8, ok);       /* what it refreshes */

  return vp9_frame_size (reader, ok);
}

gboolean
gst_rec_vp9_size_is_sane (const guint8 * frame, gsize size)
{
  GstBitReader reader;
  gboolean ok = TRUE, is_shown, is_resilient;
  guint profile;

  gst_bit_reader_init (&reader, frame, size);
  if (bits (&reader, 2, &ok) != 2)
    return ok;                  /* no frame, which libvpx sees */
  profile = bits (&reader, 1, &ok);
  profile |= bits (&reader, 1, &ok) << 1;
  if (profile == 3)
    bits (&reader, 1, &ok);
  if (bits (&reader, 1, &ok))
    return ok;                  /* shows another one */
  if (bits (&reader, 1, &ok) == 0) {
    bits (&reader, 2, &ok);     /* is shown, is resilient */
    return check_vp9_intra (&reader, profile, TRUE, &ok);
  }

  is_shown = bits (&reader, 1, &ok);
  is_resilient = bits (&reader, 1, &ok);
  if (!is_shown && bits (&reader, 1, &ok)) {
    bits (&reader, is_resilient ? 0 : 2, &ok);  /* resets contexts */
    return check_vp9_intra (&reader, profile, FALSE, &ok);
  }
  bits (&reader, is_resilient ? 0 : 2, &ok);

  return ok && check_vp9_inter (&reader, &ok);
}

/* 9.1: Exp-Golomb */
static guint32
ue (GstBitReader * reader, gboolean * ok)
{
  guint zeroes = 0;

  while (*ok && bits (reader, 1, ok) == 0) {
    if (++zeroes > 31)
      *ok = FALSE;
  }

  return *ok ? (1u << zeroes) - 1 + (zeroes ? bits (reader, zeroes, ok) : 0) : 0;
}

/* 7.4.1: without the bytes that keep start codes out */
static gsize
unescape (const guint8 * data, gsize size, guint8 plain[MAX_SPS])
{
  gsize n = 0;
  guint zeroes = 0;

  for (gsize i = 0; i < size && n < MAX_SPS; i++) {
    if (zeroes >= 2 && data[i] == 3) {
      zeroes = 0;
      continue;
    }
    zeroes = data[i] == 0 ? zeroes + 1 : 0;
    plain[n++] = data[i];
  }

  return n;
}

/* se(v) has as many bits as ue(v) */
static void
skip_scaling_list (GstBitReader * reader, guint n, gboolean * ok)
{
  gint last = 8, next = 8;

  for (guint i = 0; *ok && i < n; i++) {
    if (next != 0) {
      guint32 code = ue (reader, ok);
      gint delta = code & 1 ? (gint) (code / 2 + 1) : -(gint) (code / 2);

      if (delta < -128 || delta > 127) {
        *ok = FALSE;
        return;
      }
      next = (last + delta + 256) % 256;
    }
    last = next == 0 ? last : next;
  }
}

static gboolean
has_chroma (guint profile)
{
  static const guint8 profiles[] = {
    100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135
  };

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++) {
    if (profiles[i] == profile)
      return TRUE;
  }

  return FALSE;
}

static void
skip_chroma (GstBitReader * reader, gboolean * ok)
{
  guint32 format = ue (reader, ok);

  if (format == 3)
    bits (reader, 1, ok);       /* separate planes */
  ue (reader, ok);              /* bit depths */
  ue (reader, ok);
  bits (reader, 1, ok);         /* transform bypass */
  if (!bits (reader, 1, ok))
    return;
  for (guint i = 0; i < (format == 3 ? 12 : 8); i++) {
    if (bits (reader, 1, ok))
      skip_scaling_list (reader, i < 6 ? 16 : 64, ok);
  }
}

static void
skip_order (GstBitReader * reader, gboolean * ok)
{
  guint32 type = ue (reader, ok), n;

  if (type == 0)
    ue (reader, ok);
  if (type != 1)
    return;
  bits (reader, 1, ok);
  ue (reader, ok);
  ue (reader, ok);
  n = ue (reader, ok);
  while (*ok && n-- > 0)
    ue (reader, ok);
}

/* @sps: after the byte that says what it is */
gboolean
gst_rec_h264_size_is_sane (const guint8 * sps, gsize size)
{
  guint8 plain[MAX_SPS];
  GstBitReader reader;
  gboolean ok = TRUE;
  guint64 width, height;
  guint profile;

  gst_bit_reader_init (&reader, plain, unescape (sps, size, plain));
  profile = bits (&reader, 8, &ok);
  bits (&reader, 16, &ok);      /* constraints, level */
  ue (&reader, &ok);            /* its number */
  if (has_chroma (profile))
    skip_chroma (&reader, &ok);
  ue (&reader, &ok);            /* frame numbers */
  skip_order (&reader, &ok);
  ue (&reader, &ok);            /* reference frames */
  bits (&reader, 1, &ok);
  width = ((guint64) ue (&reader, &ok) + 1) * 16;
  height = ((guint64) ue (&reader, &ok) + 1) * 16;
  if (!bits (&reader, 1, &ok))
    height *= 2;                /* fields */

  return ok && is_sane (width, height);
}
