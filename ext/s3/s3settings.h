/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "store/s3.h"

G_BEGIN_DECLS

/* The properties that say which object of which store, and who asks: the
 * elements of this plugin share them. */
typedef struct
{
  gchar *location;
  gchar *bucket;
  gchar *key;
  gchar *endpoint;
  gchar *region;
  gchar *profile;
  gchar *sse_customer_key;
  GstRecCredentials *credentials;       /* never NULL, members may be */
  GstRecS3PathStyle path_style;
} GstRecS3ObjectSettings;

void gst_rec_s3_object_settings_init (GstRecS3ObjectSettings * self);

void gst_rec_s3_object_settings_copy (const GstRecS3ObjectSettings * self,
    GstRecS3ObjectSettings * copy);

void gst_rec_s3_object_settings_clear (GstRecS3ObjectSettings * self);

guint gst_rec_s3_object_settings_install (GObjectClass * klass, guint first);

gboolean gst_rec_s3_object_settings_set (GstRecS3ObjectSettings * self,
    guint index, const GValue * value);

gboolean gst_rec_s3_object_settings_get (const GstRecS3ObjectSettings * self,
    guint index, GValue * value);

gboolean gst_rec_s3_object_settings_find (const GstRecS3ObjectSettings * self,
    GstRecS3Flavor * flavor, gchar ** bucket, gchar ** key, GError ** error);

GstRecStorePlace *gst_rec_s3_object_settings_place (const
    GstRecS3ObjectSettings * self, GstRecS3Settings * s3, GError ** error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecS3ObjectSettings,
    gst_rec_s3_object_settings_clear)

G_END_DECLS
