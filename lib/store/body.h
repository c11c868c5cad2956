/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The bytes of a request, in pieces that are not copied. Once the last piece
 * is appended it does not change, and threads share it. */
typedef struct _GstRecBody GstRecBody;

GstRecBody *gst_rec_body_new (void);

GstRecBody *gst_rec_body_new_take (GBytes * piece);

GstRecBody *gst_rec_body_ref (GstRecBody * self);

void gst_rec_body_unref (GstRecBody * self);

void gst_rec_body_append_take (GstRecBody * self, GBytes * piece);

guint64 gst_rec_body_size (const GstRecBody * self);

guint gst_rec_body_n_pieces (const GstRecBody * self);

GBytes *gst_rec_body_piece (const GstRecBody * self, guint index);

GInputStream *gst_rec_body_read (const GstRecBody * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecBody, gst_rec_body_unref)

G_END_DECLS
