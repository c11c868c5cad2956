/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Plays captures of sessions, spoiled in many ways, into rtprecordsrc, which
 * must neither crash nor end, and record what comes in good order after that.
 *
 *   rtpmutate --duration 600 tests/data/session-vp8-opus.pcap …
 *
 * A capture FILE.pcap has its SDP beside it in FILE.sdp. Run under a sanitizer.
 * Each cycle has a seed of its own, which it says first: --seed N --cycles 1
 * does that one again, as far as threads allow. */

#include <gio/gio.h>
#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mutate.h"
#include "pcapfile.h"

#define MAX_PORTS 64
#define CYCLE (8 * G_USEC_PER_SEC)
#define RECOVERY (4 * GST_SECOND)       /* of capture time */

static gint opt_seed = 1;
static gint opt_duration = 20;
static gint opt_cycles = G_MAXINT;
static gint opt_base_port = 47600;
static gint opt_max_growth;

static const GOptionEntry options[] = {
  {"seed", 0, 0, G_OPTION_ARG_INT, &opt_seed, "of the first cycle (1)", "N"},
  {"duration", 0, 0, G_OPTION_ARG_INT, &opt_duration,
      "begin no cycle after so long (20)", "SECONDS"},
  {"cycles", 0, 0, G_OPTION_ARG_INT, &opt_cycles, "do so many at most", "N"},
  {"base-port", 0, 0, G_OPTION_ARG_INT, &opt_base_port,
      "receive there, on as many ports as the SDP has (47600)", "PORT"},
  {"max-growth", 0, 0, G_OPTION_ARG_INT, &opt_max_growth,
        "fail if the process grows by more after the third cycle "
        "(0: not judged)", "MB"},
  G_OPTION_ENTRY_NULL
};

/* What goes to one port, and how far it was moved from what was captured. */
typedef struct
{
  guint16 captured, port;
  guint16 first_seq, last_seq, moved_seq;
  guint32 first_time, last_time, moved_time;
  guint32 moved_ssrc;
  guint32 ssrc;                 /* as sent last */
  gboolean is_begun;
} Track;

typedef struct
{
  const gchar *path;
  GMappedFile *mapped;
  gchar *sdp;                   /* with the ports of ours */
  Track tracks[MAX_PORTS];
  guint n_tracks;
} Capture;

typedef struct
{
  Capture *capture;
  GRand *rand;
  GstElement *pipeline, *src;
  GSocket *owner, *stranger;
  MutateDatagram datagram, held;
  gdouble spoiled;              /* of the packets, 0 to 1 */
  gdouble speed;
  guint64 sent;
} Cycle;

/* Captures */

static Track *
find_track (Capture * self, guint16 captured)
{
  for (guint i = 0; i < self->n_tracks; i++) {
    if (self->tracks[i].captured == captured)
      return &self->tracks[i];
  }

  return NULL;
}

static guint
map_port (Capture * self, guint16 captured)
{
  Track *track = find_track (self, captured);

  if (track == NULL && self->n_tracks < MAX_PORTS) {
    track = &self->tracks[self->n_tracks];
    *track = (Track) {.captured = captured,
      .port = opt_base_port + self->n_tracks
    };
    self->n_tracks++;
  }

  return track ? track->port : captured;
}

/* m=KIND PORT REST, a=rtcp:PORT */
static gchar *
move_ports (Capture * self, const gchar * sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\n", -1);
  GString *moved = g_string_new (NULL);

  for (guint i = 0; lines[i] && *lines[i]; i++) {
    const gchar *line = g_strstrip (lines[i]);
    const gchar *port = g_str_has_prefix (line, "m=") ? strchr (line, ' ') :
        g_str_has_prefix (line, "a=rtcp:") ? strchr (line, ':') : NULL;
    gchar *rest;

    if (port) {
      guint number = map_port (self, strtoul (port + 1, &rest, 10));

      g_string_append_printf (moved, "%.*s%u%s\r\n",
          (int) (port + 1 - line), line, number, rest);
    } else {
      g_string_append_printf (moved, "%s\r\n", line);
    }
  }

  return g_string_free (moved, FALSE);
}

