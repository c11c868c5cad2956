/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

typedef enum
{
  GST_REC_CHECKSUM_NONE,
  GST_REC_CHECKSUM_CRC32,
  GST_REC_CHECKSUM_CRC32C,
  GST_REC_CHECKSUM_CRC64NVME,
  GST_REC_CHECKSUM_SHA1,
  GST_REC_CHECKSUM_SHA256,
} GstRecChecksumType;

/* A checksum of bytes that come in pieces, as stores want it: big-endian. */
typedef struct _GstRecChecksum GstRecChecksum;

const gchar *gst_rec_checksum_type_name (GstRecChecksumType type);

gboolean gst_rec_checksum_type_combines (GstRecChecksumType type);

GstRecChecksum *gst_rec_checksum_new (GstRecChecksumType type);

void gst_rec_checksum_free (GstRecChecksum * self);

void gst_rec_checksum_update (GstRecChecksum * self, gconstpointer data,
    gsize size);

void gst_rec_checksum_update_body (GstRecChecksum * self,
    const GstRecBody * body);

GBytes *gst_rec_checksum_finish (GstRecChecksum * self);

gchar *gst_rec_checksum_finish_base64 (GstRecChecksum * self);

gchar *gst_rec_checksum_finish_hex (GstRecChecksum * self);

gchar *gst_rec_checksum_of_body (GstRecChecksumType type,
    const GstRecBody * body);

gchar *gst_rec_checksum_full_object (GstRecChecksumType type,
    const GstRecStorePart * parts, guint n_parts);

gchar *gst_rec_checksum_composite (GstRecChecksumType type,
    const GstRecStorePart * parts, guint n_parts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecChecksum, gst_rec_checksum_free)

G_END_DECLS
