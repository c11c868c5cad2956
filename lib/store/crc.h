/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The reflected CRCs that stores know, their registers inverted before and
 * after. */
typedef enum
{
  GST_REC_CRC_32,               /* of Ethernet and zip */
  GST_REC_CRC_32C,              /* Castagnoli's, RFC 3720 */
  GST_REC_CRC_64NVME,           /* of the NVM Command Set Specification */
  GST_REC_N_CRCS
} GstRecCrc;

guint gst_rec_crc_width (GstRecCrc kind);

guint64 gst_rec_crc_update (GstRecCrc kind, guint64 crc, gconstpointer data,
    gsize size);

guint64 gst_rec_crc_update_by_table (GstRecCrc kind, guint64 crc,
    gconstpointer data, gsize size);

guint64 gst_rec_crc_combine (GstRecCrc kind, guint64 crc, guint64 next,
    guint64 next_size);

G_END_DECLS
