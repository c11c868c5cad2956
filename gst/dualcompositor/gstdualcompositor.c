/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-dualcompositor
 * @title: dualcompositor
 * @short_description: screen and webcam of a session in one picture
 * @see_also: compositor
 *
 * Makes one picture of a `screen` and a `webcam`, side by side, with the webcam
 * as an inset, or of one of them alone. Without other wishes downstream the
 * output is 1920x1080 at 30 frames a second in I420; the aspect ratios of the
 * inputs are kept.
 *
 * An input that is late, missing or gone never holds up the other one. The
 * screen holds its last picture through gaps; so does the webcam, until it has
 * been without frames for #GstRecDualCompositor:stale-timeout. An input
 * without a picture, and one that has ended, leaves its room to the other.
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

#include "gstdualcompositorpad.h"
#include "gstpadchildren.h"
#include "layout.h"
#include "scene.h"

GST_DEBUG_CATEGORY_STATIC (gst_rec_dual_compositor_debug);
#define GST_CAT_DEFAULT gst_rec_dual_compositor_debug

#define OUTPUT_FORMATS "{ I420, YV12, NV12, NV21, Y42B, Y444, YUY2, UYVY, " \
    "BGRx, RGBx, xRGB, xBGR, RGB, BGR }"

/* A picture is made at fixed intervals: a rate of 0 has none. */
#define OUTPUT_CAPS "video/x-raw, format = (string) " OUTPUT_FORMATS ", " \
    "width = " GST_VIDEO_SIZE_RANGE ", height = " GST_VIDEO_SIZE_RANGE ", " \
    "framerate = (fraction) [ 1/2147483647, 2147483647/1 ]"

#define DEFAULT_WIDTH 1920
#define DEFAULT_HEIGHT 1080
#define DEFAULT_FPS_N 30
#define DEFAULT_FPS_D 1

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (OUTPUT_CAPS));

static GstStaticPadTemplate screen_template =
GST_STATIC_PAD_TEMPLATE ("screen", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL)));

static GstStaticPadTemplate webcam_template =
GST_STATIC_PAD_TEMPLATE ("webcam", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL)));

static GstStaticPadTemplate waveform_template =
GST_STATIC_PAD_TEMPLATE ("waveform", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL)));

static GstStaticPadTemplate *const input_templates[GST_REC_N_INPUTS] = {
  &screen_template, &webcam_template, &waveform_template
};

