/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "srtpkey.h"

G_BEGIN_DECLS

/* The packets of one stream, and of all its SSRCs. */
typedef struct _GstRecSrtp GstRecSrtp;

typedef enum
{
  GST_REC_SRTP_OK,
  GST_REC_SRTP_UNAUTHENTIC,     /* another key, or altered on its way */
  GST_REC_SRTP_REPLAYED,        /* came before, or is too old to tell */
} GstRecSrtpResult;

/* What protecting adds at most: a tag and the index of SRTCP. */
#define GST_REC_SRTP_OVERHEAD 20

GstRecSrtp *gst_rec_srtp_new (const GstRecSrtpKey * receive,
    const GstRecSrtpKey * send, GError ** error);
void gst_rec_srtp_free (GstRecSrtp * self);

gboolean gst_rec_srtp_sends (const GstRecSrtp * self);

GstRecSrtpResult gst_rec_srtp_unprotect (GstRecSrtp * self, guint8 * data,
    gsize * size, gboolean is_rtcp, GstClockTime now);
gboolean gst_rec_srtp_protect (GstRecSrtp * self, guint8 * data, gsize * size,
    gboolean is_rtcp);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecSrtp, gst_rec_srtp_free);

G_END_DECLS
