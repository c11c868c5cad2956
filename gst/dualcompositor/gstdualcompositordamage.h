/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "damagelog.h"

G_BEGIN_DECLS

void gst_rec_dual_compositor_damage_init (GstRecDamageLog * log);
void gst_rec_dual_compositor_damage_note (GstRecDamageLog * log,
    GstBuffer * buffer);
guint64 gst_rec_dual_compositor_damage_number (const GstRecDamageLog * log,
    GstBuffer * picture);

G_END_DECLS
