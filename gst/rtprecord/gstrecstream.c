/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstrecstream.h"

#include <gst/rtp/rtp.h>
#include <gst/video/video.h>

#include "gstrecchain.h"
#include "gstrecpicturegate.h"
#include "gstrecreport.h"
#include "gstrecrtpguard.h"
#include "gstrectimeline.h"
#include "gstrectransport.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

/* bit/s: RTCP has a share of 5 %, so feedback may go out each millisecond. */
#define FEEDBACK_BANDWIDTH 20e6

/* Concealing more is no help. Less is the jitter buffer's guess from times that
 * make no sense, and opusdec 1.22 with FEC would wait for ever to have concealed
 * what is less than the shortest frame of Opus (RFC 6716, 2.1.4). */
#define MAX_LOSS (200 * GST_MSECOND)
#define MIN_LOSS (2500 * GST_USECOND)

/* Between two messages that datagrams were refused. */
#define REFUSED_INTERVAL (10 * GST_SECOND)

struct _GstRecStream
{
  const GstRecStreamDescription *description;
  GstRecSession *session;
  GstRecStreamState state;      /* by the session's lock */
  GstElement *timeline;
  GstPad *pad;                  /* of rtprecordsrc */
  gboolean decode;

  GstRecTransport *transport;   /* set by open */

  GstBin *bin;                  /* unowned; set between join and leave */
  GstElement *rtpbin;
  guint id;
  GList *elements;              /* unowned, in the bin */
  GstPad *feedback;             /* of rtpsession */

  GMutex lock;                  /* of which nobody waits for a pad */
  GCond cond;                   /* by lock: clearing changed */
  GArray *ssrcs;                /* of guint32, those that rtpbin has; by lock */
  guint clearing;               /* calls of clear_ssrcs; by lock */
  GstElement *chains[GST_REC_N_CODECS]; /* unowned, in the bin; by lock */
  GstElement *chain;            /* the one that has the timeline; by lock */

  GstRecVerdict verdict;        /* monitor thread */
  guint64 reported_refused;     /* monitor thread */
  GstClockTime reported_at;     /* running time; monitor thread */
  GstClockTime next_time;       /* streaming thread of the owner's pad */
};

static void repair (gpointer user_data);

GstRecStream *
gst_rec_stream_new (const GstRecStreamDescription * description,
    GstRecSession * session, GstElement * timeline, GstPad * pad,
    gboolean decode)
{
  GstRecStream *self = g_new0 (GstRecStream, 1);

  self->description = description;
  self->session = gst_rec_session_ref (session);
  self->timeline = gst_object_ref (timeline);
  self->pad = gst_object_ref (pad);
  self->decode = decode;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  gst_rec_stream_state_init (&self->state);

  return self;
}

void
gst_rec_stream_free (GstRecStream * self)
{
  g_clear_pointer (&self->transport, gst_rec_transport_free);
  gst_clear_object (&self->timeline);
  gst_clear_object (&self->pad);
  g_clear_pointer (&self->session, gst_rec_session_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_array_unref (self->ssrcs);
  g_free (self);
}

static GstElement *
chain_new (GstRecStream * self, GstRecCodec codec, GError ** error)
{
  GstElement *chain =
      gst_rec_chain_new (self->description, codec, self->decode, error);

  if (chain && self->description->role != GST_REC_ROLE_AUDIO)
    gst_rec_chain_prepend (chain, gst_rec_picture_gate_element_new (codec,
            self->session, &self->state, repair, self));

  return chain;
}

/* Takes the ports, and makes sure that every codec of the SDP has its
 * elements. */
gboolean
gst_rec_stream_open (GstRecStream * self, GError ** error)
{
  const GstRecStreamDescription *d = self->description;

  for (guint i = 0; i < d->payloads->len; i++) {
    GstElement *chain = chain_new (self,
        g_array_index (d->payloads, GstRecPayload, i).codec, error);

    if (chain == NULL)
      return FALSE;
    gst_object_unref (gst_object_ref_sink (chain));
  }

  self->transport =
      gst_rec_transport_new (d, self->session, &self->state, error);

  return self->transport != NULL;
}

/* The session knows where to. */
static void
latch (gpointer user_data)
{
  GstRecStream *self = user_data;

  gst_rec_transport_update_target (self->transport, self->session,
      &self->state);
}

static const GstRecRtpGuardCallbacks guard_callbacks = { latch, repair };

static GstElement *
add (GstRecStream * self, GstElement * element)
{
  gst_bin_add (self->bin, element);
  self->elements = g_list_prepend (self->elements, element);

  return element;
}

/* socket or connection → guard → rtpbin */
static gboolean
add_receiver (GstRecStream * self, gboolean is_rtcp_port, GError ** error)
{
  g_autofree gchar *rtp_pad = g_strdup_printf ("recv_rtp_sink_%u", self->id);
  g_autofree gchar *rtcp_pad = g_strdup_printf ("recv_rtcp_sink_%u", self->id);
  GstElement *src = add (self,
      gst_rec_transport_make_src (self->transport, is_rtcp_port));
  GstElement *guard;

  guard = gst_rec_rtp_guard_new (self->session, &self->state,
      self->description, gst_rec_transport_get_srtp (self->transport),
      is_rtcp_port, self->pad, &guard_callbacks, self);
  add (self, guard);

  if (!is_rtcp_port
      && !gst_element_link_pads (guard, "rtp", self->rtpbin, rtp_pad))
    goto link_failed;
  if ((is_rtcp_port || gst_rec_transport_is_mux (self->transport))
      && !gst_element_link_pads (guard, "rtcp", self->rtpbin, rtcp_pad))
    goto link_failed;
  if (!gst_element_link (src, guard))
    goto link_failed;

  return TRUE;

link_failed:
  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
      "Cannot link the receiver of %s", self->description->pad_name);
  return FALSE;
}

