/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* When a pad of the session has no data: wait for it, fill the hole, or end.
 *
 * All pads of a session cover one span of running time, from its first packet
 * to its end, without holes. What comes at running time T on the network is
 * pushed at T + latency at the latest (the jitter buffer waits no longer for
 * what is missing), so a hole is certain once T + latency + patience has
 * passed.
 *
 * While packets of the stream keep coming, what they hold is on its way
 * however long it takes (a machine that is too slow, a muxer that waits for
 * another pad). Filling would then replace data by silence, so it takes
 * backlog_patience to do it.
 *
 * Nothing is invented beyond the horizon, the last packet of the session: with
 * an idle-timeout the recording ends there. */

#include "timeline.h"

static GstClockTime
time_min (GstClockTime a, GstClockTime b)
{
  return a < b ? a : b;         /* GST_CLOCK_TIME_NONE is the largest */
}

static gboolean
has_backlog (const GstRecTimelineState * self, GstClockTime position)
{
  return self->newest != GST_CLOCK_TIME_NONE
      && self->newest > position + self->granularity;
}

GstRecTimelineAction
gst_rec_timeline_decide (const GstRecTimelineState * self,
    GstClockTime * until)
{
  GstClockTime position, settle, target;

  *until = GST_CLOCK_TIME_NONE;
  if (self->start == GST_CLOCK_TIME_NONE)
    return self->end == GST_CLOCK_TIME_NONE ?
        GST_REC_TIMELINE_WAIT : GST_REC_TIMELINE_EOS;

  position = self->position == GST_CLOCK_TIME_NONE ?
      self->start : self->position;
  settle = self->latency + self->patience;
  if (has_backlog (self, position))
    settle = self->latency + self->backlog_patience;

  if (position >= self->end)
    return GST_REC_TIMELINE_EOS;

  /* At the end what was under way has had its time to come out. */
  if (self->end != GST_CLOCK_TIME_NONE && self->now >= self->end + settle) {
    *until = self->end;
    return GST_REC_TIMELINE_FILL;
  }

  target = self->now > settle ? self->now - settle : 0;
  target = time_min (target, time_min (self->end, self->horizon));
  if (target >= position + self->granularity) {
    *until = target;
    return GST_REC_TIMELINE_FILL;
  }

  /* Held back by the horizon: only a packet or the end can change that. */
  target = time_min (position + self->granularity, self->end);
  if (target > self->horizon)
    return GST_REC_TIMELINE_WAIT;

  *until = target + settle;
  return GST_REC_TIMELINE_WAIT;
}