#define GST_TYPE_REC_DUAL_COMPOSITOR_LAYOUT (layout_get_type ())
static GType
layout_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {GST_REC_LAYOUT_SIDE_BY_SIDE, "Screen left, webcam right, half each",
        "side-by-side"},
    {GST_REC_LAYOUT_PIP, "The webcam as an inset in the screen", "pip"},
    {GST_REC_LAYOUT_SCREEN_ONLY, "The screen alone", "screen-only"},
    {GST_REC_LAYOUT_WEBCAM_ONLY, "The webcam alone", "webcam-only"},
    {GST_REC_LAYOUT_STACKED, "Screen above, webcam below", "stacked"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecDualCompositorLayout", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

#define GST_TYPE_REC_DUAL_COMPOSITOR_CORNER (corner_get_type ())
static GType
corner_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {GST_REC_CORNER_TOP_LEFT, "Top left", "top-left"},
    {GST_REC_CORNER_TOP_RIGHT, "Top right", "top-right"},
    {GST_REC_CORNER_BOTTOM_LEFT, "Bottom left", "bottom-left"},
    {GST_REC_CORNER_BOTTOM_RIGHT, "Bottom right", "bottom-right"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecDualCompositorCorner", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

typedef struct
{
  GstRecLayoutConfig layout;
  guint background;             /* ARGB */
  guint border_color;           /* ARGB */
  guint stale_timeout;          /* ms, 0: never */
} Settings;

struct _GstRecDualCompositor
{
  GstVideoAggregator parent;

  /* OBJECT_LOCK */
  Settings settings;

  /* Streaming thread of the source pad, and when stopped */
  GstRecScene scene;            /* what `drawn` shows */
  GstBuffer *drawn;             /* downstream may hold it: never written to */
  gboolean is_repeat;           /* the output at hand is `drawn` once more */
  GstRecBackground background, border;
  GstRecScaler scalers[GST_REC_N_INPUTS];
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

enum
{
  PROP_0,
  PROP_LAYOUT,
  PROP_PIP_POSITION,
  PROP_PIP_SCALE,
  PROP_PIP_BORDER,
  PROP_PIP_BORDER_COLOR,
  PROP_MARGIN,
  PROP_WAVEFORM_HEIGHT,
  PROP_BACKGROUND,
  PROP_STALE_TIMEOUT,
  N_PROPERTIES
};

#define DEFAULT_LAYOUT GST_REC_LAYOUT_PIP
#define DEFAULT_PIP_POSITION GST_REC_CORNER_BOTTOM_RIGHT
#define DEFAULT_PIP_SCALE 0.25
#define DEFAULT_PIP_BORDER 0
#define DEFAULT_PIP_BORDER_COLOR 0xffffffff
#define DEFAULT_MARGIN 20
#define DEFAULT_WAVEFORM_HEIGHT 0.08
#define DEFAULT_BACKGROUND 0xff000000
#define DEFAULT_STALE_TIMEOUT 2000

static GParamSpec *props[N_PROPERTIES];

static GstRecDualCompositorPad *
get_input (GstRecDualCompositor * self, guint i)
{
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (self),
      input_templates[i]->name_template);

  return pad ? GST_REC_DUAL_COMPOSITOR_PAD (pad) : NULL;
}

/* --- Who drives: the data or the clock --- */

/* Whether every linked pad has promised to cover every moment. */
static gboolean
is_driven_by_data (GstRecDualCompositor * self)
{
  gboolean some = FALSE, all = TRUE;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    g_autoptr (GstRecDualCompositorPad) pad = get_input (self, i);
    gboolean complete;

    if (!pad || !gst_pad_is_linked (GST_PAD (pad)))
      continue;
    GST_OBJECT_LOCK (pad);
    complete = pad->complete;
    GST_OBJECT_UNLOCK (pad);
    some |= complete;
    all &= complete || gst_aggregator_pad_is_eos (GST_AGGREGATOR_PAD (pad));
  }

  return some && all;
}

/* Without a deadline the base class waits for every pad. Nothing will come on
 * one that is not linked, hence it has ended, until a STREAM_START. */
static void
end_unlinked_pads (GstRecDualCompositor * self)
{
  if (!is_driven_by_data (self))
    return;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    g_autoptr (GstRecDualCompositorPad) pad = get_input (self, i);

    if (pad && !gst_pad_is_linked (GST_PAD (pad)))
      GST_AGGREGATOR_CLASS (parent_class)->sink_event (GST_AGGREGATOR (self),
          GST_AGGREGATOR_PAD (pad), gst_event_new_eos ());
  }
}

static void
end_unlinked_pads_now (GstElement * element, gpointer user_data G_GNUC_UNUSED)
{
  end_unlinked_pads (GST_REC_DUAL_COMPOSITOR (element));
}

void
gst_rec_dual_compositor_end_unlinked_pads (GstRecDualCompositor * self)
{
  if (is_driven_by_data (self))
    gst_element_call_async (GST_ELEMENT (self), end_unlinked_pads_now, NULL,
        NULL);
}

static GstClockTime
gst_rec_dual_compositor_get_next_time (GstAggregator * agg)
{
  if (is_driven_by_data (GST_REC_DUAL_COMPOSITOR (agg)))
    return GST_CLOCK_TIME_NONE;

  return gst_aggregator_simple_get_next_time (agg);
}

