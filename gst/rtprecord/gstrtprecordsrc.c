/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/**
 * SECTION:element-rtprecordsrc
 * @title: rtprecordsrc
 * @short_description: receives the RTP that an SFU forwards of one session
 * @see_also: dualcompositor, rtpbin
 *
 * Receives the screen, the webcam and the sound of one session as RTP, from
 * the ports that an SDP names, and gives a pad for each: `screen`, `webcam`
 * and `audio_0` from the start, `audio_1` and so on for further audio sections.
 *
 * All pads share one span of running time without holes: it begins with the
 * session's first packet and ends with its last. A video stream that is late,
 * paused or missing gives GAP events, decoded sound gives silent samples.
 *
 * Roles come from `a=content` (RFC 4796): `slides` is the screen, `main` or
 * `speaker` the webcam. Without it the first video section is the screen and
 * the second the webcam. `a=rtcp-mux` (RFC 5761), `a=rtcp` (RFC 3605) and `c=`
 * say where to listen. VP8, VP9, H264, opus, PCMU and PCMA are known.
 *
 * ## Example launch line
 *
 * |[
 * gst-launch-1.0 -e rtprecordsrc sdp-location=session.sdp idle-timeout=5 name=r \
 *     r.screen ! dualcompositor layout=screen-only ! x264enc tune=zerolatency ! mp4mux name=m ! filesink location=screen.mp4 \
 *     r.audio_0 ! audioconvert ! avenc_aac ! m.
 * ]|
 *
 * ## Messages
 *
 * `rtprecord-stream`, an element message for every change of a stream: `pad`
 * (string, its pad), `role` (string: screen, webcam or audio), `state` (string:
 * waiting, receiving, paused or ended), `ssrc` (uint), `why` (string, where
 * there is a reason: no-packets, no-keyframe or wrong-payload-type) and, with
 * wrong-payload-type, `payload-type` (uint, the one that came).
 *
 * Since: 0.1
 */

#include "gstrtprecordsrc.h"

#include <stdio.h>
#include <gst/audio/audio.h>
#include <gst/video/video.h>

#include "gstrecstream.h"
#include "gstrectimeline.h"

