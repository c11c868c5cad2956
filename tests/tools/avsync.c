/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Measures lip sync in a recording of a session that flashes and beeps
 * together (rtpsession --sync): finds where each region of the picture turns
 * bright and where the 1 kHz beeps begin, and compares the two.
 *
 *   avsync --region screen=0,0,0.7,1 --region webcam=0.75,0.75,0.24,0.23 F.mp4
 *
 * A picture lasts as long as it is shown, so a flash is known to one frame
 * (33 ms at 30 fps) at best; beeps are known to 2.5 ms. */

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <math.h>
#include <stdio.h>

#define AUDIO_RATE 48000
#define WINDOW 120              /* samples: 2.5 ms */
#define BEEP_HZ 1000.0

typedef struct
{
  gchar *name;                  /* NULL: the beeps */
  gdouble x, y, width, height;  /* fractions of the picture */
  GArray *times;                /* gint64 ns */
  GArray *levels;               /* gdouble: mean luma, or amplitude at 1 kHz */
  GArray *onsets;               /* gint64 ns */
} Track;

static gchar **opt_regions;
static gdouble opt_max = 40.0;
static gdouble opt_max_median = G_MAXDOUBLE;
static gint opt_min_pairs = 3;
static gdouble opt_from = 0.0;
static gdouble opt_to = G_MAXDOUBLE;

static const GOptionEntry options[] = {
  {"region", 0, 0, G_OPTION_ARG_STRING_ARRAY, &opt_regions,
        "part of the picture that flashes, as fractions of it (all=0,0,1,1); "
        "once for each", "NAME=X,Y,W,H"},
  {"max", 0, 0, G_OPTION_ARG_DOUBLE, &opt_max,
      "fail when flash and beep are further apart (40)", "MS"},
  {"max-median", 0, 0, G_OPTION_ARG_DOUBLE, &opt_max_median,
        "fail when the median of their distances is larger: for senders that "
        "stall now and then, as browsers do (no limit)", "MS"},
  {"min-pairs", 0, 0, G_OPTION_ARG_INT, &opt_min_pairs,
      "fail when a region has fewer flashes with a beep (3)", "N"},
  {"from", 0, 0, G_OPTION_ARG_DOUBLE, &opt_from,
      "judge what flashes after that time of the file (0)", "SECONDS"},
  {"to", 0, 0, G_OPTION_ARG_DOUBLE, &opt_to, "and before that (no limit)",
      "SECONDS"},
  G_OPTION_ENTRY_NULL
};

