/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include <glib/gstdio.h>
#include <stdarg.h>

/* A pixel is 4 ms: 32 frames at 8000 Hz. */
#define PIXEL (4 * GST_MSECOND)
#define FRAMES 32
#define MONO "audio/x-raw,format=S16LE,layout=interleaved,rate=8000,channels=1"
#define STEREO "audio/x-raw,format=S16LE,layout=interleaved,rate=8000," \
    "channels=2,channel-mask=(bitmask)3"

static gchar *folder, *location;

static void
setup (void)
{
  folder = g_dir_make_tmp ("audiopeaks-XXXXXX", NULL);
  location = g_build_filename (folder, "peaks.json", NULL);
}

/* Nothing is left but what the test has made. */
static void
teardown (void)
{
  g_unlink (location);
  fail_unless (g_rmdir (folder) == 0, "files are left in %s", folder);
  g_free (location);
  g_free (folder);
}

/* With properties as for g_object_set(). */
static GstHarness *
new_peaks (const gchar * caps, const gchar * property, ...)
{
  GstElement *element = gst_element_factory_make ("audiopeaks", NULL);
  GstHarness *h;
  va_list args;

  g_object_set (element, "location", location, "samples-per-pixel", FRAMES,
      "bits", 16, NULL);
  va_start (args, property);
  g_object_set_valist (G_OBJECT (element), property, args);
  va_end (args);
  h = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  if (caps)
    gst_harness_set_src_caps_str (h, caps);

  return h;
}

