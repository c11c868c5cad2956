/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The kept picture is a ring of columns: a new one replaces the oldest, where
 * that stands, and nothing is moved. The scrolling is in the copy that goes
 * out: of each line, what is right of the newest column, then the rest. */

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

  guint32 *pixels;
  Bar *bars;                    /* n_bands for each column */
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
  g_free (self->pixels);
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

static void
paint_column (GstRecStrip * self, guint x)
{
  guint32 *pixel = self->pixels + x;
  const Bar *bars = self->bars + (gsize) x * self->n_bands;

  for (guint y = 0; y < self->height; y++)
    pixel[(gsize) y * self->width] = self->background;
  for (guint band = 0; band < self->n_bands; band++)
    for (guint y = bars[band].top; y <= bars[band].bottom; y++)
      pixel[(gsize) y * self->width] = self->colors[band];
}

static void
repaint (GstRecStrip * self)
{
  for (guint x = 0; x < self->width; x++)
    paint_column (self, x);
  self->is_repainted = TRUE;
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
  self->pixels = g_new (guint32, (gsize) width * height);
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
    paint_column (self, self->next);
    self->next = (self->next + 1) % self->width;
  }
}

/* Draws the picture as it is, the newest column at the right; FALSE if that
 * was the last picture, too. */
gboolean
gst_rec_strip_draw (GstRecStrip * self, guint8 * pixels, gsize stride)
{
  const guint right = self->next, left = self->width - right;
  gboolean has_changed = self->is_repainted || (self->undrawn > 0
      && self->alike < self->width + self->undrawn);

  for (guint y = 0; y < self->height; y++) {
    guint32 *line = (guint32 *) (pixels + y * stride);
    const guint32 *kept = self->pixels + (gsize) y * self->width;

    memcpy (line, kept + right, left * sizeof (guint32));
    memcpy (line + left, kept, right * sizeof (guint32));
  }
  self->undrawn = 0;
  self->is_repainted = FALSE;

  return has_changed;
}
