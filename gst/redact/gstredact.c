/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-redact
 * @title: redact
 * @short_description: masks what of a picture must not be recorded
 * @see_also: redactaudio
 *
 * Masks regions of a picture or all of it, so that they cannot be had back. By
 * default there is nothing to mask, and buffers pass untouched.
 *
 * It keeps its last picture, masked as it went out, and pushes it again at once
 * when more is to be masked: a compositor that holds a picture never holds one
 * that should have been masked. What was masked once does not come back with
 * the end of the mask, but with the next picture.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=300 ! redact regions="0.05,0.1,0.4,0.2;0.5,0.6,0.4,0.3" method=pixelate ! videoconvert ! autovideosink
 * ]| Ten seconds of colour bars, two regions of which are not seen.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstredact.h"

#include "gstredactalarm.h"
#include "gstredactcontrol.h"
#include "gstredactpicture.h"
#include "maskset.h"

GST_DEBUG_CATEGORY (gst_rec_redact_debug);
#define GST_CAT_DEFAULT gst_rec_redact_debug

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_REC_COVER_FORMATS)));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_REC_COVER_FORMATS)));

#define GST_TYPE_REC_REDACT_METHOD (method_get_type ())
static GType
method_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {GST_REC_COVER_FILL, "One colour", "fill"},
    {GST_REC_COVER_PIXELATE, "A mosaic of what is around", "pixelate"},
    {GST_REC_COVER_BLUR, "A smooth blend of what is around", "blur"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecRedactMethod", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

struct _GstRecRedact
{
  GstVideoFilter parent;

  GstRecRedactControl control;
  GstRecRedactAlarm alarm;      /* for the next span */

  /* STREAM_LOCK of the sink pad, but for its style */
  GstRecRedactPicture picture;
  gboolean is_eos;

  /* control.lock */
  gchar *regions;
  gchar *roi_types;
  gboolean has_picture;
  gboolean update_scheduled;
};

G_DEFINE_TYPE_WITH_CODE (GstRecRedact, gst_rec_redact, GST_TYPE_VIDEO_FILTER,
    GST_DEBUG_CATEGORY_INIT (gst_rec_redact_debug, "redact", 0,
        "masks what must not be recorded"));
GST_ELEMENT_REGISTER_DEFINE (redact, "redact", GST_RANK_NONE,
    GST_TYPE_REC_REDACT);
GST_ELEMENT_REGISTER_DEFINE (recredact, "recredact", GST_RANK_NONE,
    GST_TYPE_REC_REDACT);

#define parent_class gst_rec_redact_parent_class

enum
{
  PROP_0,
  PROP_MASK,
  PROP_REGIONS,
  PROP_ROI_TYPES,
  PROP_METHOD,
  PROP_FILL_COLOR,
  PROP_PADDING,
  PROP_REFERENCE_WIDTH,
  PROP_REFERENCE_HEIGHT,
  N_PROPERTIES
};

#define DEFAULT_REGIONS NULL
#define DEFAULT_ROI_TYPES NULL
#define DEFAULT_METHOD GST_REC_COVER_FILL
#define DEFAULT_FILL_COLOR 0xff000000
#define DEFAULT_PADDING 0
#define DEFAULT_REFERENCE 0
#define MAX_PADDING 256

static GParamSpec *props[N_PROPERTIES];

/* --- Pictures --- */

static void
set_has_picture (GstRecRedact * self, gboolean has_picture)
{
  gst_rec_redact_control_lock (&self->control);
  self->has_picture = has_picture;
  gst_rec_redact_control_unlock (&self->control);
}

static void
forget_pictures (GstRecRedact * self)
{
  gst_rec_redact_picture_forget (&self->picture);
  set_has_picture (self, FALSE);
  gst_rec_redact_control_reset (&self->control);
  self->is_eos = FALSE;
}

static GstFlowReturn
gst_rec_redact_generate_output (GstBaseTransform * trans, GstBuffer ** outbuf)
{
  GstRecRedact *self = GST_REC_REDACT (trans);
  GstBuffer *buffer = g_steal_pointer (&trans->queued_buf);

  *outbuf = NULL;
  if (!buffer)
    return GST_FLOW_OK;
  *outbuf = gst_rec_redact_picture_take (&self->picture, buffer);
  if (!*outbuf)
    return GST_FLOW_ERROR;
  set_has_picture (self, TRUE);

  return GST_FLOW_OK;
}

/* Behind the blocks of an application, and as the last thing that happens to a
 * buffer here. */
static GstPadProbeReturn
look_once_more (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  GstRecRedact *self = user_data;

  while (!gst_rec_redact_control_may_pass (&self->control)) {
    info->data = gst_rec_redact_picture_look_again (&self->picture,
        GST_PAD_PROBE_INFO_BUFFER (info));
    if (!info->data)
      return GST_PAD_PROBE_HANDLED;
  }

  return GST_PAD_PROBE_OK;
}

/* --- When more is to be masked --- */

static void
set_alarm (GstRecRedact * self)
{
  gst_rec_redact_alarm_set (&self->alarm,
      gst_rec_redact_control_get_next_start (&self->control));
}

static void
update_picture (GstElement * element, gpointer user_data G_GNUC_UNUSED)
{
  GstRecRedact *self = GST_REC_REDACT (element);
  GstPad *pad = GST_BASE_TRANSFORM_SINK_PAD (self);
  GstClockTime now;

  gst_rec_redact_control_lock (&self->control);
  self->update_scheduled = FALSE;
  gst_rec_redact_control_unlock (&self->control);

  GST_PAD_STREAM_LOCK (pad);
  now = gst_rec_redact_control_get_data_time (&self->control);
  if (!self->is_eos)
    gst_rec_redact_picture_update (&self->picture, now);
  GST_PAD_STREAM_UNLOCK (pad);
  set_alarm (self);
}

/* From a thread of its own: whoever changes a property cannot wait until
 * downstream takes a picture. */
static void
schedule_update (GstElement * element)
{
  GstRecRedact *self = GST_REC_REDACT (element);
  gboolean schedule;

  gst_rec_redact_control_lock (&self->control);
  schedule = self->has_picture && !self->update_scheduled;
  self->update_scheduled |= schedule;
  gst_rec_redact_control_unlock (&self->control);

  if (schedule)
    gst_element_call_async (element, update_picture, NULL, NULL);
}

static void
on_change (GstBaseTransform * trans)
{
  schedule_update (GST_ELEMENT (trans));
  set_alarm (GST_REC_REDACT (trans));
}

static GstStateChangeReturn
gst_rec_redact_change_state (GstElement * element, GstStateChange transition)
{
  GstRecRedact *self = GST_REC_REDACT (element);

  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    gst_rec_redact_alarm_set (&self->alarm, GST_CLOCK_TIME_NONE);

  return GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
}

static void
gst_rec_redact_state_changed (GstElement * element,
    GstState oldstate G_GNUC_UNUSED, GstState newstate,
    GstState pending G_GNUC_UNUSED)
{
  if (newstate == GST_STATE_PLAYING)
    set_alarm (GST_REC_REDACT (element));
}

/* --- Events and queries --- */

static gboolean
push_gap (GstRecRedact * self, GstEvent * like, GstClockTime pts,
    GstClockTime duration)
{
  GstEvent *event = gst_event_new_gap (pts, duration);
  GstGapFlags flags;

  gst_event_parse_gap_flags (like, &flags);
  gst_event_set_gap_flags (event, flags);

  return gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self), event);
}