static gboolean
capture_open (Capture * self, const gchar * path, GError ** error)
{
  g_autoptr (GString) sdp_path = g_string_new (path);
  g_autofree gchar *sdp = NULL;

  g_string_replace (sdp_path, ".pcap", ".sdp", 0);
  self->path = path;
  self->mapped = g_mapped_file_new (path, FALSE, error);
  if (!self->mapped || !g_file_get_contents (sdp_path->str, &sdp, NULL, error))
    return FALSE;
  self->sdp = move_ports (self, sdp);

  return TRUE;
}

static void
capture_clear (Capture * self)
{
  g_clear_pointer (&self->mapped, g_mapped_file_unref);
  g_clear_pointer (&self->sdp, g_free);
}

/* Sending */

static GSocket *
socket_new (const gchar * host)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (host, 0);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  g_socket_bind (socket, address, FALSE, NULL);

  return socket;
}

static void
send_datagram (Cycle * self, GSocket * from, const Track * track,
    const MutateDatagram * datagram)
{
  g_autoptr (GSocketAddress) to =
      g_inet_socket_address_new_from_string ("127.0.0.1", track->port);

  g_socket_send_to (from, to, (const gchar *) datagram->data, datagram->size,
      NULL, NULL);
  self->sent++;
}

/* What is captured, moved in sequence, time and SSRC. */
static void
load (Cycle * self, Track * track, const PcapDatagram * captured)
{
  MutateDatagram *d = &self->datagram;
  guint32 time;
  guint16 seq;

  memcpy (d->data, captured->payload, captured->size);
  d->size = captured->size;
  if (d->size < 12 || mutate_is_rtcp (d))
    return;

  seq = GST_READ_UINT16_BE (d->data + 2);
  time = GST_READ_UINT32_BE (d->data + 4);
  if (!track->is_begun) {
    track->first_seq = seq;
    track->first_time = time;
    track->is_begun = TRUE;
  }
  track->last_seq = seq;
  track->last_time = time;
  track->ssrc = mutate_get_ssrc (d) + track->moved_ssrc;
  GST_WRITE_UINT16_BE (d->data + 2, seq + track->moved_seq);
  GST_WRITE_UINT32_BE (d->data + 4, time + track->moved_time);
  GST_WRITE_UINT32_BE (d->data + 8, track->ssrc);
}

static gboolean
chance (Cycle * self, gdouble probability)
{
  return g_rand_double (self->rand) < probability;
}

static void
send_spoiled (Cycle * self, Track * track)
{
  MutateDatagram *d = &self->datagram;
  GSocket *from = self->owner;

  if (chance (self, self->spoiled)) {
    if (chance (self, 0.1))
      from = self->stranger;
    if (chance (self, 0.2))
      mutate_make_rtcp (d, track->ssrc, self->rand);
    else if (chance (self, 0.9))
      mutate_rtp (d, self->rand);
  }
  if (chance (self, self->spoiled / 4)) {       /* later, or never */
    self->held = *d;
    return;
  }
  send_datagram (self, from, track, d);
  if (chance (self, self->spoiled / 4))
    send_datagram (self, from, track, d);
  if (self->held.size > 0 && chance (self, 0.3)) {
    send_datagram (self, from, track, &self->held);
    self->held.size = 0;
  }
}

static void
wait_until (gint64 begin, gdouble elapsed_us)
{
  gint64 due = begin + (gint64) elapsed_us - g_get_monotonic_time ();

  if (due > 0)
    g_usleep (MIN (due, G_USEC_PER_SEC));
}

/* Once through the capture, or through its first @limit. */
static void
play (Cycle * self, gboolean spoil, guint64 limit, gint64 end)
{
  gint64 begin = g_get_monotonic_time ();
  PcapFile file;
  PcapDatagram captured;
  guint64 first = 0, passed;

  pcap_file_open (&file,
      (const guint8 *) g_mapped_file_get_contents (self->capture->mapped),
      g_mapped_file_get_length (self->capture->mapped));
  while (g_get_monotonic_time () < end && pcap_file_next (&file, &captured)) {
    Track *track = find_track (self->capture, captured.destination_port);

    if (track == NULL || captured.size > MUTATE_MAX_DATAGRAM)
      continue;
    first = first ? first : captured.time;
    passed = captured.time > first ? captured.time - first : 0;
    if (passed > limit)
      return;
    wait_until (begin, passed / 1e3 / self->speed);
    load (self, track, &captured);
    if (spoil)
      send_spoiled (self, track);
    else
      send_datagram (self, self->owner, track, &self->datagram);
  }
}

