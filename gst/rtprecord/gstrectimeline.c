/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The last element before a pad of rtprecordsrc. What the stream's chain
 * decodes (or parses) goes through a short queue; a task of our own pushes it,
 * and fills what does not come. So a pad covers the session's span of running
 * time without a hole, whatever its stream does: sound as samples that count
 * exactly, video as buffers and GAP events.
 *
 * Every pad promises that by a sticky event, `recording-timeline` with
 * `complete`, so that an aggregator of ours need not guess by the clock. */

#include "gstrectimeline.h"

#include <gst/audio/audio.h>
#include <gst/video/video.h>

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

/* From the jitter buffer through depayloader and decoder to here. A video
 * frame that comes after its gap is still shown, samples would be lost. */
#define VIDEO_PATIENCE (250 * GST_MSECOND)
#define AUDIO_PATIENCE (500 * GST_MSECOND)
#define AUDIO_BACKLOG_PATIENCE (10 * GST_SECOND)
#define GRANULARITY (100 * GST_MSECOND)

/* Timestamps of packets tremble, samples do not. */
#define ALIGNMENT (20 * GST_MSECOND)

/* The rest waits as RTP packets in the jitter buffer, where it is small. */
#define MAX_RAW_VIDEO 8
#define MAX_OTHER 200

#define MAX_SILENCE GST_SECOND
#define MAX_WAIT (200 * GST_MSECOND)

struct _GstRecTimeline
{
  GstElement parent;

  GstPad *sink;
  GstPad *src;
  gchar *stream_name;
  GstCaps *possible_caps;

  GstRecSession *session;

  /* set by prepare, constant while the task runs */
  GstRecFill fill;
  GstCaps *default_caps;        /* of sound */
  guint group_id;
  gboolean live;
  GstAudioInfo ainfo;

  /* protected by the session's lock */
  GstRecStreamState *state;     /* NULL: the SDP has no such stream */
  GQueue queue;                 /* of buffers and CAPS events */
  guint n_buffers;
  gboolean flushing;
  GstFlowReturn srcresult;
  GstClockTime position;        /* up to which the pad has pushed */

  GstSegment segment;           /* sink pad's streaming thread */

  /* task */
  GstClockTime start;           /* of the session, once known */
  gboolean is_open;
  gboolean have_caps;
  gboolean have_segment;
  gboolean have_output;         /* a GAP or a buffer */
  gboolean filled_last;         /* the last samples were silence */
  guint64 samples;              /* since start */
  GstClockTime last_picture;    /* its PTS, or the start */
  GstClockTime pushed_until;    /* end of the last buffer, as far as known */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstRecTimeline, gst_rec_timeline, GST_TYPE_ELEMENT);

/* Events that open the pad. The order STREAM_START, CAPS, SEGMENT is a must,
 * so SEGMENT waits for caps. */

static void
push_stream_start (GstRecTimeline * self)
{
  g_autofree gchar *id =
      g_strdup_printf ("rtprecord-%u/%s", self->group_id, self->stream_name);
  GstEvent *event = gst_event_new_stream_start (id);

  gst_event_set_group_id (event, self->group_id);
  gst_pad_push_event (self->src, event);
  gst_pad_push_event (self->src,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
          gst_structure_new ("recording-timeline",
              "complete", G_TYPE_BOOLEAN, TRUE, NULL)));
}

static void
push_caps (GstRecTimeline * self, GstCaps * caps)
{
  GstSegment segment;

  gst_pad_push_event (self->src, gst_event_new_caps (caps));
  self->have_caps = TRUE;

  if (self->have_segment)
    return;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->src, gst_event_new_segment (&segment));
  self->have_segment = TRUE;
}

/* A GAP cannot precede the caps, so a stream that is late gets such that
 * downstream takes, as a video decoder would do. */
