/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#include "store/httpobject.h"

#define METADATA_PREFIX "x-amz-meta-"

/* Google's "x-goog-hash: crc32c=AAAAAA==,md5=...", or one header for each. */
static gchar *
take_google_checksum (const GstRecHttpResponse * response)
{
  const gchar *list = soup_message_headers_get_list
      (soup_message_get_response_headers (response->message), "x-goog-hash");
  g_auto (GStrv) hashes = list ? g_strsplit (list, ",", 8) : NULL;

  for (guint i = 0; hashes && hashes[i]; i++) {
    const gchar *hash = g_strstrip (hashes[i]);

    if (g_str_has_prefix (hash, "crc32c=") &&
        g_utf8_validate (hash, -1, NULL))
      return g_strconcat ("crc32c:", hash + strlen ("crc32c="), NULL);
  }

  return NULL;
}

/* "crc32c:AAAAAA==", of the first algorithm that the store has one of. */
static gchar *
take_checksum (const GstRecHttpResponse * response)
{
  static const gchar *const names[] = { "crc32c", "crc64nvme", "crc32",
    "sha256", "sha1"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *header = g_strconcat ("x-amz-checksum-", names[i], NULL);
    g_autofree gchar *value = gst_rec_http_header_text (response, header);

    if (value)
      return g_strconcat (names[i], ":", value, NULL);
  }

  return take_google_checksum (response);
}

gboolean
gst_rec_s3_head (GstRecStore * store, const gchar * key,
    const gchar * version_id, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  GstRecS3Flavor flavor = ((GstRecS3 *) store)->place->flavor;
  g_auto (GstRecHttpResponse) response = { 0, };
  GstRecField params[] = { {"versionId", version_id} };
  GstRecField headers[] = { {"x-amz-checksum-mode", "ENABLED"} };
  GstRecS3Operation operation = {
    .name = "HeadObject",.method = "HEAD",.key = key,
    .params = params,.n_params = version_id != NULL,
    .headers = headers,.n_headers = flavor == GST_REC_S3_FLAVOR_AWS,
    .customer_key = TRUE
  };

  if (!gst_rec_s3_run ((GstRecS3 *) store, &operation, &response, cancellable,
          error))
    return FALSE;

  if (!gst_rec_http_take_object (&response, METADATA_PREFIX, object, error)) {
    g_prefix_error (error, "%s: ", operation.name);
    return FALSE;
  }
  object->version_id =
      gst_rec_http_header_text (&response, "x-amz-version-id");
  object->checksum = take_checksum (&response);

  return TRUE;
}

/* Asks for what is missing. */
static gboolean
request_range (GstRecStore * store, const gchar * key, GstRecHttpRange * range,
    guint * status, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  const GstRecStoreObject *pin = range->pin;
  const gchar *etag = pin ? pin->etag : NULL;
  g_autofree gchar *bytes = g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-%"
      G_GUINT64_FORMAT, range->offset + range->filled,
      range->offset + range->size - 1);
  g_autofree gchar *quoted = g_strdup_printf ("\"%s\"", etag);
  GstRecField params[] = { {"versionId", pin ? pin->version_id : NULL} };
  GstRecField headers[] = { {"range", bytes}, {"if-match", quoted} };
  /* RFC 9110, 13.1.1: a weak ETag never matches. Its answers are compared. */
  gboolean strong = etag && *etag && !g_str_has_prefix (etag, "W/");
  GstRecS3Operation operation = {
    .name = "GetObject",.method = "GET",.key = key,
    .params = params,.n_params = params[0].value != NULL,
    .headers = headers,.n_headers = G_N_ELEMENTS (headers) - !strong,
    .customer_key = TRUE,
    .read = gst_rec_http_range_read,.read_data = range
  };

  gboolean done = gst_rec_s3_run ((GstRecS3 *) store, &operation, &response, cancellable,
      error);
  *status = response.status;

  return done;
}

gboolean
gst_rec_s3_get_range (GstRecStore * store, const gchar * key,
    const GstRecStoreObject * pin, guint64 offset, guint8 * data, gsize size,
    GCancellable * cancellable, GError ** error)
{
  GstRecS3 *self = (GstRecS3 *) store;
  GstRecHttpRange range = {
    .pin = pin,.offset = offset,.data = data,.size = size
  };

  return gst_rec_http_range_fill (&range, request_range, store, key,
      self->place->shared, cancellable, error);
}

/* An object that is not there is deleted. */
gboolean
gst_rec_s3_remove (GstRecStore * store, const gchar * key,
    const gchar * version_id, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GError) reason = NULL;
  GstRecField params[] = { {"versionId", version_id} };
  GstRecS3Operation operation = {
    .name = "DeleteObject",.method = "DELETE",.key = key,
    .params = params,.n_params = version_id != NULL
  };

  if (gst_rec_s3_run ((GstRecS3 *) store, &operation, &response, cancellable,
          &reason) || g_error_matches (reason, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NOT_FOUND))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}
