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

#include "elementarycaps.h"
#include "soundtrack.h"
#include "video/picturewatch.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

/* From the jitter buffer through depayloader and decoder to here. A video
 * frame that comes after its gap is still shown, samples would be lost. */
#define VIDEO_PATIENCE (250 * GST_MSECOND)
#define AUDIO_PATIENCE (500 * GST_MSECOND)
#define AUDIO_BACKLOG_PATIENCE (10 * GST_SECOND)
#define GRANULARITY (100 * GST_MSECOND)

/* The rest waits as RTP packets in the jitter buffer, where it is small. */
#define MAX_RAW_VIDEO 8
#define MAX_OTHER 200

/* A shorter one is of no interest to who reads the journal. */
#define LOGGED_GAP GST_SECOND

/* After EOS nobody listens any more; but it comes, whoever keeps the messages. */
#define MAX_TELLING (500 * G_TIME_SPAN_MILLISECOND)
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

  GCond changed;                /* a field below, or of the session */

  /* protected by the session's lock */
  GstRecStreamState *state;     /* NULL: the SDP has no such stream */
  GQueue queue;                 /* of buffers and CAPS events */
  guint n_buffers;
  GstEvent *report;             /* to be pushed next; a later one replaces it */
  gboolean flushing;
  GstFlowReturn srcresult;
  GstClockTime position;        /* up to which the pad has pushed */

  GstSegment segment;           /* sink pad's streaming thread */

  /* task */
  GstClockTime start;           /* of the session, once known */
  gboolean is_open;
  gboolean have_caps;
  GstCaps *first_caps;          /* of an encoded stream */
  gboolean have_segment;
  gboolean have_output;         /* a GAP or a buffer */
  GstAudioInfo input;           /* of sound, as it comes from the chain */
  GstRecSoundtrack *track;      /* of sound, once there is a start */
  GstRecPictureWatch *pictures; /* of decoded video that is to be watched */
  GstVideoInfo vinfo;           /* of it */
  GstClockTime last_picture;    /* its PTS, or the start */
  GstClockTime pushed_until;    /* end of the last buffer, as far as known */
  GstClockTime gap;             /* since when it fills, or NONE */
  GstRecSize caps_size;         /* of the next picture */
  GstRecSize size;              /* of the last one, 0 before the first */
  gboolean had_picture;
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

static void
push_elementary_caps (GstRecTimeline * self, GstCaps * caps)
{
  g_autoptr (GstCaps) continued =
      gst_rec_elementary_caps_continue (self->first_caps, caps);

  if (self->first_caps == NULL)
    self->first_caps = gst_caps_ref (continued);
  push_caps (self, continued);
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

/* Sound */

static GstRecSoundtrack *
get_track (GstRecTimeline * self)
{
  if (self->track == NULL)
    self->track = gst_rec_soundtrack_new (self->start, self->ainfo.rate,
        self->ainfo.channels);

  return self->track;
}

static GstFlowReturn
push_track (GstRecTimeline * self)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstBuffer *buffer;

  while ((ret == GST_FLOW_OK || ret == GST_FLOW_NOT_LINKED)
      && (buffer = gst_rec_soundtrack_take (self->track)))
    ret = push_buffer (self, buffer);
  self->pushed_until = gst_rec_soundtrack_get_end (self->track);

  return ret;
}

static GstFlowReturn
push_sound (GstRecTimeline * self, GstBuffer * buffer)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_ERROR;
  }
  gst_rec_soundtrack_add (get_track (self), GST_BUFFER_PTS (buffer),
      self->input.rate, (const gint16 *) map.data, map.size / self->input.bpf);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);

  return push_track (self);
}

static GstFlowReturn
push_silence (GstRecTimeline * self, GstClockTime until)
{
  gst_rec_soundtrack_fill (get_track (self), until);

  return push_track (self);
}

/* The journal */

static void
log_entry (GstRecTimeline * self, GstRecJournalEntry entry)
{
  if (self->state == NULL)
    return;

  g_mutex_lock (&self->session->lock);
  gst_rec_session_log (self->session, self->state, entry);
  g_mutex_unlock (&self->session->lock);
}