static void
push_default_video_caps (GstRecTimeline * self)
{
  g_autoptr (GstCaps) any = gst_caps_new_simple ("video/x-raw",
      "format", G_TYPE_STRING, "I420",
      "width", GST_TYPE_INT_RANGE, 1, G_MAXINT,
      "height", GST_TYPE_INT_RANGE, 1, G_MAXINT,
      "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  g_autoptr (GstCaps) caps = gst_pad_peer_query_caps (self->src, any);
  GstStructure *s;

  if (!caps || gst_caps_is_empty (caps))
    gst_caps_replace (&caps, any);
  caps = gst_caps_make_writable (gst_caps_truncate (g_steal_pointer (&caps)));
  s = gst_caps_get_structure (caps, 0);
  gst_structure_fixate_field_nearest_int (s, "width", 1280);
  gst_structure_fixate_field_nearest_int (s, "height", 720);
  caps = gst_caps_fixate (g_steal_pointer (&caps));
  push_caps (self, caps);
}

static void
push_gap (GstRecTimeline * self, GstClockTime from, GstClockTime until)
{
  GstEvent *event = gst_event_new_gap (from, until - from);

  gst_event_set_gap_flags (event, GST_GAP_FLAG_MISSING_DATA);
  gst_pad_push_event (self->src, event);
  self->have_output = TRUE;
}

static GstFlowReturn
push_buffer (GstRecTimeline * self, GstBuffer * buffer)
{
  self->have_output = TRUE;
  self->pushed_until = GST_BUFFER_PTS (buffer);
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    self->pushed_until += GST_BUFFER_DURATION (buffer);

  return gst_pad_push (self->src, buffer);
}

/* Sound: samples are counted from the session's start. */

static GstClockTime
samples_to_time (GstRecTimeline * self, guint64 samples)
{
  return gst_util_uint64_scale_round (samples, GST_SECOND, self->ainfo.rate);
}

static gint64
time_to_samples (GstRecTimeline * self, GstClockTime time)
{
  return gst_util_uint64_scale_round (time, self->ainfo.rate, GST_SECOND);
}

static GstFlowReturn
push_samples (GstRecTimeline * self, GstBuffer * buffer, guint64 n)
{
  GST_BUFFER_PTS (buffer) = self->start + samples_to_time (self,
      self->samples);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET (buffer) = self->samples;
  self->samples += n;
  GST_BUFFER_OFFSET_END (buffer) = self->samples;
  GST_BUFFER_DURATION (buffer) = self->start + samples_to_time (self,
      self->samples) - GST_BUFFER_PTS (buffer);

  return push_buffer (self, buffer);
}

static GstFlowReturn
push_silence (GstRecTimeline * self, guint64 n)
{
  guint64 chunk = time_to_samples (self, MAX_SILENCE);
  GstFlowReturn ret = GST_FLOW_OK;

  while (n > 0 && (ret == GST_FLOW_OK || ret == GST_FLOW_NOT_LINKED)) {
    guint64 now = MIN (n, chunk);
    gsize size = now * self->ainfo.bpf;
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

    gst_buffer_memset (buffer, 0, 0, size);
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
    ret = push_samples (self, buffer, now);
    n -= now;
  }
  self->filled_last = TRUE;

  return ret;
}

static GstFlowReturn
push_sound (GstRecTimeline * self, GstBuffer * buffer)
{
  gint64 n = gst_buffer_get_size (buffer) / self->ainfo.bpf;
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  gint64 at, off, tolerance;
  GstFlowReturn ret = GST_FLOW_OK;

  at = pts >= self->start ? time_to_samples (self, pts - self->start)
      : -time_to_samples (self, self->start - pts);
  off = at - (gint64) self->samples;
  tolerance = self->filled_last ? 0 : time_to_samples (self, ALIGNMENT);

  if (off > tolerance)
    ret = push_silence (self, off);
  if (off >= -tolerance)
    off = 0;
  if (-off >= n) {
    GST_DEBUG_OBJECT (self, "%" G_GINT64_FORMAT " samples came too late", n);
    gst_buffer_unref (buffer);
    return ret;
  }
  if (ret != GST_FLOW_OK && ret != GST_FLOW_NOT_LINKED) {
    gst_buffer_unref (buffer);
    return ret;
  }

  buffer = gst_buffer_make_writable (buffer);
  if (off < 0) {
    gst_buffer_resize (buffer, -off * self->ainfo.bpf, -1);
    n += off;
  }
  self->filled_last = FALSE;

  return push_samples (self, buffer, n);
}

/* Video: as it comes, but never before the session nor backwards. */
static GstFlowReturn
push_picture (GstRecTimeline * self, GstBuffer * buffer)
{
  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = MAX (GST_BUFFER_PTS (buffer), self->last_picture);
  if (GST_BUFFER_DTS_IS_VALID (buffer))
    GST_BUFFER_DTS (buffer) = GST_BUFFER_PTS (buffer);
  self->last_picture = GST_BUFFER_PTS (buffer);

  if (!self->have_output && GST_BUFFER_PTS (buffer) > self->start)
    push_gap (self, self->start, GST_BUFFER_PTS (buffer));

  return push_buffer (self, buffer);
}

static void
set_position (GstRecTimeline * self, GstClockTime position, gboolean is_output)
{
  g_mutex_lock (&self->session->lock);
  if (self->position == GST_CLOCK_TIME_NONE || position > self->position)
    self->position = position;
  if (self->state && is_output)
    self->state->outputs++;
  if (self->state && !is_output)
    self->state->gaps++;
  g_mutex_unlock (&self->session->lock);
}

static GstFlowReturn
fill_until (GstRecTimeline * self, GstClockTime until)
{
  GstClockTime from =
      self->position == GST_CLOCK_TIME_NONE ? self->start : self->position;
  GstFlowReturn ret = GST_FLOW_OK;

  if (until <= from)
    return GST_FLOW_OK;
  GST_LOG_OBJECT (self, "filling %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT,
      GST_TIME_ARGS (from), GST_TIME_ARGS (until));

  switch (self->fill) {
    case GST_REC_FILL_SILENCE:{
      guint64 target = time_to_samples (self, until - self->start);

      if (target > self->samples)
        ret = push_silence (self, target - self->samples);
      break;
    }
    case GST_REC_FILL_GAP:
      if (!self->have_caps)
        push_default_video_caps (self);
      push_gap (self, from, until);
      break;
    case GST_REC_FILL_GAP_ENCODED:
      if (self->have_caps)
        push_gap (self, from, until);
      break;
  }
  set_position (self, until, FALSE);

  return ret;
}

static GstFlowReturn
handle_buffer (GstRecTimeline * self, GstBuffer * buffer)
{
  GstClockTime end;
  GstFlowReturn ret;

  g_mutex_lock (&self->session->lock);
  end = self->session->end;
  g_mutex_unlock (&self->session->lock);

  if (GST_BUFFER_PTS (buffer) >= end) { /* which is NONE while it goes on */
    gst_buffer_unref (buffer);
    return fill_until (self, end);
  }

  if (self->fill == GST_REC_FILL_SILENCE)
    ret = push_sound (self, buffer);
  else
    ret = push_picture (self, buffer);
  set_position (self, self->pushed_until, TRUE);

  return ret;
}

static GstFlowReturn
handle_item (GstRecTimeline * self, GstMiniObject * item)
{
  GstCaps *caps;

  if (GST_IS_BUFFER (item))
    return handle_buffer (self, GST_BUFFER_CAST (item));

  gst_event_parse_caps (GST_EVENT_CAST (item), &caps);
  if (self->fill != GST_REC_FILL_SILENCE)       /* whose caps never change */
    push_caps (self, caps);
  gst_mini_object_unref (item);

  return GST_FLOW_OK;
}

/* The task */

/* called with the session's lock held */
static GstRecTimelineAction
decide (GstRecTimeline * self, GstClockTime * now, GstClockTime * until)
{
  gboolean is_sound = self->fill == GST_REC_FILL_SILENCE;
  GstRecTimelineState state = {
    .now = gst_element_get_current_running_time (GST_ELEMENT (self)),
    .start = self->session->start,
    .end = self->session->end,
    .horizon = gst_rec_session_horizon (self->session),
    .newest = GST_CLOCK_TIME_NONE,
    .position = self->position,
    .granularity = GRANULARITY,
  };

  *now = state.now;
  *until = GST_CLOCK_TIME_NONE;
  if (!self->session->playing || state.now == GST_CLOCK_TIME_NONE)
    return GST_REC_TIMELINE_WAIT;

  /* A stream that the SDP does not have needs no waiting for. */
  if (self->state) {
    state.newest = self->state->newest;
    state.latency = self->session->latency;
    state.patience = is_sound ? AUDIO_PATIENCE : VIDEO_PATIENCE;
    state.backlog_patience =
        is_sound ? AUDIO_BACKLOG_PATIENCE : VIDEO_PATIENCE;
  }

  return gst_rec_timeline_decide (&state, until);
}

/* called with the session's lock held */
static void
wait_until (GstRecTimeline * self, GstClockTime now, GstClockTime until)
{
  GstClockTime wait = MAX_WAIT;

  if (self->session->start == GST_CLOCK_TIME_NONE || !self->session->playing) {
    g_cond_wait (&self->session->cond, &self->session->lock);
    return;
  }

  if (until != GST_CLOCK_TIME_NONE)
    wait = until > now ? MIN (until - now, MAX_WAIT) : GST_MSECOND;
  g_cond_wait_until (&self->session->cond, &self->session->lock,
      g_get_monotonic_time () + GST_TIME_AS_USECONDS (wait));
}

/* The next thing to do: an item, or else what the timeline decides. */
static GstMiniObject *
next (GstRecTimeline * self, GstRecTimelineAction * action,
    GstClockTime * until)
{
  GstMiniObject *item = NULL;
  GstClockTime now;

  *action = GST_REC_TIMELINE_WAIT;
  g_mutex_lock (&self->session->lock);
  while (!self->flushing) {
    item = g_queue_pop_head (&self->queue);
    if (item)
      break;
    *action = decide (self, &now, until);
    if (*action != GST_REC_TIMELINE_WAIT)
      break;
    wait_until (self, now, *until);
  }
  self->start = self->session->start;
  if (self->last_picture == GST_CLOCK_TIME_NONE)
    self->last_picture = self->start;
  if (item && GST_IS_BUFFER (item)) {
    self->n_buffers--;
    g_cond_broadcast (&self->session->cond);
  }
  g_mutex_unlock (&self->session->lock);

  return item;
}

static void
stop_task (GstRecTimeline * self, GstFlowReturn ret)
{
  GST_INFO_OBJECT (self, "stopping: %s", gst_flow_get_name (ret));
  g_mutex_lock (&self->session->lock);
  /* One error is enough: upstream need only stop. */
  self->srcresult = ret == GST_FLOW_FLUSHING ? ret : GST_FLOW_EOS;
  g_cond_broadcast (&self->session->cond);
  g_mutex_unlock (&self->session->lock);

  if (ret <= GST_FLOW_NOT_NEGOTIATED) {
    GST_ELEMENT_FLOW_ERROR (self, ret);
    gst_pad_push_event (self->src, gst_event_new_eos ());
  }
  gst_pad_pause_task (self->src);
}

/* What can be said at once is said before the first packet. */
static void
open_pad (GstRecTimeline * self)
{
  if (self->is_open)
    return;

  push_stream_start (self);
  if (self->fill == GST_REC_FILL_SILENCE)
    push_caps (self, self->default_caps);
  self->is_open = TRUE;
}

static void
gst_rec_timeline_loop (GstPad * pad G_GNUC_UNUSED)
{
  GstRecTimeline *self = GST_REC_TIMELINE (gst_pad_get_parent_element (pad));
  GstRecTimelineAction action;
  GstClockTime until;
  GstFlowReturn ret = GST_FLOW_FLUSHING;
  GstMiniObject *item;

  open_pad (self);
  item = next (self, &action, &until);

  if (item) {
    ret = handle_item (self, item);
  } else if (action == GST_REC_TIMELINE_FILL) {
    ret = fill_until (self, until);
  } else if (action == GST_REC_TIMELINE_EOS) {
    gst_pad_push_event (self->src, gst_event_new_eos ());
    ret = GST_FLOW_EOS;
  }

  /* A pad that nobody wants is no error; it may be linked later. */
  if (ret != GST_FLOW_OK && ret != GST_FLOW_NOT_LINKED)
    stop_task (self, ret);
  gst_object_unref (self);
}

/* called with the session's lock held */
static void
clear_queue (GstRecTimeline * self)
{
  GstMiniObject *item;

  while ((item = g_queue_pop_head (&self->queue)))
    gst_mini_object_unref (item);
  self->n_buffers = 0;
}

static void
reset (GstRecTimeline * self)
{
  g_mutex_lock (&self->session->lock);
  self->flushing = FALSE;
  self->srcresult = GST_FLOW_OK;
  self->position = GST_CLOCK_TIME_NONE;
  g_mutex_unlock (&self->session->lock);

  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  self->start = self->last_picture = GST_CLOCK_TIME_NONE;
  self->is_open = self->have_caps = FALSE;
  self->have_segment = self->have_output = FALSE;
  self->filled_last = TRUE;
  self->samples = 0;
}

static gboolean
gst_rec_timeline_src_activate_mode (GstPad * pad, GstObject * parent,
    GstPadMode mode, gboolean active)
{
  GstRecTimeline *self = GST_REC_TIMELINE (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;

  if (active) {
    reset (self);
    return gst_pad_start_task (pad, (GstTaskFunction) gst_rec_timeline_loop,
        pad, NULL);
  }

  g_mutex_lock (&self->session->lock);
  self->flushing = TRUE;
  self->srcresult = GST_FLOW_FLUSHING;
  clear_queue (self);
  g_cond_broadcast (&self->session->cond);
  g_mutex_unlock (&self->session->lock);

  return gst_pad_stop_task (pad);
}

/* The sink pad */

/* called with the session's lock held */
static gboolean
is_full (GstRecTimeline * self)
{
  return self->n_buffers >=
      (self->fill == GST_REC_FILL_GAP ? MAX_RAW_VIDEO : MAX_OTHER);
}

static GstFlowReturn
enqueue (GstRecTimeline * self, GstMiniObject * item)
{
  GstFlowReturn ret;

  g_mutex_lock (&self->session->lock);
  while (self->srcresult == GST_FLOW_OK && GST_IS_BUFFER (item)
      && is_full (self))
    g_cond_wait (&self->session->cond, &self->session->lock);
  ret = self->srcresult;
  if (ret == GST_FLOW_OK) {
    g_queue_push_tail (&self->queue, item);
    self->n_buffers += GST_IS_BUFFER (item) ? 1 : 0;
    g_cond_broadcast (&self->session->cond);
  } else {
    gst_mini_object_unref (item);
  }
  g_mutex_unlock (&self->session->lock);

  return ret;
}

static GstFlowReturn
gst_rec_timeline_chain (GstPad * pad G_GNUC_UNUSED, GstObject * parent,
    GstBuffer * buffer)
{
  GstRecTimeline *self = GST_REC_TIMELINE (parent);

  if (self->segment.format != GST_FORMAT_TIME
      || !GST_BUFFER_PTS_IS_VALID (buffer)) {
    GST_WARNING_OBJECT (self, "dropping a buffer without a time");
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }

  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = gst_segment_to_running_time (&self->segment,
      GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  GST_BUFFER_DTS (buffer) = gst_segment_to_running_time (&self->segment,
      GST_FORMAT_TIME, GST_BUFFER_DTS (buffer));
  if (!GST_BUFFER_PTS_IS_VALID (buffer)) {
    gst_buffer_unref (buffer);  /* before the segment */
    return GST_FLOW_OK;
  }

  return enqueue (self, GST_MINI_OBJECT_CAST (buffer));
}

/* The chain before us comes and goes with its SSRC; the pad stays. So only
 * caps pass, and never an EOS. */
static gboolean
gst_rec_timeline_sink_event (GstPad * pad G_GNUC_UNUSED, GstObject * parent,
    GstEvent * event)
{
  GstRecTimeline *self = GST_REC_TIMELINE (parent);

  /* Caps after the end are no failure: the next buffer learns of it. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    GstFlowReturn ret = enqueue (self, GST_MINI_OBJECT_CAST (event));

    return ret == GST_FLOW_OK || ret == GST_FLOW_EOS;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    gst_event_copy_segment (event, &self->segment);
  gst_event_unref (event);

  return TRUE;
}

static gboolean
gst_rec_timeline_sink_query (GstPad * pad, GstObject * parent,
    GstQuery * query)
{
  /* Behind a queue nobody could answer without waiting. */
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION)
    return FALSE;

  return gst_pad_query_default (pad, parent, query);
}

static void
answer_caps (GstRecTimeline * self, GstQuery * query)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (self->src);
  g_autoptr (GstCaps) answer = NULL;
  GstCaps *filter;

  gst_query_parse_caps (query, &filter);
  if (caps == NULL)
    caps = gst_caps_ref (self->possible_caps);
  answer = filter ? gst_caps_intersect_full (filter, caps,
      GST_CAPS_INTERSECT_FIRST) : gst_caps_ref (caps);
  gst_query_set_caps_result (query, answer);
}

/* A late sink on a branch must not make decoders drop what is recorded. */
static gboolean
gst_rec_timeline_src_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_QOS)
    return gst_pad_event_default (pad, parent, event);
  gst_event_unref (event);

  return TRUE;
}

