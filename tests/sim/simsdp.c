/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "simsdp.h"

static void
append_section (const SimStream * stream, guint port, gboolean rtcp_mux,
    GString * sdp)
{
  gboolean is_video = sim_codec_is_video (stream->codec);

  g_string_append_printf (sdp, "m=%s %u RTP/AVPF %u\r\na=rtpmap:%u %s/%u%s\r\n",
      is_video ? "video" : "audio", port, stream->pt, stream->pt,
      sim_codec_name (stream->codec), sim_codec_clock_rate (stream->codec),
      stream->codec == SIM_OPUS ? "/2" : "");
  if (stream->codec == SIM_H264)
    g_string_append_printf (sdp, "a=fmtp:%u packetization-mode=1;"
        "profile-level-id=42e01f\r\n", stream->pt);
  if (is_video)
    g_string_append_printf (sdp, "a=rtcp-fb:%u nack\r\n"
        "a=rtcp-fb:%u nack pli\r\na=content:%s\r\n", stream->pt, stream->pt,
        g_str_equal (stream->name, "screen") ? "slides" : "main");
  if (rtcp_mux)
    g_string_append (sdp, "a=rtcp-mux\r\n");
  else
    g_string_append_printf (sdp, "a=rtcp:%u\r\n", port + 1);
}

/* The first of that name, which must be there. */
guint
sim_find_stream (const SimStream * streams, const gchar * name)
{
  guint i = 0;

  while (!g_str_equal (streams[i].name, name))
    i++;

  return i;
}

/* The receiver's, with a port for each stream, and the next one for its RTCP
 * without @rtcp_mux. */
gchar *
sim_sdp (const SimStream * streams, guint n_streams, const gchar * address,
    const guint * ports, gboolean rtcp_mux)
{
  GString *sdp = g_string_new (NULL);

  g_string_append_printf (sdp, "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\n"
      "c=IN IP4 %s\r\nt=0 0\r\n", address, address);
  for (guint i = 0; i < n_streams; i++) {
    if (sim_find_stream (streams, streams[i].name) == i)
      append_section (&streams[i], ports[i], rtcp_mux, sdp);
  }

  return g_string_free (sdp, FALSE);
}