static gboolean
add_rtcp_sender (GstRecStream * self, GError ** error)
{
  g_autofree gchar *pad = g_strdup_printf ("send_rtcp_src_%u", self->id);

  GstElement *sink =
      gst_rec_transport_make_rtcp_sink (self->transport, error);

  if (sink == NULL)
    return FALSE;
  add (self, sink);

  if (!gst_element_link_pads (self->rtpbin, pad, sink, "sink")) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
        "Cannot link the RTCP of %s", self->description->pad_name);
    return FALSE;
  }

  return TRUE;
}

/* rtpsession spaces RTCP, and with it NACK and PLI, by a share of the session's
 * bandwidth, which it underestimates; regular reports keep their interval. And
 * it drops the first packet of a sender whose second one is lost, which the
 * guard has judged already. */
static void
configure_session (GstRecStream * self)
{
  g_autoptr (GObject) session = NULL;

  g_signal_emit_by_name (self->rtpbin, "get-internal-session", self->id,
      &session);
  g_object_set (session, "bandwidth", FEEDBACK_BANDWIDTH, "probation", 0,
      NULL);
}

/* Once, for rtpbin holds its lock while it waits for a jitter buffer. */
static void
find_feedback_pad (GstRecStream * self)
{
  g_autoptr (GstElement) rtpsession = NULL;

  g_signal_emit_by_name (self->rtpbin, "get-session", self->id, &rtpsession);
  self->feedback = gst_element_get_static_pad (rtpsession, "recv_rtp_src");
}

/* Takes part in the bin as RTP session @id of its rtpbin. */
gboolean
gst_rec_stream_join (GstRecStream * self, GstBin * bin, GstElement * rtpbin,
    guint id, GError ** error)
{
  self->bin = bin;
  self->rtpbin = rtpbin;
  self->id = id;

  if (!add_receiver (self, FALSE, error))
    return FALSE;
  if (!gst_rec_transport_is_mux (self->transport)
      && !add_receiver (self, TRUE, error))
    return FALSE;

  configure_session (self);
  find_feedback_pad (self);

  return add_rtcp_sender (self, error);
}

static void
remove_element (GstRecStream * self, GstElement * element)
{
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_bin_remove (self->bin, element);
}

/* What clear_ssrcs stops calls us until then, and who stops rtpbin does not
 * wait for what has left it. */
static void
wait_until_cleared (GstRecStream * self)
{
  g_mutex_lock (&self->lock);
  while (self->clearing > 0)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

/* Outside PAUSED. From then on nobody may use it but to free it. */
void
gst_rec_stream_leave (GstRecStream * self)
{
  if (self->bin == NULL)
    return;

  wait_until_cleared (self);
  for (GList * l = self->elements; l; l = l->next)
    remove_element (self, l->data);
  g_clear_pointer (&self->elements, g_list_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->chains); i++) {
    if (self->chains[i])
      remove_element (self, self->chains[i]);
    self->chains[i] = NULL;
  }
  gst_clear_object (&self->feedback);
  self->chain = NULL;
  self->bin = NULL;
  gst_rec_transport_close (self->transport);
}

/* called with the lock held */
static gboolean
make_chain (GstRecStream * self, GstRecCodec codec, GError ** error)
{
  GstElement *chain = chain_new (self, codec, error);

  if (chain == NULL)
    return FALSE;
  self->chains[codec] = chain;

  return gst_bin_add (self->bin, chain)
      && gst_element_sync_state_with_parent (chain);
}

