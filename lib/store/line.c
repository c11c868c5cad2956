/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "line.h"

#define MIB (1024 * 1024)
/* How much one part counts against all before it. */
#define WEIGHT 0.3
/* A line is never twice the same: what was chosen stays until the rate is this
 * far away from what it was chosen for. */
#define SLACK 0.25

/* One slot to begin with: the first part shows what the line carries, and of
 * a thin one the others would only take away. */
void
gst_rec_line_init (GstRecLine * self, const GstRecLineConfig * config)
{
  *self = (GstRecLine) {
    .config = *config,
    .slots = 1,
    .part_size = config->min_part
  };
}

static void
count (GstRecLine * self, gint64 now)
{
  self->busy_time += self->n_busy * (now - self->counted);
  self->counted = now;
}

void
gst_rec_line_begin (GstRecLine * self, GstRecLineTrip * trip, gint64 now)
{
  count (self, now);
  self->n_busy++;
  trip->began = now;
  trip->busy_time = self->busy_time;
}

/* As many as have parts of the least size take their time, but not the last
 * one by a hair. */
static void
choose_slots (GstRecLine * self)
{
  gdouble fitting = self->rate * GST_REC_LINE_PART_TIME / G_USEC_PER_SEC /
      self->config.min_part;
  guint more = MIN (fitting / (1 + SLACK), self->config.max_slots);
  guint fewer = MIN (fitting * (1 + SLACK), self->config.max_slots);

  self->slots = MAX (CLAMP (self->slots, more, fewer), 1);
}

static void
choose_part_size (GstRecLine * self)
{
  gdouble fitting = self->rate * GST_REC_LINE_PART_TIME / G_USEC_PER_SEC /
      self->slots;
  guint64 size;

  if (fitting > self->part_size / (1 + SLACK) &&
      fitting < self->part_size * (1 + SLACK))
    return;

  size = MIN (fitting, self->config.max_part);
  self->part_size = MAX (size / MIB * MIB, self->config.min_part);
}

/* The part that is on @trip has arrived, with @size bytes, or with 0 if it has
 * not. */
void
gst_rec_line_end (GstRecLine * self, const GstRecLineTrip * trip, guint64 size,
    gint64 now)
{
  gdouble took = MAX (now - trip->began, 1);
  gdouble share, rate;

  count (self, now);
  self->n_busy--;
  if (size == 0)
    return;

  /* Of what the line carried meanwhile, others had their share. */
  share = took / MAX (self->busy_time - trip->busy_time, took);
  rate = size / share / took * G_USEC_PER_SEC;
  self->rate = self->rate > 0 ?
      (1 - WEIGHT) * self->rate + WEIGHT * rate : rate;

  choose_slots (self);
  choose_part_size (self);
}

/* How many parts to send at a time. */
guint
gst_rec_line_slots (const GstRecLine * self)
{
  return self->slots;
}

/* Bytes for the next part. */
guint64
gst_rec_line_part_size (const GstRecLine * self)
{
  return self->part_size;
}

/* bytes/s, 0 before the first part has arrived */
guint64
gst_rec_line_rate (const GstRecLine * self)
{
  return self->rate;
}