static gboolean
is_timeline_event (GstEvent * event)
{
  return GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM_STICKY
      && gst_event_has_name (event, "recording-timeline");
}

static void
take_promise (GstRecDualCompositor * self, GstRecDualCompositorPad * pad,
    GstEvent * event)
{
  gboolean complete = FALSE;

  gst_structure_get_boolean (gst_event_get_structure (event), "complete",
      &complete);
  GST_DEBUG_OBJECT (pad, "Timeline is %scomplete", complete ? "" : "not ");
  GST_OBJECT_LOCK (pad);
  pad->complete = complete;
  GST_OBJECT_UNLOCK (pad);
  end_unlinked_pads (self);
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

  if (is_timeline_event (event)) {
    take_promise (GST_REC_DUAL_COMPOSITOR (agg), pad, event);
    forward = FALSE;
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    ret = take_caps (pad, event, &forward);
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
      && is_driven_by_data (GST_REC_DUAL_COMPOSITOR (agg))) {
    gst_event_unref (event);
    return TRUE;
  }

  return GST_AGGREGATOR_CLASS (parent_class)->src_event (agg, event);
}

/* The base class shows a frame in the output within whose duration it begins,
 * that is up to a whole output too early. Seven eighths of an output later, a
 * frame is shown in the first output that begins after it, or at most an eighth
 * before it: a source at the rate of the output whose times are rounded or
 * jitter that much around the outputs' has no frame doubled or dropped, and the
 * picture lags by as much as sound does behind an AAC encoder (1024 samples),
 * which no muxer takes back. Where a frame ends remains. */
static GstBuffer *
gst_rec_dual_compositor_clip (GstAggregator * agg, GstAggregatorPad * aggpad,
    GstBuffer * buffer)
{
  GstRecDualCompositorPad *pad = GST_REC_DUAL_COMPOSITOR_PAD (aggpad);
  const GstVideoInfo *out = &GST_VIDEO_AGGREGATOR (agg)->info;

  if (gst_buffer_get_size (buffer) == 0 || !GST_BUFFER_PTS_IS_VALID (buffer)
      || aggpad->segment.rate < 0 || GST_VIDEO_INFO_FPS_N (out) == 0)
    return buffer;

  buffer = gst_buffer_make_writable (buffer);
  pad->shift = gst_util_uint64_scale (GST_SECOND * 7 / 8,
      GST_VIDEO_INFO_FPS_D (out), GST_VIDEO_INFO_FPS_N (out));
  GST_BUFFER_PTS (buffer) += pad->shift;
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    GST_BUFFER_DURATION (buffer) -=
        MIN (pad->shift, GST_BUFFER_DURATION (buffer));

  return buffer;
}

/* --- Caps --- */

/* Inputs owe nothing to the output: everything is converted. */
static gboolean
gst_rec_dual_compositor_sink_query (GstAggregator * agg,
    GstAggregatorPad * aggpad, GstQuery * query)
{
  g_autoptr (GstCaps) accepted = NULL;
  GstCaps *caps;

  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS
      && GST_QUERY_TYPE (query) != GST_QUERY_ACCEPT_CAPS)
    return GST_AGGREGATOR_CLASS (parent_class)->sink_query (agg, aggpad, query);

  accepted = gst_pad_get_pad_template_caps (GST_PAD (aggpad));
  accepted = gst_caps_make_writable (accepted);
  gst_caps_set_simple (accepted, "interlace-mode", G_TYPE_STRING,
      "progressive", NULL);

  if (GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS) {
    gst_query_parse_accept_caps (query, &caps);
    gst_query_set_accept_caps_result (query,
        gst_caps_can_intersect (caps, accepted));
  } else {
    gst_query_parse_caps (query, &caps);
    if (caps) {
      GstCaps *both = gst_caps_intersect_full (caps, accepted,
          GST_CAPS_INTERSECT_FIRST);

      gst_query_set_caps_result (query, both);
      gst_caps_unref (both);
    } else {
      gst_query_set_caps_result (query, accepted);
    }
  }

  return TRUE;
}

