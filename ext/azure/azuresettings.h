/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "store/azure.h"

G_BEGIN_DECLS

/* The properties that say which blob of Azure is meant, and what opens it. */

typedef enum
{
  GST_REC_AZURE_TIER_DEFAULT,
  GST_REC_AZURE_TIER_HOT,
  GST_REC_AZURE_TIER_COOL,
  GST_REC_AZURE_TIER_COLD,
  GST_REC_AZURE_TIER_ARCHIVE,
} GstRecAzureTier;

typedef struct
{
  gchar *location;
  gchar *account;
  gchar *container;
  gchar *blob;
  gchar *endpoint;
  gchar *account_key;
  gchar *sas_token;
  gchar *connection_string;
  GstStructure *tags;           /* or NULL */
  GstRecAzureTier tier;
  guint commit_interval;        /* ms */
  gboolean lease;
  gboolean if_none_match;
} GstRecAzureBlobSettings;

void gst_rec_azure_blob_settings_copy (const GstRecAzureBlobSettings * self,
    GstRecAzureBlobSettings * copy);

void gst_rec_azure_blob_settings_clear (GstRecAzureBlobSettings * self);

void gst_rec_azure_blob_settings_install (GObjectClass * klass, guint first);

gboolean gst_rec_azure_blob_settings_set (GstRecAzureBlobSettings * self,
    guint index, const GValue * value);

gboolean gst_rec_azure_blob_settings_get (const GstRecAzureBlobSettings *
    self, guint index, GValue * value);

gboolean gst_rec_azure_blob_settings_find (const GstRecAzureBlobSettings *
    self, gchar ** account, gchar ** container, gchar ** blob,
    GError ** error);

GstRecStorePlace *gst_rec_azure_blob_settings_place
    (const GstRecAzureBlobSettings * self, const gchar * account,
    GstRecAzureSettings * place, GError ** error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecAzureBlobSettings,
    gst_rec_azure_blob_settings_clear)

G_END_DECLS