/* What was filled has come to an end. */
static void
log_gap (GstRecTimeline * self, GstClockTime end)
{
  if (self->gap != GST_CLOCK_TIME_NONE && end >= self->gap + LOGGED_GAP)
    log_entry (self, (GstRecJournalEntry) {
          .event = GST_REC_EVENT_GAP,.time = self->gap,
          .duration = end - self->gap});
  self->gap = GST_CLOCK_TIME_NONE;
}

/* What the application is to know before the end. */
static void
wait_until_told (GstRecTimeline * self)
{
  gint64 end = g_get_monotonic_time () + MAX_TELLING;
  guint64 written;

  g_mutex_lock (&self->session->lock);
  written = self->session->journal.written;
  while (!self->flushing && self->session->journal.told < written
      && g_cond_wait_until (&self->session->cond, &self->session->lock, end));
  g_mutex_unlock (&self->session->lock);
}

static void
log_picture (GstRecTimeline * self, GstClockTime time)
{
  const gboolean is_first = !self->had_picture;
  const GstRecSize old = self->size;

  if (self->state && !self->state->is_video)
    return;
  self->had_picture = TRUE;
  self->size = self->caps_size;
  if (is_first || old.width != self->size.width
      || old.height != self->size.height)
    log_entry (self, (GstRecJournalEntry) {
          .event = is_first ? GST_REC_EVENT_FIRST_PICTURE :
          GST_REC_EVENT_SIZE_CHANGED,
          .time = time,.size = self->size,.old_size = old});
}

static void
watch_picture (GstRecTimeline * self, GstBuffer * buffer)
{
  GstClockTime now =
      gst_element_get_current_running_time (GST_ELEMENT (self));
  GstVideoFrame frame;

  if (now == GST_CLOCK_TIME_NONE
      || !gst_rec_picture_watch_is_due (self->pictures, now)
      || !gst_video_frame_map (&frame, &self->vinfo, buffer, GST_MAP_READ))
    return;

  gst_rec_picture_watch_look (self->pictures, &frame, now);
  gst_video_frame_unmap (&frame);
  gst_rec_session_note_picture (self->session, self->state,
      gst_rec_picture_watch_get_black_since (self->pictures),
      gst_rec_picture_watch_get_still_since (self->pictures));
}

/* Video: as it comes, but never before the session, nor backwards once it is
 * decoded. Encoded, it may come in another order than it is shown in; RTP tells
 * when to show it only, so the time to decode it is the latest yet. */
