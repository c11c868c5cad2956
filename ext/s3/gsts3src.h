/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/base/gstbasesrc.h>

G_BEGIN_DECLS

#define GST_TYPE_REC_S3_SRC (gst_rec_s3_src_get_type ())
G_DECLARE_FINAL_TYPE (GstRecS3Src, gst_rec_s3_src, GST, REC_S3_SRC,
    GstBaseSrc)

GST_ELEMENT_REGISTER_DECLARE (s3src);
GST_ELEMENT_REGISTER_DECLARE (recs3src);

G_END_DECLS
