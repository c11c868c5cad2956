/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "simdriver.h"

#include <gio/gio.h>
#include <string.h>

#include "simencode.h"
#include "simsdp.h"

/* What the clock shows at running time 0. */
#define BASE_TIME (1000 * GST_SECOND)

/* Where nothing is sent the time goes on by that. */
#define STEP (5 * GST_SECOND)

/* How far the output may be behind: jitter buffer and pad have waited for what
 * is missing. What flows should be no more than FLOWING behind. Where it is,
 * because something was lost, a moment is enough, at last. */
#define MAX_BEHIND (1500 * GST_MSECOND)
#define FLOWING (70 * GST_MSECOND)
#define FIRST_MOMENT (100 * G_TIME_SPAN_MILLISECOND)
#define LEAST_MOMENT G_TIME_SPAN_MILLISECOND
#define STUCK (20 * G_TIME_SPAN_SECOND)

/* A pad waits no longer for what is on its way at the end. */
#define DRAIN (12 * GST_SECOND)

typedef struct
{
  const SimStream *table;
  GSocket *socket;
  guint port;                   /* of the packets; see SimPacket */
  GSocketAddress *address;
  SimWatch *watch;              /* NULL: another stream has the pad */
  GstClockTime last_sent;
  GstClockTime since;           /* of the first packet after a silence */
  gint64 moment;                /* µs */
} Line;

struct _SimDriver
{
  GstElement *pipeline, *src;
  GstClock *clock;
  SimMedia *media;
  const SimStream *streams;
  Line *lines;
  guint n_lines;
  GstClockTime latency;

  GMutex lock;
  GCond cond;
  guint64 received;             /* by lock */
  guint64 sent;
  GstClockTime now, start, end;

  gint64 early_memory, late_memory;     /* kB */
  GstStructure *stats;
  GPtrArray *messages;          /* of GstStructure */
};

static GSocket *
socket_new (gboolean will_bind, guint * port)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);

  if (!will_bind)
    return socket;
  g_socket_bind (socket, any, FALSE, NULL);
  address = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));

  return socket;
}

/* Ports that the system has to spare. A stream of a name that is there already
 * is somebody else who sends to its port. */
static gchar *
choose_ports (SimDriver * self)
{
  g_autoptr (GPtrArray) sockets =
      g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree guint *ports = g_new0 (guint, self->n_lines);

  for (guint i = 0; i < self->n_lines; i++) {
    guint first = sim_find_stream (self->streams, self->streams[i].name);

    if (first == i)
      g_ptr_array_add (sockets, socket_new (TRUE, &ports[i]));
    self->lines[i].address =
        g_inet_socket_address_new_from_string ("127.0.0.1", ports[first]);
  }

  return sim_sdp (self->streams, self->n_lines, "127.0.0.1", ports, TRUE);
}

static GstPadProbeReturn
on_received (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer data)
{
  SimDriver *self = data;

  g_mutex_lock (&self->lock);
  self->received++;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);

  return GST_PAD_PROBE_OK;
}

/* A packet has the time of its arrival once its source hands it on. */
static void
watch_receiver (const GValue * item, gpointer data)
{
  GstElement *element = g_value_get_object (item);
  g_autoptr (GstPad) pad = NULL;

  if (!g_str_equal (G_OBJECT_TYPE_NAME (element), "GstRecUdpSrc"))
    return;
  g_object_set (element, "gather", FALSE, NULL);
  pad = gst_element_get_static_pad (element, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_received, data, NULL);
}

static void
watch_receivers (SimDriver * self)
{
  g_autoptr (GstIterator) elements =
      gst_bin_iterate_recurse (GST_BIN (self->pipeline));

  gst_iterator_foreach (elements, watch_receiver, self);
}

static void
add_sink (SimDriver * self, Line * line)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->src,
      line->table->name);

  g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample",
      FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  gst_element_link_pads (self->src, line->table->name, sink, "sink");
  line->watch = sim_watch_new (pad);
}

static gboolean
make_pipeline (SimDriver * self, const gchar * properties, GError ** error)
{
  g_autofree gchar *description = g_strdup_printf ("rtprecordsrc %s",
      properties);
  g_autofree gchar *sdp = choose_ports (self);
  guint latency;

  self->src = gst_parse_launch (description, error);
  if (self->src == NULL)
    return FALSE;
  g_object_set (self->src, "sdp", sdp, NULL);
  g_object_get (self->src, "latency", &latency, NULL);
  self->latency = latency * GST_MSECOND;
  self->pipeline = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (self->pipeline), gst_object_ref (self->src));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), self->clock);
  gst_element_set_state (self->pipeline, GST_STATE_READY);

  for (guint i = 0; i < self->n_lines; i++) {
    if (sim_find_stream (self->streams, self->streams[i].name) == i)
      add_sink (self, &self->lines[i]);
  }
  watch_receivers (self);

  return TRUE;
}

