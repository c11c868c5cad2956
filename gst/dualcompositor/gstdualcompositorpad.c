/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstdualcompositorpad.h"

#include "gstdualcompositordamage.h"
#include "gstdualcompositortiming.h"

/* GstVideoDirection is a property and nothing else. */
G_DEFINE_TYPE_WITH_CODE (GstRecDualCompositorPad, gst_rec_dual_compositor_pad,
    GST_TYPE_VIDEO_AGGREGATOR_PAD,
    G_IMPLEMENT_INTERFACE (GST_TYPE_VIDEO_DIRECTION, NULL));

enum
{
  PROP_0,
  PROP_VIDEO_DIRECTION
};

#define DEFAULT_VIDEO_DIRECTION GST_VIDEO_ORIENTATION_AUTO

static const gchar *const names[GST_REC_N_INPUTS] = {
  "screen", "webcam", "waveform"
};

const gchar *
gst_rec_dual_compositor_pad_name (GstRecInput input)
{
  return names[input];
}

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

/* Whether the next buffer is as large as its caps and its metas say. */
static gboolean
can_map (const GstRecDualCompositorPad * pad, GstBuffer * buffer)
{
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, &pad->caps_info, buffer, GST_MAP_READ))
    return FALSE;
  gst_video_frame_unmap (&frame);

  return TRUE;
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

  if (segment->start != GST_CLOCK_TIME_NONE)
    pts = MAX (pts, segment->start);
  gst_buffer_replace (&pad->picture, buffer);
  pad->is_cut |= GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  pad->picture_info = pad->caps_info;
  pad->picture_tag = pad->stream_tag != GST_VIDEO_ORIENTATION_AUTO ?
      pad->stream_tag : pad->global_tag;
  pad->picture_end =
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, pts);
  if (!GST_CLOCK_TIME_IS_VALID (pad->picture_end))
    pad->picture_end = 0;
  else if (GST_BUFFER_DURATION_IS_VALID (buffer))
    pad->picture_end += GST_BUFFER_DURATION (buffer);
  else
    pad->picture_end -= MIN (pad->shift, pad->picture_end);
}

/* Called once for each buffer, in their order. */
static void
gst_rec_dual_compositor_pad_note_changes (GstRecDualCompositorPad * pad,
    GstBuffer * buffer)
{
  gboolean has_lost;

  GST_OBJECT_LOCK (pad);
  has_lost = pad->has_lost;
  pad->has_lost = FALSE;
  GST_OBJECT_UNLOCK (pad);
  if (has_lost)
    gst_rec_damage_log_add (&pad->damage, NULL);
  gst_rec_dual_compositor_damage_note (&pad->damage, buffer);
}

/* The base class cannot take what begins before the running time does. What
 * lasts until then is cut; what does not is the newest picture, but for a
 * moment. */
static GstBuffer *
cut_beginning (const GstRecDualCompositorPad * pad, GstBuffer * buffer)
{
  const GstSegment *segment = &GST_AGGREGATOR_PAD (pad)->segment;
  GstClockTime pts = GST_BUFFER_PTS (buffer), zero, running_time;
  GstClockTime duration = GST_BUFFER_DURATION (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (pts)
      || gst_segment_to_running_time_full (segment, GST_FORMAT_TIME,
          MAX (pts, segment->start), &running_time) >= 0)
    return buffer;

  zero = gst_segment_position_from_running_time (segment, GST_FORMAT_TIME, 0);
  if (!GST_CLOCK_TIME_IS_VALID (zero)) {
    gst_buffer_unref (buffer);
    return NULL;
  }

  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = zero;
  GST_BUFFER_DURATION (buffer) = GST_CLOCK_TIME_IS_VALID (duration)
      && pts + duration > zero ? pts + duration - zero : 0;

  return buffer;
}

/* What the base class is to see of the next @buffer, or NULL. */
GstBuffer *
gst_rec_dual_compositor_pad_clip (GstRecDualCompositorPad * pad,
    const GstVideoInfo * out, GstBuffer * buffer)
{
  if (has_picture (buffer) && !can_map (pad, buffer)) {
    GST_WARNING_OBJECT (pad, "No picture of its caps: %" GST_PTR_FORMAT,
        buffer);
    buffer = gst_buffer_make_writable (buffer);
    gst_buffer_remove_all_memory (buffer);
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
  }
  buffer = gst_rec_dual_compositor_timing_shift (pad, out, buffer);
  gst_rec_dual_compositor_pad_note_changes (pad, buffer);

  return cut_beginning (pad, buffer);
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
    if (has_picture (buffer))
      gst_rec_dual_compositor_pad_keep_picture (pad, buffer);
  }
  GST_OBJECT_UNLOCK (pad);
}

/* --- Orientation --- */

/* A tag of the stream says more than one of all that the source has; both end
 * with the stream. */
