/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "simmedia.h"

G_BEGIN_DECLS

#define SIM_MS G_GUINT64_CONSTANT (1000000)
#define SIM_SECOND (1000 * SIM_MS)
#define SIM_NEVER G_MAXUINT64
#define SIM_MTU 1400

typedef enum
{
  SIM_END,                      /* of the table */
  SIM_PAUSE,                    /* no packets, no sequence numbers */
  SIM_RESUME,                   /* RTP time has counted the pause */
  SIM_RESUME_STALE,             /* it has not, as with Chromium's microphone */
  SIM_NEW_SSRC,                 /* to @value; sequence and time anew, no BYE */
  SIM_RESIZE,                   /* to the dimensions @value, with a keyframe */
  SIM_MUTE,                     /* silence, or no flash, at full rate */
  SIM_UNMUTE,
  SIM_DTX,                      /* a packet each @value ms; 0: none */
  SIM_DTX_END,
  SIM_LOSE,                     /* the next @value packets */
  SIM_PAYLOAD_TYPE,             /* @value from now on */
  SIM_NEW_PORT,                 /* sent from another one */
} SimEventType;

typedef struct
{
  guint64 at;                   /* ns of true time */
  SimEventType type;
  guint32 value;
} SimEvent;

/* What a stream of the table is, and what comes of it. */
typedef struct
{
  const gchar *name;            /* screen, webcam or audio_N */
  SimCodec codec;
  guint8 pt;
  guint32 ssrc;
  guint16 seq;                  /* of the first packet */
  guint32 rtp_time;             /* the same */
  gint ppm;                     /* by which its clock is fast */
  guint fps;                    /* of pictures */
  guint ptime;                  /* ms of sound in a packet */
  guint32 dimensions;
  guint64 start;                /* of the first unit */
  guint64 delay;                /* from the taking to the sending */
  guint64 jitter;               /* at most, on top of that; keeps the order */
  const SimEvent *events;       /* in order; NULL or up to SIM_END */

  const gchar *cname;           /* NULL: no sender reports */
  guint64 report_interval;
  guint64 ntp;                  /* what its host's clock shows at 0, in ns */

  const gchar *loss_pattern;    /* over and over; 'x' is lost */
  guint loss_permille;          /* at random */
  guint reorder;                /* each so many-th comes 30 ms late; 0: none */
  guint duplicate;              /* each so many-th comes twice; 0: none */
} SimStream;

typedef struct
{
  guint64 at;                   /* when it is sent */
  guint stream;
  guint port;                   /* 0, or one more with each new port */
  gboolean is_rtcp;
  gboolean is_lost;             /* on the way: not to be sent */
  gsize size;
  guint8 data[SIM_MTU];
} SimPacket;

typedef struct _SimSender SimSender;

SimSender *sim_sender_new (const SimStream * streams, guint n_streams,
    const SimMedia * media, guint64 duration, guint32 seed);
void sim_sender_free (SimSender * self);

guint64 sim_sender_next_time (SimSender * self);
SimPacket *sim_sender_next (SimSender * self);
void sim_sender_force_keyframe (SimSender * self, guint stream);
guint64 sim_sender_count (const SimSender * self, guint stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimSender, sim_sender_free);

G_END_DECLS
