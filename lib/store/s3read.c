/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

/* An interrupted answer that brought this much is no failed try: the rest is
 * asked for, however often. What brought less counts as failed. */
#define MIN_PROGRESS (64 * 1024)
#define MAX_HEADER 2048
#define METADATA_PREFIX "x-amz-meta-"

/* A range on its way into memory of the caller. */
typedef struct
{
  const GstRecStoreObject *pin; /* or NULL */
  guint64 offset;
  guint8 *data;
  gsize size;
  gsize filled;
  gboolean interrupted;         /* after it got on */
} Range;

/* A header as it may be shown and handed on, or NULL: what a store says may
 * be anything. */
static gchar *
take_header (const GstRecHttpResponse * response, const gchar * name)
{
  const gchar *value = gst_rec_http_response_header (response, name);

  if (value == NULL || strlen (value) > MAX_HEADER ||
      !g_utf8_validate (value, -1, NULL))
    return NULL;

  return g_strdup (value);
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
    g_autofree gchar *value = take_header (response, header);

    if (value)
      return g_strconcat (names[i], ":", value, NULL);
  }

  return NULL;
}

static gint64
take_date (const GstRecHttpResponse * response, const gchar * name)
{
  const gchar *value = gst_rec_http_response_header (response, name);
  g_autoptr (GDateTime) date =
      value ? soup_date_time_new_from_http_string (value) : NULL;

  return date ? g_date_time_to_unix (date) * G_USEC_PER_SEC : 0;
}

static gchar **
take_metadata (const GstRecHttpResponse * response)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  SoupMessageHeadersIter iter;
  const gchar *name, *value;

  soup_message_headers_iter_init (&iter,
      soup_message_get_response_headers (response->message));
  while (soup_message_headers_iter_next (&iter, &name, &value)) {
    if (g_ascii_strncasecmp (name, METADATA_PREFIX,
            strlen (METADATA_PREFIX)) != 0 ||
        !g_utf8_validate (name, -1, NULL) || !g_utf8_validate (value, -1, NULL))
      continue;
    g_ptr_array_add (fields, g_ascii_strdown (name + strlen (METADATA_PREFIX),
            -1));
    g_ptr_array_add (fields, g_strdup (value));
  }
  if (fields->len == 0)
    return NULL;
  g_ptr_array_add (fields, NULL);

  return (gchar **) g_ptr_array_free (g_steal_pointer (&fields), FALSE);
}

gboolean
gst_rec_s3_head (GstRecStore * store, const gchar * key,
    const gchar * version_id, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autofree gchar *etag = NULL;
  GstRecField params[] = { {"versionId", version_id} };
  GstRecField headers[] = { {"x-amz-checksum-mode", "ENABLED"} };
  GstRecS3Operation operation = {
    .name = "HeadObject",.method = "HEAD",.key = key,
    .params = params,.n_params = version_id != NULL,
    .headers = headers,.n_headers = G_N_ELEMENTS (headers)
  };

  if (!gst_rec_s3_run ((GstRecS3 *) store, &operation, &response, cancellable,
          error))
    return FALSE;

  if (gst_rec_http_response_header (&response, "Content-Length") == NULL) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "%s: the store does not say how large the object is", operation.name);
    return FALSE;
  }

  gst_rec_store_object_clear (object);
  etag = take_header (&response, "ETag");
  object->size = soup_message_headers_get_content_length
      (soup_message_get_response_headers (response.message));
  object->etag = gst_rec_s3_unquote (etag);
  object->version_id = take_header (&response, "x-amz-version-id");
  object->checksum = take_checksum (&response);
  object->content_type = take_header (&response, "Content-Type");
  object->modified = take_date (&response, "Last-Modified");
  object->metadata = take_metadata (&response);

  return TRUE;
}

static gboolean
refuse (GError ** error, GstRecStoreError code, const gchar * why)
{
  g_set_error_literal (error, GST_REC_STORE_ERROR, code, why);
  return FALSE;
}

