/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One UDP datagram of a capture. @payload points into the capture. */
typedef struct
{
  guint64 time;                 /* ns, of the capture's clock */
  guint16 source_port, destination_port;
  const guint8 *payload;
  gsize size;
} PcapDatagram;

typedef struct
{
  const guint8 *data;
  gsize size, offset;
  gboolean big_endian, nanoseconds;
  guint link_type;
} PcapFile;

gboolean pcap_file_open (PcapFile * self, const guint8 * data, gsize size);
gboolean pcap_file_next (PcapFile * self, PcapDatagram * datagram);

G_END_DECLS
