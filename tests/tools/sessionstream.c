/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "sessionstream.h"

#include <gio/gio.h>
#include <string.h>

/* What a session's stream is made of: the command line's description of it,
 * the pipeline that produces its RTP, and its part of the SDP.
 *
 * No encoder makes a keyframe on its own: after the first one a keyframe comes
 * on request only, as from a browser, so that a receiver that does not ask for
 * one is found out. */

static const SessionCodec video_codecs[] = {
  {"VP8", 90000, 0, -1, NULL,
        "vp8enc deadline=1 cpu-used=12 threads=1 end-usage=cbr "
        "keyframe-mode=disabled lag-in-frames=0 min-quantizer=4 "
        "max-quantizer=56 static-threshold=100 target-bitrate=%u",
      "rtpvp8pay picture-id-mode=15-bit"},
  {"VP9", 90000, 0, -1, "profile-id=0",
        "vp9enc deadline=1 cpu-used=9 threads=2 row-mt=true end-usage=cbr "
        "keyframe-mode=disabled lag-in-frames=0 min-quantizer=4 "
        "max-quantizer=56 static-threshold=100 target-bitrate=%u",
      "rtpvp9pay picture-id-mode=15-bit"},
  {"H264", 90000, 0, -1,
        "level-asymmetry-allowed=1;packetization-mode=1;"
        "profile-level-id=42e01f",
        "x264enc speed-preset=ultrafast tune=zerolatency threads=1 "
        "key-int-max=1000000 option-string=scenecut=0 bitrate=%u ! "
        "video/x-h264,profile=constrained-baseline",
      "rtph264pay config-interval=-1 aggregate-mode=zero-latency"},
};

static const SessionCodec audio_codecs[] = {
  {"opus", 48000, 2, -1, "minptime=10;useinbandfec=1",
        "audio/x-raw,rate=48000,channels=1 ! opusenc frame-size=20 bitrate=%u",
      "rtpopuspay"},
  {"PCMU", 8000, 0, 0, NULL,
        "audio/x-raw,rate=8000,channels=1 ! mulawenc",
      "rtppcmupay min-ptime=20000000 max-ptime=20000000"},
  {"PCMA", 8000, 0, 8, NULL,
        "audio/x-raw,rate=8000,channels=1 ! alawenc",
      "rtppcmapay min-ptime=20000000 max-ptime=20000000"},
};

static const SessionCodec *
find_codec (gboolean video, const gchar * name)
{
  const SessionCodec *codecs = video ? video_codecs : audio_codecs;
  guint n = video ? G_N_ELEMENTS (video_codecs) : G_N_ELEMENTS (audio_codecs);

  for (guint i = 0; i < n; i++) {
    if (g_ascii_strcasecmp (codecs[i].encoding_name, name) == 0)
      return &codecs[i];
  }
  return NULL;
}

SessionStream *
session_stream_new (const gchar * name, gboolean video, guint port, guint pt)
{
  SessionStream *self = g_new0 (SessionStream, 1);
  gboolean screen = g_str_equal (name, "screen");

  self->name = g_strdup (name);
  self->video = video;
  self->codec = video ? &video_codecs[0] : &audio_codecs[0];
  self->port = port;
  self->pt = pt;
  self->width = screen ? 1920 : 1280;
  self->height = screen ? 1080 : 720;
  self->fps = screen ? 15 : 30;
  self->bitrate = !video ? 32000 : screen ? 2000000 : 1000000;
  self->frequency = 1000;
  self->pause_from = self->pause_to = GST_CLOCK_TIME_NONE;
  return self;
}

void
session_stream_free (SessionStream * self)
{
  g_free (self->name);
  g_free (self->file);
  g_free (self);
}

static gboolean
parse_uint (const gchar * value, guint min, guint max, guint * out)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, min, max, &number, NULL))
    return FALSE;
  *out = number;
  return TRUE;
}

static gboolean
parse_seconds (const gchar * value, GstClockTime * out)
{
  gchar *end;
  gdouble seconds = g_ascii_strtod (value, &end);

  if (end == value || *end != '\0' || !(seconds >= 0 && seconds < 1e6))
    return FALSE;
  *out = seconds * GST_SECOND;
  return TRUE;
}

/* "AxB" or "A-B" */
static gboolean
split_pair (const gchar * value, const gchar * separator, gchar ** a,
    gchar ** b)
{
  g_auto (GStrv) parts = g_strsplit (value, separator, 2);

  if (g_strv_length (parts) != 2)
    return FALSE;
  *a = g_strdup (parts[0]);
  *b = g_strdup (parts[1]);
  return TRUE;
}

