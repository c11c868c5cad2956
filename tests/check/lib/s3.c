/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <libsoup/soup.h>

#include "store/s3.h"
#include "store/uploader.h"

/* The MD5 of the MD5s below, as a store names an object made of them. */
#define PART_ETAG "\"d41d8cd98f00b204e9800998ecf8427e\""
#define OBJECT_ETAG "59adb24ef3cdbe0297f05b395827453f-1"
#define SIZE 7

/* A store on the loopback that answers as a test wants. */
typedef struct
{
  const gchar *method;
  guint status;                 /* 0: hangs up */
  const gchar *etag;
  const gchar *body;
} Answer;

typedef struct
{
  SoupServer *server;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  const Answer *answers;        /* until one without a method */
  guint size;                   /* that a HEAD says */
  const gchar *checksum;        /* CRC32C that it says, or NULL */
  gint n_requests;              /* atomic */
  gint n_deletes;               /* atomic */
} FakeStore;

static FakeStore fake;
static GstRecStorePlace *place;
static GstRecStore *store;

static void
answer_as_told (SoupServer * server G_GNUC_UNUSED, SoupServerMessage * message,
    const gchar * path G_GNUC_UNUSED, GHashTable * query G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  const gchar *method = soup_server_message_get_method (message);
  const Answer *answer = fake.answers;

  g_atomic_int_inc (&fake.n_requests);
  if (strcmp (method, "DELETE") == 0)
    g_atomic_int_inc (&fake.n_deletes);
  while (answer->method && strcmp (answer->method, method) != 0)
    answer++;

  if (answer->status == 0) {
    g_io_stream_close (soup_server_message_steal_connection (message), NULL,
        NULL);
    return;
  }
  soup_server_message_set_status (message, answer->status, NULL);
  if (fake.checksum)
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "x-amz-checksum-crc32c", fake.checksum);
  if (answer->etag)
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "ETag", answer->etag);
  if (strcmp (method, "HEAD") == 0)
    soup_message_headers_set_content_length
        (soup_server_message_get_response_headers (message),
        fake.size);
  else if (answer->body)
    soup_server_message_set_response (message, "application/xml",
        SOUP_MEMORY_STATIC, answer->body, strlen (answer->body));
}

static gpointer
serve (gpointer data G_GNUC_UNUSED)
{
  g_main_context_push_thread_default (fake.context);
  g_main_loop_run (fake.loop);
  g_main_context_pop_thread_default (fake.context);

  return NULL;
}

/* @options may be NULL. */
static GstRecStorePlace *
make_place (const GstRecS3Options * options)
{
  GstRecCredentials keys = {
    .access_key_id = (gchar *) "KEY",.secret_access_key = (gchar *) "SECRET"
  };
  g_autoptr (GstRecCredentialsProvider) credentials =
      gst_rec_credentials_provider_new_static (&keys);
  GSList *uris = soup_server_get_uris (fake.server);
  g_autofree gchar *endpoint = g_strdup_printf ("http://127.0.0.1:%d",
      g_uri_get_port (uris->data));
  GstRecS3Settings settings = {
    .endpoint = endpoint,.bucket = "bucket",.region = "us-east-1",
    .path_style = GST_REC_S3_PATH_STYLE_AUTO,.credentials = credentials,
    .timeout = 5,.retries = 0,.options = options
  };

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return gst_rec_s3_place_new (&settings, NULL);
}

