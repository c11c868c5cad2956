/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/video/video.h>

#include <stdlib.h>

#define CAPS "video/x-raw,format=I420,width=64,height=48,framerate=25/1"
#define FRAME (40 * GST_MSECOND)
#define NONE GST_CLOCK_TIME_NONE

/* Every sample of an unmasked picture is 200, black is 16 and 128. */
#define SECRET 200
#define BLACK 16

/* --- Pictures --- */

static GstBuffer *
new_frame (gint width, gint height, GstClockTime pts)
{
  GstVideoInfo info;
  GstBuffer *buffer;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, width, height);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, SECRET, -1);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = FRAME;

  return buffer;
}

static guint8
luma_at (GstBuffer * buffer, gint stride, gint x, gint y)
{
  guint8 value;

  fail_unless (gst_buffer_extract (buffer, y * stride + x, &value, 1) == 1);

  return value;
}

/* Samples of all planes that are as they were. */
static guint
count_secrets (GstBuffer * buffer)
{
  GstMapInfo map;
  guint n = 0;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    n += map.data[i] == SECRET;
  gst_buffer_unmap (buffer, &map);

  return n;
}

#define ALL (64 * 48 * 3 / 2)

static gboolean
is_gap (GstBuffer * buffer)
{
  return GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP);
}

/* --- Harness --- */

static GstHarness *
harness_new (void)
{
  GstHarness *h = gst_harness_new ("redact");

  gst_harness_set_src_caps_str (h, CAPS);

  return h;
}

/* A thread that repeats a picture may be about to let go. */
static void
harness_free (GstHarness * h)
{
  GstElement *element = gst_object_ref (h->element);

  gst_harness_teardown (h);
  for (guint i = 0; i < 5000 && GST_OBJECT_REFCOUNT_VALUE (element) > 1; i++)
    g_usleep (G_TIME_SPAN_MILLISECOND);
  ASSERT_OBJECT_REFCOUNT (element, "redact", 1);
  gst_object_unref (element);
}

static void
push (GstHarness * h, guint n)
{
  fail_unless_equals_int (gst_harness_push (h, new_frame (64, 48, n * FRAME)),
      GST_FLOW_OK);
}

/* The next output has that many samples that are not masked. */
static GstBuffer *
pull_with (GstHarness * h, guint n_secrets)
{
  GstBuffer *buffer = gst_harness_pull (h);

  fail_unless (buffer != NULL, "no output");
  fail_unless_equals_int (count_secrets (buffer), n_secrets);

  return buffer;
}

static void
expect (GstHarness * h, guint n_secrets, GstClockTime pts)
{
  g_autoptr (GstBuffer) buffer = pull_with (h, n_secrets);

  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), pts);
}

static void
expect_nothing (GstHarness * h)
{
  fail_unless (gst_harness_try_pull (h) == NULL, "something came");
}

static void
set_mask (GstHarness * h, gboolean on)
{
  g_object_set (h->element, "mask", on, NULL);
}

static guint
add_span (GstHarness * h, GstClockTime start, GstClockTime stop)
{
  guint id = 0;

  g_signal_emit_by_name (h->element, "add-span", start, stop, &id);

  return id;
}

static guint
add_region (GstHarness * h, const gchar * regions, GstClockTime start,
    GstClockTime stop)
{
  guint id = 0;

  g_signal_emit_by_name (h->element, "add-region", regions, start, stop, &id);

  return id;
}

static gboolean
remove_region (GstHarness * h, guint id)
{
  gboolean ret = FALSE;

  g_signal_emit_by_name (h->element, "remove-region", id, &ret);

  return ret;
}

/* --- What is masked --- */

GST_START_TEST (test_nothing_to_mask_costs_nothing)
{
  GstHarness *h = harness_new ();
  GstBuffer *in = new_frame (64, 48, 0), *out;
  GstMemory *memory = gst_buffer_peek_memory (in, 0);

  fail_unless_equals_int (gst_harness_push (h, in), GST_FLOW_OK);
  out = pull_with (h, ALL);
  fail_unless (out == in, "another buffer");
  fail_unless (gst_buffer_peek_memory (out, 0) == memory, "a copy");
  gst_buffer_unref (out);
  harness_free (h);
}

GST_END_TEST;

