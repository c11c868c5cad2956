/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* The payload of video packets, from anybody who can reach the port. */
#include <stddef.h>
#include <stdint.h>

#include "videopayload.h"

int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  gst_rec_video_payload_parse (GST_REC_CODEC_VP8, data, size);
  gst_rec_video_payload_parse (GST_REC_CODEC_VP9, data, size);
  gst_rec_video_payload_parse (GST_REC_CODEC_H264, data, size);

  return 0;
}