static void
setup (void)
{
  memset (&fake, 0, sizeof (fake));
  fake.size = SIZE;
  fake.context = g_main_context_new ();
  fake.loop = g_main_loop_new (fake.context, FALSE);
  g_main_context_push_thread_default (fake.context);
  fake.server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fake.server, NULL, answer_as_told, NULL, NULL);
  fail_unless (soup_server_listen_local (fake.server, 0,
          SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  g_main_context_pop_thread_default (fake.context);

  place = make_place (NULL);
  store = gst_rec_store_place_open (place, NULL, FALSE, NULL);
  fail_unless (store != NULL);
}

static void
begin (const Answer * answers)
{
  fake.answers = answers;
  fake.thread = g_thread_new ("store", serve, NULL);
}

static void
teardown (void)
{
  gst_rec_store_free (store);
  gst_rec_store_place_unref (place);
  g_main_loop_quit (fake.loop);
  g_thread_join (fake.thread);
  soup_server_disconnect (fake.server);
  g_object_unref (fake.server);
  g_main_loop_unref (fake.loop);
  g_main_context_unref (fake.context);
}

#define COMPLETE(etag) "<CompleteMultipartUploadResult>" etag \
  "</CompleteMultipartUploadResult>"

static const struct
{
  Answer answers[4];
  gint error;                   /* -1: the object stands */
  const gchar *etag;
  gint n_requests;
} completes[] = {
  /* The store says all, or says it without an ETag. */
  {{{"POST", 200, NULL, COMPLETE ("<ETag>\"x-1\"</ETag>")},
          {NULL, 403, NULL, NULL}}, -1, "x-1", 1},
  {{{"POST", 200, NULL, COMPLETE ("<ETag></ETag>")},
          {NULL, 403, NULL, NULL}}, -1, OBJECT_ETAG, 1},
  {{{"POST", 200, NULL, COMPLETE ("")},
          {NULL, 403, NULL, NULL}}, -1, OBJECT_ETAG, 1},
  /* Its answer is lost or makes no sense, and the object stands. */
  {{{"POST", 0, NULL, NULL}, {"HEAD", 200, "\"" OBJECT_ETAG "\"", NULL},
          {NULL, 403, NULL, NULL}}, -1, OBJECT_ETAG, 2},
  {{{"POST", 503, NULL, NULL}, {"HEAD", 200, "\"" OBJECT_ETAG "\"", NULL},
          {NULL, 403, NULL, NULL}}, -1, OBJECT_ETAG, 2},
  {{{"POST", 404, NULL, NULL}, {"HEAD", 200, "\"" OBJECT_ETAG "\"", NULL},
          {NULL, 403, NULL, NULL}}, -1, OBJECT_ETAG, 2},
  {{{"POST", 200, NULL, "<Complete"},
          {"HEAD", 200, "\"" OBJECT_ETAG "\"", NULL},
          {NULL, 403, NULL, NULL}}, -1, OBJECT_ETAG, 2},
  {{{"POST", 200, NULL, "<Error><Code>InternalError</Code></Error>"},
          {"HEAD", 200, "\"" OBJECT_ETAG "\"", NULL},
          {NULL, 403, NULL, NULL}}, -1, OBJECT_ETAG, 2},
  /* Another object stands, none does, or nobody may say. */
  {{{"POST", 200, NULL, "<Error><Code>InternalError</Code></Error>"},
          {"HEAD", 404, NULL, NULL},
          {NULL, 403, NULL, NULL}}, GST_REC_STORE_ERROR_BUSY, NULL, 2},
  {{{"POST", 503, NULL, NULL}, {"HEAD", 200, "\"other\"", NULL},
          {NULL, 403, NULL, NULL}}, GST_REC_STORE_ERROR_BUSY, NULL, 2},
  {{{"POST", 404, NULL, NULL}, {"HEAD", 404, NULL, NULL},
          {NULL, 403, NULL, NULL}}, GST_REC_STORE_ERROR_NOT_FOUND, NULL, 2},
  {{{NULL, 0, NULL, NULL}}, GST_REC_STORE_ERROR_UNREACHABLE, NULL, -1},
  /* What is clear is not asked about. */
  {{{"POST", 403, NULL, NULL}, {"HEAD", 200, "\"" OBJECT_ETAG "\"", NULL},
          {NULL, 403, NULL, NULL}}, GST_REC_STORE_ERROR_NOT_AUTHORIZED, NULL,
      1},
};

GST_START_TEST (test_a_complete_is_looked_into_where_it_is_unclear)
{
  GstRecStorePart part = { 1, SIZE, (gchar *) PART_ETAG, NULL };
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) error = NULL;

  begin (completes[__i__].answers);
  gboolean ok = store->klass->complete (store, "key", "id", &part, 1, &object,
      NULL, &error);

  fail_unless_equals_int (ok, completes[__i__].error < 0);
  if (ok) {
    fail_unless_equals_string (object.etag, completes[__i__].etag);
    fail_unless_equals_uint64 (object.size, SIZE);
  } else {
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            completes[__i__].error), "%s", error->message);
  }
  if (completes[__i__].n_requests > 0)
    fail_unless_equals_int (g_atomic_int_get (&fake.n_requests),
        completes[__i__].n_requests);
}

