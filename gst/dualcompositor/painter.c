/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "painter.h"

#include <gst/gst.h>

/* --- What can be done with a format --- */

/* Planes of bytes that can be scaled each by itself: as many bytes a pixel as
 * lie between pixels. */
static gboolean
has_planes_of_bytes (const GstVideoFormatInfo * finfo)
{
  if (GST_VIDEO_FORMAT_INFO_IS_COMPLEX (finfo)
      || GST_VIDEO_FORMAT_INFO_IS_TILED (finfo)
      || GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo))
    return FALSE;

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    guint plane = GST_VIDEO_FORMAT_INFO_PLANE (finfo, c);
    gint sample = GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c);

    if (GST_VIDEO_FORMAT_INFO_DEPTH (finfo, c) != 8
        || (sample != 1 && sample != 2 && sample != 4))
      return FALSE;
    for (guint d = 0; d < c; d++)
      if (GST_VIDEO_FORMAT_INFO_PLANE (finfo, d) == plane
          && (sample != GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, d)
              || GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c) !=
              GST_VIDEO_FORMAT_INFO_W_SUB (finfo, d)))
        return FALSE;
  }

  return TRUE;
}

static gboolean
can_scale (const GstRecPainter * self, const GstVideoFormatInfo * finfo)
{
  return has_planes_of_bytes (finfo)
      && MAX (self->in.width, self->in.height) <= GST_REC_PLANE_SCALE_MAX
      && MAX (self->width, self->height) <= GST_REC_PLANE_SCALE_MAX;
}

/* Whether equal bytes mean equal pixels. Where chroma lies counts for little,
 * and where one side does not know it, for nothing. */
static gboolean
is_same_meaning (const GstVideoInfo * in, const GstVideoInfo * out)
{
  return GST_VIDEO_INFO_FORMAT (in) == GST_VIDEO_INFO_FORMAT (out)
      && gst_video_colorimetry_is_equal (&in->colorimetry, &out->colorimetry)
      && (in->chroma_site == out->chroma_site
      || in->chroma_site == GST_VIDEO_CHROMA_SITE_UNKNOWN
      || out->chroma_site == GST_VIDEO_CHROMA_SITE_UNKNOWN);
}

/* Chroma that is finer in the output is interpolated: from at most two samples
 * of the input to either side. */
static gint
get_reach (const GstVideoFormatInfo * in, const GstVideoFormatInfo * out)
{
  gint reach = 0;

  for (guint c = 1; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (in); c++) {
    gint w_sub = GST_VIDEO_FORMAT_INFO_W_SUB (in, c);
    gint h_sub = GST_VIDEO_FORMAT_INFO_H_SUB (in, c);

    if (GST_VIDEO_FORMAT_INFO_N_COMPONENTS (out) <= c
        || w_sub > (gint) GST_VIDEO_FORMAT_INFO_W_SUB (out, c)
        || h_sub > (gint) GST_VIDEO_FORMAT_INFO_H_SUB (out, c))
      reach = MAX (reach, 2 << MAX (w_sub, h_sub));
  }

  return reach;
}

/* --- Set up --- */

static void
clear_scales (GstRecPainter * self)
{
  for (guint i = 0; i < GST_VIDEO_MAX_PLANES; i++)
    g_clear_pointer (&self->scales[i], gst_rec_plane_scale_free);
}

void
gst_rec_painter_clear (GstRecPainter * self)
{
  clear_scales (self);
  gst_rec_convert_clear (&self->convert);
  gst_rec_frame_clear (&self->scaled);
  gst_rec_frame_clear (&self->converted);
  gst_rec_tiles_clear (&self->changed);
  gst_rec_tiles_clear (&self->to_convert);
  *self = (GstRecPainter) { .width = 0 };
}

/* Where chroma lies between the samples of luma. */
static gdouble
get_site (GstVideoChromaSite site, GstVideoChromaSite cosited, guint sub)
{
  return sub > 0 && (site & cosited) ? GST_REC_PLANE_SITE_COSITED :
      GST_REC_PLANE_SITE_CENTER;
}

/* One scaler a plane from the picture's size to the rectangle's. */
static void
new_scales (GstRecPainter * self, const GstVideoInfo * info)
{
  const GstVideoFormatInfo *finfo = info->finfo;

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    guint plane = GST_VIDEO_FORMAT_INFO_PLANE (finfo, c);

    if (self->scales[plane])
      continue;
    self->scales[plane] = gst_rec_plane_scale_new (
        GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (finfo, c, self->in.width),
        GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, c, self->in.height),
        GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (finfo, c, self->width),
        GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, c, self->height),
        GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c),
        get_site (info->chroma_site, GST_VIDEO_CHROMA_SITE_H_COSITED,
            GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c)),
        get_site (info->chroma_site, GST_VIDEO_CHROMA_SITE_V_COSITED,
            GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c)));
  }
}