static const struct
{
  const gchar *regions;
  guint padding, reference_width, reference_height;
  guint masked;                 /* samples of all planes */
} regions[] = {
  {"16,8,32,20", 0, 0, 0, 32 * 20 * 3 / 2},
  {"17,9,31,19", 0, 0, 0, 32 * 20 * 3 / 2},
  {"17,9,1,1", 0, 0, 0, 6},
  {"17,9,1,1", 1, 0, 0, 6 * 4},
  {"0.25,0.25,0.5,0.5", 0, 0, 0, 32 * 24 * 3 / 2},
  {"16,8,32,20;48,8,16,20", 0, 0, 0, 48 * 20 * 3 / 2},
  {"160,80,320,200", 0, 640, 480, 32 * 20 * 3 / 2},
  {"160,80,320,200", 0, 640, 0, 0},
  {"", 0, 0, 0, 0},
  /* what cannot be read masks all */
  {"16,8,32", 0, 0, 0, ALL},
  {"16,8,32,20;x", 0, 0, 0, ALL},
};

GST_START_TEST (test_regions)
{
  GstHarness *h = harness_new ();

  g_object_set (h->element, "regions", regions[__i__].regions,
      "padding", regions[__i__].padding,
      "reference-width", regions[__i__].reference_width,
      "reference-height", regions[__i__].reference_height, NULL);
  push (h, 0);
  expect (h, ALL - regions[__i__].masked, 0);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_bad_regions_warn_once)
{
  GstElement *element = gst_element_factory_make ("redact", NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;

  gst_element_set_bus (element, bus);
  g_object_set (element, "regions", "1,2,3", NULL);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  gst_message_parse_warning (message, &error, NULL);
  fail_unless (strstr (error->message, "x,y,width,height") != NULL, "%s",
      error->message);
  fail_if (gst_bus_have_pending (bus));
  g_object_get (element, "regions", &text, NULL);
  fail_unless_equals_string (text, "1,2,3");
  g_object_set (element, "regions", "1,2,3,4", NULL);
  fail_if (gst_bus_have_pending (bus));
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
}

GST_END_TEST;

/* As gst-launch-1.0 does it. */
GST_START_TEST (test_bad_regions_set_without_a_bus_warn_at_start)
{
  GstElement *element = gst_element_factory_make ("redact", NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;

  g_object_set (element, "regions", "1,2,3", NULL);
  gst_element_set_bus (element, bus);
  gst_element_set_state (element, GST_STATE_PAUSED);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING) == NULL);

  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
}

GST_END_TEST;

/* Others see what they saw. */
GST_START_TEST (test_shared_buffers_and_memory_are_copied)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstBuffer) in = new_frame (64, 48, 0);
  g_autoptr (GstBuffer) same_memory = gst_buffer_copy (in);

  set_mask (h, TRUE);
  fail_unless_equals_int (gst_harness_push (h, gst_buffer_ref (in)),
      GST_FLOW_OK);
  expect (h, 0, 0);
  fail_unless_equals_int (gst_harness_push (h, gst_buffer_copy (in)),
      GST_FLOW_OK);
  gst_buffer_unref (pull_with (h, 0));
  fail_unless_equals_int (count_secrets (in), ALL);
  fail_unless_equals_int (count_secrets (same_memory), ALL);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_regions_move_with_the_size)
{
  const gchar *caps = "video/x-raw,format=I420,width=32,height=96,"
      "framerate=25/1";
  GstHarness *h = harness_new ();
  GstBuffer *out;

  g_object_set (h->element, "regions", "16,8,32,20;0.75,0.75,0.25,0.25",
      NULL);
  push (h, 0);
  expect (h, ALL - (32 * 20 + 16 * 12) * 3 / 2, 0);
  gst_harness_set_src_caps_str (h, caps);
  gst_harness_push (h, new_frame (32, 96, FRAME));
  out = pull_with (h, 32 * 96 * 3 / 2 - (16 * 40 + 8 * 24) * 3 / 2);
  fail_unless_equals_int (luma_at (out, 32, 8, 16), BLACK);
  fail_unless_equals_int (luma_at (out, 32, 7, 16), SECRET);
  fail_unless_equals_int (luma_at (out, 32, 23, 55), BLACK);
  fail_unless_equals_int (luma_at (out, 32, 24, 55), SECRET);
  fail_unless_equals_int (luma_at (out, 32, 24, 72), BLACK);
  gst_buffer_unref (out);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_roi_metas_of_the_types)
{
  GstHarness *h = harness_new ();
  GstBuffer *buffer = new_frame (64, 48, 0);

  gst_buffer_add_video_region_of_interest_meta (buffer, "card", 2, 4, 10, 6);
  gst_buffer_add_video_region_of_interest_meta (buffer, "face", 32, 32, 8, 8);
  gst_buffer_add_video_region_of_interest_meta (buffer, "car", 0, 40, 8, 8);
  gst_buffer_add_video_region_of_interest_meta (buffer, "card", G_MAXUINT,
      G_MAXUINT, G_MAXUINT, G_MAXUINT);
  gst_buffer_add_video_region_of_interest_meta (buffer, "card", 60, 0,
      G_MAXUINT, 2);
  g_object_set (h->element, "roi-types", "card , face", NULL);
  fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
  expect (h, ALL - (10 * 6 + 8 * 8 + 4 * 2) * 3 / 2, 0);
  /* the picture that is held has the same */
  g_object_set (h->element, "roi-types", "card,face,car", NULL);
  gst_buffer_unref (pull_with (h,
          ALL - (10 * 6 + 8 * 8 + 4 * 2 + 8 * 8) * 3 / 2));
  harness_free (h);
}

