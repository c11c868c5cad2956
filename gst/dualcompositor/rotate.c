/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Samples are moved, never mixed: what is turned four times by 90 degrees is
 * what it was. Where that cannot be done (samples that share bytes, chroma that
 * is subsampled in one direction only), the picture is unpacked before. */

#include "rotate.h"

#include <gst/gst.h>
#include <string.h>

#include "frame.h"

/* Both sides of a block of samples stay in the cache. */
#define BLOCK 32

/* Where the sample at (x, y) of the turned picture comes from. */
typedef struct
{
  gboolean swap;                /* x counts lines, and y samples in a line */
  gboolean from_right;          /* samples count from the end of a line */
  gboolean from_bottom;         /* lines count from the last one */
} Turn;

static const Turn turns[] = {
  [GST_VIDEO_ORIENTATION_IDENTITY] = {FALSE, FALSE, FALSE},
  [GST_VIDEO_ORIENTATION_90R] = {TRUE, FALSE, TRUE},
  [GST_VIDEO_ORIENTATION_180] = {FALSE, TRUE, TRUE},
  [GST_VIDEO_ORIENTATION_90L] = {TRUE, TRUE, FALSE},
  [GST_VIDEO_ORIENTATION_HORIZ] = {FALSE, TRUE, FALSE},
  [GST_VIDEO_ORIENTATION_VERT] = {FALSE, FALSE, TRUE},
  [GST_VIDEO_ORIENTATION_UL_LR] = {TRUE, FALSE, FALSE},
  [GST_VIDEO_ORIENTATION_UR_LL] = {TRUE, TRUE, TRUE},
};

/* Samples that move together. */
typedef struct
{
  guint8 *data;
  gssize step, stride;          /* bytes to the next sample, the next line */
  gint width, height;           /* samples, lines */
} Grid;

static const Turn *
get_turn (GstVideoOrientationMethod method)
{
  g_return_val_if_fail (method < G_N_ELEMENTS (turns), &turns[0]);

  return &turns[method];
}

gboolean
gst_rec_rotate_swaps_sides (GstVideoOrientationMethod method)
{
  return get_turn (method)->swap;
}

/* --- Moving --- */

/* Inlined with a constant @size, so that memcpy becomes one move. */
static inline void
move_block (guint8 * to, gssize to_stride, const guint8 * from,
    gssize from_step, gssize from_stride, gint width, gint height, gsize step,
    gsize size)
{
  for (gint y = 0; y < height; y++) {
    guint8 *d = to + y * to_stride;
    const guint8 *s = from + y * from_stride;

    for (gint x = 0; x < width; x++, d += step, s += from_step)
      memcpy (d, s, size);
  }
}

static void
move_samples (guint8 * to, gssize to_stride, const guint8 * from,
    gssize from_step, gssize from_stride, gint width, gint height, gsize step,
    gsize size)
{
#define MOVE(size) \
  move_block (to, to_stride, from, from_step, from_stride, width, height, \
      step, size)

  switch (size) {
    case 1:
      MOVE (1);
      break;
    case 2:
      MOVE (2);
      break;
    case 4:
      MOVE (4);
      break;
    default:
      MOVE (size);
      break;
  }
#undef MOVE
}

static void
turn_grid (const Turn * turn, const Grid * in, const Grid * out, gsize size)
{
  gssize step = turn->from_right ? -in->step : in->step;
  gssize stride = turn->from_bottom ? -in->stride : in->stride;
  gssize from_step = turn->swap ? stride : step;
  gssize from_stride = turn->swap ? step : stride;
  const guint8 *from = in->data
      + (turn->from_right ? (in->width - 1) * in->step : 0)
      + (turn->from_bottom ? (in->height - 1) * in->stride : 0);

  for (gint y = 0; y < out->height; y += BLOCK)
    for (gint x = 0; x < out->width; x += BLOCK)
      move_samples (out->data + y * out->stride + x * out->step, out->stride,
          from + y * from_stride + x * from_step, from_step, from_stride,
          MIN (BLOCK, out->width - x), MIN (BLOCK, out->height - y), out->step,
          size);
}

static Grid
get_grid (const GstVideoFrame * frame, guint component, gboolean whole_pixels)
{
  guint plane = GST_VIDEO_FRAME_COMP_PLANE (frame, component);

  return (Grid) {
    .data = whole_pixels ? GST_VIDEO_FRAME_PLANE_DATA (frame, plane)
        : GST_VIDEO_FRAME_COMP_DATA (frame, component),
    .step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component),
    .stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, component),
    .width = GST_VIDEO_FRAME_COMP_WIDTH (frame, component),
    .height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, component),
  };
}

/* Whether all components in the plane of @component come with each of its
 * samples, so that they move together; and whether it is the first one. */
static gboolean
has_whole_pixels (const GstVideoFormatInfo * finfo, guint component,
    gboolean * is_first)
{
  guint plane = GST_VIDEO_FORMAT_INFO_PLANE (finfo, component);

  *is_first = TRUE;
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    if (GST_VIDEO_FORMAT_INFO_PLANE (finfo, c) != plane)
      continue;
    if (GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c) !=
        GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, component))
      return FALSE;
    *is_first &= c >= component;
  }

  return TRUE;
}