/* Before the next time through: the streams go on, jump back, or are others. */
static void
move_tracks (Cycle * self, gboolean replace)
{
  guint kind = g_rand_int_range (self->rand, 0, 3);

  for (guint i = 0; i < self->capture->n_tracks; i++) {
    Track *track = &self->capture->tracks[i];

    if (replace || kind == 0) {
      track->moved_ssrc = g_rand_int (self->rand);
      track->moved_seq = g_rand_int (self->rand);
      track->moved_time = g_rand_int (self->rand);
    } else if (kind == 1) {
      track->moved_seq += track->last_seq - track->first_seq + 1;
      track->moved_time += track->last_time - track->first_time + 3000;
    }
    track->is_begun = FALSE;
  }
  if (kind == 0)
    g_usleep (300000);
}

/* The recorder */

static void
link_pad (Cycle * self, GstPad * pad)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (sink, "sink");

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_pad_link (pad, sink_pad);
}

static gboolean
start (Cycle * self, gboolean decode)
{
  static const gchar *const pads[] = { "screen", "webcam", "audio_0" };

  self->pipeline = gst_pipeline_new (NULL);
  self->src = gst_element_factory_make ("rtprecordsrc", NULL);
  if (self->src == NULL)
    return FALSE;
  g_object_set (self->src, "sdp", self->capture->sdp, "decode", decode,
      "latency", 200, NULL);
  gst_bin_add (GST_BIN (self->pipeline), self->src);
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (self->src, pads[i]);

    link_pad (self, pad);
  }

  return gst_element_set_state (self->pipeline, GST_STATE_PLAYING)
      != GST_STATE_CHANGE_FAILURE;
}

/* TRUE: a message of that type came, and no error before it. */
static gboolean
wait_for_message (Cycle * self, GstMessageType type, GstClockTime timeout)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, timeout,
      type | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (message == NULL || GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return message != NULL;
  gst_message_parse_error (message, &error, &debug);
  g_printerr ("rtpmutate: %s: %s (%s)\n", GST_OBJECT_NAME (message->src),
      error->message, debug);
  exit (1);
}

/* How many buffers each pad gave so far. */
static guint
read_buffers (Cycle * self, guint64 buffers[MAX_PORTS])
{
  g_autoptr (GstStructure) stats = NULL;
  guint n = 0;

  g_object_get (self->src, "stats", &stats, NULL);
  for (gint i = 0; i < gst_structure_n_fields (stats); i++) {
    const GValue *value = gst_structure_get_value (stats,
        gst_structure_nth_field_name (stats, i));

    if (GST_VALUE_HOLDS_STRUCTURE (value)
        && gst_structure_get_uint64 (gst_value_get_structure (value),
            "buffers", &buffers[n]))
      n++;
  }

  return n;
}

static gboolean
all_go_on (Cycle * self, const guint64 before[MAX_PORTS])
{
  guint64 now[MAX_PORTS] = { 0, };
  guint n = read_buffers (self, now);

  for (guint i = 0; i < n; i++) {
    if (now[i] <= before[i])
      return FALSE;
  }

  return n > 0;
}

static void
print_stats (Cycle * self)
{
  g_autoptr (GstStructure) stats = NULL;
  g_autofree gchar *text = NULL;

  g_object_get (self->src, "stats", &stats, NULL);
  text = gst_structure_to_string (stats);
  g_printerr ("%s\n", text);
}

/* Good packets are recorded again, on every pad. */
static gboolean
recovers (Cycle * self)
{
  guint64 before[MAX_PORTS] = { 0, };
  gint64 end = g_get_monotonic_time () + 40 * G_USEC_PER_SEC;

  g_usleep (1200000);
  self->speed = 1;
  read_buffers (self, before);
  while (g_get_monotonic_time () < end) {
    move_tracks (self, TRUE);
    play (self, FALSE, RECOVERY, end);
    for (guint i = 0; i < 15; i++) {
      wait_for_message (self, GST_MESSAGE_UNKNOWN, 0);
      if (all_go_on (self, before))
        return TRUE;
      g_usleep (100000);
    }
  }

  for (guint i = 0; i < MAX_PORTS && before[i] > 0; i++)
    g_printerr ("buffers of pad %u before: %" G_GUINT64_FORMAT "\n", i,
        before[i]);
  print_stats (self);

  return FALSE;
}

