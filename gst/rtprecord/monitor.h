/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "session.h"

G_BEGIN_DECLS

typedef enum
{
  GST_REC_STREAM_UNKNOWN,       /* too early to say */
  GST_REC_STREAM_WAITING,
  GST_REC_STREAM_RECEIVING,
  GST_REC_STREAM_PAUSED,
  GST_REC_STREAM_ENDED,
} GstRecStreamPhase;

typedef struct
{
  GstRecStreamPhase phase;
  const gchar *why;             /* static, or NULL */
} GstRecVerdict;

/* called with the session's lock held */
void gst_rec_monitor_update (GstRecStreamState * stream, GstClockTime now);

GstRecVerdict gst_rec_monitor_judge (const GstRecStreamState * stream,
    GstClockTime latency, GstClockTime now);
const gchar *gst_rec_stream_phase_name (GstRecStreamPhase phase);

const gchar *gst_rec_monitor_wants_keyframe (const GstRecStreamState * stream,
    GstClockTime interval, GstClockTime now);
gboolean gst_rec_monitor_fell_silent (const GstRecStreamState * stream,
    GstClockTime now);

G_END_DECLS
