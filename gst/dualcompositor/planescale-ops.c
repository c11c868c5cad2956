/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The reference, which compilers vectorise as far as they can. The others give
 * the same bytes. */
#include "planescale-ops.h"

#define BLOCK 64                /* columns; small enough to stay in registers */
#define LINES GST_REC_PLANE_OPS_LINES

/* A product of the second pass has one bit less behind the point. */
#define ACROSS_SHIFT (GST_REC_PLANE_OPS_FRACTION - 1)

/* A product as the CPUs' multiplications with rounding make it, with a bit less
 * behind the point than the two have together less 16 */
static inline gint16
multiply (gint16 a, gint16 b)
{
  return (a * b + (1 << 14)) >> 15;
}

static inline guint8
to_sample (gint value, guint shift)
{
  value = ((value + (1 << (shift - 1))) >> shift) + 128;

  return CLAMP (value, 0, 255);
}

static inline void
down_block (gint16 * dest, const guint8 * src, gint stride,
    const gint16 * taps, guint n_taps, guint size)
{
  for (guint x = 0; x < size; x++)
    dest[x] = 0;

  for (guint k = 0; k < n_taps; k++, src += stride) {
    gint16 tap = taps[k];

    for (guint x = 0; x < size; x++)
      dest[x] += multiply ((src[x] - 128) * 256, tap);
  }
}

static void
down (gint16 * dest, const guint8 * src, gint stride, const gint16 * taps,
    guint n_taps, guint size)
{
  for (; size >= BLOCK; size -= BLOCK, dest += BLOCK, src += BLOCK)
    down_block (dest, src, stride, taps, n_taps, BLOCK);
  down_block (dest, src, stride, taps, n_taps, size);
}

static void
turn (gint16 * dest, const gint16 * src, guint stride, guint size)
{
  for (guint x = 0; x < size; x++)
    for (guint line = 0; line < LINES; line++)
      *dest++ = src[line * stride + x];
}

static inline void
across_one (guint8 * dest, const gint16 * src, const gint16 * taps,
    guint n_taps, guint components)
{
  gint16 sums[LINES] = { 0, };

  for (guint k = 0; k < n_taps; k++, src += components * LINES)
    for (guint line = 0; line < LINES; line++)
      sums[line] += multiply (src[line], taps[k]);
  for (guint line = 0; line < LINES; line++)
    dest[line] = to_sample (sums[line], ACROSS_SHIFT);
}

static void
across (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n, guint components)
{
  for (guint i = 0; i < n; i++, taps += n_taps)
    for (guint c = 0; c < components; c++, dest += LINES)
      across_one (dest, src + (first[i] * components + c) * LINES, taps,
          n_taps, components);
}

static void
turn_back (guint8 * dest, gint stride, const guint8 * src, guint size,
    guint n_lines)
{
  for (guint line = 0; line < n_lines; line++, dest += stride)
    for (guint x = 0; x < size; x++)
      dest[x] = src[x * LINES + line];
}

static void
narrow (guint8 * dest, const gint16 * src, guint size)
{
  for (guint i = 0; i < size; i++)
    dest[i] = to_sample (src[i], GST_REC_PLANE_OPS_FRACTION);
}

static const GstRecPlaneOps reference = {
  "reference", down, turn, across, turn_back, narrow
};

const GstRecPlaneOps *
gst_rec_plane_ops_get_nth (guint n)
{
  if (n == 0)
    return &reference;

  return n == 1 ? gst_rec_plane_ops_get_avx2 () : NULL;
}

/* The fastest */
const GstRecPlaneOps *
gst_rec_plane_ops_get (void)
{
  const GstRecPlaneOps *avx2 = gst_rec_plane_ops_get_avx2 ();

  return avx2 ? avx2 : &reference;
}
