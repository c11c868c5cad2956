/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/http.h"
#include "store/store.h"

G_BEGIN_DECLS

/* A range of an object on its way into memory of the caller. */
typedef struct
{
  const GstRecStoreObject *pin; /* or NULL */
  guint64 offset;
  guint8 *data;
  gsize size;
  gsize filled;
  gboolean interrupted;         /* after it got on */
} GstRecHttpRange;

gchar *gst_rec_http_header_text (const GstRecHttpResponse * response,
    const gchar * name);

gboolean gst_rec_http_take_object (const GstRecHttpResponse * response,
    const gchar * metadata_prefix, GstRecStoreObject * object,
    GError ** error);

gboolean gst_rec_http_range_read (SoupMessage * message,
    GInputStream * stream, gpointer data, GCancellable * cancellable,
    GError ** error);

/* Asks @store once for what @range has not got yet. */
typedef gboolean (*GstRecHttpRangeRequest) (GstRecStore * store,
    const gchar * key, GstRecHttpRange * range, guint * status,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_http_range_fill (GstRecHttpRange * self,
    GstRecHttpRangeRequest request, GstRecStore * store, const gchar * key,
    GstRecHttpShared * shared, GCancellable * cancellable, GError ** error);

G_END_DECLS
