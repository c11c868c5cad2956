/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* The Azure store and uploads to it, against a server that keeps one blob and
 * can do what real ones seldom do. */
#include <stdio.h>
#include <string.h>

#include <gst/check/gstcheck.h>

#include "loopback.h"
#include "store/azure.h"
#include "store/azureaccount.h"
#include "store/uploader.h"

#define KEY "MDEyMzQ1Njc4OWFiY2RlZg=="
#define SECRET_TOKEN "sv=2021-12-02&sp=cw&sig=c2VjcmV0"

static struct
{
  Loopback loopback;
  GMutex lock;
  /* With the lock. */
  gboolean exists;
  guint version;                /* of the blob, its ETag */
  gchar *lease;                 /* NULL: none */
  gchar *mark;                  /* whose placeholder it is */
  gchar *committed;             /* ids of its blocks, each with a "," */
  GHashTable *waiting;          /* id → bytes */
  GString *bytes;               /* of the blob */
  GHashTable *sizes;            /* id → bytes, of all that ever came */
  GString *log;                 /* what was asked for */
  guint n_commits;
  const gchar *lose;            /* the operation whose answer gets lost, once */
  guint skew;                   /* s that a signature is off, once */
  const gchar *refuse;          /* "OPERATION status code" */
  const gchar *stall;           /* the operation that is never answered */
  gchar *authorization;         /* of the last request */
  gchar *last_query;
  gboolean archived;            /* nothing writes it any more */
} fake;

static void
answer (SoupServerMessage * message, guint status, const gchar * code)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, status, NULL);
  if (code)
    soup_message_headers_replace (headers, "x-ms-error-code", code);
}

static const gchar *
header (SoupServerMessage * message, const gchar * name)
{
  return soup_message_headers_get_one
      (soup_server_message_get_request_headers (message), name);
}

static const gchar *
operation_of (SoupServerMessage * message, GHashTable * query)
{
  const gchar *method = soup_server_message_get_method (message);
  const gchar *comp = query ? g_hash_table_lookup (query, "comp") : NULL;

  if (g_strcmp0 (comp, "blocklist") == 0)
    return g_str_equal (method, "GET") ? "list" : "commit";
  if (g_strcmp0 (comp, "block") == 0)
    return "block";
  if (g_strcmp0 (comp, "list") == 0)
    return "blobs";
  if (g_strcmp0 (comp, "lease") == 0)
    return header (message, "x-ms-lease-action");
  if (g_str_equal (method, "PUT"))
    return "put";

  return g_str_equal (method, "HEAD") ? "head" :
      g_str_equal (method, "DELETE") ? "delete" : "get";
}

/* What a write is refused for, or NULL. Called with the lock held. */
static const gchar *
condition (SoupServerMessage * message, guint * status)
{
  const gchar *lease = header (message, "x-ms-lease-id");
  const gchar *match = header (message, "If-Match");
  g_autofree gchar *etag = g_strdup_printf ("\"v%u\"", fake.version);

  *status = 412;
  if (fake.lease && g_strcmp0 (lease, fake.lease) != 0)
    return lease ? "LeaseIdMismatchWithBlobOperation" : "LeaseIdMissing";
  if (!fake.lease && lease)
    return "LeaseLost";
  if (fake.archived)
    return "BlobArchived";
  if (match && (!fake.exists || strcmp (match, etag) != 0))
    return "ConditionNotMet";
  *status = 409;
  return header (message, "If-None-Match") && fake.exists ?
      "BlobAlreadyExists" : NULL;
}

static void
set_etag (SoupServerMessage * message)
{
  g_autofree gchar *etag = g_strdup_printf ("\"v%u\"", fake.version);

  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "ETag", etag);
}

static gsize
body_size (SoupServerMessage * message)
{
  return soup_server_message_get_request_body (message)->length;
}

/* Called with the lock held. */
static void
commit (SoupServerMessage * message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) data = soup_message_body_flatten (body);
  gsize size;
  const gchar *start = g_bytes_get_data (data, &size);
  g_autofree gchar *text = g_strndup (start, size);
  g_auto (GStrv) words = g_strsplit_set (text, "<>", -1);
  GString *ids = g_string_new (NULL);
  gsize total = 0;

  fake.n_commits++;
  for (guint i = 0; words[i]; i++) {
    const gchar *id = words[i];

    /* Between two tags there is an id, or nothing. */
    if (strlen (id) < 32 || *id == '?')
      continue;
    if (!g_hash_table_contains (fake.waiting, id) &&
        !(fake.committed && strstr (fake.committed, id))) {
      answer (message, 400, "InvalidBlockList");
      g_string_free (ids, TRUE);
      return;
    }
    g_string_append_printf (ids, "%s,", id);
    total += GPOINTER_TO_SIZE (g_hash_table_lookup (fake.sizes, id));
  }

  fake.archived = g_strcmp0 (header (message, "x-ms-access-tier"),
      "Archive") == 0;
  g_free (fake.committed);
  fake.committed = g_string_free (ids, FALSE);
  g_hash_table_remove_all (fake.waiting);
  fake.exists = TRUE;
  fake.version++;
  g_free (fake.mark);
  fake.mark = g_strdup (header (message, "x-ms-meta-upload"));
  g_string_set_size (fake.bytes, total);
  set_etag (message);
  answer (message, 201, NULL);
}

