/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentials.h"
#include "store/store.h"

G_BEGIN_DECLS

/* How to reach a bucket. Does not change once it is made: handles of several
 * threads share it. */
typedef struct _GstRecS3Bucket GstRecS3Bucket;

typedef enum
{
  GST_REC_S3_PATH_STYLE_FALSE,
  GST_REC_S3_PATH_STYLE_TRUE,
  GST_REC_S3_PATH_STYLE_AUTO,
} GstRecS3PathStyle;

typedef struct
{
  const gchar *endpoint;        /* scheme://host[:port], NULL for AWS */
  const gchar *bucket;
  const gchar *region;
  GstRecS3PathStyle path_style;
  const GstRecCredentials *credentials;
  const gchar *ca_file;
  guint timeout;                /* s without a byte */
  guint retries;
} GstRecS3Settings;

gboolean gst_rec_s3_parse_location (const gchar * location, gchar ** bucket,
    gchar ** key, GError ** error);

GstRecS3Bucket *gst_rec_s3_bucket_new (const GstRecS3Settings * settings,
    GError ** error);

GstRecS3Bucket *gst_rec_s3_bucket_ref (GstRecS3Bucket * self);

void gst_rec_s3_bucket_unref (GstRecS3Bucket * self);

gchar *gst_rec_s3_bucket_uri (const GstRecS3Bucket * self,
    const gchar * path, const gchar * query);

guint gst_rec_s3_bucket_retries (GstRecS3Bucket * self);

GstRecStore *gst_rec_s3_open (GstRecS3Bucket * self, GCancellable * stop,
    GError ** error);

GstRecStore *gst_rec_s3_open_patient (GstRecS3Bucket * self,
    GCancellable * stop, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecS3Bucket, gst_rec_s3_bucket_unref)

G_END_DECLS
