/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/checksum.h"
#include "store/s3headers.h"

G_BEGIN_DECLS

/* What a bucket is asked to do with every object that goes there. */

typedef enum
{
  GST_REC_S3_SSE_NONE,
  GST_REC_S3_SSE_AES256,
  GST_REC_S3_SSE_KMS,
  GST_REC_S3_SSE_KMS_DSSE,
} GstRecS3Sse;

typedef enum
{
  GST_REC_S3_LOCK_NONE,
  GST_REC_S3_LOCK_GOVERNANCE,
  GST_REC_S3_LOCK_COMPLIANCE,
} GstRecS3Lock;

/* Whether the hash of an object's bytes is part of the signature. */
typedef enum
{
  GST_REC_S3_SIGNING_AUTO,      /* where nothing else protects them */
  GST_REC_S3_SIGNING_ALWAYS,
  GST_REC_S3_SIGNING_NEVER,
} GstRecS3Signing;

/* What kind of store it is, where that makes a difference. */
typedef enum
{
  GST_REC_S3_FLAVOR_AWS,
  GST_REC_S3_FLAVOR_GOOGLE,
} GstRecS3Flavor;

typedef struct
{
  GstRecS3Sse sse;
  gchar *sse_kms_key_id;
  gchar **sse_context;          /* name, value, name ... NULL; or NULL */
  gboolean sse_bucket_key;
  gchar *sse_customer_key;      /* base64 or hex of 32 bytes */
  gchar *storage_class;
  gchar **tags;                 /* name, value, name ... NULL; or NULL */
  GstRecS3Lock lock_mode;
  gchar *retain_until;          /* ISO 8601 */
  gboolean legal_hold;
  gboolean if_none_match;
  GstRecChecksumType checksum;
  GstRecS3Signing payload_signing;
} GstRecS3Options;

void gst_rec_s3_options_copy (const GstRecS3Options * self,
    GstRecS3Options * copy);

void gst_rec_s3_options_clear (GstRecS3Options * self);

gboolean gst_rec_s3_options_check (const GstRecS3Options * self,
    GstRecS3Flavor flavor, gint64 now, GError ** error);

void gst_rec_s3_options_add (const GstRecS3Options * self,
    GstRecS3Headers * headers);

void gst_rec_s3_options_lock (const GstRecS3Options * self, gchar ** mode,
    gchar ** until);

GstRecS3Headers *gst_rec_s3_customer_key_headers (const gchar * key,
    GError ** error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecS3Options, gst_rec_s3_options_clear)

G_END_DECLS
