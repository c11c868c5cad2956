/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "crc.h"

#include <string.h>

#if defined (__x86_64__) && defined (__GNUC__)
#define HAVE_PCLMUL 1
#include <immintrin.h>
#elif defined (__aarch64__) && defined (__linux__) && defined (__GNUC__)
#define HAVE_ARM_CRC 1
#include <sys/auxv.h>
#endif

/* Registers are reflected: the lowest bit is the highest power of x. That of a
 * CRC of 32 bits is the lower half of 64 bits. */
typedef struct
{
  guint64 poly;
  guint width;
} Kind;

static const Kind kinds[GST_REC_N_CRCS] = {
  [GST_REC_CRC_32] = {G_GUINT64_CONSTANT (0xedb88320), 32},
  [GST_REC_CRC_32C] = {G_GUINT64_CONSTANT (0x82f63b78), 32},
  [GST_REC_CRC_64NVME] = {G_GUINT64_CONSTANT (0x9a6c9329ac4bc9b5), 64},
};

guint
gst_rec_crc_width (GstRecCrc kind)
{
  return kinds[kind].width;
}

/* v * x, modulo the polynomial */
static guint64
times_x (const Kind * kind, guint64 v)
{
  return v & 1 ? v >> 1 ^ kind->poly : v >> 1;
}

/* a * b, modulo the polynomial */
static guint64
times (const Kind * kind, guint64 a, guint64 b)
{
  guint64 product = 0;

  for (guint i = kind->width; i-- > 0; b = times_x (kind, b))
    if (a >> i & 1)
      product ^= b;

  return product;
}

/* x ^ n, modulo the polynomial */
static guint64
power_of_x (const Kind * kind, guint64 n)
{
  guint64 one = G_GUINT64_CONSTANT (1) << (kind->width - 1);
  guint64 result = one;

  for (guint64 square = times_x (kind, one); n > 0; n >>= 1) {
    if (n & 1)
      result = times (kind, result, square);
    square = times (kind, square, square);
  }

  return result;
}

static guint64
invert (const Kind * kind, guint64 crc)
{
  return ~crc & G_MAXUINT64 >> (64 - kind->width);
}

/* [j][i]: what the byte i does to the register when j bytes follow it. */
typedef guint64 Table[8][256];

static void
fill (const Kind * kind, Table table)
{
  for (guint i = 0; i < 256; i++) {
    table[0][i] = i;
    for (guint bit = 0; bit < 8; bit++)
      table[0][i] = times_x (kind, table[0][i]);
  }
  for (guint j = 1; j < 8; j++)
    for (guint i = 0; i < 256; i++)
      table[j][i] = table[0][table[j - 1][i] & 255] ^ table[j - 1][i] >> 8;
}

static Table *
get_table (GstRecCrc kind)
{
  static Table tables[GST_REC_N_CRCS];
  static gsize made = 0;

  if (g_once_init_enter (&made)) {
    for (guint i = 0; i < GST_REC_N_CRCS; i++)
      fill (&kinds[i], tables[i]);
    g_once_init_leave (&made, 1);
  }

  return &tables[kind];
}

/* Eight bytes at a time (slicing by 8, by Kounavis and Berry). */
static guint64
by_table (GstRecCrc kind, guint64 crc, const guint8 * data, gsize size)
{
  guint64 (*table)[256] = *get_table (kind);

  for (; size >= 8; size -= 8, data += 8) {
    guint64 v;

    memcpy (&v, data, 8);
    v = crc ^ GUINT64_FROM_LE (v);
    crc = table[7][v & 255] ^ table[6][v >> 8 & 255] ^
        table[5][v >> 16 & 255] ^ table[4][v >> 24 & 255] ^
        table[3][v >> 32 & 255] ^ table[2][v >> 40 & 255] ^
        table[1][v >> 48 & 255] ^ table[0][v >> 56];
  }
  while (size-- > 0)
    crc = table[0][(crc ^ *data++) & 255] ^ crc >> 8;

  return crc;
}

#ifdef HAVE_PCLMUL
/* What 64 bits are multiplied by to come 128 or 512 bits further on. A product
 * of reflected numbers is one bit too low: hence one power of x less. */
typedef struct
{
  guint64 far[2];               /* 512 bits on, lower and upper half */
  guint64 near[2];              /* 128 */
} Folds;

static const Folds *
get_folds (GstRecCrc kind)
{
  static Folds folds[GST_REC_N_CRCS];
  static gsize made = 0;

  if (g_once_init_enter (&made)) {
    for (guint i = 0; i < GST_REC_N_CRCS; i++) {
      guint shift = 64 - kinds[i].width;

      folds[i].far[0] = power_of_x (&kinds[i], 512 + 64 - 1) << shift;
      folds[i].far[1] = power_of_x (&kinds[i], 512 - 1) << shift;
      folds[i].near[0] = power_of_x (&kinds[i], 128 + 64 - 1) << shift;
      folds[i].near[1] = power_of_x (&kinds[i], 128 - 1) << shift;
    }
    g_once_init_leave (&made, 1);
  }

  return &folds[kind];
}

