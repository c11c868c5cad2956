/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstrecwatch.h"

#include "gstrecreport.h"
#include "gstrecstream.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

#define INTERVAL (100 * G_TIME_SPAN_MILLISECOND)
#define REPORT_INTERVAL GST_SECOND

/* What was known of a stream when it was last reported. */
typedef struct
{
  GstRecQualityCounters counters;
  guint64 recovered;
  guint64 withheld;
  guint64 strangers;
} Reported;

struct _GstRecWatch
{
  GstElement *element;
  GstRecSession *session;
  GPtrArray *streams;           /* of GstRecStream */

  /* thread */
  Reported *reported;           /* a stream each */
  GstClockTime reported_at;     /* running time, NONE before the first packet */

  GThread *thread;
  GMutex lock;
  GCond cond;
  gboolean stop;                /* by lock */
};

static void
watch_clear (GstRecWatch * self)
{
  gst_object_unref (self->element);
  gst_rec_session_unref (self->session);
  g_ptr_array_unref (self->streams);
  g_free (self->reported);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

static void
watch_unref (GstRecWatch * self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) watch_clear);
}

static gboolean
is_stopped (GstRecWatch * self)
{
  gboolean stop;

  g_mutex_lock (&self->lock);
  stop = self->stop;
  g_mutex_unlock (&self->lock);

  return stop;
}

static void
post (GstRecWatch * self, GstStructure * s)
{
  GST_DEBUG_OBJECT (self->element, "%" GST_PTR_FORMAT, s);
  gst_element_post_message (self->element,
      gst_message_new_element (GST_OBJECT (self->element), s));
}

static void
maintain_stream (GstRecStream * stream, const GstRecStreamState * state,
    GstClockTime now, GstClockTime keyframe_interval)
{
  const gchar *why = NULL;

  gst_rec_stream_forget_ssrcs (stream);
  gst_rec_stream_repair (stream);
  gst_rec_stream_open_way (stream, state->last_packet, now);
  if (state->is_video)
    why = gst_rec_monitor_wants_keyframe (state, keyframe_interval, now);
  if (why == NULL && gst_rec_monitor_fell_silent (state, now))
    why = "silence";
  if (why)
    gst_rec_stream_request_keyframe (stream, state->ssrc, why, now);
}

/* An application may stop us from within a message, in a sync handler: then the
 * stream has left. */
static void
watch_stream (GstRecWatch * self, GstRecStream * stream, GstClockTime now,
    GstClockTime keyframe_interval)
{
  const GstRecStreamDescription *d = gst_rec_stream_get_description (stream);
  GstRecStreamState state;
  GstRecVerdict verdict;
  GstClockTime latency;

  g_mutex_lock (&self->session->lock);
  gst_rec_monitor_update (gst_rec_stream_get_state (stream), now);
  state = *gst_rec_stream_get_state (stream);
  latency = self->session->latency;
  g_mutex_unlock (&self->session->lock);

  verdict = gst_rec_monitor_judge (&state, latency, now);
  if (gst_rec_stream_update_verdict (stream, verdict)) {
    if (verdict.phase == GST_REC_STREAM_PAUSED)
      gst_rec_session_note_paused (self->session,
          gst_rec_stream_get_state (stream), now);
    post (self, gst_rec_report_verdict (d, &state, verdict));
  }
  /* A flood of strangers is no flood of messages. */
  if (!is_stopped (self)
      && gst_rec_stream_reports_refused (stream, state.refused, now))
    post (self, gst_rec_report_refused (d, &state));
  if (!is_stopped (self))
    maintain_stream (stream, &state, now, keyframe_interval);
}

/* The quality of the last second */

static GstRecQualityCounters
count (const GstRecStreamState * state, GstClockTime now)
{
  const GstRecReception *reception = &state->reception;
  guint64 missing = gst_rec_reception_lost (reception);

  return (GstRecQualityCounters) {
    .time = now,
    .bytes = state->bytes,
    .expected = reception->expected,
    .lost = missing + reception->recovered,
    .unrepaired = missing - MIN (missing, reception->n_missing),
    .pictures = state->outputs,
    .jitter = reception->have_transit ? gst_rec_reception_jitter (reception) :
        GST_CLOCK_TIME_NONE,
  };
}