GST_DEBUG_CATEGORY (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

#define DEFAULT_LATENCY 1000
#define DEFAULT_DECODE TRUE
#define DEFAULT_IDLE_TIMEOUT 0
#define DEFAULT_KEYFRAME_INTERVAL 0
#define DEFAULT_LIVE TRUE

/* That a stream may have at a time in all: each costs a jitter buffer. */
#define MAX_SSRCS 64

#define MONITOR_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

/* GstRTPProfile is not installed: AVPF, for RTCP feedback at once. */
#define RTP_PROFILE "avpf"

enum
{
  PROP_0,
  PROP_SDP,
  PROP_SDP_LOCATION,
  PROP_LATENCY,
  PROP_DECODE,
  PROP_IDLE_TIMEOUT,
  PROP_KEYFRAME_INTERVAL,
  PROP_LIVE,
  PROP_STATS,
  N_PROPS
};

struct _GstRecRtpRecordSrc
{
  GstBin parent;

  /* properties, protected by the object lock */
  gchar *sdp;
  gchar *sdp_location;
  guint latency;
  gboolean decode;
  guint idle_timeout;
  guint keyframe_interval;
  gboolean live;

  GstRecSession *session;

  /* as they were when the element went to READY */
  gboolean open_decode;
  GstClockTime open_latency;

  /* NULL to READY and back */
  GPtrArray *descriptions;      /* of GstRecStreamDescription */
  GPtrArray *streams;           /* of GstRecStream, same order */
  GMutex streams_lock;          /* for who reads streams in between */
  GstElement *rtpbin;           /* unowned */
  GHashTable *timelines;        /* pad name → GstElement, unowned */

  GThread *monitor;
  GMutex monitor_lock;
  GCond monitor_cond;
  gboolean monitor_stop;        /* by monitor_lock */
};

static GParamSpec *props[N_PROPS];

#define VIDEO_CAPS GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL) "; " \
    "video/x-vp8; video/x-vp9; video/x-h264"
#define AUDIO_CAPS "audio/x-raw, format=(string)" GST_AUDIO_NE (S16) \
    ", layout=(string)interleaved, rate=(int){ 8000, 48000 }, " \
    "channels=(int)[ 1, 2 ]; audio/x-opus; audio/x-mulaw; audio/x-alaw"

static GstStaticPadTemplate screen_template = GST_STATIC_PAD_TEMPLATE ("screen",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (VIDEO_CAPS));
static GstStaticPadTemplate webcam_template = GST_STATIC_PAD_TEMPLATE ("webcam",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (VIDEO_CAPS));
static GstStaticPadTemplate audio_template =
GST_STATIC_PAD_TEMPLATE ("audio_%u", GST_PAD_SRC, GST_PAD_SOMETIMES,
    GST_STATIC_CAPS (AUDIO_CAPS));

G_DEFINE_FINAL_TYPE (GstRecRtpRecordSrc, gst_rec_rtp_record_src, GST_TYPE_BIN);
GST_ELEMENT_REGISTER_DEFINE (rtprecordsrc, "rtprecordsrc", GST_RANK_NONE,
    GST_TYPE_REC_RTP_RECORD_SRC);
GST_ELEMENT_REGISTER_DEFINE (recrtprecordsrc, "recrtprecordsrc", GST_RANK_NONE,
    GST_TYPE_REC_RTP_RECORD_SRC);

/* Pads: each has a timeline behind it */

static GstElement *
add_pad (GstRecRtpRecordSrc * self, GstStaticPadTemplate * static_template,
    const gchar * name)
{
  g_autoptr (GstPadTemplate) template =
      gst_static_pad_template_get (static_template);
  g_autoptr (GstCaps) caps = gst_pad_template_get_caps (template);
  GstElement *timeline = gst_rec_timeline_new (self->session, name, caps);
  g_autoptr (GstPad) target = gst_element_get_static_pad (timeline, "src");
  GstPad *pad;

  gst_bin_add (GST_BIN (self), timeline);
  gst_element_sync_state_with_parent (timeline);
  pad = gst_ghost_pad_new_from_template (name, target, template);
  gst_element_add_pad (GST_ELEMENT (self), pad);
  g_hash_table_insert (self->timelines, g_strdup (name), timeline);

  return timeline;
}

static GstElement *
get_timeline (GstRecRtpRecordSrc * self, const gchar * pad_name)
{
  GstElement *timeline = g_hash_table_lookup (self->timelines, pad_name);

  return timeline ? timeline : add_pad (self, &audio_template, pad_name);
}

static gboolean
is_permanent (const gchar * pad_name)
{
  return g_str_equal (pad_name, "screen") || g_str_equal (pad_name, "webcam")
      || g_str_equal (pad_name, "audio_0");
}

static void
remove_pad (GstRecRtpRecordSrc * self, const gchar * name)
{
  GstElement *timeline = g_hash_table_lookup (self->timelines, name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (GST_ELEMENT (self),
      name);

  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (GST_ELEMENT (self), pad);
  gst_element_set_state (timeline, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self), timeline);
  g_hash_table_remove (self->timelines, name);
}

static void
remove_extra_pads (GstRecRtpRecordSrc * self)
{
  g_autoptr (GList) names = g_hash_table_get_keys (self->timelines);

  for (GList * l = names; l; l = l->next) {
    if (!is_permanent (l->data))
      remove_pad (self, l->data);
  }
}

/* rtpbin */

static GstRecStream *
get_stream (GstRecRtpRecordSrc * self, guint id)
{
  return self->streams && id < self->streams->len ?
      g_ptr_array_index (self->streams, id) : NULL;
}

static gboolean
is_video (const GstRecStream * stream)
{
  return gst_rec_stream_get_description (stream)->role != GST_REC_ROLE_AUDIO;
}

static GstClockTime
running_time (GstRecRtpRecordSrc * self)
{
  GstClockTime now =
      gst_element_get_current_running_time (GST_ELEMENT (self));

  return now == GST_CLOCK_TIME_NONE ? 0 : now;
}

static GstCaps *
on_request_pt_map (GstElement * rtpbin G_GNUC_UNUSED, guint id, guint pt,
    GstRecRtpRecordSrc * self)
{
  GstRecStream *stream = get_stream (self, id);
  const GstRecPayload *payload = stream ?
      gst_rec_stream_description_find_payload (gst_rec_stream_get_description
      (stream), pt) : NULL;

  return payload ? gst_caps_ref (payload->caps) : NULL;
}

static void
on_pad_added (GstElement * rtpbin G_GNUC_UNUSED, GstPad * pad,
    GstRecRtpRecordSrc * self)
{
  GstRecStream *stream;
  guint id, ssrc, pt;

  if (sscanf (GST_PAD_NAME (pad), "recv_rtp_src_%u_%u_%u", &id, &ssrc,
          &pt) != 3)
    return;

  GST_INFO_OBJECT (self, "session %u: SSRC %08x with payload type %u", id,
      ssrc, pt);
  stream = get_stream (self, id);
  if (stream)
    gst_rec_stream_add_pad (stream, pad);
}

/* The earliest moment at which rtpsession knows whom to ask. */
static void
on_ssrc_validated (GstElement * rtpbin G_GNUC_UNUSED, guint id, guint ssrc,
    GstRecRtpRecordSrc * self)
{
  GstRecStream *stream = get_stream (self, id);

  if (stream && is_video (stream))
    gst_rec_stream_request_keyframe (stream, ssrc, running_time (self));
}

static void
on_bye_ssrc (GstElement * rtpbin G_GNUC_UNUSED, guint id, guint ssrc,
    GstRecRtpRecordSrc * self)
{
  GstRecStream *stream = get_stream (self, id);
  GstClockTime now = running_time (self);
  GstRecStreamState *state;

  if (stream == NULL)
    return;
  state = gst_rec_stream_get_state (stream);
  g_mutex_lock (&self->session->lock);
  if (state->ssrc == ssrc)
    state->bye = now;
  g_mutex_unlock (&self->session->lock);
}

static gboolean
make_rtpbin (GstRecRtpRecordSrc * self, GError ** error)
{
  GstElement *rtpbin = gst_element_factory_make ("rtpbin", NULL);

  if (rtpbin == NULL) {
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "The element 'rtpbin' is missing: install gstreamer1.0-plugins-good");
    return FALSE;
  }

  gst_util_set_object_arg (G_OBJECT (rtpbin), "rtp-profile", RTP_PROFILE);
  /* Streams are aligned by our own clocks: rtpbin keeps out of it. */
  gst_util_set_object_arg (G_OBJECT (rtpbin), "rtcp-sync", "rtp-info");
  g_object_set (rtpbin, "latency",
      (guint) GST_TIME_AS_MSECONDS (self->open_latency), "do-lost", TRUE,
      "autoremove", TRUE, "max-streams", MAX_SSRCS, NULL);
  g_signal_connect (rtpbin, "request-pt-map", G_CALLBACK (on_request_pt_map),
      self);
  g_signal_connect (rtpbin, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (rtpbin, "on-ssrc-validated",
      G_CALLBACK (on_ssrc_validated), self);
  g_signal_connect (rtpbin, "on-bye-ssrc", G_CALLBACK (on_bye_ssrc), self);
  gst_bin_add (GST_BIN (self), rtpbin);
  self->rtpbin = rtpbin;

  return TRUE;
}

/* NULL to READY: the SDP, the ports, the streams */

static gchar *
load_sdp (GstRecRtpRecordSrc * self, GError ** error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree gchar *location = NULL;
  g_autofree gchar *inline_sdp = NULL;
  gchar *text = NULL;

  GST_OBJECT_LOCK (self);
  location = g_strdup (self->sdp_location);
  inline_sdp = g_strdup (self->sdp);
  GST_OBJECT_UNLOCK (self);

  if (inline_sdp)
    return g_steal_pointer (&inline_sdp);
  if (location == NULL) {
    g_set_error_literal (error, GST_RESOURCE_ERROR,
        GST_RESOURCE_ERROR_SETTINGS,
        "There is no SDP: set 'sdp-location' to the file that describes the "
        "session, or 'sdp' to its text");
    return NULL;
  }
  if (!g_file_get_contents (location, &text, NULL, &reason))
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
        "Cannot read the SDP: %s", reason->message);

  return text;
}

