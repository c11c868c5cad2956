/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/file.h"
#include "store/filetree.h"

G_BEGIN_DECLS

/* What the files of the folder store share. */

typedef struct
{
  GstRecStorePlace place;
  gchar *folder;
  gboolean replace;
} GstRecFilePlace;

typedef struct
{
  GstRecStore store;
  GstRecFilePlace *place;
  GstRecFd root;
} GstRecFileStore;

/* file.c */
gboolean gst_rec_file_describe (GstRecFd fd, GstRecStoreObject * object,
    GError ** error);

gboolean gst_rec_file_finish (GstRecFd fd,
    const GstRecStoreAttributes * attributes, const gchar * checksum,
    GError ** error);

/* fileupload.c */
gchar *gst_rec_file_upload_create (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GCancellable * cancellable,
    GError ** error);

gboolean gst_rec_file_upload_put_part (GstRecStore * store,
    const gchar * key, const gchar * id, GstRecStorePart * part,
    GstRecBody * body, GCancellable * cancellable, GError ** error);

gboolean gst_rec_file_upload_complete (GstRecStore * store,
    const gchar * key, const gchar * id, const GstRecStorePart * parts,
    guint n_parts, GstRecStoreObject * object, GCancellable * cancellable,
    GError ** error);

gboolean gst_rec_file_upload_abort (GstRecStore * store, const gchar * key,
    const gchar * id, GCancellable * cancellable, GError ** error);

GPtrArray *gst_rec_file_upload_list_parts (GstRecStore * store,
    const gchar * key, const gchar * id, GCancellable * cancellable,
    GError ** error);

GPtrArray *gst_rec_file_upload_list (GstRecStore * store,
    const gchar * prefix, GCancellable * cancellable, GError ** error);

G_END_DECLS
