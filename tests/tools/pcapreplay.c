/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Sends the UDP datagrams of a capture to loopback again, at the pace at which
 * they were captured.
 *
 *   pcapreplay --ports 5000-5009 --map 5004=47004 capture.pcap
 *
 * Each source port of the capture has a socket of its own, so that a receiver
 * that answers RTCP to where media comes from finds the same ports apart. */

#include <gio/gio.h>
#include <stdlib.h>

#include "pcapfile.h"

static gchar *opt_ports = "1-65535";
static gchar **opt_map;
static gdouble opt_speed = 1.0;
static gboolean opt_info;

static const GOptionEntry options[] = {
  {"ports", 0, 0, G_OPTION_ARG_STRING, &opt_ports,
        "send what went to these ports only: what the receiver sent is in the "
        "capture too", "LOW-HIGH"},
  {"map", 0, 0, G_OPTION_ARG_STRING_ARRAY, &opt_map,
      "send what went to port A to port B", "A=B"},
  {"speed", 0, 0, G_OPTION_ARG_DOUBLE, &opt_speed,
      "1: as captured, 2: twice as fast, 0: without any wait (1)", "N"},
  {"info", 0, 0, G_OPTION_ARG_NONE, &opt_info,
        "send nothing, print which payload types came to which port and when",
      NULL},
  G_OPTION_ENTRY_NULL
};

/* RTCP on the port of the RTP (RFC 5761) */
#define IS_RTCP(byte) ((byte) >= 192 && (byte) <= 223)

typedef struct
{
  guint64 low, high;
  GHashTable *map;              /* port to port */
  GHashTable *sockets;          /* source port to GSocket */
  guint sent, refused;
} Replay;

static gboolean
parse_pair (const gchar * text, const gchar * separator, guint64 * a,
    guint64 * b)
{
  g_auto (GStrv) parts = g_strsplit (text, separator, 2);

  return g_strv_length (parts) == 2
      && g_ascii_string_to_unsigned (parts[0], 10, 1, 65535, a, NULL)
      && g_ascii_string_to_unsigned (parts[1], 10, 1, 65535, b, NULL);
}

static gboolean
replay_configure (Replay * self)
{
  if (!parse_pair (opt_ports, "-", &self->low, &self->high)) {
    g_printerr ("pcapreplay: cannot read ports \"%s\"\n", opt_ports);
    return FALSE;
  }
  for (guint i = 0; opt_map && opt_map[i]; i++) {
    guint64 from, to;

    if (!parse_pair (opt_map[i], "=", &from, &to)) {
      g_printerr ("pcapreplay: cannot read map \"%s\"\n", opt_map[i]);
      return FALSE;
    }
    g_hash_table_insert (self->map, GUINT_TO_POINTER ((guint) from),
        GUINT_TO_POINTER ((guint) to));
  }
  return TRUE;
}

static GSocket *
socket_of (Replay * self, guint16 source_port)
{
  GSocket *socket = g_hash_table_lookup (self->sockets,
      GUINT_TO_POINTER (source_port));

  if (!socket) {
    socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
        G_SOCKET_PROTOCOL_UDP, NULL);
    g_hash_table_insert (self->sockets, GUINT_TO_POINTER (source_port), socket);
  }
  return socket;
}

static void
replay_send (Replay * self, const PcapDatagram * datagram)
{
  guint port = datagram->destination_port;
  gpointer mapped = g_hash_table_lookup (self->map, GUINT_TO_POINTER (port));
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1",
      mapped ? GPOINTER_TO_UINT (mapped) : port);

  if (g_socket_send_to (socket_of (self, datagram->source_port), address,
          (const gchar *) datagram->payload, datagram->size, NULL, NULL) < 0)
    self->refused++;
  else
    self->sent++;
}

static void
wait_until (gint64 start, guint64 elapsed_ns)
{
  gint64 now = g_get_monotonic_time ();
  gint64 due = start + elapsed_ns / 1000 / opt_speed;

  if (due > now)
    g_usleep (due - now);
}

static void
replay_run (Replay * self, PcapFile * file)
{
  gint64 start = g_get_monotonic_time ();
  PcapDatagram datagram;
  guint64 first = 0, last = 0;

  while (pcap_file_next (file, &datagram)) {
    if (datagram.destination_port < self->low
        || datagram.destination_port > self->high)
      continue;
    if (first == 0)
      first = last = datagram.time;
    /* captures of several processors are not always in order */
    last = MAX (last, datagram.time);
    if (opt_speed > 0)
      wait_until (start, last - first);
    replay_send (self, &datagram);
  }
  g_print ("datagrams=%u refused=%u duration=%.3f\n", self->sent,
      self->refused, (last - first) / 1e9);
}

typedef struct
{
  guint packets[128];           /* by payload type */
  guint64 first, last;
} PortInfo;

static void
note_datagram (GHashTable * ports, const PcapDatagram * datagram)
{
  gpointer key = GUINT_TO_POINTER (datagram->destination_port);
  PortInfo *info = g_hash_table_lookup (ports, key);

  if (datagram->size < 12 || datagram->payload[0] >> 6 != 2
      || IS_RTCP (datagram->payload[1]))
    return;
  if (!info) {
    info = g_new0 (PortInfo, 1);
    info->first = datagram->time;
    g_hash_table_insert (ports, key, info);
  }
  info->packets[datagram->payload[1] & 0x7f]++;
  info->last = datagram->time;
}

static void
print_info (Replay * self, PcapFile * file)
{
  g_autoptr (GHashTable) ports =
      g_hash_table_new_full (NULL, NULL, NULL, g_free);
  PcapDatagram datagram;
  guint64 start = 0;

  while (pcap_file_next (file, &datagram)) {
    start = start ? start : datagram.time;
    note_datagram (ports, &datagram);
  }
  for (guint port = self->low; port <= self->high; port++) {
    PortInfo *info = g_hash_table_lookup (ports, GUINT_TO_POINTER (port));

    for (guint pt = 0; info && pt < G_N_ELEMENTS (info->packets); pt++) {
      if (info->packets[pt])
        g_print ("port=%u pt=%u packets=%u first=%.3f last=%.3f\n", port, pt,
            info->packets[pt], (info->first - start) / 1e9,
            (info->last - start) / 1e9);
    }
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("FILE - send a capture's datagrams again");
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) mapped = NULL;
  Replay replay = { 0, };
  PcapFile file;
  gboolean ok;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2) {
    g_printerr ("pcapreplay: %s\n", error ? error->message : "name one file");
    return 2;
  }
  mapped = g_mapped_file_new (argv[1], FALSE, &error);
  if (!mapped) {
    g_printerr ("pcapreplay: %s\n", error->message);
    return 1;
  }
  if (!pcap_file_open (&file,
          (const guint8 *) g_mapped_file_get_contents (mapped),
          g_mapped_file_get_length (mapped))) {
    g_printerr ("pcapreplay: %s is no pcap file of Ethernet or IP packets\n",
        argv[1]);
    return 1;
  }

  replay.map = g_hash_table_new (NULL, NULL);
  replay.sockets = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  ok = replay_configure (&replay);
  if (ok && opt_info)
    print_info (&replay, &file);
  else if (ok)
    replay_run (&replay, &file);
  g_hash_table_unref (replay.map);
  g_hash_table_unref (replay.sockets);
  return ok ? 0 : 2;
}
