/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstredactcontrol.h"

/* A buffer on its way from the last look to the next element is there within
 * microseconds, unless a probe of the application holds it. */
#define HANDOVER_STEP_US 50
#define HANDOVER_STEPS 20000

void
gst_rec_redact_control_init (GstRecRedactControl * self,
    GstBaseTransform * element, GDestroyNotify free_what,
    void (*changed) (GstBaseTransform * element))
{
  self->element = element;
  self->changed = changed;
  g_mutex_init (&self->lock);
  gst_rec_spans_init (&self->spans, free_what);
  self->position = self->paused_at = GST_CLOCK_TIME_NONE;
}

void
gst_rec_redact_control_clear (GstRecRedactControl * self)
{
  gst_rec_spans_clear (&self->spans);
  g_mutex_clear (&self->lock);
}

/* After a flush and a stop: what was on its way is gone. */
void
gst_rec_redact_control_reset (GstRecRedactControl * self)
{
  g_mutex_lock (&self->lock);
  gst_rec_spans_forget_closed (&self->spans, GST_CLOCK_TIME_NONE);
  self->position = self->paused_at = GST_CLOCK_TIME_NONE;
  self->is_passing = FALSE;
  g_mutex_unlock (&self->lock);
}

void
gst_rec_redact_control_lock (GstRecRedactControl * self)
{
  g_mutex_lock (&self->lock);
}

void
gst_rec_redact_control_unlock (GstRecRedactControl * self)
{
  g_mutex_unlock (&self->lock);
}

/* --- Handing over --- */

static gboolean
is_passing (GstRecRedactControl * self)
{
  gboolean passing;

  g_mutex_lock (&self->lock);
  passing = self->is_passing;
  g_mutex_unlock (&self->lock);

  return passing;
}

static gboolean
is_locked_by_another (GstPad * pad)
{
  if (!GST_PAD_STREAM_TRYLOCK (pad))
    return TRUE;
  GST_PAD_STREAM_UNLOCK (pad);

  return FALSE;
}

/* Of all elements: one that tries the lock of a pad must not be taken by another
 * for the pad's own thread. */
static GMutex trial;

/* Whether a thread has looked at a buffer for the last time, and the next
 * element has not got it yet. That one holds the lock of its pad while it has
 * it, as ours does from the buffer's coming to its end. */
static gboolean
is_handing_over (GstRecRedactControl * self)
{
  g_autoptr (GstPad) peer = NULL;
  gboolean ret;

  if (!is_passing (self))
    return FALSE;
  peer = gst_pad_get_peer (GST_BASE_TRANSFORM_SRC_PAD (self->element));

  g_mutex_lock (&trial);
  ret = is_locked_by_another (GST_BASE_TRANSFORM_SINK_PAD (self->element))
      && peer && !is_locked_by_another (peer);
  g_mutex_unlock (&trial);

  return ret;
}

/* When it returns, the last buffer judged by what was before has left. Another
 * thread may still be waiting for the same. */
void
gst_rec_redact_control_settle (GstRecRedactControl * self)
{
  for (guint i = 0; i < HANDOVER_STEPS && is_handing_over (self); i++)
    g_usleep (HANDOVER_STEP_US);
}

/* Makes what has changed count, after gst_rec_redact_control_lock(), and
 * unlocks: when it returns, the last buffer judged by what was before has left.
 * It waits for no other element, so that any thread may change something. */
void
gst_rec_redact_control_commit (GstRecRedactControl * self)
{
  self->generation++;
  g_mutex_unlock (&self->lock);

  gst_rec_redact_control_settle (self);
  self->changed (self->element);
}

/* Something else than a buffer goes out, which may take its time. */
void
gst_rec_redact_control_hold (GstRecRedactControl * self)
{
  g_mutex_lock (&self->lock);
  self->is_passing = FALSE;
  g_mutex_unlock (&self->lock);
}

/* The last look, in the streaming thread. FALSE: something has changed since
 * the buffer was judged. */
