/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "planescale-ops.h"

#if defined (__GNUC__) && (defined (__x86_64__) || defined (__i386__))
#include <immintrin.h>

#define AVX2 __attribute__ ((target ("avx2")))
#define AVX2_INLINE static inline __attribute__ ((target ("avx2"), \
      always_inline))
#define LINES GST_REC_PLANE_OPS_LINES
#define ACROSS_SHIFT (GST_REC_PLANE_OPS_FRACTION - 1)

/* --- Down --- */

/* Both halves of a register are widened on their own: @low has columns 0 to 7
 * and 16 to 23 */
AVX2_INLINE void
store_columns (gint16 * dest, __m256i low, __m256i high)
{
  _mm256_storeu_si256 ((__m256i *) dest,
      _mm256_permute2x128_si256 (low, high, 0x20));
  _mm256_storeu_si256 ((__m256i *) (dest + 16),
      _mm256_permute2x128_si256 (low, high, 0x31));
}

AVX2_INLINE void
down_32 (gint16 * dest, const guint8 * src, gint stride, const gint16 * taps,
    guint n_taps)
{
  const __m256i zero = _mm256_setzero_si256 ();
  const __m256i middle = _mm256_set1_epi8 (-128);
  __m256i low = zero, high = zero;

  for (guint k = 0; k < n_taps; k++, src += stride) {
    __m256i tap = _mm256_set1_epi16 (taps[k]);
    __m256i a = _mm256_xor_si256 (middle,
        _mm256_loadu_si256 ((const __m256i *) src));

    low = _mm256_add_epi16 (low,
        _mm256_mulhrs_epi16 (_mm256_unpacklo_epi8 (zero, a), tap));
    high = _mm256_add_epi16 (high,
        _mm256_mulhrs_epi16 (_mm256_unpackhi_epi8 (zero, a), tap));
  }
  store_columns (dest, low, high);
}

/* Twice that, for each weight is loaded once */
AVX2_INLINE void
down_64 (gint16 * dest, const guint8 * src, gint stride, const gint16 * taps,
    guint n_taps)
{
  const __m256i zero = _mm256_setzero_si256 ();
  const __m256i middle = _mm256_set1_epi8 (-128);
  __m256i low_a = zero, high_a = zero, low_b = zero, high_b = zero;

  for (guint k = 0; k < n_taps; k++, src += stride) {
    __m256i tap = _mm256_set1_epi16 (taps[k]);
    __m256i a = _mm256_xor_si256 (middle,
        _mm256_loadu_si256 ((const __m256i *) src));
    __m256i b = _mm256_xor_si256 (middle,
        _mm256_loadu_si256 ((const __m256i *) (src + 32)));

    low_a = _mm256_add_epi16 (low_a,
        _mm256_mulhrs_epi16 (_mm256_unpacklo_epi8 (zero, a), tap));
    high_a = _mm256_add_epi16 (high_a,
        _mm256_mulhrs_epi16 (_mm256_unpackhi_epi8 (zero, a), tap));
    low_b = _mm256_add_epi16 (low_b,
        _mm256_mulhrs_epi16 (_mm256_unpacklo_epi8 (zero, b), tap));
    high_b = _mm256_add_epi16 (high_b,
        _mm256_mulhrs_epi16 (_mm256_unpackhi_epi8 (zero, b), tap));
  }
  store_columns (dest, low_a, high_a);
  store_columns (dest + 32, low_b, high_b);
}

/* Never reads beyond a line: the last columns are done once more with those
 * before them. */
static AVX2 void
down (gint16 * dest, const guint8 * src, gint stride, const gint16 * taps,
    guint n_taps, guint size)
{
  guint x = 0;

  if (size < 32) {
    gst_rec_plane_ops_get_nth (0)->down (dest, src, stride, taps, n_taps, size);
    return;
  }

  for (; x + 64 <= size; x += 64)
    down_64 (dest + x, src + x, stride, taps, n_taps);
  for (; x < size; x += 32) {
    x = MIN (x, size - 32);
    down_32 (dest + x, src + x, stride, taps, n_taps);
  }
}

/* --- Turning --- */

/* Eight lines of eight words become eight columns, in each half; of bytes too,
 * with two lines in a register then. */
#define TURN(r, t, first, second, third) \
  for (guint i = 0; i < 4; i++) { \
    t[2 * i] = _mm256_unpacklo_##first (r[2 * i], r[2 * i + 1]); \
    t[2 * i + 1] = _mm256_unpackhi_##first (r[2 * i], r[2 * i + 1]); \
  } \
  for (guint i = 0; i < 8; i += 4) \
    for (guint k = 0; k < 2; k++) { \
      r[i + 2 * k] = _mm256_unpacklo_##second (t[i + k], t[i + k + 2]); \
      r[i + 2 * k + 1] = _mm256_unpackhi_##second (t[i + k], t[i + k + 2]); \
    } \
  for (guint i = 0; i < 4; i++) { \
    t[2 * i] = _mm256_unpacklo_##third (r[i], r[i + 4]); \
    t[2 * i + 1] = _mm256_unpackhi_##third (r[i], r[i + 4]); \
  }

AVX2_INLINE __m256i
load_two (gconstpointer low, gconstpointer high)
{
  return _mm256_inserti128_si256 (_mm256_castsi128_si256
      (_mm_loadu_si128 (low)), _mm_loadu_si128 (high), 1);
}

