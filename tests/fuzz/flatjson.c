/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What somebody answers who stands in for a metadata service. */
#include <stddef.h>
#include <stdint.h>

#include "store/flatjson.h"

int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  GstRecFlatJson *json =
      gst_rec_flat_json_parse ((const gchar *) data, size);

  if (json) {
    gst_rec_flat_json_get (json, "Token");
    gst_rec_flat_json_free (json);
  }

  return 0;
}
