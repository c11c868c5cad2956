/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <glib/gstdio.h>
#include <string.h>

#include "simobject.h"
#include "store/open.h"

static const gchar *aws_endpoint;       /* or NULL */

static const gchar *
get_env (const gchar * name)
{
  return strcmp (name, "AWS_ENDPOINT_URL_S3") == 0 ? aws_endpoint : NULL;
}

static GstRecStorePlace *
open_uri (const gchar * text, gchar ** key, GError ** error)
{
  static const GstRecCredentials keys = {
    .access_key_id = (gchar *) "KEY",.secret_access_key = (gchar *) "SECRET"
  };
  GstRecStoreOpening opening = {
    .credentials = &keys,.azure_account_key = "a2V5",
    .env = get_env,.now = g_get_real_time
  };
  g_autoptr (GstRecStoreUri) uri = gst_rec_store_uri_parse (text, error);

  return uri ? gst_rec_store_open (uri, &opening, key, error) : NULL;
}

static const struct
{
  const gchar *text;
  const gchar *key;
  const gchar *uri;             /* as the place calls it */
} good[] = {
  {"s3://bucket/a/b", "a/b", "s3://bucket/a/b"},
  {"s3://bucket/a%20b?endpoint=http://[::1]:9000&region=eu&path-style=true"
        "&profile=&ca-file=/x&timeout=3&retries=0", "a b",
      "s3://bucket/a%20b"},
  {"s3://bucket/k?sse=aws:kms&sse-kms-key-id=id&sse-bucket-key=true"
        "&storage-class=STANDARD_IA&checksum=sha256&if-none-match=true", "k",
      "s3://bucket/k"},
  {"gs://bucket/k", "k", "gs://bucket/k"},
  {"azblob://account/container/a/b?tier=Cool&retries=1", "a/b",
      "azblob://account/container/a/b"},
  {"azblob://account/container/a%3Fb%23%25", "a?b#%",
      "azblob://account/container/a%3Fb%23%25"},
  {"file:///srv/rec/a%20b.mp4?if-none-match=true", "a b.mp4",
      "file:///srv/rec/a%20b.mp4"},
  {"file:///a", "a", "file:///a"},
};

GST_START_TEST (test_each_store_is_opened)
{
  g_autofree gchar *key = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecStorePlace) place =
      open_uri (good[__i__].text, &key, &error);

  fail_unless (place != NULL, "%s: %s", good[__i__].text,
      error ? error->message : "");
  fail_unless_equals_string (key, good[__i__].key);
  g_autofree gchar *uri = gst_rec_store_place_uri (place, key);
  fail_unless_equals_string (uri, good[__i__].uri);

  /* What is told as the URI of an object is one. */
  g_autoptr (GstRecStoreUri) again = gst_rec_store_uri_parse (uri, &error);
  fail_unless (again != NULL, "%s: %s", uri, error ? error->message : "");
  if (!g_str_has_prefix (uri, "file:"))
    fail_unless_equals_string (again->key, key);
}

GST_END_TEST;

static const struct
{
  const gchar *text;
  const gchar *why;
} bad[] = {
  {"s3://bucket/k?tier=Cool", "s3:// has no option \"tier\""},
  {"s3://bucket/k?version-id=x", "s3:// has no option \"version-id\""},
  {"s3://bucket/k?path-style=maybe", "path-style of the URI is none of"},
  {"s3://bucket/k?sse=rot13", "none of none, AES256, aws:kms"},
  {"s3://bucket/k?checksum=md5", "checksum of the URI is none of"},
  {"s3://bucket/k?timeout=0", "timeout"},
  {"s3://bucket/k?retries=-1", "retries"},
  {"s3://bucket/k?endpoint=ftp://host", "endpoint"},
  {"azblob://account/container/b?region=x", "azblob:// has no option"},
  {"file:///a?endpoint=http://host", "file:// has no option \"endpoint\""},
  {"file:///a?if-none-match=1", "none of false, true"},
};

