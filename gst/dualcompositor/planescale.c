/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* A separable filter: first down, then across, for some lines of the output at
 * once. Down works in strips of columns that stay in the first level cache. */
#include "planescale.h"

#include <math.h>
#include <string.h>

#include "planescale-ops.h"

/* Many taps have small weights: they get more bits, and slower code. */
#define FAR_WEIGHT 22

#define LINES GST_REC_PLANE_OPS_LINES
#define STRIP 256               /* columns, a byte each, of a strip */
#define CHUNK 64                /* samples that go across at once */

typedef struct
{
  guint16 *first;               /* out: the first sample that counts */
  guint16 *end;                 /* out: that behind the last one; both rise */
  guint n_taps;                 /* of a sample of the output, in the tables */
  gint16 *taps;                 /* out * n_taps: the weights */
  gint32 *far_taps;             /* those instead, if there are many */
  guint in, out;
} Axis;

struct _GstRecPlaneScale
{
  const GstRecPlaneOps *ops;
  Axis columns, lines;
  guint components;
  gint16 *turned;               /* the columns between the passes */
  gint16 strip[LINES * STRIP];  /* some of them, as lines */
  gint32 sums[STRIP];           /* of one of these lines, with many taps */
  guint8 samples[CHUNK * 4 * LINES];    /* of the output, turned */
};

/* --- Weights --- */

/* R. Keys, "Cubic Convolution Interpolation for Digital Image Processing",
 * 1981, with the sharpness that FFmpeg's swscale has by default. */
#define SHARPNESS -0.6
#define RADIUS 2.0

static gdouble
kernel (gdouble x)
{
  const gdouble a = SHARPNESS;

  x = fabs (x);
  if (x < 1.0)
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0)
    return ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a;

  return 0.0;
}

/* Weights of a sample of the output before they are whole numbers */
typedef struct
{
  gdouble *weights;
  gint first;
  guint n;
} Tap;

/* What the filter wants from beyond the edge, it takes from the edge. */
static void
weigh (Tap * tap, const Axis * axis, guint i, gdouble site)
{
  const gdouble ratio = (gdouble) axis->in / axis->out;
  const gdouble stretch = MAX (ratio, 1.0);
  const gdouble center = (i + site) * ratio - site;
  const gint last = axis->in - 1;
  gint from = ceil (center - RADIUS * stretch);
  gint to = floor (center + RADIUS * stretch);
  gdouble sum = 0.0;

  tap->first = CLAMP (from, 0, last);
  tap->n = CLAMP (to, 0, last) - tap->first + 1;
  memset (tap->weights, 0, tap->n * sizeof (gdouble));
  for (gint k = from; k <= to; k++) {
    gdouble weight = kernel ((k - center) / stretch);

    tap->weights[CLAMP (k, 0, last) - tap->first] += weight;
    sum += weight;
  }
  for (guint k = 0; k < tap->n; k++)
    tap->weights[k] /= sum;
}

/* Rounds what the weights add up to rather than each: that ends in just one. */
static void
quantise (gint32 * dest, const Tap * tap, guint bits)
{
  const gdouble one = 1 << bits;
  gdouble sum = 0.0;
  gint32 before = 0;

  for (guint k = 0; k < tap->n; k++) {
    sum += tap->weights[k];
    gint32 now = lrint (sum * one);

    dest[k] = now - before;
    before = now;
  }
}

static void
trim (Axis * axis, guint i, const gint32 * taps, const Tap * tap)
{
  guint from = 0, to = tap->n;

  while (from < to && taps[from] == 0)
    from++;
  while (to > from && taps[to - 1] == 0)
    to--;
  axis->first[i] = tap->first + from;
  axis->end[i] = tap->first + to;
}

/* What a part of the output needs is then from the first of its first sample to
 * the end of its last. */
static void
let_rise (Axis * axis)
{
  for (guint i = 1; i < axis->out; i++)
    axis->end[i] = MAX (axis->end[i], axis->end[i - 1]);
  for (guint i = axis->out - 1; i > 0; i--)
    axis->first[i - 1] = MIN (axis->first[i - 1], axis->first[i]);
}

/* All weights with @bits, from that of the sample first[i] on */
static gint32 *
make_taps (Axis * axis, gdouble site, guint bits)
{
  const gdouble stretch = MAX ((gdouble) axis->in / axis->out, 1.0);
  const guint most = ceil (2 * RADIUS * stretch) + 2;
  g_autofree gdouble *weights = g_new (gdouble, most);
  g_autofree gint32 *rounded = g_new (gint32, most);
  Tap tap = { weights, 0, 0 };

  for (guint i = 0; i < axis->out; i++) {
    weigh (&tap, axis, i, site);
    quantise (rounded, &tap, bits);
    trim (axis, i, rounded, &tap);
  }
  let_rise (axis);

  axis->n_taps = 1;
  for (guint i = 0; i < axis->out; i++)
    axis->n_taps = MAX (axis->n_taps, (guint) axis->end[i] - axis->first[i]);

  gint32 *taps = g_new0 (gint32, (gsize) axis->out * axis->n_taps);

  for (guint i = 0; i < axis->out; i++) {
    weigh (&tap, axis, i, site);
    quantise (rounded, &tap, bits);
    for (guint k = 0; k < tap.n; k++)
      if (rounded[k] != 0)
        taps[(gsize) i * axis->n_taps + tap.first + k - axis->first[i]] =
            rounded[k];
  }

  return taps;
}

