/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Sends sessions as an SFU would, many at once and without encoding, in real
 * time: what the table of a scenario says, over UDP. It answers PLI with a
 * keyframe and NACK with the packet.
 *
 *   rtpsim --sdp-dir DIR --sessions 10 --duration 60 --random
 *
 * DIR gets an SDP a session, session-0.sdp and so on. On exit there is a line a
 * stream: what was sent, and what the receiver asked for. */

#include <gio/gio.h>
#include <gst/gst.h>
#include <string.h>

#include "simencode.h"
#include "simscenario.h"
#include "simsdp.h"

#define HISTORY 512
#define MAX_WAIT_MS 100
#define PORTS_A_STREAM 2

/* RFC 3550, 12.1 and RFC 4585, 6.2 and 6.3 */
#define RTCP_RTPFB 205
#define RTCP_PSFB 206
#define RTPFB_NACK 1
#define PSFB_PLI 1

typedef struct
{
  GSocket *socket;
  guint port;                   /* of the packets; see SimPacket */
  GSocketAddress *rtp;
  GSocketAddress *rtcp;
  SimPacket *history[HISTORY];  /* by the sequence number */
  guint64 sent, lost, resent, plis, nacks, bytes;
} Stream;

typedef struct
{
  SimScenario *scenario;
  SimSender *sender;
  Stream *streams;
  guint n_streams;
} Session;

static gchar *opt_scenario;
static gchar *opt_sdp_dir;
static gchar *opt_address = "127.0.0.1";
static gint opt_sessions = 1;
static gint opt_base_port = 47000;
static gdouble opt_duration = 20;
static gint opt_seed = 1;
static gint opt_bitrate;
static gboolean opt_random;
static gboolean opt_rtcp_mux;

static const GOptionEntry options[] = {
  {"scenario", 0, 0, G_OPTION_ARG_FILENAME, &opt_scenario,
        "table of streams and events; else screen, webcam and two voices",
      "FILE"},
  {"sdp-dir", 0, 0, G_OPTION_ARG_FILENAME, &opt_sdp_dir,
      "write the receivers' SDPs there before anything is sent", "DIR"},
  {"address", 0, 0, G_OPTION_ARG_STRING, &opt_address,
      "of the receivers (127.0.0.1)", "ADDRESS"},
  {"base-port", 0, 0, G_OPTION_ARG_INT, &opt_base_port,
      "port of the first stream, 2 more for each next (47000)", "PORT"},
  {"sessions", 0, 0, G_OPTION_ARG_INT, &opt_sessions,
      "copies of the scenario (1)", "N"},
  {"duration", 0, 0, G_OPTION_ARG_DOUBLE, &opt_duration,
      "length of each session (20)", "SECONDS"},
  {"random", 0, 0, G_OPTION_ARG_NONE, &opt_random,
      "pauses, losses, rejoins and new sizes at random", NULL},
  {"seed", 0, 0, G_OPTION_ARG_INT, &opt_seed, "of the random ones (1)", "N"},
  {"bitrate", 0, 0, G_OPTION_ARG_INT, &opt_bitrate,
        "pictures that move at that rate, in place of a dark one that "
        "flashes each second", "BIT/S"},
  {"rtcp-mux", 0, 0, G_OPTION_ARG_NONE, &opt_rtcp_mux,
      "RTCP on the port of the RTP, else one above", NULL},
  G_OPTION_ENTRY_NULL
};

static gboolean
open_socket (Stream * stream, GError ** error)
{
  g_clear_object (&stream->socket);
  stream->socket = g_socket_new (g_socket_address_get_family (stream->rtp),
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
  if (stream->socket == NULL)
    return FALSE;
  g_socket_set_blocking (stream->socket, FALSE);

  return TRUE;
}

static gboolean
open_stream (Stream * stream, guint port, GError ** error)
{
  guint rtcp_port = opt_rtcp_mux ? port : port + 1;

  stream->rtp = g_inet_socket_address_new_from_string (opt_address, port);
  stream->rtcp = g_inet_socket_address_new_from_string (opt_address,
      rtcp_port);
  if (stream->rtp == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "\"%s\" is no address", opt_address);
    return FALSE;
  }

  return open_socket (stream, error);
}

