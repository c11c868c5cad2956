/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/audio/audio.h>

/* Ten samples are a buffer of 10 ms. */
#define CAPS "audio/x-raw,format=U8,rate=1000,channels=1,layout=interleaved"
#define N 10
#define LENGTH (N * GST_MSECOND)
#define NONE GST_CLOCK_TIME_NONE
#define SECRET 'x'
#define SILENT 0x80

static GstBuffer *
new_sound (guint n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, N, NULL);

  gst_buffer_memset (buffer, 0, SECRET, -1);
  GST_BUFFER_PTS (buffer) = n * LENGTH;
  GST_BUFFER_DURATION (buffer) = LENGTH;

  return buffer;
}

static GstHarness *
harness_new (void)
{
  GstHarness *h = gst_harness_new ("redactaudio");

  gst_harness_set_src_caps_str (h, CAPS);

  return h;
}

/* A buffer as text: "x" as it came, "." silent, "~" something else. */
static gchar *
describe (GstBuffer * buffer)
{
  GstMapInfo map;
  gchar *text;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  text = g_strndup ((const gchar *) map.data, map.size);
  for (gsize i = 0; i < map.size; i++)
    text[i] = map.data[i] == SECRET ? 'x' : map.data[i] == SILENT ? '.' : '~';
  gst_buffer_unmap (buffer, &map);

  return text;
}

static void
push_buffer (GstHarness * h, GstBuffer * in, const gchar * wanted)
{
  g_autoptr (GstBuffer) out = gst_harness_push_and_pull (h, in);
  g_autofree gchar *text = describe (out);

  fail_unless_equals_string (text, wanted);
}

static void
push (GstHarness * h, guint n, const gchar * wanted)
{
  push_buffer (h, new_sound (n), wanted);
}

static guint
add_span (GstHarness * h, GstClockTime start, GstClockTime stop)
{
  guint id = 0;

  g_signal_emit_by_name (h->element, "add-span", start, stop, &id);

  return id;
}

static gboolean
remove_span (GstHarness * h, guint id)
{
  gboolean ret = FALSE;

  g_signal_emit_by_name (h->element, "remove-span", id, &ret);

  return ret;
}

static void
set_mask (GstHarness * h, gboolean on)
{
  g_object_set (h->element, "mask", on, NULL);
}

GST_START_TEST (test_nothing_to_mask_costs_nothing)
{
  GstHarness *h = harness_new ();
  GstBuffer *in = new_sound (0);
  g_autoptr (GstBuffer) out = gst_harness_push_and_pull (h, in);

  fail_unless (in == out);
  gst_harness_teardown (h);
}

GST_END_TEST;

static const struct
{
  GstClockTime start, stop;     /* ms */
  const gchar *wanted;          /* of samples 10 to 19 */
} spans[] = {
  {0, 10, "xxxxxxxxxx"},
  {20, 30, "xxxxxxxxxx"},
  {10, 20, ".........."},
  {0, NONE, ".........."},
  {NONE, 15, ".....xxxxx"},
  {15, NONE, "xxxxx....."},
  {12, 13, "xx.xxxxxxx"},
  {19, 20, "xxxxxxxxx."},
};

GST_START_TEST (test_spans_are_exact)
{
  GstHarness *h = harness_new ();
  GstClockTime start = spans[__i__].start, stop = spans[__i__].stop;

  add_span (h, start == NONE ? NONE : start * GST_MSECOND,
      stop == NONE ? NONE : stop * GST_MSECOND);
  push (h, 1, spans[__i__].wanted);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_spans_are_added_and_removed)
{
  GstHarness *h = harness_new ();
  guint a = add_span (h, 2 * GST_MSECOND, 4 * GST_MSECOND);
  guint b = add_span (h, 7 * GST_MSECOND, 33 * GST_MSECOND);

  fail_unless (a != 0 && b != 0 && a != b);
  fail_unless_equals_int (add_span (h, 5, 5), 0);
  push (h, 0, "xx..xxx...");
  fail_unless (remove_span (h, a));
  fail_if (remove_span (h, a));
  push (h, 1, "..........");
  fail_unless (remove_span (h, b));
  push (h, 2, "xxxxxxxxxx");
  add_span (h, 0, NONE);
  add_span (h, 31 * GST_MSECOND, NONE);
  g_signal_emit_by_name (h->element, "clear-spans");
  push (h, 3, "xxxxxxxxxx");
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_spans_are_in_running_time)
{
  GstHarness *h = harness_new ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = 100 * LENGTH;
  segment.base = 7 * LENGTH;
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  add_span (h, 75 * GST_MSECOND, 82 * GST_MSECOND);
  push (h, 100, "xxxxx.....");
  push (h, 101, "..xxxxxxxx");
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_sound_without_time_is_in_any_span)
{
  GstHarness *h = harness_new ();
  GstBuffer *in = new_sound (0);

  add_span (h, 1000 * GST_SECOND, 1001 * GST_SECOND);
  GST_BUFFER_PTS (in) = NONE;
  push_buffer (h, in, "..........");
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_shared_buffers_are_copied)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstBuffer) in = new_sound (0);
  g_autoptr (GstBuffer) same_memory = gst_buffer_copy (in);
  g_autofree gchar *text = NULL;

  set_mask (h, TRUE);
  push_buffer (h, gst_buffer_ref (in), "..........");
  push_buffer (h, gst_buffer_copy (in), "..........");
  text = describe (same_memory);
  fail_unless_equals_string (text, "xxxxxxxxxx");
  gst_harness_teardown (h);
}

GST_END_TEST;

