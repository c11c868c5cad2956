/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/sigv4.h"

#define EMPTY \
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define FORM \
  "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"
#define LETTERS "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
  "abcdefghijklmnopqrstuvwxyz"
#define STS_TOKEN \
  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHG" \
  "BuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1N" \
  "tBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHN" \
  "VXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9" \
  "FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

/* The cases of AWS's test suite for signatures in headers that S3 has a use
 * for: it takes paths as they are, so those that normalise a path are not
 * among them. Paths and parameters stand here before they are encoded. */
static const struct
{
  const gchar *name;
  const gchar *method;
  const gchar *path;
  GstRecField params[3];
  GstRecField headers[4];       /* besides host and x-amz-date */
  const gchar *payload_hash;    /* NULL: of nothing */
  const gchar *signature;
} cases[] = {
  {"get-vanilla", "GET", "/", {{0}}, {{0}}, NULL,
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
  {"get-header-key-duplicate", "GET", "/", {{0}}, {{"My-Header1", "value2"},
          {"My-Header1", "value2"}, {"My-Header1", "value1"}}, NULL,
      "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
  {"get-header-value-multiline", "GET", "/", {{0}},
      {{"My-Header1", "value1\n  value2\n     value3"}}, NULL,
      "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
  {"get-header-value-order", "GET", "/", {{0}}, {{"My-Header1", "value4"},
          {"My-Header1", "value1"}, {"My-Header1", "value3"},
          {"My-Header1", "value2"}}, NULL,
      "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
  {"get-header-value-trim", "GET", "/", {{0}}, {{"My-Header1", " value1"},
          {"My-Header2", " \"a   b   c\""}}, NULL,
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
  {"get-relative-unnormalized", "GET", "/example/..", {{0}}, {{0}}, NULL,
      "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282"},
  {"get-relative-relative-unnormalized", "GET", "/example1/example2/../..",
      {{0}}, {{0}}, NULL,
      "dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b"},
  {"get-slash-dot-slash-unnormalized", "GET", "/./", {{0}}, {{0}}, NULL,
      "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145"},
  {"get-slash-pointless-dot-unnormalized", "GET", "/./example", {{0}}, {{0}},
      NULL,
      "beb03f223f7deae4146464f06e29eebbee9c8afbe15c290cf07aa8b119e14cff"},
  {"get-slash-unnormalized", "GET", "//", {{0}}, {{0}}, NULL,
      "c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e"},
  {"get-slashes-unnormalized", "GET", "//example//", {{0}}, {{0}}, NULL,
      "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5"},
  {"get-space", "GET", "/example space/", {{0}}, {{0}}, NULL,
      "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
  {"get-unreserved", "GET", "/" LETTERS, {{0}}, {{0}}, NULL,
      "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
  {"get-utf8", "GET", "/\xe1\x88\xb4", {{0}}, {{0}}, NULL,
      "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
  {"get-vanilla-empty-query-key", "GET", "/", {{"Param1", "value1"}}, {{0}},
      NULL,
      "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
  {"get-vanilla-query-order-encoded", "GET", "/", {{"Param-3", "Value3"},
          {"Param", "Value2"}, {"\xe1\x88\xb4", "Value1"}}, {{0}}, NULL,
      "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
  {"get-vanilla-query-order-key-case", "GET", "/", {{"Param2", "value2"},
          {"Param1", "value1"}}, {{0}}, NULL,
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
  {"get-vanilla-query-unreserved", "GET", "/", {{LETTERS, LETTERS}}, {{0}},
      NULL,
      "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
  {"get-vanilla-utf8-query", "GET", "/", {{"\xe1\x88\xb4", "bar"}}, {{0}},
      NULL,
      "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
  {"get-vanilla-with-session-token", "GET", "/", {{0}},
      {{"X-Amz-Security-Token", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa0"
              "0fa31553b73ebf194267"}}, NULL,
      "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
  {"post-vanilla", "POST", "/", {{0}}, {{0}}, NULL,
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
  {"post-header-key-sort", "POST", "/", {{0}}, {{"My-Header1", "value1"}},
      NULL,
      "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
  {"post-header-value-case", "POST", "/", {{0}}, {{"My-Header1", "VALUE1"}},
      NULL,
      "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
  {"post-sts-header-before", "POST", "/", {{0}},
      {{"X-Amz-Security-Token", STS_TOKEN}}, NULL,
      "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
  {"post-vanilla-query", "POST", "/", {{"Param1", "value1"}}, {{0}}, NULL,
      "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
  {"post-x-www-form-urlencoded", "POST", "/", {{0}}, {{"Content-Type",
              "application/x-www-form-urlencoded"}, {"Content-Length", "13"},
          {"x-amz-content-sha256", FORM}}, FORM,
      "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"},
  {"post-x-www-form-urlencoded-parameters", "POST", "/", {{0}},
      {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
          {"Content-Length", "13"}, {"x-amz-content-sha256", FORM}}, FORM,
      "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422"},
};

static guint
count (const GstRecField * fields, guint max)
{
  guint n = 0;

  while (n < max && fields[n].name)
    n++;

  return n;
}

GST_START_TEST (test_signatures_are_those_of_the_published_suite)
{
  GstRecCredentials credentials = { (gchar *) "AKIDEXAMPLE",
    (gchar *) "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", NULL
  };
  GstRecSigV4Scope scope = { "20150830T123600Z", "us-east-1", "service" };

  g_autofree gchar *path =
      gst_rec_sigv4_encode (cases[__i__].path, TRUE);
  g_autofree gchar *query = gst_rec_sigv4_query (cases[__i__].params,
      count (cases[__i__].params, 3));
  guint n = count (cases[__i__].headers, 4);
  GstRecField headers[6] = { {"Host", "example.amazonaws.com"},
  {"X-Amz-Date", scope.date}
  };
  for (guint i = 0; i < n; i++)
    headers[2 + i] = cases[__i__].headers[i];

  GstRecSigV4Request request = { cases[__i__].method, path, query, headers,
    2 + n, cases[__i__].payload_hash ? cases[__i__].payload_hash : EMPTY
  };
  g_autofree gchar *authorization =
      gst_rec_sigv4_authorization (&request, &scope, &credentials);
  const gchar *signature = strstr (authorization, "Signature=");

  fail_unless (signature != NULL);
  fail_unless (g_str_equal (signature + 10, cases[__i__].signature),
      "%s: %s", cases[__i__].name, authorization);
}

GST_END_TEST;

/* The examples of the S3 documentation, with their real endpoint, scope and
 * x-amz-content-sha256. */
static const struct
{
  const gchar *method;
  const gchar *path;
  GstRecField params[2];
  GstRecField headers[3];
  const gchar *payload_hash;
  const gchar *authorization;   /* from SignedHeaders on */
} s3_cases[] = {
  {"GET", "/test.txt", {{0}}, {{"Range", "bytes=0-9"}}, EMPTY,
      "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature="
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
  {"PUT", "/test$file.text", {{0}}, {{"date",
              "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class",
              "REDUCED_REDUNDANCY"}},
      "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;"
      "x-amz-storage-class, Signature="
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
  {"GET", "/", {{"lifecycle", ""}}, {{0}}, EMPTY,
      "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
  {"GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, {{0}}, EMPTY,
      "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
};

GST_START_TEST (test_signatures_are_those_of_the_s3_documentation)
{
  GstRecCredentials credentials = { (gchar *) "AKIAIOSFODNN7EXAMPLE",
    (gchar *) "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL
  };
  GstRecSigV4Scope scope = { "20130524T000000Z", "us-east-1", "s3" };
  guint n = count (s3_cases[__i__].headers, 3);
  g_autofree gchar *path = gst_rec_sigv4_encode (s3_cases[__i__].path, TRUE);
  g_autofree gchar *query = gst_rec_sigv4_query (s3_cases[__i__].params,
      count (s3_cases[__i__].params, 2));
  GstRecField headers[6] = { {"Host", "examplebucket.s3.amazonaws.com"},
  {"x-amz-date", scope.date},
  {"x-amz-content-sha256", s3_cases[__i__].payload_hash}
  };

  for (guint i = 0; i < n; i++)
    headers[3 + i] = s3_cases[__i__].headers[i];

  GstRecSigV4Request request = { s3_cases[__i__].method, path, query, headers,
    3 + n, s3_cases[__i__].payload_hash
  };
  g_autofree gchar *authorization =
      gst_rec_sigv4_authorization (&request, &scope, &credentials);
  g_autofree gchar *expected = g_strdup_printf ("AWS4-HMAC-SHA256 Credential="
      "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, %s",
      s3_cases[__i__].authorization);

  fail_unless_equals_string (authorization, expected);
}

GST_END_TEST;

GST_START_TEST (test_canonical_request_of_the_documentation)
{
  GstRecField headers[] = { {"x-amz-date", "20130524T000000Z"},
  {"Range", "bytes=0-9"}, {"Host", "examplebucket.s3.amazonaws.com"}
  };
  GstRecSigV4Request request = { "GET", "/test.txt", NULL, headers, 3, EMPTY };
  g_autofree gchar *canonical = gst_rec_sigv4_canonical_request (&request);

  fail_unless_equals_string (canonical, "GET\n/test.txt\n\n"
      "host:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n"
      "x-amz-date:20130524T000000Z\n\nhost;range;x-amz-date\n" EMPTY);
}

GST_END_TEST;

GST_START_TEST (test_a_name_sorts_before_a_longer_one)
{
  GstRecField params[] = { {"a-b", "1"}, {"a", "z"}, {"a", "b c"}, {"A", "+"} };
  g_autofree gchar *query = gst_rec_sigv4_query (params, 4);

  fail_unless_equals_string (query, "A=%2B&a=b%20c&a=z&a-b=1");
}

GST_END_TEST;

GST_START_TEST (test_date_and_hash)
{
  g_autofree gchar *date =
      gst_rec_sigv4_date (G_GINT64_CONSTANT (1440938160) * G_USEC_PER_SEC);
  g_autofree gchar *empty = gst_rec_sigv4_sha256 (NULL, 0);
  g_autofree gchar *form = gst_rec_sigv4_sha256 ("Param1=value1", 13);

  fail_unless_equals_string (date, "20150830T123600Z");
  fail_unless_equals_string (empty, EMPTY);
  fail_unless_equals_string (form, FORM);
}

GST_END_TEST;

static Suite *
sigv4_suite (void)
{
  Suite *s = suite_create ("sigv4");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_signatures_are_those_of_the_published_suite, 0,
      G_N_ELEMENTS (cases));
  tcase_add_loop_test (tc, test_signatures_are_those_of_the_s3_documentation,
      0, G_N_ELEMENTS (s3_cases));
  tcase_add_test (tc, test_canonical_request_of_the_documentation);
  tcase_add_test (tc, test_a_name_sorts_before_a_longer_one);
  tcase_add_test (tc, test_date_and_hash);

  return s;
}

GST_CHECK_MAIN (sigv4);