/* Called with the lock held. */
static void
list (SoupServerMessage * message, const gchar * type)
{
  g_autoptr (GString) xml = g_string_new ("\xef\xbb\xbf<?xml version=\"1.0\""
      " encoding=\"utf-8\"?><BlockList><");
  gboolean committed = g_str_equal (type, "committed");
  g_auto (GStrv) ids = g_strsplit (committed && fake.committed ?
      fake.committed : "", ",", -1);
  GHashTableIter iter;
  gpointer id, size;

  if (!fake.exists && g_hash_table_size (fake.waiting) == 0) {
    answer (message, 404, "BlobNotFound");
    return;
  }
  g_string_append_printf (xml, "%s>",
      committed ? "CommittedBlocks" : "UncommittedBlocks");
  for (gchar ** i = ids; *i; i++)
    if (**i)
      g_string_append_printf (xml, "<Block><Name>%s</Name><Size>1</Size>"
          "</Block>", *i);
  g_hash_table_iter_init (&iter, fake.waiting);
  while (!committed && g_hash_table_iter_next (&iter, &id, &size))
    g_string_append_printf (xml, "<Block><Name>%s</Name><Size>%"
        G_GSIZE_FORMAT "</Size></Block>", (gchar *) id,
        GPOINTER_TO_SIZE (size));
  g_string_append_printf (xml, "</%s></BlockList>",
      committed ? "CommittedBlocks" : "UncommittedBlocks");

  answer (message, 200, NULL);
  soup_server_message_set_response (message, "application/xml",
      SOUP_MEMORY_COPY, xml->str, xml->len);
}

/* Two pages, the second of which has the blob, or the blocks that wait for
 * one. Called with the lock held. */
static void
list_blobs (SoupServerMessage * message, GHashTable * query)
{
  const gchar *marker = g_hash_table_lookup (query, "marker");
  gboolean waiting = g_strcmp0 (g_hash_table_lookup (query, "include"),
      "uncommittedblobs") == 0 && g_hash_table_size (fake.waiting) > 0;
  g_autoptr (GString) xml = g_string_new ("\xef\xbb\xbf<?xml version=\"1.0\""
      " encoding=\"utf-8\"?><EnumerationResults><Blobs>");

  if (g_strcmp0 (marker, "two") != 0)
    g_string_append (xml, "<Blob><Name>other</Name><Properties>"
        "<Content-Length>7</Content-Length><Etag>0x8</Etag></Properties>"
        "</Blob></Blobs><NextMarker>two</NextMarker>");
  else if (fake.exists || waiting)
    g_string_append_printf (xml, "<Blob><Name>a b</Name><Properties>"
        "<Content-Length>%" G_GSIZE_FORMAT "</Content-Length>"
        "<Last-Modified>Sat, 02 Jan 2016 03:04:05 GMT</Last-Modified>"
        "<Content-Type>video/mp4</Content-Type></Properties></Blob>"
        "</Blobs><NextMarker />", fake.exists ? fake.bytes->len : 0);
  else
    g_string_append (xml, "</Blobs><NextMarker />");
  g_string_append (xml, "</EnumerationResults>");
  answer (message, 200, NULL);
  soup_server_message_set_response (message, "application/xml",
      SOUP_MEMORY_COPY, xml->str, xml->len);
}

/* Called with the lock held. */
static void
get (SoupServerMessage * message)
{
  const gchar *match = header (message, "If-Match");
  const gchar *range = header (message, "x-ms-range");
  g_autofree gchar *etag = g_strdup_printf ("\"v%u\"", fake.version);
  guint from = 0, to = 0;

  if (match && strcmp (match, etag) != 0) {
    answer (message, 412, "ConditionNotMet");
    return;
  }
  fail_unless (sscanf (range, "bytes=%u-%u", &from, &to) == 2);
  if (from >= fake.bytes->len) {
    answer (message, 416, "InvalidRange");
    return;
  }
  set_etag (message);
  answer (message, 206, NULL);
  soup_message_headers_set_content_range
      (soup_server_message_get_response_headers (message), from, to,
      fake.bytes->len);
  soup_server_message_set_response (message, "video/mp4", SOUP_MEMORY_COPY,
      fake.bytes->str + from, to - from + 1);
}