static gboolean
parse_size (SessionStream * self, const gchar * value)
{
  g_autofree gchar *width = NULL, *height = NULL;

  return split_pair (value, "x", &width, &height)
      && parse_uint (width, 16, 8192, &self->width)
      && parse_uint (height, 16, 8192, &self->height);
}

static gboolean
parse_pause (SessionStream * self, const gchar * value)
{
  g_autofree gchar *from = NULL, *to = NULL;

  return split_pair (value, "-", &from, &to)
      && parse_seconds (from, &self->pause_from)
      && parse_seconds (to, &self->pause_to)
      && self->pause_from < self->pause_to;
}

static gboolean
parse_codec (SessionStream * self, const gchar * value)
{
  const SessionCodec *codec = find_codec (self->video, value);

  if (!codec)
    return FALSE;
  self->codec = codec;
  if (codec->static_pt >= 0)
    self->pt = codec->static_pt;
  return TRUE;
}

static gboolean
parse_key (SessionStream * self, const gchar * key, const gchar * value)
{
  if (g_str_equal (key, "codec"))
    return parse_codec (self, value);
  if (g_str_equal (key, "port"))
    return parse_uint (value, 1, 65534, &self->port);
  if (g_str_equal (key, "pt"))
    return parse_uint (value, 0, 127, &self->pt);
  if (g_str_equal (key, "size"))
    return parse_size (self, value);
  if (g_str_equal (key, "fps"))
    return parse_uint (value, 1, 120, &self->fps);
  if (g_str_equal (key, "bitrate"))
    return parse_uint (value, 6000, 50000000, &self->bitrate);
  if (g_str_equal (key, "frequency"))
    return parse_uint (value, 50, 3000, &self->frequency);
  if (g_str_equal (key, "delay"))
    return parse_seconds (value, &self->delay);
  if (g_str_equal (key, "pause"))
    return parse_pause (self, value);
  if (g_str_equal (key, "file")) {
    g_free (self->file);
    self->file = g_strdup (value);
    return TRUE;
  }
  return FALSE;
}

/* @spec is "key=value,key=value". A comma in a file name cannot be said. */
gboolean
session_stream_parse (SessionStream * self, const gchar * spec, GError ** error)
{
  g_auto (GStrv) items = g_strsplit (spec, ",", -1);

  for (guint i = 0; items[i]; i++) {
    g_autofree gchar *key = NULL, *value = NULL;

    if (*items[i] == '\0')
      continue;
    if (!split_pair (items[i], "=", &key, &value)
        || !parse_key (self, key, value)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
          "%s: cannot use \"%s\"", self->name, items[i]);
      return FALSE;
    }
  }

  if (self->file && !g_file_test (self->file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "%s: there is no file %s", self->name, self->file);
    return FALSE;
  }
  return TRUE;
}

gboolean
session_stream_wants (const SessionStream * self, GstClockTime pts)
{
  if (pts < self->delay)
    return FALSE;
  return !GST_CLOCK_TIME_IS_VALID (self->pause_from)
      || pts < self->pause_from || pts >= self->pause_to;
}

/* A page of text that scrolls under a clock. Both move, so that a frozen or
 * late picture differs from the one that was sent. */
#define SCREEN_MEDIA \
  "videotestsrc pattern=solid-color foreground-color=0xfff4f1ea ! " \
  RAW_VIDEO " ! textoverlay name=page halignment=left " \
  "valignment=position xpad=60 ypos=0.8 font-desc=\"Sans 9\" " \
  "color=0xff202830 draw-shadow=false draw-outline=false " \
  "line-alignment=left text=\"Customer 20417 - open case\n\n" \
  "Subject: delivery of order 8839 is late\nAgent: reads the case history\n\n" \
  "09:12  order placed\n09:40  payment confirmed\n" \
  "11:05  packed in the store\n12:31  handed to the carrier\n" \
  "15:02  customer calls\n\n" \
  "Next step: ask the carrier for a time\" ! " \
  "timeoverlay halignment=right valignment=top font-desc=\"Sans 30\""
#define WEBCAM_MEDIA \
  "videotestsrc pattern=smpte100 horizontal-speed=2 ! " \
  RAW_VIDEO " ! timeoverlay font-desc=\"Sans 40\" valignment=center " \
  "halignment=center"
/* Dark, yet never still: only the flash is bright. */
#define SYNC_MEDIA \
  "videotestsrc pattern=solid-color foreground-color=0xff202428 ! " \
  RAW_VIDEO " ! timeoverlay font-desc=\"Sans 14\" color=0xff808080 " \
  "draw-shadow=false draw-outline=false"