/* Whether the bytes of the answer are those that were asked for. */
static gboolean
check_answer (const Range * self, SoupMessage * message, GError ** error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const gchar *header = soup_message_headers_get_one (headers, "ETag");
  g_autofree gchar *etag = gst_rec_s3_unquote (header);
  guint64 first = self->offset + self->filled;
  guint64 last = self->offset + self->size - 1;
  goffset start, end, total;

  if (self->pin && self->pin->etag && etag &&
      strcmp (self->pin->etag, etag) != 0)
    return refuse (error, GST_REC_STORE_ERROR_CHANGED,
        "the object was replaced");

  /* RFC 9110, 15.3.7: without a range it is all of the object. */
  if (soup_message_get_status (message) != SOUP_STATUS_PARTIAL_CONTENT)
    return (first == 0 && soup_message_headers_get_encoding (headers) ==
        SOUP_ENCODING_CONTENT_LENGTH &&
        (guint64) soup_message_headers_get_content_length (headers) ==
        last + 1) || refuse (error, GST_REC_STORE_ERROR_ANSWER,
        "the store answers all of the object where a range was asked for");

  if (!soup_message_headers_get_content_range (headers, &start, &end, &total)
      || start < 0 || end < 0)
    return refuse (error, GST_REC_STORE_ERROR_ANSWER,
        "the store does not say which range it answers");
  if (self->pin && total >= 0 && (guint64) total != self->pin->size)
    return refuse (error, GST_REC_STORE_ERROR_CHANGED,
        "the object has another size than before");
  if ((guint64) start != first || (guint64) end != last)
    return refuse (error, GST_REC_STORE_ERROR_ANSWER,
        "the store answers another range than was asked for");

  return TRUE;
}

/* All is there. What comes behind it would be no range, and a connection is
 * used again once its answer was read to the end. */
static gboolean
check_end (GInputStream * stream, GCancellable * cancellable, GError ** error)
{
  guint8 byte;

  if (g_input_stream_read (stream, &byte, 1, cancellable, NULL) <= 0)
    return TRUE;

  return refuse (error, GST_REC_STORE_ERROR_ANSWER,
      "the store answers more than was asked for");
}

static gboolean
read_range (SoupMessage * message, GInputStream * stream, gpointer data,
    GCancellable * cancellable, GError ** error)
{
  Range *self = data;
  gsize missing = self->size - self->filled;
  gsize n = 0;
  g_autoptr (GError) reason = NULL;

  if (!check_answer (self, message, error))
    return FALSE;

  gboolean good = g_input_stream_read_all (stream, self->data + self->filled,
      missing, &n, cancellable, &reason);
  if (n == missing) {
    self->filled += n;
    return check_end (stream, cancellable, error);
  }

  if (good)
    g_set_error_literal (&reason, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
        "the answer ends too early");
  if (n < MIN_PROGRESS ||
      g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  self->filled += n;
  self->interrupted = TRUE;
  return refuse (error, GST_REC_STORE_ERROR_UNREACHABLE, reason->message);
}

/* Asks for what is missing. */
static gboolean
request_range (GstRecS3 * self, const gchar * key, Range * range,
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
    .read = read_range,.read_data = range
  };

  range->interrupted = FALSE;
  gboolean done = gst_rec_s3_run (self, &operation, &response, cancellable,
      error);
  *status = response.status;

  return done;
}

/* What an answer means to somebody who knew that there is such a range. */
static gboolean
explain (guint status, GError ** error, GError * reason)
{
  const gchar *why = status == SOUP_STATUS_PRECONDITION_FAILED ?
      "the object was replaced" :
      status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE ?
      "the object is shorter than before" : status == SOUP_STATUS_NOT_FOUND &&
      g_error_matches (reason, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_NOT_FOUND) ? "the object was deleted" : NULL;

  if (why) {
    g_error_free (reason);
    return refuse (error, GST_REC_STORE_ERROR_CHANGED, why);
  }

  g_propagate_error (error, reason);
  return FALSE;
}

gboolean
gst_rec_s3_get_range (GstRecStore * store, const gchar * key,
    const GstRecStoreObject * pin, guint64 offset, guint8 * data, gsize size,
    GCancellable * cancellable, GError ** error)
{
  GstRecS3 *self = (GstRecS3 *) store;
  Range range = {.pin = pin,.offset = offset,.data = data,.size = size };

  while (range.filled < size) {
    g_autoptr (GError) reason = NULL;
    guint status;

    if (request_range (self, key, &range, &status, cancellable, &reason))
      continue;
    if (!range.interrupted)
      return explain (pin ? status : 0, error, g_steal_pointer (&reason));
    g_atomic_int_inc (&self->place->n_retries);
  }

  return TRUE;
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
