/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>

#include "peaksfile.h"

static gchar *folder, *location;

static void
setup (void)
{
  folder = g_dir_make_tmp ("peaksfile-XXXXXX", NULL);
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

static gchar *
read_file (void)
{
  gchar *text = NULL;

  fail_unless (g_file_get_contents (location, &text, NULL, NULL));

  return text;
}

static const struct
{
  GstRecPeaksFileInfo info;
  guint n;
  GstRecPeak peaks[6];          /* channels for each column */
  const gchar *text;
} files[] = {
  {{1, 48000, 512, 16}, 0, {}, "{\"version\":2,\"channels\":1,"
        "\"sample_rate\":48000,\"samples_per_pixel\":512,\"bits\":16,"
        "\"length\":                   0,\"data\":[]}\n"},
  {{1, 48000, 512, 16}, 2, {{-32768, 32767}, {-1, 0}},
      "{\"version\":2,\"channels\":1,"
        "\"sample_rate\":48000,\"samples_per_pixel\":512,\"bits\":16,"
        "\"length\":                   2,\"data\":[-32768,32767,-1,0]}\n"},
  /* rounded towards zero */
  {{2, 44100, 2, 8}, 2, {{-32768, 32767}, {-255, 255}, {-256, 256}, {0, 511}},
      "{\"version\":2,\"channels\":2,"
        "\"sample_rate\":44100,\"samples_per_pixel\":2,\"bits\":8,"
        "\"length\":                   2,"
        "\"data\":[-128,127,0,0,-1,1,0,1]}\n"},
};

GST_START_TEST (test_what_a_file_says)
{
  g_autoptr (GstRecPeaksFile) file = gst_rec_peaks_file_new (location, NULL);
  g_autofree gchar *text = NULL;

  gst_rec_peaks_file_begin (file, &files[__i__].info);
  for (guint i = 0; i < files[__i__].n; i++)
    gst_rec_peaks_file_add (file,
        files[__i__].peaks + i * files[__i__].info.channels, 1);
  fail_if (g_file_test (location, G_FILE_TEST_EXISTS));
  fail_unless (gst_rec_peaks_file_finish (file, NULL));
  text = read_file ();
  fail_unless_equals_string (text, files[__i__].text);
  fail_unless_equals_uint64 (gst_rec_peaks_file_get_length (file),
      files[__i__].n);
}

GST_END_TEST;

/* Over the blocks in which it is written. */
GST_START_TEST (test_a_long_file_is_whole)
{
  const GstRecPeaksFileInfo info = { 1, 48000, 512, 8 };
  const GstRecPeak peak = { -30000, 30000 };
  const guint n = 20000;
  g_autoptr (GstRecPeaksFile) file = gst_rec_peaks_file_new (location, NULL);
  g_autofree gchar *text = NULL;
  const gchar *at;
  guint values = 0;

  gst_rec_peaks_file_begin (file, &info);
  gst_rec_peaks_file_add (file, &peak, n);
  fail_unless (gst_rec_peaks_file_finish (file, NULL));
  text = read_file ();
  fail_unless (strstr (text, " 20000,\"data\":[-117,117,") != NULL);
  for (at = strchr (text, '['); *at == '[' || *at == ','; values++)
    fail_unless_equals_int (g_ascii_strtoll (at + 1, (gchar **) & at, 10),
        values % 2 ? 117 : -117);
  fail_unless_equals_string (at, "]}\n");
  fail_unless_equals_int (values, 2 * n);
}

GST_END_TEST;

GST_START_TEST (test_a_file_that_is_not_finished_is_gone)
{
  const GstRecPeaksFileInfo info = { 1, 48000, 512, 8 };
  const GstRecPeak peak = { -30000, 30000 };
  GstRecPeaksFile *file = gst_rec_peaks_file_new (location, NULL);

  gst_rec_peaks_file_begin (file, &info);
  gst_rec_peaks_file_add (file, &peak, 20000);
  gst_rec_peaks_file_free (file);
  fail_if (g_file_test (location, G_FILE_TEST_EXISTS));
}

GST_END_TEST;

GST_START_TEST (test_an_old_file_stays_until_the_new_one_is_whole)
{
  const GstRecPeaksFileInfo info = { 1, 48000, 512, 8 };
  g_autoptr (GstRecPeaksFile) file = NULL;
  g_autofree gchar *before = NULL, *after = NULL;

  fail_unless (g_file_set_contents (location, "old", -1, NULL));
  file = gst_rec_peaks_file_new (location, NULL);
  gst_rec_peaks_file_begin (file, &info);
  before = read_file ();
  fail_unless_equals_string (before, "old");
  fail_unless (gst_rec_peaks_file_finish (file, NULL));
  after = read_file ();
  fail_unless (g_str_has_prefix (after, "{\"version\":2"));
}

GST_END_TEST;

/* A file that may not grow is a disk that is full, but for the error's name. */
GST_START_TEST (test_an_error_of_writing_stays)
{
  const GstRecPeaksFileInfo info = { 1, 48000, 512, 8 };
  const GstRecPeak peak = { -30000, 30000 };
  const struct rlimit limit = { 100000, 100000 };
  g_autoptr (GstRecPeaksFile) file = gst_rec_peaks_file_new (location, NULL);
  g_autoptr (GError) error = NULL, last = NULL;

  signal (SIGXFSZ, SIG_IGN);
  fail_unless (setrlimit (RLIMIT_FSIZE, &limit) == 0);
  gst_rec_peaks_file_begin (file, &info);
  gst_rec_peaks_file_add (file, &peak, 1000);
  fail_unless (gst_rec_peaks_file_check (file, &error));
  gst_rec_peaks_file_add (file, &peak, G_MAXUINT64);
  fail_if (gst_rec_peaks_file_check (file, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR,
          g_io_error_from_errno (EFBIG)), "%s", error->message);
  fail_if (gst_rec_peaks_file_finish (file, &last));
  fail_unless_equals_string (last->message, error->message);
  fail_if (g_file_test (location, G_FILE_TEST_EXISTS));
}

GST_END_TEST;

GST_START_TEST (test_a_folder_that_is_not_there)
{
  g_autofree gchar *nowhere =
      g_build_filename (folder, "nowhere", "peaks.json", NULL);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_rec_peaks_file_new (nowhere, &error) == NULL);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
}

GST_END_TEST;

static Suite *
peaksfile_suite (void)
{
  Suite *s = suite_create ("peaksfile");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_loop_test (tc, test_what_a_file_says, 0, G_N_ELEMENTS (files));
  tcase_add_test (tc, test_a_long_file_is_whole);
  tcase_add_test (tc, test_a_file_that_is_not_finished_is_gone);
  tcase_add_test (tc, test_an_old_file_stays_until_the_new_one_is_whole);
  tcase_add_test (tc, test_an_error_of_writing_stays);
  tcase_add_test (tc, test_a_folder_that_is_not_there);

  return s;
}

GST_CHECK_MAIN (peaksfile);
