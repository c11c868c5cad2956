/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "background.h"

#include "convert.h"

#include <string.h>

/* As many lines as hold one line of chroma in every format that we write. */
#define STRIP_LINES 2

void
gst_rec_background_clear (GstRecBackground * self)
{
  gst_rec_frame_clear (&self->strip);
}

static GstVideoInfo
strip_info (const GstVideoInfo * out)
{
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_INFO_FORMAT (out),
      GST_VIDEO_INFO_WIDTH (out), STRIP_LINES);
  info = gst_rec_convert_align (&info, out);
  info.colorimetry = out->colorimetry;
  info.chroma_site = out->chroma_site;

  return info;
}

static void
fill_argb (GstVideoFrame * frame, guint32 argb)
{
  guint8 *pixels = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);

  for (gint y = 0; y < STRIP_LINES; y++)
    for (gint x = 0; x < GST_VIDEO_FRAME_WIDTH (frame); x++)
      GST_WRITE_UINT32_BE (pixels
          + y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0) + 4 * x, argb);
}

/* A few lines of the colour in the format of the output. The converter knows
 * every format and colorimetry, and it is asked once only. */
static gboolean
draw_strip (GstRecBackground * self, GError ** error)
{
  GstRecConvert convert = { .whole = NULL };
  GstVideoFrame source = { .buffer = NULL };
  GstVideoInfo in, out = strip_info (&self->out);
  gboolean ret;

  gst_video_info_set_format (&in, GST_VIDEO_FORMAT_ARGB,
      GST_VIDEO_INFO_WIDTH (&out), STRIP_LINES);
  ret = gst_rec_frame_new (&source, &in, error)
      && gst_rec_frame_new (&self->strip, &out, error)
      && gst_rec_convert_set_up (&convert, &in, &out, error);
  if (ret) {
    fill_argb (&source, self->argb);
    gst_rec_convert_all (&convert, &source, &self->strip);
  } else {
    gst_rec_background_clear (self);
  }
  gst_rec_convert_clear (&convert);
  gst_rec_frame_clear (&source);

  return ret;
}

gboolean
gst_rec_background_set (GstRecBackground * self, guint32 argb,
    const GstVideoInfo * out, GError ** error)
{
  if (self->strip.buffer && self->argb == argb
      && gst_video_info_is_equal (&self->out, out))
    return TRUE;

  gst_rec_background_clear (self);
  self->out = *out;
  self->argb = argb;

  return draw_strip (self, error);
}

void
gst_rec_background_fill (const GstRecBackground * self, GstVideoFrame * out,
    const GstRecRect * rect)
{
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (out); plane++) {
    const guint8 *from = GST_VIDEO_FRAME_PLANE_DATA (&self->strip, plane);
    guint8 *to = GST_VIDEO_FRAME_PLANE_DATA (out, plane);
    gssize stride = GST_VIDEO_FRAME_PLANE_STRIDE (out, plane);
    GstRecSpan span = gst_rec_frame_span (out, plane, rect);

    for (gint y = span.top; y < span.bottom; y++)
      memcpy (to + y * stride + span.begin, from + span.begin,
          span.end - span.begin);
  }
}
