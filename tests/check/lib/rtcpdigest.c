/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "rtcpdigest.h"

#define OWNER 0xca, 0xfe, 0xba, 0xbe
#define OTHER 0xde, 0xad, 0xbe, 0xef
#define BLOCK OTHER, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
#define INFO 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9, 0, 0, 0, 10, 0, 0, 0, 11
#define SR(ssrc) 0x80, 200, 0, 6, ssrc, INFO

static const guint32 owner = 0xcafebabe;

GST_START_TEST (test_only_the_owner_is_heard)
{
  static const struct
  {
    guint8 data[80];
    gsize size;
    gboolean has_report, bye;
    const gchar *cname;
  } cases[] = {
    {{SR (OWNER)}, 28, TRUE, FALSE, ""},
    {{SR (OTHER)}, 28, FALSE, FALSE, ""},
    {{0x81, 200, 0, 12, OWNER, INFO, BLOCK}, 52, TRUE, FALSE, ""},
    {{SR (OTHER), SR (OWNER)}, 56, TRUE, FALSE, ""},
    {{SR (OWNER), 0x81, 202, 0, 2, OWNER, 1, 1, 'a', 0}, 40, TRUE, FALSE,
        "a"},
    {{SR (OWNER), 0x81, 202, 0, 2, OTHER, 1, 1, 'a', 0}, 40, TRUE, FALSE, ""},
    /* two chunks, a NAME before the CNAME */
    {{0x82, 202, 0, 6, OTHER, 1, 2, 'x', 'y', 0, 0, 0, 0, OWNER, 2, 1, 'n', 1,
                2, 'o', 'k', 0}, 28, FALSE, FALSE, "ok"},
    {{0x82, 202, 0, 5, OTHER, 1, 2, 'x', 'y', 0, 0, 0, 0, OWNER, 2, 1, 'n', 1,
                2, 'o', 'k', 0}, 24, FALSE, FALSE, ""},
    {{0x80, 201, 0, 1, OWNER, 0x82, 203, 0, 2, OTHER, OWNER}, 20, FALSE, TRUE,
        ""},
    {{0x80, 201, 0, 1, OWNER, 0x82, 203, 0, 1, OTHER, OWNER}, 16, FALSE,
        FALSE, ""},
    {{0x80, 201, 0, 1, OWNER, 0x81, 203, 0, 1, OTHER}, 16, FALSE, FALSE, ""},
    {{SR (OWNER)}, 27, FALSE, FALSE, ""},       /* cut off */
    {{0x80, 200, 0, 5, OWNER, INFO}, 28, FALSE, FALSE, ""},     /* too short */
    {{0x81, 202, 0, 2, OWNER, 1, 200, 'a', 0}, 12, FALSE, FALSE, ""},
    {{0x9f, 203, 0, 1, OTHER}, 8, FALSE, FALSE, ""},    /* counts 31 */
    {{0}, 0, FALSE, FALSE, ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree guint8 *data = g_memdup2 (cases[i].data, cases[i].size);
    GstRecRtcpDigest digest;

    gst_rec_rtcp_digest_parse (&digest, owner, data, cases[i].size);
    fail_unless (digest.has_report == cases[i].has_report, "case %u", i);
    fail_unless (digest.bye == cases[i].bye, "case %u", i);
    fail_unless (g_str_equal (digest.cname, cases[i].cname), "case %u: '%s'",
        i, digest.cname);
  }
}

GST_END_TEST;

GST_START_TEST (test_report_is_read_and_written_again)
{
  static const guint8 report[] = { SR (OWNER) };
  guint8 data[GST_REC_RTCP_REPORT_SIZE];
  GstRecRtcpDigest digest;

  gst_rec_rtcp_digest_parse (&digest, owner, report, sizeof report);
  fail_unless_equals_uint64 (digest.ntp, G_GUINT64_CONSTANT
      (0x0102030405060708));
  fail_unless_equals_int (digest.rtp_time, 9);
  fail_unless_equals_int (digest.packets, 10);
  fail_unless_equals_int (digest.octets, 11);
  gst_rec_rtcp_digest_write (&digest, data);
  fail_unless (memcmp (data, report, sizeof report) == 0);
}

GST_END_TEST;

static Suite *
rtcpdigest_suite (void)
{
  Suite *s = suite_create ("rtcpdigest");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_only_the_owner_is_heard);
  tcase_add_test (tc, test_report_is_read_and_written_again);

  return s;
}

GST_CHECK_MAIN (rtcpdigest);
