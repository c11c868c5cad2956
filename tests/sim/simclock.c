/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "simclock.h"

struct _SimClock
{
  GstClock parent;

  GMutex lock;
  GCond cond;                   /* the time, or an entry's status, changed */
  GstClockTime time;            /* by lock */
};

G_DEFINE_FINAL_TYPE (SimClock, sim_clock, GST_TYPE_CLOCK);

static GstClockTime
sim_clock_get_internal_time (GstClock * clock)
{
  SimClock *self = SIM_CLOCK (clock);
  GstClockTime time;

  g_mutex_lock (&self->lock);
  time = self->time;
  g_mutex_unlock (&self->lock);

  return time;
}

static GstClockReturn
sim_clock_wait (GstClock * clock, GstClockEntry * entry,
    GstClockTimeDiff * jitter)
{
  SimClock *self = SIM_CLOCK (clock);
  GstClockTime until = GST_CLOCK_ENTRY_TIME (entry);
  GstClockReturn ret = GST_CLOCK_EARLY;

  g_mutex_lock (&self->lock);
  if (GST_CLOCK_ENTRY_STATUS (entry) != GST_CLOCK_UNSCHEDULED)
    GST_CLOCK_ENTRY_STATUS (entry) = GST_CLOCK_BUSY;
  while (GST_CLOCK_ENTRY_STATUS (entry) == GST_CLOCK_BUSY
      && self->time < until) {
    g_cond_wait (&self->cond, &self->lock);
    ret = GST_CLOCK_OK;
  }
  if (GST_CLOCK_ENTRY_STATUS (entry) == GST_CLOCK_UNSCHEDULED)
    ret = GST_CLOCK_UNSCHEDULED;
  else
    GST_CLOCK_ENTRY_STATUS (entry) = GST_CLOCK_DONE;
  if (jitter)
    *jitter = GST_CLOCK_DIFF (until, self->time);
  g_mutex_unlock (&self->lock);

  return ret;
}

static void
sim_clock_unschedule (GstClock * clock, GstClockEntry * entry)
{
  SimClock *self = SIM_CLOCK (clock);

  g_mutex_lock (&self->lock);
  GST_CLOCK_ENTRY_STATUS (entry) = GST_CLOCK_UNSCHEDULED;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
sim_clock_finalize (GObject * object)
{
  SimClock *self = SIM_CLOCK (object);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (sim_clock_parent_class)->finalize (object);
}

static void
sim_clock_class_init (SimClockClass * klass)
{
  GstClockClass *clock_class = GST_CLOCK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sim_clock_finalize;
  clock_class->get_internal_time = sim_clock_get_internal_time;
  clock_class->wait = sim_clock_wait;
  clock_class->unschedule = sim_clock_unschedule;
}

static void
sim_clock_init (SimClock * self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

GstClock *
sim_clock_new (GstClockTime time)
{
  SimClock *self = g_object_new (SIM_TYPE_CLOCK, NULL);

  self->time = time;
  gst_object_ref_sink (self);

  return GST_CLOCK (self);
}

void
sim_clock_set (SimClock * self, GstClockTime time)
{
  g_mutex_lock (&self->lock);
  self->time = time;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}
