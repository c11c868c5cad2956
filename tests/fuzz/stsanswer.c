/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What somebody answers who stands in for STS. */
#include <stddef.h>
#include <stdint.h>

#include "store/stsanswer.h"

int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  GstRecStsAnswer *answer =
      gst_rec_sts_answer_parse ((const gchar *) data, size);

  if (answer)
    gst_rec_sts_answer_free (answer);

  return 0;
}
