/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What a pad knows when it has nothing to push. All times are running times,
 * GST_CLOCK_TIME_NONE where there is none. */
typedef struct
{
  GstClockTime now;
  GstClockTime start;           /* of the session: its first packet */
  GstClockTime end;             /* of the session, once it has one */
  GstClockTime horizon;         /* of the session: its last packet, beyond
                                 * which nothing is invented; NONE = now */
  GstClockTime newest;          /* what the stream's last packet holds */
  GstClockTime position;        /* up to which the pad has pushed */
  GstClockTime latency;         /* of the jitter buffer */
  GstClockTime patience;        /* for the way from there to here */
  GstClockTime backlog_patience;        /* the same while packets keep coming */
  GstClockTime granularity;     /* the least that is worth filling */
} GstRecTimelineState;

typedef enum
{
  GST_REC_TIMELINE_WAIT,        /* until @until, or for a change if NONE */
  GST_REC_TIMELINE_FILL,        /* from the position until @until */
  GST_REC_TIMELINE_EOS,
} GstRecTimelineAction;

GstRecTimelineAction gst_rec_timeline_decide (const GstRecTimelineState * self,
    GstClockTime * until);

G_END_DECLS
