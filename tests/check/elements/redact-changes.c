/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What `redact` tells the next element of a change in what is masked, and that
 * a change is not lost. */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/video/video.h>

#define CAPS "video/x-raw,format=I420,width=64,height=48,framerate=25/1"
#define FRAME (40 * GST_MSECOND)
#define NONE GST_CLOCK_TIME_NONE
#define SECRET 200

static GstBuffer *
new_frame (guint n, gboolean is_gap)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 64 * 48 * 3 / 2, NULL);

  gst_buffer_memset (buffer, 0, SECRET, -1);
  GST_BUFFER_PTS (buffer) = n * FRAME;
  GST_BUFFER_DURATION (buffer) = FRAME;
  if (is_gap)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);

  return buffer;
}

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
push (GstHarness * h, GstBuffer * buffer)
{
  fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
}

static guint
add_span (GstHarness * h, GstClockTime start, GstClockTime stop)
{
  guint id = 0;

  g_signal_emit_by_name (h->element, "add-span", start, stop, &id);

  return id;
}

static void
set_mask (GstHarness * h, gboolean on)
{
  g_object_set (h->element, "mask", on, NULL);
}

/* The sample in the upper left corner, and what is not said of a buffer. */
static void
expect (GstHarness * h, guint8 sample, GstClockTime pts,
    GstBufferFlags wanted, GstBufferFlags unwanted)
{
  g_autoptr (GstBuffer) buffer = gst_harness_pull (h);
  guint8 value;

  fail_unless (buffer != NULL, "no output");
  gst_buffer_extract (buffer, 0, &value, 1);
  fail_unless_equals_int (value, sample);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), pts);
  fail_unless_equals_int (GST_BUFFER_FLAGS (buffer) & (wanted | unwanted),
      wanted);
}

#define BLACK 16
#define GAP GST_BUFFER_FLAG_GAP
#define DISCONT GST_BUFFER_FLAG_DISCONT

static void
block_until_repeated (GstHarness * h)
{
  while (gst_harness_buffers_in_queue (h) == 0)
    g_thread_yield ();
}

/* The next element holds another picture than upstream believes. */
GST_START_TEST (test_a_change_is_marked)
{
  GstHarness *h = harness_new ();

  push (h, new_frame (0, FALSE));
  expect (h, SECRET, 0, 0, GAP);
  push (h, new_frame (1, TRUE));
  expect (h, SECRET, FRAME, GAP, DISCONT);

  /* one that is sent again */
  set_mask (h, TRUE);
  block_until_repeated (h);
  expect (h, BLACK, FRAME + FRAME / 2, DISCONT, GAP);
  push (h, new_frame (2, FALSE));
  expect (h, BLACK, 2 * FRAME, GAP, DISCONT);
  /* the end of a mask, and nothing else, is in the next frame */
  set_mask (h, FALSE);
  push (h, new_frame (3, TRUE));
  expect (h, SECRET, 3 * FRAME, DISCONT, GAP);
  push (h, new_frame (4, FALSE));
  expect (h, SECRET, 4 * FRAME, 0, GAP | DISCONT);
  /* spans begin and end by themselves */
  add_span (h, 5 * FRAME, 6 * FRAME);
  push (h, new_frame (5, TRUE));
  expect (h, BLACK, 5 * FRAME, DISCONT, GAP);
  push (h, new_frame (6, TRUE));
  expect (h, SECRET, 6 * FRAME, DISCONT, GAP);
  push (h, new_frame (7, TRUE));
  expect (h, SECRET, 7 * FRAME, GAP, DISCONT);
  /* what changes the look of a mask changes nothing without one */
  g_object_set (h->element, "fill-color", 0xffffffff, NULL);
  push (h, new_frame (8, TRUE));
  expect (h, SECRET, 8 * FRAME, GAP, DISCONT);
  harness_free (h);
}

GST_END_TEST;

