/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "srtp.h"

#define KEY_30 "4fl6DT4Bi+DWT6MsBt5BOQ7Gda1Jiv7rtpYLOqvm"
#define KEY_28 "AAECAwQFBgcICQoLDA0OD6ChoqOkpaanqKmqqw=="
#define KEY_44 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+goaKjpKWmp6ipqqs="

#define RTP "800f1234decafbadcafebabe"
#define RTCP "81c8000bcafebabe"
#define PAYLOAD "abababababababababababababababab"

/* The packets of AES_CM_128_HMAC_SHA1_80 and AEAD_AES_128_GCM are libsrtp's
 * reference packets; the others were computed from RFC 3711, RFC 7714 and RFC
 * 6188 by a program without libsrtp, which gives those, too. */
static const struct
{
  const gchar *key;
  const gchar *rtp;
  const gchar *rtcp;
} vectors[] = {
  {"AES_CM_128_HMAC_SHA1_80 inline:" KEY_30,
        RTP "4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
        RTCP "7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"},
  {"AES_CM_128_HMAC_SHA1_32 inline:" KEY_30,
        RTP "4e55dc4ce79978d88ca4d215949d2402b78d6acc",
        RTCP "7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"},
  {"AEAD_AES_128_GCM inline:" KEY_28,
        RTP "c5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392",
        RTCP "c98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e"
        "80000001"},
  {"AEAD_AES_256_GCM inline:" KEY_44,
        RTP "0af7f21e8a90bdad7a425c9c31ed4bb1d90238917e7390a2793500e1681acaea",
        RTCP "8abfafa780070a90e80f9161cf4aac081ed93aaa53c15b0f3ed1a3b984167b03"
        "80000001"},
};

static const gchar *const plain[] = { RTP PAYLOAD, RTCP PAYLOAD };

#define N_VECTORS ((gint) G_N_ELEMENTS (vectors))

typedef struct
{
  guint8 data[256];
  gsize size;
} Packet;

static Packet
from_hex (const gchar * hex)
{
  Packet packet = {.size = strlen (hex) / 2 };

  for (gsize i = 0; i < packet.size; i++)
    packet.data[i] = g_ascii_xdigit_value (hex[2 * i]) << 4
        | g_ascii_xdigit_value (hex[2 * i + 1]);

  return packet;
}

static gboolean
equals_hex (const Packet * packet, const gchar * hex)
{
  Packet expected = from_hex (hex);

  return packet->size == expected.size
      && memcmp (packet->data, expected.data, packet->size) == 0;
}

static GstRecSrtp *
make (const gchar * receive, const gchar * send)
{
  g_autoptr (GstRecSrtpKey) in = NULL;
  g_autoptr (GstRecSrtpKey) out = NULL;
  GError *error = NULL;
  GstRecSrtp *srtp;

  if (receive)
    in = gst_rec_srtp_key_parse (receive, &error);
  g_assert_no_error (error);
  if (send)
    out = gst_rec_srtp_key_parse (send, &error);
  g_assert_no_error (error);
  srtp = gst_rec_srtp_new (in, out, &error);
  g_assert_no_error (error);

  return srtp;
}

static Packet
make_rtp (guint32 ssrc, guint16 seq)
{
  Packet packet = from_hex (plain[FALSE]);

  GST_WRITE_UINT16_BE (packet.data + 2, seq);
  GST_WRITE_UINT32_BE (packet.data + 8, ssrc);

  return packet;
}

static Packet
encrypt (GstRecSrtp * sender, guint32 ssrc, guint16 seq)
{
  Packet packet = make_rtp (ssrc, seq);

  fail_unless (gst_rec_srtp_protect (sender, packet.data, &packet.size,
          FALSE));

  return packet;
}

static GstRecSrtpResult
receive (GstRecSrtp * receiver, Packet packet, GstClockTime now)
{
  return gst_rec_srtp_unprotect (receiver, packet.data, &packet.size, FALSE,
      now);
}

