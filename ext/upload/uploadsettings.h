/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "store/store.h"

G_BEGIN_DECLS

/* The properties that every sink of a store has. */

typedef enum
{
  GST_REC_ON_ERROR_ABORT,
  GST_REC_ON_ERROR_KEEP,
} GstRecOnError;

typedef struct
{
  gchar *content_type;
  gchar *content_disposition;
  GstStructure *metadata;       /* or NULL */
  gchar *ca_file;
  GstRecOnError on_error;
  guint64 part_size;
  guint64 header_size;
  guint parallel;
  guint retries;
  guint timeout;                /* s */
  guint64 max_bitrate;          /* bit/s, 0: none */
  gint dscp;                    /* -1: the system's */
  guint sign_url_expiry;        /* s, 0: no URL is signed */
} GstRecUploadSettings;

void gst_rec_upload_settings_init (GstRecUploadSettings * self);

void gst_rec_upload_settings_copy (const GstRecUploadSettings * self,
    GstRecUploadSettings * copy);

void gst_rec_upload_settings_clear (GstRecUploadSettings * self);

gboolean gst_rec_upload_settings_check (const GstRecUploadSettings * self,
    GError ** error);

guint gst_rec_upload_settings_install (GObjectClass * klass, guint first);

gboolean gst_rec_upload_settings_set (GstRecUploadSettings * self, guint index,
    const GValue * value);

gboolean gst_rec_upload_settings_get (const GstRecUploadSettings * self,
    guint index, GValue * value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecUploadSettings,
    gst_rec_upload_settings_clear)

G_END_DECLS
