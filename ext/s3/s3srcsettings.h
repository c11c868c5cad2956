/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "s3settings.h"

G_BEGIN_DECLS

/* The properties of s3src: which object, and how it is read. */
typedef struct
{
  GstRecS3ObjectSettings object;
  gchar *version_id;
  gchar *ca_file;
  guint64 read_ahead;
  guint64 range_size;
  guint parallel;
  guint retries;
  guint timeout;
} GstRecS3SrcSettings;

void gst_rec_s3_src_settings_init (GstRecS3SrcSettings * self);

void gst_rec_s3_src_settings_copy (const GstRecS3SrcSettings * self,
    GstRecS3SrcSettings * copy);

void gst_rec_s3_src_settings_clear (GstRecS3SrcSettings * self);

guint gst_rec_s3_src_settings_install (GObjectClass * klass, guint first);

gboolean gst_rec_s3_src_settings_set (GstRecS3SrcSettings * self,
    guint index, const GValue * value);

gboolean gst_rec_s3_src_settings_get (const GstRecS3SrcSettings * self,
    guint index, GValue * value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecS3SrcSettings,
    gst_rec_s3_src_settings_clear)

G_END_DECLS
