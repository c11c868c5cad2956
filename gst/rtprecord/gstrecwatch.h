/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "session.h"

G_BEGIN_DECLS

/* A thread for what nobody else has the time for: it judges the streams, tells
 * the application, asks for keyframes and ends an idle session. */
typedef struct _GstRecWatch GstRecWatch;

GstRecWatch *gst_rec_watch_start (GstElement * element,
    GstRecSession * session, GPtrArray * streams);
void gst_rec_watch_stop (GstRecWatch * self);

G_END_DECLS
