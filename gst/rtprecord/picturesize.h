/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A decoder has some twenty pictures at a time, of 24 MB each at most. */
#define GST_REC_MAX_PIXELS (4096 * 4096)

gboolean gst_rec_vp8_size_is_sane (const guint8 * frame, gsize size);
gboolean gst_rec_vp9_size_is_sane (const guint8 * frame, gsize size);
gboolean gst_rec_h264_size_is_sane (const guint8 * sps, gsize size);

G_END_DECLS
