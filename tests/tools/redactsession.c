/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* redactsession MODE FILE [--no-mask] [--method METHOD]
 *
 * Records five seconds of a session with a secret into an MP4, through the
 * elements that a recording is made of. A secret picture is red, and nothing
 * else is; a secret sound is a tone, and else there is silence. So what of the
 * recording is red, or heard, has got through.
 *
 *   span     picture and sound are secret from SPAN_START to SPAN_END, which
 *            both are masked by
 *   flight   they are secret from 2 s on; everything is masked while the first
 *            frame and the first samples of it are in the source pads
 *   paused   the screen is red and pauses after 1 s; all is masked from 2 s to
 *            3 s, and the screen goes on without red at 4 s
 *   regions  a red card on a grey screen, masked by its place in pixels
 *
 * The screen is 640x360, the output 960x540. Times are those of the data, so
 * that a machine under load makes the same file. */
#include <gst/gst.h>
#include <gst/video/video.h>

#include <math.h>
#include <stdlib.h>

#define DURATION (5 * GST_SECOND)
#define FPS 30
#define RATE 48000
#define BLOCK 960

/* Neither on a frame nor on a sample. */
#define SPAN_START (2 * GST_SECOND + 7777777)
#define SPAN_END (3 * GST_SECOND + 3333333)

/* 0xYYUUVV */
#define RED 0x515af0
#define BLUE 0x29f06e
#define GREEN 0x91362e
#define GREY 0x808080

/* On odd pixels. */
#define CARD_X 151
#define CARD_Y 101
#define CARD_WIDTH 168
#define CARD_HEIGHT 40
#define CARD "151,101,168,40"

typedef enum
{
  MODE_SPAN,
  MODE_FLIGHT,
  MODE_PAUSED,
  MODE_REGIONS
} Mode;

static const gchar *const modes[] = { "span", "flight", "paused", "regions" };

typedef struct
{
  Mode mode;
  gboolean no_mask;
  GstElement *pipeline, *redact, *redactaudio;
} Session;

/* What comes into one element's pad, from a thread of its own. */
typedef struct
{
  Session *session;
  GstPad *pad;
  GstVideoInfo info;
} Feed;

static GstClockTime
frame_time (guint n)
{
  return gst_util_uint64_scale (n, GST_SECOND, FPS);
}

static gboolean
is_secret (const Session * s, GstClockTime from, GstClockTime until)
{
  switch (s->mode) {
    case MODE_SPAN:
      return from < SPAN_END && until > SPAN_START;
    case MODE_FLIGHT:
      return from >= 2 * GST_SECOND;
    case MODE_PAUSED:
      return from < GST_SECOND;
    default:
      return FALSE;
  }
}

/* --- Pictures --- */

static void
draw (GstVideoFrame * frame, gint x, gint y, gint width, gint height,
    guint32 yuv)
{
  for (guint c = 0; c < 3; c++) {
    gint sub = c > 0;

    for (gint row = y >> sub; row < (y + height + sub) >> sub; row++)
      memset ((guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, c)
          + row * GST_VIDEO_FRAME_COMP_STRIDE (frame, c) + (x >> sub),
          yuv >> (16 - 8 * c), ((x + width + sub) >> sub) - (x >> sub));
  }
}

static GstBuffer *
new_picture (const GstVideoInfo * info, guint32 ground, gboolean has_card,
    guint n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  GstVideoFrame frame;

  gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE);
  draw (&frame, 0, 0, info->width, info->height, ground);
  if (has_card)
    draw (&frame, CARD_X, CARD_Y, CARD_WIDTH, CARD_HEIGHT, RED);
  else
    /* something that moves, so that no frame equals the one before */
    draw (&frame, 4 * n % (info->width - 16), 8, 16, 16, GREY);
  gst_video_frame_unmap (&frame);
  GST_BUFFER_PTS (buffer) = frame_time (n);
  GST_BUFFER_DURATION (buffer) = frame_time (n + 1) - frame_time (n);

  return buffer;
}

/* --- Feeds --- */

