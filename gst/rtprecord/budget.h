/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What may be spent: so much at once, and what was spent comes back with
 * time. */
typedef struct
{
  guint64 spent;                /* and has not come back */
  GstClockTime at;              /* running time of the last look */
} GstRecBudget;

gboolean gst_rec_budget_spend (GstRecBudget * self, guint64 amount,
    guint64 most, guint64 per_second, GstClockTime now);

G_END_DECLS
