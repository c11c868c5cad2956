/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

/* What the element does with what has changed, and with what has not: the
 * pictures themselves are compared with wholly drawn ones in the core's test. */

#define FRAME(n) gst_util_uint64_scale (n, GST_SECOND, 30)
#define WIDTH 640
#define HEIGHT 360
#define CAPS "video/x-raw,format=I420,width=640,height=360,framerate=30/1"

typedef struct
{
  GstElement *comp;
  GstHarness *screen, *webcam;
} Fixture;

/* Both inputs cover every moment, so that the clock plays no part. */
static void
promise (GstHarness * h)
{
  fail_unless (gst_harness_push_event (h,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
              gst_structure_new ("recording-timeline", "complete",
                  G_TYPE_BOOLEAN, TRUE, NULL))));
}

static Fixture
fixture_new (void)
{
  Fixture f = { gst_element_factory_make ("dualcompositor", NULL), NULL, NULL };

  f.screen = gst_harness_new_with_element (f.comp, "screen", "src");
  gst_harness_set_sink_caps_str (f.screen, CAPS);
  gst_harness_set_src_caps_str (f.screen, CAPS);
  f.webcam = gst_harness_new_with_element (f.comp, "webcam", NULL);
  gst_harness_set_src_caps_str (f.webcam, CAPS);
  promise (f.screen);
  promise (f.webcam);

  return f;
}

static void
fixture_free (Fixture * f)
{
  gst_harness_teardown (f->webcam);
  gst_harness_teardown (f->screen);
  gst_object_unref (f->comp);
}

static GstBuffer *
new_picture (guint8 value, guint n)
{
  const gsize size = WIDTH * HEIGHT * 3 / 2;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, value, size);
  GST_BUFFER_PTS (buffer) = FRAME (n);

  return buffer;
}

static void
push (GstHarness * h, GstBuffer * buffer)
{
  fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
}

static void
push_gap (GstHarness * h, guint n)
{
  fail_unless (gst_harness_push_event (h, gst_event_new_gap (FRAME (n),
              FRAME (n + 1) - FRAME (n))));
}

static void
push_eos (Fixture * f)
{
  fail_unless (gst_harness_push_event (f->webcam, gst_event_new_eos ()));
  fail_unless (gst_harness_push_event (f->screen, gst_event_new_eos ()));
}

static guint8
luma_at (GstBuffer * buffer, gint x, gint y)
{
  guint8 value;

  fail_unless_equals_int (gst_buffer_extract (buffer, y * WIDTH + x, &value,
          1), 1);

  return value;
}

static gboolean
is_repeat (GstBuffer * buffer)
{
  return GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP);
}

static void
expect_at (Fixture * f, guint n, gboolean repeat)
{
  GstBuffer *buffer = gst_harness_pull (f->screen);

  fail_unless (buffer != NULL);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), FRAME (n));
  fail_unless_equals_int (is_repeat (buffer), repeat);
  gst_buffer_unref (buffer);
}

static void
expect_luma (Fixture * f, gint x, gint y, guint8 value)
{
  GstBuffer *buffer = gst_harness_pull (f->screen);

  fail_unless (buffer != NULL);
  fail_unless_equals_int (luma_at (buffer, x, y), value);
  gst_buffer_unref (buffer);
}

/* --- Unchanged pictures --- */

/* Of 75 equal pictures: the first, one a second, and the last. */
GST_START_TEST (test_unchanged_pictures_are_dropped)
{
  Fixture f = fixture_new ();

  g_object_set (f.comp, "drop-unchanged", TRUE, NULL);
  for (guint n = 0; n < 75; n++) {
    push (f.screen, new_picture (50, n));
    push_gap (f.webcam, n);
  }
  push_eos (&f);
  expect_at (&f, 0, FALSE);
  expect_at (&f, 30, TRUE);
  expect_at (&f, 60, TRUE);
  expect_at (&f, 74, TRUE);
  fail_unless_equals_int (gst_harness_buffers_in_queue (f.screen), 0);
  fixture_free (&f);
}

