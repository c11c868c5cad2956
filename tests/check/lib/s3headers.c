/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/s3headers.h"

static const struct
{
  const gchar *text;
  const gchar *header;
} texts[] = {
  {"", ""},
  {"anna", "anna"},
  {"a b, c=\"d\"", "a b, c=\"d\""},
  {" anna", "=?UTF-8?B?IGFubmE=?="},
  {"anna ", "=?UTF-8?B?YW5uYSA=?="},
  {"a  b", "=?UTF-8?B?YSAgYg==?="},
  {"=?x", "=?UTF-8?B?PT94?="},
  {"J\303\274rgen", "=?UTF-8?B?SsO8cmdlbg==?="},
  /* 45 bytes of it and a word more; the fifteenth of three bytes fits. */
  {"\342\202\254\342\202\254\342\202\254\342\202\254\342\202\254\342\202\254"
        "\342\202\254\342\202\254\342\202\254\342\202\254\342\202\254"
        "\342\202\254\342\202\254\342\202\254\342\202\254\342\202\254",
      "=?UTF-8?B?4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs"
        "4oKs?= =?UTF-8?B?4oKs?="},
};

GST_START_TEST (test_a_header_brings_every_text)
{
  g_autofree gchar *header = gst_rec_s3_header_text (texts[__i__].text);

  fail_unless_equals_string (header, texts[__i__].header);
}

GST_END_TEST;

GST_START_TEST (test_attributes_are_headers)
{
  const gchar *metadata[] = { "Agent", "J\303\274rgen", "queue", "7", NULL };
  GstRecStoreAttributes attributes = {
    .content_disposition = (gchar *) "inline",.metadata = (gchar **) metadata
  };
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();
  guint n;

  gst_rec_s3_headers_add_attributes (headers, &attributes);
  gst_rec_s3_headers_add (headers, "x-amz-nothing", NULL);
  const GstRecField *fields = gst_rec_s3_headers_get (headers, &n);

  fail_unless_equals_int (n, 3);
  fail_unless_equals_string (fields[0].name, "content-disposition");
  fail_unless_equals_string (fields[0].value, "inline");
  fail_unless_equals_string (fields[1].name, "x-amz-meta-agent");
  fail_unless_equals_string (fields[1].value, "=?UTF-8?B?SsO8cmdlbg==?=");
  fail_unless_equals_string (fields[2].name, "x-amz-meta-queue");
}

GST_END_TEST;

GST_START_TEST (test_metadata_has_a_limit)
{
  g_autofree gchar *fits = g_strnfill (2047, 'x');
  g_autofree gchar *too_long = g_strnfill (2048, 'x');
  const gchar *good[] = { "a", fits, NULL };
  const gchar *bad[][3] = { {"a", too_long, NULL}, {"", "x", NULL},
    {"a b", "x", NULL}, {"a:b", "x", NULL}, {"a\r\nb", "x", NULL},
    {"\303\274", "x", NULL}
  };

  fail_unless (gst_rec_s3_check_metadata (NULL, NULL));
  fail_unless (gst_rec_s3_check_metadata (good, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    fail_if (gst_rec_s3_check_metadata (bad[i], &error));
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_VALUE));
  }
}

GST_END_TEST;

static Suite *
s3headers_suite (void)
{
  Suite *s = suite_create ("s3headers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_a_header_brings_every_text, 0,
      G_N_ELEMENTS (texts));
  tcase_add_test (tc, test_attributes_are_headers);
  tcase_add_test (tc, test_metadata_has_a_limit);

  return s;
}

GST_CHECK_MAIN (s3headers);
