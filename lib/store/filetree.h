/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* A folder whose files are reached by keys: "a/b/c". No key leads out of it,
 * by ".." or by a symbolic link, and what is written appears whole. */

/* In the folder, what is not yet a file of it. */
#define GST_REC_FILE_HIDDEN ".gst-rec-uploads"

/* A file descriptor, -1 for none. */
typedef gint GstRecFd;

void gst_rec_fd_close (GstRecFd fd);

GstRecFd gst_rec_fd_steal (GstRecFd * fd);

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (GstRecFd, gst_rec_fd_close, -1)

gboolean gst_rec_file_fail (GError ** error, const gchar * operation,
    gint number);

gboolean gst_rec_file_check_key (const gchar * key, GError ** error);

GstRecFd gst_rec_file_open_folder (GstRecFd root, const gchar * key,
    gboolean create, const gchar ** name, GError ** error);

GstRecFd gst_rec_file_open_hidden (GstRecFd root, gboolean create,
    GError ** error);

GstRecFd gst_rec_file_open (GstRecFd root, const gchar * key,
    GError ** error);

GstRecFd gst_rec_file_create (GstRecFd folder, const gchar * name,
    GError ** error);

gchar *gst_rec_file_random_id (void);

gboolean gst_rec_file_write_bytes (GstRecFd fd, const guint8 * data,
    gsize size, GCancellable * cancellable, GError ** error);

gboolean gst_rec_file_write (GstRecFd fd, const GstRecBody * body,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_file_publish (GstRecFd from_folder, const gchar * from,
    GstRecFd root, const gchar * key, gboolean replace, GError ** error);

gboolean gst_rec_file_sync (GstRecFd fd, GError ** error);

G_END_DECLS