GST_END_TEST;

GST_START_TEST (test_changed_pictures_are_never_dropped)
{
  Fixture f = fixture_new ();

  g_object_set (f.comp, "drop-unchanged", TRUE, NULL);
  for (guint n = 0; n < 20; n++) {
    push (f.screen, new_picture (50 + n / 2, n));
    push_gap (f.webcam, n);
  }
  push_eos (&f);
  for (guint n = 0; n < 20; n += 2)
    expect_at (&f, n, FALSE);
  expect_at (&f, 19, TRUE);
  fixture_free (&f);
}

GST_END_TEST;

/* The last picture is not told twice. */
GST_START_TEST (test_a_change_at_the_end_is_the_end)
{
  Fixture f = fixture_new ();

  g_object_set (f.comp, "drop-unchanged", TRUE, NULL);
  for (guint n = 0; n < 5; n++) {
    push (f.screen, new_picture (n == 4 ? 90 : 50, n));
    push_gap (f.webcam, n);
  }
  push_eos (&f);
  expect_at (&f, 0, FALSE);
  expect_at (&f, 4, FALSE);
  fail_unless_equals_int (gst_harness_buffers_in_queue (f.screen), 0);
  fixture_free (&f);
}

GST_END_TEST;

/* A pad that goes, or downstream, may have asked for new caps and buffers. */
GST_START_TEST (test_the_last_picture_outlives_a_renegotiation)
{
  Fixture f = fixture_new ();
  GstQuery *query = gst_query_new_drain ();

  g_object_set (f.comp, "drop-unchanged", TRUE, NULL);
  for (guint n = 0; n < 5; n++) {
    push (f.screen, new_picture (50, n));
    push_gap (f.webcam, n);
  }
  expect_at (&f, 0, FALSE);
  /* comes back when all before it has been seen to */
  gst_pad_peer_query (f.screen->srcpad, query);
  gst_query_unref (query);
  gst_harness_push_upstream_event (f.screen, gst_event_new_reconfigure ());
  push_eos (&f);
  expect_at (&f, 4, TRUE);
  fixture_free (&f);
}

GST_END_TEST;

/* A session in which nothing ever came ends like any other. */
GST_START_TEST (test_the_end_of_nothing)
{
  Fixture f = fixture_new ();
  gboolean ended = FALSE;

  g_object_set (f.comp, "drop-unchanged", TRUE, NULL);
  push_eos (&f);
  while (!ended) {
    GstEvent *event = gst_harness_pull_event (f.screen);

    fail_unless (event != NULL);
    ended = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }
  fail_unless_equals_int (gst_harness_buffers_in_queue (f.screen), 0);
  fixture_free (&f);
}

GST_END_TEST;

/* --- The inset's rate --- */

static void
run_inset (Fixture * f, guint n, GstBufferFlags flags)
{
  GstBuffer *webcam = new_picture (60 + n, n);

  GST_BUFFER_FLAG_SET (webcam, flags);
  if (n == 0)
    push (f->screen, new_picture (50, n));
  else
    push_gap (f->screen, n);
  push (f->webcam, webcam);
}

GST_START_TEST (test_inset_changes_at_its_own_rate)
{
  Fixture f = fixture_new ();

  g_object_set (f.comp, "inset-framerate", 15, 1, NULL);
  for (guint n = 0; n < 20; n++) {
    run_inset (&f, n, 0);
    expect_at (&f, n, n % 2 == 1);
  }
  fixture_free (&f);
}

GST_END_TEST;

/* Side by side, the webcam is no inset. */
GST_START_TEST (test_other_layouts_have_no_inset)
{
  Fixture f = fixture_new ();

  g_object_set (f.comp, "inset-framerate", 15, 1, "layout", 0, NULL);
  for (guint n = 0; n < 10; n++) {
    run_inset (&f, n, 0);
    expect_at (&f, n, FALSE);
  }
  fixture_free (&f);
}

