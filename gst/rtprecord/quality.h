/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What was counted of a stream up to a moment. */
typedef struct
{
  GstClockTime time;            /* running time */
  guint64 bytes;                /* of RTP packets */
  guint64 expected;             /* packets, by their sequence numbers */
  guint64 lost;                 /* of those: did not come when due */
  guint64 unrepaired;           /* of those: did not come at all */
  guint64 pictures;             /* that the pad pushed */
  GstClockTime jitter;          /* RFC 3550, 6.4.1 */
} GstRecQualityCounters;

/* How it fared between two moments. Negative or NONE: nothing was measured. */
typedef struct
{
  GstClockTime jitter;
  gdouble loss;                 /* 0 to 1, as the network shows it */
  gdouble post_repair_loss;     /* 0 to 1, what stayed lost */
  gdouble framerate;
  gint64 bandwidth;             /* bit/s */
} GstRecQuality;

void gst_rec_quality_init (GstRecQuality * self);
void gst_rec_quality_measure (GstRecQuality * self,
    const GstRecQualityCounters * before, const GstRecQualityCounters * now,
    gboolean has_pictures);
void gst_rec_quality_add (GstRecQuality * self, const GstRecQuality * stream);

void gst_rec_quality_set_fields (const GstRecQuality * self, GstStructure * s);

G_END_DECLS
