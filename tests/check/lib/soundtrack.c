/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <math.h>

#include "session.h"
#include "soundtrack.h"

#define MS GST_MSECOND
#define AMPLITUDE 12000.0
#define BASE 0xfff00000         /* of RTP time, near its end */
#define LATENCY 50              /* packets between arrival and sound */

static GstRecStreamState empty;

/* Hz of the sine, by the sender's clock */
static gint
frequency (gint rate)
{
  return MIN (rate / 8, 1000);
}

typedef struct
{
  const gchar *name;
  gint ppm;                     /* the sender's clock is too quick by */
  gint rate;                    /* of the codec */
  gint out_rate;
  gint channels;
  gint packet_ms;
  gint jitter_ms;
  gint seconds;
  gdouble most_error;           /* ms */
} Drift;

/* A sender with a sine and a clock of its own, the session that finds out when
 * its packets were, and the track of what it said. */
typedef struct
{
  const Drift *drift;
  GstRecSession *session;
  GstRecStreamState stream;
  GstRecSoundtrack *track;
  guint32 random;
  GstClockTime transit;

  /* what came out */
  gboolean is_exact;            /* its times are those of its samples */
  gboolean is_stereo;
  guint64 samples;
  gdouble worst_residual;
  gdouble worst_error;
  gdouble worst_late_error;     /* in the second half */
  gint64 cycles;
  gint16 last[2];
} Simulation;

static GstClockTime
jitter (Simulation * s)
{
  guint max = s->drift->jitter_ms;

  s->random = s->random * 1664525 + 1013904223;

  return max == 0 ? 0 : (s->random >> 8) % (max * 1000) * GST_USECOND;
}

/* When the sender's clock says @media ns. */
static GstClockTime
true_time (const Simulation * s, gdouble media)
{
  return media / (1 + s->drift->ppm * 1e-6);
}

/* A sine is x[n + 1] = 2 cos (w) x[n] - x[n - 1]: what differs is noise. Its
 * periods are the sender's clock. */
static void
hear (Simulation * s, gint16 x, guint64 n)
{
  const gdouble w = 2 * G_PI * frequency (s->drift->rate)
      / s->drift->out_rate;
  GstClockTime heard, said;
  gdouble error;

  if (n > (guint64) s->drift->out_rate / 10)
    s->worst_residual = MAX (s->worst_residual,
        fabs (x - 2 * cos (w) * s->last[1] + s->last[0]));
  s->last[0] = s->last[1];
  s->last[1] = x;
  if (n == 0 || s->last[0] >= 0 || x < 0)
    return;

  s->cycles++;
  heard = s->session->start + (n - x / (gdouble) (x - s->last[0]))
      * GST_SECOND / s->drift->out_rate;
  said = s->transit + true_time (s, (gdouble) s->cycles * GST_SECOND /
      frequency (s->drift->rate));
  error = fabs ((gdouble) GST_CLOCK_DIFF (said, heard)) / MS;
  s->worst_error = MAX (s->worst_error, error);
  if (n > (guint64) s->drift->seconds / 2 * s->drift->out_rate)
    s->worst_late_error = MAX (s->worst_late_error, error);
}