/* Takes @event. A picture that has to be masked from some time of the gap on is
 * sent instead of the rest of it. */
static gboolean
take_gap (GstRecRedact * self, GstEvent * event)
{
  const GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;
  GstClockTime pts, duration, from, until, at;
  gboolean ret = TRUE;

  gst_event_parse_gap (event, &pts, &duration);
  from = segment->format == GST_FORMAT_TIME && segment->rate > 0 ?
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, pts) :
      GST_CLOCK_TIME_NONE;
  if (!GST_CLOCK_TIME_IS_VALID (from))
    return gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self), event);

  until = from;
  if (GST_CLOCK_TIME_IS_VALID (duration))
    until += duration / segment->rate;
  if (!gst_rec_redact_picture_find_due (&self->picture, from, until, &at)) {
    gst_rec_redact_picture_pass_gap (&self->picture, until);
    ret = gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self), event);
  } else {
    if (at > from)
      ret = push_gap (self, event, pts, (at - from) * segment->rate);
    gst_event_unref (event);
    gst_rec_redact_picture_push_repeat (&self->picture, at, until);
  }
  gst_rec_redact_control_lock (&self->control);
  gst_rec_redact_control_advance (&self->control, until);
  gst_rec_redact_control_unlock (&self->control);

  return ret;
}

