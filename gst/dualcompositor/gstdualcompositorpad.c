/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstdualcompositorpad.h"

#include "gstdualcompositortiming.h"

G_DEFINE_TYPE (GstRecDualCompositorPad, gst_rec_dual_compositor_pad,
    GST_TYPE_VIDEO_AGGREGATOR_PAD);

static const gchar *const names[GST_REC_N_INPUTS] = {
  "screen", "webcam", "waveform"
};

/* The pad of @input, if there is one. Unref after use. */
GstRecDualCompositorPad *
gst_rec_dual_compositor_pad_get (GstElement * element, GstRecInput input)
{
  GstPad *pad = gst_element_get_static_pad (element, names[input]);

  return pad ? GST_REC_DUAL_COMPOSITOR_PAD (pad) : NULL;
}

static gboolean
has_picture (GstBuffer * buffer)
{
  return gst_buffer_get_size (buffer) > 0;
}

/* Called with OBJECT_LOCK held */
static void
gst_rec_dual_compositor_pad_forget_picture (GstRecDualCompositorPad * pad)
{
  gst_buffer_replace (&pad->taken, NULL);
  gst_buffer_replace (&pad->picture, NULL);
}

/* Called with OBJECT_LOCK held */
static void
gst_rec_dual_compositor_pad_keep_picture (GstRecDualCompositorPad * pad,
    GstBuffer * buffer)
{
  const GstSegment *segment = &GST_AGGREGATOR_PAD (pad)->segment;
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  if (!has_picture (buffer))
    return;

  if (segment->start != GST_CLOCK_TIME_NONE)
    pts = MAX (pts, segment->start);
  gst_buffer_replace (&pad->picture, buffer);
  pad->picture_info = pad->caps_info;
  pad->picture_end =
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, pts);
  if (!GST_CLOCK_TIME_IS_VALID (pad->picture_end))
    return;
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    pad->picture_end += GST_BUFFER_DURATION (buffer);
  else
    pad->picture_end -= MIN (pad->shift, pad->picture_end);
}

/* The base class knows one current buffer, which a GAP may replace by nothing.
 * What we show is the last picture. */
void
gst_rec_dual_compositor_pad_observe (GstRecDualCompositorPad * pad)
{
  GstVideoAggregatorPad *vpad = GST_VIDEO_AGGREGATOR_PAD (pad);
  GstBuffer *buffer = gst_video_aggregator_pad_get_current_buffer (vpad);
  gboolean eos = gst_aggregator_pad_is_eos (GST_AGGREGATOR_PAD (pad));

  GST_OBJECT_LOCK (pad);
  if (buffer == NULL && (eos || pad->taken)) {
    gst_rec_dual_compositor_pad_forget_picture (pad);
  } else if (buffer && buffer != pad->taken) {
    gst_buffer_replace (&pad->taken, buffer);
    gst_rec_dual_compositor_pad_keep_picture (pad, buffer);
  }
  GST_OBJECT_UNLOCK (pad);
}

/* Also called when the element stops. */
static GstFlowReturn
gst_rec_dual_compositor_pad_flush (GstAggregatorPad * aggpad,
    GstAggregator * agg)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (aggpad);

  GST_OBJECT_LOCK (pad);
  pad->complete = FALSE;
  gst_rec_dual_compositor_pad_forget_picture (pad);
  GST_OBJECT_UNLOCK (pad);

  return GST_AGGREGATOR_PAD_CLASS (gst_rec_dual_compositor_pad_parent_class)
      ->flush (aggpad, agg);
}

/* A buffer that comes too late for its time is still the newest picture. */
static gboolean
gst_rec_dual_compositor_pad_skip_buffer (GstAggregatorPad * aggpad,
    GstAggregator * agg, GstBuffer * buffer)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (aggpad);
  gboolean skip =
      GST_AGGREGATOR_PAD_CLASS (gst_rec_dual_compositor_pad_parent_class)
      ->skip_buffer (aggpad, agg, buffer);

  if (skip) {
    GST_OBJECT_LOCK (pad);
    gst_rec_dual_compositor_pad_keep_picture (pad, buffer);
    GST_OBJECT_UNLOCK (pad);
  }

  return skip;
}

static void
gst_rec_dual_compositor_pad_unlinked (GstPad * gstpad,
    GstPad * peer G_GNUC_UNUSED)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (gstpad);
  g_autoptr (GstElement) element = gst_pad_get_parent_element (gstpad);

  GST_OBJECT_LOCK (pad);
  pad->complete = FALSE;
  GST_OBJECT_UNLOCK (pad);

  if (element)
    gst_rec_dual_compositor_timing_end_unlinked_pads_later (element);
}

static void
gst_rec_dual_compositor_pad_finalize (GObject * object)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (object);

  gst_rec_dual_compositor_pad_forget_picture (pad);

  G_OBJECT_CLASS (gst_rec_dual_compositor_pad_parent_class)->finalize (object);
}

static void
gst_rec_dual_compositor_pad_class_init (GstRecDualCompositorPadClass * klass)
{
  GstAggregatorPadClass *aggpad_class = GST_AGGREGATOR_PAD_CLASS (klass);
  GstVideoAggregatorPadClass *vpad_class =
      GST_VIDEO_AGGREGATOR_PAD_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rec_dual_compositor_pad_finalize;
  GST_PAD_CLASS (klass)->unlinked = gst_rec_dual_compositor_pad_unlinked;
  aggpad_class->flush = GST_DEBUG_FUNCPTR (gst_rec_dual_compositor_pad_flush);
  aggpad_class->skip_buffer =
      GST_DEBUG_FUNCPTR (gst_rec_dual_compositor_pad_skip_buffer);
  /* Frames are mapped when they are drawn, which most of the time they are
   * not. */
  vpad_class->prepare_frame = NULL;
  vpad_class->clean_frame = NULL;
}

static void
gst_rec_dual_compositor_pad_init (GstRecDualCompositorPad * pad)
{
  gst_video_info_init (&pad->caps_info);
}
