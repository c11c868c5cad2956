/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/controller/controller.h>
#include <gst/video/video.h>

#include <stdlib.h>

#define FPS 30
#define FRAME(n) gst_util_uint64_scale (n, GST_SECOND, FPS)

/* The sizes at which most tests work: SD, so that inputs and output share
 * their colorimetry and solid colours come out as they went in. */
#define OUTPUT_CAPS "video/x-raw,width=640,height=360,framerate=30/1"
#define SCREEN_CAPS "video/x-raw,format=I420,width=320,height=180," \
    "framerate=0/1"
#define WEBCAM_CAPS "video/x-raw,format=I420,width=160,height=120," \
    "framerate=0/1"

/* 0xYYUUVV */
#define BLACK 0x108080
#define SCREEN 0xc83c5a
#define SCREEN_2 0x325a96
#define WEBCAM 0x64b48c
#define WEBCAM_2 0x969650

/* --- Frames --- */

static GstBuffer *
new_frame (const gchar * caps_string, guint32 yuv)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_string);
  GstVideoInfo info;
  GstVideoFrame frame;
  GstBuffer *buffer;

  fail_unless (gst_video_info_from_caps (&info, caps));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE));
  for (guint c = 0; c < 3; c++)
    memset (GST_VIDEO_FRAME_COMP_DATA (&frame, c), yuv >> (16 - 8 * c),
        GST_VIDEO_FRAME_COMP_STRIDE (&frame, c) *
        GST_VIDEO_FRAME_COMP_HEIGHT (&frame, c));
  gst_video_frame_unmap (&frame);

  return buffer;
}

static GstBuffer *
new_frame_at (const gchar * caps, guint32 yuv, GstClockTime pts)
{
  GstBuffer *buffer = new_frame (caps, yuv);

  GST_BUFFER_PTS (buffer) = pts;

  return buffer;
}

typedef struct
{
  gint x, y, width, height;
  guint32 colour;
} Region;

static guint32
expected_colour (const Region * regions, guint n, gint x, gint y)
{
  guint32 colour = 0;

  for (guint i = 0; i < n; i++)
    if (x >= regions[i].x && x < regions[i].x + regions[i].width
        && y >= regions[i].y && y < regions[i].y + regions[i].height)
      colour = regions[i].colour;

  return colour;
}

/* A line as packed pixels of 4 bytes, whatever the format. */
static void
unpack_line (const GstVideoFrame * frame, gint y, guint8 * line)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;

  finfo->unpack_func (finfo, GST_VIDEO_PACK_FLAG_NONE, line, frame->data,
      frame->info.stride, 0, y, frame->info.width);
}

static gboolean
is_close (const guint8 * pixel, guint32 colour, gint tolerance)
{
  for (guint c = 0; c < 3; c++)
    if (abs (pixel[1 + c] - (gint) (colour >> (16 - 8 * c) & 0xff)) >
        tolerance)
      return FALSE;

  return TRUE;
}

/* Whether every pixel has the colour of the last region around it; if not, why
 * not. */
static gboolean
frame_shows (GstBuffer * buffer, GstCaps * caps, const Region * regions,
    guint n, gchar ** why)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  g_autofree guint8 *line = NULL;
  gint tolerance;

  fail_unless (gst_video_info_from_caps (&info, caps));
  /* GStreamer's fast paths to RGB are off by that much. */
  tolerance = GST_VIDEO_INFO_IS_RGB (&info) ? 6 : 2;
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  line = g_malloc (4 * (info.width + 16));
  *why = NULL;
  for (gint y = 0; y < info.height && !*why; y++) {
    unpack_line (&frame, y, line);
    for (gint x = 0; x < info.width && !*why; x++) {
      const guint8 *pixel = line + 4 * x;
      guint32 colour = expected_colour (regions, n, x, y);

      if (!is_close (pixel, colour, tolerance))
        *why = g_strdup_printf ("pixel %d,%d is %02x%02x%02x instead of %06x",
            x, y, pixel[1], pixel[2], pixel[3], colour);
    }
  }
  gst_video_frame_unmap (&frame);

  return *why == NULL;
}

static void
assert_frame_shows (GstBuffer * buffer, GstCaps * caps, const Region * regions,
    guint n)
{
  g_autofree gchar *why = NULL;

  fail_unless (frame_shows (buffer, caps, regions, n, &why), "%s", why);
}

static gboolean
is_repeat (GstBuffer * buffer)
{
  return GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP);
}

static gboolean
share_memory (GstBuffer * a, GstBuffer * b)
{
  return gst_buffer_n_memory (a) == 1 && gst_buffer_n_memory (b) == 1
      && gst_buffer_peek_memory (a, 0) == gst_buffer_peek_memory (b, 0);
}

/* --- Fixture: a live element on a test clock --- */

#define WAVEFORM_CAPS "video/x-raw,format=I420,width=64,height=16," \
    "framerate=0/1"

typedef struct
{
  GstElement *comp;
  GstHarness *screen, *webcam, *waveform;
} Fixture;

static GstHarness *
add_webcam (Fixture * f, const gchar * caps)
{
  f->webcam = gst_harness_new_with_element (f->comp, "webcam", NULL);
  gst_harness_set_src_caps_str (f->webcam, caps);

  return f->webcam;
}

static Fixture
fixture_new (const gchar * output, const gchar * screen, const gchar * webcam)
{
  Fixture f = { 0, };

  f.comp = gst_element_factory_make ("dualcompositor", NULL);

  f.screen = gst_harness_new_with_element (f.comp, "screen", "src");
  if (output)
    gst_harness_set_sink_caps_str (f.screen, output);
  gst_harness_set_src_caps_str (f.screen, screen);
  if (webcam)
    add_webcam (&f, webcam);

  return f;
}

static void
fixture_free (Fixture * f)
{
  if (f->waveform)
    gst_harness_teardown (f->waveform);
  if (f->webcam)
    gst_harness_teardown (f->webcam);
  gst_harness_teardown (f->screen);
  /* A thread that looks after an unlinked pad may be about to let go. */
  for (guint i = 0; i < 1000 && GST_OBJECT_REFCOUNT_VALUE (f->comp) > 1; i++)
    g_usleep (G_TIME_SPAN_MILLISECOND);
  ASSERT_OBJECT_REFCOUNT (f->comp, "dualcompositor", 1);
  gst_object_unref (f->comp);
}

static void
promise (GstHarness * h, gboolean complete)
{
  fail_unless (gst_harness_push_event (h,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
              gst_structure_new ("recording-timeline", "complete",
                  G_TYPE_BOOLEAN, complete, NULL))));
}

/* Both inputs have promised, so that the clock plays no part. */
static Fixture
promised_fixture_new (const gchar * output, const gchar * screen,
    const gchar * webcam)
{
  Fixture f = fixture_new (output, screen, webcam);

  promise (f.screen, TRUE);
  if (f.webcam)
    promise (f.webcam, TRUE);

  return f;
}

static void
push_frame (GstHarness * h, guint32 colour, guint n)
{
  const gchar *pad = GST_PAD_NAME (GST_PAD_PEER (h->srcpad));
  const gchar *caps = g_str_equal (pad, "screen") ? SCREEN_CAPS :
      g_str_equal (pad, "webcam") ? WEBCAM_CAPS : WAVEFORM_CAPS;

  fail_unless_equals_int (gst_harness_push (h,
          new_frame_at (caps, colour, FRAME (n))), GST_FLOW_OK);
}

static void
push_gap (GstHarness * h, guint n, gboolean has_duration, GstGapFlags flags)
{
  GstEvent *event = gst_event_new_gap (FRAME (n),
      has_duration ? FRAME (n + 1) - FRAME (n) : GST_CLOCK_TIME_NONE);

  gst_event_set_gap_flags (event, flags);
  fail_unless (gst_harness_push_event (h, event));
}

static void
push_missing (GstHarness * h, guint n)
{
  push_gap (h, n, TRUE, GST_GAP_FLAG_MISSING_DATA);
}

static GstBuffer *
pull (Fixture * f)
{
  GstBuffer *buffer = gst_harness_pull (f->screen);

  fail_unless (buffer != NULL, "no output");

  return buffer;
}

static void
assert_shows (Fixture * f, GstBuffer * buffer, const Region * regions, guint n)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (f->screen->sinkpad);

  assert_frame_shows (buffer, caps, regions, n);
}

static void
assert_next_shows (Fixture * f, const Region * regions, guint n)
{
  g_autoptr (GstBuffer) buffer = pull (f);

  assert_shows (f, buffer, regions, n);
}

#define assert_next(f, ...) G_STMT_START { \
  const Region regions[] = { __VA_ARGS__ }; \
  assert_next_shows (f, regions, G_N_ELEMENTS (regions)); \
} G_STMT_END

#define ALL(colour) { 0, 0, 640, 360, colour }
#define LEFT(colour) { 0, 90, 320, 180, colour }
#define RIGHT(colour) { 320, 60, 320, 240, colour }
#define INSET(colour) { 460, 220, 160, 120, colour }
/* The 4:3 webcam alone */
#define PILLAR(colour) { 80, 0, 480, 360, colour }

/* --- Caps --- */

