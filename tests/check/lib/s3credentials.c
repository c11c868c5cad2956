/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* Uploads that live longer than the credentials they begin with. One server
 * gives the credentials out, as the endpoint of a container, and is the store
 * that looks at them. */
#include <string.h>

#include <gst/check/gstcheck.h>

#include "loopback.h"
#include "store/s3.h"
#include "store/uploader.h"

#define PART (5 * 1024 * 1024)
#define N_PARTS 24
#define LIFE (60 * G_TIME_SPAN_MINUTE)

static struct
{
  Loopback loopback;
  GMutex lock;
  /* With the lock. */
  gint64 now;                   /* of the test */
  GTimeSpan step;               /* that each request of the store takes */
  guint uses;                   /* of one key; 0: until its hour is over */
  guint used;
  guint n_issued;
  gint64 issued;                /* when the last key was */
  guint n_expired;              /* requests that were refused */
  guint n_parts;
  guint n_heads;
  guint code;                   /* of what a refused one is told */
  gboolean dry;                 /* gives out no more */
} fake;

static const gchar *const codes[] = { "ExpiredToken", "ExpiredTokenException",
  "InvalidToken", "TokenRefreshRequired"
};

static gint64
now (void)
{
  g_mutex_lock (&fake.lock);
  gint64 time = fake.now;
  g_mutex_unlock (&fake.lock);

  return time;
}

static void
answer (SoupServerMessage * message, guint status, const gchar * text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY,
      text, strlen (text));
}

/* Called with the lock held. By the real clock, as its Date is. */
static void
give_credentials (SoupServerMessage * message)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc
      ((g_get_real_time () + LIFE) / G_USEC_PER_SEC);
  g_autofree gchar *expiration = g_date_time_format_iso8601 (end);

  if (fake.dry) {
    answer (message, 404, "");
    return;
  }
  fake.n_issued++;
  fake.used = 0;
  fake.issued = fake.now;
  g_autofree gchar *text = g_strdup_printf ("{\"AccessKeyId\":\"KEY\","
      "\"SecretAccessKey\":\"SECRET\",\"Token\":\"T%u\","
      "\"Expiration\":\"%s\"}", fake.n_issued, expiration);
  answer (message, 200, text);
}

/* Called with the lock held. */
static gboolean
is_good (SoupServerMessage * message)
{
  const gchar *token = soup_message_headers_get_one
      (soup_server_message_get_request_headers (message),
      "x-amz-security-token");
  g_autofree gchar *expected = g_strdup_printf ("T%u", fake.n_issued);

  if (fake.uses == 0)
    return fake.now - fake.issued < LIFE;

  return g_strcmp0 (token, expected) == 0 && fake.used++ < fake.uses;
}

/* Called with the lock held. */
static void
store (SoupServerMessage * message)
{
  const gchar *method = soup_server_message_get_method (message);
  const gchar *query =
      g_uri_get_query (soup_server_message_get_uri (message));

  fake.now += fake.step;
  /* Without a word: the answer to a HEAD has no body. */
  if (g_str_equal (method, "HEAD") && fake.n_heads++ == 0)
    fake.used = fake.uses;
  if (!is_good (message)) {
    g_autofree gchar *text = g_strdup_printf ("<Error><Code>%s</Code>"
        "</Error>", codes[fake.code]);

    fake.n_expired++;
    answer (message, 400, text);
  } else if (g_str_equal (method, "PUT")) {
    fake.n_parts++;
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "ETag", "\"d41d8cd98f00b204e9800998ecf8427e\"");
    answer (message, 200, "");
  } else if (g_str_equal (method, "POST") && query &&
      g_str_has_prefix (query, "uploads")) {
    answer (message, 200, "<InitiateMultipartUploadResult><UploadId>id"
        "</UploadId></InitiateMultipartUploadResult>");
  } else if (g_str_equal (method, "POST")) {
    answer (message, 200, "<CompleteMultipartUploadResult>"
        "<ETag>\"x-1\"</ETag></CompleteMultipartUploadResult>");
  } else if (g_str_equal (method, "HEAD")) {
    SoupMessageHeaders *headers =
        soup_server_message_get_response_headers (message);

    soup_message_headers_replace (headers, "ETag", "\"x-1\"");
    soup_message_headers_set_content_length (headers, N_PARTS * PART);
    soup_server_message_set_status (message, 200, NULL);
  } else {
    answer (message, g_str_equal (method, "DELETE") ? 204 : 404, "");
  }
}

static void
handle (SoupServer * server G_GNUC_UNUSED, SoupServerMessage * message,
    const gchar * path, GHashTable * query G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  g_mutex_lock (&fake.lock);
  if (g_str_equal (path, "/credentials"))
    give_credentials (message);
  else
    store (message);
  g_mutex_unlock (&fake.lock);
}

