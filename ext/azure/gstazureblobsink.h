/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "gstuploadsink.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_AZURE_BLOB_SINK (gst_rec_azure_blob_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstRecAzureBlobSink, gst_rec_azure_blob_sink, GST,
    REC_AZURE_BLOB_SINK, GstRecUploadSink)

GST_ELEMENT_REGISTER_DECLARE (azureblobsink);
GST_ELEMENT_REGISTER_DECLARE (recazureblobsink);

G_END_DECLS
