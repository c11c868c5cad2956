/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "cover.h"

#include <math.h>
#include <string.h>

/* Mosaics and blurs of text have been read again by trying what gives the same
 * one (Hill et al., "On the (In)effectiveness of Mosaicing and Blurring as
 * Tools for Document Redaction", PETS 2016), and what is left of a picture
 * after averaging is data about it, however few. So nothing here is made of
 * what it covers: all of it is filled first, and mosaic and blur are what the
 * picture around the rectangle would look like if it went on inside. A reader
 * cannot undo what was never looked at. */

/* The side of a mosaic's tile: a quarter of the shorter side, within these. */
#define MIN_TILE 8
#define MAX_TILE 64

/* Tiles are lighter and darker by that in turn, so that a mosaic is seen as one
 * on a white page, too. */
#define CONTRAST 20

typedef struct
{
  gint columns, rows;
  guint8 *values;               /* columns * rows, of one component */
} Grid;

/* One component of a frame within one rectangle, in samples. */
typedef struct
{
  guint8 *data;                 /* of the frame's first sample */
  gint stride, step;
  gint x, y, width, height;     /* the rectangle */
  gint frame_width, frame_height;
} Samples;

static guint8 *
sample_at (const Samples * s, gint x, gint y)
{
  return s->data + (gssize) y * s->stride + (gssize) x * s->step;
}

static Samples
get_samples (const GstVideoFrame * frame, guint c,
    const GstVideoRectangle * rect)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  Samples s = {
    .data = GST_VIDEO_FRAME_COMP_DATA (frame, c),
    .stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, c),
    .step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c),
  };
  gint w_sub = GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c);
  gint h_sub = GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c);

  s.frame_width = GST_VIDEO_FRAME_COMP_WIDTH (frame, c);
  s.frame_height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, c);
  s.x = rect->x >> w_sub;
  s.y = rect->y >> h_sub;
  s.width = MIN (GST_VIDEO_SUB_SCALE (w_sub, rect->x + rect->w),
      s.frame_width) - s.x;
  s.height = MIN (GST_VIDEO_SUB_SCALE (h_sub, rect->y + rect->h),
      s.frame_height) - s.y;

  return s;
}

static void
fill_samples (const Samples * s, guint8 value)
{
  for (gint y = s->y; y < s->y + s->height; y++) {
    guint8 *p = sample_at (s, s->x, y);

    if (s->step == 1) {
      memset (p, value, s->width);
      continue;
    }
    for (gint x = 0; x < s->width; x++, p += s->step)
      *p = value;
  }
}

/* --- Colour --- */

static gdouble
channel (guint32 argb, guint shift)
{
  return (argb >> shift & 0xff) / 255.0;
}

/* In the order of GstVideoFormatInfo's components: Y, U, V or R, G, B, then
 * alpha, all from 0 to 1 but U and V, which are around 0. */
static void
get_components (const GstVideoInfo * info, guint32 argb, gdouble * v)
{
  gdouble r = channel (argb, 16), g = channel (argb, 8), b = channel (argb, 0);
  gdouble kr, kb;

  v[3] = channel (argb, 24);
  if (GST_VIDEO_INFO_IS_RGB (info)) {
    v[0] = r;
    v[1] = g;
    v[2] = b;
    return;
  }
  if (!gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &kr, &kb))
    gst_video_color_matrix_get_Kr_Kb (GST_VIDEO_COLOR_MATRIX_BT601, &kr, &kb);
  v[0] = kr * r + (1 - kr - kb) * g + kb * b;
  v[1] = (b - v[0]) / (2 * (1 - kb));
  v[2] = (r - v[0]) / (2 * (1 - kr));
}

static void
get_colour (const GstVideoInfo * info, guint32 argb, guint8 * colour)
{
  gint offset[GST_VIDEO_MAX_COMPONENTS], scale[GST_VIDEO_MAX_COMPONENTS];
  gdouble v[GST_VIDEO_MAX_COMPONENTS];

  get_components (info, argb, v);
  gst_video_color_range_offsets (info->colorimetry.range, info->finfo, offset,
      scale);
  for (guint c = 0; c < 3; c++)
    colour[c] = CLAMP (lround (offset[c] + scale[c] * v[c]), 0, 255);
  colour[3] = lround (255 * v[3]);
}

