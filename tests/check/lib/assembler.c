/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <string.h>

#include "store/assembler.h"
#include "store/s3.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

static const GstRecStoreLimits s3 = {
  GST_REC_S3_MIN_PART_SIZE, GST_REC_S3_MAX_PART_SIZE, GST_REC_S3_MAX_PARTS,
  GST_REC_S3_MAX_OBJECT_SIZE
};

static GstRecAssembler *
make (guint64 part_size, guint64 header_size)
{
  GstRecAssemblerConfig config = { s3, part_size, header_size, FALSE };

  return gst_rec_assembler_new (&config);
}

static const guint64 configured[] = {
  GST_REC_S3_MIN_PART_SIZE, 8 * MIB, 64 * MIB, GST_REC_S3_MAX_PART_SIZE
};

GST_START_TEST (test_the_largest_object_fits_into_10000_parts)
{
  guint64 offset = 0, last = 0;
  guint n;

  for (n = 0; offset < GST_REC_S3_MAX_OBJECT_SIZE; n++) {
    guint64 size = gst_rec_part_size (&s3, configured[__i__], offset);

    fail_unless (size >= last && size >= configured[__i__] &&
        size <= GST_REC_S3_MAX_PART_SIZE);
    last = size;
    offset += size;
  }

  fail_unless (n <= GST_REC_S3_MAX_PARTS, "%u parts", n);
}

GST_END_TEST;

GST_START_TEST (test_parts_do_not_grow_before_they_have_to)
{
  fail_unless_equals_uint64 (gst_rec_part_size (&s3, 8 * MIB, 0), 8 * MIB);
  fail_unless_equals_uint64 (gst_rec_part_size (&s3, 8 * MIB, 10000 * MIB), 8 * MIB);
  fail_unless_equals_uint64 (gst_rec_part_size (&s3, 8 * MIB, 10000 * MIB + 1250),
      9 * MIB);
}

GST_END_TEST;

/* Writes @size bytes of @value, and returns how many full parts went away. */
static guint
fill (GstRecAssembler * a, guint64 size, guint8 value)
{
  g_autofree guint8 *data = g_malloc (size);
  guint taken = 0, number;

  memset (data, value, size);
  for (guint64 done = 0; done < size;) {
    g_autoptr (GError) error = NULL;

    if (gst_rec_assembler_part_is_full (a)) {
      GstRecBody *part = gst_rec_assembler_take_part (a, &number);

      taken++;
      gst_rec_body_unref (part);
    }
    gssize n = gst_rec_assembler_write (a, data + done, size - done, &error);
    fail_unless (n > 0, "%s", error ? error->message : "nothing written");
    done += n;
  }

  return taken;
}

static void
expect_bytes (const GstRecBody * body, gsize at, gsize size, guint8 value)
{
  GBytes *bytes = gst_rec_body_piece (body, 0);
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  fail_unless (at + size <= g_bytes_get_size (bytes));
  for (gsize i = at; i < at + size; i++)
    if (data[i] != value)
      fail ("byte %" G_GSIZE_FORMAT " is %u", i, data[i]);
}

static const struct
{
  guint64 header_size, part_size, size;
  guint n_parts;
  guint64 head, last;           /* their sizes */
} cuts[] = {
  {8 * MIB, 8 * MIB, 0, 0, 0, 0},
  {8 * MIB, 8 * MIB, 1, 1, 1, 0},
  {8 * MIB, 8 * MIB, 8 * MIB, 1, 8 * MIB, 0},
  {8 * MIB, 8 * MIB, 8 * MIB + 1, 2, 8 * MIB, 1},
  {8 * MIB, 8 * MIB, 16 * MIB, 2, 8 * MIB, 8 * MIB},
  {8 * MIB, 8 * MIB, 16 * MIB + 3, 3, 8 * MIB, 3},
  /* A head below 5 MiB would be too small a part. */
  {1, 8 * MIB, 6 * MIB, 2, 5 * MIB, MIB},
  {0, 8 * MIB, 8 * MIB, 1, 0, 8 * MIB},
  {0, 8 * MIB, 8 * MIB + 1, 2, 0, 1},
  {20 * MIB, 5 * MIB, 20 * MIB, 1, 20 * MIB, 0},
};

GST_START_TEST (test_a_stream_is_cut_into_parts)
{
  g_autoptr (GstRecAssembler) a =
      make (cuts[__i__].part_size, cuts[__i__].header_size);
  guint number = 0;

  if (cuts[__i__].size)
    fill (a, cuts[__i__].size, 1);
  fail_unless_equals_int (gst_rec_assembler_n_parts (a), cuts[__i__].n_parts);
  fail_unless_equals_uint64 (gst_rec_assembler_size (a), cuts[__i__].size);

  g_autoptr (GstRecBody) last = gst_rec_assembler_take_part (a, &number);
  fail_unless_equals_uint64 (last ? gst_rec_body_size (last) : 0,
      cuts[__i__].last);
  if (last)
    fail_unless_equals_int (number, cuts[__i__].n_parts);

  g_autoptr (GstRecBody) head = gst_rec_assembler_take_head (a);
  fail_unless_equals_uint64 (head ? gst_rec_body_size (head) : 0,
      cuts[__i__].head);
}

