/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "rotate.h"

/* What the picture "ABC" over "DEF" becomes. GstVideoOrientationMethod says
 * what is meant; the tag image-orientation counts clockwise. */
static const struct
{
  GstVideoOrientationMethod method;
  gint width, height;
  const gchar *turned;
} turns[] = {
  {GST_VIDEO_ORIENTATION_IDENTITY, 3, 2, "ABCDEF"},
  {GST_VIDEO_ORIENTATION_90R, 2, 3, "DAEBFC"},
  {GST_VIDEO_ORIENTATION_180, 3, 2, "FEDCBA"},
  {GST_VIDEO_ORIENTATION_90L, 2, 3, "CFBEAD"},
  {GST_VIDEO_ORIENTATION_HORIZ, 3, 2, "CBAFED"},
  {GST_VIDEO_ORIENTATION_VERT, 3, 2, "DEFABC"},
  {GST_VIDEO_ORIENTATION_UL_LR, 2, 3, "ADBECF"},
  {GST_VIDEO_ORIENTATION_UR_LL, 2, 3, "FCEBDA"},
};

/* Where the sample at (*x, *y) of a turned picture comes from. */
static void
get_origin (guint i, gint width, gint height, gint * x, gint * y)
{
  const gchar *turned = turns[i].turned;
  gint cell_width = turns[i].width == 3 ? width : height;
  gint cell_height = turns[i].width == 3 ? height : width;
  gboolean swap = turns[i].width != 3;
  /* The corners tell which way each side runs. */
  gboolean from_right = strchr ("CF", turned[0]) != NULL;
  gboolean from_bottom = strchr ("DF", turned[0]) != NULL;
  gint from_x = swap ? *y : *x, from_y = swap ? *x : *y;

  g_assert (*x < cell_width && *y < cell_height);
  *x = from_right ? width - 1 - from_x : from_x;
  *y = from_bottom ? height - 1 - from_y : from_y;
}

static GstBuffer *
new_picture (GstVideoInfo * info, GstVideoFormat format, gint width,
    gint height)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (width * height + format);
  GstBuffer *buffer;
  GstMapInfo map;

  gst_video_info_set_format (info, format, width, height);
  info->par_n = 16;
  info->par_d = 15;
  buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = g_rand_int (rand);
  gst_buffer_unmap (buffer, &map);

  return buffer;
}

static GstBuffer *
turn (guint i, const GstVideoInfo * info, GstBuffer * picture,
    GstVideoInfo * turned)
{
  GstRecRotator rotator = { 0 };
  g_autoptr (GError) error = NULL;
  GstBuffer *buffer = gst_rec_rotator_turn (&rotator, turns[i].method, info,
      picture, turned, &error);

  fail_unless (buffer != NULL, "%s", error ? error->message : "no error");
  gst_rec_rotator_clear (&rotator);

  return buffer;
}

GST_START_TEST (test_each_way)
{
  GstVideoInfo info, turned;
  g_autoptr (GstBuffer) picture =
      new_picture (&info, GST_VIDEO_FORMAT_GRAY8, 3, 2);
  g_autoptr (GstBuffer) buffer = NULL;
  GstVideoFrame frame;

  gst_buffer_fill (picture, 0, "ABC", 3);
  gst_buffer_fill (picture, info.stride[0], "DEF", 3);
  buffer = turn (__i__, &info, picture, &turned);

  fail_unless_equals_int (turned.width, turns[__i__].width);
  fail_unless_equals_int (turned.height, turns[__i__].height);
  fail_unless_equals_int (gst_rec_rotate_swaps_sides (turns[__i__].method),
      turned.width == 2);
  fail_unless_equals_int (turned.par_n, turned.width == 3 ? 16 : 15);
  fail_unless_equals_int (turned.par_d, turned.width == 3 ? 15 : 16);
  fail_unless (gst_video_frame_map (&frame, &turned, buffer, GST_MAP_READ));
  for (gint y = 0; y < turned.height; y++)
    fail_unless (memcmp ((guint8 *) frame.data[0] + y * turned.stride[0],
            turns[__i__].turned + y * turned.width, turned.width) == 0);
  gst_video_frame_unmap (&frame);
}