static void
start_feed (Feed * feed, const gchar * caps_string)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_string);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (feed->pad, gst_event_new_stream_start (caps_string));
  gst_pad_push_event (feed->pad, gst_event_new_caps (caps));
  gst_pad_push_event (feed->pad, gst_event_new_segment (&segment));
  gst_pad_push_event (feed->pad,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
          gst_structure_new ("recording-timeline", "complete", G_TYPE_BOOLEAN,
              TRUE, NULL)));
  if (gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"))
    gst_video_info_from_caps (&feed->info, caps);
}

static gpointer
feed_screen (gpointer data)
{
  Feed *feed = data;
  const Session *s = feed->session;

  start_feed (feed, "video/x-raw,format=I420,width=640,height=360,"
      "framerate=30/1");
  for (guint n = 0; frame_time (n) < DURATION; n++) {
    GstClockTime from = frame_time (n), until = frame_time (n + 1);
    guint32 ground = is_secret (s, from, until) ? RED : BLUE;

    if (s->mode == MODE_PAUSED && from >= GST_SECOND && from < 4 * GST_SECOND)
      gst_pad_push_event (feed->pad, gst_event_new_gap (from, until - from));
    else
      gst_pad_push (feed->pad, new_picture (&feed->info,
              s->mode == MODE_REGIONS ? GREY : ground,
              s->mode == MODE_REGIONS, n));
  }
  gst_pad_push_event (feed->pad, gst_event_new_eos ());

  return NULL;
}

static gpointer
feed_webcam (gpointer data)
{
  Feed *feed = data;

  start_feed (feed, "video/x-raw,format=I420,width=320,height=180,"
      "framerate=30/1");
  for (guint n = 0; frame_time (n) < DURATION; n++)
    gst_pad_push (feed->pad, new_picture (&feed->info, GREEN, FALSE, n));
  gst_pad_push_event (feed->pad, gst_event_new_eos ());

  return NULL;
}

static GstBuffer *
new_sound (const Session * s, guint64 first)
{
  gint16 *samples = g_new0 (gint16, BLOCK);
  GstBuffer *buffer;

  for (guint i = 0; i < BLOCK; i++) {
    guint64 n = first + i;

    /* the paused screen's sound goes on, and is not what is looked at */
    if (s->mode != MODE_PAUSED
        && is_secret (s, gst_util_uint64_scale (n, GST_SECOND, RATE),
            gst_util_uint64_scale_ceil (n + 1, GST_SECOND, RATE)))
      samples[i] = 20000 * sin (2 * G_PI * 3000 * n / RATE);
  }
  buffer = gst_buffer_new_wrapped (samples, BLOCK * sizeof (gint16));
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (first, GST_SECOND, RATE);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (first + BLOCK,
      GST_SECOND, RATE) - GST_BUFFER_PTS (buffer);

  return buffer;
}

static gpointer
feed_sound (gpointer data)
{
  Feed *feed = data;

  start_feed (feed, "audio/x-raw,format=S16LE,rate=48000,channels=1,"
      "layout=interleaved");
  for (guint64 n = 0; n < DURATION / GST_SECOND * RATE; n += BLOCK)
    gst_pad_push (feed->pad, new_sound (feed->session, n));
  gst_pad_push_event (feed->pad, gst_event_new_eos ());

  return NULL;
}

static GThread *
run_feed (Feed * feed, Session * session, const gchar * element,
    GThreadFunc func)
{
  g_autoptr (GstElement) e =
      gst_bin_get_by_name (GST_BIN (session->pipeline), element);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (e, "sink");

  feed->session = session;
  feed->pad = gst_pad_new ("feed", GST_PAD_SRC);
  gst_pad_set_active (feed->pad, TRUE);
  gst_pad_link_full (feed->pad, sink, GST_PAD_LINK_CHECK_NOTHING);

  return g_thread_new (element, func, feed);
}

static void
end_feed (Feed * feed, GThread * thread)
{
  g_thread_join (thread);
  gst_pad_set_active (feed->pad, FALSE);
  gst_object_unref (feed->pad);
}

/* --- Masks --- */

/* The element has looked at the buffer, which is about to leave. */
static GstPadProbeReturn
mask_in_flight (GstPad * pad, GstPadProbeInfo * info,
    gpointer user_data G_GNUC_UNUSED)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  if (GST_BUFFER_PTS (buffer) < 2 * GST_SECOND)
    return GST_PAD_PROBE_PASS;
  g_object_set (GST_PAD_PARENT (pad), "mask", TRUE, NULL);

  return GST_PAD_PROBE_REMOVE;
}

