/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "spans.h"

void
gst_rec_spans_init (GstRecSpans * self, GDestroyNotify free_what)
{
  self->spans = g_array_new (FALSE, FALSE, sizeof (GstRecSpan));
  self->last_id = 0;
  self->free_what = free_what;
}

static GstRecSpan *
span_at (const GstRecSpans * self, guint i)
{
  return &g_array_index (self->spans, GstRecSpan, i);
}

static void
remove_at (GstRecSpans * self, guint i)
{
  gpointer what = span_at (self, i)->what;

  g_array_remove_index (self->spans, i);
  if (what && self->free_what)
    self->free_what (what);
}

void
gst_rec_spans_clear (GstRecSpans * self)
{
  while (self->spans->len > 0)
    remove_at (self, self->spans->len - 1);
  g_clear_pointer (&self->spans, g_array_unref);
}

/* Takes @what. 0 if the span is empty or has no start; then @what is gone. */
guint
gst_rec_spans_add (GstRecSpans * self, GstClockTime start, GstClockTime stop,
    gpointer what)
{
  const GstRecSpan span = { self->last_id + 1, start, stop, FALSE, what };

  if (!GST_CLOCK_TIME_IS_VALID (start)
      || (GST_CLOCK_TIME_IS_VALID (stop) && stop <= start)
      || self->last_id == G_MAXUINT) {
    if (what && self->free_what)
      self->free_what (what);
    return 0;
  }
  g_array_append_val (self->spans, span);

  return ++self->last_id;
}

static gint
index_of (const GstRecSpans * self, guint id)
{
  for (guint i = 0; i < self->spans->len; i++)
    if (span_at (self, i)->id == id)
      return i;

  return -1;
}

const GstRecSpan *
gst_rec_spans_find (const GstRecSpans * self, guint id)
{
  gint i = index_of (self, id);

  return i < 0 ? NULL : span_at (self, i);
}

/* Nobody asks for the span any more. What was before @now stays masked, for it
 * may be on its way still; without a time (NONE) nothing was. FALSE: there is
 * no such span. */
gboolean
gst_rec_spans_close (GstRecSpans * self, guint id, GstClockTime now)
{
  gint i = index_of (self, id);
  GstRecSpan *span;

  if (i < 0 || span_at (self, i)->is_closing)
    return FALSE;

  span = span_at (self, i);
  if (!GST_CLOCK_TIME_IS_VALID (now) || now <= span->start) {
    remove_at (self, i);
  } else {
    span->stop = MIN (span->stop, now);
    span->is_closing = TRUE;
  }

  return TRUE;
}

/* Spans that are closed, and over before @before (NONE: all of them). */
void
gst_rec_spans_forget_closed (GstRecSpans * self, GstClockTime before)
{
  for (guint i = self->spans->len; i-- > 0;)
    if (span_at (self, i)->is_closing && span_at (self, i)->stop <= before)
      remove_at (self, i);
}

/* A time that is not known may be any. */
static gboolean
overlaps (const GstRecSpan * span, GstClockTime from, GstClockTime until)
{
  if (!GST_CLOCK_TIME_IS_VALID (from))
    return TRUE;
  if (until <= from)
    until = from + 1;

  return span->start < until && span->stop > from;
}

/* The spans that touch [from, until), one a call; @position begins at 0. */
const GstRecSpan *
gst_rec_spans_next (const GstRecSpans * self, GstClockTime from,
    GstClockTime until, guint * position)
{
  while (*position < self->spans->len) {
    const GstRecSpan *span = span_at (self, (*position)++);

    if (overlaps (span, from, until))
      return span;
  }

  return NULL;
}

/* NONE: no span starts after that. */
GstClockTime
gst_rec_spans_get_next_start (const GstRecSpans * self, GstClockTime after)
{
  GstClockTime next = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < self->spans->len; i++)
    if (span_at (self, i)->start > after)
      next = MIN (next, span_at (self, i)->start);

  return next;
}

/* Timestamps are whole nanoseconds, which samples are not: a bound that misses
 * the one between two samples by no more than that is this one. */
#define ROUNDING 1

/* Which of @n_samples, the first of which is at @time, are in the span: every
 * one of which a part is. FALSE: none. */
gboolean
gst_rec_span_cut (const GstRecSpan * span, GstClockTime time, guint rate,
    guint n_samples, guint * first, guint * n)
{
  guint64 begin = 0, end = n_samples;

  if (GST_CLOCK_TIME_IS_VALID (time)) {
    if (span->start > time)
      begin = gst_util_uint64_scale (span->start - time + ROUNDING, rate,
          GST_SECOND);
    if (span->stop <= time + ROUNDING)
      end = 0;
    else if (GST_CLOCK_TIME_IS_VALID (span->stop))
      end = gst_util_uint64_scale_ceil (span->stop - time - ROUNDING, rate,
          GST_SECOND);
  }
  end = MIN (end, n_samples);
  if (begin >= end)
    return FALSE;
  *first = begin;
  *n = end - begin;

  return TRUE;
}
