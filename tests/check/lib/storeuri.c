/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/storeuri.h"

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define THOUSAND HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED \
    HUNDRED HUNDRED HUNDRED
#define LONGEST THOUSAND TEN TEN "0123"

static const struct
{
  const gchar *text;
  const gchar *scheme, *account, *bucket, *key;
  const gchar *again;           /* as it is written; NULL: the same */
} good[] = {
  {"s3://b/k", "s3", NULL, "b", "k", NULL},
  {"S3://b/k", "s3", NULL, "b", "k", "s3://b/k"},
  {"s3://my.bucket-1/a/b/c.mp4", "s3", NULL, "my.bucket-1", "a/b/c.mp4", NULL},
  {"s3://b//k//x/", "s3", NULL, "b", "/k//x/", NULL},
  {"s3://b/a key", "s3", NULL, "b", "a key", "s3://b/a%20key"},
  {"s3://b/a%20key", "s3", NULL, "b", "a key", NULL},
  {"s3://b/a+key", "s3", NULL, "b", "a+key", NULL},
  {"s3://b/100%25", "s3", NULL, "b", "100%", NULL},
  {"s3://b/a%3Fb%23c", "s3", NULL, "b", "a?b#c", NULL},
  {"s3://b/a%2Fb", "s3", NULL, "b", "a/b", "s3://b/a/b"},
  {"s3://b/../x/./y", "s3", NULL, "b", "../x/./y", NULL},
  {"s3://b/Gespr\303\244ch \342\202\254", "s3", NULL, "b",
        "Gespr\303\244ch \342\202\254", "s3://b/Gespr%C3%A4ch%20%E2%82%AC"},
  {"s3://b/a&b=c;d", "s3", NULL, "b", "a&b=c;d", NULL},
  {"s3://b/user@host:1", "s3", NULL, "b", "user@host:1", NULL},
  {"s3://b/a%0Ab", "s3", NULL, "b", "a\nb", NULL},
  {"s3://b/s3://x/y", "s3", NULL, "b", "s3://x/y", NULL},
  {"s3://b/" LONGEST, "s3", NULL, "b", LONGEST, NULL},
  {"gs://bucket_1/k", "gs", NULL, "bucket_1", "k", NULL},
  {"azblob://acc/con/a/b", "azblob", "acc", "con", "a/b", NULL},
  {"azblob://acc/$root/b", "azblob", "acc", "$root", "b", NULL},
  {"file:///srv/rec/a.mp4", "file", NULL, NULL, "/srv/rec/a.mp4", NULL},
  {"file://localhost/a", "file", NULL, NULL, "/a", "file:///a"},
  {"file:///a%20b", "file", NULL, NULL, "/a b", NULL},
};

GST_START_TEST (test_uris)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecStoreUri) uri =
      gst_rec_store_uri_parse (good[__i__].text, &error);

  fail_unless (uri != NULL, "%s: %s", good[__i__].text,
      error ? error->message : "");
  fail_unless_equals_string (uri->scheme, good[__i__].scheme);
  fail_unless_equals_string (uri->account, good[__i__].account);
  fail_unless_equals_string (uri->bucket, good[__i__].bucket);
  fail_unless_equals_string (uri->key, good[__i__].key);
  fail_unless_equals_int (g_hash_table_size (uri->options), 0);

  g_autofree gchar *again = gst_rec_store_uri_to_string (uri);
  fail_unless_equals_string (again,
      good[__i__].again ? good[__i__].again : good[__i__].text);
}

GST_END_TEST;

#define HIDDEN "hidden-word"