gboolean
gst_rec_redact_control_may_pass (GstRecRedactControl * self)
{
  gboolean ret;

  g_mutex_lock (&self->lock);
  ret = self->judged == self->generation;
  self->is_passing = ret;
  g_mutex_unlock (&self->lock);

  return ret;
}

/* --- Time --- */

/* Running time by the clock, if there is one that counts. */
static GstClockTime
get_clock_time (GstElement * element)
{
  g_autoptr (GstClock) clock = NULL;
  GstClockTime now, base = gst_element_get_base_time (element);

  if (GST_STATE (element) != GST_STATE_PLAYING)
    return GST_CLOCK_TIME_NONE;
  clock = gst_element_get_clock (element);
  if (!clock)
    return GST_CLOCK_TIME_NONE;
  now = gst_clock_get_time (clock);

  return now > base ? now - base : 0;
}

/* Before PLAYING ends: nothing is captured after it, and running time stands. */
void
gst_rec_redact_control_pause (GstRecRedactControl * self)
{
  GstClockTime now = get_clock_time (GST_ELEMENT (self->element));

  g_mutex_lock (&self->lock);
  self->paused_at = now;
  g_mutex_unlock (&self->lock);
}

/* The running time of now: what a live source has captured and is still on its
 * way is from before it. Else it is where the data are; NONE: nowhere yet. */
GstClockTime
gst_rec_redact_control_get_now (GstRecRedactControl * self)
{
  GstClockTime clock_time = get_clock_time (GST_ELEMENT (self->element));
  GstClockTime now;

  g_mutex_lock (&self->lock);
  now = self->position;
  if (!GST_CLOCK_TIME_IS_VALID (clock_time))
    clock_time = self->paused_at;
  if (self->is_live && GST_CLOCK_TIME_IS_VALID (clock_time)
      && (!GST_CLOCK_TIME_IS_VALID (now) || clock_time > now))
    now = clock_time;
  g_mutex_unlock (&self->lock);

  return now;
}

/* The running time of the data of a live source that come now; NONE: it is not
 * live, or tells of every moment, late or not (see dualcompositor), so that the
 * clock says nothing of where it is. */
GstClockTime
gst_rec_redact_control_get_data_time (GstRecRedactControl * self)
{
  GstClockTime now = get_clock_time (GST_ELEMENT (self->element));

  g_mutex_lock (&self->lock);
  if (!self->is_live || self->is_complete)
    now = GST_CLOCK_TIME_NONE;
  else if (GST_CLOCK_TIME_IS_VALID (now))
    now -= MIN (now, self->latency);
  g_mutex_unlock (&self->lock);

  return now;
}

/* When the clock will show that data would be in the next span; NONE: that says
 * nothing. */
GstClockTime
gst_rec_redact_control_get_next_start (GstRecRedactControl * self)
{
  GstClockTime now = gst_rec_redact_control_get_data_time (self);
  GstClockTime next;

  if (!GST_CLOCK_TIME_IS_VALID (now))
    return GST_CLOCK_TIME_NONE;
  g_mutex_lock (&self->lock);
  next = gst_rec_spans_get_next_start (&self->spans, now);
  if (GST_CLOCK_TIME_IS_VALID (next))
    next += self->latency;
  g_mutex_unlock (&self->lock);

  return next;
}

/* Called with the lock held */
void
gst_rec_redact_control_advance (GstRecRedactControl * self,
    GstClockTime position)
{
  if (!GST_CLOCK_TIME_IS_VALID (position))
    return;
  if (!GST_CLOCK_TIME_IS_VALID (self->position) || position > self->position)
    self->position = position;
  gst_rec_spans_forget_closed (&self->spans, self->position);
}

void
gst_rec_redact_control_take_latency (GstRecRedactControl * self,
    GstQuery * query)
{
  gboolean is_live;
  GstClockTime min, max;

  gst_query_parse_latency (query, &is_live, &min, &max);
  g_mutex_lock (&self->lock);
  self->is_live = is_live;
  self->latency = min;
  g_mutex_unlock (&self->lock);
}

