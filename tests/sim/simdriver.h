/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "simclock.h"
#include "simsender.h"
#include "simwatch.h"

G_BEGIN_DECLS

/* Plays a table into rtprecordsrc over loopback, as quickly as it goes: the
 * pipeline's clock stands still until the element has what was sent, so each
 * packet arrives at the time that the table says. */
typedef struct _SimDriver SimDriver;

SimDriver *sim_driver_new (const SimStream * streams, guint n_streams,
    const gchar * properties, GError ** error);
void sim_driver_free (SimDriver * self);

gboolean sim_driver_run (SimDriver * self, GstClockTime duration,
    GError ** error);
const SimWatch *sim_driver_watch (const SimDriver * self, const gchar * pad);
gint64 sim_driver_growth (const SimDriver * self);
GstClockTime sim_driver_end (const SimDriver * self);
guint64 sim_driver_stat (const SimDriver * self, const gchar * pad,
    const gchar * name);
const GstStructure *sim_driver_message (const SimDriver * self,
    const gchar * name, const gchar * field, const gchar * value);
GstClockTime sim_driver_start (const SimDriver * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimDriver, sim_driver_free);

G_END_DECLS