/* The output owes nothing to the inputs, which come and go. */
static GstCaps *
gst_rec_dual_compositor_update_caps (GstVideoAggregator * vagg G_GNUC_UNUSED,
    GstCaps * caps)
{
  g_autoptr (GstCaps) preferred = gst_caps_from_string ("video/x-raw, "
      "format = (string) I420");
  GstCaps *first = gst_caps_intersect_full (caps, preferred,
      GST_CAPS_INTERSECT_FIRST);

  return gst_caps_merge (first, gst_caps_ref (caps));
}

/* One side follows the other in the default's shape, as videoscale does. */
static void
fixate_size (GstStructure * s)
{
  gint width, height;

  if (gst_structure_get_int (s, "width", &width)) {
    height = gst_util_uint64_scale_int_round (width, DEFAULT_HEIGHT,
        DEFAULT_WIDTH) & ~1;
    gst_structure_fixate_field_nearest_int (s, "height", height);
  } else if (gst_structure_get_int (s, "height", &height)) {
    width = gst_util_uint64_scale_int_round (height, DEFAULT_WIDTH,
        DEFAULT_HEIGHT) & ~1;
    gst_structure_fixate_field_nearest_int (s, "width", width);
  } else {
    gst_structure_fixate_field_nearest_int (s, "width", DEFAULT_WIDTH);
    gst_structure_fixate_field_nearest_int (s, "height", DEFAULT_HEIGHT);
  }
}

/* HD is declared as bt709, smaller pictures as bt601, whatever the inputs say:
 * they are converted. */
static void
declare_colorimetry (GstCaps * caps)
{
  GstStructure *s = gst_caps_get_structure (caps, 0);
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, caps))
    return;
  if (!gst_structure_has_field (s, "colorimetry")) {
    g_autofree gchar *name =
        gst_video_colorimetry_to_string (&info.colorimetry);

    if (name)
      gst_structure_set (s, "colorimetry", G_TYPE_STRING, name, NULL);
  }
}

