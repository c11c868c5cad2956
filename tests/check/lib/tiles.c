/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <string.h>

#include "tiles.h"

/* The whole set as text, to compare with what is expected. */
static gchar *
describe (const GstRecTiles * tiles)
{
  GString *text = g_string_new (NULL);
  GstRecRect rect;
  guint position = 0;

  while (gst_rec_tiles_next_rect (tiles, &position, &rect))
    g_string_append_printf (text, "%d,%d %dx%d;", rect.x, rect.y, rect.width,
        rect.height);

  return g_string_free (text, FALSE);
}

static void
expect (const GstRecTiles * tiles, guint count, const gchar * wanted)
{
  g_autofree gchar *text = describe (tiles);

  fail_unless_equals_string (text, wanted);
  fail_unless_equals_int (tiles->count, count);
}

static const struct
{
  gint width, height;
  GstRecRect rects[3];
  guint count;
  const gchar *wanted;
} sets[] = {
  {1920, 1080, {{0,}}, 0, ""},
  {1920, 1080, {{0, 0, 1, 1}}, 1, "0,0 64x16;"},
  {1920, 1080, {{63, 15, 2, 2}}, 4, "0,0 128x32;"},
  {1920, 1080, {{1919, 1079, 1, 1}}, 1, "1856,1072 64x8;"},
  {1920, 1080, {{-50, -50, 5000, 5000}}, 30 * 68, "0,0 1920x1080;"},
  {1920, 1080, {{0, -5, 10, 5}, {1920, 0, 5, 5}}, 0, ""},
  /* two runs below each other of different lengths are two */
  {1920, 1080, {{0, 0, 64, 16}, {0, 16, 128, 16}}, 3,
      "0,0 64x16;0,16 128x16;"},
  {1920, 1080, {{64, 0, 64, 48}, {192, 16, 64, 16}}, 4,
      "64,0 64x48;192,16 64x16;"},
  {1920, 1080, {{0, 0, 64, 16}, {128, 0, 64, 16}, {0, 32, 64, 16}}, 3,
      "0,0 64x16;128,0 64x16;0,32 64x16;"},
  {35, 19, {{0, 0, 1, 1}}, 1, "0,0 35x16;"},
  {35, 19, {{34, 18, 1, 1}}, 1, "0,16 35x3;"},
  {1, 1, {{0, 0, 1, 1}}, 1, "0,0 1x1;"},
};

GST_START_TEST (test_rectangles_become_tiles_and_back)
{
  GstRecTiles tiles = { 0, };

  gst_rec_tiles_resize (&tiles, sets[__i__].width, sets[__i__].height);
  for (guint i = 0; i < G_N_ELEMENTS (sets[__i__].rects); i++)
    gst_rec_tiles_add_rect (&tiles, &sets[__i__].rects[i]);
  expect (&tiles, sets[__i__].count, sets[__i__].wanted);
  gst_rec_tiles_remove_all (&tiles);
  expect (&tiles, 0, "");
  gst_rec_tiles_clear (&tiles);
}

GST_END_TEST;

/* Whatever the set: its rectangles cover each tile once, and nothing else. */
GST_START_TEST (test_rectangles_cover_the_set_once)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (__i__);
  GstRecTiles tiles = { 0, };
  guint8 seen[40][8] = { {0,}, };
  GstRecRect rect;
  guint position = 0;

  gst_rec_tiles_resize (&tiles, 8 * GST_REC_TILE_WIDTH - 7,
      40 * GST_REC_TILE_HEIGHT - 3);
  for (guint i = 0; i < tiles.columns * tiles.rows; i++) {
    tiles.in[i] = g_rand_int_range (random, 0, 4) > 0;
    tiles.count += tiles.in[i];
  }

  while (gst_rec_tiles_next_rect (&tiles, &position, &rect))
    for (gint y = rect.y; y < rect.y + rect.height; y += GST_REC_TILE_HEIGHT)
      for (gint x = rect.x; x < rect.x + rect.width; x += GST_REC_TILE_WIDTH)
        seen[y / GST_REC_TILE_HEIGHT][x / GST_REC_TILE_WIDTH]++;
  fail_unless (memcmp (seen, tiles.in, tiles.columns * tiles.rows) == 0);
  gst_rec_tiles_clear (&tiles);
}

