/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentialsprovider.h"
#include "store/storeuri.h"

G_BEGIN_DECLS

/* What does not belong into a URI, and where else to look for it. */
typedef struct
{
  const GstRecCredentials *credentials; /* of s3 and gs, or NULL */
  const gchar *azure_account_key;       /* of azblob, or NULL */
  const gchar *azure_sas_token; /* likewise */
  GstRecGetenv env;
  GstRecNow now;
} GstRecStoreOpening;

GstRecStorePlace *gst_rec_store_open (const GstRecStoreUri * uri,
    const GstRecStoreOpening * opening, gchar ** key, GError ** error);

G_END_DECLS
