/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "azureprivate.h"

#include <openssl/evp.h>
#include <string.h>

#include "store/s3headers.h"

#define MD5_SIZE 16
/* Metadata of an empty blob: the upload that it is there for. */
#define PLACEHOLDER "upload"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecStorePart, gst_rec_store_part_clear)

/* What a request to write a blob has to say, copied so that no lock is held
 * while it is sent. */
typedef struct
{
  GstRecStoreAttributes attributes;
  gchar *if_match;              /* quoted, or NULL */
  gboolean if_none_match;
  gboolean unfinished;          /* more comes: an archive took no more of it */
  gchar *lease_id;
  GPtrArray *texts;             /* of metadata, as headers */
  GArray *headers;
} Terms;

static void
terms_clear (Terms * self)
{
  gst_rec_store_attributes_clear (&self->attributes);
  g_free (self->if_match);
  g_free (self->lease_id);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_clear_pointer (&self->headers, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Terms, terms_clear)

/* NULL where libcrypto is not allowed to have MD5: TLS is enough then. */
static gchar *
md5_of (const GstRecBody * body)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 digest[MD5_SIZE];

  if (!EVP_DigestInit (context, EVP_md5 ()))
    return NULL;
  for (guint i = 0; i < gst_rec_body_n_pieces (body); i++) {
    gsize size;
    gconstpointer data = g_bytes_get_data (gst_rec_body_piece (body, i),
        &size);

    EVP_DigestUpdate (context, data, size);
  }
  EVP_DigestFinal (context, digest, NULL);

  return g_base64_encode (digest, sizeof (digest));
}

/* Called with the place's lock held. @id may be NULL: any upload of @key. */
GstRecAzureUpload *
gst_rec_azure_find_upload (GstRecAzurePlace * place, const gchar * key,
    const gchar * id, const gchar ** found_id)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, place->uploads);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    GstRecAzureUpload *upload = value;

    if (strcmp (upload->key, key) == 0 &&
        (id == NULL || strcmp (name, id) == 0)) {
      if (found_id)
        *found_id = name;
      return upload;
    }
  }

  return NULL;
}

/* An upload that another process began is not known here: it goes on without
 * what was said about it there, but under its lease. */
static void
make_terms (GstRecAzurePlace * place, const gchar * key, const gchar * id,
    Terms * terms)
{
  const gchar *found = id;

  terms->if_none_match = place->if_none_match;
  g_mutex_lock (&place->lock);
  GstRecAzureUpload *upload =
      gst_rec_azure_find_upload (place, key, id, &found);
  if (upload) {
    gst_rec_store_attributes_copy (&upload->attributes, &terms->attributes);
    if (upload->etag) {
      terms->if_match = g_strdup_printf ("\"%s\"", upload->etag);
      terms->if_none_match = FALSE;
    }
  }
  if (place->lease && found)
    terms->lease_id = gst_rec_azure_lease_id (found);
  g_mutex_unlock (&place->lock);
}

/* The headers of a request that makes a blob. */
static void
add_headers (const GstRecAzurePlace * place, Terms * terms,
    const GstRecStoreAttributes * attributes)
{
  const gchar *type = attributes->content_type;

  terms->texts = g_ptr_array_new_with_free_func (g_free);
  terms->headers = gst_rec_azure_headers_new ();
  gst_rec_azure_headers_add (terms->headers, "x-ms-blob-content-type",
      type ? type : "application/octet-stream");
  gst_rec_azure_headers_add (terms->headers, "x-ms-blob-content-disposition",
      attributes->content_disposition);
  if (!terms->unfinished)
    gst_rec_azure_headers_add (terms->headers, "x-ms-access-tier",
        place->tier);
  gst_rec_azure_headers_add (terms->headers, "x-ms-tags", place->tags);
  gst_rec_azure_headers_add (terms->headers, "If-Match", terms->if_match);
  gst_rec_azure_headers_add (terms->headers, "x-ms-lease-id",
      terms->lease_id);
  if (terms->if_none_match)
    gst_rec_azure_headers_add (terms->headers, "If-None-Match", "*");

  for (gchar ** field = attributes->metadata; field && *field; field += 2) {
    gchar *name = g_strconcat ("x-ms-meta-", field[0], NULL);
    gchar *value = gst_rec_s3_header_text (field[1]);

    /* Names are those of C#, which knows no hyphens. */
    g_strdelimit (name + strlen ("x-ms-meta-"), "-", '_');
    g_ptr_array_add (terms->texts, name);
    g_ptr_array_add (terms->texts, value);
    gst_rec_azure_headers_add (terms->headers, name, value);
  }
}