GST_START_TEST (test_reference_packets_of_every_suite)
{
  g_autoptr (GstRecSrtp) srtp = make (vectors[__i__].key, vectors[__i__].key);

  for (guint is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
    const gchar *expected =
        is_rtcp ? vectors[__i__].rtcp : vectors[__i__].rtp;
    Packet packet = from_hex (plain[is_rtcp]);

    fail_unless (gst_rec_srtp_protect (srtp, packet.data, &packet.size,
            is_rtcp));
    fail_unless (equals_hex (&packet, expected), "%s", expected);
    fail_unless_equals_int (gst_rec_srtp_unprotect (srtp, packet.data,
            &packet.size, is_rtcp, 0), GST_REC_SRTP_OK);
    fail_unless (equals_hex (&packet, plain[is_rtcp]));
  }
}

GST_END_TEST;

/* header, payload and tag, one bit at a time */
GST_START_TEST (test_altered_packets_are_not_authentic)
{
  for (guint is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
    const gchar *hex = is_rtcp ? vectors[__i__].rtcp : vectors[__i__].rtp;

    for (gsize i = 0; i < strlen (hex) / 2; i++) {
      g_autoptr (GstRecSrtp) srtp = make (vectors[__i__].key, NULL);
      Packet packet = from_hex (hex);

      packet.data[i] ^= 0x10;
      fail_unless_equals_int (gst_rec_srtp_unprotect (srtp, packet.data,
              &packet.size, is_rtcp, 0), GST_REC_SRTP_UNAUTHENTIC);
    }
  }
}

GST_END_TEST;

/* of exactly that size, so that a sanitizer sees what reads beyond */
GST_START_TEST (test_truncated_packets_stay_within_bounds)
{
  g_autoptr (GstRecSrtp) srtp = make (vectors[__i__].key, NULL);

  for (guint is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
    Packet whole =
        from_hex (is_rtcp ? vectors[__i__].rtcp : vectors[__i__].rtp);

    for (gsize size = is_rtcp ? 8 : 12; size < whole.size; size++) {
      g_autofree guint8 *data = g_memdup2 (whole.data, size);
      gsize length = size;

      fail_unless_equals_int (gst_rec_srtp_unprotect (srtp, data, &length,
              is_rtcp, 0), GST_REC_SRTP_UNAUTHENTIC);
    }
  }
}

GST_END_TEST;

GST_START_TEST (test_another_key_does_not_decrypt)
{
  g_autoptr (GstRecSrtp) sender = make (NULL, "AEAD_AES_128_GCM inline:"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==");
  g_autoptr (GstRecSrtp) receiver =
      make ("AEAD_AES_128_GCM inline:" KEY_28, NULL);

  for (guint16 seq = 0; seq < 1000; seq++)
    fail_unless_equals_int (receive (receiver, encrypt (sender, 1, seq),
            seq * 20 * GST_MSECOND), GST_REC_SRTP_UNAUTHENTIC);
}

GST_END_TEST;

GST_START_TEST (test_packets_are_taken_once_and_in_any_order)
{
  g_autoptr (GstRecSrtp) srtp = make (vectors[__i__].key, vectors[__i__].key);
  Packet packets[100];

  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    packets[i] = encrypt (srtp, 1, 65500 + i);
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++) {
    guint shuffled = i ^ 3;

    fail_unless_equals_int (receive (srtp, packets[shuffled], 0),
        GST_REC_SRTP_OK);
    fail_unless_equals_int (receive (srtp, packets[shuffled], 0),
        GST_REC_SRTP_REPLAYED);
  }
}

GST_END_TEST;

GST_START_TEST (test_roll_over_is_followed)
{
  g_autoptr (GstRecSrtp) srtp = make (vectors[__i__].key, vectors[__i__].key);

  for (guint i = 0; i < 3 * 65536; i += 1000)
    fail_unless (receive (srtp, encrypt (srtp, 1, i), 0) == GST_REC_SRTP_OK,
        "at %u", i);
}

GST_END_TEST;

/* Sends what nobody hears, then to the receiver until it understands. */
static guint
packets_until_understood (GstRecSrtp * sender, GstRecSrtp * receiver,
    guint from, guint unheard)
{
  guint i = 0;

  for (; i < unheard; i += 1000)
    encrypt (sender, 1, from + i);
  for (guint n = 0; n < 1000; n++) {
    if (receive (receiver, encrypt (sender, 1, from + i + n),
            n * 5 * GST_MSECOND) == GST_REC_SRTP_OK)
      return n;
  }

  return G_MAXUINT;
}

