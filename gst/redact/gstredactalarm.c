/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstredactalarm.h"

void
gst_rec_redact_alarm_init (GstRecRedactAlarm * self, GstElement * element,
    GstClockTime (*get_next) (GstElement * element),
    void (*ring) (GstElement * element))
{
  self->element = element;
  self->get_next = get_next;
  self->ring = ring;
  g_mutex_init (&self->lock);
}

void
gst_rec_redact_alarm_clear (GstRecRedactAlarm * self)
{
  gst_rec_redact_alarm_cancel (self);
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

/* Called with the lock held */
static void
unschedule (GstRecRedactAlarm * self)
{
  if (self->id)
    gst_clock_id_unschedule (self->id);
  g_clear_pointer (&self->id, gst_clock_id_unref);
}

/* For the time that is next now, instead of what was before. Whoever comes last
 * has asked last, too: of two threads none sets what has been overtaken. */
void
gst_rec_redact_alarm_renew (GstRecRedactAlarm * self)
{
  g_mutex_lock (&self->lock);
  unschedule (self);
  self->id = new_id (self, self->get_next (self->element));
  if (self->id) {
    Ring *ring = g_new0 (Ring, 1);

    g_weak_ref_init (&ring->element, self->element);
    ring->ring = self->ring;
    gst_clock_id_wait_async (self->id, on_time, ring, ring_free);
  }
  g_mutex_unlock (&self->lock);
}

void
gst_rec_redact_alarm_cancel (GstRecRedactAlarm * self)
{
  g_mutex_lock (&self->lock);
  unschedule (self);
  g_mutex_unlock (&self->lock);
}