static Track *
track_new (const gchar * name)
{
  Track *self = g_new0 (Track, 1);

  self->name = g_strdup (name);
  self->times = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->levels = g_array_new (FALSE, FALSE, sizeof (gdouble));
  self->onsets = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

static void
track_free (Track * self)
{
  g_free (self->name);
  g_array_unref (self->times);
  g_array_unref (self->levels);
  g_array_unref (self->onsets);
  g_free (self);
}

static void
track_add (Track * self, gint64 time, gdouble level)
{
  g_array_append_val (self->times, time);
  g_array_append_val (self->levels, level);
}

static Track *
track_from_region (const gchar * text)
{
  g_auto (GStrv) parts = g_strsplit (text, "=", 2);
  g_auto (GStrv) numbers = parts[0] && parts[1] ?
      g_strsplit (parts[1], ",", -1) : NULL;
  Track *self;

  if (!numbers || g_strv_length (numbers) != 4)
    return NULL;
  self = track_new (parts[0]);
  self->x = g_ascii_strtod (numbers[0], NULL);
  self->y = g_ascii_strtod (numbers[1], NULL);
  self->width = g_ascii_strtod (numbers[2], NULL);
  self->height = g_ascii_strtod (numbers[3], NULL);
  if (self->x >= 0 && self->y >= 0 && self->width > 0 && self->height > 0
      && self->x + self->width <= 1.001 && self->y + self->height <= 1.001)
    return self;
  track_free (self);
  return NULL;
}

/* Where the level passes the middle between its extremes, upwards. What is
 * bright from the very beginning has no onset. */
static gboolean
track_find_onsets (Track * self, gdouble min_contrast)
{
  gdouble low = G_MAXDOUBLE, high = -G_MAXDOUBLE, middle;
  gboolean was_above = TRUE;

  for (guint i = 0; i < self->levels->len; i++) {
    gdouble level = g_array_index (self->levels, gdouble, i);

    low = MIN (low, level);
    high = MAX (high, level);
  }
  g_print ("%s: %u samples, level %.1f to %.1f\n",
      self->name ? self->name : "sound", self->levels->len, low, high);
  if (self->levels->len == 0 || high - low < min_contrast)
    return FALSE;

  middle = (low + high) / 2;
  for (guint i = 0; i < self->levels->len; i++) {
    gboolean above = g_array_index (self->levels, gdouble, i) > middle;

    if (above && !was_above)
      g_array_append_val (self->onsets,
          g_array_index (self->times, gint64, i));
    was_above = above;
  }
  return self->onsets->len > 0;
}

/* Picture */

static gdouble
mean_luma (GstVideoFrame * frame, const Track * track)
{
  gint width = GST_VIDEO_FRAME_WIDTH (frame);
  gint height = GST_VIDEO_FRAME_HEIGHT (frame);
  gint x0 = track->x * width, x1 = (track->x + track->width) * width;
  gint y0 = track->y * height, y1 = (track->y + track->height) * height;
  guint64 sum = 0, n = 0;

  for (gint y = y0; y < MIN (y1, height); y += 4) {
    const guint8 *line = GST_VIDEO_FRAME_COMP_DATA (frame, 0);

    line += (gsize) y *GST_VIDEO_FRAME_COMP_STRIDE (frame, 0);
    for (gint x = x0; x < MIN (x1, width); x += 4, n++)
      sum += line[x];
  }
  return n ? (gdouble) sum / n : 0;
}

static void
read_picture (GstSample * sample, GPtrArray * regions)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  gint64 time = gst_segment_to_stream_time (gst_sample_get_segment (sample),
      GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  GstVideoInfo info;
  GstVideoFrame frame;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ))
    return;
  for (guint i = 0; i < regions->len; i++) {
    Track *region = g_ptr_array_index (regions, i);

    track_add (region, time, mean_luma (&frame, region));
  }
  gst_video_frame_unmap (&frame);
}

/* Sound */

static gdouble
amplitude_at_beep (const gint16 * samples)
{
  gdouble re = 0, im = 0;

  for (guint i = 0; i < WINDOW; i++) {
    gdouble phase = 2 * G_PI * BEEP_HZ * i / AUDIO_RATE;

    re += samples[i] * cos (phase);
    im += samples[i] * sin (phase);
  }
  return 2 * sqrt (re * re + im * im) / WINDOW;
}

typedef struct
{
  Track *beeps;
  GArray *samples;              /* gint16, what is not a whole window yet */
  gint64 next;                  /* time of the first of them */
} Sound;

static void
read_sound (GstSample * sample, Sound * self)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  gint64 time = gst_segment_to_stream_time (gst_sample_get_segment (sample),
      GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  GstMapInfo map;
  guint used = 0;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  self->next = time -
      gst_util_uint64_scale (self->samples->len, GST_SECOND, AUDIO_RATE);
  g_array_append_vals (self->samples, map.data, map.size / 2);
  gst_buffer_unmap (buffer, &map);

  for (; used + WINDOW <= self->samples->len; used += WINDOW)
    track_add (self->beeps, self->next +
        (gint64) gst_util_uint64_scale (used, GST_SECOND, AUDIO_RATE),
        amplitude_at_beep (&g_array_index (self->samples, gint16, used)));
  g_array_remove_range (self->samples, 0, used);
}

/* The file */

static void
drain (GstElement * sink, void (*read) (GstSample *, gpointer), gpointer data)
{
  GstSample *sample;

  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), 0))) {
    read (sample, data);
    gst_sample_unref (sample);
  }
}