static gboolean
write_sdp (const Session * session, guint n, guint base_port, GError ** error)
{
  g_autofree gchar *name = g_strdup_printf ("session-%u.sdp", n);
  g_autofree guint *ports = g_new (guint, session->n_streams);
  g_autofree gchar *path = NULL;
  g_autofree gchar *sdp = NULL;

  if (opt_sdp_dir == NULL)
    return TRUE;
  for (guint i = 0; i < session->n_streams; i++)
    ports[i] = base_port + i * PORTS_A_STREAM;
  sdp = sim_sdp (sim_scenario_streams (session->scenario), session->n_streams,
      opt_address, ports, opt_rtcp_mux);
  path = g_build_filename (opt_sdp_dir, name, NULL);

  return g_file_set_contents (path, sdp, -1, error);
}

static gboolean
open_session (Session * self, guint n, const gchar * text, SimMedia * media,
    GError ** error)
{
  guint64 duration = opt_duration * SIM_SECOND;
  guint base_port;
  SimMotion motion = {.bitrate = opt_bitrate };

  self->scenario = sim_scenario_parse (text, error);
  if (self->scenario == NULL)
    return FALSE;
  self->n_streams = self->scenario->streams->len;
  base_port = opt_base_port + n * self->n_streams * PORTS_A_STREAM;
  sim_scenario_renumber (self->scenario, n);
  if (opt_random)
    sim_scenario_randomize (self->scenario, duration, opt_seed + n * 100);

  motion.fps = g_array_index (self->scenario->streams, SimStream, 0).fps;
  motion.n_frames = motion.fps * 10;
  if (!sim_media_encode_table (media, sim_scenario_streams (self->scenario),
          self->n_streams, &motion, error))
    return FALSE;
  self->sender = sim_sender_new (sim_scenario_streams (self->scenario),
      self->n_streams, media, duration, opt_seed + n);

  self->streams = g_new0 (Stream, self->n_streams);
  for (guint i = 0; i < self->n_streams; i++) {
    if (!open_stream (&self->streams[i],
            base_port + i * PORTS_A_STREAM, error))
      return FALSE;
  }

  return write_sdp (self, n, base_port, error);
}

static void
close_session (Session * self)
{
  for (guint i = 0; self->streams && i < self->n_streams; i++) {
    Stream *stream = &self->streams[i];

    g_clear_object (&stream->socket);
    g_clear_object (&stream->rtp);
    g_clear_object (&stream->rtcp);
    for (guint j = 0; j < HISTORY; j++)
      g_free (stream->history[j]);
  }
  g_free (self->streams);
  g_clear_pointer (&self->sender, sim_sender_free);
  g_clear_pointer (&self->scenario, sim_scenario_free);
}

static guint16
get_u16 (const guint8 * data)
{
  return data[0] << 8 | data[1];
}

static void
send_packet (Stream * stream, const SimPacket * packet)
{
  g_socket_send_to (stream->socket, packet->is_rtcp ? stream->rtcp :
      stream->rtp, (const gchar *) packet->data, packet->size, NULL, NULL);
  stream->bytes += packet->size;
}

/* Takes the packet. */
static void
pass_packet (Session * self, SimPacket * packet)
{
  Stream *stream = &self->streams[packet->stream];
  SimPacket **slot;

  if (packet->port != stream->port && open_socket (stream, NULL))
    stream->port = packet->port;
  if (packet->is_lost) {
    stream->lost++;
  } else {
    send_packet (stream, packet);
    stream->sent++;
  }

  if (packet->is_rtcp) {
    g_free (packet);
    return;
  }
  slot = &stream->history[get_u16 (packet->data + 2) % HISTORY];
  g_free (*slot);
  *slot = g_memdup2 (packet, G_STRUCT_OFFSET (SimPacket, data) + packet->size);
  g_free (packet);
}

/* SIM_NEVER when all is sent, else when something is next. */
static guint64
pass_due (Session * self, guint64 now)
{
  guint64 next;

  while ((next = sim_sender_next_time (self->sender)) <= now)
    pass_packet (self, sim_sender_next (self->sender));

  return next;
}

static void
resend (Stream * stream, guint16 seq)
{
  SimPacket *packet = stream->history[seq % HISTORY];

  if (packet == NULL || get_u16 (packet->data + 2) != seq)
    return;
  send_packet (stream, packet);
  stream->resent++;
}

static void
answer_nack (Stream * stream, const guint8 * fci, gsize size)
{
  for (; size >= 4; fci += 4, size -= 4) {
    guint16 seq = get_u16 (fci), more = get_u16 (fci + 2);

    stream->nacks++;
    resend (stream, seq);
    for (guint i = 0; i < 16; i++) {
      if (more >> i & 1)
        resend (stream, seq + 1 + i);
    }
  }
}

