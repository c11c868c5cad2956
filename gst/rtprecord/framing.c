/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* RTP and RTCP over a connection (RFC 4571, 2): each packet has its length, 16
 * bits, before it. */

#include "framing.h"

#include <gst/gst.h>
#include <string.h>

/* The start of one frame may have to wait here for its rest while others came
 * with it in one read. */
#define CAPACITY (2 * (GST_REC_FRAME_HEADER_SIZE + GST_REC_FRAME_MAX_SIZE))

struct _GstRecDeframer
{
  gsize start;                  /* of what was not taken yet */
  gsize end;
  guint8 data[CAPACITY];
};

/* Not cleared: a stream that is never sent costs no memory. */
GstRecDeframer *
gst_rec_deframer_new (void)
{
  GstRecDeframer *self = g_new (GstRecDeframer, 1);

  gst_rec_deframer_reset (self);

  return self;
}

void
gst_rec_deframer_free (GstRecDeframer * self)
{
  g_free (self);
}

/* Another connection: what is left of the one before has no rest. */
void
gst_rec_deframer_reset (GstRecDeframer * self)
{
  self->start = self->end = 0;
}

/* Where to read to. There is always room once all packets are taken; what was
 * taken before is overwritten. */
guint8 *
gst_rec_deframer_reserve (GstRecDeframer * self, gsize * room)
{
  if (self->start == self->end)
    self->start = self->end = 0;
  if (self->start >= CAPACITY / 2) {
    memmove (self->data, self->data + self->start, self->end - self->start);
    self->end -= self->start;
    self->start = 0;
  }
  *room = CAPACITY - self->end;

  return self->data + self->end;
}

/* @size bytes were read. */
void
gst_rec_deframer_commit (GstRecDeframer * self, gsize size)
{
  g_assert (size <= CAPACITY - self->end);
  self->end += size;
}

/* The next packet, until the next call of another function; NULL when the rest
 * of it is still to come. A frame of length 0 says nothing (RFC 4571, 2). */
const guint8 *
gst_rec_deframer_next (GstRecDeframer * self, gsize * size)
{
  while (self->end - self->start >= GST_REC_FRAME_HEADER_SIZE) {
    const guint8 *frame = self->data + self->start;
    gsize length = frame[0] << 8 | frame[1];    /* at any address */

    if (self->end - self->start < GST_REC_FRAME_HEADER_SIZE + length)
      return NULL;
    self->start += GST_REC_FRAME_HEADER_SIZE + length;
    if (length == 0)
      continue;
    *size = length;
    return frame + GST_REC_FRAME_HEADER_SIZE;
  }

  return NULL;
}

/* @size is at most GST_REC_FRAME_MAX_SIZE. */
void
gst_rec_frame_append (GByteArray * bytes, const guint8 * packet, gsize size)
{
  guint8 header[GST_REC_FRAME_HEADER_SIZE];

  g_assert (size <= GST_REC_FRAME_MAX_SIZE);
  GST_WRITE_UINT16_BE (header, size);
  g_byte_array_append (bytes, header, sizeof header);
  g_byte_array_append (bytes, packet, size);
}
