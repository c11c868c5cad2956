/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What makes of a codec's RTP what a pad pushes. */

#include "gstrecchain.h"

#include <gst/audio/audio.h>

typedef struct
{
  const gchar *depay;
  const gchar *parse;           /* with decode=false */
  const gchar *decode;
  const gchar *package;         /* where Debian keeps the decoder */
} Chain;

/* A broken frame must not end a recording: decoders count no errors. The gate
 * before the depayloader waits for keyframes. One thread a decoder: sessions run
 * side by side. */
#define TO_SOUND " ! audioconvert"

/* Parameter sets in band, with each keyframe: the one format of H.264 whose
 * size may change within a file. */
#define AVC3_FIRST "video/x-h264, stream-format=(string)avc3, " \
    "alignment=(string)au; video/x-h264"

static const Chain chains[] = {
  [GST_REC_CODEC_VP8] = {"rtpvp8depay", "",
      " ! vp8dec threads=1 max-errors=-1", "gstreamer1.0-plugins-good"},
  /* mp4mux 1.22 crashes on VP9 caps without a chroma-site, which the stream
   * does not tell; libvpx's is the one of MPEG-2. */
  [GST_REC_CODEC_VP9] = {"rtpvp9depay",
        " ! vp9parse ! capssetter caps=\"video/x-vp9, "
        "chroma-site=(string)mpeg2\"",
      " ! vp9dec threads=1 max-errors=-1", "gstreamer1.0-plugins-good"},
  [GST_REC_CODEC_H264] = {"rtph264depay",
        " ! h264parse config-interval=-1 ! capsfilter caps=\"" AVC3_FIRST "\"",
        " ! h264parse ! avdec_h264 max-threads=1 max-errors=-1",
      "gstreamer1.0-libav"},
  [GST_REC_CODEC_OPUS] = {"rtpopusdepay", " ! opusparse",
        " ! opusdec plc=true use-inband-fec=true max-errors=-1" TO_SOUND,
      "gstreamer1.0-plugins-base"},
  [GST_REC_CODEC_PCMU] = {"rtppcmudepay", "",
      " ! mulawdec max-errors=-1" TO_SOUND, "gstreamer1.0-plugins-good"},
  [GST_REC_CODEC_PCMA] = {"rtppcmadepay", "",
      " ! alawdec max-errors=-1" TO_SOUND, "gstreamer1.0-plugins-good"},
};

GstCaps *
gst_rec_sound_caps (gint channels)
{
  return gst_caps_new_simple ("audio/x-raw",
      "format", G_TYPE_STRING, GST_AUDIO_NE (S16),
      "layout", G_TYPE_STRING, "interleaved",
      "rate", G_TYPE_INT, GST_REC_SOUND_RATE,
      "channels", G_TYPE_INT, channels, NULL);
}

/* The caps of decoded sound. Transfer full. */
GstCaps *
gst_rec_chain_sound_caps (const GstRecStreamDescription * description)
{
  return gst_rec_sound_caps (g_array_index (description->payloads,
          GstRecPayload, 0).channels);
}

/* The timeline takes sound at the codec's rate and resamples it. */
static gchar *
sound_filter (const GstRecStreamDescription * description)
{
  g_autoptr (GstCaps) caps = gst_rec_chain_sound_caps (description);

  gst_caps_set_simple (caps, "rate", GST_TYPE_INT_RANGE, 8000,
      GST_REC_SOUND_RATE, NULL);

  return gst_caps_to_string (caps);
}

/* A bin with the pads sink and src, floating. */
GstElement *
gst_rec_chain_new (const GstRecStreamDescription * stream, GstRecCodec codec,
    gboolean decode, GError ** error)
{
  const Chain *chain = &chains[codec];
  gboolean is_raw_sound = decode && stream->role == GST_REC_ROLE_AUDIO;
  g_autofree gchar *filter = is_raw_sound ? sound_filter (stream) : NULL;
  g_autofree gchar *description = g_strconcat (chain->depay,
      decode ? chain->decode : chain->parse,
      filter ? " ! capsfilter caps=\"" : NULL, filter, "\"", NULL);
  g_autoptr (GError) reason = NULL;
  GstElement *bin = gst_parse_bin_from_description_full (description, TRUE,
      NULL, GST_PARSE_FLAG_FATAL_ERRORS, &reason);

  if (bin == NULL)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
        "An element to receive this codec is missing (%s): install "
        "gstreamer1.0-plugins-good, gstreamer1.0-plugins-bad and %s",
        reason->message, chain->package);

  return bin;
}

/* Puts an element before all others. */
void
gst_rec_chain_prepend (GstElement * chain, GstElement * element)
{
  g_autoptr (GstPad) ghost = gst_element_get_static_pad (chain, "sink");
  g_autoptr (GstPad) first = gst_ghost_pad_get_target (GST_GHOST_PAD (ghost));
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (element, "src");

  gst_bin_add (GST_BIN (chain), element);
  gst_ghost_pad_set_target (GST_GHOST_PAD (ghost), sink);
  gst_pad_link (src, first);
}
