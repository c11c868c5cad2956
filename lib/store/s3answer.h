/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What S3 answers, in the one form that all its answers have: a root whose
 * children hold text, and some of them, the records, a level more. */
typedef struct
{
  gchar *root;
  GHashTable *fields;           /* name → text */
  GPtrArray *records;           /* of such tables */
} GstRecS3Answer;

GstRecS3Answer *gst_rec_s3_answer_parse (const gchar * data, gsize size,
    const gchar * record, GError ** error);

void gst_rec_s3_answer_free (GstRecS3Answer * self);

const gchar *gst_rec_s3_answer_get (const GstRecS3Answer * self,
    const gchar * name);

gchar *gst_rec_s3_answer_code (const gchar * data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecS3Answer, gst_rec_s3_answer_free)

G_END_DECLS