static gboolean
open_streams (GstRecRtpRecordSrc * self, GError ** error)
{
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_rec_stream_free);

  for (guint i = 0; i < self->descriptions->len; i++) {
    const GstRecStreamDescription *description =
        g_ptr_array_index (self->descriptions, i);
    GstElement *timeline = get_timeline (self, description->pad_name);
    g_autoptr (GstPad) pad = gst_element_get_static_pad (GST_ELEMENT (self),
        description->pad_name);
    GstRecStream *stream = gst_rec_stream_new (description, self->session,
        timeline, pad, self->open_decode);

    g_ptr_array_add (streams, stream);
    if (!gst_rec_stream_open (stream, error))
      return FALSE;
  }

  g_mutex_lock (&self->streams_lock);
  self->streams = g_steal_pointer (&streams);
  g_mutex_unlock (&self->streams_lock);

  if (!make_rtpbin (self, error))
    return FALSE;
  for (guint i = 0; i < self->streams->len; i++) {
    if (!gst_rec_stream_join (g_ptr_array_index (self->streams, i),
            GST_BIN (self), self->rtpbin, i, error))
      return FALSE;
  }
  gst_element_no_more_pads (GST_ELEMENT (self));

  return TRUE;
}

static void
close_streams (GstRecRtpRecordSrc * self)
{
  if (self->rtpbin) {
    g_signal_handlers_disconnect_by_data (self->rtpbin, self);
    gst_element_set_state (self->rtpbin, GST_STATE_NULL);
    gst_bin_remove (GST_BIN (self), self->rtpbin);
    self->rtpbin = NULL;
  }
  for (guint i = 0; self->streams && i < self->streams->len; i++)
    gst_rec_stream_leave (g_ptr_array_index (self->streams, i));

  remove_extra_pads (self);
  gst_rec_session_remove_streams (self->session);
  g_mutex_lock (&self->streams_lock);
  g_clear_pointer (&self->streams, g_ptr_array_unref);
  g_mutex_unlock (&self->streams_lock);
  g_clear_pointer (&self->descriptions, g_ptr_array_unref);
}

