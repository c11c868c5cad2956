/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#define XMLNS "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

/* A sub-resource of the object, by a small PUT. */
static gboolean
put_xml (GstRecS3 * self, const gchar * name, const gchar * key,
    const GstRecStoreObject * object, const gchar * what, gchar * xml,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_take (xml, strlen (xml)));
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();
  g_autofree gchar *checksum = gst_rec_s3_body_checksum (self->place, body);
  GstRecField params[] = { {what, ""}, {"versionId", object->version_id} };
  GstRecS3Operation operation = {
    .name = name,.method = "PUT",.key = key,
    .params = params,.n_params = 1 + (object->version_id != NULL),
    .content_type = GST_REC_S3_XML,.body = body
  };

  gst_rec_s3_add_checksum (headers, self->place, checksum);
  operation.headers = gst_rec_s3_headers_get (headers, &operation.n_headers);

  return gst_rec_s3_run (self, &operation, &response, cancellable, error);
}

static gboolean
put_retention (GstRecS3 * self, const gchar * key,
    const GstRecStoreObject * object, GCancellable * cancellable,
    GError ** error)
{
  g_autofree gchar *mode = NULL, *until = NULL;

  gst_rec_s3_options_lock (&self->place->options, &mode, &until);

  return put_xml (self, "PutObjectRetention", key, object, "retention",
      g_strdup_printf ("<Retention " XMLNS "><Mode>%s</Mode>"
          "<RetainUntilDate>%s</RetainUntilDate></Retention>", mode, until),
      cancellable, error);
}

static gboolean
put_legal_hold (GstRecS3 * self, const gchar * key,
    const GstRecStoreObject * object, GCancellable * cancellable,
    GError ** error)
{
  return put_xml (self, "PutObjectLegalHold", key, object, "legal-hold",
      g_strdup ("<LegalHold " XMLNS "><Status>ON</Status></LegalHold>"),
      cancellable, error);
}

/* Whether the object has the locks that were asked for, so far as anybody says.
 * Who may not read locks is told of none. */
static gboolean
find_locks (GstRecS3 * self, const gchar * key,
    const GstRecStoreObject * object, gboolean * retention, gboolean * hold,
    GCancellable * cancellable)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  GstRecField params[] = { {"versionId", object->version_id} };
  GstRecS3Operation operation = {
    .name = "HeadObject",.method = "HEAD",.key = key,
    .params = params,.n_params = object->version_id != NULL,
    .customer_key = TRUE
  };

  if (!gst_rec_s3_run (self, &operation, &response, cancellable, NULL))
    return FALSE;

  *retention = gst_rec_http_response_header (&response,
      "x-amz-object-lock-mode") != NULL;
  *hold = gst_rec_http_response_header (&response,
      "x-amz-object-lock-legal-hold") != NULL;

  return TRUE;
}

/* Locks an object that was made of parts where the store has forgotten to: Ceph
 * RGW 16 does not keep what CreateMultipartUpload asked for. Nobody is to find
 * out later that what was locked is not. */
gboolean
gst_rec_s3_lock (GstRecS3 * self, const gchar * key,
    const GstRecStoreObject * object, GCancellable * cancellable,
    GError ** error)
{
  const GstRecS3Options *options = &self->place->options;
  g_autoptr (GError) reason = NULL;
  gboolean wants_retention = options->lock_mode != GST_REC_S3_LOCK_NONE;
  gboolean retention, hold;

  if ((!wants_retention && !options->legal_hold) ||
      self->place->flavor != GST_REC_S3_FLAVOR_AWS ||
      !find_locks (self, key, object, &retention, &hold, cancellable))
    return TRUE;

  if ((!wants_retention || retention ||
          put_retention (self, key, object, cancellable, &reason)) &&
      (!options->legal_hold || hold ||
          put_legal_hold (self, key, object, cancellable, &reason)))
    return TRUE;

  g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
      "Lock the object yourself: it stands, but the store has not locked it "
      "(%s).", reason->message);
  return FALSE;
}
