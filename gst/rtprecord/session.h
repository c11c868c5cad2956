/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "budget.h"
#include "journal.h"
#include "quality.h"
#include "reception.h"
#include "rtppacket.h"
#include "senderclock.h"
#include "sourcelatch.h"
#include "timeline.h"

G_BEGIN_DECLS

/* Without a packet for so long a stream is paused. */
#define GST_REC_PAUSE (2 * GST_SECOND)

/* For how long a picture may be what it should not; 0 = for ever. */
typedef struct
{
  GstClockTime black;
  GstClockTime frozen;
} GstRecPictureLimits;

/* What is known of one stream. Everything is protected by the session's
 * lock. */
typedef struct
{
  gboolean is_video;
  guint64 packets;
  guint64 bytes;
  guint64 invalid;              /* no RTP or RTCP, or a malformed payload */
  guint64 wrong_pt;
  guint8 last_wrong_pt;
  GstClockTime last_wrong;      /* running time of its packet */
  guint64 undecryptable;        /* SRTP of another key, or altered */
  guint64 replayed;             /* SRTP that came before */
  GstClockTime last_replayed;   /* running time */
  GstClockTime last_undecryptable;      /* running time */
  guint8 pt;                    /* of the last packet */
  guint32 ssrc;                 /* of the last packet */
  GstClockTime first_packet;    /* running time */
  GstClockTime last_packet;     /* running time */
  GstClockTime newest;          /* running time of what the last one holds */
  gboolean wanted;              /* its pad is linked */
  GstClockTime bye;             /* running time at which the SSRC took leave */
  gboolean is_paused;           /* the journal says so */
  guint64 strangers;            /* packets of an SSRC that is not the stream's */
  guint32 candidate;            /* an SSRC that might take over */
  guint n_candidate;            /* its packets since the owner's last */
  guint32 dismissed[4];         /* SSRCs that may not come back just now */
  guint n_dismissed;
  guint64 outputs;              /* buffers that the pad pushed */
  guint64 gaps;                 /* holes that the pad filled */
  guint64 keyframe_requests;
  GstClockTime last_keyframe_request;   /* running time */
  GstClockTime last_keyframe;   /* running time at which the journal's began */
  GstRecSourceLatch latch;
  guint64 refused;              /* datagrams and connections of another source */
  GstRecSource last_refused;
  GstRecBudget bandwidth;       /* bytes */
  guint64 excess;               /* more than a stream would have */
  GstRecQuality quality;        /* of the last second */
  gboolean connected;           /* over TCP */
  guint64 connections;          /* over TCP, with the present one */
  guint64 rtcp_dropped;         /* ours, for a peer that does not read */
  GstRecSenderClock clocks[2];  /* of the last SSRC and the one before */
  gchar cname[256];             /* of the last SSRC, "" until it is known */
  GstRecReception reception;
  GstClockTime keyless_since;   /* running time, NONE while pictures can come */
  guint64 withheld;             /* pictures that lack something they need */
  GstRecPictureLimits limits;
  GstClockTime sending_since;   /* running time, without a pause */
  GstClockTime black_since;     /* running time, NONE where it is not */
  GstClockTime still_since;     /* running time, NONE before the first look */
} GstRecStreamState;

/* One packet of a stream that came. */
typedef struct
{
  const GstRecRtpHeader *header;
  const GstRecSource *source;
  gint clock_rate;              /* Hz */
  gboolean begins_keyframe;
  gboolean nack;                /* the sender sends again what is asked for */
  gsize size;                   /* of the datagram */
  gboolean wanted;              /* the stream's pad is linked */
  GstClockTime now;             /* running time */

  gboolean repair_is_due;       /* set by note_packet */
} GstRecSessionPacket;

