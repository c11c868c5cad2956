/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "sessionloss.h"

#include <gst/rtp/rtp.h>
#include <string.h>

/* A path that loses packets, and an SFU that sends them again when it is asked
 * (NACK): as they were, or by RFC 4588. What is sent again may be lost too. */

#define HISTORY 2048
#define RTX_SSRC_OFFSET 1

struct _SessionLoss
{
  SessionPath path;
  GSocket *socket;
  GSocketAddress *to;

  GMutex lock;                  /* the streaming thread, and that of RTCP */
  GRand *rand;
  GBytes *history[HISTORY];
  GBytes *held;
  guint to_lose, n;
  guint16 rtx_seq;
  guint lost, resent;
};

/* PERCENT[,BURST] */
gboolean
session_path_parse_drop (SessionPath * self, const gchar * text)
{
  gchar *end;

  self->drop = g_ascii_strtod (text, &end);
  self->burst = 1;
  if (end != text && *end == ',') {
    text = end + 1;
    self->burst = g_ascii_strtoull (text, &end, 10);
  }

  return end != text && *end == '\0' && self->drop >= 0 && self->drop <= 100
      && self->burst >= 1 && self->burst <= 1000;
}

SessionLoss *
session_loss_new (const SessionPath * path, GSocket * socket, guint port,
    guint seed)
{
  SessionLoss *self = g_new0 (SessionLoss, 1);

  self->path = *path;
  self->socket = g_object_ref (socket);
  self->to = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  self->rand = g_rand_new_with_seed (seed);
  g_mutex_init (&self->lock);
  return self;
}

void
session_loss_free (SessionLoss * self)
{
  for (guint i = 0; i < HISTORY; i++)
    g_clear_pointer (&self->history[i], g_bytes_unref);
  g_clear_pointer (&self->held, g_bytes_unref);
  g_rand_free (self->rand);
  g_object_unref (self->socket);
  g_object_unref (self->to);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* All that follows is called with the lock held, but for the probes. */

static gboolean
is_lost (SessionLoss * self)
{
  if (self->to_lose == 0
      && g_rand_double_range (self->rand, 0, 100) < self->path.drop)
    self->to_lose = self->path.burst;
  if (self->to_lose == 0)
    return FALSE;
  self->to_lose--;
  self->lost++;
  return TRUE;
}

static void
send_bytes (SessionLoss * self, GBytes * packet)
{
  gsize size;
  const gchar *data = g_bytes_get_data (packet, &size);

  g_socket_send_to (self->socket, self->to, data, size, NULL, NULL);
}

static gboolean
is_each (guint n, guint each)
{
  return each > 0 && n % each == 0;
}

static void
pass (SessionLoss * self, GBytes * packet)
{
  self->n++;
  if (is_lost (self))
    return;
  if (is_each (self->n, self->path.reorder) && !self->held) {
    self->held = g_bytes_ref (packet);
    return;
  }
  send_bytes (self, packet);
  if (is_each (self->n, self->path.duplicate))
    send_bytes (self, packet);
  if (self->held)
    send_bytes (self, self->held);
  g_clear_pointer (&self->held, g_bytes_unref);
}

static void
take (SessionLoss * self, GstBuffer * buffer)
{
  gsize size = gst_buffer_get_size (buffer);
  guint8 *data = g_malloc (size);
  GBytes **slot;

  gst_buffer_extract (buffer, 0, data, size);
  slot = &self->history[GST_READ_UINT16_BE (data + 2) % HISTORY];
  g_clear_pointer (slot, g_bytes_unref);
  *slot = g_bytes_new_take (data, size);
  pass (self, *slot);
}

/* RFC 4588, 4, of a packet without extension or contributors */
static GBytes *
make_rtx (SessionLoss * self, GBytes * original)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (original, &size);
  guint8 *packet = g_malloc (size + 2);

  memcpy (packet, data, 12);
  packet[1] = data[1] + self->path.rtx_pt_offset;
  GST_WRITE_UINT16_BE (packet + 2, self->rtx_seq++);
  GST_WRITE_UINT32_BE (packet + 8,
      GST_READ_UINT32_BE (data + 8) + RTX_SSRC_OFFSET);
  memcpy (packet + 12, data + 2, 2);
  memcpy (packet + 14, data + 12, size - 12);
  return g_bytes_new_take (packet, size + 2);
}

static void
send_again (SessionLoss * self, guint16 seq)
{
  GBytes *original = self->history[seq % HISTORY];
  g_autoptr (GBytes) rtx = NULL;

  if (!original || is_lost (self))
    return;
  if (self->path.rtx_pt_offset > 0)
    rtx = make_rtx (self, original);
  send_bytes (self, rtx ? rtx : original);
  self->resent++;
}

static void
answer (SessionLoss * self, GstRTCPPacket * packet)
{
  const guint8 *fci = gst_rtcp_packet_fb_get_fci (packet);
  guint n = gst_rtcp_packet_fb_get_fci_length (packet);

  for (guint i = 0; i < n; i++) {
    guint16 seq = GST_READ_UINT16_BE (fci + 4 * i);
    guint16 more = GST_READ_UINT16_BE (fci + 4 * i + 2);

    send_again (self, seq);
    for (guint bit = 0; bit < 16; bit++) {
      if (more >> bit & 1)
        send_again (self, seq + 1 + bit);
    }
  }
}

static gboolean
take_item (GstBuffer ** buffer, guint index G_GNUC_UNUSED, gpointer user_data)
{
  take (user_data, *buffer);
  return TRUE;
}

static GstPadProbeReturn
on_rtp (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * probe,
    gpointer user_data)
{
  SessionLoss *self = user_data;

  g_mutex_lock (&self->lock);
  if (GST_PAD_PROBE_INFO_TYPE (probe) & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (probe), take_item,
        self);
  else
    take (self, GST_PAD_PROBE_INFO_BUFFER (probe));
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
on_rtcp (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * probe,
    gpointer user_data)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (probe);
  SessionLoss *self = user_data;
  GstRTCPPacket packet;

  if (!gst_rtcp_buffer_validate_reduced (buffer)
      || !gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp))
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&self->lock);
  for (gboolean more = gst_rtcp_buffer_get_first_packet (&rtcp, &packet); more;
      more = gst_rtcp_packet_move_to_next (&packet)) {
    if (gst_rtcp_packet_get_type (&packet) == GST_RTCP_TYPE_RTPFB
        && gst_rtcp_packet_fb_get_type (&packet) == GST_RTCP_RTPFB_TYPE_NACK)
      answer (self, &packet);
  }
  g_mutex_unlock (&self->lock);
  gst_rtcp_buffer_unmap (&rtcp);
  return GST_PAD_PROBE_OK;
}

/* Takes the way of what comes out of @rtp, and answers what comes by @rtcp. */
void
session_loss_watch (SessionLoss * self, GstPad * rtp, GstPad * rtcp)
{
  gst_pad_add_probe (rtp,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_rtp, self,
      NULL);
  gst_pad_add_probe (rtcp, GST_PAD_PROBE_TYPE_BUFFER, on_rtcp, self, NULL);
}

void
session_loss_count (SessionLoss * self, guint * lost, guint * resent)
{
  g_mutex_lock (&self->lock);
  *lost = self->lost;
  *resent = self->resent;
  g_mutex_unlock (&self->lock);
}