/* n frames of channels whose samples are +-(c + 1) * sample. */
static GstBuffer *
new_sound (gint16 sample, gsize n, guint channels, GstClockTime at)
{
  GstBuffer *buffer =
      gst_buffer_new_allocate (NULL, n * channels * sizeof (gint16), NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gsize i = 0; i < n; i++)
    for (guint c = 0; c < channels; c++)
      ((gint16 *) map.data)[i * channels + c] =
          (i % 2 ? -1 : 1) * (gint) (c + 1) * sample;
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
push_eos (GstHarness * h)
{
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
}

/* What stands between the brackets, and the length. */
static void
assert_data (guint length, const gchar * expected)
{
  g_autofree gchar *text = NULL;
  g_autofree gchar *length_text = g_strdup_printf (" %u,\"data\":[", length);
  gchar *data;

  fail_unless (g_file_get_contents (location, &text, NULL, NULL));
  fail_unless (strstr (text, length_text) != NULL, "not %u: %s", length, text);
  data = strchr (text, '[') + 1;
  fail_unless (g_str_has_suffix (data, "]}\n"));
  data[strlen (data) - 3] = '\0';
  fail_unless_equals_string (data, expected);
}

static void
assert_no_file (void)
{
  fail_if (g_file_test (location, G_FILE_TEST_EXISTS));
}

/* --- What is written --- */

GST_START_TEST (test_sound_passes_untouched)
{
  GstHarness *h = new_peaks (MONO, NULL);
  GstBuffer *in = new_sound (100, FRAMES, 1, 0), *out;

  gst_buffer_ref (in);
  out = gst_harness_push_and_pull (h, in);
  fail_unless (in == out);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  push_eos (h);
  gst_harness_teardown (h);
}

GST_END_TEST;

static const struct
{
  gboolean split;
  gint bits;
  const gchar *data;
} resolutions[] = {
  {FALSE, 16, "-15000,15000,-3,3"},
  {TRUE, 16, "-10000,10000,-20000,20000,-2,2,-4,4"},
  {FALSE, 8, "-58,58,0,0"},
  {TRUE, 8, "-39,39,-78,78,0,0,0,0"},
};

GST_START_TEST (test_channels_and_bits)
{
  GstHarness *h = new_peaks (STEREO, "bits", resolutions[__i__].bits,
      "split-channels", resolutions[__i__].split, NULL);

  gst_harness_push (h, new_sound (10000, FRAMES, 2, 0));
  gst_harness_push (h, new_sound (2, FRAMES, 2, PIXEL));
  assert_no_file ();
  push_eos (h);
  assert_data (2, resolutions[__i__].data);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_the_summary_comes_before_eos)
{
  GstHarness *h = new_peaks (STEREO, "split-channels", TRUE, NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autofree gchar *path = NULL;
  const GstStructure *s;
  guint64 length;
  guint channels, samples, bits;
  gint rate;

  gst_element_set_bus (h->element, bus);
  gst_harness_push (h, new_sound (1, FRAMES + 1, 2, 0));
  push_eos (h);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT);
  fail_unless (message != NULL);
  s = gst_message_get_structure (message);
  fail_unless (gst_structure_has_name (s, "audio-peaks"));
  fail_unless (gst_structure_get (s, "location", G_TYPE_STRING, &path,
          "length", G_TYPE_UINT64, &length, "channels", G_TYPE_UINT, &channels,
          "sample-rate", G_TYPE_INT, &rate, "samples-per-pixel", G_TYPE_UINT,
          &samples, "bits", G_TYPE_UINT, &bits, NULL));
  fail_unless_equals_string (path, location);
  fail_unless_equals_uint64 (length, 2);
  fail_unless_equals_int (channels, 2);
  fail_unless_equals_int (rate, 8000);
  fail_unless_equals_int (samples, FRAMES);
  fail_unless_equals_int (bits, 16);
  gst_element_set_bus (h->element, NULL);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* --- Time --- */

typedef enum
{
  GAP_EVENT,
  GAP_BUFFER,
  HOLE,
  SMALL_HOLE
} Quiet;

/* Twelve pixels of silence between two of sound. */
GST_START_TEST (test_silence_of_every_kind_counts)
{
  GstHarness *h = new_peaks (MONO, NULL);
  GstBuffer *buffer;

  push (h, 5, FRAMES, 0);
  switch (__i__) {
    case GAP_EVENT:
      fail_unless (gst_harness_push_event (h,
              gst_event_new_gap (PIXEL, 12 * PIXEL)));
      break;
    case GAP_BUFFER:
      /* its samples do not count */
      buffer = new_sound (999, 12 * FRAMES, 1, PIXEL);
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
      fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
      break;
    case SMALL_HOLE:
      /* 8 ms, which are jitter where the buffer does not say DISCONT */
      push (h, 0, 10 * FRAMES, PIXEL);
      break;
    default:
      break;
  }
  buffer = new_sound (7, FRAMES, 1, 13 * PIXEL);
  if (__i__ == SMALL_HOLE)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
  push_eos (h);
  assert_data (14, "-5,5,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,-7,7");
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_jitter_is_no_silence)
{
  GstHarness *h = new_peaks (MONO, NULL);

  push (h, 5, FRAMES, 0);
  push (h, 6, FRAMES, PIXEL + 8 * GST_MSECOND);
  push (h, 7, FRAMES, 2 * PIXEL - GST_MSECOND);
  push_eos (h);
  assert_data (3, "-5,5,-6,6,-7,7");
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_sound_that_comes_twice_counts_once)
{
  GstHarness *h = new_peaks (MONO, NULL);

  push (h, 5, 20 * FRAMES, 0);
  push (h, 9, 20 * FRAMES, PIXEL);
  push_eos (h);
  assert_data (21, "-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,"
      "-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-5,5,-9,9");
  gst_harness_teardown (h);
}

GST_END_TEST;

enum
{
  ZERO,
  FIRST
};

static const struct
{
  gint selection;
  gboolean gap_first;
  guint length;
  const gchar *data;
} starts[] = {
  {FIRST, FALSE, 1, "-5,5"},
  {FIRST, TRUE, 2, "0,0,-5,5"},
  {ZERO, FALSE, 4, "0,0,0,0,0,0,-5,5"},
  {ZERO, TRUE, 4, "0,0,0,0,0,0,-5,5"},
};

/* The segment begins at one second, and its running time at two pixels. */
GST_START_TEST (test_where_the_peaks_begin)
{
  GstHarness *h = new_peaks (NULL, "start-time-selection",
      starts[__i__].selection, NULL);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = GST_SECOND;
  segment.base = 2 * PIXEL;
  gst_harness_set_src_caps_str (h, MONO);
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  if (starts[__i__].gap_first)
    gst_harness_push_event (h, gst_event_new_gap (GST_SECOND - PIXEL,
            2 * PIXEL));
  /* before the segment, and in it */
  push (h, 999, FRAMES, GST_SECOND - PIXEL);
  push (h, 5, FRAMES, GST_SECOND + PIXEL);
  push_eos (h);
  assert_data (starts[__i__].length, starts[__i__].data);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* Two files one after the other, whose times begin at zero both. */
GST_START_TEST (test_segments_follow_each_other)
{
  GstHarness *h = new_peaks (MONO, NULL);
  GstSegment segment;

  push (h, 5, FRAMES, 0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = PIXEL;
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  push (h, 6, FRAMES, 0);
  push_eos (h);
  assert_data (2, "-5,5,-6,6");
  gst_harness_teardown (h);
}

GST_END_TEST;

static const struct
{
  const gchar *caps;
  guint channels, frames;       /* of a pixel */
  gboolean split;
  const gchar *data;
} changes[] = {
  {"audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2,"
        "channel-mask=(bitmask)3", 2, 192, TRUE,
      "-5,5,-10,10,-5,5,-10,10,-6,6,-12,12"},
  {"audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2,"
        "channel-mask=(bitmask)3", 2, 192, FALSE, "-7,7,-7,7,-9,9"},
  {MONO, 1, FRAMES, TRUE, "-5,5,-10,10,-5,5,-10,10,-6,6,-6,6"},
  {MONO, 1, FRAMES, FALSE, "-7,7,-7,7,-6,6"},
};

/* In the middle of the second pixel. */
GST_START_TEST (test_other_caps_keep_the_time)
{
  GstHarness *h = new_peaks (STEREO, "split-channels", changes[__i__].split,
      NULL);
  guint n = changes[__i__].frames;

  gst_harness_push (h, new_sound (5, FRAMES * 3 / 2, 2, 0));
  gst_harness_set_src_caps_str (h, changes[__i__].caps);
  gst_harness_push (h, new_sound (0, n / 2, changes[__i__].channels,
          PIXEL * 3 / 2));
  gst_harness_push (h, new_sound (6, n, changes[__i__].channels, 2 * PIXEL));
  push_eos (h);
  assert_data (3, changes[__i__].data);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_a_flush_begins_anew)
{
  GstHarness *h = new_peaks (MONO, NULL);
  GstSegment segment;

  push (h, 5, FRAMES, 0);
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  push (h, 6, FRAMES, GST_SECOND);
  push_eos (h);
  assert_data (1, "-6,6");
  gst_harness_teardown (h);
}

GST_END_TEST;

/* --- Ends --- */

GST_START_TEST (test_without_sound_the_file_is_empty)
{
  GstHarness *h = new_peaks (MONO, NULL);

  push_eos (h);
  assert_data (0, "");
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_gaps_alone_are_silence)
{
  GstHarness *h = new_peaks (MONO, NULL);

  gst_harness_push_event (h, gst_event_new_gap (GST_SECOND, 2 * PIXEL));
  push_eos (h);
  assert_data (2, "0,0,0,0");
  gst_harness_teardown (h);
}

GST_END_TEST;

static GstMessage *
pop (GstBus * bus, GstMessageType type, GQuark domain, gint code)
{
  GstMessage *message = gst_bus_pop_filtered (bus, type);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL);
  if (type == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (type == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  else
    gst_message_parse_info (message, &error, NULL);
  fail_unless (g_error_matches (error, domain, code), "%s", error->message);
  fail_unless (gst_bus_pop_filtered (bus, type) == NULL);

  return message;
}

#define assert_message(bus, type, domain, code) gst_message_unref ( \
    pop (bus, GST_MESSAGE_ ## type, GST_ ## domain ## _ERROR, \
        GST_ ## domain ## _ERROR_ ## code))

GST_START_TEST (test_without_caps_there_is_no_file)
{
  GstHarness *h = new_peaks (NULL, NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();

  gst_element_set_bus (h->element, bus);
  gst_harness_push_event (h, gst_event_new_stream_start ("test"));
  push_eos (h);
  assert_message (bus, WARNING, STREAM, FAILED);
  gst_element_set_bus (h->element, NULL);
  gst_harness_teardown (h);
  assert_no_file ();
}

GST_END_TEST;

GST_START_TEST (test_a_stop_before_eos_leaves_nothing)
{
  GstHarness *h = new_peaks (MONO, NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();

  gst_element_set_bus (h->element, bus);
  push (h, 5, 100000, 0);
  gst_element_set_state (h->element, GST_STATE_NULL);
  assert_message (bus, INFO, RESOURCE, WRITE);
  assert_no_file ();
  gst_element_set_bus (h->element, NULL);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (test_every_run_writes_a_file)
{
  GstHarness *h = new_peaks (MONO, NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (MONO);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  push (h, 1, FRAMES, 0);
  push_eos (h);
  assert_data (1, "-1,1");
  gst_element_set_state (h->element, GST_STATE_READY);
  gst_element_set_state (h->element, GST_STATE_PLAYING);
  gst_harness_push_event (h, gst_event_new_stream_start ("again"));
  gst_harness_push_event (h, gst_event_new_caps (caps));
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  push (h, 2, FRAMES, GST_SECOND);
  push_eos (h);
  assert_data (1, "-2,2");
  gst_harness_teardown (h);
}

GST_END_TEST;

static const struct
{
  const gchar *location;
  gint code;
} bad_locations[] = {
  {NULL, GST_RESOURCE_ERROR_NOT_FOUND},
  {"", GST_RESOURCE_ERROR_NOT_FOUND},
  {"/nowhere/peaks.json", GST_RESOURCE_ERROR_OPEN_WRITE},
  {"/", GST_RESOURCE_ERROR_OPEN_WRITE},
  {".", GST_RESOURCE_ERROR_OPEN_WRITE},
};

GST_START_TEST (test_a_bad_location_is_told_at_start)
{
  g_autoptr (GstElement) element = gst_element_factory_make ("audiopeaks",
      NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();

  gst_element_set_bus (element, bus);
  g_object_set (element, "location", bad_locations[__i__].location, NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  gst_message_unref (pop (bus, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR,
          bad_locations[__i__].code));
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
}

GST_END_TEST;

static Suite *
audiopeaks_suite (void)
{
  Suite *s = suite_create ("audiopeaks");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_sound_passes_untouched);
  tcase_add_loop_test (tc, test_channels_and_bits, 0,
      G_N_ELEMENTS (resolutions));
  tcase_add_test (tc, test_the_summary_comes_before_eos);
  tcase_add_loop_test (tc, test_silence_of_every_kind_counts, GAP_EVENT,
      SMALL_HOLE + 1);
  tcase_add_test (tc, test_jitter_is_no_silence);
  tcase_add_test (tc, test_sound_that_comes_twice_counts_once);
  tcase_add_loop_test (tc, test_where_the_peaks_begin, 0,
      G_N_ELEMENTS (starts));
  tcase_add_test (tc, test_segments_follow_each_other);
  tcase_add_loop_test (tc, test_other_caps_keep_the_time, 0,
      G_N_ELEMENTS (changes));
  tcase_add_test (tc, test_a_flush_begins_anew);
  tcase_add_test (tc, test_without_sound_the_file_is_empty);
  tcase_add_test (tc, test_gaps_alone_are_silence);
  tcase_add_test (tc, test_without_caps_there_is_no_file);
  tcase_add_test (tc, test_a_stop_before_eos_leaves_nothing);
  tcase_add_test (tc, test_every_run_writes_a_file);
  tcase_add_loop_test (tc, test_a_bad_location_is_told_at_start, 0,
      G_N_ELEMENTS (bad_locations));

  return s;
}

GST_CHECK_MAIN (audiopeaks);
