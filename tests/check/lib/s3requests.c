/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What goes over the wire to begin, fill and end an object: to S3, and to
 * Google's XML API, for which there is no server to try it on. What that takes:
 * https://cloud.google.com/storage/docs/aws-simple-migration and the headers of
 * https://cloud.google.com/storage/docs/xml-api/reference-headers: x-amz-NAME
 * where there is an x-goog-NAME, and no conditions on uploads in parts. */
#include <string.h>

#include <gst/check/gstcheck.h>

#include "loopback.h"
#include "store/s3.h"

#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static struct
{
  Loopback loopback;
  GMutex lock;
  GString *requests;            /* with the lock */
  gboolean forgets;             /* the tags of an upload in parts */
} fake;

/* Of every request, or by the time of day. */
static gboolean
is_left_out (const gchar * name)
{
  static const gchar *const names[] = { "Accept-Encoding", "Connection",
    "Host", "User-Agent", "x-amz-date", "Accept", NULL
  };

  return g_strv_contains (names, name);
}

static gint
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(gchar * const *) a, *(gchar * const *) b);
}

static void
write_down (SoupServerMessage * message)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GUri *uri = soup_server_message_get_uri (message);
  SoupMessageHeadersIter iter;
  const gchar *name, *value;

  soup_message_headers_iter_init (&iter,
      soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value)) {
    g_autofree gchar *lower = g_ascii_strdown (name, -1);

    if (strcmp (lower, "authorization") == 0) {
      /* The scope; what comes before and behind it is the time's. */
      const gchar *slash = strchr (value, '/');

      fail_unless (slash && strchr (slash + 1, '/'));
      value = strchr (slash + 1, '/');
      g_ptr_array_add (lines, g_strdup_printf ("scope: %.*s",
              (gint) strcspn (value, ","), value));
    } else if (!is_left_out (name)) {
      g_ptr_array_add (lines, g_strdup_printf ("%s: %s", lower, value));
    }
  }
  g_ptr_array_sort (lines, compare_lines);

  g_mutex_lock (&fake.lock);
  g_string_append_printf (fake.requests, "%s %s%s%s\n",
      soup_server_message_get_method (message), g_uri_get_path (uri),
      g_uri_get_query (uri) ? "?" : "",
      g_uri_get_query (uri) ? g_uri_get_query (uri) : "");
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (fake.requests, "  %s\n",
        (gchar *) g_ptr_array_index (lines, i));
  g_mutex_unlock (&fake.lock);
}

static void
answer (SoupServer * server G_GNUC_UNUSED, SoupServerMessage * message,
    const gchar * path G_GNUC_UNUSED, GHashTable * query,
    gpointer data G_GNUC_UNUSED)
{
  static const gchar created[] = "<InitiateMultipartUploadResult>"
      "<UploadId>id</UploadId></InitiateMultipartUploadResult>";
  static const gchar completed[] = "<CompleteMultipartUploadResult>"
      "<ETag>\"x-1\"</ETag></CompleteMultipartUploadResult>";
  const gchar *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  const gchar *text = query && g_hash_table_contains (query, "uploads") ?
      created : completed;

  write_down (message);
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_replace (headers, "ETag", "\"x\"");
  soup_message_headers_append (headers, "x-amz-tagging-count",
      fake.forgets ? "0" : "1");
  soup_message_headers_append (headers, "x-goog-hash",
      "crc32c=4waSgw==,md5=JfnnlDI7RThTiF9RgfG2JA==");
  if (strcmp (method, "POST") == 0)
    soup_server_message_set_response (message, "application/xml",
        SOUP_MEMORY_STATIC, text, strlen (text));
  else if (strcmp (method, "HEAD") == 0)
    soup_message_headers_set_content_length (headers, 9);
}

static const gchar *const tags[] = { "queue", "sales + co", NULL };
static const gchar *const metadata[] = { "Agent", "J\303\274rgen", NULL };

#define SHA_EMPTY \
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA_NINE \
  "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
/* md5(KEY) as S3 wants it */
#define CUSTOMER_KEY \
  "  x-amz-server-side-encryption-customer-algorithm: AES256\n" \
  "  x-amz-server-side-encryption-customer-key-md5: " \
      "tP/LI3N87DFaSk0aoqYgzg==\n" \
  "  x-amz-server-side-encryption-customer-key: " KEY "\n"

