/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "video/picturewatch.h"

#define S(x) ((GstClockTime) ((x) * GST_SECOND))
#define NONE GST_CLOCK_TIME_NONE

typedef struct
{
  GstVideoInfo info;
  GstBuffer *buffer;
} Picture;

static void
open_picture (Picture * p, GstVideoFormat format, gint width, gint height,
    gboolean full)
{
  gst_video_info_set_format (&p->info, format, width, height);
  if (!GST_VIDEO_INFO_IS_RGB (&p->info))
    p->info.colorimetry.range =
        full ? GST_VIDEO_COLOR_RANGE_0_255 : GST_VIDEO_COLOR_RANGE_16_235;
  p->buffer = gst_buffer_new_allocate (NULL, p->info.size, NULL);
}

/* Every sample of the luma, or of each colour, of a rectangle; @value in 8
 * bits. */
static void
paint (Picture * p, gint x0, gint y0, gint width, gint height, gint value)
{
  GstVideoFrame frame;

  gst_video_frame_map (&frame, &p->info, p->buffer, GST_MAP_WRITE);
  for (gint c = 0; c < (GST_VIDEO_INFO_IS_RGB (&p->info) ? 3 : 1); c++) {
    gint shift = GST_VIDEO_FRAME_COMP_DEPTH (&frame, c) - 8
        + p->info.finfo->shift[c];

    for (gint y = y0; y < y0 + height; y++) {
      guint8 *row = (guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, c)
          + y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c);

      for (gint x = x0; x < x0 + width; x++) {
        guint8 *to = row + x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c);

        if (GST_VIDEO_FRAME_COMP_DEPTH (&frame, c) == 8)
          *to = value;
        else if (GST_VIDEO_FORMAT_INFO_IS_LE (p->info.finfo))
          GST_WRITE_UINT16_LE (to, value << shift);
        else
          GST_WRITE_UINT16_BE (to, value << shift);
      }
    }
  }
  gst_video_frame_unmap (&frame);
}

static void
fill (Picture * p, gint value)
{
  paint (p, 0, 0, p->info.width, p->info.height, value);
}

static void
look (GstRecPictureWatch * watch, Picture * p, GstClockTime now)
{
  GstVideoFrame frame;

  fail_unless (gst_video_frame_map (&frame, &p->info, p->buffer,
          GST_MAP_READ));
  gst_rec_picture_watch_look (watch, &frame, now);
  gst_video_frame_unmap (&frame);
}

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_Y42B, GST_VIDEO_FORMAT_Y444,
  GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV21, GST_VIDEO_FORMAT_GRAY8,
  GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_I420_10LE,
  GST_VIDEO_FORMAT_I422_10LE, GST_VIDEO_FORMAT_Y444_10LE,
  GST_VIDEO_FORMAT_I420_12LE, GST_VIDEO_FORMAT_I420_10BE,
  GST_VIDEO_FORMAT_P010_10LE, GST_VIDEO_FORMAT_GBR, GST_VIDEO_FORMAT_GBR_10LE,
  GST_VIDEO_FORMAT_BGRA
};

GST_START_TEST (test_black_and_still_in_every_format)
{
  /* an odd size on purpose */
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GstRecPictureWatch) watch = gst_rec_picture_watch_new ();
    const gchar *name = gst_video_format_to_string (formats[i]);
    Picture p;

    open_picture (&p, formats[i], 323, 241, FALSE);
    fill (&p, 16);
    look (watch, &p, S (1));
    fail_unless_equals_uint64 (gst_rec_picture_watch_get_black_since (watch),
        S (1));
    look (watch, &p, S (3));
    fail_unless (gst_rec_picture_watch_get_black_since (watch) == S (1), name);
    fail_unless (gst_rec_picture_watch_get_still_since (watch) == S (1), name);

    fill (&p, 90);
    look (watch, &p, S (4));
    fail_unless (gst_rec_picture_watch_get_black_since (watch) == NONE, name);
    fail_unless (gst_rec_picture_watch_get_still_since (watch) == S (4), name);
    gst_buffer_unref (p.buffer);
  }
}

GST_END_TEST;

GST_START_TEST (test_what_is_black)
{
  static const struct
  {
    const gchar *name;
    GstVideoFormat format;
    gboolean full;
    gint value;
    gint light_rows;            /* of 720, at the top */
    gboolean black;
  } cases[] = {
    {"limited range", GST_VIDEO_FORMAT_I420, FALSE, 16, 0, TRUE},
    {"limited range, noise", GST_VIDEO_FORMAT_I420, FALSE, 38, 0, TRUE},
    {"limited range, dark", GST_VIDEO_FORMAT_I420, FALSE, 39, 0, FALSE},
    {"full range", GST_VIDEO_FORMAT_I420, TRUE, 0, 0, TRUE},
    {"full range, dark", GST_VIDEO_FORMAT_I420, TRUE, 30, 0, FALSE},
    {"ten bits", GST_VIDEO_FORMAT_I420_10LE, FALSE, 16, 0, TRUE},
    {"colours", GST_VIDEO_FORMAT_GBR, TRUE, 20, 0, TRUE},
    {"a line of text", GST_VIDEO_FORMAT_I420, FALSE, 16, 8, TRUE},
    {"a caption", GST_VIDEO_FORMAT_I420, FALSE, 16, 40, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstRecPictureWatch) watch = gst_rec_picture_watch_new ();
    Picture p;

    open_picture (&p, cases[i].format, 1280, 720, cases[i].full);
    fill (&p, cases[i].value);
    paint (&p, 0, 0, 1280, cases[i].light_rows, 200);
    look (watch, &p, 0);
    fail_unless ((gst_rec_picture_watch_get_black_since (watch) == 0)
        == cases[i].black, "%s", cases[i].name);
    gst_buffer_unref (p.buffer);
  }
}

