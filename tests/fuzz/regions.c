/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* A text of regions, in pictures of sizes that the first bytes give. What is
 * placed lies in the picture, and what cannot be read is an error. */
#include <gst/gst.h>

#include "cover.h"
#include "regions.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
const char *__asan_default_options (void);
int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);

/* GLib leaves its tables of names behind as they grow. */
const char *
__asan_default_options (void)
{
  return "detect_leaks=0";
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (argc, argv);
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);

  return 0;
}

static void
check_placed (const GstRecRegions * regions, gint reference, gint width,
    gint height, gint padding)
{
  for (guint i = 0; i < gst_rec_regions_get_n (regions); i++) {
    GstVideoRectangle r;

    if (!gst_rec_regions_place (regions, i, reference, reference, width,
            height, &r))
      continue;
    g_assert (gst_rec_rectangle_cover (&r, padding, 2, 4, width, height));
    g_assert (r.x >= 0 && r.y >= 0 && r.w > 0 && r.h > 0);
    g_assert (r.x + r.w <= width && r.y + r.h <= height);
    g_assert (r.x % 2 == 0 && r.y % 4 == 0);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecRegions) regions = NULL;
  g_autofree gchar *text = NULL;

  if (size < 4)
    return 0;
  text = g_strndup ((const gchar *) data + 4, size - 4);
  regions = gst_rec_regions_parse (text, &error);
  g_assert ((regions == NULL) == (error != NULL));
  if (regions)
    check_placed (regions, data[0] + 1, data[1] * 128 + 1, data[2] * 128 + 1,
        data[3]);

  return 0;
}
