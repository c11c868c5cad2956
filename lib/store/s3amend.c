/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#define XMLNS "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

static gboolean
wants_retention (const GstRecS3Options * options)
{
  return options->lock_mode != GST_REC_S3_LOCK_NONE;
}

static gboolean
wants_legal_hold (const GstRecS3Options * options)
{
  return options->legal_hold;
}

static gboolean
wants_tags (const GstRecS3Options * options)
{
  return options->tags != NULL && *options->tags != NULL;
}

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

static gboolean
put_tags (GstRecS3 * self, const gchar * key, const GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  gchar **tags = self->place->options.tags;
  GString *xml = g_string_new ("<Tagging " XMLNS "><TagSet>");

  for (guint i = 0; tags[i]; i += 2) {
    g_autofree gchar *text = g_markup_printf_escaped ("<Tag><Key>%s</Key>"
        "<Value>%s</Value></Tag>", tags[i], tags[i + 1]);

    g_string_append (xml, text);
  }
  g_string_append (xml, "</TagSet></Tagging>");

  return put_xml (self, "PutObjectTagging", key, object, "tagging",
      g_string_free (xml, FALSE), cancellable, error);
}

/* What was asked for, and the header of a HEAD that tells of it. Who may not
 * read it is told of none. */
static const struct
{
  gboolean (*wanted) (const GstRecS3Options * options);
  const gchar *header;
  gboolean (*put) (GstRecS3 * self, const gchar * key,
      const GstRecStoreObject * object, GCancellable * cancellable,
      GError ** error);
  const gchar *advice;
} amendments[] = {
  {wants_retention, "x-amz-object-lock-mode", put_retention,
      "Lock the object yourself: it stands, but the store has not locked it"},
  {wants_legal_hold, "x-amz-object-lock-legal-hold", put_legal_hold,
      "Lock the object yourself: it stands, but the store has not locked it"},
  {wants_tags, "x-amz-tagging-count", put_tags,
      "Tag the object yourself: it stands, but the store has not tagged it"},
};

static gboolean
wants_any (const GstRecS3Options * options)
{
  for (guint i = 0; i < G_N_ELEMENTS (amendments); i++)
    if (amendments[i].wanted (options))
      return TRUE;

  return FALSE;
}

/* Gives an object that was made of parts the locks and the tags that the store
 * has forgotten: Ceph RGW 16 keeps none that CreateMultipartUpload asks for.
 * Nobody is to find out later that what was locked is not. */
gboolean
gst_rec_s3_amend (GstRecS3 * self, const gchar * key,
    const GstRecStoreObject * object, GCancellable * cancellable,
    GError ** error)
{
  const GstRecS3Options *options = &self->place->options;
  g_auto (GstRecHttpResponse) response = { 0, };
  GstRecField params[] = { {"versionId", object->version_id} };
  GstRecS3Operation operation = {
    .name = "HeadObject",.method = "HEAD",.key = key,
    .params = params,.n_params = object->version_id != NULL,
    .customer_key = TRUE
  };

  /* Who may not look has to believe the store. */
  if (self->place->flavor != GST_REC_S3_FLAVOR_AWS || !wants_any (options) ||
      !gst_rec_s3_run (self, &operation, &response, cancellable, NULL))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (amendments); i++) {
    const gchar *value =
        gst_rec_http_response_header (&response, amendments[i].header);
    g_autoptr (GError) reason = NULL;

    /* RGW counts no tags as 0. */
    if (!amendments[i].wanted (options) ||
        (value && strcmp (value, "0") != 0) ||
        amendments[i].put (self, key, object, cancellable, &reason))
      continue;
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
        "%s (%s).", amendments[i].advice, reason->message);
    return FALSE;
  }

  return TRUE;
}
