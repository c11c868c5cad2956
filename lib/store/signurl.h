/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentials.h"
#include "store/sigv4.h"
#include "store/store.h"

G_BEGIN_DECLS

#define GST_REC_MAX_URL_EXPIRY (7 * 24 * 3600)

/* What a signed URL leads to. */
typedef struct
{
  GstRecSigV4Dialect dialect;
  const gchar *scheme;
  const gchar *host;            /* as the Host header has it */
  const gchar *path;            /* percent-encoded, begins with "/" */
  const gchar *region;
  const gchar *service;
  const GstRecField *headers;   /* besides host, that its holder must send */
  guint n_headers;
  GTimeSpan clock_offset;       /* the store's clock less ours */
} GstRecUrlTarget;

guint gst_rec_sign_url_lifetime (const GstRecStoreUrl * url, gint64 end,
    gint64 now, GError ** error);

gchar *gst_rec_sign_url (const GstRecUrlTarget * target,
    const GstRecStoreUrl * url, const GstRecCredentials * credentials,
    gint64 now, GError ** error);

G_END_DECLS
