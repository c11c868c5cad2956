/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Runs a pipeline to its end and tells what it cost:
 *
 *   composite LAUNCH-LINE
 *
 * Processor time is user and system. `all` is that of the process; `own` is
 * that of the element called "c" and of what runs in its thread or for it: all
 * but the main thread, which starts the pipeline, and the streaming threads of
 * other elements, where the media are read and decoded. */

#include <gst/gst.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#define COMPOSITOR "c"
#define MAX_THREADS 64

typedef struct
{
  pthread_t main;
  GMutex lock;
  pthread_t sources[MAX_THREADS];       /* with lock */
  guint n_sources;
  guint pictures;               /* of the compositor, its thread only */
} Run;

static gdouble
clock_seconds (clockid_t id)
{
  struct timespec t = { 0, };

  clock_gettime (id, &t);

  return t.tv_sec + t.tv_nsec / 1e9;
}

static gdouble
thread_seconds (pthread_t thread)
{
  clockid_t id;

  return pthread_getcpuclockid (thread, &id) == 0 ? clock_seconds (id) : 0;
}

/* A task's thread says so itself when it begins. */
static GstBusSyncReply
note_thread (GstBus * bus G_GNUC_UNUSED, GstMessage * message, gpointer data)
{
  Run *self = data;
  GstStreamStatusType type;
  GstElement *owner;
  gboolean known = FALSE;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_STREAM_STATUS)
    return GST_BUS_PASS;
  gst_message_parse_stream_status (message, &type, &owner);
  if (type != GST_STREAM_STATUS_TYPE_ENTER
      || g_str_equal (GST_OBJECT_NAME (owner), COMPOSITOR))
    return GST_BUS_PASS;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->n_sources; i++)
    known |= pthread_equal (self->sources[i], pthread_self ());
  if (!known && self->n_sources < MAX_THREADS)
    self->sources[self->n_sources++] = pthread_self ();
  g_mutex_unlock (&self->lock);

  return GST_BUS_PASS;
}

static GstPadProbeReturn
count (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer data)
{
  ((Run *) data)->pictures++;

  return GST_PAD_PROBE_OK;
}

/* The threads are still there: a task that has ended waits for its stop. */
static void
report (Run * self)
{
  gdouble all = clock_seconds (CLOCK_PROCESS_CPUTIME_ID);
  gdouble others = thread_seconds (self->main);
  struct rusage usage;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->n_sources; i++)
    others += thread_seconds (self->sources[i]);
  g_mutex_unlock (&self->lock);
  getrusage (RUSAGE_SELF, &usage);
  printf ("all=%.3f own=%.3f rss=%.1f pictures=%u\n", all, all - others,
      usage.ru_maxrss / 1024.0, self->pictures);
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

int
main (int argc, char **argv)
{
  Run run = {.main = pthread_self () };
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
  g_autoptr (GstElement) compositor =
      gst_bin_get_by_name (GST_BIN (pipeline), COMPOSITOR);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  g_mutex_init (&run.lock);
  gst_bus_set_sync_handler (bus, note_thread, &run, NULL);
  if (compositor) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (compositor, "src");

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count, &run, NULL);
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  ended = wait_for_end (pipeline);
  if (ended)
    report (&run);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_mutex_clear (&run.lock);

  return ended ? 0 : 1;
}