/* Called with the lock held. */
static void
serve (SoupServerMessage * message, const gchar * operation,
    GHashTable * query)
{
  SoupMessageHeaders *out = soup_server_message_get_response_headers (message);
  gboolean write = g_strv_contains ((const gchar * const[]) {"put", "commit",
          "block", "delete", NULL}, operation);
  guint status;
  const gchar *refused = write ? condition (message, &status) : NULL;

  if (refused) {
    answer (message, status, refused);
  } else if (g_str_equal (operation, "block")) {
    g_hash_table_insert (fake.waiting,
        g_strdup (g_hash_table_lookup (query, "blockid")),
        GSIZE_TO_POINTER (body_size (message)));
    g_hash_table_insert (fake.sizes,
        g_strdup (g_hash_table_lookup (query, "blockid")),
        GSIZE_TO_POINTER (body_size (message)));
    answer (message, 201, NULL);
  } else if (g_str_equal (operation, "commit")) {
    commit (message);
  } else if (g_str_equal (operation, "put")) {
    g_hash_table_remove_all (fake.waiting);
    g_clear_pointer (&fake.committed, g_free);
    fake.exists = TRUE;
    fake.version++;
    g_string_set_size (fake.bytes, body_size (message));
    soup_message_headers_replace (out, "Content-MD5",
        header (message, "Content-MD5"));
    set_etag (message);
    answer (message, 201, NULL);
  } else if (g_str_equal (operation, "list")) {
    list (message, g_hash_table_lookup (query, "blocklisttype"));
  } else if (g_str_equal (operation, "delete")) {
    answer (message, fake.exists ? 202 : 404,
        fake.exists ? NULL : "BlobNotFound");
    fake.exists = FALSE;
    g_clear_pointer (&fake.lease, g_free);
    g_hash_table_remove_all (fake.waiting);
  } else if (g_str_equal (operation, "acquire")) {
    if (!fake.exists) {
      answer (message, 404, "BlobNotFound");
    } else if (fake.lease) {
      answer (message, 409, "LeaseAlreadyPresent");
    } else {
      fake.lease = g_strdup (header (message, "x-ms-proposed-lease-id"));
      answer (message, 201, NULL);
    }
  } else if (g_str_equal (operation, "release")) {
    g_clear_pointer (&fake.lease, g_free);
    answer (message, 200, NULL);
  } else if (g_str_equal (operation, "blobs")) {
    list_blobs (message, query);
  } else if (!fake.exists) {
    answer (message, 404, "BlobNotFound");
  } else if (g_str_equal (operation, "get")) {
    get (message);
  } else {
    set_etag (message);
    if (fake.mark)
      soup_message_headers_replace (out, "x-ms-meta-upload", fake.mark);
    soup_message_headers_set_content_length (out, fake.bytes->len);
    answer (message, 200, NULL);
  }
}

static gboolean
is_refused (SoupServerMessage * message, const gchar * operation)
{
  g_auto (GStrv) words = g_strsplit (fake.refuse ? fake.refuse : "", " ", 3);

  if (g_strv_length (words) < 3 || strcmp (words[0], operation) != 0)
    return FALSE;
  answer (message, atoi (words[1]), words[2]);
  return TRUE;
}

static void
handle (SoupServer * server G_GNUC_UNUSED, SoupServerMessage * message,
    const gchar * path, GHashTable * query, gpointer data G_GNUC_UNUSED)
{
  const gchar *operation = operation_of (message, query);
  const gchar *raw = g_uri_get_query (soup_server_message_get_uri (message));

  g_mutex_lock (&fake.lock);
  g_string_append_printf (fake.log, "%s ", operation);
  g_free (fake.authorization);
  fake.authorization = g_strdup (header (message, "Authorization"));
  g_free (fake.last_query);
  fake.last_query = g_strdup (raw);
  if (strstr (path, "/missing/")) {
    answer (message, 404, "ContainerNotFound");
  } else if (fake.skew) {
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autoptr (GDateTime) then = g_date_time_add_seconds (now, fake.skew);
    g_autofree gchar *date = soup_date_time_to_string (then, SOUP_DATE_HTTP);

    fake.skew = 0;
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Date", date);
    answer (message, 403, "AuthenticationFailed");
  } else if (g_strcmp0 (fake.stall, operation) == 0) {
    soup_server_message_pause (message);
  } else if (!is_refused (message, operation)) {
    serve (message, operation, query);
    if (g_strcmp0 (fake.lose, operation) == 0) {
      fake.lose = NULL;
      answer (message, 503, "ServerBusy");
    }
  }
  g_mutex_unlock (&fake.lock);
}

static void
setup (void)
{
  memset (&fake, 0, sizeof (fake));
  g_mutex_init (&fake.lock);
  fake.waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  fake.sizes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  fake.bytes = g_string_new (NULL);
  fake.log = g_string_new (NULL);
  loopback_start (&fake.loopback, handle);
}