static GstPadProbeReturn
block (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer user_data)
{
  g_atomic_int_set ((gint *) user_data, TRUE);

  return GST_PAD_PROBE_OK;
}

static gpointer
push_second (gpointer h)
{
  push (h, new_frame (1, FALSE));

  return NULL;
}

static void
wait_for (gint * flag)
{
  while (!g_atomic_int_get (flag))
    g_thread_yield ();
}

/* A frame that is looked at twice is no repetition of itself. */
GST_START_TEST (test_a_frame_that_waits_repeats_nothing)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (h->element, "src");
  gint blocked = FALSE;
  gulong id;
  GThread *thread;

  add_span (h, FRAME, 2 * FRAME);
  push (h, new_frame (0, FALSE));
  expect (h, SECRET, 0, 0, GAP);
  id = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, block, &blocked, NULL);
  thread = g_thread_new ("push", push_second, h);
  wait_for (&blocked);
  add_span (h, 100 * FRAME, 101 * FRAME);
  gst_pad_remove_probe (pad, id);
  g_thread_join (thread);
  expect (h, BLACK, FRAME, DISCONT, GAP);
  harness_free (h);
}

GST_END_TEST;

/* Nor is it one of a picture that was left out for being late. */
GST_START_TEST (test_no_frame_is_left_out)
{
  GstHarness *h = harness_new ();

  push (h, new_frame (0, FALSE));
  expect (h, SECRET, 0, 0, GAP);
  gst_harness_push_upstream_event (h, gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW,
          0.1, 10 * FRAME, FRAME));
  push (h, new_frame (1, FALSE));
  expect (h, SECRET, FRAME, 0, GAP | DISCONT);
  harness_free (h);
}

GST_END_TEST;

/* --- What a buffer says of itself --- */

static guint
count_rois (GstBuffer * buffer, const gchar * type)
{
  gpointer state = NULL;
  GstMeta *meta;
  guint n = 0;

  while ((meta = gst_buffer_iterate_meta_filtered (buffer, &state,
              GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)))
    n += ((GstVideoRegionOfInterestMeta *) meta)->roi_type ==
        g_quark_from_string (type);

  return n;
}

static const struct
{
  const gchar *regions, *roi_types, *method;
  guint damages;
} damages[] = {
  {NULL, NULL, "fill", 1},
  {"0,0,8,8", NULL, "fill", 1},
  {"0,0,8,8", NULL, "blur", 0},
  {"0,0,8,8", NULL, "pixelate", 0},
  {NULL, "face", "fill", 0},
};

/* A face that has moved has changed the picture at two places that upstream
 * does not know of. */
GST_START_TEST (test_damage_is_that_of_the_output)
{
  GstHarness *h = harness_new ();
  GstBuffer *in = new_frame (0, FALSE);
  g_autoptr (GstBuffer) out = NULL;

  gst_util_set_object_arg (G_OBJECT (h->element), "method",
      damages[__i__].method);
  g_object_set (h->element, "regions", damages[__i__].regions, "roi-types",
      damages[__i__].roi_types, NULL);
  gst_buffer_add_video_region_of_interest_meta (in, "damage", 0, 0, 4, 4);
  gst_buffer_add_video_region_of_interest_meta (in, "face", 8, 8, 4, 4);
  push (h, in);
  out = gst_harness_pull (h);
  fail_unless_equals_int (count_rois (out, "damage"), damages[__i__].damages);
  fail_unless_equals_int (count_rois (out, "face"), 1);
  harness_free (h);
}

GST_END_TEST;