GST_END_TEST;

/* The MD5 of "1234567" */
#define BODY_ETAG "\"fcea920f7412b5da7be0cf42b8c93759\""

static const struct
{
  Answer answers[3];
  gint error;                   /* -1: the object stands */
} puts[] = {
  {{{"PUT", 200, BODY_ETAG, NULL}, {NULL, 403, NULL, NULL}}, -1},
  {{{"PUT", 0, NULL, NULL}, {"HEAD", 200, BODY_ETAG, NULL},
          {NULL, 403, NULL, NULL}}, -1},
  {{{"PUT", 503, NULL, NULL}, {"HEAD", 200, BODY_ETAG, NULL},
          {NULL, 403, NULL, NULL}}, -1},
  {{{"PUT", 503, NULL, NULL}, {"HEAD", 200, "\"other\"", NULL},
          {NULL, 403, NULL, NULL}}, GST_REC_STORE_ERROR_BUSY},
  {{{"PUT", 403, NULL, NULL}, {"HEAD", 200, BODY_ETAG, NULL},
          {NULL, 403, NULL, NULL}}, GST_REC_STORE_ERROR_NOT_AUTHORIZED},
  /* Somebody else's, and not of an earlier try. */
  {{{"PUT", 412, NULL, NULL}, {"HEAD", 200, BODY_ETAG, NULL},
          {NULL, 403, NULL, NULL}}, GST_REC_STORE_ERROR_EXISTS},
};

GST_START_TEST (test_a_put_is_looked_into_where_it_is_unclear)
{
  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_static ("1234567", SIZE));
  GstRecStoreAttributes attributes = { 0, };
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) error = NULL;

  begin (puts[__i__].answers);
  gboolean ok = store->klass->put (store, "key", &attributes, body, &object,
      NULL, &error);

  fail_unless_equals_int (ok, puts[__i__].error < 0);
  if (ok) {
    fail_unless_equals_uint64 (object.size, SIZE);
  } else {
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            puts[__i__].error), "%s", error->message);
  }
}

GST_END_TEST;

/* A store whose ETags are no MD5s. */
GST_START_TEST (test_a_lost_complete_is_known_by_its_checksum)
{
  static const Answer answers[] = {
    {"POST", 0, NULL, NULL}, {"HEAD", 200, "\"of a KMS\"", NULL},
    {NULL, 403, NULL, NULL}
  };
  /* CRC32C of "1234567", alone and with one bit more. */
  static const gchar *const sums[] = { "TPGTSw==", "TPGTSg==" };
  GstRecS3Options options = {.checksum = GST_REC_CHECKSUM_CRC32C };
  GstRecStorePart part = { 1, SIZE, (gchar *) PART_ETAG,
    (gchar *) sums[0]
  };
  g_autoptr (GstRecStorePlace) summing = make_place (&options);
  g_autoptr (GstRecStore) handle =
      gst_rec_store_place_open (summing, NULL, FALSE, NULL);
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) error = NULL;

  fake.checksum = sums[__i__];
  begin (answers);
  gboolean ok = handle->klass->complete (handle, "key", "id", &part, 1,
      &object, NULL, &error);

  fail_unless_equals_int (ok, __i__ == 0);
  if (ok) {
    fail_unless_equals_string (object.etag, "of a KMS");
    fail_unless_equals_string (object.checksum, "crc32c:TPGTSw==");
  }
}

