/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean gst_rec_opus_packet_is_valid (const guint8 * data, gsize size);

G_END_DECLS