static void
unlink_upstream (GstElement * chain)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (chain, "sink");
  g_autoptr (GstPad) peer = gst_pad_get_peer (sink);

  if (peer)
    gst_pad_unlink (peer, sink);
}

/* The codec's chain gets the timeline. The former one stays as it is: it may be
 * pushing to a pad that blocks, and whoever stops it would wait for that. Called
 * with the lock held. */
static gboolean
use_chain (GstRecStream * self, GstRecCodec codec, GError ** error)
{
  if (self->chains[codec] == NULL && !make_chain (self, codec, error))
    return FALSE;
  if (self->chain == self->chains[codec])
    return TRUE;

  if (self->chain) {
    unlink_upstream (self->chain);
    gst_element_unlink (self->chain, self->timeline);
  }
  self->chain = self->chains[codec];
  if (gst_element_link (self->chain, self->timeline))
    return TRUE;

  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
      "Cannot link the decoder of %s", self->description->pad_name);
  return FALSE;
}

static gboolean
link_pad (GstRecStream * self, GstPad * pad, guint8 pt, GError ** error)
{
  const GstRecPayload *payload =
      gst_rec_stream_description_find_payload (self->description, pt);
  g_autoptr (GstPad) sink = NULL;
  gboolean ok;

  GST_INFO ("%s: receiving from %" GST_PTR_FORMAT,
      self->description->pad_name, pad);
  g_mutex_lock (&self->lock);
  ok = payload && use_chain (self, payload->codec, error);
  if (ok) {
    unlink_upstream (self->chain);
    sink = gst_element_get_static_pad (self->chain, "sink");
    ok = gst_pad_link (pad, sink) == GST_PAD_LINK_OK;
  }
  g_mutex_unlock (&self->lock);

  if (!ok && *error == NULL)
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
        "Cannot link payload type %u of %s", pt, self->description->pad_name);

  return ok;
}

/* Time in place of the jitter buffer's, which knows neither the other streams
 * of the session nor what comes next. */

static GstClockTime
running_time (GstRecStream * self)
{
  return gst_element_get_current_running_time (GST_ELEMENT (self->bin));
}

static void
wait_until_settled (GstRecStream * self, guint32 ssrc)
{
  GstClockTime at =
      gst_rec_session_settled_at (self->session, &self->state, ssrc);
  GstClockTime now = running_time (self);
  gint64 end;

  if (now == GST_CLOCK_TIME_NONE || now >= at)
    return;
  end = g_get_monotonic_time () + GST_TIME_AS_USECONDS (at - now);
  g_mutex_lock (&self->session->lock);
  while (self->session->playing
      && g_cond_wait_until (&self->session->cond, &self->session->lock, end));
  g_mutex_unlock (&self->session->lock);
}

/* What a decoder gives for a packet was said that much earlier: libopus'
 * encoder looks 312 samples ahead, and RTP has no pre-skip (RFC 7845, 4.2) to
 * say so. */
#define OPUS_DELAY (312 * GST_SECOND / 48000)

static GstClockTime
decoder_delay (GstRecStream * self, guint8 pt)
{
  const GstRecPayload *payload =
      gst_rec_stream_description_find_payload (self->description, pt);

  return self->decode && payload && payload->codec == GST_REC_CODEC_OPUS ?
      OPUS_DELAY : 0;
}

static gboolean
own_pad (GstRecStream * self, GstPad * pad, guint8 pt)
{
  g_autoptr (GError) error = NULL;

  if (gst_pad_is_linked (pad))
    return TRUE;
  if (link_pad (self, pad, pt, &error))
    return TRUE;

  gst_element_message_full (GST_ELEMENT (self->bin), GST_MESSAGE_ERROR,
      error->domain, error->code, g_strdup (error->message), NULL, __FILE__,
      GST_FUNCTION, __LINE__);
  return FALSE;
}

/* Where a sender has no RTX, it probes the path with padding alone, which the
 * gate before the pictures counts. */
/* Every SSRC and payload type has a pad of rtpbin that stays for good. The one
 * that belongs to the stream's owner has the chain; the others are drained, for
 * a jitter buffer that once got an error never goes on. */