static void
teardown (void)
{
  loopback_stop (&fake.loopback);
  g_hash_table_unref (fake.waiting);
  g_hash_table_unref (fake.sizes);
  g_string_free (fake.bytes, TRUE);
  g_string_free (fake.log, TRUE);
  g_free (fake.lease);
  g_free (fake.mark);
  g_free (fake.committed);
  g_free (fake.authorization);
  g_free (fake.last_query);
  g_mutex_clear (&fake.lock);
}

static GstRecStorePlace *
make_place (const GstRecAzureSettings * given)
{
  GstRecAzureAccount account = {.name = (gchar *) "account",
    .endpoint = fake.loopback.endpoint,.key = (gchar *) KEY
  };
  GstRecAzureSettings settings = *given;
  GError *error = NULL;

  if (settings.account == NULL)
    settings.account = &account;
  if (settings.container == NULL)
    settings.container = "container";
  if (settings.timeout == 0)
    settings.timeout = 5;
  settings.retries = 2;
  GstRecStorePlace *place = gst_rec_azure_place_new (&settings, &error);
  fail_unless (place != NULL, "%s", error ? error->message : "");

  return place;
}

#define N_MIB 5
static const guint8 mib[1024 * 1024];

/* Uploads N_MIB MiB to "a b" in parts of one, with what is @given. */
static GstRecUploader *
begin_upload (GstRecStorePlace * place, guint64 header_size)
{
  GstRecUploaderConfig config = {.place = place,.key = "a b",
    .part_size = sizeof (mib),.header_size = header_size,.parallel = 3,
    .timeout = 5 * G_TIME_SPAN_SECOND
  };

  return gst_rec_uploader_new (&config);
}

static gboolean
write_mib (GstRecUploader * uploader, guint n)
{
  for (guint i = 0; i < n; i++) {
    gsize written = 0;

    if (!gst_rec_uploader_write (uploader, mib, sizeof (mib), &written, NULL))
      return FALSE;
  }

  return TRUE;
}

static void
wait_closed (GstRecUploader * uploader)
{
  while (gst_rec_uploader_wait (uploader, G_TIME_SPAN_SECOND,
          FALSE) != GST_REC_UPLOADER_CLOSED);
}

/* The code of the error, -1 for none. */
static gint
end_upload (GstRecUploader * uploader)
{
  gst_rec_uploader_finish (uploader);
  wait_closed (uploader);
  const GError *error = gst_rec_uploader_get_error (uploader);

  if (error == NULL)
    return -1;
  fail_unless (error->domain == GST_REC_STORE_ERROR, "%s", error->message);
  return error->code;
}

static const struct
{
  guint n_mib;
  guint64 header_size;
  guint n_parts;
} sizes[] = {
  {0, 0, 0}, {0, 4096, 0}, {1, 0, 1}, {1, 2 * 1024 * 1024, 1},
  {N_MIB, 0, N_MIB}, {N_MIB, 1024 * 1024, N_MIB},
};

GST_START_TEST (test_an_upload_is_a_blob_of_its_blocks)
{
  g_autoptr (GstRecStorePlace) place =
      make_place (&(GstRecAzureSettings) { 0, });
  g_autoptr (GstRecUploader) uploader =
      begin_upload (place, sizes[__i__].header_size);

  fail_unless (write_mib (uploader, sizes[__i__].n_mib));
  fail_unless_equals_int (end_upload (uploader), -1);
  fail_unless (fake.exists);
  fail_unless_equals_int (fake.bytes->len, sizes[__i__].n_mib * sizeof (mib));
  fail_unless_equals_int (g_hash_table_size (fake.waiting), 0);
  fail_unless (gst_rec_uploader_get_left_upload (uploader) == NULL);
  fail_unless (g_str_has_prefix (fake.authorization, "SharedKey account:"));
}

GST_END_TEST;

/* Operations whose answers get lost after they were done. */
static const gchar *const lost[] = { "block", "commit", "head" };

GST_START_TEST (test_an_answer_that_gets_lost_loses_nothing)
{
  for (guint match = 0; match < 2; match++) {
    g_autoptr (GstRecStorePlace) place =
        make_place (&(GstRecAzureSettings) {.if_none_match = match});
    g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

    fake.exists = FALSE;
    fake.lose = lost[__i__];
    fail_unless (write_mib (uploader, N_MIB));
    fail_unless_equals_int (end_upload (uploader), -1);
    fail_unless_equals_int (fake.bytes->len, N_MIB * sizeof (mib));
    fail_unless (fake.lose == NULL);
  }
}

GST_END_TEST;

