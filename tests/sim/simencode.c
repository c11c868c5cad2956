/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Fills a SimMedia with what encoders of GStreamer make of a few pictures and
 * a second of sound, once: senders repeat it as often as they like. */

#include "simencode.h"

#include <gst/app/gstappsrc.h>
#include <gst/app/gstappsink.h>
#include <math.h>

#define RUN_LENGTH 300
#define DARK 0xff202020
#define WHITE 0xffffffff

#define SOUND_RATE 48000
#define SOUND_PACKET 960
#define PACKETS_A_SECOND (SOUND_RATE / SOUND_PACKET)
#define RTP_HEADER 12
#define MARKER 0x80

/* No frame depends on the probabilities of another, so a run can be left and
 * begun anew at any time. */
static const struct
{
  const gchar *encoder;         /* with the bit rate in kbit/s */
  guint unit;                   /* of the bit rate, in bit/s */
  const gchar *payloader;
} video[] = {
  [SIM_VP8] = {"vp8enc deadline=1 cpu-used=12 threads=1 "
        "error-resilient=default keyframe-max-dist=100000 lag-in-frames=0 "
        "end-usage=cbr target-bitrate=%u", 1, "rtpvp8pay"},
  [SIM_VP9] = {"vp9enc deadline=1 cpu-used=9 threads=1 "
        "error-resilient=default keyframe-max-dist=100000 lag-in-frames=0 "
        "end-usage=cbr target-bitrate=%u", 1, "rtpvp9pay"},
  [SIM_H264] = {"x264enc speed-preset=ultrafast tune=zerolatency threads=1 "
        "key-int-max=100000 option-string=scenecut=0 bitrate=%u ! "
        "video/x-h264,profile=constrained-baseline", 1000,
      "rtph264pay config-interval=-1 aggregate-mode=zero-latency"},
};

static gboolean
check_bus (GstElement * pipeline, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  if (message)
    gst_message_parse_error (message, error, NULL);

  return message == NULL;
}

static void
take (GPtrArray * units, GstSample * sample, gboolean * begins)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  sim_media_append (units, *begins, map.data + RTP_HEADER,
      map.size - RTP_HEADER);
  *begins = (map.data[1] & MARKER) != 0;
  gst_buffer_unmap (buffer, &map);
}

/* All that comes out at the appsink "sink", to EOS. */
static gboolean
run (GstElement * pipeline, GPtrArray * units, gboolean has_markers,
    GError ** error)
{
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gboolean begins = TRUE;
  GstSample *sample;
  gboolean ok;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink)))) {
    take (units, sample, &begins);
    begins |= !has_markers;
    gst_sample_unref (sample);
  }
  ok = check_bus (pipeline, error);
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return ok;
}

static gboolean
launch (const gchar * description, GPtrArray * units, GError ** error)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, error);

  return pipeline && run (pipeline, units, TRUE, error);
}

static gboolean
encode_pictures (GPtrArray * units, SimCodec codec, guint32 dimensions,
    const gchar * pattern, guint fps, guint n, guint bitrate, GError ** error)
{
  g_autofree gchar *encoder =
      g_strdup_printf (video[codec].encoder, bitrate / video[codec].unit);
  g_autofree gchar *description = g_strdup_printf ("videotestsrc %s "
      "num-buffers=%u ! video/x-raw,format=I420,width=%u,height=%u,"
      "framerate=%u/1 ! %s ! %s mtu=1200 ! appsink name=sink sync=false",
      pattern, n, SIM_WIDTH (dimensions), SIM_HEIGHT (dimensions), fps,
      encoder, video[codec].payloader);

  return launch (description, units, error);
}

