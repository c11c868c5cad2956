/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* seekcheck URI: plays URI by playbin, without showing anything, and looks at
 * some places of it, as somebody does who drags a slider. Every picture has to
 * be the one of its place. What the source says of itself at the end is
 * printed. */
#include <gst/gst.h>
#include <stdio.h>

#define MAX_OFF (50 * GST_MSECOND)

static GstElement *source;

static void
source_setup (GstElement * playbin G_GNUC_UNUSED, GstElement * element,
    gpointer data G_GNUC_UNUSED)
{
  gst_object_replace ((GstObject **) & source, GST_OBJECT (element));
}

/* Until it is prerolled, or fails. */
static gboolean
wait_for_preroll (GstElement * playbin)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (playbin);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  if (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    fprintf (stderr, "%s\n", error->message);
  } else if (message == NULL) {
    fprintf (stderr, "no picture within 20 s\n");
  }
  gboolean good = message &&
      GST_MESSAGE_TYPE (message) == GST_MESSAGE_ASYNC_DONE;
  gst_clear_message (&message);

  return good;
}

/* When the picture is shown that the sink has. */
static GstClockTime
picture_time (GstElement * sink)
{
  GstSample *sample = NULL;
  GstClockTime time = GST_CLOCK_TIME_NONE;

  g_object_get (sink, "last-sample", &sample, NULL);
  if (sample) {
    time = gst_segment_to_stream_time (gst_sample_get_segment (sample),
        GST_FORMAT_TIME, GST_BUFFER_PTS (gst_sample_get_buffer (sample)));
    gst_sample_unref (sample);
  }

  return time;
}

static gboolean
look_at (GstElement * playbin, GstElement * sink, GstClockTime place)
{
  if (!gst_element_seek_simple (playbin, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, place)) {
    fprintf (stderr, "it cannot be sought\n");
    return FALSE;
  }
  if (!wait_for_preroll (playbin))
    return FALSE;

  GstClockTime time = picture_time (sink);
  printf ("%" GST_TIME_FORMAT ": %" GST_TIME_FORMAT "\n",
      GST_TIME_ARGS (place), GST_TIME_ARGS (time));

  return GST_CLOCK_TIME_IS_VALID (time) &&
      ABS (GST_CLOCK_DIFF (place, time)) <= (GstClockTimeDiff) MAX_OFF;
}

int
main (int argc, char **argv)
{
  static const gdouble places[] = { 0.9, 0.1, 0.5, 0.51, 0.02, 0.75, 0 };
  gboolean good;
  gint64 duration = 0;

  gst_init (&argc, &argv);
  if (argc != 2)
    return 2;

  GstElement *playbin = gst_element_factory_make ("playbin", NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  GstElement *audio_sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "sync", TRUE, NULL);
  g_object_set (playbin, "uri", argv[1], "video-sink", sink, "audio-sink",
      audio_sink, NULL);
  g_signal_connect (playbin, "source-setup", G_CALLBACK (source_setup), NULL);

  gst_element_set_state (playbin, GST_STATE_PAUSED);
  good = wait_for_preroll (playbin) &&
      gst_element_query_duration (playbin, GST_FORMAT_TIME, &duration);
  for (guint i = 0; good && i < G_N_ELEMENTS (places); i++)
    good = look_at (playbin, sink, duration * places[i]);

  if (source && g_object_class_find_property (G_OBJECT_GET_CLASS (source),
          "stats")) {
    GstStructure *stats;

    g_object_get (source, "stats", &stats, NULL);
    g_autofree gchar *text = gst_structure_to_string (stats);
    printf ("%s\n", text);
    gst_structure_free (stats);
  }
  gst_element_set_state (playbin, GST_STATE_NULL);
  gst_clear_object (&source);
  gst_object_unref (playbin);

  return !good;
}
