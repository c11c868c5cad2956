/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/field.h"

G_BEGIN_DECLS

/* The key of a storage account of Azure. */
typedef struct _GstRecSharedKey GstRecSharedKey;

/* A request as Azure's Shared Key authorization sees it. */
typedef struct
{
  const gchar *method;
  const gchar *account;
  const gchar *path;            /* as it is sent, begins with "/" */
  const GstRecField *params;    /* of the query, decoded */
  guint n_params;
  const GstRecField *headers;   /* at least those that are signed */
  guint n_headers;
} GstRecSharedKeyRequest;

GstRecSharedKey *gst_rec_shared_key_new (const gchar * base64,
    GError ** error);

void gst_rec_shared_key_free (GstRecSharedKey * self);

gchar *gst_rec_shared_key_sign (const GstRecSharedKey * self,
    const gchar * text);

gchar *gst_rec_shared_key_string_to_sign (const GstRecSharedKeyRequest *
    request);

gchar *gst_rec_shared_key_authorization (const GstRecSharedKeyRequest *
    request, const GstRecSharedKey * key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecSharedKey, gst_rec_shared_key_free)

G_END_DECLS