GST_END_TEST;

GST_START_TEST (test_sets_are_added_and_subtracted)
{
  GstRecTiles a = { 0, }, b = { 0, };
  const GstRecRect left = { 0, 0, 100, 16 }, right = { 100, 0, 100, 16 };

  gst_rec_tiles_resize (&a, 640, 16);
  gst_rec_tiles_resize (&b, 640, 16);
  gst_rec_tiles_add_rect (&a, &left);
  gst_rec_tiles_add_rect (&b, &right);
  gst_rec_tiles_add (&a, &b);
  expect (&a, 4, "0,0 256x16;");
  gst_rec_tiles_subtract (&a, &b);
  expect (&a, 1, "0,0 64x16;");
  gst_rec_tiles_add_all (&b);
  gst_rec_tiles_add (&a, &b);
  expect (&a, 10, "0,0 640x16;");
  gst_rec_tiles_clear (&a);
  gst_rec_tiles_clear (&b);
}

GST_END_TEST;

/* --- Comparison --- */

static GstBuffer *
new_picture (GstVideoInfo * info, GstVideoFormat format, gint width,
    gint height, gint more_stride)
{
  GstBuffer *buffer;

  gst_video_info_set_format (info, format, width, height);
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    info->offset[i] += i * more_stride * height;
    info->stride[i] += more_stride;
  }
  info->size += GST_VIDEO_INFO_N_PLANES (info) * more_stride * height;
  buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  gst_buffer_memset (buffer, 0, 50, info->size);

  return buffer;
}

static void
compare (GstRecTiles * tiles, const GstVideoInfo * info_a, GstBuffer * a,
    const GstVideoInfo * info_b, GstBuffer * b)
{
  GstVideoFrame frame_a, frame_b;

  fail_unless (gst_video_frame_map (&frame_a, info_a, a, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&frame_b, info_b, b, GST_MAP_READ));
  gst_rec_tiles_add_differences (tiles, &frame_a, &frame_b);
  gst_video_frame_unmap (&frame_a);
  gst_video_frame_unmap (&frame_b);
}

/* Changes the sample of component @c that pixel (@x, @y) has. */
static void
change_sample (const GstVideoInfo * info, GstBuffer * buffer, guint c, gint x,
    gint y)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  GstVideoFrame frame;
  guint8 *sample;

  fail_unless (gst_video_frame_map (&frame, info, buffer, GST_MAP_READWRITE));
  sample = (guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, c);
  sample += (y >> GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c))
      * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c);
  sample += (x >> GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c))
      * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c);
  *sample ^= 1;
  gst_video_frame_unmap (&frame);
}

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_Y42B,
  GST_VIDEO_FORMAT_Y444, GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_BGRx,
  GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_GRAY8, GST_VIDEO_FORMAT_I420_10LE,
};

static const gint sizes[][2] = {
  {1920, 1080}, {641, 363}, {64, 16}, {65, 17}, {35, 19}, {1, 1}
};