/* --- What the application asks for --- */

/* Replaces what a property asks for by @what, which it takes, or by nothing. */
void
gst_rec_redact_control_stand (GstRecRedactControl * self,
    GstRecStanding which, gboolean on, gpointer what)
{
  GstClockTime now = gst_rec_redact_control_get_now (self);

  gst_rec_redact_control_lock (self);
  gst_rec_spans_close (&self->spans, self->standing[which], now);
  self->standing[which] = on ?
      gst_rec_spans_add (&self->spans, 0, GST_CLOCK_TIME_NONE, what) : 0;
  gst_rec_redact_control_commit (self);
}

gboolean
gst_rec_redact_control_is_standing (GstRecRedactControl * self,
    GstRecStanding which)
{
  gboolean on;

  g_mutex_lock (&self->lock);
  on = self->standing[which] != 0;
  g_mutex_unlock (&self->lock);

  return on;
}

/* Takes @what. A span without a start is from now on, that is from whatever
 * leaves next. 0: that is no span. */
guint
gst_rec_redact_control_add (GstRecRedactControl * self, GstClockTime start,
    GstClockTime stop, gpointer what)
{
  guint id;

  if (!GST_CLOCK_TIME_IS_VALID (start))
    start = 0;
  gst_rec_redact_control_lock (self);
  id = gst_rec_spans_add (&self->spans, start, stop, what);
  gst_rec_redact_control_commit (self);

  return id;
}

/* Called with the lock held */
static gboolean
is_property (GstRecRedactControl * self, guint id)
{
  for (guint i = 0; i < GST_REC_N_STANDING; i++)
    if (self->standing[i] == id)
      return TRUE;

  return FALSE;
}

gboolean
gst_rec_redact_control_remove (GstRecRedactControl * self, guint id)
{
  GstClockTime now = gst_rec_redact_control_get_now (self);
  gboolean ret;

  gst_rec_redact_control_lock (self);
  ret = !is_property (self, id)
      && gst_rec_spans_close (&self->spans, id, now);
  gst_rec_redact_control_commit (self);

  return ret;
}

/* All that are no property's, and are meant. */
void
gst_rec_redact_control_remove_all (GstRecRedactControl * self,
    gboolean (*is_meant) (const GstRecSpan * span))
{
  GstClockTime now = gst_rec_redact_control_get_now (self);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));
  const GstRecSpan *span;
  guint position = 0;

  gst_rec_redact_control_lock (self);
  while ((span = gst_rec_spans_next (&self->spans, GST_CLOCK_TIME_NONE, 0,
              &position)))
    if (!is_property (self, span->id) && is_meant (span))
      g_array_append_val (ids, span->id);
  for (guint i = 0; i < ids->len; i++)
    gst_rec_spans_close (&self->spans, g_array_index (ids, guint, i), now);
  gst_rec_redact_control_commit (self);
}

/* --- Properties and signals of both elements --- */

GParamSpec *
gst_rec_redact_control_new_mask_property (void)
{
  return g_param_spec_boolean ("mask", "Mask",
      "Mask everything, from what leaves next until what comes after it is "
      "unset (default false)", FALSE, G_PARAM_READWRITE
      | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS);
}

void
gst_rec_redact_control_install_signals (GType type, GCallback add,
    GCallback remove, GCallback clear)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  g_signal_new_class_handler ("add-span", type, flags, add, NULL, NULL, NULL,
      G_TYPE_UINT, 2, G_TYPE_UINT64, G_TYPE_UINT64);
  g_signal_new_class_handler ("remove-span", type, flags, remove, NULL, NULL,
      NULL, G_TYPE_BOOLEAN, 1, G_TYPE_UINT);
  g_signal_new_class_handler ("clear-spans", type, flags, clear, NULL, NULL,
      NULL, G_TYPE_NONE, 0);
}