static void
listen (Simulation * s)
{
  GstBuffer *buffer;
  GstMapInfo map;

  while ((buffer = gst_rec_soundtrack_take (s->track))) {
    gint channels = s->drift->channels;
    const gint16 *x;

    s->is_exact &= GST_BUFFER_OFFSET (buffer) == s->samples
        && GST_BUFFER_PTS (buffer) == s->session->start
        + gst_util_uint64_scale_round (s->samples, GST_SECOND,
        s->drift->out_rate);
    gst_buffer_map (buffer, &map, GST_MAP_READ);
    x = (const gint16 *) map.data;
    for (gsize i = 0; i < map.size / 2; i += channels) {
      hear (s, x[i], s->samples++);
      s->is_stereo &= channels == 1 || ABS (x[i] + x[i + 1]) <= 1;
    }
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
}

static void
say (Simulation * s, gint64 packet, GstClockTime now)
{
  gint n = s->drift->rate * s->drift->packet_ms / 1000;
  gint period = s->drift->rate / frequency (s->drift->rate);
  g_autofree gint16 *frames = g_new (gint16, n * s->drift->channels);
  GstClockTime at = gst_rec_session_map (s->session, &s->stream, 1,
      BASE + packet * n, now);

  for (gint i = 0; i < n; i++) {
    gdouble x = AMPLITUDE * sin (2 * G_PI * (i % period) / period);

    frames[i * s->drift->channels] = lrint (x);
    if (s->drift->channels == 2)
      frames[i * 2 + 1] = -lrint (x);
  }
  gst_rec_soundtrack_add (s->track, at, s->drift->rate, frames, n);
  listen (s);
}

static void
simulate (Simulation * s, const Drift * drift)
{
  gint n = drift->rate * drift->packet_ms / 1000;
  gint64 packets = (gint64) drift->seconds * 1000 / drift->packet_ms;
  const GstRecSource source = {.size = 0 };

  *s = (Simulation) {.drift = drift,.stream = empty,.random = 1,
        .is_exact = TRUE,.is_stereo = TRUE};
  s->transit = (drift->packet_ms + 30) * MS;
  s->session = gst_rec_session_new ();
  gst_rec_session_reset (s->session, GST_SECOND, 0);
  gst_rec_session_add_stream (s->session, &s->stream, FALSE);

  for (gint64 p = 0; p < packets; p++) {
    GstRecRtpHeader header = {.ssrc = 1,.seq = p,.timestamp = BASE + p * n };
    /* The first packet is the session's start: what was said before it would
     * be cut off. */
    GstClockTime now = s->transit + (p > 0 ? jitter (s) : 0) + true_time (s,
        (gdouble) p * drift->packet_ms * MS);

    GstRecSessionPacket packet = {
      .header = &header,.source = &source,.clock_rate = drift->rate,
      .size = 100,.wanted = TRUE,.now = now
    };

    gst_rec_session_note_packet (s->session, &s->stream, &packet);
    if (s->track == NULL)
      s->track = gst_rec_soundtrack_new (s->session->start, drift->out_rate,
          drift->channels);
    if (p >= LATENCY)
      say (s, p - LATENCY, now);
  }
}

static void
finish (Simulation * s)
{
  gst_rec_soundtrack_free (s->track);
  gst_rec_session_unref (s->session);
}

/* Two hours run at 2 kHz, which is the same arithmetic in less time. With
 * REC_SHORT, for the sanitizers, they are ten minutes. */
#define SHORT_SECONDS 600

static const Drift drifts[] = {
  {"a clock that is right", 0, 48000, 48000, 2, 20, 0, 60, 0.1},
  {"two hours, quick", 100, 2000, 2000, 1, 20, 9, 7200, 3},
  {"two hours, slow", -100, 2000, 2000, 1, 20, 9, 7200, 3},
  {"two hours, very quick", 500, 2000, 2000, 1, 20, 15, 7200, 3},
  {"two hours, very slow", -500, 2000, 2000, 1, 20, 15, 7200, 3},
  {"opus, stereo, quick", 500, 48000, 48000, 2, 20, 9, 60, 3},
  {"opus in long packets", -300, 48000, 48000, 1, 60, 15, 60, 3},
  {"opus in short packets", -300, 48000, 48000, 1, 10, 5, 60, 3},
  {"PCMU, slow", -100, 8000, 48000, 1, 20, 9, 60, 3},
  {"PCMU, very quick", 500, 8000, 48000, 1, 30, 9, 60, 3},
};

GST_START_TEST (test_drift_is_followed_and_a_sine_stays_a_sine)
{
  Drift cut = drifts[__i__];
  const Drift *drift = &cut;
  const gdouble w = 2 * G_PI * frequency (drift->rate)
      / drift->out_rate;
  /* what a sine of 0.2 % more or less and four roundings differ by; a sample
   * that is missing differs by AMPLITUDE * w */
  const gdouble most = AMPLITUDE * 2 * sin (w) * w * 0.002 + 4;
  Simulation s;

  if (g_getenv ("REC_SHORT"))
    cut.seconds = MIN (cut.seconds, SHORT_SECONDS);
  simulate (&s, drift);
  GST_INFO ("%s: error %.2f ms, later %.2f ms, residual %.1f of %.1f",
      drift->name, s.worst_error, s.worst_late_error, s.worst_residual, most);
  fail_unless (s.worst_error <= drift->most_error, "%s: off by %.2f ms",
      drift->name, s.worst_error);
  fail_unless (s.worst_residual <= most, "%s: residual %.1f", drift->name,
      s.worst_residual);
  fail_unless (s.is_exact && s.is_stereo, "%s", drift->name);
  fail_unless (s.cycles > (drift->seconds - 4) * frequency (drift->rate));
  finish (&s);
}

GST_END_TEST;

/* A block of @ms of a constant level, which stands at @at ms. */
static void
add_level (GstRecSoundtrack * track, gdouble at, gint ms, gint rate,
    gint16 level)
{
  gint n = rate * ms / 1000;
  g_autofree gint16 *frames = g_new (gint16, n);

  for (gint i = 0; i < n; i++)
    frames[i] = level;
  gst_rec_soundtrack_add (track, at * MS, rate, frames, n);
}

/* What has come out so far, one channel at 48 kHz, and whether its times
 * continue. */
static void
take_all (GstRecSoundtrack * track, GArray * out)
{
  GstBuffer *buffer;
  GstMapInfo map;

  while ((buffer = gst_rec_soundtrack_take (track))) {
    fail_unless_equals_uint64 (GST_BUFFER_OFFSET (buffer), out->len);
    gst_buffer_map (buffer, &map, GST_MAP_READ);
    fail_unless_equals_uint64 (GST_BUFFER_OFFSET_END (buffer),
        out->len + map.size / 2);
    g_array_append_vals (out, map.data, map.size / 2);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
}

static gint
count_loud (const GArray * out, gint from_ms, gint to_ms)
{
  gint n = 0;

  for (gint i = from_ms * 48; i < to_ms * 48 && i < (gint) out->len; i++)
    n += g_array_index (out, gint16, i) != 0;

  return n;
}

/* The largest change from one sample to the next. */
static gint
largest_step (const GArray * out)
{
  gint most = 0;

  for (guint i = 1; i < out->len; i++)
    most = MAX (most, ABS (g_array_index (out, gint16, i)
            - g_array_index (out, gint16, i - 1)));

  return most;
}

#define LEVEL 12000
#define CLICK (LEVEL / 80)      /* a fade takes 120 samples */

typedef struct
{
  gint at, ms;                  /* of sound; 0 ms: silence is certain until */
} Block;

static const struct
{
  const gchar *name;
  Block blocks[5];              /* up to the first without a time */
  gint from, to;                /* of silence, in ms */
  gint end;
} holes[] = {
  {"a lost packet", {{0, 40}, {60, 40}}, 40, 60, 100},
  {"a pause that was filled in part", {{0, 40}, {500, 0}, {800, 40}}, 40, 800,
      840},
  {"late by a part", {{0, 40}, {150, 0}, {100, 100}}, 40, 150, 200},
  {"late as a whole", {{0, 40}, {150, 0}, {100, 50}, {150, 50}}, 40, 150,
      200},
  {"a clock that goes back", {{0, 100}, {40, 100}}, 100, 100, 140},
  {"sound from before the start", {{-50, 100}, {100, 40}}, 50, 100, 140},
  {"nothing at first", {{300, 40}}, 0, 300, 340},
};

GST_START_TEST (test_what_is_missing_is_silence_of_the_same_length)
{
  for (guint i = 0; i < G_N_ELEMENTS (holes); i++) {
    g_autoptr (GstRecSoundtrack) track =
        gst_rec_soundtrack_new (1000 * MS, 48000, 1);
    g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gint16));
    gint from = holes[i].from, to = holes[i].to, end = holes[i].end;

    for (const Block * b = holes[i].blocks; b->at || b->ms; b++) {
      if (b->ms == 0)
        gst_rec_soundtrack_fill (track, (1000 + b->at) * MS);
      else
        add_level (track, 1000 + b->at, b->ms, 48000, LEVEL);
    }
    gst_rec_soundtrack_fill (track, (1000 + end) * MS);
    take_all (track, out);

    fail_unless (out->len == (guint) end * 48, "%s: %u", holes[i].name,
        out->len);
    fail_unless (count_loud (out, from, to) <= 1, "%s: %d", holes[i].name,
        count_loud (out, from, to));
    fail_unless (count_loud (out, 0, from) >= from * 48 - 3, "%s",
        holes[i].name);
    fail_unless (count_loud (out, to, end) >= (end - to) * 48 - 3, "%s",
        holes[i].name);
    fail_unless (largest_step (out) <= CLICK, "%s: a step of %d",
        holes[i].name, largest_step (out));
  }
}

