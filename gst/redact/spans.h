/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What is to be masked, and when: spans [start, stop) of running time, each
 * with a payload (what), which the set owns. */
typedef struct
{
  guint id;                     /* never given twice, never 0 */
  GstClockTime start;
  GstClockTime stop;            /* NONE: open */
  gboolean is_closing;          /* nobody asks for it any more */
  gpointer what;
} GstRecSpan;

typedef struct
{
  GArray *spans;                /* GstRecSpan, in the order of their ids */
  guint last_id;
  GDestroyNotify free_what;
} GstRecSpans;

void gst_rec_spans_init (GstRecSpans * self, GDestroyNotify free_what);
void gst_rec_spans_clear (GstRecSpans * self);

guint gst_rec_spans_add (GstRecSpans * self, GstClockTime start,
    GstClockTime stop, gpointer what);
gboolean gst_rec_spans_close (GstRecSpans * self, guint id, GstClockTime now);
void gst_rec_spans_forget_closed (GstRecSpans * self, GstClockTime before);

const GstRecSpan *gst_rec_spans_find (const GstRecSpans * self, guint id);
const GstRecSpan *gst_rec_spans_next (const GstRecSpans * self,
    GstClockTime from, GstClockTime until, guint * position);
GstClockTime gst_rec_spans_get_next_start (const GstRecSpans * self,
    GstClockTime after);

gboolean gst_rec_span_cut (const GstRecSpan * span, GstClockTime time,
    guint rate, guint n_samples, guint * first, guint * n);

G_END_DECLS
