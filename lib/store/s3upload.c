/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#include "store/httpobject.h"

/* As often as AWS advises: a part that was on its way may outlive an abort. */
#define MAX_ABORTS 3
/* us that a store's clock is taken to be off after its Date was believed */
#define CLOCK_SLACK (2 * G_TIME_SPAN_SECOND)

/* What an object is to be, of the request that begins it. */
static void
add_object_headers (GstRecS3Headers * headers, const GstRecS3Place * place,
    const GstRecStoreAttributes * attributes)
{
  gst_rec_s3_headers_add_attributes (headers, attributes);
  gst_rec_s3_options_add (&place->options, headers);
}

static gboolean
check_answered_checksum (const GstRecS3Place * place,
    const GstRecS3Operation * operation, const GstRecHttpResponse * response,
    const gchar * sent, GError ** error)
{
  g_autofree gchar *name = gst_rec_s3_checksum_header (place);

  return gst_rec_s3_check_checksum (operation,
      name ? gst_rec_http_response_header (response, name) : NULL, sent,
      error);
}

static gboolean
has_md5 (const GstRecBody * body, const gchar * etag)
{
  g_autoptr (GChecksum) md5 = g_checksum_new (G_CHECKSUM_MD5);

  for (guint i = 0; i < gst_rec_body_n_pieces (body); i++) {
    gsize size;
    gconstpointer data = g_bytes_get_data (gst_rec_body_piece (body, i), &size);

    g_checksum_update (md5, data, size);
  }

  return g_strcmp0 (g_checksum_get_string (md5), etag) == 0;
}

/* After a Put whose answer got lost: whether the object that now stands is that
 * one, by the checksum or by an ETag that is the MD5. */
static gboolean
was_put (GstRecS3 * self, const gchar * key, GstRecBody * body,
    const gchar * checksum, GstRecStoreObject * object,
    GCancellable * cancellable)
{
  g_auto (GstRecStoreObject) found = { 0, };
  g_autofree gchar *named = checksum ?
      gst_rec_s3_named_checksum (self->place, checksum) : NULL;

  if (!gst_rec_s3_head (&self->store, key, NULL, &found, cancellable, NULL) ||
      found.size != gst_rec_body_size (body))
    return FALSE;
  if (named && found.checksum ? g_strcmp0 (named, found.checksum) != 0 :
      !has_md5 (body, found.etag))
    return FALSE;

  gst_rec_store_object_clear (object);
  *object = found;
  found = (GstRecStoreObject) { 0, };

  return TRUE;
}

gboolean
gst_rec_s3_put (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GstRecBody * body,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error)
{
  GstRecS3 *self = (GstRecS3 *) store;
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GError) reason = NULL;
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();
  g_autofree gchar *checksum = gst_rec_s3_body_checksum (self->place, body);
  GstRecS3Operation operation = {
    .name = "PutObject",.method = "PUT",.key = key,
    .content_type = attributes->content_type,.body = body,
    .is_data = TRUE,.customer_key = TRUE
  };

  add_object_headers (headers, self->place, attributes);
  gst_rec_s3_add_checksum (headers, self->place, checksum);
  gst_rec_s3_add_condition (headers, self->place);
  operation.headers = gst_rec_s3_headers_get (headers, &operation.n_headers);

  if (!gst_rec_s3_run (self, &operation, &response, cancellable, &reason)) {
    if (gst_rec_s3_is_unclear (self, reason) &&
        was_put (self, key, body, checksum, object, cancellable))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }
  if (!check_answered_checksum (self->place, &operation, &response, checksum,
          error))
    return FALSE;

  gst_rec_store_object_clear (object);
  object->size = gst_rec_body_size (body);
  object->etag =
      gst_rec_http_unquote (gst_rec_http_response_header (&response, "ETag"));
  object->version_id = gst_rec_http_header_text (&response,
      "x-amz-version-id");
  if (checksum)
    object->checksum = gst_rec_s3_named_checksum (self->place, checksum);

  return TRUE;
}

/* An object that is not to be replaced shows before its successor is recorded,
 * to those who may ask. The store judges in the end. */
static gboolean
check_absent (GstRecS3 * self, const gchar * key, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GstRecStoreObject) found = { 0, };

  if (!self->place->options.if_none_match ||
      !gst_rec_s3_head (&self->store, key, NULL, &found, cancellable, NULL))
    return TRUE;

  g_set_error_literal (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_EXISTS,
      "there is an object of that name");
  return FALSE;
}

/* A Create whose answer got lost on the way has made an upload that nobody will
 * ever complete. It is among those of the key that began since @begun. One of
 * another recorder would have to have begun within the same seconds, for the
 * same key. Who may not list uploads leaves it to the bucket's rules. */
