/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "store/s3options.h"

G_BEGIN_DECLS

/* The properties that say what S3 is to do with the object. */

typedef struct
{
  GstRecS3Options options;      /* without context, tags and customer's key */
  GstStructure *sse_context;    /* or NULL */
  GstStructure *tags;           /* or NULL */
} GstRecS3OptionSettings;

void gst_rec_s3_option_settings_init (GstRecS3OptionSettings * self);

void gst_rec_s3_option_settings_clear (GstRecS3OptionSettings * self);

gboolean gst_rec_s3_option_settings_get_options (const GstRecS3OptionSettings *
    self, GstRecS3Options * options, GError ** error);

guint gst_rec_s3_option_settings_install (GObjectClass * klass, guint first);

gboolean gst_rec_s3_option_settings_set (GstRecS3OptionSettings * self,
    guint index, const GValue * value);

gboolean gst_rec_s3_option_settings_get (const GstRecS3OptionSettings * self,
    guint index, GValue * value);

G_END_DECLS
