/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

#include <stdio.h>

#define RATE 8000
#define SOUND "audio/x-raw,format=S16LE,layout=interleaved,rate=8000"
#define MONO SOUND ",channels=1"

/* Most tests draw ten columns, one a picture. */
#define WIDTH 10
#define HEIGHT 9
#define PICTURE (GST_SECOND / 10)
#define STRIP "video/x-raw,format=BGRx,width=10,height=9,framerate=10/1"
#define FRAMES 800              /* of sound, for each picture */

#define LOUD 32767

/* Whether downstream takes pictures with any stride, and they are shared. */
static gboolean is_shared;

static void
copied (void)
{
  is_shared = FALSE;
}

static void
shared (void)
{
  is_shared = TRUE;
}

static GstHarness *
new_strip (const gchar * sound, const gchar * strip)
{
  GstHarness *h = gst_harness_new ("waveformstrip");

  if (is_shared)
    gst_harness_add_propose_allocation_meta (h, GST_VIDEO_META_API_TYPE, NULL);
  g_object_set (h->element, "span", 1000, "color", 0xffffffff, NULL);
  gst_harness_set_sink_caps_str (h, strip);
  gst_harness_set_src_caps_str (h, sound);

  return h;
}

static GstHarness *
new_small_strip (void)
{
  return new_strip (MONO, STRIP);
}

/* n frames that are all the same, in every channel. */
static GstBuffer *
new_sound (gint16 sample, gsize n, guint channels, GstClockTime at)
{
  GstBuffer *buffer =
      gst_buffer_new_allocate (NULL, n * channels * sizeof (gint16), NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gsize i = 0; i < n * channels; i++)
    ((gint16 *) map.data)[i] = sample;
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = at;

  return buffer;
}

static void
push (GstHarness * h, gint16 sample, gsize n, GstClockTime at)
{
  fail_unless_equals_int (gst_harness_push (h, new_sound (sample, n, 1, at)),
      GST_FLOW_OK);
}

static void
map_picture (GstVideoFrame * frame, GstBuffer * picture, gint width,
    gint height)
{
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, width, height);
  fail_unless (gst_video_frame_map (frame, &info, picture, GST_MAP_READ));
  fail_unless_equals_int (frame->info.width, width);
  fail_unless_equals_int (frame->info.height, height);
}

/* The first byte of a pixel. */
static guint8
get_pixel (GstVideoFrame * frame, gint x, gint y)
{
  return ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0))[x * 4 +
      y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0)];
}

/* The columns of the picture: # is sound, - is silence, ? is anything else. */
static gchar *
describe (GstBuffer * picture)
{
  gchar *text = g_strnfill (WIDTH, '?');
  GstVideoFrame frame;

  map_picture (&frame, picture, WIDTH, HEIGHT);
  for (guint x = 0; x < WIDTH; x++) {
    guint lines = 0;

    for (guint y = 0; y < HEIGHT; y++)
      lines += get_pixel (&frame, x, y) == 0xff;
    if (get_pixel (&frame, x, HEIGHT / 2) == 0xff)
      text[x] = lines == 1 ? '-' : lines == HEIGHT / 2 + 1 ? '#' : '?';
  }
  gst_video_frame_unmap (&frame);

  return text;
}

#define assert_picture(h, pts, expected, is_repeat) G_STMT_START { \
  g_autoptr (GstBuffer) _picture = gst_harness_try_pull (h); \
  g_autofree gchar *_text = NULL; \
  fail_unless (_picture != NULL, "no picture"); \
  _text = describe (_picture); \
  fail_unless_equals_string (_text, expected); \
  fail_unless_equals_uint64 (GST_BUFFER_PTS (_picture), pts); \
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (_picture), PICTURE); \
  fail_unless_equals_int (GST_BUFFER_FLAG_IS_SET (_picture, \
          GST_BUFFER_FLAG_GAP), is_repeat); \
} G_STMT_END

