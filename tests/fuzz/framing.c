/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What a connection brings, from anybody who connects. The first byte says how
 * it is cut into reads: the packets must be the same as without a cut. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "framing.h"

int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);

static void
deframe (GByteArray * packets, const uint8_t * data, size_t size, size_t step)
{
  GstRecDeframer *self = gst_rec_deframer_new ();

  while (size > 0) {
    gsize room, length;
    guint8 *to = gst_rec_deframer_reserve (self, &room);
    gsize n_read = MIN (MIN (room, step), size);
    const guint8 *packet;

    g_assert (n_read > 0);
    memcpy (to, data, n_read);
    gst_rec_deframer_commit (self, n_read);
    data += n_read;
    size -= n_read;
    while ((packet = gst_rec_deframer_next (self, &length)))
      gst_rec_frame_append (packets, packet, length);
  }
  gst_rec_deframer_free (self);
}

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  GByteArray *whole = g_byte_array_new ();
  GByteArray *cut = g_byte_array_new ();

  if (size > 0) {
    deframe (whole, data + 1, size - 1, size);
    deframe (cut, data + 1, size - 1, data[0] + 1);
    g_assert (whole->len == cut->len);
    g_assert (whole->len == 0
        || memcmp (whole->data, cut->data, whole->len) == 0);
  }
  g_byte_array_unref (whole);
  g_byte_array_unref (cut);

  return 0;
}
