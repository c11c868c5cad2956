/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <math.h>

#include "peaks.h"

#define MAX_COLUMNS 64
#define MAX_BANDS 3

typedef struct
{
  guint n_bands;
  guint64 n;
  GstRecPeak peaks[MAX_COLUMNS][MAX_BANDS];
} Columns;

static void
collect (const GstRecPeak * bands, guint64 n, gpointer user_data)
{
  Columns *columns = user_data;

  for (; n > 0; n--, columns->n++) {
    fail_unless (columns->n < MAX_COLUMNS);
    for (guint b = 0; b < columns->n_bands; b++)
      columns->peaks[columns->n][b] = bands[b];
  }
}

static GstRecPeaks *
new_peaks (Columns * columns, GstAudioFormat format, gint rate, gint channels,
    gboolean split, guint64 column_n, guint64 column_d)
{
  GstAudioInfo info;
  GstRecPeaks *peaks;

  gst_audio_info_set_format (&info, format, rate, channels, NULL);
  *columns = (Columns) {
  0};
  peaks = gst_rec_peaks_new (&info, split, column_n, column_d, collect,
      columns);
  columns->n_bands = gst_rec_peaks_get_n_bands (peaks);

  return peaks;
}

static void
assert_peak (const Columns * columns, guint column, guint band, gint min,
    gint max)
{
  GstRecPeak peak = columns->peaks[column][band];

  fail_unless (peak.min == min && peak.max == max,
      "column %u, band %u: %d,%d instead of %d,%d", column, band, peak.min,
      peak.max, min, max);
}

/* --- Formats --- */

/* Four frames of two channels, a column of each format. */
static const gint16 s16[] = { 1, -1, 300, -32768, -300, 32767, 7, 0 };
static const gint32 s32[] = { 1 << 16, -1, 300 << 16, G_MININT32,
  -300 * 65536, G_MAXINT32, 7 << 16, 0
};
static const gfloat f32[] = { 1 / 32768.f, -1 / 32768.f, 300 / 32768.f, -1.f,
  -300 / 32768.f, 1.f, 7 / 32768.f, 0.f
};
static const gdouble f64[] = { 1 / 32768., -1 / 32768., 300 / 32768., -1.,
  -300 / 32768., 1., 7 / 32768., 0.
};
static const gfloat wild[] = { NAN, NAN, 0.5f, NAN, -0.25f, -INFINITY,
  NAN, 1e30f
};
/* a channel beyond full scale, and the other one heard with it */
static const gfloat loud[] = { 3.f, 0.f, -3.f, 0.f, 3.f, -3.f, 0.25f, 0.25f };
static const gdouble louder[] = { 1e300, 0., -1e300, 0., 1e300, -1e300,
  0.25, 0.25
};
static const gfloat nothing[] = { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };

static const struct
{
  const gchar *what;
  GstAudioFormat format;
  gconstpointer frames;
  GstRecPeak split[2], mean;
} formats[] = {
  /* the mean of a frame is rounded towards zero */
  {"S16", GST_AUDIO_FORMAT_S16, s16, {{-300, 300}, {-32768, 32767}},
      {-16234, 16233}},
  {"S32", GST_AUDIO_FORMAT_S32, s32, {{-300, 300}, {-32768, 32767}},
      {-16234, 16233}},
  {"F32", GST_AUDIO_FORMAT_F32, f32, {{-300, 300}, {-32768, 32767}},
      {-16234, 16234}},
  {"F64", GST_AUDIO_FORMAT_F64, f64, {{-300, 300}, {-32768, 32767}},
      {-16234, 16234}},
  {"no numbers among them", GST_AUDIO_FORMAT_F32, wild,
      {{-8192, 16384}, {-32768, 32767}}, {-20480, -20480}},
  {"F32 too loud", GST_AUDIO_FORMAT_F32, loud,
      {{-32768, 32767}, {-32768, 8192}}, {-16384, 16384}},
  {"F64 too loud", GST_AUDIO_FORMAT_F64, louder,
      {{-32768, 32767}, {-32768, 8192}}, {-16384, 16384}},
  {"no number at all", GST_AUDIO_FORMAT_F32, nothing, {{0, 0}, {0, 0}},
      {0, 0}},
};

