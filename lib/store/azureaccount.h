/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentials.h"

G_BEGIN_DECLS

/* A storage account of Azure: where it is and what opens it. */
typedef struct
{
  gchar *name;
  gchar *endpoint;              /* of its blobs, NULL for Azure's own */
  gchar *key;                   /* base64; NULL where there is a token */
  gchar *sas_token;             /* a query without the "?" */
} GstRecAzureAccount;

/* What a user gave; no member has to be set. */
typedef struct
{
  const gchar *account;
  const gchar *endpoint;
  const gchar *account_key;
  const gchar *sas_token;
  const gchar *connection_string;
} GstRecAzureAccountSettings;

GstRecAzureAccount *gst_rec_azure_account_find
    (const GstRecAzureAccountSettings * given, GstRecGetenv env,
    GError ** error);

GstRecAzureAccount *gst_rec_azure_account_copy (const GstRecAzureAccount *
    self);

void gst_rec_azure_account_free (GstRecAzureAccount * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecAzureAccount, gst_rec_azure_account_free)

G_END_DECLS