static const struct
{
  GstRecS3Flavor flavor;
  GstRecS3Options options;
  const gchar *requests;        /* of Create, a part, Complete and HEAD */
} cases[] = {
  {GST_REC_S3_FLAVOR_AWS,
        {.checksum = GST_REC_CHECKSUM_CRC32C,.if_none_match = TRUE,
            .storage_class = (gchar *) "STANDARD_IA",.tags = (gchar **) tags,
          .sse = GST_REC_S3_SSE_AES256},
        "HEAD /bucket/a key\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-mode: ENABLED\n"
        "  x-amz-content-sha256: " SHA_EMPTY "\n"},
  {GST_REC_S3_FLAVOR_AWS,
        {.checksum = GST_REC_CHECKSUM_CRC32C,
            .storage_class = (gchar *) "STANDARD_IA",.tags = (gchar **) tags,
          .sse = GST_REC_S3_SSE_AES256},
        "POST /bucket/a key?uploads=\n"
        "  content-disposition: inline\n"
        "  content-length: 0\n"
        "  content-type: video/mp4\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-algorithm: CRC32C\n"
        "  x-amz-checksum-type: FULL_OBJECT\n"
        "  x-amz-content-sha256: " SHA_EMPTY "\n"
        "  x-amz-meta-agent: =?UTF-8?B?SsO8cmdlbg==?=\n"
        "  x-amz-server-side-encryption: AES256\n"
        "  x-amz-storage-class: STANDARD_IA\n"
        "  x-amz-tagging: queue=sales%20%2B%20co\n"
        "PUT /bucket/a key?partNumber=1&uploadId=id\n"
        "  content-length: 9\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-crc32c: 4waSgw==\n"
        "  x-amz-content-sha256: " SHA_NINE "\n"
        "POST /bucket/a key?uploadId=id\n"
        "  content-length: 205\n"
        "  content-type: application/xml\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-crc32c: 4waSgw==\n"
        "  x-amz-checksum-type: FULL_OBJECT\n"
        "  x-amz-content-sha256: *\n"
        "  x-amz-mp-object-size: 9\n"
        /* Whether it has its tags */
        "HEAD /bucket/a key\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-content-sha256: " SHA_EMPTY "\n"
        "HEAD /bucket/a key\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-mode: ENABLED\n"
        "  x-amz-content-sha256: " SHA_EMPTY "\n"},
  /* The customer's key is on each that touches the bytes, and on Complete
   * where there are checksums. */
  {GST_REC_S3_FLAVOR_AWS,
        {.sse_customer_key = (gchar *) KEY,
            .checksum = GST_REC_CHECKSUM_SHA256,
          .payload_signing = GST_REC_S3_SIGNING_NEVER},
        "POST /bucket/a key?uploads=\n"
        "  content-disposition: inline\n"
        "  content-length: 0\n"
        "  content-type: video/mp4\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-algorithm: SHA256\n"
        "  x-amz-checksum-type: COMPOSITE\n"
        "  x-amz-content-sha256: " SHA_EMPTY "\n"
        "  x-amz-meta-agent: =?UTF-8?B?SsO8cmdlbg==?=\n"
        CUSTOMER_KEY
        "PUT /bucket/a key?partNumber=1&uploadId=id\n"
        "  content-length: 9\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-sha256: FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=\n"
        "  x-amz-content-sha256: UNSIGNED-PAYLOAD\n"
        CUSTOMER_KEY
        "POST /bucket/a key?uploadId=id\n"
        "  content-length: 241\n"
        "  content-type: application/xml\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-type: COMPOSITE\n"
        "  x-amz-content-sha256: *\n"
        "  x-amz-mp-object-size: 9\n"
        CUSTOMER_KEY
        "HEAD /bucket/a key\n"
        "  scope: /eu-west-1/s3/aws4_request\n"
        "  x-amz-checksum-mode: ENABLED\n"
        "  x-amz-content-sha256: " SHA_EMPTY "\n"
        CUSTOMER_KEY},
  {GST_REC_S3_FLAVOR_GOOGLE,
        {.checksum = GST_REC_CHECKSUM_CRC32C,
            .storage_class = (gchar *) "NEARLINE",
            .lock_mode = GST_REC_S3_LOCK_COMPLIANCE,
          .retain_until = (gchar *) "2100-01-31"},
        "POST /bucket/a key?uploads=\n"
        "  content-disposition: inline\n"
        "  content-length: 0\n"
        "  content-type: video/mp4\n"
        "  scope: /auto/s3/aws4_request\n"
        "  x-amz-content-sha256: " SHA_EMPTY "\n"
        "  x-amz-meta-agent: =?UTF-8?B?SsO8cmdlbg==?=\n"
        "  x-amz-object-lock-mode: COMPLIANCE\n"
        "  x-amz-object-lock-retain-until-date: 2100-01-31T00:00:00Z\n"
        "  x-amz-storage-class: NEARLINE\n"
        "PUT /bucket/a key?partNumber=1&uploadId=id\n"
        "  content-length: 9\n"
        "  scope: /auto/s3/aws4_request\n"
        "  x-amz-content-sha256: " SHA_NINE "\n"
        "POST /bucket/a key?uploadId=id\n"
        "  content-length: 164\n"
        "  content-type: application/xml\n"
        "  scope: /auto/s3/aws4_request\n"
        "  x-amz-content-sha256: *\n"
        "HEAD /bucket/a key\n"
        "  scope: /auto/s3/aws4_request\n"
        "  x-amz-content-sha256: " SHA_EMPTY "\n"},
};

