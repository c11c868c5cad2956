/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A list that Azure answers: records at any level of it, whose leaves, at any
 * level below, are their fields, and leaves outside of records. */
typedef struct
{
  gchar *root;
  GHashTable *fields;           /* name → text */
  GPtrArray *records;           /* of such tables */
} GstRecAzureAnswer;

GstRecAzureAnswer *gst_rec_azure_answer_parse (const gchar * data, gsize size,
    const gchar * record, GError ** error);

void gst_rec_azure_answer_free (GstRecAzureAnswer * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecAzureAnswer, gst_rec_azure_answer_free)

G_END_DECLS