/* @meaning with another size */
static GstVideoInfo
info_of_size (const GstVideoInfo * meaning, gint width, gint height)
{
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_INFO_FORMAT (meaning), width,
      height);
  info.colorimetry = meaning->colorimetry;
  info.chroma_site = meaning->chroma_site;

  return gst_rec_convert_align (&info, meaning);
}

/* Converting costs by the pixel: it is done in the smaller size, if planes can
 * be scaled there. */
static gboolean
set_up_conversion (GstRecPainter * self, GError ** error)
{
  const GstVideoFormatInfo *in = self->in.finfo, *out = self->out.finfo;
  gboolean shrinks = (gint64) self->width * self->height <
      (gint64) self->in.width * self->in.height;
  gboolean scale_first = can_scale (self, in)
      && (shrinks || !can_scale (self, out));
  gboolean convert_first = !scale_first && can_scale (self, out);
  GstVideoInfo from = self->in, to = info_of_size (&self->out, self->width,
      self->height);

  if (scale_first) {
    from = info_of_size (&self->in, self->width, self->height);
    new_scales (self, &self->in);
    if (!gst_rec_frame_new (&self->scaled, &from, error))
      return FALSE;
  } else if (convert_first) {
    to = info_of_size (&self->out, self->in.width, self->in.height);
    new_scales (self, &self->out);
  }

  self->reach = get_reach (in, out);
  gst_rec_tiles_resize (&self->to_convert, from.width, from.height);

  return gst_rec_frame_new (&self->converted, &to, error)
      && gst_rec_convert_set_up (&self->convert, &from, &to, error);
}

/* Another picture, output or size than before: all of it has changed. */
gboolean
gst_rec_painter_set_up (GstRecPainter * self, const GstVideoInfo * in,
    const GstVideoInfo * out, gint width, gint height, GError ** error)
{
  if (self->width == width && self->height == height
      && gst_video_info_is_equal (&self->in, in)
      && gst_video_info_is_equal (&self->out, out))
    return TRUE;

  gst_rec_painter_clear (self);
  self->in = *in;
  self->out = *out;
  self->width = width;
  self->height = height;
  gst_rec_tiles_resize (&self->changed, in->width, in->height);
  gst_rec_tiles_add_all (&self->changed);

  if (is_same_meaning (in, out) && can_scale (self, in->finfo))
    new_scales (self, in);
  else if (!set_up_conversion (self, error)) {
    gst_rec_painter_clear (self);
    return FALSE;
  }

  return TRUE;
}

/* Whether what is drawn is the picture as it stands. */
gboolean
gst_rec_painter_is_identity (const GstRecPainter * self)
{
  return !self->converted.buffer && self->width == self->in.width
      && self->height == self->in.height;
}

/* --- Scaling --- */

static GstRecRect
grow (const GstRecRect * rect, gint reach)
{
  return (GstRecRect) {
  rect->x - reach, rect->y - reach, rect->width + 2 * reach,
        rect->height + 2 * reach};
}

/* What of the rectangle is scaled from @part of the picture. */
static GstRecRect
map_scaled (GstRecPainter * self, const GstRecRect * part)
{
  const GstVideoFormatInfo *finfo = self->scaled.buffer || !self->converted
      .buffer ? self->in.finfo : self->out.finfo;
  GstRecRect all = { G_MAXINT, G_MAXINT, 0, 0 };
  gint right = 0, bottom = 0;

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    guint plane = GST_VIDEO_FORMAT_INFO_PLANE (finfo, c);
    gint w_sub = GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c);
    gint h_sub = GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c);
    GstRecRect in = { part->x >> w_sub, part->y >> h_sub, 0, 0 }, out;

    in.width = GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (finfo, c,
        part->x + part->width) - in.x;
    in.height = GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, c,
        part->y + part->height) - in.y;
    out = gst_rec_plane_scale_map (self->scales[plane], &in);
    all.x = MIN (all.x, out.x << w_sub);
    all.y = MIN (all.y, out.y << h_sub);
    right = MAX (right, (out.x + out.width) << w_sub);
    bottom = MAX (bottom, (out.y + out.height) << h_sub);
  }
  all.width = MIN (right, self->width) - all.x;
  all.height = MIN (bottom, self->height) - all.y;

  return all;
}

/* What of the rectangle depends on @part of the picture. */
static GstRecRect
map_part (GstRecPainter * self, const GstRecRect * part)
{
  const GstRecRect all = { 0, 0, self->in.width, self->in.height };
  GstRecRect mapped;

  if (self->scaled.buffer) {
    mapped = map_scaled (self, part);
    return grow (&mapped, self->reach);
  }

  mapped = grow (part, self->reach);
  mapped = gst_rec_rect_intersect (&mapped, &all);

  return map_scaled (self, &mapped);
}