static gboolean
open_session (GstRecRtpRecordSrc * self)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *sdp = load_sdp (self, &error);

  GST_OBJECT_LOCK (self);
  self->open_decode = self->decode;
  self->open_latency = self->latency * GST_MSECOND;
  GST_OBJECT_UNLOCK (self);
  if (sdp)
    self->descriptions = gst_rec_session_description_parse (sdp, &error);
  if (self->descriptions && open_streams (self, &error))
    return TRUE;

  gst_element_message_full (GST_ELEMENT (self), GST_MESSAGE_ERROR,
      error->domain, error->code, g_strdup (error->message), NULL, __FILE__,
      GST_FUNCTION, __LINE__);
  close_streams (self);

  return FALSE;
}

/* READY to PAUSED: the pads learn what they carry */

static GstRecStream *
find_stream (GstRecRtpRecordSrc * self, const gchar * pad_name)
{
  for (guint i = 0; i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);

    if (g_str_equal (gst_rec_stream_get_description (stream)->pad_name,
            pad_name))
      return stream;
  }

  return NULL;
}

static void
prepare_pads (GstRecRtpRecordSrc * self, gboolean live)
{
  guint group_id = gst_util_group_id_next ();
  GHashTableIter iter;
  gpointer name, timeline;

  gst_rec_session_remove_streams (self->session);
  for (guint i = 0; i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);

    gst_rec_stream_reset (stream);
    gst_rec_session_add_stream (self->session,
        gst_rec_stream_get_state (stream), is_video (stream));
  }

  g_hash_table_iter_init (&iter, self->timelines);
  while (g_hash_table_iter_next (&iter, &name, &timeline)) {
    GstRecStream *stream = find_stream (self, name);
    gboolean is_sound = g_str_has_prefix (name, "audio");
    GstRecFill fill = GST_REC_FILL_GAP_ENCODED;
    g_autoptr (GstCaps) caps = NULL;

    if (self->open_decode)
      fill = is_sound ? GST_REC_FILL_SILENCE : GST_REC_FILL_GAP;
    /* A session without sound still has a track of silence. */
    if (fill == GST_REC_FILL_SILENCE)
      caps = stream ? gst_rec_stream_get_audio_caps (stream) :
          gst_rec_sound_caps (2);

    gst_rec_timeline_prepare (GST_REC_TIMELINE (timeline), fill, caps,
        stream ? gst_rec_stream_get_state (stream) : NULL, group_id, live);
  }
}

