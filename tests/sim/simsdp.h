/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "simsender.h"

G_BEGIN_DECLS

guint sim_find_stream (const SimStream * streams, const gchar * name);
gchar *sim_sdp (const SimStream * streams, guint n_streams,
    const gchar * address, const guint * ports, gboolean rtcp_mux);

G_END_DECLS
