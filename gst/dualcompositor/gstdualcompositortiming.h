/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "gstdualcompositorpad.h"

G_BEGIN_DECLS

gboolean gst_rec_dual_compositor_timing_is_driven_by_data (GstElement *
    element);
void gst_rec_dual_compositor_timing_end_unlinked_pads (GstElement * element);
void gst_rec_dual_compositor_timing_end_unlinked_pads_later (GstElement *
    element);

gboolean gst_rec_dual_compositor_timing_is_promise (GstEvent * event);
void gst_rec_dual_compositor_timing_take_promise (GstElement * element,
    GstRecDualCompositorPad * pad, GstEvent * event);

GstBuffer *gst_rec_dual_compositor_timing_shift (GstRecDualCompositorPad * pad,
    const GstVideoInfo * out, GstBuffer * buffer);

G_END_DECLS
