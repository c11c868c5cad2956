/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "sourcelatch.h"

#define MS GST_MSECOND
#define SFU "192.0.2.1"
#define OTHER "198.51.100.9"

static GstRecSource
source (const gchar * host, guint port)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (host, port);
  GstRecSource self;

  gst_rec_source_set (&self, address);

  return self;
}

static void
check_target (const GstRecSourceLatch * latch, gboolean is_mux,
    const gchar * host, guint port)
{
  GstRecSource target = gst_rec_source_latch_rtcp_target (latch, is_mux);
  g_autofree gchar *found = gst_rec_source_get_host (&target);

  fail_unless_equals_string (found, host);
  fail_unless_equals_int (host ? target.port : 0, port);
}

/* The stream is of SFU port 5000, whose last packet came at 1 s. */
GST_START_TEST (test_stream_stays_with_its_source)
{
  static const struct
  {
    const gchar *host;
    guint port, at;             /* ms */
    gboolean proven, admitted;
  } cases[] = {
    {SFU, 5000, 1010, FALSE, TRUE},
    {SFU, 5000, 90000, FALSE, TRUE},
    {SFU, 5002, 1010, FALSE, FALSE},
    {SFU, 5002, 1999, FALSE, FALSE},
    {SFU, 5002, 2000, FALSE, TRUE},     /* a new forwarder */
    {OTHER, 5000, 1010, FALSE, FALSE},
    {OTHER, 5000, 5999, FALSE, FALSE},
    {OTHER, 5000, 6000, FALSE, TRUE},   /* a new SFU */
    {OTHER, 5000, 1010, TRUE, TRUE},    /* SRTP says who it is */
    {"::ffff:" SFU, 5000, 1010, FALSE, TRUE},   /* on a socket of IPv6 */
    {"2001:db8::1", 5000, 5999, FALSE, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstRecSource from = source (cases[i].host, cases[i].port);
    GstRecSource sfu = source (SFU, 5000);
    GstRecSourceLatch latch = {.last = 0 };

    from.proven = cases[i].proven;
    fail_unless (gst_rec_source_latch_admits (&latch, &sfu, 0));
    gst_rec_source_latch_take (&latch, &sfu, 1000 * MS);
    fail_unless (gst_rec_source_latch_admits (&latch, &from,
            cases[i].at * MS) == cases[i].admitted, "case %u", i);
  }
}

GST_END_TEST;

GST_START_TEST (test_our_rtcp_goes_to_the_peer)
{
  GstRecSource rtp = source (SFU, 5000), rtcp = source (SFU, 7000);
  GstRecSource stranger = source (OTHER, 7000);
  GstRecSourceLatch latch = {.last = 0 };

  check_target (&latch, TRUE, NULL, 0);
  gst_rec_source_latch_take (&latch, &rtp, 0);
  check_target (&latch, TRUE, SFU, 5000);
  check_target (&latch, FALSE, SFU, 5001);

  fail_if (gst_rec_source_latch_admits_rtcp (&latch, &stranger));
  gst_rec_source_latch_take_rtcp (&latch, &stranger);
  check_target (&latch, FALSE, SFU, 5001);

  fail_unless (gst_rec_source_latch_admits_rtcp (&latch, &rtcp));
  gst_rec_source_latch_take_rtcp (&latch, &rtcp);
  check_target (&latch, TRUE, SFU, 7000);
  check_target (&latch, FALSE, SFU, 7000);

  /* RTP goes on: what the peer said stands */
  gst_rec_source_latch_take (&latch, &rtp, 0);
  check_target (&latch, FALSE, SFU, 7000);
}

GST_END_TEST;

/* Janus' dummies come before the RTP, and a stranger's may too. */
GST_START_TEST (test_way_opened_before_the_first_packet)
{
  static const struct
  {
    const gchar *first, *second;
    guint port;
  } cases[] = {
    {SFU, NULL, 7000},
    {SFU, OTHER, 7000},
    {OTHER, SFU, 7000},
    {OTHER, OTHER, 5001},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstRecSource rtp = source (SFU, 5000);
    GstRecSource first = source (cases[i].first, 7000);
    GstRecSourceLatch latch = {.last = 0 };

    fail_unless (gst_rec_source_latch_admits_rtcp (&latch, &first));
    gst_rec_source_latch_take_rtcp (&latch, &first);
    check_target (&latch, FALSE, cases[i].first, 7000);
    if (cases[i].second) {
      GstRecSource second = source (cases[i].second, 7000);

      gst_rec_source_latch_take_rtcp (&latch, &second);
    }
    gst_rec_source_latch_take (&latch, &rtp, 0);
    check_target (&latch, FALSE, SFU, cases[i].port);
  }
}

GST_END_TEST;

GST_START_TEST (test_move_to_another_address_takes_the_rtcp_along)
{
  GstRecSource rtp = source (SFU, 5000), rtcp = source (SFU, 7000);
  GstRecSource moved = source (OTHER, 5000), opened = source (OTHER, 7000);
  GstRecSourceLatch latch = {.last = 0 };

  gst_rec_source_latch_take (&latch, &rtp, 0);
  gst_rec_source_latch_take_rtcp (&latch, &rtcp);
  gst_rec_source_latch_take_rtcp (&latch, &opened);
  check_target (&latch, FALSE, SFU, 7000);
  gst_rec_source_latch_take (&latch, &moved, 0);
  check_target (&latch, FALSE, OTHER, 7000);
}

GST_END_TEST;

GST_START_TEST (test_no_port_after_the_last_one)
{
  GstRecSource rtp = source (SFU, 65535);
  GstRecSourceLatch latch = {.last = 0 };

  gst_rec_source_latch_take (&latch, &rtp, 0);
  check_target (&latch, FALSE, NULL, 0);
  check_target (&latch, TRUE, SFU, 65535);
}

GST_END_TEST;

GST_START_TEST (test_allowed_sources)
{
  static const struct
  {
    const gchar *allowed, *host;
    gboolean match;
  } cases[] = {
    {"192.0.2.1", "192.0.2.1", TRUE},
    {"192.0.2.1", "192.0.2.2", FALSE},
    {"192.0.2.0/24", "192.0.2.200", TRUE},
    {"192.0.2.0/24", "192.0.3.1", FALSE},
    {"192.0.2.0/24", "::ffff:192.0.2.200", TRUE},
    {"2001:db8::/32", "2001:db8:1::7", TRUE},
    {"2001:db8::/32", "2001:db9::7", FALSE},
    {"2001:db8::/32", "192.0.2.1", FALSE},
    {"10.0.0.1, 2001:db8::1 ,192.0.2.0/24", "192.0.2.7", TRUE},
    {"10.0.0.1, 2001:db8::1 ,192.0.2.0/24", "2001:db8::1", TRUE},
    {"10.0.0.1, 2001:db8::1 ,192.0.2.0/24", "10.0.0.2", FALSE},
    {"0.0.0.0/0", "192.0.2.1", TRUE},
    {"0.0.0.0/0", "2001:db8::1", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GSocketAddress) address =
        g_inet_socket_address_new_from_string (cases[i].host, 5000);
    g_autoptr (GPtrArray) allowed =
        gst_rec_allowed_sources_parse (cases[i].allowed, NULL);

    fail_unless (allowed != NULL);
    fail_unless (gst_rec_allowed_sources_match (allowed, address)
        == cases[i].match, "case %u", i);
  }
}

GST_END_TEST;

GST_START_TEST (test_wrong_allowed_sources_are_named)
{
  static const gchar *const cases[] = {
    "sfu.example", "192.0.2.1:5000", "192.0.2.1/24", "192.0.2.0/33", "1.2.3",
    "192.0.2.1,", ",", " ", "::1/129",
    "::1/-1", "::1/",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_rec_allowed_sources_parse (cases[i], &error) == NULL,
        "'%s'", cases[i]);
    fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
            GST_RESOURCE_ERROR_SETTINGS));
    fail_unless (strstr (error->message, "'allowed-source'") != NULL);
  }
}

GST_END_TEST;

static Suite *
sourcelatch_suite (void)
{
  Suite *s = suite_create ("sourcelatch");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_stream_stays_with_its_source);
  tcase_add_test (tc, test_our_rtcp_goes_to_the_peer);
  tcase_add_test (tc, test_way_opened_before_the_first_packet);
  tcase_add_test (tc, test_move_to_another_address_takes_the_rtcp_along);
  tcase_add_test (tc, test_no_port_after_the_last_one);
  tcase_add_test (tc, test_allowed_sources);
  tcase_add_test (tc, test_wrong_allowed_sources_are_named);

  return s;
}

GST_CHECK_MAIN (sourcelatch);