/* What we left is now what stands with @etag. */
static void
note_blob (GstRecAzurePlace * place, const gchar * key, const gchar * id,
    const gchar * etag, gboolean placeholder, const GArray * committed)
{
  g_mutex_lock (&place->lock);
  GstRecAzureUpload *upload = gst_rec_azure_find_upload (place, key, id, NULL);
  if (upload) {
    g_free (upload->etag);
    upload->etag = g_strdup (etag);
    upload->placeholder = placeholder;
    g_clear_pointer (&upload->committed, g_array_unref);
    if (committed)
      upload->committed = g_array_copy ((GArray *) committed);
  }
  g_mutex_unlock (&place->lock);
}

/* After an answer that got lost the next try meets what the first one made. */
static gboolean
is_unclear (const GError * error)
{
  return error->domain == GST_REC_STORE_ERROR &&
      (error->code == GST_REC_STORE_ERROR_UNREACHABLE ||
      error->code == GST_REC_STORE_ERROR_NO_TLS ||
      error->code == GST_REC_STORE_ERROR_BUSY ||
      error->code == GST_REC_STORE_ERROR_EXISTS ||
      error->code == GST_REC_STORE_ERROR_CHANGED);
}

/* Sends a blob that is made by one request. */
static gboolean
put_blob (GstRecAzure * self, const gchar * key, Terms * terms,
    const gchar * md5, GstRecBody * body, gchar ** etag,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  GstRecAzureOperation operation = {.name = "Put Blob",.method = "PUT",
    .key = key,.headers = terms->headers,.body = body
  };

  gst_rec_azure_headers_add (terms->headers, "x-ms-blob-type", "BlockBlob");
  gst_rec_azure_headers_add (terms->headers, "Content-MD5", md5);
  if (!gst_rec_azure_run (self, &operation, &response, cancellable, error))
    return FALSE;

  *etag = gst_rec_http_unquote (gst_rec_http_response_header (&response,
          "ETag"));
  return TRUE;
}

/* @type says which of two blocks of one id is meant. */
static GstRecBody *
block_list (const gchar * id, const GArray * numbers, const gchar * type)
{
  GString *xml = g_string_new ("<?xml version=\"1.0\" encoding=\"utf-8\"?>"
      "<BlockList>");

  for (guint i = 0; numbers && i < numbers->len; i++) {
    g_autofree gchar *block =
        gst_rec_azure_block_id (id, g_array_index (numbers, guint, i));

    g_string_append_printf (xml, "<%s>%s</%s>", type, block, type);
  }
  g_string_append (xml, "</BlockList>");

  return gst_rec_body_new_take (g_string_free_to_bytes (xml));
}

static gboolean
send_list (GstRecAzure * self, const gchar * key, Terms * terms,
    GstRecBody * list, gchar ** etag, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autofree gchar *md5 = md5_of (list);
  const GstRecField params[] = { {"comp", "blocklist"} };
  GstRecAzureOperation operation = {.name = "Put Block List",
    .method = "PUT",.key = key,.params = params,
    .n_params = G_N_ELEMENTS (params),.headers = terms->headers,.body = list
  };

  gst_rec_azure_headers_add (terms->headers, "Content-MD5", md5);
  if (!gst_rec_azure_run (self, &operation, &response, cancellable, error))
    return FALSE;

  *etag = gst_rec_http_unquote (gst_rec_http_response_header (&response,
          "ETag"));
  return TRUE;
}

