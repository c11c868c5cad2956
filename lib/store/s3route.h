/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/http.h"

G_BEGIN_DECLS

/* Where a bucket is, as far as its stores have told. Of any thread. */
typedef struct _GstRecS3Route GstRecS3Route;

typedef struct
{
  gchar *host;                  /* as the Host header has it */
  gchar *region;                /* that requests are signed for */
} GstRecS3Hop;

GstRecS3Route *gst_rec_s3_route_new (const gchar * host,
    const gchar * region);

void gst_rec_s3_route_free (GstRecS3Route * self);

void gst_rec_s3_route_get (GstRecS3Route * self, GstRecS3Hop * hop);

gboolean gst_rec_s3_route_follow (GstRecS3Route * self,
    const GstRecS3Hop * from, const GstRecHttpResponse * response);

void gst_rec_s3_hop_clear (GstRecS3Hop * self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecS3Hop, gst_rec_s3_hop_clear)

G_END_DECLS