static GstPadProbeReturn
on_rtp (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstRecStream *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint32 ssrc, rtp_time;
  GstClockTime time;
  guint8 pt;

  if (!gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return GST_PAD_PROBE_DROP;
  ssrc = gst_rtp_buffer_get_ssrc (&rtp);
  rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  pt = gst_rtp_buffer_get_payload_type (&rtp);
  gst_rtp_buffer_unmap (&rtp);

  if (!gst_rec_session_owns (self->session, &self->state, ssrc)
      || !own_pad (self, pad, pt))
    return GST_PAD_PROBE_DROP;

  wait_until_settled (self, ssrc);
  time = gst_rec_session_map (self->session, &self->state, ssrc, rtp_time,
      running_time (self));
  if (time == GST_CLOCK_TIME_NONE)
    return GST_PAD_PROBE_DROP;
  time -= MIN (time, decoder_delay (self, pt));
  self->next_time = time;

  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = time;
  GST_PAD_PROBE_INFO_DATA (info) = buffer;

  return GST_PAD_PROBE_OK;
}

/* What is lost followed what came last: decoders conceal it there. */
static GstPadProbeReturn
on_event (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  GstRecStream *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstClockTime duration = 0;

  if (!gst_event_has_name (event, "GstRTPPacketLost")
      || !gst_structure_get_clock_time (gst_event_get_structure (event),
          "duration", &duration))
    return GST_PAD_PROBE_OK;
  if (self->next_time == GST_CLOCK_TIME_NONE
      || duration < MIN_LOSS || duration > MAX_LOSS)
    return GST_PAD_PROBE_DROP;

  self->next_time += duration;
  event = gst_event_make_writable (event);
  gst_structure_set (gst_event_writable_structure (event),
      "timestamp", G_TYPE_UINT64, self->next_time, NULL);
  GST_PAD_PROBE_INFO_DATA (info) = event;

  return GST_PAD_PROBE_OK;
}

/* A pad of rtpbin: an SSRC and payload type of this stream. */
void
gst_rec_stream_add_pad (GstRecStream * self, GstPad * pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_rtp, self, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self,
      NULL);
}

/* rtpbin made a jitter buffer for an SSRC. */
void
gst_rec_stream_add_ssrc (GstRecStream * self, guint32 ssrc)
{
  g_mutex_lock (&self->lock);
  g_array_append_val (self->ssrcs, ssrc);
  g_mutex_unlock (&self->lock);
}

typedef struct
{
  GstRecStream *stream;         /* which waits in leave */
  GArray *ssrcs;
} Outdated;

static void
outdated_free (Outdated * self)
{
  GstRecStream *stream = self->stream;

  g_array_unref (self->ssrcs);
  g_free (self);
  g_mutex_lock (&stream->lock);
  stream->clearing--;
  g_cond_signal (&stream->cond);
  g_mutex_unlock (&stream->lock);
}

static void
clear_ssrcs (GstElement * rtpbin, gpointer user_data)
{
  Outdated *outdated = user_data;
  GstRecStream *self = outdated->stream;

  for (guint i = 0; i < outdated->ssrcs->len; i++) {
    guint32 ssrc = g_array_index (outdated->ssrcs, guint32, i);

    g_signal_emit_by_name (rtpbin, "clear-ssrc", self->id, ssrc);
    gst_rec_session_readmit (self->session, &self->state, ssrc);
  }
}

/* An SSRC that was replaced long ago does not come back: what rtpbin keeps for
 * it would fill a long session. Its jitter buffer may still be pushing to a pad
 * that blocks, so a thread of its own waits for that. rtpbin's own "autoremove"
 * does the same when an SSRC is silent or takes leave, but crashes if it sends
 * again in that moment (1.22); our session does not admit it until then. */
void
gst_rec_stream_forget_ssrcs (GstRecStream * self)
{
  Outdated *outdated = NULL;

  g_mutex_lock (&self->lock);
  for (guint i = self->ssrcs->len; i > 0; i--) {
    guint32 ssrc = g_array_index (self->ssrcs, guint32, i - 1);

    if (!gst_rec_session_dismiss (self->session, &self->state, ssrc))
      continue;
    if (outdated == NULL) {
      outdated = g_new (Outdated, 1);
      outdated->stream = self;
      self->clearing++;
      outdated->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
    }
    g_array_append_val (outdated->ssrcs, ssrc);
    g_array_remove_index_fast (self->ssrcs, i - 1);
  }
  g_mutex_unlock (&self->lock);

  if (outdated)
    gst_element_call_async (self->rtpbin, clear_ssrcs, outdated,
        (GDestroyNotify) outdated_free);
}

/* As it was before the first packet. */
void
gst_rec_stream_reset (GstRecStream * self)
{
  self->verdict = (GstRecVerdict) { GST_REC_STREAM_UNKNOWN, NULL };
  self->reported_refused = 0;
  self->reported_at = GST_CLOCK_TIME_NONE;
  self->next_time = GST_CLOCK_TIME_NONE;
  gst_rec_transport_reset (self->transport);
}

