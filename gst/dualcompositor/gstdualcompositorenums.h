/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_REC_DUAL_COMPOSITOR_LAYOUT \
    (gst_rec_dual_compositor_layout_get_type ())
GType gst_rec_dual_compositor_layout_get_type (void);

#define GST_TYPE_REC_DUAL_COMPOSITOR_CORNER \
    (gst_rec_dual_compositor_corner_get_type ())
GType gst_rec_dual_compositor_corner_get_type (void);

G_END_DECLS