/* No block is on its way, and all that is there is in the list. */
GST_START_TEST (test_what_is_committed_can_be_read)
{
  guint64 header_size = __i__ ? 1024 * 1024 : 0;
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .commit_interval = 1,.lease = __i__,.tier = "Archive"});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, header_size);
  guint64 last = 0;

  for (guint i = 0; i < 40; i++) {
    gsize written = 0;

    fail_unless (gst_rec_uploader_write (uploader, mib, 100000, &written,
            NULL));
    g_mutex_lock (&fake.lock);
    fail_unless (fake.bytes->len >= last);
    last = fake.bytes->len;
    fail_unless (last <= (i + 1) * 100000);
    g_mutex_unlock (&fake.lock);
    g_usleep (2000);
  }
  fail_unless (last > 0);
  fail_unless_equals_int (end_upload (uploader), -1);
  fail_unless_equals_int (fake.bytes->len, 40 * 100000);
  fail_unless (fake.n_commits > 3, "%u commits", fake.n_commits);
  fail_unless (fake.archived);
}

GST_END_TEST;

/* Full parts that come as fast as they can, while commits are under way. */
GST_START_TEST (test_no_part_is_lost_to_a_commit)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .commit_interval = 1});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  fail_unless (write_mib (uploader, 60));
  fail_unless_equals_int (end_upload (uploader), -1);
  fail_unless_equals_int (fake.bytes->len, 60 * sizeof (mib));
  fail_unless (fake.n_commits > 2, "%u commits", fake.n_commits);
}

GST_END_TEST;

/* What was committed stays, what was not goes. */
GST_START_TEST (test_an_upload_that_is_given_up_keeps_what_was_committed)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .commit_interval = 1,.lease = __i__});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  /* With a lease the first is that of the empty blob. */
  for (gint i = 0; i < 1000 && (gint) fake.n_commits <= __i__; i++) {
    fail_unless (write_mib (uploader, 1));
    g_usleep (2000);
  }
  gst_rec_uploader_cancel (uploader, NULL);
  wait_closed (uploader);
  fail_unless (fake.exists);
  fail_unless (fake.bytes->len > 0);
  fail_unless_equals_int (g_hash_table_size (fake.waiting), 0);
  fail_unless (fake.lease == NULL);
  fail_unless (gst_rec_uploader_get_left_upload (uploader) == NULL);
}

GST_END_TEST;

GST_START_TEST (test_an_upload_that_is_given_up_leaves_nothing)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .lease = __i__});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  fail_unless (write_mib (uploader, 3));
  fail_unless_equals_int (fake.lease != NULL, __i__);
  gst_rec_uploader_cancel (uploader, NULL);
  wait_closed (uploader);
  fail_if (fake.exists, "%s", fake.log->str);
  fail_unless (fake.lease == NULL);
  fail_unless_equals_int (g_hash_table_size (fake.waiting), 0);
  fail_unless (gst_rec_uploader_get_left_upload (uploader) == NULL);
}

GST_END_TEST;

/* The empty blob is known again by whoever made it, after its answer got lost
 * as well: where it is there for a lease, and where it takes away blocks. */
GST_START_TEST (test_an_empty_blob_whose_answer_gets_lost_is_not_left)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .lease = __i__,.if_none_match = TRUE});

  for (gint complete = 0; complete <= __i__; complete++) {
    g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

    fake.lose = "commit";
    fail_unless (write_mib (uploader, 2));
    if (complete) {
      fail_unless_equals_int (end_upload (uploader), -1);
      fail_unless_equals_int (fake.bytes->len, 2 * sizeof (mib));
    } else {
      gst_rec_uploader_cancel (uploader, NULL);
      wait_closed (uploader);
      fail_if (fake.exists, "%s", fake.log->str);
      fail_unless_equals_int (g_hash_table_size (fake.waiting), 0);
    }
    fail_unless (fake.lose == NULL);
    fail_unless (gst_rec_uploader_get_left_upload (uploader) == NULL);
  }
}

GST_END_TEST;

/* Who may not list blocks may still put a small blob. */
GST_START_TEST (test_a_blob_that_stands_leaves_no_upload)
{
  g_autoptr (GstRecStorePlace) place =
      make_place (&(GstRecAzureSettings) { 0, });
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  fake.refuse = "list 403 AuthorizationPermissionMismatch";
  fail_unless (write_mib (uploader, 1));
  fail_unless_equals_int (end_upload (uploader), -1);
  fail_unless (fake.exists);
  fail_unless (gst_rec_uploader_get_left_upload (uploader) == NULL);
}

GST_END_TEST;