static GstCaps *
gst_rec_dual_compositor_fixate_src_caps (GstAggregator * agg G_GNUC_UNUSED,
    GstCaps * caps)
{
  GstStructure *s;

  caps = gst_caps_make_writable (gst_caps_truncate (caps));
  s = gst_caps_get_structure (caps, 0);
  fixate_size (s);
  gst_structure_fixate_field_nearest_fraction (s, "framerate", DEFAULT_FPS_N,
      DEFAULT_FPS_D);
  if (gst_structure_has_field (s, "pixel-aspect-ratio"))
    gst_structure_fixate_field_nearest_fraction (s, "pixel-aspect-ratio", 1, 1);
  else
    gst_structure_set (s, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  if (gst_structure_has_field (s, "interlace-mode"))
    gst_structure_fixate_field_string (s, "interlace-mode", "progressive");
  else
    gst_structure_set (s, "interlace-mode", G_TYPE_STRING, "progressive", NULL);
  caps = gst_caps_fixate (caps);
  declare_colorimetry (caps);

  return caps;
}

/* One buffer stays with us as long as its picture stands: a pool with a limit
 * could run dry. */
static gboolean
gst_rec_dual_compositor_decide_allocation (GstAggregator * agg,
    GstQuery * query)
{
  for (guint i = gst_query_get_n_allocation_pools (query); i > 0; i--) {
    guint max;

    gst_query_parse_nth_allocation_pool (query, i - 1, NULL, NULL, NULL, &max);
    if (max != 0)
      gst_query_remove_nth_allocation_pool (query, i - 1);
  }

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

static gboolean
is_stale (const GstRecDualCompositorPad * pad, guint input,
    const Settings * settings, GstClockTime now)
{
  GstClockTime timeout = settings->stale_timeout * GST_MSECOND;

  return input == GST_REC_INPUT_WEBCAM && timeout != 0
      && GST_CLOCK_TIME_IS_VALID (now)
      && GST_CLOCK_TIME_IS_VALID (pad->picture_end)
      && now >= pad->picture_end + timeout;
}

/* Takes the picture that input @i has to show now, if it has one. */
static void
scene_take_picture (GstRecScene * scene, guint i, GstRecDualCompositor * self,
    const Settings * settings, GstClockTime now)
{
  g_autoptr (GstRecDualCompositorPad) pad = get_input (self, i);

  if (!pad)
    return;

  gst_rec_dual_compositor_pad_observe (pad);
  GST_OBJECT_LOCK (pad);
  if (pad->picture && !is_stale (pad, i, settings, now)) {
    scene->pictures[i] = gst_buffer_ref (pad->picture);
    scene->infos[i] = pad->picture_info;
  }
  GST_OBJECT_UNLOCK (pad);
}

static GstRecPictureSize
picture_size (const GstVideoInfo * info)
{
  return (GstRecPictureSize) {
  GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
        GST_VIDEO_INFO_PAR_N (info), GST_VIDEO_INFO_PAR_D (info)};
}

static void
scene_compose (GstRecScene * scene, GstRecDualCompositor * self,
    const Settings * settings, GstClockTime now)
{
  GstRecPictureSize sizes[GST_REC_N_INPUTS] = { {0,}, };
  GstRecPictureSize output;

  scene->out = GST_VIDEO_AGGREGATOR (self)->info;
  scene->background = settings->background;
  scene->border_color = settings->border_color;
  output = picture_size (&scene->out);

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    scene_take_picture (scene, i, self, settings, now);
    if (scene->pictures[i])
      sizes[i] = picture_size (&scene->infos[i]);
  }

  gst_rec_layout_place (&settings->layout, &output, sizes,
      &scene->placement);

  /* A picture that is not shown does not make a difference. */
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (gst_rec_rect_is_empty (&scene->placement.rects[i])) {
      gst_clear_buffer (&scene->pictures[i]);
      scene->placement.rects[i] = (GstRecRect) { 0, };
    }
}

static GstFlowReturn
gst_rec_dual_compositor_create_output_buffer (GstVideoAggregator * vagg,
    GstBuffer ** outbuf)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (vagg);
  GstSegment segment;
  GstClockTime position = get_output_position (self, &segment);
  GstRecScene scene = { 0, };
  Settings settings;

  gst_object_sync_values (GST_OBJECT (self),
      gst_segment_to_stream_time (&segment, GST_FORMAT_TIME, position));
  GST_OBJECT_LOCK (self);
  settings = self->settings;
  GST_OBJECT_UNLOCK (self);

  scene_compose (&scene, self, &settings,
      gst_segment_to_running_time (&segment, GST_FORMAT_TIME, position));

  self->is_repeat =
      self->drawn && gst_rec_scene_is_equal (&scene, &self->scene);
  gst_rec_scene_clear (&self->scene);
  self->scene = scene;

  if (self->is_repeat) {
    GST_LOG_OBJECT (self, "Nothing has changed");
    *outbuf = gst_buffer_copy (self->drawn);
    GST_BUFFER_FLAG_SET (*outbuf, GST_BUFFER_FLAG_GAP);
    return GST_FLOW_OK;
  }

  gst_clear_buffer (&self->drawn);

  return GST_VIDEO_AGGREGATOR_CLASS (parent_class)->create_output_buffer (vagg,
      outbuf);
}

