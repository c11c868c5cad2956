/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

/* Of a list, so that a store that never ends one does not take all memory. */
#define MAX_UPLOADS 100000
#define MAX_OBJECTS 1000000
#define MAX_KEY 1024

/* Reads all pages of a list. @markers names the fields that tell where a page
 * ends, @params holds the parameters that ask for what follows. */
typedef struct
{
  GstRecS3Operation operation;
  GstRecField *params;
  guint n_params;               /* from the second page on */
  const gchar *root;
  const gchar *record;
  guint max;                    /* records of all pages */
  guint n_markers;
  const gchar *markers[2];      /* fields of the answer */
  guint marker_params[2];       /* where they go in @params */
} List;

static gboolean
read_list (GstRecS3 * self, List * list, GFunc add, gpointer result,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GstRecS3Answer) last = NULL;
  guint n = 0;

  for (;;) {
    g_auto (GstRecHttpResponse) response = { 0, };

    if (!gst_rec_s3_run (self, &list->operation, &response, cancellable, error))
      return FALSE;

    g_autoptr (GstRecS3Answer) answer = gst_rec_s3_parse (&list->operation, &response,
        list->root, list->record, error);
    if (answer == NULL)
      return FALSE;

    n += answer->records->len;
    if (n > list->max) {
      g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
          "%s: the list is longer than %u", list->operation.name, list->max);
      return FALSE;
    }
    g_ptr_array_foreach (answer->records, add, result);

    if (g_strcmp0 (gst_rec_s3_answer_get (answer, "IsTruncated"), "true") != 0)
      return TRUE;

    /* There may be no end of empty pages. */
    n += answer->records->len == 0;

    gboolean moved = FALSE;
    for (guint i = 0; i < list->n_markers; i++) {
      const gchar *marker = gst_rec_s3_answer_get (answer, list->markers[i]);
      GstRecField *param = &list->params[list->marker_params[i]];

      moved |= g_strcmp0 (param->value, marker) != 0;
      param->value = marker ? marker : "";
    }
    if (!moved) {
      g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
          "%s: the store repeats a page", list->operation.name);
      return FALSE;
    }

    list->operation.n_params = list->n_params;

    /* The markers point into it. */
    g_clear_pointer (&last, gst_rec_s3_answer_free);
    last = g_steal_pointer (&answer);
  }
}

static void
add_part (gpointer record, gpointer result)
{
  static const gchar *const checksums[] = { "ChecksumCRC32C",
    "ChecksumCRC64NVME", "ChecksumCRC32", "ChecksumSHA256", "ChecksumSHA1"
  };
  const gchar *number = g_hash_table_lookup (record, "PartNumber");
  const gchar *size = g_hash_table_lookup (record, "Size");
  const gchar *etag = g_hash_table_lookup (record, "ETag");

  if (number == NULL || size == NULL || etag == NULL)
    return;

  GstRecStorePart *part = g_new0 (GstRecStorePart, 1);
  part->number = g_ascii_strtoull (number, NULL, 10);
  part->size = g_ascii_strtoull (size, NULL, 10);
  part->etag = g_strdup (etag);
  /* The upload has one algorithm. */
  for (guint i = 0; part->checksum == NULL && i < G_N_ELEMENTS (checksums);
      i++)
    part->checksum = g_strdup (g_hash_table_lookup (record, checksums[i]));
  g_ptr_array_add (result, part);
}

GPtrArray *
gst_rec_s3_list_parts (GstRecStore * store, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_part_free);
  GstRecField params[] = { {"part-number-marker", "0"}, {"uploadId", id} };
  List list = {
    .operation = {.name = "ListParts",.method = "GET",.key = key,
        .params = params,.n_params = G_N_ELEMENTS (params)},
    .params = params,.n_params = G_N_ELEMENTS (params),
    .root = "ListPartsResult",.record = "Part",
    .max = GST_REC_S3_MAX_PARTS,
    .n_markers = 1,.markers = {"NextPartNumberMarker"},.marker_params = {0}
  };

  return read_list ((GstRecS3 *) store, &list, add_part, parts, cancellable,
      error) ? g_steal_pointer (&parts) : NULL;
}

