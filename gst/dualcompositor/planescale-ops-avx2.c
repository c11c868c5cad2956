/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "planescale-ops.h"

#if defined (__GNUC__) && (defined (__x86_64__) || defined (__i386__))
#include <immintrin.h>

#define AVX2 __attribute__ ((target ("avx2")))
#define AVX2_INLINE static inline __attribute__ ((target ("avx2"), \
      always_inline))
#define ACROSS_SHIFT (GST_REC_PLANE_OPS_FRACTION + GST_REC_PLANE_OPS_WEIGHT)

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

/* --- Across --- */

AVX2_INLINE __m256i
round_sums (__m256i sums)
{
  return _mm256_srai_epi32 (_mm256_add_epi32 (sums,
          _mm256_set1_epi32 (1 << (ACROSS_SHIFT - 1))), ACROSS_SHIFT);
}

/* Saturation to signed bytes is what keeps a sample within 0 to 255. */
AVX2_INLINE __m128i
pack_sums (__m256i sums)
{
  __m256i rounded = round_sums (sums);
  __m128i words = _mm_packs_epi32 (_mm256_castsi256_si128 (rounded),
      _mm256_extracti128_si256 (rounded, 1));

  return _mm_xor_si128 (_mm_packs_epi16 (words, words),
      _mm_set1_epi8 (-128));
}

/* The sums of four registers' halves, each */
AVX2_INLINE __m256i
add_up (__m256i a, __m256i b, __m256i c, __m256i d)
{
  return _mm256_hadd_epi32 (_mm256_hadd_epi32 (a, b), _mm256_hadd_epi32 (c, d));
}

AVX2_INLINE __m256i
load_two (const gint16 * low, const gint16 * high)
{
  return _mm256_inserti128_si256 (_mm256_castsi128_si256
      (_mm_loadu_si128 ((const __m128i *) low)),
      _mm_loadu_si128 ((const __m128i *) high), 1);
}

/* Samples i and i + 4 with 8 taps each */
AVX2_INLINE __m256i
multiply_two (const gint16 * src, const guint16 * first, const gint16 * taps)
{
  return _mm256_madd_epi16 (load_two (src + first[0], src + first[4]),
      load_two (taps, taps + 4 * 8));
}

/* One sample */
AVX2_INLINE __m256i
multiply_one (const gint16 * src, const gint16 * taps, guint n_taps)
{
  __m256i sum = _mm256_setzero_si256 ();

  for (guint k = 0; k < n_taps; k += 16)
    sum = _mm256_add_epi32 (sum,
        _mm256_madd_epi16 (_mm256_loadu_si256 ((const __m256i *) (src + k)),
            _mm256_loadu_si256 ((const __m256i *) (taps + k))));

  return sum;
}

/* Eight samples with 8 taps each */
AVX2_INLINE __m256i
sums_8 (const gint16 * src, const guint16 * first, const gint16 * taps)
{
  return add_up (multiply_two (src, first, taps),
      multiply_two (src, first + 1, taps + 8),
      multiply_two (src, first + 2, taps + 16),
      multiply_two (src, first + 3, taps + 24));
}

/* Eight samples with a multiple of 16 taps each */
AVX2_INLINE __m256i
sums_16 (const gint16 * src, const guint16 * first, const gint16 * taps,
    guint n)
{
  __m256i a = add_up (multiply_one (src + first[0], taps, n),
      multiply_one (src + first[1], taps + n, n),
      multiply_one (src + first[2], taps + 2 * n, n),
      multiply_one (src + first[3], taps + 3 * n, n));
  __m256i b = add_up (multiply_one (src + first[4], taps + 4 * n, n),
      multiply_one (src + first[5], taps + 5 * n, n),
      multiply_one (src + first[6], taps + 6 * n, n),
      multiply_one (src + first[7], taps + 7 * n, n));

  return _mm256_add_epi32 (_mm256_permute2x128_si256 (a, b, 0x20),
      _mm256_permute2x128_si256 (a, b, 0x31));
}

static AVX2 void
across_1 (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n)
{
  guint i = 0;

  if (n_taps == 8)
    for (; i + 8 <= n; i += 8)
      _mm_storel_epi64 ((__m128i *) (dest + i),
          pack_sums (sums_8 (src, first + i, taps + i * 8)));
  else if (n_taps == 16)
    for (; i + 8 <= n; i += 8)
      _mm_storel_epi64 ((__m128i *) (dest + i),
          pack_sums (sums_16 (src, first + i, taps + i * 16, 16)));
  else
    for (; i + 8 <= n; i += 8)
      _mm_storel_epi64 ((__m128i *) (dest + i),
          pack_sums (sums_16 (src, first + i, taps + i * n_taps, n_taps)));

  gst_rec_plane_ops_get_nth (0)->across[0] (dest + i, src, first + i,
      taps + i * n_taps, n_taps, n - i);
}