static gboolean
gst_rec_timeline_src_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstRecTimeline *self = GST_REC_TIMELINE (parent);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      g_mutex_lock (&self->session->lock);
      gst_query_set_latency (query, self->live, self->session->latency,
          GST_CLOCK_TIME_NONE);
      g_mutex_unlock (&self->session->lock);
      return TRUE;
    case GST_QUERY_CAPS:
      answer_caps (self, query);
      return TRUE;
    case GST_QUERY_SCHEDULING:
      gst_query_set_scheduling (query, GST_SCHEDULING_FLAG_SEQUENTIAL, 1, -1,
          0);
      gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
      return TRUE;
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

static GstStateChangeReturn
gst_rec_timeline_change_state (GstElement * element, GstStateChange transition)
{
  GstRecTimeline *self = GST_REC_TIMELINE (element);
  GstStateChangeReturn ret;

  ret = GST_ELEMENT_CLASS (gst_rec_timeline_parent_class)->change_state
      (element, transition);
  if (ret == GST_STATE_CHANGE_FAILURE)
    return ret;

  /* Pads were activated on the way up, their task waits for PLAYING. */
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    GST_DEBUG_OBJECT (self, "started");
    ret = GST_STATE_CHANGE_NO_PREROLL;
  }
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    ret = GST_STATE_CHANGE_NO_PREROLL;

  return ret;
}

