/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What a session makes of the packets and reports of two streams: a script of
 * bytes says what comes, when, and from whom. */
#include <string.h>

#include "session.h"

#define N_STREAMS 2

int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);

typedef struct
{
  GstRecSession *session;
  GstRecStreamState streams[N_STREAMS];
  GstClockTime now;
  const guint8 *data;
  gsize size;
} Script;

static guint64
take (Script * self, guint n)
{
  guint64 value = 0;

  for (; n > 0 && self->size > 0; n--, self->size--)
    value = value << 8 | *self->data++;

  return value;
}

static GstRecSource
take_source (Script * self)
{
  GstRecSource source = {.size = 4,.port = 5000 };
  guint8 which = take (self, 1);

  source.bytes[0] = which & 1;
  source.port += which >> 1 & 1;
  source.proven = which >> 4 == 0xf;

  return source;
}

static void
send_packet (Script * self, GstRecStreamState * stream, guint32 ssrc)
{
  GstRecRtpHeader header = {.ssrc = ssrc,.seq = take (self, 2),
    .timestamp = take (self, 4)
  };
  GstRecSource source = take_source (self);
  guint8 flags = take (self, 1);
  GstRecSessionPacket packet = {
    .header = &header,
    .source = &source,
    .clock_rate = stream->is_video ? 90000 : 48000,
    .begins_keyframe = flags & 1,
    .nack = flags & 2,
    .size = 100,
    .wanted = flags & 4,
    .now = self->now,
  };

  gst_rec_session_note_packet (self->session, stream, &packet);
}

static void
send_rtcp (Script * self, GstRecStreamState * stream, guint32 ssrc)
{
  GstRecSource source = take_source (self);

  if (!gst_rec_session_note_rtcp (self->session, stream, ssrc, &source))
    return;
  gst_rec_session_note_report (self->session, stream, ssrc, take (self, 8),
      take (self, 4));
  gst_rec_session_note_cname (self->session, stream, ssrc, "one");
}

/* A time that is given out is not one to come. */
static void
check_time (Script * self, GstRecStreamState * stream, guint32 ssrc)
{
  GstClockTime time = gst_rec_session_map (self->session, stream, ssrc,
      take (self, 4), self->now);

  g_assert (time == GST_CLOCK_TIME_NONE || time <= self->now + GST_SECOND);
  gst_rec_session_settled_at (self->session, stream, ssrc);
}

static void
step (Script * self)
{
  guint8 op = take (self, 1);
  GstRecStreamState *stream = &self->streams[op >> 4 & 1];
  guint32 ssrc = op >> 5 & 3;

  switch (op & 7) {
    case 0:
      self->now += take (self, 2) * GST_MSECOND;
      break;
    case 1:
      gst_rec_session_note_paused (self->session, stream, self->now);
      break;
    case 2:
      send_rtcp (self, stream, ssrc);
      break;
    case 3:
      check_time (self, stream, ssrc);
      break;
    default:
      send_packet (self, stream, ssrc);
      break;
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  Script script = {.session = gst_rec_session_new (),.data = data,
    .size = size
  };

  gst_rec_session_reset (script.session, GST_SECOND, 0);
  gst_rec_session_set_playing (script.session, TRUE);
  for (guint i = 0; i < N_STREAMS; i++)
    gst_rec_session_add_stream (script.session, &script.streams[i], i == 0);
  while (script.size > 0)
    step (&script);
  gst_rec_session_remove_streams (script.session);
  gst_rec_session_unref (script.session);

  return 0;
}
