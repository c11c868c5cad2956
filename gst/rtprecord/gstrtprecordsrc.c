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
 * `a=crypto` (RFC 4568) has the key of the stream's SRTP, `a=x-crypto-send` the
 * one of our own RTCP, which is plain without it. Keys that should not stand in
 * the SDP come with #rtprecordsrc:srtp-keys.
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
 * there is a reason: no-packets, no-keyframe, cannot-decrypt, replayed,
 * wrong-payload-type, black or frozen) and, with wrong-payload-type,
 * `payload-type` (uint, the one that came).
 *
 * `rtprecord-refused`, an element message when datagrams of another source were
 * refused, at most one a stream each 10 seconds: `pad`, `role` (string),
 * `address` (string) and `port` (uint) of the last one, `packets` (uint64, since
 * the stream began).
 *
 * `recording-quality`, an element message each second: `jitter` (uint64, ns,
 * RFC 3550) and `loss`, `post-repair-loss` (double, 0 to 1) of the worst stream,
 * `bandwidth` (uint64, bit/s) of all, and for each stream that ever had a packet
 * a structure with these and `framerate` (double), named after the pad. What was
 * not measured is absent. Each pad pushes its structure as an event
 * `recording-quality` (CUSTOM_DOWNSTREAM_OOB), too.
 *
 * `rtprecord-timeline`, an element message for what happened to a stream:
 * `event` (string), `pad`, `role` (string), `ssrc` (uint), when it was as
 * `running-time`, `session-time` (uint64, ns) and `wall-clock` (string, UTC, ISO
 * 8601). Events and their further fields: first-picture (`width`, `height`,
 * uint), size-changed (these and `old-width`, `old-height`), paused, resumed
 * (`duration`, uint64, ns), gap (`duration`), bye, ssrc-changed (`old-ssrc`,
 * uint), takeover-refused (`packets`, `duration`, uint64), reconnected
 * (`duration`), clock-step (`step`, int64, ns), loss (`packets`, `repaired`, `duration`), pictures-withheld
 * (`pictures`, `duration`), keyframe-requested (`why`, string),
 * keyframe-received (`duration`), omitted (`records`, uint64).
 *
 * Since: 0.1
 */

#include "gstrtprecordsrc.h"

#include <stdio.h>
#include <gst/audio/audio.h>
#include <gst/video/video.h>

#include "gstrecreport.h"
#include "gstrecchain.h"
#include "gstrecstream.h"
#include "gstrectimeline.h"
#include "gstrecwatch.h"
#include "srtpkeyring.h"

GST_DEBUG_CATEGORY (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

#define DEFAULT_LATENCY 1000
#define DEFAULT_DECODE TRUE
#define DEFAULT_IDLE_TIMEOUT 0
#define DEFAULT_KEYFRAME_INTERVAL 0
#define DEFAULT_BLACK_TIMEOUT 0
#define DEFAULT_FROZEN_TIMEOUT 0
#define DEFAULT_LIVE TRUE
#define DEFAULT_PROTOCOL GST_REC_PROTOCOL_UDP
#define DEFAULT_SRTP_REQUIRED FALSE

/* That a stream may have at a time in all: each costs a jitter buffer. */
#define MAX_SSRCS 64

/* GstRTPProfile is not installed: AVPF, for RTCP feedback at once. */
#define RTP_PROFILE "avpf"

enum
{
  PROP_0,
  PROP_SDP,
  PROP_SDP_LOCATION,
  PROP_ALLOWED_SOURCE,
  PROP_LATENCY,
  PROP_DECODE,
  PROP_IDLE_TIMEOUT,
  PROP_KEYFRAME_INTERVAL,
  PROP_BLACK_TIMEOUT,
  PROP_FROZEN_TIMEOUT,
  PROP_LIVE,
  PROP_PROTOCOL,
  PROP_SRTP_REQUIRED,
  PROP_SRTP_KEYS,
  PROP_STATS,
  N_PROPS
};

struct _GstRecRtpRecordSrc
{
  GstBin parent;

  /* properties, protected by the object lock */
  gchar *sdp;
  gchar *sdp_location;
  gchar *allowed_source;
  guint latency;
  gboolean decode;
  guint idle_timeout;
  guint keyframe_interval;
  guint black_timeout;
  guint frozen_timeout;
  gboolean live;
  GstRecProtocol protocol;
  gboolean srtp_required;
  GstRecSrtpKeyring *srtp_keys; /* or NULL */

  GstRecSession *session;

  /* as they were when the element went to READY */
  gboolean open_decode;
  gboolean open_srtp_required;
  GstRecProtocol open_protocol;
  GstClockTime open_latency;

  /* NULL to READY and back */
  GPtrArray *descriptions;      /* of GstRecStreamDescription */
  GPtrArray *streams;           /* of GstRecStream, same order */
  GMutex streams_lock;          /* for who reads streams in between */
  GstElement *rtpbin;           /* unowned */
  GHashTable *timelines;        /* pad name → GstElement, unowned */

  GstRecWatch *watch;           /* READY to PAUSED and back */
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

#define GST_TYPE_REC_PROTOCOL (gst_rec_protocol_get_type ())
static GType
gst_rec_protocol_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_REC_PROTOCOL_UDP, "UDP, TCP where the SDP says so", "udp"},
    {GST_REC_PROTOCOL_TCP, "TCP for every stream (RFC 4571)", "tcp"},
    {0, NULL, NULL}
  };
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRecRtpProtocol",
            values));

  return type;
}

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