static void
prepare_session (GstRecRtpRecordSrc * self)
{
  GstClockTime idle_timeout;
  gboolean live;

  GST_OBJECT_LOCK (self);
  idle_timeout = self->idle_timeout * GST_SECOND;
  live = self->live;
  GST_OBJECT_UNLOCK (self);

  gst_rec_session_reset (self->session, self->open_latency, idle_timeout);
  prepare_pads (self, live);
}

/* The monitor: what nobody else has the time for */

static void
post_verdict (GstRecRtpRecordSrc * self, GstRecStream * stream,
    GstRecVerdict verdict, const GstRecStreamState * state)
{
  const GstRecStreamDescription *d = gst_rec_stream_get_description (stream);
  GstStructure *s = gst_structure_new ("rtprecord-stream",
      "pad", G_TYPE_STRING, d->pad_name,
      "role", G_TYPE_STRING, gst_rec_role_name (d->role),
      "state", G_TYPE_STRING, gst_rec_stream_phase_name (verdict.phase),
      "ssrc", G_TYPE_UINT, state->ssrc, NULL);

  if (verdict.why)
    gst_structure_set (s, "why", G_TYPE_STRING, verdict.why, NULL);
  if (g_strcmp0 (verdict.why, "wrong-payload-type") == 0)
    gst_structure_set (s, "payload-type", G_TYPE_UINT, state->last_wrong_pt,
        NULL);
  GST_INFO_OBJECT (self, "%" GST_PTR_FORMAT, s);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), s));
}

static void
watch_stream (GstRecRtpRecordSrc * self, GstRecStream * stream,
    GstClockTime now, GstClockTime keyframe_interval)
{
  GstRecStreamState state;
  GstRecVerdict verdict;

  g_mutex_lock (&self->session->lock);
  state = *gst_rec_stream_get_state (stream);
  g_mutex_unlock (&self->session->lock);

  verdict = gst_rec_monitor_judge (&state, now);
  if (gst_rec_stream_update_verdict (stream, verdict))
    post_verdict (self, stream, verdict, &state);

  if (state.is_video
      && gst_rec_monitor_wants_keyframe (&state, keyframe_interval, now))
    gst_rec_stream_request_keyframe (stream, state.ssrc, now);
}

/* What came instead is often the reason. */
static gchar *
describe_silence (GstRecRtpRecordSrc * self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);
    const GstRecStreamDescription *d = gst_rec_stream_get_description (stream);
    GstRecStreamState *state = gst_rec_stream_get_state (stream);

    g_mutex_lock (&self->session->lock);
    g_string_append_printf (text, "%s%s: %s port %u", i > 0 ? "; " : "",
        d->pad_name, d->address, d->rtp_port);
    if (state->wrong_pt > 0)
      g_string_append_printf (text, " (%" G_GUINT64_FORMAT " packets with "
          "payload type %u, which the SDP does not have)", state->wrong_pt,
          state->last_wrong_pt);
    if (state->invalid > 0)
      g_string_append_printf (text, " (%" G_GUINT64_FORMAT " datagrams that "
          "are not RTP)", state->invalid);
    g_mutex_unlock (&self->session->lock);
  }

  return g_string_free (text, FALSE);
}

static void
watch_idle (GstRecRtpRecordSrc * self, GstClockTime now)
{
  g_autofree gchar *ports = NULL;
  GstClockTime last;

  if (!gst_rec_session_is_idle (self->session, now))
    return;

  g_mutex_lock (&self->session->lock);
  last = gst_rec_session_last_moment (self->session);
  g_mutex_unlock (&self->session->lock);
  if (last != GST_CLOCK_TIME_NONE) {
    GST_INFO_OBJECT (self, "the session is over");
    gst_rec_session_end (self->session, last);
    return;
  }

  ports = describe_silence (self);
  gst_rec_session_end (self->session, now);
  GST_ELEMENT_ERROR (self, RESOURCE, READ,
      ("No RTP packet of the session came within the idle-timeout of %"
          G_GUINT64_FORMAT " s: check that the SFU forwards to the addresses, "
          "ports and payload types of the SDP",
          self->session->idle_timeout / GST_SECOND), ("%s", ports));
}

