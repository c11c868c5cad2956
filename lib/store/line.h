/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a part takes when it has the right size for the line, us: long beside
 * what a request costs by itself, and not much is lost when one breaks. */
#define GST_REC_LINE_PART_TIME (8 * G_TIME_SPAN_SECOND)

typedef struct
{
  guint64 min_part;             /* bytes */
  guint64 max_part;
  guint max_slots;              /* parts at a time */
} GstRecLineConfig;

/* How much a line carries, by what parts took; and from that how many of them
 * to send at a time and how large to make the next. Clocks are handed in: us,
 * monotonic. */
typedef struct
{
  GstRecLineConfig config;
  gdouble rate;                 /* bytes/s of all slots, 0: not known yet */
  guint slots;
  guint64 part_size;

  guint n_busy;
  gint64 counted;               /* until when busy_time is */
  gint64 busy_time;             /* of all slots together, us */
} GstRecLine;

/* A part on its way. */
typedef struct
{
  gint64 began;
  gint64 busy_time;
} GstRecLineTrip;

void gst_rec_line_init (GstRecLine * self, const GstRecLineConfig * config);

void gst_rec_line_begin (GstRecLine * self, GstRecLineTrip * trip,
    gint64 now);

void gst_rec_line_end (GstRecLine * self, const GstRecLineTrip * trip,
    guint64 size, gint64 now);

guint gst_rec_line_slots (const GstRecLine * self);

guint64 gst_rec_line_part_size (const GstRecLine * self);

guint64 gst_rec_line_rate (const GstRecLine * self);

G_END_DECLS
