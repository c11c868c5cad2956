/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "frame.h"
#include "range.h"
#include "tiles.h"

G_BEGIN_DECLS

/* Converts pictures to another format and colorimetry, the changed part only
 * where the size stays. All of it zero is a valid converter of nothing. */
typedef struct
{
  GstVideoInfo in, out;
  GstVideoConverter *whole, *band;
  GstRecRange range;            /* what they leave undone */
  GstVideoFrame scratch;        /* what a band is converted into */
} GstRecConvert;

GstVideoInfo gst_rec_convert_align (const GstVideoInfo * info,
    const GstVideoInfo * to);

gboolean gst_rec_convert_set_up (GstRecConvert * self,
    const GstVideoInfo * in, const GstVideoInfo * out, GError ** error);
void gst_rec_convert_clear (GstRecConvert * self);

void gst_rec_convert_all (GstRecConvert * self, const GstVideoFrame * in,
    GstVideoFrame * out);
gboolean gst_rec_convert_tiles (GstRecConvert * self,
    const GstVideoFrame * in, GstVideoFrame * out, const GstRecTiles * tiles,
    GError ** error);

G_END_DECLS