/* @properties: of rtprecordsrc, as for gst-launch-1.0. @streams: must outlive
 * the driver. */
SimDriver *
sim_driver_new (const SimStream * streams, guint n_streams,
    const gchar * properties, GError ** error)
{
  g_autoptr (SimDriver) self = g_new0 (SimDriver, 1);

  self->streams = streams;
  self->n_lines = n_streams;
  self->lines = g_new0 (Line, n_streams);
  self->clock = sim_clock_new (BASE_TIME);
  self->media = sim_media_new ();
  self->messages = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_structure_free);
  self->start = GST_CLOCK_TIME_NONE;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  for (guint i = 0; i < n_streams; i++) {
    self->lines[i].table = &streams[i];
    self->lines[i].last_sent = GST_CLOCK_TIME_NONE;
    self->lines[i].moment = FIRST_MOMENT;
    self->lines[i].socket = socket_new (FALSE, NULL);
  }
  if (!sim_media_encode_table (self->media, streams, n_streams, NULL, error)
      || !make_pipeline (self, properties, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
sim_driver_free (SimDriver * self)
{
  if (self->pipeline)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  gst_clear_object (&self->src);
  for (guint i = 0; i < self->n_lines; i++) {
    g_clear_object (&self->lines[i].socket);
    g_clear_object (&self->lines[i].address);
    g_clear_pointer (&self->lines[i].watch, sim_watch_free);
  }
  g_free (self->lines);
  gst_clear_structure (&self->stats);
  g_ptr_array_unref (self->messages);
  sim_media_free (self->media);
  gst_object_unref (self->clock);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

static gboolean
stuck (const SimDriver * self, const gchar * where, GError ** error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
      "%s does not go on at %" GST_TIME_FORMAT, where,
      GST_TIME_ARGS (self->now));

  return FALSE;
}

/* The jitter buffer hands a stream on once it has flowed for the latency. */
static gboolean
is_flowing (const SimDriver * self, const Line * line)
{
  return line->last_sent != GST_CLOCK_TIME_NONE
      && self->now > line->since + self->latency;
}

static gboolean
keep_up (const SimDriver * self, Line * line, GError ** error)
{
  GstClockTime behind = 2 * self->latency + MAX_BEHIND;
  gint64 now = g_get_monotonic_time ();

  if (line->watch == NULL)
    return TRUE;
  if (is_flowing (self, line)) {
    if (sim_watch_wait (line->watch, MAX (line->last_sent, line->since
                + FLOWING) - FLOWING, now + line->moment))
      line->moment = MIN (line->moment * 2, FIRST_MOMENT);
    else
      line->moment = MAX (line->moment / 4, LEAST_MOMENT);
  }
  if (self->start == GST_CLOCK_TIME_NONE || self->now < self->start + behind
      || sim_watch_wait (line->watch, self->now - behind, now + STUCK))
    return TRUE;

  return stuck (self, line->table->name, error);
}

static gboolean
set_time (SimDriver * self, GstClockTime now, GError ** error)
{
  self->now = now;
  sim_clock_set (SIM_CLOCK (self->clock), BASE_TIME + now);
  for (guint i = 0; i < self->n_lines; i++) {
    if (!keep_up (self, &self->lines[i], error))
      return FALSE;
  }

  return TRUE;
}

static gboolean
advance (SimDriver * self, GstClockTime until, GError ** error)
{
  while (self->now + STEP < until) {
    if (!set_time (self, self->now + STEP, error))
      return FALSE;
  }

  return set_time (self, until, error);
}

static gboolean
wait_received (SimDriver * self, GError ** error)
{
  gint64 end = g_get_monotonic_time () + STUCK;
  gboolean ok;

  g_mutex_lock (&self->lock);
  while (self->received < self->sent
      && g_cond_wait_until (&self->cond, &self->lock, end));
  ok = self->received >= self->sent;
  g_mutex_unlock (&self->lock);

  return ok || stuck (self, "the receiver", error);
}

/* The session begins with the packet that is counted first. */
static void
wait_counted (SimDriver * self, const Line * line)
{
  gint64 end = g_get_monotonic_time () + FIRST_MOMENT;
  guint64 packets = 0;

  while (packets == 0 && g_get_monotonic_time () < end) {
    gst_clear_structure (&self->stats);
    g_object_get (self->src, "stats", &self->stats, NULL);
    packets = sim_driver_stat (self, line->table->name, "packets");
    g_thread_yield ();
  }
}

static void
note_sent (SimDriver * self, Line * line)
{
  if (line->last_sent == GST_CLOCK_TIME_NONE
      || self->now > line->last_sent + self->latency)
    line->since = self->now;
  line->last_sent = self->now;
  if (self->start == GST_CLOCK_TIME_NONE) {
    self->start = self->now;
    wait_counted (self, line);
  }
}

static gboolean
send_packet (SimDriver * self, const SimPacket * packet, GError ** error)
{
  Line *line = &self->lines[packet->stream];

  if (packet->port != line->port) {
    g_object_unref (line->socket);
    line->socket = socket_new (FALSE, NULL);
    line->port = packet->port;
  }
  if (packet->is_lost)
    return TRUE;

  if (g_socket_send_to (line->socket, line->address,
          (const gchar *) packet->data, packet->size, NULL, error) < 0)
    return FALSE;
  self->sent++;
  if (!wait_received (self, error))
    return FALSE;
  if (!packet->is_rtcp)
    note_sent (self, line);

  return TRUE;
}

/* FALSE and @error: an error of the pipeline. */
static gboolean
take_message (SimDriver * self, GstMessage * message, GError ** error)
{
  const GstStructure *s = gst_message_get_structure (message);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
    g_ptr_array_add (self->messages, gst_structure_copy (s));
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, error, NULL);

  return GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR;
}

/* The recording ends now, and what is under way comes out. */
static gboolean
finish (SimDriver * self, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  gint64 real_end = g_get_monotonic_time () + STUCK;
  gboolean eos = FALSE;

  self->end = self->now;
  gst_element_send_event (self->pipeline, gst_event_new_eos ());
  self->now += self->latency + DRAIN;
  sim_clock_set (SIM_CLOCK (self->clock), BASE_TIME + self->now);

  while (!eos) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        100 * GST_MSECOND, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR
        | GST_MESSAGE_EOS);

    if (message && !take_message (self, message, error))
      return FALSE;
    eos = message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (g_get_monotonic_time () > real_end)
      return stuck (self, "the end", error);
  }
  gst_clear_structure (&self->stats);
  g_object_get (self->src, "stats", &self->stats, NULL);

  return TRUE;
}