GST_END_TEST;

/* --- When --- */

/* Span, frame n of 40 ms, and whether it is masked. */
static const struct
{
  GstClockTime start, stop;
  guint frame;
  gboolean masked;
} times[] = {
  {3 * FRAME, 5 * FRAME, 2, FALSE},
  {3 * FRAME, 5 * FRAME, 3, TRUE},
  {3 * FRAME, 5 * FRAME, 4, TRUE},
  {3 * FRAME, 5 * FRAME, 5, FALSE},
  /* a part of it is in the span */
  {3 * FRAME - 1, 5 * FRAME, 2, TRUE},
  {3 * FRAME, 5 * FRAME + 1, 5, TRUE},
  {3 * FRAME + 10, 3 * FRAME + 20, 3, TRUE},
  {NONE, 1, 0, TRUE},
  {NONE, 1, 1, FALSE},
  {0, NONE, 1000, TRUE},
};

GST_START_TEST (test_spans)
{
  GstHarness *h = harness_new ();

  fail_unless (add_span (h, times[__i__].start, times[__i__].stop) > 0);
  push (h, times[__i__].frame);
  gst_buffer_unref (pull_with (h, times[__i__].masked ? 0 : ALL));
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_spans_are_in_running_time)
{
  GstHarness *h = harness_new ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = 100 * FRAME;
  segment.base = 7 * FRAME;
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  add_span (h, 8 * FRAME, 9 * FRAME);
  push (h, 100);
  expect (h, ALL, 100 * FRAME);
  push (h, 101);
  expect (h, 0, 101 * FRAME);
  push (h, 102);
  expect (h, ALL, 102 * FRAME);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_a_frame_without_time_is_in_any_span)
{
  GstHarness *h = harness_new ();

  add_span (h, 1000 * FRAME, 1001 * FRAME);
  gst_harness_push (h, new_frame (64, 48, NONE));
  gst_buffer_unref (pull_with (h, 0));
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_regions_are_added_and_removed)
{
  GstHarness *h = harness_new ();
  guint a, b;

  a = add_region (h, "0,0,32,48", NONE, NONE);
  b = add_region (h, "32,0,32,48", 0, FRAME);
  fail_unless (a != 0 && b != 0 && a != b);
  fail_unless_equals_int (add_region (h, "", 0, FRAME), 0);
  fail_unless_equals_int (add_region (h, "0,0,1,1", FRAME, FRAME), 0);
  push (h, 0);
  expect (h, 0, 0);
  push (h, 1);
  expect (h, ALL / 2, FRAME);
  fail_unless (remove_region (h, a));
  fail_if (remove_region (h, a));
  push (h, 2);
  expect (h, ALL, 2 * FRAME);
  add_region (h, "0,0,2,2", NONE, NONE);
  gst_buffer_unref (pull_with (h, ALL - 6));
  g_signal_emit_by_name (h->element, "clear-regions");
  push (h, 3);
  expect (h, ALL, 3 * FRAME);
  harness_free (h);
}

GST_END_TEST;