static void
assert_negotiates (const gchar * wish, const gchar * result)
{
  Fixture f = promised_fixture_new (wish, SCREEN_CAPS, NULL);
  g_autoptr (GstCaps) expected = gst_caps_from_string (result);
  g_autoptr (GstCaps) caps = NULL;
  g_autofree gchar *got = NULL;

  push_frame (f.screen, SCREEN, 0);
  gst_buffer_unref (pull (&f));
  caps = gst_pad_get_current_caps (f.screen->sinkpad);
  got = gst_caps_to_string (caps);
  fail_unless (gst_caps_is_subset (caps, expected), "%s is no %s", got, result);
  fixture_free (&f);
}

static const struct
{
  const gchar *wish, *result;
} negotiations[] = {
  {NULL, "video/x-raw,format=I420,width=1920,height=1080,framerate=30/1,"
        "pixel-aspect-ratio=1/1,interlace-mode=progressive,colorimetry=bt709"},
  {"video/x-raw,format={NV12,I420}", "video/x-raw,format=I420,width=1920"},
  {"video/x-raw,format=NV12,width=1281,height=721,framerate=15/1",
        "video/x-raw,format=NV12,width=1281,height=721,framerate=15/1"},
  {"video/x-raw,width=640", "video/x-raw,width=640,height=360,"
        "colorimetry=bt601"},
  {"video/x-raw,height=720", "video/x-raw,width=1280,height=720"},
  {"video/x-raw,format=RGB", "video/x-raw,format=RGB,colorimetry=sRGB"},
  {"video/x-raw,framerate=[1/1,10/1]", "video/x-raw,framerate=10/1"},
  {"video/x-raw,width=720,height=576,pixel-aspect-ratio=16/15",
        "video/x-raw,width=720,height=576,pixel-aspect-ratio=16/15"},
  {"video/x-raw,format=I420,colorimetry=bt601", "video/x-raw,height=1080,"
        "colorimetry=bt601"},
};

GST_START_TEST (test_output_caps_are_negotiated)
{
  assert_negotiates (negotiations[__i__].wish, negotiations[__i__].result);
}

GST_END_TEST;

GST_START_TEST (test_output_without_rate_is_refused)
{
  Fixture f = promised_fixture_new ("video/x-raw,framerate=0/1", SCREEN_CAPS,
      NULL);

  while (gst_harness_push (f.screen,
          new_frame_at (SCREEN_CAPS, SCREEN, 0)) == GST_FLOW_OK);
  fail_if (gst_pad_has_current_caps (f.screen->sinkpad));
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_inputs_take_any_progressive_format)
{
  Fixture f = fixture_new ("video/x-raw,format=I420", SCREEN_CAPS, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (f.comp, "screen");
  g_autoptr (GstCaps) odd = gst_caps_from_string ("video/x-raw,format=RGBA,"
      "width=17,height=3,framerate=7/1,pixel-aspect-ratio=3/2");
  g_autoptr (GstCaps) interlaced = gst_caps_from_string ("video/x-raw,"
      "format=I420,width=720,height=576,framerate=25/1,"
      "interlace-mode=interleaved");

  fail_unless (gst_pad_query_accept_caps (pad, odd));
  fail_if (gst_pad_query_accept_caps (pad, interlaced));
  fixture_free (&f);
}

GST_END_TEST;

/* videotestsrc takes the first format, be there a filter or not. */
GST_START_TEST (test_inputs_prefer_what_needs_no_conversion)
{
  GstElement *element = gst_element_factory_make ("dualcompositor", NULL);
  GstPad *pad = gst_element_request_pad_simple (element, "screen");
  g_autoptr (GstCaps) filter =
      gst_caps_from_string ("video/x-raw,format={ARGB64,I420,RGB}");
  GstCaps *const filters[] = { NULL, filter };

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++) {
    g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, filters[i]);

    fail_unless_equals_string (gst_structure_get_string (gst_caps_get_structure
            (caps, 0), "format"), "I420");
    fail_unless_equals_int (gst_caps_get_size (caps), 2);
  }

  gst_element_release_request_pad (element, pad);
  gst_object_unref (pad);
  gst_object_unref (element);
}

GST_END_TEST;

/* --- Pixels --- */

static const gchar *output_formats[] = {
  "I420", "YV12", "NV12", "NV21", "Y42B", "Y444", "YUY2", "UYVY", "BGRx",
  "RGBx", "xRGB", "xBGR", "RGB", "BGR"
};

/* Odd sizes, a background, both inputs scaled: in every output format. */
GST_START_TEST (test_formats_hold_the_right_pixels)
{
  const gchar *format = output_formats[__i__];
  gboolean rgb = strchr (format, 'R') != NULL;
  g_autofree gchar *output = g_strdup_printf ("video/x-raw,format=%s,width=321,"
      "height=181,framerate=30/1,colorimetry=%s", format,
      rgb ? "sRGB" : "bt601");
  Fixture f = promised_fixture_new (output, SCREEN_CAPS ",colorimetry=bt601",
      WEBCAM_CAPS ",colorimetry=bt601");

  /* Red and green, on blue */
  g_object_set (f.comp, "layout", 0, "background", 0xff0000ff, NULL);
  push_frame (f.screen, 0x515af0, 0);
  push_frame (f.webcam, 0x913622, 0);
  assert_next (&f, {0, 0, 321, 181, rgb ? 0x0000ff : 0x29f06e},
      {0, 44, 160, 90, rgb ? 0xff0000 : 0x515af0},
      {160, 30, 161, 120, rgb ? 0x00ff00 : 0x913622});
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_hd_output_converts_the_matrix)
{
  Fixture f = promised_fixture_new ("video/x-raw,format=I420,width=1280,"
      "height=720,framerate=30/1",
      "video/x-raw,format=I420,width=320,height=180,framerate=0/1,"
      "colorimetry=bt601", NULL);

  push_frame (f.screen, 0x515af0, 0);
  assert_next (&f, {0, 0, 1280, 720, 0x3f66f0});
  fixture_free (&f);
}

GST_END_TEST;

/* Of pixels that are no squares in the input, the output or both */
static const struct
{
  const gchar *input, *output;
  Region shown;
} aspect_ratios[] = {
  {"width=180,height=144,pixel-aspect-ratio=16/15",
      "width=640,height=360,pixel-aspect-ratio=1/1", PILLAR (SCREEN)},
  {"width=320,height=180,pixel-aspect-ratio=1/1",
      "width=720,height=576,pixel-aspect-ratio=16/15", {0, 72, 720, 432,
          SCREEN}},
  {"width=180,height=144,pixel-aspect-ratio=16/15",
      "width=720,height=576,pixel-aspect-ratio=16/15", {0, 0, 720, 576,
          SCREEN}},
  {"width=352,height=288,pixel-aspect-ratio=12/11",
      "width=720,height=576,pixel-aspect-ratio=64/45", {90, 0, 540, 576,
          SCREEN}},
  {"width=45,height=90,pixel-aspect-ratio=2/1",
      "width=640,height=360,pixel-aspect-ratio=1/1", {140, 0, 360, 360,
          SCREEN}},
};

GST_START_TEST (test_pixel_aspect_ratio_is_kept)
{
  const Region regions[] = { {0, 0, 720, 576, BLACK},
    aspect_ratios[__i__].shown
  };
  g_autofree gchar *input = g_strconcat ("video/x-raw,format=I420,"
      "framerate=0/1,colorimetry=bt601,", aspect_ratios[__i__].input, NULL);
  g_autofree gchar *output = g_strconcat ("video/x-raw,framerate=30/1,",
      aspect_ratios[__i__].output, NULL);
  Fixture f = promised_fixture_new (output, input, NULL);

  gst_harness_push (f.screen, new_frame_at (input, SCREEN, 0));
  assert_next_shows (&f, regions, 2);
  fixture_free (&f);
}

GST_END_TEST;

/* Solid, in any format */
static GstBuffer *
new_solid (const gchar * caps_string, guint32 colour)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_string);
  g_autofree guint32 *line = NULL;
  const GstVideoFormatInfo *finfo;
  GstVideoInfo info;
  GstVideoFrame frame;
  GstBuffer *buffer;

  fail_unless (gst_video_info_from_caps (&info, caps));
  finfo = info.finfo;
  line = g_new (guint32, info.width + 16);
  for (gint x = 0; x < info.width; x++)
    line[x] = GUINT32_TO_BE (0xff000000 | colour);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE));
  for (gint y = 0; y < info.height; y++)
    finfo->pack_func (finfo, GST_VIDEO_PACK_FLAG_NONE, line, 0, frame.data,
        frame.info.stride, info.chroma_site, y, info.width);
  gst_video_frame_unmap (&frame);
  GST_BUFFER_PTS (buffer) = 0;

  return buffer;
}

static const struct
{
  const gchar *format, *colorimetry;
  guint32 colour;               /* red */
} input_formats[] = {
  {"I420", "bt601", 0x515af0}, {"NV12", "bt601", 0x515af0},
  {"Y42B", "bt601", 0x515af0}, {"YUY2", "bt601", 0x515af0},
  {"Y444", "bt709", 0x3f66f0}, {"I420", "1:4:0:0", 0x4c55ff},
  {"BGRx", "sRGB", 0xff0000}, {"RGBx", "sRGB", 0xff0000},
  {"BGRA", "sRGB", 0xff0000}, {"RGB", "sRGB", 0xff0000},
};

