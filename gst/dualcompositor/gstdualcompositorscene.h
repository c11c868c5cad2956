/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/gstvideoaggregator.h>

#include "gstdualcompositorsettings.h"
#include "pace.h"
#include "scene.h"

G_BEGIN_DECLS

/* What a scene is made from. */
typedef struct
{
  GstElement *element;
  const GstRecDualCompositorSettings *settings;
  const GstRecScene *shown;     /* the scene before */
  GstRecPace *inset_pace;
  GstClockTime now;             /* running time of the output */
} GstRecDualCompositorMoment;

gboolean gst_rec_dual_compositor_scene_compose (GstRecScene * scene,
    const GstRecDualCompositorMoment * moment, GError ** error);

G_END_DECLS
