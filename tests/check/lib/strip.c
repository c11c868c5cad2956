/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "strip.h"

#define BACKGROUND 0x11111111
#define COLOR(band) (0xaa000000 + (band))
#define GUARD 0xdead0000

static void
assert_shared_is_alike (GstRecStrip * strip, guint width, guint height,
    const guint32 * pixels, gsize stride)
{
  GstMapInfo map;
  gboolean has_changed;
  gsize shared_stride;
  GstMemory *memory = gst_rec_strip_share (strip, &shared_stride,
      &has_changed);

  fail_if (has_changed);        /* since it was drawn */
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_unless (map.size >= (height - 1) * shared_stride + width * 4);
  for (guint y = 0; y < height; y++)
    fail_unless (memcmp (map.data + y * shared_stride, pixels + y * stride,
            width * 4) == 0);
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);
}

/* The picture as text: a digit is the band whose colour it is. Lines have
 * `padding` words after them, which nothing may touch. */
static gchar *
draw (GstRecStrip * strip, guint width, guint height, guint padding,
    gboolean * has_changed)
{
  gsize stride = width + padding;
  g_autofree guint32 *pixels = g_new (guint32, stride * height);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < stride * height; i++)
    pixels[i] = GUARD;
  *has_changed = gst_rec_strip_draw (strip, (guint8 *) pixels,
      stride * sizeof (guint32));
  assert_shared_is_alike (strip, width, height, pixels, stride);
  for (guint y = 0; y < height; y++) {
    for (guint x = 0; x < width; x++) {
      guint32 pixel = pixels[y * stride + x];

      if (pixel == BACKGROUND)
        g_string_append_c (text, '.');
      else if (pixel >= COLOR (0) && pixel <= COLOR (9))
        g_string_append_c (text, '0' + pixel - COLOR (0));
      else
        g_string_append_c (text, '?');
    }
    for (guint x = width; x < stride; x++)
      fail_unless_equals_int (pixels[y * stride + x], GUARD);
    g_string_append_c (text, y + 1 < height ? '|' : '\0');
  }

  return g_string_free (text, FALSE);
}

static GstRecStrip *
new_strip (guint width, guint height, guint n_bands)
{
  GstRecStrip *strip = gst_rec_strip_new (width, height, n_bands);
  guint32 colors[10];

  for (guint i = 0; i < n_bands; i++)
    colors[i] = COLOR (i);
  gst_rec_strip_set_colors (strip, BACKGROUND, colors);

  return strip;
}

/* One picture of what was added; a column is added for each pair. */
static const struct
{
  guint width, height, n_bands;
  gdouble gain;
  guint n;
  GstRecPeak peaks[8];
  const gchar *picture;
} pictures[] = {
  {4, 3, 1, 1.0, 0, {}, "....|0000|...."},
  {4, 3, 1, 1.0, 1, {{-32768, 32767}}, "...0|0000|...0"},
  {4, 3, 1, 1.0, 2, {{-32768, 0}, {0, 32767}}, "...0|0000|..0."},
  {4, 5, 1, 1.0, 3, {{-16384, 0}, {0, 16384}, {-300, 300}},
      "....|..0.|0000|.0..|...."},
  {4, 5, 1, 10.0, 1, {{-1638, 16384}}, "...0|...0|0000|...0|...."},
  /* sound that is off the middle is drawn from there */
  {4, 5, 1, 1.0, 1, {{16384, 32767}}, "...0|...0|0000|....|...."},
  /* the newest at the right, the oldest gone */
  {2, 3, 1, 1.0, 3, {{0, 32767}, {-32768, 0}, {0, 0}}, "..|00|0."},
  {1, 3, 1, 1.0, 2, {{0, 0}, {0, 32767}}, "0|0|."},
  {2, 6, 2, 1.0, 1, {{0, 32767}, {-32768, 0}}, ".0|00|..|..|11|.1"},
  {2, 4, 2, 1.0, 1, {{0, 32767}, {-32768, 0}}, "00|..|11|.1"},
  {1, 7, 2, 1.0, 0, {}, ".|0|.|.|1|.|."},
  /* more bands than lines, and as many */
  {1, 1, 2, 1.0, 0, {}, "1"},
  {1, 2, 2, 1.0, 1, {{-32768, 32767}, {0, 0}}, "0|1"},
};

