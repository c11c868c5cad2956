/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentialsprovider.h"
#include "store/s3options.h"

G_BEGIN_DECLS

/* https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
#define GST_REC_S3_MIN_PART_SIZE (G_GUINT64_CONSTANT (5) << 20)
#define GST_REC_S3_MAX_PART_SIZE (G_GUINT64_CONSTANT (5) << 30)
#define GST_REC_S3_MAX_PARTS 10000
#define GST_REC_S3_MAX_OBJECT_SIZE (G_GUINT64_CONSTANT (5) << 40)

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
  GstRecCredentialsProvider *credentials;
  const gchar *ca_file;
  guint timeout;                /* s without a byte */
  guint retries;
  GstRecS3Flavor flavor;
  const GstRecS3Options *options;       /* or NULL */
} GstRecS3Settings;

gboolean gst_rec_s3_parse_location (const gchar * location,
    GstRecS3Flavor * flavor, gchar ** bucket, gchar ** key, GError ** error);

GstRecStorePlace *gst_rec_s3_place_new (const GstRecS3Settings * settings,
    GError ** error);

G_END_DECLS
