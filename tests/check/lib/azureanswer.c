/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <string.h>

#include <gst/check/gstcheck.h>

#include "store/azureanswer.h"
#include "store/store.h"

static const gchar *
field (GstRecAzureAnswer * answer, guint record, const gchar * name)
{
  return g_hash_table_lookup (g_ptr_array_index (answer->records, record),
      name);
}

GST_START_TEST (test_records_have_the_leaves_below_them)
{
  static const gchar xml[] = "\xef\xbb\xbf<?xml version=\"1.0\"?>"
      "<EnumerationResults ServiceEndpoint=\"http://x/\"><Prefix>p</Prefix>"
      "<Blobs><Blob><Name>a &amp; b</Name><Properties><Etag>1</Etag>"
      "<Content-MD5 /></Properties><OrMetadata/></Blob>"
      "<Blob><Name>c</Name></Blob></Blobs><NextMarker>m</NextMarker>"
      "</EnumerationResults>";
  g_autoptr (GstRecAzureAnswer) answer =
      gst_rec_azure_answer_parse (xml, sizeof (xml) - 1, "Blob", NULL);

  fail_unless (answer != NULL);
  fail_unless_equals_string (answer->root, "EnumerationResults");
  fail_unless_equals_int (answer->records->len, 2);
  fail_unless_equals_string (field (answer, 0, "Name"), "a & b");
  fail_unless_equals_string (field (answer, 0, "Etag"), "1");
  fail_unless_equals_string (field (answer, 0, "Content-MD5"), "");
  fail_unless (field (answer, 0, "Properties") == NULL);
  fail_unless_equals_string (field (answer, 1, "Name"), "c");
  fail_unless (field (answer, 1, "Etag") == NULL);
  fail_unless_equals_string (g_hash_table_lookup (answer->fields, "Prefix"),
      "p");
  fail_unless_equals_string (g_hash_table_lookup (answer->fields,
          "NextMarker"), "m");
}

GST_END_TEST;

static gchar *
repeat (const gchar * open, guint n, const gchar * close)
{
  GString *text = g_string_new ("<r>");

  for (guint i = 0; i < n; i++)
    g_string_append (text, open);
  for (guint i = 0; i < n; i++)
    g_string_append (text, close);
  g_string_append (text, "</r>");

  return g_string_free (text, FALSE);
}

/* What is no answer, and what would take all memory. */
GST_START_TEST (test_what_is_no_answer)
{
  g_autofree gchar *deep = repeat ("<a>", 20, "</a>");
  g_autofree gchar *text = repeat ("aaaaaaaaaaaaaaaaaaaa", 1000, "");
  g_autofree gchar *fields = g_strdup ("<r>");
  const gchar *bad[] = { "", "x", "<r>", "<r></s>", "<r>&secret;</r>",
    "\xef\xbb\xbf", "<r>\xff</r>", deep, text, fields
  };

  for (guint i = 0; i < 100; i++) {
    g_autofree gchar *last = fields;

    fields = g_strdup_printf ("%s<f%u>x</f%u>", last, i, i);
  }
  bad[G_N_ELEMENTS (bad) - 1] = fields;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_rec_azure_answer_parse (bad[i], strlen (bad[i]), "Blob",
            &error) == NULL, "%s", bad[i]);
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_ANSWER));
    fail_if (strstr (error->message, "secret"), "%s", error->message);
  }
}

GST_END_TEST;

static Suite *
azureanswer_suite (void)
{
  Suite *s = suite_create ("azureanswer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_records_have_the_leaves_below_them);
  tcase_add_test (tc, test_what_is_no_answer);

  return s;
}

GST_CHECK_MAIN (azureanswer);