GST_END_TEST;

/* A mask that is set must not wait, be the webcam turned or not. */
GST_START_TEST (test_discontinuity_of_the_inset_does_not_wait)
{
  Fixture f = fixture_new ();

  if (__i__)
    gst_child_proxy_set (GST_CHILD_PROXY (f.comp), "webcam::video-direction",
        GST_VIDEO_ORIENTATION_HORIZ, NULL);
  g_object_set (f.comp, "inset-framerate", 15, 1, NULL);
  for (guint n = 0; n < 8; n++) {
    run_inset (&f, n, n == 5 ? GST_BUFFER_FLAG_DISCONT : 0);
    expect_at (&f, n, n % 2 == 1 && n != 5);
  }
  fixture_free (&f);
}

GST_END_TEST;

/* Nor must it where another picture follows before the next output. */
GST_START_TEST (test_discontinuity_of_a_skipped_picture_does_not_wait)
{
  Fixture f = fixture_new ();
  GstBuffer *cut = new_picture (90, 0), *last = new_picture (91, 0);

  g_object_set (f.comp, "inset-framerate", 15, 1, NULL);
  run_inset (&f, 0, 0);
  expect_at (&f, 0, FALSE);

  GST_BUFFER_FLAG_SET (cut, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_PTS (cut) = FRAME (0) + 1 * GST_MSECOND;
  GST_BUFFER_DURATION (cut) = GST_MSECOND;
  GST_BUFFER_PTS (last) = FRAME (0) + 3 * GST_MSECOND;
  push (f.webcam, cut);
  push (f.webcam, last);
  push_gap (f.webcam, 2);
  push_gap (f.screen, 1);
  push_gap (f.screen, 2);
  expect_at (&f, 1, FALSE);
  fixture_free (&f);
}

GST_END_TEST;

/* --- What a source says --- */

/* The whole picture is other, but the source says otherwise. There is an inset,
 * without which the screen's picture would go out as it stands. */
typedef struct
{
  const gchar *roi_type;        /* NULL: none */
  GstBufferFlags flags;
  gboolean repeat;
  guint8 inside, outside;       /* of the region that the source names */
} Said;

static const Said said[] = {
  {NULL, 0, FALSE, 90, 90},
  {"damage", 0, FALSE, 90, 50},
  {"face", 0, FALSE, 90, 90},
  {NULL, GST_BUFFER_FLAG_GAP, TRUE, 50, 50},
  {"damage", GST_BUFFER_FLAG_DISCONT, FALSE, 90, 90},
  {NULL, GST_BUFFER_FLAG_GAP | GST_BUFFER_FLAG_DISCONT, FALSE, 90, 90},
};

GST_START_TEST (test_what_a_source_says_is_taken)
{
  const Said *s = &said[__i__];
  Fixture f = fixture_new ();
  GstBuffer *changed = new_picture (90, 1), *drawn;

  push (f.screen, new_picture (50, 0));
  push (f.webcam, new_picture (70, 0));
  expect_at (&f, 0, FALSE);

  if (s->roi_type)
    gst_buffer_add_video_region_of_interest_meta (changed, s->roi_type, 64, 32,
        64, 16);
  GST_BUFFER_FLAG_SET (changed, s->flags);
  push (f.screen, changed);
  push_gap (f.webcam, 1);
  drawn = gst_harness_pull (f.screen);
  fail_unless_equals_int (is_repeat (drawn), s->repeat);
  fail_unless_equals_int (luma_at (drawn, 100, 40), s->inside);
  fail_unless_equals_int (luma_at (drawn, 300, 300), s->outside);
  gst_buffer_unref (drawn);
  fixture_free (&f);
}

GST_END_TEST;

/* Two pictures before an output: what the first one has said counts. */
GST_START_TEST (test_what_was_said_of_a_skipped_picture_counts)
{
  Fixture f = fixture_new ();
  GstBuffer *skipped = new_picture (70, 0), *last = new_picture (90, 0), *drawn;

  push (f.screen, new_picture (50, 0));
  push (f.webcam, new_picture (70, 0));
  expect_at (&f, 0, FALSE);

  GST_BUFFER_PTS (skipped) = FRAME (0) + 1 * GST_MSECOND;
  GST_BUFFER_DURATION (skipped) = GST_MSECOND;
  GST_BUFFER_PTS (last) = FRAME (0) + 3 * GST_MSECOND;
  gst_buffer_add_video_region_of_interest_meta (skipped, "damage", 64, 32, 64,
      16);
  gst_buffer_add_video_region_of_interest_meta (last, "damage", 192, 32, 64,
      16);
  push (f.screen, skipped);
  push (f.screen, last);
  push_gap (f.screen, 2);
  push_gap (f.webcam, 1);
  push_gap (f.webcam, 2);
  drawn = gst_harness_pull (f.screen);
  fail_unless_equals_int (luma_at (drawn, 100, 40), 90);
  fail_unless_equals_int (luma_at (drawn, 200, 40), 90);
  fail_unless_equals_int (luma_at (drawn, 300, 300), 50);
  gst_buffer_unref (drawn);
  fixture_free (&f);
}

GST_END_TEST;

/* A region beyond every edge is no reason to write there. */
GST_START_TEST (test_hostile_regions_are_cut)
{
  Fixture f = fixture_new ();
  GstBuffer *changed = new_picture (90, 1), *drawn;

  push (f.screen, new_picture (50, 0));
  push (f.webcam, new_picture (70, 0));
  expect_at (&f, 0, FALSE);

  gst_buffer_add_video_region_of_interest_meta (changed, "damage", G_MAXUINT,
      G_MAXUINT, G_MAXUINT, G_MAXUINT);
  gst_buffer_add_video_region_of_interest_meta (changed, "damage", 600, 0,
      G_MAXUINT, G_MAXUINT);
  push (f.screen, changed);
  push_gap (f.webcam, 1);
  drawn = gst_harness_pull (f.screen);
  fail_unless_equals_int (luma_at (drawn, 639, 359), 90);
  fail_unless_equals_int (luma_at (drawn, 10, 10), 50);
  gst_buffer_unref (drawn);
  fixture_free (&f);
}

GST_END_TEST;

/* --- Kept pictures --- */

/* A picture that fills the output alone is not copied; what else is known of it
 * stays behind. */
GST_START_TEST (test_a_whole_picture_is_passed_on)
{
  Fixture f = fixture_new ();
  GstBuffer *picture = new_picture (50, 0), *drawn;
  GstMemory *memory = gst_buffer_peek_memory (picture, 0);

  gst_buffer_add_video_region_of_interest_meta (picture, "face", 0, 0, 64, 16);
  push (f.screen, picture);
  push_gap (f.webcam, 0);
  drawn = gst_harness_pull (f.screen);
  fail_unless (gst_buffer_peek_memory (drawn, 0) == memory);
  fail_if (gst_buffer_get_meta (drawn,
          GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE));
  gst_buffer_unref (drawn);

  /* It is not ours to draw on. */
  push (f.webcam, new_picture (90, 1));
  push_gap (f.screen, 1);
  drawn = gst_harness_pull (f.screen);
  fail_unless (gst_buffer_peek_memory (drawn, 0) != memory);
  fail_unless_equals_int (luma_at (drawn, 10, 10), 50);
  gst_buffer_unref (drawn);
  fixture_free (&f);
}

GST_END_TEST;

/* Nothing is copied where nobody else has the screen's picture; who has it keeps
 * what he has, and so does who listens to `samples-selected`. */
static const struct
{
  gboolean is_held, is_watched, is_drawn_on;
} owners[] = {
  {FALSE, FALSE, TRUE}, {TRUE, FALSE, FALSE}, {FALSE, TRUE, FALSE},
};

GST_START_TEST (test_inset_is_drawn_on_a_picture_of_nobody)
{
  const gint inset_x = 540, inset_y = 295;
  Fixture f = fixture_new ();

  g_object_set (f.comp, "emit-signals", owners[__i__].is_watched, NULL);
  push (f.screen, new_picture (50, 0));
  push (f.webcam, new_picture (150, 0));
  expect_at (&f, 0, FALSE);

  for (guint n = 1; n < 4; n++) {
    GstBuffer *picture = new_picture (50 + n, n), *drawn;
    GstBuffer *held = owners[__i__].is_held ? gst_buffer_ref (picture) : NULL;
    GstMemory *memory = gst_buffer_peek_memory (picture, 0);

    push (f.screen, picture);
    push (f.webcam, new_picture (150 + n, n));
    drawn = gst_harness_pull (f.screen);
    fail_unless_equals_int (gst_buffer_peek_memory (drawn, 0) == memory,
        owners[__i__].is_drawn_on);
    fail_unless_equals_int (luma_at (drawn, 10, 10), 50 + n);
    fail_unless_equals_int (luma_at (drawn, inset_x, inset_y), 150 + n);
    if (held)
      fail_unless_equals_int (luma_at (held, inset_x, inset_y), 50 + n);
    gst_buffer_unref (drawn);
    gst_clear_buffer (&held);
  }

  /* What was covered comes to light. */
  g_object_set (f.comp, "layout", 2, NULL);
  push_gap (f.screen, 4);
  push (f.webcam, new_picture (200, 4));
  expect_luma (&f, inset_x, inset_y, 53);
  fixture_free (&f);
}

GST_END_TEST;

/* Another layout of lines than that of the caps, which downstream may not
 * know. */
GST_START_TEST (test_an_unusual_picture_is_copied)
{
  Fixture f = fixture_new ();
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0, 704 * 360, 704 * 360 * 5 / 4 };
  gint stride[GST_VIDEO_MAX_PLANES] = { 704, 352, 352 };
  GstBuffer *picture =
      gst_buffer_new_allocate (NULL, 704 * HEIGHT * 3 / 2, NULL), *drawn;

  gst_buffer_memset (picture, 0, 80, -1);
  gst_buffer_add_video_meta_full (picture, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT, 3, offset, stride);
  GST_BUFFER_PTS (picture) = 0;
  push (f.screen, picture);
  push_gap (f.webcam, 0);
  drawn = gst_harness_pull (f.screen);
  fail_unless_equals_int (gst_buffer_get_size (drawn),
      WIDTH * HEIGHT * 3 / 2);
  fail_unless_equals_int (luma_at (drawn, 639, 359), 80);
  gst_buffer_unref (drawn);
  fixture_free (&f);
}

