/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "tiles.h"

#include <string.h>

/* Empties the set. */
void
gst_rec_tiles_resize (GstRecTiles * self, gint width, gint height)
{
  if (self->width != width || self->height != height) {
    gst_rec_tiles_clear (self);
    self->width = width;
    self->height = height;
    self->columns = (width + GST_REC_TILE_WIDTH - 1) / GST_REC_TILE_WIDTH;
    self->rows = (height + GST_REC_TILE_HEIGHT - 1) / GST_REC_TILE_HEIGHT;
    self->in = g_malloc0_n (self->columns, self->rows);
  }
  gst_rec_tiles_remove_all (self);
}

void
gst_rec_tiles_clear (GstRecTiles * self)
{
  g_free (self->in);
  *self = (GstRecTiles) { 0, };
}

void
gst_rec_tiles_remove_all (GstRecTiles * self)
{
  if (self->count > 0)
    memset (self->in, FALSE, self->columns * self->rows);
  self->count = 0;
}

void
gst_rec_tiles_add_all (GstRecTiles * self)
{
  self->count = self->columns * self->rows;
  if (self->count > 0)
    memset (self->in, TRUE, self->count);
}

static guint
add_tile (GstRecTiles * self, guint column, guint row)
{
  guint8 *in = &self->in[row * self->columns + column];
  gboolean is_new = !*in;

  self->count += is_new;
  *in = TRUE;

  return is_new;
}

/* The tiles that hold a pixel of @rect, of which some may lie outside. */
void
gst_rec_tiles_add_rect (GstRecTiles * self, const GstRecRect * rect)
{
  const GstRecRect all = { 0, 0, self->width, self->height };
  GstRecRect inside = gst_rec_rect_intersect (rect, &all);

  if (gst_rec_rect_is_empty (&inside))
    return;

  guint left = inside.x / GST_REC_TILE_WIDTH;
  guint right = (inside.x + inside.width - 1) / GST_REC_TILE_WIDTH;
  guint top = inside.y / GST_REC_TILE_HEIGHT;
  guint bottom = (inside.y + inside.height - 1) / GST_REC_TILE_HEIGHT;

  for (guint row = top; row <= bottom; row++)
    for (guint column = left; column <= right; column++)
      add_tile (self, column, row);
}

/* Sets of pictures of one size */
void
gst_rec_tiles_add (GstRecTiles * self, const GstRecTiles * other)
{
  g_return_if_fail (self->width == other->width
      && self->height == other->height);

  if (other->count == 0)
    return;
  self->count = 0;
  for (guint i = 0; i < self->columns * self->rows; i++)
    self->count += self->in[i] |= other->in[i];
}

/* Sets of pictures of one size */
void
gst_rec_tiles_subtract (GstRecTiles * self, const GstRecTiles * other)
{
  g_return_if_fail (self->width == other->width
      && self->height == other->height);

  if (self->count == 0)
    return;
  self->count = 0;
  for (guint i = 0; i < self->columns * self->rows; i++)
    self->count += self->in[i] &= !other->in[i];
}

static guint
run_length (const GstRecTiles * self, guint column, guint row)
{
  const guint8 *in = self->in + row * self->columns;
  guint end = column;

  while (end < self->columns && in[end])
    end++;

  return end - column;
}

/* Whether the tiles in @row of @columns tiles from @column on are a run of just
 * that length. */
static gboolean
is_same_run (const GstRecTiles * self, guint column, guint row, guint columns)
{
  if (column > 0 && self->in[row * self->columns + column - 1])
    return FALSE;

  return run_length (self, column, row) == columns;
}

/* Whether the run has been told with the rows above it. */
static gboolean
continues_above (const GstRecTiles * self, guint column, guint row,
    guint columns)
{
  return row > 0 && is_same_run (self, column, row - 1, columns);
}

/* Tells the set as rectangles that do not overlap, one a call: runs of tiles,
 * equal runs below each other as one. Begin with a @position of 0. */