GST_START_TEST (test_extremes_of_every_format)
{
  for (guint split = 0; split <= 1; split++) {
    Columns columns;
    g_autoptr (GstRecPeaks) peaks = new_peaks (&columns,
        formats[__i__].format, 8000, 2, split, 4, 8000);

    gst_rec_peaks_add (peaks, formats[__i__].frames, 4);
    fail_unless_equals_uint64 (columns.n, 1);
    if (split) {
      for (guint c = 0; c < 2; c++)
        assert_peak (&columns, 0, c, formats[__i__].split[c].min,
            formats[__i__].split[c].max);
    } else {
      assert_peak (&columns, 0, 0, formats[__i__].mean.min,
          formats[__i__].mean.max);
    }
  }
}

GST_END_TEST;

/* --- Columns --- */

/* Where columns end, in frames: sample i is i + 1, so the maximum of a column
 * is its end. */
static const struct
{
  const gchar *what;
  gint rate;
  guint64 column_n, column_d;
  guint n;                      /* frames */
  guint n_columns;
  gint16 ends[12];
} columns_table[] = {
  {"whole frames", 8000, 4, 8000, 13, 3, {4, 8, 12}},
  {"one frame", 8000, 1, 8000, 4, 4, {1, 2, 3, 4}},
  {"two and a half frames", 8000, 5, 16000, 13, 5, {2, 5, 7, 10, 12}},
  {"a third of a frame less than three", 9000, 8, 27000, 16, 6,
      {2, 5, 8, 10, 13, 16}},
  /* a column without a frame of its own is as the one before */
  {"less than a frame", 1000, 1, 1500, 3, 4, {1, 2, 2, 3}},
};

GST_START_TEST (test_columns_end_where_they_should)
{
  gint16 frames[64];

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    frames[i] = i + 1;

  /* in blocks of any size */
  for (guint block = 1; block <= columns_table[__i__].n; block++) {
    Columns columns;
    g_autoptr (GstRecPeaks) peaks = new_peaks (&columns, GST_AUDIO_FORMAT_S16,
        columns_table[__i__].rate, 1, FALSE, columns_table[__i__].column_n,
        columns_table[__i__].column_d);
    guint n = columns_table[__i__].n;

    for (guint at = 0; at < n; at += block)
      gst_rec_peaks_add (peaks, frames + at, MIN (block, n - at));
    /* the first column may be empty */
    guint skip = columns.n - columns_table[__i__].n_columns;
    fail_unless (skip <= 1, "%s: %" G_GUINT64_FORMAT " columns",
        columns_table[__i__].what, columns.n);
    for (guint c = 0; c < columns_table[__i__].n_columns; c++)
      fail_unless_equals_int (columns.peaks[c + skip][0].max,
          columns_table[__i__].ends[c]);
  }
}

GST_END_TEST;

/* Silence in one piece gives what frames of zero give. */
static const guint silences[] = { 0, 1, 2, 3, 4, 5, 7, 12, 31 };

GST_START_TEST (test_silence_is_frames_of_zero)
{
  const guint64 lengths[][2] = { {4, 8000}, {5, 16000}, {8, 24000}, {1, 8000} };
  const gint16 sound[] = { 9, 8, 7, 6, 5 };
  const gint16 zeros[64] = { 0 };
  guint n = silences[__i__];

  for (guint l = 0; l < G_N_ELEMENTS (lengths); l++)
    for (guint before = 0; before <= 5; before++) {
      Columns expected, got;
      g_autoptr (GstRecPeaks) a = new_peaks (&expected, GST_AUDIO_FORMAT_S16,
          8000, 1, FALSE, lengths[l][0], lengths[l][1]);
      g_autoptr (GstRecPeaks) b = new_peaks (&got, GST_AUDIO_FORMAT_S16,
          8000, 1, FALSE, lengths[l][0], lengths[l][1]);

      gst_rec_peaks_add (a, sound, before);
      gst_rec_peaks_add (b, sound, before);
      gst_rec_peaks_add (a, zeros, n);
      gst_rec_peaks_add_silence (b, n);
      gst_rec_peaks_add (a, sound, 5);
      gst_rec_peaks_add (b, sound, 5);
      gst_rec_peaks_finish (a);
      gst_rec_peaks_finish (b);
      fail_unless (memcmp (&expected, &got, sizeof got) == 0,
          "%u frames of silence after %u, columns %u", n, before, l);
    }
}

GST_END_TEST;

static void
count (const GstRecPeak * bands, guint64 n, gpointer user_data)
{
  fail_unless (bands->min == 0 && bands->max == 0);
  *(guint64 *) user_data += n;
}

