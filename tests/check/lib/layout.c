/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <math.h>

#include "layout.h"

#define NONE {0, 0, 1, 1}
#define EMPTY {0, 0, 0, 0}
#define FULL_HD {1920, 1080, 1, 1}
#define HD {1280, 720, 1, 1}
#define PORTRAIT {720, 1280, 1, 1}

#define SIDE_BY_SIDE {GST_REC_LAYOUT_SIDE_BY_SIDE, 0, 0.25, 20}
#define PIP(corner) {GST_REC_LAYOUT_PIP, GST_REC_CORNER_ ## corner, 0.25, 20}
#define SCREEN_ONLY {GST_REC_LAYOUT_SCREEN_ONLY, 0, 0.25, 20}
#define WEBCAM_ONLY {GST_REC_LAYOUT_WEBCAM_ONLY, 0, 0.25, 20}

static const struct
{
  const gchar *what;
  GstRecLayoutConfig config;
  GstRecPictureSize output, inputs[GST_REC_N_INPUTS];
  GstRecRect rects[GST_REC_N_INPUTS];
} placements[] = {
  {"halves", SIDE_BY_SIDE, FULL_HD, {FULL_HD, HD},
      {{0, 270, 960, 540}, {960, 270, 960, 540}}},
  {"halves with 4:3 and portrait", SIDE_BY_SIDE, FULL_HD,
      {{1024, 768, 1, 1}, PORTRAIT},
      {{0, 180, 960, 720}, {1136, 0, 608, 1080}}},
  {"halves of an odd output", SIDE_BY_SIDE, {641, 361, 1, 1}, {HD, HD},
      {{0, 90, 320, 180}, {320, 90, 321, 180}}},
  {"no webcam: the screen fills", SIDE_BY_SIDE, FULL_HD, {HD, NONE},
      {{0, 0, 1920, 1080}, EMPTY}},
  {"no screen: the webcam fills", SIDE_BY_SIDE, FULL_HD, {NONE, HD},
      {EMPTY, {0, 0, 1920, 1080}}},
  {"nothing", SIDE_BY_SIDE, FULL_HD, {NONE, NONE}, {EMPTY, EMPTY}},

  {"inset bottom right", PIP (BOTTOM_RIGHT), FULL_HD, {FULL_HD, HD},
      {{0, 0, 1920, 1080}, {1420, 790, 480, 270}}},
  {"inset bottom left", PIP (BOTTOM_LEFT), FULL_HD, {FULL_HD, HD},
      {{0, 0, 1920, 1080}, {20, 790, 480, 270}}},
  {"inset top right", PIP (TOP_RIGHT), FULL_HD, {FULL_HD, HD},
      {{0, 0, 1920, 1080}, {1420, 20, 480, 270}}},
  {"inset top left", PIP (TOP_LEFT), FULL_HD, {FULL_HD, HD},
      {{0, 0, 1920, 1080}, {20, 20, 480, 270}}},
  {"4:3 inset", PIP (TOP_LEFT), FULL_HD, {FULL_HD, {640, 480, 1, 1}},
      {{0, 0, 1920, 1080}, {20, 20, 480, 360}}},
  {"portrait inset has its longer side limited", PIP (BOTTOM_RIGHT), FULL_HD,
      {FULL_HD, PORTRAIT}, {{0, 0, 1920, 1080}, {1630, 580, 270, 480}}},
  {"full-size inset stays inside its margins",
      {GST_REC_LAYOUT_PIP, GST_REC_CORNER_BOTTOM_RIGHT, 1.0, 20}, FULL_HD,
      {FULL_HD, HD}, {{0, 0, 1920, 1080}, {52, 20, 1848, 1040}}},
  {"margin wider than the output",
      {GST_REC_LAYOUT_PIP, GST_REC_CORNER_BOTTOM_RIGHT, 0.25, 4000}, FULL_HD,
      {FULL_HD, HD}, {{0, 0, 1920, 1080}, {0, 0, 2, 2}}},
  {"odd margin", {GST_REC_LAYOUT_PIP, GST_REC_CORNER_TOP_LEFT, 0.25, 21},
      FULL_HD, {FULL_HD, HD}, {{0, 0, 1920, 1080}, {20, 20, 480, 270}}},
  {"pip without webcam", PIP (BOTTOM_RIGHT), FULL_HD, {FULL_HD, NONE},
      {{0, 0, 1920, 1080}, EMPTY}},
  {"pip without screen", PIP (BOTTOM_RIGHT), FULL_HD, {NONE, HD},
      {EMPTY, {0, 0, 1920, 1080}}},

  {"screen alone", SCREEN_ONLY, FULL_HD, {{1024, 768, 1, 1}, HD},
      {{240, 0, 1440, 1080}, EMPTY}},
  {"no screen is no reason to show the webcam", SCREEN_ONLY, FULL_HD,
      {NONE, HD}, {EMPTY, EMPTY}},
  {"webcam alone", WEBCAM_ONLY, FULL_HD, {HD, PORTRAIT},
      {EMPTY, {656, 0, 608, 1080}}},
  {"no webcam is no reason to show the screen", WEBCAM_ONLY, FULL_HD,
      {HD, NONE}, {EMPTY, EMPTY}},

  {"PAL 4:3", SCREEN_ONLY, FULL_HD, {{720, 576, 16, 15}, NONE},
      {{240, 0, 1440, 1080}, EMPTY}},
  {"anamorphic output", SCREEN_ONLY, {1440, 1080, 4, 3}, {FULL_HD, NONE},
      {{0, 0, 1440, 1080}, EMPTY}},
  {"square-looking inset limit in an anamorphic output",
      {GST_REC_LAYOUT_PIP, GST_REC_CORNER_TOP_LEFT, 0.25, 0},
      {1440, 1080, 4, 3}, {FULL_HD, {600, 600, 1, 1}},
      {{0, 0, 1440, 1080}, {0, 0, 360, 480}}},
  {"1366x768 leaves no line free", SCREEN_ONLY, FULL_HD,
      {{1366, 768, 1, 1}, NONE}, {{0, 0, 1920, 1080}, EMPTY}},
  {"odd source in an odd output", SCREEN_ONLY, {641, 361, 1, 1},
      {{641, 361, 1, 1}, NONE}, {{0, 0, 641, 361}, EMPTY}},
  {"a line", SCREEN_ONLY, FULL_HD, {{1920, 1, 1, 1}, NONE},
      {{0, 538, 1920, 2}, EMPTY}},
};

