/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct
{
  GstClockTime at;
  guint width, height;
} SimSize;

/* What came out of a pad. Protected by lock until the pad has stopped. */
typedef struct
{
  GMutex lock;
  GCond cond;                   /* the position changed */

  GstClockTime first;
  GstClockTime position;        /* the end of all that came */
  guint holes;                  /* where the next did not follow the last */
  GArray *signs;                /* of GstClockTime: begin of flash or beep */
  guint buffers;
  gboolean eos;

  /* sound */
  gint rate, channels;
  guint64 samples;
  guint64 loud;                 /* samples of a beep */
  guint64 quiet;                /* samples since the last loud one */
  guint64 longest_quiet;

  /* pictures */
  GArray *sizes;                /* of SimSize: CAPS events */
  GArray *pictures;             /* of GstClockTime: PTS */
  gboolean is_white;
  guint gaps;
  GstClockTime gap_time;
} SimWatch;

SimWatch *sim_watch_new (GstPad * pad);
void sim_watch_free (SimWatch * self);

gboolean sim_watch_wait (SimWatch * self, GstClockTime position,
    gint64 real_end);
GstClockTime sim_watch_sign (const SimWatch * self, GstClockTime time);
guint sim_watch_pictures_between (const SimWatch * self, GstClockTime from,
    GstClockTime until);

G_END_DECLS
