/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The picture is a window of an image that is twice as wide, and scrolling
 * moves the window: a new column is painted to the right of it, nothing is
 * moved and nothing painted twice. When the window has come to the right edge,
 * it goes on at the left of another image.
 *
 * So pictures need not be copied. Whoever holds one has a window that ends
 * where the image ended then; columns to the right of it are in none of its
 * lines, and other columns are never painted again. */

#include "strip.h"

#include <math.h>
#include <string.h>

/* The lines of one band in one column, both with it. */
typedef struct
{
  guint16 top, bottom;
} Bar;

struct _GstRecStrip
{
  guint width, height, n_bands;
  gdouble gain;
  guint32 background;
  guint32 *colors;              /* of the bands */

  guint32 *image;               /* an atomic rc box, shared with pictures */
  guint image_width;
  guint end;                    /* of the window, in the image */
  Bar *bars;                    /* a ring: n_bands for each column */
  Bar *newest;                  /* n_bands */
  guint next;                   /* column that the next one replaces */

  guint64 alike;                /* newest columns that are all the same */
  guint64 undrawn;              /* columns since the last picture */
  gboolean is_repainted;        /* all has changed since the last picture */
};

void
gst_rec_strip_free (GstRecStrip * self)
{
  g_free (self->colors);
  g_atomic_rc_box_release (self->image);
  g_free (self->bars);
  g_free (self->newest);
  g_free (self);
}

gboolean
gst_rec_strip_fits (const GstRecStrip * self, guint width, guint height,
    guint n_bands)
{
  return self->width == width && self->height == height
      && self->n_bands == n_bands;
}

static guint
top_of_band (const GstRecStrip * self, guint band)
{
  return (guint64) self->height * band / self->n_bands;
}

/* Silence is the line in the middle, and every bar touches it. With more bands
 * than lines, bands share one. */
static Bar
make_bar (const GstRecStrip * self, guint band, GstRecPeak peak)
{
  guint top = top_of_band (self, band);
  guint bottom = MAX (top_of_band (self, band + 1), top + 1) - 1;
  gdouble middle = (top + bottom) / 2, scale = self->gain / 32768.0;
  gdouble high = MIN (MAX (peak.max, 0) * scale, 1.0);
  gdouble low = MIN (-MIN (peak.min, 0) * scale, 1.0);

  return (Bar) {lrint (middle - high * (middle - top)),
    lrint (middle + low * (bottom - middle))};
}

/* The column x of the image as that of the ring says. */
static void
paint_column (GstRecStrip * self, guint x, guint column)
{
  guint32 *pixel = self->image + x;
  const Bar *bars = self->bars + (gsize) column * self->n_bands;

  for (guint y = 0; y < self->height; y++)
    pixel[(gsize) y * self->image_width] = self->background;
  for (guint band = 0; band < self->n_bands; band++)
    for (guint y = bars[band].top; y <= bars[band].bottom; y++)
      pixel[(gsize) y * self->image_width] = self->colors[band];
}

static guint32 *
new_image (const GstRecStrip * self)
{
  return g_atomic_rc_box_alloc ((gsize) self->image_width * self->height *
      sizeof (guint32));
}

/* In another image, as pictures of the old one may be on their way. */
static void
repaint (GstRecStrip * self)
{
  g_clear_pointer (&self->image, g_atomic_rc_box_release);
  self->image = new_image (self);
  self->end = self->width;
  for (guint x = 0; x < self->width; x++)
    paint_column (self, x, (self->next + x) % self->width);
  self->is_repainted = TRUE;
}

static void
copy_window (const GstRecStrip * self, guint8 * pixels, gsize stride)
{
  const guint32 *window = self->image + self->end - self->width;

  for (guint y = 0; y < self->height; y++)
    memcpy (pixels + y * stride, window + (gsize) y * self->image_width,
        self->width * sizeof (guint32));
}

