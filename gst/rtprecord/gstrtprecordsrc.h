/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_REC_RTP_RECORD_SRC (gst_rec_rtp_record_src_get_type ())
G_DECLARE_FINAL_TYPE (GstRecRtpRecordSrc, gst_rec_rtp_record_src, GST,
    REC_RTP_RECORD_SRC, GstBin);

GST_ELEMENT_REGISTER_DECLARE (rtprecordsrc);
GST_ELEMENT_REGISTER_DECLARE (recrtprecordsrc);

G_END_DECLS
