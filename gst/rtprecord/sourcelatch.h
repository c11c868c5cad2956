/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* Where a datagram comes from. */
typedef struct
{
  guint8 bytes[16];
  guint8 size;                  /* of the address: 4, 16, or 0 = not known */
  guint16 port;
  gboolean proven;              /* that it is the peer: by SRTP, say */
} GstRecSource;

/* Who sends a stream, and who wants our RTCP. */
typedef struct
{
  GstRecSource rtp;
  GstClockTime last;            /* running time of the owner's last packet */
  GstRecSource rtcp;
  GstRecSource rtcp_stranger;   /* of another address, the last one */
} GstRecSourceLatch;

void gst_rec_source_set (GstRecSource * self, GSocketAddress * address);
gboolean gst_rec_source_is_same_host (const GstRecSource * a,
    const GstRecSource * b);
gboolean gst_rec_source_equal (const GstRecSource * a, const GstRecSource * b);
gchar *gst_rec_source_get_host (const GstRecSource * self);

gboolean gst_rec_source_latch_admits (const GstRecSourceLatch * self,
    const GstRecSource * source, GstClockTime now);
void gst_rec_source_latch_take (GstRecSourceLatch * self,
    const GstRecSource * source, GstClockTime now);
gboolean gst_rec_source_latch_admits_rtcp (const GstRecSourceLatch * self,
    const GstRecSource * source);
void gst_rec_source_latch_take_rtcp (GstRecSourceLatch * self,
    const GstRecSource * source);
GstRecSource gst_rec_source_latch_rtcp_target (const GstRecSourceLatch * self,
    gboolean is_mux);

GPtrArray *gst_rec_allowed_sources_parse (const gchar * text, GError ** error);
gboolean gst_rec_allowed_sources_match (const GPtrArray * self,
    GSocketAddress * address);

G_END_DECLS
