/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "srtpkeyring.h"

#define KEY "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0"
#define KEY_28 "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3Bxcg=="
#define KEY_44 "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0g="
#define SHA80 "AES_CM_128_HMAC_SHA1_80"
#define MATERIAL "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH"

GST_START_TEST (test_keys_of_every_suite)
{
  static const struct
  {
    const gchar *text;
    GstRecSrtpSuite suite;
    gsize size;
  } cases[] = {
    {SHA80 " inline:" KEY, GST_REC_SRTP_AES_CM_128_HMAC_SHA1_80, 30},
    {"AES_CM_128_HMAC_SHA1_32 inline:" KEY,
        GST_REC_SRTP_AES_CM_128_HMAC_SHA1_32, 30},
    {"AEAD_AES_128_GCM inline:" KEY_28,
        GST_REC_SRTP_AEAD_AES_128_GCM, 28},
    {"AEAD_AES_256_GCM inline:" KEY_44, GST_REC_SRTP_AEAD_AES_256_GCM, 44},
    {"  " SHA80 "\t inline:" KEY " ", GST_REC_SRTP_AES_CM_128_HMAC_SHA1_80,
        30},
    {SHA80 " inline:" KEY "|2^20", GST_REC_SRTP_AES_CM_128_HMAC_SHA1_80, 30},
    {SHA80 " inline:" KEY "|1048576 WSH=128 KDR=0",
        GST_REC_SRTP_AES_CM_128_HMAC_SHA1_80, 30},
    /* without its padding */
    {"AEAD_AES_128_GCM inline:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3Bxcg",
        GST_REC_SRTP_AEAD_AES_128_GCM, 28},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GError *error = NULL;
    g_autoptr (GstRecSrtpKey) key =
        gst_rec_srtp_key_parse (cases[i].text, &error);

    g_assert_no_error (error);
    fail_unless (key->suite == cases[i].suite, "case %u", i);
    fail_unless (memcmp (key->data, MATERIAL, cases[i].size) == 0, "case %u",
        i);
  }
}

GST_END_TEST;

GST_START_TEST (test_bad_keys_are_refused_without_being_shown)
{
  static const struct
  {
    const gchar *text;
    const gchar *reason;
  } cases[] = {
    {"", "suite is unknown"},
    {KEY, "suite is unknown"},
    {"F8_128_HMAC_SHA1_80 inline:" KEY, "suite is unknown"},
    {SHA80, "no 'inline:'"},
    {SHA80 " " KEY, "no 'inline:'"},
    {SHA80 " inline:", "0 bytes"},
    {SHA80 " inline:" KEY "AAAA", "33 bytes; " SHA80 " takes 30"},
    {"AEAD_AES_256_GCM inline:" KEY, "30 bytes; AEAD_AES_256_GCM takes 44"},
    {SHA80 " inline:" KEY_28, "28 bytes"},
    {SHA80 " inline:" KEY KEY KEY KEY KEY KEY, "180 bytes"},
    {SHA80 " inline:" KEY "A", "not base64"},
    {SHA80 " inline:" KEY "===", "not base64"},
    {SHA80 " inline:*" KEY, "not base64"},
    {SHA80 " inline:=" KEY, "not base64"},
    {SHA80 " inline:" KEY "|2^20|1:4", "MKI"},
    {SHA80 " inline:" KEY "|1:4", "MKI"},
    {SHA80 " inline:" KEY "|2^20;inline:" KEY, "not the only one"},
    {SHA80 " inline:" KEY ";inline:" KEY, "not the only one"},
    {SHA80 " inline:" KEY " UNENCRYPTED_SRTP", "session parameter"},
    {SHA80 " inline:" KEY " WSH=64 UNAUTHENTICATED_SRTP", "session parameter"},
    {SHA80 " inline:" KEY " KDR=10", "session parameter"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_rec_srtp_key_parse (cases[i].text, &error) == NULL,
        "case %u", i);
    fail_unless (strstr (error->message, cases[i].reason), "case %u: %s", i,
        error->message);
    fail_if (strstr (error->message, "MDEyMz"), "case %u: %s", i,
        error->message);
  }
}

GST_END_TEST;

#define HEAD "v=0\r\nc=IN IP4 127.0.0.1\r\n"
#define VIDEO(port) "m=video " port " RTP/AVPF 96\r\na=rtpmap:96 VP8/90000\r\n"
#define SAVPF(port) "m=video " port " RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n"
#define CRYPTO(text) "a=crypto:1 " text "\r\n"
#define SEND(text) "a=x-crypto-send:1 " text "\r\n"

static gchar *
describe_key (const GstRecSrtpKey * key)
{
  return key ? g_strdup_printf ("%u%c", key->suite, key->data[0]) :
      g_strdup ("-");
}

/* For each stream the suite and the first byte of both keys */
static gchar *
describe_keys (GPtrArray * streams)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < streams->len; i++) {
    const GstRecStreamDescription *d = g_ptr_array_index (streams, i);
    g_autofree gchar *receive = describe_key (d->receive_key);
    g_autofree gchar *send = describe_key (d->send_key);

    g_string_append_printf (text, "%s%s/%s", i ? " " : "", receive, send);
  }

  return g_string_free (text, FALSE);
}

