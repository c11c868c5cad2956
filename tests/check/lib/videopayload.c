/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "videopayload.h"

#define VP8 GST_REC_CODEC_VP8
#define VP9 GST_REC_CODEC_VP9
#define H264 GST_REC_CODEC_H264

GST_START_TEST (test_beginnings_of_pictures)
{
  static const struct
  {
    GstRecCodec codec;
    guint8 data[24];
    gsize size;
    const gchar *what;          /* p: picture, k: keyframe, s: parameters,
                                 * d: discardable */
  } cases[] = {
    {VP8, {0x10, 0x30}, 2, "pk"},
    {VP8, {0x10, 0x31}, 2, "p"},
    {VP8, {0x00, 0x30}, 2, ""}, /* goes on */
    {VP8, {0x11, 0x30}, 2, ""}, /* partition 1 */
    {VP8, {0x30, 0x31}, 2, "pd"},
    {VP8, {0x10}, 1, ""},
    {VP8, {0x10}, 0, ""},
    {VP8, {0x90, 0x80, 0x05, 0x30}, 4, "pk"},   /* short picture ID */
    {VP8, {0x90, 0x80, 0x85, 0x31, 0x30}, 5, "pk"},     /* long */
    {VP8, {0x90, 0xf0, 0x85, 0x31, 1, 2, 0x30}, 7, "pk"},       /* everything */
    {VP8, {0x90, 0xf0, 0x85, 0x31, 1, 2}, 6, ""},
    {VP8, {0x90, 0x80, 0x85}, 3, ""},
    {VP8, {0x90}, 1, ""},
    {VP8, {0x90, 0x20, 0x40, 0x31}, 4, "p"},    /* TID alone */

    {VP9, {0x08, 0x80}, 2, "pk"},
    {VP9, {0x08, 0x84}, 2, "p"},        /* intra or inter, not key */
    {VP9, {0x08, 0x88}, 2, "p"},        /* shows another frame */
    {VP9, {0x08, 0xb0}, 2, "pk"},       /* profile 3 */
    {VP9, {0x08, 0xb2}, 2, "p"},
    {VP9, {0x08, 0x40}, 2, "p"},        /* no frame marker */
    {VP9, {0x48, 0x80}, 2, "p"},        /* P */
    {VP9, {0x00, 0x80}, 2, ""},
    {VP9, {0x08}, 1, ""},
    {VP9, {0x88, 0x85, 0x31, 0x80}, 4, "pk"},
    {VP9, {0x28, 0x00, 0x07, 0x80}, 4, "pk"},   /* layer 0 */
    {VP9, {0x28, 0x02, 0x07, 0x80}, 4, ""},     /* layer 1 of a picture */
    {VP9, {0x38, 0x00, 0x80}, 3, "pk"}, /* flexible mode has no TL0PICIDX */
    {VP9, {0x58, 0x03, 0x03, 0x03, 0x80}, 5, "p"},      /* references */
    {VP9, {0x58, 0x03, 0x03, 0x03}, 4, ""},
    /* a structure of one layer and two pictures */
    {VP9, {0x0a, 0x18, 1, 64, 0, 180, 2, 0x04, 1, 0x00, 0x80}, 11, "pk"},
    {VP9, {0x0a, 0x18, 1, 64, 0, 180, 2, 0x04, 1, 0x00}, 10, ""},
    {VP9, {0x0a, 0xf8, 1, 64, 0, 180}, 6, ""},

    /* layer 1 of a keyframe: its P is clear, too */
    {VP9, {0x38, 0x03, 0x80}, 3, ""},
    {VP9, {0x3c, 0x02, 0x80}, 3, ""},
    /* a structure of three layers, in front of layer 0 alone */
    {VP9, {0xaa, 0x81, 0x23, 0x00, 0x07, 0x50, 1, 64, 0, 180, 2, 128, 1, 104,
                5, 0, 2, 208, 0x82}, 19, "pk"},
    /* an inter picture with a structure */
    {VP9, {0x4a, 0x08, 1, 0x00, 0x84}, 5, "p"},

    {H264, {0x65, 0x88, 0x80}, 3, "pk"},
    {H264, {0x65, 0x40}, 2, ""},        /* not the first slice */
    {H264, {0x41, 0x9a}, 2, "p"},
    {H264, {0x41, 0x42}, 2, ""},
    {H264, {0x67, 0x42}, 2, "ps"},
    {H264, {0x68, 0xce}, 2, "p"},
    {H264, {0x09, 0xf0}, 2, "p"},
    {H264, {0x06, 0x05}, 2, "p"},
    {H264, {0x65}, 1, ""},
    {H264, {0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xce, 0, 2, 0x65, 0x88}, 13,
        "pks"},
    {H264, {0x78, 0, 2, 0x67, 0x42, 0, 9, 0x65, 0x88}, 9, "ps"},
    {H264, {0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xce}, 9, "ps"},
    {H264, {0x78, 0, 2, 0x06, 0x05, 0, 2, 0x65, 0x40}, 9, "p"},
    {H264, {0x78, 0, 2, 0x65, 0x40, 0, 2, 0x65, 0x20}, 9, ""},
    {H264, {0x78, 0, 0, 0, 0}, 5, ""},
    {H264, {0x78, 0}, 2, ""},
    {H264, {0x7c, 0x85, 0x88}, 3, "pk"},        /* FU-A */
    {H264, {0x7c, 0x05, 0x88}, 3, ""},
    {H264, {0x7c, 0x81, 0x9a}, 3, "p"},
    {H264, {0x7c}, 1, ""},
    {H264, {0x7c, 0x85}, 2, ""},

    {GST_REC_CODEC_OPUS, {0x10, 0x30}, 2, ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    /* of exactly that size, so that a sanitizer sees what reads beyond */
    g_autofree guint8 *data = g_memdup2 (cases[i].data, cases[i].size);
    GstRecVideoPayload video =
        gst_rec_video_payload_parse (cases[i].codec, data, cases[i].size);
    const gchar *what = cases[i].what;

    fail_unless (video.begins_picture == (strchr (what, 'p') != NULL)
        && video.begins_keyframe == (strchr (what, 'k') != NULL)
        && video.has_parameters == (strchr (what, 's') != NULL)
        && video.is_discardable == (strchr (what, 'd') != NULL),
        "case %u: %d %d %d %d", i, video.begins_picture, video.begins_keyframe,
        video.has_parameters, video.is_discardable);
  }
}

GST_END_TEST;

GST_START_TEST (test_random_bytes_stay_within_bounds)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 200000; i++) {
    gsize size = g_rand_int_range (rand, 0, 32);
    g_autofree guint8 *data = g_malloc (size);

    for (gsize j = 0; j < size; j++)
      data[j] = g_rand_int (rand);
    gst_rec_video_payload_parse (i % 3, data, size);
  }
}

GST_END_TEST;

static Suite *
videopayload_suite (void)
{
  Suite *s = suite_create ("videopayload");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_beginnings_of_pictures);
  tcase_add_test (tc, test_random_bytes_stay_within_bounds);

  return s;
}

GST_CHECK_MAIN (videopayload);