/* Downstream would draw it over the mask. */
GST_START_TEST (test_overlays_do_not_survive_a_mask)
{
  GstHarness *h = harness_new ();

  for (guint n = 0; n < 2; n++) {
    GstBuffer *in = new_frame (n, FALSE), *out;
    g_autoptr (GstBuffer) pixels = gst_buffer_new_allocate (NULL, 64, NULL);
    GstVideoOverlayRectangle *rectangle;
    GstVideoOverlayComposition *composition;

    gst_buffer_memset (pixels, 0, SECRET, -1);
    gst_buffer_add_video_meta (pixels, GST_VIDEO_FRAME_FLAG_NONE,
        GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, 4, 4);
    rectangle = gst_video_overlay_rectangle_new_raw (pixels, 0, 0, 4, 4, 0);
    composition = gst_video_overlay_composition_new (rectangle);
    gst_buffer_add_video_overlay_composition_meta (in, composition);
    gst_video_overlay_composition_unref (composition);
    gst_video_overlay_rectangle_unref (rectangle);
    if (n == 1)
      g_object_set (h->element, "regions", "0,0,8,8", NULL);
    push (h, in);
    do {
      out = gst_harness_pull (h);
      fail_unless_equals_int (gst_buffer_get_n_meta (out,
              GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE), 1 - n);
      gst_buffer_unref (out);
    } while (gst_harness_buffers_in_queue (h) > 0);
  }
  harness_free (h);
}

GST_END_TEST;

/* Only one of which would be masked. */
GST_START_TEST (test_a_buffer_of_two_views_does_not_get_through)
{
  GstHarness *h = harness_new ();
  GstBuffer *in = new_frame (0, FALSE);

  set_mask (h, TRUE);
  for (gint id = 0; id < 2; id++)
    gst_buffer_add_video_meta (in, GST_VIDEO_FRAME_FLAG_NONE,
        GST_VIDEO_FORMAT_I420, 64, 48)->id = id;
  fail_unless_equals_int (gst_harness_push (h, in), GST_FLOW_ERROR);
  fail_unless (gst_harness_try_pull (h) == NULL);
  harness_free (h);
}

GST_END_TEST;

/* --- Time --- */

static GstTestClock *
make_live (GstHarness * h, GstClockTime latency)
{
  gst_harness_use_testclock (h);
  gst_harness_set_upstream_latency (h, latency);
  gst_harness_query_latency (h);

  return gst_harness_get_testclock (h);
}

GST_START_TEST (test_live_late_frames_stay_in_order)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstTestClock) clock = make_live (h, 10 * FRAME);

  gst_test_clock_set_time (clock, 10 * FRAME);
  push (h, new_frame (0, FALSE));
  expect (h, SECRET, 0, 0, 0);
  gst_test_clock_set_time (clock, 110 * FRAME);
  set_mask (h, TRUE);
  expect (h, BLACK, 100 * FRAME, 0, 0);
  for (guint i = 1; i <= 3; i++) {
    push (h, new_frame (95 + i, FALSE));
    expect (h, BLACK, 100 * FRAME + i, 0, 0);
  }
  push (h, new_frame (101, FALSE));
  expect (h, BLACK, 101 * FRAME, 0, 0);
  harness_free (h);
}

GST_END_TEST;

static void
wait_for_alarm (GstTestClock * clock, GstClockTime time)
{
  GstClockID id;

  gst_test_clock_wait_for_next_pending_id (clock, &id);
  fail_unless_equals_uint64 (gst_clock_id_get_time (id), time);
  gst_clock_id_unref (id);
}

/* The one of a span in which there was no picture is not the last one. */
GST_START_TEST (test_live_the_next_span_begins_too)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstTestClock) clock = make_live (h, 10 * FRAME);

  add_span (h, 20 * FRAME, 21 * FRAME);
  add_span (h, 50 * FRAME, 60 * FRAME);
  wait_for_alarm (clock, 30 * FRAME);
  gst_test_clock_crank (clock);
  wait_for_alarm (clock, 60 * FRAME);
  gst_test_clock_set_time (clock, 40 * FRAME);
  push (h, new_frame (30, FALSE));
  expect (h, SECRET, 30 * FRAME, 0, GAP);
  gst_test_clock_crank (clock);
  expect (h, BLACK, 50 * FRAME, DISCONT, GAP);
  harness_free (h);
}

GST_END_TEST;