/* Blocks beside a blob that stands cannot be dropped; its lease can. */
GST_START_TEST (test_an_upload_that_is_left_keeps_no_lease)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .lease = TRUE});

  fake.exists = TRUE;
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

    fail_unless (write_mib (uploader, 3));
    gst_rec_uploader_cancel (uploader, NULL);
    wait_closed (uploader);
    fail_unless (fake.exists);
    fail_unless (fake.lease == NULL);
    fail_unless (gst_rec_uploader_get_left_upload (uploader) != NULL);
  }
}

GST_END_TEST;

/* Neither a blob that stands nor blocks of others are ours to drop. */
GST_START_TEST (test_an_upload_that_is_given_up_touches_nothing_of_others)
{
  g_autoptr (GstRecStorePlace) place =
      make_place (&(GstRecAzureSettings) { 0, });
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  if (__i__)
    g_hash_table_insert (fake.waiting, g_strdup ("b3RoZXI="),
        GSIZE_TO_POINTER (1));
  else
    fake.exists = TRUE;
  fake.version = 7;
  fail_unless (write_mib (uploader, 3));
  gst_rec_uploader_cancel (uploader, NULL);
  wait_closed (uploader);
  fail_unless_equals_int (fake.version, 7);
  fail_unless_equals_int (fake.exists, !__i__);
  fail_unless_equals_int (g_hash_table_contains (fake.waiting, "b3RoZXI="),
      __i__);
  fail_unless (gst_rec_uploader_get_left_upload (uploader) != NULL);
}

GST_END_TEST;

static void
expect_write_error (const GstRecAzureSettings * settings, gint code)
{
  g_autoptr (GstRecStorePlace) place = make_place (settings);
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);
  g_autoptr (GError) error = NULL;
  gsize written = 0;

  fail_if (gst_rec_uploader_write (uploader, mib, 1, &written, &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR, code), "%s",
      error->message);
  gst_rec_uploader_cancel (uploader, error);
  wait_closed (uploader);
}

GST_START_TEST (test_a_second_writer_is_refused)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .lease = TRUE});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  fail_unless (write_mib (uploader, 1));
  expect_write_error (&(GstRecAzureSettings) {.lease = TRUE},
      GST_REC_STORE_ERROR_LOCKED);
  expect_write_error (&(GstRecAzureSettings) { 0, },
      GST_REC_STORE_ERROR_LOCKED);
  fail_unless_equals_int (end_upload (uploader), -1);
  fail_unless (fake.lease == NULL);
}

GST_END_TEST;

/* Whoever stops does not wait for a store that says nothing. */
GST_START_TEST (test_a_lease_is_given_back_or_left)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .lease = TRUE,.timeout = 60});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  fail_unless (write_mib (uploader, 1));
  fake.stall = "release";
  gint64 start = g_get_monotonic_time ();
  fail_unless_equals_int (end_upload (uploader), -1);
  fail_unless (g_get_monotonic_time () - start < 10 * G_TIME_SPAN_SECOND);
  fail_unless (strstr (fake.log->str, "release") != NULL);
}

GST_END_TEST;

/* The blob that was there for the lease is not left behind. */
GST_START_TEST (test_an_upload_that_cannot_begin_leaves_nothing)
{
  fake.refuse = "block 403 AuthorizationPermissionMismatch";
  expect_write_error (&(GstRecAzureSettings) {.lease = TRUE},
      GST_REC_STORE_ERROR_NOT_AUTHORIZED);
  fail_unless (fake.lease == NULL);
  fail_if (fake.exists, "%s", fake.log->str);
}

GST_END_TEST;

GST_START_TEST (test_a_lease_that_is_lost_ends_the_upload)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .lease = TRUE});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  fail_unless (write_mib (uploader, 1));
  g_mutex_lock (&fake.lock);
  g_free (fake.lease);
  fake.lease = g_strdup ("other");
  g_mutex_unlock (&fake.lock);
  write_mib (uploader, N_MIB);
  fail_unless_equals_int (end_upload (uploader), GST_REC_STORE_ERROR_LOCKED);
  /* It is the other's. */
  fail_unless (fake.exists);
}

GST_END_TEST;

/* A blob that somebody wrote between two commits is not written over. */
GST_START_TEST (test_another_writer_between_commits_ends_the_upload)
{
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .commit_interval = 1});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  for (guint i = 0; i < 1000 && !fake.n_commits; i++) {
    fail_unless (write_mib (uploader, 1));
    g_usleep (2000);
  }
  g_mutex_lock (&fake.lock);
  fake.version += 100;
  g_clear_pointer (&fake.committed, g_free);
  g_hash_table_remove_all (fake.waiting);
  g_mutex_unlock (&fake.lock);
  write_mib (uploader, 1);
  fail_unless_equals_int (end_upload (uploader), GST_REC_STORE_ERROR_CHANGED);
  fail_unless (fake.version >= 100 && fake.exists);
}

GST_END_TEST;