static GstFlowReturn
push_picture (GstRecTimeline * self, GstBuffer * buffer)
{
  GstClockTime earliest = self->fill == GST_REC_FILL_GAP_ENCODED ?
      self->start : self->last_picture;

  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = MAX (GST_BUFFER_PTS (buffer), earliest);
  self->last_picture = MAX (GST_BUFFER_PTS (buffer), self->last_picture);
  if (GST_BUFFER_DTS_IS_VALID (buffer))
    GST_BUFFER_DTS (buffer) = self->last_picture;

  if (!self->have_output && GST_BUFFER_PTS (buffer) > self->start)
    push_gap (self, self->start, GST_BUFFER_PTS (buffer));
  if (self->pictures)
    watch_picture (self, buffer);

  log_picture (self, GST_BUFFER_PTS (buffer));

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
  if (self->gap == GST_CLOCK_TIME_NONE)
    self->gap = from;

  switch (self->fill) {
    case GST_REC_FILL_SILENCE:
      ret = push_silence (self, until);
      break;
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

/* Encoded sound cannot be cut to fit, and has no order but that of its time.
 * What falls back behind more than half of it, because the packets after a
 * pause turned out to have come late, was there already. */
static gboolean
overlaps (GstRecTimeline * self, GstBuffer * buffer)
{
  GstClockTime half = GST_BUFFER_DURATION_IS_VALID (buffer) ?
      GST_BUFFER_DURATION (buffer) / 2 : 0;

  return self->fill == GST_REC_FILL_GAP_ENCODED && !self->state->is_video
      && self->pushed_until != GST_CLOCK_TIME_NONE
      && GST_BUFFER_PTS (buffer) + half < self->pushed_until;
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

  if (overlaps (self, buffer)) {
    GST_DEBUG_OBJECT (self, "dropping %" GST_PTR_FORMAT, buffer);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }

  log_gap (self, MAX (GST_BUFFER_PTS (buffer), self->start));
  if (self->fill == GST_REC_FILL_SILENCE)
    ret = push_sound (self, buffer);
  else
    ret = push_picture (self, buffer);
  set_position (self, self->pushed_until, TRUE);

  return ret;
}

static void
note_size (GstRecTimeline * self, const GstCaps * caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint width = 0, height = 0;

  gst_structure_get (s, "width", G_TYPE_INT, &width, "height", G_TYPE_INT,
      &height, NULL);
  self->caps_size = (GstRecSize) { width, height };
}

static void
push_video_caps (GstRecTimeline * self, GstCaps * caps)
{
  gst_video_info_from_caps (&self->vinfo, caps);
  push_caps (self, caps);
}

static GstFlowReturn
handle_item (GstRecTimeline * self, GstMiniObject * item)
{
  GstCaps *caps;

  if (GST_IS_BUFFER (item))
    return handle_buffer (self, GST_BUFFER_CAST (item));
  if (GST_EVENT_TYPE (item) != GST_EVENT_CAPS) {
    gst_pad_push_event (self->src, GST_EVENT_CAST (item));
    return GST_FLOW_OK;
  }

  gst_event_parse_caps (GST_EVENT_CAST (item), &caps);
  note_size (self, caps);
  if (self->fill == GST_REC_FILL_GAP_ENCODED)
    push_elementary_caps (self, caps);
  else if (self->fill == GST_REC_FILL_SILENCE)  /* whose output keeps its own */
    gst_audio_info_from_caps (&self->input, caps);
  else
    push_video_caps (self, caps);
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
    g_cond_wait (&self->changed, &self->session->lock);
    return;
  }

  if (until != GST_CLOCK_TIME_NONE)
    wait = until > now ? MIN (until - now, MAX_WAIT) : GST_MSECOND;
  g_cond_wait_until (&self->changed, &self->session->lock,
      g_get_monotonic_time () + GST_TIME_AS_USECONDS (wait));
}

/* called with the session's lock held */
static gboolean
is_full (GstRecTimeline * self)
{
  return self->n_buffers >=
      (self->fill == GST_REC_FILL_GAP ? MAX_RAW_VIDEO : MAX_OTHER);
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
    item = GST_MINI_OBJECT_CAST (g_steal_pointer (&self->report));
    if (item == NULL)
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
    if (is_full (self))
      g_cond_broadcast (&self->changed);
    self->n_buffers--;
  }
  g_mutex_unlock (&self->session->lock);

  return item;
}

static void
post_flow_error (GstRecTimeline * self, GstFlowReturn ret)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (self->src);

  if (ret == GST_FLOW_NOT_NEGOTIATED && self->first_caps)
    GST_ELEMENT_ERROR (self, CORE, NEGOTIATION,
        ("The element behind '%s' does not take the stream as it is now: use "
            "matroskamux, or splitmuxsink, which begins a new file",
            self->stream_name), ("%" GST_PTR_FORMAT, caps));
  else
    GST_ELEMENT_FLOW_ERROR (self, ret);
}

