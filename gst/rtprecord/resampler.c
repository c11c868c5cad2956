/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Sound at a rate that may change a little with every block: band-limited
 * interpolation with a windowed sinc, from one sample rate to the same or a
 * higher one.
 *
 * GstAudioResampler does not serve here: it does not tell where it reads, a
 * reset leaves the phase of before, and where both rates are equal it takes the
 * nearest sample, half a filter away from where the filter would have read, so
 * that to go from "no drift" to "some" would be a jump. This one knows its
 * position to a fraction of a sample, and while that is a whole number and the
 * rates are equal, samples pass bit by bit. */

#include "resampler.h"

#include <math.h>
#include <string.h>

#define HALF 24
#define TAPS (2 * HALF)
#define PHASES 256              /* linear between them: below -90 dB */
#define BETA 8.96               /* Kaiser's window with 90 dB */

#define ONE (G_GUINT64_CONSTANT (1) << 32)
#define PHASE_BITS 24           /* of the fraction, below a phase's number */

#define MAX_CHANNELS 2

struct _GstRecResampler
{
  gint in_rate;
  gint channels;
  gdouble nominal;              /* step without a stretch */

  gfloat *frames[MAX_CHANNELS];
  gsize size;                   /* allocated, for each channel */
  gsize len;
  guint64 position;             /* in frames, 32.32 bits */
  guint64 step;                 /* of input for each frame of output, 32.32 */
};

static gfloat table[PHASES + 1][TAPS];

static gdouble
bessel_i0 (gdouble x)
{
  gdouble sum = 1, term = 1;

  for (gint k = 1; term > sum * 1e-12; k++) {
    term *= x * x / (4.0 * k * k);
    sum += term;
  }

  return sum;
}

/* @x: distance from the sample to the point in between */
static gdouble
windowed_sinc (gdouble x)
{
  gdouble w = x / HALF;

  if (x == 0)
    return 1;
  if (fabs (w) >= 1)
    return 0;

  return sin (G_PI * x) / (G_PI * x)
      * bessel_i0 (BETA * sqrt (1 - w * w)) / bessel_i0 (BETA);
}

/* Every phase lets a constant through as it is. */
static gpointer
fill_table (gpointer data G_GNUC_UNUSED)
{
  for (gint phase = 0; phase <= PHASES; phase++) {
    gdouble sum = 0;

    for (gint i = 0; i < TAPS; i++)
      sum += windowed_sinc (i - (HALF - 1) - (gdouble) phase / PHASES);
    for (gint i = 0; i < TAPS; i++)
      table[phase][i] =
          windowed_sinc (i - (HALF - 1) - (gdouble) phase / PHASES) / sum;
  }

  return NULL;
}

GstRecResampler *
gst_rec_resampler_new (gint in_rate, gint out_rate, gint channels)
{
  static GOnce once = G_ONCE_INIT;
  GstRecResampler *self;

  g_return_val_if_fail (in_rate > 0 && in_rate <= out_rate, NULL);
  g_return_val_if_fail (channels > 0 && channels <= MAX_CHANNELS, NULL);

  g_once (&once, fill_table, NULL);
  self = g_new0 (GstRecResampler, 1);
  self->in_rate = in_rate;
  self->channels = channels;
  self->nominal = (gdouble) in_rate / out_rate;
  gst_rec_resampler_set_stretch (self, 0);
  gst_rec_resampler_reset (self);

  return self;
}

void
gst_rec_resampler_free (GstRecResampler * self)
{
  for (gint c = 0; c < self->channels; c++)
    g_free (self->frames[c]);
  g_free (self);
}

gint
gst_rec_resampler_get_in_rate (const GstRecResampler * self)
{
  return self->in_rate;
}

static void
reserve (GstRecResampler * self, gsize n)
{
  if (self->len + n <= self->size)
    return;

  self->size = self->len + n;
  for (gint c = 0; c < self->channels; c++)
    self->frames[c] = g_renew (gfloat, self->frames[c], self->size);
}

