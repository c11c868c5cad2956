/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-dualcompositor
 * @title: dualcompositor
 * @short_description: screen and webcam of a session in one picture
 * @see_also: compositor
 *
 * Makes one picture of a `screen` and a `webcam`, side by side, above each
 * other, with the webcam as an inset, or of one of them alone; and a strip below
 * it of a `waveform`, a picture of the sound, where there is one. Without other
 * wishes downstream the output is 1920x1080 at 30 frames a second in I420; the
 * aspect ratios of the inputs are kept, and the tag `image-orientation` is
 * honoured (see #GstRecDualCompositorPad:video-direction).
 *
 * An input that is late, missing or gone never holds up the other one. The
 * screen holds its last picture through gaps; so does the webcam, until it has
 * been without frames for #GstRecDualCompositor:stale-timeout. An input
 * without a picture, and one that has ended, leaves its room to the other.
 *
 * When the screen or the webcam has shown a black picture or the same one for
 * #GstRecDualCompositor:stalled-timeout, an element message `composite-stalled`
 * says so, and another one when that is over. Its fields: `role` (string,
 * `screen` or `webcam`), `why` (string, `black` or `frozen`), `stalled`
 * (gboolean, %FALSE when it is over), `duration` (guint64, nanoseconds for which
 * it has been so). Since: 0.1.
 *
 * An output equal to the one before shares its memory and carries
 * %GST_BUFFER_FLAG_GAP. An element that changes pixels clears the flag.
 *
 * A source that covers every moment of a session with a buffer or a GAP may
 * promise so: a serialized %GST_EVENT_CUSTOM_DOWNSTREAM_STICKY event with the
 * structure `recording-timeline` whose field `complete` (gboolean) is %TRUE.
 * While all linked pads have promised, the data alone decide when a picture is
 * made, and the clock does not: a slow machine loses no frame, and no frame is
 * invented after the last one.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -e dualcompositor name=c layout=pip ! x264enc ! mp4mux ! filesink location=session.mp4 \
 *     videotestsrc num-buffers=300 pattern=smpte ! video/x-raw,width=1920,height=1080,framerate=30/1 ! c.screen \
 *     videotestsrc num-buffers=300 pattern=ball ! video/x-raw,width=1280,height=720,framerate=30/1 ! c.webcam
 * ]| Ten seconds of colour bars with a ball in the corner.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstdualcompositor.h"

#include "composer.h"
#include "gstdualcompositorcaps.h"
#include "gstdualcompositordamage.h"
#include "gstdualcompositorenums.h"
#include "gstdualcompositorpad.h"
#include "gstdualcompositorscene.h"
#include "gstdualcompositorsettings.h"
#include "gstdualcompositortiming.h"
#include "gstdualcompositorwatch.h"
#include "gstpadchildren.h"
#include "pace.h"

GST_DEBUG_CATEGORY (gst_rec_dual_compositor_debug);
#define GST_CAT_DEFAULT gst_rec_dual_compositor_debug

/* The screen and the webcam: a picture of silence is no stall. */
#define N_WATCHED GST_REC_INPUT_WAVEFORM

struct _GstRecDualCompositor
{
  GstVideoAggregator parent;

  /* OBJECT_LOCK */
  GstRecDualCompositorSettings settings;

  /* Held while a pad is released, and while pads are observed where the base
   * class does not see to it that none is. Taken before the base class's. */
  GMutex release_lock;

  /* Streaming thread of the source pad, and when stopped */
  GstRecComposer composer;
  GstRecDualCompositorWatch watches[N_WATCHED];
  GstRecPace inset_pace;
  GstClockTime pushed_at;       /* position of the last picture not dropped */
  GstBuffer *dropped;           /* the last one dropped after it, or NULL */
};

G_DEFINE_TYPE_WITH_CODE (GstRecDualCompositor, gst_rec_dual_compositor,
    GST_TYPE_VIDEO_AGGREGATOR,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, gst_rec_pad_children_init);
    GST_DEBUG_CATEGORY_INIT (gst_rec_dual_compositor_debug, "dualcompositor",
        0, "screen and webcam in one picture"));