GST_END_TEST;

static GstRecUploader *
make_uploader (void)
{
  GstRecUploaderConfig config = {
    .place = place,.key = "key",
    .part_size = 5 * 1024 * 1024,.header_size = 0,.parallel = 1,
    .timeout = G_TIME_SPAN_SECOND
  };
  GstRecStoreAttributes attributes = {.content_type = (gchar *) "text/plain" };
  GstRecUploader *uploader = gst_rec_uploader_new (&config);
  gsize written = 0;

  gst_rec_uploader_set_attributes (uploader, &attributes);
  fail_unless (gst_rec_uploader_write (uploader, "1234567", SIZE, &written,
          NULL));

  return uploader;
}

#define CREATED "<InitiateMultipartUploadResult><UploadId>id</UploadId>" \
  "</InitiateMultipartUploadResult>"

/* With no retries for anything else. */
GST_START_TEST (test_an_abort_is_patient_until_its_deadline)
{
  static const Answer answers[] = {
    {"POST", 200, NULL, CREATED}, {NULL, 503, NULL, NULL}
  };

  begin (answers);
  g_autoptr (GstRecUploader) uploader = make_uploader ();
  gint64 begun = g_get_monotonic_time ();

  gst_rec_uploader_cancel (uploader, NULL);
  while (gst_rec_uploader_wait (uploader, G_TIME_SPAN_SECOND, FALSE) !=
      GST_REC_UPLOADER_CLOSED);

  gint64 took = g_get_monotonic_time () - begun;
  gint n = g_atomic_int_get (&fake.n_deletes);
  fail_unless (took > 900 * G_TIME_SPAN_MILLISECOND &&
      took < 4 * G_TIME_SPAN_SECOND, "%" G_GINT64_FORMAT, took);
  fail_unless (n > 1 && n < 100, "%d", n);
  fail_unless_equals_string (gst_rec_uploader_get_left_upload (uploader),
      "id");
}

GST_END_TEST;

GST_START_TEST (test_an_object_by_one_put_is_one_part)
{
  static const Answer answers[] = {
    {"POST", 200, NULL, CREATED}, {"PUT", 200, "\"x\"", NULL},
    {"HEAD", 200, "\"x\"", NULL}, {"DELETE", 204, NULL, NULL},
    {NULL, 404, NULL, NULL}
  };
  GstRecUploaderStats stats;
  guint n_parts;

  begin (answers);
  g_autoptr (GstRecUploader) uploader = make_uploader ();
  gst_rec_uploader_finish (uploader);
  fail_unless_equals_int (gst_rec_uploader_wait (uploader,
          10 * G_TIME_SPAN_SECOND, FALSE), GST_REC_UPLOADER_CLOSED);

  fail_unless (gst_rec_uploader_get_object (uploader, &n_parts) != NULL);
  gst_rec_uploader_get_stats (uploader, &stats);
  fail_unless_equals_int (n_parts, 1);
  fail_unless_equals_int (stats.parts_stored, 1);
}

GST_END_TEST;

static const struct
{
  Answer head;
  guint size;                   /* that it says */
  gint error;                   /* -1: the object stands */
  gboolean verified;
} verifications[] = {
  {{"HEAD", 200, "\"x\"", NULL}, SIZE, -1, TRUE},
  /* A store that does not say. */
  {{"HEAD", 200, NULL, NULL}, SIZE, -1, TRUE},
  /* Who may write may not always ask; and a network may fail. */
  {{"HEAD", 403, NULL, NULL}, SIZE, -1, FALSE},
  {{"HEAD", 503, NULL, NULL}, SIZE, -1, FALSE},
  {{"HEAD", 0, NULL, NULL}, SIZE, -1, FALSE},
  {{"HEAD", 404, NULL, NULL}, SIZE, GST_REC_STORE_ERROR_CHECKSUM, FALSE},
  {{"HEAD", 200, "\"other\"", NULL}, SIZE, GST_REC_STORE_ERROR_CHANGED, FALSE},
  {{"HEAD", 200, "\"x\"", NULL}, SIZE - 1, GST_REC_STORE_ERROR_CHECKSUM,
      FALSE},
};

