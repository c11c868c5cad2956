/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "range.h"

static const struct
{
  const gchar *in, *out;
  gboolean is_needed;
  struct
  {
    guint8 luma[2], chroma[2];  /* from, to */
  } samples[5];
} conversions[] = {
  {"1:4:0:0", "bt601", TRUE, {{{0, 16}, {0, 16}}, {{255, 235}, {255, 240}},
          {{128, 126}, {128, 128}}, {{1, 17}, {127, 127}},
          {{254, 234}, {1, 16}}}},
  {"bt709", "1:3:5:1", TRUE, {{{16, 0}, {16, 1}}, {{235, 255}, {240, 255}},
          {{126, 128}, {128, 128}}, {{0, 0}, {0, 0}},
          {{255, 255}, {255, 255}}}},
  {"bt601", "bt601", FALSE, {{{0, 0}, {0, 0}}}},
  {"1:4:0:0", "1:4:0:0", FALSE, {{{0, 0}, {0, 0}}}},
  {"1:4:0:0", "bt709", FALSE, {{{0, 0}, {0, 0}}}},
};

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_YUY2,
  GST_VIDEO_FORMAT_Y444, GST_VIDEO_FORMAT_UYVY
};

static void
set_up (GstRecRange * range, guint i, GstVideoInfo * info,
    GstVideoFormat format)
{
  GstVideoInfo in;

  gst_video_info_set_format (&in, GST_VIDEO_FORMAT_I420, 7, 3);
  gst_video_info_set_format (info, format, 7, 3);
  gst_video_colorimetry_from_string (&in.colorimetry, conversions[i].in);
  gst_video_colorimetry_from_string (&info->colorimetry, conversions[i].out);
  gst_rec_range_set_up (range, &in, info);
}

/* All of the samples, and no byte beside them. */
static void
assert_converts (const GstRecRange * range, const GstVideoInfo * info,
    const guint8 luma[2], const guint8 chroma[2])
{
  g_autoptr (GstBuffer) buffer =
      gst_buffer_new_allocate (NULL, info->size, NULL);
  GstVideoFrame frame;

  gst_buffer_memset (buffer, 0, 77, info->size);
  fail_unless (gst_video_frame_map (&frame, info, buffer, GST_MAP_READWRITE));
  for (guint pass = 0; pass < 2; pass++) {
    for (guint c = 0; c < 3; c++)
      for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&frame, c); y++)
        for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&frame, c); x++) {
          guint8 *sample = (guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, c)
              + y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c)
              + x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c);

          if (pass == 0)
            *sample = c == 0 ? luma[0] : chroma[0];
          else
            fail_unless_equals_int (*sample, c == 0 ? luma[1] : chroma[1]);
        }
    if (pass == 0)
      gst_rec_range_convert (range, &frame);
  }
  gst_video_frame_unmap (&frame);
}

GST_START_TEST (test_range_is_converted)
{
  for (guint f = 0; f < G_N_ELEMENTS (formats); f++) {
    GstRecRange range = {.is_needed = FALSE };
    GstVideoInfo info;

    set_up (&range, __i__, &info, formats[f]);
    fail_unless_equals_int (range.is_needed, conversions[__i__].is_needed);
    for (guint i = 0; range.is_needed && i < 5; i++)
      assert_converts (&range, &info, conversions[__i__].samples[i].luma,
          conversions[__i__].samples[i].chroma);
  }
}

GST_END_TEST;

/* RGB has no range of its own. */
GST_START_TEST (test_rgb_is_left_alone)
{
  GstRecRange range = {.is_needed = FALSE };
  GstVideoInfo info;

  set_up (&range, 0, &info, GST_VIDEO_FORMAT_BGRx);
  fail_if (range.is_needed);
}

GST_END_TEST;

static Suite *
range_suite (void)
{
  Suite *s = suite_create ("range");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_range_is_converted, 0,
      G_N_ELEMENTS (conversions));
  tcase_add_test (tc, test_rgb_is_left_alone);

  return s;
}

GST_CHECK_MAIN (range);