#define assert_no_picture(h) \
  fail_unless_equals_int (gst_harness_buffers_in_queue (h), 0)

static void
drop_pictures (GstHarness * h)
{
  while (gst_harness_buffers_in_queue (h) > 0)
    gst_buffer_unref (gst_harness_pull (h));
}

/* --- Time --- */

static const gchar *const framerates[] = {
  "30/1", "25/1", "30000/1001", "1/1", "60/1", "1000/1"
};

static const guint block_sizes[] = { 1, 80, 160, 266, 267, 1024, 8000, 20000 };

/* Whatever the blocks are in which the sound comes, every frame interval gets
 * one picture. */
GST_START_TEST (test_one_picture_for_each_interval)
{
  const guint n_frames = 2 * RATE + 1;
  gint fps_n, fps_d;

  fail_unless (sscanf (framerates[__i__], "%d/%d", &fps_n, &fps_d) == 2);
  for (guint b = 0; b < G_N_ELEMENTS (block_sizes); b++) {
    g_autofree gchar *caps = g_strdup_printf ("video/x-raw,width=16,height=8,"
        "framerate=%s", framerates[__i__]);
    GstHarness *h = new_strip (MONO, caps);
    const GstClockTime start = 5 * GST_SECOND;
    guint n = 0;

    for (guint at = 0; at < n_frames; at += block_sizes[b])
      push (h, 0, MIN (block_sizes[b], n_frames - at),
          start + gst_util_uint64_scale (at, GST_SECOND, RATE));
    fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
    while (gst_harness_buffers_in_queue (h) > 0) {
      g_autoptr (GstBuffer) picture = gst_harness_pull (h);

      fail_unless_equals_uint64 (GST_BUFFER_PTS (picture), start
          + gst_util_uint64_scale (n, fps_d * GST_SECOND, fps_n));
      fail_unless_equals_uint64 (GST_BUFFER_DURATION (picture),
          gst_util_uint64_scale (GST_SECOND, fps_d, fps_n));
      n++;
    }
    fail_unless_equals_int (n, gst_util_uint64_scale_ceil (n_frames, fps_n,
            RATE * fps_d));
    gst_harness_teardown (h);
  }
}

GST_END_TEST;

GST_START_TEST (test_sound_scrolls)
{
  GstHarness *h = new_small_strip ();

  push (h, 0, FRAMES, 0);
  push (h, LOUD, FRAMES / 2, PICTURE);
  assert_picture (h, 0, "----------", FALSE);
  assert_no_picture (h);
  push (h, LOUD, FRAMES / 2, PICTURE + PICTURE / 2);
  assert_picture (h, PICTURE, "---------#", FALSE);
  push (h, 0, FRAMES, 2 * PICTURE);
  assert_picture (h, 2 * PICTURE, "--------#-", FALSE);
  for (guint i = 3; i < 11; i++)
    push (h, 0, FRAMES, i * PICTURE);
  for (guint i = 3; i < 10; i++)
    gst_buffer_unref (gst_harness_pull (h));
  assert_picture (h, 10 * PICTURE, "#---------", FALSE);
  push (h, 0, 2 * FRAMES, 11 * PICTURE);
  assert_picture (h, 11 * PICTURE, "----------", FALSE);
  assert_picture (h, 12 * PICTURE, "----------", TRUE);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* What there is instead of ten pictures' sound after two pictures' sound. */
typedef enum
{
  GAP_EVENT,
  GAP_BUFFER,
  HOLE,
  SILENCE
} Quiet;

GST_START_TEST (test_silence_of_every_kind_scrolls)
{
  GstHarness *h = new_small_strip ();
  GstBuffer *quiet;

  push (h, LOUD, 2 * FRAMES, 0);
  drop_pictures (h);
  switch (__i__) {
    case GAP_EVENT:
      fail_unless (gst_harness_push_event (h,
              gst_event_new_gap (2 * PICTURE, 10 * PICTURE)));
      break;
    case GAP_BUFFER:
      /* its samples do not count */
      quiet = new_sound (LOUD, 10 * FRAMES, 1, 2 * PICTURE);
      GST_BUFFER_FLAG_SET (quiet, GST_BUFFER_FLAG_GAP);
      fail_unless_equals_int (gst_harness_push (h, quiet), GST_FLOW_OK);
      break;
    case SILENCE:
      push (h, 0, 10 * FRAMES, 2 * PICTURE);
      break;
    default:
      break;
  }
  push (h, LOUD, FRAMES, 12 * PICTURE);
  assert_picture (h, 2 * PICTURE, "-------##-", FALSE);
  for (guint i = 3; i < 10; i++)
    gst_buffer_unref (gst_harness_pull (h));
  assert_picture (h, 10 * PICTURE, "#---------", FALSE);
  assert_picture (h, 11 * PICTURE, "----------", FALSE);
  assert_picture (h, 12 * PICTURE, "---------#", FALSE);
  assert_no_picture (h);
  gst_harness_teardown (h);
}

GST_END_TEST;

static GstEvent *
pull_event (GstHarness * h, GstEventType type)
{
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (h))) {
    if (GST_EVENT_TYPE (event) == type)
      return event;
    gst_event_unref (event);
  }

  return NULL;
}