static const struct
{
  gint width, height;
  Region shown;
} input_sizes[] = {
  {640, 360, ALL (0x515af0)}, {33, 57, {216, 0, 208, 360, 0x515af0}},
  {1281, 719, ALL (0x515af0)}, {1, 1, {140, 0, 360, 360, 0x515af0}},
  {101, 3, {0, 170, 640, 20, 0x515af0}},
};

/* Every format that a decoder or a desktop gives, in odd and portrait sizes,
 * in its own colours. */
GST_START_TEST (test_input_formats_and_sizes)
{
  for (guint i = 0; i < G_N_ELEMENTS (input_sizes); i++) {
    const Region regions[] = { ALL (BLACK), input_sizes[i].shown };
    g_autofree gchar *caps = g_strdup_printf ("video/x-raw,format=%s,width=%d,"
        "height=%d,framerate=0/1,colorimetry=%s", input_formats[__i__].format,
        input_sizes[i].width, input_sizes[i].height,
        input_formats[__i__].colorimetry);
    Fixture f = promised_fixture_new (OUTPUT_CAPS ",colorimetry=bt601", caps,
        NULL);

    gst_harness_push (f.screen, new_solid (caps, input_formats[__i__].colour));
    assert_next_shows (&f, regions, 2);
    fixture_free (&f);
  }
}

GST_END_TEST;

static const struct
{
  const gchar *layout;
  guint n;
  Region both[3], screen[2], webcam[2];
} layouts[] = {
  {"side-by-side", 3, {ALL (BLACK), LEFT (SCREEN), RIGHT (WEBCAM)},
      {ALL (SCREEN), ALL (SCREEN)}, {ALL (BLACK), PILLAR (WEBCAM)}},
  {"pip", 2, {ALL (SCREEN), INSET (WEBCAM)},
      {ALL (SCREEN), ALL (SCREEN)}, {ALL (BLACK), PILLAR (WEBCAM)}},
  {"screen-only", 1, {ALL (SCREEN)},
      {ALL (SCREEN), ALL (SCREEN)}, {ALL (BLACK), ALL (BLACK)}},
  {"webcam-only", 2, {ALL (BLACK), PILLAR (WEBCAM)},
      {ALL (BLACK), ALL (BLACK)}, {ALL (BLACK), PILLAR (WEBCAM)}},
  {"stacked", 3, {ALL (BLACK), {160, 0, 320, 180, SCREEN},
          {200, 180, 240, 180, WEBCAM}},
      {ALL (SCREEN), ALL (SCREEN)}, {ALL (BLACK), PILLAR (WEBCAM)}},
};

GST_START_TEST (test_layout_shows_both_inputs)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  gst_util_set_object_arg (G_OBJECT (f.comp), "layout", layouts[__i__].layout);
  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  assert_next_shows (&f, layouts[__i__].both, layouts[__i__].n);
  fixture_free (&f);
}

GST_END_TEST;

/* From its first picture, GAPs later, through EOS. */
GST_START_TEST (test_webcam_comes_and_goes)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  guint n;

  gst_util_set_object_arg (G_OBJECT (f.comp), "layout", layouts[__i__].layout);
  g_object_set (f.comp, "stale-timeout", 100, NULL);
  for (n = 0; n < 10; n++) {
    push_frame (f.screen, SCREEN, n);
    /* late, here, gone for 100 ms = 3 frames, back */
    if (n == 2 || n == 8)
      push_frame (f.webcam, WEBCAM, n);
    else
      push_missing (f.webcam, n);
    if ((n >= 2 && n < 5) || n >= 8)
      assert_next_shows (&f, layouts[__i__].both, layouts[__i__].n);
    else
      assert_next_shows (&f, layouts[__i__].screen, 2);
  }

  fail_unless (gst_harness_push_event (f.webcam, gst_event_new_eos ()));
  push_frame (f.screen, SCREEN, n);
  assert_next_shows (&f, layouts[__i__].screen, 2);
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_screen_comes_and_ends)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  gst_util_set_object_arg (G_OBJECT (f.comp), "layout", layouts[__i__].layout);
  push_missing (f.screen, 0);
  push_frame (f.webcam, WEBCAM, 0);
  assert_next_shows (&f, layouts[__i__].webcam, 2);

  push_frame (f.screen, SCREEN, 1);
  push_frame (f.webcam, WEBCAM, 1);
  assert_next_shows (&f, layouts[__i__].both, layouts[__i__].n);

  fail_unless (gst_harness_push_event (f.screen, gst_event_new_eos ()));
  push_frame (f.webcam, WEBCAM, 2);
  assert_next_shows (&f, layouts[__i__].webcam, 2);
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_webcam_stays_without_stale_timeout)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  g_object_set (f.comp, "stale-timeout", 0, NULL);
  push_frame (f.webcam, WEBCAM, 0);
  push_frame (f.screen, SCREEN, 0);
  gst_buffer_unref (pull (&f));
  for (guint n = 1; n < 200; n++) {
    push_frame (f.screen, SCREEN, n);
    push_missing (f.webcam, n);
    g_autoptr (GstBuffer) buffer = pull (&f);

    if (n == 199)
      assert_shows (&f, buffer, layouts[1].both, layouts[1].n);
  }
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_change_of_layout_is_a_clean_cut)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  for (guint n = 0; n < 24; n++) {
    guint i = (n * 7 / 2) % G_N_ELEMENTS (layouts);

    gst_util_set_object_arg (G_OBJECT (f.comp), "layout", layouts[i].layout);
    push_frame (f.screen, SCREEN, n);
    push_frame (f.webcam, WEBCAM, n);
    assert_next_shows (&f, layouts[i].both, layouts[i].n);
  }
  fixture_free (&f);
}

GST_END_TEST;

static gpointer
change_layout (gpointer data)
{
  Fixture *f = data;

  for (guint i = 0; GST_ELEMENT (f->comp)->numsinkpads == 2; i++) {
    gst_util_set_object_arg (G_OBJECT (f->comp), "layout",
        layouts[i % G_N_ELEMENTS (layouts)].layout);
    g_thread_yield ();
  }

  return NULL;
}

/* An application that changes it from a thread of its own, all the time. */
GST_START_TEST (test_every_picture_has_one_layout)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  GThread *thread = g_thread_new ("application", change_layout, &f);
  gboolean seen[G_N_ELEMENTS (layouts)] = { FALSE, };
  guint n_seen = 0;

  for (guint n = 0; n_seen < G_N_ELEMENTS (layouts); n++) {
    g_autoptr (GstBuffer) buffer = NULL;
    g_autoptr (GstCaps) caps = NULL;
    gboolean found = FALSE;

    push_frame (f.screen, SCREEN, n);
    push_frame (f.webcam, WEBCAM, n);
    buffer = pull (&f);
    caps = gst_pad_get_current_caps (f.screen->sinkpad);
    for (guint i = 0; i < G_N_ELEMENTS (layouts) && !found; i++) {
      g_autofree gchar *why = NULL;

      found = frame_shows (buffer, caps, layouts[i].both, layouts[i].n, &why);
      n_seen += found && !seen[i];
      seen[i] |= found;
    }
    fail_unless (found, "picture %u is of no layout", n);
  }

  gst_harness_teardown (f.webcam);
  f.webcam = NULL;
  g_thread_join (thread);
  fixture_free (&f);
}

GST_END_TEST;

static void
control (Fixture * f, const gchar * property, gdouble from, gdouble to)
{
  GstControlSource *source = gst_interpolation_control_source_new ();

  g_object_set (source, "mode", GST_INTERPOLATION_MODE_LINEAR, NULL);
  gst_timed_value_control_source_set (GST_TIMED_VALUE_CONTROL_SOURCE (source),
      0, from);
  gst_timed_value_control_source_set (GST_TIMED_VALUE_CONTROL_SOURCE (source),
      FRAME (20), to);
  fail_unless (gst_object_add_control_binding (GST_OBJECT (f->comp),
          gst_direct_control_binding_new_absolute (GST_OBJECT (f->comp),
              property, source)));
  gst_object_unref (source);
}

/* Of the five layouts the second, then the first */
static void
control_layout (Fixture * f)
{
  GstControlSource *source = gst_interpolation_control_source_new ();

  g_object_set (source, "mode", GST_INTERPOLATION_MODE_NONE, NULL);
  gst_timed_value_control_source_set (GST_TIMED_VALUE_CONTROL_SOURCE (source),
      0, 1 / 4.0);
  gst_timed_value_control_source_set (GST_TIMED_VALUE_CONTROL_SOURCE (source),
      FRAME (20), 0);
  fail_unless (gst_object_add_control_binding (GST_OBJECT (f->comp),
          gst_direct_control_binding_new (GST_OBJECT (f->comp), "layout",
              source)));
  gst_object_unref (source);
}

static gint
even (gdouble length)
{
  return 2 * (gint) (length / 2 + 0.5);
}

/* The inset grows from picture to picture, while its border and the margin
 * change, too; then the layout does. */
