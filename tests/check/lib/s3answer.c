/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/s3answer.h"
#include "store/store.h"

static GstRecS3Answer *
parse (const gchar * text, const gchar * record, GError ** error)
{
  return gst_rec_s3_answer_parse (text, strlen (text), record, error);
}

GST_START_TEST (test_fields_and_records)
{
  g_autoptr (GstRecS3Answer) answer =
      parse ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n  \n"
      "<ListMultipartUploadsResult xmlns=\"http://s3.amazonaws.com/doc/\">"
      "<Bucket>b</Bucket><IsTruncated>true</IsTruncated><Empty/>"
      "<Upload><Key>a &amp; b</Key><Owner><ID>x</ID></Owner>"
      "<UploadId>1</UploadId></Upload>"
      "<Upload><Key>c</Key></Upload></ListMultipartUploadsResult>", "Upload",
      NULL);

  fail_unless (answer != NULL);
  fail_unless_equals_string (answer->root, "ListMultipartUploadsResult");
  fail_unless_equals_string (gst_rec_s3_answer_get (answer, "Bucket"), "b");
  fail_unless_equals_string (gst_rec_s3_answer_get (answer, "Empty"), "");
  fail_unless (gst_rec_s3_answer_get (answer, "Key") == NULL);
  fail_unless_equals_int (answer->records->len, 2);
  GHashTable *record = g_ptr_array_index (answer->records, 0);
  fail_unless_equals_string (g_hash_table_lookup (record, "Key"), "a & b");
  fail_unless_equals_string (g_hash_table_lookup (record, "UploadId"), "1");
  fail_unless (g_hash_table_lookup (record, "ID") == NULL);
}

GST_END_TEST;

static gchar *
repeat (const gchar * begin, const gchar * middle, guint n, const gchar * end)
{
  GString *text = g_string_new (begin);

  while (n-- > 0)
    g_string_append (text, middle);
  g_string_append (text, end);

  return g_string_free (text, FALSE);
}

GST_START_TEST (test_what_no_store_answers_is_refused)
{
  g_autofree gchar *deep = repeat ("", "<a>", 100000, "");
  g_autofree gchar *text = repeat ("<a><b>", "aaaaaaaa", 100000, "</b></a>");
  g_autofree gchar *many = repeat ("<a>", "<r/>", 10001, "</a>");
  g_autofree gchar *laughs = repeat ("<!DOCTYPE a [<!ENTITY x \"ha\">]><a>",
      "&x;", 10, "</a>");
  GString *wide = g_string_new ("<a>");
  const gchar *bad[] = { "", " ", "<", "<a>", "</a>", "<a></b>", "<a/><b/>x",
    "plain text", "<a>\xff\xfe</a>", "<a b=></a>", "<a>&#0;</a>", deep, text,
    many, laughs, NULL
  };

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (wide, "<f%u>x</f%u>", i, i);
  g_string_append (wide, "</a>");
  bad[G_N_ELEMENTS (bad) - 1] = wide->str;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    GstRecS3Answer *answer = parse (bad[i], "r", &error);

    /* GMarkup is generous with a second root; then it must be harmless. */
    if (answer) {
      fail_unless (g_str_has_prefix (bad[i], "<a/><b/>"), "%.40s", bad[i]);
      gst_rec_s3_answer_free (answer);
      continue;
    }
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_ANSWER), "%.40s", bad[i]);
  }
  g_string_free (wide, TRUE);
}

GST_END_TEST;

static const struct
{
  const gchar *text;
  const gchar *code;
} codes[] = {
  {"<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>",
      "NoSuchBucket"},
  {"<Error><Code>Auth.Failure2</Code></Error>", "Auth.Failure2"},
  {"<Result><Code>NoSuchBucket</Code></Result>", NULL},
  {"<Error><Code></Code></Error>", NULL},
  {"<Error></Error>", NULL},
  {"<Error><Code>a\nGET /</Code></Error>", NULL},
  {"<Error><Code>%s%n</Code></Error>", NULL},
  {"<Error><Code>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaa</Code></Error>", NULL},
  {"", NULL},
};

GST_START_TEST (test_only_the_code_of_an_error_is_used)
{
  g_autofree gchar *code = gst_rec_s3_answer_code (codes[__i__].text,
      strlen (codes[__i__].text));

  fail_unless_equals_string (code, codes[__i__].code);
}

GST_END_TEST;

GST_START_TEST (test_an_error_does_not_quote_the_answer)
{
  g_autoptr (GError) error = NULL;

  fail_unless (parse ("<a><TOPSECRET></a>", NULL, &error) == NULL);
  fail_if (strstr (error->message, "TOPSECRET"), "%s", error->message);
}

GST_END_TEST;

static Suite *
s3answer_suite (void)
{
  Suite *s = suite_create ("s3answer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_fields_and_records);
  tcase_add_test (tc, test_what_no_store_answers_is_refused);
  tcase_add_loop_test (tc, test_only_the_code_of_an_error_is_used, 0,
      G_N_ELEMENTS (codes));
  tcase_add_test (tc, test_an_error_does_not_quote_the_answer);

  return s;
}

GST_CHECK_MAIN (s3answer);