static void
assert_rect (const gchar * what, const GstRecRect * got,
    const GstRecRect * expected)
{
  fail_unless (gst_rec_rect_is_equal (got, expected),
      "%s: got %d,%d %dx%d instead of %d,%d %dx%d", what, got->x, got->y,
      got->width, got->height, expected->x, expected->y, expected->width,
      expected->height);
}

GST_START_TEST (test_inputs_are_placed)
{
  GstRecRect rects[GST_REC_N_INPUTS];

  gst_rec_layout_place (&placements[__i__].config, &placements[__i__].output,
      placements[__i__].inputs, rects);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    assert_rect (placements[__i__].what, &rects[i],
        &placements[__i__].rects[i]);
}

GST_END_TEST;

static const gint lengths[] = { 1, 2, 3, 16, 17, 97, 320, 361, 480, 719, 1080 };

static gboolean
is_whole_chroma (gint edge, gint length)
{
  return edge % 2 == 0 || edge == length;
}

static void
assert_rect_is_sound (const GstRecRect * rect, const GstRecPictureSize * output)
{
  fail_unless (rect->x >= 0 && rect->y >= 0);
  fail_unless (rect->x + rect->width <= output->width);
  fail_unless (rect->y + rect->height <= output->height);
  fail_unless (is_whole_chroma (rect->x, output->width));
  fail_unless (is_whole_chroma (rect->y, output->height));
  fail_unless (is_whole_chroma (rect->x + rect->width, output->width));
  fail_unless (is_whole_chroma (rect->y + rect->height, output->height));
}

