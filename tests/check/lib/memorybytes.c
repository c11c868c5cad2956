/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <string.h>

#include "memorybytes.h"

#define SIZE 65536

static GstBuffer *
make_plain (void)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, SIZE, NULL);

  gst_buffer_memset (buffer, 0, 7, SIZE);
  return buffer;
}

static GstBuffer *
make_small (void)
{
  return gst_buffer_new_memdup ("abc", 3);
}

/* A corner of something large */
static GstBuffer *
make_corner (void)
{
  g_autoptr (GstBuffer) whole =
      gst_buffer_new_allocate (NULL, 16 * SIZE, NULL);

  return gst_buffer_copy_region (whole, GST_BUFFER_COPY_ALL, SIZE, SIZE);
}

/* One of few, which somebody waits for */
static GstBuffer *
make_pooled (void)
{
  g_autoptr (GstBufferPool) pool = gst_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstBuffer *buffer;

  gst_buffer_pool_config_set_params (config, NULL, SIZE, 1, 1);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  gst_buffer_pool_set_active (pool, TRUE);
  fail_unless (gst_buffer_pool_acquire_buffer (pool, &buffer, NULL) ==
      GST_FLOW_OK);
  gst_buffer_pool_set_active (pool, FALSE);

  return buffer;
}

/* The memory of such a one in another buffer */
static GstBuffer *
make_child_of_pooled (void)
{
  g_autoptr (GstBuffer) parent = make_pooled ();
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (buffer, gst_buffer_get_all_memory (parent));
  gst_buffer_add_parent_buffer_meta (buffer, parent);

  return buffer;
}

static const struct
{
  GstBuffer *(*make) (void);
  gboolean keep;
} kinds[] = {
  {make_plain, TRUE},
  {make_small, FALSE},
  {make_corner, FALSE},
  {make_pooled, FALSE},
  {make_child_of_pooled, FALSE},
};

GST_START_TEST (test_which_memory_may_be_kept)
{
  g_autoptr (GstBuffer) buffer = kinds[__i__].make ();
  gboolean keep;
  g_autoptr (GBytes) bytes = gst_rec_upload_memory_bytes (buffer, 0, &keep);

  fail_unless_equals_int (keep, kinds[__i__].keep);
  fail_unless_equals_uint64 (g_bytes_get_size (bytes),
      gst_buffer_get_size (buffer));
}

GST_END_TEST;

GST_START_TEST (test_kept_bytes_outlive_their_buffer)
{
  GstBuffer *buffer = make_plain ();
  gboolean keep;
  g_autoptr (GBytes) bytes = gst_rec_upload_memory_bytes (buffer, 0, &keep);
  guint8 expected[SIZE];
  GstMapInfo map;

  /* Who wants to write now gets memory of its own. */
  buffer = gst_buffer_make_writable (buffer);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  memset (map.data, 9, map.size);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);

  memset (expected, 7, sizeof (expected));
  fail_unless (memcmp (g_bytes_get_data (bytes, NULL), expected, SIZE) == 0);
}

GST_END_TEST;

static Suite *
memorybytes_suite (void)
{
  Suite *s = suite_create ("memorybytes");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_which_memory_may_be_kept, 0,
      G_N_ELEMENTS (kinds));
  tcase_add_test (tc, test_kept_bytes_outlive_their_buffer);

  return s;
}

GST_CHECK_MAIN (memorybytes);