static const gchar *
no_env (const gchar * name G_GNUC_UNUSED)
{
  return NULL;
}

static GstRecStorePlace *
make_place (GstRecS3Flavor flavor, const GstRecS3Options * options,
    const gchar * endpoint)
{
  GstRecCredentials given = { (gchar *) "ID", (gchar *) "SECRET", NULL, 0 };
  GstRecCredentialsSettings where = {.given = &given,.env = no_env,
    .now = g_get_real_time
  };
  g_autoptr (GstRecCredentialsProvider) credentials =
      gst_rec_credentials_provider_new (&where, NULL);
  GstRecS3Settings settings = {
    .endpoint = endpoint,.bucket = "bucket",.region = "eu-west-1",
    .path_style = GST_REC_S3_PATH_STYLE_AUTO,.credentials = credentials,
    .timeout = 5,.retries = 0,.flavor = flavor,.options = options
  };
  g_autoptr (GError) error = NULL;
  GstRecStorePlace *place = gst_rec_s3_place_new (&settings, &error);

  fail_unless (place != NULL, "%s", error ? error->message : "");
  return place;
}

static void
setup (void)
{
  g_mutex_init (&fake.lock);
  fake.requests = g_string_new (NULL);
  fake.forgets = FALSE;
  loopback_start (&fake.loopback, answer);
}

static void
teardown (void)
{
  loopback_stop (&fake.loopback);
  g_string_free (fake.requests, TRUE);
  g_mutex_clear (&fake.lock);
}

/* The hash of the list of parts is whatever it is. */
static void
blur_hashes (GString * text)
{
  gchar *complete = strstr (text->str, "POST /bucket/a key?uploadId=id");
  gchar *hash = complete ? strstr (complete, "content-sha256: ") : NULL;

  if (hash) {
    gsize at = hash + strlen ("content-sha256: ") - text->str;

    g_string_erase (text, at, 64);
    g_string_insert (text, at, "*");
  }
}

