/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "frame.h"

#include <gst/gst.h>
#include <string.h>

gboolean
gst_rec_frame_map (GstVideoFrame * frame, const GstVideoInfo * info,
    GstBuffer * buffer, GstMapFlags flags, GError ** error)
{
  /* The mapped frame keeps no buffer: whoever maps has one. */
  if (gst_video_frame_map (frame, info, buffer,
          flags | GST_VIDEO_FRAME_MAP_FLAG_NO_REF))
    return TRUE;

  frame->buffer = NULL;
  g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
      "Cannot map %" G_GSIZE_FORMAT " bytes as a %s frame of %dx%d",
      gst_buffer_get_size (buffer), GST_VIDEO_INFO_NAME (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));

  return FALSE;
}

/* A frame of our own, mapped as long as it lives. */
gboolean
gst_rec_frame_new (GstVideoFrame * frame, const GstVideoInfo * info,
    GError ** error)
{
  g_autoptr (GstBuffer) buffer =
      gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (info), NULL);

  /* Here it keeps the buffer. */
  if (buffer && gst_video_frame_map (frame, info, buffer, GST_MAP_READWRITE))
    return TRUE;

  frame->buffer = NULL;
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT,
      "No memory for a %s frame of %dx%d", GST_VIDEO_INFO_NAME (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));

  return FALSE;
}

void
gst_rec_frame_clear (GstVideoFrame * frame)
{
  if (frame->buffer)
    gst_video_frame_unmap (frame);
  frame->buffer = NULL;
}

/* Components that share a plane end at different bytes when the width is odd:
 * the last one counts. */
GstRecSpan
gst_rec_frame_span (const GstVideoFrame * frame, guint plane,
    const GstRecRect * rect)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  GstRecSpan span = { G_MAXSIZE, 0, 0, 0 };

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    gsize sample = GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c);

    if (GST_VIDEO_FORMAT_INFO_PLANE (finfo, c) != plane)
      continue;
    span.begin = MIN (span.begin,
        (rect->x >> GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c)) * sample);
    span.end = MAX (span.end, GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (finfo, c,
            rect->x + rect->width) * sample);
    span.top = rect->y >> GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c);
    span.bottom = GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, c,
        rect->y + rect->height);
  }

  return span;
}

/* The part of a mapped frame inside @rect, as a frame. It borrows the mapping.
 * The converter's own DEST_X and DEST_WIDTH would not do: except on its fast
 * paths it packs whole lines, borders included, over what is there already. */
GstVideoFrame
gst_rec_frame_part (const GstVideoFrame * frame, const GstRecRect * rect)
{
  GstVideoFrame part = *frame;

  part.info.width = rect->width;
  part.info.height = rect->height;
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (frame); plane++) {
    gssize stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
    GstRecSpan span = gst_rec_frame_span (frame, plane, rect);

    part.data[plane] =
        (guint8 *) frame->data[plane] + span.top * stride + span.begin;
  }

  return part;
}

/* Copies what is inside @rect between frames of one format. */
void
gst_rec_frame_copy (GstVideoFrame * to, const GstVideoFrame * from,
    const GstRecRect * rect)
{
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES (to); plane++) {
    gssize stride_to = GST_VIDEO_FRAME_PLANE_STRIDE (to, plane);
    gssize stride_from = GST_VIDEO_FRAME_PLANE_STRIDE (from, plane);
    GstRecSpan span = gst_rec_frame_span (to, plane, rect);
    guint8 *d = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (to, plane) + span.begin;
    const guint8 *s =
        (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (from, plane) + span.begin;

    for (gint y = span.top; y < span.bottom; y++)
      memcpy (d + y * stride_to, s + y * stride_from, span.end - span.begin);
  }
}
