/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/azureaccount.h"
#include "store/store.h"

G_BEGIN_DECLS

#define GST_REC_AZURE_MAX_PART (G_GUINT64_CONSTANT (4000) << 20)
#define GST_REC_AZURE_MAX_PARTS 50000

/* A container of Azure Blob Storage. */
typedef struct
{
  const GstRecAzureAccount *account;
  const gchar *container;
  const gchar *tier;            /* Hot, Cool, Cold or Archive; NULL: default */
  const gchar *const *tags;     /* name, value, name ... NULL; or NULL */
  gboolean if_none_match;       /* no blob is replaced */
  gboolean lease;               /* a blob being written is leased */
  GTimeSpan commit_interval;    /* us, 0: what is written is read at its end */
  const gchar *ca_file;
  guint timeout;                /* s without a byte */
  guint retries;
} GstRecAzureSettings;

gboolean gst_rec_azure_parse_location (const gchar * location,
    gchar ** account, gchar ** container, gchar ** blob, GError ** error);

gboolean gst_rec_azure_check_name (const gchar * blob, GError ** error);

gboolean gst_rec_azure_check_metadata (const gchar * const *metadata,
    GError ** error);

const gchar *gst_rec_azure_place_account (const GstRecStorePlace * place);

GstRecStorePlace *gst_rec_azure_place_new (const GstRecAzureSettings *
    settings, GError ** error);

G_END_DECLS
