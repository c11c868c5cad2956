/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Whose packets a stream takes.
 *
 * Plain RTP has nothing but its source to tell a stranger by. The first valid
 * source gets the stream. It may come back from another port of its address
 * when it has been silent for a moment, as an SFU does that opens a new
 * forwarder; another address has to wait longer. A source that has proven who
 * it is may move at any time.
 *
 * RTCP is believed from the address of the RTP only. Where it goes to may be
 * told before the first RTP packet comes (Janus sends dummies then, and again
 * when it moves to another machine), so the last of whom we do not know yet is
 * kept until the RTP shows whether it was the peer. */

#include "sourcelatch.h"

#include <string.h>

#define PORT_SILENCE GST_SECOND
#define ADDRESS_SILENCE (5 * GST_SECOND)

/* A socket of IPv6 sees IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). */
static const guint8 v4_mapped[12] = { [10] = 0xff,[11] = 0xff };

void
gst_rec_source_set (GstRecSource * self, GSocketAddress * address)
{
  GInetAddress *inet;
  const guint8 *bytes;
  gsize size;

  *self = (GstRecSource) { .size = 0 };
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return;

  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  bytes = g_inet_address_to_bytes (inet);
  size = g_inet_address_get_native_size (inet);
  if (size == 16 && memcmp (bytes, v4_mapped, sizeof v4_mapped) == 0) {
    bytes += sizeof v4_mapped;
    size = 4;
  }
  memcpy (self->bytes, bytes, size);
  self->size = size;
  self->port =
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

gboolean
gst_rec_source_is_same_host (const GstRecSource * a, const GstRecSource * b)
{
  return a->size == b->size && memcmp (a->bytes, b->bytes, a->size) == 0;
}

gboolean
gst_rec_source_equal (const GstRecSource * a, const GstRecSource * b)
{
  return a->port == b->port && gst_rec_source_is_same_host (a, b);
}

static GInetAddress *
to_inet (const GstRecSource * self)
{
  return g_inet_address_new_from_bytes (self->bytes,
      self->size == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);
}

/* In numbers; NULL where it is not known. */
gchar *
gst_rec_source_get_host (const GstRecSource * self)
{
  g_autoptr (GInetAddress) inet = NULL;

  if (self->size == 0)
    return NULL;
  inet = to_inet (self);

  return g_inet_address_to_string (inet);
}

gboolean
gst_rec_source_latch_admits (const GstRecSourceLatch * self,
    const GstRecSource * source, GstClockTime now)
{
  if (self->rtp.size == 0 || source->proven
      || gst_rec_source_equal (&self->rtp, source))
    return TRUE;

  return now >= self->last + (gst_rec_source_is_same_host (&self->rtp,
          source) ? PORT_SILENCE : ADDRESS_SILENCE);
}

/* A packet of the stream came from @source. */
void
gst_rec_source_latch_take (GstRecSourceLatch * self,
    const GstRecSource * source, GstClockTime now)
{
  self->rtp = *source;
  self->last = now;
  if (self->rtcp.size == 0
      || gst_rec_source_is_same_host (&self->rtcp, &self->rtp))
    return;

  self->rtcp = (GstRecSource) { .size = 0 };
  if (gst_rec_source_is_same_host (&self->rtcp_stranger, &self->rtp))
    self->rtcp = self->rtcp_stranger;
}

gboolean
gst_rec_source_latch_admits_rtcp (const GstRecSourceLatch * self,
    const GstRecSource * source)
{
  return source->proven || self->rtp.size == 0
      || gst_rec_source_is_same_host (&self->rtp, source);
}

/* Somebody wants our RTCP at @source. */
void
gst_rec_source_latch_take_rtcp (GstRecSourceLatch * self,
    const GstRecSource * source)
{
  gboolean is_first = self->rtp.size == 0 && self->rtcp.size == 0;

  if (source->proven || is_first || (self->rtp.size > 0
          && gst_rec_source_is_same_host (&self->rtp, source)))
    self->rtcp = *source;
  else
    self->rtcp_stranger = *source;
}

/* Until the peer told, its RTCP is at the source of its RTP, or at the port
 * after it (RFC 3550, 11). Size 0: nowhere. */
GstRecSource
gst_rec_source_latch_rtcp_target (const GstRecSourceLatch * self,
    gboolean is_mux)
{
  GstRecSource target = self->rtcp.size > 0 ? self->rtcp : self->rtp;

  if (self->rtcp.size > 0 || is_mux)
    return target;
  if (target.port == G_MAXUINT16)
    return (GstRecSource) { .size = 0 };
  target.port++;

  return target;
}

/* GLib warns of a length that no address has, as of a mistake of ours. */
static GInetAddressMask *
parse_mask (const gchar * text, GError ** error)
{
  const gchar *slash = strchr (text, '/');

  if (slash && !g_ascii_string_to_unsigned (slash + 1, 10, 0, 128, NULL, error))
    return NULL;

  return g_inet_address_mask_new_from_string (text, error);
}

/* @text: addresses and prefixes ("192.0.2.7, 2001:db8::/32"), separated by
 * commas. Returns GInetAddressMask, at least one. */
GPtrArray *
gst_rec_allowed_sources_parse (const gchar * text, GError ** error)
{
  g_autoptr (GPtrArray) self = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) items = g_strsplit (text, ",", -1);

  for (guint i = 0; items[i]; i++) {
    const gchar *item = g_strstrip (items[i]);
    g_autoptr (GError) reason = NULL;
    GInetAddressMask *mask = parse_mask (item, &reason);

    if (mask == NULL) {
      g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
          "'allowed-source' has '%.64s', which is no address or prefix in "
          "numbers, such as 192.0.2.7 or 2001:db8::/32: %s", item,
          reason->message);
      return NULL;
    }
    g_ptr_array_add (self, mask);
  }

  return g_steal_pointer (&self);
}

gboolean
gst_rec_allowed_sources_match (const GPtrArray * self,
    GSocketAddress * address)
{
  g_autoptr (GInetAddress) inet = NULL;
  GstRecSource source;

  gst_rec_source_set (&source, address);
  if (source.size == 0)
    return FALSE;
  inet = to_inet (&source);
  for (guint i = 0; i < self->len; i++) {
    if (g_inet_address_mask_matches (g_ptr_array_index (self, i), inet))
      return TRUE;
  }

  return FALSE;
}