static void
abort_lost_uploads (GstRecS3 * self, const gchar * key, const gchar * id,
    gint64 begun, GCancellable * cancellable)
{
  gint64 since = begun +
      gst_rec_http_get_clock_offset (self->http) - CLOCK_SLACK;
  g_autoptr (GPtrArray) uploads =
      gst_rec_s3_list_uploads (&self->store, key, cancellable, NULL);

  for (guint i = 0; uploads && i < uploads->len; i++) {
    const GstRecStoreUpload *upload = g_ptr_array_index (uploads, i);

    if (strcmp (upload->key, key) == 0 && strcmp (upload->id, id) != 0 &&
        upload->started >= since)
      gst_rec_s3_abort (&self->store, key, upload->id, cancellable, NULL);
  }
}

gchar *
gst_rec_s3_create (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GCancellable * cancellable,
    GError ** error)
{
  GstRecS3 *self = (GstRecS3 *) store;
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();
  GstRecField params[] = { {"uploads", ""} };
  GstRecS3Operation operation = {
    .name = "CreateMultipartUpload",.method = "POST",.key = key,
    .params = params,.n_params = G_N_ELEMENTS (params),
    .content_type = attributes->content_type,.customer_key = TRUE
  };

  if (!check_absent (self, key, cancellable, error))
    return NULL;

  gint64 begun = g_get_real_time ();
  guint retries = gst_rec_http_shared_retries (self->place->shared);
  add_object_headers (headers, self->place, attributes);
  gst_rec_s3_announce_checksum (headers, self->place);
  operation.headers = gst_rec_s3_headers_get (headers, &operation.n_headers);

  if (!gst_rec_s3_run (self, &operation, &response, cancellable, error))
    return NULL;

  g_autoptr (GstRecS3Answer) answer = gst_rec_s3_parse (&operation, &response,
      "InitiateMultipartUploadResult", NULL, error);
  if (answer == NULL)
    return NULL;

  const gchar *id = gst_rec_s3_answer_get (answer, "UploadId");
  if (id == NULL || *id == '\0') {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "%s: the store gave no upload id", operation.name);
    return NULL;
  }
  if (gst_rec_http_shared_retries (self->place->shared) != retries)
    abort_lost_uploads (self, key, id, begun, cancellable);

  return g_strdup (id);
}

gboolean
gst_rec_s3_put_part (GstRecStore * store, const gchar * key, const gchar * id,
    GstRecStorePart * part, GstRecBody * body, GCancellable * cancellable,
    GError ** error)
{
  GstRecS3 *self = (GstRecS3 *) store;
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();
  g_autofree gchar *checksum = gst_rec_s3_body_checksum (self->place, body);
  g_autofree gchar *number = g_strdup_printf ("%u", part->number);
  GstRecField params[] = { {"partNumber", number}, {"uploadId", id} };
  GstRecS3Operation operation = {
    .name = "UploadPart",.method = "PUT",.key = key,
    .params = params,.n_params = G_N_ELEMENTS (params),.body = body,
    .is_data = TRUE,.customer_key = TRUE
  };

  gst_rec_s3_add_checksum (headers, self->place, checksum);
  operation.headers = gst_rec_s3_headers_get (headers, &operation.n_headers);
  if (!gst_rec_s3_run (self, &operation, &response, cancellable, error) ||
      !check_answered_checksum (self->place, &operation, &response, checksum,
          error))
    return FALSE;

  const gchar *etag = gst_rec_http_response_header (&response, "ETag");
  if (etag == NULL) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "%s: the store gave no ETag", operation.name);
    return FALSE;
  }
  gst_rec_store_part_clear (part);
  part->size = gst_rec_body_size (body);
  part->etag = g_strdup (etag);
  part->checksum = g_steal_pointer (&checksum);

  return TRUE;
}

static gboolean
abort_once (GstRecS3 * self, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GError) reason = NULL;
  GstRecField params[] = { {"uploadId", id} };
  GstRecS3Operation operation = {.name = "AbortMultipartUpload",.method = "DELETE",
    .key = key,.params = params,.n_params = G_N_ELEMENTS (params)
  };

  if (gst_rec_s3_run (self, &operation, &response, cancellable, &reason) ||
      g_error_matches (reason, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NOT_FOUND))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* An upload that is gone is aborted. */
gboolean
gst_rec_s3_abort (GstRecStore * store, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  for (guint i = 0; i < MAX_ABORTS; i++) {
    if (!abort_once ((GstRecS3 *) store, key, id, cancellable, error))
      return FALSE;

    g_autoptr (GPtrArray) left =
        gst_rec_s3_list_parts (store, key, id, cancellable, NULL);
    if (left == NULL)
      return TRUE;
  }

  g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_FAILED,
      "AbortMultipartUpload: the upload is still there");
  return FALSE;
}