GST_END_TEST;

/* An hour, of which ten minutes are mute; every second is one of speech and one
 * of DTX, with a packet for the noise each 400 ms. */
GST_START_TEST (test_an_hour_with_mute_and_dtx_is_an_hour)
{
  g_autoptr (GstRecSoundtrack) track = gst_rec_soundtrack_new (0, 48000, 1);
  guint64 loud = 0, spoken = 0, samples = 0;
  GstBuffer *buffer;

  for (gint ms = 0; ms < 3600 * 1000; ms += 20) {
    gboolean is_mute = ms >= 1200 * 1000 && ms < 1800 * 1000;
    gboolean is_dtx = ms / 1000 % 2 == 1 && ms % 400 != 0;

    if (is_mute && ms % 100 == 0)
      gst_rec_soundtrack_fill (track, ms * MS);
    if (!is_mute && !is_dtx) {
      add_level (track, ms, 20, 48000, LEVEL);
      spoken += 20 * 48;
    }
    while ((buffer = gst_rec_soundtrack_take (track))) {
      gsize n = gst_buffer_get_size (buffer) / 2;

      if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
        loud += n;
      samples += n;
      fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer)
          + GST_BUFFER_DURATION (buffer),
          gst_util_uint64_scale_round (samples, GST_SECOND, 48000));
      gst_buffer_unref (buffer);
    }
  }
  gst_rec_soundtrack_fill (track, 3600 * GST_SECOND);
  while ((buffer = gst_rec_soundtrack_take (track))) {
    samples += gst_buffer_get_size (buffer) / 2;
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_uint64 (samples, 3600 * 48000);
  fail_unless (ABS ((gint64) (loud - spoken)) < 48000 / 100,
      "%" G_GINT64_FORMAT, (gint64) (loud - spoken));
}