GST_END_TEST;

/* Downstream holds a few pictures: none of them changes under its hands. */
GST_START_TEST (test_held_pictures_stay_as_they_were)
{
  Fixture f = fixture_new ();
  GstBuffer *held[5] = { NULL, };
  guint8 value[5] = { 0, };

  for (guint n = 0; n < 40; n++) {
    guint i = n * 7 % 5;

    push (f.screen, new_picture (50 + n, n));
    push (f.webcam, new_picture (200 - n, n));
    gst_clear_buffer (&held[i]);
    held[i] = gst_harness_pull (f.screen);
    value[i] = 50 + n;
    for (guint h = 0; h < 5; h++)
      if (held[h])
        fail_unless_equals_int (luma_at (held[h], 320, 180), value[h]);
  }
  for (guint h = 0; h < 5; h++)
    gst_clear_buffer (&held[h]);
  fixture_free (&f);
}

GST_END_TEST;

/* --- What is no longer what it was --- */

static void
flush (GstHarness * h)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_start ()));
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_stop (FALSE)));
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  promise (h);
}

static GstBuffer *
new_unchanged_picture (guint8 value, guint n)
{
  GstBuffer *buffer = new_picture (value, n);

  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);

  return buffer;
}

/* The same picture, first upside down and then upright. */
GST_START_TEST (test_turned_picture_is_another_one)
{
  Fixture f = fixture_new ();
  GstBuffer *picture = new_picture (50, 0);

  gst_buffer_memset (picture, 0, 90, WIDTH * HEIGHT / 2);
  gst_child_proxy_set (GST_CHILD_PROXY (f.comp), "screen::video-direction",
      GST_VIDEO_ORIENTATION_VERT, NULL);
  push (f.screen, picture);
  push_gap (f.webcam, 0);
  expect_luma (&f, 320, 20, 50);

  gst_child_proxy_set (GST_CHILD_PROXY (f.comp), "screen::video-direction",
      GST_VIDEO_ORIENTATION_IDENTITY, NULL);
  push_gap (f.screen, 1);
  push_gap (f.webcam, 1);
  expect_luma (&f, 320, 20, 90);
  fixture_free (&f);
}

