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

#define CONFIG(layout, corner, scale, margin, border) \
    {layout, corner, scale, margin, border, 0.1}
#define SIDE_BY_SIDE CONFIG (GST_REC_LAYOUT_SIDE_BY_SIDE, 0, 0.25, 20, 8)
#define STACKED CONFIG (GST_REC_LAYOUT_STACKED, 0, 0.25, 20, 8)
#define PIP_WITH(corner, scale, margin, border) \
    CONFIG (GST_REC_LAYOUT_PIP, GST_REC_CORNER_ ## corner, scale, margin, \
        border)
#define PIP(corner) PIP_WITH (corner, 0.25, 20, 0)
#define SCREEN_ONLY CONFIG (GST_REC_LAYOUT_SCREEN_ONLY, 0, 0.25, 20, 8)
#define WEBCAM_ONLY CONFIG (GST_REC_LAYOUT_WEBCAM_ONLY, 0, 0.25, 20, 8)

static const struct
{
  const gchar *what;
  GstRecLayoutConfig config;
  GstRecPictureSize output, inputs[GST_REC_N_INPUTS];
  GstRecPlacement placement;
} placements[] = {
  {"halves", SIDE_BY_SIDE, FULL_HD, {FULL_HD, HD},
      {{{0, 270, 960, 540}, {960, 270, 960, 540}}, EMPTY}},
  {"halves with 4:3 and portrait", SIDE_BY_SIDE, FULL_HD,
      {{1024, 768, 1, 1}, PORTRAIT},
      {{{0, 180, 960, 720}, {1136, 0, 608, 1080}}, EMPTY}},
  {"halves of an odd output", SIDE_BY_SIDE, {641, 361, 1, 1}, {HD, HD},
      {{{0, 90, 320, 180}, {320, 90, 321, 180}}, EMPTY}},
  {"no webcam: the screen fills", SIDE_BY_SIDE, FULL_HD, {HD, NONE},
      {{{0, 0, 1920, 1080}, EMPTY}, EMPTY}},
  {"no screen: the webcam fills", SIDE_BY_SIDE, FULL_HD, {NONE, HD},
      {{EMPTY, {0, 0, 1920, 1080}}, EMPTY}},
  {"nothing", SIDE_BY_SIDE, FULL_HD, {NONE, NONE}, {{EMPTY, EMPTY}, EMPTY}},

  {"inset bottom right", PIP (BOTTOM_RIGHT), FULL_HD, {FULL_HD, HD},
      {{{0, 0, 1920, 1080}, {1420, 790, 480, 270}}, EMPTY}},
  {"inset bottom left", PIP (BOTTOM_LEFT), FULL_HD, {FULL_HD, HD},
      {{{0, 0, 1920, 1080}, {20, 790, 480, 270}}, EMPTY}},
  {"inset top right", PIP (TOP_RIGHT), FULL_HD, {FULL_HD, HD},
      {{{0, 0, 1920, 1080}, {1420, 20, 480, 270}}, EMPTY}},
  {"inset top left", PIP (TOP_LEFT), FULL_HD, {FULL_HD, HD},
      {{{0, 0, 1920, 1080}, {20, 20, 480, 270}}, EMPTY}},
  {"4:3 inset", PIP (TOP_LEFT), FULL_HD, {FULL_HD, {640, 480, 1, 1}},
      {{{0, 0, 1920, 1080}, {20, 20, 480, 360}}, EMPTY}},
  {"portrait inset has its longer side limited", PIP (BOTTOM_RIGHT), FULL_HD,
      {FULL_HD, PORTRAIT},
      {{{0, 0, 1920, 1080}, {1630, 580, 270, 480}}, EMPTY}},
  {"full-size inset stays inside its margins",
      PIP_WITH (BOTTOM_RIGHT, 1.0, 20, 0), FULL_HD,
      {FULL_HD, HD}, {{{0, 0, 1920, 1080}, {52, 20, 1848, 1040}}, EMPTY}},
  {"margin wider than the output",
      PIP_WITH (BOTTOM_RIGHT, 0.25, 4000, 0), FULL_HD,
      {FULL_HD, HD}, {{{0, 0, 1920, 1080}, {0, 0, 2, 2}}, EMPTY}},
  {"odd margin", PIP_WITH (TOP_LEFT, 0.25, 21, 0),
      FULL_HD, {FULL_HD, HD},
      {{{0, 0, 1920, 1080}, {20, 20, 480, 270}}, EMPTY}},
  {"pip without webcam", PIP (BOTTOM_RIGHT), FULL_HD, {FULL_HD, NONE},
      {{{0, 0, 1920, 1080}, EMPTY}, EMPTY}},
  {"pip without screen", PIP (BOTTOM_RIGHT), FULL_HD, {NONE, HD},
      {{EMPTY, {0, 0, 1920, 1080}}, EMPTY}},

  {"screen alone", SCREEN_ONLY, FULL_HD, {{1024, 768, 1, 1}, HD},
      {{{240, 0, 1440, 1080}, EMPTY}, EMPTY}},
  {"no screen is no reason to show the webcam", SCREEN_ONLY, FULL_HD,
      {NONE, HD}, {{EMPTY, EMPTY}, EMPTY}},
  {"webcam alone", WEBCAM_ONLY, FULL_HD, {HD, PORTRAIT},
      {{EMPTY, {656, 0, 608, 1080}}, EMPTY}},
  {"no webcam is no reason to show the screen", WEBCAM_ONLY, FULL_HD,
      {HD, NONE}, {{EMPTY, EMPTY}, EMPTY}},

  {"PAL 4:3", SCREEN_ONLY, FULL_HD, {{720, 576, 16, 15}, NONE},
      {{{240, 0, 1440, 1080}, EMPTY}, EMPTY}},
  {"anamorphic output", SCREEN_ONLY, {1440, 1080, 4, 3}, {FULL_HD, NONE},
      {{{0, 0, 1440, 1080}, EMPTY}, EMPTY}},
  {"square-looking inset limit in an anamorphic output",
      PIP_WITH (TOP_LEFT, 0.25, 0, 0),
      {1440, 1080, 4, 3}, {FULL_HD, {600, 600, 1, 1}},
      {{{0, 0, 1440, 1080}, {0, 0, 360, 480}}, EMPTY}},
  {"1366x768 leaves no line free", SCREEN_ONLY, FULL_HD,
      {{1366, 768, 1, 1}, NONE}, {{{0, 0, 1920, 1080}, EMPTY}, EMPTY}},
  {"odd source in an odd output", SCREEN_ONLY, {641, 361, 1, 1},
      {{641, 361, 1, 1}, NONE}, {{{0, 0, 641, 361}, EMPTY}, EMPTY}},
  {"a line", SCREEN_ONLY, FULL_HD, {{1920, 1, 1, 1}, NONE},
      {{{0, 538, 1920, 2}, EMPTY}, EMPTY}},

  {"stacked halves", STACKED, FULL_HD, {FULL_HD, HD},
      {{{480, 0, 960, 540}, {480, 540, 960, 540}}, EMPTY}},
  {"stacked, portrait webcam", STACKED, FULL_HD, {FULL_HD, PORTRAIT},
      {{{480, 0, 960, 540}, {808, 540, 304, 540}}, EMPTY}},
  {"stacked in portrait: what the screen leaves is the webcam's", STACKED,
      {1080, 1920, 1, 1}, {FULL_HD, PORTRAIT},
      {{{0, 0, 1080, 608}, {170, 608, 738, 1312}}, EMPTY}},
  {"stacked in portrait: what the webcam leaves is the screen's", STACKED,
      {1080, 1920, 1, 1}, {PORTRAIT, FULL_HD},
      {{{170, 0, 738, 1312}, {0, 1312, 1080, 608}}, EMPTY}},
  {"stacked in portrait: room for both and more", STACKED,
      {1080, 1920, 1, 1}, {FULL_HD, HD},
      {{{0, 176, 1080, 608}, {0, 1136, 1080, 608}}, EMPTY}},
  {"stacked in an odd output", STACKED, {361, 641, 1, 1}, {HD, PORTRAIT},
      {{{0, 0, 361, 204}, {56, 204, 246, 437}}, EMPTY}},
  {"stacked without webcam", STACKED, FULL_HD, {HD, NONE},
      {{{0, 0, 1920, 1080}, EMPTY}, EMPTY}},
  {"stacked without screen", STACKED, FULL_HD, {NONE, HD},
      {{EMPTY, {0, 0, 1920, 1080}}, EMPTY}},

  {"border inside the margin", PIP_WITH (BOTTOM_RIGHT, 0.25, 20, 4), FULL_HD,
      {FULL_HD, HD}, {{{0, 0, 1920, 1080}, {1416, 786, 480, 270}},
        {1412, 782, 488, 278}}},
  {"odd border is widened", PIP_WITH (TOP_LEFT, 0.25, 20, 3), FULL_HD,
      {FULL_HD, HD}, {{{0, 0, 1920, 1080}, {24, 24, 480, 270}},
        {20, 20, 488, 278}}},
  {"border without room for more than a bit of webcam",
      PIP_WITH (TOP_LEFT, 0.25, 0, 200), {64, 36, 1, 1}, {HD, HD},
      {{{0, 0, 64, 36}, {16, 16, 8, 4}}, {0, 0, 40, 36}}},
  {"no webcam, no border", PIP_WITH (TOP_LEFT, 0.25, 20, 4), FULL_HD,
      {FULL_HD, NONE}, {{{0, 0, 1920, 1080}, EMPTY}, EMPTY}},

  {"waveform below the screen", SCREEN_ONLY, FULL_HD,
      {FULL_HD, NONE, {512, 100, 1, 1}},
      {{{96, 0, 1728, 972}, EMPTY, {0, 972, 1920, 108}}, EMPTY}},
  {"waveform below halves", SIDE_BY_SIDE, FULL_HD, {HD, HD, {9, 9, 4, 1}},
      {{{0, 216, 960, 540}, {960, 216, 960, 540}, {0, 972, 1920, 108}}, EMPTY}},
  {"waveform below the inset", PIP_WITH (BOTTOM_RIGHT, 0.25, 20, 4), FULL_HD,
      {FULL_HD, HD, HD}, {{{96, 0, 1728, 972}, {1416, 678, 480, 270},
          {0, 972, 1920, 108}}, {1412, 674, 488, 278}}},
  {"waveform below a stack", STACKED, {1080, 1920, 1, 1},
      {FULL_HD, PORTRAIT, HD}, {{{0, 0, 1080, 608}, {224, 608, 630, 1120},
          {0, 1728, 1080, 192}}, EMPTY}},
  {"waveform alone keeps its place", WEBCAM_ONLY, {641, 361, 1, 1},
      {HD, NONE, HD}, {{EMPTY, EMPTY, {0, 324, 641, 37}}, EMPTY}},
  {"no room for a waveform", SCREEN_ONLY, {64, 3, 1, 1}, {HD, NONE, HD},
      {{{28, 0, 6, 3}, EMPTY, EMPTY}, EMPTY}},
};