GST_START_TEST (test_what_cannot_be_opened_says_why)
{
  g_autofree gchar *key = NULL;
  g_autoptr (GError) error = NULL;

  fail_unless (open_uri (bad[__i__].text, &key, &error) == NULL);
  fail_unless (strstr (error->message, bad[__i__].why) != NULL, "%s",
      error->message);
  fail_unless (key == NULL);
}

GST_END_TEST;

GST_START_TEST (test_a_folder_is_written_and_read_by_its_uri)
{
  g_autofree gchar *folder = g_dir_make_tmp ("rec-open-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "a b", NULL);
  g_autofree gchar *text = g_filename_to_uri (path, NULL, NULL);
  g_autofree gchar *key = NULL, *found = NULL;
  g_autoptr (GstRecStorePlace) place = open_uri (text, &key, NULL);
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_static ("hello", 5));
  GstRecStoreAttributes attributes = { NULL, NULL, NULL };
  g_auto (GstRecStoreObject) object = { 0, };

  fail_unless (store->klass->put (store, key, &attributes, body, &object,
          NULL, NULL));
  fail_unless (g_file_get_contents (path, &found, NULL, NULL));
  fail_unless_equals_string (found, "hello");
  g_autofree gchar *hidden =
      g_build_filename (folder, ".gst-rec-uploads", NULL);
  g_unlink (path);
  g_rmdir (hidden);
  g_rmdir (folder);
}

GST_END_TEST;

GST_START_TEST (test_options_reach_the_store)
{
  g_autoptr (SimObject) sim = sim_object_new (10);
  g_autofree gchar *endpoint = sim_object_endpoint (sim);
  g_autofree gchar *text = g_strdup_printf ("s3://bucket/a%%3Fb?endpoint=%s"
      "&region=mars-1&path-style=true", endpoint);
  g_autofree gchar *key = NULL;
  g_autoptr (GstRecStorePlace) place = open_uri (text, &key, NULL);
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  g_auto (GstRecStoreObject) object = { 0, };

  fail_unless (store->klass->head (store, key, NULL, &object, NULL, NULL));
  g_autofree gchar *head = sim_object_last_request (sim);
  fail_unless (g_str_has_prefix (head, "HEAD /bucket/a%3Fb HTTP/1.1\r\n"));
  fail_unless (strstr (head, "Credential=KEY/") && strstr (head, "/mars-1/"));
}

GST_END_TEST;

/* An endpoint of AWS is none of Google. */
GST_START_TEST (test_the_environment_of_aws_is_for_s3_only)
{
  static const struct
  {
    const gchar *uri;
    const gchar *begin;         /* of a signed URL */
  } cases[] = {
    {"s3://bucket/k", "http://127.0.0.1:9/bucket/k?"},
    {"gs://bucket/k", "https://bucket.storage.googleapis.com/k?"},
  };

  aws_endpoint = "http://127.0.0.1:9";
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *key = NULL;
    g_autoptr (GstRecStorePlace) place = open_uri (cases[i].uri, &key, NULL);
    g_autoptr (GstRecStore) store =
        gst_rec_store_place_open (place, NULL, FALSE, NULL);
    GstRecStoreUrl url = {.method = "GET",.expiry = 60 };
    g_autofree gchar *text =
        store->klass->sign_url (store, key, &url, NULL, NULL);

    fail_unless (g_str_has_prefix (text, cases[i].begin), "%s", text);
  }
  aws_endpoint = NULL;
}

GST_END_TEST;

static Suite *
open_suite (void)
{
  Suite *s = suite_create ("open");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_each_store_is_opened, 0, G_N_ELEMENTS (good));
  tcase_add_loop_test (tc, test_what_cannot_be_opened_says_why, 0,
      G_N_ELEMENTS (bad));
  tcase_add_test (tc, test_a_folder_is_written_and_read_by_its_uri);
  tcase_add_test (tc, test_options_reach_the_store);
  tcase_add_test (tc, test_the_environment_of_aws_is_for_s3_only);

  return s;
}

GST_CHECK_MAIN (open);