static void
take_promise (GstRecRedact * self, GstEvent * event)
{
  if (!gst_event_has_name (event, "recording-timeline"))
    return;
  gst_rec_redact_control_lock (&self->control);
  gst_structure_get_boolean (gst_event_get_structure (event), "complete",
      &self->control.is_complete);
  gst_rec_redact_control_unlock (&self->control);
}

static gboolean
gst_rec_redact_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  GstRecRedact *self = GST_REC_REDACT (trans);

  if (GST_EVENT_IS_SERIALIZED (event))
    gst_rec_redact_control_hold (&self->control);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_GAP:
      return take_gap (self, event);
    case GST_EVENT_STREAM_START:
      self->is_eos = FALSE;
      break;
    case GST_EVENT_SEGMENT:
      gst_rec_redact_picture_forget_time (&self->picture);
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM_STICKY:
      take_promise (self, event);
      break;
    case GST_EVENT_EOS:
      self->is_eos = TRUE;
      break;
    case GST_EVENT_FLUSH_STOP:
      forget_pictures (self);
      break;
    default:
      break;
  }

  return GST_BASE_TRANSFORM_CLASS (parent_class)->sink_event (trans, event);
}

static gboolean
gst_rec_redact_query (GstBaseTransform * trans, GstPadDirection direction,
    GstQuery * query)
{
  GstRecRedact *self = GST_REC_REDACT (trans);
  gboolean ret;

  if (direction == GST_PAD_SINK && GST_QUERY_IS_SERIALIZED (query))
    gst_rec_redact_control_hold (&self->control);
  ret = GST_BASE_TRANSFORM_CLASS (parent_class)->query (trans, direction,
      query);
  if (ret && GST_QUERY_TYPE (query) == GST_QUERY_LATENCY) {
    gst_rec_redact_control_take_latency (&self->control, query);
    set_alarm (self);
  }

  return ret;
}

/* We keep a buffer, and know no other place of a crop than that of the caps. */
static gboolean
gst_rec_redact_propose_allocation (GstBaseTransform * trans,
    GstQuery * decide_query, GstQuery * query)
{
  guint i;

  if (!GST_BASE_TRANSFORM_CLASS (parent_class)->propose_allocation (trans,
          decide_query, query))
    return FALSE;

  for (i = 0; i < gst_query_get_n_allocation_pools (query); i++) {
    GstBufferPool *pool;
    guint size, min, max;

    gst_query_parse_nth_allocation_pool (query, i, &pool, &size, &min, &max);
    gst_query_set_nth_allocation_pool (query, i, pool, size, min + 1,
        max > 0 ? max + 1 : 0);
    gst_clear_object (&pool);
  }
  while (gst_query_find_allocation_meta (query, GST_VIDEO_CROP_META_API_TYPE,
          &i))
    gst_query_remove_nth_allocation_meta (query, i);

  return TRUE;
}

static gboolean
gst_rec_redact_stop (GstBaseTransform * trans)
{
  GstRecRedact *self = GST_REC_REDACT (trans);

  /* An update may be under way. */
  GST_PAD_STREAM_LOCK (GST_BASE_TRANSFORM_SINK_PAD (self));
  forget_pictures (self);
  self->picture.first_width = self->picture.first_height = 0;
  GST_PAD_STREAM_UNLOCK (GST_BASE_TRANSFORM_SINK_PAD (self));

  return TRUE;
}

/* --- What is masked --- */

/* Half of what somebody wanted to hide is no mask: a text that cannot be read
 * masks everything. NULL: nothing is to be masked. */
static GstRecMask *
parse_regions (GstRecRedact * self, const gchar * text)
{
  g_autoptr (GError) error = NULL;
  GstRecRegions *regions = gst_rec_regions_parse (text, &error);

  if (!regions) {
    GST_ELEMENT_WARNING (self, LIBRARY, SETTINGS,
        ("The regions cannot be read, so the whole picture is masked: %s.",
            error->message), ("\"%s\"", text));
    return gst_rec_mask_new_whole ();
  }
  if (gst_rec_regions_get_n (regions) == 0) {
    gst_rec_regions_unref (regions);
    return NULL;
  }

  return gst_rec_mask_new_regions (regions);
}

static void
set_text (GstRecRedact * self, gchar ** field, const GValue * value)
{
  gst_rec_redact_control_lock (&self->control);
  g_free (*field);
  *field = g_value_dup_string (value);
  gst_rec_redact_control_unlock (&self->control);
}

