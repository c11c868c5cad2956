/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MUTATE_MAX_DATAGRAM 65507

/* A datagram, in a buffer that holds the largest. */
typedef struct
{
  guint8 data[MUTATE_MAX_DATAGRAM];
  gsize size;
} MutateDatagram;

void mutate_rtp (MutateDatagram * self, GRand * rand);
void mutate_make_rtcp (MutateDatagram * self, guint32 ssrc, GRand * rand);
gboolean mutate_is_rtcp (const MutateDatagram * self);
guint32 mutate_get_ssrc (const MutateDatagram * self);

G_END_DECLS