static void
add_upload (gpointer record, gpointer result)
{
  const gchar *key = g_hash_table_lookup (record, "Key");
  const gchar *id = g_hash_table_lookup (record, "UploadId");
  const gchar *initiated = g_hash_table_lookup (record, "Initiated");
  g_autoptr (GDateTime) started = initiated ?
      g_date_time_new_from_iso8601 (initiated, NULL) : NULL;

  if (key == NULL || id == NULL || started == NULL)
    return;

  GstRecStoreUpload *upload = g_new0 (GstRecStoreUpload, 1);
  upload->key = g_strdup (key);
  upload->id = g_strdup (id);
  upload->started = g_date_time_to_unix (started) * G_USEC_PER_SEC;
  g_ptr_array_add (result, upload);
}

GPtrArray *
gst_rec_s3_list_uploads (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) uploads = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_upload_free);
  GstRecField params[] = {
    {"key-marker", ""}, {"prefix", prefix ? prefix : ""},
    {"upload-id-marker", ""}, {"uploads", ""}
  };
  List list = {
    .operation = {.name = "ListMultipartUploads",.method = "GET",
        .params = params,.n_params = G_N_ELEMENTS (params)},
    .params = params,.n_params = G_N_ELEMENTS (params),
    .root = "ListMultipartUploadsResult",.record = "Upload",
    .max = MAX_UPLOADS,.n_markers = 2,
    .markers = {"NextKeyMarker", "NextUploadIdMarker"},
    .marker_params = {0, 2}
  };

  return read_list ((GstRecS3 *) store, &list, add_upload, uploads, cancellable,
      error) ? g_steal_pointer (&uploads) : NULL;
}

/* As encoding-type=url has it, which brings keys that XML cannot hold: spaces
 * are "+" or "%20". */
static gchar *
decode_key (const gchar * text)
{
  g_auto (GStrv) words = g_strsplit (text, "+", -1);
  g_autofree gchar *spaced = g_strjoinv (" ", words);

  return g_uri_unescape_string (spaced, NULL);
}

static gint64
parse_time (const gchar * text)
{
  g_autoptr (GDateTime) time =
      text ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return time ? g_date_time_to_unix (time) * G_USEC_PER_SEC +
      g_date_time_get_microsecond (time) : 0;
}

static void
add_object (gpointer record, gpointer result)
{
  const gchar *text = g_hash_table_lookup (record, "Key");
  const gchar *size = g_hash_table_lookup (record, "Size");
  g_autofree gchar *key = text ? decode_key (text) : NULL;

  if (key == NULL || size == NULL || strlen (key) > MAX_KEY ||
      !g_utf8_validate (key, -1, NULL))
    return;

  GstRecStoreObject *object = g_new0 (GstRecStoreObject, 1);
  object->key = g_steal_pointer (&key);
  object->size = g_ascii_strtoull (size, NULL, 10);
  object->etag = gst_rec_http_unquote (g_hash_table_lookup (record, "ETag"));
  object->modified = parse_time (g_hash_table_lookup (record, "LastModified"));
  g_ptr_array_add (result, object);
}

GPtrArray *
gst_rec_s3_list (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_object_free);
  /* A store refuses a token that is empty. */
  GstRecField params[] = {
    {"encoding-type", "url"}, {"list-type", "2"},
    {"prefix", prefix ? prefix : ""}, {"continuation-token", NULL}
  };
  List list = {
    .operation = {.name = "ListObjectsV2",.method = "GET",
        .params = params,.n_params = G_N_ELEMENTS (params) - 1},
    .params = params,.n_params = G_N_ELEMENTS (params),
    .root = "ListBucketResult",.record = "Contents",
    .max = MAX_OBJECTS,.n_markers = 1,
    .markers = {"NextContinuationToken"},.marker_params = {3}
  };

  return read_list ((GstRecS3 *) store, &list, add_object, objects,
      cancellable, error) ? g_steal_pointer (&objects) : NULL;
}