GST_START_TEST (test_a_year_of_silence_takes_no_time)
{
  const guint64 year = G_GUINT64_CONSTANT (365) * 24 * 3600;
  GstAudioInfo info;
  guint64 n = 0;
  g_autoptr (GstRecPeaks) peaks = NULL;

  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S16, 48000, 1, NULL);
  peaks = gst_rec_peaks_new (&info, FALSE, 512, 48000, count, &n);
  gst_rec_peaks_add_silence (peaks, year * 48000);
  fail_unless_equals_uint64 (n, year * 48000 / 512);
}

GST_END_TEST;

GST_START_TEST (test_the_last_column_may_be_short)
{
  const gint16 frames[] = { 1, 2, 3, 4, -5 };
  Columns columns;
  g_autoptr (GstRecPeaks) peaks = new_peaks (&columns, GST_AUDIO_FORMAT_S16,
      8000, 1, FALSE, 4, 8000);

  gst_rec_peaks_add (peaks, frames, 5);
  fail_unless_equals_uint64 (columns.n, 1);
  gst_rec_peaks_finish (peaks);
  gst_rec_peaks_finish (peaks);
  fail_unless_equals_uint64 (columns.n, 2);
  assert_peak (&columns, 1, 0, -5, -5);
}

GST_END_TEST;

/* --- Other formats in mid-stream --- */

/* A column lasts half a millisecond: 4 frames at 8000 Hz, 8 at 16000. */
GST_START_TEST (test_columns_keep_their_time_at_another_rate)
{
  const gint16 frames[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  Columns columns;
  g_autoptr (GstRecPeaks) peaks = new_peaks (&columns, GST_AUDIO_FORMAT_S16,
      8000, 1, FALSE, 4, 8000);
  GstAudioInfo info;

  gst_rec_peaks_add (peaks, frames, 6);
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S16, 16000, 1, NULL);
  gst_rec_peaks_set_info (peaks, &info);
  gst_rec_peaks_add (peaks, frames, 12);
  fail_unless_equals_uint64 (columns.n, 3);
  assert_peak (&columns, 1, 0, 1, 6);
  assert_peak (&columns, 2, 0, 5, 12);
}

GST_END_TEST;

static const struct
{
  guint before, after;
  GstRecPeak bands[MAX_BANDS];
} channel_changes[] = {
  {2, 1, {{10, 10}, {10, 10}}},
  {1, 2, {{10, 10}}},
  {2, 3, {{10, 10}, {20, 20}}},
  {3, 2, {{10, 10}, {20, 20}, {0, 0}}},
};

GST_START_TEST (test_bands_stay_with_other_channels)
{
  const gint16 frame[] = { 10, 20, 30 };
  Columns columns;
  g_autoptr (GstRecPeaks) peaks = new_peaks (&columns, GST_AUDIO_FORMAT_S16,
      8000, channel_changes[__i__].before, TRUE, 1, 8000);
  GstAudioInfo info;

  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S16, 8000,
      channel_changes[__i__].after, NULL);
  gst_rec_peaks_set_info (peaks, &info);
  gst_rec_peaks_add (peaks, frame, 1);
  fail_unless_equals_int (columns.n_bands, channel_changes[__i__].before);
  for (guint b = 0; b < columns.n_bands; b++)
    assert_peak (&columns, 0, b, channel_changes[__i__].bands[b].min,
        channel_changes[__i__].bands[b].max);
}

GST_END_TEST;

static Suite *
peaks_suite (void)
{
  Suite *s = suite_create ("peaks");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_extremes_of_every_format, 0,
      G_N_ELEMENTS (formats));
  tcase_add_loop_test (tc, test_columns_end_where_they_should, 0,
      G_N_ELEMENTS (columns_table));
  tcase_add_loop_test (tc, test_silence_is_frames_of_zero, 0,
      G_N_ELEMENTS (silences));
  tcase_add_test (tc, test_a_year_of_silence_takes_no_time);
  tcase_add_test (tc, test_the_last_column_may_be_short);
  tcase_add_test (tc, test_columns_keep_their_time_at_another_rate);
  tcase_add_loop_test (tc, test_bands_stay_with_other_channels, 0,
      G_N_ELEMENTS (channel_changes));

  return s;
}

GST_CHECK_MAIN (peaks);