static void
assert_rect (const gchar * what, const GstRecRect * got,
    const GstRecRect * expected)
{
  if (!gst_rec_rect_is_equal (got, expected))
    fail ("%s: got %d,%d %dx%d instead of %d,%d %dx%d", what, got->x, got->y,
        got->width, got->height, expected->x, expected->y, expected->width,
        expected->height);
}

GST_START_TEST (test_inputs_are_placed)
{
  const GstRecPlacement *expected = &placements[__i__].placement;
  GstRecPlacement placement;

  gst_rec_layout_place (&placements[__i__].config, &placements[__i__].output,
      placements[__i__].inputs, &placement);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    assert_rect (placements[__i__].what, &placement.rects[i],
        &expected->rects[i]);
  assert_rect (placements[__i__].what, &placement.border, &expected->border);
}

GST_END_TEST;

static const gint lengths[] = { 1, 2, 3, 16, 17, 97, 320, 361, 480, 719, 1080 };

/* fail_unless() notes every call, which takes a minute for all of these. */
static void
check (gboolean condition)
{
  if (!condition)
    fail ("A rectangle is not sound");
}

static gboolean
is_whole_chroma (gint edge, gint length)
{
  return edge % 2 == 0 || edge == length;
}

static void
assert_rect_is_sound (const GstRecRect * rect, const GstRecPictureSize * output)
{
  check (rect->x >= 0 && rect->y >= 0);
  check (rect->x + rect->width <= output->width);
  check (rect->y + rect->height <= output->height);
  check (is_whole_chroma (rect->x, output->width));
  check (is_whole_chroma (rect->y, output->height));
  check (is_whole_chroma (rect->x + rect->width, output->width));
  check (is_whole_chroma (rect->y + rect->height, output->height));
}