/* Whether the blob is the empty one of the upload @id. */
static gboolean
is_placeholder (GstRecAzure * self, const gchar * key, const gchar * id,
    gchar ** etag, GCancellable * cancellable)
{
  g_auto (GstRecStoreObject) object = { 0, };

  if (!gst_rec_azure_head (&self->store, key, NULL, &object, cancellable,
          NULL) || object.size > 0)
    return FALSE;

  for (gchar ** field = object.metadata; field && *field; field += 2)
    if (strcmp (field[0], PLACEHOLDER) == 0 && strcmp (field[1], id) == 0) {
      *etag = g_steal_pointer (&object.etag);
      return TRUE;
    }

  return FALSE;
}

/* A lease needs a blob: where there is none yet, an empty one, that says whose
 * it is. Drops all blocks that wait. */
gboolean
gst_rec_azure_put_placeholder (GstRecAzure * self, const gchar * key,
    const gchar * id, gchar ** etag, GCancellable * cancellable,
    GError ** error)
{
  g_autoptr (GstRecBody) nothing = block_list (NULL, NULL, NULL);
  gchar *mark[] = { (gchar *) PLACEHOLDER, (gchar *) id, NULL };
  const GstRecStoreAttributes attributes = {.metadata = mark };
  g_auto (Terms) terms = {.if_none_match = TRUE,.unfinished = TRUE };
  g_autoptr (GError) reason = NULL;

  add_headers (self->place, &terms, &attributes);
  if (send_list (self, key, &terms, nothing, etag, cancellable, &reason) ||
      (is_unclear (reason) && is_placeholder (self, key, id, etag,
              cancellable)))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

gboolean
gst_rec_azure_put_block (GstRecAzure * self, const gchar * key,
    const gchar * block_id, const gchar * lease_id, GstRecBody * body,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autofree gchar *md5 = md5_of (body);
  g_autoptr (GArray) headers = gst_rec_azure_headers_new ();
  const GstRecField params[] = { {"blockid", block_id}, {"comp", "block"} };
  GstRecAzureOperation operation = {.name = "Put Block",.method = "PUT",
    .key = key,.params = params,.n_params = G_N_ELEMENTS (params),
    .headers = headers,.body = body
  };

  gst_rec_azure_headers_add (headers, "Content-MD5", md5);
  gst_rec_azure_headers_add (headers, "x-ms-lease-id", lease_id);

  return gst_rec_azure_run (self, &operation, &response, cancellable, error);
}

/* Whether the blob is made of these blocks already. */
static gboolean
stands_already (GstRecAzure * self, const gchar * key, const gchar * id,
    const GArray * numbers, gchar ** etag, GCancellable * cancellable)
{
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GPtrArray) blocks = gst_rec_azure_list_blocks (self, key,
      "committed", cancellable, NULL);

  if (blocks == NULL || blocks->len != numbers->len)
    return FALSE;
  for (guint i = 0; i < blocks->len; i++) {
    const GstRecStorePart *block = g_ptr_array_index (blocks, i);
    g_autofree gchar *ours =
        gst_rec_azure_block_id (id, g_array_index (numbers, guint, i));

    if (strcmp (block->etag, ours) != 0)
      return FALSE;
  }
  if (!gst_rec_azure_head (&self->store, key, NULL, &object, cancellable,
          NULL))
    return FALSE;

  *etag = g_steal_pointer (&object.etag);
  return TRUE;
}

/* Makes a blob of these blocks; Azure drops all others that wait. With
 * @unfinished it is not the last time. */