static gboolean
read_file (const gchar * path, GPtrArray * regions, Sound * sound,
    GError ** error)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch ("filesrc name=file ! "
      "decodebin name=d d. ! queue ! videoconvert ! video/x-raw,format=I420 ! "
      "appsink name=video sync=false max-buffers=8 d. ! queue ! audioconvert ! "
      "audioresample ! audio/x-raw,format=S16LE,channels=1,rate=48000 ! "
      "appsink name=audio sync=false max-buffers=64", error);
  g_autoptr (GstElement) file = NULL, video = NULL, audio = NULL;
  g_autoptr (GstBus) bus = NULL;
  GstMessage *message = NULL;

  if (!pipeline)
    return FALSE;
  file = gst_bin_get_by_name (GST_BIN (pipeline), "file");
  video = gst_bin_get_by_name (GST_BIN (pipeline), "video");
  audio = gst_bin_get_by_name (GST_BIN (pipeline), "audio");
  bus = gst_element_get_bus (pipeline);
  g_object_set (file, "location", path, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  do {
    drain (video, (void (*)(GstSample *, gpointer)) read_picture, regions);
    drain (audio, (void (*)(GstSample *, gpointer)) read_sound, sound);
    message = gst_bus_timed_pop_filtered (bus, 2 * GST_MSECOND,
        GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  } while (!message);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, error, NULL);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return !error || !*error;
}

/* The verdict */

static gint64
nearest (GArray * onsets, gint64 time)
{
  gint64 best = G_MAXINT64 / 2;

  for (guint i = 0; i < onsets->len; i++) {
    gint64 onset = g_array_index (onsets, gint64, i);

    if (ABS (onset - time) < ABS (best - time))
      best = onset;
  }
  return best;
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return x < y ? -1 : x > y;
}

static gdouble
median_of (GArray * values)
{
  g_array_sort (values, compare_doubles);
  return values->len ? g_array_index (values, gdouble, values->len / 2) : 0;
}

static gboolean
judge (const Track * region, const Track * beeps)
{
  g_autoptr (GArray) distances = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble worst = 0, median;

  for (guint i = 0; i < region->onsets->len; i++) {
    gint64 flash = g_array_index (region->onsets, gint64, i);
    gint64 beep = nearest (beeps->onsets, flash);
    gdouble ms = (flash - beep) / 1e6;

    if (flash / 1e9 < opt_from || flash / 1e9 > opt_to)
      continue;
    /* one of the two may be cut off at the ends of the file */
    if (ABS (ms) > 500) {
      g_print ("%s: flash %.3f s without a beep\n", region->name, flash / 1e9);
      continue;
    }
    g_print ("%s: flash %.3f s, beep %.3f s, flash - beep %+.1f ms\n",
        region->name, flash / 1e9, beep / 1e9, ms);
    worst = MAX (worst, ABS (ms));
    g_array_append_val (distances, ms);
  }
  median = median_of (distances);
  g_print ("%s: pairs %u, median %+.1f ms, worst %.1f ms (frames resolve no "
      "better than one frame)\n", region->name, distances->len, median, worst);
  return distances->len >= (guint) opt_min_pairs && worst <= opt_max
      && ABS (median) <= opt_max_median;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("FILE - measure lip sync by flashes and beeps");
  g_autoptr (GPtrArray) regions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) track_free);
  g_autoptr (GError) error = NULL;
  static gchar *whole[] = { "all=0,0,1,1", NULL };
  Sound sound = { track_new (NULL), g_array_new (FALSE, FALSE, 2), 0 };
  gboolean ok = TRUE;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2) {
    g_printerr ("avsync: %s\n", error ? error->message : "name one file");
    return 2;
  }
  for (gchar ** text = opt_regions ? opt_regions : whole; *text; text++) {
    Track *region = track_from_region (*text);

    if (!region) {
      g_printerr ("avsync: cannot read region \"%s\"\n", *text);
      return 2;
    }
    g_ptr_array_add (regions, region);
  }

  if (!read_file (argv[1], regions, &sound, &error)) {
    g_printerr ("avsync: %s: %s\n", argv[1], error->message);
    return 2;
  }
  ok = track_find_onsets (sound.beeps, 500);
  for (guint i = 0; i < regions->len; i++) {
    Track *region = g_ptr_array_index (regions, i);

    ok = track_find_onsets (region, 50) && ok;
    ok = judge (region, sound.beeps) && ok;
  }
  g_print ("%s\n", ok ? "in sync" : "NOT in sync");
  track_free (sound.beeps);
  g_array_unref (sound.samples);
  return ok ? 0 : 1;
}
