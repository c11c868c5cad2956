/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "budget.h"

G_BEGIN_DECLS

/* Sequence numbers that are remembered, to tell a late packet from a second
 * one; a multiple of 64. */
#define GST_REC_RECEPTION_WINDOW 2048

/* Missing packets that are waited for; of a longer hole the last ones. */
#define GST_REC_MAX_MISSING 128

/* That one repair asks for. */
#define GST_REC_MAX_NACKS 32

typedef enum
{
  GST_REC_ARRIVAL_NEXT,         /* newer than all before */
  GST_REC_ARRIVAL_LATE,         /* fills a hole by itself */
  GST_REC_ARRIVAL_RECOVERED,    /* fills a hole that was asked for */
  GST_REC_ARRIVAL_DUPLICATE,
  GST_REC_ARRIVAL_STRAY,        /* a number from elsewhere; one more restarts */
  GST_REC_ARRIVAL_EXCESS,       /* skips more numbers than a loss would */
} GstRecArrival;

/* One packet, as it came from the network. All times are running times. */
typedef struct
{
  guint32 ssrc;
  guint16 seq;
  guint32 timestamp;
  gint clock_rate;              /* Hz */
  gboolean is_video;
  gboolean begins_keyframe;
  gboolean nack;                /* the sender sends again what is asked for */
  GstClockTime patience;        /* how long a missing packet is of use */
  GstClockTime latency;         /* how long the jitter buffer waits for it */
  GstClockTime now;
} GstRecReceivedPacket;

typedef struct
{
  gint64 seq;                   /* extended */
  GstClockTime noticed;         /* running time */
  GstClockTime next_request;    /* running time, NONE = never */
  GstClockTime requested;       /* running time of the last request */
  guint requests;
} GstRecMissingPacket;

/* What came of a stream and what did not, at arrival, before any jitter
 * buffer. */
typedef struct
{
  /* since the stream began, over all its SSRCs */
  guint64 expected;             /* by the sequence numbers */
  guint64 received;             /* each once */
  guint64 duplicates;
  guint64 reordered;            /* came late by themselves */
  guint64 recovered;            /* came late after a request */
  guint64 nacks;                /* packets asked for, each time counted */
  guint32 jitter;               /* RFC 3550, 6.4.1: RTP units, times 16 */
  gint clock_rate;              /* Hz, of jitter */

  /* of the SSRC that sends now */
  gboolean in_use;
  gboolean is_video;
  guint32 ssrc;
  gint64 base;                  /* extended sequence number, the first */
  gint64 highest;               /* extended sequence number */
  guint32 newest_timestamp;     /* of that one */
  guint duplicates_in_a_row;
  GstRecBudget skips;           /* of sequence numbers */
  gint64 stray;                 /* what would follow the last stray, or -1 */
  guint64 window[GST_REC_RECEPTION_WINDOW / 64];        /* 1 = received */
  gboolean have_transit;
  guint32 transit;              /* RTP units */

  GstRecMissingPacket missing[GST_REC_MAX_MISSING];     /* in order */
  guint n_missing;
  GstClockTime patience;
  GstClockTime rtt;             /* of a repair, NONE until one was seen */
  GstClockTime last_reordered;  /* running time */
  GstClockTime last_arrival;    /* running time */
  GstClockTime due;             /* running time of the next repair, or NONE */

  /* extended sequence numbers: pictures need a keyframe after the one... */
  gint64 broken;                /* ...that is lost for good */
  gint64 keyframe;              /* where the last keyframe began */
  guint32 keyframe_timestamp;   /* RTP time of that one */
  GstClockTime keyframe_request;        /* running time, NONE = not pending */
} GstRecReception;

/* What to ask the sender for. */
typedef struct
{
  guint16 nacks[GST_REC_MAX_NACKS];
  guint n_nacks;
  const gchar *keyframe;        /* why (static), or NULL: none */
} GstRecRepair;

void gst_rec_reception_init (GstRecReception * self);
GstRecArrival gst_rec_reception_packet (GstRecReception * self,
    const GstRecReceivedPacket * packet);
void gst_rec_reception_break (GstRecReception * self, guint32 ssrc,
    guint16 seq);
gboolean gst_rec_reception_misses (const GstRecReception * self, guint16 seq);
gboolean gst_rec_reception_needs_keyframe (const GstRecReception * self);
gboolean gst_rec_reception_repair (GstRecReception * self, GstClockTime now,
    GstRecRepair * repair);

guint64 gst_rec_reception_lost (const GstRecReception * self);
GstClockTime gst_rec_reception_jitter (const GstRecReception * self);

G_END_DECLS
