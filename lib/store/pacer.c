/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "pacer.h"

#define NS G_GINT64_CONSTANT (1000)     /* in a us */
#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
/* Pieces in a second: a call that shares the line then waits for no more than
 * some ms of ours, and a fast line still gets large writes. */
#define PIECES_PER_SECOND 100
#define MIN_PIECE 1024
#define MAX_PIECE (256 * 1024)
/* What was not sent while nothing was there to be sent is lost but for this
 * much, which makes up for threads that wake late. */
#define BURST (20 * NS_PER_SECOND / 1000)

void
gst_rec_pacer_set_rate (GstRecPacer * self, guint64 rate)
{
  self->rate = rate;
}

/* How many bytes to reserve at a time. */
gsize
gst_rec_pacer_piece (const GstRecPacer * self)
{
  return self->rate == 0 ? G_MAXSIZE :
      CLAMP (self->rate / PIECES_PER_SECOND, MIN_PIECE, MAX_PIECE);
}

/* Takes the line for the time that @size bytes take, @now being in us.
 * Returns in how many us they may be sent. */
GTimeSpan
gst_rec_pacer_reserve (GstRecPacer * self, gsize size, gint64 now)
{
  gint64 start;

  if (self->rate == 0) {
    self->free_at = 0;
    return 0;
  }

  start = MAX (self->free_at, now * NS - BURST);
  self->free_at = start + (gint64) ((gdouble) size * NS_PER_SECOND /
      self->rate);

  return MAX (start - now * NS + NS - 1, 0) / NS;
}