static void
answer (Session * self, guint n, const guint8 * data, gsize size)
{
  Stream *stream = &self->streams[n];

  while (size >= 4) {
    gsize length = (get_u16 (data + 2) + 1) * 4;
    guint format = data[0] & 0x1f;

    if (length > size)
      return;
    if (data[1] == RTCP_PSFB && format == PSFB_PLI) {
      stream->plis++;
      sim_sender_force_keyframe (self->sender, n);
    } else if (data[1] == RTCP_RTPFB && format == RTPFB_NACK && length > 12) {
      answer_nack (stream, data + 12, length - 12);
    }
    data += length;
    size -= length;
  }
}

static void
listen_to (Session * self, guint n)
{
  guint8 data[2048];
  gssize size;

  while ((size = g_socket_receive (self->streams[n].socket, (gchar *) data,
              sizeof data, NULL, NULL)) > 0)
    answer (self, n, data, size);
}

static void
watch (Session * sessions, GPollFD * fds, guint n_fds)
{
  for (guint i = 0; i < n_fds; i++) {
    const Session *session = &sessions[i / sessions[0].n_streams];

    fds[i] = (GPollFD) {
      .fd = g_socket_get_fd (session->streams[i % session->n_streams].socket),
      .events = G_IO_IN};
  }
}

static void
wait_and_listen (Session * sessions, GPollFD *fds, guint n_fds,
    gint64 until)
{
  gint64 wait = MAX (until - g_get_monotonic_time (), 0);
  guint fd = 0;

  watch (sessions, fds, n_fds);
  if (g_poll (fds, n_fds, (wait + 999) / 1000) <= 0)
    return;
  for (gint i = 0; i < opt_sessions; i++) {
    for (guint j = 0; j < sessions[i].n_streams; j++, fd++) {
      if (fds[fd].revents)
        listen_to (&sessions[i], j);
    }
  }
}

static void
play (Session * sessions)
{
  guint n_fds = opt_sessions * sessions[0].n_streams;
  g_autofree GPollFD *fds = g_new0 (GPollFD, n_fds);
  gint64 start = g_get_monotonic_time ();
  guint64 next = 0;

  while (next != SIM_NEVER) {
    guint64 now = (g_get_monotonic_time () - start) * 1000;

    next = SIM_NEVER;
    for (gint i = 0; i < opt_sessions; i++)
      next = MIN (next, pass_due (&sessions[i], now));
    if (next != SIM_NEVER)
      wait_and_listen (sessions, fds, n_fds, start + MIN (next,
              now + MAX_WAIT_MS * SIM_MS) / 1000);
  }
}

static void
report (const Session * session, guint n)
{
  for (guint i = 0; i < session->n_streams; i++) {
    const Stream *s = &session->streams[i];

    g_print ("session %u %s: sent %" G_GUINT64_FORMAT " lost %"
        G_GUINT64_FORMAT " resent %" G_GUINT64_FORMAT " bytes %"
        G_GUINT64_FORMAT " pli %" G_GUINT64_FORMAT " nack %" G_GUINT64_FORMAT
        "\n", n, g_array_index (session->scenario->streams, SimStream,
            i).name, s->sent, s->lost, s->resent, s->bytes, s->plis,
        s->nacks);
  }
}

static gboolean
run (Session * sessions, SimMedia * media, GError ** error)
{
  g_autofree gchar *text = NULL;

  if (opt_scenario == NULL)
    text = g_strdup (sim_scenario_default);
  else if (!g_file_get_contents (opt_scenario, &text, NULL, error))
    return FALSE;
  for (gint i = 0; i < opt_sessions; i++) {
    if (!open_session (&sessions[i], i, text, media, error))
      return FALSE;
  }

  g_print ("sending\n");
  play (sessions);
  for (gint i = 0; i < opt_sessions; i++)
    report (&sessions[i], i);

  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (SimMedia) media = sim_media_new ();
  g_autoptr (GError) error = NULL;
  g_autofree Session *sessions = NULL;

  gst_init (&argc, &argv);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }

  opt_sessions = CLAMP (opt_sessions, 1, 1000);
  sessions = g_new0 (Session, opt_sessions);
  if (!run (sessions, media, &error))
    g_printerr ("%s\n", error->message);
  for (gint i = 0; i < opt_sessions; i++)
    close_session (&sessions[i]);

  return error ? 1 : 0;
}