void
gst_rec_dual_compositor_pad_take_tags (GstRecDualCompositorPad * pad,
    GstEvent * event)
{
  GstVideoOrientationMethod method;
  GstTagList *tags;

  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    pad->stream_tag = pad->global_tag = GST_VIDEO_ORIENTATION_AUTO;
    return;
  }

  gst_event_parse_tag (event, &tags);
  if (!gst_video_orientation_from_tag (tags, &method))
    return;
  if (gst_tag_list_get_scope (tags) == GST_TAG_SCOPE_STREAM)
    pad->stream_tag = method;
  else
    pad->global_tag = method;
}

/* How the picture is to be turned. Called with OBJECT_LOCK held */
GstVideoOrientationMethod
gst_rec_dual_compositor_pad_get_direction (const GstRecDualCompositorPad * pad)
{
  GstVideoOrientationMethod method = pad->direction;

  if (method == GST_VIDEO_ORIENTATION_AUTO)
    method = pad->picture_tag;

  /* Without a tag, or in a way that we are not told */
  return method >= GST_VIDEO_ORIENTATION_AUTO ?
      GST_VIDEO_ORIENTATION_IDENTITY : method;
}

static void
gst_rec_dual_compositor_pad_forget_turned (GstRecDualCompositorPad * pad)
{
  gst_clear_buffer (&pad->turned_from);
  gst_clear_buffer (&pad->turned);
}

/* @picture as it is to be seen. What it is then is in @info, where what it was
 * stood. A picture that stands is turned once. */
GstBuffer *
gst_rec_dual_compositor_pad_turn (GstRecDualCompositorPad * pad,
    GstVideoOrientationMethod method, GstBuffer * picture, GstVideoInfo * info,
    GError ** error)
{
  if (method == GST_VIDEO_ORIENTATION_IDENTITY) {
    gst_rec_dual_compositor_pad_forget_turned (pad);
    return gst_buffer_ref (picture);
  }

  if (pad->turned_from != picture || pad->turned_by != method) {
    gst_rec_dual_compositor_pad_forget_turned (pad);
    pad->turned = gst_rec_rotator_turn (&pad->rotator, method, info, picture,
        &pad->turned_info, error);
    if (!pad->turned)
      return NULL;
    pad->turned_from = gst_buffer_ref (picture);
    pad->turned_by = method;
  }
  *info = pad->turned_info;

  return gst_buffer_ref (pad->turned);
}

/* Called when nothing streams */
void
gst_rec_dual_compositor_pad_stop (GstRecDualCompositorPad * pad)
{
  gst_rec_dual_compositor_pad_forget_turned (pad);
  gst_rec_rotator_clear (&pad->rotator);
}

/* --- Virtual methods --- */

/* Also called when the element stops. */
static GstFlowReturn
gst_rec_dual_compositor_pad_flush (GstAggregatorPad * aggpad,
    GstAggregator * agg)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (aggpad);

  GST_OBJECT_LOCK (pad);
  pad->complete = FALSE;
  pad->has_lost = TRUE;
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

  if (skip && has_picture (buffer) && can_map (pad, buffer)) {
    gst_rec_dual_compositor_pad_note_changes (pad, buffer);
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
  gst_rec_dual_compositor_pad_stop (pad);
  gst_rec_damage_log_clear (&pad->damage);

  G_OBJECT_CLASS (gst_rec_dual_compositor_pad_parent_class)->finalize (object);
}

static void
gst_rec_dual_compositor_pad_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (object);

  if (prop_id != PROP_VIDEO_DIRECTION) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    return;
  }
  GST_OBJECT_LOCK (pad);
  pad->direction = g_value_get_enum (value);
  GST_OBJECT_UNLOCK (pad);
}

static void
gst_rec_dual_compositor_pad_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (object);

  if (prop_id != PROP_VIDEO_DIRECTION) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    return;
  }
  GST_OBJECT_LOCK (pad);
  g_value_set_enum (value, pad->direction);
  GST_OBJECT_UNLOCK (pad);
}

static void
gst_rec_dual_compositor_pad_class_init (GstRecDualCompositorPadClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstAggregatorPadClass *aggpad_class = GST_AGGREGATOR_PAD_CLASS (klass);
  GstVideoAggregatorPadClass *vpad_class =
      GST_VIDEO_AGGREGATOR_PAD_CLASS (klass);

  object_class->finalize = gst_rec_dual_compositor_pad_finalize;
  object_class->set_property = gst_rec_dual_compositor_pad_set_property;
  object_class->get_property = gst_rec_dual_compositor_pad_get_property;

  /**
   * GstRecDualCompositorPad:video-direction:
   *
   * How the input is turned or mirrored before it is placed. %auto follows the
   * tag `image-orientation` of the stream, or of all that its source has.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, PROP_VIDEO_DIRECTION,
      g_param_spec_enum ("video-direction", "Video direction",
          "How the input is turned or mirrored (default auto: as the tag "
          "image-orientation says)", GST_TYPE_VIDEO_ORIENTATION_METHOD,
          DEFAULT_VIDEO_DIRECTION, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
          | GST_PARAM_MUTABLE_PLAYING));

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
  gst_rec_dual_compositor_damage_init (&pad->damage);
  pad->direction = DEFAULT_VIDEO_DIRECTION;
  pad->stream_tag = pad->global_tag = pad->picture_tag =
      GST_VIDEO_ORIENTATION_AUTO;
}