static void
turn_frame (const Turn * turn, const GstVideoFrame * in,
    const GstVideoFrame * out)
{
  const GstVideoFormatInfo *finfo = in->info.finfo;

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    gboolean is_first;
    gboolean whole_pixels = has_whole_pixels (finfo, c, &is_first);
    Grid from = get_grid (in, c, whole_pixels);
    Grid to = get_grid (out, c, whole_pixels);

    if (!whole_pixels)
      turn_grid (turn, &from, &to,
          (GST_VIDEO_FORMAT_INFO_DEPTH (finfo, c) + 7) / 8);
    else if (is_first)
      turn_grid (turn, &from, &to, from.step);
  }
}

/* --- What can be moved --- */

static gboolean
is_movable (const GstVideoFormatInfo * finfo, gboolean swap)
{
  if (GST_VIDEO_FORMAT_INFO_IS_COMPLEX (finfo)
      || GST_VIDEO_FORMAT_INFO_IS_TILED (finfo)
      || GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo))
    return FALSE;

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++)
    if (GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c) <= 0
        || (swap && GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c) !=
            GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c)))
      return FALSE;

  return TRUE;
}

static GstVideoInfo
with_format (const GstVideoInfo * info, GstVideoFormat format, gint width,
    gint height)
{
  GstVideoInfo other;

  gst_video_info_set_format (&other, format, width, height);
  other.interlace_mode = info->interlace_mode;
  other.colorimetry = info->colorimetry;
  other.chroma_site = info->chroma_site;
  other.par_n = info->par_n;
  other.par_d = info->par_d;
  other.fps_n = info->fps_n;
  other.fps_d = info->fps_d;

  return other;
}

/* No site says that co-sited chroma lies with the last of its luma samples,
 * where a flip puts it: it is drawn less than a sample beside its place. */
static GstVideoInfo
turned_info (const GstVideoInfo * info, const Turn * turn)
{
  const GstVideoChromaSite both =
      GST_VIDEO_CHROMA_SITE_H_COSITED | GST_VIDEO_CHROMA_SITE_V_COSITED;
  GstVideoInfo turned = with_format (info, GST_VIDEO_INFO_FORMAT (info),
      turn->swap ? info->height : info->width,
      turn->swap ? info->width : info->height);

  if (!turn->swap)
    return turned;

  turned.par_n = info->par_d;
  turned.par_d = info->par_n;
  if ((info->chroma_site & both) == GST_VIDEO_CHROMA_SITE_H_COSITED
      || (info->chroma_site & both) == GST_VIDEO_CHROMA_SITE_V_COSITED)
    turned.chroma_site ^= both;

  return turned;
}

void
gst_rec_rotator_clear (GstRecRotator * self)
{
  g_clear_pointer (&self->convert, gst_video_converter_free);
}

static gboolean
rotator_set_up (GstRecRotator * self, const GstVideoInfo * info,
    GError ** error)
{
  if (self->convert && gst_video_info_is_equal (&self->in, info))
    return TRUE;

  gst_rec_rotator_clear (self);
  self->in = *info;
  self->movable = with_format (info, info->finfo->unpack_format, info->width,
      info->height);
  self->convert = gst_video_converter_new (&self->in, &self->movable, NULL);
  if (!self->convert)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "No conversion from %s to %s", GST_VIDEO_INFO_NAME (&self->in),
        GST_VIDEO_INFO_NAME (&self->movable));

  return self->convert != NULL;
}

static GstBuffer *
unpack (GstRecRotator * self, const GstVideoInfo * info, GstBuffer * picture,
    GError ** error)
{
  g_autoptr (GstBuffer) unpacked = NULL;
  GstVideoFrame in, out;

  if (!rotator_set_up (self, info, error)
      || !gst_rec_frame_map (&in, info, picture, GST_MAP_READ, error))
    return NULL;

  unpacked = gst_buffer_new_allocate (NULL, self->movable.size, NULL);
  if (gst_rec_frame_map (&out, &self->movable, unpacked, GST_MAP_WRITE,
          error)) {
    gst_video_converter_frame (self->convert, &in, &out);
    gst_rec_frame_clear (&out);
  } else {
    gst_clear_buffer (&unpacked);
  }
  gst_rec_frame_clear (&in);

  return g_steal_pointer (&unpacked);
}

static GstBuffer *
move (const Turn * turn, const GstVideoInfo * info, GstBuffer * picture,
    const GstVideoInfo * turned, GError ** error)
{
  g_autoptr (GstBuffer) buffer =
      gst_buffer_new_allocate (NULL, turned->size, NULL);
  GstVideoFrame in, out;

  if (!gst_rec_frame_map (&in, info, picture, GST_MAP_READ, error))
    return NULL;
  if (gst_rec_frame_map (&out, turned, buffer, GST_MAP_WRITE, error)) {
    turn_frame (turn, &in, &out);
    gst_rec_frame_clear (&out);
  } else {
    gst_clear_buffer (&buffer);
  }
  gst_rec_frame_clear (&in);

  return g_steal_pointer (&buffer);
}

/* A new picture as @method wants it seen, and in @turned what it is. */
GstBuffer *
gst_rec_rotator_turn (GstRecRotator * self, GstVideoOrientationMethod method,
    const GstVideoInfo * info, GstBuffer * picture, GstVideoInfo * turned,
    GError ** error)
{
  const Turn *turn = get_turn (method);
  g_autoptr (GstBuffer) unpacked = NULL;

  if (is_movable (info->finfo, turn->swap)) {
    *turned = turned_info (info, turn);
    return move (turn, info, picture, turned, error);
  }

  unpacked = unpack (self, info, picture, error);
  if (!unpacked)
    return NULL;
  *turned = turned_info (&self->movable, turn);

  return move (turn, &self->movable, unpacked, turned, error);
}