static void
stop_task (GstRecTimeline * self, GstFlowReturn ret)
{
  GST_INFO_OBJECT (self, "stopping: %s", gst_flow_get_name (ret));
  g_mutex_lock (&self->session->lock);
  /* One error is enough: upstream need only stop. */
  self->srcresult = ret == GST_FLOW_FLUSHING ? ret : GST_FLOW_EOS;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->session->lock);

  if (ret <= GST_FLOW_NOT_NEGOTIATED) {
    post_flow_error (self, ret);
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
    log_gap (self, self->position);
    wait_until_told (self);
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
  gst_clear_event (&self->report);
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
  gst_clear_caps (&self->first_caps);
  self->gap = GST_CLOCK_TIME_NONE;
  self->caps_size = self->size = (GstRecSize) { 0, 0 };
  self->had_picture = FALSE;
  self->is_open = self->have_caps = FALSE;
  self->have_segment = self->have_output = FALSE;
  self->input = self->ainfo;
  gst_video_info_init (&self->vinfo);
  g_clear_pointer (&self->track, gst_rec_soundtrack_free);
}

/* Nobody waits here any more, until the pad is active again. */
void
gst_rec_timeline_flush (GstRecTimeline * self)
{
  g_mutex_lock (&self->session->lock);
  self->flushing = TRUE;
  self->srcresult = GST_FLOW_FLUSHING;
  clear_queue (self);
  g_cond_broadcast (&self->changed);
  g_cond_broadcast (&self->session->cond);
  g_mutex_unlock (&self->session->lock);
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

  gst_rec_timeline_flush (self);

  return gst_pad_stop_task (pad);
}

/* The sink pad */

/* Outside PLAYING nothing comes but what is under way, and who changes the state
 * may have to wait for that. */
static GstFlowReturn
enqueue (GstRecTimeline * self, GstMiniObject * item)
{
  GstFlowReturn ret;

  g_mutex_lock (&self->session->lock);
  while (self->srcresult == GST_FLOW_OK && GST_IS_BUFFER (item)
      && is_full (self) && self->session->playing)
    g_cond_wait (&self->changed, &self->session->lock);
  ret = self->srcresult;
  if (ret == GST_FLOW_OK) {
    g_queue_push_tail (&self->queue, item);
    self->n_buffers += GST_IS_BUFFER (item) ? 1 : 0;
    g_cond_broadcast (&self->changed);
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
  g_clear_pointer (&self->track, gst_rec_soundtrack_free);
  g_clear_pointer (&self->pictures, gst_rec_picture_watch_free);
  gst_clear_caps (&self->default_caps);
  gst_clear_caps (&self->possible_caps);
  gst_clear_caps (&self->first_caps);
  g_free (self->stream_name);
  g_clear_pointer (&self->session, gst_rec_session_unref);

  G_OBJECT_CLASS (gst_rec_timeline_parent_class)->finalize (object);
}

static void
gst_rec_timeline_init (GstRecTimeline * self)
{
  g_queue_init (&self->queue);
  g_cond_init (&self->changed);
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
  gst_rec_session_add_waiter (session, &self->changed);
  self->stream_name = g_strdup (stream_name);
  self->possible_caps = gst_caps_ref (possible_caps);

  return GST_ELEMENT (self);
}

static gboolean
is_watched (GstRecTimeline * self)
{
  GstRecPictureLimits limits = { 0, };

  g_mutex_lock (&self->session->lock);
  if (self->state)
    limits = self->state->limits;
  g_mutex_unlock (&self->session->lock);

  return limits.black > 0 || limits.frozen > 0;
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

  g_clear_pointer (&self->pictures, gst_rec_picture_watch_free);
  if (fill == GST_REC_FILL_GAP && is_watched (self))
    self->pictures = gst_rec_picture_watch_new ();

  /* Sound is resampled here, so the chain gives it as it is. */
  if (fill == GST_REC_FILL_SILENCE)
    GST_PAD_UNSET_PROXY_CAPS (self->sink);
  else
    GST_PAD_SET_PROXY_CAPS (self->sink);
}

/* An event that the pad pushes as soon as it can, from its own thread: whoever
 * blocks the pad does not block the caller. Transfer full. */
void
gst_rec_timeline_send (GstRecTimeline * self, GstEvent * event)
{
  GstEvent *unsent;

  g_mutex_lock (&self->session->lock);
  unsent = self->report;
  self->report = event;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->session->lock);

  if (unsent)
    gst_event_unref (unsent);
}