GST_START_TEST (test_keys_belong_to_their_section_or_to_all)
{
  static const struct
  {
    const gchar *sdp;
    const gchar *keys;
  } cases[] = {
    {HEAD VIDEO ("1000") VIDEO ("2000"), "-/- -/-"},
    {HEAD VIDEO ("1000") CRYPTO (SHA80 " inline:" KEY) VIDEO ("2000"),
        "00/- -/-"},
    {HEAD VIDEO ("1000") VIDEO ("2000") CRYPTO (SHA80 " inline:" KEY)
          SEND ("AEAD_AES_256_GCM inline:" KEY_44), "-/- 00/30"},
    {HEAD CRYPTO (SHA80 " inline:" KEY) VIDEO ("1000") VIDEO ("2000")
          CRYPTO ("AEAD_AES_128_GCM inline:" KEY_28), "00/- 20/-"},
    /* a section that is switched off counts as one */
    {HEAD VIDEO ("0") CRYPTO (SHA80 " inline:" KEY) VIDEO ("2000")
          CRYPTO ("AEAD_AES_128_GCM inline:" KEY_28), "20/-"},
    /* the first that can be used */
    {HEAD VIDEO ("1000") CRYPTO ("F8_128_HMAC_SHA1_80 inline:" KEY)
          CRYPTO (SHA80 " inline:" KEY) CRYPTO ("AEAD_AES_128_GCM inline:"
              KEY_28), "00/-"},
    /* whatever separates the lines */
    {"v=0\nc=IN IP4 127.0.0.1\n\n  m=video 1000 RTP/AVP 96\n"
          " a=rtpmap:96 VP8/90000\ra=crypto:1 " SHA80 " inline:" KEY "\n",
        "00/-"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GError *error = NULL;
    g_autoptr (GPtrArray) streams =
        gst_rec_session_description_parse (cases[i].sdp,
        GST_REC_PROTOCOL_UDP, &error);
    g_autofree gchar *keys = NULL;

    g_assert_no_error (error);
    keys = describe_keys (streams);
    fail_unless (g_str_equal (keys, cases[i].keys), "case %u: %s", i, keys);
  }
}

GST_END_TEST;

GST_START_TEST (test_streams_without_security_are_refused)
{
  static const struct
  {
    const gchar *sdp;
    gboolean required;
    const gchar *reason;
  } cases[] = {
    {HEAD VIDEO ("1000"), FALSE, NULL},
    {HEAD VIDEO ("1000"), TRUE, "screen is plain RTP"},
    {HEAD SAVPF ("1000"), FALSE, "screen is SRTP and has no key"},
    {HEAD SAVPF ("1000") CRYPTO (SHA80 " inline:" KEY), TRUE, NULL},
    {HEAD VIDEO ("1000") CRYPTO (SHA80 " inline:" KEY), TRUE, NULL},
    {HEAD VIDEO ("1000") SEND (SHA80 " inline:" KEY), FALSE,
        "none for what comes"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) streams =
        gst_rec_session_description_parse (cases[i].sdp,
        GST_REC_PROTOCOL_UDP, NULL);
    g_autoptr (GError) error = NULL;
    gboolean ok =
        gst_rec_stream_description_check_security (g_ptr_array_index (streams,
            0), cases[i].required, &error);

    fail_unless (ok == (cases[i].reason == NULL), "case %u", i);
    fail_unless (ok || strstr (error->message, cases[i].reason), "case %u: %s",
        i, ok ? "" : error->message);
  }
}

GST_END_TEST;

GST_START_TEST (test_keyring_gives_keys_by_pad_name)
{
  static const struct
  {
    const gchar *keys;
    const gchar *result;        /* the keys, or what the error says */
  } cases[] = {
    {"keys", "00/- -/-"},
    {"keys, webcam=\"" SHA80 " inline:" KEY "\"", "00/- 00/-"},
    {"keys, screen=\"AEAD_AES_128_GCM inline:" KEY_28 "\", "
          "screen-send=\"AES_CM_128_HMAC_SHA1_32 inline:" KEY "\"",
        "20/10 -/-"},
    {"keys, screne=\"" SHA80 " inline:" KEY "\"", "the stream screne"},
    {"keys, webcam=\"" SHA80 " inline:" KEY_28 "\"",
        "field webcam: the SRTP key has 28 bytes"},
    {"keys, webcam-send=7", "field webcam-send: the SRTP key is not a string"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) streams =
        gst_rec_session_description_parse (HEAD VIDEO ("1000")
        CRYPTO (SHA80 " inline:" KEY) VIDEO ("2000"),
        GST_REC_PROTOCOL_UDP, NULL);
    g_autoptr (GstStructure) s =
        gst_structure_new_from_string (cases[i].keys);
    g_autoptr (GstRecSrtpKeyring) keyring = gst_rec_srtp_keyring_new (s);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *result =
        gst_rec_srtp_keyring_apply (keyring, streams, &error) ?
        describe_keys (streams) : g_strdup (error->message);

    fail_unless (strstr (result, cases[i].result), "case %u: %s", i, result);
    fail_if (strstr (result, "MDEyMz"), "case %u: %s", i, result);
  }
}

GST_END_TEST;

static Suite *
srtpkey_suite (void)
{
  Suite *s = suite_create ("srtpkey");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_keys_of_every_suite);
  tcase_add_test (tc, test_bad_keys_are_refused_without_being_shown);
  tcase_add_test (tc, test_keys_belong_to_their_section_or_to_all);
  tcase_add_test (tc, test_streams_without_security_are_refused);
  tcase_add_test (tc, test_keyring_gives_keys_by_pad_name);

  return s;
}

GST_CHECK_MAIN (srtpkey);