/* What happens at the rate of packets is summed. Called with the session's lock
 * held. */
static void
log_sums (GstRecWatch * self, const Reported * before, const Reported * now,
    GstRecStreamState * state)
{
  GstRecJournalEntry entry = {
    .time = before->counters.time,
    .duration = now->counters.time - before->counters.time,
  };

  if (now->strangers > before->strangers) {
    entry.event = GST_REC_EVENT_TAKEOVER_REFUSED;
    entry.ssrc = state->candidate;
    entry.count = now->strangers - before->strangers;
    gst_rec_session_log (self->session, state, entry);
  }
  entry.ssrc = state->ssrc;
  if (now->counters.lost > before->counters.lost) {
    entry.event = GST_REC_EVENT_LOSS;
    entry.count = now->counters.lost - before->counters.lost;
    entry.repaired = now->recovered - before->recovered;
    gst_rec_session_log (self->session, state, entry);
  }
  if (now->withheld > before->withheld) {
    entry.event = GST_REC_EVENT_PICTURES_WITHHELD;
    entry.count = now->withheld - before->withheld;
    gst_rec_session_log (self->session, state, entry);
  }
}

/* FALSE: nothing ever came, so that nothing can be said. */
static gboolean
measure_stream (GstRecWatch * self, guint i, GstClockTime now,
    GstRecQuality * quality)
{
  GstRecStream *stream = g_ptr_array_index (self->streams, i);
  GstRecStreamState *state = gst_rec_stream_get_state (stream);
  Reported *reported = &self->reported[i];
  Reported latest;
  gboolean has_packets;

  g_mutex_lock (&self->session->lock);
  latest = (Reported) {
    .counters = count (state, now),
    .recovered = state->reception.recovered,
    .withheld = state->withheld,
    .strangers = state->strangers,
  };
  gst_rec_quality_measure (&state->quality, &reported->counters,
      &latest.counters, state->is_video && state->wanted);
  log_sums (self, reported, &latest, state);
  *quality = state->quality;
  has_packets = state->packets > 0;
  g_mutex_unlock (&self->session->lock);
  *reported = latest;

  return has_packets;
}

static void
report_quality (GstRecWatch * self, GstClockTime now)
{
  GstStructure *message = gst_structure_new_empty ("recording-quality");
  GstRecQuality all;

  gst_rec_quality_init (&all);
  for (guint i = 0; i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);
    GstRecQuality quality;
    g_autoptr (GstStructure) s = NULL;

    if (!measure_stream (self, i, now, &quality))
      continue;
    gst_rec_quality_add (&all, &quality);
    s = gst_rec_report_quality (&quality);
    gst_structure_set (message,
        gst_rec_stream_get_description (stream)->pad_name, GST_TYPE_STRUCTURE,
        s, NULL);
    gst_rec_stream_send_quality (stream, &quality);
  }
  gst_rec_quality_set_fields (&all, message);
  post (self, message);
}

/* Counted from the session's first packet on. */
static void
watch_quality (GstRecWatch * self, GstClockTime now)
{
  if (self->reported_at == GST_CLOCK_TIME_NONE) {
    g_mutex_lock (&self->session->lock);
    self->reported_at = self->session->start;
    g_mutex_unlock (&self->session->lock);
    for (guint i = 0; i < self->streams->len; i++)
      self->reported[i].counters.time = self->reported_at;
  }
  if (self->reported_at == GST_CLOCK_TIME_NONE
      || now < self->reported_at + REPORT_INTERVAL)
    return;

  report_quality (self, now);
  self->reported_at +=
      (now - self->reported_at) / REPORT_INTERVAL * REPORT_INTERVAL;
}

/* The journal */

static GstRecStream *
find_stream (GstRecWatch * self, gconstpointer state)
{
  for (guint i = 0; i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);

    if (gst_rec_stream_get_state (stream) == state)
      return stream;
  }

  return NULL;
}

static gboolean
take_entry (GstRecWatch * self, GstRecJournalEntry * entry,
    GstClockTime * session_start)
{
  gboolean taken;

  g_mutex_lock (&self->session->lock);
  taken = gst_rec_journal_take (&self->session->journal, entry);
  if (!taken)
    g_cond_broadcast (&self->session->cond);
  *session_start = self->session->start;
  g_mutex_unlock (&self->session->lock);

  return taken;
}

