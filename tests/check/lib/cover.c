/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <gst/video/video.h>

#include "cover.h"

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YV12, GST_VIDEO_FORMAT_NV12,
  GST_VIDEO_FORMAT_NV21, GST_VIDEO_FORMAT_Y42B, GST_VIDEO_FORMAT_Y444,
  GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_UYVY, GST_VIDEO_FORMAT_YVYU,
  GST_VIDEO_FORMAT_GRAY8, GST_VIDEO_FORMAT_AYUV, GST_VIDEO_FORMAT_BGRx,
  GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_xRGB, GST_VIDEO_FORMAT_xBGR,
  GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_ARGB,
  GST_VIDEO_FORMAT_ABGR, GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_BGR,
};

static const GstRecCoverMethod methods[] = {
  GST_REC_COVER_FILL, GST_REC_COVER_PIXELATE, GST_REC_COVER_BLUR
};

/* Red, and what it is in bt601 and bt709: ITU-R BT.601-7 and BT.709-6, 8 bits,
 * limited range. */
#define RED 0xffff0000
static const guint8 red_rgb[] = { 255, 0, 0, 255 };
static const guint8 red_601[] = { 81, 90, 240, 255 };
static const guint8 red_709[] = { 63, 102, 240, 255 };
/* grey is of full range */
static const guint8 red_grey[] = { 76 };

static const guint8 *
get_red (const GstVideoInfo * info)
{
  if (GST_VIDEO_INFO_IS_RGB (info))
    return red_rgb;
  if (GST_VIDEO_INFO_IS_GRAY (info))
    return red_grey;

  return info->colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_BT709 ? red_709 :
      red_601;
}

typedef struct
{
  GstVideoInfo info;
  GstBuffer *buffer;
  GstVideoFrame frame;
} Picture;

/* Strides and the bytes beyond the lines are @more longer than usual. */
static void
picture_init (Picture * p, GstVideoFormat format, gint width, gint height,
    gint more)
{
  gst_video_info_set_format (&p->info, format, width, height);
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (&p->info); i++) {
    p->info.offset[i] += i * more * height;
    p->info.stride[i] += more;
  }
  p->info.size += GST_VIDEO_INFO_N_PLANES (&p->info) * more * height;
  p->buffer = gst_buffer_new_allocate (NULL, p->info.size, NULL);
  fail_unless (gst_video_frame_map (&p->frame, &p->info, p->buffer,
          GST_MAP_READWRITE));
}

static void
picture_clear (Picture * p)
{
  gst_video_frame_unmap (&p->frame);
  gst_buffer_unref (p->buffer);
}

/* Noise: everything that is not covered has to be the same afterwards. */
static void
draw_noise (Picture * p, guint32 seed)
{
  for (gsize i = 0; i < p->frame.map[0].size; i++) {
    seed = seed * 1664525 + 1013904223;
    p->frame.map[0].data[i] = seed >> 24;
  }
}

static guint8 *
sample_at (const GstVideoFrame * frame, guint c, gint x, gint y)
{
  return (guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, c)
      + y * GST_VIDEO_FRAME_COMP_STRIDE (frame, c)
      + x * GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c);
}

/* Whether a sample of component @c colours a pixel of the rectangle. */
static gboolean
is_covered (const GstVideoFrame * frame, guint c, gint x, gint y,
    const GstVideoRectangle * rect)
{
  gint w_sub = GST_VIDEO_FORMAT_INFO_W_SUB (frame->info.finfo, c);
  gint h_sub = GST_VIDEO_FORMAT_INFO_H_SUB (frame->info.finfo, c);

  return (x << w_sub) < rect->x + rect->w && ((x + 1) << w_sub) > rect->x
      && (y << h_sub) < rect->y + rect->h && ((y + 1) << h_sub) > rect->y;
}

static void
expect_samples (const GstVideoFrame * frame, const GstVideoFrame * before,
    const GstVideoRectangle * rect, const guint8 * colour)
{
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS (frame); c++)
    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (frame, c); y++)
      for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (frame, c); x++) {
        guint8 wanted = is_covered (frame, c, x, y, rect) ? colour[c] :
            *sample_at (before, c, x, y);

        if (*sample_at (frame, c, x, y) != wanted)
          fail ("component %u of %d,%d is %u instead of %u", c, x, y,
            *sample_at (frame, c, x, y), wanted);
      }
}

static const struct
{
  gint width, height, more_stride;
  GstVideoRectangle rect;       /* on whole chroma samples */
} places[] = {
  {64, 48, 0, {16, 8, 32, 20}},
  {64, 48, 0, {0, 0, 64, 48}},
  {65, 49, 8, {64, 48, 1, 1}},
  {65, 49, 8, {0, 0, 65, 49}},
  {33, 17, 4, {2, 2, 2, 2}},
  {33, 17, 4, {32, 0, 1, 17}},
  {1, 1, 0, {0, 0, 1, 1}},
};

