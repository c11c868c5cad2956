/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "quality.h"

void
gst_rec_quality_init (GstRecQuality * self)
{
  *self = (GstRecQuality) {
    .jitter = GST_CLOCK_TIME_NONE,
    .loss = -1,
    .post_repair_loss = -1,
    .framerate = -1,
    .bandwidth = -1,
  };
}

/* Counters of losses may go back, when a packet comes after all. */
static gdouble
fraction (guint64 before, guint64 now, guint64 of)
{
  return now > before ? MIN ((gdouble) (now - before) / of, 1) : 0;
}

/* @has_pictures: it is video, and somebody takes it. */
void
gst_rec_quality_measure (GstRecQuality * self,
    const GstRecQualityCounters * before, const GstRecQualityCounters * now,
    gboolean has_pictures)
{
  gst_rec_quality_init (self);
  if (now->time <= before->time)
    return;

  self->bandwidth = gst_util_uint64_scale (now->bytes - before->bytes,
      8 * GST_SECOND, now->time - before->time);
  if (now->bytes > before->bytes)
    self->jitter = now->jitter;
  if (now->expected > before->expected) {
    guint64 expected = now->expected - before->expected;

    self->loss = fraction (before->lost, now->lost, expected);
    self->post_repair_loss =
        fraction (before->unrepaired, now->unrepaired, expected);
  }
  if (has_pictures)
    self->framerate = (gdouble) (now->pictures - before->pictures)
        * GST_SECOND / (now->time - before->time);
}

static GstClockTime
worse_time (GstClockTime a, GstClockTime b)
{
  if (a == GST_CLOCK_TIME_NONE || b == GST_CLOCK_TIME_NONE)
    return MIN (a, b);

  return MAX (a, b);
}

/* @self: of a session, which is as bad as its worst stream and takes the
 * bandwidth of all. It has no frame rate. */
void
gst_rec_quality_add (GstRecQuality * self, const GstRecQuality * stream)
{
  self->jitter = worse_time (self->jitter, stream->jitter);
  self->loss = MAX (self->loss, stream->loss);
  self->post_repair_loss =
      MAX (self->post_repair_loss, stream->post_repair_loss);
  if (stream->bandwidth >= 0)
    self->bandwidth = MAX (self->bandwidth, 0) + stream->bandwidth;
}

/* What was not measured is left out. */
void
gst_rec_quality_set_fields (const GstRecQuality * self, GstStructure * s)
{
  if (self->jitter != GST_CLOCK_TIME_NONE)
    gst_structure_set (s, "jitter", G_TYPE_UINT64, self->jitter, NULL);
  if (self->loss >= 0)
    gst_structure_set (s, "loss", G_TYPE_DOUBLE, self->loss, NULL);
  if (self->post_repair_loss >= 0)
    gst_structure_set (s, "post-repair-loss", G_TYPE_DOUBLE,
        self->post_repair_loss, NULL);
  if (self->bandwidth >= 0)
    gst_structure_set (s, "bandwidth", G_TYPE_UINT64,
        (guint64) self->bandwidth, NULL);
  if (self->framerate >= 0)
    gst_structure_set (s, "framerate", G_TYPE_DOUBLE, self->framerate, NULL);
}
