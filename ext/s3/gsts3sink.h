/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "gstuploadsink.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_S3_SINK (gst_rec_s3_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstRecS3Sink, gst_rec_s3_sink, GST, REC_S3_SINK,
    GstRecUploadSink)

GST_ELEMENT_REGISTER_DECLARE (s3sink);
GST_ELEMENT_REGISTER_DECLARE (recs3sink);

G_END_DECLS
