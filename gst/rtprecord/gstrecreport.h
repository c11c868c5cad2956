/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "monitor.h"
#include "sessiondescription.h"

G_BEGIN_DECLS

/* What the application is told of a stream. Transfer full. */

GstStructure *gst_rec_report_verdict (const GstRecStreamDescription *
    description, const GstRecStreamState * state, GstRecVerdict verdict);
GstStructure *gst_rec_report_refused (const GstRecStreamDescription *
    description, const GstRecStreamState * state);
GstStructure *gst_rec_report_quality (const GstRecQuality * quality);
GstStructure *gst_rec_report_stats (GstRecSession * session,
    GstRecStreamState * state);

G_END_DECLS