/* Not even by accident: the ids of properties are of the same kind. */
GST_START_TEST (test_actions_do_not_touch_properties)
{
  GstHarness *h = harness_new ();

  g_object_set (h->element, "mask", TRUE, "regions", "0,0,2,2", NULL);
  for (guint id = 0; id < 10; id++)
    fail_if (remove_region (h, id));
  g_signal_emit_by_name (h->element, "clear-regions");
  g_signal_emit_by_name (h->element, "clear-spans");
  push (h, 0);
  expect (h, 0, 0);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_a_bad_region_masks_all_in_its_time)
{
  GstHarness *h = harness_new ();
  guint id = add_region (h, "0,0", FRAME, 2 * FRAME);

  fail_unless (id != 0);
  push (h, 0);
  expect (h, ALL, 0);
  push (h, 1);
  expect (h, 0, FRAME);
  push (h, 2);
  expect (h, ALL, 2 * FRAME);
  harness_free (h);
}

GST_END_TEST;

/* --- The picture that is held --- */

GST_START_TEST (test_a_held_picture_is_masked_at_once)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstBuffer) half = NULL;
  g_autoptr (GstBuffer) black = NULL;

  push (h, 0);
  expect (h, ALL, 0);
  g_object_set (h->element, "regions", "0,0,32,48", NULL);
  half = pull_with (h, ALL / 2);
  fail_if (is_gap (half));
  fail_unless (GST_BUFFER_PTS (half) > 0 && GST_BUFFER_PTS (half) < FRAME);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (half)
      + GST_BUFFER_DURATION (half), FRAME);
  set_mask (h, TRUE);
  black = pull_with (h, 0);
  fail_if (is_gap (black));
  fail_unless (GST_BUFFER_PTS (black) > GST_BUFFER_PTS (half)
      && GST_BUFFER_PTS (black) < FRAME);
  fail_unless_equals_int (count_secrets (half), ALL / 2);
  push (h, 1);
  expect (h, 0, FRAME);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_a_change_of_method_is_seen_at_once)
{
  GstHarness *h = harness_new ();

  g_object_set (h->element, "regions", "16,16,32,16", NULL);
  push (h, 0);
  expect (h, ALL - 32 * 16 * 3 / 2, 0);
  g_object_set (h->element, "method", 2 /* blur */ , NULL);
  gst_buffer_unref (pull_with (h, ALL));
  harness_free (h);
}

GST_END_TEST;

/* What was captured under the mask never comes back. */
GST_START_TEST (test_the_end_of_a_mask_shows_nothing_again)
{
  GstHarness *h = harness_new ();

  set_mask (h, TRUE);
  push (h, 0);
  expect (h, 0, 0);
  set_mask (h, FALSE);
  expect_nothing (h);
  /* a smaller one repeats nothing that is unmasked, either */
  g_object_set (h->element, "regions", "0,0,2,2", NULL);
  gst_buffer_unref (pull_with (h, 0));
  push (h, 1);
  expect (h, ALL - 6, FRAME);
  harness_free (h);
}

GST_END_TEST;

static void
push_gap (GstHarness * h, guint n)
{
  fail_unless (gst_harness_push_event (h, gst_event_new_gap (n * FRAME,
              FRAME)));
}

/* Of all the events that came, the last one. */
static GstEvent *
pull_last_gap (GstHarness * h)
{
  GstEvent *event, *gap = NULL;

  while ((event = gst_harness_try_pull_event (h)))
    if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
      g_clear_pointer (&gap, gst_event_unref);
      gap = event;
    } else {
      gst_event_unref (event);
    }

  return gap;
}

static void
expect_gap (GstHarness * h, GstClockTime pts, GstClockTime duration)
{
  g_autoptr (GstEvent) gap = pull_last_gap (h);
  GstClockTime gap_pts, gap_duration;

  fail_unless (gap != NULL, "no GAP");
  gst_event_parse_gap (gap, &gap_pts, &gap_duration);
  fail_unless_equals_uint64 (gap_pts, pts);
  fail_unless_equals_uint64 (gap_duration, duration);
}

GST_START_TEST (test_a_span_begins_in_a_gap)
{
  GstHarness *h = harness_new ();
  GstBuffer *out;

  add_span (h, 2 * FRAME + 10, 3 * FRAME);
  push (h, 0);
  expect (h, ALL, 0);
  push_gap (h, 1);
  expect_gap (h, FRAME, FRAME);
  expect_nothing (h);
  push_gap (h, 2);
  expect_gap (h, 2 * FRAME, 10);
  out = pull_with (h, 0);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), 2 * FRAME + 10);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (out), FRAME - 10);
  gst_buffer_unref (out);
  push_gap (h, 3);
  expect_gap (h, 3 * FRAME, FRAME);
  expect_nothing (h);
  push (h, 4);
  expect (h, ALL, 4 * FRAME);
  harness_free (h);
}