GST_START_TEST (test_geometry_is_controlled)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  g_object_set (f.comp, "pip-border-color", 0xffffffff, NULL);
  control (&f, "pip-scale", 0.2, 0.4);
  control (&f, "margin", 0, 40);
  control (&f, "pip-border", 0, 20);
  control_layout (&f);
  for (guint n = 0; n < 20; n++) {
    gint width = even (640 * (0.2 + 0.01 * n)), height = even (width * 0.75);
    gint margin = 2 * n, border = (n + 1) & ~1;
    gint right = 640 - margin, bottom = 360 - margin;

    push_frame (f.screen, SCREEN, n);
    push_frame (f.webcam, WEBCAM, n);
    assert_next (&f, ALL (SCREEN), {right - width - 2 * border,
            bottom - height - 2 * border, width + 2 * border,
            height + 2 * border, 0xeb8080}, {right - width - border,
            bottom - height - border, width, height, WEBCAM});
  }
  push_frame (f.screen, SCREEN, 20);
  push_frame (f.webcam, WEBCAM, 20);
  assert_next (&f, ALL (BLACK), LEFT (SCREEN), RIGHT (WEBCAM));
  fixture_free (&f);
}

GST_END_TEST;

/* --- Waveform --- */

/* A tenth of the height, while it has a picture; in every layout. */
GST_START_TEST (test_waveform_comes_and_goes)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  f.waveform = gst_harness_new_with_element (f.comp, "waveform", NULL);
  gst_harness_set_src_caps_str (f.waveform, WAVEFORM_CAPS);
  promise (f.waveform, TRUE);
  g_object_set (f.comp, "waveform-height", 0.1, NULL);
  for (guint n = 0; n < 100; n++) {
    push_frame (f.screen, SCREEN, n);
    push_frame (f.webcam, WEBCAM, n);
    /* late, here, and held */
    if (n == 2)
      push_frame (f.waveform, WEBCAM_2, n);
    else
      push_missing (f.waveform, n);
    if (n < 2)
      assert_next (&f, ALL (SCREEN), INSET (WEBCAM));
    else
      assert_next (&f, ALL (BLACK), {32, 0, 576, 324, SCREEN},
          {460, 184, 160, 120, WEBCAM}, {0, 324, 640, 36, WEBCAM_2});
  }

  gst_util_set_object_arg (G_OBJECT (f.comp), "layout", "stacked");
  push_frame (f.screen, SCREEN, 100);
  push_frame (f.webcam, WEBCAM, 100);
  push_missing (f.waveform, 100);
  assert_next (&f, ALL (BLACK), {176, 0, 288, 162, SCREEN},
      {212, 162, 216, 162, WEBCAM}, {0, 324, 640, 36, WEBCAM_2});

  fail_unless (gst_harness_push_event (f.waveform, gst_event_new_eos ()));
  push_frame (f.screen, SCREEN, 101);
  push_frame (f.webcam, WEBCAM, 101);
  assert_next_shows (&f, layouts[4].both, layouts[4].n);
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_inset_moves_while_running)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  assert_next (&f, ALL (SCREEN), INSET (WEBCAM));

  g_object_set (f.comp, "pip-position", 0, "pip-scale", 0.5, "margin", 10,
      NULL);
  push_missing (f.screen, 1);
  push_missing (f.webcam, 1);
  assert_next (&f, ALL (SCREEN), {10, 10, 320, 240, WEBCAM});

  g_object_set (f.comp, "layout", 0, "background", 0xffffffff, NULL);
  push_missing (f.screen, 2);
  push_missing (f.webcam, 2);
  assert_next (&f, ALL (0xeb8080), LEFT (SCREEN), RIGHT (WEBCAM));
  fixture_free (&f);
}

GST_END_TEST;

/* --- Gaps and caps --- */

/* A screen holds its last picture through either kind of GAP, with a duration
 * or without. */
GST_START_TEST (test_screen_holds_through_gaps)
{
  gboolean has_duration = __i__ & 1;
  GstGapFlags flags = __i__ & 2 ? GST_GAP_FLAG_MISSING_DATA : 0;
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  for (guint n = 0; n < 100; n++) {
    if (n == 0)
      push_frame (f.screen, SCREEN, n);
    else
      push_gap (f.screen, n, has_duration, flags);
    push_frame (f.webcam, WEBCAM, n);
    assert_next (&f, ALL (SCREEN), INSET (WEBCAM));
  }
  fixture_free (&f);
}

GST_END_TEST;

/* One GAP of two seconds in one input: the other one goes on. */
GST_START_TEST (test_long_gap_holds_nothing_up)
{
  gboolean is_webcam = __i__;
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  GstHarness *gone = is_webcam ? f.webcam : f.screen;
  GstHarness *there = is_webcam ? f.screen : f.webcam;

  g_object_set (f.comp, "stale-timeout", 1000, NULL);
  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  gst_buffer_unref (pull (&f));
  fail_unless (gst_harness_push_event (gone,
          gst_event_new_gap (FRAME (1), FRAME (60) - FRAME (1))));
  push_frame (gone, is_webcam ? WEBCAM : SCREEN, 60);
  for (guint n = 1; n <= 60; n++) {
    push_frame (there, is_webcam ? SCREEN_2 : WEBCAM_2, n);
    if (!is_webcam)
      assert_next (&f, ALL (SCREEN), INSET (WEBCAM_2));
    else if (n < FPS || n == 60)
      assert_next (&f, ALL (SCREEN_2), INSET (WEBCAM));
    else
      assert_next (&f, ALL (SCREEN_2));
  }
  fixture_free (&f);
}

GST_END_TEST;

/* The first frame is taken while the other input is still waited for, and a
 * GAP follows before any output is made. */
GST_START_TEST (test_picture_survives_a_gap_within_one_output)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  GstEvent *gap = gst_event_new_gap (FRAME (1) + 2 * GST_MSECOND,
      GST_CLOCK_TIME_NONE);

  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  gst_buffer_unref (pull (&f));

  /* Too old for the output at hand: more is needed of the webcam. */
  gst_harness_push (f.webcam,
      new_frame_at (WEBCAM_CAPS, WEBCAM_2, FRAME (1) / 10));
  push_frame (f.screen, SCREEN_2, 1);
  fail_unless (gst_harness_push_event (f.screen, gap));
  gst_harness_push (f.webcam,
      new_frame_at (WEBCAM_CAPS, WEBCAM, FRAME (1) + GST_MSECOND));
  assert_next (&f, ALL (SCREEN_2), INSET (WEBCAM));
  fixture_free (&f);
}

GST_END_TEST;

/* Sizes, formats and shapes that change in mid-stream; a GAP directly behind
 * the new caps leaves the old picture as it was. */
GST_START_TEST (test_caps_change_in_mid_stream)
{
  static const gchar *caps[] = {
    "video/x-raw,format=I420,width=640,height=360,framerate=0/1",
    "video/x-raw,format=I420,width=33,height=17,framerate=0/1",
    ("video/x-raw,format=Y444,width=1280,height=720,framerate=0/1,"
        "colorimetry=bt601"),
    "video/x-raw,format=Y42B,width=18,height=32,framerate=30/1",
  };
  static const Region shown[] = {
    ALL (SCREEN), {0, 14, 640, 330, SCREEN}, ALL (SCREEN),
    {218, 0, 202, 360, SCREEN}
  };
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  guint n = 0;

  g_object_set (f.comp, "layout", 2, NULL);
  for (guint i = 0; i < 12; i++) {
    const gchar *now = caps[i % 4];
    Region regions[2] = { ALL (BLACK), shown[i % 4] };
    g_autoptr (GstCaps) new_caps = gst_caps_from_string (now);
    fail_unless (gst_harness_push_event (f.screen,
            gst_event_new_caps (new_caps)));
    if (n > 0) {
      g_autoptr (GstBuffer) buffer = NULL;

      push_missing (f.screen, n);
      push_frame (f.webcam, WEBCAM, n++);
      buffer = pull (&f);
      fail_unless (is_repeat (buffer));
    }
    gst_harness_push (f.screen, new_frame_at (now, SCREEN, FRAME (n)));
    push_frame (f.webcam, WEBCAM, n++);
    assert_next_shows (&f, regions, 2);
  }
  fixture_free (&f);
}

GST_END_TEST;

/* --- Orientation --- */

#define QUARTERS_CAPS "video/x-raw,format=%s,width=320,height=180," \
    "framerate=0/1,colorimetry=bt601"

/* One colour a quarter: A and B above C and D. */
static GstBuffer *
new_quarters (const gchar * caps_string, guint n)
{
  static const guint32 colours[] = { SCREEN, SCREEN_2, WEBCAM, WEBCAM_2 };
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_string);
  GstBuffer *buffer;
  GstVideoInfo info;
  GstVideoFrame frame;

  fail_unless (gst_video_info_from_caps (&info, caps));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE));
  for (guint c = 0; c < 3; c++) {
    gint width = GST_VIDEO_FRAME_COMP_WIDTH (&frame, c);
    gint height = GST_VIDEO_FRAME_COMP_HEIGHT (&frame, c);
    guint8 *data = GST_VIDEO_FRAME_COMP_DATA (&frame, c);

    for (gint y = 0; y < height; y++)
      for (gint x = 0; x < width; x++)
        data[y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c)
            + x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c)] =
            colours[(x >= width / 2) + 2 * (y >= height / 2)] >> (16 - 8 * c);
  }
  gst_video_frame_unmap (&frame);
  GST_BUFFER_PTS (buffer) = FRAME (n);

  return buffer;
}