static const struct
{
  const gchar *refuse;          /* operation, status, code */
  gint code;
} refusals[] = {
  {"block 403 AuthenticationFailed", GST_REC_STORE_ERROR_NOT_AUTHORIZED},
  {"block 403 AuthorizationPermissionMismatch",
      GST_REC_STORE_ERROR_NOT_AUTHORIZED},
  {"block 404 ContainerNotFound", GST_REC_STORE_ERROR_NO_BUCKET},
  {"block 409 ContainerBeingDeleted", GST_REC_STORE_ERROR_NO_BUCKET},
  {"block 400 InvalidBlobOrBlock", GST_REC_STORE_ERROR_REFUSED},
  {"block 409 InvalidBlobType", GST_REC_STORE_ERROR_REFUSED},
  {"block 503 ServerBusy", GST_REC_STORE_ERROR_BUSY},
  {"block 500 InternalError", GST_REC_STORE_ERROR_BUSY},
  {"block 400 Md5Mismatch", GST_REC_STORE_ERROR_CHECKSUM},
  {"block 418 <script>", GST_REC_STORE_ERROR_FAILED},
};

GST_START_TEST (test_refusals_are_understood)
{
  fake.refuse = refusals[__i__].refuse;
  expect_write_error (&(GstRecAzureSettings) { 0, }, refusals[__i__].code);
}

GST_END_TEST;

GST_START_TEST (test_a_blob_that_is_there_is_not_replaced)
{
  fake.exists = TRUE;
  expect_write_error (&(GstRecAzureSettings) {.if_none_match = TRUE},
      GST_REC_STORE_ERROR_EXISTS);

  /* And one that came meanwhile, and one nobody may look at. */
  fake.refuse = "head 403 AuthorizationPermissionMismatch";
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .if_none_match = TRUE});
  for (guint n = 1; n <= 3; n += 2) {
    g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

    fake.exists = FALSE;
    fail_unless (write_mib (uploader, n));
    fake.exists = TRUE;
    fail_unless_equals_int (end_upload (uploader), GST_REC_STORE_ERROR_EXISTS);
  }
}

GST_END_TEST;

GST_START_TEST (test_a_wrong_clock_is_corrected)
{
  g_autoptr (GstRecStorePlace) place =
      make_place (&(GstRecAzureSettings) { 0, });
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);

  fake.skew = 3600;
  fail_unless (write_mib (uploader, 1));
  fail_unless_equals_int (end_upload (uploader), -1);
}

GST_END_TEST;

GST_START_TEST (test_a_token_goes_with_every_request_and_into_no_error)
{
  GstRecAzureAccount account = {.name = (gchar *) "account",
    .endpoint = fake.loopback.endpoint,.sas_token = (gchar *) SECRET_TOKEN
  };
  g_autoptr (GstRecStorePlace) place = make_place (&(GstRecAzureSettings) {
    .account = &account});
  g_autoptr (GstRecUploader) uploader = begin_upload (place, 0);
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  GstRecStoreUrl url = { "GET", 60, NULL, NULL };
  g_autoptr (GError) error = NULL;
  gsize written = 0;

  fail_unless (store->klass->sign_url (store, "a b", &url, NULL,
          &error) == NULL);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_UNSUPPORTED));
  g_clear_error (&error);

  fail_unless (write_mib (uploader, 1));
  fail_unless (g_str_has_suffix (fake.last_query, "&" SECRET_TOKEN), "%s",
      fake.last_query);
  fail_unless (fake.authorization == NULL);
  fake.refuse = "block 403 AuthenticationFailed";
  write_mib (uploader, 3);
  fail_if (gst_rec_uploader_write (uploader, mib, 1, &written, &error));
  fail_if (strstr (error->message, "sig="), "%s", error->message);
  gst_rec_uploader_cancel (uploader, error);
  wait_closed (uploader);
}

GST_END_TEST;

GST_START_TEST (test_uploads_are_listed_and_ended)
{
  g_autoptr (GstRecStorePlace) place =
      make_place (&(GstRecAzureSettings) { 0, });
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  GstRecStoreAttributes none = { 0, };
  g_autofree gchar *id =
      store->klass->create (store, "a b", &none, NULL, NULL);
  GstRecStorePart part = {.number = 3 };
  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_static ("abc", 3));

  fail_unless (id != NULL);
  fail_unless (store->klass->put_part (store, "a b", id, &part, body, NULL,
          NULL));
  gst_rec_store_part_clear (&part);

  g_autoptr (GPtrArray) parts =
      store->klass->list_parts (store, "a b", id, NULL, NULL);
  fail_unless (parts && parts->len == 1);
  const GstRecStorePart *found = g_ptr_array_index (parts, 0);
  fail_unless_equals_int (found->number, 3);
  fail_unless_equals_int (found->size, 3);

  g_autoptr (GPtrArray) uploads =
      store->klass->list_uploads (store, "a", NULL, NULL);
  fail_unless (uploads && uploads->len == 1);
  const GstRecStoreUpload *upload = g_ptr_array_index (uploads, 0);
  fail_unless_equals_string (upload->key, "a b");
  fail_unless_equals_string (upload->id, id);
  fail_unless (ABS (upload->started - g_get_real_time ()) <
      10 * G_TIME_SPAN_SECOND);
  fail_unless_equals_int (gst_rec_store_abort_uploads (store, "a",
          upload->started, NULL, NULL), 0);

  fail_unless (store->klass->abort (store, "a b", id, NULL, NULL));
  fail_unless_equals_int (g_hash_table_size (fake.waiting), 0);
  fail_if (fake.exists);
  /* One that is gone is aborted. */
  fail_unless (store->klass->abort (store, "a b", id, NULL, NULL));
}