GST_END_TEST;

/* Frames whose end nobody knows, and no GAP between them. */
GST_START_TEST (test_a_span_begins_between_frames)
{
  GstHarness *h = harness_new ();
  GstBuffer *out;

  gst_harness_set_src_caps_str (h,
      "video/x-raw,format=I420,width=64,height=48,framerate=0/1");
  add_span (h, 5 * FRAME, 6 * FRAME);
  for (guint i = 0; i < 2; i++) {
    GstBuffer *in = new_frame (64, 48, i * 10 * FRAME);

    GST_BUFFER_DURATION (in) = NONE;
    gst_harness_push (h, in);
  }
  expect (h, ALL, 0);
  out = pull_with (h, 0);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), 5 * FRAME);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (out), 5 * FRAME);
  gst_buffer_unref (out);
  expect (h, ALL, 10 * FRAME);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_a_mask_between_gaps)
{
  GstHarness *h = harness_new ();

  push (h, 0);
  expect (h, ALL, 0);
  push_gap (h, 1);
  push_gap (h, 2);
  set_mask (h, TRUE);
  expect (h, 0, 3 * FRAME);
  push_gap (h, 3);
  expect_gap (h, 3 * FRAME, FRAME);
  expect_nothing (h);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_repeated_pictures_share_memory)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstBuffer) a = NULL;
  g_autoptr (GstBuffer) b = NULL;
  g_autoptr (GstBuffer) c = NULL;
  GstBuffer *in;

  g_object_set (h->element, "regions", "0,0,32,48", NULL);
  push (h, 0);
  a = pull_with (h, ALL / 2);
  fail_if (is_gap (a));
  in = new_frame (64, 48, FRAME);
  GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_GAP);
  gst_harness_push (h, in);
  b = pull_with (h, ALL / 2);
  fail_unless (is_gap (b));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (b), FRAME);
  fail_unless (gst_buffer_peek_memory (a, 0) == gst_buffer_peek_memory (b, 0));

  /* equal to the one before in the input, not in the output */
  g_object_set (h->element, "regions", "", NULL);
  in = new_frame (64, 48, 2 * FRAME);
  GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_GAP);
  gst_harness_push (h, in);
  c = pull_with (h, ALL);
  fail_if (is_gap (c));
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_a_filled_picture_is_filled_once)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstBuffer) a = NULL;
  g_autoptr (GstBuffer) b = NULL;

  set_mask (h, TRUE);
  push (h, 0);
  a = pull_with (h, 0);
  push (h, 1);
  b = pull_with (h, 0);
  fail_unless (is_gap (b));
  fail_unless (gst_buffer_peek_memory (a, 0) == gst_buffer_peek_memory (b, 0));
  harness_free (h);
}

GST_END_TEST;

/* Downstream may hold a picture of the old size. */
GST_START_TEST (test_a_held_picture_of_another_size)
{
  GstHarness *h = harness_new ();
  GstBuffer *out;

  push (h, 0);
  expect (h, ALL, 0);
  gst_harness_set_src_caps_str (h,
      "video/x-raw,format=I420,width=32,height=96,framerate=25/1");
  set_mask (h, TRUE);
  out = pull_with (h, 0);
  fail_unless_equals_int (gst_buffer_get_size (out), 32 * 96 * 3 / 2);
  fail_unless_equals_int (luma_at (out, 32, 31, 95), BLACK);
  gst_buffer_unref (out);
  harness_free (h);
}

GST_END_TEST;

/* --- Streams that end, begin again, or wait --- */

