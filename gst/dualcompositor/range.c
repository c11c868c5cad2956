/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* GstVideoConverter converts a range along with a matrix only. Of a JPEG in an
 * output with the same matrix, it leaves the samples as they are. */

#include "range.h"

static gboolean
has_bytes (const GstVideoFormatInfo * finfo)
{
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++)
    if (GST_VIDEO_FORMAT_INFO_DEPTH (finfo, c) != 8)
      return FALSE;

  return TRUE;
}

/* ITU-T H.273, 8.3: of 8 bits, 219 steps of luma from 16 on and 224 of chroma
 * around 128; or all 255 of both. */
static void
fill_table (guint8 * table, gboolean to_full, gint steps, gint in_zero,
    gint out_zero)
{
  gdouble factor = to_full ? 255.0 / steps : steps / 255.0;

  for (gint i = 0; i < 256; i++) {
    gint value = (gint) (out_zero + (i - in_zero) * factor + 256.5) - 256;

    table[i] = CLAMP (value, 0, 255);
  }
}

void
gst_rec_range_set_up (GstRecRange * self, const GstVideoInfo * in,
    const GstVideoInfo * out)
{
  gboolean from_full = in->colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
  gboolean to_full = out->colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;

  self->is_needed = from_full != to_full && !GST_VIDEO_INFO_IS_RGB (in)
      && !GST_VIDEO_INFO_IS_RGB (out) && has_bytes (out->finfo)
      && in->colorimetry.matrix == out->colorimetry.matrix;
  if (!self->is_needed)
    return;

  fill_table (self->luma, to_full, 219, from_full ? 0 : 16, to_full ? 0 : 16);
  fill_table (self->chroma, to_full, 224, 128, 128);
}

/* In place, if there is anything to do. */
void
gst_rec_range_convert (const GstRecRange * self, GstVideoFrame * frame)
{
  if (!self->is_needed)
    return;

  for (guint c = 0; c < MIN (GST_VIDEO_FRAME_N_COMPONENTS (frame), 3); c++) {
    const guint8 *table = c == 0 ? self->luma : self->chroma;
    gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c);
    gint width = GST_VIDEO_FRAME_COMP_WIDTH (frame, c);

    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (frame, c); y++) {
      guint8 *line = (guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, c)
          + (gssize) y * GST_VIDEO_FRAME_COMP_STRIDE (frame, c);

      for (gint x = 0; x < width; x++)
        line[x * step] = table[line[x * step]];
    }
  }
}
