/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "sessiondescription.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\n" \
    "t=0 0\r\n"
#define VP8(port) "m=video " port " RTP/AVPF 96\r\na=rtpmap:96 VP8/90000\r\n"
#define OPUS(port) "m=audio " port " RTP/AVP 111\r\n" \
    "a=rtpmap:111 opus/48000/2\r\n"
#define SLIDES "a=content:slides\r\n"
#define MAIN "a=content:main\r\n"

static GPtrArray *
parse (const gchar * sdp)
{
  GError *error = NULL;
  GPtrArray *streams = gst_rec_session_description_parse (sdp,
      GST_REC_PROTOCOL_UDP, &error);

  fail_unless (streams != NULL, "%s", error ? error->message : "no error");
  g_assert_no_error (error);

  return streams;
}

static void
check_pads (const gchar * sdp, const gchar * expected)
{
  g_autoptr (GPtrArray) streams = parse (sdp);
  g_autoptr (GString) pads = g_string_new (NULL);

  for (guint i = 0; i < streams->len; i++) {
    GstRecStreamDescription *d = g_ptr_array_index (streams, i);

    g_string_append_printf (pads, "%s%s:%u/%u", i ? " " : "", d->pad_name,
        d->rtp_port, d->rtcp_port);
  }
  fail_unless_equals_string (pads->str, expected);
}

GST_START_TEST (test_roles_come_from_content_then_from_order)
{
  check_pads (HEAD VP8 ("5004"), "screen:5004/5005");
  check_pads (HEAD VP8 ("5004") VP8 ("5008"),
      "screen:5004/5005 webcam:5008/5009");
  check_pads (HEAD VP8 ("5004") VP8 ("5008") SLIDES,
      "webcam:5004/5005 screen:5008/5009");
  check_pads (HEAD VP8 ("5004") MAIN VP8 ("5008"),
      "webcam:5004/5005 screen:5008/5009");
  check_pads (HEAD VP8 ("5004") "a=content:speaker\r\n", "webcam:5004/5005");
  check_pads (HEAD OPUS ("5000") OPUS ("5002") VP8 ("5004"),
      "audio_0:5000/5001 audio_1:5002/5003 screen:5004/5005");
}

GST_END_TEST;

GST_START_TEST (test_rtcp_port_follows_mux_and_rtcp_attribute)
{
  check_pads (HEAD VP8 ("5004") "a=rtcp-mux\r\n", "screen:5004/5004");
  check_pads (HEAD VP8 ("5004") "a=rtcp:6001\r\n", "screen:5004/6001");
  check_pads (HEAD VP8 ("5004") "a=rtcp:6001 IN IP4 127.0.0.1\r\n",
      "screen:5004/6001");
  check_pads (HEAD VP8 ("5004") "a=rtcp:6001\r\na=rtcp-mux\r\n",
      "screen:5004/5004");
}

GST_END_TEST;

static GstRecSetup
setup_of (const gchar * sdp)
{
  g_autoptr (GPtrArray) streams = parse (sdp);
  const GstRecStreamDescription *d = g_ptr_array_index (streams, 0);

  return d->setup;
}

GST_START_TEST (test_setup_says_who_opens_the_way)
{
  fail_unless_equals_int (setup_of (HEAD VP8 ("5004")), GST_REC_SETUP_PASSIVE);
  fail_unless_equals_int (setup_of (HEAD VP8 ("5004") "a=setup:actpass\r\n"),
      GST_REC_SETUP_PASSIVE);
  fail_unless_equals_int (setup_of (HEAD VP8 ("5004") "a=setup:active\r\n"),
      GST_REC_SETUP_ACTIVE);
  fail_unless_equals_int (setup_of (HEAD "a=setup:active\r\n" VP8 ("5004")),
      GST_REC_SETUP_ACTIVE);
  fail_unless_equals_int (setup_of (HEAD "a=setup:active\r\n" VP8 ("5004")
          "a=setup:passive\r\n"), GST_REC_SETUP_PASSIVE);

  /* the ports are the peer's, and not all taken on this machine */
  check_pads (HEAD "a=setup:active\r\n" VP8 ("5004") VP8 ("5004")
      "c=IN IP4 127.0.0.2\r\n", "screen:5004/5005 webcam:5004/5005");
}

