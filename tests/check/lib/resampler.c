/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <math.h>

#include "resampler.h"

#define BLOCK 960
#define AMPLITUDE 30000.0

static gint16
wave (gdouble frequency, gdouble time)
{
  return lrint (AMPLITUDE * sin (2 * G_PI * frequency * time));
}

/* A second of a sine goes in; the ratio in dB of what should come out to what
 * else there is. */
static gdouble
signal_to_noise (gint in_rate, gint out_rate, gint channels, gdouble stretch,
    gdouble frequency)
{
  g_autoptr (GstRecResampler) resampler =
      gst_rec_resampler_new (in_rate, out_rate, channels);
  gint16 in[BLOCK * 2], out[BLOCK * 16];
  gdouble noise = 1e-9;
  guint64 n_out = 0;

  gst_rec_resampler_set_stretch (resampler, stretch);
  for (gint from = 0; from < in_rate; from += BLOCK) {
    gsize n;

    for (gint i = 0; i < BLOCK * channels; i++)
      in[i] = wave (frequency * (1 + i % channels),
          (gdouble) (from + i / channels) / in_rate);
    gst_rec_resampler_write (resampler, in, BLOCK);

    n = gst_rec_resampler_available (resampler);
    gst_rec_resampler_read (resampler, out, n);
    for (gsize i = 0; i < n * channels; i++) {
      gdouble time = (n_out + i / channels) / (out_rate * (1 + stretch));
      gdouble error = out[i] - AMPLITUDE * sin (2 * G_PI * frequency
          * (1 + i % channels) * time);

      if (time > 0.01)          /* it began out of nothing */
        noise += error * error / channels;
    }
    n_out += n;
  }

  return 10 * log10 (AMPLITUDE * AMPLITUDE / 2 * n_out / noise);
}

GST_START_TEST (test_sound_stays_what_it_was)
{
  static const struct
  {
    gint in_rate, out_rate, channels;
    gdouble stretch, frequency, least;
  } cases[] = {
    /* nothing but the rounding to 16 bits, which is at 95 dB here */
    {48000, 48000, 1, 0, 1000, 94},
    {48000, 48000, 2, 0.0001, 1000, 90},
    {48000, 48000, 2, -0.0001, 5000, 85},
    {48000, 48000, 1, 0.002, 15000, 85},
    {48000, 48000, 1, -0.002, 18000, 75},
    {8000, 48000, 1, 0, 1000, 85},
    {8000, 48000, 2, 0.0005, 1500, 75},
    {16000, 48000, 1, -0.002, 6000, 80},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gdouble ratio = signal_to_noise (cases[i].in_rate, cases[i].out_rate,
        cases[i].channels, cases[i].stretch, cases[i].frequency);

    GST_INFO ("case %u: %.1f dB", i, ratio);
    fail_unless (ratio >= cases[i].least, "case %u: %.1f dB", i, ratio);
  }
}

GST_END_TEST;

GST_START_TEST (test_without_stretch_samples_pass_bit_by_bit)
{
  g_autoptr (GstRecResampler) resampler =
      gst_rec_resampler_new (48000, 48000, 2);
  gint16 in[2 * BLOCK], out[2 * BLOCK];
  guint32 random = 1;

  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    in[i] = (random = random * 1664525 + 1013904223) >> 16;
  gst_rec_resampler_write (resampler, in, BLOCK);
  gst_rec_resampler_write_silence (resampler);
  fail_unless_equals_int (gst_rec_resampler_available (resampler), BLOCK);
  gst_rec_resampler_read (resampler, out, BLOCK);
  fail_unless (memcmp (in, out, sizeof in) == 0);
}

GST_END_TEST;

/* Where the next frame stands is known at any time, so nothing adds up. */
GST_START_TEST (test_position_is_exact_while_the_stretch_changes)
{
  g_autoptr (GstRecResampler) resampler =
      gst_rec_resampler_new (48000, 48000, 1);
  gint16 in[BLOCK] = { 0, }, out[BLOCK * 2];
  gdouble expected = 0;
  guint64 n_out = 0;

  for (gint i = 0; i < 10000; i++) {
    gdouble stretch = 0.002 * sin (i / 10.0);
    gdouble before = gst_rec_resampler_pending (resampler);
    gsize n;

    gst_rec_resampler_set_stretch (resampler, stretch);
    expected += BLOCK * (1 + stretch)
        + gst_rec_resampler_pending (resampler) - before;
    gst_rec_resampler_write (resampler, in, BLOCK);
    n = gst_rec_resampler_available (resampler);
    gst_rec_resampler_read (resampler, out, n);
    n_out += n;
    fail_unless (fabs (n_out + gst_rec_resampler_pending (resampler)
            - expected) < 0.01);
  }
}

GST_END_TEST;

static Suite *
resampler_suite (void)
{
  Suite *s = suite_create ("resampler");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, test_sound_stays_what_it_was);
  tcase_add_test (tc, test_without_stretch_samples_pass_bit_by_bit);
  tcase_add_test (tc, test_position_is_exact_while_the_stretch_changes);

  return s;
}

GST_CHECK_MAIN (resampler);
