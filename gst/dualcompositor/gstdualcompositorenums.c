/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstdualcompositorenums.h"

#include "layout.h"

GType
gst_rec_dual_compositor_layout_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {GST_REC_LAYOUT_SIDE_BY_SIDE, "Screen left, webcam right, half each",
        "side-by-side"},
    {GST_REC_LAYOUT_PIP, "The webcam as an inset in the screen", "pip"},
    {GST_REC_LAYOUT_SCREEN_ONLY, "The screen alone", "screen-only"},
    {GST_REC_LAYOUT_WEBCAM_ONLY, "The webcam alone", "webcam-only"},
    {GST_REC_LAYOUT_STACKED, "Screen above, webcam below", "stacked"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecDualCompositorLayout", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

GType
gst_rec_dual_compositor_corner_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {GST_REC_CORNER_TOP_LEFT, "Top left", "top-left"},
    {GST_REC_CORNER_TOP_RIGHT, "Top right", "top-right"},
    {GST_REC_CORNER_BOTTOM_LEFT, "Bottom left", "bottom-left"},
    {GST_REC_CORNER_BOTTOM_RIGHT, "Bottom right", "bottom-right"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecDualCompositorCorner", values);
    g_once_init_leave (&type, t);
  }

  return type;
}