GST_ELEMENT_REGISTER_DEFINE (dualcompositor, "dualcompositor", GST_RANK_NONE,
    GST_TYPE_REC_DUAL_COMPOSITOR);
GST_ELEMENT_REGISTER_DEFINE (recdualcompositor, "recdualcompositor",
    GST_RANK_NONE, GST_TYPE_REC_DUAL_COMPOSITOR);

#define parent_class gst_rec_dual_compositor_parent_class

/* --- Time, events and queries --- */

static GstClockTime
gst_rec_dual_compositor_get_next_time (GstAggregator * agg)
{
  if (gst_rec_dual_compositor_timing_is_driven_by_data (GST_ELEMENT (agg)))
    return GST_CLOCK_TIME_NONE;

  return gst_aggregator_simple_get_next_time (agg);
}

/* The base class negotiates the output anew when an input changes, and drops
 * the chance to make an output meanwhile: without a deadline it would wait for
 * data that the other inputs have delivered. Our output depends on no input,
 * so that it need only know that there are caps. */
static gboolean
take_caps (GstRecDualCompositorPad * pad, GstEvent * event, gboolean * is_first)
{
  const GstVideoInfo *known = &GST_VIDEO_AGGREGATOR_PAD (pad)->info;
  GstVideoInfo info;
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  if (!gst_video_info_from_caps (&info, caps)
      || GST_VIDEO_INFO_IS_INTERLACED (&info)) {
    GST_ERROR_OBJECT (pad, "Cannot take %" GST_PTR_FORMAT, caps);
    return FALSE;
  }
  GST_INFO_OBJECT (pad, "Taking %" GST_PTR_FORMAT, caps);
  pad->caps_info = info;
  *is_first = !known->finfo
      || GST_VIDEO_INFO_FORMAT (known) == GST_VIDEO_FORMAT_UNKNOWN;

  return TRUE;
}

static gboolean
gst_rec_dual_compositor_sink_event (GstAggregator * agg,
    GstAggregatorPad * aggpad, GstEvent * event)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (aggpad);
  gboolean ret = TRUE, forward = TRUE;

  if (gst_rec_dual_compositor_timing_is_promise (event)) {
    gst_rec_dual_compositor_timing_take_promise (GST_ELEMENT (agg), pad,
        event);
    forward = FALSE;
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    ret = take_caps (pad, event, &forward);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_TAG
      || GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    gst_rec_dual_compositor_pad_take_tags (pad, event);
  }

  if (ret && forward)
    return GST_AGGREGATOR_CLASS (parent_class)->sink_event (agg, aggpad, event);
  gst_event_unref (event);

  return ret;
}

static gboolean
gst_rec_dual_compositor_src_event (GstAggregator * agg, GstEvent * event)
{
  /* A recording that is late is late; it must not become incomplete. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_QOS
      && gst_rec_dual_compositor_timing_is_driven_by_data (GST_ELEMENT (agg))) {
    gst_event_unref (event);
    return TRUE;
  }

  return GST_AGGREGATOR_CLASS (parent_class)->src_event (agg, event);
}

static GstBuffer *
gst_rec_dual_compositor_clip (GstAggregator * agg, GstAggregatorPad * pad,
    GstBuffer * buffer)
{
  return gst_rec_dual_compositor_pad_clip (GST_REC_DUAL_COMPOSITOR_PAD (pad),
      &GST_VIDEO_AGGREGATOR (agg)->info, buffer);
}

static gboolean
gst_rec_dual_compositor_sink_query (GstAggregator * agg,
    GstAggregatorPad * pad, GstQuery * query)
{
  if (gst_rec_dual_compositor_caps_answer (GST_PAD (pad), query))
    return TRUE;

  return GST_AGGREGATOR_CLASS (parent_class)->sink_query (agg, pad, query);
}

static GstCaps *
gst_rec_dual_compositor_update_caps (GstVideoAggregator * vagg G_GNUC_UNUSED,
    GstCaps * caps)
{
  return gst_rec_dual_compositor_caps_prefer (caps);
}

static GstCaps *
gst_rec_dual_compositor_fixate_src_caps (GstAggregator * agg G_GNUC_UNUSED,
    GstCaps * caps)
{
  return gst_rec_dual_compositor_caps_fixate (caps);
}

/* Some buffers stay with us as canvases: a pool with a limit could run dry. They
 * go with what was allocated before: whoever is downstream now may want another
 * memory. */
static gboolean
gst_rec_dual_compositor_decide_allocation (GstAggregator * agg,
    GstQuery * query)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (agg);

  for (guint i = gst_query_get_n_allocation_pools (query); i > 0; i--) {
    guint max;

    gst_query_parse_nth_allocation_pool (query, i - 1, NULL, NULL, NULL, &max);
    if (max != 0)
      gst_query_remove_nth_allocation_pool (query, i - 1);
  }

  gst_rec_canvases_clear (&self->composer.canvases);

  return GST_AGGREGATOR_CLASS (parent_class)->decide_allocation (agg, query);
}

