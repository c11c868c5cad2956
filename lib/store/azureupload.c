/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "azureprivate.h"

#include <string.h>

void
gst_rec_azure_upload_free (GstRecAzureUpload * self)
{
  g_clear_pointer (&self->lease, gst_rec_azure_lease_free);
  g_clear_pointer (&self->committed, g_array_unref);
  gst_rec_store_attributes_clear (&self->attributes);
  g_free (self->etag);
  g_free (self->key);
  g_free (self);
}

static gboolean
is_code (const GError * error, GstRecStoreError code)
{
  return g_error_matches (error, GST_REC_STORE_ERROR, code);
}

/* Deletes the blob as we left it, if it is still that. */
static gboolean
delete_own (GstRecAzure * self, const gchar * key, const gchar * etag,
    const gchar * lease_id, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autofree gchar *quoted = g_strdup_printf ("\"%s\"", etag);
  g_autoptr (GArray) headers = gst_rec_azure_headers_new ();
  GstRecAzureOperation operation = {.name = "Delete Blob",
    .method = "DELETE",.key = key,.headers = headers
  };

  gst_rec_azure_headers_add (headers, "If-Match", quoted);
  gst_rec_azure_headers_add (headers, "x-ms-lease-id", lease_id);

  return gst_rec_azure_run (self, &operation, &response, cancellable, error);
}

static gboolean
take_lease (GstRecAzure * self, const gchar * key, const gchar * id,
    GstRecAzureUpload * upload, GCancellable * cancellable, GError ** error)
{
  g_autofree gchar *lease_id = gst_rec_azure_lease_id (id);
  g_autoptr (GError) reason = NULL;
  gboolean leased = gst_rec_azure_lease_acquire (self, key, lease_id,
      cancellable, &reason);

  if (!leased && is_code (reason, GST_REC_STORE_ERROR_NOT_FOUND)) {
    g_clear_error (&reason);
    upload->placeholder = gst_rec_azure_put_placeholder (self, key, id,
        &upload->etag, cancellable, &reason);
    /* Another writer was quicker: it has the lease, or soon will. */
    leased = (upload->placeholder ||
        is_code (reason, GST_REC_STORE_ERROR_EXISTS)) &&
        (g_clear_error (&reason), gst_rec_azure_lease_acquire (self, key,
            lease_id, cancellable, &reason));
  }
  if (!leased) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  upload->lease = gst_rec_azure_lease_keep (self->place, key, lease_id,
      error);
  return upload->lease != NULL;
}

/* What can be said before the first byte goes. */
static gboolean
check_absent (GstRecStore * store, const gchar * key,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) reason = NULL;

  if (gst_rec_azure_head (store, key, NULL, &object, cancellable, &reason)) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_EXISTS, "there is a blob of that name");
    return FALSE;
  }
  if (is_code (reason, GST_REC_STORE_ERROR_NOT_FOUND) ||
      is_code (reason, GST_REC_STORE_ERROR_NOT_AUTHORIZED))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* An upload that could not begin: the lease is given back, and the blob that
 * was there for it goes. */
static void
give_up (GstRecAzure * self, GstRecAzureUpload * upload,
    GCancellable * cancellable)
{
  g_clear_pointer (&upload->lease, gst_rec_azure_lease_free);
  if (upload->placeholder)
    delete_own (self, upload->key, upload->etag, NULL, cancellable, NULL);
  gst_rec_azure_upload_free (upload);
}

/* Azure has no request for that. A first block, of a number that no part has,
 * finds out whether there may be more of them, asks for no permission that
 * they would not need, and makes the upload one that can be listed. */
gchar *
gst_rec_azure_create (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GCancellable * cancellable,
    GError ** error)
{
  GstRecAzure *self = (GstRecAzure *) store;
  GstRecAzurePlace *place = self->place;
  g_autofree gchar *id = gst_rec_azure_upload_id_new (g_get_real_time () +
      gst_rec_http_get_clock_offset (self->http));
  g_autofree gchar *block_id = gst_rec_azure_block_id (id, 0);
  g_autofree gchar *lease_id =
      place->lease ? gst_rec_azure_lease_id (id) : NULL;
  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_static ("", 1));
  GstRecAzureUpload *upload = g_new0 (GstRecAzureUpload, 1);

  upload->key = g_strdup (key);
  gst_rec_store_attributes_copy (attributes, &upload->attributes);

  if ((place->if_none_match && !check_absent (store, key, cancellable,
              error)) ||
      (place->lease && !take_lease (self, key, id, upload, cancellable,
              error)) ||
      !gst_rec_azure_put_block (self, key, block_id, lease_id, body,
          cancellable, error)) {
    give_up (self, upload, cancellable);
    return NULL;
  }

  g_mutex_lock (&place->lock);
  g_hash_table_insert (place->uploads, g_strdup (id), upload);
  g_mutex_unlock (&place->lock);

  return g_steal_pointer (&id);
}

gboolean
gst_rec_azure_put_part (GstRecStore * store, const gchar * key,
    const gchar * id, GstRecStorePart * part, GstRecBody * body,
    GCancellable * cancellable, GError ** error)
{
  GstRecAzure *self = (GstRecAzure *) store;
  g_autofree gchar *block_id = gst_rec_azure_block_id (id, part->number);
  g_autofree gchar *lease_id =
      self->place->lease ? gst_rec_azure_lease_id (id) : NULL;

  if (!gst_rec_azure_put_block (self, key, block_id, lease_id, body,
          cancellable, error))
    return FALSE;

  part->size = gst_rec_body_size (body);
  g_free (part->etag);
  part->etag = g_steal_pointer (&block_id);

  return TRUE;
}