/* A span that cuts buffers of planes, whose samples are not in one piece. */
GST_START_TEST (test_planar_sound)
{
  GstHarness *h = gst_harness_new ("redactaudio");
  GstBuffer *in = gst_buffer_new_allocate (NULL, 2 * N, NULL);
  g_autoptr (GstBuffer) out = NULL;
  g_autofree gchar *text = NULL;
  GstAudioInfo info;

  gst_harness_set_src_caps_str (h, "audio/x-raw,format=U8,rate=1000,"
      "channels=2,channel-mask=(bitmask)3,layout=non-interleaved");
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_U8, 1000, 2, NULL);
  info.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  gst_buffer_memset (in, 0, SECRET, -1);
  gst_buffer_add_audio_meta (in, &info, N, NULL);
  GST_BUFFER_PTS (in) = 0;
  add_span (h, 3 * GST_MSECOND, 5 * GST_MSECOND);
  out = gst_harness_push_and_pull (h, in);
  text = describe (out);
  fail_unless_equals_string (text, "xxx..xxxxxxxx..xxxxx");
  gst_harness_teardown (h);
}

GST_END_TEST;

/* The bytes of a GAP may be anything. */
GST_START_TEST (test_a_tone_ends_a_gap)
{
  GstHarness *h = harness_new ();
  GstBuffer *in = new_sound (0);
  g_autoptr (GstBuffer) out = NULL;
  g_autofree gchar *text = NULL;

  g_object_set (h->element, "method", 1, "frequency", 250.0, "volume", 1.0,
      NULL);
  add_span (h, 5 * GST_MSECOND, 6 * GST_MSECOND);
  GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_GAP);
  out = gst_harness_push_and_pull (h, in);
  text = describe (out);
  fail_unless_equals_string (text, ".....~....");
  fail_if (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_GAP));
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_mask_ends_with_what_has_passed)
{
  GstHarness *h = harness_new ();

  push (h, 0, "xxxxxxxxxx");
  set_mask (h, TRUE);
  push (h, 1, "..........");
  set_mask (h, FALSE);
  push (h, 2, "xxxxxxxxxx");
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_live_what_was_captured_under_the_mask_stays_masked)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstTestClock) clock = NULL;

  gst_harness_use_testclock (h);
  gst_harness_set_upstream_latency (h, 10 * LENGTH);
  gst_harness_query_latency (h);
  clock = gst_harness_get_testclock (h);
  set_mask (h, TRUE);
  push (h, 0, "..........");
  gst_test_clock_set_time (clock, 15 * LENGTH + 4 * GST_MSECOND);
  set_mask (h, FALSE);
  push (h, 5, "..........");
  push (h, 15, "....xxxxxx");
  push (h, 16, "xxxxxxxxxx");
  gst_harness_teardown (h);
}

GST_END_TEST;

/* Which is still on its way when the pipeline is paused. */
GST_START_TEST (test_live_what_was_captured_before_a_pause_stays_masked)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstTestClock) clock = NULL;

  gst_harness_use_testclock (h);
  gst_harness_set_upstream_latency (h, 10 * LENGTH);
  gst_harness_query_latency (h);
  clock = gst_harness_get_testclock (h);
  set_mask (h, TRUE);
  push (h, 0, "..........");
  gst_test_clock_set_time (clock, 15 * LENGTH + 4 * GST_MSECOND);
  gst_element_set_state (h->element, GST_STATE_PAUSED);
  set_mask (h, FALSE);
  gst_element_set_state (h->element, GST_STATE_PLAYING);
  push (h, 5, "..........");
  push (h, 15, "....xxxxxx");
  push (h, 16, "xxxxxxxxxx");
  gst_harness_teardown (h);
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
push_first (gpointer h)
{
  gst_harness_push (h, new_sound (0));

  return NULL;
}

GST_START_TEST (test_sound_in_a_blocked_pad_is_masked)
{
  GstHarness *h = harness_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (h->element, "src");
  g_autoptr (GstBuffer) out = NULL;
  g_autofree gchar *text = NULL;
  gint blocked = FALSE;
  gulong id = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, block, &blocked, NULL);
  GThread *thread = g_thread_new ("push", push_first, h);

  while (!g_atomic_int_get (&blocked))
    g_thread_yield ();
  add_span (h, 4 * GST_MSECOND, NONE);
  gst_pad_remove_probe (pad, id);
  g_thread_join (thread);
  out = gst_harness_pull (h);
  text = describe (out);
  fail_unless_equals_string (text, "xxxx......");
  gst_harness_teardown (h);
}

GST_END_TEST;

static Suite *
redactaudio_suite (void)
{
  Suite *s = suite_create ("redactaudio");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_nothing_to_mask_costs_nothing);
  tcase_add_loop_test (tc, test_spans_are_exact, 0, G_N_ELEMENTS (spans));
  tcase_add_test (tc, test_spans_are_added_and_removed);
  tcase_add_test (tc, test_spans_are_in_running_time);
  tcase_add_test (tc, test_sound_without_time_is_in_any_span);
  tcase_add_test (tc, test_shared_buffers_are_copied);
  tcase_add_test (tc, test_planar_sound);
  tcase_add_test (tc, test_a_tone_ends_a_gap);
  tcase_add_test (tc, test_mask_ends_with_what_has_passed);
  tcase_add_test (tc,
      test_live_what_was_captured_under_the_mask_stays_masked);
  tcase_add_test (tc,
      test_live_what_was_captured_before_a_pause_stays_masked);
  tcase_add_test (tc, test_sound_in_a_blocked_pad_is_masked);

  return s;
}

GST_CHECK_MAIN (redactaudio);