/* --- Picture --- */

/* The start of the output at hand, as the base class is about to say. */
static GstClockTime
get_output_position (GstRecDualCompositor * self, GstSegment * segment)
{
  GstAggregator *agg = GST_AGGREGATOR (self);
  GstClockTime position;

  GST_OBJECT_LOCK (agg->srcpad);
  *segment = GST_AGGREGATOR_PAD (agg->srcpad)->segment;
  GST_OBJECT_UNLOCK (agg->srcpad);

  position = segment->position;
  if (position == GST_CLOCK_TIME_NONE || position < segment->start)
    position = segment->start;

  return position;
}

/* Called when a picture cannot be made. */
static GstFlowReturn
fail (GstRecDualCompositor * self, const GError * error)
{
  GST_ELEMENT_ERROR (self, STREAM, FORMAT,
      ("An input cannot be drawn into the output format."),
      ("%s", error->message));

  return GST_FLOW_ERROR;
}

/* A canvas that nobody downstream holds, or a new one. */
static GstFlowReturn
get_canvas (GstRecDualCompositor * self, GstRecCanvas ** canvas)
{
  GstVideoAggregator *vagg = GST_VIDEO_AGGREGATOR (self);
  GstBuffer *buffer = NULL;
  GstFlowReturn ret;

  *canvas = gst_rec_composer_find_canvas (&self->composer);
  if (*canvas)
    return GST_FLOW_OK;

  ret = GST_VIDEO_AGGREGATOR_CLASS (parent_class)->create_output_buffer (vagg,
      &buffer);
  if (ret == GST_FLOW_OK)
    *canvas = gst_rec_canvases_add (&self->composer.canvases, buffer);

  return ret;
}

static GstFlowReturn
draw (GstRecDualCompositor * self, GstRecScene * scene, GError ** error)
{
  GstRecCanvas *canvas;
  GstFlowReturn ret;

  if (gst_rec_composer_borrow (&self->composer, scene))
    return GST_FLOW_OK;

  if (gst_rec_composer_adopt (&self->composer, scene, error))
    return GST_FLOW_OK;
  if (*error)
    return GST_FLOW_ERROR;

  ret = get_canvas (self, &canvas);
  if (ret != GST_FLOW_OK)
    return ret;

  return gst_rec_composer_draw (&self->composer, scene, canvas, error) ?
      GST_FLOW_OK : GST_FLOW_ERROR;
}

/* Called when @scene has been compared with the one that is shown. */
static void
watch_pictures (GstRecDualCompositor * self, const GstRecScene * scene,
    const GstRecDualCompositorSettings * settings, GstClockTime now)
{
  for (guint i = 0; i < N_WATCHED; i++)
    gst_rec_dual_compositor_watch_look (&self->watches[i], &scene->infos[i],
        scene->pictures[i], self->composer.changed[i],
        settings->stalled_timeout * GST_MSECOND, now);
}