static void
append_silence (GstRecResampler * self, gsize n)
{
  reserve (self, n);
  for (gint c = 0; c < self->channels; c++)
    memset (self->frames[c] + self->len, 0, n * sizeof (gfloat));
  self->len += n;
}

/* Silence was before: the next frame written is the next one read. */
void
gst_rec_resampler_reset (GstRecResampler * self)
{
  self->len = 0;
  append_silence (self, HALF - 1);
  self->position = (HALF - 1) * ONE;
}

/* @stretch: by how much more is read than the rates say; 0.001 makes a second
 * of input last a millisecond longer */
void
gst_rec_resampler_set_stretch (GstRecResampler * self, gdouble stretch)
{
  self->step = llrint (self->nominal / (1 + stretch) * ONE);
}

void
gst_rec_resampler_write (GstRecResampler * self, const gint16 * frames,
    gsize n)
{
  reserve (self, n);
  for (gint c = 0; c < self->channels; c++) {
    gfloat *to = self->frames[c] + self->len;

    for (gsize i = 0; i < n; i++)
      to[i] = frames[i * self->channels + c];
  }
  self->len += n;
}

/* What follows is silence: so everything written so far can be read. */
void
gst_rec_resampler_write_silence (GstRecResampler * self)
{
  append_silence (self, HALF);
}

/* Frames that can be read before more is written. */
gsize
gst_rec_resampler_available (const GstRecResampler * self)
{
  guint64 end = self->len > HALF ? (self->len - HALF) * ONE : 0;

  return end > self->position ?
      (end - self->position - 1) / self->step + 1 : 0;
}

/* How many frames of output the next frame written is away. */
gdouble
gst_rec_resampler_pending (const GstRecResampler * self)
{
  return (gdouble) (gint64) (self->len * ONE - self->position) / self->step;
}

static void
make_taps (guint32 fraction, gfloat * taps)
{
  const gfloat *a = table[fraction >> PHASE_BITS];
  const gfloat *b = table[(fraction >> PHASE_BITS) + 1];
  gfloat weight = (gfloat) (fraction & ((1 << PHASE_BITS) - 1))
      / (1 << PHASE_BITS);

  for (gint i = 0; i < TAPS; i++)
    taps[i] = a[i] + (b[i] - a[i]) * weight;
}

static gint16
filter (const gfloat * frames, const gfloat * taps)
{
  gfloat sum[4] = { 0, };

  for (gint i = 0; i < TAPS; i += 4) {
    for (gint k = 0; k < 4; k++)
      sum[k] += frames[i + k] * taps[i + k];
  }

  return CLAMP (lrintf (sum[0] + sum[1] + sum[2] + sum[3]), G_MININT16,
      G_MAXINT16);
}

static void
forget (GstRecResampler * self)
{
  gsize n = (self->position >> 32) - (HALF - 1);

  for (gint c = 0; c < self->channels; c++)
    memmove (self->frames[c], self->frames[c] + n,
        (self->len - n) * sizeof (gfloat));
  self->len -= n;
  self->position -= n * ONE;
}

/* @n: no more than are available */
void
gst_rec_resampler_read (GstRecResampler * self, gint16 * frames, gsize n)
{
  gfloat taps[TAPS];

  g_return_if_fail (n <= gst_rec_resampler_available (self));

  for (gsize i = 0; i < n; i++) {
    gsize at = (self->position >> 32) - (HALF - 1);
    guint32 fraction = (guint32) self->position;

    if (fraction != 0)
      make_taps (fraction, taps);
    for (gint c = 0; c < self->channels; c++)
      frames[i * self->channels + c] = fraction != 0 ?
          filter (self->frames[c] + at, taps) :
          (gint16) self->frames[c][at + HALF - 1];
    self->position += self->step;
  }
  forget (self);
}
