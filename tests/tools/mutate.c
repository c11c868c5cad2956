/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Spoils a good datagram, in the ways that get past a check of its length: the
 * header's fields, the payload descriptors of VP8, VP9 and H.264, what a codec
 * reads. The same random numbers spoil it in the same way. */

#include "mutate.h"

#include <string.h>

#define HEADER 12

typedef void (*Mutation) (MutateDatagram * self, GRand * rand);

static void
put16 (guint8 * data, guint16 value)
{
  data[0] = value >> 8;
  data[1] = value & 0xff;
}

static void
put32 (guint8 * data, guint32 value)
{
  put16 (data, value >> 16);
  put16 (data + 2, value & 0xffff);
}

static guint32
get32 (const guint8 * data)
{
  return (guint32) data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

static void
fill (MutateDatagram * self, gsize from, gsize to, GRand * rand)
{
  for (gsize i = from; i < MIN (to, MUTATE_MAX_DATAGRAM); i++)
    self->data[i] = g_rand_int (rand);
}

static void
flip_bits (MutateDatagram * self, gsize from, gsize to, GRand * rand)
{
  guint n = g_rand_int_range (rand, 1, 9);

  if (to <= from)
    return;
  while (n-- > 0)
    self->data[g_rand_int_range (rand, from, to)] ^=
        1 << g_rand_int_range (rand, 0, 8);
}

static void
flip_header (MutateDatagram * self, GRand * rand)
{
  flip_bits (self, 0, MIN (self->size, HEADER), rand);
}

static void
flip_payload (MutateDatagram * self, GRand * rand)
{
  flip_bits (self, HEADER, self->size, rand);
}

static void
cut (MutateDatagram * self, GRand * rand)
{
  self->size = g_rand_int_range (rand, 0, self->size + 1);
}

static void
empty_payload (MutateDatagram * self, GRand * rand G_GNUC_UNUSED)
{
  self->size = MIN (self->size, HEADER);
}

static void
extend (MutateDatagram * self, GRand * rand)
{
  gsize size = MIN (self->size + g_rand_int_range (rand, 1, 1500),
      MUTATE_MAX_DATAGRAM);

  fill (self, self->size, size, rand);
  self->size = size;
}

static void
make_huge (MutateDatagram * self, GRand * rand)
{
  fill (self, self->size, MUTATE_MAX_DATAGRAM, rand);
  self->size = MUTATE_MAX_DATAGRAM;
}

/* Moves the payload up by @size and gives the header that many bytes. */
static guint8 *
insert (MutateDatagram * self, gsize size)
{
  if (self->size < HEADER || self->size + size > MUTATE_MAX_DATAGRAM)
    return NULL;
  memmove (self->data + HEADER + size, self->data + HEADER,
      self->size - HEADER);
  self->size += size;

  return self->data + HEADER;
}

static void
add_extension (MutateDatagram * self, GRand * rand)
{
  guint words = g_rand_int_range (rand, 0, g_rand_boolean (rand) ? 8 : 15000);
  guint8 *extension = insert (self, 4 + words * 4);

  if (extension == NULL)
    return;
  fill (self, HEADER, HEADER + 4 + words * 4, rand);
  put16 (extension, g_rand_boolean (rand) ? 0xbede : 0x1000);
  /* now and then a length that is a lie */
  put16 (extension + 2, g_rand_int_range (rand, 0, 8) ? words :
      g_rand_int (rand) & 0xffff);
  self->data[0] |= 0x10;
}

static void
add_contributors (MutateDatagram * self, GRand * rand)
{
  guint n = g_rand_int_range (rand, 1, 16);

  if (insert (self, n * 4) == NULL)
    return;
  fill (self, HEADER, HEADER + n * 4, rand);
  self->data[0] = (self->data[0] & 0xf0) | n;
}

static void
add_padding (MutateDatagram * self, GRand * rand)
{
  extend (self, rand);
  self->data[0] |= 0x20;
  if (g_rand_boolean (rand))
    self->data[self->size - 1] = g_rand_int_range (rand, 1, 256);
}

static void
change_sequence (MutateDatagram * self, GRand * rand)
{
  static const gint steps[] = { 1, -1, 5, -5, 120, -120, 3000, -3000, 32768 };
  gint step = steps[g_rand_int_range (rand, 0, G_N_ELEMENTS (steps))];

  put16 (self->data + 2, (self->data[2] << 8 | self->data[3]) + step);
}

static void
change_time (MutateDatagram * self, GRand * rand)
{
  static const gint64 steps[] = { 1, -1, 3000, -3000, 90000, -90000,
    8640000, -8640000, G_MAXINT32, G_MININT32
  };
  gint64 step = steps[g_rand_int_range (rand, 0, G_N_ELEMENTS (steps))];

  put32 (self->data + 4, get32 (self->data + 4) + step);
}

static void
change_ssrc (MutateDatagram * self, GRand * rand)
{
  put32 (self->data + 8, g_rand_boolean (rand) ? g_rand_int (rand) :
      get32 (self->data + 8) + 1);
}

static void
change_payload_type (MutateDatagram * self, GRand * rand)
{
  self->data[1] = g_rand_int (rand);
}

static void
toggle_marker (MutateDatagram * self, GRand * rand G_GNUC_UNUSED)
{
  self->data[1] ^= 0x80;
}

/* The first bytes say what a payload is. */
static void
spoil_descriptor (MutateDatagram * self, GRand * rand)
{
  gsize end = MIN (self->size, HEADER + (gsize) g_rand_int_range (rand, 1, 16));

  fill (self, HEADER, end, rand);
}

static void
spoil_payload (MutateDatagram * self, GRand * rand)
{
  fill (self, HEADER + g_rand_int_range (rand, 0, 8), self->size, rand);
}

/* RFC 6184, 5.2: single, aggregated, fragmented, of any type within */
static void
spoil_nal_unit (MutateDatagram * self, GRand * rand)
{
  static const guint8 types[] = { 1, 5, 7, 8, 24, 25, 26, 27, 28, 29, 30 };

  if (self->size < HEADER + 4)
    return;
  self->data[HEADER] = 0x60 |
      types[g_rand_int_range (rand, 0, G_N_ELEMENTS (types))];
  self->data[HEADER + 1] = g_rand_int (rand);
  if (g_rand_boolean (rand))
    put16 (self->data + HEADER + 1, g_rand_int_range (rand, 0, 3000));
}

static const Mutation mutations[] = {
  flip_header, flip_payload, flip_payload, cut, empty_payload, extend,
  add_extension, add_contributors, add_padding, change_sequence, change_time,
  change_ssrc, change_payload_type, toggle_marker, spoil_descriptor,
  spoil_descriptor, spoil_payload, spoil_nal_unit,
};

gboolean
mutate_is_rtcp (const MutateDatagram * self)
{
  return self->size >= 8 && self->data[1] >= 192 && self->data[1] <= 223;
}

guint32
mutate_get_ssrc (const MutateDatagram * self)
{
  return self->size < HEADER ? 0 :
      get32 (self->data + (mutate_is_rtcp (self) ? 4 : 8));
}

/* Some of the mutations, mostly one. */
void
mutate_rtp (MutateDatagram * self, GRand * rand)
{
  guint n = g_rand_int_range (rand, 0, 4) ? 1 : 3;

  while (n-- > 0) {
    if (self->size < HEADER)
      return;
    if (g_rand_int_range (rand, 0, 200) == 0)
      make_huge (self, rand);
    else
      mutations[g_rand_int_range (rand, 0, G_N_ELEMENTS (mutations))] (self,
          rand);
  }
}

/* A compound of RTCP packets whose counts and lengths may lie. */
void
mutate_make_rtcp (MutateDatagram * self, guint32 ssrc, GRand * rand)
{
  guint n = g_rand_int_range (rand, 1, 6);

  self->size = 0;
  while (n-- > 0) {
    guint words = g_rand_int_range (rand, 1, 80);
    guint8 *packet = self->data + self->size;

    fill (self, self->size, self->size + 4 + words * 4, rand);
    packet[0] = 0x80 | g_rand_int_range (rand, 0, 64);
    packet[1] = g_rand_int_range (rand, 200, 208);
    put16 (packet + 2, g_rand_int_range (rand, 0, 10) ? words :
        g_rand_int (rand) & 0xffff);
    if (g_rand_int_range (rand, 0, 3))
      put32 (packet + 4, ssrc);
    if (g_rand_boolean (rand) && words > 1)
      put32 (packet + 8, ssrc);
    self->size += 4 + words * 4;
  }
}
