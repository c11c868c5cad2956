/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "framing.h"

/* Hands @data over in reads of at most @step bytes, and gives the packets that
 * come out: "3:616263" for "abc". */
static gchar *
deframe (GstRecDeframer * self, const guint8 * data, gsize size, gsize step)
{
  GString *text = g_string_new (NULL);

  while (size > 0) {
    gsize room, n_read, length;
    guint8 *to = gst_rec_deframer_reserve (self, &room);
    const guint8 *packet;

    fail_unless (room > 0);
    n_read = MIN (MIN (room, step), size);
    memcpy (to, data, n_read);
    gst_rec_deframer_commit (self, n_read);
    data += n_read;
    size -= n_read;
    while ((packet = gst_rec_deframer_next (self, &length))) {
      g_string_append_printf (text, "%s%" G_GSIZE_FORMAT ":",
          text->len ? " " : "", length);
      for (gsize i = 0; i < MIN (length, 4); i++)
        g_string_append_printf (text, "%02x", packet[i]);
    }
  }

  return g_string_free (text, FALSE);
}

GST_START_TEST (test_packets_come_whole_however_they_are_cut)
{
  static const struct
  {
    guint8 data[16];
    gsize size;
    const gchar *packets;
  } cases[] = {
    {{0}, 0, ""},
    {{0}, 1, ""},
    {{0, 0}, 2, ""},
    {{0, 1}, 2, ""},
    {{0, 1, 0xaa}, 3, "1:aa"},
    {{0, 2, 0xaa, 0xbb, 0}, 5, "2:aabb"},
    {{0, 2, 0xaa, 0xbb, 0, 3, 1, 2}, 8, "2:aabb"},
    {{0, 2, 0xaa, 0xbb, 0, 3, 1, 2, 3}, 9, "2:aabb 3:010203"},
    {{0, 0, 0, 0, 0, 1, 0xcc, 0, 0}, 9, "1:cc"},
    {{1, 0, 1, 2, 3}, 5, ""},   /* 256 bytes, not one */
    {{0xff, 0xff, 1, 2, 3}, 5, ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (gsize step = 1; step <= 16; step++) {
      g_autoptr (GstRecDeframer) self = gst_rec_deframer_new ();
      g_autofree gchar *packets =
          deframe (self, cases[i].data, cases[i].size, step);

      fail_unless (g_str_equal (packets, cases[i].packets),
          "case %u, by %" G_GSIZE_FORMAT ": %s", i, step, packets);
    }
  }
}

GST_END_TEST;

/* What is written is read again, at every length at which memory runs out or
 * bytes are moved. */
GST_START_TEST (test_frames_of_any_length_come_through)
{
  static const gsize lengths[] = { 1, 12, 255, 256, 1200, 65534, 65535 };
  static const gsize steps[] = { 1, 7, 1460, 65537, 1 << 20 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree guint8 *packet = g_malloc (GST_REC_FRAME_MAX_SIZE);

  for (guint i = 0; i < 40; i++) {
    gsize length = lengths[(i * i + i / 7) % G_N_ELEMENTS (lengths)];

    memset (packet, i, length);
    gst_rec_frame_append (bytes, packet, length);
    g_string_append_printf (expected, "%s%" G_GSIZE_FORMAT ":", i ? " " : "",
        length);
    for (gsize j = 0; j < MIN (length, 4); j++)
      g_string_append_printf (expected, "%02x", i);
  }

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autoptr (GstRecDeframer) self = gst_rec_deframer_new ();
    g_autofree gchar *packets =
        deframe (self, bytes->data, bytes->len, steps[i]);

    fail_unless_equals_string (packets, expected->str);
  }
}

GST_END_TEST;

GST_START_TEST (test_another_connection_begins_with_a_length)
{
  static const guint8 cut[] = { 0, 9, 1, 2 };
  static const guint8 whole[] = { 0, 1, 0xee };
  g_autoptr (GstRecDeframer) self = gst_rec_deframer_new ();
  g_autofree gchar *before = deframe (self, cut, sizeof cut, 16);
  g_autofree gchar *after = NULL;

  gst_rec_deframer_reset (self);
  after = deframe (self, whole, sizeof whole, 16);
  fail_unless_equals_string (before, "");
  fail_unless_equals_string (after, "1:ee");
}

GST_END_TEST;

GST_START_TEST (test_random_bytes_stay_within_bounds)
{
  g_autoptr (GstRecDeframer) self = gst_rec_deframer_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 2000; i++) {
    gsize room, size;
    guint8 *to = gst_rec_deframer_reserve (self, &room);
    gsize n_read = g_rand_int_range (rand, 1, room + 1);
    const guint8 *packet;
    guint sum = 0;

    for (gsize j = 0; j < n_read; j++)
      to[j] = i % 2 ? g_rand_int (rand) : 0;
    gst_rec_deframer_commit (self, n_read);
    while ((packet = gst_rec_deframer_next (self, &size)))
      sum += packet[0] + packet[size - 1];
    fail_unless (sum < G_MAXUINT);
  }
}

GST_END_TEST;

static Suite *
framing_suite (void)
{
  Suite *s = suite_create ("framing");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_packets_come_whole_however_they_are_cut);
  tcase_add_test (tc, test_frames_of_any_length_come_through);
  tcase_add_test (tc, test_another_connection_begins_with_a_length);
  tcase_add_test (tc, test_random_bytes_stay_within_bounds);

  return s;
}

GST_CHECK_MAIN (framing);
