/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "simdriver.h"

G_BEGIN_DECLS

gboolean sim_driver_is_in_sync (const SimDriver * self, const gchar * picture,
    const gchar * sound, GstClockTime from, GstClockTime until,
    GError ** error);
gboolean sim_driver_is_even (const SimDriver * self, const gchar * sound,
    GstClockTime from, GstClockTime until, GError ** error);
gboolean sim_driver_has_length (const SimDriver * self, const gchar * sound,
    GError ** error);

G_END_DECLS
