/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "httpshared.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "store/pacer.h"

#define DSCP_UNSET -1
/* DSCP stands above the two bits of ECN, RFC 2474 and 3168. */
#define DSCP_SHIFT 2

struct _GstRecHttpShared
{
  gint refs;                    /* atomic */
  gint n_retries;               /* atomic */
  gint n_connections;           /* atomic */
  gint answered;                /* atomic: there is a server */
  gint settings;                /* atomic, counts their changes */

  GMutex lock;                  /* of what follows */
  GTimeSpan clock_offset;
  GstRecPacer pacer;
  gint dscp;
  gboolean has_marks;           /* a DSCP was set, once */
};

GstRecHttpShared *
gst_rec_http_shared_new (void)
{
  GstRecHttpShared *self = g_new0 (GstRecHttpShared, 1);

  self->refs = 1;
  self->dscp = DSCP_UNSET;
  g_mutex_init (&self->lock);

  return self;
}

GstRecHttpShared *
gst_rec_http_shared_ref (GstRecHttpShared * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
gst_rec_http_shared_unref (GstRecHttpShared * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Bits a second of bodies on all connections together, 0 for no limit. */
void
gst_rec_http_shared_set_max_bitrate (GstRecHttpShared * self, guint64 bitrate)
{
  g_mutex_lock (&self->lock);
  gst_rec_pacer_set_rate (&self->pacer, bitrate ? MAX (bitrate / 8, 1) : 0);
  g_mutex_unlock (&self->lock);
  g_atomic_int_inc (&self->settings);
}

/* 0 to 63, or -1 to leave it to the system. */
void
gst_rec_http_shared_set_dscp (GstRecHttpShared * self, gint dscp)
{
  g_mutex_lock (&self->lock);
  self->dscp = dscp;
  self->has_marks |= dscp >= 0;
  g_mutex_unlock (&self->lock);
  g_atomic_int_inc (&self->settings);
}

/* Another number than before: apply them again. */
guint
gst_rec_http_shared_settings (GstRecHttpShared * self)
{
  return g_atomic_int_get (&self->settings);
}

static void
set_dscp (GSocket * socket, gint dscp)
{
  gint tos = MAX (dscp, 0) << DSCP_SHIFT;

  /* A socket for IPv6 may have an IPv4 peer: then the first is what counts,
   * and otherwise it does no harm. */
  g_socket_set_option (socket, IPPROTO_IP, IP_TOS, tos, NULL);
  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_TCLASS, tos, NULL);
}

/* Best before it connects, so that the first packet has the mark, too. */
void
gst_rec_http_shared_apply (GstRecHttpShared * self, GSocket * socket)
{
  guint64 rate;
  gboolean has_marks;
  gint dscp;

  g_mutex_lock (&self->lock);
  rate = self->pacer.rate;
  has_marks = self->has_marks;
  dscp = self->dscp;
  g_mutex_unlock (&self->lock);

  if (has_marks)
    set_dscp (socket, dscp);
#ifdef SO_MAX_PACING_RATE
  /* What is reserved leaves the machine packet by packet, not in one burst.
   * The option has 32 bits for g_socket_set_option(): beyond, a piece is
   * short enough. */
  g_socket_set_option (socket, SOL_SOCKET, SO_MAX_PACING_RATE,
      rate > 0 && rate <= G_MAXINT ? (gint) rate : -1, NULL);
#endif
}

/* Takes the line for as many of *@size bytes as go at a time, which it sets.
 * Returns in how many us they may be sent. */
GTimeSpan
gst_rec_http_shared_reserve (GstRecHttpShared * self, gsize * size)
{
  GTimeSpan delay;

  g_mutex_lock (&self->lock);
  *size = MIN (*size, gst_rec_pacer_piece (&self->pacer));
  delay = gst_rec_pacer_reserve (&self->pacer, *size,
      g_get_monotonic_time ());
  g_mutex_unlock (&self->lock);

  return delay;
}

void
gst_rec_http_shared_set_clock_offset (GstRecHttpShared * self,
    GTimeSpan offset)
{
  g_mutex_lock (&self->lock);
  self->clock_offset = offset;
  g_mutex_unlock (&self->lock);
}

GTimeSpan
gst_rec_http_shared_get_clock_offset (GstRecHttpShared * self)
{
  GTimeSpan offset;

  g_mutex_lock (&self->lock);
  offset = self->clock_offset;
  g_mutex_unlock (&self->lock);

  return offset;
}

void
gst_rec_http_shared_set_answered (GstRecHttpShared * self)
{
  g_atomic_int_set (&self->answered, TRUE);
}

/* Whether there was an answer, once, on any connection. */
gboolean
gst_rec_http_shared_has_answered (GstRecHttpShared * self)
{
  return g_atomic_int_get (&self->answered);
}

void
gst_rec_http_shared_count_retry (GstRecHttpShared * self)
{
  g_atomic_int_inc (&self->n_retries);
}

guint
gst_rec_http_shared_retries (GstRecHttpShared * self)
{
  return g_atomic_int_get (&self->n_retries);
}

void
gst_rec_http_shared_count_connection (GstRecHttpShared * self)
{
  g_atomic_int_inc (&self->n_connections);
}

guint
gst_rec_http_shared_connections (GstRecHttpShared * self)
{
  return g_atomic_int_get (&self->n_connections);
}