/* The quarters of the output's picture, by the letter of the colour that shows
 * in the middle of each. */
static gchar *
pull_quarters (Fixture * f, gboolean is_portrait)
{
  static const gchar *const letters = "ABCD";
  static const guint32 colours[] = { SCREEN, SCREEN_2, WEBCAM, WEBCAM_2 };
  g_autoptr (GstBuffer) buffer = pull (f);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (f->screen->sinkpad);
  g_autofree guint8 *line = g_malloc (4 * (640 + 16));
  gchar *found = g_strdup ("????");
  GstVideoInfo info;
  GstVideoFrame frame;

  fail_unless (gst_video_info_from_caps (&info, caps));
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  for (guint i = 0; i < 4; i++) {
    gint width = is_portrait ? 202 : 640;
    gint x = 320 + (i & 1 ? width : -width) / 4;

    unpack_line (&frame, i & 2 ? 270 : 90, line);
    for (guint j = 0; j < 4; j++)
      if (is_close (line + 4 * x, colours[j], 3))
        found[i] = letters[j];
    /* Nothing beside it */
    fail_unless_equals_int (is_close (line + 4 * 100, BLACK, 2), is_portrait);
  }
  gst_video_frame_unmap (&frame);

  return found;
}

static void
push_tag (GstHarness * h, GstTagScope scope, const gchar * orientation)
{
  GstTagList *tags = gst_tag_list_new (GST_TAG_IMAGE_ORIENTATION, orientation,
      NULL);

  gst_tag_list_set_scope (tags, scope);
  fail_unless (gst_harness_push_event (h, gst_event_new_tag (tags)));
}

static void
assert_quarters (Fixture * f, const gchar * expected, gboolean is_portrait)
{
  g_autofree gchar *found = pull_quarters (f, is_portrait);

  fail_unless_equals_string (found, expected);
}

static const struct
{
  const gchar *tag;
  const gchar *quarters;
  gboolean is_portrait;
} orientations[] = {
  {"rotate-0", "ABCD", FALSE},
  {"rotate-90", "CADB", TRUE},
  {"rotate-180", "DCBA", FALSE},
  {"rotate-270", "BDAC", TRUE},
  {"flip-rotate-0", "BADC", FALSE},
  {"flip-rotate-90", "DBCA", TRUE},
  {"flip-rotate-180", "CDAB", FALSE},
  {"flip-rotate-270", "ACBD", TRUE},
};

static const gchar *quarter_formats[] = { "I420", "NV12", "Y42B", "YUY2" };

GST_START_TEST (test_orientation_tag_is_honoured)
{
  for (guint i = 0; i < G_N_ELEMENTS (quarter_formats); i++) {
    g_autofree gchar *caps = g_strdup_printf (QUARTERS_CAPS,
        quarter_formats[i]);
    Fixture f = promised_fixture_new (OUTPUT_CAPS, caps, NULL);

    push_tag (f.screen, GST_TAG_SCOPE_STREAM, orientations[__i__].tag);
    gst_harness_push (f.screen, new_quarters (caps, 0));
    assert_quarters (&f, orientations[__i__].quarters,
        orientations[__i__].is_portrait);
    fixture_free (&f);
  }
}

GST_END_TEST;

GST_START_TEST (test_orientation_changes_with_the_next_picture)
{
  g_autofree gchar *caps = g_strdup_printf (QUARTERS_CAPS, "I420");
  Fixture f = promised_fixture_new (OUTPUT_CAPS, caps, NULL);

  push_tag (f.screen, GST_TAG_SCOPE_GLOBAL, "rotate-180");
  gst_harness_push (f.screen, new_quarters (caps, 0));
  assert_quarters (&f, "DCBA", FALSE);

  /* A picture that stands is what it was when it came */
  push_tag (f.screen, GST_TAG_SCOPE_STREAM, "rotate-90");
  push_missing (f.screen, 1);
  assert_quarters (&f, "DCBA", FALSE);
  gst_harness_push (f.screen, new_quarters (caps, 2));
  assert_quarters (&f, "CADB", TRUE);

  /* The stream's own tag counts more; other tags say nothing */
  push_tag (f.screen, GST_TAG_SCOPE_GLOBAL, "rotate-0");
  fail_unless (gst_harness_push_event (f.screen,
          gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, "x", NULL))));
  gst_harness_push (f.screen, new_quarters (caps, 3));
  assert_quarters (&f, "CADB", TRUE);

  /* Both end with the stream */
  fail_unless (gst_harness_push_event (f.screen,
          gst_event_new_stream_start ("another")));
  promise (f.screen, TRUE);
  gst_harness_push (f.screen, new_quarters (caps, 4));
  assert_quarters (&f, "ABCD", FALSE);
  fixture_free (&f);
}

GST_END_TEST;

/* A turned picture that stands is no change; its property turns it at once. */
GST_START_TEST (test_video_direction_overrides_the_tag)
{
  g_autofree gchar *caps = g_strdup_printf (QUARTERS_CAPS, "I420");
  Fixture f = promised_fixture_new (OUTPUT_CAPS, caps, NULL);
  g_autoptr (GstBuffer) repeat = NULL;

  push_tag (f.screen, GST_TAG_SCOPE_STREAM, "rotate-90");
  gst_harness_push (f.screen, new_quarters (caps, 0));
  assert_quarters (&f, "CADB", TRUE);
  push_missing (f.screen, 1);
  repeat = pull (&f);
  fail_unless (is_repeat (repeat));

  gst_child_proxy_set (GST_CHILD_PROXY (f.comp), "screen::video-direction",
      GST_VIDEO_ORIENTATION_HORIZ, NULL);
  push_missing (f.screen, 2);
  assert_quarters (&f, "BADC", FALSE);
  gst_child_proxy_set (GST_CHILD_PROXY (f.comp), "screen::video-direction",
      GST_VIDEO_ORIENTATION_AUTO, NULL);
  push_missing (f.screen, 3);
  assert_quarters (&f, "CADB", TRUE);
  fixture_free (&f);
}

GST_END_TEST;

/* The sides of its pixels change places, too: 16:15 is 15:16 then. */
GST_START_TEST (test_pixel_aspect_ratio_turns)
{
  const gchar *caps = "video/x-raw,format=I420,width=180,height=144,"
      "framerate=0/1,pixel-aspect-ratio=16/15";
  Fixture f = promised_fixture_new (OUTPUT_CAPS, caps, NULL);

  push_tag (f.screen, GST_TAG_SCOPE_STREAM, "rotate-270");
  gst_harness_push (f.screen, new_frame_at (caps, SCREEN, 0));
  assert_next (&f, ALL (BLACK), {184, 0, 270, 360, SCREEN});
  fixture_free (&f);
}

GST_END_TEST;

/* --- Repeats --- */

GST_START_TEST (test_equal_pictures_share_memory)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  g_autoptr (GstBuffer) first = NULL;
  g_autoptr (GstBuffer) second = NULL;
  g_autoptr (GstBuffer) third = NULL;
  g_autoptr (GstBuffer) fourth = NULL;

  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  first = pull (&f);
  fail_if (is_repeat (first));

  push_missing (f.screen, 1);
  push_missing (f.webcam, 1);
  second = pull (&f);
  fail_unless (is_repeat (second));
  fail_unless (share_memory (first, second));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (second), FRAME (1));
  fail_unless (GST_BUFFER_DURATION_IS_VALID (second));

  push_missing (f.screen, 2);
  push_frame (f.webcam, WEBCAM, 2);
  third = pull (&f);
  fail_unless (is_repeat (third));
  fail_unless (share_memory (second, third));

  push_missing (f.screen, 3);
  push_frame (f.webcam, SCREEN, 3);
  fourth = pull (&f);
  fail_if (is_repeat (fourth));
  fail_if (share_memory (third, fourth));
  fixture_free (&f);
}

GST_END_TEST;

/* A new buffer with the memory of the one before, as imagefreeze sends. */
GST_START_TEST (test_shared_input_is_no_change)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, NULL);
  g_autoptr (GstBuffer) frame = new_frame (SCREEN_CAPS, SCREEN);

  for (guint n = 0; n < 3; n++) {
    GstBuffer *copy = gst_buffer_copy (frame);

    GST_BUFFER_PTS (copy) = FRAME (n);
    gst_harness_push (f.screen, copy);
    g_autoptr (GstBuffer) buffer = pull (&f);
    fail_unless_equals_int (is_repeat (buffer), n > 0);
  }
  fixture_free (&f);
}

GST_END_TEST;

/* What is not shown makes no difference. */
GST_START_TEST (test_hidden_webcam_is_no_change)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  g_object_set (f.comp, "layout", 2, NULL);
  for (guint n = 0; n < 5; n++) {
    if (n == 0)
      push_frame (f.screen, SCREEN, n);
    else
      push_missing (f.screen, n);
    push_frame (f.webcam, WEBCAM, n);
    g_autoptr (GstBuffer) buffer = pull (&f);
    fail_unless_equals_int (is_repeat (buffer), n > 0);
  }
  fixture_free (&f);
}

GST_END_TEST;

