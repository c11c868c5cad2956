/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/azure.h"
#include "store/azureanswer.h"
#include "store/field.h"
#include "store/http.h"
#include "store/sharedkey.h"

G_BEGIN_DECLS

/* What the files of the Azure store share. */

/* The oldest version with tags, blocks of 4000 MiB and the cold tier. */
#define GST_REC_AZURE_VERSION "2021-12-02"

typedef struct
{
  GstRecStorePlace place;
  gchar *scheme;
  gchar *host;                  /* as the Host header has it */
  gchar *prefix;                /* "/container" after the endpoint's path */
  gchar *account;
  gchar *container;
  GstRecSharedKey *key;         /* or NULL, */
  gchar *sas_token;             /* a query, then */
  gchar *tier;
  gchar *tags;                  /* as the header has them, or NULL */
  gboolean if_none_match;
  gboolean lease;
  gchar *ca_file;
  guint timeout;
  guint retries;
  GstRecHttpShared *shared;     /* by all handles */

  GMutex lock;
  GHashTable *uploads;          /* with lock, id → GstRecAzureUpload */
} GstRecAzurePlace;

typedef struct
{
  GstRecStore store;
  GstRecAzurePlace *place;
  GstRecHttp *http;
} GstRecAzure;

typedef struct _GstRecAzureLease GstRecAzureLease;

/* What Azure does not keep about blocks that wait. Shared by handles. */
typedef struct
{
  gchar *key;
  GstRecStoreAttributes attributes;
  gchar *etag;                  /* of the blob as we left it, or NULL */
  gboolean placeholder;         /* it is empty and there for the lease only */
  GArray *committed;            /* guint, the numbers of its parts */
  GstRecAzureLease *lease;      /* or NULL */
} GstRecAzureUpload;

/* One operation of the Blob service. */
typedef struct
{
  const gchar *name;            /* as the API calls it, for messages */
  const gchar *method;
  const gchar *key;             /* NULL: the container itself */
  const GstRecField *params;
  guint n_params;
  GArray *headers;              /* of GstRecField, or NULL */
  GstRecBody *body;
  GstRecHttpRead read;          /* where a good answer goes, or NULL */
  gpointer read_data;
} GstRecAzureOperation;

/* azurenames.c */
gboolean gst_rec_azure_check_container (const gchar * name, GError ** error);

gboolean gst_rec_azure_check_tier (const gchar * tier, GError ** error);

gboolean gst_rec_azure_make_tags (const gchar * const *tags, gchar ** header,
    GError ** error);

/* azure.c */
gchar *gst_rec_azure_path (const GstRecAzurePlace * place, const gchar * key);

gboolean gst_rec_azure_run (GstRecAzure * self,
    const GstRecAzureOperation * operation, GstRecHttpResponse * response,
    GCancellable * cancellable, GError ** error);

GArray *gst_rec_azure_headers_new (void);

void gst_rec_azure_headers_add (GArray * headers, const gchar * name,
    const gchar * value);

GstRecAzureAnswer *gst_rec_azure_parse (const GstRecAzureOperation * operation,
    const GstRecHttpResponse * response, const gchar * root,
    const gchar * record, GError ** error);

GstRecHttp *gst_rec_azure_http_new (GstRecAzurePlace * place, guint retries,
    GCancellable * stop, GError ** error);

/* azurewrite.c */
GstRecAzureUpload *gst_rec_azure_find_upload (GstRecAzurePlace * place,
    const gchar * key, const gchar * id, const gchar ** found_id);

gboolean gst_rec_azure_put_placeholder (GstRecAzure * self,
    const gchar * key, const gchar * id, gchar ** etag,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_azure_put_block (GstRecAzure * self, const gchar * key,
    const gchar * block_id, const gchar * lease_id, GstRecBody * body,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_azure_put_block_list (GstRecAzure * self, const gchar * key,
    const gchar * id, const GArray * numbers, const gchar * type,
    gboolean unfinished, const gchar * whole_md5, gchar ** etag,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_azure_put (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GstRecBody * body,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error);

/* azureupload.c */
void gst_rec_azure_upload_free (GstRecAzureUpload * self);

gchar *gst_rec_azure_create (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GCancellable * cancellable,
    GError ** error);

gboolean gst_rec_azure_put_part (GstRecStore * store, const gchar * key,
    const gchar * id, GstRecStorePart * part, GstRecBody * body,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_azure_commit (GstRecStore * store, const gchar * key,
    const gchar * id, const GstRecStorePart * parts, guint n_parts,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_azure_complete (GstRecStore * store, const gchar * key,
    const gchar * id, const GstRecStorePart * parts, guint n_parts,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error);

gboolean gst_rec_azure_abort (GstRecStore * store, const gchar * key,
    const gchar * id, GCancellable * cancellable, GError ** error);

/* azureblocks.c */
gchar *gst_rec_azure_upload_id_new (gint64 now);

gchar *gst_rec_azure_block_id (const gchar * id, guint number);

gboolean gst_rec_azure_parse_block_id (const gchar * base64, gchar ** id,
    guint * number);

GPtrArray *gst_rec_azure_list_blocks (GstRecAzure * self, const gchar * key,
    const gchar * type, GCancellable * cancellable, GError ** error);

GPtrArray *gst_rec_azure_list_parts (GstRecStore * store, const gchar * key,
    const gchar * id, GCancellable * cancellable, GError ** error);

GPtrArray *gst_rec_azure_list_uploads (GstRecStore * store,
    const gchar * prefix, GCancellable * cancellable, GError ** error);

/* azureread.c */
gboolean gst_rec_azure_head (GstRecStore * store, const gchar * key,
    const gchar * version_id, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_azure_get_range (GstRecStore * store, const gchar * key,
    const GstRecStoreObject * pin, guint64 offset, guint8 * data, gsize size,
    GCancellable * cancellable, GError ** error);

typedef gboolean (*GstRecAzureAdd) (GHashTable * blob, gpointer data,
    GError ** error);

gboolean gst_rec_azure_list_blobs (GstRecAzure * self, const gchar * prefix,
    gboolean uncommitted, GstRecAzureAdd add, gpointer data,
    GCancellable * cancellable, GError ** error);

GPtrArray *gst_rec_azure_list (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_azure_remove (GstRecStore * store, const gchar * key,
    const gchar * version_id, GCancellable * cancellable, GError ** error);

gchar *gst_rec_azure_sign_url (GstRecStore * store, const gchar * key,
    const GstRecStoreUrl * url, GCancellable * cancellable, GError ** error);

/* azurelease.c */
gchar *gst_rec_azure_lease_id (const gchar * upload_id);

gboolean gst_rec_azure_lease_acquire (GstRecAzure * self, const gchar * key,
    const gchar * lease_id, GCancellable * cancellable, GError ** error);

GstRecAzureLease *gst_rec_azure_lease_keep (GstRecAzurePlace * place,
    const gchar * key, const gchar * lease_id, GError ** error);

void gst_rec_azure_lease_free (GstRecAzureLease * self);

G_END_DECLS
