/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

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

typedef struct
{
  guint8 pt;
  GstRecCodec codec;
  gint clock_rate;              /* Hz */
  gint channels;                /* of sound */
  GstCaps *caps;                /* application/x-rtp */
} GstRecPayload;

typedef struct
{
  GstRecRole role;
  gchar *pad_name;              /* screen, webcam, audio_0, audio_1, ... */
  gchar *address;               /* to bind */
  guint16 rtp_port;
  guint16 rtcp_port;            /* equals rtp_port with rtcp-mux */
  GArray *payloads;             /* of GstRecPayload, those that we can record */
  GArray *ignored;              /* of guint8: announced, but of no use to us */
} GstRecStreamDescription;

GPtrArray *gst_rec_session_description_parse (const gchar * sdp,
    GError ** error);

gchar *gst_rec_session_description_redact (const gchar * sdp);

const gchar *gst_rec_role_name (GstRecRole role);
const GstRecPayload *gst_rec_stream_description_find_payload (const
    GstRecStreamDescription * self, guint8 pt);
gboolean gst_rec_stream_description_ignores (const GstRecStreamDescription *
    self, guint8 pt);

G_END_DECLS
