/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "layout.h"

G_BEGIN_DECLS

/* The values of the element's properties. */
typedef struct
{
  GstRecLayoutConfig layout;
  guint background;             /* ARGB */
  guint border_color;           /* ARGB */
  guint stale_timeout;          /* ms, 0: never */
  guint stalled_timeout;        /* ms, 0: never */
  gint inset_fps_n, inset_fps_d;        /* 0/1: no limit */
  gboolean drop_unchanged;
} GstRecDualCompositorSettings;

void gst_rec_dual_compositor_settings_install (GObjectClass * object_class);
void gst_rec_dual_compositor_settings_init (GstRecDualCompositorSettings *
    self);
gboolean gst_rec_dual_compositor_settings_set (GstRecDualCompositorSettings *
    self, guint prop_id, const GValue * value);
gboolean gst_rec_dual_compositor_settings_get (const
    GstRecDualCompositorSettings * self, guint prop_id, GValue * value);

G_END_DECLS