static GstFlowReturn
gst_rec_dual_compositor_aggregate_frames (GstVideoAggregator * vagg,
    GstBuffer * outbuf)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (vagg);
  g_autoptr (GError) error = NULL;
  GstVideoFrame out;
  gboolean drawn;

  if (self->is_repeat)
    return GST_FLOW_OK;

  if (!gst_video_frame_map (&out, &vagg->info, outbuf, GST_MAP_WRITE)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("The output buffer does not fit the output format."), (NULL));
    return GST_FLOW_ERROR;
  }
  drawn = gst_rec_scene_draw (&self->scene, &self->background, &self->border,
      self->scalers, &out, &error);
  gst_video_frame_unmap (&out);

  if (!drawn) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("An input cannot be drawn into the output format."),
        ("%s", error->message));
    return GST_FLOW_ERROR;
  }
  gst_buffer_replace (&self->drawn, outbuf);

  return GST_FLOW_OK;
}

static GstFlowReturn
gst_rec_dual_compositor_aggregate (GstAggregator * agg, gboolean timeout)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (agg);
  GstFlowReturn ret =
      GST_AGGREGATOR_CLASS (parent_class)->aggregate (agg, timeout);

  /* Whatever was taken without making an output is seen before the next CAPS
   * event changes what it means. */
  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    g_autoptr (GstRecDualCompositorPad) pad = get_input (self, i);

    if (pad)
      gst_rec_dual_compositor_pad_observe (pad);
  }

  return ret;
}

static gboolean
gst_rec_dual_compositor_stop (GstAggregator * agg)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (agg);

  gst_rec_scene_clear (&self->scene);
  gst_clear_buffer (&self->drawn);
  gst_rec_background_clear (&self->background);
  gst_rec_background_clear (&self->border);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    gst_rec_scaler_clear (&self->scalers[i]);

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
  gst_rec_dual_compositor_end_unlinked_pads (GST_REC_DUAL_COMPOSITOR
      (element));

  return pad;
}

static void
gst_rec_dual_compositor_release_pad (GstElement * element, GstPad * pad)
{
  gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));
  GST_ELEMENT_CLASS (parent_class)->release_pad (element, pad);
}

/* --- Properties --- */