/* Whether a picture equal to the last one may be left out. */
static gboolean
may_drop (const GstRecDualCompositor * self,
    const GstRecDualCompositorSettings * settings, GstClockTime position)
{
  return settings->drop_unchanged && position >= self->pushed_at
      && position < self->pushed_at + GST_SECOND;
}

/* What is pushed shares the memory of a canvas, which is not written to as long
 * as anybody downstream holds it. */
static GstBuffer *
new_output (GstRecDualCompositor * self, gboolean is_repeat)
{
  GstBuffer *buffer = gst_rec_canvases_copy_latest (&self->composer.canvases);

  if (is_repeat) {
    GST_LOG_OBJECT (self, "Nothing has changed");
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
  }

  return buffer;
}

/* It may turn out to be the last one. */
static void
drop (GstRecDualCompositor * self, GstClockTime position)
{
  const GstVideoInfo *info = &GST_VIDEO_AGGREGATOR (self)->info;

  self->dropped = new_output (self, TRUE);
  GST_BUFFER_PTS (self->dropped) = position;
  GST_BUFFER_DURATION (self->dropped) = gst_util_uint64_scale (GST_SECOND,
      GST_VIDEO_INFO_FPS_D (info), GST_VIDEO_INFO_FPS_N (info));
}

/* Composes what is to be seen at running time @now and draws it, unless it is
 * what was drawn last. */
static GstFlowReturn
make_picture (GstRecDualCompositor * self,
    const GstRecDualCompositorSettings * settings, GstClockTime now,
    gboolean * is_repeat)
{
  GstRecComposer *composer = &self->composer;
  GstFlowReturn ret = GST_FLOW_ERROR;
  g_autoptr (GError) error = NULL;
  GstRecScene scene = {.background = 0 };
  const GstRecDualCompositorMoment moment = {
    GST_ELEMENT (self), settings, &composer->shown, &self->inset_pace, now
  };

  if (gst_rec_dual_compositor_scene_compose (&scene, &moment, &error)
      && gst_rec_composer_compare (composer, &scene, &error)) {
    watch_pictures (self, &scene, settings, now);
    *is_repeat = composer->damage.count == 0;
    ret = *is_repeat ? GST_FLOW_OK : draw (self, &scene, &error);
  }
  gst_rec_scene_clear (&scene);

  return error ? fail (self, error) : ret;
}

static GstFlowReturn
gst_rec_dual_compositor_create_output_buffer (GstVideoAggregator * vagg,
    GstBuffer ** outbuf)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (vagg);
  GstSegment segment;
  GstClockTime position = get_output_position (self, &segment);
  GstRecDualCompositorSettings settings;
  gboolean is_repeat = FALSE;
  GstFlowReturn ret;

  gst_clear_buffer (&self->dropped);
  gst_object_sync_values (GST_OBJECT (self),
      gst_segment_to_stream_time (&segment, GST_FORMAT_TIME, position));
  GST_OBJECT_LOCK (self);
  settings = self->settings;
  GST_OBJECT_UNLOCK (self);

  ret = make_picture (self, &settings,
      gst_segment_to_running_time (&segment, GST_FORMAT_TIME, position),
      &is_repeat);
  if (ret != GST_FLOW_OK)
    return ret;

  /* After a flush there is none before. */
  is_repeat &= GST_CLOCK_TIME_IS_VALID (self->pushed_at);
  if (is_repeat && may_drop (self, &settings, position)) {
    drop (self, position);
    return GST_FLOW_OK;
  }
  self->pushed_at = position;
  *outbuf = new_output (self, is_repeat);

  return GST_FLOW_OK;
}

/* Drawn already, since it might have been a repeat. */
static GstFlowReturn
gst_rec_dual_compositor_aggregate_frames (GstVideoAggregator * vagg
    G_GNUC_UNUSED, GstBuffer * outbuf G_GNUC_UNUSED)
{
  return GST_FLOW_OK;
}

