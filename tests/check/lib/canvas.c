/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "canvas.h"

static const struct
{
  gint from[2], to[2];
} scales[] = {
  {{1920, 1080}, {640, 360}},
  {{3840, 2160}, {1280, 720}},
  {{2880, 1800}, {960, 600}},
  {{1280, 720}, {480, 270}},
  {{1280, 720}, {1920, 1080}},
  {{640, 360}, {1920, 1080}},
  {{1920, 1080}, {320, 180}},
  {{7680, 4320}, {1920, 1080}},
  {{720, 1280}, {270, 480}},
  {{35, 19}, {321, 181}},
};

static GstBuffer *
new_flat (GstVideoInfo * info, const gint size[2], guint8 value)
{
  GstBuffer *buffer;

  gst_video_info_set_format (info, GST_VIDEO_FORMAT_I420, size[0], size[1]);
  gst_video_colorimetry_from_string (&info->colorimetry, "bt709");
  buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  gst_buffer_memset (buffer, 0, value, info->size);

  return buffer;
}

static guint8
worst_luma (GstVideoFrame * frame, guint8 wanted)
{
  const guint8 *luma = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  gint stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  guint8 worst = wanted;

  for (gint y = 0; y < GST_VIDEO_FRAME_HEIGHT (frame); y++)
    for (gint x = 0; x < GST_VIDEO_FRAME_WIDTH (frame); x++)
      if (ABS (luma[y * stride + x] - wanted) > ABS (worst - wanted))
        worst = luma[y * stride + x];

  return worst;
}

GST_START_TEST (test_flat_pictures_stay_flat_at_every_scale)
{
  static const guint8 values[] = { 16, 102, 128, 235 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    const gint *from = scales[__i__].from, *to = scales[__i__].to;
    GstRecRect rect = { 0, 0, to[0], to[1] };
    GstRecScaler scaler = { .convert = NULL };
    GstVideoInfo in, out;
    g_autoptr (GstBuffer) picture = new_flat (&in, from, values[i]);
    g_autoptr (GstBuffer) drawn = new_flat (&out, to, 0);
    g_autoptr (GError) error = NULL;
    GstVideoFrame frame;

    fail_unless (gst_video_frame_map (&frame, &out, drawn, GST_MAP_WRITE));
    fail_unless (gst_rec_scaler_draw (&scaler, &in, picture, &frame, &rect,
            &error));
    fail_unless_equals_int (worst_luma (&frame, values[i]), values[i]);
    gst_video_frame_unmap (&frame);
    gst_rec_scaler_clear (&scaler);
  }
}

GST_END_TEST;

static Suite *
canvas_suite (void)
{
  Suite *s = suite_create ("canvas");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_flat_pictures_stay_flat_at_every_scale, 0,
      G_N_ELEMENTS (scales));

  return s;
}

GST_CHECK_MAIN (canvas);
