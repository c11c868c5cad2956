/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Receives the streams of rtpload in one process, until SIGTERM:
 *
 *   ingest session 25 DIR     rtprecordsrc decode=false, once for each of
 *                             DIR/0.sdp to DIR/24.sdp
 *   ingest chain 50 PORT      udpsrc ! rtpjitterbuffer ! rtpvp8depay, once for
 *                             each of the ports PORT, PORT + 2, ...
 *
 * It says "ready" when it listens, and at the end a line with what came. */

#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline;
  GPtrArray *sources;           /* of rtprecordsrc */
  gint buffers;                 /* atomic */
  gboolean failed;
} Ingest;

static GstPadProbeReturn
count (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer user_data)
{
  g_atomic_int_inc (&((Ingest *) user_data)->buffers);

  return GST_PAD_PROBE_OK;
}

static void
add_sink (Ingest * self, GstElement * src, const gchar * pad_name)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count, self, NULL);
  gst_element_link_pads (src, pad_name, sink, "sink");
}

static gboolean
add_session (Ingest * self, guint i, const gchar * folder)
{
  g_autofree gchar *path = g_strdup_printf ("%s/%u.sdp", folder, i);
  GstElement *src = gst_element_factory_make ("rtprecordsrc", NULL);

  if (src == NULL)
    return FALSE;
  g_object_set (src, "sdp-location", path, "decode", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), src);
  g_ptr_array_add (self->sources, src);
  add_sink (self, src, "screen");
  add_sink (self, src, "webcam");

  return TRUE;
}

/* latency as rtprecordsrc has it, or less would be kept in memory */
static gboolean
add_chain (Ingest * self, guint i, const gchar * base_port)
{
  g_autofree gchar *text = g_strdup_printf ("udpsrc address=127.0.0.1 port=%u "
      "buffer-size=4194304 caps=\"application/x-rtp, media=(string)video, "
      "clock-rate=(int)90000, encoding-name=(string)VP8, payload=(int)96\" "
      "! rtpjitterbuffer latency=1000 ! rtpvp8depay", atoi (base_port) + 2 * i);
  GstElement *bin = gst_parse_bin_from_description (text, TRUE, NULL);

  if (bin == NULL)
    return FALSE;
  gst_bin_add (GST_BIN (self->pipeline), bin);
  add_sink (self, bin, "src");

  return TRUE;
}

static gboolean
on_message (GstBus * bus G_GNUC_UNUSED, GstMessage * message,
    gpointer user_data)
{
  Ingest *self = user_data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  gst_message_parse_error (message, &error, NULL);
  g_printerr ("ingest: %s\n", error->message);
  self->failed = TRUE;
  g_main_loop_quit (self->loop);

  return G_SOURCE_CONTINUE;
}

static gboolean
quit (gpointer user_data)
{
  g_main_loop_quit (((Ingest *) user_data)->loop);

  return G_SOURCE_REMOVE;
}

/* The sum of a counter over all pads of all sessions. */
static guint64
sum (Ingest * self, const gchar * counter)
{
  guint64 total = 0;

  for (guint i = 0; i < self->sources->len; i++) {
    g_autoptr (GstStructure) stats = NULL;

    g_object_get (g_ptr_array_index (self->sources, i), "stats", &stats, NULL);
    for (gint j = 0; j < gst_structure_n_fields (stats); j++) {
      const GstStructure *pad = gst_value_get_structure (gst_structure_get_value
          (stats, gst_structure_nth_field_name (stats, j)));
      guint64 value = 0;

      if (gst_structure_get_uint64 (pad, counter, &value))
        total += value;
    }
  }

  return total;
}

static void
print_report (Ingest * self)
{
  static const gchar *const counters[] = {
    "packets", "invalid-packets", "foreign-packets", "refused-packets",
    "undecryptable-packets", "replayed-packets", "lost-packets",
  };

  g_print ("received access-units=%d", g_atomic_int_get (&self->buffers));
  for (guint i = 0; self->sources->len > 0 && i < G_N_ELEMENTS (counters); i++)
    g_print (" %s=%" G_GUINT64_FORMAT, counters[i], sum (self, counters[i]));
  g_print ("\n");
}

static void
run (Ingest * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  gst_bus_add_watch (bus, on_message, self);
  g_unix_signal_add (SIGTERM, quit, self);
  g_unix_signal_add (SIGINT, quit, self);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING)
      != GST_STATE_CHANGE_FAILURE)
    g_print ("ready\n");
  g_main_loop_run (self->loop);
  print_report (self);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
}

int
main (int argc, char **argv)
{
  Ingest self = { 0, };
  gboolean (*add) (Ingest *, guint, const gchar *) = NULL;

  gst_init (&argc, &argv);
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (argc == 4 && g_str_equal (argv[1], "session"))
    add = add_session;
  if (argc == 4 && g_str_equal (argv[1], "chain"))
    add = add_chain;
  if (add == NULL) {
    g_printerr ("usage: ingest session SESSIONS DIR | chain STREAMS PORT\n");
    return 2;
  }

  self.loop = g_main_loop_new (NULL, FALSE);
  self.pipeline = gst_pipeline_new (NULL);
  self.sources = g_ptr_array_new ();
  for (gint i = 0; i < atoi (argv[2]) && !self.failed; i++)
    self.failed = !add (&self, i, argv[3]);
  if (self.failed)
    g_printerr ("ingest: an element is missing\n");
  else
    run (&self);

  gst_object_unref (self.pipeline);
  g_ptr_array_unref (self.sources);
  g_main_loop_unref (self.loop);

  return self.failed ? 1 : 0;
}