/* What the process has of the machine's memory, in kB. */
static gint64
resident (void)
{
  g_autofree gchar *status = NULL;
  const gchar *line = NULL;

  if (g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    line = strstr (status, "VmRSS:");

  return line ? g_ascii_strtoll (line + strlen ("VmRSS:"), NULL, 10) : 0;
}

/* The table until @duration, then EOS. Once. */
gboolean
sim_driver_run (SimDriver * self, GstClockTime duration, GError ** error)
{
  g_autoptr (SimSender) sender = sim_sender_new (self->streams, self->n_lines,
      self->media, duration, 1);
  SimPacket *next;

  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  gst_element_get_state (self->pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  while ((next = sim_sender_next (sender))) {
    g_autofree SimPacket *packet = next;

    if (!advance (self, packet->at, error)
        || !send_packet (self, packet, error))
      return FALSE;
    if (self->early_memory == 0 && self->now > duration / 4)
      self->early_memory = resident ();
  }
  self->late_memory = resident ();

  return advance (self, MAX (self->now, duration), error)
      && finish (self, error);
}

/* NULL: the table has no such stream. */
const SimWatch *
sim_driver_watch (const SimDriver * self, const gchar * pad)
{
  for (guint i = 0; i < self->n_lines; i++) {
    if (g_str_equal (self->lines[i].table->name, pad))
      return self->lines[i].watch;
  }

  return NULL;
}

/* Of the first packet's arrival. */
GstClockTime
sim_driver_start (const SimDriver * self)
{
  return self->start;
}

/* Of EOS. */
GstClockTime
sim_driver_end (const SimDriver * self)
{
  return self->end;
}

/* By which the process grew in the last three quarters of the session, in kB. */
gint64
sim_driver_growth (const SimDriver * self)
{
  return self->late_memory - self->early_memory;
}

/* A counter of stats, at the end. */
guint64
sim_driver_stat (const SimDriver * self, const gchar * pad, const gchar * name)
{
  const GValue *value = gst_structure_get_value (self->stats, pad);
  guint64 number = 0;

  if (value)
    gst_structure_get_uint64 (gst_value_get_structure (value), name, &number);

  return number;
}

/* The first message of that name in which a text is so, or NULL. */
const GstStructure *
sim_driver_message (const SimDriver * self, const gchar * name,
    const gchar * field, const gchar * value)
{
  for (guint i = 0; i < self->messages->len; i++) {
    const GstStructure *s = g_ptr_array_index (self->messages, i);

    if (gst_structure_has_name (s, name)
        && g_strcmp0 (gst_structure_get_string (s, field), value) == 0)
      return s;
  }

  return NULL;
}