GST_END_TEST;

/* The buffer to which the source refers may be one that the flush took. */
GST_START_TEST (test_what_was_said_before_a_flush_counts_no_more)
{
  Fixture f = fixture_new ();

  push (f.screen, new_picture (50, 0));
  push_gap (f.webcam, 0);
  expect_at (&f, 0, FALSE);

  push (f.screen, new_picture (90, 1));
  flush (f.screen);
  push (f.screen, new_unchanged_picture (90, 1));
  push_gap (f.webcam, 1);
  expect_luma (&f, 320, 20, 90);
  fixture_free (&f);
}

GST_END_TEST;

/* Downstream has lost the picture that the next one is equal to. */
GST_START_TEST (test_first_picture_after_a_flush_is_no_repeat)
{
  Fixture f = fixture_new ();
  GstEvent *start = gst_event_new_flush_start ();
  GstEvent *stop = gst_event_new_flush_stop (TRUE);
  GstHarness *inputs[] = { f.screen, f.webcam };
  GstSegment segment;

  push (f.screen, new_picture (50, 0));
  push_gap (f.webcam, 0);
  expect_at (&f, 0, FALSE);

  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (guint i = 0; i < 2; i++)
    gst_harness_push_event (inputs[i], gst_event_ref (start));
  for (guint i = 0; i < 2; i++)
    gst_harness_push_event (inputs[i], gst_event_ref (stop));
  gst_event_unref (start);
  gst_event_unref (stop);
  for (guint i = 0; i < 2; i++) {
    gst_harness_push_event (inputs[i], gst_event_new_segment (&segment));
    promise (inputs[i]);
  }
  push (f.screen, new_picture (50, 0));
  push_gap (f.webcam, 0);
  expect_at (&f, 0, FALSE);
  fixture_free (&f);
}

