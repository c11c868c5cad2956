/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentialsource.h"
#include "store/field.h"
#include "store/http.h"

G_BEGIN_DECLS

/* An answer that may hold secrets. */
typedef struct
{
  guint status;
  gchar *text;                  /* ends with a NUL */
  gsize size;
  gint64 date;                  /* us since 1970 by its clock, -1: unknown */
} GstRecFetched;

/* Adds the fields that are its data, with the last one's name NULL. Not
 * exported: a plugin and a program that loads it have one each. */
G_GNUC_INTERNAL extern const GstRecHttpProtocol gst_rec_fetch_headers;

gboolean gst_rec_fetch (GstRecHttp * http, const gchar * who,
    const GstRecHttpRequest * request, const GstRecHttpProtocol * protocol,
    gpointer data, GstRecFetched * fetched, GCancellable * cancellable,
    GError ** error);

gboolean gst_rec_fetched_set_expiry (const GstRecFetched * self,
    const gchar * expiration, GstRecNow now, GstRecCredentials * credentials);

GstRecCredentials *gst_rec_fetched_credentials (const GstRecFetched * self,
    const gchar * who, GstRecNow now, GError ** error);

void gst_rec_fetched_clear (GstRecFetched * self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecFetched, gst_rec_fetched_clear)

G_END_DECLS
