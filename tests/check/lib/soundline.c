/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "soundline.h"

#define RATE 1000               /* a frame is a millisecond */
#define NONE (-1)
#define HOURS (60 * 60 * 1000)

/* Blocks on one line, times in ms. */
typedef struct
{
  gint64 at;                    /* NONE: no timestamp */
  guint n;
  gboolean discont;
  guint64 silence;              /* expected, in frames */
  guint skip;
} Block;

static const struct
{
  const gchar *what;
  Block blocks[6];
} lines[] = {
  {"blocks that follow each other",
      {{5000, 100, 1, 0, 0}, {5100, 100, 0, 0, 0}, {5200, 7, 0, 0, 0}}},
  {"times that tremble",
      {{0, 100, 0, 0, 0}, {130, 100, 0, 0, 0}, {170, 100, 0, 0, 0},
          {300, 100, 0, 0, 0}}},
  {"a tremble that is flagged is a hole",
      {{0, 100, 0, 0, 0}, {103, 100, 1, 3, 0}, {203, 100, 0, 0, 0}}},
  {"a hole", {{0, 100, 0, 0, 0}, {140, 100, 0, 40, 0}, {240, 100, 0, 0, 0}}},
  {"some of it twice",
      {{0, 100, 0, 0, 0}, {50, 100, 0, 0, 50}, {150, 100, 0, 0, 0}}},
  {"all of it twice, in small blocks",
      {{0, 100, 0, 0, 0}, {0, 40, 0, 0, 40}, {40, 40, 0, 0, 40},
          {80, 40, 0, 0, 20}, {120, 40, 0, 0, 0}}},
  {"before the start",
      {{1000, 100, 0, 0, 0}, {500, 400, 0, 0, 400}, {900, 300, 0, 0, 200},
          {1200, 1, 0, 0, 0}}},
  {"twice, then a hole",
      {{0, 100, 0, 0, 0}, {0, 40, 0, 0, 40}, {500, 40, 0, 400, 0}}},
  {"no timestamps", {{NONE, 100, 0, 0, 0}, {NONE, 100, 0, 0, 0},
          {200, 100, 0, 0, 0}, {NONE, 100, 0, 0, 0}, {450, 100, 0, 50, 0}}},
  {"a day", {{0, 100, 0, 0, 0}, {24 * HOURS, 100, 0, 24 * HOURS - 100, 0}}},
  {"more than a day is no hole",
      {{0, 100, 0, 0, 0}, {25 * HOURS, 100, 0, 0, 0},
          {25 * HOURS + 100, 100, 0, 0, 0},
          {25 * HOURS + 300, 100, 0, 100, 0}}},
};

GST_START_TEST (test_blocks_are_placed)
{
  GstRecSoundLine line = { 0 };
  guint64 frames = 0;

  gst_rec_sound_line_set_rate (&line, RATE);
  for (const Block * b = lines[__i__].blocks; b->n; b++) {
    guint skip;
    guint64 silence = gst_rec_sound_line_place (&line,
        b->at == NONE ? GST_CLOCK_TIME_NONE : (guint64) b->at * GST_MSECOND,
        b->n, b->discont, &skip);

    fail_unless (silence == b->silence && skip == b->skip,
        "%s, block at %" G_GINT64_FORMAT ": %" G_GUINT64_FORMAT " missing, "
        "%u skipped", lines[__i__].what, b->at, silence, skip);
    frames += silence + b->n - skip;
    fail_unless_equals_uint64 (line.frames, frames);
  }
  gst_rec_sound_line_clear (&line);
}

GST_END_TEST;

GST_START_TEST (test_a_line_may_begin_before_its_sound)
{
  GstRecSoundLine line = { 0 };
  guint skip;

  gst_rec_sound_line_begin (&line, 0);
  gst_rec_sound_line_set_rate (&line, RATE);
  fail_unless_equals_uint64 (gst_rec_sound_line_place (&line, GST_SECOND, 1,
          TRUE, &skip), 1000);
  gst_rec_sound_line_restart (&line);
  fail_unless_equals_uint64 (gst_rec_sound_line_place (&line, GST_SECOND, 1,
          FALSE, &skip), 0);
  gst_rec_sound_line_clear (&line);
}

GST_END_TEST;

GST_START_TEST (test_gaps_are_filled)
{
  GstRecSoundLine line = { 0 };
  guint skip;

  gst_rec_sound_line_set_rate (&line, RATE);
  fail_unless_equals_uint64 (gst_rec_sound_line_place (&line, GST_SECOND, 100,
          TRUE, &skip), 0);
  fail_unless_equals_uint64 (gst_rec_sound_line_fill (&line,
          1500 * GST_MSECOND), 400);
  fail_unless_equals_uint64 (gst_rec_sound_line_fill (&line,
          1200 * GST_MSECOND), 0);
  fail_unless_equals_uint64 (gst_rec_sound_line_get_end (&line),
      1500 * GST_MSECOND);
  /* what comes into the gap after all is late, to the frame */
  fail_unless_equals_uint64 (gst_rec_sound_line_place (&line,
          1490 * GST_MSECOND, 100, FALSE, &skip), 0);
  fail_unless_equals_int (skip, 10);
  gst_rec_sound_line_clear (&line);
}

GST_END_TEST;

GST_START_TEST (test_another_rate_keeps_the_time)
{
  GstRecSoundLine line = { 0 };
  guint skip;

  gst_rec_sound_line_set_rate (&line, 48000);
  gst_rec_sound_line_place (&line, 0, 48000, TRUE, &skip);
  gst_rec_sound_line_set_rate (&line, 44100);
  fail_unless_equals_uint64 (gst_rec_sound_line_get_end (&line), GST_SECOND);
  fail_unless_equals_uint64 (gst_rec_sound_line_place (&line, GST_SECOND,
          44100, FALSE, &skip), 0);
  fail_unless_equals_int (skip, 0);
  fail_unless_equals_uint64 (gst_rec_sound_line_get_end (&line),
      2 * GST_SECOND);
  gst_rec_sound_line_clear (&line);
}

GST_END_TEST;

/* Timestamps rounded down to ns, for ten minutes. */
GST_START_TEST (test_rounding_does_not_add_up)
{
  const guint n = 1023;
  GstRecSoundLine line = { 0 };

  gst_rec_sound_line_set_rate (&line, 44100);
  for (guint64 frames = 0; frames < 600 * 44100; frames += n) {
    guint skip;

    fail_unless_equals_uint64 (gst_rec_sound_line_place (&line,
            gst_util_uint64_scale (frames, GST_SECOND, 44100), n, FALSE,
            &skip), 0);
    fail_unless_equals_int (skip, 0);
  }
  gst_rec_sound_line_clear (&line);
}

GST_END_TEST;

static Suite *
soundline_suite (void)
{
  Suite *s = suite_create ("soundline");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_blocks_are_placed, 0, G_N_ELEMENTS (lines));
  tcase_add_test (tc, test_a_line_may_begin_before_its_sound);
  tcase_add_test (tc, test_gaps_are_filled);
  tcase_add_test (tc, test_another_rate_keeps_the_time);
  tcase_add_test (tc, test_rounding_does_not_add_up);

  return s;
}

GST_CHECK_MAIN (soundline);
