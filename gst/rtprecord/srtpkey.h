/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_REC_SRTP_MAX_KEY_SIZE 44

/* Of RFC 4568, 6.2, and RFC 7714, 14.2. */
typedef enum
{
  GST_REC_SRTP_AES_CM_128_HMAC_SHA1_80,
  GST_REC_SRTP_AES_CM_128_HMAC_SHA1_32,
  GST_REC_SRTP_AEAD_AES_128_GCM,
  GST_REC_SRTP_AEAD_AES_256_GCM,
} GstRecSrtpSuite;

typedef struct
{
  GstRecSrtpSuite suite;
  guint8 data[GST_REC_SRTP_MAX_KEY_SIZE];       /* master key, master salt */
} GstRecSrtpKey;

GstRecSrtpKey *gst_rec_srtp_key_parse (const gchar * text, GError ** error);
GstRecSrtpKey *gst_rec_srtp_key_copy (const GstRecSrtpKey * self);
void gst_rec_srtp_key_free (GstRecSrtpKey * self);

GstRecSrtpKey *gst_rec_srtp_key_find (const gchar * sdp, guint section,
    const gchar * attribute, GError ** error);

void gst_rec_secret_free (gchar * secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecSrtpKey, gst_rec_srtp_key_free);

G_END_DECLS
