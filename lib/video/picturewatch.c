/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Since when a stream's pictures are black, and since when they are all the
 * same.
 *
 * Of a few pictures a second, one row in eight is looked at: less than a
 * pointer is high. Black is what ffmpeg's blackdetect takes for it: 98 % of the
 * pixels in the lowest tenth of the range. A still picture is compared with the
 * one that it began with, not with its predecessor, so that what changes slowly
 * changes. A coder's noise is no change: a source that hangs still gets
 * keyframes, each a little different. */

#include "picturewatch.h"

#include <string.h>

#define INTERVAL (200 * GST_MSECOND)
#define ROWS 8                  /* one of so many */
#define PIECE 1024              /* pixels between looks at the result */

#define BLACK_FULL 25           /* of 255 */
#define BLACK_LIMITED 38        /* of 16 to 235 */
#define LIGHT_PARTS 50          /* one in so many may be lighter */

#define NOISE 16
#define CHANGED_PIXELS 8

struct _GstRecPictureWatch
{
  GstClockTime looked_at;
  GstClockTime black_since;
  GstClockTime still_since;

  GstVideoFormat format;        /* of the still picture */
  gint width, height;
  guint8 *still;                /* its rows, 8 bits a pixel */
  guint8 *rows;                 /* those of the picture at hand */
};

/* What to look at: the luma, or else each colour. */
typedef struct
{
  gint n_components;
  guint8 black;
} Kind;

GstRecPictureWatch *
gst_rec_picture_watch_new (void)
{
  GstRecPictureWatch *self = g_new0 (GstRecPictureWatch, 1);

  self->looked_at = self->black_since = self->still_since =
      GST_CLOCK_TIME_NONE;

  return self;
}

void
gst_rec_picture_watch_free (GstRecPictureWatch * self)
{
  g_free (self->still);
  g_free (self->rows);
  g_free (self);
}

/* Few pictures a second are enough. */
gboolean
gst_rec_picture_watch_is_due (const GstRecPictureWatch * self,
    GstClockTime now)
{
  return self->looked_at == GST_CLOCK_TIME_NONE
      || now >= self->looked_at + INTERVAL;
}

static Kind
kind_of (const GstVideoFrame * frame)
{
  const GstVideoInfo *info = &frame->info;
  gboolean is_full = info->colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;

  if (GST_VIDEO_INFO_IS_RGB (info))
    return (Kind) {
    3, BLACK_FULL};

  return (Kind) {
  1, is_full ? BLACK_FULL : BLACK_LIMITED};
}

/* A row of a component as 8 bits a pixel. */
static void
read_row (const GstVideoFrame * frame, gint component, gint y, guint8 * row)
{
  gint n = GST_VIDEO_FRAME_COMP_WIDTH (frame, component);
  gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component);
  gint depth = GST_VIDEO_FRAME_COMP_DEPTH (frame, component);
  gint shift = frame->info.finfo->shift[component] + depth - 8;
  const guint8 *from = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame,
      component) + (gssize) y * GST_VIDEO_FRAME_COMP_STRIDE (frame, component);

  if (depth <= 8 && step == 1)
    memcpy (row, from, n);
  else if (depth <= 8)
    for (gint x = 0; x < n; x++)
      row[x] = from[x * step];
  else if (GST_VIDEO_FORMAT_INFO_IS_LE (frame->info.finfo))
    for (gint x = 0; x < n; x++)
      row[x] = GST_READ_UINT16_LE (from + x * step) >> shift;
  else
    for (gint x = 0; x < n; x++)
      row[x] = GST_READ_UINT16_BE (from + x * step) >> shift;
}

/* Most pictures show in their first rows that they are neither black nor what
 * they were. */
static gboolean
is_black (const guint8 * pixels, gsize n, guint8 black)
{
  const gsize limit = n / LIGHT_PARTS;
  gsize light = 0;

  for (gsize from = 0; from < n && light <= limit; from += PIECE) {
    gsize end = MIN (from + PIECE, n);

    for (gsize i = from; i < end; i++)
      light += pixels[i] > black;
  }

  return light <= limit;
}

static gboolean
has_changed (const guint8 * a, const guint8 * b, gsize n)
{
  gsize changed = 0;

  for (gsize from = 0; from < n && changed < CHANGED_PIXELS; from += PIECE) {
    gsize end = MIN (from + PIECE, n);

    for (gsize i = from; i < end; i++)
      changed += ABS (a[i] - b[i]) > NOISE;
  }

  return changed >= CHANGED_PIXELS;
}

static gsize
read_rows (GstRecPictureWatch * self, const GstVideoFrame * frame,
    gint n_components)
{
  guint8 *row = self->rows;

  for (gint component = 0; component < n_components; component++) {
    gint width = GST_VIDEO_FRAME_COMP_WIDTH (frame, component);

    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (frame, component);
        y += ROWS, row += width)
      read_row (frame, component, y, row);
  }

  return row - self->rows;
}

/* TRUE if it is another than that of the still picture. */
static gboolean
take_format (GstRecPictureWatch * self, const GstVideoFrame * frame,
    gint n_components)
{
  gint width = GST_VIDEO_FRAME_WIDTH (frame);
  gint height = GST_VIDEO_FRAME_HEIGHT (frame);
  gsize size = (gsize) n_components * width * ((height + ROWS - 1) / ROWS);

  if (self->format == GST_VIDEO_FRAME_FORMAT (frame) && self->width == width
      && self->height == height)
    return FALSE;

  self->format = GST_VIDEO_FRAME_FORMAT (frame);
  self->width = width;
  self->height = height;
  self->still = g_realloc (self->still, size);
  self->rows = g_realloc (self->rows, size);

  return TRUE;
}

static gboolean
can_read (const GstVideoFormatInfo * format)
{
  return !GST_VIDEO_FORMAT_INFO_IS_COMPLEX (format)
      && !GST_VIDEO_FORMAT_INFO_IS_TILED (format)
      && !GST_VIDEO_FORMAT_INFO_HAS_PALETTE (format)
      && GST_VIDEO_FORMAT_INFO_DEPTH (format, 0) >= 8;
}

void
gst_rec_picture_watch_look (GstRecPictureWatch * self,
    const GstVideoFrame * frame, GstClockTime now)
{
  Kind kind = kind_of (frame);
  gboolean is_new;
  gsize n;

  self->looked_at = now;
  if (!can_read (frame->info.finfo))
    return;

  is_new = take_format (self, frame, kind.n_components);
  n = read_rows (self, frame, kind.n_components);

  if (!is_black (self->rows, n, kind.black))
    self->black_since = GST_CLOCK_TIME_NONE;
  else if (self->black_since == GST_CLOCK_TIME_NONE)
    self->black_since = now;

  if (is_new || has_changed (self->rows, self->still, n)) {
    guint8 *former = self->still;

    self->still = self->rows;
    self->rows = former;
    self->still_since = now;
  }
}

/* GST_CLOCK_TIME_NONE: it is not. */
GstClockTime
gst_rec_picture_watch_get_black_since (const GstRecPictureWatch * self)
{
  return self->black_since;
}

/* When the picture that stands came. GST_CLOCK_TIME_NONE: there is none. */
GstClockTime
gst_rec_picture_watch_get_still_since (const GstRecPictureWatch * self)
{
  return self->still_since;
}
