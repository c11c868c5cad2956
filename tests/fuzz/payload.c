/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* The payload of a packet, in any codec: the first byte says which. */
#include "payloadcheck.h"

int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  if (size > 0)
    gst_rec_payload_is_well_formed (data[0] % (GST_REC_CODEC_PCMA + 1),
        data + 1, size - 1);

  return 0;
}