GST_END_TEST;

GST_START_TEST (test_sound_in_time_passes_bit_by_bit)
{
  g_autoptr (GstRecSoundtrack) track = gst_rec_soundtrack_new (0, 48000, 1);
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gint16));
  g_autoptr (GArray) in = g_array_new (FALSE, FALSE, sizeof (gint16));
  guint32 random = 1;

  for (gint block = 0; block < 500; block++) {
    gint16 frames[960];

    for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
      frames[i] = (random = random * 1664525 + 1013904223) >> 16;
    /* times tremble by half a millisecond */
    gst_rec_soundtrack_add (track, (20 * block + (block % 5) / 10.0) * MS,
        48000, frames, G_N_ELEMENTS (frames));
    g_array_append_vals (in, frames, G_N_ELEMENTS (frames));
    take_all (track, out);
  }
  fail_unless (out->len > 499 * 960);
  fail_unless (memcmp (in->data + 500, out->data + 500, out->len * 2 - 500)
      == 0);
}

GST_END_TEST;

/* The codec may change with the sender. */
GST_START_TEST (test_another_rate_goes_on_in_place)
{
  g_autoptr (GstRecSoundtrack) track = gst_rec_soundtrack_new (0, 48000, 1);
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gint16));

  for (gint ms = 0; ms < 1000; ms += 20)
    add_level (track, ms, 20, 48000, LEVEL);
  for (gint ms = 1000; ms < 2000; ms += 20)
    add_level (track, ms, 20, 8000, LEVEL);
  gst_rec_soundtrack_fill (track, 2000 * MS);
  take_all (track, out);
  fail_unless_equals_int (out->len, 2000 * 48);
  fail_unless (count_loud (out, 0, 2000) >= 2000 * 48 - 10);
  fail_unless (largest_step (out) <= CLICK);
}

GST_END_TEST;

/* Ten hours before the first sound, at once. */
GST_START_TEST (test_long_silence_takes_no_memory)
{
  g_autoptr (GstRecSoundtrack) track = gst_rec_soundtrack_new (0, 48000, 2);
  gconstpointer data = NULL;
  guint64 size = 0;
  GstBuffer *buffer;

  gst_rec_soundtrack_fill (track, 36000 * GST_SECOND);
  while ((buffer = gst_rec_soundtrack_take (track))) {
    GstMapInfo map;

    gst_buffer_map (buffer, &map, GST_MAP_READ);
    fail_unless (data == NULL || map.data == data);
    data = map.data;
    size += map.size;
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_uint64 (size, G_GUINT64_CONSTANT (36000) * 48000 * 4);
}

GST_END_TEST;

static Suite *
soundtrack_suite (void)
{
  Suite *s = suite_create ("soundtrack");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 100);
  tcase_add_loop_test (tc, test_drift_is_followed_and_a_sine_stays_a_sine, 0,
      G_N_ELEMENTS (drifts));
  tcase_add_test (tc, test_what_is_missing_is_silence_of_the_same_length);
  tcase_add_test (tc, test_an_hour_with_mute_and_dtx_is_an_hour);
  tcase_add_test (tc, test_sound_in_time_passes_bit_by_bit);
  tcase_add_test (tc, test_another_rate_goes_on_in_place);
  tcase_add_test (tc, test_long_silence_takes_no_memory);

  return s;
}

GST_CHECK_MAIN (soundtrack);