static void
set_regions (GstRecRedact * self, const GValue * value)
{
  GstRecMask *mask = parse_regions (self, g_value_get_string (value));

  set_text (self, &self->regions, value);
  gst_rec_redact_control_stand (&self->control, GST_REC_STANDING_REGIONS,
      mask != NULL, mask);
}

static void
set_roi_types (GstRecRedact * self, const GValue * value)
{
  const gchar *types = g_value_get_string (value);
  gboolean on = types && *types;

  set_text (self, &self->roi_types, value);
  gst_rec_redact_control_stand (&self->control, GST_REC_STANDING_ROI, on,
      on ? gst_rec_mask_new_roi (types) : NULL);
}

static void
set_mask (GstRecRedact * self, gboolean on)
{
  if (on != gst_rec_redact_control_is_standing (&self->control,
          GST_REC_STANDING_MASK))
    gst_rec_redact_control_stand (&self->control, GST_REC_STANDING_MASK, on,
        on ? gst_rec_mask_new_whole () : NULL);
}

static guint
add_mask (GstRecRedact * self, GstRecMask * mask, guint64 start, guint64 stop)
{
  guint id = gst_rec_redact_control_add (&self->control, start, stop, mask);

  if (id == 0)
    GST_WARNING_OBJECT (self, "A span from %" GST_TIME_FORMAT " to %"
        GST_TIME_FORMAT " is none: it must end after it starts",
        GST_TIME_ARGS (start), GST_TIME_ARGS (stop));

  return id;
}

static guint
gst_rec_redact_add_region (GstRecRedact * self, const gchar * regions,
    guint64 start, guint64 stop)
{
  GstRecMask *mask = parse_regions (self, regions);

  if (!mask)
    return 0;
  mask->is_region = TRUE;

  return add_mask (self, mask, start, stop);
}

static guint
gst_rec_redact_add_span (GstRecRedact * self, guint64 start, guint64 stop)
{
  return add_mask (self, gst_rec_mask_new_whole (), start, stop);
}

static gboolean
gst_rec_redact_remove (GstRecRedact * self, guint id)
{
  return gst_rec_redact_control_remove (&self->control, id);
}

static gboolean
is_region (const GstRecSpan * span)
{
  return ((const GstRecMask *) span->what)->is_region;
}

static gboolean
is_span (const GstRecSpan * span)
{
  return !is_region (span);
}

static void
gst_rec_redact_clear_regions (GstRecRedact * self)
{
  gst_rec_redact_control_remove_all (&self->control, is_region);
}

static void
gst_rec_redact_clear_spans (GstRecRedact * self)
{
  gst_rec_redact_control_remove_all (&self->control, is_span);
}

/* --- Properties --- */

static void
set_style (GstRecRedact * self, guint prop_id, const GValue * value)
{
  GstRecMaskStyle *style = &self->picture.style;

  gst_rec_redact_control_lock (&self->control);
  switch (prop_id) {
    case PROP_METHOD:
      style->method = g_value_get_enum (value);
      break;
    case PROP_FILL_COLOR:
      style->argb = g_value_get_uint (value);
      break;
    case PROP_PADDING:
      style->padding = g_value_get_uint (value);
      break;
    case PROP_REFERENCE_WIDTH:
      style->reference_width = g_value_get_uint (value);
      break;
    case PROP_REFERENCE_HEIGHT:
      style->reference_height = g_value_get_uint (value);
      break;
    default:
      g_assert_not_reached ();
  }
  gst_rec_redact_control_commit (&self->control);
}