GST_START_TEST (test_what_stands_is_compared_with_what_was_sent)
{
  Answer answers[] = {
    {"POST", 200, NULL, CREATED}, {"PUT", 200, "\"x\"", NULL},
    {"DELETE", 204, NULL, NULL}, verifications[__i__].head,
    {NULL, 404, NULL, NULL}
  };
  guint n_parts;

  fake.size = verifications[__i__].size;
  begin (answers);
  g_autoptr (GstRecUploader) uploader = make_uploader ();
  gst_rec_uploader_finish (uploader);
  fail_unless_equals_int (gst_rec_uploader_wait (uploader,
          10 * G_TIME_SPAN_SECOND, FALSE), GST_REC_UPLOADER_CLOSED);

  const GError *error = gst_rec_uploader_get_error (uploader);
  fail_unless_equals_int (gst_rec_uploader_get_object (uploader, &n_parts) !=
      NULL, verifications[__i__].error < 0);
  fail_unless_equals_int (gst_rec_uploader_is_verified (uploader),
      verifications[__i__].verified);
  if (verifications[__i__].error >= 0)
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            verifications[__i__].error), "%s", error->message);
  else
    fail_unless (error == NULL);
  fail_unless (gst_rec_uploader_get_left_upload (uploader) == NULL);
}

GST_END_TEST;

/* It says for ever that there is more, and names another place to go on. */
static void
answer_without_end (SoupServer * server G_GNUC_UNUSED,
    SoupServerMessage * message, const gchar * path G_GNUC_UNUSED,
    GHashTable * query G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  GString *text = g_string_new ("<ListPartsResult>"
      "<IsTruncated>true</IsTruncated>");

  g_string_append_printf (text, "<NextPartNumberMarker>%d"
      "</NextPartNumberMarker>", g_atomic_int_add (&fake.n_requests, 1) + 1);
  for (guint i = 0; i < 900; i++)
    g_string_append (text, "<Part><PartNumber>1</PartNumber><Size>1</Size>"
        "<ETag>x</ETag></Part>");
  g_string_append (text, "</ListPartsResult>");
  soup_server_message_set_status (message, 200, NULL);
  gsize length = text->len;
  soup_server_message_set_response (message, "application/xml",
      SOUP_MEMORY_TAKE, g_string_free (text, FALSE), length);
}

GST_START_TEST (test_a_list_without_end_is_an_error)
{
  g_autoptr (GError) error = NULL;

  soup_server_add_handler (fake.server, "/bucket/key", answer_without_end,
      NULL, NULL);
  begin (NULL);
  fail_unless (store->klass->list_parts (store, "key", "id", NULL, &error) ==
      NULL);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_ANSWER), "%s", error->message);
  fail_unless_equals_int (g_atomic_int_get (&fake.n_requests), 12);
}

GST_END_TEST;

static Suite *
s3_suite (void)
{
  Suite *s = suite_create ("s3");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_loop_test (tc, test_a_complete_is_looked_into_where_it_is_unclear,
      0, G_N_ELEMENTS (completes));
  tcase_add_loop_test (tc, test_a_lost_complete_is_known_by_its_checksum, 0,
      2);
  tcase_add_loop_test (tc, test_a_put_is_looked_into_where_it_is_unclear, 0,
      G_N_ELEMENTS (puts));
  tcase_add_test (tc, test_an_abort_is_patient_until_its_deadline);
  tcase_add_test (tc, test_an_object_by_one_put_is_one_part);
  tcase_add_loop_test (tc, test_what_stands_is_compared_with_what_was_sent,
      0, G_N_ELEMENTS (verifications));
  tcase_add_test (tc, test_a_list_without_end_is_an_error);

  return s;
}

GST_CHECK_MAIN (s3);
