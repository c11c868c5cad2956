/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* How a stream's packets come and its RTCP goes: over UDP sockets, ours to
 * listen on or to send first from (comedia), or over TCP; encrypted or not. */

#include "gstrectransport.h"

#include <string.h>
#include <sys/socket.h>
#include <gio/gio.h>

#include "comedia.h"
#include "gstrectcpsink.h"
#include "gstrectcpsrc.h"
#include "gstrecudpsrc.h"
#include "tcplink.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

/* A keyframe of a screen comes as a burst of some 100 kB. The kernel grants
 * what net.core.rmem_max allows. */
#define RECEIVE_BUFFER (4 * 1024 * 1024)

struct _GstRecTransport
{
  const GstRecStreamDescription *description;

  GstRecSrtp *srtp;             /* NULL: the stream is plain */
  GSocket *rtp_socket;
  GSocket *rtcp_socket;         /* the same with rtcp-mux */
  GstRecTcpLink *link;          /* of TCP, in place of the sockets */
  GstElement *rtcp_sink;        /* unowned */

  GMutex lock;                  /* so that two threads do not both set it */
  GstRecSource target;          /* of rtcp_sink; by lock */

  GstRecComedia comedia;        /* monitor thread */
};

/* Sockets are ours, so that a port in use is an error at once, with its
 * number, and RTCP leaves from the port that receives. */
static GSocket *
bind_socket (const gchar * host, guint16 port, GError ** error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (host);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (inet, port);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (inet),
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &reason);

  if (socket == NULL || !g_socket_bind (socket, address, FALSE, &reason)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ,
        "Cannot receive on %s port %u: %s. Choose a free port and an address "
        "of this machine in the SDP", host, port, reason->message);
    return NULL;
  }

  if (g_inet_address_get_is_multicast (inet)
      && !g_socket_join_multicast_group (socket, inet, FALSE, NULL, &reason)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ,
        "Cannot join the multicast group %s: %s", host, reason->message);
    return NULL;
  }
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER, NULL);

  return g_steal_pointer (&socket);
}

static gboolean
open_link (GstRecTransport * self, GstRecSession * session,
    GstRecStreamState * state, GError ** error)
{
  const GstRecTcpEndpoint endpoint = {
    .host = self->description->address,
    .port = self->description->rtp_port,
    .is_active = self->description->setup == GST_REC_SETUP_ACTIVE,
  };

  self->link = gst_rec_tcp_link_new (&endpoint, session, state, error);

  return self->link != NULL;
}

/* We send first, over UDP. */
static gboolean
is_comedia (const GstRecTransport * self)
{
  return !self->description->is_tcp
      && self->description->setup == GST_REC_SETUP_ACTIVE;
}

/* With comedia the SDP has the peer's address, and any port of ours will do. */
static GSocket *
open_socket (GstRecTransport * self, guint16 port, GError ** error)
{
  const GstRecStreamDescription *d = self->description;
  g_autoptr (GInetAddress) peer = NULL;

  if (!is_comedia (self))
    return bind_socket (d->address, port, error);
  peer = g_inet_address_new_from_string (d->address);

  return bind_socket (g_inet_address_get_family (peer) ==
      G_SOCKET_FAMILY_IPV6 ? "::" : "0.0.0.0", 0, error);
}

static gboolean
open_sockets (GstRecTransport * self, GError ** error)
{
  const GstRecStreamDescription *d = self->description;

  self->rtp_socket = open_socket (self, d->rtp_port, error);
  if (self->rtp_socket == NULL)
    return FALSE;

  if (d->rtcp_port == d->rtp_port)
    self->rtcp_socket = g_object_ref (self->rtp_socket);
  else
    self->rtcp_socket = open_socket (self, d->rtcp_port, error);

  return self->rtcp_socket != NULL;
}