static void
gst_rec_dual_compositor_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (object);
  Settings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_LAYOUT:
      settings->layout.layout = g_value_get_enum (value);
      break;
    case PROP_PIP_POSITION:
      settings->layout.pip_corner = g_value_get_enum (value);
      break;
    case PROP_PIP_SCALE:
      settings->layout.pip_scale = g_value_get_double (value);
      break;
    case PROP_PIP_BORDER:
      settings->layout.pip_border = g_value_get_uint (value);
      break;
    case PROP_PIP_BORDER_COLOR:
      settings->border_color = g_value_get_uint (value);
      break;
    case PROP_WAVEFORM_HEIGHT:
      settings->layout.waveform_height = g_value_get_double (value);
      break;
    case PROP_MARGIN:
      settings->layout.margin = g_value_get_uint (value);
      break;
    case PROP_BACKGROUND:
      settings->background = g_value_get_uint (value);
      break;
    case PROP_STALE_TIMEOUT:
      settings->stale_timeout = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rec_dual_compositor_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstRecDualCompositor *self = GST_REC_DUAL_COMPOSITOR (object);
  const Settings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_LAYOUT:
      g_value_set_enum (value, settings->layout.layout);
      break;
    case PROP_PIP_POSITION:
      g_value_set_enum (value, settings->layout.pip_corner);
      break;
    case PROP_PIP_SCALE:
      g_value_set_double (value, settings->layout.pip_scale);
      break;
    case PROP_PIP_BORDER:
      g_value_set_uint (value, settings->layout.pip_border);
      break;
    case PROP_PIP_BORDER_COLOR:
      g_value_set_uint (value, settings->border_color);
      break;
    case PROP_WAVEFORM_HEIGHT:
      g_value_set_double (value, settings->layout.waveform_height);
      break;
    case PROP_MARGIN:
      g_value_set_uint (value, settings->layout.margin);
      break;
    case PROP_BACKGROUND:
      g_value_set_uint (value, settings->background);
      break;
    case PROP_STALE_TIMEOUT:
      g_value_set_uint (value, settings->stale_timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_CONTROLLABLE
      | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  /**
   * GstRecDualCompositor:layout:
   *
   * How the inputs share the picture.
   *
   * Since: 0.1
   */
  props[PROP_LAYOUT] = g_param_spec_enum ("layout", "Layout",
      "How the inputs share the picture (default pip)",
      GST_TYPE_REC_DUAL_COMPOSITOR_LAYOUT, DEFAULT_LAYOUT, flags);

  /**
   * GstRecDualCompositor:pip-position:
   *
   * The corner of the inset in the layout pip.
   *
   * Since: 0.1
   */
  props[PROP_PIP_POSITION] = g_param_spec_enum ("pip-position",
      "Inset position", "Corner of the inset in layout pip "
      "(default bottom-right)", GST_TYPE_REC_DUAL_COMPOSITOR_CORNER,
      DEFAULT_PIP_POSITION, flags);

  /**
   * GstRecDualCompositor:pip-scale:
   *
   * The longer side of the inset, as a fraction of the output's width.
   *
   * Since: 0.1
   */
  props[PROP_PIP_SCALE] = g_param_spec_double ("pip-scale", "Inset scale",
      "Longer side of the inset in layout pip, as a fraction of the output's "
      "width (0.01 - 1.0, default 0.25)", 0.01, 1.0, DEFAULT_PIP_SCALE, flags);

  /**
   * GstRecDualCompositor:pip-border:
   *
   * The width of the frame around the inset. An odd one counts as the next even
   * one: the frame covers whole chroma samples.
   *
   * Since: 0.1
   */
  props[PROP_PIP_BORDER] = g_param_spec_uint ("pip-border", "Inset border",
      "Width in pixels of the frame around the inset in layout pip, rounded up "
      "to an even number (0 - 256, 0 = none, default 0)", 0, 256,
      DEFAULT_PIP_BORDER, flags);

  /**
   * GstRecDualCompositor:pip-border-color:
   *
   * The colour of the frame around the inset.
   *
   * Since: 0.1
   */
  props[PROP_PIP_BORDER_COLOR] = g_param_spec_uint ("pip-border-color",
      "Inset border colour", "Colour of the frame around the inset in layout "
      "pip, as big-endian ARGB (default opaque white, 0xffffffff)", 0,
      G_MAXUINT32, DEFAULT_PIP_BORDER_COLOR, flags);

  /**
   * GstRecDualCompositor:waveform-height:
   *
   * The height of the strip that the waveform takes, as a fraction of the
   * output's height.
   *
   * Since: 0.1
   */
  props[PROP_WAVEFORM_HEIGHT] = g_param_spec_double ("waveform-height",
      "Waveform height", "Height of the waveform's strip along the bottom, as "
      "a fraction of the output's height (0.01 - 0.5, default 0.08)", 0.01, 0.5,
      DEFAULT_WAVEFORM_HEIGHT, flags);

  /**
   * GstRecDualCompositor:margin:
   *
   * Between the inset, or its border, and the edges of the picture.
   *
   * Since: 0.1
   */
  props[PROP_MARGIN] = g_param_spec_uint ("margin", "Margin",
      "Distance in pixels of the inset in layout pip, or of its border, from "
      "the edges of the picture (0 - 4096, default 20)", 0, 4096, DEFAULT_MARGIN, flags);

  /**
   * GstRecDualCompositor:background:
   *
   * The colour where no input is.
   *
   * Since: 0.1
   */
  props[PROP_BACKGROUND] = g_param_spec_uint ("background", "Background",
      "Colour where no input is, as big-endian ARGB (default opaque black, "
      "0xff000000)", 0, G_MAXUINT32, DEFAULT_BACKGROUND, flags);

  /**
   * GstRecDualCompositor:stale-timeout:
   *
   * A webcam without frames for that long leaves the picture until its next
   * frame.
   *
   * Since: 0.1
   */
  props[PROP_STALE_TIMEOUT] = g_param_spec_uint ("stale-timeout",
      "Stale timeout", "Time in ms after which a webcam without frames leaves "
      "the picture until its next frame (0 = never, default 2000)",
      0, G_MAXUINT, DEFAULT_STALE_TIMEOUT, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, props);
}