GST_END_TEST;

GST_START_TEST (test_what_is_a_change)
{
  static const struct
  {
    const gchar *name;
    gint x, y, width, height, value;
    gboolean changed;
  } cases[] = {
    {"nothing", 0, 0, 0, 0, 0, FALSE},
    {"a coder's noise", 0, 0, 640, 480, 110, FALSE},
    {"a pointer", 333, 219, 12, 16, 255, TRUE},
    {"a letter", 101, 101, 8, 10, 20, TRUE},
    {"a thin line", 100, 0, 1, 480, 255, TRUE},
    {"a little darker", 0, 0, 640, 480, 80, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstRecPictureWatch) watch = gst_rec_picture_watch_new ();
    Picture p;

    open_picture (&p, GST_VIDEO_FORMAT_I420, 640, 480, FALSE);
    fill (&p, 100);
    look (watch, &p, S (1));
    paint (&p, cases[i].x, cases[i].y, cases[i].width, cases[i].height,
        cases[i].value);
    look (watch, &p, S (2));
    fail_unless ((gst_rec_picture_watch_get_still_since (watch) == S (2))
        == cases[i].changed, "%s", cases[i].name);
    gst_buffer_unref (p.buffer);
  }
}

GST_END_TEST;

/* Each picture differs less from the one before than a coder's noise does. */
GST_START_TEST (test_a_slow_fade_is_not_still)
{
  g_autoptr (GstRecPictureWatch) watch = gst_rec_picture_watch_new ();
  Picture p;

  open_picture (&p, GST_VIDEO_FORMAT_I420, 640, 480, FALSE);
  for (gint i = 0; i < 100; i++) {
    fill (&p, 60 + i);
    look (watch, &p, S (i));
    fail_unless (gst_rec_picture_watch_get_still_since (watch) + S (17)
        >= S (i));
  }
  gst_buffer_unref (p.buffer);
}

GST_END_TEST;

GST_START_TEST (test_another_size_is_another_picture)
{
  static const gint sizes[][2] = { {640, 480}, {1, 1}, {1279, 719}, {2, 9} };
  g_autoptr (GstRecPictureWatch) watch = gst_rec_picture_watch_new ();

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    Picture p;

    open_picture (&p, GST_VIDEO_FORMAT_I420, sizes[i][0], sizes[i][1], FALSE);
    fill (&p, 100);
    look (watch, &p, S (i));
    fail_unless_equals_uint64 (gst_rec_picture_watch_get_still_since (watch),
        S (i));
    gst_buffer_unref (p.buffer);
  }
}

GST_END_TEST;

GST_START_TEST (test_five_pictures_a_second_are_enough)
{
  g_autoptr (GstRecPictureWatch) watch = gst_rec_picture_watch_new ();
  gint n = 0;
  Picture p;

  open_picture (&p, GST_VIDEO_FORMAT_I420, 64, 48, FALSE);
  fill (&p, 100);
  for (gint i = 0; i < 600; i++) {
    if (!gst_rec_picture_watch_is_due (watch, i * GST_SECOND / 60))
      continue;
    look (watch, &p, i * GST_SECOND / 60);
    n++;
  }
  fail_unless_equals_int (n, 50);
  gst_buffer_unref (p.buffer);
}

GST_END_TEST;

/* Of these, nothing is said, and nothing is read beyond their end. */
GST_START_TEST (test_other_formats_are_left_alone)
{
  static const GstVideoFormat others[] = {
    GST_VIDEO_FORMAT_RGB8P, GST_VIDEO_FORMAT_NV12_64Z32, GST_VIDEO_FORMAT_v210,
    GST_VIDEO_FORMAT_RGB16
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (GstRecPictureWatch) watch = gst_rec_picture_watch_new ();
    Picture p;

    open_picture (&p, others[i], 1920, 64, FALSE);
    gst_buffer_memset (p.buffer, 0, 0, p.info.size);
    look (watch, &p, S (1));
    fail_unless (gst_rec_picture_watch_get_black_since (watch) == NONE);
    fail_unless (gst_rec_picture_watch_get_still_since (watch) == NONE);
    gst_buffer_unref (p.buffer);
  }
}

GST_END_TEST;

static Suite *
picturewatch_suite (void)
{
  Suite *s = suite_create ("picturewatch");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_black_and_still_in_every_format);
  tcase_add_test (tc, test_what_is_black);
  tcase_add_test (tc, test_what_is_a_change);
  tcase_add_test (tc, test_a_slow_fade_is_not_still);
  tcase_add_test (tc, test_another_size_is_another_picture);
  tcase_add_test (tc, test_five_pictures_a_second_are_enough);
  tcase_add_test (tc, test_other_formats_are_left_alone);

  return s;
}

GST_CHECK_MAIN (picturewatch);
