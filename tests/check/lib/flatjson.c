/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <string.h>

#include <gst/check/gstcheck.h>

#include "store/flatjson.h"

static GstRecFlatJson *
parse (const gchar * text)
{
  /* Memory of exactly its size, so that a sanitizer sees a read behind it. */
  gsize size = strlen (text);
  g_autofree gchar *exact = g_memdup2 (text, size);

  return gst_rec_flat_json_parse (exact, size);
}

static const struct
{
  const gchar *text;
  const gchar *value;           /* of "a", or NULL */
} good[] = {
  {"{}", NULL},
  {" \t\r\n{ \"a\" : \"x\" }\n", "x"},
  {"{\"a\":\"\"}", ""},
  {"{\"b\":\"1\",\"a\":\"2\",\"c\":\"3\"}", "2"},
  {"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "\"\\/\b\f\n\r\t"},
  {"{\"a\":\"\\u0041\\u00e9\\u20ac\"}", "A\303\251\342\202\254"},
  {"{\"a\":\"\\ud83d\\ude00\"}", "\360\237\230\200"},
  {"{\"a\":\"\303\251\"}", "\303\251"},
  {"{\"\\u0061\":\"x\"}", "x"},
  /* What is no string is none. */
  {"{\"a\":null}", NULL}, {"{\"a\":true}", NULL}, {"{\"a\":false}", NULL},
  {"{\"a\":0}", NULL}, {"{\"a\":-12.5e+3}", NULL}, {"{\"a\":1E9}", NULL},
  {"{\"b\":{\"a\":\"no\"},\"a\":\"yes\"}", "yes"},
  {"{\"b\":[1,\"]\",{\"c\":[]},{}],\"a\":\"yes\"}", "yes"},
  {"{\"b\":[[[[[[[]]]]]]],\"a\":\"yes\"}", "yes"},
};

GST_START_TEST (test_an_object_has_the_strings_that_stand_in_it)
{
  g_autoptr (GstRecFlatJson) json = parse (good[__i__].text);

  fail_unless (json != NULL, "%s", good[__i__].text);
  fail_unless_equals_string (gst_rec_flat_json_get (json, "a"),
      good[__i__].value);
}

GST_END_TEST;

static const gchar *const bad[] = {
  "", " ", "{", "}", "[]", "\"a\"", "null", "{\"a\"}", "{\"a\":}",
  "{\"a\":\"x\"", "{\"a\":\"x", "{\"a\":\"x\\", "{\"a\":\"x\\\"}",
  "{\"a\":\"x\",}", "{,\"a\":\"x\"}", "{\"a\":\"x\" \"b\":\"y\"}",
  "{\"a\":\"x\"}x", "{\"a\":\"x\"}{}", "{a:\"x\"}", "{'a':'x'}",
  "{\"a\":\"\\x41\"}", "{\"a\":\"\\u00\"}", "{\"a\":\"\\u000g\"}",
  "{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\ude00\"}",
  "{\"a\":\"\\ud83d\\u0041\"}", "{\"a\":\"\\ud83dx\"}",
  "{\"a\":\"\n\"}", "{\"a\":\"\001\"}", "{\"a\":\"\377\"}",
  "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":-}",
  "{\"a\":+1}", "{\"a\":nul}", "{\"a\":tru", "{\"a\":[1,]}", "{\"a\":[1}",
  "{\"a\":{\"b\"}}", "{\"a\":\"x\",\"a\":\"y\"}",
  "{\"b\":[[[[[[[[[]]]]]]]]]}",
};

GST_START_TEST (test_what_is_no_object_is_refused)
{
  fail_unless (parse (bad[__i__]) == NULL, "%s", bad[__i__]);
}

GST_END_TEST;

GST_START_TEST (test_a_nul_in_the_text_is_refused)
{
  fail_unless (gst_rec_flat_json_parse ("{\"a\":\"x\0y\"}", 11) == NULL);
  fail_unless (gst_rec_flat_json_parse ("{}\0", 3) == NULL);
  fail_unless (gst_rec_flat_json_parse ("{\"a\":\"\\\0\"}", 10) == NULL);
  fail_unless (gst_rec_flat_json_parse (NULL, 0) == NULL);
}

GST_END_TEST;

GST_START_TEST (test_size_and_members_are_bounded)
{
  g_autofree gchar *blanks = g_strnfill (64 * 1024 - 1, ' ');
  g_autofree gchar *long_one = g_strconcat ("{}", blanks, NULL);
  g_autoptr (GString) many = g_string_new ("{\"a0\":\"x\"");

  fail_unless (parse (long_one) == NULL);
  long_one[64 * 1024] = '\0';
  g_autoptr (GstRecFlatJson) longest = parse (long_one);
  fail_unless (longest != NULL);

  for (guint i = 1; i < 64; i++)
    g_string_append_printf (many, ",\"a%u\":\"x\"", i);
  g_autofree gchar *fits = g_strconcat (many->str, "}", NULL);
  g_autofree gchar *more = g_strconcat (many->str, ",\"b\":\"x\"}", NULL);
  g_autoptr (GstRecFlatJson) json = parse (fits);
  fail_unless (json != NULL);
  fail_unless_equals_string (gst_rec_flat_json_get (json, "a63"), "x");
  fail_unless (parse (more) == NULL);
}

GST_END_TEST;

static Suite *
flatjson_suite (void)
{
  Suite *s = suite_create ("flatjson");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_an_object_has_the_strings_that_stand_in_it, 0,
      G_N_ELEMENTS (good));
  tcase_add_loop_test (tc, test_what_is_no_object_is_refused, 0,
      G_N_ELEMENTS (bad));
  tcase_add_test (tc, test_a_nul_in_the_text_is_refused);
  tcase_add_test (tc, test_size_and_members_are_bounded);

  return s;
}

GST_CHECK_MAIN (flatjson);