GST_START_TEST (test_nothing_is_repeated_after_the_end)
{
  GstHarness *h = harness_new ();

  push (h, 0);
  expect (h, ALL, 0);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  set_mask (h, TRUE);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_a_flush_drops_the_picture)
{
  GstHarness *h = harness_new ();
  GstSegment segment;

  set_mask (h, TRUE);
  push (h, 10);
  expect (h, 0, 10 * FRAME);
  set_mask (h, FALSE);
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  /* nothing of before the flush is on its way any more */
  push (h, 0);
  expect (h, ALL, 0);
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  set_mask (h, TRUE);
  push (h, 1);
  expect (h, 0, FRAME);
  expect_nothing (h);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_a_stop_drops_the_picture_and_keeps_the_masks)
{
  GstHarness *h = harness_new ();

  g_object_set (h->element, "regions", "0,0,32,48", NULL);
  add_span (h, FRAME, 2 * FRAME);
  push (h, 0);
  expect (h, ALL / 2, 0);
  fail_unless (gst_element_set_state (h->element, GST_STATE_READY)
      == GST_STATE_CHANGE_SUCCESS);
  fail_unless (gst_element_set_state (h->element, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_SUCCESS);
  gst_harness_set_src_caps_str (h, CAPS);
  push (h, 0);
  expect (h, ALL / 2, 0);
  push (h, 1);
  expect (h, 0, FRAME);
  harness_free (h);
}

GST_END_TEST;

/* Latency is answered by the harness's source. */
static GstTestClock *
make_live (GstHarness * h, GstClockTime latency)
{
  gst_harness_use_testclock (h);
  gst_harness_set_upstream_latency (h, latency);
  gst_harness_query_latency (h);

  return gst_harness_get_testclock (h);
}

GST_START_TEST (test_live_what_was_captured_under_the_mask_stays_masked)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstTestClock) clock = make_live (h, 10 * FRAME);

  gst_test_clock_set_time (clock, 10 * FRAME);
  set_mask (h, TRUE);
  push (h, 0);
  expect (h, 0, 0);
  gst_test_clock_set_time (clock, 15 * FRAME);
  set_mask (h, FALSE);
  push (h, 5);
  expect (h, 0, 5 * FRAME);
  push (h, 14);
  expect (h, 0, 14 * FRAME);
  push (h, 15);
  expect (h, ALL, 15 * FRAME);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_live_a_repeat_has_the_time_of_now)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstTestClock) clock = make_live (h, 10 * FRAME);

  gst_test_clock_set_time (clock, 10 * FRAME);
  push (h, 0);
  expect (h, ALL, 0);
  gst_test_clock_set_time (clock, 110 * FRAME);
  set_mask (h, TRUE);
  expect (h, 0, 100 * FRAME);
  /* one that was late nevertheless comes behind it */
  push (h, 99);
  expect (h, 0, 100 * FRAME + 1);
  push (h, 101);
  expect (h, 0, 101 * FRAME);
  harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_live_a_span_begins_while_nothing_comes)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstTestClock) clock = make_live (h, 10 * FRAME);
  GstClockID id;

  gst_test_clock_set_time (clock, 10 * FRAME);
  push (h, 0);
  expect (h, ALL, 0);
  add_span (h, 50 * FRAME, 60 * FRAME);
  gst_test_clock_wait_for_next_pending_id (clock, &id);
  fail_unless_equals_uint64 (gst_clock_id_get_time (id), 60 * FRAME);
  gst_clock_id_unref (id);
  expect_nothing (h);
  gst_test_clock_crank (clock);
  expect (h, 0, 50 * FRAME);
  harness_free (h);
}

GST_END_TEST;

/* --- A frame in flight --- */

static GstPadProbeReturn
block (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer user_data)
{
  g_atomic_int_set ((gint *) user_data, TRUE);

  return GST_PAD_PROBE_OK;
}

static gpointer
push_first (gpointer h)
{
  push (h, 0);

  return NULL;
}

static void
wait_for (gint * flag)
{
  while (!g_atomic_int_get (flag))
    g_thread_yield ();
}

GST_START_TEST (test_a_frame_in_a_blocked_pad_is_masked)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (h->element, "src");
  gint blocked = FALSE;
  gulong id = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, block, &blocked, NULL);
  GThread *thread = g_thread_new ("push", push_first, h);

  wait_for (&blocked);
  set_mask (h, TRUE);
  gst_pad_remove_probe (pad, id);
  g_thread_join (thread);
  expect (h, 0, 0);
  expect_nothing (h);
  harness_free (h);
}

GST_END_TEST;

/* After g_object_set() has returned, nothing unmasked leaves, whenever it was
 * called: neither does a frame that has passed all but the last probe. */
typedef struct
{
  gint is_set;                  /* the call has returned */
  gint n_seen, n_wrong;
} Race;

