/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Stands still until it is told a time. Who waits on it wakes when that has
 * come. */
#define SIM_TYPE_CLOCK (sim_clock_get_type ())
G_DECLARE_FINAL_TYPE (SimClock, sim_clock, SIM, CLOCK, GstClock);

GstClock *sim_clock_new (GstClockTime time);
void sim_clock_set (SimClock * self, GstClockTime time);

G_END_DECLS