/* The sums of one sample of two components; both halves of each 64 bits */
AVX2_INLINE __m128i
sum_2 (const gint16 * src, const gint16 * taps, guint n_taps)
{
  const __m256i pairs = _mm256_broadcastsi128_si256 (_mm_setr_epi8 (0, 1, 4, 5,
          2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15));
  const __m256i twice = _mm256_setr_epi32 (0, 0, 1, 1, 2, 2, 3, 3);
  __m256i sum = _mm256_setzero_si256 ();

  for (guint k = 0; k < n_taps; k += 8) {
    __m256i a = _mm256_shuffle_epi8 (_mm256_loadu_si256 ((const __m256i *)
            (src + 2 * k)), pairs);
    __m256i b = _mm256_permutevar8x32_epi32 (_mm256_castsi128_si256
        (_mm_loadu_si128 ((const __m128i *) (taps + k))), twice);

    sum = _mm256_add_epi32 (sum, _mm256_madd_epi16 (a, b));
  }
  __m128i half = _mm_add_epi32 (_mm256_castsi256_si128 (sum),
      _mm256_extracti128_si256 (sum, 1));

  return _mm_add_epi32 (half, _mm_unpackhi_epi64 (half, half));
}

static AVX2 void
across_2 (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n)
{
  guint i = 0;

  for (; i + 4 <= n; i += 4, taps += 4 * n_taps) {
    __m128i a = _mm_unpacklo_epi64 (sum_2 (src + 2 * first[i], taps, n_taps),
        sum_2 (src + 2 * first[i + 1], taps + n_taps, n_taps));
    __m128i b = _mm_unpacklo_epi64 (sum_2 (src + 2 * first[i + 2],
            taps + 2 * n_taps, n_taps),
        sum_2 (src + 2 * first[i + 3], taps + 3 * n_taps, n_taps));

    _mm_storel_epi64 ((__m128i *) (dest + 2 * i),
        pack_sums (_mm256_set_m128i (b, a)));
  }

  gst_rec_plane_ops_get_nth (0)->across[1] (dest + 2 * i, src, first + i, taps,
      n_taps, n - i);
}

/* The sums of one sample of four components */
AVX2_INLINE __m128i
sum_4 (const gint16 * src, const gint16 * taps, guint n_taps)
{
  const __m256i pairs = _mm256_broadcastsi128_si256 (_mm_setr_epi8 (0, 1, 8, 9,
          2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
  const __m256i four_times = _mm256_setr_epi32 (0, 0, 0, 0, 1, 1, 1, 1);
  __m256i sum = _mm256_setzero_si256 ();

  for (guint k = 0; k < n_taps; k += 4) {
    __m256i a = _mm256_shuffle_epi8 (_mm256_loadu_si256 ((const __m256i *)
            (src + 4 * k)), pairs);
    __m256i b = _mm256_permutevar8x32_epi32 (_mm256_castsi128_si256
        (_mm_loadl_epi64 ((const __m128i *) (taps + k))), four_times);

    sum = _mm256_add_epi32 (sum, _mm256_madd_epi16 (a, b));
  }

  return _mm_add_epi32 (_mm256_castsi256_si128 (sum),
      _mm256_extracti128_si256 (sum, 1));
}

static AVX2 void
across_4 (guint8 * dest, const gint16 * src, const guint16 * first,
    const gint16 * taps, guint n_taps, guint n)
{
  guint i = 0;

  for (; i + 2 <= n; i += 2, taps += 2 * n_taps) {
    __m128i a = sum_4 (src + 4 * first[i], taps, n_taps);
    __m128i b = sum_4 (src + 4 * first[i + 1], taps + n_taps, n_taps);

    _mm_storel_epi64 ((__m128i *) (dest + 4 * i),
        pack_sums (_mm256_set_m128i (b, a)));
  }

  gst_rec_plane_ops_get_nth (0)->across[2] (dest + 4 * i, src, first + i, taps,
      n_taps, n - i);
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
  "avx2", down, {across_1, across_2, across_4}, narrow
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