__attribute__((target ("sse2,pclmul")))
static inline __m128i
fold (__m128i v, __m128i by, __m128i next)
{
  return _mm_xor_si128 (next, _mm_xor_si128 (_mm_clmulepi64_si128 (v, by,
              0x00), _mm_clmulepi64_si128 (v, by, 0x11)));
}

/* Gopal and others, "Fast CRC Computation for Generic Polynomials Using
 * PCLMULQDQ Instruction". What is left at the end, 16 bytes and the tail, goes
 * by table. Wants 64 bytes at least. */
__attribute__((target ("sse2,pclmul")))
static guint64
by_pclmul (GstRecCrc kind, guint64 crc, const guint8 * data, gsize size)
{
  const Folds *folds = get_folds (kind);
  __m128i far = _mm_loadu_si128 ((const __m128i *) folds->far);
  __m128i near = _mm_loadu_si128 ((const __m128i *) folds->near);
  const __m128i *in = (const __m128i *) data;
  __m128i v[4];
  guint8 rest[16];

  for (guint i = 0; i < 4; i++)
    v[i] = _mm_loadu_si128 (in++);
  v[0] = _mm_xor_si128 (v[0], _mm_cvtsi64_si128 (crc));
  for (size -= 64; size >= 64; size -= 64, in += 4) {
    v[0] = fold (v[0], far, _mm_loadu_si128 (in));
    v[1] = fold (v[1], far, _mm_loadu_si128 (in + 1));
    v[2] = fold (v[2], far, _mm_loadu_si128 (in + 2));
    v[3] = fold (v[3], far, _mm_loadu_si128 (in + 3));
  }
  for (guint i = 1; i < 4; i++)
    v[i] = fold (v[i - 1], near, v[i]);
  for (; size >= 16; size -= 16)
    v[3] = fold (v[3], near, _mm_loadu_si128 (in++));

  _mm_storeu_si128 ((__m128i *) rest, v[3]);
  crc = by_table (kind, 0, rest, sizeof (rest));

  return by_table (kind, crc, (const guint8 *) in, size);
}
#endif

#ifdef HAVE_ARM_CRC
/* The intrinsics have other names, and want other flags, in each compiler. */
#define EXTENSION ".arch_extension crc\n\t"

static guint64
by_arm_crc (guint64 start, const guint8 * data, gsize size)
{
  guint32 crc = start;

  for (; size >= 8; size -= 8, data += 8) {
    guint64 v;

    memcpy (&v, data, 8);
    v = GUINT64_FROM_LE (v);
    __asm__ (EXTENSION "crc32cx %w0, %w0, %x1" : "+r" (crc) : "r" (v));
  }
  for (; size > 0; size--, data++)
    __asm__ (EXTENSION "crc32cb %w0, %w0, %w1" : "+r" (crc)
        : "r" ((guint32) * data));

  return crc;
}
#endif

/* The CRC of what @crc is of, followed by @data; 0 is that of nothing. */
guint64
gst_rec_crc_update (GstRecCrc kind, guint64 crc, gconstpointer data,
    gsize size)
{
  crc = invert (&kinds[kind], crc);
#if defined (HAVE_PCLMUL)
  if (size >= 64 && __builtin_cpu_supports ("pclmul"))
    crc = by_pclmul (kind, crc, data, size);
  else
#elif defined (HAVE_ARM_CRC)
  if (kind == GST_REC_CRC_32C && (getauxval (AT_HWCAP) & HWCAP_CRC32))
    crc = by_arm_crc (crc, data, size);
  else
#endif
    crc = by_table (kind, crc, data, size);

  return invert (&kinds[kind], crc);
}

/* The same where the processor is of no help. */
guint64
gst_rec_crc_update_by_table (GstRecCrc kind, guint64 crc, gconstpointer data,
    gsize size)
{
  crc = by_table (kind, invert (&kinds[kind], crc), data, size);

  return invert (&kinds[kind], crc);
}

/* The CRC of two pieces from that of each. Inverted registers cancel out. */
guint64
gst_rec_crc_combine (GstRecCrc kind, guint64 crc, guint64 next,
    guint64 next_size)
{
  const Kind *k = &kinds[kind];
  guint64 power = power_of_x (k, 8);

  /* x ^ (8 * next_size), and 8 * next_size may not fit into 64 bits */
  for (; next_size > 0; next_size >>= 1) {
    if (next_size & 1)
      crc = times (k, crc, power);
    power = times (k, power, power);
  }

  return crc ^ next;
}
