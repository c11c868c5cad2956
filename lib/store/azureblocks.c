/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "azureprivate.h"

#include <string.h>

/* An upload's id: when it began, in seconds since 1970, and a random number, in
 * hex. Made of 128 bits, so that the id of a lease can be made of it. */
#define TIME_DIGITS 8
#define ID_LENGTH 32
#define NUMBER_DIGITS 5
/* Azure keeps no more that wait. */
#define MAX_UPLOADS 100000

gchar *
gst_rec_azure_upload_id_new (gint64 now)
{
  return g_strdup_printf ("%08x%08x%08x%08x", (guint) (now / G_USEC_PER_SEC),
      g_random_int (), g_random_int (), g_random_int ());
}

/* Those of two writers are not the same. All have one length, as Azure
 * wants. */
gchar *
gst_rec_azure_block_id (const gchar * id, guint number)
{
  g_autofree gchar *text = g_strdup_printf ("%s-%05u", id, number);

  return g_base64_encode ((const guchar *) text, strlen (text));
}

/* Whether a block is one of ours, and which. */
gboolean
gst_rec_azure_parse_block_id (const gchar * base64, gchar ** id,
    guint * number)
{
  gsize size;
  g_autofree guchar *bytes = g_base64_decode (base64, &size);
  g_autofree gchar *text = g_strndup ((const gchar *) bytes, size);
  guint64 value;

  if (size != ID_LENGTH + 1 + NUMBER_DIGITS || text[ID_LENGTH] != '-')
    return FALSE;
  for (guint i = 0; i < ID_LENGTH; i++)
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;
  if (!g_ascii_string_to_unsigned (text + ID_LENGTH + 1, 10, 0,
          GST_REC_AZURE_MAX_PARTS, &value, NULL))
    return FALSE;

  *id = g_strndup (text, ID_LENGTH);
  *number = value;
  return TRUE;
}

/* The blocks of @type (committed or uncommitted), of GstRecStorePart whose
 * ETag is the block's id and whose number is 0. */
GPtrArray *
gst_rec_azure_list_blocks (GstRecAzure * self, const gchar * key,
    const gchar * type, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  const GstRecField params[] = {
    {"blocklisttype", type}, {"comp", "blocklist"}
  };
  GstRecAzureOperation operation = {.name = "Get Block List",
    .method = "GET",.key = key,.params = params,
    .n_params = G_N_ELEMENTS (params)
  };
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_part_free);

  if (!gst_rec_azure_run (self, &operation, &response, cancellable, error))
    return NULL;

  g_autoptr (GstRecAzureAnswer) answer = gst_rec_azure_parse (&operation,
      &response, "BlockList", "Block", error);
  if (answer == NULL)
    return NULL;

  for (guint i = 0; i < answer->records->len; i++) {
    GHashTable *record = g_ptr_array_index (answer->records, i);
    const gchar *name = g_hash_table_lookup (record, "Name");
    const gchar *size = g_hash_table_lookup (record, "Size");

    if (name && size) {
      GstRecStorePart *part = g_new0 (GstRecStorePart, 1);

      part->etag = g_strdup (name);
      part->size = g_ascii_strtoull (size, NULL, 10);
      g_ptr_array_add (blocks, part);
    }
  }

  return g_steal_pointer (&blocks);
}

static gint
compare_parts (gconstpointer a, gconstpointer b)
{
  const GstRecStorePart *const *x = a;
  const GstRecStorePart *const *y = b;

  return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

/* The blocks of the upload that wait. What was committed is a blob. */
GPtrArray *
gst_rec_azure_list_parts (GstRecStore * store, const gchar * key,
    const gchar * id, GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) blocks = gst_rec_azure_list_blocks
      ((GstRecAzure *) store, key, "uncommitted", cancellable, error);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_part_free);

  if (blocks == NULL)
    return NULL;

  for (guint i = 0; i < blocks->len; i++) {
    GstRecStorePart *block = g_ptr_array_index (blocks, i);
    g_autofree gchar *owner = NULL;

    if (gst_rec_azure_parse_block_id (block->etag, &owner, &block->number) &&
        block->number > 0 && strcmp (owner, id) == 0) {
      GstRecStorePart *part = g_new0 (GstRecStorePart, 1);

      *part = *block;
      block->etag = NULL;
      g_ptr_array_add (parts, part);
    }
  }
  g_ptr_array_sort (parts, compare_parts);

  return g_steal_pointer (&parts);
}

typedef struct
{
  GstRecAzure *handle;
  GPtrArray *uploads;
  GCancellable *cancellable;
} UploadList;

static void
add_uploads (GPtrArray * uploads, const gchar * key, GPtrArray * blocks)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < blocks->len; i++) {
    const GstRecStorePart *block = g_ptr_array_index (blocks, i);
    gchar *id;
    guint number;

    if (!gst_rec_azure_parse_block_id (block->etag, &id, &number) ||
        !g_hash_table_add (seen, id))
      continue;

    g_autofree gchar *seconds = g_strndup (id, TIME_DIGITS);
    GstRecStoreUpload *upload = g_new0 (GstRecStoreUpload, 1);
    upload->key = g_strdup (key);
    upload->id = g_strdup (id);
    upload->started =
        (gint64) g_ascii_strtoull (seconds, NULL, 16) * G_USEC_PER_SEC;
    g_ptr_array_add (uploads, upload);
  }
}

/* A blob of which nothing is committed is listed as an empty one. */
static gboolean
look_for_uploads (GHashTable * blob, gpointer data, GError ** error)
{
  UploadList *self = data;
  const gchar *name = g_hash_table_lookup (blob, "Name");
  const gchar *size = g_hash_table_lookup (blob, "Content-Length");

  if (name == NULL || (size && strcmp (size, "0") != 0))
    return TRUE;
  if (self->uploads->len >= MAX_UPLOADS) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "there are more than %u uploads", MAX_UPLOADS);
    return FALSE;
  }

  g_autoptr (GError) reason = NULL;
  g_autoptr (GPtrArray) blocks = gst_rec_azure_list_blocks (self->handle,
      name, "uncommitted", self->cancellable, &reason);

  if (blocks)
    add_uploads (self->uploads, name, blocks);
  else if (!g_error_matches (reason, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  return TRUE;
}

/* Those of which nothing is committed. Blocks that wait behind a blob that
 * stands are not looked for: that took a request for each blob there is, and
 * Azure drops them after a week. */
GPtrArray *
gst_rec_azure_list_uploads (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) uploads = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_upload_free);
  UploadList list = { (GstRecAzure *) store, uploads, cancellable };

  return gst_rec_azure_list_blobs (list.handle, prefix, TRUE,
      look_for_uploads, &list, cancellable, error) ?
      g_steal_pointer (&uploads) : NULL;
}
