/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/signurl.h"

/* Fri, 24 May 2013, 00:00:00 UTC: the day of the examples of S3. */
#define NOW (G_GINT64_CONSTANT (1369353600) * G_USEC_PER_SEC)

static GstRecCredentials credentials = {
  .access_key_id = (gchar *) "AKIAIOSFODNN7EXAMPLE",
  .secret_access_key = (gchar *) "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
};

static const GstRecUrlTarget target = {
  .scheme = "https",.host = "examplebucket.s3.amazonaws.com",
  .path = "/test.txt",.region = "us-east-1",.service = "s3"
};

static void
check_has (const gchar * url, const gchar * param)
{
  fail_unless (strstr (url, param) != NULL, "no %s in %s", param, url);
}

GST_START_TEST (test_url_of_the_s3_documentation)
{
  GstRecStoreUrl url = { "GET", 86400, NULL, NULL };
  g_autofree gchar *made =
      gst_rec_sign_url (&target, &url, &credentials, NOW, NULL);

  fail_unless_equals_string (made,
      "https://examplebucket.s3.amazonaws.com/test.txt"
      "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE"
      "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
      "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

GST_END_TEST;

GST_START_TEST (test_what_is_answered_is_signed)
{
  GstRecStoreUrl url = { "GET", 60, "video/mp4; codecs=\"avc1\"",
    "attachment; filename=\"a b.mp4\""
  };
  GstRecStoreUrl other = { "GET", 60, "video/mp4", NULL };
  g_autofree gchar *made =
      gst_rec_sign_url (&target, &url, &credentials, NOW, NULL);
  g_autofree gchar *second =
      gst_rec_sign_url (&target, &other, &credentials, NOW, NULL);

  check_has (made, "response-content-type=video%2Fmp4%3B%20codecs%3D%22avc1%22"
      "&");
  check_has (made, "response-content-disposition=attachment%3B%20filename%3D"
      "%22a%20b.mp4%22&");
  fail_if (g_str_equal (strstr (made, "X-Amz-Signature"),
          strstr (second, "X-Amz-Signature")));
}

GST_END_TEST;

GST_START_TEST (test_headers_and_token_are_signed)
{
  GstRecField headers[] = { {"x-amz-acl", "private"} };
  GstRecUrlTarget with_header = target;
  GstRecCredentials temporary = credentials;
  GstRecStoreUrl url = { "PUT", 60, NULL, NULL };

  with_header.headers = headers;
  with_header.n_headers = 1;
  temporary.session_token = (gchar *) "a/b+c=";
  g_autofree gchar *made =
      gst_rec_sign_url (&with_header, &url, &temporary, NOW, NULL);

  check_has (made, "X-Amz-SignedHeaders=host%3Bx-amz-acl");
  check_has (made, "X-Amz-Security-Token=a%2Fb%2Bc%3D");
}

GST_END_TEST;

/* A URL never promises more than the credentials behind it. */
static const struct
{
  guint expiry;
  gint64 left;                  /* us of the credentials, G_MAXINT64: no end */
  guint lifetime;
} lifetimes[] = {
  {3600, G_MAXINT64, 3600},
  {604800, G_MAXINT64, 604800},
  {1, G_MAXINT64, 1},
  {3600, G_GINT64_CONSTANT (7200000000), 3600},
  {3600, G_GINT64_CONSTANT (1800000000), 1800},
  {3600, G_GINT64_CONSTANT (1999999), 1},
  {3600, G_GINT64_CONSTANT (999999), 0},
  {3600, 0, 0},
  {3600, G_GINT64_CONSTANT (-5000000), 0},
};

GST_START_TEST (test_a_url_ends_with_its_credentials)
{
  GstRecStoreUrl url = { "GET", lifetimes[__i__].expiry, NULL, NULL };
  GstRecCredentials temporary = credentials;
  g_autoptr (GError) error = NULL;

  temporary.expires = lifetimes[__i__].left == G_MAXINT64 ? 0 :
      NOW + lifetimes[__i__].left;
  g_autofree gchar *made =
      gst_rec_sign_url (&target, &url, &temporary, NOW, &error);

  if (lifetimes[__i__].lifetime == 0) {
    fail_unless (made == NULL);
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_NOT_AUTHORIZED));
    return;
  }

  g_autofree gchar *param =
      g_strdup_printf ("X-Amz-Expires=%u&", lifetimes[__i__].lifetime);
  check_has (made, param);
}

