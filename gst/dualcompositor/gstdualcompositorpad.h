/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/gstvideoaggregator.h>

#include "damagelog.h"

#include "layout.h"
#include "rotate.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_DUAL_COMPOSITOR_PAD \
    (gst_rec_dual_compositor_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstRecDualCompositorPad, gst_rec_dual_compositor_pad,
    GST, REC_DUAL_COMPOSITOR_PAD, GstVideoAggregatorPad)

struct _GstRecDualCompositorPad
{
  GstVideoAggregatorPad parent;

  /* Streaming thread of the source pad only */
  GstVideoInfo caps_info;       /* of the buffers that come next */
  GstClockTime shift;           /* added to the PTS of buffers, see clip */
  GstRecDamageLog damage;
  /* What the tags say of the buffers that come next; AUTO: nothing */
  GstVideoOrientationMethod stream_tag, global_tag;
  GstRecRotator rotator;
  GstBuffer *turned_from;       /* what `turned` was */
  GstBuffer *turned;
  GstVideoOrientationMethod turned_by;
  GstVideoInfo turned_info;

  /* OBJECT_LOCK */
  GstVideoOrientationMethod direction;
  gboolean complete;            /* has promised to cover every moment */
  gboolean has_lost;            /* buffers that came before the next one */
  GstBuffer *taken;             /* the last buffer the base class took */
  GstBuffer *picture;           /* the last buffer that holds a picture */
  GstVideoInfo picture_info;
  GstVideoOrientationMethod picture_tag;
  GstClockTime picture_end;     /* running time */
  gboolean is_cut;              /* it, or one that it came after unseen, must
                                 * not wait */
};

const gchar *gst_rec_dual_compositor_pad_name (GstRecInput input);
GstRecDualCompositorPad *gst_rec_dual_compositor_pad_get (GstElement *
    element, GstRecInput input);
GstBuffer *gst_rec_dual_compositor_pad_clip (GstRecDualCompositorPad * pad,
    const GstVideoInfo * out, GstBuffer * buffer);
void gst_rec_dual_compositor_pad_observe (GstRecDualCompositorPad * pad);
void gst_rec_dual_compositor_pad_take_tags (GstRecDualCompositorPad * pad,
    GstEvent * event);
GstVideoOrientationMethod
gst_rec_dual_compositor_pad_get_direction (const GstRecDualCompositorPad * pad);
GstBuffer *gst_rec_dual_compositor_pad_turn (GstRecDualCompositorPad * pad,
    GstVideoOrientationMethod method, GstBuffer * picture, GstVideoInfo * info,
    GError ** error);
void gst_rec_dual_compositor_pad_stop (GstRecDualCompositorPad * pad);

G_END_DECLS