static GArray *
numbers_of (const GstRecStorePart * parts, guint n_parts)
{
  GArray *numbers = g_array_sized_new (FALSE, FALSE, sizeof (guint), n_parts);

  for (guint i = 0; i < n_parts; i++)
    g_array_append_val (numbers, parts[i].number);

  return numbers;
}

gboolean
gst_rec_azure_commit (GstRecStore * store, const gchar * key,
    const gchar * id, const GstRecStorePart * parts, guint n_parts,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GArray) numbers = numbers_of (parts, n_parts);
  g_autofree gchar *etag = NULL;

  return gst_rec_azure_put_block_list ((GstRecAzure *) store, key, id,
      numbers, "Latest", TRUE, NULL, &etag, cancellable, error);
}

static void
forget (GstRecAzurePlace * place, const gchar * id)
{
  gpointer name = NULL, upload = NULL;

  g_mutex_lock (&place->lock);
  g_hash_table_steal_extended (place->uploads, id, &name, &upload);
  g_mutex_unlock (&place->lock);

  /* Gives the lease back, which takes a request. */
  if (upload)
    gst_rec_azure_upload_free (upload);
  g_free (name);
}

gboolean
gst_rec_azure_complete (GstRecStore * store, const gchar * key,
    const gchar * id, const GstRecStorePart * parts, guint n_parts,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error)
{
  GstRecAzure *self = (GstRecAzure *) store;
  g_autoptr (GArray) numbers = numbers_of (parts, n_parts);
  g_autofree gchar *etag = NULL;
  guint64 size = 0;

  for (guint i = 0; i < n_parts; i++)
    size += parts[i].size;

  if (!gst_rec_azure_put_block_list (self, key, id, numbers, "Latest", FALSE,
          NULL, &etag, cancellable, error))
    return FALSE;

  gst_rec_store_object_clear (object);
  object->size = size;
  object->etag = g_steal_pointer (&etag);
  forget (self->place, id);
  return TRUE;
}

/* Drops blocks that wait where no blob stands: one that is empty takes their
 * place for a moment. Azure knows no other way. */
static gboolean
drop_blocks (GstRecAzure * self, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  g_autofree gchar *etag = NULL;

  return gst_rec_azure_put_placeholder (self, key, id, &etag, cancellable,
      error) && delete_own (self, key, etag, NULL, cancellable, error);
}

/* Whether all blocks that wait are of one upload, and how many there are. */
static gboolean
only_ours (const GPtrArray * blocks, const gchar * id, guint * n)
{
  gboolean only = TRUE;

  *n = 0;
  for (guint i = 0; i < blocks->len; i++) {
    const GstRecStorePart *block = g_ptr_array_index (blocks, i);
    g_autofree gchar *owner = NULL;
    guint number;
    gboolean ours = gst_rec_azure_parse_block_id (block->etag, &owner,
        &number) && strcmp (owner, id) == 0;

    only &= ours;
    *n += ours;
  }

  return only;
}

/* Removes the empty blob that was there for the lease, or what waits beside
 * the one that was committed, without touching what stands. Nothing waits
 * beside one that was put. */
static gboolean
abort_known (GstRecAzure * self, const gchar * key, const gchar * id,
    gboolean * done, GCancellable * cancellable, GError ** error)
{
  g_autofree gchar *lease_id = NULL;
  g_autoptr (GArray) committed = NULL;
  g_autofree gchar *etag = NULL;
  gboolean placeholder = FALSE;

  g_mutex_lock (&self->place->lock);
  GstRecAzureUpload *upload =
      gst_rec_azure_find_upload (self->place, key, id, NULL);
  if (upload) {
    placeholder = upload->placeholder;
    etag = g_strdup (upload->etag);
    lease_id = upload->lease ? gst_rec_azure_lease_id (id) : NULL;
    if (upload->committed)
      committed = g_array_copy (upload->committed);
  }
  g_mutex_unlock (&self->place->lock);

  *done = placeholder || committed || etag;
  if (committed) {
    g_autofree gchar *new_etag = NULL;

    return gst_rec_azure_put_block_list (self, key, id, committed,
        "Committed", TRUE, NULL, &new_etag, cancellable, error);
  }

  return !placeholder ||
      delete_own (self, key, etag, lease_id, cancellable, error);
}

/* Of an upload that nobody here knows any more, or that left no blob. */
static gboolean
abort_blocks (GstRecAzure * self, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) reason = NULL;
  g_autoptr (GPtrArray) blocks = gst_rec_azure_list_blocks (self, key,
      "uncommitted", cancellable, &reason);
  guint n;

  if (blocks == NULL && !is_code (reason, GST_REC_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }
  gboolean only = blocks == NULL || only_ours (blocks, id, &n);
  if (blocks == NULL || n == 0)
    return TRUE;

  /* Another's blob and another's blocks are not ours to drop. */
  gboolean stands = gst_rec_azure_head (&self->store, key, NULL, &object,
      cancellable, &reason);
  if (only && !stands && is_code (reason, GST_REC_STORE_ERROR_NOT_FOUND))
    return drop_blocks (self, key, id, cancellable, error);

  if (!stands && !is_code (reason, GST_REC_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_UNSUPPORTED,
        "%u blocks wait beside %s, and Azure drops them after a week", n,
        stands ? "a blob that stands" : "those of another writer");
  return FALSE;
}

/* An upload that is gone is aborted. What was committed of it stays. The lease
 * is given back also where blocks are left: nobody here writes any more. */
gboolean
gst_rec_azure_abort (GstRecStore * store, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  GstRecAzure *self = (GstRecAzure *) store;
  gboolean done;
  gboolean aborted =
      abort_known (self, key, id, &done, cancellable, error) &&
      (done || abort_blocks (self, key, id, cancellable, error));

  forget (self->place, id);
  return aborted;
}
