/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "maskset.h"

#define NONE GST_CLOCK_TIME_NONE
#define WIDTH 64
#define HEIGHT 48
#define SECRET 200

typedef struct
{
  GstRecSpans spans;
  GstRecMaskSet set;
} Fixture;

static void
fixture_init (Fixture * f)
{
  gst_rec_spans_init (&f->spans, gst_rec_mask_unref);
  gst_rec_mask_set_init (&f->set);
  f->set.style = (GstRecMaskStyle) { GST_REC_COVER_FILL, 0xff000000, 0,
        WIDTH, HEIGHT };
}

static void
fixture_clear (Fixture * f)
{
  gst_rec_mask_set_clear (&f->set);
  gst_rec_spans_clear (&f->spans);
}

static guint
add_regions (Fixture * f, const gchar * text)
{
  return gst_rec_spans_add (&f->spans, 0, NONE,
      gst_rec_mask_new_regions (gst_rec_regions_parse (text, NULL)));
}

static GstBuffer *
new_picture (GstVideoInfo * info)
{
  GstBuffer *buffer;

  gst_video_info_set_format (info, GST_VIDEO_FORMAT_GRAY8, WIDTH, HEIGHT);
  buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  gst_buffer_memset (buffer, 0, SECRET, -1);

  return buffer;
}

/* The rectangle of what is masked, and that all of it is. */
static void
expect_rect (GstBuffer * buffer, const GstVideoRectangle * wanted)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++) {
      gboolean inside = x >= wanted->x && x < wanted->x + wanted->w
          && y >= wanted->y && y < wanted->y + wanted->h;

      if ((map.data[y * WIDTH + x] != SECRET) != inside)
        fail ("%d,%d is %u", x, y, map.data[y * WIDTH + x]);
    }
  gst_buffer_unmap (buffer, &map);
}

static const struct
{
  guint x, y, width, height;    /* crop; 0: none */
  const gchar *regions;         /* NULL: everything */
  GstVideoRectangle wanted;
} crops[] = {
  {0, 0, 0, 0, "8,8,16,16", {8, 8, 16, 16}},
  {10, 4, 32, 24, "0.5,0.5,0.5,0.5", {26, 16, 16, 12}},
  {10, 4, 32, 24, "8,8,16,16", {14, 8, 8, 8}},
  {10, 4, 32, 24, NULL, {0, 0, WIDTH, HEIGHT}},
  {G_MAXUINT, G_MAXUINT, G_MAXUINT, G_MAXUINT, "0,0,1,1", {0, 0, 0, 0}},
};

/* A picture may be a part of the frame. */
GST_START_TEST (test_regions_are_those_of_the_picture)
{
  Fixture f;
  GstVideoInfo info;
  g_autoptr (GstBuffer) buffer = new_picture (&info);

  fixture_init (&f);
  if (crops[__i__].regions)
    add_regions (&f, crops[__i__].regions);
  else
    gst_rec_spans_add (&f.spans, 0, NONE, gst_rec_mask_new_whole ());
  if (crops[__i__].width > 0) {
    GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (buffer);

    crop->x = crops[__i__].x;
    crop->y = crops[__i__].y;
    crop->width = crops[__i__].width;
    crop->height = crops[__i__].height;
  }
  gst_rec_mask_set_take_spans (&f.set, &f.spans, 0, 1);
  fail_unless (gst_rec_mask_set_draw (&f.set, &info, buffer));
  expect_rect (buffer, &crops[__i__].wanted);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_sets_are_joined_and_compared)
{
  Fixture a, b;
  guint first_id, second_id;

  fixture_init (&a);
  fixture_init (&b);
  first_id = add_regions (&a, "0,0,1,1");
  second_id = gst_rec_spans_add (&a.spans, 5, 6, gst_rec_mask_new_whole ());

  fail_unless (gst_rec_mask_set_is_empty (&a.set));
  fail_unless (gst_rec_mask_set_is_equal (&a.set, &b.set));
  gst_rec_mask_set_take_spans (&b.set, &a.spans, 0, 1);
  fail_if (gst_rec_mask_set_is_equal (&a.set, &b.set));
  fail_if (gst_rec_mask_set_is_solid (&b.set));
  gst_rec_mask_set_take_spans (&a.set, &a.spans, 5, 6);
  fail_unless (gst_rec_mask_set_is_solid (&a.set));
  fail_unless (gst_rec_mask_set_has (&a.set, second_id));
  fail_if (gst_rec_mask_set_has (&b.set, second_id));
  gst_rec_mask_set_add (&b.set, &a.set);
  gst_rec_mask_set_add (&b.set, &a.set);
  fail_unless (gst_rec_mask_set_has (&b.set, first_id));
  fail_unless (gst_rec_mask_set_is_equal (&a.set, &b.set));
  b.set.style.padding = 1;
  fail_if (gst_rec_mask_set_is_equal (&a.set, &b.set));
  a.set.style.method = GST_REC_COVER_BLUR;
  fail_if (gst_rec_mask_set_is_solid (&a.set));
  gst_rec_mask_set_swap (&a.set, &b.set);
  fail_unless (gst_rec_mask_set_is_solid (&a.set));
  fixture_clear (&a);
  fixture_clear (&b);
}

GST_END_TEST;

static Suite *
maskset_suite (void)
{
  Suite *s = suite_create ("maskset");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_regions_are_those_of_the_picture, 0,
      G_N_ELEMENTS (crops));
  tcase_add_test (tc, test_sets_are_joined_and_compared);

  return s;
}

GST_CHECK_MAIN (maskset);
