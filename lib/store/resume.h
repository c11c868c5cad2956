/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* The bytes of a part, or NULL and an error. */
typedef GstRecBody *(*GstRecResumeRead) (guint number, gpointer data,
    GError ** error);

gboolean gst_rec_store_resume (GstRecStore * store, const gchar * key,
    const gchar * id, const GstRecStorePart * parts, guint n_parts,
    GstRecResumeRead read, gpointer data, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error);

G_END_DECLS