GST_END_TEST;

/* Another participant's webcam says that nothing has changed, of its own
 * pictures. */
GST_START_TEST (test_new_pad_has_nothing_in_common_with_the_old_one)
{
  Fixture f = fixture_new ();
  GstPad *pad = gst_element_get_static_pad (f.comp, "webcam");

  push (f.screen, new_picture (50, 0));
  push (f.webcam, new_picture (70, 0));
  expect_luma (&f, 540, 295, 70);

  gst_pad_unlink (f.webcam->srcpad, pad);
  gst_element_release_request_pad (f.comp, pad);
  gst_object_unref (pad);
  pad = gst_element_request_pad_simple (f.comp, "webcam");
  fail_unless_equals_int (gst_pad_link (f.webcam->srcpad, pad),
      GST_PAD_LINK_OK);
  gst_object_unref (pad);
  promise (f.webcam);
  push (f.webcam, new_unchanged_picture (90, 1));
  push (f.screen, new_picture (50, 1));
  expect_luma (&f, 540, 295, 90);
  fixture_free (&f);
}

GST_END_TEST;

/* A panned picture: the memory is the same, what it shows is not. */
GST_START_TEST (test_same_memory_may_be_another_picture)
{
  Fixture f = fixture_new ();
  GstVideoInfo info;
  GstBuffer *first, *panned;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT);
  first = gst_buffer_new_allocate (NULL, info.size + 100 * WIDTH, NULL);
  gst_buffer_memset (first, 0, 50, info.size + 100 * WIDTH);
  gst_buffer_memset (first, 0, 90, 100 * WIDTH);
  panned = gst_buffer_copy (first);
  gst_buffer_add_video_meta_full (first, 0, GST_VIDEO_FORMAT_I420, WIDTH,
      HEIGHT, info.finfo->n_planes, info.offset, info.stride);
  info.offset[0] += 100 * WIDTH;
  gst_buffer_add_video_meta_full (panned, 0, GST_VIDEO_FORMAT_I420, WIDTH,
      HEIGHT, info.finfo->n_planes, info.offset, info.stride);
  GST_BUFFER_PTS (first) = FRAME (0);
  GST_BUFFER_PTS (panned) = FRAME (1);

  push (f.screen, first);
  push_gap (f.webcam, 0);
  expect_luma (&f, 320, 20, 90);
  push (f.screen, panned);
  push_gap (f.webcam, 1);
  expect_luma (&f, 320, 20, 50);
  fixture_free (&f);
}