/* The clock says nothing of a stream that tells of every moment, after a flush
 * as before. */
GST_START_TEST (test_live_a_promise_outlasts_a_flush)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstTestClock) clock = make_live (h, 10 * FRAME);
  GstSegment segment;

  gst_harness_push_event (h,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
          gst_structure_new ("recording-timeline", "complete", G_TYPE_BOOLEAN,
              TRUE, NULL)));
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  push (h, new_frame (0, FALSE));
  expect (h, SECRET, 0, 0, 0);
  gst_test_clock_set_time (clock, 110 * FRAME);
  set_mask (h, TRUE);
  expect (h, BLACK, FRAME / 2, DISCONT, GAP);
  harness_free (h);
}

GST_END_TEST;

/* --- Two callers --- */

typedef struct
{
  GstHarness *h;
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

static gpointer
set_mask_too (gpointer data)
{
  Edge *edge = data;

  set_mask (edge->h, TRUE);
  g_atomic_int_set (&edge->is_set, TRUE);

  return NULL;
}

/* Who comes second knows no less than who came first. */
GST_START_TEST (test_each_of_two_calls_waits_for_the_frame)
{
  Edge edge = { harness_new (), FALSE, FALSE, FALSE };
  g_autoptr (GstPad) pad = gst_element_get_static_pad (edge.h->element, "src");
  GThread *pusher, *setters[2];

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, stay_at_edge, &edge,
      NULL);
  pusher = g_thread_new ("push", push_second, edge.h);
  wait_for (&edge.is_at_edge);
  for (guint i = 0; i < 2; i++)
    setters[i] = g_thread_new ("set", set_mask_too, &edge);
  for (guint i = 0; i < 2; i++)
    g_thread_join (setters[i]);
  g_thread_join (pusher);
  fail_if (edge.is_wrong, "a call has returned before the frame had left");
  harness_free (edge.h);
}

GST_END_TEST;

/* The next element may not give its thread back for long, as in PAUSED. */
GST_START_TEST (test_changes_do_not_pile_up)
{
  GstHarness *h = harness_new ();
  gint blocked = FALSE;
  gulong id;
  GThread *thread;

  push (h, new_frame (0, FALSE));
  expect (h, SECRET, 0, 0, GAP);
  id = gst_pad_add_probe (h->sinkpad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, block, &blocked, NULL);
  thread = g_thread_new ("push", push_second, h);
  wait_for (&blocked);
  for (guint i = 0; i < 50; i++) {
    set_mask (h, i % 2 == 0);
    g_usleep (G_TIME_SPAN_MILLISECOND);
  }
  /* a thread that waits holds a reference */
  fail_unless (GST_OBJECT_REFCOUNT_VALUE (h->element) < 10, "%d references",
      GST_OBJECT_REFCOUNT_VALUE (h->element));
  gst_pad_remove_probe (h->sinkpad, id);
  g_thread_join (thread);
  harness_free (h);
}

GST_END_TEST;

static Suite *
redact_changes_suite (void)
{
  Suite *s = suite_create ("redact-changes");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_a_change_is_marked);
  tcase_add_test (tc, test_a_frame_that_waits_repeats_nothing);
  tcase_add_test (tc, test_no_frame_is_left_out);
  tcase_add_loop_test (tc, test_damage_is_that_of_the_output, 0,
      G_N_ELEMENTS (damages));
  tcase_add_test (tc, test_overlays_do_not_survive_a_mask);
  tcase_add_test (tc, test_a_buffer_of_two_views_does_not_get_through);
  tcase_add_test (tc, test_live_late_frames_stay_in_order);
  tcase_add_test (tc, test_live_the_next_span_begins_too);
  tcase_add_test (tc, test_live_a_promise_outlasts_a_flush);
  tcase_add_test (tc, test_each_of_two_calls_waits_for_the_frame);
  tcase_add_test (tc, test_changes_do_not_pile_up);

  return s;
}

GST_CHECK_MAIN (redact_changes);
