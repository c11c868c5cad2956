/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* When to say that a picture has been black or the same for too long, and that
 * it is over: each once. A black picture is not called frozen, too. */

#include "stall.h"

static gboolean
stands_too_long (GstClockTime since, GstClockTime timeout, GstClockTime now)
{
  return since != GST_CLOCK_TIME_NONE && now >= since
      && now - since >= timeout;
}

static gboolean
is_over (const GstRecStall * self, GstClockTime black_since,
    GstClockTime still_since)
{
  if (self->kind == GST_REC_STALL_BLACK)
    return black_since == GST_CLOCK_TIME_NONE;

  return still_since != self->since;
}

/* Takes what is known of the picture at @now: since when it is black, and since
 * when it is the same, or GST_CLOCK_TIME_NONE. Returns whether there is news.
 * A @timeout of 0: there never is. */
gboolean
gst_rec_stall_update (GstRecStall * self, GstClockTime timeout,
    GstClockTime now, GstClockTime black_since, GstClockTime still_since,
    GstRecStallNews * news)
{
  if (timeout == 0) {
    *self = (GstRecStall) { GST_REC_STALL_NONE, 0 };
    return FALSE;
  }

  if (self->kind != GST_REC_STALL_NONE) {
    if (!is_over (self, black_since, still_since))
      return FALSE;
    *news = (GstRecStallNews) { self->kind, FALSE, now - self->since };
    *self = (GstRecStall) { GST_REC_STALL_NONE, 0 };
    return TRUE;
  }

  if (stands_too_long (black_since, timeout, now))
    *self = (GstRecStall) { GST_REC_STALL_BLACK, black_since };
  else if (stands_too_long (still_since, timeout, now))
    *self = (GstRecStall) { GST_REC_STALL_FROZEN, still_since };
  else
    return FALSE;
  *news = (GstRecStallNews) { self->kind, TRUE, now - self->since };

  return TRUE;
}
