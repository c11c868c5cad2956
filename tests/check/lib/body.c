/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/body.h"

GST_START_TEST (test_pieces_read_as_one)
{
  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_static ("one ", 4));
  gchar text[32];
  gsize n;

  gst_rec_body_append_take (body, g_bytes_new_static (NULL, 0));
  gst_rec_body_append_take (body, g_bytes_new_static ("two", 3));
  fail_unless_equals_uint64 (gst_rec_body_size (body), 7);
  fail_unless_equals_int (gst_rec_body_n_pieces (body), 3);

  /* as often as a request is tried */
  for (guint try = 0; try < 2; try++) {
    g_autoptr (GInputStream) stream = gst_rec_body_read (body);

    fail_unless (g_input_stream_read_all (stream, text, sizeof (text), &n,
            NULL, NULL));
    fail_unless_equals_int (n, 7);
    fail_unless (memcmp (text, "one two", n) == 0);
  }
}

GST_END_TEST;

GST_START_TEST (test_pieces_are_not_copied_and_live_as_long_as_the_body)
{
  g_autoptr (GBytes) piece = g_bytes_new ("12345", 5);
  GstRecBody *body = gst_rec_body_new ();

  gst_rec_body_append_take (body, g_bytes_ref (piece));
  fail_unless (gst_rec_body_piece (body, 0) == piece);

  GstRecBody *other = gst_rec_body_ref (body);
  gst_rec_body_unref (body);
  fail_unless_equals_uint64 (gst_rec_body_size (other), 5);
  gst_rec_body_unref (other);
  fail_unless_equals_int (g_bytes_get_size (piece), 5);
}

GST_END_TEST;

static Suite *
body_suite (void)
{
  Suite *s = suite_create ("body");
  TCase *tc = tcase_create ("body");

  tcase_add_test (tc, test_pieces_read_as_one);
  tcase_add_test (tc,
      test_pieces_are_not_copied_and_live_as_long_as_the_body);
  suite_add_tcase (s, tc);

  return s;
}

GST_CHECK_MAIN (body);