GST_END_TEST;

/* --- Bad timing, bad buffers --- */

/* Pictures from before the running time are before the recording. */
GST_START_TEST (test_negative_running_time_is_left_out)
{
  Fixture f = fixture_new ();
  GstSegment segment;

  /* as gst_pad_set_offset() with a negative offset has it */
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.offset = FRAME (3);
  fail_unless (gst_harness_push_event (f.screen,
          gst_event_new_segment (&segment)));
  push_gap (f.webcam, 0);
  for (guint n = 0; n < 5; n++) {
    GstBuffer *picture = new_picture (50 + n, n);

    if (__i__)
      GST_BUFFER_DURATION (picture) = FRAME (1);
    if (n == 1)
      push_gap (f.webcam, 1);
    push (f.screen, picture);
  }
  expect_luma (&f, 320, 20, 53);
  expect_luma (&f, 320, 20, 54);
  fixture_free (&f);
}

GST_END_TEST;

/* A buffer that is too small for its caps is no picture, and no reason to end
 * the recording. */
GST_START_TEST (test_short_buffer_is_left_out)
{
  Fixture f = fixture_new ();
  GstBuffer *cut = new_picture (70, 1);

  push (f.screen, new_picture (50, 0));
  push_gap (f.webcam, 0);
  expect_at (&f, 0, FALSE);

  gst_buffer_set_size (cut, 1000);
  push (f.screen, cut);
  push_gap (f.webcam, 1);
  expect_at (&f, 1, TRUE);
  push (f.screen, new_picture (90, 2));
  push_gap (f.webcam, 2);
  expect_luma (&f, 320, 20, 90);
  fixture_free (&f);
}

GST_END_TEST;

/* --- Other memory downstream --- */

static GstPadProbeReturn
propose_prefix (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer prefix)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  GstAllocationParams params = {.prefix = *(const gsize *) prefix };

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_param (query, NULL, &params);

  return GST_PAD_PROBE_HANDLED;
}

static void
expect_prefix (Fixture * f, gsize prefix)
{
  GstBuffer *buffer = gst_harness_pull (f->screen);
  gsize offset;

  gst_memory_get_sizes (gst_buffer_peek_memory (buffer, 0), &offset, NULL);
  fail_unless_equals_uint64 (offset, prefix);
  gst_buffer_unref (buffer);
}

