/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstredactalarm.h"

void
gst_rec_redact_alarm_init (GstRecRedactAlarm * self, GstElement * element,
    void (*ring) (GstElement * element))
{
  self->element = element;
  self->ring = ring;
  g_mutex_init (&self->lock);
}

void
gst_rec_redact_alarm_clear (GstRecRedactAlarm * self)
{
  gst_rec_redact_alarm_set (self, GST_CLOCK_TIME_NONE);
  g_mutex_clear (&self->lock);
}

/* An alarm does not keep the element alive. */
typedef struct
{
  GWeakRef element;
  void (*ring) (GstElement * element);
} Ring;

static void
ring_free (gpointer data)
{
  Ring *ring = data;

  g_weak_ref_clear (&ring->element);
  g_free (ring);
}

static gboolean
on_time (GstClock * clock G_GNUC_UNUSED, GstClockTime time G_GNUC_UNUSED,
    GstClockID id G_GNUC_UNUSED, gpointer user_data)
{
  Ring *ring = user_data;
  g_autoptr (GstElement) element = g_weak_ref_get (&ring->element);

  if (element)
    ring->ring (element);

  return TRUE;
}

static GstClockID
new_id (GstRecRedactAlarm * self, GstClockTime time)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (self->element);

  if (!clock || !GST_CLOCK_TIME_IS_VALID (time))
    return NULL;

  return gst_clock_new_single_shot_id (clock,
      gst_element_get_base_time (self->element) + time);
}

/* At running time @time instead of what was set before; NONE: never. */
void
gst_rec_redact_alarm_set (GstRecRedactAlarm * self, GstClockTime time)
{
  GstClockID id = new_id (self, time), old;

  g_mutex_lock (&self->lock);
  old = self->id;
  self->id = id ? gst_clock_id_ref (id) : NULL;
  g_mutex_unlock (&self->lock);

  if (old) {
    gst_clock_id_unschedule (old);
    gst_clock_id_unref (old);
  }
  if (id) {
    Ring *ring = g_new0 (Ring, 1);

    g_weak_ref_init (&ring->element, self->element);
    ring->ring = self->ring;
    gst_clock_id_wait_async (id, on_time, ring, ring_free);
    gst_clock_id_unref (id);
  }
}
