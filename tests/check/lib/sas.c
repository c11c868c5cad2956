/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "azuredata.h"
#include "store/sas.h"

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

/* In one order and decoded: clients encode more than they have to, but not the
 * same, and have orders of their own. */
static gchar *
decode (const gchar * query)
{
  g_autofree gchar *plain = g_uri_unescape_string (query, NULL);
  g_auto (GStrv) params = g_strsplit (plain, "&", -1);

  qsort (params, g_strv_length (params), sizeof (gchar *), compare);
  return g_strjoinv ("&", params);
}

static void
check_case (GKeyFile * file, const gchar * name)
{
  g_autofree gchar *base64 = azure_data_get (file, name, "key");
  g_autofree gchar *expected = azure_data_get (file, name, "query");
  g_autofree gchar *account = azure_data_get (file, name, "account");
  g_autofree gchar *container = azure_data_get (file, name, "container");
  g_autofree gchar *blob = azure_data_get (file, name, "blob");
  g_autofree gchar *permissions = azure_data_get (file, name, "permissions");
  g_autofree gchar *type = azure_data_get (file, name, "content-type");
  g_autofree gchar *disposition =
      azure_data_get (file, name, "content-disposition");
  g_autoptr (GstRecSharedKey) key = gst_rec_shared_key_new (base64, NULL);
  GstRecSas sas = {
    .account = account,.container = container,.blob = blob,
    .permissions = permissions,
    .start = g_key_file_get_int64 (file, name, "start", NULL),
    .expiry = g_key_file_get_int64 (file, name, "expiry", NULL),
    .allow_http = g_key_file_get_boolean (file, name, "http", NULL),
    .content_type = type,.content_disposition = disposition
  };
  g_autofree gchar *query = gst_rec_sas_query (&sas, key);
  g_autofree gchar *is = decode (query);
  g_autofree gchar *should = decode (expected);

  fail_unless (g_str_equal (is, should), "%s: %s instead of %s", name, query,
      expected);
}

GST_START_TEST (test_signatures_are_those_of_microsofts_client)
{
  g_autoptr (GKeyFile) file = azure_data_load ("sas.txt");
  gsize n;
  g_auto (GStrv) names = g_key_file_get_groups (file, &n);

  fail_unless (n >= 6, "only %" G_GSIZE_FORMAT " cases", n);
  for (gchar ** name = names; *name; name++)
    check_case (file, *name);
}

GST_END_TEST;

GST_START_TEST (test_sixteen_lines_are_signed)
{
  GstRecSas sas = {
    .account = "account",.container = "c",.blob = "a b",.permissions = "r",
    .expiry = G_GINT64_CONSTANT (1767927845) * G_USEC_PER_SEC,
    .content_type = "video/mp4"
  };
  g_autofree gchar *text = gst_rec_sas_string_to_sign (&sas);

  fail_unless_equals_string (text, "r\n\n2026-01-09T03:04:05Z\n"
      "/blob/account/c/a b\n\n\nhttps\n2021-12-02\nb\n\n\n\n\n\n\nvideo/mp4");
}

GST_END_TEST;

static Suite *
sas_suite (void)
{
  Suite *s = suite_create ("sas");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_signatures_are_those_of_microsofts_client);
  tcase_add_test (tc, test_sixteen_lines_are_signed);

  return s;
}

GST_CHECK_MAIN (sas);
