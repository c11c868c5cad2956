/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "layout.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/* All that decides what the picture looks like. */
typedef struct
{
  GstVideoInfo out;
  guint32 background;           /* ARGB */
  guint32 border_color;         /* ARGB */
  GstRecPlacement placement;    /* an empty rectangle: not shown */
  GstBuffer *pictures[GST_REC_N_INPUTS];
  GstVideoInfo infos[GST_REC_N_INPUTS];

  guint64 numbers[GST_REC_N_INPUTS];    /* of the pictures, 0: none */

  /* References to the screen's picture that the caller has besides the one
   * here, while it does not look at it. 0: it may look. */
  guint screen_refs;

  /* GstRecRect: what the source says has changed in the picture since the one
   * of the scene before. NULL: it does not say. */
  GArray *changes[GST_REC_N_INPUTS];
} GstRecScene;

void gst_rec_scene_clear (GstRecScene * self);

G_END_DECLS
