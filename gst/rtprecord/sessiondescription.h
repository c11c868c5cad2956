/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "srtpkey.h"

G_BEGIN_DECLS

/* A recorder of one session needs few streams; a hostile SDP may ask for
 * thousands of sockets. */
#define GST_REC_MAX_STREAMS 16
#define GST_REC_MAX_SDP_SIZE (64 * 1024)

typedef enum
{
  GST_REC_ROLE_SCREEN,
  GST_REC_ROLE_WEBCAM,
  GST_REC_ROLE_AUDIO,
} GstRecRole;

typedef enum
{
  GST_REC_CODEC_VP8,
  GST_REC_CODEC_VP9,
  GST_REC_CODEC_H264,
  GST_REC_CODEC_OPUS,
  GST_REC_CODEC_PCMU,
  GST_REC_CODEC_PCMA,
} GstRecCodec;

#define GST_REC_N_CODECS (GST_REC_CODEC_PCMA + 1)

/* Who opens the way (RFC 4145). */
typedef enum
{
  GST_REC_SETUP_PASSIVE,        /* the peer sends to our address */
  GST_REC_SETUP_ACTIVE,         /* we send first, to the peer's address */
} GstRecSetup;

/* What the session comes over. Sections may ask for TCP themselves. */
typedef enum
{
  GST_REC_PROTOCOL_UDP,
  GST_REC_PROTOCOL_TCP,
} GstRecProtocol;

typedef struct
{
  guint8 pt;
  GstRecCodec codec;
  gint clock_rate;              /* Hz */
  gint channels;                /* of sound */
  gboolean nack;                /* the peer sends again what is asked for */
  GstCaps *caps;                /* application/x-rtp */
} GstRecPayload;

/* A format of RFC 4588. */
typedef struct
{
  guint8 pt;
  guint8 original_pt;
} GstRecRetransmission;

typedef struct
{
  GstRecRole role;
  gchar *pad_name;              /* screen, webcam, audio_0, audio_1, ... */
  GstRecSetup setup;
  gchar *address;               /* to bind; the peer's with ACTIVE */
  guint16 rtp_port;
  guint16 rtcp_port;            /* equals rtp_port with rtcp-mux */
  gboolean is_secure;           /* RTP/SAVP or RTP/SAVPF */
  gboolean is_tcp;              /* RTP and RTCP over one connection (RFC 4571) */
  GstRecSrtpKey *receive_key;   /* of the peer's SRTP, NULL where it is plain */
  GstRecSrtpKey *send_key;      /* of our SRTCP, NULL where it is plain */
  GArray *payloads;             /* of GstRecPayload, those that we can record */
  GArray *retransmissions;      /* of GstRecRetransmission */
  GArray *ignored;              /* of guint8: announced, but of no use to us */
} GstRecStreamDescription;

GPtrArray *gst_rec_session_description_parse (const gchar * sdp,
    GstRecProtocol protocol, GError ** error);

gchar *gst_rec_session_description_redact (const gchar * sdp);

const gchar *gst_rec_role_name (GstRecRole role);
const GstRecPayload *gst_rec_stream_description_find_payload (const
    GstRecStreamDescription * self, guint8 pt);
const GstRecPayload *gst_rec_stream_description_find_original (const
    GstRecStreamDescription * self, guint8 rtx_pt);
gboolean gst_rec_stream_description_ignores (const GstRecStreamDescription *
    self, guint8 pt);

gboolean gst_rec_stream_description_check_security (const
    GstRecStreamDescription * self, gboolean required, GError ** error);

G_END_DECLS