gboolean
gst_rec_azure_put_block_list (GstRecAzure * self, const gchar * key,
    const gchar * id, const GArray * numbers, const gchar * type,
    gboolean unfinished, const gchar * whole_md5, gchar ** etag,
    GCancellable * cancellable, GError ** error)
{
  g_auto (Terms) terms = {.unfinished = unfinished };
  g_autoptr (GError) reason = NULL;
  g_autoptr (GstRecBody) list = block_list (id, numbers, type);

  make_terms (self->place, key, id, &terms);
  add_headers (self->place, &terms, &terms.attributes);
  gst_rec_azure_headers_add (terms.headers, "x-ms-blob-content-md5",
      whole_md5);

  if (!send_list (self, key, &terms, list, etag, cancellable, &reason) &&
      !(is_unclear (reason) && stands_already (self, key, id, numbers, etag,
              cancellable))) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  note_blob (self->place, key, id, *etag, FALSE, numbers);
  return TRUE;
}

/* A blob of one block, which ends an upload that was begun: a Put Blob does not
 * end it in the emulator. */
static gboolean
put_as_block (GstRecAzure * self, const gchar * key, const gchar * id,
    const gchar * md5, GstRecBody * body, gchar ** etag,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, TRUE, sizeof (guint));
  g_auto (GstRecStorePart) part = {.number = 1 };

  if (gst_rec_body_size (body) > 0) {
    g_array_append_val (numbers, part.number);
    if (!gst_rec_azure_put_part (&self->store, key, id, &part, body,
            cancellable, error))
      return FALSE;
  }

  return gst_rec_azure_put_block_list (self, key, id, numbers, "Latest", FALSE,
      md5, etag, cancellable, error);
}

/* After an answer that got lost: whether the blob is the one that was sent. */
static gboolean
is_there (GstRecAzure * self, const gchar * key, const gchar * md5,
    guint64 size, gchar ** etag, GCancellable * cancellable)
{
  g_auto (GstRecStoreObject) object = { 0, };
  g_autofree gchar *sum = md5 ? g_strconcat ("md5:", md5, NULL) : NULL;

  if (sum == NULL || !gst_rec_azure_head (&self->store, key, NULL, &object,
          cancellable, NULL) || object.size != size ||
      g_strcmp0 (object.checksum, sum) != 0)
    return FALSE;

  *etag = g_steal_pointer (&object.etag);
  return TRUE;
}

static gchar *
id_of (GstRecAzurePlace * place, const gchar * key)
{
  const gchar *id = NULL;

  g_mutex_lock (&place->lock);
  gst_rec_azure_find_upload (place, key, NULL, &id);
  gchar *copy = g_strdup (id);
  g_mutex_unlock (&place->lock);

  return copy;
}

gboolean
gst_rec_azure_put (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GstRecBody * body,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error)
{
  GstRecAzure *self = (GstRecAzure *) store;
  guint64 size = gst_rec_body_size (body);
  g_autofree gchar *md5 = md5_of (body);
  g_autofree gchar *id = id_of (self->place, key);
  g_autofree gchar *etag = NULL;
  g_autoptr (GError) reason = NULL;
  g_auto (Terms) terms = { 0, };

  make_terms (self->place, key, id, &terms);
  add_headers (self->place, &terms, attributes);

  gboolean sent = id ?
      put_as_block (self, key, id, md5, body, &etag, cancellable, &reason) :
      put_blob (self, key, &terms, md5, body, &etag, cancellable, &reason);
  if (!sent && !(is_unclear (reason) && is_there (self, key, md5, size, &etag,
              cancellable))) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }
  if (id)
    note_blob (self->place, key, id, etag, FALSE, NULL);

  gst_rec_store_object_clear (object);
  object->size = size;
  object->etag = g_steal_pointer (&etag);
  object->checksum = md5 ? g_strconcat ("md5:", md5, NULL) : NULL;

  return TRUE;
}
