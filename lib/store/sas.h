/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/sharedkey.h"

G_BEGIN_DECLS

/* What the holder of a service shared access signature of Azure may do. */
typedef struct
{
  const gchar *account;
  const gchar *container;
  const gchar *blob;            /* NULL: all of the container */
  const gchar *permissions;     /* letters in Azure's order: racwdxltmeop */
  gint64 start;                 /* us since 1970, 0 for at once */
  gint64 expiry;                /* us since 1970 */
  gboolean allow_http;          /* else over TLS only */
  const gchar *content_type;    /* that the store answers, or NULL */
  const gchar *content_disposition;
} GstRecSas;

gchar *gst_rec_sas_string_to_sign (const GstRecSas * self);

gchar *gst_rec_sas_query (const GstRecSas * self, const GstRecSharedKey * key);

G_END_DECLS