/* What all streams of a session share: one span of running time. */
typedef struct
{
  GMutex lock;
  GCond cond;                   /* playing, start or end changed */

  /* protected by lock */
  gboolean playing;
  GstClockTime start;           /* running time of the first packet */
  GstClockTime last_packet;     /* running time, of any stream */
  GstClockTime woken;           /* running time at which packets woke all */
  GstClockTime end;             /* running time, set by the end's cause */
  GstClockTime latency;
  GstClockTime idle_timeout;    /* 0 = never */
  GstRecPictureLimits limits;
  GPtrArray *streams;           /* of GstRecStreamState, unowned */
  GPtrArray *waiters;           /* of GCond, unowned: more to wake */
  GstRecJournal journal;

  /* of GInetAddressMask, NULL = any; set before the streams are made */
  GPtrArray *allowed;
} GstRecSession;

GstRecSession *gst_rec_session_new (void);
GstRecSession *gst_rec_session_ref (GstRecSession * self);
void gst_rec_session_unref (GstRecSession * self);

void gst_rec_session_add_waiter (GstRecSession * self, GCond * cond);
void gst_rec_session_remove_waiter (GstRecSession * self, GCond * cond);
void gst_rec_session_reset (GstRecSession * self, GstClockTime latency,
    GstClockTime idle_timeout);
void gst_rec_session_set_picture_limits (GstRecSession * self,
    GstRecPictureLimits limits);
void gst_rec_session_set_playing (GstRecSession * self, gboolean playing);
void gst_rec_session_add_stream (GstRecSession * self,
    GstRecStreamState * stream, gboolean is_video);
void gst_rec_session_remove_streams (GstRecSession * self);
gboolean gst_rec_session_note_packet (GstRecSession * self,
    GstRecStreamState * stream, GstRecSessionPacket * packet);
gboolean gst_rec_session_takes_retransmission (GstRecSession * self,
    GstRecStreamState * stream, guint16 seq, guint32 * ssrc);
gboolean gst_rec_session_note_rtcp (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, const GstRecSource * source);
void gst_rec_session_note_opening (GstRecSession * self,
    GstRecStreamState * stream, const GstRecSource * source);
void gst_rec_session_note_withheld (GstRecSession * self,
    GstRecStreamState * stream, guint n);
void gst_rec_session_note_broken (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, guint16 seq);
gboolean gst_rec_session_repair (GstRecSession * self,
    GstRecStreamState * stream, GstClockTime now, GstRecRepair * repair,
    guint32 * ssrc);
void gst_rec_session_note_refused (GstRecSession * self,
    GstRecStreamState * stream, const GstRecSource * source);
GstRecSource gst_rec_session_rtcp_target (GstRecSession * self,
    GstRecStreamState * stream, gboolean is_mux);
void gst_rec_session_note_undecryptable (GstRecSession * self,
    GstRecStreamState * stream, GstClockTime now);
void gst_rec_session_note_replayed (GstRecSession * self,
    GstRecStreamState * stream, GstClockTime now);
gboolean gst_rec_session_owns (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc);
gboolean gst_rec_session_dismiss (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc);
void gst_rec_session_readmit (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc);
void gst_rec_session_note_bye (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, GstClockTime now);
void gst_rec_session_note_report (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, guint64 ntp, guint32 rtp);
void gst_rec_session_note_cname (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, const gchar * cname);
GstClockTime gst_rec_session_settled_at (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc);
GstClockTime gst_rec_session_map (GstRecSession * self,
    GstRecStreamState * stream, guint32 ssrc, guint32 rtp, GstClockTime now);
void gst_rec_session_note_paused (GstRecSession * self,
    GstRecStreamState * stream, GstClockTime now);
void gst_rec_session_note_picture (GstRecSession * self,
    GstRecStreamState * stream, GstClockTime black_since,
    GstClockTime still_since);
void gst_rec_session_end (GstRecSession * self, GstClockTime end);
gboolean gst_rec_session_is_idle (GstRecSession * self, GstClockTime now);

/* called with the session's lock held */
void gst_rec_session_log (GstRecSession * self, GstRecStreamState * stream,
    GstRecJournalEntry entry);
GstClockTime gst_rec_session_last_moment (const GstRecSession * self);
GstClockTime gst_rec_session_horizon (const GstRecSession * self);

void gst_rec_stream_state_init (GstRecStreamState * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecSession, gst_rec_session_unref);

G_END_DECLS