static void
gst_rec_timeline_finalize (GObject * object)
{
  GstRecTimeline *self = GST_REC_TIMELINE (object);

  clear_queue (self);
  gst_clear_caps (&self->default_caps);
  gst_clear_caps (&self->possible_caps);
  g_free (self->stream_name);
  g_clear_pointer (&self->session, gst_rec_session_unref);

  G_OBJECT_CLASS (gst_rec_timeline_parent_class)->finalize (object);
}

static void
gst_rec_timeline_init (GstRecTimeline * self)
{
  g_queue_init (&self->queue);
  self->flushing = TRUE;
  self->srcresult = GST_FLOW_FLUSHING;
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);

  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, gst_rec_timeline_chain);
  gst_pad_set_event_function (self->sink, gst_rec_timeline_sink_event);
  gst_pad_set_query_function (self->sink, gst_rec_timeline_sink_query);
  GST_PAD_SET_PROXY_CAPS (self->sink);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);

  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_activatemode_function (self->src,
      gst_rec_timeline_src_activate_mode);
  gst_pad_set_query_function (self->src, gst_rec_timeline_src_query);
  gst_pad_set_event_function (self->src, gst_rec_timeline_src_event);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}

static void
gst_rec_timeline_class_init (GstRecTimelineClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rec_timeline_finalize;
  element_class->change_state = gst_rec_timeline_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Recording timeline",
      "Filter", "Fills what a stream of the session leaves out",
      "the gst-plugins-recording authors");
}

/* @possible_caps: what the pad may ever carry */
GstElement *
gst_rec_timeline_new (GstRecSession * session, const gchar * stream_name,
    GstCaps * possible_caps)
{
  GstRecTimeline *self = g_object_new (GST_TYPE_REC_TIMELINE, NULL);

  self->session = gst_rec_session_ref (session);
  self->stream_name = g_strdup (stream_name);
  self->possible_caps = gst_caps_ref (possible_caps);

  return GST_ELEMENT (self);
}

/* Before PAUSED. @caps: of sound, raw and fixed. @state: NULL for a stream
 * that the session does not have; must outlive PAUSED. */
void
gst_rec_timeline_prepare (GstRecTimeline * self, GstRecFill fill,
    GstCaps * caps, GstRecStreamState * state, guint group_id, gboolean live)
{
  self->fill = fill;
  self->state = state;
  self->group_id = group_id;
  self->live = live;
  gst_caps_replace (&self->default_caps, caps);
  if (caps)
    gst_audio_info_from_caps (&self->ainfo, caps);
}
