/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "httpobject.h"

#include <string.h>

/* An interrupted answer that brought this much is no failed try: the rest is
 * asked for, however often. What brought less counts as failed. */
#define MIN_PROGRESS (64 * 1024)
#define MAX_HEADER 2048

/* A header as it may be shown and handed on, or NULL: what a store says may
 * be anything. */
gchar *
gst_rec_http_header_text (const GstRecHttpResponse * response,
    const gchar * name)
{
  const gchar *value = gst_rec_http_response_header (response, name);

  if (value == NULL || strlen (value) > MAX_HEADER ||
      !g_utf8_validate (value, -1, NULL))
    return NULL;

  return g_strdup (value);
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
take_metadata (const GstRecHttpResponse * response, const gchar * prefix)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  SoupMessageHeadersIter iter;
  const gchar *name, *value;

  soup_message_headers_iter_init (&iter,
      soup_message_get_response_headers (response->message));
  while (soup_message_headers_iter_next (&iter, &name, &value)) {
    if (g_ascii_strncasecmp (name, prefix,
            strlen (prefix)) != 0 ||
        !g_utf8_validate (name, -1, NULL) || !g_utf8_validate (value, -1, NULL))
      continue;
    g_ptr_array_add (fields, g_ascii_strdown (name + strlen (prefix),
            -1));
    g_ptr_array_add (fields, g_strdup (value));
  }
  if (fields->len == 0)
    return NULL;
  g_ptr_array_add (fields, NULL);

  return (gchar **) g_ptr_array_free (g_steal_pointer (&fields), FALSE);
}

/* What the answer to a HEAD says of an object, in headers that all stores
 * have. The names of metadata begin with @metadata_prefix. */
gboolean
gst_rec_http_take_object (const GstRecHttpResponse * response,
    const gchar * metadata_prefix, GstRecStoreObject * object, GError ** error)
{
  g_autofree gchar *etag = gst_rec_http_header_text (response, "ETag");

  if (gst_rec_http_response_header (response, "Content-Length") == NULL) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_ANSWER,
        "the store does not say how large the object is");
    return FALSE;
  }

  gst_rec_store_object_clear (object);
  object->size = soup_message_headers_get_content_length
      (soup_message_get_response_headers (response->message));
  object->etag = gst_rec_http_unquote (etag);
  object->content_type = gst_rec_http_header_text (response, "Content-Type");
  object->modified = take_date (response, "Last-Modified");
  object->metadata = take_metadata (response, metadata_prefix);

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
check_answer (const GstRecHttpRange * self, SoupMessage * message,
    GError ** error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const gchar *header = soup_message_headers_get_one (headers, "ETag");
  g_autofree gchar *etag = gst_rec_http_unquote (header);
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

/* Puts the answer to a request for what is missing of the range @data where it
 * belongs; a GstRecHttpRead. */
gboolean
gst_rec_http_range_read (SoupMessage * message, GInputStream * stream,
    gpointer data, GCancellable * cancellable, GError ** error)
{
  GstRecHttpRange *self = data;
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

/* Until all of it is there: what was interrupted on the way goes on where it
 * was, and is counted in @shared. */
gboolean
gst_rec_http_range_fill (GstRecHttpRange * self,
    GstRecHttpRangeRequest request, GstRecStore * store, const gchar * key,
    GstRecHttpShared * shared, GCancellable * cancellable, GError ** error)
{
  while (self->filled < self->size) {
    g_autoptr (GError) reason = NULL;
    guint status = 0;

    self->interrupted = FALSE;
    if (request (store, key, self, &status, cancellable, &reason))
      continue;
    if (!self->interrupted)
      return explain (self->pin ? status : 0, error,
          g_steal_pointer (&reason));
    gst_rec_http_shared_count_retry (shared);
  }

  return TRUE;
}
