/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What a store answers, from anybody who can stand in for one. */
#include <stddef.h>
#include <stdint.h>

#include "store/s3answer.h"

int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  GstRecS3Answer *answer =
      gst_rec_s3_answer_parse ((const gchar *) data, size, "Upload", NULL);

  if (answer)
    gst_rec_s3_answer_free (answer);
  g_free (gst_rec_s3_answer_code ((const gchar *) data, size));

  return 0;
}
