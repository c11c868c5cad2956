/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/base/gstbasetransform.h>

#include "spans.h"

G_BEGIN_DECLS

/* What properties ask for, from now on until they say otherwise. */
typedef enum
{
  GST_REC_STANDING_MASK,        /* everything */
  GST_REC_STANDING_REGIONS,
  GST_REC_STANDING_ROI,
  GST_REC_N_STANDING
} GstRecStanding;

/* What `redact` and `redactaudio` share: when something is masked, and that
 * nothing gets out which was looked at before a change. */
typedef struct
{
  GstBaseTransform *element;    /* whose it is */
  void (*changed) (GstBaseTransform * element);

  GMutex lock;

  /* lock */
  GstRecSpans spans;
  guint standing[GST_REC_N_STANDING];   /* spans, or 0 */
  guint generation;             /* counts what masks more than before */
  guint judged;                 /* the one that judged the buffer at hand */
  gboolean is_passing;          /* on its way from the last look to the peer */
  GstClockTime position;        /* running time until which data have passed */
  GstClockTime paused_at;       /* running time by the clock, or NONE */
  gboolean is_live;
  gboolean is_complete;         /* upstream tells of every moment */
  GstClockTime latency;         /* of a live upstream */
} GstRecRedactControl;

void gst_rec_redact_control_init (GstRecRedactControl * self,
    GstBaseTransform * element, GDestroyNotify free_what,
    void (*changed) (GstBaseTransform * element));
void gst_rec_redact_control_clear (GstRecRedactControl * self);
void gst_rec_redact_control_reset (GstRecRedactControl * self);

void gst_rec_redact_control_lock (GstRecRedactControl * self);
void gst_rec_redact_control_unlock (GstRecRedactControl * self);
void gst_rec_redact_control_commit (GstRecRedactControl * self);
void gst_rec_redact_control_settle (GstRecRedactControl * self);

void gst_rec_redact_control_stand (GstRecRedactControl * self,
    GstRecStanding which, gboolean on, gpointer what);
gboolean gst_rec_redact_control_is_standing (GstRecRedactControl * self,
    GstRecStanding which);
guint gst_rec_redact_control_add (GstRecRedactControl * self,
    GstClockTime start, GstClockTime stop, gpointer what);
gboolean gst_rec_redact_control_remove (GstRecRedactControl * self, guint id);
void gst_rec_redact_control_remove_all (GstRecRedactControl * self,
    gboolean (*is_meant) (const GstRecSpan * span));

void gst_rec_redact_control_pause (GstRecRedactControl * self);
GstClockTime gst_rec_redact_control_get_now (GstRecRedactControl * self);
GstClockTime gst_rec_redact_control_get_data_time (GstRecRedactControl * self);
GstClockTime gst_rec_redact_control_get_next_start (GstRecRedactControl * self);
void gst_rec_redact_control_hold (GstRecRedactControl * self);
gboolean gst_rec_redact_control_may_pass (GstRecRedactControl * self);
void gst_rec_redact_control_advance (GstRecRedactControl * self,
    GstClockTime position);
void gst_rec_redact_control_take_latency (GstRecRedactControl * self,
    GstQuery * query);

GParamSpec *gst_rec_redact_control_new_mask_property (void);
void gst_rec_redact_control_install_signals (GType type, GCallback add,
    GCallback remove, GCallback clear);

G_END_DECLS