GST_END_TEST;

#define OVER_TCP(port) "m=audio " port " TCP/RTP/AVP 0\r\n"

GST_START_TEST (test_tcp_has_one_port_and_shares_none_with_udp)
{
  g_autoptr (GPtrArray) streams = parse (HEAD OVER_TCP ("5004") VP8 ("5004"));
  g_autoptr (GPtrArray) all = gst_rec_session_description_parse (HEAD
      VP8 ("5004") OPUS ("5005") "a=rtcp:7\r\n", GST_REC_PROTOCOL_TCP, NULL);

  fail_unless (((GstRecStreamDescription *) streams->pdata[0])->is_tcp);
  fail_if (((GstRecStreamDescription *) streams->pdata[1])->is_tcp);
  check_pads (HEAD OVER_TCP ("5004") "a=rtcp:9\r\n", "audio_0:5004/5004");
  check_pads (HEAD OVER_TCP ("65535"), "audio_0:65535/65535");

  fail_unless (all != NULL);
  for (guint i = 0; i < all->len; i++) {
    const GstRecStreamDescription *d = g_ptr_array_index (all, i);

    fail_unless (d->is_tcp);
    fail_unless_equals_int (d->rtcp_port, d->rtp_port);
  }
}

GST_END_TEST;

GST_START_TEST (test_declined_and_foreign_sections_are_skipped)
{
  check_pads (HEAD "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
      VP8 ("0") VP8 ("5008"), "screen:5008/5009");
}

GST_END_TEST;

GST_START_TEST (test_payloads_carry_codec_fmtp_and_pli)
{
  g_autoptr (GPtrArray) streams = parse (HEAD
      "m=video 5004 RTP/AVPF 101 102 103\r\n"
      "a=rtpmap:101 H264/90000\r\n"
      "a=fmtp:101 packetization-mode=1;profile-level-id=42e01f\r\n"
      "a=rtpmap:102 rtx/90000\r\na=fmtp:102 apt=101\r\n"
      "a=rtpmap:103 vp9/90000\r\na=rtcp-fb:* ccm fir\r\n"
      "m=audio 5000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n");
  GstRecStreamDescription *video = g_ptr_array_index (streams, 0);
  GstRecStreamDescription *audio = g_ptr_array_index (streams, 1);
  const GstRecPayload *h264 =
      gst_rec_stream_description_find_payload (video, 101);
  const GstStructure *s = gst_caps_get_structure (h264->caps, 0);

  fail_unless_equals_int (video->payloads->len, 2);
  fail_unless_equals_int (h264->codec, GST_REC_CODEC_H264);
  fail_unless (gst_structure_has_name (s, "application/x-rtp"));
  fail_unless_equals_string (gst_structure_get_string (s,
          "profile-level-id"), "42e01f");
  fail_unless (gst_structure_has_field (s, "rtcp-fb-nack-pli"));
  fail_if (gst_structure_has_field (s, "rtcp-fb-ccm-fir"));
  fail_unless (gst_rec_stream_description_ignores (video, 102));
  fail_if (gst_rec_stream_description_ignores (video, 96));
  fail_unless_equals_int (gst_rec_stream_description_find_payload (video,
          103)->codec, GST_REC_CODEC_VP9);

  /* static payload types need no rtpmap (RFC 3551) */
  fail_unless_equals_int (gst_rec_stream_description_find_payload (audio,
          0)->codec, GST_REC_CODEC_PCMU);
  fail_unless_equals_int (gst_rec_stream_description_find_payload (audio,
          8)->clock_rate, 8000);
  fail_unless (gst_rec_stream_description_ignores (audio, 101));
}