/* One sample of any component, anywhere, is one tile, and its own. */
GST_START_TEST (test_one_changed_sample_is_one_tile)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (__i__);
  gint width = sizes[__i__ % G_N_ELEMENTS (sizes)][0];
  gint height = sizes[__i__ % G_N_ELEMENTS (sizes)][1];
  GstVideoFormat format = formats[__i__ / G_N_ELEMENTS (sizes)];
  GstVideoInfo info_a, info_b;
  g_autoptr (GstBuffer) a = new_picture (&info_a, format, width, height, 0);
  g_autoptr (GstBuffer) b = new_picture (&info_b, format, width, height, 24);
  GstRecTiles tiles = { 0, }, wanted = { 0, };

  gst_rec_tiles_resize (&tiles, width, height);
  gst_rec_tiles_resize (&wanted, width, height);
  compare (&tiles, &info_a, a, &info_b, b);
  fail_unless_equals_int (tiles.count, 0);

  for (guint i = 0; i < 40; i++) {
    guint c = g_rand_int_range (random, 0,
        GST_VIDEO_FORMAT_INFO_N_COMPONENTS (info_a.finfo));
    GstRecRect pixel = { i % 4 == 0 ? width - 1 :
          g_rand_int_range (random, 0, width), i % 4 == 1 ? height - 1 :
          g_rand_int_range (random, 0, height), 1, 1 };

    gst_rec_tiles_resize (&tiles, width, height);
    gst_rec_tiles_resize (&wanted, width, height);
    gst_rec_tiles_add_rect (&wanted, &pixel);
    change_sample (&info_b, b, c, pixel.x, pixel.y);
    compare (&tiles, &info_a, a, &info_b, b);
    fail_unless_equals_int (tiles.count, 1);
    fail_unless (memcmp (tiles.in, wanted.in, tiles.columns * tiles.rows)
        == 0, "component %u at %d,%d of %s", c, pixel.x, pixel.y,
        GST_VIDEO_INFO_NAME (&info_a));
    change_sample (&info_b, b, c, pixel.x, pixel.y);
  }
  gst_rec_tiles_clear (&tiles);
  gst_rec_tiles_clear (&wanted);
}

GST_END_TEST;

GST_START_TEST (test_what_lies_beside_the_picture_does_not_count)
{
  GstVideoInfo info_a, info_b;
  g_autoptr (GstBuffer) a =
      new_picture (&info_a, GST_VIDEO_FORMAT_I420, 35, 19, 0);
  g_autoptr (GstBuffer) b =
      new_picture (&info_b, GST_VIDEO_FORMAT_I420, 35, 19, 24);
  GstRecTiles tiles = { 0, };

  for (gint y = 0; y < 19; y++)
    gst_buffer_memset (b, y * info_b.stride[0] + 35, 200,
        info_b.stride[0] - 35);
  gst_rec_tiles_resize (&tiles, 35, 19);
  compare (&tiles, &info_a, a, &info_b, b);
  expect (&tiles, 0, "");
  gst_rec_tiles_clear (&tiles);
}

GST_END_TEST;

GST_START_TEST (test_a_format_of_packed_bits_differs_wholly)
{
  GstVideoInfo info;
  g_autoptr (GstBuffer) a =
      new_picture (&info, GST_VIDEO_FORMAT_v210, 128, 32, 0);
  GstRecTiles tiles = { 0, };

  gst_rec_tiles_resize (&tiles, 128, 32);
  compare (&tiles, &info, a, &info, a);
  expect (&tiles, 4, "0,0 128x32;");
  gst_rec_tiles_clear (&tiles);
}

GST_END_TEST;

static Suite *
tiles_suite (void)
{
  Suite *s = suite_create ("tiles");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_rectangles_become_tiles_and_back, 0,
      G_N_ELEMENTS (sets));
  tcase_add_loop_test (tc, test_rectangles_cover_the_set_once, 0, 50);
  tcase_add_test (tc, test_sets_are_added_and_subtracted);
  tcase_add_loop_test (tc, test_one_changed_sample_is_one_tile, 0,
      G_N_ELEMENTS (formats) * G_N_ELEMENTS (sizes));
  tcase_add_test (tc, test_what_lies_beside_the_picture_does_not_count);
  tcase_add_test (tc, test_a_format_of_packed_bits_differs_wholly);

  return s;
}

GST_CHECK_MAIN (tiles);
