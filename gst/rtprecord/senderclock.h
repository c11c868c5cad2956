/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_REC_CLOCK_BUCKETS 10
#define GST_REC_CLOCK_REPORTS 8

/* The clock of one SSRC: its RTP time against our running time. */
typedef struct
{
  gboolean in_use;
  guint32 ssrc;
  gint clock_rate;

  gint64 last_rtp;              /* extended over the 32-bit wrap */
  GstClockTime last_arrival;
  GstClockTime restart;         /* since when the estimate gathers */

  /* least transit time of late: a ring of buckets */
  GstClockTimeDiff buckets[GST_REC_CLOCK_BUCKETS];
  guint64 bucket;               /* number of the newest one */
  guint outliers;               /* in a row */

  gboolean have_sr;
  GstClockTimeDiff ntp_offset;  /* NTP time minus media time */
  GstClockTimeDiff reports[GST_REC_CLOCK_REPORTS];      /* the same by each of
                                                         * the last ones */
  guint n_reports;

  gboolean have_applied;
  GstClockTimeDiff applied;     /* the offset last used */
  gint64 applied_at;            /* media time */
} GstRecSenderClock;

void gst_rec_sender_clock_init (GstRecSenderClock * self, guint32 ssrc,
    gint clock_rate);
void gst_rec_sender_clock_packet (GstRecSenderClock * self, guint32 rtp,
    GstClockTime arrival);
void gst_rec_sender_clock_report (GstRecSenderClock * self, guint64 ntp,
    guint32 rtp);

gboolean gst_rec_sender_clock_has_transit (const GstRecSenderClock * self,
    GstClockTime now);
GstClockTimeDiff gst_rec_sender_clock_transit (const GstRecSenderClock * self);
GstClockTime gst_rec_sender_clock_newest (const GstRecSenderClock * self,
    GstClockTimeDiff offset);
GstClockTime gst_rec_sender_clock_map (GstRecSenderClock * self, guint32 rtp,
    GstClockTimeDiff offset);

G_END_DECLS
