/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "simsender.h"

G_BEGIN_DECLS

/* A table as text: a line for a stream or an event, '#' begins a remark.
 *
 *   stream NAME codec=VP8|VP9|H264|opus|PCMU pt=N ssrc=N seq=N rtp-time=N
 *     ppm=N fps=N ptime=MS size=WxH start=S delay=MS jitter=MS cname=TEXT
 *     report-interval=S ntp=S loss=PATTERN loss-permille=N reorder=N
 *     duplicate=N
 *   at SECONDS NAME pause|resume|resume-stale|new-ssrc N|resize WxH|mute|
 *     unmute|dtx MS|dtx-end|lose N|payload-type N|new-port
 */
typedef struct
{
  GArray *streams;              /* of SimStream */
  GPtrArray *events;            /* of GArray of SimEvent, one a stream */
  GStringChunk *strings;
} SimScenario;

extern const gchar sim_scenario_default[];

SimScenario *sim_scenario_parse (const gchar * text, GError ** error);
void sim_scenario_free (SimScenario * self);
const SimStream *sim_scenario_streams (const SimScenario * self);

void sim_scenario_randomize (SimScenario * self, guint64 duration,
    guint32 seed);
void sim_scenario_renumber (SimScenario * self, guint32 n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimScenario, sim_scenario_free);


G_END_DECLS