static GstPadProbeReturn
look (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info, gpointer user_data)
{
  Race *race = user_data;
  gboolean is_set = g_atomic_int_get (&race->is_set);

  if (is_set && count_secrets (GST_PAD_PROBE_INFO_BUFFER (info)) > 0)
    g_atomic_int_inc (&race->n_wrong);
  g_atomic_int_inc (&race->n_seen);

  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
drop (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer user_data G_GNUC_UNUSED)
{
  return GST_PAD_PROBE_DROP;
}

typedef struct
{
  GstHarness *h;
  gint stop;
} Pusher;

static gpointer
push_many (gpointer data)
{
  Pusher *pusher = data;

  for (guint n = 0; !g_atomic_int_get (&pusher->stop); n++)
    push (pusher->h, n);

  return NULL;
}

GST_START_TEST (test_nothing_gets_out_after_the_call)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (h->element, "src");
  Race race = { FALSE, 0, 0 };
  Pusher pusher = { h, FALSE };
  GThread *thread;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look, &race, NULL);
  gst_pad_add_probe (h->sinkpad, GST_PAD_PROBE_TYPE_BUFFER, drop, NULL, NULL);
  thread = g_thread_new ("push", push_many, &pusher);
  for (guint i = 0; i < 300; i++) {
    gint n;

    set_mask (h, TRUE);
    g_atomic_int_set (&race.is_set, TRUE);
    n = g_atomic_int_get (&race.n_seen);
    while (g_atomic_int_get (&race.n_seen) == n)
      g_thread_yield ();
    g_atomic_int_set (&race.is_set, FALSE);
    set_mask (h, FALSE);
    n = g_atomic_int_get (&race.n_seen);
    while (g_atomic_int_get (&race.n_seen) == n)
      g_thread_yield ();
  }
  g_atomic_int_set (&pusher.stop, TRUE);
  g_thread_join (thread);
  fail_unless_equals_int (race.n_wrong, 0);
  harness_free (h);
}

GST_END_TEST;

typedef struct
{
  gint is_at_edge, is_set, is_wrong;
} Edge;

/* Long enough for a call that does not wait to come back. */
static GstPadProbeReturn
stay_at_edge (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer user_data)
{
  Edge *edge = user_data;

  g_atomic_int_set (&edge->is_at_edge, TRUE);
  for (guint i = 0; i < 50 && !g_atomic_int_get (&edge->is_set); i++)
    g_usleep (G_TIME_SPAN_MILLISECOND);
  g_atomic_int_set (&edge->is_wrong, g_atomic_int_get (&edge->is_set));

  return GST_PAD_PROBE_REMOVE;
}

GST_START_TEST (test_a_frame_at_the_edge_is_waited_for)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (h->element, "src");
  Edge edge = { FALSE, FALSE, FALSE };
  GThread *thread;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, stay_at_edge, &edge,
      NULL);
  thread = g_thread_new ("push", push_first, h);
  wait_for (&edge.is_at_edge);
  set_mask (h, TRUE);
  g_atomic_int_set (&edge.is_set, TRUE);
  g_thread_join (thread);
  fail_if (edge.is_wrong, "the call has returned before the frame had left");
  expect (h, ALL, 0);
  gst_buffer_unref (pull_with (h, 0));
  harness_free (h);
}

GST_END_TEST;

static GstPadProbeReturn
set_mask_here (GstPad * pad G_GNUC_UNUSED,
    GstPadProbeInfo * info G_GNUC_UNUSED, gpointer user_data)
{
  set_mask (user_data, TRUE);

  return GST_PAD_PROBE_REMOVE;
}

/* From the streaming thread itself: before the element, behind it (where the
 * frame has left, and is sent again), and in between. */
GST_START_TEST (test_masks_are_set_from_the_streaming_thread)
{
  const gchar *const pads[] = { "sink", "src" };
  GstHarness *h = harness_new ();
  g_autoptr (GstPad) pad = NULL;

  if (__i__ < 2)
    pad = gst_element_get_static_pad (h->element, pads[__i__]);
  else
    pad = gst_object_ref (h->sinkpad);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, set_mask_here, h, NULL);
  push (h, 0);
  if (__i__ > 0)
    gst_buffer_unref (pull_with (h, ALL));
  gst_buffer_unref (pull_with (h, 0));
  expect_nothing (h);
  harness_free (h);
}

