/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  GTimeSpan initial;            /* us, the first upper bound */
  GTimeSpan max;                /* us, no bound grows beyond */
} GstRecBackoff;

GTimeSpan gst_rec_backoff_delay (const GstRecBackoff * self, guint attempt,
    gdouble random);

G_END_DECLS