static AVX2 void
turn (gint16 * dest, const gint16 * src, guint stride, guint size)
{
  for (guint x = 0; x < size; x += 8, src += 8, dest += 8 * LINES) {
    __m256i r[8], t[8];

    for (guint i = 0; i < 8; i++)
      r[i] = load_two (src + i * stride, src + (i + 8) * stride);
    TURN (r, t, epi16, epi32, epi64);
    for (guint i = 0; i < 8; i++)
      _mm256_storeu_si256 ((__m256i *) (dest + i * LINES), t[i]);
  }
}

/* 16 columns */
AVX2_INLINE void
turn_back_16 (guint8 * dest, gint stride, const guint8 * src)
{
  __m256i r[8], t[8];

  for (guint i = 0; i < 8; i++)
    r[i] = load_two (src + i * LINES, src + (i + 8) * LINES);
  TURN (r, t, epi8, epi16, epi32);
  for (guint i = 0; i < 8; i++, dest += 2 * (gssize) stride) {
    __m256i lines = _mm256_permute4x64_epi64 (t[i], 0xd8);

    _mm_storeu_si128 ((__m128i *) dest, _mm256_castsi256_si128 (lines));
    _mm_storeu_si128 ((__m128i *) (dest + stride),
        _mm256_extracti128_si256 (lines, 1));
  }
}

static AVX2 void
turn_back (guint8 * dest, gint stride, const guint8 * src, guint size,
    guint n_lines)
{
  guint x = 0;

  if (n_lines == LINES)
    for (; x + 16 <= size; x += 16)
      turn_back_16 (dest + x, stride, src + x * LINES);

  gst_rec_plane_ops_get_nth (0)->turn_back (dest + x, stride,
      src + x * LINES, size - x, n_lines);
}

/* --- Across --- */

/* Saturation to signed bytes is what keeps a sample within 0 to 255. */
AVX2_INLINE __m128i
pack_sums (__m256i sums)
{
  __m256i rounded = _mm256_srai_epi16 (_mm256_add_epi16 (sums,
          _mm256_set1_epi16 (1 << (ACROSS_SHIFT - 1))), ACROSS_SHIFT);

  return _mm_xor_si128 (_mm_packs_epi16 (_mm256_castsi256_si128 (rounded),
          _mm256_extracti128_si256 (rounded, 1)), _mm_set1_epi8 (-128));
}

/* One weight's share of a sample */
AVX2_INLINE void
add_tap (__m256i * sums, const gint16 * in, gint16 tap, const guint components)
{
  __m256i taps = _mm256_set1_epi16 (tap);

  for (guint c = 0; c < components; c++, in += LINES)
    sums[c] = _mm256_add_epi16 (sums[c],
        _mm256_mulhrs_epi16 (_mm256_loadu_si256 ((const __m256i *) in), taps));
}

AVX2_INLINE void
across_components (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, const guint n_taps, guint n, const guint components)
{
  const guint step = components * LINES;

  for (guint i = 0; i < n; i++, taps += n_taps) {
    const gint16 *in = src + first[i] * step;
    __m256i sums[4];
    guint k = 0;

    for (guint c = 0; c < components; c++)
      sums[c] = _mm256_setzero_si256 ();
    for (; k + 4 <= n_taps; k += 4, in += 4 * step) {
      add_tap (sums, in, taps[k], components);
      add_tap (sums, in + step, taps[k + 1], components);
      add_tap (sums, in + 2 * step, taps[k + 2], components);
      add_tap (sums, in + 3 * step, taps[k + 3], components);
    }
    for (; k < n_taps; k++, in += step)
      add_tap (sums, in, taps[k], components);
    for (guint c = 0; c < components; c++, dest += LINES)
      _mm_storeu_si128 ((__m128i *) dest, pack_sums (sums[c]));
  }
}

static AVX2 void
across (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n, guint components)
{
  if (components == 1)
    across_components (dest, src, first, taps, n_taps, n, 1);
  else if (components == 2)
    across_components (dest, src, first, taps, n_taps, n, 2);
  else
    across_components (dest, src, first, taps, n_taps, n, 4);
}

static AVX2 void
narrow (guint8 * dest, const gint16 * src, guint size)
{
  const __m256i half = _mm256_set1_epi16 (1 <<
      (GST_REC_PLANE_OPS_FRACTION - 1));
  guint i = 0;

  for (; i + 32 <= size; i += 32) {
    __m256i a = _mm256_loadu_si256 ((const __m256i *) (src + i));
    __m256i b = _mm256_loadu_si256 ((const __m256i *) (src + i + 16));
    __m256i packed = _mm256_packs_epi16 (_mm256_srai_epi16 (_mm256_add_epi16 (a,
                half), GST_REC_PLANE_OPS_FRACTION),
        _mm256_srai_epi16 (_mm256_add_epi16 (b, half),
            GST_REC_PLANE_OPS_FRACTION));

    packed = _mm256_xor_si256 (_mm256_permute4x64_epi64 (packed, 0xd8),
        _mm256_set1_epi8 (-128));
    _mm256_storeu_si256 ((__m256i *) (dest + i), packed);
  }

  gst_rec_plane_ops_get_nth (0)->narrow (dest + i, src + i, size - i);
}

static const GstRecPlaneOps avx2 = {
  "avx2", down, turn, across, turn_back, narrow
};

const GstRecPlaneOps *
gst_rec_plane_ops_get_avx2 (void)
{
  return __builtin_cpu_supports ("avx2") ? &avx2 : NULL;
}
#else
const GstRecPlaneOps *
gst_rec_plane_ops_get_avx2 (void)
{
  return NULL;
}
#endif
