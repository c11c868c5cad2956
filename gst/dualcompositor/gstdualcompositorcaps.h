/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void gst_rec_dual_compositor_caps_install (GstElementClass * element_class);
gboolean gst_rec_dual_compositor_caps_answer (GstPad * pad, GstQuery * query);
GstCaps *gst_rec_dual_compositor_caps_prefer (GstCaps * caps);
GstCaps *gst_rec_dual_compositor_caps_fixate (GstCaps * caps);

G_END_DECLS