static void
on_new_jitterbuffer (GstElement * rtpbin G_GNUC_UNUSED,
    GstElement * jitterbuffer G_GNUC_UNUSED, guint id, guint ssrc,
    GstRecRtpRecordSrc * self)
{
  GstRecStream *stream = get_stream (self, id);

  if (stream)
    gst_rec_stream_add_ssrc (stream, ssrc);
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
  /* 0: a new start after 3000 missing packets, whatever rate their RTP times
   * pretend, as in the session. */
  g_object_set (rtpbin, "latency",
      (guint) GST_TIME_AS_MSECONDS (self->open_latency), "do-lost", TRUE,
      "max-streams", MAX_SSRCS, "max-dropout-time", 0, NULL);
  g_signal_connect (rtpbin, "request-pt-map", G_CALLBACK (on_request_pt_map),
      self);
  g_signal_connect (rtpbin, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (rtpbin, "new-jitterbuffer",
      G_CALLBACK (on_new_jitterbuffer), self);
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
load_descriptions (GstRecRtpRecordSrc * self, GError ** error)
{
  g_autoptr (GstRecSrtpKeyring) keys = NULL;
  gchar *sdp = load_sdp (self, error);

  if (sdp == NULL)
    return FALSE;

  GST_OBJECT_LOCK (self);
  if (self->srtp_keys)
    keys = gst_rec_srtp_keyring_ref (self->srtp_keys);
  GST_OBJECT_UNLOCK (self);
  self->descriptions = gst_rec_session_description_parse (sdp,
      self->open_protocol, error);
  gst_rec_secret_free (sdp);

  return self->descriptions && (keys == NULL
      || gst_rec_srtp_keyring_apply (keys, self->descriptions, error));
}

/* Before anything listens: the session's lock is not needed. */
static gboolean
set_allowed (GstRecRtpRecordSrc * self, GError ** error)
{
  g_autofree gchar *text = NULL;

  GST_OBJECT_LOCK (self);
  text = g_strdup (self->allowed_source);
  GST_OBJECT_UNLOCK (self);

  g_clear_pointer (&self->session->allowed, g_ptr_array_unref);
  if (text == NULL || *text == '\0')
    return TRUE;
  self->session->allowed = gst_rec_allowed_sources_parse (text, error);

  return self->session->allowed != NULL;
}

static gboolean
open_streams (GstRecRtpRecordSrc * self, GError ** error)
{
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_rec_stream_free);

  for (guint i = 0; i < self->descriptions->len; i++) {
    const GstRecStreamDescription *description =
        g_ptr_array_index (self->descriptions, i);
    GstElement *timeline;
    g_autoptr (GstPad) pad = NULL;
    GstRecStream *stream;

    if (!gst_rec_stream_description_check_security (description,
            self->open_srtp_required, error))
      return FALSE;
    timeline = get_timeline (self, description->pad_name);
    pad = gst_element_get_static_pad (GST_ELEMENT (self),
        description->pad_name);
    stream = gst_rec_stream_new (description, self->session,
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

  GST_OBJECT_LOCK (self);
  self->open_decode = self->decode;
  self->open_srtp_required = self->srtp_required;
  self->open_protocol = self->protocol;
  self->open_latency = self->latency * GST_MSECOND;
  GST_OBJECT_UNLOCK (self);
  if (load_descriptions (self, &error) && set_allowed (self, &error)
      && open_streams (self, &error))
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
  GstRecPictureLimits limits;
  GstClockTime idle_timeout;
  gboolean live;

  GST_OBJECT_LOCK (self);
  idle_timeout = self->idle_timeout * GST_SECOND;
  live = self->live;
  limits.black = self->black_timeout * GST_SECOND;
  limits.frozen = self->frozen_timeout * GST_SECOND;
  GST_OBJECT_UNLOCK (self);

  gst_rec_session_reset (self->session, self->open_latency, idle_timeout);
  gst_rec_session_set_picture_limits (self->session, limits);
  prepare_pads (self, live);
}

/* What waits for a pad that blocks lets go, in whichever order the elements
 * inside are stopped. */
static void
flush_timelines (GstRecRtpRecordSrc * self)
{
  GHashTableIter iter;
  gpointer timeline;

  g_hash_table_iter_init (&iter, self->timelines);
  while (g_hash_table_iter_next (&iter, NULL, &timeline))
    gst_rec_timeline_flush (timeline);
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
      self->watch = gst_rec_watch_start (GST_ELEMENT (self), self->session,
          self->streams);
      break;
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      gst_rec_session_set_playing (self->session, FALSE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      flush_timelines (self);
      g_clear_pointer (&self->watch, gst_rec_watch_stop);
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
        g_clear_pointer (&self->watch, gst_rec_watch_stop);
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
get_stats (GstRecRtpRecordSrc * self)
{
  GstStructure *stats = gst_structure_new_empty ("rtprecord-stats");

  g_mutex_lock (&self->streams_lock);
  for (guint i = 0; self->streams && i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);
    g_autoptr (GstStructure) s =
        gst_rec_report_stats (self->session, gst_rec_stream_get_state (stream));

    gst_structure_set (stats,
        gst_rec_stream_get_description (stream)->pad_name, GST_TYPE_STRUCTURE,
        s, NULL);
  }
  g_mutex_unlock (&self->streams_lock);

  return stats;
}

static void
set_srtp_keys (GstRecRtpRecordSrc * self, const GstStructure * keys)
{
  g_clear_pointer (&self->srtp_keys, gst_rec_srtp_keyring_unref);
  if (keys)
    self->srtp_keys = gst_rec_srtp_keyring_new (keys);
}

static void
gst_rec_rtp_record_src_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecRtpRecordSrc *self = GST_REC_RTP_RECORD_SRC (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SDP:
      gst_rec_secret_free (self->sdp);
      self->sdp = g_value_dup_string (value);
      break;
    case PROP_SDP_LOCATION:
      g_free (self->sdp_location);
      self->sdp_location = g_value_dup_string (value);
      break;
    case PROP_ALLOWED_SOURCE:
      g_free (self->allowed_source);
      self->allowed_source = g_value_dup_string (value);
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
    case PROP_BLACK_TIMEOUT:
      self->black_timeout = g_value_get_uint (value);
      break;
    case PROP_FROZEN_TIMEOUT:
      self->frozen_timeout = g_value_get_uint (value);
      break;
    case PROP_LIVE:
      self->live = g_value_get_boolean (value);
      break;
    case PROP_PROTOCOL:
      self->protocol = g_value_get_enum (value);
      break;
    case PROP_SRTP_REQUIRED:
      self->srtp_required = g_value_get_boolean (value);
      break;
    case PROP_SRTP_KEYS:
      set_srtp_keys (self, gst_value_get_structure (value));
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
    case PROP_ALLOWED_SOURCE:
      g_value_set_string (value, self->allowed_source);
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
    case PROP_BLACK_TIMEOUT:
      g_value_set_uint (value, self->black_timeout);
      break;
    case PROP_FROZEN_TIMEOUT:
      g_value_set_uint (value, self->frozen_timeout);
      break;
    case PROP_LIVE:
      g_value_set_boolean (value, self->live);
      break;
    case PROP_PROTOCOL:
      g_value_set_enum (value, self->protocol);
      break;
    case PROP_SRTP_REQUIRED:
      g_value_set_boolean (value, self->srtp_required);
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

  gst_rec_secret_free (self->sdp);
  g_free (self->sdp_location);
  g_clear_pointer (&self->srtp_keys, gst_rec_srtp_keyring_unref);
  g_free (self->allowed_source);
  g_clear_pointer (&self->session, gst_rec_session_unref);
  g_mutex_clear (&self->streams_lock);

  G_OBJECT_CLASS (gst_rec_rtp_record_src_parent_class)->finalize (object);
}

static void
gst_rec_rtp_record_src_init (GstRecRtpRecordSrc * self)
{
  self->latency = DEFAULT_LATENCY;
  self->decode = DEFAULT_DECODE;
  self->idle_timeout = DEFAULT_IDLE_TIMEOUT;
  self->keyframe_interval = DEFAULT_KEYFRAME_INTERVAL;
  self->black_timeout = DEFAULT_BLACK_TIMEOUT;
  self->frozen_timeout = DEFAULT_FROZEN_TIMEOUT;
  self->live = DEFAULT_LIVE;
  self->protocol = DEFAULT_PROTOCOL;
  self->srtp_required = DEFAULT_SRTP_REQUIRED;
  self->session = gst_rec_session_new ();
  g_mutex_init (&self->streams_lock);

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
  props[PROP_ALLOWED_SOURCE] = g_param_spec_string ("allowed-source",
      "Allowed source", "Addresses and prefixes in numbers, separated by "
      "commas (192.0.2.7, 2001:db8::/32), from which alone datagrams are "
      "taken; none: from the first valid source of each stream", NULL, ready);
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
  props[PROP_BLACK_TIMEOUT] = g_param_spec_uint ("black-timeout",
      "Black timeout", "Report a decoded picture that is black for that many "
      "seconds (0 = never)", 0, 86400, DEFAULT_BLACK_TIMEOUT, ready);
  props[PROP_FROZEN_TIMEOUT] = g_param_spec_uint ("frozen-timeout",
      "Frozen timeout", "Report a decoded picture that does not change for "
      "that many seconds while packets come (0 = never)", 0, 86400,
      DEFAULT_FROZEN_TIMEOUT, ready);
  props[PROP_LIVE] = g_param_spec_boolean ("live", "Live",
      "What the LATENCY query answers; false lets live elements behind wait "
      "for data as long as it takes, for a replay in tests", DEFAULT_LIVE,
      ready);
  props[PROP_PROTOCOL] = g_param_spec_enum ("protocol", "Protocol",
      "What RTP and RTCP come over; tcp: in the framing of RFC 4571, one "
      "connection a stream", GST_TYPE_REC_PROTOCOL, DEFAULT_PROTOCOL, ready);
  props[PROP_SRTP_REQUIRED] = g_param_spec_boolean ("srtp-required",
      "SRTP required", "Refuse an SDP with a stream that is not encrypted",
      DEFAULT_SRTP_REQUIRED, ready);
  props[PROP_SRTP_KEYS] = g_param_spec_boxed ("srtp-keys", "SRTP keys",
      "Keys that do not stand in the SDP: a field a pad, such as screen, and "
      "one with -send, such as screen-send, for our own RTCP; the values are "
      "strings, SUITE inline:KEY (RFC 4568)", GST_TYPE_STRUCTURE,
      G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  props[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "Counters of every stream, a structure a pad: its fields are listed in "
      "docs/elements/rtprecordsrc.md", GST_TYPE_STRUCTURE,
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