/* The last picture is never left out: the recording is as long as the
 * session. */
static GstFlowReturn
push_last (GstRecDualCompositor * self)
{
  if (!self->dropped)
    return GST_FLOW_OK;

  /* Of other caps, it would be none any more. */
  if (!gst_video_info_is_equal (&self->composer.shown.out,
          &GST_VIDEO_AGGREGATOR (self)->info)) {
    gst_clear_buffer (&self->dropped);
    return GST_FLOW_OK;
  }

  return gst_aggregator_finish_buffer (GST_AGGREGATOR (self),
      g_steal_pointer (&self->dropped));
}

/* Whatever was taken without making an output is seen before the next CAPS
 * event changes what it means. */
static void
observe_pads (GstRecDualCompositor * self)
{
  g_mutex_lock (&self->release_lock);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    g_autoptr (GstRecDualCompositorPad) pad =
        gst_rec_dual_compositor_pad_get (GST_ELEMENT (self), i);

    if (pad)
      gst_rec_dual_compositor_pad_observe (pad);
  }
  g_mutex_unlock (&self->release_lock);
}

static GstFlowReturn
gst_rec_dual_compositor_aggregate (GstAggregator * agg, gboolean timeout)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (agg);
  GstFlowReturn ret =
      GST_AGGREGATOR_CLASS (parent_class)->aggregate (agg, timeout);

  if (ret == GST_FLOW_EOS && push_last (self) == GST_FLOW_FLUSHING)
    ret = GST_FLOW_FLUSHING;

  observe_pads (self);
  for (guint i = 0; i < N_WATCHED; i++)
    gst_rec_dual_compositor_watch_tell (&self->watches[i], GST_ELEMENT (agg),
        gst_rec_dual_compositor_pad_name (i));

  return ret;
}

/* Positions begin anew. */
static void
forget_positions (GstRecDualCompositor * self)
{
  gst_rec_pace_clear (&self->inset_pace);
  self->pushed_at = GST_CLOCK_TIME_NONE;
  gst_clear_buffer (&self->dropped);
}

static GstFlowReturn
gst_rec_dual_compositor_flush (GstAggregator * agg)
{
  forget_positions (GST_REC_DUAL_COMPOSITOR (agg));

  return GST_AGGREGATOR_CLASS (parent_class)->flush (agg);
}

static gboolean
gst_rec_dual_compositor_stop (GstAggregator * agg)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (agg);

  forget_positions (self);

  gst_rec_composer_clear (&self->composer);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    g_autoptr (GstRecDualCompositorPad) pad =
        gst_rec_dual_compositor_pad_get (GST_ELEMENT (self), i);

    if (pad)
      gst_rec_dual_compositor_pad_stop (pad);
  }

  for (guint i = 0; i < N_WATCHED; i++)
    gst_rec_dual_compositor_watch_clear (&self->watches[i]);

  return GST_AGGREGATOR_CLASS (parent_class)->stop (agg);
}

/* --- Pads --- */

static GstAggregatorPad *
gst_rec_dual_compositor_create_new_pad (GstAggregator * agg,
    GstPadTemplate * templ, const gchar * req_name G_GNUC_UNUSED,
    const GstCaps * caps G_GNUC_UNUSED)
{
  const gchar *name = GST_PAD_TEMPLATE_NAME_TEMPLATE (templ);
  g_autoptr (GstPad) existing =
      gst_element_get_static_pad (GST_ELEMENT (agg), name);

  if (existing) {
    GST_WARNING_OBJECT (agg, "There is one pad %s only", name);
    return NULL;
  }

  return g_object_new (GST_TYPE_REC_DUAL_COMPOSITOR_PAD, "name", name,
      "direction", GST_PAD_SINK, "template", templ, NULL);
}