/* Takes the ports. @description must outlive it, @state too. */
GstRecTransport *
gst_rec_transport_new (const GstRecStreamDescription * description,
    GstRecSession * session, GstRecStreamState * state, GError ** error)
{
  g_autoptr (GstRecTransport) self = g_new0 (GstRecTransport, 1);
  gboolean ok;

  self->description = description;
  g_mutex_init (&self->lock);
  if (description->receive_key) {
    self->srtp = gst_rec_srtp_new (description->receive_key,
        description->send_key, error);
    if (self->srtp == NULL)
      return NULL;
  }
  ok = description->is_tcp ? open_link (self, session, state, error) :
      open_sockets (self, error);

  return ok ? g_steal_pointer (&self) : NULL;
}

/* Nobody else can have them while we do. */
void
gst_rec_transport_close (GstRecTransport * self)
{
  g_clear_object (&self->rtp_socket);
  g_clear_object (&self->rtcp_socket);
  g_clear_pointer (&self->link, gst_rec_tcp_link_unref);
}

void
gst_rec_transport_free (GstRecTransport * self)
{
  gst_rec_transport_close (self);
  g_clear_pointer (&self->srtp, gst_rec_srtp_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* As it was before the first packet. */
void
gst_rec_transport_reset (GstRecTransport * self)
{
  gst_rec_comedia_init (&self->comedia);
}

/* NULL: the stream is plain */
GstRecSrtp *
gst_rec_transport_get_srtp (GstRecTransport * self)
{
  return self->srtp;
}

/* RTCP comes the way that RTP does. */
gboolean
gst_rec_transport_is_mux (const GstRecTransport * self)
{
  return self->rtp_socket == self->rtcp_socket;
}

GstElement *
gst_rec_transport_make_src (GstRecTransport * self, gboolean of_rtcp)
{
  if (self->link)
    return gst_rec_tcp_src_new (self->link);

  return gst_rec_udp_src_new (of_rtcp ? self->rtcp_socket : self->rtp_socket);
}

static GstPadProbeReturn
encrypt_rtcp (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  GstRecTransport *self = user_data;
  GstBuffer *plain = GST_PAD_PROBE_INFO_BUFFER (info);
  gsize size = gst_buffer_get_size (plain);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL,
      size + GST_REC_SRTP_OVERHEAD, NULL);
  GstMapInfo map;
  gboolean ok;

  gst_buffer_map (buffer, &map, GST_MAP_READWRITE);
  gst_buffer_extract (plain, 0, map.data, size);
  ok = gst_rec_srtp_protect (self->srtp, map.data, &size, TRUE);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_set_size (buffer, size);
  gst_buffer_unref (plain);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;

  return ok ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static void
encrypt_sent_rtcp (GstRecTransport * self)
{
  g_autoptr (GstPad) pad =
      gst_element_get_static_pad (self->rtcp_sink, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, encrypt_rtcp, self, NULL);
}

static GstElement *
make_udp_sink (GstRecTransport * self, GError ** error)
{
  gboolean is_v6 =
      g_socket_get_family (self->rtcp_socket) == G_SOCKET_FAMILY_IPV6;
  GstElement *sink = gst_element_factory_make ("multiudpsink", NULL);

  if (sink == NULL) {
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "The element 'multiudpsink' is missing: install "
        "gstreamer1.0-plugins-good");
    return NULL;
  }
  g_object_set (sink, "sync", FALSE, "async", FALSE,
      is_v6 ? "socket-v6" : "socket", self->rtcp_socket,
      "close-socket", FALSE, "auto-multicast", FALSE, NULL);
  if (is_comedia (self))
    g_signal_emit_by_name (sink, "add", self->description->address,
        (gint) self->description->rtcp_port);

  return sink;
}

/* Call it once; the transport must outlive it. */
GstElement *
gst_rec_transport_make_rtcp_sink (GstRecTransport * self, GError ** error)
{
  self->rtcp_sink = self->link ? gst_rec_tcp_sink_new (self->link) :
      make_udp_sink (self, error);
  if (self->rtcp_sink && self->srtp && gst_rec_srtp_sends (self->srtp))
    encrypt_sent_rtcp (self);

  return self->rtcp_sink;
}

/* An IPv6 socket that hears IPv4 speaks to it as IPv6 (RFC 4291, 2.5.5.2). */
static gchar *
address_for (GSocket * socket, const GstRecSource * target)
{
  g_autofree gchar *host = gst_rec_source_get_host (target);
  gboolean is_mapped = target->size == 4
      && g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV6;

  return is_mapped ? g_strconcat ("::ffff:", host, NULL) :
      g_steal_pointer (&host);
}

/* The answer to whoever sends to us; who we sent to first, or are connected
 * with, is known. */
void
gst_rec_transport_update_target (GstRecTransport * self,
    GstRecSession * session, GstRecStreamState * state)
{
  GstRecSource target;

  if (self->link || is_comedia (self))
    return;

  g_mutex_lock (&self->lock);
  target = gst_rec_session_rtcp_target (session, state,
      gst_rec_transport_is_mux (self));
  if (target.size > 0 && !gst_rec_source_equal (&target, &self->target)) {
    g_autofree gchar *host = address_for (self->rtcp_socket, &target);

    GST_INFO ("%s: RTCP goes to %s port %u", self->description->pad_name,
        host, target.port);
    self->target = target;
    g_signal_emit_by_name (self->rtcp_sink, "clear");
    g_signal_emit_by_name (self->rtcp_sink, "add", host, target.port);
  }
  g_mutex_unlock (&self->lock);
}

static void
send_to_peer (GstRecTransport * self, GSocket * socket, guint16 port,
    const guint8 * packet, gsize size, gboolean is_rtcp)
{
  const gchar *host = self->description->address;
  g_autoptr (GSocketAddress) peer =
      g_inet_socket_address_new_from_string (host, port);
  g_autoptr (GError) error = NULL;
  guint8 data[GST_REC_COMEDIA_RTP_SIZE + GST_REC_SRTP_OVERHEAD]
      __attribute__((aligned (4)));

  memcpy (data, packet, size);
  if (self->srtp && gst_rec_srtp_sends (self->srtp)
      && !gst_rec_srtp_protect (self->srtp, data, &size, is_rtcp))
    return;
  if (g_socket_send_to (socket, peer, (const gchar *) data, size, NULL,
          &error) < 0)
    GST_INFO ("%s: cannot send to %s port %u: %s",
        self->description->pad_name, host, port, error->message);
}

/* Shows the peer where we are, while nothing comes from it. */
void
gst_rec_transport_open_way (GstRecTransport * self, GstClockTime last_packet,
    GstClockTime now)
{
  const GstRecStreamDescription *d = self->description;
  guint8 pt = g_array_index (d->payloads, GstRecPayload, 0).pt;
  guint8 rtcp[GST_REC_COMEDIA_RTCP_SIZE];
  guint8 rtp[GST_REC_COMEDIA_RTP_SIZE];

  if (!is_comedia (self)
      || !gst_rec_comedia_is_due (&self->comedia, last_packet, now))
    return;

  gst_rec_comedia_write_rtcp (&self->comedia, rtcp);
  send_to_peer (self, self->rtcp_socket, d->rtcp_port, rtcp, sizeof rtcp,
      TRUE);
  if (self->rtcp_socket == self->rtp_socket)
    return;
  gst_rec_comedia_write_rtp (&self->comedia, pt, rtp);
  send_to_peer (self, self->rtp_socket, d->rtp_port, rtp, sizeof rtp, FALSE);
}

/* Why nothing can come over TCP now, where a reason is known; else NULL. */
gchar *
gst_rec_transport_get_trouble (GstRecTransport * self)
{
  return self->link ? gst_rec_tcp_link_get_trouble (self->link) : NULL;
}
