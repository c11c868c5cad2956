/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GBytes *gst_rec_upload_memory_bytes (GstBuffer * buffer, guint index,
    gboolean * keep);

G_END_DECLS