GST_START_TEST (test_fill_changes_the_region_and_nothing_else)
{
  const GstVideoFormat format = formats[__i__];

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    Picture before, after;

    picture_init (&before, format, places[i].width, places[i].height,
        places[i].more_stride);
    picture_init (&after, format, places[i].width, places[i].height,
        places[i].more_stride);
    draw_noise (&before, i);
    draw_noise (&after, i);
    gst_rec_cover (&after.frame, &places[i].rect, 1, GST_REC_COVER_FILL, RED);
    expect_samples (&after.frame, &before.frame, &places[i].rect,
        get_red (&after.info));
    picture_clear (&before);
    picture_clear (&after);
  }
}

GST_END_TEST;

GST_START_TEST (test_fill_knows_the_colorimetry)
{
  const GstVideoRectangle all = { 0, 0, 16, 16 };
  Picture p;

  picture_init (&p, GST_VIDEO_FORMAT_I420, 16, 16, 0);
  fail_unless (gst_video_colorimetry_from_string (&p.frame.info.colorimetry,
          "bt709"));
  gst_rec_cover (&p.frame, &all, 1, GST_REC_COVER_FILL, RED);
  for (guint c = 0; c < 3; c++)
    fail_unless_equals_int (*sample_at (&p.frame, c, 3, 3), red_709[c]);
  picture_clear (&p);
}

GST_END_TEST;

/* The whole memory, what is between the lines and the fourth byte of a pixel
 * without alpha included, after covering two pictures that differ within the
 * rectangles only. */
static void
check_nothing_survives (GstVideoFormat format, GstRecCoverMethod method,
    const GstVideoRectangle * rects, guint n)
{
  Picture a, b;

  picture_init (&a, format, 97, 61, 8);
  picture_init (&b, format, 97, 61, 8);
  draw_noise (&a, 1);
  memcpy (b.frame.map[0].data, a.frame.map[0].data, a.frame.map[0].size);
  for (guint i = 0; i < n; i++)
    for (guint plane = 0; plane < GST_VIDEO_INFO_N_PLANES (&b.info); plane++) {
      gint comp[GST_VIDEO_MAX_COMPONENTS];
      gint w_sub, h_sub, pstride, width;
      guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (&b.frame, plane);

      gst_video_format_info_component (b.info.finfo, plane, comp);
      w_sub = GST_VIDEO_FORMAT_INFO_W_SUB (b.info.finfo, comp[0]);
      h_sub = GST_VIDEO_FORMAT_INFO_H_SUB (b.info.finfo, comp[0]);
      pstride = GST_VIDEO_FORMAT_INFO_PSTRIDE (b.info.finfo, comp[0]);
      width = GST_VIDEO_SUB_SCALE (w_sub, rects[i].x + rects[i].w)
          - (rects[i].x >> w_sub);
      for (gint y = rects[i].y >> h_sub;
          y < GST_VIDEO_SUB_SCALE (h_sub, rects[i].y + rects[i].h); y++)
        for (gint x = 0; x < width * pstride; x++)
          data[y * GST_VIDEO_FRAME_PLANE_STRIDE (&b.frame, plane)
              + (rects[i].x >> w_sub) * pstride + x] ^= 0x5a + x % 77;
    }
  fail_if (memcmp (a.frame.map[0].data, b.frame.map[0].data,
          a.frame.map[0].size) == 0, "the pictures do not differ");

  gst_rec_cover (&a.frame, rects, n, method, RED);
  gst_rec_cover (&b.frame, rects, n, method, RED);
  fail_unless (memcmp (a.frame.map[0].data, b.frame.map[0].data,
          a.frame.map[0].size) == 0, "%s: something of it is left",
      gst_video_format_to_string (format));
  picture_clear (&a);
  picture_clear (&b);
}

/* One, at the edges, all of it, and such that touch, overlap and enclose. */
static const struct
{
  guint n;
  GstVideoRectangle rects[3];
} sets[] = {
  {1, {{20, 20, 40, 12}}},
  {1, {{0, 0, 40, 12}}},
  {1, {{60, 40, 37, 21}}},
  {1, {{0, 0, 97, 61}}},
  {1, {{50, 0, 2, 61}}},
  {2, {{20, 20, 20, 12}, {40, 20, 20, 12}}},
  {2, {{20, 20, 30, 12}, {40, 26, 30, 20}}},
  {3, {{30, 30, 4, 4}, {20, 20, 40, 24}, {0, 0, 20, 60}}},
};