/* A side may be off by rounding to 2 pixels, not more. */
static void
assert_aspect_is_kept (const GstRecRect * rect, const GstRecPictureSize * input)
{
  gdouble aspect = (gdouble) input->width / input->height;

  if (rect->width <= 2 || rect->height <= 2)
    return;
  if (fabs (rect->width - rect->height * aspect) > 2.01
      && fabs (rect->height - rect->width / aspect) > 2.01)
    fail ("%dx%d became %dx%d", input->width, input->height, rect->width,
        rect->height);
}

static void
assert_is_disjoint (const GstRecRect * a, const GstRecRect * b)
{
  GstRecRect both = gst_rec_rect_intersect (a, b);

  if (!gst_rec_rect_is_empty (&both))
    fail ("%dx%d pixels twice", both.width, both.height);
}

static void
assert_placement_is_sound (const GstRecPlacement * placement,
    const GstRecPictureSize * output, const GstRecPictureSize * input,
    gboolean is_pip)
{
  const GstRecRect *rects = placement->rects, *border = &placement->border;
  const GstRecRect *webcam = &rects[GST_REC_INPUT_WEBCAM];

  assert_rect_is_sound (border, output);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    assert_rect_is_sound (&rects[i], output);
    if (i != GST_REC_INPUT_WAVEFORM) {
      assert_aspect_is_kept (&rects[i], input);
      assert_is_disjoint (&rects[i], &rects[GST_REC_INPUT_WAVEFORM]);
    }
  }
  assert_is_disjoint (border, &rects[GST_REC_INPUT_WAVEFORM]);
  if (!is_pip)
    assert_is_disjoint (webcam, &rects[GST_REC_INPUT_SCREEN]);
  if (gst_rec_rect_is_empty (border))
    return;

  /* As wide on each side */
  gint width = webcam->x - border->x;
  const GstRecRect outer = { webcam->x - width, webcam->y - width,
    webcam->width + 2 * width, webcam->height + 2 * width
  };

  check (width > 0);
  assert_rect ("border", border, &outer);
}

