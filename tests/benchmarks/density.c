/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Records a session in the folder at hand and tells how it went:
 *
 *   density LAUNCH-LINE
 *
 * The source is an rtprecordsrc called "r", the muxer is called "m". It says
 * "ready" when the source listens, and at the end a line with the processor time
 * (user and system), the most memory it held, how late what came to the muxer
 * was (the most, and the most in the last five seconds: more than that of a
 * moment before means that the machine does not keep up), and what the network
 * lost of it. */

#include <gst/gst.h>
#include <stdio.h>
#include <sys/resource.h>

#define SLICES 5                /* seconds that are looked back */

typedef struct
{
  GstElement *pipeline;
  GMutex lock;
  GstClockTime latest;          /* with lock, as all below */
  gint64 slices[SLICES];        /* the second each stands for */
  GstClockTime latest_in[SLICES];
} Density;

/* How long after the moment that it shows or sounds a buffer comes. */
static GstPadProbeReturn
note_lateness (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Density *self = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  GstClockTime now = gst_element_get_current_running_time (self->pipeline);
  const GstSegment *segment;
  GstClockTime then, late;

  if (!event || !GST_CLOCK_TIME_IS_VALID (now))
    return GST_PAD_PROBE_OK;
  gst_event_parse_segment (event, &segment);
  then = gst_segment_to_running_time (segment, GST_FORMAT_TIME,
      GST_BUFFER_PTS (buffer));
  if (!GST_CLOCK_TIME_IS_VALID (then) || then > now)
    return GST_PAD_PROBE_OK;

  late = now - then;
  g_mutex_lock (&self->lock);
  guint i = (now / GST_SECOND) % SLICES;
  if (self->slices[i] != (gint64) (now / GST_SECOND)) {
    self->slices[i] = now / GST_SECOND;
    self->latest_in[i] = 0;
  }
  self->latest_in[i] = MAX (self->latest_in[i], late);
  self->latest = MAX (self->latest, late);
  g_mutex_unlock (&self->lock);

  return GST_PAD_PROBE_OK;
}

static gboolean
watch_pad (GstElement * muxer G_GNUC_UNUSED, GstPad * pad, gpointer data)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_lateness, data, NULL);

  return TRUE;
}

static gboolean
wait_for_end (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, &error, &debug);
  g_printerr ("%s\n%s\n", error->message, debug);

  return FALSE;
}

/* The sum of a field over all streams. */
static guint64
sum_of (const GstStructure * stats, const gchar * field)
{
  guint64 sum = 0;

  for (gint i = 0; i < gst_structure_n_fields (stats); i++) {
    const GValue *value = gst_structure_get_value (stats,
        gst_structure_nth_field_name (stats, i));
    guint64 n;

    if (GST_VALUE_HOLDS_STRUCTURE (value)
        && gst_structure_get_uint64 (gst_value_get_structure (value), field,
            &n))
      sum += n;
  }

  return sum;
}

static void
report (Density * self, GstElement * source)
{
  g_autoptr (GstStructure) stats = NULL;
  GstClockTime last = 0;
  struct rusage usage;

  g_object_get (source, "stats", &stats, NULL);
  getrusage (RUSAGE_SELF, &usage);
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < SLICES; i++)
    last = MAX (last, self->latest_in[i]);
  g_mutex_unlock (&self->lock);
  printf ("cpu=%.2f rss=%.1f late=%.2f late-at-end=%.2f packets=%"
      G_GUINT64_FORMAT " lost=%" G_GUINT64_FORMAT " withheld=%"
      G_GUINT64_FORMAT "\n",
      usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
      usage.ru_maxrss / 1024.0, self->latest / (gdouble) GST_SECOND,
      last / (gdouble) GST_SECOND, sum_of (stats, "packets"),
      sum_of (stats, "lost-packets"), sum_of (stats, "withheld-pictures"));
}

int
main (int argc, char **argv)
{
  Density self = { 0, };
  g_autoptr (GError) error = NULL;
  gboolean ended;

  gst_init (&argc, &argv);
  if (argc != 2) {
    g_printerr ("usage: %s LAUNCH-LINE\n", argv[0]);
    return 2;
  }

  g_autoptr (GstElement) pipeline = gst_parse_launch (argv[1], &error);
  if (error) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "r");
  g_autoptr (GstElement) muxer = gst_bin_get_by_name (GST_BIN (pipeline), "m");
  if (!source || !muxer) {
    g_printerr ("There is no \"r\" or no \"m\" in the line\n");
    return 1;
  }

  self.pipeline = pipeline;
  g_mutex_init (&self.lock);
  gst_element_foreach_sink_pad (muxer, watch_pad, &self);
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) !=
      GST_STATE_CHANGE_FAILURE) {
    puts ("ready");
    fflush (stdout);
  }
  ended = wait_for_end (pipeline);
  if (ended)
    report (&self, source);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_mutex_clear (&self.lock);

  return ended ? 0 : 1;
}
