/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "azuredata.h"
#include "store/sharedkey.h"
#include "store/store.h"

static void
add_field (GArray * fields, const gchar * name, const gchar * value)
{
  GstRecField field = { name, value };

  g_array_append_val (fields, field);
}

/* "name: value" lines into @fields, which point into @lines. */
static void
split_headers (gchar ** lines, GArray * fields)
{
  for (gchar ** line = lines; *line; line++) {
    gchar *colon = strstr (*line, ": ");

    *colon = '\0';
    add_field (fields, *line, colon + 2);
  }
}

static void
split_query (gchar ** pairs, GPtrArray * kept, GArray * fields)
{
  for (gchar ** pair = pairs; *pair; pair++) {
    gchar *equals = strchr (*pair, '=');
    gchar *value = g_uri_unescape_string (equals + 1, NULL);

    *equals = '\0';
    g_ptr_array_add (kept, value);
    add_field (fields, *pair, value);
  }
}

static void
check_case (GKeyFile * file, const gchar * name)
{
  g_autofree gchar *account = azure_data_get (file, name, "account");
  g_autofree gchar *base64 = azure_data_get (file, name, "key");
  g_autofree gchar *method = azure_data_get (file, name, "method");
  g_autofree gchar *url = azure_data_get (file, name, "url");
  g_autofree gchar *text = azure_data_get (file, name, "headers");
  g_autofree gchar *expected = azure_data_get (file, name, "authorization");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const gchar *query = g_uri_get_query (uri);
  g_auto (GStrv) pairs = g_strsplit (query ? query : "", "&", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) headers = g_array_new (FALSE, FALSE, sizeof (GstRecField));
  g_autoptr (GArray) params = g_array_new (FALSE, FALSE, sizeof (GstRecField));
  g_autoptr (GstRecSharedKey) key = gst_rec_shared_key_new (base64, NULL);

  split_headers (lines, headers);
  split_query (pairs, kept, params);

  GstRecSharedKeyRequest request = {
    .method = method,.account = account,.path = g_uri_get_path (uri),
    .params = (const GstRecField *) params->data,.n_params = params->len,
    .headers = (const GstRecField *) headers->data,.n_headers = headers->len
  };
  g_autofree gchar *is = gst_rec_shared_key_authorization (&request, key);
  g_autofree gchar *signed_text = gst_rec_shared_key_string_to_sign (&request);

  fail_unless (g_str_equal (is, expected), "%s: %s instead of %s for\n%s",
      name, is, expected, signed_text);
}

GST_START_TEST (test_requests_are_signed_as_by_microsofts_client)
{
  g_autoptr (GKeyFile) file = azure_data_load ("sharedkey.txt");
  gsize n;
  g_auto (GStrv) names = g_key_file_get_groups (file, &n);

  fail_unless (n >= 18, "only %" G_GSIZE_FORMAT " cases", n);
  for (gchar ** name = names; *name; name++)
    check_case (file, *name);
}

GST_END_TEST;

/* The first example of Microsoft's page on Shared Key, in today's form. */
GST_START_TEST (test_string_to_sign_of_the_documentation)
{
  GstRecField headers[] = {
    {"x-ms-version", "2015-02-21"},
    {"x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"},
    {"Content-Length", "0"},
  };
  GstRecField params[] = {
    {"timeout", "20"}, {"restype", "container"}, {"comp", "metadata"}
  };
  GstRecSharedKeyRequest request = { "GET", "myaccount",
    "/myaccount/mycontainer", params, 3, headers, 3
  };
  g_autofree gchar *text = gst_rec_shared_key_string_to_sign (&request);

  fail_unless_equals_string (text, "GET\n\n\n\n\n\n\n\n\n\n\n\n"
      "x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
      "/myaccount/myaccount/mycontainer\ncomp:metadata\n"
      "restype:container\ntimeout:20");
}

GST_END_TEST;

/* Language and encoding stand where the documentation has them. */
GST_START_TEST (test_standard_headers_stand_in_their_places)
{
  GstRecField headers[] = {
    {"range", "r"}, {"if-unmodified-since", "us"}, {"if-none-match", "nm"},
    {"if-match", "m"}, {"if-modified-since", "ms"}, {"date", "d"},
    {"content-type", "t"}, {"content-md5", "5"}, {"content-length", "1"},
    {"content-language", "l"}, {"content-encoding", "e"}
  };
  GstRecSharedKeyRequest request = { "PUT", "a", "/", NULL, 0, headers,
    G_N_ELEMENTS (headers)
  };
  g_autofree gchar *text = gst_rec_shared_key_string_to_sign (&request);

  fail_unless_equals_string (text,
      "PUT\ne\nl\n1\n5\nt\nd\nms\nm\nnm\nus\nr\n/a/");
}

GST_END_TEST;

GST_START_TEST (test_a_key_is_whole_base64_or_none)
{
  static const gchar *const bad[] = { "", "a", "AAA", "not a key!", "AAAA\n",
    " AAAA", "AAAA=" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_rec_shared_key_new (bad[i], &error) == NULL, "%s",
        bad[i]);
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_SETTINGS));
    fail_unless (*bad[i] == '\0' || strstr (error->message, bad[i]) == NULL ||
        strlen (bad[i]) == 1);
  }
}

GST_END_TEST;

static Suite *
sharedkey_suite (void)
{
  Suite *s = suite_create ("sharedkey");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_requests_are_signed_as_by_microsofts_client);
  tcase_add_test (tc, test_string_to_sign_of_the_documentation);
  tcase_add_test (tc, test_standard_headers_stand_in_their_places);
  tcase_add_test (tc, test_a_key_is_whole_base64_or_none);

  return s;
}

GST_CHECK_MAIN (sharedkey);
