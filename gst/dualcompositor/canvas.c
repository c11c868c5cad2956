/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "canvas.h"

#include <gst/gst.h>
#include <string.h>

/* Two lines hold one line of chroma in every format that we write. */
#define STRIP_LINES 2

/* The converter works on single pictures and insists that both sides say the
 * same about what lies between them. */
static GstVideoInfo
with_timing_of (const GstVideoInfo * info, const GstVideoInfo * other)
{
  GstVideoInfo copy = *info;

  copy.fps_n = other->fps_n;
  copy.fps_d = other->fps_d;
  copy.interlace_mode = other->interlace_mode;

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

static gboolean
map_frame (GstVideoFrame * frame, const GstVideoInfo * info,
    GstBuffer * buffer, GstMapFlags flags, GError ** error)
{
  if (gst_video_frame_map (frame, info, buffer, flags))
    return TRUE;
  g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
      "Cannot map %" G_GSIZE_FORMAT " bytes as a %s frame of %dx%d",
      gst_buffer_get_size (buffer), GST_VIDEO_INFO_NAME (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));

  return FALSE;
}

/* The bytes [begin, end) of a line of @plane and its lines [top, bottom) that
 * @rect takes. Components that share a plane end at different bytes when the
 * width is odd: the last one counts. */
static void
span_in_plane (const GstVideoFrame * frame, guint plane,
    const GstRecRect * rect, gsize * begin, gsize * end, gint * top,
    gint * bottom)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;

  *begin = G_MAXSIZE;
  *end = 0;
  *top = *bottom = 0;
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    gsize stride = GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c);

    if (GST_VIDEO_FORMAT_INFO_PLANE (finfo, c) != plane)
      continue;
    *begin = MIN (*begin,
        (rect->x >> GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c)) * stride);
    *end = MAX (*end, GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (finfo, c,
            rect->x + rect->width) * stride);
    *top = rect->y >> GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c);
    *bottom = GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, c,
        rect->y + rect->height);
  }
}

/* The part of a mapped frame inside @rect, as a frame. It borrows the mapping.
 * The converter's own DEST_X and DEST_WIDTH would not do: except on its fast
 * paths it packs whole lines, borders included, over what is there already. */
static GstVideoFrame
part_of (const GstVideoFrame * frame, const GstRecRect * rect)
{
  GstVideoFrame part = *frame;

  part.info.width = rect->width;
  part.info.height = rect->height;
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (frame); plane++) {
    gssize stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
    gsize begin, end;
    gint top, bottom;

    span_in_plane (frame, plane, rect, &begin, &end, &top, &bottom);
    part.data[plane] = (guint8 *) frame->data[plane] + top * stride + begin;
  }

  return part;
}

void
gst_rec_scaler_clear (GstRecScaler * self)
{
  g_clear_pointer (&self->convert, gst_video_converter_free);
}

static gboolean
scaler_set_up (GstRecScaler * self, const GstVideoInfo * info,
    const GstVideoInfo * out, GError ** error)
{
  GstVideoInfo in = with_timing_of (info, out);

  if (self->convert && gst_video_info_is_equal (&self->in, &in)
      && gst_video_info_is_equal (&self->out, out))
    return TRUE;

  gst_rec_scaler_clear (self);
  self->in = in;
  self->out = *out;
  self->convert = new_converter (&in, out, error);

  return self->convert != NULL;
}

gboolean
gst_rec_scaler_draw (GstRecScaler * self, const GstVideoInfo * info,
    GstBuffer * picture, GstVideoFrame * out, const GstRecRect * rect,
    GError ** error)
{
  GstVideoFrame frame, part = part_of (out, rect);

  if (!scaler_set_up (self, info, &part.info, error))
    return FALSE;
  if (!map_frame (&frame, info, picture, GST_MAP_READ, error))
    return FALSE;
  gst_video_converter_frame (self->convert, &frame, &part);
  gst_video_frame_unmap (&frame);

  return TRUE;
}

void
gst_rec_background_clear (GstRecBackground * self)
{
  if (self->strip.buffer)
    gst_video_frame_unmap (&self->strip);
  self->strip.buffer = NULL;
}

/* A few lines of the colour in the format of the output. The converter knows
 * every format and colorimetry, and it is asked once only. */
static gboolean
draw_strip (const GstVideoInfo * out, guint32 argb, GstVideoFrame * strip,
    GError ** error)
{
  gint width = GST_VIDEO_INFO_WIDTH (out);
  const GstRecRect all = { 0, 0, width, STRIP_LINES };
  GstRecScaler scaler = { 0, };
  GstVideoInfo in, info;
  gboolean ret;

  gst_video_info_set_format (&in, GST_VIDEO_FORMAT_ARGB, width, STRIP_LINES);
  g_autoptr (GstBuffer) source =
      gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (&in), NULL);
  GstMapInfo map;

  if (!gst_buffer_map (source, &map, GST_MAP_WRITE))
    g_return_val_if_reached (FALSE);
  for (gsize i = 0; i + 4 <= map.size; i += 4)
    GST_WRITE_UINT32_BE (map.data + i, argb);
  gst_buffer_unmap (source, &map);

  gst_video_info_set_format (&info, GST_VIDEO_INFO_FORMAT (out), width,
      STRIP_LINES);
  info = with_timing_of (&info, out);
  info.colorimetry = out->colorimetry;
  info.chroma_site = out->chroma_site;
  g_autoptr (GstBuffer) buffer =
      gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (&info), NULL);

  /* The mapped frame keeps the buffer. */
  if (!map_frame (strip, &info, buffer, GST_MAP_READWRITE, error))
    return FALSE;
  ret = gst_rec_scaler_draw (&scaler, &in, source, strip, &all, error);
  gst_rec_scaler_clear (&scaler);
  if (!ret) {
    gst_video_frame_unmap (strip);
    strip->buffer = NULL;
  }

  return ret;
}

static void
fill_rect (const GstVideoFrame * strip, GstVideoFrame * out,
    const GstRecRect * rect)
{
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (out); plane++) {
    const guint8 *from = GST_VIDEO_FRAME_PLANE_DATA (strip, plane);
    guint8 *to = GST_VIDEO_FRAME_PLANE_DATA (out, plane);
    gint stride = GST_VIDEO_FRAME_PLANE_STRIDE (out, plane), top, bottom;
    gsize begin, end;

    span_in_plane (out, plane, rect, &begin, &end, &top, &bottom);
    for (gint y = top; y < bottom; y++)
      memcpy (to + (gssize) y * stride + begin, from + begin, end - begin);
  }
}

gboolean
gst_rec_background_fill (GstRecBackground * self, guint32 argb,
    GstVideoFrame * out, const GstRecRect * rects, guint n_rects,
    GError ** error)
{
  if (self->strip.buffer && (self->argb != argb
          || !gst_video_info_is_equal (&self->out, &out->info)))
    gst_rec_background_clear (self);

  if (!self->strip.buffer) {
    if (!draw_strip (&out->info, argb, &self->strip, error))
      return FALSE;
    self->out = out->info;
    self->argb = argb;
  }

  for (guint i = 0; i < n_rects; i++)
    fill_rect (&self->strip, out, &rects[i]);

  return TRUE;
}