static void
post_entry (GstRecWatch * self, const GstRecJournalEntry * entry,
    GstClockTime session_start, GstClockTime now, gint64 wall_clock)
{
  GstRecStream *stream = find_stream (self, entry->stream);
  const GstRecStreamDescription *d =
      stream ? gst_rec_stream_get_description (stream) : NULL;
  GstClockTimeDiff ago = entry->time == GST_CLOCK_TIME_NONE ? 0 :
      GST_CLOCK_DIFF (entry->time, now);

  post (self, gst_rec_journal_entry_to_structure (entry,
          d ? d->pad_name : NULL, d ? gst_rec_role_name (d->role) : NULL,
          session_start, wall_clock - ago / (gint64) GST_USECOND));
}

/* No more at a time than the journal holds, so that a flood of events is no
 * flood of messages. */
static void
watch_journal (GstRecWatch * self)
{
  const GstClockTime now =
      gst_element_get_current_running_time (self->element);
  const gint64 wall_clock = g_get_real_time ();
  GstRecJournalEntry entry;
  GstClockTime start;

  for (guint i = 0; i <= GST_REC_JOURNAL_SIZE && !is_stopped (self)
      && take_entry (self, &entry, &start); i++)
    post_entry (self, &entry, start, now, wall_clock);
}

/* What came instead is often the reason. */
static gchar *
describe_silence (GstRecWatch * self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);
    const GstRecStreamDescription *d = gst_rec_stream_get_description (stream);
    GstRecStreamState *state = gst_rec_stream_get_state (stream);
    g_autofree gchar *trouble = gst_rec_stream_get_trouble (stream);

    g_mutex_lock (&self->session->lock);
    g_string_append_printf (text, "%s%s: %s %sport %u", i > 0 ? "; " : "",
        d->pad_name, d->address, d->is_tcp ? "TCP " : "", d->rtp_port);
    if (trouble)
      g_string_append_printf (text, " (%s)", trouble);
    else if (d->is_tcp && !state->connected)
      g_string_append (text, " (nobody connected)");
    if (state->wrong_pt > 0)
      g_string_append_printf (text, " (%" G_GUINT64_FORMAT " packets with "
          "payload type %u, which the SDP does not have)", state->wrong_pt,
          state->last_wrong_pt);
    if (state->undecryptable > 0)
      g_string_append_printf (text, " (%" G_GUINT64_FORMAT " packets that the "
          "SRTP key does not decrypt)", state->undecryptable);
    if (state->invalid > 0)
      g_string_append_printf (text, " (%" G_GUINT64_FORMAT " datagrams that "
          "are not RTP)", state->invalid);
    if (state->refused > 0) {
      g_autofree gchar *host = gst_rec_source_get_host (&state->last_refused);

      g_string_append_printf (text, " (%" G_GUINT64_FORMAT " times refused, "
          "last %s)", state->refused, host);
    }
    g_mutex_unlock (&self->session->lock);
  }

  return g_string_free (text, FALSE);
}

/* The first stream whose peer does not let us connect, or NULL. */
static const GstRecStreamDescription *
find_unreachable (GstRecWatch * self)
{
  for (guint i = 0; i < self->streams->len; i++) {
    GstRecStream *stream = g_ptr_array_index (self->streams, i);
    const GstRecStreamDescription *d = gst_rec_stream_get_description (stream);
    g_autofree gchar *trouble = gst_rec_stream_get_trouble (stream);

    if (trouble && d->setup == GST_REC_SETUP_ACTIVE)
      return d;
  }

  return NULL;
}

/* What to do when nothing was received: what came instead tells. */
static const gchar *
advise_on_silence (GstRecWatch * self)
{
  guint64 undecryptable = 0, wrong_pt = 0, refused = 0;

  g_mutex_lock (&self->session->lock);
  for (guint i = 0; i < self->streams->len; i++) {
    GstRecStreamState *state =
        gst_rec_stream_get_state (g_ptr_array_index (self->streams, i));

    undecryptable += state->undecryptable;
    wrong_pt += state->wrong_pt;
    refused += state->refused;
  }
  g_mutex_unlock (&self->session->lock);

  if (undecryptable > 0)
    return "packets came that the SRTP key does not decrypt; give the sender's "
        "key in a=crypto or 'srtp-keys'";
  if (wrong_pt > 0)
    return "packets came with a payload type that the SDP does not have; write "
        "the sender's there";
  if (refused > 0)
    return "packets came from an address that 'allowed-source' does not have";

  return "check that the SFU forwards to the addresses, ports and payload "
      "types of the SDP";
}

