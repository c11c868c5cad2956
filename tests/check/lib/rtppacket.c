/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "rtppacket.h"

#define RTP 0x80, 0xe0, 0x12, 0x34, 0, 0, 0, 1, 0xde, 0xad, 0xbe, 0xef

GST_START_TEST (test_datagrams_are_told_apart)
{
  static const struct
  {
    guint8 data[40];
    gsize size;
    GstRecPacketType type;
  } cases[] = {
    {{RTP, 1, 2, 3}, 15, GST_REC_PACKET_RTP},
    {{RTP}, 12, GST_REC_PACKET_RTP},    /* without a payload */
    {{RTP}, 11, GST_REC_PACKET_INVALID},
    {{RTP}, 0, GST_REC_PACKET_INVALID},
    {{0x40, 0x60}, 12, GST_REC_PACKET_INVALID}, /* version 1 */
    {{0x8f, 0x60}, 12, GST_REC_PACKET_INVALID}, /* 15 CSRCs, none there */
    {{0x81, 0x60}, 16, GST_REC_PACKET_RTP},     /* one CSRC */
    {{0x90, 0x60}, 12, GST_REC_PACKET_INVALID}, /* extension cut off */
    {{0x90, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0, 1}, 20,
        GST_REC_PACKET_RTP},
    {{0x90, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0xff, 0xff}, 20,
        GST_REC_PACKET_INVALID},
    {{0xa0, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, 14,
        GST_REC_PACKET_RTP},    /* two bytes of padding */
    {{0xa0, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}, 14,
        GST_REC_PACKET_INVALID},
    {{0xa0, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 14,
        GST_REC_PACKET_INVALID},
    {{0x80, 200, 0, 6}, 28, GST_REC_PACKET_RTCP},       /* SR */
    {{0x81, 206, 0, 2}, 12, GST_REC_PACKET_RTCP},       /* PLI alone, RFC 5506 */
    {{0x80, 200, 0, 6}, 24, GST_REC_PACKET_INVALID},
    {{0x80, 200, 0, 0, 0xff, 0xff}, 6, GST_REC_PACKET_INVALID},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstRecRtpHeader header;
    /* of exactly that size, so that a sanitizer sees what reads beyond */
    g_autofree guint8 *data = g_memdup2 (cases[i].data, cases[i].size);

    fail_unless (gst_rec_packet_parse (data, cases[i].size, &header)
        == cases[i].type, "case %u", i);
  }
}

GST_END_TEST;

GST_START_TEST (test_header_fields)
{
  /* padded by two bytes, behind three of payload */
  static const guint8 data[] = { RTP, 7, 8, 9, 0, 2 };
  g_autofree guint8 *padded = g_memdup2 (data, sizeof data);
  GstRecRtpHeader header;

  padded[0] |= 0x20;
  gst_rec_packet_parse (padded, sizeof data, &header);
  fail_unless_equals_int (header.payload_offset, 12);
  fail_unless_equals_int (header.payload_size, 3);
  gst_rec_packet_parse (data, sizeof data, &header);
  fail_unless_equals_int (header.payload_size, 5);
  fail_unless_equals_int (header.seq, 0x1234);
  fail_unless_equals_int (header.pt, 96);
  fail_unless_equals_int (header.timestamp, 1);
  fail_unless_equals_int64 (header.ssrc, 0xdeadbeef);
}

GST_END_TEST;

GST_START_TEST (test_random_bytes_stay_within_bounds)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 200000; i++) {
    gsize size = g_rand_int_range (rand, 0, 64);
    g_autofree guint8 *data = g_malloc (size);
    GstRecRtpHeader header;

    for (gsize j = 0; j < size; j++)
      data[j] = g_rand_int (rand);
    if (size > 0 && i % 2)
      data[0] = 0x80 | (data[0] & 0x3f);
    gst_rec_packet_parse (data, size, &header);
  }
}

GST_END_TEST;

static Suite *
rtppacket_suite (void)
{
  Suite *s = suite_create ("rtppacket");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_datagrams_are_told_apart);
  tcase_add_test (tc, test_header_fields);
  tcase_add_test (tc, test_random_bytes_stay_within_bounds);

  return s;
}

GST_CHECK_MAIN (rtppacket);
