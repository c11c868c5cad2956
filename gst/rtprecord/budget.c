/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "budget.h"

/* FALSE, and nothing spent: it would be more than @most. */
gboolean
gst_rec_budget_spend (GstRecBudget * self, guint64 amount, guint64 most,
    guint64 per_second, GstClockTime now)
{
  GstClockTime passed = now > self->at ? now - self->at : 0;
  guint64 back = gst_util_uint64_scale (passed, per_second, GST_SECOND);

  /* A short time gives less than one back: it is not to be lost. */
  if (back > 0 || self->spent == 0) {
    self->spent -= MIN (self->spent, back);
    self->at = now;
  }
  if (amount > most || self->spent > most - amount)
    return FALSE;
  self->spent += amount;

  return TRUE;
}