static gboolean
run (Cycle * self, gboolean decode, gint seed)
{
  static const gdouble shares[] = { 0.02, 0.1, 0.4 };
  static const gdouble speeds[] = { 1, 3, 8 };
  gint64 end = g_get_monotonic_time () + CYCLE;
  gboolean ok;

  self->spoiled = shares[g_rand_int_range (self->rand, 0, 3)];
  self->speed = speeds[g_rand_int_range (self->rand, 0, 3)];
  g_print ("cycle seed=%d decode=%d spoiled=%.2f speed=%.0f %s\n", seed,
      decode, self->spoiled, self->speed, self->capture->path);
  if (!start (self, decode)) {
    wait_for_message (self, GST_MESSAGE_UNKNOWN, 0);
    g_printerr ("rtpmutate: rtprecordsrc does not start\n");
    return FALSE;
  }
  while (g_get_monotonic_time () < end) {
    play (self, TRUE, G_MAXUINT64, end);
    move_tracks (self, FALSE);
  }

  ok = recovers (self);
  if (!ok)
    g_printerr ("rtpmutate: good packets are not recorded any more\n");
  gst_element_send_event (self->pipeline, gst_event_new_eos ());
  if (!wait_for_message (self, GST_MESSAGE_EOS, 20 * GST_SECOND)) {
    g_printerr ("rtpmutate: no EOS\n");
    ok = FALSE;
  }
  gst_element_set_state (self->pipeline, GST_STATE_NULL);

  return ok;
}

static glong
resident_kb (void)
{
  g_autofree gchar *text = NULL;
  gchar *end;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  strtol (text, &end, 10);

  return strtol (end, NULL, 10) * (sysconf (_SC_PAGESIZE) / 1024);
}

static gboolean
run_cycle (Capture * capture, gboolean decode, gint seed, guint64 * sent)
{
  g_autofree Cycle *cycle = g_new0 (Cycle, 1);
  gboolean ok;

  cycle->capture = capture;
  cycle->rand = g_rand_new_with_seed (seed);
  cycle->owner = socket_new ("127.0.0.1");
  cycle->stranger = socket_new ("127.0.0.2");
  ok = run (cycle, decode, seed);
  *sent += cycle->sent;

  g_object_unref (cycle->owner);
  g_object_unref (cycle->stranger);
  gst_clear_object (&cycle->pipeline);
  g_rand_free (cycle->rand);

  return ok;
}

static gboolean
run_all (Capture * captures, guint n)
{
  gint64 end = g_get_monotonic_time () + opt_duration * G_USEC_PER_SEC;
  glong settled = 0, resident = 0;
  guint64 sent = 0;
  gint cycle;

  for (cycle = 0; cycle < opt_cycles && g_get_monotonic_time () < end;
      cycle++) {
    gint seed = opt_seed + cycle;

    if (!run_cycle (&captures[seed % n], (seed / n) % 2, seed, &sent))
      return FALSE;
    resident = resident_kb ();
    if (cycle == 2)
      settled = resident;
  }
  g_print ("cycles=%d datagrams=%" G_GUINT64_FORMAT " resident=%ldkB "
      "grown=%ldkB\n", cycle, sent, resident,
      settled ? resident - settled : 0);

  return opt_max_growth == 0 || settled == 0
      || resident - settled <= opt_max_growth * 1024L;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("CAPTURE…");
  g_autoptr (GError) error = NULL;
  g_autofree Capture *captures = NULL;
  gboolean ok = TRUE;

  setvbuf (stdout, NULL, _IOLBF, 0);
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 2) {
    g_printerr ("rtpmutate: %s\n", error ? error->message : "name a capture");
    return 2;
  }

  captures = g_new0 (Capture, argc - 1);
  for (gint i = 0; ok && i < argc - 1; i++) {
    ok = capture_open (&captures[i], argv[i + 1], &error);
    if (!ok)
      g_printerr ("rtpmutate: %s\n", error->message);
  }
  ok = ok && run_all (captures, argc - 1);
  for (gint i = 0; i < argc - 1; i++)
    capture_clear (&captures[i]);

  return ok ? 0 : 1;
}