static gchar *
checksum (GstBuffer * buffer)
{
  GstMapInfo map;
  gchar *sum;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, map.data, map.size);
  gst_buffer_unmap (buffer, &map);

  return sum;
}

GST_START_TEST (test_pushed_pictures_are_never_written_to)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  GstBuffer *held[20];
  gchar *sums[20];

  for (guint n = 0; n < 20; n++) {
    if (n % 3 == 0)
      push_frame (f.screen, n % 2 ? SCREEN : SCREEN_2, n);
    else
      push_missing (f.screen, n);
    if (n % 4 == 0)
      push_frame (f.webcam, n % 8 ? WEBCAM : WEBCAM_2, n);
    else
      push_missing (f.webcam, n);
    held[n] = pull (&f);
    sums[n] = checksum (held[n]);
  }
  for (guint n = 0; n < 20; n++) {
    g_autofree gchar *sum = checksum (held[n]);

    fail_unless_equals_string (sum, sums[n]);
    g_free (sums[n]);
    gst_buffer_unref (held[n]);
  }
  fixture_free (&f);
}

GST_END_TEST;

static GstPadProbeReturn
propose_two_buffers (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data G_GNUC_UNUSED)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  g_autoptr (GstBufferPool) pool = NULL;
  GstStructure *config;
  GstCaps *caps;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;

  gst_query_parse_allocation (query, &caps, NULL);
  pool = gst_video_buffer_pool_new ();
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, 640 * 360 * 3 / 2, 2, 2);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  gst_query_add_allocation_pool (query, pool, 640 * 360 * 3 / 2, 2, 2);

  return GST_PAD_PROBE_HANDLED;
}

/* Downstream offers as many buffers as it holds itself. */
GST_START_TEST (test_small_pool_does_not_run_dry)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, NULL);
  GstBuffer *held[4];

  gst_pad_add_probe (f.screen->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      propose_two_buffers, NULL, NULL);
  for (guint n = 0; n < G_N_ELEMENTS (held); n++) {
    push_frame (f.screen, n % 2 ? SCREEN : SCREEN_2, n);
    held[n] = pull (&f);
  }
  for (guint n = 0; n < G_N_ELEMENTS (held); n++)
    gst_buffer_unref (held[n]);
  fixture_free (&f);
}

GST_END_TEST;

/* --- Stalled --- */

static GstBus *
add_bus (Fixture * f)
{
  GstBus *bus = gst_bus_new ();

  gst_element_set_bus (f->comp, bus);

  return bus;
}

/* The messages since the last call, one a line. */
static gchar *
take_stalls (GstBus * bus)
{
  GString *text = g_string_new (NULL);
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    const GstStructure *s = gst_message_get_structure (message);
    gboolean stalled;
    guint64 duration;

    fail_unless (gst_structure_has_name (s, "composite-stalled"));
    fail_unless (gst_structure_get (s, "stalled", G_TYPE_BOOLEAN, &stalled,
            "duration", G_TYPE_UINT64, &duration, NULL));
    g_string_append_printf (text, "%s %s %s%.1f\n",
        gst_structure_get_string (s, "role"),
        gst_structure_get_string (s, "why"), stalled ? "" : "over ",
        (gdouble) duration / GST_SECOND);
    gst_message_unref (message);
  }

  return g_string_free (text, FALSE);
}

/* Three seconds of frames or GAPs, from frame @n on; the other input moves. */
static guint
push_three_seconds (Fixture * f, gboolean is_webcam, guint n, guint32 colour,
    gboolean gaps)
{
  GstHarness *still = is_webcam ? f->webcam : f->screen;
  GstHarness *moving = is_webcam ? f->screen : f->webcam;

  for (guint end = n + 3 * FPS; n < end; n++) {
    if (gaps)
      push_missing (still, n);
    else
      push_frame (still, colour, n);
    push_frame (moving, n & 4 ? WEBCAM : SCREEN, n);
    gst_buffer_unref (pull (f));
  }

  return n;
}

static void
assert_stalls (GstBus * bus, const gchar * role, const gchar * expected)
{
  g_autofree gchar *got = take_stalls (bus);
  g_auto (GStrv) parts = g_strsplit (expected, "ROLE", -1);
  g_autofree gchar *wanted = g_strjoinv (role, parts);

  fail_unless_equals_string (got, wanted);
}

/* Equal frames and GAPs are the same: what is shown does not change. */
GST_START_TEST (test_stalled_pictures_are_announced)
{
  const gchar *role = __i__ ? "webcam" : "screen";
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  g_autoptr (GstBus) bus = add_bus (&f);
  guint n;

  g_object_set (f.comp, "stalled-timeout", 2000, "stale-timeout", 0, NULL);
  n = push_three_seconds (&f, __i__, 0, SCREEN, FALSE);
  assert_stalls (bus, role, "ROLE frozen 2.0\n");
  n = push_three_seconds (&f, __i__, n, SCREEN, TRUE);
  assert_stalls (bus, role, "");
  n = push_three_seconds (&f, __i__, n, BLACK, FALSE);
  assert_stalls (bus, role, "ROLE frozen over 6.0\nROLE black 2.0\n");
  n = push_three_seconds (&f, __i__, n, BLACK, TRUE);
  assert_stalls (bus, role, "");
  n = push_three_seconds (&f, __i__, n, WEBCAM, TRUE);
  assert_stalls (bus, role, "");
  push_three_seconds (&f, __i__, n, WEBCAM, FALSE);
  assert_stalls (bus, role, "ROLE black over 9.0\nROLE frozen 2.0\n");
  gst_element_set_bus (f.comp, NULL);
  fixture_free (&f);
}

GST_END_TEST;

/* A screen that goes black and pauses, too soon after the last look. */
GST_START_TEST (test_last_picture_before_a_pause_is_looked_at)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  g_autoptr (GstBus) bus = add_bus (&f);

  g_object_set (f.comp, "stalled-timeout", 2000, NULL);
  for (guint n = 0; n < 2; n++) {
    push_frame (f.screen, n == 0 ? SCREEN : BLACK, n);
    push_frame (f.webcam, WEBCAM, n);
    gst_buffer_unref (pull (&f));
  }
  push_three_seconds (&f, FALSE, 2, 0, TRUE);
  assert_stalls (bus, "screen", "ROLE black 2.0\n");
  gst_element_set_bus (f.comp, NULL);
  fixture_free (&f);
}

GST_END_TEST;

/* The webcam's picture stands and leaves; then the layout hides the screen. */
GST_START_TEST (test_what_is_not_shown_is_not_stalled)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  g_autoptr (GstBus) bus = add_bus (&f);
  guint n = 0;

  g_object_set (f.comp, "stalled-timeout", 1000, "stale-timeout", 2000, NULL);
  push_frame (f.screen, SCREEN, n);
  push_frame (f.webcam, WEBCAM, n++);
  gst_buffer_unref (pull (&f));
  n = push_three_seconds (&f, TRUE, n, 0, TRUE);
  assert_stalls (bus, "webcam", "ROLE frozen 1.0\nROLE frozen over 2.0\n");

  push_frame (f.screen, SCREEN, n);
  push_frame (f.webcam, WEBCAM, n++);
  gst_buffer_unref (pull (&f));
  gst_util_set_object_arg (G_OBJECT (f.comp), "layout", "webcam-only");
  push_three_seconds (&f, FALSE, n, 0, TRUE);
  assert_stalls (bus, "screen", "");
  gst_element_set_bus (f.comp, NULL);
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_no_message_without_stalled_timeout)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  g_autoptr (GstBus) bus = add_bus (&f);

  g_object_set (f.comp, "stalled-timeout", 0, NULL);
  for (guint i = 0; i < 4; i++)
    push_three_seconds (&f, FALSE, i * 3 * FPS, BLACK, FALSE);
  assert_stalls (bus, "screen", "");
  gst_element_set_bus (f.comp, NULL);
  fixture_free (&f);
}

GST_END_TEST;

/* --- Clock or data --- */

static GstTestClock *
get_clock (Fixture * f)
{
  return GST_TEST_CLOCK (gst_element_get_clock (f->comp));
}

/* Lets the deadline at hand pass. */
static void
pass_deadline (Fixture * f)
{
  g_autoptr (GstTestClock) clock = get_clock (f);

  gst_test_clock_crank (clock);
}

/* Without a promise neither input holds up the other. */
GST_START_TEST (test_missing_input_is_not_waited_for)
{
  Fixture f = fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  GstHarness *there = __i__ ? f.webcam : f.screen;

  for (guint n = 0; n < 5; n++) {
    push_frame (there, __i__ ? WEBCAM : SCREEN, n);
    if (n == 0)
      pass_deadline (&f);
    if (__i__)
      assert_next (&f, ALL (BLACK), PILLAR (WEBCAM));
    else
      assert_next (&f, ALL (SCREEN));
  }
  fixture_free (&f);
}

GST_END_TEST;

/* An input that stops in mid-stream costs its deadline and no more. */
GST_START_TEST (test_deadline_passes_without_webcam)
{
  Fixture f = fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  g_object_set (f.comp, "stale-timeout", 50, NULL);
  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  assert_next (&f, ALL (SCREEN), INSET (WEBCAM));
  for (guint n = 1; n < 5; n++) {
    push_frame (f.screen, SCREEN, n);
    pass_deadline (&f);
    if (n < 2)
      assert_next (&f, ALL (SCREEN), INSET (WEBCAM));
    else
      assert_next (&f, ALL (SCREEN));
  }
  fixture_free (&f);
}