/* What was allocated for one element is not pushed to another. */
GST_START_TEST (test_kept_pictures_follow_the_allocation)
{
  Fixture f = fixture_new ();
  gsize prefix = 64;

  /* side by side: an input's own memory will not do */
  g_object_set (f.comp, "layout", 0, NULL);
  gst_pad_add_probe (f.screen->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      propose_prefix, &prefix, NULL);
  for (guint n = 0; n < 4; n++) {
    if (n == 2) {
      prefix = 128;
      gst_harness_push_upstream_event (f.screen, gst_event_new_reconfigure ());
    }
    push (f.screen, new_picture (50 + n, n));
    push (f.webcam, new_picture (90, n));
    expect_prefix (&f, prefix);
  }
  fixture_free (&f);
}

GST_END_TEST;

/* A capture with four buffers does not wait for what downstream keeps. */
GST_START_TEST (test_few_buffers_are_not_passed_on)
{
  Fixture f = fixture_new ();
  g_autoptr (GstBufferPool) pool = gst_buffer_pool_new ();
  GstBufferPoolAcquireParams params = {.flags =
        GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT };
  GstStructure *config = gst_buffer_pool_get_config (pool);
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstBuffer *held[6];

  gst_buffer_pool_config_set_params (config, caps, WIDTH * HEIGHT * 3 / 2, 4,
      4);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  for (guint n = 0; n < G_N_ELEMENTS (held); n++) {
    GstBuffer *picture;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &picture,
            &params), GST_FLOW_OK);
    gst_buffer_memset (picture, 0, 50 + n, WIDTH * HEIGHT * 3 / 2);
    GST_BUFFER_PTS (picture) = FRAME (n);
    push (f.screen, picture);
    push_gap (f.webcam, n);
    held[n] = gst_harness_pull (f.screen);
  }
  for (guint n = 0; n < G_N_ELEMENTS (held); n++)
    gst_buffer_unref (held[n]);
  gst_buffer_pool_set_active (pool, FALSE);
  fixture_free (&f);
}

GST_END_TEST;

static Suite *
changes_suite (void)
{
  Suite *s = suite_create ("dualcompositor-changes");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_unchanged_pictures_are_dropped);
  tcase_add_test (tc, test_changed_pictures_are_never_dropped);
  tcase_add_test (tc, test_a_change_at_the_end_is_the_end);
  tcase_add_test (tc, test_the_last_picture_outlives_a_renegotiation);
  tcase_add_test (tc, test_the_end_of_nothing);
  tcase_add_test (tc, test_inset_changes_at_its_own_rate);
  tcase_add_test (tc, test_other_layouts_have_no_inset);
  tcase_add_loop_test (tc, test_discontinuity_of_the_inset_does_not_wait, 0, 2);
  tcase_add_test (tc, test_discontinuity_of_a_skipped_picture_does_not_wait);
  tcase_add_loop_test (tc, test_what_a_source_says_is_taken, 0,
      G_N_ELEMENTS (said));
  tcase_add_test (tc, test_what_was_said_of_a_skipped_picture_counts);
  tcase_add_test (tc, test_hostile_regions_are_cut);
  tcase_add_test (tc, test_a_whole_picture_is_passed_on);
  tcase_add_loop_test (tc, test_inset_is_drawn_on_a_picture_of_nobody, 0,
      G_N_ELEMENTS (owners));
  tcase_add_test (tc, test_an_unusual_picture_is_copied);
  tcase_add_test (tc, test_held_pictures_stay_as_they_were);
  tcase_add_test (tc, test_turned_picture_is_another_one);
  tcase_add_test (tc, test_what_was_said_before_a_flush_counts_no_more);
  tcase_add_test (tc, test_first_picture_after_a_flush_is_no_repeat);
  tcase_add_test (tc, test_new_pad_has_nothing_in_common_with_the_old_one);
  tcase_add_test (tc, test_same_memory_may_be_another_picture);
  tcase_add_loop_test (tc, test_negative_running_time_is_left_out, 0, 2);
  tcase_add_test (tc, test_short_buffer_is_left_out);
  tcase_add_test (tc, test_kept_pictures_follow_the_allocation);
  tcase_add_test (tc, test_few_buffers_are_not_passed_on);

  return s;
}

GST_CHECK_MAIN (changes);
