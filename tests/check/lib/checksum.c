/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <string.h>

#include "store/checksum.h"

/* Of "123456789" for the CRCs and of "abc" (FIPS 180-4) for the digests. */
static const struct
{
  GstRecChecksumType type;
  const gchar *name;
  const gchar *text;
  const gchar *hex;
  const gchar *base64;
} vectors[] = {
  {GST_REC_CHECKSUM_CRC32, "crc32", "123456789", "cbf43926", "y/Q5Jg=="},
  {GST_REC_CHECKSUM_CRC32C, "crc32c", "123456789", "e3069283", "4waSgw=="},
  {GST_REC_CHECKSUM_CRC64NVME, "crc64nvme", "123456789", "ae8b14860a799888",
        "rosUhgp5mIg="},
  {GST_REC_CHECKSUM_SHA1, "sha1", "abc",
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="},
  {GST_REC_CHECKSUM_SHA256, "sha256", "abc",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},
};

GST_START_TEST (test_vectors_in_hex_and_base64)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstRecChecksum) sum = gst_rec_checksum_new
        (vectors[__i__].type);
    const gchar *text = vectors[__i__].text;

    gst_rec_checksum_update (sum, text, 1);
    gst_rec_checksum_update (sum, text + 1, 0);
    gst_rec_checksum_update (sum, text + 1, strlen (text) - 1);

    g_autofree gchar *got = i ? gst_rec_checksum_finish_base64 (sum) :
        gst_rec_checksum_finish_hex (sum);
    fail_unless_equals_string (got,
        i ? vectors[__i__].base64 : vectors[__i__].hex);
  }
  fail_unless_equals_string (gst_rec_checksum_type_name
      (vectors[__i__].type), vectors[__i__].name);
}

GST_END_TEST;

static GstRecBody *
body_of (const guint8 * data, gsize size, gsize piece)
{
  GstRecBody *body = gst_rec_body_new ();

  for (gsize at = 0; at < size; at += piece)
    gst_rec_body_append_take (body,
        g_bytes_new (data + at, MIN (piece, size - at)));

  return body;
}

/* An object of three parts, the last of them short. */
GST_START_TEST (test_checksum_of_an_object_from_those_of_its_parts)
{
  const gsize part = 5000, size = 12345;
  GstRecChecksumType type = vectors[__i__].type;
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (GstRecChecksum) of_sums = gst_rec_checksum_new (type);
  GstRecStorePart parts[3] = { {0,}, };

  for (gsize i = 0; i < size; i++)
    data[i] = i * i >> 3;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    parts[i].size = MIN (part, size - i * part);
    g_autoptr (GstRecBody) body =
        body_of (data + i * part, parts[i].size, 999);
    gsize n;

    parts[i].checksum = gst_rec_checksum_of_body (type, body);
    g_autofree guint8 *raw = g_base64_decode (parts[i].checksum, &n);
    gst_rec_checksum_update (of_sums, raw, n);
  }

  g_autofree gchar *full = gst_rec_checksum_full_object (type, parts, 3);
  if (gst_rec_checksum_type_combines (type)) {
    g_autoptr (GstRecBody) whole = body_of (data, size, size);
    g_autofree gchar *expected = gst_rec_checksum_of_body (type, whole);

    fail_unless_equals_string (full, expected);
  } else {
    fail_if (full);
  }

  g_autofree gchar *composite = gst_rec_checksum_composite (type, parts, 3);
  if (type == GST_REC_CHECKSUM_CRC64NVME) {
    fail_if (composite);
  } else {
    g_autofree gchar *base64 = gst_rec_checksum_finish_base64 (of_sums);
    g_autofree gchar *expected = g_strconcat (base64, "-3", NULL);

    fail_unless_equals_string (composite, expected);
  }

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    gst_rec_store_part_clear (&parts[i]);
}

GST_END_TEST;

/* A store's answer may be anything. */
GST_START_TEST (test_parts_without_a_checksum_have_none_together)
{
  static const gchar *const bad[] = { NULL, "", "!", "4waSgw", "AAAAAAAAAAA=" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    GstRecStorePart parts[] = {
      {.size = 9,.checksum = (gchar *) "4waSgw=="},
      {.size = 9,.checksum = (gchar *) bad[i]},
    };

    fail_if (gst_rec_checksum_full_object (GST_REC_CHECKSUM_CRC32C, parts, 2),
        "%u", i);
    fail_if (gst_rec_checksum_composite (GST_REC_CHECKSUM_CRC32C, parts, 2),
        "%u", i);
  }
}

GST_END_TEST;

static Suite *
checksum_suite (void)
{
  Suite *s = suite_create ("checksum");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_vectors_in_hex_and_base64, 0,
      G_N_ELEMENTS (vectors));
  tcase_add_loop_test (tc,
      test_checksum_of_an_object_from_those_of_its_parts, 0,
      G_N_ELEMENTS (vectors));
  tcase_add_test (tc, test_parts_without_a_checksum_have_none_together);

  return s;
}

GST_CHECK_MAIN (checksum);