/* --- What is around --- */

/* The mean of the samples from (x, y) on, @n to the right or down. */
static gdouble
mean_of (const Samples * s, gint x, gint y, gint n, gboolean is_row)
{
  guint64 sum = 0;

  for (gint i = 0; i < n; i++)
    sum += *(is_row ? sample_at (s, x + i, y) : sample_at (s, x, y + i));

  return (gdouble) sum / n;
}

typedef struct
{
  gdouble sum, weight;
} Mean;

static void
weigh (Mean * mean, gdouble value, gdouble distance)
{
  mean->sum += value / distance;
  mean->weight += 1 / distance;
}

/* From the samples just outside of the rectangle, on the four sides of the
 * column and row, the near ones more. */
static guint8
continue_surroundings (const Samples * s, const Grid * grid, gint column,
    gint row, guint8 fallback)
{
  gint x0 = s->x + s->width * column / grid->columns;
  gint x1 = MAX (s->x + s->width * (column + 1) / grid->columns, x0 + 1);
  gint y0 = s->y + s->height * row / grid->rows;
  gint y1 = MAX (s->y + s->height * (row + 1) / grid->rows, y0 + 1);
  gdouble x = column + 0.5, y = row + 0.5;
  Mean mean = { 0, 0 };

  if (s->x > 0)
    weigh (&mean, mean_of (s, s->x - 1, y0, y1 - y0, FALSE), x);
  if (s->x + s->width < s->frame_width)
    weigh (&mean, mean_of (s, s->x + s->width, y0, y1 - y0, FALSE),
        grid->columns - x);
  if (s->y > 0)
    weigh (&mean, mean_of (s, x0, s->y - 1, x1 - x0, TRUE), y);
  if (s->y + s->height < s->frame_height)
    weigh (&mean, mean_of (s, x0, s->y + s->height, x1 - x0, TRUE),
        grid->rows - y);

  return mean.weight > 0 ? lround (mean.sum / mean.weight) : fallback;
}

static void
fill_grid (Grid * grid, const Samples * s, guint8 fallback)
{
  for (gint row = 0; row < grid->rows; row++)
    for (gint column = 0; column < grid->columns; column++)
      grid->values[row * grid->columns + column] =
          continue_surroundings (s, grid, column, row, fallback);
}

/* --- Mosaic and blur --- */

static void
draw_mosaic (const Samples * s, const Grid * grid, gint contrast)
{
  for (gint y = 0; y < s->height; y++) {
    gint row = y * grid->rows / s->height;
    guint8 *p = sample_at (s, s->x, s->y + y);

    for (gint x = 0; x < s->width; x++, p += s->step) {
      gint column = x * grid->columns / s->width;
      gint value = grid->values[row * grid->columns + column];

      value += (row + column) % 2 ? contrast : -contrast;
      *p = CLAMP (value, 0, 255);
    }
  }
}

/* Where position @i of @n lies between the centres of @cells: the cell before,
 * the one behind, and how far it is from the first, in 256ths. */
static gint
between (gint i, gint n, gint cells, gint * before, gint * behind)
{
  gint64 at = ((gint64) (2 * i + 1) * cells * 128) / n - 128;

  at = CLAMP (at, 0, (gint64) (cells - 1) * 256);
  *before = at / 256;
  *behind = MIN (*before + 1, cells - 1);

  return at % 256;
}

static void
draw_blur (const Samples * s, const Grid * grid)
{
  for (gint y = 0; y < s->height; y++) {
    gint above, below, left, right;
    gint fy = between (y, s->height, grid->rows, &above, &below);
    const guint8 *a = grid->values + above * grid->columns;
    const guint8 *b = grid->values + below * grid->columns;
    guint8 *p = sample_at (s, s->x, s->y + y);

    for (gint x = 0; x < s->width; x++, p += s->step) {
      gint fx = between (x, s->width, grid->columns, &left, &right);
      gint top = a[left] * (256 - fx) + a[right] * fx;
      gint bottom = b[left] * (256 - fx) + b[right] * fx;

      *p = (top * (256 - fy) + bottom * fy + 32768) >> 16;
    }
  }
}

