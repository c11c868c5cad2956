/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct
{
  const gchar *encoding_name;   /* as in a=rtpmap */
  guint clock_rate;
  guint channels;               /* 0: not said in a=rtpmap */
  gint static_pt;               /* -1: dynamic */
  const gchar *fmtp;
  const gchar *encoder;         /* from raw to the payloader's input */
  const gchar *payloader;
} SessionCodec;

/* One RTP stream of the session, as the command line describes it. */
typedef struct
{
  gchar *name;                  /* screen, webcam, audio_0, … */
  gboolean video;
  const SessionCodec *codec;
  guint port;
  guint pt;
  gboolean nack;                /* of video: what is asked for is sent again */
  guint rtx_pt;                 /* as that, 0: as it was */
  guint width, height, fps;
  guint bitrate;                /* bit/s */
  guint frequency;              /* Hz, of the beep */
  GstClockTime delay;           /* nothing is sent before */
  GstClockTime pause_from;      /* nothing is sent in between */
  GstClockTime pause_to;
  gchar *file;                  /* NULL: media of our own making */
} SessionStream;

SessionStream *session_stream_new (const gchar * name, gboolean video,
    guint port, guint pt);
void session_stream_free (SessionStream * self);
gboolean session_stream_parse (SessionStream * self, const gchar * spec,
    GError ** error);
gboolean session_stream_wants (const SessionStream * self, GstClockTime pts);
gchar *session_stream_describe_bin (const SessionStream * self, gboolean sync);
void session_stream_append_sdp (const SessionStream * self, gboolean rtcp_mux,
    const gchar * tcp_setup, gboolean secure, GString * sdp);

G_END_DECLS