/* Shows the peer where we are, while nothing comes from it. */
void
gst_rec_stream_open_way (GstRecStream * self, GstClockTime last_packet,
    GstClockTime now)
{
  gst_rec_transport_open_way (self->transport, last_packet, now);
}

/* rtpsession turns the events into RTCP. Its pad is asked directly: the pads
 * of rtpbin appear only after the jitter buffer's latency. */
static void
ask_sender (GstRecStream * self, GstEvent * event)
{
  gst_pad_send_event (self->feedback, event);
}

static void
request_packet (GstRecStream * self, guint32 ssrc, guint16 seq)
{
  GST_LOG ("%s: asking SSRC %08x for packet %u", self->description->pad_name,
      ssrc, seq);
  ask_sender (self, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
          gst_structure_new ("GstRTPRetransmissionRequest",
              "seqnum", G_TYPE_UINT, (guint) seq,
              "ssrc", G_TYPE_UINT, ssrc, NULL)));
}

/* @why: static */
void
gst_rec_stream_request_keyframe (GstRecStream * self, guint32 ssrc,
    const gchar * why, GstClockTime now)
{
  GstEvent *event;
  guint8 pt;

  g_mutex_lock (&self->session->lock);
  pt = self->state.pt;
  self->state.keyframe_requests++;
  self->state.last_keyframe_request = now;
  gst_rec_session_log (self->session, &self->state, (GstRecJournalEntry) {
        .event = GST_REC_EVENT_KEYFRAME_REQUESTED,.time = now,.ssrc = ssrc,
        .why = why});
  g_mutex_unlock (&self->session->lock);

  GST_DEBUG ("%s: asking SSRC %08x for a keyframe",
      self->description->pad_name, ssrc);
  event = gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE,
      TRUE, 0);
  gst_structure_set (gst_event_writable_structure (event),
      "ssrc", G_TYPE_UINT, ssrc, "payload", G_TYPE_UINT, pt, NULL);
  ask_sender (self, event);
}

/* Asks for what the session misses: packets, keyframes. */
void
gst_rec_stream_repair (GstRecStream * self)
{
  GstClockTime now = running_time (self);
  GstRecRepair repair;
  guint32 ssrc;

  if (!gst_rec_session_repair (self->session, &self->state, now, &repair,
          &ssrc))
    return;
  for (guint i = 0; i < repair.n_nacks; i++)
    request_packet (self, ssrc, repair.nacks[i]);
  if (repair.keyframe)
    gst_rec_stream_request_keyframe (self, ssrc, repair.keyframe, now);
}

static void
repair (gpointer user_data)
{
  gst_rec_stream_repair (user_data);
}

void
gst_rec_stream_send_quality (GstRecStream * self,
    const GstRecQuality * quality)
{
  gst_rec_timeline_send (GST_REC_TIMELINE (self->timeline),
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_OOB,
          gst_rec_report_quality (quality)));
}

/* Why nothing can come over TCP now, where a reason is known; else NULL. */
gchar *
gst_rec_stream_get_trouble (GstRecStream * self)
{
  return gst_rec_transport_get_trouble (self->transport);
}

const GstRecStreamDescription *
gst_rec_stream_get_description (const GstRecStream * self)
{
  return self->description;
}

GstRecStreamState *
gst_rec_stream_get_state (GstRecStream * self)
{
  return &self->state;
}

/* The caps of decoded sound, else NULL. Transfer full. */
GstCaps *
gst_rec_stream_get_audio_caps (const GstRecStream * self)
{
  return self->decode && self->description->role == GST_REC_ROLE_AUDIO ?
      gst_rec_chain_sound_caps (self->description) : NULL;
}

/* TRUE if it is news. */
gboolean
gst_rec_stream_update_verdict (GstRecStream * self, GstRecVerdict verdict)
{
  if (verdict.phase == GST_REC_STREAM_UNKNOWN
      || (verdict.phase == self->verdict.phase
          && g_strcmp0 (verdict.why, self->verdict.why) == 0))
    return FALSE;
  self->verdict = verdict;

  return TRUE;
}

/* TRUE if it is time to say that datagrams were refused. */
gboolean
gst_rec_stream_reports_refused (GstRecStream * self, guint64 refused,
    GstClockTime now)
{
  if (refused == self->reported_refused
      || (self->reported_at != GST_CLOCK_TIME_NONE
          && now < self->reported_at + REFUSED_INTERVAL))
    return FALSE;
  self->reported_refused = refused;
  self->reported_at = now;

  return TRUE;
}