static void
axis_init (Axis * axis, guint in, guint out, gdouble site)
{
  axis->in = in;
  axis->out = out;
  axis->first = g_new (guint16, out);
  axis->end = g_new (guint16, out);

  g_autofree gint32 *taps = make_taps (axis, site, GST_REC_PLANE_OPS_WEIGHT);

  if (axis->n_taps > GST_REC_PLANE_OPS_MAX_TAPS) {
    axis->far_taps = make_taps (axis, site, FAR_WEIGHT);
    return;
  }

  axis->taps = g_new (gint16, out * axis->n_taps);
  for (guint i = 0; i < out * axis->n_taps; i++)
    axis->taps[i] = taps[i];
}

static void
axis_clear (Axis * axis)
{
  g_free (axis->first);
  g_free (axis->end);
  g_free (axis->taps);
  g_free (axis->far_taps);
}

/* --- Passes with many taps --- */

static void
down_far (gint16 * dest, gint32 * sums, const guint8 * src, gint stride,
    const gint32 * taps, guint n_taps, guint size)
{
  const guint shift = FAR_WEIGHT - GST_REC_PLANE_OPS_FRACTION;

  memset (sums, 0, size * sizeof (gint32));
  for (guint k = 0; k < n_taps; k++, src += stride)
    for (guint i = 0; i < size; i++)
      sums[i] += (src[i] - 128) * taps[k];
  for (guint i = 0; i < size; i++)
    dest[i] = (sums[i] + (1 << (shift - 1))) >> shift;
}

static void
across_far (guint8 * dest, const gint16 * src, const gint32 * taps,
    guint n_taps, guint components)
{
  const guint shift = FAR_WEIGHT + GST_REC_PLANE_OPS_FRACTION;
  gint64 sums[LINES];

  for (guint line = 0; line < LINES; line++)
    sums[line] = G_GINT64_CONSTANT (1) << (shift - 1);
  for (guint k = 0; k < n_taps; k++, src += components * LINES)
    for (guint line = 0; line < LINES; line++)
      sums[line] += (gint64) src[line] * taps[k];
  for (guint line = 0; line < LINES; line++)
    dest[line] = CLAMP ((sums[line] >> shift) + 128, 0, 255);
}

/* --- Passes --- */

/* Adds up @size columns, a byte each, from @column on, for line @y. */
static void
go_down (GstRecPlaneScale * self, gint16 * dest, const guint8 * src,
    gint stride, guint column, guint y, guint size)
{
  const Axis *axis = &self->lines;
  const gsize taps = (gsize) y * axis->n_taps;
  const guint n_taps = axis->end[y] - axis->first[y];

  src += (gssize) axis->first[y] * stride + column;
  if (axis->far_taps)
    down_far (dest, self->sums, src, stride, axis->far_taps + taps, n_taps,
        size);
  else
    self->ops->down (dest, src, stride, axis->taps + taps, n_taps, size);
}

/* Makes @n samples from @x on of all lines, turned. */
static void
go_across (GstRecPlaneScale * self, guint x, guint n)
{
  const Axis *axis = &self->columns;
  guint8 *dest = self->samples;

  if (!axis->far_taps) {
    self->ops->across (dest, self->turned, axis->first + x,
        axis->taps + (gsize) x * axis->n_taps, axis->n_taps, n,
        self->components);
    return;
  }

  for (guint i = x; i < x + n; i++)
    for (guint c = 0; c < self->components; c++, dest += LINES)
      across_far (dest, self->turned
          + (axis->first[i] * self->components + c) * LINES,
          axis->far_taps + (gsize) i * axis->n_taps,
          axis->end[i] - axis->first[i], self->components);
}

/* Draws where the width stays. */
static void
draw_down (GstRecPlaneScale * self, const guint8 * src, gint src_stride,
    guint8 * dest, gint dest_stride, const GstRecRect * rect)
{
  const guint from = rect->x * self->components;
  const guint to = from + rect->width * self->components;

  for (gint line = 0; line < rect->height; line++, dest += dest_stride)
    for (guint column = from; column < to; column += STRIP) {
      guint size = MIN (STRIP, to - column);

      go_down (self, self->strip, src, src_stride, column, rect->y + line,
          size);
      self->ops->narrow (dest + column - from, self->strip, size);
    }
}

static void
copy (const guint8 * src, gint src_stride, guint8 * dest, gint dest_stride,
    guint size, guint lines)
{
  for (; lines > 0; lines--, src += src_stride, dest += dest_stride)
    memcpy (dest, src, size);
}