static GstPad *
gst_rec_dual_compositor_request_new_pad (GstElement * element,
    GstPadTemplate * templ, const gchar * req_name, const GstCaps * caps)
{
  GstPad *pad = GST_ELEMENT_CLASS (parent_class)->request_new_pad (element,
      templ, req_name, caps);

  if (pad == NULL)
    return NULL;

  gst_child_proxy_child_added (GST_CHILD_PROXY (element), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));
  /* It may never be linked. */
  gst_rec_dual_compositor_timing_end_unlinked_pads_later (element);

  return pad;
}

static void
gst_rec_dual_compositor_release_pad (GstElement * element, GstPad * pad)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (element);

  gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));
  g_mutex_lock (&self->release_lock);
  GST_ELEMENT_CLASS (parent_class)->release_pad (element, pad);
  g_mutex_unlock (&self->release_lock);
}

/* --- Properties --- */

static void
gst_rec_dual_compositor_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_rec_dual_compositor_settings_set (&self->settings, prop_id,
      value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
gst_rec_dual_compositor_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_rec_dual_compositor_settings_get (&self->settings, prop_id,
      value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
gst_rec_dual_compositor_finalize (GObject * object)
{
  g_mutex_clear (&GST_REC_DUAL_COMPOSITOR (object)->release_lock);

  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_rec_dual_compositor_class_init (GstRecDualCompositorClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstAggregatorClass *agg_class = GST_AGGREGATOR_CLASS (klass);
  GstVideoAggregatorClass *vagg_class = GST_VIDEO_AGGREGATOR_CLASS (klass);

  object_class->finalize = gst_rec_dual_compositor_finalize;
  object_class->set_property = gst_rec_dual_compositor_set_property;
  object_class->get_property = gst_rec_dual_compositor_get_property;
  gst_rec_dual_compositor_settings_install (object_class);
  gst_rec_dual_compositor_caps_install (element_class);
  gst_element_class_set_static_metadata (element_class, "Dual compositor",
      "Filter/Editor/Video/Compositor",
      "Makes one picture of the screen and the webcam of a session",
      "the gst-plugins-recording authors");
  gst_type_mark_as_plugin_api (GST_TYPE_REC_DUAL_COMPOSITOR_PAD, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_DUAL_COMPOSITOR_LAYOUT, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_DUAL_COMPOSITOR_CORNER, 0);

  element_class->request_new_pad =
      GST_DEBUG_FUNCPTR (gst_rec_dual_compositor_request_new_pad);
  element_class->release_pad = gst_rec_dual_compositor_release_pad;
  agg_class->create_new_pad = gst_rec_dual_compositor_create_new_pad;
  agg_class->get_next_time = gst_rec_dual_compositor_get_next_time;
  agg_class->sink_event = gst_rec_dual_compositor_sink_event;
  agg_class->src_event = gst_rec_dual_compositor_src_event;
  agg_class->clip = gst_rec_dual_compositor_clip;
  agg_class->sink_query = gst_rec_dual_compositor_sink_query;
  agg_class->fixate_src_caps = gst_rec_dual_compositor_fixate_src_caps;
  agg_class->decide_allocation = gst_rec_dual_compositor_decide_allocation;
  agg_class->aggregate = gst_rec_dual_compositor_aggregate;
  agg_class->flush = gst_rec_dual_compositor_flush;
  agg_class->stop = gst_rec_dual_compositor_stop;
  vagg_class->update_caps = gst_rec_dual_compositor_update_caps;
  vagg_class->create_output_buffer =
      gst_rec_dual_compositor_create_output_buffer;
  vagg_class->aggregate_frames = gst_rec_dual_compositor_aggregate_frames;
}

static void
gst_rec_dual_compositor_init (GstRecDualCompositor * self)
{
  g_mutex_init (&self->release_lock);
  gst_rec_dual_compositor_settings_init (&self->settings);
  forget_positions (self);

  /* All inputs of a session share one timeline that begins whenever it does. */
  g_object_set (self, "start-time-selection",
      GST_AGGREGATOR_START_TIME_SELECTION_FIRST, NULL);
  gst_aggregator_set_ignore_inactive_pads (GST_AGGREGATOR (self), TRUE);
}