GST_END_TEST;

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV21,
  GST_VIDEO_FORMAT_Y444, GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_RGB,
  GST_VIDEO_FORMAT_RGB16, GST_VIDEO_FORMAT_RGB10A2_LE,
  GST_VIDEO_FORMAT_GRAY16_LE, GST_VIDEO_FORMAT_P010_10LE,
  GST_VIDEO_FORMAT_I420_10LE, GST_VIDEO_FORMAT_ARGB64, GST_VIDEO_FORMAT_AYUV,
  GST_VIDEO_FORMAT_GBR_10BE, GST_VIDEO_FORMAT_YUV9
};

static const gint sizes[][2] = {
  {1, 1}, {2, 2}, {16, 9}, {17, 9}, {33, 65}, {64, 32}, {101, 1}, {1, 77}
};

/* Samples as numbers, wherever they lie. */
static guint64
get_sample (const GstVideoFrame * frame, guint c, gint x, gint y)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  gint size = (GST_VIDEO_FORMAT_INFO_DEPTH (finfo, c)
      + GST_VIDEO_FORMAT_INFO_SHIFT (finfo, c) + 7) / 8;
  const guint8 *data = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, c)
      + y * GST_VIDEO_FRAME_COMP_STRIDE (frame, c)
      + x * GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c);
  guint64 value = 0;

  memcpy (&value, data, size);

  return value;
}

static void
assert_is_turned (guint i, const GstVideoFrame * in, const GstVideoFrame * out)
{
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS (in); c++) {
    gint width = GST_VIDEO_FRAME_COMP_WIDTH (in, c);
    gint height = GST_VIDEO_FRAME_COMP_HEIGHT (in, c);

    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (out, c); y++)
      for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (out, c); x++) {
        gint from_x = x, from_y = y;

        get_origin (i, width, height, &from_x, &from_y);
        if (get_sample (out, c, x, y) != get_sample (in, c, from_x, from_y))
          fail ("%s: component %u at %d,%d",
              GST_VIDEO_INFO_NAME (&in->info), c, x, y);
      }
  }
}

GST_START_TEST (test_every_sample_moves)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats) * G_N_ELEMENTS (sizes); i++) {
    GstVideoFormat format = formats[i % G_N_ELEMENTS (formats)];
    const gint *size = sizes[i / G_N_ELEMENTS (formats)];
    GstVideoInfo info, turned;
    g_autoptr (GstBuffer) picture =
        new_picture (&info, format, size[0], size[1]);
    g_autoptr (GstBuffer) buffer = turn (__i__, &info, picture, &turned);
    GstVideoFrame in, out;

    fail_unless_equals_int (GST_VIDEO_INFO_FORMAT (&turned), format);
    fail_unless (gst_video_frame_map (&in, &info, picture, GST_MAP_READ));
    fail_unless (gst_video_frame_map (&out, &turned, buffer, GST_MAP_READ));
    assert_is_turned (__i__, &in, &out);
    gst_video_frame_unmap (&in);
    gst_video_frame_unmap (&out);
  }
}

GST_END_TEST;

/* Subsampled in one direction, packed in macropixels, in odd bits: what cannot
 * be moved as it is. */
static const GstVideoFormat others[] = {
  GST_VIDEO_FORMAT_Y42B, GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_UYVY,
  GST_VIDEO_FORMAT_Y41B, GST_VIDEO_FORMAT_v210, GST_VIDEO_FORMAT_NV12_64Z32,
  GST_VIDEO_FORMAT_UYVP, GST_VIDEO_FORMAT_NV16
};

/* The left half dark and the right half light, and no colour. */
static void
paint_halves (const GstVideoInfo * info, GstBuffer * picture)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  const GstVideoFormatInfo *unpacked =
      gst_video_format_get_info (finfo->unpack_format);
  gint depth = GST_VIDEO_FORMAT_INFO_DEPTH (unpacked, 1);
  g_autofree guint16 *line = g_new0 (guint16, 4 * (info->width + 64));
  GstVideoFrame frame;

  for (gint x = 0; x < info->width; x++)
    for (gint c = 0; c < 4; c++) {
      gint value = c == 1 ? (x < info->width / 2 ? 40 : 200) : 128;

      if (depth == 8)
        ((guint8 *) line)[4 * x + c] = value;
      else
        line[4 * x + c] = value << 8;
    }
  fail_unless (gst_video_frame_map (&frame, info, picture, GST_MAP_WRITE));
  for (gint y = 0; y < info->height; y++)
    finfo->pack_func (finfo, GST_VIDEO_PACK_FLAG_NONE, line, 0, frame.data,
        frame.info.stride, info->chroma_site, y, info->width);
  gst_video_frame_unmap (&frame);
}

