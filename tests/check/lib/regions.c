/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "regions.h"

/* Text of all rectangles in a picture, "" for none. */
static gchar *
place_all (const GstRecRegions * regions, gint reference_width,
    gint reference_height, gint width, gint height)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < gst_rec_regions_get_n (regions); i++) {
    GstVideoRectangle r;

    if (gst_rec_regions_place (regions, i, reference_width, reference_height,
            width, height, &r))
      g_string_append_printf (text, "%d,%d %dx%d;", r.x, r.y, r.w, r.h);
  }

  return g_string_free (text, FALSE);
}

static const struct
{
  const gchar *text;
  gint reference_width, reference_height, width, height;
  const gchar *wanted;
} placed[] = {
  {NULL, 640, 480, 640, 480, ""},
  {"", 640, 480, 640, 480, ""},
  {" ", 640, 480, 640, 480, ""},
  {"1,2,3,4", 640, 480, 640, 480, "1,2 3x4;"},
  {" 1 , 2,3 ,4 ; 5,6,7,8 ;", 640, 480, 640, 480, "1,2 3x4;5,6 7x8;"},
  /* moved with the size, outward */
  {"1,2,3,4", 640, 480, 1280, 960, "2,4 6x8;"},
  {"1,2,3,4", 640, 480, 320, 240, "0,1 2x2;"},
  {"1,2,3,4", 640, 480, 960, 480, "1,2 5x4;"},
  {"639,479,1,1", 640, 480, 64, 48, "63,47 1x1;"},
  {"100,100,50,50", 1920, 1080, 1366, 768, "71,71 36x36;"},
  /* clipped */
  {"-5,-6,10,10", 640, 480, 640, 480, "0,0 5x4;"},
  {"630,470,100,100", 640, 480, 640, 480, "630,470 10x10;"},
  {"640,0,1,1;0,480,1,1;-1,0,1,1", 640, 480, 640, 480, ""},
  {"-1000000,-1000000,1000000,1000000", 640, 480, 640, 480, ""},
  {"0,0,1000000,1000000", 1, 1, 32767, 32767, "0,0 32767x32767;"},
  /* fractions do not care for the reference */
  {"0.5,0.5,0.5,0.5", 1, 1, 640, 480, "320,240 320x240;"},
  {"0,0,1,1.0", 1, 1, 641, 481, "0,0 641x481;"},
  {"0.,.0,.5,1", 1, 1, 641, 481, "0,0 321x481;"},
  {"0.1,0.1,0.8,0.8", 1, 1, 10, 10, "1,1 8x8;"},
  {"0.7,0.7,0.1,0.2", 1, 1, 1000, 1000, "700,700 100x200;"},
  {"0.333,0.333,0.001,0.001", 1, 1, 100, 100, "33,33 1x1;"},
  {"0.9,0.9,0.5,0.5", 1, 1, 100, 100, "90,90 10x10;"},
  {"1.0,1,0.5,0.5", 1, 1, 100, 100, ""},
  /* one of each */
  {"0.5,0,0.5,1;1,1,1,1", 10, 10, 20, 20, "10,0 10x20;2,2 2x2;"},
  /* the smallest is there */
  {"0,0,1,1", 1000000, 1000000, 16, 16, "0,0 1x1;"},
  {"0.0000001,0,0.0000001,1", 1, 1, 16, 16, "0,0 1x16;"},
};

GST_START_TEST (test_regions_are_placed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecRegions) regions =
      gst_rec_regions_parse (placed[__i__].text, &error);
  g_autofree gchar *text = NULL;

  fail_unless (regions != NULL, "%s: %s", placed[__i__].text,
      error ? error->message : NULL);
  text = place_all (regions, placed[__i__].reference_width,
      placed[__i__].reference_height, placed[__i__].width,
      placed[__i__].height);
  fail_unless_equals_string (text, placed[__i__].wanted);
}

GST_END_TEST;

static const gchar *const bad[] = {
  ";", "1", "1,2,3", "1,2,3,4,5", "1,2,3,", ",,,", "a,b,c,d", "1 2 3 4",
  "1,2,3,4:5,6,7,8", "1,2,3,4;;5,6,7,8", "1,2,3,4;x",
  /* nothing to hide is a mistake */
  "1,2,0,4", "1,2,3,0", "1,2,-3,4", "0.1,0.1,0.0,0.1",
  /* pixels or fractions? */
  "100,0.5,200,0.5", "0.5,0.5,1.5,0.5", "-0.1,0,0.5,0.5", "1.5,0,1,1",
  /* what strtod reads, too */
  "1e1,2,3,4", "0x1,2,3,4", "nan,2,3,4", "inf,2,3,4", "+1,2,3,4", "1.2.3,0,1,1",
  "--1,2,3,4", "-,2,3,4", ".,0,1,1", "1,2,3,4 5", "1_0,2,3,4",
  "1000001,0,1,1", "0,0,1000001,1",
  "99999999999999999999999999,0,1,1", "0.00000000000000000000000001,0,1,1",
};

