/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/gstvideoaggregator.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_rec_dual_compositor_debug);

#define GST_TYPE_REC_DUAL_COMPOSITOR (gst_rec_dual_compositor_get_type ())
G_DECLARE_FINAL_TYPE (GstRecDualCompositor, gst_rec_dual_compositor,
    GST, REC_DUAL_COMPOSITOR, GstVideoAggregator)

GST_ELEMENT_REGISTER_DECLARE (dualcompositor);
GST_ELEMENT_REGISTER_DECLARE (recdualcompositor);

G_END_DECLS