static const gchar *
get_env (const gchar * name)
{
  if (g_str_equal (name, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
    return "/credentials";
  if (g_str_equal (name, "HOME"))
    return "/nonexistent";

  return NULL;
}

static GstRecStorePlace *place;

static void
setup (void)
{
  memset (&fake, 0, sizeof (fake));
  g_mutex_init (&fake.lock);
  fake.now = g_get_real_time ();
  loopback_start (&fake.loopback, handle);

  GstRecCredentialsSettings where = {
    .container_host = fake.loopback.endpoint,.env = get_env,.now = now
  };
  g_autoptr (GstRecCredentialsProvider) credentials =
      gst_rec_credentials_provider_new (&where, NULL);
  GstRecS3Settings settings = {
    .endpoint = fake.loopback.endpoint,.bucket = "bucket",
    .region = "us-east-1",.path_style = GST_REC_S3_PATH_STYLE_AUTO,
    .credentials = credentials,.timeout = 5,.retries = 0
  };
  place = gst_rec_s3_place_new (&settings, NULL);
  fail_unless (place != NULL);
}

static void
teardown (void)
{
  gst_rec_store_place_unref (place);
  loopback_stop (&fake.loopback);
  g_mutex_clear (&fake.lock);
}

static GstRecUploader *
upload (guint n_parts)
{
  GstRecUploaderConfig config = {
    .place = place,.key = "key",.part_size = PART,.parallel = 2,
    .timeout = G_TIME_SPAN_SECOND
  };
  GstRecStoreAttributes attributes = {.content_type = (gchar *) "text/plain" };
  GstRecUploader *uploader = gst_rec_uploader_new (&config);
  g_autofree gchar *data = g_malloc0 (PART);

  gst_rec_uploader_set_attributes (uploader, &attributes);
  for (guint i = 0; i < n_parts; i++) {
    gsize written = 0;

    if (!gst_rec_uploader_write (uploader, data, PART, &written, NULL))
      break;
  }
  gst_rec_uploader_finish (uploader);
  while (gst_rec_uploader_wait (uploader, G_TIME_SPAN_SECOND, FALSE) !=
      GST_REC_UPLOADER_CLOSED);

  return uploader;
}

/* Each request takes three minutes, each key lives an hour: the store sees none
 * that is over. */
GST_START_TEST (test_credentials_are_renewed_before_they_end_in_mid_upload)
{
  fake.step = 3 * G_TIME_SPAN_MINUTE;
  g_autoptr (GstRecUploader) uploader = upload (N_PARTS);

  const GError *error = gst_rec_uploader_get_error (uploader);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  fail_unless_equals_int (fake.n_expired, 0);
  fail_unless_equals_int (fake.n_parts, N_PARTS);
  fail_unless (fake.n_issued >= 2, "%u", fake.n_issued);
}

GST_END_TEST;

/* The store ends them early. */
GST_START_TEST (test_a_part_is_signed_again_when_the_store_calls_them_over)
{
  fake.uses = 6;
  fake.code = __i__;
  g_autoptr (GstRecUploader) uploader = upload (N_PARTS);

  const GError *error = gst_rec_uploader_get_error (uploader);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  fail_unless_equals_int (fake.n_parts, N_PARTS);
  fail_unless_equals_int (fake.n_heads, 2);
  fail_unless (fake.n_expired >= 2, "%u", fake.n_expired);
  fail_unless (fake.n_issued >= 3, "%u", fake.n_issued);
}

GST_END_TEST;

GST_START_TEST (test_an_upload_fails_where_nobody_renews)
{
  g_autoptr (GError) none = NULL;
  GstRecStore *handle = gst_rec_store_place_open (place, NULL, FALSE, &none);
  GstRecStoreAttributes attributes = {.content_type = (gchar *) "text/plain" };
  g_autofree gchar *id = handle->klass->create (handle, "key", &attributes,
      NULL, &none);
  fail_unless_equals_string (id, "id");
  gst_rec_store_free (handle);

  g_mutex_lock (&fake.lock);
  fake.dry = TRUE;
  fake.now += 2 * LIFE;
  g_mutex_unlock (&fake.lock);
  g_autoptr (GstRecUploader) uploader = upload (2);

  fail_unless (g_error_matches (gst_rec_uploader_get_error (uploader),
          GST_REC_CREDENTIALS_ERROR, GST_REC_CREDENTIALS_ERROR_REFUSED),
      "%s", gst_rec_uploader_get_error (uploader)->message);
  fail_unless_equals_int (fake.n_parts, 0);
}

GST_END_TEST;

static Suite *
s3credentials_suite (void)
{
  Suite *s = suite_create ("s3credentials");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc,
      test_credentials_are_renewed_before_they_end_in_mid_upload);
  tcase_add_loop_test (tc,
      test_a_part_is_signed_again_when_the_store_calls_them_over, 0,
      G_N_ELEMENTS (codes));
  tcase_add_test (tc, test_an_upload_fails_where_nobody_renews);

  return s;
}

GST_CHECK_MAIN (s3credentials);