GST_START_TEST (test_bad_text_is_refused_as_a_whole)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *behind_good = g_strdup_printf ("1,2,3,4;%s;5,6,7,8",
      bad[__i__]);

  fail_unless (gst_rec_regions_parse (bad[__i__], &error) == NULL, "%s",
      bad[__i__]);
  fail_unless (g_error_matches (error, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_SETTINGS));
  fail_unless (strlen (error->message) > 20);
  fail_unless (gst_rec_regions_parse (behind_good, NULL) == NULL, "%s",
      behind_good);
}

GST_END_TEST;

GST_START_TEST (test_number_of_regions_is_bounded)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GstRecRegions) regions = NULL;

  for (guint i = 0; i < GST_REC_REGIONS_MAX; i++)
    g_string_append (text, "1,2,3,4;");
  regions = gst_rec_regions_parse (text->str, NULL);
  fail_unless (regions != NULL);
  fail_unless_equals_int (gst_rec_regions_get_n (regions),
      GST_REC_REGIONS_MAX);
  g_string_append (text, "1,2,3,4");
  fail_unless (gst_rec_regions_parse (text->str, NULL) == NULL);
  g_string_free (text, TRUE);
}

GST_END_TEST;

static const struct
{
  GstVideoRectangle rect;
  gint padding, align_x, align_y, width, height;
  GstVideoRectangle wanted;     /* empty: outside */
} covered[] = {
  {{1, 1, 1, 1}, 0, 1, 1, 9, 9, {1, 1, 1, 1}},
  {{1, 1, 1, 1}, 0, 2, 2, 9, 9, {0, 0, 2, 2}},
  {{3, 3, 2, 2}, 0, 2, 2, 9, 9, {2, 2, 4, 4}},
  {{3, 3, 2, 2}, 0, 2, 1, 9, 9, {2, 3, 4, 2}},
  {{3, 5, 2, 2}, 0, 2, 4, 9, 9, {2, 4, 4, 4}},
  /* the last chroma sample of an odd size covers one pixel */
  {{8, 8, 1, 1}, 0, 2, 2, 9, 9, {8, 8, 1, 1}},
  {{7, 7, 1, 1}, 0, 2, 2, 9, 9, {6, 6, 2, 2}},
  {{3, 3, 2, 2}, 1, 2, 2, 9, 9, {2, 2, 4, 4}},
  {{3, 3, 2, 2}, 2, 2, 2, 9, 9, {0, 0, 8, 8}},
  {{3, 3, 2, 2}, 200, 2, 2, 9, 9, {0, 0, 9, 9}},
  {{9, 0, 5, 5}, 0, 2, 2, 9, 9, {8, 0, 1, 6}},
  {{10, 0, 5, 5}, 0, 2, 2, 9, 9, {0, 0, 0, 0}},
  {{10, 0, 5, 5}, 2, 2, 2, 9, 9, {8, 0, 1, 8}},
  {{-9, -9, 5, 5}, 0, 2, 2, 9, 9, {0, 0, 0, 0}},
};

GST_START_TEST (test_rectangles_cover_whole_samples)
{
  GstVideoRectangle rect = covered[__i__].rect;
  const GstVideoRectangle *wanted = &covered[__i__].wanted;
  gboolean is_there = gst_rec_rectangle_cover (&rect, covered[__i__].padding,
      covered[__i__].align_x, covered[__i__].align_y, covered[__i__].width,
      covered[__i__].height);

  fail_unless_equals_int (is_there, wanted->w > 0);
  if (is_there)
    fail_unless (memcmp (&rect, wanted, sizeof (rect)) == 0, "%d,%d %dx%d",
        rect.x, rect.y, rect.w, rect.h);
}

GST_END_TEST;

static Suite *
regions_suite (void)
{
  Suite *s = suite_create ("regions");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_regions_are_placed, 0, G_N_ELEMENTS (placed));
  tcase_add_loop_test (tc, test_bad_text_is_refused_as_a_whole, 0,
      G_N_ELEMENTS (bad));
  tcase_add_test (tc, test_number_of_regions_is_bounded);
  tcase_add_loop_test (tc, test_rectangles_cover_whole_samples, 0,
      G_N_ELEMENTS (covered));

  return s;
}

GST_CHECK_MAIN (regions);
