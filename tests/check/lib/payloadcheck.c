/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "payloadcheck.h"

GST_START_TEST (test_payloads_that_end_a_recording_are_told)
{
  static const struct
  {
    GstRecCodec codec;
    guint8 data[12];
    gsize size;
    gboolean well_formed;
  } cases[] = {
    {GST_REC_CODEC_VP8, {0}, 0, FALSE},
    {GST_REC_CODEC_VP8, {0x10}, 1, TRUE},
    {GST_REC_CODEC_PCMU, {0}, 0, FALSE},
    {GST_REC_CODEC_PCMU, {0}, 1, TRUE},
    {GST_REC_CODEC_PCMU, {0}, 1600, TRUE},
    {GST_REC_CODEC_PCMA, {0}, 1601, FALSE},
    {GST_REC_CODEC_OPUS, {0xf8}, 1, TRUE},
    {GST_REC_CODEC_OPUS, {0xfb, 0}, 2, FALSE},
    {GST_REC_CODEC_H264, {0}, 0, FALSE},
    {GST_REC_CODEC_H264, {0x65, 0x88}, 2, TRUE},
    {GST_REC_CODEC_H264, {0x67}, 1, TRUE},
    {GST_REC_CODEC_H264, {0xe5, 0x88}, 2, FALSE},       /* forbidden bit */
    {GST_REC_CODEC_H264, {0x60, 0x88}, 2, FALSE},       /* undefined types */
    {GST_REC_CODEC_H264, {0x7e, 0x88}, 2, FALSE},
    {GST_REC_CODEC_H264, {0x7f, 0x88}, 2, FALSE},
    {GST_REC_CODEC_H264, {0x79, 0, 0, 0, 1, 0x65}, 6, FALSE},   /* STAP-B */
    {GST_REC_CODEC_H264, {0x7a, 0, 0, 0, 1, 0x65}, 6, FALSE},   /* MTAP */
    {GST_REC_CODEC_H264, {0x7b, 0, 0, 0, 1, 0x65}, 6, FALSE},
    {GST_REC_CODEC_H264, {0x7d, 0x85, 0, 0, 1, 2}, 6, FALSE},   /* FU-B */
    {GST_REC_CODEC_H264, {0x7c}, 1, FALSE},     /* FU-A */
    {GST_REC_CODEC_H264, {0x7c, 0x85}, 2, FALSE},
    {GST_REC_CODEC_H264, {0x7c, 0x85, 1}, 3, TRUE},
    {GST_REC_CODEC_H264, {0x7c, 0x45, 1}, 3, TRUE},
    {GST_REC_CODEC_H264, {0x7c, 0xc5, 1}, 3, FALSE},
    {GST_REC_CODEC_H264, {0x7c, 0x98, 1}, 3, FALSE},    /* of an aggregate */
    {GST_REC_CODEC_H264, {0x78}, 1, FALSE},     /* STAP-A */
    {GST_REC_CODEC_H264, {0x78, 0, 1, 0x67}, 4, TRUE},
    {GST_REC_CODEC_H264, {0x78, 0, 1, 0x67, 0, 2, 0x68, 1}, 8, TRUE},
    {GST_REC_CODEC_H264, {0x78, 0, 1, 0x67, 0, 3, 0x68, 1}, 8, FALSE},
    {GST_REC_CODEC_H264, {0x78, 0, 1, 0x67, 0}, 5, FALSE},
    {GST_REC_CODEC_H264, {0x78, 0, 0, 0x67}, 4, FALSE},
    {GST_REC_CODEC_H264, {0x78, 0, 2, 0x78, 0}, 5, FALSE},      /* nested */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    /* of exactly that size, so that a sanitizer sees what reads beyond */
    g_autofree guint8 *data = g_malloc0 (cases[i].size);

    if (data)
      memcpy (data, cases[i].data, MIN (cases[i].size, sizeof cases[i].data));
    fail_unless (gst_rec_payload_is_well_formed (cases[i].codec, data,
            cases[i].size) == cases[i].well_formed, "case %u", i);
  }
}

GST_END_TEST;

static Suite *
payloadcheck_suite (void)
{
  Suite *s = suite_create ("payloadcheck");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_payloads_that_end_a_recording_are_told);

  return s;
}

GST_CHECK_MAIN (payloadcheck);