static gboolean
is_playing (GstRecRtpRecordSrc * self)
{
  gboolean playing;

  g_mutex_lock (&self->session->lock);
  playing = self->session->playing;
  g_mutex_unlock (&self->session->lock);

  return playing;
}

static void
watch (GstRecRtpRecordSrc * self)
{
  GstClockTime interval, now;

  if (!is_playing (self))
    return;
  GST_OBJECT_LOCK (self);
  interval = self->keyframe_interval * GST_SECOND;
  GST_OBJECT_UNLOCK (self);

  now = running_time (self);
  for (guint i = 0; i < self->streams->len; i++)
    watch_stream (self, g_ptr_array_index (self->streams, i), now, interval);
  watch_idle (self, now);
}

static gpointer
monitor_thread (gpointer data)
{
  GstRecRtpRecordSrc *self = data;

  g_mutex_lock (&self->monitor_lock);
  while (!self->monitor_stop) {
    g_mutex_unlock (&self->monitor_lock);
    watch (self);
    g_mutex_lock (&self->monitor_lock);
    if (!self->monitor_stop)
      g_cond_wait_until (&self->monitor_cond, &self->monitor_lock,
          g_get_monotonic_time () + MONITOR_INTERVAL);
  }
  g_mutex_unlock (&self->monitor_lock);

  return NULL;
}

static void
start_monitor (GstRecRtpRecordSrc * self)
{
  self->monitor_stop = FALSE;
  self->monitor = g_thread_new ("rtprecordsrc", monitor_thread, self);
}

static void
stop_monitor (GstRecRtpRecordSrc * self)
{
  if (self->monitor == NULL)
    return;

  g_mutex_lock (&self->monitor_lock);
  self->monitor_stop = TRUE;
  g_cond_signal (&self->monitor_cond);
  g_mutex_unlock (&self->monitor_lock);

  /* An application may stop us from within a message, in a sync handler. */
  if (self->monitor == g_thread_self ())
    g_clear_pointer (&self->monitor, g_thread_unref);
  else
    g_clear_pointer (&self->monitor, g_thread_join);
}

static GstStateChangeReturn
gst_rec_rtp_record_src_change_state (GstElement * element,
    GstStateChange transition)
{
  GstRecRtpRecordSrc *self = GST_REC_RTP_RECORD_SRC (element);
  GstStateChangeReturn ret;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (!open_session (self))
        return GST_STATE_CHANGE_FAILURE;
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      prepare_session (self);
      start_monitor (self);
      break;
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      gst_rec_session_set_playing (self->session, FALSE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      stop_monitor (self);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_rec_rtp_record_src_parent_class)->change_state
      (element, transition);

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (ret == GST_STATE_CHANGE_FAILURE)
        close_streams (self);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (ret == GST_STATE_CHANGE_FAILURE)
        stop_monitor (self);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      if (ret != GST_STATE_CHANGE_FAILURE)
        gst_rec_session_set_playing (self->session, TRUE);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      close_streams (self);
      break;
    default:
      break;
  }

  return ret;
}

/* Before the first packet: nothing of it at all. */
static GstClockTime
last_moment (GstRecRtpRecordSrc * self)
{
  GstClockTime last;

  g_mutex_lock (&self->session->lock);
  last = gst_rec_session_last_moment (self->session);
  g_mutex_unlock (&self->session->lock);

  return last == GST_CLOCK_TIME_NONE ? 0 : last;
}

/* EOS from the application: the recording ends now. What is under way still
 * comes, and every pad ends at the same time. */
static gboolean
gst_rec_rtp_record_src_send_event (GstElement * element, GstEvent * event)
{
  GstRecRtpRecordSrc *self = GST_REC_RTP_RECORD_SRC (element);

  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS (gst_rec_rtp_record_src_parent_class)->send_event
        (element, event);

  gst_event_unref (event);
  if (GST_STATE (self) < GST_STATE_PAUSED)
    return FALSE;
  gst_rec_session_end (self->session,
      is_playing (self) ? running_time (self) : last_moment (self));

  return TRUE;
}