static void
make_room (GstRecStrip * self)
{
  guint32 *image;

  if (self->end < self->image_width)
    return;

  image = new_image (self);
  copy_window (self, (guint8 *) image, self->image_width * sizeof (guint32));
  g_atomic_rc_box_release (self->image);
  self->image = image;
  self->end = self->width;
}

/* All silence. */
static void
fill_with_silence (GstRecStrip * self)
{
  for (guint band = 0; band < self->n_bands; band++)
    self->newest[band] = make_bar (self, band, (GstRecPeak) {0, 0});
  for (guint x = 0; x < self->width; x++)
    memcpy (self->bars + (gsize) x * self->n_bands, self->newest,
        self->n_bands * sizeof (Bar));
  self->alike = self->width;
  repaint (self);
}

GstRecStrip *
gst_rec_strip_new (guint width, guint height, guint n_bands)
{
  GstRecStrip *self = g_new0 (GstRecStrip, 1);

  self->width = width;
  self->height = height;
  self->n_bands = n_bands;
  self->gain = 1.0;
  self->colors = g_new0 (guint32, n_bands);
  self->image_width = 2 * width;
  self->bars = g_new (Bar, (gsize) width * n_bands);
  self->newest = g_new (Bar, n_bands);
  fill_with_silence (self);

  return self;
}

/* Pixels as they stand in memory. */
void
gst_rec_strip_set_colors (GstRecStrip * self, guint32 background,
    const guint32 * bands)
{
  gsize size = self->n_bands * sizeof (guint32);

  if (self->background == background
      && memcmp (self->colors, bands, size) == 0)
    return;

  self->background = background;
  memcpy (self->colors, bands, size);
  repaint (self);
}

/* For the columns to come. */
void
gst_rec_strip_set_gain (GstRecStrip * self, gdouble gain)
{
  self->gain = gain;
}

/* n columns with the same peaks. */
void
gst_rec_strip_add (GstRecStrip * self, const GstRecPeak * bands, guint64 n)
{
  guint paint = MIN (n, self->width);
  gboolean is_like_last = TRUE;

  for (guint band = 0; band < self->n_bands; band++) {
    Bar bar = make_bar (self, band, bands[band]);

    is_like_last &= bar.top == self->newest[band].top
        && bar.bottom == self->newest[band].bottom;
    self->newest[band] = bar;
  }
  self->alike = is_like_last ? self->alike + n : n;
  self->undrawn += n;

  for (guint i = 0; i < paint; i++) {
    memcpy (self->bars + (gsize) self->next * self->n_bands, self->newest,
        self->n_bands * sizeof (Bar));
    make_room (self);
    paint_column (self, self->end++, self->next);
    self->next = (self->next + 1) % self->width;
  }
}

/* Whether the picture differs from the last one that was taken. */
static gboolean
take_change (GstRecStrip * self)
{
  gboolean has_changed = self->is_repainted || (self->undrawn > 0
      && self->alike < self->width + self->undrawn);

  self->undrawn = 0;
  self->is_repainted = FALSE;

  return has_changed;
}

/* Copies the picture as it is, the newest column at the right; FALSE if that
 * was the last picture, too. */
gboolean
gst_rec_strip_draw (GstRecStrip * self, guint8 * pixels, gsize stride)
{
  copy_window (self, pixels, stride);

  return take_change (self);
}

/* The same without a copy: the lines of the picture are stride bytes apart. */
GstMemory *
gst_rec_strip_share (GstRecStrip * self, gsize * stride,
    gboolean * has_changed)
{
  gsize pixels = (gsize) self->image_width * (self->height - 1) + self->width;

  *stride = self->image_width * sizeof (guint32);
  *has_changed = take_change (self);

  return gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY,
      self->image + self->end - self->width, pixels * sizeof (guint32), 0,
      pixels * sizeof (guint32), g_atomic_rc_box_acquire (self->image),
      g_atomic_rc_box_release);
}