GST_END_TEST;

static const struct
{
  guint64 header_size, part_size, equal;
} equals[] = {
  {0, 8 * MIB, 8 * MIB},
  {1, 8 * MIB, 8 * MIB},
  {8 * MIB, 8 * MIB, 8 * MIB},
  {20 * MIB, 5 * MIB, 20 * MIB},
};

GST_START_TEST (test_equal_parts_are_equal)
{
  GstRecStoreLimits few = s3;
  guint64 size = equals[__i__].equal;
  guint number;

  few.max_parts = 8;
  GstRecAssemblerConfig config = { few, equals[__i__].part_size,
    equals[__i__].header_size, TRUE
  };
  g_autoptr (GstRecAssembler) a = gst_rec_assembler_new (&config);
  g_autoptr (GError) error = NULL;

  /* Where others would have grown by now. */
  for (guint64 n = equals[__i__].header_size > 0; n < 6; n++) {
    if (n == 1 && equals[__i__].header_size)
      fill (a, size, 1);
    fill (a, size, 1);
    fail_unless (gst_rec_assembler_part_is_full (a));
    g_autoptr (GstRecBody) part = gst_rec_assembler_take_part (a, &number);
    fail_unless_equals_uint64 (gst_rec_body_size (part), size);
  }
  fill (a, 2 * size - 1, 1);

  /* No part is left for what is too much. */
  if (gst_rec_assembler_part_is_full (a))
    gst_rec_body_unref (gst_rec_assembler_take_part (a, &number));
  fail_unless_equals_int (gst_rec_assembler_write (a, "ab", 2, &error), -1);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NO_SPACE));

  g_autoptr (GstRecBody) head = gst_rec_assembler_take_head (a);
  fail_unless_equals_uint64 (head ? gst_rec_body_size (head) : 0,
      equals[__i__].header_size ? size : 0);
}

GST_END_TEST;

GST_START_TEST (test_the_head_can_be_written_again)
{
  g_autoptr (GstRecAssembler) a = make (5 * MIB, 5 * MIB);

  fail_unless_equals_int (fill (a, 20 * MIB, 1), 2);
  fail_unless (gst_rec_assembler_seek (a, 100, NULL));
  fill (a, 16, 2);
  fail_unless (gst_rec_assembler_seek (a, 20 * MIB, NULL));
  fill (a, 1, 3);
  fail_unless (gst_rec_assembler_seek (a, 5 * MIB - 1, NULL));
  fill (a, 1, 4);
  fail_unless_equals_uint64 (gst_rec_assembler_size (a), 20 * MIB + 1);

  g_autoptr (GstRecBody) head = gst_rec_assembler_take_head (a);
  fail_unless_equals_uint64 (gst_rec_body_size (head), 5 * MIB);
  expect_bytes (head, 0, 100, 1);
  expect_bytes (head, 100, 16, 2);
  expect_bytes (head, 116, 5 * MIB - 117, 1);
  expect_bytes (head, 5 * MIB - 1, 1, 4);
}

GST_END_TEST;

GST_START_TEST (test_a_hole_in_the_head_is_zero)
{
  g_autoptr (GstRecAssembler) a = make (5 * MIB, 5 * MIB);

  fill (a, 10, 1);
  fail_unless (gst_rec_assembler_seek (a, 1000, NULL));
  fill (a, 10, 2);
  fail_unless (gst_rec_assembler_seek (a, 5 * MIB, NULL));
  fill (a, 10, 3);

  g_autoptr (GstRecBody) head = gst_rec_assembler_take_head (a);
  fail_unless_equals_uint64 (gst_rec_body_size (head), 5 * MIB);
  expect_bytes (head, 0, 10, 1);
  expect_bytes (head, 10, 990, 0);
  expect_bytes (head, 1000, 10, 2);
  expect_bytes (head, 1010, 5 * MIB - 1010, 0);
}

GST_END_TEST;

GST_START_TEST (test_nothing_else_can_be_written_again)
{
  g_autoptr (GstRecAssembler) a = make (5 * MIB, 5 * MIB);
  guint64 offsets[] = { 5 * MIB + 1, 7 * MIB - 1, 7 * MIB + 1, 100 * MIB };
  g_autoptr (GError) error = NULL;

  fill (a, 7 * MIB, 1);
  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    fail_if (gst_rec_assembler_seek (a, offsets[i], &error));
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_REWRITE));
    g_clear_error (&error);
  }

  /* Out of the head into what follows it */
  fail_unless (gst_rec_assembler_seek (a, 5 * MIB - 1, NULL));
  fail_unless_equals_int (gst_rec_assembler_write (a, "ab", 2, &error), 1);
  fail_unless_equals_int (gst_rec_assembler_write (a, "b", 1, &error), -1);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_REWRITE));
}

