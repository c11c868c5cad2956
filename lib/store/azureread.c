/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "azureprivate.h"

#include "store/httpobject.h"
#include "store/sas.h"
#include "store/sigv4.h"
#include "store/signurl.h"

/* Of a list, so that a store that never ends one does not take all memory. */
#define MAX_BLOBS 10000000

gboolean
gst_rec_azure_head (GstRecStore * store, const gchar * key,
    const gchar * version_id, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  const GstRecField params[] = { {"versionid", version_id} };
  GstRecAzureOperation operation = {.name = "Get Blob Properties",
    .method = "HEAD",.key = key,.params = params,
    .n_params = version_id != NULL
  };

  if (!gst_rec_azure_run ((GstRecAzure *) store, &operation, &response,
          cancellable, error))
    return FALSE;

  if (!gst_rec_http_take_object (&response, "x-ms-meta-", object, error)) {
    g_prefix_error (error, "%s: ", operation.name);
    return FALSE;
  }
  g_autofree gchar *md5 = gst_rec_http_header_text (&response, "Content-MD5");
  object->checksum = md5 ? g_strconcat ("md5:", md5, NULL) : NULL;
  object->version_id =
      gst_rec_http_header_text (&response, "x-ms-version-id");

  return TRUE;
}

/* Asks for what is missing. */
static gboolean
request_range (GstRecStore * store, const gchar * key, GstRecHttpRange * range,
    guint * status, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GArray) headers = gst_rec_azure_headers_new ();
  const GstRecStoreObject *pin = range->pin;
  g_autofree gchar *bytes = g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-%"
      G_GUINT64_FORMAT, range->offset + range->filled,
      range->offset + range->size - 1);
  g_autofree gchar *etag =
      pin && pin->etag ? g_strdup_printf ("\"%s\"", pin->etag) : NULL;
  const GstRecField params[] = {
    {"versionid", pin ? pin->version_id : NULL}
  };
  GstRecAzureOperation operation = {.name = "Get Blob",.method = "GET",
    .key = key,.params = params,.n_params = params[0].value != NULL,
    .headers = headers,.read = gst_rec_http_range_read,.read_data = range
  };

  gst_rec_azure_headers_add (headers, "x-ms-range", bytes);
  gst_rec_azure_headers_add (headers, "If-Match", etag);
  gboolean done = gst_rec_azure_run ((GstRecAzure *) store, &operation, &response, cancellable,
      error);
  *status = response.status;

  return done;
}

gboolean
gst_rec_azure_get_range (GstRecStore * store, const gchar * key,
    const GstRecStoreObject * pin, guint64 offset, guint8 * data, gsize size,
    GCancellable * cancellable, GError ** error)
{
  GstRecAzure *self = (GstRecAzure *) store;
  GstRecHttpRange range = {
    .pin = pin,.offset = offset,.data = data,.size = size
  };

  return gst_rec_http_range_fill (&range, request_range, store, key,
      self->place->shared, cancellable, error);
}

/* One page; @marker becomes where the next one begins, NULL at the end. */
static gboolean
list_page (GstRecAzure * self, const gchar * prefix, gboolean uncommitted,
    gchar ** marker, GPtrArray ** blobs, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  const GstRecField params[] = {
    {"comp", "list"}, {"restype", "container"},
    {"include", uncommitted ? "uncommittedblobs" : "metadata"},
    {"prefix", prefix ? prefix : ""}, {"marker", *marker ? *marker : ""}
  };
  GstRecAzureOperation operation = {.name = "List Blobs",.method = "GET",
    .params = params,.n_params = G_N_ELEMENTS (params)
  };

  if (!gst_rec_azure_run (self, &operation, &response, cancellable, error))
    return FALSE;

  g_autoptr (GstRecAzureAnswer) answer = gst_rec_azure_parse (&operation,
      &response, "EnumerationResults", "Blob", error);
  if (answer == NULL)
    return FALSE;

  const gchar *next = g_hash_table_lookup (answer->fields, "NextMarker");
  if (next && *marker && g_str_equal (next, *marker)) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "%s: the store repeats a page", operation.name);
    return FALSE;
  }
  g_free (*marker);
  *marker = next && *next ? g_strdup (next) : NULL;
  *blobs = g_ptr_array_ref (answer->records);

  return TRUE;
}

/* Hands all blobs below @prefix to @add; with @uncommitted those as well of
 * which nothing is committed. */
