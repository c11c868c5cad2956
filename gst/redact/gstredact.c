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
 * gst-launch-1.0 videotestsrc num-buffers=300 ! video/x-raw,format=I420 ! redact regions="0.05,0.1,0.4,0.2;0.5,0.6,0.4,0.3" method=pixelate ! x264enc ! mp4mux ! filesink location=masked.mp4
 * ]| Ten seconds of colour bars, two regions of which are not seen.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstredact.h"

#include "gstredactsettings.h"

GST_DEBUG_CATEGORY (gst_rec_redact_debug);
#define GST_CAT_DEFAULT gst_rec_redact_debug

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_REC_COVER_FORMATS)));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_REC_COVER_FORMATS)));

G_DEFINE_TYPE_WITH_CODE (GstRecRedact, gst_rec_redact, GST_TYPE_VIDEO_FILTER,
    GST_DEBUG_CATEGORY_INIT (gst_rec_redact_debug, "redact", 0,
        "masks what must not be recorded"));
GST_ELEMENT_REGISTER_DEFINE (redact, "redact", GST_RANK_NONE,
    GST_TYPE_REC_REDACT);
GST_ELEMENT_REGISTER_DEFINE (recredact, "recredact", GST_RANK_NONE,
    GST_TYPE_REC_REDACT);

#define parent_class gst_rec_redact_parent_class

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

static GstClockTime
get_next_start (GstElement * element)
{
  return gst_rec_redact_control_get_next_start (&GST_REC_REDACT
      (element)->control);
}

static void
update_picture (GstElement * element, gpointer user_data G_GNUC_UNUSED)
{
  GstRecRedact *self = GST_REC_REDACT (element);
  GstPad *pad = GST_BASE_TRANSFORM_SINK_PAD (self);
  GstClockTime now;

  GST_PAD_STREAM_LOCK (pad);
  gst_rec_redact_control_lock (&self->control);
  self->update_scheduled = FALSE;
  gst_rec_redact_control_unlock (&self->control);
  now = gst_rec_redact_control_get_data_time (&self->control);
  if (!self->is_eos)
    gst_rec_redact_picture_update (&self->picture, now);
  GST_PAD_STREAM_UNLOCK (pad);
  gst_rec_redact_alarm_renew (&self->alarm);
}

/* From a thread of its own: whoever changes a property cannot wait until
 * downstream takes a picture. */
static void
schedule_update (GstElement * element)
{
  GstRecRedact *self = GST_REC_REDACT (element);
  gboolean schedule;

  gst_rec_redact_control_lock (&self->control);
  schedule = !self->update_scheduled;
  self->update_scheduled = TRUE;
  gst_rec_redact_control_unlock (&self->control);

  if (schedule)
    gst_element_call_async (element, update_picture, NULL, NULL);
}

static void
on_change (GstBaseTransform * trans)
{
  GstRecRedact *self = GST_REC_REDACT (trans);
  gboolean has_picture;

  gst_rec_redact_control_lock (&self->control);
  has_picture = self->has_picture;
  gst_rec_redact_control_unlock (&self->control);

  if (has_picture)
    schedule_update (GST_ELEMENT (trans));
  gst_rec_redact_alarm_renew (&self->alarm);
}

static GstStateChangeReturn
gst_rec_redact_change_state (GstElement * element, GstStateChange transition)
{
  GstRecRedact *self = GST_REC_REDACT (element);

  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) {
    gst_rec_redact_alarm_cancel (&self->alarm);
    gst_rec_redact_control_pause (&self->control);
  }

  return GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
}

static void
gst_rec_redact_state_changed (GstElement * element,
    GstState oldstate G_GNUC_UNUSED, GstState newstate,
    GstState pending G_GNUC_UNUSED)
{
  if (newstate == GST_STATE_PLAYING)
    gst_rec_redact_alarm_renew (&GST_REC_REDACT (element)->alarm);
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

/* It is sticky: a flush does not take it back. */
static void
forget_promise (GstRecRedact * self)
{
  gst_rec_redact_control_lock (&self->control);
  self->control.is_complete = FALSE;
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
    gst_rec_redact_alarm_renew (&self->alarm);
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
gst_rec_redact_start (GstBaseTransform * trans)
{
  gst_rec_redact_settings_check (GST_REC_REDACT (trans));

  return TRUE;
}

static gboolean
gst_rec_redact_stop (GstBaseTransform * trans)
{
  GstRecRedact *self = GST_REC_REDACT (trans);

  /* An update may be under way. */
  GST_PAD_STREAM_LOCK (GST_BASE_TRANSFORM_SINK_PAD (self));
  forget_pictures (self);
  forget_promise (self);
  self->picture.first_width = self->picture.first_height = 0;
  GST_PAD_STREAM_UNLOCK (GST_BASE_TRANSFORM_SINK_PAD (self));

  return TRUE;
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
gst_rec_redact_class_init (GstRecRedactClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->finalize = gst_rec_redact_finalize;
  gst_rec_redact_settings_class_init (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Redaction",
      "Filter/Effect/Video",
      "Masks regions of a picture or all of it, beyond recovery",
      "the gst-plugins-recording authors");

  element_class->change_state = gst_rec_redact_change_state;
  element_class->state_changed = gst_rec_redact_state_changed;
  trans_class->generate_output = gst_rec_redact_generate_output;
  trans_class->sink_event = gst_rec_redact_sink_event;
  trans_class->query = gst_rec_redact_query;
  trans_class->propose_allocation = gst_rec_redact_propose_allocation;
  trans_class->start = gst_rec_redact_start;
  trans_class->stop = gst_rec_redact_stop;
}

static void
gst_rec_redact_init (GstRecRedact * self)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);

  gst_rec_redact_control_init (&self->control, trans, gst_rec_mask_unref,
      on_change);
  gst_rec_redact_alarm_init (&self->alarm, GST_ELEMENT (self),
      get_next_start, schedule_update);
  gst_rec_redact_picture_init (&self->picture, GST_VIDEO_FILTER (self),
      &self->control);
  gst_rec_redact_settings_init (self);

  /* Buffers are taken from upstream and masked in place. */
  gst_base_transform_set_passthrough (trans, TRUE);
  /* What is left out here would be missing in what a GAP flag repeats. */
  gst_base_transform_set_qos_enabled (trans, FALSE);
  gst_pad_add_probe (GST_BASE_TRANSFORM_SRC_PAD (self),
      GST_PAD_PROBE_TYPE_BUFFER, look_once_more, self, NULL);
}
