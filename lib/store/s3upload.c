/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#include "store/s3headers.h"

/* As often as AWS advises: a part that was on its way may outlive an abort. */
#define MAX_ABORTS 3

gboolean
gst_rec_s3_put (GstRecStore * store, const gchar * key, const GstRecStoreAttributes * attributes, GstRecBody * body,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();
  GstRecS3Operation operation = {.name = "PutObject",.method = "PUT",.key = key,
    .content_type = attributes->content_type,.body = body
  };

  gst_rec_s3_headers_add_attributes (headers, attributes);
  operation.headers = gst_rec_s3_headers_get (headers, &operation.n_headers);

  if (!gst_rec_s3_run ((GstRecS3 *) store, &operation, &response, cancellable, error))
    return FALSE;

  object->size = gst_rec_body_size (body);
  g_free (object->etag);
  object->etag = gst_rec_http_unquote (gst_rec_http_response_header (&response, "ETag"));

  return TRUE;
}

gchar *
gst_rec_s3_create (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  GstRecField params[] = { {"uploads", ""} };
  GstRecS3Operation operation = {.name = "CreateMultipartUpload",.method = "POST",
    .key = key,.params = params,.n_params = G_N_ELEMENTS (params),
    .content_type = attributes->content_type
  };
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();

  gst_rec_s3_headers_add_attributes (headers, attributes);
  operation.headers = gst_rec_s3_headers_get (headers, &operation.n_headers);

  if (!gst_rec_s3_run ((GstRecS3 *) store, &operation, &response, cancellable, error))
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

  return g_strdup (id);
}

gboolean
gst_rec_s3_put_part (GstRecStore * store, const gchar * key, const gchar * id,
    GstRecStorePart * part, GstRecBody * body, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autofree gchar *number = g_strdup_printf ("%u", part->number);
  GstRecField params[] = { {"partNumber", number}, {"uploadId", id} };
  GstRecS3Operation operation = {.name = "UploadPart",.method = "PUT",.key = key,
    .params = params,.n_params = G_N_ELEMENTS (params),.body = body
  };

  if (!gst_rec_s3_run ((GstRecS3 *) store, &operation, &response, cancellable, error))
    return FALSE;

  const gchar *etag = gst_rec_http_response_header (&response, "ETag");
  if (etag == NULL) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "%s: the store gave no ETag", operation.name);
    return FALSE;
  }
  part->size = gst_rec_body_size (body);
  g_free (part->etag);
  part->etag = g_strdup (etag);

  return TRUE;
}

static GstRecBody *
complete_body (const GstRecStorePart * parts, guint n_parts)
{
  GString *xml = g_string_new ("<CompleteMultipartUpload "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");

  for (guint i = 0; i < n_parts; i++) {
    g_autofree gchar *etag = g_markup_escape_text (parts[i].etag, -1);

    g_string_append_printf (xml, "<Part><PartNumber>%u</PartNumber>"
        "<ETag>%s</ETag></Part>", parts[i].number, etag);
  }
  g_string_append (xml, "</CompleteMultipartUpload>");

  return gst_rec_body_new_take (g_string_free_to_bytes (xml));
}

/* The ETag of an object made of parts is the MD5 of their MD5s. NULL where
 * the ETags of the parts are no MD5s, as with keys of a KMS. */
static gchar *
expected_etag (const GstRecStorePart * parts, guint n_parts)
{
  g_autoptr (GChecksum) md5 = g_checksum_new (G_CHECKSUM_MD5);

  for (guint i = 0; i < n_parts; i++) {
    g_autofree gchar *hex = gst_rec_http_unquote (parts[i].etag);

    if (strlen (hex) != 32)
      return NULL;
    for (guint j = 0; j < 32; j += 2) {
      gint high = g_ascii_xdigit_value (hex[j]);
      gint low = g_ascii_xdigit_value (hex[j + 1]);
      guint8 byte = high << 4 | low;

      if (high < 0 || low < 0)
        return NULL;
      g_checksum_update (md5, &byte, 1);
    }
  }

  return g_strdup_printf ("%s-%u", g_checksum_get_string (md5), n_parts);
}

/* After a Complete whose answer got lost: whether the object that now stands
 * under @key is the one made of these parts. */
static gboolean
stands_already (GstRecStore * store, const gchar * key,
    const GstRecStoreObject * made, GCancellable * cancellable)
{
  g_auto (GstRecStoreObject) found = { 0, };

  return made->etag != NULL && gst_rec_s3_head (store, key, NULL, &found, cancellable, NULL)
      && found.size == made->size && g_strcmp0 (found.etag, made->etag) == 0;
}

/* Whether an error leaves it open what became of a Complete. The try before
 * the last may have been done, and its answer lost on the way back. */
static gboolean
is_unclear (const GError * error)
{
  if (error->domain == G_MARKUP_ERROR)
    return TRUE;

  return error->domain == GST_REC_STORE_ERROR &&
      (error->code == GST_REC_STORE_ERROR_UNREACHABLE ||
      error->code == GST_REC_STORE_ERROR_NO_TLS ||
      error->code == GST_REC_STORE_ERROR_BUSY ||
      error->code == GST_REC_STORE_ERROR_ANSWER ||
      error->code == GST_REC_STORE_ERROR_NOT_FOUND);
}

/* The ETag, empty where the store gives none. */
static gboolean
send_complete (GstRecS3 * self, const GstRecS3Operation * operation, gchar ** etag,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };

  if (!gst_rec_s3_run (self, operation, &response, cancellable, error))
    return FALSE;

  g_autoptr (GstRecS3Answer) answer = gst_rec_s3_parse (operation, &response,
      "CompleteMultipartUploadResult", NULL, error);
  if (answer == NULL)
    return FALSE;

  *etag = gst_rec_http_unquote (gst_rec_s3_answer_get (answer, "ETag"));
  return TRUE;
}

gboolean
gst_rec_s3_complete (GstRecStore * store, const gchar * key, const gchar * id,
    const GstRecStorePart * parts, guint n_parts, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GstRecBody) body = complete_body (parts, n_parts);
  g_autoptr (GError) reason = NULL;
  g_autofree gchar *etag = NULL;
  g_auto (GstRecStoreObject) made = {.etag = expected_etag (parts, n_parts) };
  GstRecField params[] = { {"uploadId", id} };
  GstRecS3Operation operation = {.name = "CompleteMultipartUpload",.method = "POST",
    .key = key,.params = params,.n_params = G_N_ELEMENTS (params),
    .content_type = GST_REC_S3_XML,.body = body
  };

  for (guint i = 0; i < n_parts; i++)
    made.size += parts[i].size;

  if (!send_complete ((GstRecS3 *) store, &operation, &etag, cancellable, &reason)
      && !(is_unclear (reason) &&
          stands_already (store, key, &made, cancellable))) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  /* Ceph RGW answers a first Complete with an empty ETag. To ask for it takes
   * a permission that an upload does not need. */
  gboolean given = etag != NULL && *etag != '\0';
  gst_rec_store_object_clear (object);
  object->size = made.size;
  object->etag = g_strdup (given ? etag : made.etag ? made.etag : "");

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