GST_START_TEST (test_sender_that_was_there_before_us_is_understood)
{
  g_autoptr (GstRecSrtp) srtp = make (vectors[__i__].key, vectors[__i__].key);
  guint n = packets_until_understood (srtp, srtp, 0, 50 * 65536);

  fail_unless (n <= 51, "after %u packets", n);
  fail_unless_equals_int (receive (srtp, encrypt (srtp, 1, 1000), 0),
      GST_REC_SRTP_OK);
}

GST_END_TEST;

GST_START_TEST (test_sender_is_understood_after_any_outage)
{
  static const guint outages[] = { 30000, 40000, 60000, 70000, 300000 };

  for (guint i = 0; i < G_N_ELEMENTS (outages); i++) {
    g_autoptr (GstRecSrtp) srtp =
        make (vectors[__i__].key, vectors[__i__].key);
    Packet last;
    guint n;

    for (guint j = 0; j <= 70000; j += 1000) {
      last = encrypt (srtp, 1, j);
      fail_unless_equals_int (receive (srtp, last, 0), GST_REC_SRTP_OK);
    }
    n = packets_until_understood (srtp, srtp, 71000, outages[i]);
    fail_unless (n <= 300, "outage of %u: %u packets", outages[i], n);
    fail_if (receive (srtp, last, 10 * GST_SECOND) == GST_REC_SRTP_OK);
  }
}

GST_END_TEST;

/* A recording of a former part of the session, played after it: of the same
 * roll-over count and of an older one. */
GST_START_TEST (test_guesses_are_no_way_round_replay_protection)
{
  g_autoptr (GstRecSrtp) srtp = make (vectors[0].key, vectors[0].key);
  Packet old[200];
  guint n_old = 0;

  for (guint i = 0; i < 2 * 65536 + 40000; i++) {
    Packet packet = encrypt (srtp, 1, i);

    fail_unless_equals_int (receive (srtp, packet, 0), GST_REC_SRTP_OK);
    if (i % 65536 < 60)
      old[n_old++] = packet;
  }

  for (guint round = 0; round < 20; round++) {
    for (guint i = 0; i < n_old; i++)
      fail_if (receive (srtp, old[i], (round * n_old + i) * GST_SECOND)
          == GST_REC_SRTP_OK);
  }
}

GST_END_TEST;

/* Far more than have memory: those that sent lately go on. */
GST_START_TEST (test_many_ssrcs_of_the_key_are_all_received)
{
  g_autoptr (GstRecSrtp) srtp = make (vectors[0].key, vectors[0].key);

  for (guint i = 0; i < 200; i++) {
    fail_unless_equals_int (receive (srtp, encrypt (srtp, 1000 + i, 1), 0),
        GST_REC_SRTP_OK);
    fail_unless_equals_int (receive (srtp, encrypt (srtp, 1, i), 0),
        GST_REC_SRTP_OK);
  }
  /* forgotten, and therefore new */
  fail_unless_equals_int (receive (srtp, encrypt (srtp, 1000, 2), 0),
      GST_REC_SRTP_OK);
  fail_unless_equals_int (receive (srtp, from_hex (plain[FALSE]), 0),
      GST_REC_SRTP_UNAUTHENTIC);
}

GST_END_TEST;

static Suite *
srtp_suite (void)
{
  Suite *s = suite_create ("srtp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_reference_packets_of_every_suite, 0,
      N_VECTORS);
  tcase_add_loop_test (tc, test_altered_packets_are_not_authentic, 0,
      N_VECTORS);
  tcase_add_loop_test (tc, test_truncated_packets_stay_within_bounds, 0,
      N_VECTORS);
  tcase_add_test (tc, test_another_key_does_not_decrypt);
  tcase_add_loop_test (tc, test_packets_are_taken_once_and_in_any_order, 0,
      N_VECTORS);
  tcase_add_loop_test (tc, test_roll_over_is_followed, 0, N_VECTORS);
  tcase_add_loop_test (tc,
      test_sender_that_was_there_before_us_is_understood, 0, N_VECTORS);
  tcase_add_loop_test (tc, test_sender_is_understood_after_any_outage, 0,
      N_VECTORS);
  tcase_add_test (tc, test_guesses_are_no_way_round_replay_protection);
  tcase_add_test (tc, test_many_ssrcs_of_the_key_are_all_received);

  return s;
}

GST_CHECK_MAIN (srtp);