GST_END_TEST;

GST_START_TEST (test_without_a_head_nothing_goes_back)
{
  g_autoptr (GstRecAssembler) a = make (5 * MIB, 0);

  fail_unless (gst_rec_assembler_seek (a, 0, NULL));
  fill (a, 10, 1);
  fail_unless (gst_rec_assembler_seek (a, 10, NULL));
  fail_if (gst_rec_assembler_seek (a, 5, NULL));
}

GST_END_TEST;

static void
append_body (GByteArray * array, const GstRecBody * body)
{
  for (guint i = 0; i < gst_rec_body_n_pieces (body); i++) {
    gsize size;
    const guint8 *data =
        g_bytes_get_data (gst_rec_body_piece (body, i), &size);

    g_byte_array_append (array, data, size);
  }
}

/* Writes as they come from muxers and from files, some of which are kept. */
GST_START_TEST (test_bytes_come_out_as_they_went_in)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (__i__);
  g_autoptr (GstRecAssembler) a = make (5 * MIB, 5 * MIB * (__i__ & 1));
  g_autoptr (GByteArray) in = g_byte_array_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree guint8 *random = g_malloc (2 * MIB);
  guint number;

  for (gsize i = 0; i < 2 * MIB; i++)
    random[i] = i * i >> 5;
  while (in->len < 23 * MIB) {
    gsize size = g_rand_int_range (rand, 0, 1 << g_rand_int_range (rand, 1,
            21));
    guint8 *data = g_memdup2 (random + g_rand_int_range (rand, 0, MIB), size);
    g_autoptr (GBytes) bytes = NULL;
    gboolean keep = g_rand_boolean (rand);
    gssize n;

    g_byte_array_append (in, data, size);
    bytes = g_bytes_new_take (data, size);
    for (gsize done = 0; done < size; done += n) {
      if (gst_rec_assembler_part_is_full (a)) {
        g_autoptr (GstRecBody) part = gst_rec_assembler_take_part (a, &number);

        fail_unless_equals_uint64 (gst_rec_body_size (part), 5 * MIB);
        append_body (body, part);
      }
      n = keep ? gst_rec_assembler_write_bytes (a, bytes, done, NULL) :
          gst_rec_assembler_write (a, data + done, size - done, NULL);
      fail_unless (n > 0);
    }
  }

  g_autoptr (GstRecBody) last = gst_rec_assembler_take_part (a, &number);
  g_autoptr (GstRecBody) head = gst_rec_assembler_take_head (a);
  append_body (body, last);
  if (head)
    append_body (out, head);
  g_byte_array_append (out, body->data, body->len);
  fail_unless_equals_int (out->len, in->len);
  fail_unless (memcmp (out->data, in->data, in->len) == 0);
}

GST_END_TEST;

GST_START_TEST (test_what_is_large_is_kept_and_what_is_small_collected)
{
  g_autoptr (GstRecAssembler) a = make (5 * MIB, 0);
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (MIB), MIB);
  g_autoptr (GBytes) small = g_bytes_new_take (g_malloc0 (1024), 1024);
  guint number;

  for (guint i = 0; i < 500; i++)
    fail_unless_equals_int (gst_rec_assembler_write_bytes (a, small, 0, NULL),
        1024);
  fail_unless_equals_int (gst_rec_assembler_write_bytes (a, large, 0, NULL),
      MIB);
  for (guint i = 0; i < 10; i++)
    gst_rec_assembler_write_bytes (a, small, 0, NULL);

  g_autoptr (GstRecBody) part = gst_rec_assembler_take_part (a, &number);
  /* Two blocks, the large one itself, and the rest of the second block */
  fail_unless_equals_int (gst_rec_body_n_pieces (part), 4);
  fail_unless (g_bytes_get_data (gst_rec_body_piece (part, 2), NULL) ==
      g_bytes_get_data (large, NULL));
}

GST_END_TEST;

static Suite *
assembler_suite (void)
{
  Suite *s = suite_create ("assembler");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_the_largest_object_fits_into_10000_parts, 0,
      G_N_ELEMENTS (configured));
  tcase_add_test (tc, test_parts_do_not_grow_before_they_have_to);
  tcase_add_loop_test (tc, test_a_stream_is_cut_into_parts, 0,
      G_N_ELEMENTS (cuts));
  tcase_add_loop_test (tc, test_equal_parts_are_equal, 0,
      G_N_ELEMENTS (equals));
  tcase_add_test (tc, test_the_head_can_be_written_again);
  tcase_add_test (tc, test_a_hole_in_the_head_is_zero);
  tcase_add_test (tc, test_nothing_else_can_be_written_again);
  tcase_add_test (tc, test_without_a_head_nothing_goes_back);
  tcase_add_loop_test (tc, test_bytes_come_out_as_they_went_in, 0, 2);
  tcase_add_test (tc,
      test_what_is_large_is_kept_and_what_is_small_collected);

  return s;
}

GST_CHECK_MAIN (assembler);