GST_END_TEST;

GST_START_TEST (test_blobs_are_listed_read_and_deleted)
{
  g_autoptr (GstRecStorePlace) place =
      make_place (&(GstRecAzureSettings) { 0, });
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  g_auto (GstRecStoreObject) pin = { 0, };
  g_autoptr (GError) error = NULL;
  guint8 bytes[4];

  fake.exists = TRUE;
  fake.version = 5;
  g_string_assign (fake.bytes, "0123456789");

  g_autoptr (GPtrArray) blobs =
      store->klass->list (store, NULL, NULL, &error);
  fail_unless (blobs && blobs->len == 2, "%s", error ? error->message : "");
  const GstRecStoreObject *blob = g_ptr_array_index (blobs, 1);
  fail_unless_equals_string (blob->key, "a b");
  fail_unless_equals_int (blob->size, 10);
  fail_unless_equals_string (blob->content_type, "video/mp4");
  fail_unless_equals_int64 (blob->modified / G_USEC_PER_SEC, 1451703845);

  fail_unless (store->klass->head (store, "a b", NULL, &pin, NULL, NULL));
  fail_unless_equals_int (pin.size, 10);
  fail_unless_equals_string (pin.etag, "v5");
  fail_unless (store->klass->get_range (store, "a b", &pin, 3, bytes, 4, NULL,
          NULL));
  fail_unless (memcmp (bytes, "3456", 4) == 0);

  fake.version = 6;
  fail_if (store->klass->get_range (store, "a b", &pin, 3, bytes, 4, NULL,
          &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_CHANGED), "%s", error->message);

  fail_unless (store->klass->remove (store, "a b", NULL, NULL, NULL));
  fail_if (fake.exists);
  fail_unless (store->klass->remove (store, "a b", NULL, NULL, NULL));
}

GST_END_TEST;

static Suite *
azure_suite (void)
{
  Suite *s = suite_create ("azure");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_loop_test (tc, test_an_upload_is_a_blob_of_its_blocks, 0,
      G_N_ELEMENTS (sizes));
  tcase_add_loop_test (tc, test_an_answer_that_gets_lost_loses_nothing, 0,
      G_N_ELEMENTS (lost));
  tcase_add_loop_test (tc, test_what_is_committed_can_be_read, 0, 2);
  tcase_add_test (tc, test_no_part_is_lost_to_a_commit);
  tcase_add_loop_test (tc,
      test_an_upload_that_is_given_up_keeps_what_was_committed, 0, 2);
  tcase_add_loop_test (tc, test_an_upload_that_is_given_up_leaves_nothing, 0,
      2);
  tcase_add_loop_test (tc,
      test_an_empty_blob_whose_answer_gets_lost_is_not_left, 0, 2);
  tcase_add_test (tc, test_a_blob_that_stands_leaves_no_upload);
  tcase_add_test (tc, test_an_upload_that_is_left_keeps_no_lease);
  tcase_add_loop_test (tc,
      test_an_upload_that_is_given_up_touches_nothing_of_others, 0, 2);
  tcase_add_test (tc, test_a_second_writer_is_refused);
  tcase_add_test (tc, test_a_lease_is_given_back_or_left);
  tcase_add_test (tc, test_an_upload_that_cannot_begin_leaves_nothing);
  tcase_add_test (tc, test_a_lease_that_is_lost_ends_the_upload);
  tcase_add_test (tc, test_another_writer_between_commits_ends_the_upload);
  tcase_add_loop_test (tc, test_refusals_are_understood, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_test (tc, test_a_blob_that_is_there_is_not_replaced);
  tcase_add_test (tc, test_a_wrong_clock_is_corrected);
  tcase_add_test (tc, test_a_token_goes_with_every_request_and_into_no_error);
  tcase_add_test (tc, test_uploads_are_listed_and_ended);
  tcase_add_test (tc, test_blobs_are_listed_read_and_deleted);

  return s;
}

GST_CHECK_MAIN (azure);
