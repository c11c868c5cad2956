/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Records a session in the folder at hand and tells how it went:
 *
 *   density LAUNCH-LINE
 *
 * The source is an rtprecordsrc called "r", the muxer is called "m". It says
 * "ready" when the source listens, and at the end a line with the processor
 * time (user and system), the most memory it held, how late what came to the
 * muxer was (the most, and the most of the last five seconds), and what the
 * network lost of it. */

#include <gst/gst.h>
#include <stdio.h>
#include <sys/resource.h>

#define LAST_SECONDS 5
/* The last pictures wait until the source says that nothing more comes. */
#define ENDING_SECONDS 2

typedef struct
{
  GstElement *pipeline;
  GMutex lock;
  GArray *latest;               /* GstClockTime for each second, with lock */
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
  guint second = then / GST_SECOND;
  g_mutex_lock (&self->lock);
  if (second >= self->latest->len)
    g_array_set_size (self->latest, second + 1);
  GstClockTime *latest = &g_array_index (self->latest, GstClockTime, second);
  *latest = MAX (*latest, late);
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

/* The latest of the last @seconds before the ending. */
static gdouble
lateness (Density * self, guint seconds)
{
  GstClockTime latest = 0;

  g_mutex_lock (&self->lock);
  guint end = self->latest->len - MIN (ENDING_SECONDS, self->latest->len);
  for (guint i = end - MIN (seconds, end); i < end; i++)
    latest = MAX (latest, g_array_index (self->latest, GstClockTime, i));
  g_mutex_unlock (&self->lock);

  return latest / (gdouble) GST_SECOND;
}

static void
report (Density * self, GstElement * source)
{
  g_autoptr (GstStructure) stats = NULL;
  struct rusage usage;

  g_object_get (source, "stats", &stats, NULL);
  getrusage (RUSAGE_SELF, &usage);
  printf ("cpu=%.2f rss=%.1f late=%.2f late-at-end=%.2f packets=%"
      G_GUINT64_FORMAT " lost=%" G_GUINT64_FORMAT " withheld=%"
      G_GUINT64_FORMAT "\n",
      usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
      usage.ru_maxrss / 1024.0, lateness (self, G_MAXUINT),
      lateness (self, LAST_SECONDS), sum_of (stats, "packets"),
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
  self.latest = g_array_new (FALSE, TRUE, sizeof (GstClockTime));
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
  g_array_unref (self.latest);
  g_mutex_clear (&self.lock);

  return ended ? 0 : 1;
}