/* Adds what the changed tiles change of @rect of the output. */
void
gst_rec_painter_map_changed (GstRecPainter * self, const GstRecRect * rect,
    GstRecTiles * out)
{
  gboolean as_one = self->scales[0] == NULL
      || self->changed.count == self->changed.columns * self->changed.rows;
  GstRecRect part, mapped;
  guint position = 0;

  if (as_one && self->changed.count > 0)
    gst_rec_tiles_add_rect (out, rect);
  while (!as_one
      && gst_rec_tiles_next_rect (&self->changed, &position, &part)) {
    mapped = map_part (self, &part);
    mapped.x += rect->x;
    mapped.y += rect->y;
    gst_rec_tiles_add_rect (out, &mapped);
  }
}

static gsize
get_sample_size (const GstVideoFormatInfo * finfo, guint plane)
{
  guint c = 0;

  while ((guint) GST_VIDEO_FORMAT_INFO_PLANE (finfo, c) != plane)
    c++;

  return GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c);
}

/* Draws @part of the scaled picture @from; @to begins at the rectangle. */
static void
scale_part (GstRecPainter * self, const GstVideoFrame * from,
    GstVideoFrame * to, const GstRecRect * part)
{
  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (to); i++) {
    GstRecSpan span = gst_rec_frame_span (to, i, part);
    gsize size = get_sample_size (to->info.finfo, i);

    gst_rec_plane_scale_draw (self->scales[i],
        GST_VIDEO_FRAME_PLANE_DATA (from, i),
        GST_VIDEO_FRAME_PLANE_STRIDE (from, i),
        GST_VIDEO_FRAME_PLANE_DATA (to, i),
        GST_VIDEO_FRAME_PLANE_STRIDE (to, i), span.begin / size, span.top,
        (span.end - span.begin) / size, span.bottom - span.top);
  }
}

/* --- A picture --- */

static void
scale_changed (GstRecPainter * self)
{
  GstRecRect part;
  guint position = 0;

  while (gst_rec_tiles_next_rect (&self->changed, &position, &part)) {
    part = map_scaled (self, &part);
    part = grow (&part, self->reach);
    gst_rec_tiles_add_rect (&self->to_convert, &part);
  }

  position = 0;
  while (gst_rec_tiles_next_rect (&self->to_convert, &position, &part))
    scale_part (self, &self->picture, &self->scaled, &part);
}

static gboolean
convert_changed (GstRecPainter * self, GError ** error)
{
  GstRecRect part;
  guint position = 0;

  gst_rec_tiles_remove_all (&self->to_convert);
  if (self->scaled.buffer) {
    scale_changed (self);
    return gst_rec_convert_tiles (&self->convert, &self->scaled,
        &self->converted, &self->to_convert, error);
  }

  if (self->scales[0]) {
    while (gst_rec_tiles_next_rect (&self->changed, &position, &part)) {
      part = grow (&part, self->reach);
      gst_rec_tiles_add_rect (&self->to_convert, &part);
    }
    return gst_rec_convert_tiles (&self->convert, &self->picture,
        &self->converted, &self->to_convert, error);
  }

  if (self->changed.count > 0)
    gst_rec_convert_all (&self->convert, &self->picture, &self->converted);

  return TRUE;
}

/* After this, nothing has changed. */
gboolean
gst_rec_painter_begin (GstRecPainter * self, GstBuffer * picture,
    GError ** error)
{
  gboolean ret = TRUE;

  if (!gst_rec_frame_map (&self->picture, &self->in, picture, GST_MAP_READ,
          error))
    return FALSE;
  if (self->converted.buffer)
    ret = convert_changed (self, error);
  gst_rec_tiles_remove_all (&self->changed);
  if (!ret)
    gst_rec_painter_end (self);

  return ret;
}

void
gst_rec_painter_end (GstRecPainter * self)
{
  gst_rec_frame_clear (&self->picture);
}

/* Draws @part of the output, which lies inside the picture's @rect. */
void
gst_rec_painter_draw (GstRecPainter * self, GstVideoFrame * out,
    const GstRecRect * rect, const GstRecRect * part)
{
  const GstVideoFrame *from =
      self->converted.buffer ? &self->converted : &self->picture;
  const GstRecRect inside = { part->x - rect->x, part->y - rect->y,
    part->width, part->height
  };
  GstVideoFrame to = gst_rec_frame_part (out, rect);

  if (GST_VIDEO_FRAME_WIDTH (from) == rect->width
      && GST_VIDEO_FRAME_HEIGHT (from) == rect->height)
    gst_rec_frame_copy (&to, from, &inside);
  else
    scale_part (self, from, &to, &inside);
}
