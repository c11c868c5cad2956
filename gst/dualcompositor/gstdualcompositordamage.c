/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstdualcompositordamage.h"

#include <gst/video/video.h>

static
G_DEFINE_QUARK (gst-rec-picture-number, picture_number);

/* The numbers of each log have high bits of their own, so that a picture of a
 * pad that is gone is no picture of the next one. The low bits are kept with
 * the buffer. */
#define HIGH_BITS G_GUINT64_CONSTANT (0xffffffff00000000)

void
gst_rec_dual_compositor_damage_init (GstRecDamageLog * log)
{
  static gint n_logs = 0;

  log->last = (guint64) (g_atomic_int_add (&n_logs, 1) + 1) << 32;
}

/* A tile is never farther away than that. */
#define FAR_AWAY (G_MAXINT / 4)

static GstRecRect
rect_of (const GstVideoRegionOfInterestMeta * roi)
{
  return (GstRecRect) {
    MIN (roi->x, FAR_AWAY), MIN (roi->y, FAR_AWAY), MIN (roi->w, FAR_AWAY),
    MIN (roi->h, FAR_AWAY)
  };
}

/* What the source says has changed since its last buffer, or NULL: a GAP flag
 * means nothing, regions of interest of type `damage` mean these. After a
 * buffer that was lost nothing is known. */
static GArray *
get_changes (GstBuffer * buffer)
{
  const GQuark damage = g_quark_from_static_string ("damage");
  g_autoptr (GArray) changes =
      g_array_new (FALSE, FALSE, sizeof (GstRecRect));
  gboolean is_gap = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP);
  gpointer state = NULL;
  GstMeta *meta;

  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT))
    return NULL;

  while ((meta = gst_buffer_iterate_meta_filtered (buffer, &state,
              GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE))) {
    GstVideoRegionOfInterestMeta *roi = (GstVideoRegionOfInterestMeta *) meta;
    GstRecRect rect = rect_of (roi);

    if (roi->roi_type == damage)
      g_array_append_val (changes, rect);
  }

  return changes->len > 0 || is_gap ? g_steal_pointer (&changes) : NULL;
}

/* Called once for each buffer of a pad, in their order. */
void
gst_rec_dual_compositor_damage_note (GstRecDamageLog * log, GstBuffer * buffer)
{
  guint64 number;

  if (gst_buffer_get_size (buffer) == 0)
    return;
  number = gst_rec_damage_log_add (log, get_changes (buffer));
  if (gst_buffer_is_writable (buffer))
    gst_mini_object_set_qdata (GST_MINI_OBJECT (buffer),
        picture_number_quark (), GUINT_TO_POINTER ((guint) number), NULL);
}

/* 0: it was not noted. */
guint64
gst_rec_dual_compositor_damage_number (const GstRecDamageLog * log,
    GstBuffer * picture)
{
  guint low = GPOINTER_TO_UINT (gst_mini_object_get_qdata (GST_MINI_OBJECT
          (picture), picture_number_quark ()));

  return low == 0 ? 0 : (log->last & HIGH_BITS) | low;
}
