/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "comedia.h"
#include "rtppacket.h"

#define MS(x) ((GstClockTime) (x) * GST_MSECOND)
#define NEVER GST_CLOCK_TIME_NONE

GST_START_TEST (test_way_is_opened_until_packets_come)
{
  static const struct
  {
    GstClockTime last_packet;
    GstClockTime now;
    gboolean due;
  } steps[] = {
    {NEVER, MS (0), TRUE},
    {NEVER, MS (100), FALSE},
    {NEVER, MS (499), FALSE},
    {NEVER, MS (500), TRUE},
    {NEVER, MS (900), FALSE},
    {NEVER, MS (1050), TRUE},
    {MS (1100), MS (1600), FALSE},
    {MS (3000), MS (4900), FALSE},
    /* the peer is silent: it may have forgotten us */
    {MS (3000), MS (5000), TRUE},
    {MS (3000), MS (5400), FALSE},
    {MS (3000), MS (5500), TRUE},
    {MS (5600), MS (6000), FALSE},
    {MS (5600), MS (60000), TRUE},
    /* a new session begins at 0 */
    {NEVER, MS (0), TRUE},
  };
  GstRecComedia comedia;

  gst_rec_comedia_init (&comedia);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    fail_unless (gst_rec_comedia_is_due (&comedia, steps[i].last_packet,
            steps[i].now) == steps[i].due, "step %u", i);
}

GST_END_TEST;

GST_START_TEST (test_packets_are_valid_and_numbered)
{
  guint8 rtp[GST_REC_COMEDIA_RTP_SIZE], rtcp[GST_REC_COMEDIA_RTCP_SIZE];
  GstRecRtpHeader header;
  GstRecComedia comedia;
  guint16 seq;

  gst_rec_comedia_init (&comedia);
  gst_rec_comedia_write_rtp (&comedia, 96, rtp);
  fail_unless (gst_rec_packet_parse (rtp, sizeof rtp, &header)
      == GST_REC_PACKET_RTP);
  fail_unless_equals_int (header.pt, 96);
  fail_unless_equals_int64 (header.ssrc, comedia.ssrc);

  seq = GST_READ_UINT16_BE (rtp + 2);
  gst_rec_comedia_write_rtp (&comedia, 96, rtp);
  fail_unless_equals_int (GST_READ_UINT16_BE (rtp + 2), seq + 1);

  gst_rec_comedia_write_rtcp (&comedia, rtcp);
  fail_unless (gst_rec_packet_parse (rtcp, sizeof rtcp, &header)
      == GST_REC_PACKET_RTCP);
  fail_unless_equals_int64 (header.ssrc, comedia.ssrc);
}

GST_END_TEST;

static Suite *
comedia_suite (void)
{
  Suite *s = suite_create ("comedia");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_way_is_opened_until_packets_come);
  tcase_add_test (tc, test_packets_are_valid_and_numbered);

  return s;
}

GST_CHECK_MAIN (comedia);