static const struct
{
  const gchar *text;
  const gchar *why;
} bad[] = {
  {"", "there is no \"://\""},
  {"b/k", "there is no \"://\""},
  {"k?x=s3://b/k", "there is no \"://\""},
  {"http://b/k", "no URI of a store"},
  {"://b/k", "no URI of a store"},
  {"s3://", "not of the form s3"},
  {"s3://b", "not of the form s3"},
  {"s3:///k", "not of the form s3"},
  {"s3://b/", "names no object"},
  {"s3://b/?region=x", "names no object"},
  {"s3://b?region=x/y", "not of the form s3"},
  {"s3://../k", "not of the form s3"},
  {"s3://b:80/k", "not of the form s3"},
  {"s3://b%2Fc/k", "not of the form s3"},
  {"s3://[::1]/k", "not of the form s3"},
  {"s3://KEY:" HIDDEN "@b/k", "no user and no password"},
  {"s3://b/k%", "no percent-encoded UTF-8"},
  {"s3://b/k%2", "no percent-encoded UTF-8"},
  {"s3://b/k%zz", "no percent-encoded UTF-8"},
  {"s3://b/k%00x", "no percent-encoded UTF-8"},
  {"s3://b/%ff", "no percent-encoded UTF-8"},
  {"s3://b/\377", "no percent-encoded UTF-8"},
  {"s3://b/k#1", "%23"},
  {"s3://b/" LONGEST "x", "too long"},
  {"s3://b/k?", "%3F"},
  {"s3://b/what?", "%3F"},
  {"s3://b/k?region", "name=value"},
  {"s3://b/k?=x", "name=value"},
  {"s3://b/k?a=%zz", "percent-encoded"},
  {"s3://b/k?a=1&a=2", "twice"},
  {"s3://b/k?secret-access-key=" HIDDEN, "no secret"},
  {"s3://b/k?secret_access_key=" HIDDEN, "no secret"},
  {"s3://b/k?Session-Token=" HIDDEN, "no secret"},
  {"s3://b/k?access-key-id=" HIDDEN, "no secret"},
  {"s3://b/k?X-Amz-Signature=" HIDDEN, "no secret"},
  {"s3://b/k?sse-customer-key=" HIDDEN, "no secret"},
  {"s3://b/k?%73ig=" HIDDEN, "no secret"},
  {"azblob://acc/con/b?account-key=" HIDDEN, "no secret"},
  {"azblob://acc/con/b?sv=2020&sig=" HIDDEN, "no secret"},
  {"azblob://acc/con", "azblob://account"},
  {"azblob://acc//b", "azblob://account"},
  {"azblob://acc/con/", "names no object"},
  {"file://host/a", "file:///"},
  {"file://", "file:///"},
  {"file:///", "names a folder"},
  {"file:///a/", "names a folder"},
};

GST_START_TEST (test_what_is_no_uri_says_why)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_rec_store_uri_parse (bad[__i__].text, &error) == NULL,
      "%s", bad[__i__].text);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, bad[__i__].why) != NULL, "%s: %s",
      bad[__i__].text, error->message);
  fail_if (strstr (error->message, HIDDEN), "%s", error->message);
}

GST_END_TEST;

GST_START_TEST (test_options)
{
  static const gchar *const known[] = { "endpoint", "region", "timeout",
    "note", NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecStoreUri) uri = gst_rec_store_uri_parse ("s3://b/k?"
      "endpoint=http://[::1]:9000&region=eu%2Dx&timeout=7&note=a%26b+c=%3D",
      &error);
  guint timeout = 0, retries = 3;

  fail_unless (uri != NULL, "%s", error ? error->message : "");
  fail_unless_equals_string (gst_rec_store_uri_get (uri, "endpoint"),
      "http://[::1]:9000");
  fail_unless_equals_string (gst_rec_store_uri_get (uri, "region"), "eu-x");
  fail_unless_equals_string (gst_rec_store_uri_get (uri, "note"), "a&b+c==");
  fail_unless (gst_rec_store_uri_get (uri, "profile") == NULL);
  fail_unless (gst_rec_store_uri_get_uint (uri, "timeout", 1, 9, &timeout,
          NULL));
  fail_unless_equals_int (timeout, 7);
  fail_unless (gst_rec_store_uri_get_uint (uri, "retries", 1, 9, &retries,
          NULL));
  fail_unless_equals_int (retries, 3);
  fail_if (gst_rec_store_uri_get_uint (uri, "timeout", 1, 6, &timeout,
          &error));
  fail_unless (strstr (error->message, "timeout"));
  g_clear_error (&error);

  fail_unless (gst_rec_store_uri_check_options (uri, known, NULL));
  fail_if (gst_rec_store_uri_check_options (uri, known + 1, &error));
  fail_unless_equals_string (error->message,
      "s3:// has no option \"endpoint\"; it has region, timeout, note");

  g_autofree gchar *again = gst_rec_store_uri_to_string (uri);
  fail_unless_equals_string (again, "s3://b/k?endpoint=http://%5B::1%5D:9000"
      "&note=a%26b%2Bc%3D%3D&region=eu-x&timeout=7");
}

GST_END_TEST;

static Suite *
storeuri_suite (void)
{
  Suite *s = suite_create ("storeuri");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_uris, 0, G_N_ELEMENTS (good));
  tcase_add_loop_test (tc, test_what_is_no_uri_says_why, 0,
      G_N_ELEMENTS (bad));
  tcase_add_test (tc, test_options);

  return s;
}

GST_CHECK_MAIN (storeuri);
