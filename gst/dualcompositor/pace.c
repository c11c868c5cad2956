/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "pace.h"

/* The next change is the first one. */
void
gst_rec_pace_clear (GstRecPace * self)
{
  self->slot = 0;
}

/* Whether a change may be shown in the output at running time @now, which lasts
 * for @duration. Time is cut into slots of the rate, of which each has one
 * change: in the output in whose middle it has begun, so that rounding does not
 * matter. A rate of 0 has no limit. */
gboolean
gst_rec_pace_take (GstRecPace * self, GstClockTime now, GstClockTime duration,
    gint rate_n, gint rate_d)
{
  guint64 slot;

  if (rate_n == 0)
    return TRUE;

  slot = 1 + gst_util_uint64_scale (now + duration / 2, rate_n,
      rate_d * GST_SECOND);
  if (slot == self->slot)
    return FALSE;
  self->slot = slot;

  return TRUE;
}