gboolean
gst_rec_azure_list_blobs (GstRecAzure * self, const gchar * prefix,
    gboolean uncommitted, GstRecAzureAdd add, gpointer data,
    GCancellable * cancellable, GError ** error)
{
  g_autofree gchar *marker = NULL;
  guint n = 0;

  do {
    g_autoptr (GPtrArray) blobs = NULL;

    if (!list_page (self, prefix, uncommitted, &marker, &blobs, cancellable,
            error))
      return FALSE;
    for (guint i = 0; i < blobs->len; i++)
      if (!add (g_ptr_array_index (blobs, i), data, error))
        return FALSE;

    /* There may be no end of empty pages. */
    n += blobs->len + 1;
    if (n > MAX_BLOBS) {
      g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
          "List Blobs: the list is longer than %u", MAX_BLOBS);
      return FALSE;
    }
  } while (marker);

  return TRUE;
}

static gboolean
add_object (GHashTable * blob, gpointer data, GError ** error G_GNUC_UNUSED)
{
  const gchar *name = g_hash_table_lookup (blob, "Name");
  const gchar *size = g_hash_table_lookup (blob, "Content-Length");
  const gchar *modified = g_hash_table_lookup (blob, "Last-Modified");
  const gchar *md5 = g_hash_table_lookup (blob, "Content-MD5");
  g_autoptr (GDateTime) time = modified ?
      soup_date_time_new_from_http_string (modified) : NULL;

  if (name == NULL || size == NULL)
    return TRUE;

  GstRecStoreObject *object = g_new0 (GstRecStoreObject, 1);
  object->key = g_strdup (name);
  object->size = g_ascii_strtoull (size, NULL, 10);
  object->etag = gst_rec_http_unquote (g_hash_table_lookup (blob, "Etag"));
  object->content_type =
      g_strdup (g_hash_table_lookup (blob, "Content-Type"));
  object->checksum = md5 && *md5 ? g_strconcat ("md5:", md5, NULL) : NULL;
  object->modified = time ? g_date_time_to_unix (time) * G_USEC_PER_SEC : 0;
  g_ptr_array_add (data, object);

  return TRUE;
}

GPtrArray *
gst_rec_azure_list (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_object_free);

  return gst_rec_azure_list_blobs ((GstRecAzure *) store, prefix, FALSE,
      add_object, objects, cancellable, error) ? g_steal_pointer (&objects) :
      NULL;
}

/* A blob that is not there is deleted. */
gboolean
gst_rec_azure_remove (GstRecStore * store, const gchar * key,
    const gchar * version_id, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GError) reason = NULL;
  const GstRecField params[] = { {"versionid", version_id} };
  GstRecAzureOperation operation = {.name = "Delete Blob",
    .method = "DELETE",.key = key,.params = params,
    .n_params = version_id != NULL
  };

  if (gst_rec_azure_run ((GstRecAzure *) store, &operation, &response,
          cancellable, &reason) || g_error_matches (reason,
          GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_NOT_FOUND))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* By the account's key, by which alone it can be done. */
gchar *
gst_rec_azure_sign_url (GstRecStore * store, const gchar * key,
    const GstRecStoreUrl * url, GCancellable * cancellable G_GNUC_UNUSED,
    GError ** error)
{
  GstRecAzure *self = (GstRecAzure *) store;
  const GstRecAzurePlace *place = self->place;
  gint64 now = g_get_real_time ();
  guint seconds = gst_rec_sign_url_lifetime (url, 0, now, error);
  g_autofree gchar *path = gst_rec_azure_path (place, key);

  if (seconds == 0)
    return NULL;
  if (place->key == NULL) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_UNSUPPORTED,
        "URLs are signed with the account's key, and there is none");
    return NULL;
  }

  /* Without a start it is good at once, whatever the clocks say. */
  GstRecSas sas = {
    .account = place->account,.container = place->container,.blob = key,
    .permissions = g_str_equal (url->method, "GET") ? "r" : "cw",
    .expiry = now + gst_rec_http_get_clock_offset (self->http) +
        seconds * G_TIME_SPAN_SECOND,
    .allow_http = g_str_equal (place->scheme, "http"),
    .content_type = url->content_type,
    .content_disposition = url->content_disposition
  };
  g_autofree gchar *query = gst_rec_sas_query (&sas, place->key);

  return g_strconcat (place->scheme, "://", place->host, path, "?", query,
      NULL);
}