GST_END_TEST;

/* A frame that is too late for its own output is still the newest picture. */
GST_START_TEST (test_late_frame_is_shown_late)
{
  Fixture f = fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  GstBuffer *late = new_frame_at (SCREEN_CAPS, SCREEN_2, FRAME (1));

  GST_BUFFER_DURATION (late) = FRAME (1);
  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  gst_buffer_unref (pull (&f));
  for (guint n = 1; n < 6; n++) {
    if (n == 5) {
      gst_harness_push (f.screen, late);
      g_usleep (10 * G_TIME_SPAN_MILLISECOND);
    }
    push_frame (f.webcam, WEBCAM, n);
    pass_deadline (&f);
    if (n < 5)
      assert_next (&f, ALL (SCREEN), INSET (WEBCAM));
    else
      assert_next (&f, ALL (SCREEN_2), INSET (WEBCAM));
  }
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_output_starts_with_the_input)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  g_autoptr (GstBuffer) buffer = NULL;

  push_missing (f.screen, 300);
  push_frame (f.webcam, WEBCAM, 300);
  buffer = pull (&f);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), 10 * GST_SECOND);
  fixture_free (&f);
}

GST_END_TEST;

/* Times that jitter by less than an eighth of an output neither double nor drop
 * a frame, and a frame is never shown earlier than that. */
GST_START_TEST (test_jitter_drops_no_frame)
{
  static const gint jitter[] = { 0, -15, 4, -3, 3, -1, 1, -28, 0, 4 };
  const guint32 colours[] = { SCREEN, SCREEN_2, WEBCAM };
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, NULL);

  for (guint n = 0; n < G_N_ELEMENTS (jitter); n++) {
    GstBuffer *frame = new_frame_at (SCREEN_CAPS, colours[n % 3],
        FRAME (n) + jitter[n] * GST_MSECOND);

    if (__i__)
      GST_BUFFER_DURATION (frame) = FRAME (1);
    gst_harness_push (f.screen, frame);
    assert_next (&f, ALL (colours[n % 3]));
  }
  fixture_free (&f);
}

GST_END_TEST;

/* Of a source with more frames than outputs, each output shows the one that
 * begins with it, though times are rounded to milliseconds. */
static const struct
{
  guint fps;                    /* of the source */
  gboolean has_durations;
} faster[] = {
  {60, FALSE}, {60, TRUE}, {90, FALSE}, {90, TRUE}, {45, TRUE},
};

GST_START_TEST (test_a_faster_source_is_shown_in_time)
{
  const guint32 colours[] = { SCREEN, SCREEN_2, WEBCAM, WEBCAM_2, BLACK };
  const guint fps = faster[__i__].fps, n_outputs = 12;
  g_autofree gchar *caps = g_strdup_printf ("video/x-raw,format=I420,"
      "width=320,height=180,framerate=%u/1", fps);
  Fixture f = promised_fixture_new (OUTPUT_CAPS, caps, NULL);

  for (guint n = 0; n < fps * (n_outputs + 2) / FPS; n++) {
    GstClockTime pts = gst_util_uint64_scale_round (n, 1000, fps) * GST_MSECOND;
    GstBuffer *frame = new_frame_at (caps, colours[n % 5], pts);

    if (faster[__i__].has_durations)
      GST_BUFFER_DURATION (frame) = GST_SECOND / fps;
    fail_unless_equals_int (gst_harness_push (f.screen, frame), GST_FLOW_OK);
  }
  for (guint n = 0; n < n_outputs; n++)
    assert_next (&f, ALL (colours[n * fps / FPS % 5]));
  fixture_free (&f);
}

GST_END_TEST;

static void
assert_no_output (Fixture * f)
{
  g_autoptr (GstTestClock) clock = get_clock (f);

  gst_test_clock_advance_time (clock, 10 * GST_SECOND);
  g_usleep (50 * G_TIME_SPAN_MILLISECOND / 2);
  fail_unless_equals_int (gst_test_clock_peek_id_count (clock), 0);
  fail_unless_equals_int (gst_harness_buffers_in_queue (f->screen), 0);
}

GST_START_TEST (test_promise_leaves_the_clock_out)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  push_frame (f.screen, SCREEN, 0);
  assert_no_output (&f);
  push_frame (f.webcam, WEBCAM, 0);
  assert_next (&f, ALL (SCREEN), INSET (WEBCAM));
  assert_no_output (&f);
  push_frame (f.webcam, WEBCAM, 1);
  assert_no_output (&f);
  push_frame (f.screen, SCREEN, 1);
  assert_next (&f, ALL (SCREEN), INSET (WEBCAM));
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_promise_is_not_forwarded)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  GstEvent *event;

  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  gst_buffer_unref (pull (&f));
  while ((event = gst_harness_try_pull_event (f.screen))) {
    fail_if (gst_event_has_name (event, "recording-timeline"));
    gst_event_unref (event);
  }
  fixture_free (&f);
}

GST_END_TEST;

/* A sink that finds itself late does not thin out a recording. */
GST_START_TEST (test_promise_leaves_qos_out)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  for (guint n = 0; n < 5; n++) {
    g_autoptr (GstBuffer) buffer = NULL;

    push_frame (f.screen, SCREEN, n);
    push_frame (f.webcam, WEBCAM, n);
    buffer = pull (&f);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), FRAME (n));
    gst_harness_push_upstream_event (f.screen,
        gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 9.0, GST_SECOND,
            FRAME (n)));
  }
  fixture_free (&f);
}

GST_END_TEST;

/* One promise is not enough, and a promise can be taken back. */
GST_START_TEST (test_clock_is_back_without_all_promises)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  promise (f.webcam, FALSE);
  push_frame (f.screen, SCREEN, 0);
  pass_deadline (&f);
  assert_next (&f, ALL (SCREEN));
  fixture_free (&f);
}

GST_END_TEST;

static void
flush (Fixture * f)
{
  GstEvent *start = gst_event_new_flush_start ();
  GstEvent *stop = gst_event_new_flush_stop (TRUE);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_harness_push_event (f->screen, gst_event_ref (start)));
  fail_unless (gst_harness_push_event (f->webcam, start));
  fail_unless (gst_harness_push_event (f->screen, gst_event_ref (stop)));
  fail_unless (gst_harness_push_event (f->webcam, stop));
  fail_unless (gst_harness_push_event (f->screen,
          gst_event_new_segment (&segment)));
  fail_unless (gst_harness_push_event (f->webcam,
          gst_event_new_segment (&segment)));
}

GST_START_TEST (test_flush_forgets_pictures_and_promises)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  assert_next (&f, ALL (SCREEN), INSET (WEBCAM));

  flush (&f);
  push_frame (f.screen, SCREEN_2, 0);
  pass_deadline (&f);
  assert_next (&f, ALL (SCREEN_2));
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_promise_holds_again_after_a_flush)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);

  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  gst_buffer_unref (pull (&f));

  flush (&f);
  promise (f.screen, TRUE);
  promise (f.webcam, TRUE);
  push_frame (f.screen, SCREEN_2, 0);
  assert_no_output (&f);
  push_frame (f.webcam, WEBCAM_2, 0);
  assert_next (&f, ALL (SCREEN_2), INSET (WEBCAM_2));
  fixture_free (&f);
}

GST_END_TEST;

/* Nothing can come on a pad that is not linked, be it there before the promise
 * or not. */
GST_START_TEST (test_unlinked_pad_does_not_hold_up_a_promise)
{
  Fixture f = fixture_new (OUTPUT_CAPS, SCREEN_CAPS, NULL);
  g_autoptr (GstPad) pad = NULL;

  if (__i__)
    promise (f.screen, TRUE);
  pad = gst_element_request_pad_simple (f.comp, "webcam");
  if (!__i__)
    promise (f.screen, TRUE);
  push_frame (f.screen, SCREEN, 0);
  push_frame (f.screen, SCREEN, 1);
  assert_next (&f, ALL (SCREEN));
  assert_next (&f, ALL (SCREEN));
  gst_element_release_request_pad (f.comp, pad);
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_unlinking_and_releasing_in_mid_stream)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (f.comp, "webcam");
  g_autoptr (GstPad) again = NULL;

  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  assert_next (&f, ALL (SCREEN), INSET (WEBCAM));

  fail_unless (gst_pad_unlink (f.webcam->srcpad, pad));
  push_frame (f.screen, SCREEN, 1);
  assert_next (&f, ALL (SCREEN));

  gst_element_release_request_pad (f.comp, pad);
  push_frame (f.screen, SCREEN, 2);
  assert_next (&f, ALL (SCREEN));

  again = gst_element_request_pad_simple (f.comp, "webcam");
  fail_unless (again != NULL);
  fail_unless_equals_int (gst_pad_link (f.webcam->srcpad, again),
      GST_PAD_LINK_OK);
  promise (f.webcam, TRUE);
  push_frame (f.screen, SCREEN, 3);
  push_frame (f.webcam, WEBCAM_2, 3);
  assert_next (&f, ALL (SCREEN), INSET (WEBCAM_2));
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_eos_when_both_have_ended)
{
  Fixture f = promised_fixture_new (OUTPUT_CAPS, SCREEN_CAPS, WEBCAM_CAPS);
  GstEvent *event;

  push_frame (f.screen, SCREEN, 0);
  push_frame (f.webcam, WEBCAM, 0);
  gst_buffer_unref (pull (&f));
  fail_unless (gst_harness_push_event (f.webcam, gst_event_new_eos ()));
  fail_unless (gst_harness_push_event (f.screen, gst_event_new_eos ()));
  do {
    event = gst_harness_pull_event (f.screen);
    fail_unless (event != NULL, "no EOS");
    gst_event_unref (event);
  } while (GST_EVENT_TYPE (event) != GST_EVENT_EOS);
  fail_unless_equals_int (gst_harness_buffers_in_queue (f.screen), 0);
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_each_pad_exists_once)
{
  GstElement *comp = gst_element_factory_make ("dualcompositor", NULL);
  g_autoptr (GstPad) screen = gst_element_request_pad_simple (comp, "screen");

  fail_unless (screen != NULL);
  ASSERT_CRITICAL (gst_element_request_pad_simple (comp, "screen"));
  fail_unless_equals_int (comp->numsinkpads, 1);
  gst_element_release_request_pad (comp, screen);
  gst_object_unref (comp);
}