static void
install_templates (GstElementClass * element_class)
{
  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &src_template, GST_TYPE_AGGREGATOR_PAD);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    gst_element_class_add_static_pad_template_with_gtype (element_class,
        input_templates[i], GST_TYPE_REC_DUAL_COMPOSITOR_PAD);
  gst_element_class_set_static_metadata (element_class, "Dual compositor",
      "Filter/Editor/Video/Compositor",
      "Makes one picture of the screen and the webcam of a session",
      "the gst-plugins-recording authors");

  gst_type_mark_as_plugin_api (GST_TYPE_REC_DUAL_COMPOSITOR_PAD, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_DUAL_COMPOSITOR_LAYOUT, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_DUAL_COMPOSITOR_CORNER, 0);
}

static void
gst_rec_dual_compositor_class_init (GstRecDualCompositorClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstAggregatorClass *agg_class = GST_AGGREGATOR_CLASS (klass);
  GstVideoAggregatorClass *vagg_class = GST_VIDEO_AGGREGATOR_CLASS (klass);

  object_class->set_property = gst_rec_dual_compositor_set_property;
  object_class->get_property = gst_rec_dual_compositor_get_property;
  install_properties (object_class);
  install_templates (GST_ELEMENT_CLASS (klass));

  GST_ELEMENT_CLASS (klass)->request_new_pad =
      GST_DEBUG_FUNCPTR (gst_rec_dual_compositor_request_new_pad);
  GST_ELEMENT_CLASS (klass)->release_pad = gst_rec_dual_compositor_release_pad;
  agg_class->create_new_pad = gst_rec_dual_compositor_create_new_pad;
  agg_class->get_next_time = gst_rec_dual_compositor_get_next_time;
  agg_class->sink_event = gst_rec_dual_compositor_sink_event;
  agg_class->src_event = gst_rec_dual_compositor_src_event;
  agg_class->clip = gst_rec_dual_compositor_clip;
  agg_class->sink_query = gst_rec_dual_compositor_sink_query;
  agg_class->fixate_src_caps = gst_rec_dual_compositor_fixate_src_caps;
  agg_class->decide_allocation = gst_rec_dual_compositor_decide_allocation;
  agg_class->aggregate = gst_rec_dual_compositor_aggregate;
  agg_class->stop = gst_rec_dual_compositor_stop;
  vagg_class->update_caps = gst_rec_dual_compositor_update_caps;
  vagg_class->create_output_buffer =
      gst_rec_dual_compositor_create_output_buffer;
  vagg_class->aggregate_frames = gst_rec_dual_compositor_aggregate_frames;
}

static void
gst_rec_dual_compositor_init (GstRecDualCompositor * self)
{
  self->settings = (Settings) {
    {DEFAULT_LAYOUT, DEFAULT_PIP_POSITION, DEFAULT_PIP_SCALE, DEFAULT_MARGIN,
          DEFAULT_PIP_BORDER, DEFAULT_WAVEFORM_HEIGHT},
    DEFAULT_BACKGROUND, DEFAULT_PIP_BORDER_COLOR, DEFAULT_STALE_TIMEOUT
  };

  /* All inputs of a session share one timeline that begins whenever it does. */
  g_object_set (self, "start-time-selection",
      GST_AGGREGATOR_START_TIME_SELECTION_FIRST, NULL);
  gst_aggregator_set_ignore_inactive_pads (GST_AGGREGATOR (self), TRUE);
}