GST_END_TEST;

/* The next element does not give the thread back: neither the call nor a stop
 * waits for it. */
GST_START_TEST (test_a_call_does_not_wait_for_downstream)
{
  GstHarness *h = harness_new ();
  gint blocked = FALSE;
  gulong id = gst_pad_add_probe (h->sinkpad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, block, &blocked, NULL);
  GThread *thread = g_thread_new ("push", push_first, h);

  wait_for (&blocked);
  set_mask (h, TRUE);
  gst_pad_remove_probe (h->sinkpad, id);
  g_thread_join (thread);
  expect (h, ALL, 0);
  gst_buffer_unref (pull_with (h, 0));
  harness_free (h);
}

GST_END_TEST;

/* --- Formats --- */

GST_START_TEST (test_what_cannot_be_masked_does_not_get_through)
{
  GstHarness *h = gst_harness_new ("redact");
  GstElement *element = gst_object_ref (h->element);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  const gchar *const refused[] = {
    "video/x-raw,format=I420_10LE,width=64,height=48,framerate=25/1",
    "video/x-raw,format=P010_10LE,width=64,height=48,framerate=25/1",
    "video/x-raw(memory:GLMemory),format=RGBA,width=64,height=48",
    "video/x-h264",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GstCaps) c = gst_caps_from_string (refused[i]);

    fail_if (gst_pad_query_accept_caps (sink, c), "%s", refused[i]);
  }
  gst_harness_teardown (h);
  gst_object_unref (element);
}

GST_END_TEST;

static Suite *
redact_suite (void)
{
  Suite *s = suite_create ("redact");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_nothing_to_mask_costs_nothing);
  tcase_add_loop_test (tc, test_regions, 0, G_N_ELEMENTS (regions));
  tcase_add_test (tc, test_bad_regions_warn_once);
  tcase_add_test (tc, test_bad_regions_set_without_a_bus_warn_at_start);
  tcase_add_test (tc, test_shared_buffers_and_memory_are_copied);
  tcase_add_test (tc, test_regions_move_with_the_size);
  tcase_add_test (tc, test_roi_metas_of_the_types);
  tcase_add_loop_test (tc, test_spans, 0, G_N_ELEMENTS (times));
  tcase_add_test (tc, test_spans_are_in_running_time);
  tcase_add_test (tc, test_a_frame_without_time_is_in_any_span);
  tcase_add_test (tc, test_regions_are_added_and_removed);
  tcase_add_test (tc, test_actions_do_not_touch_properties);
  tcase_add_test (tc, test_a_bad_region_masks_all_in_its_time);
  tcase_add_test (tc, test_a_held_picture_is_masked_at_once);
  tcase_add_test (tc, test_a_change_of_method_is_seen_at_once);
  tcase_add_test (tc, test_the_end_of_a_mask_shows_nothing_again);
  tcase_add_test (tc, test_a_span_begins_in_a_gap);
  tcase_add_test (tc, test_a_span_begins_between_frames);
  tcase_add_test (tc, test_a_mask_between_gaps);
  tcase_add_test (tc, test_repeated_pictures_share_memory);
  tcase_add_test (tc, test_a_filled_picture_is_filled_once);
  tcase_add_test (tc, test_a_held_picture_of_another_size);
  tcase_add_test (tc, test_nothing_is_repeated_after_the_end);
  tcase_add_test (tc, test_a_flush_drops_the_picture);
  tcase_add_test (tc, test_a_stop_drops_the_picture_and_keeps_the_masks);
  tcase_add_test (tc,
      test_live_what_was_captured_under_the_mask_stays_masked);
  tcase_add_test (tc, test_live_a_repeat_has_the_time_of_now);
  tcase_add_test (tc, test_live_a_span_begins_while_nothing_comes);
  tcase_add_test (tc, test_a_frame_in_a_blocked_pad_is_masked);
  tcase_add_test (tc, test_nothing_gets_out_after_the_call);
  tcase_add_test (tc, test_a_frame_at_the_edge_is_waited_for);
  tcase_add_loop_test (tc, test_masks_are_set_from_the_streaming_thread, 0, 3);
  tcase_add_test (tc, test_a_call_does_not_wait_for_downstream);
  tcase_add_test (tc, test_what_cannot_be_masked_does_not_get_through);

  return s;
}

GST_CHECK_MAIN (redact);
