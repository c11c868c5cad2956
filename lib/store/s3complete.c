/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#include "store/httpobject.h"

static GstRecBody *
complete_body (const GstRecS3Place * place, const GstRecStorePart * parts,
    guint n_parts)
{
  g_autofree gchar *element = gst_rec_s3_checksum_element (place);
  GString *xml = g_string_new ("<CompleteMultipartUpload "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");

  for (guint i = 0; i < n_parts; i++) {
    g_autofree gchar *etag = g_markup_escape_text (parts[i].etag, -1);

    g_string_append_printf (xml, "<Part><PartNumber>%u</PartNumber>"
        "<ETag>%s</ETag>", parts[i].number, etag);
    if (element && parts[i].checksum)
      g_string_append_printf (xml, "<%s>%s</%s>", element, parts[i].checksum,
          element);
    g_string_append (xml, "</Part>");
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
 * under @key is the one made of these parts. Where its ETag is no MD5, as with
 * keys of a KMS, its checksum says so. */
static gboolean
stands_already (GstRecStore * store, const gchar * key,
    GstRecStoreObject * made, GCancellable * cancellable)
{
  g_auto (GstRecStoreObject) found = { 0, };

  if (!gst_rec_s3_head (store, key, NULL, &found, cancellable, NULL) ||
      found.size != made->size)
    return FALSE;
  if ((made->checksum == NULL ||
          g_strcmp0 (found.checksum, made->checksum) != 0) &&
      (made->etag == NULL || g_strcmp0 (found.etag, made->etag) != 0))
    return FALSE;

  g_free (made->etag);
  made->etag = g_steal_pointer (&found.etag);
  made->version_id = g_steal_pointer (&found.version_id);
  return TRUE;
}

/* Whether an error leaves it open what became of a Complete or a Put. The try
 * before the last may have been done, and its answer lost on the way back. */
gboolean
gst_rec_s3_is_unclear (const GstRecS3 * self, const GError * error)
{
  if (error->domain == G_MARKUP_ERROR)
    return TRUE;
  if (error->domain != GST_REC_STORE_ERROR)
    return FALSE;

  switch (error->code) {
    case GST_REC_STORE_ERROR_UNREACHABLE:
    case GST_REC_STORE_ERROR_NO_TLS:
    case GST_REC_STORE_ERROR_BUSY:
    case GST_REC_STORE_ERROR_ANSWER:
    case GST_REC_STORE_ERROR_NOT_FOUND:
      return TRUE;
    case GST_REC_STORE_ERROR_EXISTS:
      return self->n_tries > 1;
    default:
      return FALSE;
  }
}

/* Takes what the store says of the object into @made. */
static gboolean
send_complete (GstRecS3 * self, const GstRecS3Operation * operation,
    const gchar * checksum, GstRecStoreObject * made,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autofree gchar *element = gst_rec_s3_checksum_element (self->place);

  if (!gst_rec_s3_run (self, operation, &response, cancellable, error))
    return FALSE;

  g_autoptr (GstRecS3Answer) answer = gst_rec_s3_parse (operation, &response,
      "CompleteMultipartUploadResult", NULL, error);
  if (answer == NULL ||
      !gst_rec_s3_check_checksum (operation,
          element ? gst_rec_s3_answer_get (answer, element) : NULL, checksum,
          error))
    return FALSE;

  /* Ceph RGW answers a first Complete with an empty ETag. To ask for it takes
   * a permission that an upload does not need. */
  const gchar *etag = gst_rec_s3_answer_get (answer, "ETag");
  if (etag && *etag) {
    g_free (made->etag);
    made->etag = gst_rec_http_unquote (etag);
  }
  made->version_id = gst_rec_http_header_text (&response, "x-amz-version-id");

  return TRUE;
}

/* What the store checks before it makes the object visible. */
static void
add_guards (GstRecS3Headers * headers, const GstRecS3Place * place,
    guint64 size, const gchar * checksum)
{
  g_autofree gchar *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, size);

  if (place->flavor == GST_REC_S3_FLAVOR_AWS)
    gst_rec_s3_headers_add (headers, "x-amz-mp-object-size", bytes);
  gst_rec_s3_add_object_checksum (headers, place, checksum);
  gst_rec_s3_add_condition (headers, place);
}

gboolean
gst_rec_s3_complete (GstRecStore * store, const gchar * key, const gchar * id,
    const GstRecStorePart * parts, guint n_parts, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  GstRecS3 *self = (GstRecS3 *) store;
  g_autoptr (GstRecBody) body = complete_body (self->place, parts, n_parts);
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();
  g_autoptr (GError) reason = NULL;
  g_autofree gchar *checksum =
      gst_rec_s3_object_checksum (self->place, parts, n_parts);
  g_auto (GstRecStoreObject) made = {.etag = expected_etag (parts, n_parts) };
  GstRecField params[] = { {"uploadId", id} };
  GstRecS3Operation operation = {
    .name = "CompleteMultipartUpload",.method = "POST",.key = key,
    .params = params,.n_params = G_N_ELEMENTS (params),
    .content_type = GST_REC_S3_XML,.body = body,
    .customer_key = checksum != NULL
  };

  if (checksum)
    made.checksum = gst_rec_s3_named_checksum (self->place, checksum);
  for (guint i = 0; i < n_parts; i++)
    made.size += parts[i].size;
  add_guards (headers, self->place, made.size, checksum);
  operation.headers = gst_rec_s3_headers_get (headers, &operation.n_headers);

  if (!send_complete (self, &operation, checksum, &made, cancellable, &reason)
      && !(gst_rec_s3_is_unclear (self, reason) &&
          stands_already (store, key, &made, cancellable))) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  if (!gst_rec_s3_amend (self, key, &made, cancellable, error))
    return FALSE;

  if (made.etag == NULL)
    made.etag = g_strdup ("");
  gst_rec_store_object_clear (object);
  *object = made;
  made = (GstRecStoreObject) { 0, };

  return TRUE;
}
