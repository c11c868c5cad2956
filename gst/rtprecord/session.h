/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "rtppacket.h"
#include "senderclock.h"
#include "timeline.h"

G_BEGIN_DECLS

/* What is known of one stream. Everything is protected by the session's
 * lock. */
typedef struct
{
  gboolean is_video;
  guint64 packets;
  guint64 bytes;
  guint64 invalid;              /* neither RTP nor RTCP, or cut off */
  guint64 wrong_pt;
  guint8 last_wrong_pt;
  guint8 pt;                    /* of the last packet */
  guint32 ssrc;                 /* of the last packet */
  GstClockTime first_packet;    /* running time */
  GstClockTime last_packet;     /* running time */
  GstClockTime newest;          /* running time of what the last one holds */
  gboolean wanted;              /* its pad is linked */
  GstClockTime bye;             /* running time at which the SSRC took leave */
  guint64 strangers;            /* packets of an SSRC that is not the stream's */
  guint32 candidate;            /* an SSRC that might take over */
  guint n_candidate;            /* its packets since the owner's last */
  guint64 outputs;              /* buffers that the pad pushed */
  guint64 gaps;                 /* holes that the pad filled */
  guint64 keyframe_requests;
  GstClockTime last_keyframe_request;   /* running time */
  GstRecSenderClock clocks[2];  /* of the last SSRC and the one before */
  gchar cname[256];             /* of the last SSRC, "" until it is known */
} GstRecStreamState;

/* What all streams of a session share: one span of running time. */
typedef struct
{
  GMutex lock;
  GCond cond;                   /* something below or in a queue changed */

  /* protected by lock */
  gboolean playing;
  GstClockTime start;           /* running time of the first packet */
  GstClockTime last_packet;     /* running time, of any stream */
  GstClockTime end;             /* running time, set by the end's cause */
  GstClockTime latency;
  GstClockTime idle_timeout;    /* 0 = never */
  GPtrArray *streams;           /* of GstRecStreamState, unowned */
} GstRecSession;

GstRecSession *gst_rec_session_new (void);
GstRecSession *gst_rec_session_ref (GstRecSession * self);
void gst_rec_session_unref (GstRecSession * self);

void gst_rec_session_reset (GstRecSession * self, GstClockTime latency,
    GstClockTime idle_timeout);
void gst_rec_session_set_playing (GstRecSession * self, gboolean playing);
void gst_rec_session_add_stream (GstRecSession * self,
    GstRecStreamState * stream, gboolean is_video);
void gst_rec_session_remove_streams (GstRecSession * self);
gboolean gst_rec_session_note_packet (GstRecSession * self,
    GstRecStreamState * stream, const GstRecRtpHeader * header,
    gint clock_rate, gsize size, gboolean wanted, GstClockTime now);
gboolean gst_rec_session_owns (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc);
void gst_rec_session_note_report (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, guint64 ntp, guint32 rtp);
void gst_rec_session_note_cname (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, const gchar * cname);
GstClockTime gst_rec_session_settled_at (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc);
GstClockTime gst_rec_session_map (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, guint32 rtp, GstClockTime now);
void gst_rec_session_end (GstRecSession * self, GstClockTime end);
gboolean gst_rec_session_is_idle (GstRecSession * self, GstClockTime now);

/* called with the session's lock held */
GstClockTime gst_rec_session_last_moment (const GstRecSession * self);
GstClockTime gst_rec_session_horizon (const GstRecSession * self);

void gst_rec_stream_state_init (GstRecStreamState * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecSession, gst_rec_session_unref);

G_END_DECLS
