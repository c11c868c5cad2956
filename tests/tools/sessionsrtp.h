/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The SRTP of a session, one key for all its streams. */
typedef struct
{
  const gchar *suite;           /* as in a=crypto (RFC 4568) */
  const gchar *cipher, *auth;   /* of srtpenc */
  const gchar *rtcp_auth;
  gsize key_size;               /* master key and salt */
  GBytes *key;
} SessionSrtp;

SessionSrtp *session_srtp_new (const gchar * suite, GError ** error);
void session_srtp_free (SessionSrtp * self);
GstElement *session_srtp_make_encoder (const SessionSrtp * self, guint id);
void session_srtp_append_sdp (const SessionSrtp * self, GString * sdp);

G_END_DECLS
