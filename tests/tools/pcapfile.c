/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "pcapfile.h"

#include <string.h>

/* The UDP datagrams of a classic pcap file (microseconds or nanoseconds, either
 * byte order, Ethernet, Linux cooked or raw IP). Nothing in it is trusted:
 * records and packets that are cut short or lie about their length are
 * passed over, and a record that runs beyond the file ends it. */

#define MAGIC_US 0xa1b2c3d4
#define MAGIC_NS 0xa1b23c4d
#define FILE_HEADER 24
#define RECORD_HEADER 16

#define LINK_ETHERNET 1
#define LINK_RAW 101
#define LINK_COOKED 113

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_VLAN 0x8100
#define PROTOCOL_UDP 17

static guint32
read_u32 (const PcapFile * self, gsize offset)
{
  guint32 value;

  memcpy (&value, self->data + offset, 4);
  return self->big_endian ? GUINT32_FROM_BE (value) : GUINT32_FROM_LE (value);
}

static guint16
read_net16 (const guint8 * data)
{
  return data[0] << 8 | data[1];
}

gboolean
pcap_file_open (PcapFile * self, const guint8 * data, gsize size)
{
  guint32 magic;

  *self = (PcapFile) { data, size, FILE_HEADER, FALSE, FALSE, 0 };
  if (size < FILE_HEADER)
    return FALSE;

  magic = read_u32 (self, 0);
  if (magic != MAGIC_US && magic != MAGIC_NS) {
    self->big_endian = TRUE;
    magic = read_u32 (self, 0);
  }
  self->nanoseconds = magic == MAGIC_NS;
  self->link_type = read_u32 (self, 20) & 0xffff;
  return (magic == MAGIC_US || magic == MAGIC_NS)
      && (self->link_type == LINK_ETHERNET || self->link_type == LINK_RAW
      || self->link_type == LINK_COOKED);
}

/* Where the IP header starts, or @size where there is none. */
static gsize
skip_link_header (const PcapFile * self, const guint8 * packet, gsize size)
{
  gsize offset = self->link_type == LINK_COOKED ? 16 : 14;

  if (self->link_type == LINK_RAW)
    return 0;
  if (self->link_type == LINK_ETHERNET && size >= 18
      && read_net16 (packet + 12) == ETHERTYPE_VLAN)
    offset += 4;
  if (size < offset || read_net16 (packet + offset - 2) != ETHERTYPE_IPV4)
    return size;
  return offset;
}

static gboolean
parse_udp (const guint8 * udp, gsize size, PcapDatagram * datagram)
{
  gsize length;

  if (size < 8)
    return FALSE;
  length = read_net16 (udp + 4);
  if (length < 8 || length > size)
    return FALSE;
  datagram->source_port = read_net16 (udp);
  datagram->destination_port = read_net16 (udp + 2);
  datagram->payload = udp + 8;
  datagram->size = length - 8;
  return TRUE;
}

static gboolean
parse_packet (const PcapFile * self, const guint8 * packet, gsize size,
    PcapDatagram * datagram)
{
  gsize offset = skip_link_header (self, packet, size);
  const guint8 *ip = packet + offset;
  gsize left = size - offset, header, total;

  if (left < 20 || ip[0] >> 4 != 4 || ip[9] != PROTOCOL_UDP)
    return FALSE;
  header = (ip[0] & 0xf) * 4;
  total = read_net16 (ip + 2);
  /* fragments (RFC 791: offset, more) are not put together */
  if (header < 20 || total < header || total > left
      || (read_net16 (ip + 6) & 0x3fff) != 0)
    return FALSE;
  return parse_udp (ip + header, total - header, datagram);
}

gboolean
pcap_file_next (PcapFile * self, PcapDatagram * datagram)
{
  while (self->size - self->offset >= RECORD_HEADER) {
    gsize record = self->offset;
    guint32 captured = read_u32 (self, record + 8);
    guint64 fraction = read_u32 (self, record + 4);

    if (captured > self->size - record - RECORD_HEADER)
      break;
    self->offset = record + RECORD_HEADER + captured;
    datagram->time = read_u32 (self, record) * G_GUINT64_CONSTANT (1000000000)
        + (self->nanoseconds ? fraction : fraction * 1000);
    if (parse_packet (self, self->data + record + RECORD_HEADER, captured,
            datagram))
      return TRUE;
  }
  self->offset = self->size;
  return FALSE;
}