gboolean
gst_rec_tiles_next_rect (const GstRecTiles * self, guint * position,
    GstRecRect * rect)
{
  const guint n = self->columns * self->rows;

  while (self->count > 0 && *position < n) {
    const guint8 *next = memchr (self->in + *position, TRUE, n - *position);

    if (!next)
      break;

    guint column = (next - self->in) % self->columns;
    guint row = (next - self->in) / self->columns;
    guint columns = run_length (self, column, row), end = row + 1;

    *position = next - self->in + columns;
    if (continues_above (self, column, row, columns))
      continue;
    while (end < self->rows && is_same_run (self, column, end, columns))
      end++;

    rect->x = column * GST_REC_TILE_WIDTH;
    rect->y = row * GST_REC_TILE_HEIGHT;
    rect->width = MIN ((gint) columns * GST_REC_TILE_WIDTH,
        self->width - rect->x);
    rect->height = MIN ((gint) (end - row) * GST_REC_TILE_HEIGHT,
        self->height - rect->y);
    return TRUE;
  }
  *position = n;

  return FALSE;
}

/* --- Comparison --- */

/* How the samples of a plane lie in tiles. */
typedef struct
{
  const guint8 *a, *b;
  gint stride_a, stride_b;
  gint lines;
  gsize line_size;              /* bytes with samples in a line */
  gint tile_lines;              /* of this plane in a tile */
  gsize tile_size;              /* bytes of a line in a tile */
} Plane;

static Plane
get_plane (const GstVideoFrame * a, const GstVideoFrame * b, guint index)
{
  const GstVideoFormatInfo *finfo = a->info.finfo;
  Plane plane = {
    .a = GST_VIDEO_FRAME_PLANE_DATA (a, index),
    .b = GST_VIDEO_FRAME_PLANE_DATA (b, index),
    .stride_a = GST_VIDEO_FRAME_PLANE_STRIDE (a, index),
    .stride_b = GST_VIDEO_FRAME_PLANE_STRIDE (b, index),
  };

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    gsize sample = GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c);

    if (GST_VIDEO_FORMAT_INFO_PLANE (finfo, c) != index)
      continue;
    plane.lines = GST_VIDEO_FRAME_COMP_HEIGHT (a, c);
    plane.line_size = MAX (plane.line_size,
        GST_VIDEO_FRAME_COMP_WIDTH (a, c) * sample);
    plane.tile_lines = GST_REC_TILE_HEIGHT >>
        GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c);
    plane.tile_size = MAX (plane.tile_size,
        (GST_REC_TILE_WIDTH >> GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c))
        * sample);
  }

  return plane;
}

static gboolean
has_simple_planes (const GstVideoFormatInfo * finfo)
{
  /* Samples of a whole number of bytes, in lines: what every format has that
   * does not pack or tile them. */
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++)
    if (GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c) <= 0)
      return FALSE;

  return !GST_VIDEO_FORMAT_INFO_IS_TILED (finfo)
      && !GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo);
}

/* Whole lines first: that is how memory is read fastest, and most lines of a
 * screen are equal. Returns how many tiles are new. */
static guint
compare_line (GstRecTiles * self, const Plane * plane, guint row,
    const guint8 * a, const guint8 * b)
{
  const guint8 *in = self->in + row * self->columns;
  guint added = 0;

  for (guint column = 0; column < self->columns; column++) {
    gsize from = column * plane->tile_size;
    gsize size = MIN (plane->tile_size, plane->line_size - from);

    if (!in[column] && from < plane->line_size
        && memcmp (a + from, b + from, size) != 0)
      added += add_tile (self, column, row);
  }

  return added;
}

static void
compare_row (GstRecTiles * self, const Plane * plane, guint row)
{
  gint y = row * plane->tile_lines;
  gint end = MIN (y + plane->tile_lines, plane->lines);
  guint missing = self->columns;

  for (guint column = 0; column < self->columns; column++)
    missing -= self->in[row * self->columns + column];

  for (; y < end && missing > 0; y++) {
    const guint8 *a = plane->a + (gssize) y * plane->stride_a;
    const guint8 *b = plane->b + (gssize) y * plane->stride_b;

    if (memcmp (a, b, plane->line_size) != 0)
      missing -= compare_line (self, plane, row, a, b);
  }
}

/* Adds the tiles in which two frames of one format and size differ. Of a format
 * whose samples cannot be told apart by bytes, all of them. */
void
gst_rec_tiles_add_differences (GstRecTiles * self, const GstVideoFrame * a,
    const GstVideoFrame * b)
{
  if (!has_simple_planes (a->info.finfo)) {
    gst_rec_tiles_add_all (self);
    return;
  }

  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (a); i++) {
    Plane plane = get_plane (a, b, i);

    for (guint row = 0; row < self->rows; row++)
      compare_row (self, &plane, row);
  }
}
