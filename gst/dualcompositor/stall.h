/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  GST_REC_STALL_NONE,
  GST_REC_STALL_BLACK,
  GST_REC_STALL_FROZEN
} GstRecStallKind;

/* What has been told of a picture. All of it zero: nothing. */
typedef struct
{
  GstRecStallKind kind;
  GstClockTime since;           /* when it began */
} GstRecStall;

typedef struct
{
  GstRecStallKind kind;
  gboolean stalled;             /* FALSE: it is over */
  GstClockTime duration;        /* up to now */
} GstRecStallNews;

gboolean gst_rec_stall_update (GstRecStall * self, GstClockTime timeout,
    GstClockTime now, GstClockTime black_since, GstClockTime still_since,
    GstRecStallNews * news);

G_END_DECLS