static void
add_span (GstElement * element, GstClockTime start, GstClockTime stop)
{
  guint id;

  g_signal_emit_by_name (element, "add-span", start, stop, &id);
}

static void
mask_later (GstElement * element)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, mask_in_flight, NULL, NULL);
}

static void
set_masks (Session * s)
{
  switch (s->mode) {
    case MODE_SPAN:
      add_span (s->redact, SPAN_START, SPAN_END);
      add_span (s->redactaudio, SPAN_START, SPAN_END);
      break;
    case MODE_FLIGHT:
      mask_later (s->redact);
      mask_later (s->redactaudio);
      break;
    case MODE_PAUSED:
      add_span (s->redact, 2 * GST_SECOND, 3 * GST_SECOND);
      break;
    case MODE_REGIONS:
      g_object_set (s->redact, "regions", CARD, NULL);
      break;
  }
}

/* --- Session --- */

#define PIPELINE \
  "redact name=redact ! c.screen identity name=webcam ! c.webcam " \
  "dualcompositor name=c layout=pip ! video/x-raw,width=960,height=540 ! " \
  "queue ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=8000 ! " \
  "queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! m. " \
  "redactaudio name=redactaudio ! audioconvert ! avenc_aac bitrate=128000 ! " \
  "queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! m. " \
  "mp4mux name=m ! filesink name=out"

static gboolean
build (Session * s, const gchar * file, const gchar * method)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) sink = NULL;

  s->pipeline = gst_parse_launch (PIPELINE, &error);
  if (error) {
    g_printerr ("%s\n", error->message);
    return FALSE;
  }
  s->redact = gst_bin_get_by_name (GST_BIN (s->pipeline), "redact");
  s->redactaudio = gst_bin_get_by_name (GST_BIN (s->pipeline), "redactaudio");
  sink = gst_bin_get_by_name (GST_BIN (s->pipeline), "out");
  g_object_set (sink, "location", file, NULL);
  if (method)
    gst_util_set_object_arg (G_OBJECT (s->redact), "method", method);
  if (!s->no_mask)
    set_masks (s);

  return TRUE;
}

static gboolean
run (Session * s)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (s->pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  Feed feeds[3];
  GThread *threads[3];

  gst_element_set_state (s->pipeline, GST_STATE_PLAYING);
  threads[0] = run_feed (&feeds[0], s, "redact", feed_screen);
  threads[1] = run_feed (&feeds[1], s, "webcam", feed_webcam);
  threads[2] = run_feed (&feeds[2], s, "redactaudio", feed_sound);
  message = gst_bus_timed_pop_filtered (bus, 120 * GST_SECOND,
      GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  gst_element_set_state (s->pipeline, GST_STATE_NULL);
  for (guint i = 0; i < 3; i++)
    end_feed (&feeds[i], threads[i]);
  if (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  if (message)
    gst_message_parse_error (message, &error, NULL);
  g_printerr ("%s\n", error ? error->message : "no end in two minutes");

  return FALSE;
}

static gboolean
parse_mode (const gchar * name, Mode * mode)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_str_equal (name, modes[i])) {
      *mode = i;
      return TRUE;
    }

  return FALSE;
}

int
main (int argc, char **argv)
{
  Session s = { 0, };
  g_autofree gchar *method = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    {"no-mask", 0, 0, G_OPTION_ARG_NONE, &s.no_mask, "Mask nothing", NULL},
    {"method", 0, 0, G_OPTION_ARG_STRING, &method, "Of redact", "METHOD"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("MODE FILE");
  gboolean ok;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 3
      || !parse_mode (argv[1], &s.mode)) {
    g_printerr ("%s\n", error ? error->message :
        "redactsession span|flight|paused|regions FILE");
    return 2;
  }

  ok = build (&s, argv[2], method) && run (&s);
  g_clear_object (&s.redact);
  g_clear_object (&s.redactaudio);
  g_clear_object (&s.pipeline);

  return ok ? 0 : 1;
}
