/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/gstvideofilter.h>

G_BEGIN_DECLS

#define GST_TYPE_REC_REDACT (gst_rec_redact_get_type ())
G_DECLARE_FINAL_TYPE (GstRecRedact, gst_rec_redact, GST, REC_REDACT,
    GstVideoFilter)

GST_ELEMENT_REGISTER_DECLARE (redact)
GST_ELEMENT_REGISTER_DECLARE (recredact)

G_END_DECLS
