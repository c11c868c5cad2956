/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <string.h>

#include "store/crc.h"

typedef guint64 (*Update) (GstRecCrc kind, guint64 crc, gconstpointer data,
    gsize size);

static const Update updates[] = {
  gst_rec_crc_update, gst_rec_crc_update_by_table
};

/* What a vector is of: @size bytes, the first @first, each @step more. */
static const struct
{
  GstRecCrc kind;
  gsize size;
  guint8 first;
  gint step;
  guint64 crc;
} vectors[] = {
  /* the check values of the catalogue of parametrised CRC algorithms */
  {GST_REC_CRC_32, 9, '1', 1, 0xcbf43926},
  {GST_REC_CRC_32C, 9, '1', 1, 0xe3069283},
  {GST_REC_CRC_64NVME, 9, '1', 1, G_GUINT64_CONSTANT (0xae8b14860a799888)},
  {GST_REC_CRC_32, 0, 0, 0, 0},
  {GST_REC_CRC_64NVME, 0, 0, 0, 0},
  /* RFC 3720, B.4 */
  {GST_REC_CRC_32C, 32, 0, 0, 0x8a9136aa},
  {GST_REC_CRC_32C, 32, 255, 0, 0x62a8ab43},
  {GST_REC_CRC_32C, 32, 0, 1, 0x46dd794e},
  {GST_REC_CRC_32C, 32, 31, -1, 0x113fdb5c},
  /* NVM Command Set Specification 1.0, test cases of the 64b CRC */
  {GST_REC_CRC_64NVME, 4096, 0, 0, G_GUINT64_CONSTANT (0x6482d367eb22b64e)},
  {GST_REC_CRC_64NVME, 4096, 255, 0, G_GUINT64_CONSTANT (0xc0ddba7302eca3ac)},
  {GST_REC_CRC_64NVME, 4096, 0, 1, G_GUINT64_CONSTANT (0x3e729f5f6750449c)},
  {GST_REC_CRC_64NVME, 4096, 255, -1,
        G_GUINT64_CONSTANT (0x9a2df64b8e9e517e)},
};

GST_START_TEST (test_published_vectors)
{
  guint8 data[4096];

  for (gsize i = 0; i < vectors[__i__].size; i++)
    data[i] = vectors[__i__].first + vectors[__i__].step * (gint) i;
  for (guint i = 0; i < G_N_ELEMENTS (updates); i++)
    fail_unless_equals_uint64_hex (updates[i] (vectors[__i__].kind, 0, data,
            vectors[__i__].size), vectors[__i__].crc);
}

GST_END_TEST;

static guint8 *
random_bytes (GRand * rand, gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int (rand);

  return data;
}

/* Every length and alignment around those that the fast way cares about. */
GST_START_TEST (test_the_fast_way_and_the_table_agree)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autofree guint8 *data = random_bytes (rand, 700);

  for (gsize size = 0; size < 640; size++) {
    const guint8 *start = data + g_rand_int_range (rand, 0, 60);
    guint64 before = gst_rec_crc_update_by_table (__i__, 0, data, 7);

    fail_unless_equals_uint64_hex (gst_rec_crc_update (__i__, before, start,
            size), gst_rec_crc_update_by_table (__i__, before, start, size));
  }
}

GST_END_TEST;

GST_START_TEST (test_any_split_gives_the_same)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  const gsize size = 20000;
  g_autofree guint8 *data = random_bytes (rand, size);
  guint64 whole = gst_rec_crc_update (__i__, 0, data, size);

  for (guint round = 0; round < 200; round++) {
    guint64 streamed = 0, combined = 0;

    for (gsize at = 0, n; at < size; at += n) {
      n = g_rand_int_range (rand, 0, 3000);
      n = MIN (n, size - at);
      streamed = gst_rec_crc_update (__i__, streamed, data + at, n);
      combined = gst_rec_crc_combine (__i__, combined,
          gst_rec_crc_update (__i__, 0, data + at, n), n);
    }
    fail_unless_equals_uint64_hex (streamed, whole);
    fail_unless_equals_uint64_hex (combined, whole);
  }
}

GST_END_TEST;

/* Of more bits than 64 can count: pieces may be put together in any order. */
GST_START_TEST (test_pieces_of_any_size_combine)
{
  const guint64 a = 0x12345678, b = 0x9abcdef0, c = 0x0fedcba9;
  const guint64 b_size = G_GUINT64_CONSTANT (5) << 60;
  const guint64 c_size = (G_GUINT64_CONSTANT (7) << 60) + 12345;
  guint64 ab = gst_rec_crc_combine (__i__, a, b, b_size);
  guint64 bc = gst_rec_crc_combine (__i__, b, c, c_size);

  fail_unless_equals_uint64_hex (gst_rec_crc_combine (__i__, ab, c, c_size),
      gst_rec_crc_combine (__i__, a, bc, b_size + c_size));
}

GST_END_TEST;

static Suite *
crc_suite (void)
{
  Suite *s = suite_create ("crc");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_published_vectors, 0, G_N_ELEMENTS (vectors));
  tcase_add_loop_test (tc, test_the_fast_way_and_the_table_agree, 0,
      GST_REC_N_CRCS);
  tcase_add_loop_test (tc, test_any_split_gives_the_same, 0, GST_REC_N_CRCS);
  tcase_add_loop_test (tc, test_pieces_of_any_size_combine, 0,
      GST_REC_N_CRCS);

  return s;
}

GST_CHECK_MAIN (crc);