static const GstRecLayoutConfig any_size_configs[] = {
  SIDE_BY_SIDE, STACKED, PIP (TOP_LEFT), PIP (BOTTOM_RIGHT),
  PIP_WITH (BOTTOM_RIGHT, 0.5, 3, 5), SCREEN_ONLY, WEBCAM_ONLY
};

/* Every combination of sides, without a waveform and with one. */
GST_START_TEST (test_any_size_gives_sound_rectangles)
{
  const GstRecLayoutConfig *config = &any_size_configs[__i__];
  const guint n = G_N_ELEMENTS (lengths);

  for (guint i = 0; i < 2 * n * n * n * n; i++) {
    GstRecPictureSize output = { lengths[i % n], lengths[i / n % n], 1, 1 };
    GstRecPictureSize input =
        { lengths[i / n / n % n], lengths[i / n / n / n % n], 1, 1 };
    GstRecPictureSize inputs[GST_REC_N_INPUTS] = { input, input };
    GstRecPlacement placement;

    if (i >= n * n * n * n)
      inputs[GST_REC_INPUT_WAVEFORM] = input;
    gst_rec_layout_place (config, &output, inputs, &placement);
    assert_placement_is_sound (&placement, &output, &input,
        config->layout == GST_REC_LAYOUT_PIP);
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
  tcase_add_loop_test (tc, test_any_size_gives_sound_rectangles, 0,
      G_N_ELEMENTS (any_size_configs));

  return s;
}

GST_CHECK_MAIN (layout);