static void
gst_rec_redact_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecRedact *self = GST_REC_REDACT (object);

  switch (prop_id) {
    case PROP_MASK:
      set_mask (self, g_value_get_boolean (value));
      break;
    case PROP_REGIONS:
      set_regions (self, value);
      break;
    case PROP_ROI_TYPES:
      set_roi_types (self, value);
      break;
    case PROP_METHOD:
    case PROP_FILL_COLOR:
    case PROP_PADDING:
    case PROP_REFERENCE_WIDTH:
    case PROP_REFERENCE_HEIGHT:
      set_style (self, prop_id, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

/* Called with control.lock held */
static void
get_setting (GstRecRedact * self, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  const GstRecMaskStyle *style = &self->picture.style;

  switch (prop_id) {
    case PROP_MASK:
      g_value_set_boolean (value,
          self->control.standing[GST_REC_STANDING_MASK] != 0);
      break;
    case PROP_REGIONS:
      g_value_set_string (value, self->regions);
      break;
    case PROP_ROI_TYPES:
      g_value_set_string (value, self->roi_types);
      break;
    case PROP_METHOD:
      g_value_set_enum (value, style->method);
      break;
    case PROP_FILL_COLOR:
      g_value_set_uint (value, style->argb);
      break;
    case PROP_PADDING:
      g_value_set_uint (value, style->padding);
      break;
    case PROP_REFERENCE_WIDTH:
      g_value_set_uint (value, style->reference_width);
      break;
    case PROP_REFERENCE_HEIGHT:
      g_value_set_uint (value, style->reference_height);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, prop_id, pspec);
      break;
  }
}

static void
gst_rec_redact_get_property (GObject * object, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  GstRecRedact *self = GST_REC_REDACT (object);

  gst_rec_redact_control_lock (&self->control);
  get_setting (self, prop_id, value, pspec);
  gst_rec_redact_control_unlock (&self->control);
}

static void
gst_rec_redact_finalize (GObject * object)
{
  GstRecRedact *self = GST_REC_REDACT (object);

  gst_rec_redact_alarm_clear (&self->alarm);
  gst_rec_redact_picture_clear (&self->picture);
  gst_rec_redact_control_clear (&self->control);
  g_free (self->regions);
  g_free (self->roi_types);

  G_OBJECT_CLASS (parent_class)->finalize (object);
}

/* --- Class --- */

static void
install_regions (GParamFlags flags)
{
  /**
   * GstRecRedact:regions:
   *
   * What is masked, until it is set otherwise: "x,y,width,height;...", each
   * region in pixels or, if one of its values has a decimal point, in fractions
   * of the picture. With a text that is none of that everything is masked.
   *
   * Since: 0.1
   */
  props[PROP_REGIONS] = g_param_spec_string ("regions", "Regions",
      "Regions to mask: \"x,y,width,height;...\" in pixels, or in fractions of "
      "the picture where a value has a decimal point (default none)",
      DEFAULT_REGIONS, flags);

  /**
   * GstRecRedact:reference-width:
   *
   * The width of the picture in which #GstRecRedact:regions in pixels were
   * measured.
   *
   * Since: 0.1
   */
  props[PROP_REFERENCE_WIDTH] = g_param_spec_uint ("reference-width",
      "Reference width", "Width in pixels of the picture in which regions in "
      "pixels are meant; they move with a picture of another size (0 = that "
      "of the first picture, default 0)", 0, G_MAXINT16, DEFAULT_REFERENCE,
      flags);

  /**
   * GstRecRedact:reference-height:
   *
   * The height of the picture in which #GstRecRedact:regions in pixels were
   * measured.
   *
   * Since: 0.1
   */
  props[PROP_REFERENCE_HEIGHT] = g_param_spec_uint ("reference-height",
      "Reference height", "Height in pixels of the picture in which regions "
      "in pixels are meant; they move with a picture of another size (0 = that "
      "of the first picture, default 0)", 0, G_MAXINT16, DEFAULT_REFERENCE,
      flags);

  /**
   * GstRecRedact:padding:
   *
   * Added to each side of each region.
   *
   * Since: 0.1
   */
  props[PROP_PADDING] = g_param_spec_uint ("padding", "Padding",
      "Pixels added to each side of each region (0 - 256, default 0)", 0,
      MAX_PADDING, DEFAULT_PADDING, flags);

  /**
   * GstRecRedact:roi-types:
   *
   * The types of #GstVideoRegionOfInterestMeta that are masked.
   *
   * Since: 0.1
   */
  props[PROP_ROI_TYPES] = g_param_spec_string ("roi-types", "ROI types",
      "Types of GstVideoRegionOfInterestMeta to mask where a buffer has them, "
      "with commas between them (default none)", DEFAULT_ROI_TYPES, flags);
}

static void
install_style (GParamFlags flags)
{
  /**
   * GstRecRedact:method:
   *
   * What is seen in the place of what is masked. Nothing of it is made of what
   * is below.
   *
   * Since: 0.1
   */
  props[PROP_METHOD] = g_param_spec_enum ("method", "Method",
      "What is seen instead of what is masked (default fill)",
      GST_TYPE_REC_REDACT_METHOD, DEFAULT_METHOD, flags);

  /**
   * GstRecRedact:fill-color:
   *
   * The colour of #GstRecRedact:method fill, and of a mask over the whole
   * picture.
   *
   * Since: 0.1
   */
  props[PROP_FILL_COLOR] = g_param_spec_uint ("fill-color", "Fill colour",
      "Colour of method fill, and of all methods where a mask covers the whole "
      "picture, as big-endian ARGB (default opaque black, 0xff000000)", 0,
      G_MAXUINT32, DEFAULT_FILL_COLOR, flags);
}

static void
install_signals (GType type)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstRecRedact::add-region:
   * @regions: as the property #GstRecRedact:regions
   * @start: running time in ns, or %GST_CLOCK_TIME_NONE for from now on
   * @stop: running time in ns, or %GST_CLOCK_TIME_NONE for until it is removed
   *
   * Masks regions in each picture of which a part lies in the time.
   *
   * Returns: the region's id, or 0 if there is nothing to mask
   *
   * Since: 0.1
   */
  g_signal_new_class_handler ("add-region", type, flags,
      G_CALLBACK (gst_rec_redact_add_region), NULL, NULL, NULL, G_TYPE_UINT, 3,
      G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_UINT64);

  /**
   * GstRecRedact::remove-region:
   * @id: what #GstRecRedact::add-region gave
   *
   * Masks it no longer, from now on.
   *
   * Returns: whether there was one
   *
   * Since: 0.1
   */
  g_signal_new_class_handler ("remove-region", type, flags,
      G_CALLBACK (gst_rec_redact_remove), NULL, NULL, NULL, G_TYPE_BOOLEAN, 1,
      G_TYPE_UINT);

  /**
   * GstRecRedact::clear-regions:
   *
   * Removes all that #GstRecRedact::add-region has added.
   *
   * Since: 0.1
   */
  g_signal_new_class_handler ("clear-regions", type, flags,
      G_CALLBACK (gst_rec_redact_clear_regions), NULL, NULL, NULL, G_TYPE_NONE,
      0);

  gst_rec_redact_control_install_signals (type,
      G_CALLBACK (gst_rec_redact_add_span), G_CALLBACK (gst_rec_redact_remove),
      G_CALLBACK (gst_rec_redact_clear_spans));
}