/* An hour: the pictures of the span and a second, then one event. */
GST_START_TEST (test_a_long_silence_is_one_gap)
{
  const GstClockTime hour = 3600 * GST_SECOND;
  GstHarness *h = new_small_strip ();
  g_autoptr (GstEvent) gap = NULL;
  GstClockTime start, duration;

  push (h, LOUD, FRAMES, 0);
  push (h, LOUD, FRAMES, hour);
  gap = pull_event (h, GST_EVENT_GAP);
  fail_unless (gap != NULL);
  gst_event_parse_gap (gap, &start, &duration);
  fail_unless_equals_uint64 (start, 21 * PICTURE);
  for (guint i = 0; i < 21; i++)
    gst_buffer_unref (gst_harness_pull (h));
  while (gst_harness_buffers_in_queue (h) > 1) {
    g_autoptr (GstBuffer) picture = gst_harness_pull (h);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (picture), start + duration);
    duration += PICTURE;
  }
  fail_unless_equals_uint64 (start + duration, hour);
  assert_picture (h, hour, "---------#", FALSE);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_sound_that_comes_twice_is_drawn_once)
{
  GstHarness *h = new_small_strip ();

  push (h, 0, 2 * FRAMES, 0);
  push (h, LOUD, 2 * FRAMES, PICTURE);
  drop_pictures (h);
  push (h, 0, FRAMES, 3 * PICTURE);
  assert_picture (h, 3 * PICTURE, "--------#-", FALSE);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_eos_shows_what_is_left)
{
  GstHarness *h = new_small_strip ();

  push (h, LOUD, 1, 0);
  assert_no_picture (h);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  assert_picture (h, 0, "---------#", FALSE);
  assert_no_picture (h);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_a_flush_empties_the_strip)
{
  GstHarness *h = new_small_strip ();
  GstSegment segment;

  push (h, LOUD, 2 * FRAMES + 1, 0);
  drop_pictures (h);
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  push (h, 0, FRAMES, 7 * GST_SECOND);
  assert_picture (h, 7 * GST_SECOND, "----------", FALSE);
  assert_no_picture (h);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* What is begun ends in the old segment. */
GST_START_TEST (test_a_new_segment_scrolls_on)
{
  GstHarness *h = new_small_strip ();
  GstSegment segment;

  push (h, LOUD, FRAMES + 1, 0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  fail_unless_equals_int (gst_harness_buffers_in_queue (h), 1);
  segment.base = 2 * PICTURE;
  segment.start = GST_SECOND;
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  assert_picture (h, 0, "---------#", FALSE);
  assert_picture (h, PICTURE, "--------##", FALSE);
  /* what is before the segment is not shown */
  push (h, LOUD, FRAMES, 0);
  assert_no_picture (h);
  push (h, 0, FRAMES, GST_SECOND);
  assert_picture (h, GST_SECOND, "-------##-", FALSE);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* The sound of a picture that is left out is in the next one. What costs
 * nothing is not left out. */
GST_START_TEST (test_a_late_picture_is_left_out)
{
  GstHarness *h = new_small_strip ();

  push (h, 0, FRAMES, 0);
  drop_pictures (h);
  gst_harness_push_upstream_event (h,
      gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 1.5, PICTURE / 4, PICTURE));
  push (h, LOUD, FRAMES, PICTURE);
  fail_unless_equals_int (gst_harness_buffers_in_queue (h), is_shared);
  push (h, 0, 4 * FRAMES, 2 * PICTURE);
  while (gst_harness_buffers_in_queue (h) > 1)
    gst_buffer_unref (gst_harness_pull (h));
  assert_picture (h, 5 * PICTURE, "-----#----", FALSE);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_latency_is_a_picture)
{
  GstHarness *h = new_small_strip ();
  gboolean is_live;
  GstClockTime min, max;
  g_autoptr (GstQuery) query = gst_query_new_latency ();

  gst_harness_set_upstream_latency (h, 7 * GST_MSECOND);
  fail_unless_equals_uint64 (gst_harness_query_latency (h),
      PICTURE + 7 * GST_MSECOND);
  gst_harness_set_live (h, FALSE);
  fail_unless (gst_pad_peer_query (h->sinkpad, query));
  gst_query_parse_latency (query, &is_live, &min, &max);
  fail_if (is_live);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* --- Formats --- */

static const struct
{
  const gchar *wish;
  gint width, height, fps_n, fps_d;
} sizes[] = {
  {"video/x-raw", 1920, 86, 10, 1},
  {"video/x-raw,width=640", 640, 86, 10, 1},
  {"video/x-raw,height=64", 1920, 64, 10, 1},
  {"video/x-raw,framerate=15/1", 1920, 86, 15, 1},
  {"video/x-raw,width=641,height=31", 641, 31, 10, 1},
  {"video/x-raw,width=641,framerate=25/1", 641, 86, 25, 1},
  {"video/x-raw,height=31,framerate=25/1", 1920, 31, 25, 1},
  {"video/x-raw,width=1,height=1,framerate=30000/1001", 1, 1, 30000, 1001},
};

GST_START_TEST (test_what_is_left_open_is_settled)
{
  GstHarness *h = new_strip (MONO, sizes[__i__].wish);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (h->sinkpad);
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, caps));
  fail_unless_equals_int (info.width, sizes[__i__].width);
  fail_unless_equals_int (info.height, sizes[__i__].height);
  fail_unless_equals_int (info.fps_n, sizes[__i__].fps_n);
  fail_unless_equals_int (info.fps_d, sizes[__i__].fps_d);
  gst_harness_teardown (h);
}

GST_END_TEST;

static const struct
{
  const gchar *format;
  guint8 bytes[4];
} orders[] = {
  {"BGRx", {0x33, 0x22, 0x11, 0xff}},
  {"RGBx", {0x11, 0x22, 0x33, 0xff}},
  {"xRGB", {0xff, 0x11, 0x22, 0x33}},
  {"xBGR", {0xff, 0x33, 0x22, 0x11}},
};

GST_START_TEST (test_colours_in_every_format)
{
  g_autofree gchar *caps = g_strdup_printf ("video/x-raw,format=%s,width=1,"
      "height=1,framerate=10/1", orders[__i__].format);
  GstHarness *h = new_strip (MONO, caps);
  g_autoptr (GstBuffer) picture = NULL;
  guint8 pixel[4];

  g_object_set (h->element, "color", 0x00112233, NULL);
  push (h, 0, FRAMES, 0);
  picture = gst_harness_pull (h);
  fail_unless_equals_int (gst_buffer_extract (picture, 0, pixel, 4), 4);
  fail_unless (memcmp (pixel, orders[__i__].bytes, 4) == 0);
  gst_harness_teardown (h);
}

GST_END_TEST;

static void
assert_lines (GstHarness * h, const guint8 * expected, guint n)
{
  g_autoptr (GstBuffer) picture = gst_harness_pull (h);
  GstVideoFrame frame;

  map_picture (&frame, picture, 1, n);
  for (guint y = 0; y < n; y++)
    fail_unless_equals_int (get_pixel (&frame, 0, y), expected[y]);
  gst_video_frame_unmap (&frame);
}

/* The first channel is silent, the second one loud. */
static const struct
{
  const gchar *bands;
  guint8 lines[6];
} bands[] = {
  {"per-channel", {0, 1, 0, 2, 2, 0}},
  {"mixed", {0, 3, 3, 0, 0, 0}},
};

GST_START_TEST (test_bands)
{
  GstHarness *h = new_strip (SOUND ",channels=2,channel-mask=(bitmask)3",
      "video/x-raw,format=BGRx,width=1,height=6,framerate=10/1");
  GstBuffer *sound = new_sound (0, WIDTH * FRAMES, 2, 0);
  const gint16 frame[] = { 0, LOUD };

  gst_util_set_object_arg (G_OBJECT (h->element), "bands", bands[__i__].bands);
  gst_util_set_object_arg (G_OBJECT (h->element), "band-colors",
      __i__ == 0 ? "<1,2>" : "<3>");
  g_object_set (h->element, "background", 0, NULL);
  gst_buffer_fill (sound, 0, frame, sizeof frame);
  fail_unless_equals_int (gst_harness_push (h, sound), GST_FLOW_OK);
  for (guint i = 1; i < WIDTH; i++)
    gst_buffer_unref (gst_harness_pull (h));
  assert_lines (h, bands[__i__].lines, 6);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* --- Changes while it runs --- */

GST_START_TEST (test_colours_change_at_once)
{
  GstHarness *h = new_small_strip ();
  g_autoptr (GstBuffer) picture = NULL;
  guint8 pixel[4];

  push (h, 0, FRAMES, 0);
  drop_pictures (h);
  g_object_set (h->element, "background", 0xff123456, NULL);
  push (h, 0, FRAMES, PICTURE);
  picture = gst_harness_pull (h);
  fail_if (GST_BUFFER_FLAG_IS_SET (picture, GST_BUFFER_FLAG_GAP));
  fail_unless_equals_int (gst_buffer_extract (picture, 0, pixel, 4), 4);
  fail_unless (pixel[0] == 0x56 && pixel[1] == 0x34 && pixel[2] == 0x12);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* A picture is 100 ms: at a span of 2 s it has half a column. */
GST_START_TEST (test_the_span_can_change)
{
  GstHarness *h = new_small_strip ();

  push (h, LOUD, FRAMES, 0);
  drop_pictures (h);
  g_object_set (h->element, "span", 2000, NULL);
  push (h, LOUD, FRAMES, PICTURE);
  assert_picture (h, PICTURE, "----------", FALSE);
  push (h, LOUD, 4 * FRAMES, 2 * PICTURE);
  drop_pictures (h);
  push (h, 0, FRAMES, 6 * PICTURE);
  assert_picture (h, 6 * PICTURE, "-------###", FALSE);
  gst_harness_teardown (h);
}

GST_END_TEST;

static const struct
{
  const gchar *caps;
  guint channels, frames;       /* of a picture */
} sounds[] = {
  {"audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1", 1,
      4800},
  {"audio/x-raw,format=S16LE,layout=interleaved,rate=11025,channels=1", 1,
      1103},
  {SOUND ",channels=2,channel-mask=(bitmask)3", 2, FRAMES},
};

/* In the middle of a picture. */
GST_START_TEST (test_other_sound_keeps_the_time)
{
  GstHarness *h = new_small_strip ();
  const guint n = sounds[__i__].frames;

  g_object_set (h->element, "bands", 0, NULL);
  push (h, LOUD, FRAMES + FRAMES / 2, 0);
  gst_harness_set_src_caps_str (h, sounds[__i__].caps);
  fail_unless_equals_int (gst_harness_push (h, new_sound (LOUD, n,
              sounds[__i__].channels, PICTURE * 3 / 2)), GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_push (h, new_sound (0, n,
              sounds[__i__].channels, PICTURE * 5 / 2)), GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_push (h, new_sound (0, n,
              sounds[__i__].channels, PICTURE * 7 / 2)), GST_FLOW_OK);
  assert_picture (h, 0, "---------#", FALSE);
  assert_picture (h, PICTURE, "--------##", FALSE);
  assert_picture (h, 2 * PICTURE, "-------###", FALSE);
  assert_picture (h, 3 * PICTURE, "------###-", FALSE);
  assert_no_picture (h);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_another_size_and_rate_of_pictures)
{
  GstHarness *h = new_small_strip ();
  g_autoptr (GstBuffer) one = NULL, two = NULL;
  GstVideoFrame frame;

  push (h, LOUD, 2 * FRAMES, 0);
  drop_pictures (h);
  gst_harness_set_sink_caps_str (h,
      "video/x-raw,format=BGRx,width=20,height=4,framerate=20/1");
  gst_harness_push_upstream_event (h, gst_event_new_reconfigure ());
  push (h, LOUD, 2 * FRAMES, 2 * PICTURE);
  one = gst_harness_pull (h);
  map_picture (&frame, one, 20, 4);
  gst_video_frame_unmap (&frame);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (one), 2 * PICTURE);
  two = gst_harness_pull (h);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (two), 3 * PICTURE);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (two), PICTURE / 2);
  fail_unless_equals_int (gst_harness_buffers_in_queue (h), 1);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_sound_without_caps_is_refused)
{
  GstHarness *h = gst_harness_new ("waveformstrip");

  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (h, gst_event_new_stream_start ("test"));
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  fail_unless_equals_int (gst_harness_push (h, new_sound (0, 1, 1, 0)),
      GST_FLOW_NOT_NEGOTIATED);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* Not even where to find it. */
GST_START_TEST (test_a_buffer_without_sound_is_no_sound)
{
  GstHarness *h = new_small_strip ();
  GstBuffer *empty = gst_buffer_new ();

  GST_BUFFER_PTS (empty) = 0;
  fail_unless_equals_int (gst_harness_push (h, empty), GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_push (h, new_sound (LOUD, 0, 1, 0)),
      GST_FLOW_OK);
  assert_no_picture (h);
  push (h, LOUD, FRAMES, 0);
  assert_picture (h, 0, "---------#", FALSE);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* A source's promise to leave no hole is kept, and so passed on. */
GST_START_TEST (test_the_promise_of_a_timeline_passes)
{
  GstHarness *h = new_small_strip ();
  g_autoptr (GstEvent) event = NULL;

  gst_harness_push_event (h,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
          gst_structure_new ("recording-timeline", "complete", G_TYPE_BOOLEAN,
              TRUE, NULL)));
  event = pull_event (h, GST_EVENT_CUSTOM_DOWNSTREAM_STICKY);
  fail_unless (event != NULL);
  fail_unless (gst_event_has_name (event, "recording-timeline"));
  gst_harness_teardown (h);
}

GST_END_TEST;

/* A picture that is held stays as it is, over several images. */
GST_START_TEST (test_held_pictures_do_not_change)
{
  GstHarness *h = new_small_strip ();
  GstBuffer *pictures[4 * WIDTH];
  gchar *texts[4 * WIDTH];

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    push (h, i % 3 == 0 ? LOUD : 0, FRAMES, i * PICTURE);
    pictures[i] = gst_harness_pull (h);
    texts[i] = describe (pictures[i]);
    if (i == 3 * WIDTH)
      g_object_set (h->element, "color", 0xff00ff00, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    g_autofree gchar *text = describe (pictures[i]);

    fail_unless_equals_string (text, texts[i]);
    g_free (texts[i]);
    gst_buffer_unref (pictures[i]);
  }
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_shared_pictures_are_not_copied)
{
  GstHarness *h = new_small_strip ();
  GstBuffer *picture;
  GstMapInfo map[2];

  /* the first one is the base class's, which sets up */
  push (h, LOUD, FRAMES, 0);
  drop_pictures (h);
  for (guint i = 0; i < 2; i++) {
    push (h, LOUD, FRAMES, (1 + i) * PICTURE);
    picture = gst_harness_pull (h);
    fail_unless (gst_buffer_get_video_meta (picture) != NULL);
    fail_unless (gst_buffer_map (picture, &map[i], GST_MAP_READ));
    gst_buffer_unmap (picture, &map[i]);
    fail_unless (GST_MEMORY_IS_READONLY (gst_buffer_peek_memory (picture,
                0)));
    gst_buffer_unref (picture);
  }
  fail_unless (map[1].data == map[0].data + 4);
  gst_harness_teardown (h);
}

GST_END_TEST;

static TCase *
waveformstrip_tcase (const gchar * name, SFun setup)
{
  TCase *tc = tcase_create (name);

  tcase_add_checked_fixture (tc, setup, NULL);
  tcase_add_loop_test (tc, test_one_picture_for_each_interval, 0,
      G_N_ELEMENTS (framerates));
  tcase_add_test (tc, test_sound_scrolls);
  tcase_add_loop_test (tc, test_silence_of_every_kind_scrolls, GAP_EVENT,
      SILENCE + 1);
  tcase_add_test (tc, test_a_long_silence_is_one_gap);
  tcase_add_test (tc, test_sound_that_comes_twice_is_drawn_once);
  tcase_add_test (tc, test_eos_shows_what_is_left);
  tcase_add_test (tc, test_a_flush_empties_the_strip);
  tcase_add_test (tc, test_a_new_segment_scrolls_on);
  tcase_add_test (tc, test_a_late_picture_is_left_out);
  tcase_add_test (tc, test_latency_is_a_picture);
  tcase_add_loop_test (tc, test_what_is_left_open_is_settled, 0,
      G_N_ELEMENTS (sizes));
  tcase_add_loop_test (tc, test_colours_in_every_format, 0,
      G_N_ELEMENTS (orders));
  tcase_add_loop_test (tc, test_bands, 0, G_N_ELEMENTS (bands));
  tcase_add_test (tc, test_colours_change_at_once);
  tcase_add_test (tc, test_the_span_can_change);
  tcase_add_loop_test (tc, test_other_sound_keeps_the_time, 0,
      G_N_ELEMENTS (sounds));
  tcase_add_test (tc, test_another_size_and_rate_of_pictures);
  tcase_add_test (tc, test_sound_without_caps_is_refused);
  tcase_add_test (tc, test_a_buffer_without_sound_is_no_sound);
  tcase_add_test (tc, test_the_promise_of_a_timeline_passes);
  tcase_add_test (tc, test_held_pictures_do_not_change);

  return tc;
}

static Suite *
waveformstrip_suite (void)
{
  Suite *s = suite_create ("waveformstrip");
  TCase *tc = waveformstrip_tcase ("shared", shared);

  tcase_add_test (tc, test_shared_pictures_are_not_copied);
  suite_add_tcase (s, tc);
  suite_add_tcase (s, waveformstrip_tcase ("copied", copied));

  return s;
}

GST_CHECK_MAIN (waveformstrip);
