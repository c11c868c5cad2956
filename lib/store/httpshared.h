/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the connections to one place have in common. Of any thread. */
typedef struct _GstRecHttpShared GstRecHttpShared;

GstRecHttpShared *gst_rec_http_shared_new (void);

GstRecHttpShared *gst_rec_http_shared_ref (GstRecHttpShared * self);

void gst_rec_http_shared_unref (GstRecHttpShared * self);

/* Of the line, also while it is used */
void gst_rec_http_shared_set_max_bitrate (GstRecHttpShared * self,
    guint64 bitrate);

void gst_rec_http_shared_set_dscp (GstRecHttpShared * self, gint dscp);

guint gst_rec_http_shared_settings (GstRecHttpShared * self);

void gst_rec_http_shared_apply (GstRecHttpShared * self, GSocket * socket);

GTimeSpan gst_rec_http_shared_reserve (GstRecHttpShared * self,
    gsize * size);

/* Of the server's clock: us that it is ahead of ours */
void gst_rec_http_shared_set_clock_offset (GstRecHttpShared * self,
    GTimeSpan offset);

GTimeSpan gst_rec_http_shared_get_clock_offset (GstRecHttpShared * self);

/* What happened so far */
void gst_rec_http_shared_set_answered (GstRecHttpShared * self);

gboolean gst_rec_http_shared_has_answered (GstRecHttpShared * self);

void gst_rec_http_shared_count_retry (GstRecHttpShared * self);

guint gst_rec_http_shared_retries (GstRecHttpShared * self);

void gst_rec_http_shared_count_connection (GstRecHttpShared * self);

guint gst_rec_http_shared_connections (GstRecHttpShared * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecHttpShared, gst_rec_http_shared_unref)

G_END_DECLS
