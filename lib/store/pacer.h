/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A token bucket whose clock is handed in: who wants to send reserves, and
 * sends when the time has come that it is told. So all who share it are served
 * in the order in which they came. Zeroed, it knows no limit. */
typedef struct
{
  guint64 rate;                 /* bytes/s, 0 for no limit */
  gint64 free_at;               /* ns, when all that was reserved is sent */
} GstRecPacer;

void gst_rec_pacer_set_rate (GstRecPacer * self, guint64 rate);

gsize gst_rec_pacer_piece (const GstRecPacer * self);

GTimeSpan gst_rec_pacer_reserve (GstRecPacer * self, gsize size, gint64 now);

G_END_DECLS
