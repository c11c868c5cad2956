/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "backoff.h"

/* Exponential backoff with full jitter: a random delay below a bound that
 * doubles with each attempt. Full jitter keeps recorders that failed together
 * from coming back together.
 *
 * @attempt counts from 0, @random is in [0, 1). Returns microseconds. */
GTimeSpan
gst_rec_backoff_delay (const GstRecBackoff * self, guint attempt,
    gdouble random)
{
  GTimeSpan bound = self->initial;

  while (attempt-- > 0 && bound < self->max)
    bound *= 2;

  return (GTimeSpan) (MIN (bound, self->max) * random);
}