#define RAW_VIDEO \
  "video/x-raw,format=I420,width=%u,height=%u,framerate=%u/1," \
  "pixel-aspect-ratio=1/1"

static void
append_video_source (const SessionStream * self, gboolean sync, GString * bin)
{
  const gchar *media = sync ? SYNC_MEDIA :
      g_str_equal (self->name, "screen") ? SCREEN_MEDIA : WEBCAM_MEDIA;

  if (self->file)
    g_string_append_printf (bin, "filesrc name=file ! decodebin ! "
        "videoconvert ! videoscale add-borders=true ! videorate ! "
        RAW_VIDEO, self->width, self->height, self->fps);
  else
    g_string_append_printf (bin, media, self->width, self->height, self->fps);
}

/* The beeps are painted into the silence later. */
static void
append_audio_source (const SessionStream * self, GString * bin)
{
  if (self->file)
    g_string_append (bin, "filesrc name=file ! decodebin ! audioconvert ! "
        "audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=1");
  else
    g_string_append (bin, "audiotestsrc wave=silence samplesperbuffer=480 ! "
        "audio/x-raw,format=S16LE,rate=48000,channels=1");
}

/* The description of a bin from the source to RTP; an element "raw" hands on
 * what goes to the encoder, "pay" is the payloader. */
gchar *
session_stream_describe_bin (const SessionStream * self, gboolean sync)
{
  GString *bin = g_string_new (NULL);
  guint bitrate = self->bitrate;

  if (self->video)
    append_video_source (self, sync, bin);
  else
    append_audio_source (self, bin);
  /* No live sources: those begin at whatever time they came up, and flash and
   * beep must fall on the very same moments. */
  g_string_append (bin, " ! clocksync name=raw");

  /* A machine that is too slow to encode loses pictures, as a browser does;
   * it does not fall behind the clock. */
  if (self->video)
    g_string_append (bin, " ! queue leaky=downstream max-size-buffers=3");
  else
    g_string_append (bin, " ! queue ! audioconvert ! audioresample");

  if (g_str_has_prefix (self->codec->encoder, "x264enc"))
    bitrate /= 1000;
  g_string_append (bin, " ! ");
  g_string_append_printf (bin, self->codec->encoder, bitrate);
  g_string_append_printf (bin, " ! %s name=pay mtu=1200 pt=%u",
      self->codec->payloader, self->pt);
  return g_string_free (bin, FALSE);
}

/* @tcp_setup: the receiver's a=setup, or NULL for UDP. */
void
session_stream_append_sdp (const SessionStream * self, gboolean rtcp_mux,
    const gchar * tcp_setup, gboolean secure, GString * sdp)
{
  const SessionCodec *codec = self->codec;

  g_string_append_printf (sdp, "m=%s %u %sRTP/%s %u",
      self->video ? "video" : "audio", self->port, tcp_setup ? "TCP/" : "",
      secure ? "SAVPF" : "AVPF", self->pt);
  if (self->rtx_pt > 0)
    g_string_append_printf (sdp, " %u\r\na=rtpmap:%u rtx/90000\r\n"
        "a=fmtp:%u apt=%u", self->rtx_pt, self->rtx_pt, self->rtx_pt, self->pt);
  if (self->nack)
    g_string_append_printf (sdp, "\r\na=rtcp-fb:%u nack", self->pt);
  g_string_append (sdp, "\r\n");
  g_string_append_printf (sdp, "a=rtpmap:%u %s/%u", self->pt,
      codec->encoding_name, codec->clock_rate);
  if (codec->channels)
    g_string_append_printf (sdp, "/%u", codec->channels);
  g_string_append (sdp, "\r\n");
  if (codec->fmtp)
    g_string_append_printf (sdp, "a=fmtp:%u %s\r\n", self->pt, codec->fmtp);
  if (self->video) {
    g_string_append_printf (sdp, "a=rtcp-fb:%u nack pli\r\n", self->pt);
    g_string_append_printf (sdp, "a=content:%s\r\n",
        g_str_equal (self->name, "screen") ? "slides" : "main");
  }
  if (tcp_setup)
    g_string_append_printf (sdp, "a=setup:%s\r\n", tcp_setup);
  else if (rtcp_mux)
    g_string_append (sdp, "a=rtcp-mux\r\n");
  else
    g_string_append_printf (sdp, "a=rtcp:%u\r\n", self->port + 1);
  g_string_append (sdp, "a=recvonly\r\n");
}