static GstStructure *
stream_stats (GstRecRtpRecordSrc * self, GstRecStream * stream)
{
  GstRecStreamState s;

  g_mutex_lock (&self->session->lock);
  s = *gst_rec_stream_get_state (stream);
  g_mutex_unlock (&self->session->lock);

  return gst_structure_new ("rtprecord-stream-stats",
      "packets", G_TYPE_UINT64, s.packets,
      "bytes", G_TYPE_UINT64, s.bytes,
      "invalid-packets", G_TYPE_UINT64, s.invalid,
      "wrong-payload-type-packets", G_TYPE_UINT64, s.wrong_pt,
      "foreign-packets", G_TYPE_UINT64, s.strangers,
      "buffers", G_TYPE_UINT64, s.outputs,
      "gaps", G_TYPE_UINT64, s.gaps,
      "keyframe-requests", G_TYPE_UINT64, s.keyframe_requests,
      "ssrc", G_TYPE_UINT, s.ssrc, NULL);
}

static GstStructure *
get_stats (GstRecRtpRecordSrc * self)
{
  GstStructure *stats = gst_structure_new_empty ("rtprecord-stats");

  g_mutex_lock (&self->streams_lock);
  for (guint i = 0; self->streams && i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);
    g_autoptr (GstStructure) s = stream_stats (self, stream);

    gst_structure_set (stats,
        gst_rec_stream_get_description (stream)->pad_name, GST_TYPE_STRUCTURE,
        s, NULL);
  }
  g_mutex_unlock (&self->streams_lock);

  return stats;
}