static gint
count_cells (gint size, gint tile)
{
  return MAX ((size + tile / 2) / tile, 1);
}

static void
draw_texture (GstVideoFrame * frame, const GstVideoRectangle * rect,
    GstRecCoverMethod method, const guint8 * colour)
{
  gint tile = CLAMP (MIN (rect->w, rect->h) / 4, MIN_TILE, MAX_TILE);
  const gint columns = count_cells (rect->w, tile);
  const gint rows = count_cells (rect->h, tile);
  g_autofree guint8 *values = g_malloc ((gsize) columns * rows);
  Grid grid = { columns, rows, values };
  gboolean is_rgb = GST_VIDEO_INFO_IS_RGB (&frame->info);
  const guint n = MIN (GST_VIDEO_FRAME_N_COMPONENTS (frame), 3u);

  for (guint c = 0; c < n; c++) {
    Samples s = get_samples (frame, c, rect);

    fill_grid (&grid, &s, colour[c]);
    if (method == GST_REC_COVER_BLUR)
      draw_blur (&s, &grid);
    else
      draw_mosaic (&s, &grid, is_rgb || c == 0 ? CONTRAST : 0);
  }
}

/* --- Fill --- */

/* The fourth byte of a format without alpha has no meaning, and may have one to
 * whoever wrote it. */
static void
clear_padding (GstVideoFrame * frame, const GstVideoRectangle * rect)
{
  gboolean has_padding = GST_VIDEO_FRAME_N_COMPONENTS (frame) == 3
      && GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0) == 4
      && GST_VIDEO_FRAME_N_PLANES (frame) == 1
      && GST_VIDEO_INFO_IS_RGB (&frame->info);

  if (!has_padding)
    return;
  for (gint y = rect->y; y < rect->y + rect->h; y++)
    memset ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0)
        + (gssize) y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0) + rect->x * 4,
        0xff, rect->w * 4);
}

/* What alpha there is becomes the colour's, too: its shape is a picture. */
static void
fill_rect (GstVideoFrame * frame, const GstVideoRectangle * rect,
    const guint8 * colour)
{
  clear_padding (frame, rect);
  for (guint c = 0; c < GST_VIDEO_FRAME_N_COMPONENTS (frame); c++) {
    Samples s = get_samples (frame, c, rect);

    fill_samples (&s, colour[c]);
  }
}

/* How many pixels share a chroma sample, across and down. Lines of interlaced
 * pictures share it with the next but one. */
void
gst_rec_cover_get_alignment (const GstVideoInfo * info, gint * x, gint * y)
{
  guint w_sub = 0, h_sub = 0;

  for (guint c = 0; c < GST_VIDEO_INFO_N_COMPONENTS (info); c++) {
    w_sub = MAX (w_sub, GST_VIDEO_FORMAT_INFO_W_SUB (info->finfo, c));
    h_sub = MAX (h_sub, GST_VIDEO_FORMAT_INFO_H_SUB (info->finfo, c));
  }
  *x = 1 << w_sub;
  *y = 1 << h_sub;
  if (h_sub > 0 && GST_VIDEO_INFO_IS_INTERLACED (info))
    *y *= 2;
}

/* The rectangles lie in the frame, on whole chroma samples. All of them are
 * filled before a texture looks at what is around one, for that may be what
 * another one covers. */
void
gst_rec_cover (GstVideoFrame * frame, const GstVideoRectangle * rects, guint n,
    GstRecCoverMethod method, guint32 argb)
{
  guint8 colour[GST_VIDEO_MAX_COMPONENTS];

  get_colour (&frame->info, argb, colour);
  for (guint i = 0; i < n; i++)
    fill_rect (frame, &rects[i], colour);
  if (method == GST_REC_COVER_FILL)
    return;
  for (guint i = 0; i < n; i++)
    draw_texture (frame, &rects[i], method, colour);
}