GST_END_TEST;

GST_START_TEST (test_the_stores_clock_counts)
{
  GstRecStoreUrl url = { "GET", 60, NULL, NULL };
  GstRecUrlTarget ahead = target;

  ahead.clock_offset = 20 * G_TIME_SPAN_MINUTE;
  g_autofree gchar *made =
      gst_rec_sign_url (&ahead, &url, &credentials, NOW, NULL);

  check_has (made, "X-Amz-Date=20130524T002000Z&X-Amz-Expires=60&");
}

GST_END_TEST;

static const GstRecStoreUrl refused[] = {
  {"GET", 0, NULL, NULL},
  {"GET", 604801, NULL, NULL},
  {"DELETE", 60, NULL, NULL},
  {"get", 60, NULL, NULL},
  {"PUT", 60, "video/mp4", NULL},
  {"PUT", 60, NULL, "inline"},
  {"GET", 60, "video/mp4\r\nSet-Cookie: a=b", NULL},
  {"GET", 60, NULL, "inline\n"},
};

GST_START_TEST (test_what_makes_no_url)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_rec_sign_url (&target, &refused[__i__], &credentials,
          NOW, &error) == NULL);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_SETTINGS));
}

GST_END_TEST;

static gchar *
get (GKeyFile * file, const gchar * group, const gchar * key)
{
  return g_key_file_get_string (file, group, key, NULL);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

/* With the query in one order: Google's client does not sort what it sends,
 * only what it signs. */
static gchar *
sort_query (const gchar * url)
{
  g_auto (GStrv) params = g_strsplit_set (url, "?&", -1);

  qsort (params + 1, g_strv_length (params) - 1, sizeof (gchar *), compare);
  return g_strjoinv ("&", params);
}

static void
check_google (GKeyFile * file, const gchar * name)
{
  g_autofree gchar *id = get (file, name, "id");
  g_autofree gchar *secret = get (file, name, "secret");
  g_autofree gchar *method = get (file, name, "method");
  g_autofree gchar *key = get (file, name, "key");
  g_autofree gchar *type = get (file, name, "type");
  g_autofree gchar *disposition = get (file, name, "disposition");
  g_autofree gchar *url = get (file, name, "url");
  g_autofree gchar *encoded = gst_rec_sigv4_encode (key, TRUE);
  g_autofree gchar *path = g_strconcat ("/recordings/", encoded, NULL);
  GstRecCredentials keys = {.access_key_id = id,.secret_access_key = secret };
  GstRecStoreUrl wanted = { method,
    g_key_file_get_integer (file, name, "seconds", NULL), type, disposition
  };
  GstRecUrlTarget google = {
    .dialect = GST_REC_SIGV4_GOOG,.scheme = "https",
    .host = "storage.googleapis.com",.path = path,.region = "auto",
    .service = "storage"
  };
  g_autofree gchar *made = gst_rec_sign_url (&google, &wanted, &keys,
      g_key_file_get_int64 (file, name, "now", NULL), NULL);
  g_autofree gchar *is = sort_query (made);
  g_autofree gchar *should = sort_query (url);

  fail_unless (g_str_equal (is, should), "%s:\n%s\ninstead of\n%s", name, is,
      should);
}

GST_START_TEST (test_urls_are_those_of_googles_client)
{
  g_autofree gchar *path = g_build_filename (g_getenv ("REC_SRCDIR"), "tests",
      "data", "gcs", "urls.txt", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize n;

  fail_unless (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  g_auto (GStrv) names = g_key_file_get_groups (file, &n);
  fail_unless_equals_int (n, 5);
  for (gchar ** name = names; *name; name++)
    check_google (file, *name);
}

GST_END_TEST;

static Suite *
signurl_suite (void)
{
  Suite *s = suite_create ("signurl");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_url_of_the_s3_documentation);
  tcase_add_test (tc, test_what_is_answered_is_signed);
  tcase_add_test (tc, test_headers_and_token_are_signed);
  tcase_add_loop_test (tc, test_a_url_ends_with_its_credentials, 0,
      G_N_ELEMENTS (lifetimes));
  tcase_add_test (tc, test_the_stores_clock_counts);
  tcase_add_loop_test (tc, test_what_makes_no_url, 0, G_N_ELEMENTS (refused));
  tcase_add_test (tc, test_urls_are_those_of_googles_client);

  return s;
}

GST_CHECK_MAIN (signurl);
