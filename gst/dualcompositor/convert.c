/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "convert.h"

#include <gst/gst.h>
#include <string.h>

/* A row of tiles is converted with one above and one below: chroma is filtered
 * over lines, and no filter reaches that far. */
#define BAND_LINES (3 * GST_REC_TILE_HEIGHT)

/* The converter works on single pictures and insists that both sides say the
 * same about what lies between them. */
GstVideoInfo
gst_rec_convert_align (const GstVideoInfo * info, const GstVideoInfo * to)
{
  GstVideoInfo copy = *info;

  copy.fps_n = to->fps_n;
  copy.fps_d = to->fps_d;
  copy.interlace_mode = to->interlace_mode;

  return copy;
}

/* Linear (over as many pixels as go into one): GStreamer rounds coefficients to
 * 6 bits, and those of the cubic methods, of sinc and of lanczos do not add up
 * to 1 at some scales. A white of 235 becomes 227 when a side is divided by
 * three. */
static GstVideoConverter *
new_converter (const GstVideoInfo * in, const GstVideoInfo * out,
    GError ** error)
{
  GstStructure *config = gst_structure_new ("GstVideoConverterConfig",
      GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD,
      GST_TYPE_VIDEO_RESAMPLER_METHOD, GST_VIDEO_RESAMPLER_METHOD_LINEAR,
      GST_VIDEO_CONVERTER_OPT_THREADS, G_TYPE_UINT, 1, NULL);
  GstVideoConverter *convert = gst_video_converter_new (in, out, config);

  if (!convert)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "No conversion from %s to %s", GST_VIDEO_INFO_NAME (in),
        GST_VIDEO_INFO_NAME (out));

  return convert;
}

void
gst_rec_convert_clear (GstRecConvert * self)
{
  g_clear_pointer (&self->whole, gst_video_converter_free);
  g_clear_pointer (&self->band, gst_video_converter_free);
  gst_rec_frame_clear (&self->scratch);
}

gboolean
gst_rec_convert_set_up (GstRecConvert * self, const GstVideoInfo * in,
    const GstVideoInfo * out, GError ** error)
{
  gst_rec_convert_clear (self);
  self->in = gst_rec_convert_align (in, out);
  self->out = *out;
  self->whole = new_converter (&self->in, &self->out, error);
  gst_rec_range_set_up (&self->range, &self->in, &self->out);

  return self->whole != NULL;
}

void
gst_rec_convert_all (GstRecConvert * self, const GstVideoFrame * in,
    GstVideoFrame * out)
{
  gst_video_converter_frame (self->whole, in, out);
  gst_rec_range_convert (&self->range, out);
}

static gboolean
set_up_band (GstRecConvert * self, GError ** error)
{
  GstVideoInfo in = self->in, out = self->out;

  if (self->band)
    return TRUE;

  gst_video_info_set_format (&out, GST_VIDEO_INFO_FORMAT (&self->out),
      GST_VIDEO_INFO_WIDTH (&self->out), BAND_LINES);
  out = gst_rec_convert_align (&out, &self->out);
  out.colorimetry = self->out.colorimetry;
  out.chroma_site = self->out.chroma_site;
  in.height = BAND_LINES;
  if (!gst_rec_frame_new (&self->scratch, &out, error))
    return FALSE;
  self->band = new_converter (&in, &out, error);

  return self->band != NULL;
}

static gboolean
has_tile_in_row (const GstRecTiles * tiles, guint row)
{
  return memchr (tiles->in + row * tiles->columns, TRUE, tiles->columns)
      != NULL;
}

/* Whether there are lines, and @height of them from the first are whole samples
 * of chroma. */
static gboolean
is_whole_lines (const GstVideoFormatInfo * finfo, gint height)
{
  if (GST_VIDEO_FORMAT_INFO_IS_TILED (finfo)
      || GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo))
    return FALSE;

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++)
    if (height % (1 << GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c)) != 0)
      return FALSE;

  return TRUE;
}

/* The row's own lines of the band around it. */
static void
convert_row (GstRecConvert * self, const GstVideoFrame * in,
    GstVideoFrame * out, guint row)
{
  gint width = GST_VIDEO_FRAME_WIDTH (out);
  gint height = GST_VIDEO_FRAME_HEIGHT (out);
  gint y = row * GST_REC_TILE_HEIGHT;
  gint top = CLAMP (y - GST_REC_TILE_HEIGHT, 0, height - BAND_LINES);
  const GstRecRect band = { 0, top, width, BAND_LINES };
  const GstRecRect lines = { 0, y - top, width,
    MIN (GST_REC_TILE_HEIGHT, height - y)
  };
  GstVideoFrame from = gst_rec_frame_part (in, &band);
  GstVideoFrame to = gst_rec_frame_part (out, &band);

  gst_video_converter_frame (self->band, &from, &self->scratch);
  gst_rec_range_convert (&self->range, &self->scratch);
  gst_rec_frame_copy (&to, &self->scratch, &lines);
}

/* Converts at least the @tiles, of a picture whose size stays. */
gboolean
gst_rec_convert_tiles (GstRecConvert * self, const GstVideoFrame * in,
    GstVideoFrame * out, const GstRecTiles * tiles, GError ** error)
{
  gint height = GST_VIDEO_FRAME_HEIGHT (out);
  guint rows = 0;

  for (guint row = 0; row < tiles->rows; row++)
    rows += has_tile_in_row (tiles, row);
  if (rows == 0)
    return TRUE;

  /* Of an odd height the last band would begin between two lines of chroma. */
  if (3 * rows >= tiles->rows || height < BAND_LINES
      || !is_whole_lines (self->in.finfo, height)
      || !is_whole_lines (self->out.finfo, height)) {
    gst_rec_convert_all (self, in, out);
    return TRUE;
  }

  if (!set_up_band (self, error))
    return FALSE;
  for (guint row = 0; row < tiles->rows; row++)
    if (has_tile_in_row (tiles, row))
      convert_row (self, in, out, row);

  return TRUE;
}