static void
gst_rec_rtp_record_src_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecRtpRecordSrc *self = GST_REC_RTP_RECORD_SRC (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SDP:
      g_free (self->sdp);
      self->sdp = g_value_dup_string (value);
      break;
    case PROP_SDP_LOCATION:
      g_free (self->sdp_location);
      self->sdp_location = g_value_dup_string (value);
      break;
    case PROP_LATENCY:
      self->latency = g_value_get_uint (value);
      break;
    case PROP_DECODE:
      self->decode = g_value_get_boolean (value);
      break;
    case PROP_IDLE_TIMEOUT:
      self->idle_timeout = g_value_get_uint (value);
      break;
    case PROP_KEYFRAME_INTERVAL:
      self->keyframe_interval = g_value_get_uint (value);
      break;
    case PROP_LIVE:
      self->live = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rec_rtp_record_src_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  GstRecRtpRecordSrc *self = GST_REC_RTP_RECORD_SRC (object);

  if (id == PROP_STATS) {
    g_value_take_boxed (value, get_stats (self));
    return;
  }

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SDP:
      if (self->sdp)
        g_value_take_string (value,
            gst_rec_session_description_redact (self->sdp));
      break;
    case PROP_SDP_LOCATION:
      g_value_set_string (value, self->sdp_location);
      break;
    case PROP_LATENCY:
      g_value_set_uint (value, self->latency);
      break;
    case PROP_DECODE:
      g_value_set_boolean (value, self->decode);
      break;
    case PROP_IDLE_TIMEOUT:
      g_value_set_uint (value, self->idle_timeout);
      break;
    case PROP_KEYFRAME_INTERVAL:
      g_value_set_uint (value, self->keyframe_interval);
      break;
    case PROP_LIVE:
      g_value_set_boolean (value, self->live);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rec_rtp_record_src_dispose (GObject * object)
{
  GstRecRtpRecordSrc *self = GST_REC_RTP_RECORD_SRC (object);

  g_clear_pointer (&self->timelines, g_hash_table_unref);

  G_OBJECT_CLASS (gst_rec_rtp_record_src_parent_class)->dispose (object);
}

static void
gst_rec_rtp_record_src_finalize (GObject * object)
{
  GstRecRtpRecordSrc *self = GST_REC_RTP_RECORD_SRC (object);

  g_free (self->sdp);
  g_free (self->sdp_location);
  g_clear_pointer (&self->session, gst_rec_session_unref);
  g_mutex_clear (&self->streams_lock);
  g_mutex_clear (&self->monitor_lock);
  g_cond_clear (&self->monitor_cond);

  G_OBJECT_CLASS (gst_rec_rtp_record_src_parent_class)->finalize (object);
}

static void
gst_rec_rtp_record_src_init (GstRecRtpRecordSrc * self)
{
  self->latency = DEFAULT_LATENCY;
  self->decode = DEFAULT_DECODE;
  self->idle_timeout = DEFAULT_IDLE_TIMEOUT;
  self->keyframe_interval = DEFAULT_KEYFRAME_INTERVAL;
  self->live = DEFAULT_LIVE;
  self->session = gst_rec_session_new ();
  g_mutex_init (&self->streams_lock);
  g_mutex_init (&self->monitor_lock);
  g_cond_init (&self->monitor_cond);

  /* The sockets' sinks inside must not make a sink of the bin. */
  gst_bin_set_suppressed_flags (GST_BIN (self),
      GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);

  self->timelines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  add_pad (self, &screen_template, "screen");
  add_pad (self, &webcam_template, "webcam");
  add_pad (self, &audio_template, "audio_0");
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags ready = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_READY;

  props[PROP_SDP] = g_param_spec_string ("sdp", "SDP",
      "The session's SDP (RFC 8866) as text, in place of sdp-location; read "
      "back without lines that carry keys", NULL, ready);
  props[PROP_SDP_LOCATION] = g_param_spec_string ("sdp-location",
      "SDP location", "Path of the file with the session's SDP (RFC 8866)",
      NULL, ready);
  props[PROP_LATENCY] = g_param_spec_uint ("latency", "Latency",
      "Milliseconds to wait for packets that are late or out of order",
      0, 60000, DEFAULT_LATENCY, ready);
  props[PROP_DECODE] = g_param_spec_boolean ("decode", "Decode",
      "Raw video and sound out; else parsed elementary streams", DEFAULT_DECODE,
      ready);
  props[PROP_IDLE_TIMEOUT] = g_param_spec_uint ("idle-timeout",
      "Idle timeout", "EOS after that many seconds without a packet on any "
      "stream, an error if there never was one (0 = never)", 0, 86400,
      DEFAULT_IDLE_TIMEOUT, ready);
  props[PROP_KEYFRAME_INTERVAL] = g_param_spec_uint ("keyframe-interval",
      "Keyframe interval", "Ask the sender for a keyframe every so many "
      "seconds (0 = only when one is needed)", 0, 86400,
      DEFAULT_KEYFRAME_INTERVAL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_PLAYING);
  props[PROP_LIVE] = g_param_spec_boolean ("live", "Live",
      "What the LATENCY query answers; false lets live elements behind wait "
      "for data as long as it takes, for a replay in tests", DEFAULT_LIVE,
      ready);
  props[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "Counters of every stream: a structure a pad, with packets, bytes, "
      "invalid-packets, wrong-payload-type-packets, foreign-packets, buffers, "
      "gaps, keyframe-requests (uint64) and ssrc (uint)", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
gst_rec_rtp_record_src_class_init (GstRecRtpRecordSrcClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rec_rtp_record_src_debug, "rtprecordsrc", 0,
      "RTP recording source");

  object_class->set_property = gst_rec_rtp_record_src_set_property;
  object_class->get_property = gst_rec_rtp_record_src_get_property;
  object_class->dispose = gst_rec_rtp_record_src_dispose;
  object_class->finalize = gst_rec_rtp_record_src_finalize;
  install_properties (object_class);

  element_class->change_state = gst_rec_rtp_record_src_change_state;
  element_class->send_event = gst_rec_rtp_record_src_send_event;
  gst_element_class_add_static_pad_template (element_class, &screen_template);
  gst_element_class_add_static_pad_template (element_class, &webcam_template);
  gst_element_class_add_static_pad_template (element_class, &audio_template);
  gst_element_class_set_static_metadata (element_class,
      "RTP recording source", "Source/Network/RTP",
      "Receives screen, webcam and sound of a session as an SFU forwards them",
      "the gst-plugins-recording authors");
}