static void
post_silence (GstRecWatch * self)
{
  const GstRecStreamDescription *unreachable = find_unreachable (self);
  g_autofree gchar *ports = describe_silence (self);
  guint64 seconds = self->session->idle_timeout / GST_SECOND;

  if (unreachable)
    GST_ELEMENT_ERROR (self->element, RESOURCE, OPEN_READ,
        ("Cannot connect to %s TCP port %u within the idle-timeout of %"
            G_GUINT64_FORMAT " s: check that the sender listens there, or that "
            "the SDP should have a=setup:passive, so that it connects to us",
            unreachable->address, unreachable->rtp_port, seconds),
        ("%s", ports));
  else
    GST_ELEMENT_ERROR (self->element, RESOURCE, READ,
        ("No RTP packet of the session was received within the idle-timeout "
            "of %" G_GUINT64_FORMAT " s: %s", seconds,
            advise_on_silence (self)),
        ("%s", ports));
}

static void
watch_idle (GstRecWatch * self, GstClockTime now)
{
  GstClockTime last;

  if (!gst_rec_session_is_idle (self->session, now))
    return;

  g_mutex_lock (&self->session->lock);
  last = gst_rec_session_last_moment (self->session);
  g_mutex_unlock (&self->session->lock);
  if (last != GST_CLOCK_TIME_NONE) {
    GST_INFO_OBJECT (self->element, "the session is over");
    gst_rec_session_end (self->session, last);
    return;
  }

  gst_rec_session_end (self->session, now);
  post_silence (self);
}

static gboolean
is_playing (GstRecWatch * self)
{
  gboolean playing;

  g_mutex_lock (&self->session->lock);
  playing = self->session->playing;
  g_mutex_unlock (&self->session->lock);

  return playing;
}

static void
watch (GstRecWatch * self)
{
  GstClockTime now =
      gst_element_get_current_running_time (self->element);
  guint keyframe_interval;

  if (!is_playing (self) || now == GST_CLOCK_TIME_NONE)
    return;
  g_object_get (self->element, "keyframe-interval", &keyframe_interval, NULL);

  for (guint i = 0; i < self->streams->len && !is_stopped (self); i++)
    watch_stream (self, g_ptr_array_index (self->streams, i), now,
        keyframe_interval * GST_SECOND);
  if (!is_stopped (self))
    watch_quality (self, now);
  watch_journal (self);
  if (!is_stopped (self))
    watch_idle (self, now);
}

static gpointer
thread_main (gpointer data)
{
  GstRecWatch *self = data;

  while (!is_stopped (self)) {
    watch (self);

    g_mutex_lock (&self->lock);
    if (!self->stop)
      g_cond_wait_until (&self->cond, &self->lock,
          g_get_monotonic_time () + INTERVAL);
    g_mutex_unlock (&self->lock);
  }
  watch_unref (self);

  return NULL;
}

/* @streams must not change until the watch is stopped. */
GstRecWatch *
gst_rec_watch_start (GstElement * element, GstRecSession * session,
    GPtrArray * streams)
{
  GstRecWatch *self = g_atomic_rc_box_new0 (GstRecWatch);

  self->element = gst_object_ref (element);
  self->session = gst_rec_session_ref (session);
  self->streams = g_ptr_array_ref (streams);
  self->reported = g_new0 (Reported, streams->len);
  self->reported_at = GST_CLOCK_TIME_NONE;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("rtprecordsrc", thread_main,
      g_atomic_rc_box_acquire (self));

  return self;
}

void
gst_rec_watch_stop (GstRecWatch * self)
{
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);

  if (self->thread == g_thread_self ())
    g_thread_unref (self->thread);
  else
    g_thread_join (self->thread);
  watch_unref (self);
}
