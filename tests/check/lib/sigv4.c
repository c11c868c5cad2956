/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <string.h>

#include "store/sigv4.h"

#define DATE "20150830T123600Z"
#define EMPTY \
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define FORM \
  "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"

/* The request of a case of AWS's test suite, taken apart. */
typedef struct
{
  gchar *text;                  /* what all pointers here point into */
  gchar *path;                  /* encoded */
  GArray *params;               /* of GstRecField */
  GArray *headers;
  gchar *payload_hash;
  GstRecSigV4Request request;
} Request;

static void
request_clear (Request * self)
{
  g_free (self->text);
  g_free (self->path);
  g_free (self->payload_hash);
  g_array_unref (self->params);
  g_array_unref (self->headers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

static void
add_field (GArray * fields, const gchar * name, const gchar * value)
{
  GstRecField field = { name, value };

  g_array_append_val (fields, field);
}

static void
decode (gchar * text)
{
  g_autofree gchar *plain = g_uri_unescape_string (text, NULL);

  strcpy (text, plain);
}

static gchar *
cut (gchar * text, const gchar * at)
{
  gchar *found = strstr (text, at);

  if (found == NULL)
    return NULL;
  *found = '\0';
  return found + strlen (at);
}

static void
parse_target (Request * self, gchar * target, gboolean normalize)
{
  gchar *param = cut (target, "?");

  while (param) {
    gchar *next = cut (param, "&");
    gchar *value = cut (param, "=");

    decode (param);
    decode (value);
    add_field (self->params, param, value);
    param = next;
  }

  decode (target);
  g_autofree gchar *path =
      normalize ? gst_rec_sigv4_normalize (target) : g_strdup (target);
  self->path = gst_rec_sigv4_encode (path, TRUE);
}

static void
parse_headers (Request * self, gchar * line)
{
  while (line && *line != '\0') {
    gchar *end = strchr (line, '\n');

    /* One that begins with a blank goes on with the header above. */
    while (end && end[1] == ' ')
      end = strchr (end + 1, '\n');
    if (end)
      *end = '\0';
    gchar *value = cut (line, ":");
    add_field (self->headers, line, value);
    line = end ? end + 1 : NULL;
  }
}

static void
parse_request (Request * self, GKeyFile * file, const gchar * name)
{
  self->params = g_array_new (FALSE, FALSE, sizeof (GstRecField));
  self->headers = g_array_new (FALSE, FALSE, sizeof (GstRecField));
  self->text = g_key_file_get_string (file, name, "request", NULL);

  gchar *body = cut (self->text, "\n\n");
  gchar *headers = cut (self->text, " HTTP/1.1\n");
  gchar *target = cut (self->text, " ");

  body = body ? body : (gchar *) "";
  self->payload_hash = gst_rec_sigv4_sha256 (body, strlen (body));
  parse_target (self, target,
      g_key_file_get_boolean (file, name, "normalize", NULL));
  parse_headers (self, headers);
}

static const GstRecSigV4Request *
make_request (Request * self)
{
  self->request = (GstRecSigV4Request) {
  .method = self->text,.path = self->path,
        .headers = (const GstRecField *) self->headers->data,
        .n_headers = self->headers->len,
        .payload_hash = self->payload_hash};

  return &self->request;
}

static void
check (GKeyFile * file, const gchar * name, const gchar * kind,
    const gchar * what, const gchar * is)
{
  g_autofree gchar *key = g_strdup_printf ("%s-%s", kind, what);
  g_autofree gchar *value = g_key_file_get_string (file, name, key, NULL);

  fail_unless (g_strcmp0 (is, value) == 0, "%s, %s:\n%s\ninstead of\n%s",
      name, key, is, value);
}

static const gchar *
signature_in (const gchar * text)
{
  const gchar *signature = strstr (text, "Signature=");

  fail_unless (signature != NULL, "no signature in %s", text);
  return signature + strlen ("Signature=");
}

static const GstRecSigV4Scope suite_scope = { DATE, "us-east-1",
  "service", 0
};

/* A token that is added after the signature is none for the signature. */
static void
take_token (GKeyFile * file, const gchar * name,
    GstRecCredentials * credentials)
{
  if (!g_key_file_get_boolean (file, name, "omit-token", NULL))
    credentials->session_token =
        g_key_file_get_string (file, name, "token", NULL);
}

static void
check_header (GKeyFile * file, const gchar * name,
    const GstRecCredentials * credentials)
{
  g_auto (Request) parsed = { 0, };

  parse_request (&parsed, file, name);
  g_autofree gchar *query = gst_rec_sigv4_query
      ((const GstRecField *) parsed.params->data, parsed.params->len);
  add_field (parsed.headers, "X-Amz-Date", DATE);
  if (credentials->session_token)
    add_field (parsed.headers, "X-Amz-Security-Token",
        credentials->session_token);
  if (g_key_file_get_boolean (file, name, "sign-body", NULL))
    add_field (parsed.headers, "x-amz-content-sha256", parsed.payload_hash);

  make_request (&parsed);
  parsed.request.query = query;
  g_autofree gchar *canonical =
      gst_rec_sigv4_canonical_request (&parsed.request);
  g_autofree gchar *text =
      gst_rec_sigv4_string_to_sign (&parsed.request, &suite_scope);
  g_autofree gchar *authorization = gst_rec_sigv4_authorization
      (&parsed.request, &suite_scope, credentials);

  check (file, name, "header", "canonical-request", canonical);
  check (file, name, "header", "string-to-sign", text);
  check (file, name, "header", "signature", signature_in (authorization));
}

static void
check_query (GKeyFile * file, const gchar * name,
    const GstRecCredentials * credentials)
{
  g_auto (Request) parsed = { 0, };

  parse_request (&parsed, file, name);
  const GstRecField *params = (const GstRecField *) parsed.params->data;

  make_request (&parsed);
  g_autofree gchar *unsigned_query = gst_rec_sigv4_presign_query
      (&parsed.request, params, parsed.params->len, &suite_scope, credentials,
      3600);
  g_autofree gchar *query = gst_rec_sigv4_presign (&parsed.request, params,
      parsed.params->len, &suite_scope, credentials, 3600);
  parsed.request.query = unsigned_query;
  g_autofree gchar *canonical =
      gst_rec_sigv4_canonical_request (&parsed.request);
  g_autofree gchar *text =
      gst_rec_sigv4_string_to_sign (&parsed.request, &suite_scope);

  check (file, name, "query", "canonical-request", canonical);
  check (file, name, "query", "string-to-sign", text);
  check (file, name, "query", "signature", signature_in (query));
  fail_unless (g_str_has_prefix (query, unsigned_query));
}

GST_START_TEST (test_signatures_are_those_of_the_published_suite)
{
  g_autofree gchar *path = g_build_filename (g_getenv ("REC_SRCDIR"), "tests",
      "data", "sigv4", "cases.txt", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  GError *error = NULL;
  gsize n;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");

  g_auto (GStrv) names = g_key_file_get_groups (file, &n);
  fail_unless_equals_int (n, 38);

  for (gsize i = 0; i < n; i++) {
    GstRecCredentials credentials = { (gchar *) "AKIDEXAMPLE",
      (gchar *) "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", NULL, 0
    };

    take_token (file, names[i], &credentials);
    check_header (file, names[i], &credentials);
    check_query (file, names[i], &credentials);
    g_free (credentials.session_token);
  }
}

GST_END_TEST;

static guint
count (const GstRecField * fields, guint max)
{
  guint n = 0;

  while (n < max && fields[n].name)
    n++;

  return n;
}

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
    (gchar *) "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL, 0
  };
  GstRecSigV4Scope scope = { "20130524T000000Z", "us-east-1", "s3", 0 };
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

/* "Authenticating Requests: Using Query Parameters" */
GST_START_TEST (test_signed_query_of_the_s3_documentation)
{
  GstRecCredentials credentials = { (gchar *) "AKIAIOSFODNN7EXAMPLE",
    (gchar *) "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL, 0
  };
  GstRecSigV4Scope scope = { "20130524T000000Z", "us-east-1", "s3", 0 };
  GstRecField headers[] = { {"host", "examplebucket.s3.amazonaws.com"} };
  GstRecSigV4Request request = { "GET", "/test.txt", NULL, headers, 1,
    "UNSIGNED-PAYLOAD"
  };
  g_autofree gchar *query =
      gst_rec_sigv4_presign (&request, NULL, 0, &scope, &credentials, 86400);

  fail_unless_equals_string (query, "X-Amz-Algorithm=AWS4-HMAC-SHA256"
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"
      "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
      "&X-Amz-SignedHeaders=host&X-Amz-Signature="
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
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
  tcase_add_test (tc, test_signatures_are_those_of_the_published_suite);
  tcase_add_loop_test (tc, test_signatures_are_those_of_the_s3_documentation,
      0, G_N_ELEMENTS (s3_cases));
  tcase_add_test (tc, test_canonical_request_of_the_documentation);
  tcase_add_test (tc, test_signed_query_of_the_s3_documentation);
  tcase_add_test (tc, test_a_name_sorts_before_a_longer_one);
  tcase_add_test (tc, test_date_and_hash);

  return s;
}

GST_CHECK_MAIN (sigv4);
