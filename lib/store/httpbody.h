/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/body.h"
#include "store/httpshared.h"

G_BEGIN_DECLS

gboolean gst_rec_http_write_body (GOutputStream * out,
    const GstRecBody * body, GstRecHttpShared * shared, GSocket * socket,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_http_sleep (GTimeSpan delay, GCancellable * cancellable,
    GCancellable * stop);

G_END_DECLS
