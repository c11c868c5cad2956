/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* How a stream fares, from its counters: what the application is told. */

#include "monitor.h"

#define PATIENCE (2 * GST_SECOND)

/* SFUs merge requests that come within a second (mediasoup) or drop them
 * (Janus). */
#define KEYFRAME_RETRY GST_SECOND

static gboolean
older_than (GstClockTime time, GstClockTime age, GstClockTime now)
{
  return time != GST_CLOCK_TIME_NONE && now > time && now - time >= age;
}

static GstRecVerdict
judge_silent (const GstRecStreamState * stream, GstClockTime now)
{
  if (stream->wrong_pt > 0)
    return (GstRecVerdict) {
    GST_REC_STREAM_WAITING, "wrong-payload-type"};
  if (now >= PATIENCE)
    return (GstRecVerdict) {
    GST_REC_STREAM_WAITING, "no-packets"};

  return (GstRecVerdict) {
  GST_REC_STREAM_UNKNOWN, NULL};
}

GstRecVerdict
gst_rec_monitor_judge (const GstRecStreamState * stream, GstClockTime now)
{
  if (stream->packets == 0)
    return judge_silent (stream, now);
  if (stream->bye != GST_CLOCK_TIME_NONE)
    return (GstRecVerdict) {
    GST_REC_STREAM_ENDED, NULL};
  if (older_than (stream->last_packet, PATIENCE, now))
    return (GstRecVerdict) {
    GST_REC_STREAM_PAUSED, "no-packets"};
  if (stream->outputs > 0 || !stream->wanted)
    return (GstRecVerdict) {
    GST_REC_STREAM_RECEIVING, NULL};
  if (stream->is_video && older_than (stream->first_packet, PATIENCE, now))
    return (GstRecVerdict) {
    GST_REC_STREAM_WAITING, "no-keyframe"};

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

/* Until there is a picture, and then at the user's interval (0 = never). */
gboolean
gst_rec_monitor_wants_keyframe (const GstRecStreamState * stream,
    GstClockTime interval, GstClockTime now)
{
  if (!stream->wanted || older_than (stream->last_packet, PATIENCE, now))
    return FALSE;
  if (stream->outputs == 0)
    return stream->last_keyframe_request == GST_CLOCK_TIME_NONE
        || older_than (stream->last_keyframe_request, KEYFRAME_RETRY, now);

  return interval > 0
      && older_than (stream->last_keyframe_request, interval, now);
}