GST_END_TEST;

GST_START_TEST (test_bad_sdp_is_refused_with_its_reason)
{
  static const struct
  {
    const gchar *sdp;
    const gchar *reason;
  } bad[] = {
    {"", "not an SDP"},
    {"hello", "not an SDP"},
    {"v=0\r\n", "not an SDP"},
    {HEAD, "not an SDP"},
    {HEAD VP8 ("5004") "a=fmtp:96 x=\xff\r\n", "must be UTF-8"},
    {"v=0\r\ns=-\r\nc=IN IP4 \r\n" VP8 ("5004"), "no address"},
    {HEAD VP8 ("0"), "switched on"},
    {HEAD VP8 ("99999"), "outside 1 to 65535"},
    {HEAD VP8 ("65535"), "outside 1 to 65535"},
    {HEAD VP8 ("5004") "a=rtcp:70000\r\n", "outside 1 to 65535"},
    {HEAD VP8 ("5004") "a=rtcp:4294972301\r\n", "outside 1 to 65535"},
    {HEAD VP8 ("5004") "a=setup:holdconn\r\n", "a=setup:holdconn"},
    {HEAD "m=video 5004 RTP/AVP 96\r\n", "a=rtpmap:96"},
    {HEAD "m=video 5004 RTP/AVP 200\r\n", "0 to 127"},
    {HEAD "m=video 5004 RTP/AVP 72\r\na=rtpmap:72 VP8/90000\r\n",
        "told from RTCP"},
    {HEAD "m=video 5004 RTP/AVP banana\r\n", "0 to 127"},
    {HEAD "m=video 5004 RTP/AVP 96\r\na=rtpmap:96 DIVX/90000\r\n",
        "no codec that can be recorded (unknown: DIVX)"},
    {HEAD "m=video 5004 RTP/AVP 96\r\na=rtpmap:96 VP8/0\r\n", "clock rate"},
    {HEAD "m=audio 5004 RTP/AVP 96\r\na=rtpmap:96 opus/8000\r\n",
        "clock rate"},
    {HEAD "m=video 5004 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n",
        "UDP/TLS/RTP/SAVPF"},
    {HEAD "m=video 5004 TCP/MSRP 96\r\na=rtpmap:96 VP8/90000\r\n", "TCP/MSRP"},
    {HEAD OVER_TCP ("5004") OVER_TCP ("5004"), "share a port"},
    {HEAD VP8 ("5004") "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:Zm9v\r\n",
        "m-section 0 of the SDP, a=crypto: the SRTP key has 3 bytes"},
    {HEAD VP8 ("5004") VP8 ("5006") VP8 ("5008"), "second webcam"},
    {HEAD VP8 ("5004") SLIDES VP8 ("5006") SLIDES, "second screen"},
    {HEAD VP8 ("5004") VP8 ("5004"), "share a port"},
    {HEAD VP8 ("5004") VP8 ("5005"), "share a port"},
    {"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" VP8 ("5004"),
        "no address"},
    {"v=0\r\ns=-\r\nc=IN IP4 example.org\r\n" VP8 ("5004"), "in numbers"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    GPtrArray *streams =
        gst_rec_session_description_parse (bad[i].sdp,
        GST_REC_PROTOCOL_UDP, &error);

    fail_unless (streams == NULL, "%u was accepted", i);
    fail_unless (error != NULL, "%u has no error", i);
    fail_unless (strstr (error->message, bad[i].reason) != NULL,
        "%u: '%s' does not say '%s'", i, error->message, bad[i].reason);
  }
}

GST_END_TEST;

GST_START_TEST (test_too_many_streams_and_too_large_are_refused)
{
  g_autoptr (GString) many = g_string_new (HEAD);
  g_autofree gchar *large = g_strnfill (GST_REC_MAX_SDP_SIZE + 1, 'v');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= GST_REC_MAX_STREAMS; i++)
    g_string_append_printf (many, "m=audio %u RTP/AVP 0\r\n", 5000 + 2 * i);

  fail_unless (gst_rec_session_description_parse (many->str,
          GST_REC_PROTOCOL_UDP, &error) == NULL);
  fail_unless (strstr (error->message, "more than") != NULL);
  g_clear_error (&error);
  fail_unless (gst_rec_session_description_parse (large,
          GST_REC_PROTOCOL_UDP, &error) == NULL);
  fail_unless (strstr (error->message, "bytes") != NULL);
}