GST_START_TEST (test_nothing_of_a_region_survives)
{
  for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
    for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
      check_nothing_survives (formats[__i__], methods[m], sets[i].rects,
          sets[i].n);
}

GST_END_TEST;

/* On an even ground a mosaic is seen as one, and a blur is the ground. */
GST_START_TEST (test_textures_look_like_what_is_around)
{
  const GstVideoRectangle rect = { 20, 20, 60, 20 };
  guint light = 0, dark = 0;
  Picture p;

  picture_init (&p, GST_VIDEO_FORMAT_I420, 100, 60, 0);
  memset (p.frame.map[0].data, 150, p.frame.map[0].size);
  gst_rec_cover (&p.frame, &rect, 1, GST_REC_COVER_BLUR, RED);
  for (gsize i = 0; i < p.frame.map[0].size; i++)
    if (p.frame.map[0].data[i] != 150)
      fail ("byte %" G_GSIZE_FORMAT " is %u", i, p.frame.map[0].data[i]);

  gst_rec_cover (&p.frame, &rect, 1, GST_REC_COVER_PIXELATE, RED);
  for (gint y = 20; y < 40; y++)
    for (gint x = 20; x < 80; x++) {
      light += *sample_at (&p.frame, 0, x, y) > 160;
      dark += *sample_at (&p.frame, 0, x, y) < 140;
    }
  fail_unless_equals_int (light + dark, 60 * 20);
  fail_unless (light > 400 && dark > 400);
  fail_unless_equals_int (*sample_at (&p.frame, 1, 20, 15), 150);
  picture_clear (&p);
}

GST_END_TEST;

/* From black on the left to white on the right without a step. */
GST_START_TEST (test_a_blur_is_smooth)
{
  const GstVideoRectangle rect = { 16, 0, 64, 32 };
  Picture p;

  picture_init (&p, GST_VIDEO_FORMAT_GRAY8, 96, 32, 0);
  for (gint y = 0; y < 32; y++)
    for (gint x = 0; x < 96; x++)
      *sample_at (&p.frame, 0, x, y) = x < 48 ? 0 : 255;
  gst_rec_cover (&p.frame, &rect, 1, GST_REC_COVER_BLUR, RED);
  for (gint x = 17; x < 80; x++) {
    gint step = *sample_at (&p.frame, 0, x, 16)
        - *sample_at (&p.frame, 0, x - 1, 16);

    fail_unless (step >= 0 && step < 12, "a step of %d at %d", step, x);
  }
  picture_clear (&p);
}

GST_END_TEST;

static const struct
{
  GstVideoFormat format;
  GstVideoInterlaceMode mode;
  gint x, y;
} alignments[] = {
  {GST_VIDEO_FORMAT_I420, GST_VIDEO_INTERLACE_MODE_PROGRESSIVE, 2, 2},
  {GST_VIDEO_FORMAT_I420, GST_VIDEO_INTERLACE_MODE_INTERLEAVED, 2, 4},
  {GST_VIDEO_FORMAT_Y42B, GST_VIDEO_INTERLACE_MODE_INTERLEAVED, 2, 1},
  {GST_VIDEO_FORMAT_YUY2, GST_VIDEO_INTERLACE_MODE_PROGRESSIVE, 2, 1},
  {GST_VIDEO_FORMAT_Y444, GST_VIDEO_INTERLACE_MODE_PROGRESSIVE, 1, 1},
  {GST_VIDEO_FORMAT_BGRx, GST_VIDEO_INTERLACE_MODE_MIXED, 1, 1},
};

GST_START_TEST (test_alignment_is_that_of_chroma)
{
  GstVideoInfo info;
  gint x, y;

  gst_video_info_set_format (&info, alignments[__i__].format, 64, 64);
  GST_VIDEO_INFO_INTERLACE_MODE (&info) = alignments[__i__].mode;
  gst_rec_cover_get_alignment (&info, &x, &y);
  fail_unless_equals_int (x, alignments[__i__].x);
  fail_unless_equals_int (y, alignments[__i__].y);
}

GST_END_TEST;

static Suite *
cover_suite (void)
{
  Suite *s = suite_create ("cover");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_fill_changes_the_region_and_nothing_else, 0,
      G_N_ELEMENTS (formats));
  tcase_add_test (tc, test_fill_knows_the_colorimetry);
  tcase_add_loop_test (tc, test_nothing_of_a_region_survives, 0,
      G_N_ELEMENTS (formats));
  tcase_add_test (tc, test_textures_look_like_what_is_around);
  tcase_add_test (tc, test_a_blur_is_smooth);
  tcase_add_loop_test (tc, test_alignment_is_that_of_chroma, 0,
      G_N_ELEMENTS (alignments));

  return s;
}

GST_CHECK_MAIN (cover);
