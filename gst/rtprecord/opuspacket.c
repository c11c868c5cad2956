/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Whether an Opus packet is well-formed: the requirements R1 to R7 of RFC 6716,
 * 3.4. opusdec with FEC holds every packet back until the next one comes, and
 * GStreamer 1.22 never lets go of one that libopus refuses: a single malformed
 * packet would silence the rest of the session. */

#include "opuspacket.h"

#include <gst/base/gstbytereader.h>

#define MAX_FRAME_SIZE 1275
#define MAX_DURATION 1200       /* all durations: in 100 us */

static guint
frame_duration (guint8 toc)
{
  static const guint silk[] = { 100, 200, 400, 600 };
  static const guint celt[] = { 25, 50, 100, 200 };
  guint config = toc >> 3;

  if (config >= 16)
    return celt[config & 3];

  return config >= 12 ? silk[config & 1] : silk[config & 3];
}

/* 3.2.1 */
static gboolean
read_length (GstByteReader * reader, guint * length)
{
  guint8 first, second = 0;

  if (!gst_byte_reader_get_uint8 (reader, &first)
      || (first >= 252 && !gst_byte_reader_get_uint8 (reader, &second)))
    return FALSE;
  *length = first + 4 * second;

  return TRUE;
}

/* Two frames of their own lengths: code 2 */
static gboolean
check_pair (GstByteReader * reader)
{
  guint length;

  return read_length (reader, &length)
      && gst_byte_reader_skip (reader, length)
      && gst_byte_reader_get_remaining (reader) <= MAX_FRAME_SIZE;
}

/* 3.2.5: a byte of 255 stands for 254 and says that another follows. */
static gboolean
read_padding (GstByteReader * reader, guint * padding)
{
  guint8 byte;

  *padding = 0;
  do {
    if (!gst_byte_reader_get_uint8 (reader, &byte))
      return FALSE;
    *padding += byte == 255 ? 254 : byte;
  } while (byte == 255);

  return TRUE;
}

/* As many frames as a byte says: code 3 */
static gboolean
check_many (GstByteReader * reader, guint duration)
{
  guint padding = 0, sum = 0, rest, n;
  guint8 count;

  if (!gst_byte_reader_get_uint8 (reader, &count))
    return FALSE;
  n = count & 0x3f;
  if (n == 0 || n * duration > MAX_DURATION)
    return FALSE;
  if (count & 0x40 && !read_padding (reader, &padding))
    return FALSE;

  for (guint i = 1; count & 0x80 && i < n; i++) {
    guint length;

    if (!read_length (reader, &length))
      return FALSE;
    sum += length;
  }
  rest = gst_byte_reader_get_remaining (reader);
  if (rest < sum + padding)
    return FALSE;
  rest -= sum + padding;

  return count & 0x80 ? rest <= MAX_FRAME_SIZE :
      rest % n == 0 && rest / n <= MAX_FRAME_SIZE;
}

gboolean
gst_rec_opus_packet_is_valid (const guint8 * data, gsize size)
{
  GstByteReader reader;
  gsize rest = size - 1;
  guint8 toc;

  gst_byte_reader_init (&reader, data, size);
  if (!gst_byte_reader_get_uint8 (&reader, &toc))
    return FALSE;

  switch (toc & 3) {
    case 0:
      return rest <= MAX_FRAME_SIZE;
    case 1:
      return rest % 2 == 0 && rest / 2 <= MAX_FRAME_SIZE;
    case 2:
      return check_pair (&reader);
    default:
      return check_many (&reader, frame_duration (toc));
  }
}