GST_END_TEST;

GST_START_TEST (test_redacted_sdp_has_no_keys)
{
  g_autofree gchar *shown = gst_rec_session_description_redact (HEAD
      VP8 ("5004") "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:SECRET\r\n"
      "a=key-mgmt:mikey SECRET\rk=clear:SECRET\na=crypto:2 SECRET\r" SLIDES);

  fail_unless (strstr (shown, "SECRET") == NULL);
  fail_unless_equals_string (shown, HEAD VP8 ("5004") SLIDES);
}

GST_END_TEST;

GST_START_TEST (test_repair_that_the_peer_offers_is_known)
{
  static const struct
  {
    const gchar *lines;
    gboolean nack;
    gint rtx_of_97;             /* -1: it is none */
  } cases[] = {
    {"", FALSE, -1},
    {"a=rtcp-fb:96 nack pli\r\n", FALSE, -1},
    {"a=rtcp-fb:96 nack\r\n", TRUE, -1},
    {"a=rtcp-fb:* nack\r\n", TRUE, -1},
    {"a=rtcp-fb:97 nack\r\n", FALSE, -1},
    {"a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n", FALSE, 96},
    {"a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96;rtx-time=3000\r\n", FALSE, 96},
    {"a=rtpmap:97 rtx/90000\r\n", FALSE, -1},
    {"a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=98\r\n", FALSE, -1},
    {"a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=352\r\n", FALSE, -1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *sdp = g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 127.0.0.1"
        "\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5000 RTP/AVPF 96%s"
        "\r\na=rtpmap:96 VP8/90000\r\n%s",
        strstr (cases[i].lines, "rtx") ? " 97" : "", cases[i].lines);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) streams =
        gst_rec_session_description_parse (sdp, GST_REC_PROTOCOL_UDP, &error);
    const GstRecStreamDescription *stream;
    const GstRecPayload *original;

    g_assert_no_error (error);
    stream = g_ptr_array_index (streams, 0);
    fail_unless (g_array_index (stream->payloads, GstRecPayload, 0).nack
        == cases[i].nack, "case %u", i);
    original = gst_rec_stream_description_find_original (stream, 97);
    fail_unless_equals_int (original ? original->pt : -1, cases[i].rtx_of_97);
  }
}

GST_END_TEST;

static Suite *
sessiondescription_suite (void)
{
  Suite *s = suite_create ("sessiondescription");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_roles_come_from_content_then_from_order);
  tcase_add_test (tc, test_rtcp_port_follows_mux_and_rtcp_attribute);
  tcase_add_test (tc, test_setup_says_who_opens_the_way);
  tcase_add_test (tc, test_tcp_has_one_port_and_shares_none_with_udp);
  tcase_add_test (tc, test_declined_and_foreign_sections_are_skipped);
  tcase_add_test (tc, test_payloads_carry_codec_fmtp_and_pli);
  tcase_add_test (tc, test_bad_sdp_is_refused_with_its_reason);
  tcase_add_test (tc, test_too_many_streams_and_too_large_are_refused);
  tcase_add_test (tc, test_redacted_sdp_has_no_keys);
  tcase_add_test (tc, test_repair_that_the_peer_offers_is_known);

  return s;
}

GST_CHECK_MAIN (sessiondescription);
