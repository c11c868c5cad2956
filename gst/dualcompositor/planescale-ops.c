/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The reference, which compilers vectorise as far as they can. The others give
 * the same bytes. */
#include "planescale-ops.h"

#define BLOCK 64                /* columns; small enough to stay in registers */
#define ACROSS_SHIFT (GST_REC_PLANE_OPS_FRACTION + GST_REC_PLANE_OPS_WEIGHT)

/* A product as the CPUs' multiplications with rounding make it, with a bit less
 * behind the point than the two have together less 16 */
static inline gint16
multiply (gint16 a, gint16 b)
{
  return (a * b + (1 << 14)) >> 15;
}

static inline guint8
to_sample (gint value)
{
  return CLAMP (value + 128, 0, 255);
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

static inline void
across (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n, guint components)
{
  for (guint i = 0; i < n; i++, taps += n_taps)
    for (guint c = 0; c < components; c++) {
      const gint16 *in = src + first[i] * components + c;
      gint sum = 1 << (ACROSS_SHIFT - 1);

      for (guint k = 0; k < n_taps; k++)
        sum += in[k * components] * taps[k];
      *dest++ = to_sample (sum >> ACROSS_SHIFT);
    }
}

static void
across_1 (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n)
{
  across (dest, src, first, taps, n_taps, n, 1);
}

static void
across_2 (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n)
{
  across (dest, src, first, taps, n_taps, n, 2);
}

static void
across_4 (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n)
{
  across (dest, src, first, taps, n_taps, n, 4);
}

static void
narrow (guint8 * dest, const gint16 * src, guint size)
{
  const gint half = 1 << (GST_REC_PLANE_OPS_FRACTION - 1);

  for (guint i = 0; i < size; i++)
    dest[i] = to_sample ((src[i] + half) >> GST_REC_PLANE_OPS_FRACTION);
}

static const GstRecPlaneOps reference = {
  "reference", down, {across_1, across_2, across_4}, narrow
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