static gboolean
encode_flat (SimMedia * self, SimCodec codec, guint32 dimensions,
    SimMediaKind kind, GError ** error)
{
  gboolean is_run = kind == SIM_MEDIA_RUN;
  g_autofree gchar *pattern = g_strdup_printf
      ("pattern=solid-color foreground-color=%u", is_run ? DARK : WHITE);

  return encode_pictures (sim_media_add (self, codec, dimensions, kind), codec,
      dimensions, pattern, 30, is_run ? RUN_LENGTH : 1, 500000, error);
}

static gboolean
encode_video (SimMedia * self, SimCodec codec, guint32 dimensions,
    const SimMotion * motion, GError ** error)
{
  if (motion && motion->bitrate > 0)
    return encode_pictures (sim_media_add (self, codec, dimensions,
            SIM_MEDIA_RUN), codec, dimensions,
        "pattern=zone-plate kx2=40 ky2=40 kt=7", motion->fps, motion->n_frames,
        motion->bitrate, error);

  return encode_flat (self, codec, dimensions, SIM_MEDIA_RUN, error)
      && encode_flat (self, codec, dimensions, SIM_MEDIA_FLASH, error);
}

/* Seconds with a beep, or without. */
static GstBuffer *
make_sound (guint seconds, gboolean is_silent)
{
  gsize n = seconds * SOUND_RATE;
  gint16 *samples = g_new0 (gint16, n);

  for (gsize i = 0; i < n && !is_silent; i++) {
    if (i % SOUND_RATE < SOUND_RATE / 20)
      samples[i] = 16000 * sin (2 * G_PI * 1000 * i / SOUND_RATE);
  }

  return gst_buffer_new_wrapped (samples, n * sizeof *samples);
}

static gboolean
encode_sound (SimMedia * self, SimMediaKind kind, GError ** error)
{
  GPtrArray *units = sim_media_add (self, SIM_OPUS, 0, kind);
  g_autoptr (GstElement) pipeline =
      gst_parse_launch ("appsrc name=src format=time "
      "caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1 "
      "! opusenc frame-size=20 bitrate=32000 ! rtpopuspay ! "
      "appsink name=sink sync=false", error);
  g_autoptr (GstElement) src = NULL;

  if (pipeline == NULL)
    return FALSE;
  src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  gst_app_src_push_buffer (GST_APP_SRC (src),
      make_sound (3, kind == SIM_MEDIA_SILENCE));
  gst_app_src_end_of_stream (GST_APP_SRC (src));
  if (!run (pipeline, units, FALSE, error))
    return FALSE;

  /* A second in the middle follows one of its kind. */
  g_ptr_array_remove_range (units, 0, PACKETS_A_SECOND);
  g_ptr_array_set_size (units, PACKETS_A_SECOND);

  return TRUE;
}

/* What a stream of @codec needs; @dimensions are 0 with sound. */
gboolean
sim_media_encode (SimMedia * self, SimCodec codec, guint32 dimensions,
    const SimMotion * motion, GError ** error)
{
  if (codec == SIM_PCMU
      || sim_media_find (self, codec, dimensions, SIM_MEDIA_RUN)
      || sim_media_find (self, codec, dimensions, SIM_MEDIA_SOUND))
    return TRUE;
  if (sim_codec_is_video (codec))
    return encode_video (self, codec, dimensions, motion, error);

  return encode_sound (self, SIM_MEDIA_SOUND, error)
      && encode_sound (self, SIM_MEDIA_SILENCE, error);
}

gboolean
sim_media_encode_table (SimMedia * self, const SimStream * streams,
    guint n_streams, const SimMotion * motion, GError ** error)
{
  for (guint i = 0; i < n_streams; i++) {
    const SimEvent *event = streams[i].events;

    if (!sim_media_encode (self, streams[i].codec, streams[i].dimensions,
            motion, error))
      return FALSE;
    for (; event && event->type != SIM_END; event++) {
      if (event->type == SIM_RESIZE
          && !sim_media_encode (self, streams[i].codec, event->value, motion,
              error))
        return FALSE;
    }
  }

  return TRUE;
}