GST_END_TEST;

/* --- Pipelines --- */

static const gchar *pipeline_string =
    "dualcompositor name=c ! video/x-raw,width=320,height=180,framerate=30/1 ! "
    "fakesink name=out signal-handoffs=true sync=false "
    "videotestsrc name=s num-buffers=50 ! "
    "video/x-raw,width=160,height=90,framerate=25/1 ! c.screen "
    "videotestsrc name=w pattern=ball num-buffers=20 ! "
    "video/x-raw,width=80,height=60,framerate=10/1 ! c.webcam";

static void
count_buffer (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad G_GNUC_UNUSED, guint * count)
{
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), FRAME (*count));
  (*count)++;
}

static void
run_to_eos (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* Two seconds of input are two seconds of output, run after run. */
/* The webcam's file begins two seconds after the screen's. */
GST_START_TEST (test_offset_of_a_pad_is_set_in_the_launch_line)
{
  GError *error = NULL;
  GstElement *pipeline =
      gst_parse_launch ("videotestsrc num-buffers=10 ! c.screen "
      "videotestsrc num-buffers=10 ! c.webcam "
      "dualcompositor name=c webcam::offset=2000000000 ! fakesink", &error);
  g_autoptr (GstElement) compositor = NULL;
  g_autoptr (GstPad) webcam = NULL, screen = NULL;

  g_assert_no_error (error);
  compositor = gst_bin_get_by_name (GST_BIN (pipeline), "c");
  webcam = gst_element_get_static_pad (compositor, "webcam");
  screen = gst_element_get_static_pad (compositor, "screen");
  fail_unless_equals_int64 (gst_pad_get_offset (webcam), 2 * GST_SECOND);
  fail_unless_equals_int64 (gst_pad_get_offset (screen), 0);
  gst_element_release_request_pad (compositor, webcam);
  fail_unless_equals_int (gst_child_proxy_get_children_count (GST_CHILD_PROXY
          (compositor)), 1);
  gst_object_unref (pipeline);
}

GST_END_TEST;

GST_START_TEST (test_files_give_an_exact_number_of_frames)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (pipeline_string, NULL);
  g_autoptr (GstElement) out =
      gst_bin_get_by_name (GST_BIN (pipeline), "out");
  guint count = 0;

  g_signal_connect (out, "handoff", G_CALLBACK (count_buffer), &count);
  for (guint i = 0; i < 2; i++) {
    count = 0;
    run_to_eos (pipeline);
    fail_unless_equals_int (count, 2 * FPS);
  }
}

GST_END_TEST;

GST_START_TEST (test_a_hundred_starts_and_stops)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (pipeline_string, NULL);
  g_autoptr (GstElement) screen = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  g_autoptr (GstElement) webcam = gst_bin_get_by_name (GST_BIN (pipeline), "w");

  g_object_set (screen, "is-live", TRUE, "num-buffers", -1, NULL);
  g_object_set (webcam, "is-live", TRUE, "num-buffers", -1, NULL);
  for (guint i = 0; i < 100; i++) {
    fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING)
        != GST_STATE_CHANGE_FAILURE);
    g_usleep (i % 10 * G_TIME_SPAN_MILLISECOND);
    fail_unless (gst_element_set_state (pipeline, i % 2 ? GST_STATE_NULL
            : GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
dualcompositor_suite (void)
{
  Suite *s = suite_create ("dualcompositor");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_output_caps_are_negotiated, 0,
      G_N_ELEMENTS (negotiations));
  tcase_add_test (tc, test_output_without_rate_is_refused);
  tcase_add_test (tc, test_inputs_take_any_progressive_format);
  tcase_add_test (tc, test_inputs_prefer_what_needs_no_conversion);

  tcase_add_loop_test (tc, test_formats_hold_the_right_pixels, 0,
      G_N_ELEMENTS (output_formats));
  tcase_add_test (tc, test_hd_output_converts_the_matrix);
  tcase_add_loop_test (tc, test_pixel_aspect_ratio_is_kept, 0,
      G_N_ELEMENTS (aspect_ratios));
  tcase_add_loop_test (tc, test_input_formats_and_sizes, 0,
      G_N_ELEMENTS (input_formats));
  tcase_add_loop_test (tc, test_layout_shows_both_inputs, 0,
      G_N_ELEMENTS (layouts));
  tcase_add_loop_test (tc, test_webcam_comes_and_goes, 0,
      G_N_ELEMENTS (layouts));
  tcase_add_loop_test (tc, test_screen_comes_and_ends, 0,
      G_N_ELEMENTS (layouts));
  tcase_add_test (tc, test_webcam_stays_without_stale_timeout);
  tcase_add_test (tc, test_change_of_layout_is_a_clean_cut);
  tcase_add_test (tc, test_every_picture_has_one_layout);
  tcase_add_test (tc, test_geometry_is_controlled);
  tcase_add_test (tc, test_inset_moves_while_running);
  tcase_add_test (tc, test_waveform_comes_and_goes);

  tcase_add_loop_test (tc, test_screen_holds_through_gaps, 0, 4);
  tcase_add_loop_test (tc, test_long_gap_holds_nothing_up, 0, 2);
  tcase_add_test (tc, test_picture_survives_a_gap_within_one_output);
  tcase_add_test (tc, test_caps_change_in_mid_stream);

  tcase_add_loop_test (tc, test_orientation_tag_is_honoured, 0,
      G_N_ELEMENTS (orientations));
  tcase_add_test (tc, test_orientation_changes_with_the_next_picture);
  tcase_add_test (tc, test_video_direction_overrides_the_tag);
  tcase_add_test (tc, test_pixel_aspect_ratio_turns);

  tcase_add_test (tc, test_equal_pictures_share_memory);
  tcase_add_test (tc, test_shared_input_is_no_change);
  tcase_add_test (tc, test_hidden_webcam_is_no_change);
  tcase_add_test (tc, test_pushed_pictures_are_never_written_to);
  tcase_add_test (tc, test_small_pool_does_not_run_dry);

  tcase_add_loop_test (tc, test_stalled_pictures_are_announced, 0, 2);
  tcase_add_test (tc, test_last_picture_before_a_pause_is_looked_at);
  tcase_add_test (tc, test_what_is_not_shown_is_not_stalled);
  tcase_add_test (tc, test_no_message_without_stalled_timeout);

  tcase_add_loop_test (tc, test_missing_input_is_not_waited_for, 0, 2);
  tcase_add_test (tc, test_deadline_passes_without_webcam);
  tcase_add_test (tc, test_late_frame_is_shown_late);
  tcase_add_test (tc, test_output_starts_with_the_input);
  tcase_add_loop_test (tc, test_jitter_drops_no_frame, 0, 2);
  tcase_add_loop_test (tc, test_a_faster_source_is_shown_in_time, 0,
      G_N_ELEMENTS (faster));
  tcase_add_test (tc, test_promise_leaves_the_clock_out);
  tcase_add_test (tc, test_promise_leaves_qos_out);
  tcase_add_test (tc, test_promise_is_not_forwarded);
  tcase_add_test (tc, test_clock_is_back_without_all_promises);
  tcase_add_test (tc, test_flush_forgets_pictures_and_promises);
  tcase_add_test (tc, test_promise_holds_again_after_a_flush);
  tcase_add_loop_test (tc, test_unlinked_pad_does_not_hold_up_a_promise, 0, 2);
  tcase_add_test (tc, test_unlinking_and_releasing_in_mid_stream);
  tcase_add_test (tc, test_eos_when_both_have_ended);
  tcase_add_test (tc, test_each_pad_exists_once);

  tcase_add_test (tc, test_offset_of_a_pad_is_set_in_the_launch_line);
  tcase_add_test (tc, test_files_give_an_exact_number_of_frames);
  tcase_add_test (tc, test_a_hundred_starts_and_stops);

  return s;
}

GST_CHECK_MAIN (dualcompositor);