GST_START_TEST (test_peaks_become_bars)
{
  const guint width = pictures[__i__].width, height = pictures[__i__].height;
  const guint n_bands = pictures[__i__].n_bands;

  for (guint padding = 0; padding <= 3; padding++) {
    g_autoptr (GstRecStrip) strip = new_strip (width, height, n_bands);
    g_autofree gchar *picture = NULL;
    gboolean has_changed;

    gst_rec_strip_set_gain (strip, pictures[__i__].gain);
    for (guint i = 0; i < pictures[__i__].n; i++)
      gst_rec_strip_add (strip, pictures[__i__].peaks + i * n_bands, 1);
    picture = draw (strip, width, height, padding, &has_changed);
    fail_unless_equals_string (picture, pictures[__i__].picture);
  }
}

GST_END_TEST;

/* In a strip of four columns. */
static const struct
{
  const gchar *what;
  gint16 max;
  guint n;
  gboolean has_changed;
  const gchar *picture;
} steps[] = {
  {"the first picture", 0, 0, TRUE, "....|0000|...."},
  {"nothing came", 0, 0, FALSE, "....|0000|...."},
  {"silence into silence", 0, 3, FALSE, "....|0000|...."},
  {"sound", 32767, 1, TRUE, "...0|0000|...."},
  {"nothing came after sound", 0, 0, FALSE, "...0|0000|...."},
  {"it scrolls", 0, 2, TRUE, ".0..|0000|...."},
  {"it is about to go", 0, 1, TRUE, "0...|0000|...."},
  {"it goes", 0, 1, TRUE, "....|0000|...."},
  {"it has gone", 0, 1, FALSE, "....|0000|...."},
  {"sound for as long as the strip", 32767, 4, TRUE, "0000|0000|...."},
  {"sound that does not change", 32767, 3, FALSE, "0000|0000|...."},
  {"silence for longer than the strip", 0, 5, TRUE, "....|0000|...."},
  {"sound that is less than a line", 300, 2, FALSE, "....|0000|...."},
  {"silence for a year", 0, G_MAXUINT, FALSE, "....|0000|...."},
};

GST_START_TEST (test_pictures_that_are_alike_are_known)
{
  g_autoptr (GstRecStrip) strip = new_strip (4, 3, 1);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    const GstRecPeak peak = { 0, steps[i].max };
    g_autofree gchar *picture = NULL;
    gboolean has_changed;

    if (steps[i].n > 0)
      gst_rec_strip_add (strip, &peak, steps[i].n);
    picture = draw (strip, 4, 3, 0, &has_changed);
    fail_unless_equals_string (picture, steps[i].picture);
    fail_unless (has_changed == steps[i].has_changed, "%s", steps[i].what);
  }
}

GST_END_TEST;

/* A picture that was left out does not count as the last one. */
GST_START_TEST (test_what_was_not_drawn_counts)
{
  const GstRecPeak loud = { 0, 32767 }, silence = { 0, 0 };
  g_autoptr (GstRecStrip) strip = new_strip (4, 3, 1);
  gboolean has_changed;

  g_free (draw (strip, 4, 3, 0, &has_changed));
  gst_rec_strip_add (strip, &loud, 4);
  g_free (draw (strip, 4, 3, 0, &has_changed));
  /* two steps of silence, drawn once: the second alone would not have moved */
  gst_rec_strip_add (strip, &silence, 4);
  gst_rec_strip_add (strip, &silence, 1);
  g_free (draw (strip, 4, 3, 0, &has_changed));
  fail_unless (has_changed);
  gst_rec_strip_add (strip, &silence, 1);
  g_free (draw (strip, 4, 3, 0, &has_changed));
  fail_if (has_changed);
}

GST_END_TEST;

GST_START_TEST (test_new_colours_repaint_all)
{
  const GstRecPeak loud = { 0, 32767 };
  const guint32 other = COLOR (7);
  g_autoptr (GstRecStrip) strip = new_strip (4, 3, 1);
  g_autofree gchar *picture = NULL;
  gboolean has_changed;

  gst_rec_strip_add (strip, &loud, 1);
  g_free (draw (strip, 4, 3, 0, &has_changed));
  gst_rec_strip_set_colors (strip, BACKGROUND, &other);
  picture = draw (strip, 4, 3, 0, &has_changed);
  fail_unless (has_changed);
  fail_unless_equals_string (picture, "...7|7777|....");
  gst_rec_strip_set_colors (strip, BACKGROUND, &other);
  g_free (draw (strip, 4, 3, 0, &has_changed));
  fail_if (has_changed);
}

GST_END_TEST;

static Suite *
strip_suite (void)
{
  Suite *s = suite_create ("strip");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_peaks_become_bars, 0,
      G_N_ELEMENTS (pictures));
  tcase_add_test (tc, test_pictures_that_are_alike_are_known);
  tcase_add_test (tc, test_what_was_not_drawn_counts);
  tcase_add_test (tc, test_new_colours_repaint_all);

  return s;
}

GST_CHECK_MAIN (strip);
