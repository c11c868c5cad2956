/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

#define GST_REC_MAX_KEY 1024

/* An object of any store, as one line:
 *
 *   s3://BUCKET/KEY[?OPTION=VALUE[&...]]
 *   gs://BUCKET/KEY[?...]
 *   azblob://ACCOUNT/CONTAINER/BLOB[?...]
 *   file:///FOLDER/FILE
 *
 * It is a URI (RFC 3986): names and values may be percent-encoded, and what is
 * a "%", "?" or "#" of a key has to be. "+" is itself. What else a key has may
 * stand as it is. */
typedef struct
{
  gchar *scheme;                /* in lower case */
  gchar *account;               /* azblob only */
  gchar *bucket;                /* or container; NULL for file */
  gchar *key;                   /* decoded; for file a path */
  GHashTable *options;          /* name → value, decoded */
} GstRecStoreUri;

GstRecStoreUri *gst_rec_store_uri_parse (const gchar * text, GError ** error);

void gst_rec_store_uri_free (GstRecStoreUri * self);

const gchar *gst_rec_store_uri_get (const GstRecStoreUri * self,
    const gchar * option);

gboolean gst_rec_store_uri_get_uint (const GstRecStoreUri * self,
    const gchar * option, guint min, guint max, guint * value,
    GError ** error);

gboolean gst_rec_store_uri_check_options (const GstRecStoreUri * self,
    const gchar * const *known, GError ** error);

gchar *gst_rec_store_uri_to_string (const GstRecStoreUri * self);

gchar *gst_rec_store_uri_of_object (const gchar * scheme,
    const gchar * account, const gchar * bucket, const gchar * key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecStoreUri, gst_rec_store_uri_free)

G_END_DECLS
