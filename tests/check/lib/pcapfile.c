/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <string.h>

#include "pcapfile.h"

/* A capture of two datagrams, in native byte order or the other one. */
typedef struct
{
  guint32 magic;
  guint32 link_type;
  gboolean swapped;
  guint64 step;                 /* ns that a fraction of 5 means */
} Variant;

static const Variant variants[] = {
  {0xa1b2c3d4, 1, FALSE, 5000},
  {0xa1b2c3d4, 1, TRUE, 5000},
  {0xa1b23c4d, 1, FALSE, 5},
  {0xa1b23c4d, 101, TRUE, 5},
  {0xa1b2c3d4, 113, FALSE, 5000},
};

static void
append_u32 (GByteArray * file, guint32 value, gboolean swapped)
{
  value = swapped ? GUINT32_SWAP_LE_BE (value) : value;
  g_byte_array_append (file, (guint8 *) & value, 4);
}

static void
append_packet (GByteArray * packet, guint32 link_type, guint16 port,
    const gchar * text)
{
  gsize size = strlen (text);
  guint8 link[16] = { 0, };
  guint8 ip[20] = { 0x45, 0, 0, 28 + size, 0, 0, 0x40, 0, 64, 17, };
  guint8 udp[8] = { 0x11, 0x22, port >> 8, port & 0xff, 0, 8 + size, };
  gsize header = link_type == 1 ? 14 : link_type == 113 ? 16 : 0;

  if (header) {
    link[header - 2] = 0x08;
    g_byte_array_append (packet, link, header);
  }
  g_byte_array_append (packet, ip, sizeof (ip));
  g_byte_array_append (packet, udp, sizeof (udp));
  g_byte_array_append (packet, (const guint8 *) text, size);
}

static void
append_record (GByteArray * file, const Variant * variant, GByteArray * packet)
{
  append_u32 (file, 100, variant->swapped);
  append_u32 (file, 5, variant->swapped);
  append_u32 (file, packet->len, variant->swapped);
  append_u32 (file, packet->len, variant->swapped);
  g_byte_array_append (file, packet->data, packet->len);
}

static GByteArray *
make_file (const Variant * variant)
{
  GByteArray *file = g_byte_array_new ();
  const guint32 header[] = { variant->magic, 0x00040002, 0, 0, 65535,
    variant->link_type
  };

  for (guint i = 0; i < G_N_ELEMENTS (header); i++)
    append_u32 (file, header[i], variant->swapped);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GByteArray) packet = g_byte_array_new ();

    append_packet (packet, variant->link_type, 5000 + i, i ? "two" : "one");
    append_record (file, variant, packet);
  }
  return file;
}

GST_START_TEST (test_every_kind_of_capture_gives_its_datagrams)
{
  for (guint i = 0; i < G_N_ELEMENTS (variants); i++) {
    g_autoptr (GByteArray) bytes = make_file (&variants[i]);
    PcapFile file;
    PcapDatagram datagram;

    fail_unless (pcap_file_open (&file, bytes->data, bytes->len));
    fail_unless (pcap_file_next (&file, &datagram));
    fail_unless_equals_int (datagram.source_port, 0x1122);
    fail_unless_equals_int (datagram.destination_port, 5000);
    fail_unless_equals_uint64 (datagram.time,
        100 * GST_SECOND + variants[i].step);
    fail_unless_equals_int (datagram.size, 3);
    fail_unless (memcmp (datagram.payload, "one", 3) == 0);
    fail_unless (pcap_file_next (&file, &datagram));
    fail_unless (memcmp (datagram.payload, "two", 3) == 0);
    fail_if (pcap_file_next (&file, &datagram));
  }
}

GST_END_TEST;

GST_START_TEST (test_what_is_no_capture_is_refused)
{
  g_autoptr (GByteArray) bytes = make_file (&variants[0]);
  PcapFile file;

  fail_if (pcap_file_open (&file, bytes->data, 23));
  fail_if (pcap_file_open (&file, (const guint8 *) "", 0));
  bytes->data[20] = 9;          /* PPP */
  fail_if (pcap_file_open (&file, bytes->data, bytes->len));
  bytes->data[0] = 0;
  fail_if (pcap_file_open (&file, bytes->data, bytes->len));
}

GST_END_TEST;

GST_START_TEST (test_fragments_are_passed_over)
{
  g_autoptr (GByteArray) bytes = make_file (&variants[0]);
  /* the first packet's IP flags: file, record and Ethernet headers before */
  const gsize flags = 24 + 16 + 14 + 6;
  PcapFile file;
  PcapDatagram datagram;

  bytes->data[flags] = 0x20;    /* more fragments */
  fail_unless (pcap_file_open (&file, bytes->data, bytes->len));
  fail_unless (pcap_file_next (&file, &datagram));
  fail_unless (memcmp (datagram.payload, "two", 3) == 0);
}

GST_END_TEST;

/* Each datagram that is handed out lies within the file, however it is cut. */
static guint
count_within (const guint8 * data, gsize size)
{
  PcapFile file;
  PcapDatagram datagram;
  guint n = 0;

  if (!pcap_file_open (&file, data, size))
    return 0;
  for (; pcap_file_next (&file, &datagram); n++) {
    fail_unless (datagram.payload >= data);
    fail_unless (datagram.payload + datagram.size <= data + size);
  }
  return n;
}

GST_START_TEST (test_a_capture_cut_anywhere_stays_within_bounds)
{
  g_autoptr (GByteArray) bytes = make_file (&variants[0]);

  for (gsize size = 0; size <= bytes->len; size++) {
    /* of its very size, so that AddressSanitizer sees a byte too many */
    g_autofree guint8 *cut = g_memdup2 (bytes->data, size);
    guint n = count_within (cut, size);

    fail_unless_equals_int (n, size == bytes->len ? 2 :
        size >= (bytes->len - 24) / 2 + 24 ? 1 : 0);
  }
}

GST_END_TEST;

GST_START_TEST (test_wrong_bytes_stay_within_bounds)
{
  g_autoptr (GByteArray) bytes = make_file (&variants[0]);

  for (gsize i = 24; i < bytes->len; i++) {
    static const guint8 values[] = { 0, 1, 7, 0x4f, 0x7f, 0x80, 0xff };

    for (guint v = 0; v < G_N_ELEMENTS (values); v++) {
      g_autofree guint8 *copy = g_memdup2 (bytes->data, bytes->len);

      copy[i] = values[v];
      fail_unless (count_within (copy, bytes->len) <= 2);
    }
  }
}

GST_END_TEST;

static Suite *
pcapfile_suite (void)
{
  Suite *s = suite_create ("pcapfile");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_every_kind_of_capture_gives_its_datagrams);
  tcase_add_test (tc, test_what_is_no_capture_is_refused);
  tcase_add_test (tc, test_fragments_are_passed_over);
  tcase_add_test (tc, test_a_capture_cut_anywhere_stays_within_bounds);
  tcase_add_test (tc, test_wrong_bytes_stay_within_bounds);

  return s;
}

GST_CHECK_MAIN (pcapfile);
