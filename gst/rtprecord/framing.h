/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GST_REC_FRAME_HEADER_SIZE 2
#define GST_REC_FRAME_MAX_SIZE G_MAXUINT16

/* Packets out of the bytes of a connection. */
typedef struct _GstRecDeframer GstRecDeframer;

GstRecDeframer *gst_rec_deframer_new (void);
void gst_rec_deframer_free (GstRecDeframer * self);

void gst_rec_deframer_reset (GstRecDeframer * self);
guint8 *gst_rec_deframer_reserve (GstRecDeframer * self, gsize * room);
void gst_rec_deframer_commit (GstRecDeframer * self, gsize size);
const guint8 *gst_rec_deframer_next (GstRecDeframer * self, gsize * size);

void gst_rec_frame_append (GByteArray * bytes, const guint8 * packet,
    gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecDeframer, gst_rec_deframer_free);

G_END_DECLS