/* Of a turned picture, as a shade of gray. */
static GstBuffer *
new_gray (const GstVideoInfo * info, GstBuffer * picture, GstVideoInfo * gray)
{
  GstVideoConverter *convert;
  GstVideoFrame in, out;
  GstBuffer *buffer;

  gst_video_info_set_format (gray, GST_VIDEO_FORMAT_GRAY8, info->width,
      info->height);
  gray->par_n = info->par_n;
  gray->par_d = info->par_d;
  gray->colorimetry = info->colorimetry;
  buffer = gst_buffer_new_allocate (NULL, gray->size, NULL);
  fail_unless (gst_video_frame_map (&in, info, picture, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&out, gray, buffer, GST_MAP_WRITE));
  convert = gst_video_converter_new (info, gray, NULL);
  gst_video_converter_frame (convert, &in, &out);
  gst_video_converter_free (convert);
  gst_video_frame_unmap (&in);
  gst_video_frame_unmap (&out);

  return buffer;
}

GST_START_TEST (test_other_formats_are_unpacked)
{
  static const gint corners[][2] = { {1, 1}, {62, 1}, {1, 30}, {62, 30} };

  for (guint i = 0; i < 4 * G_N_ELEMENTS (others); i++) {
    GstVideoInfo info, turned, gray;
    g_autoptr (GstBuffer) picture = new_picture (&info, others[i / 4], 64, 32);
    g_autoptr (GstBuffer) buffer = NULL;
    g_autoptr (GstBuffer) shown = NULL;
    guint8 value;

    paint_halves (&info, picture);
    buffer = turn (__i__, &info, picture, &turned);
    shown = new_gray (&turned, buffer, &gray);

    gboolean swap = turned.width < turned.height;
    gint x = corners[i % 4][swap], y = corners[i % 4][!swap];
    gint from_x = x, from_y = y;

    get_origin (__i__, 64, 32, &from_x, &from_y);
    gst_buffer_extract (shown, y * gray.stride[0] + x, &value, 1);
    fail_unless (ABS (value - (from_x < 32 ? 40 : 200)) < 4,
        "%s: %u at %d,%d", GST_VIDEO_INFO_NAME (&info), value, x, y);
  }
}

GST_END_TEST;

GST_START_TEST (test_chroma_site_turns)
{
  static const struct
  {
    const gchar *site;
    const gchar *turned;
  } sites[] = {
    {"mpeg2", "v-cosited"}, {"v-cosited", "mpeg2"}, {"jpeg", "jpeg"},
    {"cosited", "cosited"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (sites); i++) {
    GstVideoInfo info, turned;
    g_autoptr (GstBuffer) picture =
        new_picture (&info, GST_VIDEO_FORMAT_I420, 4, 2);
    g_autoptr (GstBuffer) buffer = NULL;

    g_autofree gchar *site = NULL;

    info.chroma_site = gst_video_chroma_site_from_string (sites[i].site);
    buffer = turn (1, &info, picture, &turned);
    site = gst_video_chroma_site_to_string (turned.chroma_site);
    fail_unless_equals_string (site, sites[i].turned);
  }
}

GST_END_TEST;

GST_START_TEST (test_short_buffer_is_an_error)
{
  GstRecRotator rotator = { 0 };
  g_autoptr (GError) error = NULL;
  GstVideoInfo info, turned;
  g_autoptr (GstBuffer) picture =
      new_picture (&info, GST_VIDEO_FORMAT_I420, 64, 32);

  gst_buffer_set_size (picture, 100);
  fail_unless (gst_rec_rotator_turn (&rotator, GST_VIDEO_ORIENTATION_90R,
          &info, picture, &turned, &error) == NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT));
  gst_rec_rotator_clear (&rotator);
}

GST_END_TEST;

static Suite *
rotate_suite (void)
{
  Suite *s = suite_create ("rotate");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_each_way, 0, G_N_ELEMENTS (turns));
  tcase_add_loop_test (tc, test_every_sample_moves, 0, G_N_ELEMENTS (turns));
  tcase_add_loop_test (tc, test_other_formats_are_unpacked, 0,
      G_N_ELEMENTS (turns));
  tcase_add_test (tc, test_chroma_site_turns);
  tcase_add_test (tc, test_short_buffer_is_an_error);

  return s;
}

GST_CHECK_MAIN (rotate);