static void
gst_rec_redact_class_init (GstRecRedactClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING
      | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->set_property = gst_rec_redact_set_property;
  object_class->get_property = gst_rec_redact_get_property;
  object_class->finalize = gst_rec_redact_finalize;
  props[PROP_MASK] = gst_rec_redact_control_new_mask_property ();
  install_regions (flags);
  install_style (flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, props);
  install_signals (G_TYPE_FROM_CLASS (klass));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Redaction",
      "Filter/Effect/Video",
      "Masks regions of a picture or all of it, beyond recovery",
      "the gst-plugins-recording authors");
  gst_type_mark_as_plugin_api (GST_TYPE_REC_REDACT_METHOD, 0);

  element_class->change_state = gst_rec_redact_change_state;
  element_class->state_changed = gst_rec_redact_state_changed;
  trans_class->generate_output = gst_rec_redact_generate_output;
  trans_class->sink_event = gst_rec_redact_sink_event;
  trans_class->query = gst_rec_redact_query;
  trans_class->propose_allocation = gst_rec_redact_propose_allocation;
  trans_class->stop = gst_rec_redact_stop;
}

static void
gst_rec_redact_init (GstRecRedact * self)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);

  gst_rec_redact_control_init (&self->control, trans, gst_rec_mask_unref,
      on_change);
  gst_rec_redact_alarm_init (&self->alarm, GST_ELEMENT (self),
      schedule_update);
  gst_rec_redact_picture_init (&self->picture, GST_VIDEO_FILTER (self),
      &self->control);
  self->picture.style = (GstRecMaskStyle) {
    DEFAULT_METHOD, DEFAULT_FILL_COLOR, DEFAULT_PADDING, DEFAULT_REFERENCE,
        DEFAULT_REFERENCE};

  /* Buffers are taken from upstream and masked in place. */
  gst_base_transform_set_passthrough (trans, TRUE);
  gst_pad_add_probe (GST_BASE_TRANSFORM_SRC_PAD (self),
      GST_PAD_PROBE_TYPE_BUFFER, look_once_more, self, NULL);
}