/* Draws no more lines than go at once. */
static void
draw_both (GstRecPlaneScale * self, const guint8 * src, gint src_stride,
    guint8 * dest, gint dest_stride, const GstRecRect * rect)
{
  const Axis *axis = &self->columns;
  const guint from = axis->first[rect->x] * self->components;
  const guint to = axis->end[rect->x + rect->width - 1] * self->components;
  const guint end = rect->x + rect->width;

  for (guint column = from; column < to; column += STRIP) {
    guint size = MIN (STRIP, to - column);

    for (gint line = 0; line < rect->height; line++)
      go_down (self, self->strip + line * STRIP, src, src_stride, column,
          rect->y + line, size);
    self->ops->turn (self->turned + column * LINES, self->strip, STRIP, size);
  }

  for (guint x = rect->x; x < end; x += CHUNK) {
    guint n = MIN (CHUNK, end - x);

    go_across (self, x, n);
    self->ops->turn_back (dest, dest_stride, self->samples,
        n * self->components, rect->height);
    dest += n * self->components;
  }
}

/* --- Public --- */

static gboolean
is_size (guint size)
{
  return size >= 1 && size <= GST_REC_PLANE_SCALE_MAX;
}

/* A sample has 1, 2 or 4 @components, a byte each, which are scaled alike:
 * planes of luma, of chroma, of pairs (NV12), of pixels (BGRx).
 * GST_REC_PLANE_SITE_CENTER or GST_REC_PLANE_SITE_COSITED for either @site. */
GstRecPlaneScale *
gst_rec_plane_scale_new (guint in_width, guint in_height, guint out_width,
    guint out_height, guint components, gdouble site_x, gdouble site_y)
{
  g_return_val_if_fail (is_size (in_width) && is_size (in_height), NULL);
  g_return_val_if_fail (is_size (out_width) && is_size (out_height), NULL);
  g_return_val_if_fail (components == 1 || components == 2
      || components == 4, NULL);

  GstRecPlaneScale *self = g_new0 (GstRecPlaneScale, 1);

  self->ops = gst_rec_plane_ops_get ();
  self->components = components;
  axis_init (&self->columns, in_width, out_width, site_x);
  axis_init (&self->lines, in_height, out_height, site_y);
  /* beyond the last sample is where weights of zero may lie */
  self->turned = g_new0 (gint16, LINES * ((in_width + self->columns.n_taps)
          * components + GST_REC_PLANE_OPS_MORE));

  return self;
}

void
gst_rec_plane_scale_free (GstRecPlaneScale * self)
{
  if (!self)
    return;
  axis_clear (&self->columns);
  axis_clear (&self->lines);
  g_free (self->turned);
  g_free (self);
}

/* Draws @width columns from @x on of @height lines from @y on; @src and @dest
 * are where the planes begin. */
void
gst_rec_plane_scale_draw (GstRecPlaneScale * self, const guint8 * src,
    gint src_stride, guint8 * dest, gint dest_stride, guint x, guint y,
    guint width, guint height)
{
  const Axis *columns = &self->columns, *lines = &self->lines;

  g_return_if_fail (x <= columns->out && width <= columns->out - x);
  g_return_if_fail (y <= lines->out && height <= lines->out - y);

  if (width == 0)
    return;

  const gboolean same_width = columns->in == columns->out;
  const guint pixels = x * self->components;

  for (guint end = y + height; y < end; y += LINES) {
    const GstRecRect rect = { x, y, width, MIN (LINES, end - y) };
    guint8 *part = dest + (gssize) y * dest_stride + pixels;

    if (!same_width)
      draw_both (self, src, src_stride, part, dest_stride, &rect);
    else if (lines->in != lines->out)
      draw_down (self, src, src_stride, part, dest_stride, &rect);
    else
      copy (src + (gssize) y * src_stride + pixels, src_stride, part,
          dest_stride, width * self->components, rect.height);
  }
}

/* The first of @n for which @table, which rises, is above @limit */
static guint
find_above (const guint16 * table, guint n, guint limit)
{
  guint low = 0;

  while (low < n) {
    guint middle = (low + n) / 2;

    if (table[middle] > limit)
      n = middle;
    else
      low = middle + 1;
  }

  return low;
}

static void
map_axis (const Axis * axis, gint start, gint size, gint * out_start,
    gint * out_size)
{
  gint from = MAX (start, 0), to = MIN (start + size, (gint) axis->in);

  *out_start = *out_size = 0;
  if (from >= to)
    return;
  *out_start = find_above (axis->end, axis->out, from);
  *out_size = find_above (axis->first, axis->out, to - 1) - *out_start;
}

/* The part of the output that depends on @rect of the input. It is empty where
 * the output skips what is in @rect. */
GstRecRect
gst_rec_plane_scale_map (const GstRecPlaneScale * self, const GstRecRect * rect)
{
  GstRecRect out;

  map_axis (&self->columns, rect->x, rect->width, &out.x, &out.width);
  map_axis (&self->lines, rect->y, rect->height, &out.y, &out.height);

  return out;
}
