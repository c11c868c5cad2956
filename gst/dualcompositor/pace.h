/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Shows the changes of an input at most at a rate of its own. All of it zero is
 * valid. */
typedef struct
{
  guint64 slot;                 /* that the last change took; 0: none */
} GstRecPace;

void gst_rec_pace_clear (GstRecPace * self);
gboolean gst_rec_pace_take (GstRecPace * self, GstClockTime now,
    GstClockTime duration, gint rate_n, gint rate_d);

G_END_DECLS
