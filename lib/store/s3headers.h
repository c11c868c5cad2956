/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/field.h"
#include "store/store.h"

G_BEGIN_DECLS

/* Headers of one request. */
typedef struct _GstRecS3Headers GstRecS3Headers;

GstRecS3Headers *gst_rec_s3_headers_new (void);

void gst_rec_s3_headers_free (GstRecS3Headers * self);

void gst_rec_s3_headers_add (GstRecS3Headers * self, const gchar * name,
    const gchar * value);

void gst_rec_s3_headers_add_attributes (GstRecS3Headers * self,
    const GstRecStoreAttributes * attributes);

const GstRecField *gst_rec_s3_headers_get (const GstRecS3Headers * self,
    guint * n);

gchar *gst_rec_s3_header_text (const gchar * text);

gboolean gst_rec_s3_check_metadata (const gchar * const *metadata,
    GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecS3Headers, gst_rec_s3_headers_free)

G_END_DECLS