GST_START_TEST (test_what_is_sent)
{
  g_autoptr (GstRecStorePlace) place = make_place (cases[__i__].flavor,
      &cases[__i__].options, fake.loopback.endpoint);
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  GstRecStoreAttributes attributes = {
    .content_type = (gchar *) "video/mp4",
    .content_disposition = (gchar *) "inline",
    .metadata = (gchar **) metadata
  };
  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_static ("123456789", 9));
  GstRecStorePart part = {.number = 1 };
  g_auto (GstRecStoreObject) made = { 0, };
  g_auto (GstRecStoreObject) found = { 0, };
  g_autofree gchar *id = store->klass->create (store, "a key", &attributes,
      NULL, NULL);

  /* One that is there is not replaced, and nothing else is asked for. */
  fail_unless_equals_int (id == NULL, cases[__i__].options.if_none_match);
  if (id) {
    fail_unless (store->klass->put_part (store, "a key", id, &part, body,
            NULL, NULL));
    fail_unless (store->klass->complete (store, "a key", id, &part, 1, &made,
            NULL, NULL));
    fail_unless (store->klass->head (store, "a key", NULL, &found, NULL,
            NULL));
    fail_unless_equals_string (found.checksum, "crc32c:4waSgw==");
    gst_rec_store_part_clear (&part);
  }

  g_mutex_lock (&fake.lock);
  blur_hashes (fake.requests);
  fail_unless_equals_string (fake.requests->str, cases[__i__].requests);
  g_mutex_unlock (&fake.lock);
}

GST_END_TEST;

GST_START_TEST (test_tags_that_were_forgotten_are_sent_behind)
{
  g_autoptr (GstRecStorePlace) place = make_place (GST_REC_S3_FLAVOR_AWS,
      &cases[1].options, fake.loopback.endpoint);
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  GstRecStorePart part = { 1, 9, (gchar *) "\"x\"", NULL };
  g_auto (GstRecStoreObject) made = { 0, };

  fake.forgets = TRUE;
  fail_unless (store->klass->complete (store, "a key", "id", &part, 1, &made,
          NULL, NULL));
  g_mutex_lock (&fake.lock);
  fail_unless (strstr (fake.requests->str, "PUT /bucket/a key?tagging=\n"
          "  content-length: 136\n"), "%s", fake.requests->str);
  g_mutex_unlock (&fake.lock);
}

GST_END_TEST;

static const struct
{
  GstRecS3Flavor flavor;
  const gchar *endpoint;
  const gchar *uri;
  const gchar *url;             /* how a signed one begins */
  const gchar *scope;
} places[] = {
  {GST_REC_S3_FLAVOR_AWS, NULL, "s3://bucket/a%20key",
        "https://bucket.s3.eu-west-1.amazonaws.com/a%20key?X-Amz-Algorithm="
        "AWS4-HMAC-SHA256&", "%2Feu-west-1%2Fs3%2Faws4_request&"},
  {GST_REC_S3_FLAVOR_GOOGLE, NULL, "gs://bucket/a%20key",
        "https://bucket.storage.googleapis.com/a%20key?X-Goog-Algorithm="
        "GOOG4-HMAC-SHA256&", "%2Fauto%2Fstorage%2Fgoog4_request&"},
  {GST_REC_S3_FLAVOR_GOOGLE, "http://127.0.0.1:4443", "gs://bucket/a%20key",
        "http://127.0.0.1:4443/bucket/a%20key?X-Goog-Algorithm="
        "GOOG4-HMAC-SHA256&", "%2Fauto%2Fstorage%2Fgoog4_request&"},
};

GST_START_TEST (test_where_it_goes)
{
  g_autoptr (GstRecStorePlace) place = make_place (places[__i__].flavor, NULL,
      places[__i__].endpoint);
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  GstRecStoreUrl url = {.method = "GET",.expiry = 60 };
  g_autofree gchar *uri = gst_rec_store_place_uri (place, "a key");
  g_autofree gchar *signed_url = store->klass->sign_url (store, "a key", &url,
      NULL, NULL);

  fail_unless_equals_string (uri, places[__i__].uri);
  fail_unless (g_str_has_prefix (signed_url, places[__i__].url), "%s",
      signed_url);
  fail_unless (strstr (signed_url, places[__i__].scope), "%s", signed_url);
}

GST_END_TEST;

static Suite *
s3requests_suite (void)
{
  Suite *s = suite_create ("s3requests");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_loop_test (tc, test_what_is_sent, 0, G_N_ELEMENTS (cases));
  tcase_add_test (tc, test_tags_that_were_forgotten_are_sent_behind);
  tcase_add_loop_test (tc, test_where_it_goes, 0, G_N_ELEMENTS (places));

  return s;
}

GST_CHECK_MAIN (s3requests);