/* A side may be off by rounding to 2 pixels, not more. */
static void
assert_aspect_is_kept (const GstRecRect * rect, const GstRecPictureSize * input)
{
  gdouble aspect = (gdouble) input->width / input->height;

  if (rect->width <= 2 || rect->height <= 2)
    return;
  fail_unless (fabs (rect->width - rect->height * aspect) <= 2.01
      || fabs (rect->height - rect->width / aspect) <= 2.01,
      "%dx%d became %dx%d", input->width, input->height, rect->width,
      rect->height);
}

GST_START_TEST (test_any_size_gives_sound_rectangles)
{
  const GstRecLayoutConfig configs[] = {
    SIDE_BY_SIDE, PIP (TOP_LEFT), PIP (BOTTOM_RIGHT), SCREEN_ONLY, WEBCAM_ONLY
  };
  const guint n = G_N_ELEMENTS (lengths);

  for (guint i = 0; i < n * n * n * n; i++) {
    GstRecPictureSize output = { lengths[i % n], lengths[i / n % n], 1, 1 };
    GstRecPictureSize input =
        { lengths[i / n / n % n], lengths[i / n / n / n], 1, 1 };
    GstRecPictureSize inputs[] = { input, input };
    GstRecRect rects[GST_REC_N_INPUTS];

    gst_rec_layout_place (&configs[__i__], &output, inputs, rects);
    for (guint j = 0; j < GST_REC_N_INPUTS; j++) {
      assert_rect_is_sound (&rects[j], &output);
      assert_aspect_is_kept (&rects[j], &input);
    }
  }
}

GST_END_TEST;

static const struct
{
  gint width, height;
  GstRecRect rects[GST_REC_N_INPUTS];
} holes[] = {
  {16, 9, {EMPTY, EMPTY}},
  {16, 9, {{0, 0, 16, 9}, EMPTY}},
  {16, 9, {EMPTY, {0, 0, 16, 9}}},
  {16, 9, {{4, 2, 4, 4}, EMPTY}},
  {16, 9, {{0, 2, 8, 4}, {8, 2, 8, 4}}},
  {16, 9, {{0, 0, 16, 8}, {10, 4, 4, 4}}},
  {16, 9, {{2, 0, 6, 9}, {12, 6, 4, 3}}},
  {16, 9, {{2, 2, 4, 4}, {4, 4, 8, 4}}},
  {17, 9, {{2, 2, 2, 2}, {8, 4, 2, 2}}},
};

static guint
count_covers (const GstRecRect * rects, guint n, gint x, gint y)
{
  guint count = 0;

  for (guint i = 0; i < n; i++)
    count += x >= rects[i].x && x < rects[i].x + rects[i].width
        && y >= rects[i].y && y < rects[i].y + rects[i].height;

  return count;
}

GST_START_TEST (test_uncovered_pixels_are_named_once)
{
  GstRecRect pieces[GST_REC_LAYOUT_MAX_PIECES];
  gint width = holes[__i__].width, height = holes[__i__].height;
  guint n = gst_rec_layout_uncovered (width, height, holes[__i__].rects,
      GST_REC_N_INPUTS, pieces);

  fail_unless (n <= GST_REC_LAYOUT_MAX_PIECES);
  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++) {
      gboolean hole =
          count_covers (holes[__i__].rects, GST_REC_N_INPUTS, x, y) == 0;

      fail_unless_equals_int (count_covers (pieces, n, x, y), hole);
    }
}

GST_END_TEST;

static Suite *
layout_suite (void)
{
  Suite *s = suite_create ("layout");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_inputs_are_placed, 0,
      G_N_ELEMENTS (placements));
  tcase_add_loop_test (tc, test_any_size_gives_sound_rectangles, 0, 5);
  tcase_add_loop_test (tc, test_uncovered_pixels_are_named_once, 0,
      G_N_ELEMENTS (holes));

  return s;
}

GST_CHECK_MAIN (layout);
