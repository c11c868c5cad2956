/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Sends what no receiver should trip over: random bytes, RTP and RTCP that is
 * cut short or lies about its lengths, payload types of nobody, empty and huge
 * datagrams. The same seed sends the same.
 *
 *   rtpgarbage --seed 7 --count 2000 --pt 96 47000 47001 */

#include <gio/gio.h>
#include <string.h>

#define MAX_DATAGRAM 65507

static gint opt_seed = 1;
static gint opt_count = 1000;
static gint opt_rate = 500;
static gint opt_pt = -1;

static const GOptionEntry options[] = {
  {"seed", 0, 0, G_OPTION_ARG_INT, &opt_seed, "of the random numbers (1)", "N"},
  {"count", 0, 0, G_OPTION_ARG_INT, &opt_count, "datagrams (1000)", "N"},
  {"rate", 0, 0, G_OPTION_ARG_INT, &opt_rate, "datagrams a second (500)", "N"},
  {"pt", 0, 0, G_OPTION_ARG_INT, &opt_pt,
        "send payloads of random bytes with this payload type too, one SSRC "
        "(-1: never)", "N"},
  G_OPTION_ENTRY_NULL
};

static gsize
fill_random (GRand * rand, guint8 * data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int (rand);
  return size;
}

static gsize
make_rtp (GRand * rand, guint8 * data, guint pt)
{
  gsize size = 12 + g_rand_int_range (rand, 0, 1200);

  fill_random (rand, data, size);
  data[0] = 0x80;
  data[1] = (data[1] & 0x80) | pt;
  return size;
}

static gsize
make_random (GRand * rand, guint8 * data)
{
  return fill_random (rand, data, g_rand_int_range (rand, 0, 1500));
}

static gsize
make_truncated_rtp (GRand * rand, guint8 * data)
{
  make_rtp (rand, data, 96);
  return g_rand_int_range (rand, 0, 12);
}

static gsize
make_wrong_payload_type (GRand * rand, guint8 * data)
{
  return make_rtp (rand, data, g_rand_int_range (rand, 20, 64));
}

/* CSRCs, an extension or padding that the packet does not hold */
static gsize
make_lying_rtp (GRand * rand, guint8 * data)
{
  gsize size = make_rtp (rand, data, 96);

  data[0] |= g_rand_int_range (rand, 1, 64);
  data[size - 1] = 255;
  return MIN (size, 12 + (gsize) g_rand_int_range (rand, 0, 40));
}

/* SR, RR, SDES, BYE, APP, RTPFB, PSFB, XR of the wrong length */
static gsize
make_rtcp (GRand * rand, guint8 * data)
{
  gsize size = fill_random (rand, data, g_rand_int_range (rand, 4, 200));

  data[0] = 0x80 | (data[0] & 0x1f);
  data[1] = g_rand_int_range (rand, 200, 208);
  if (g_rand_boolean (rand)) {
    data[2] = 0;
    data[3] = size / 4;
  }
  return size;
}

static gsize
make_huge (GRand * rand, guint8 * data)
{
  make_rtp (rand, data, 96);
  return MAX_DATAGRAM;
}

static gsize
make_right_payload_type (GRand * rand, guint8 * data)
{
  static guint16 seqnum;
  gsize size;

  if (opt_pt < 0)
    return make_random (rand, data);
  size = make_rtp (rand, data, opt_pt);
  data[2] = ++seqnum >> 8;
  data[3] = seqnum & 0xff;
  memcpy (data + 8, "\x12\x34\x56\x78", 4);
  return size;
}

static gsize (*const makers[]) (GRand *, guint8 *) = {
  make_random, make_truncated_rtp, make_wrong_payload_type, make_lying_rtp,
  make_rtcp, make_right_payload_type, make_huge,
};

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("PORT… - send garbage to ports of loopback");
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autofree guint8 *data = g_malloc0 (MAX_DATAGRAM);
  GRand *rand;
  guint sent = 0;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 2
      || opt_rate < 1 || opt_pt > 127) {
    g_printerr ("rtpgarbage: %s\n", error ? error->message : "name a port");
    return 2;
  }
  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);
  rand = g_rand_new_with_seed (opt_seed);

  for (gint i = 0; i < opt_count; i++) {
    /* one huge datagram in a hundred */
    guint n = i % 100 == 99 ? G_N_ELEMENTS (makers) :
        G_N_ELEMENTS (makers) - 1;
    guint maker = i % 100 == 99 ? n - 1 : g_rand_int (rand) % n;
    gsize size = makers[maker] (rand, data);
    guint port = g_ascii_strtoull (argv[1 + i % (argc - 1)], NULL, 10);
    g_autoptr (GSocketAddress) address =
        g_inet_socket_address_new_from_string ("127.0.0.1", port);

    if (g_socket_send_to (socket, address, (gchar *) data, size, NULL, NULL)
        >= 0)
      sent++;
    g_usleep (G_USEC_PER_SEC / opt_rate);
  }
  g_rand_free (rand);
  g_print ("garbage=%u\n", sent);
  return 0;
}
