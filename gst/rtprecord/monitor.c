/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* How a stream fares, from its counters: what the application is told. */

#include "monitor.h"

#define PATIENCE GST_REC_PAUSE

/* A stream whose packets are all refused for that long has another key, or
 * another payload type. */
#define REFUSED_PATIENCE GST_SECOND

static gboolean
older_than (GstClockTime time, GstClockTime age, GstClockTime now)
{
  return time != GST_CLOCK_TIME_NONE && now > time && now - time >= age;
}

/* Packets come that cannot be taken, the last one at @last, and no others. */
static gboolean
refuses_all (const GstRecStreamState * stream, guint64 refused,
    GstClockTime last, GstClockTime now)
{
  if (refused == 0 || older_than (last, PATIENCE, now))
    return FALSE;

  return stream->packets == 0
      || older_than (stream->last_packet, REFUSED_PATIENCE, last);
}

/* A pause is no picture's fault. */
static gboolean
stands_too_long (const GstRecStreamState * stream, GstClockTime since,
    GstClockTime limit, GstClockTime now)
{
  return limit > 0 && older_than (since, limit, now)
      && older_than (stream->sending_since, limit, now);
}

/* What is wrong with the picture, or NULL. */
static const gchar *
judge_picture (const GstRecStreamState * stream, GstClockTime now)
{
  if (stands_too_long (stream, stream->black_since, stream->limits.black, now))
    return "black";
  if (stands_too_long (stream, stream->still_since, stream->limits.frozen,
          now))
    return "frozen";

  return NULL;
}

/* Since when packets come of which no picture can be made. Called with the
 * session's lock held. */
void
gst_rec_monitor_update (GstRecStreamState * stream, GstClockTime now)
{
  if (!stream->wanted || !gst_rec_reception_needs_keyframe (&stream->reception)
      || older_than (stream->last_packet, PATIENCE, now))
    stream->keyless_since = GST_CLOCK_TIME_NONE;
  else if (stream->keyless_since == GST_CLOCK_TIME_NONE)
    stream->keyless_since = now;
}

/* Nothing comes out before the latency is over. */
static gboolean
lacks_keyframe (const GstRecStreamState * stream, GstClockTime latency,
    GstClockTime now)
{
  return stream->is_video && stream->wanted
      && (older_than (stream->keyless_since, PATIENCE, now)
      || (stream->outputs == 0
          && older_than (stream->first_packet, PATIENCE + latency, now)));
}

GstRecVerdict
gst_rec_monitor_judge (const GstRecStreamState * stream, GstClockTime latency,
    GstClockTime now)
{
  if (refuses_all (stream, stream->undecryptable, stream->last_undecryptable,
          now))
    return (GstRecVerdict) {
    GST_REC_STREAM_WAITING, "cannot-decrypt"};
  if (refuses_all (stream, stream->replayed, stream->last_replayed, now))
    return (GstRecVerdict) {
    GST_REC_STREAM_WAITING, "replayed"};
  if (refuses_all (stream, stream->wrong_pt, stream->last_wrong, now))
    return (GstRecVerdict) {
    GST_REC_STREAM_WAITING, "wrong-payload-type"};
  if (stream->packets == 0 && now < PATIENCE)
    return (GstRecVerdict) {
    GST_REC_STREAM_UNKNOWN, NULL};
  if (stream->packets == 0)
    return (GstRecVerdict) {
    GST_REC_STREAM_WAITING, "no-packets"};
  if (stream->bye != GST_CLOCK_TIME_NONE)
    return (GstRecVerdict) {
    GST_REC_STREAM_ENDED, NULL};
  if (older_than (stream->last_packet, PATIENCE, now))
    return (GstRecVerdict) {
    GST_REC_STREAM_PAUSED, "no-packets"};
  if (lacks_keyframe (stream, latency, now))
    return (GstRecVerdict) {
    GST_REC_STREAM_WAITING, "no-keyframe"};
  if (stream->outputs > 0 || !stream->wanted)
    return (GstRecVerdict) {
    GST_REC_STREAM_RECEIVING, judge_picture (stream, now)};

  return (GstRecVerdict) {
  GST_REC_STREAM_UNKNOWN, NULL};
}

const gchar *
gst_rec_stream_phase_name (GstRecStreamPhase phase)
{
  static const gchar *const names[] = {
    "unknown", "waiting", "receiving", "paused", "ended"
  };

  return names[phase];
}

/* At the user's interval (0 = never): keyframes that are needed are asked for by
 * the reception. Returns why, or NULL. */
const gchar *
gst_rec_monitor_wants_keyframe (const GstRecStreamState * stream,
    GstClockTime interval, GstClockTime now)
{
  GstClockTime since = stream->last_keyframe_request;

  if (interval == 0 || !stream->wanted
      || older_than (stream->last_packet, PATIENCE, now))
    return NULL;
  if (since == GST_CLOCK_TIME_NONE)
    since = stream->first_packet;

  return older_than (since, interval, now) ? "interval" : NULL;
}

/* When a sender drops a layer of its simulcast, Janus' forwarder (1.1) waits for
 * a keyframe of another one, and asks for none: without us there would be no
 * picture until the layer comes back. A paused camera is asked in vain, ever more
 * rarely. A screen that stands still may be silent for a second, and longer from
 * some browsers: what it sends when asked is not worth asking for often. */
#define SILENCE (1500 * GST_MSECOND)
#define ANSWERED_INTERVAL (5 * GST_SECOND)
#define MAX_SILENCE_INTERVAL (30 * GST_SECOND)

gboolean
gst_rec_monitor_fell_silent (const GstRecStreamState * stream,
    GstClockTime now)
{
  GstClockTime last = stream->last_packet;
  GstClockTime asked = stream->last_keyframe_request;

  if (!stream->is_video || !stream->wanted
      || stream->bye != GST_CLOCK_TIME_NONE
      || !older_than (last, SILENCE, now))
    return FALSE;
  if (asked == GST_CLOCK_TIME_NONE)
    return TRUE;
  if (asked <= last)
    return older_than (asked, ANSWERED_INTERVAL, now);

  return older_than (asked, MIN (asked - last, MAX_SILENCE_INTERVAL), now);
}
