/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The lowest and the highest sample of each column of sound.
 *
 * The k-th column ends k + 1 times column_n / column_d seconds after the first
 * sample, whatever the blocks are in which the sound comes: rounding does not
 * add up. Bands are the channels, or one band that is their mean sample by
 * sample, as in audiowaveform (https://github.com/bbc/audiowaveform). */

#include "peaks.h"

#include <math.h>

#define LOWEST G_MININT16
#define HIGHEST G_MAXINT16

/* The extremes of n frames, of one channel or of the mean of all. */
typedef GstRecPeak (*ScanFunc) (gconstpointer frames, gsize n, guint channels);

struct _GstRecPeaks
{
  gint rate;
  guint channels;
  guint bpf;
  ScanFunc scan_channel, scan_mean;

  gboolean split;
  guint n_bands;
  guint64 column_n, column_d;
  GstRecPeaksFunc func;
  gpointer user_data;

  guint64 frames;               /* since the start, in the rate of now */
  guint64 column;               /* columns since the start */
  guint64 column_end;           /* in frames */
  gboolean is_fresh;            /* nothing has come into the column yet */
  GstRecPeak *bands;
};

static gint16
from_s16 (gint16 sample)
{
  return sample;
}

static gint16
from_s32 (gint32 sample)
{
  return sample >> 16;
}

/* Full scale is 32768, as for audioconvert. */
static gint16
from_f64 (gdouble sample)
{
  return lrint (CLAMP (sample * 32768.0, LOWEST, HIGHEST));
}

#define AS_IT_IS(sample) (sample)
/* As who plays 16 bits hears it: a channel that is too loud does not drown the
 * others in a mean. */
#define AT_FULL_SCALE(sample) \
  CLAMP ((sample), LOWEST / 32768.0, HIGHEST / 32768.0)

/* What is no number is neither low nor high, and is left out. The conversion
 * keeps order: of the extremes is as good as of every sample. */
#define DEFINE_SCANS(name, Type, Sum, lowest, highest, clip, convert) \
static GstRecPeak \
scan_channel_ ## name (gconstpointer frames, gsize n, guint channels) \
{ \
  const Type *samples = frames; \
  Type min = highest, max = lowest; \
 \
  for (gsize i = 0; i < n; i++) { \
    Type sample = samples[i * channels]; \
 \
    min = sample < min ? sample : min; \
    max = sample > max ? sample : max; \
  } \
 \
  return (GstRecPeak) {convert (min), convert (max)}; \
} \
 \
static GstRecPeak \
scan_mean_ ## name (gconstpointer frames, gsize n, guint channels) \
{ \
  const Type *samples = frames; \
  Sum min = highest, max = lowest; \
 \
  for (gsize i = 0; i < n; i++) { \
    Sum mean = 0; \
 \
    for (guint c = 0; c < channels; c++) \
      mean += clip (samples[c]); \
    samples += channels; \
    mean /= (Sum) channels; \
    min = mean < min ? mean : min; \
    max = mean > max ? mean : max; \
  } \
 \
  return (GstRecPeak) {convert (min), convert (max)}; \
}

DEFINE_SCANS (s16, gint16, gint32, G_MININT16, G_MAXINT16, AS_IT_IS, from_s16);
DEFINE_SCANS (s32, gint32, gint64, G_MININT32, G_MAXINT32, AS_IT_IS, from_s32);
DEFINE_SCANS (f32, gfloat, gdouble, -G_MAXFLOAT, G_MAXFLOAT, AT_FULL_SCALE,
    from_f64);
DEFINE_SCANS (f64, gdouble, gdouble, -G_MAXDOUBLE, G_MAXDOUBLE, AT_FULL_SCALE,
    from_f64);

static const struct
{
  GstAudioFormat format;
  ScanFunc scan_channel, scan_mean;
} scans[] = {
  {GST_AUDIO_FORMAT_S16, scan_channel_s16, scan_mean_s16},
  {GST_AUDIO_FORMAT_S32, scan_channel_s32, scan_mean_s32},
  {GST_AUDIO_FORMAT_F32, scan_channel_f32, scan_mean_f32},
  {GST_AUDIO_FORMAT_F64, scan_channel_f64, scan_mean_f64},
};

static guint64
end_of_column (const GstRecPeaks * self, guint64 column)
{
  return gst_util_uint64_scale (column + 1, self->column_n * self->rate,
      self->column_d);
}

/* With another rate the columns stay where they are in time, with other
 * channels the bands are as many as before. */
void
gst_rec_peaks_set_info (GstRecPeaks * self, const GstAudioInfo * info)
{
  if (self->rate)
    self->frames = gst_util_uint64_scale_round (self->frames, info->rate,
        self->rate);
  self->rate = info->rate;
  self->channels = info->channels;
  self->bpf = info->bpf;
  self->column_end = end_of_column (self, self->column);
  self->frames = MIN (self->frames, self->column_end);

  for (guint i = 0; i < G_N_ELEMENTS (scans); i++)
    if (scans[i].format == GST_AUDIO_INFO_FORMAT (info)) {
      self->scan_channel = scans[i].scan_channel;
      self->scan_mean = scans[i].scan_mean;
      return;
    }
  g_assert_not_reached ();
}

/* A column is column_n / column_d seconds of sound. column_n times the rate
 * has to fit into 64 bits. */
GstRecPeaks *
gst_rec_peaks_new (const GstAudioInfo * info, gboolean split,
    guint64 column_n, guint64 column_d, GstRecPeaksFunc func,
    gpointer user_data)
{
  GstRecPeaks *self = g_new0 (GstRecPeaks, 1);

  self->split = split;
  self->n_bands = split ? info->channels : 1;
  self->bands = g_new0 (GstRecPeak, self->n_bands);
  self->column_n = column_n;
  self->column_d = column_d;
  self->func = func;
  self->user_data = user_data;
  self->is_fresh = TRUE;
  gst_rec_peaks_set_info (self, info);

  return self;
}

void
gst_rec_peaks_free (GstRecPeaks * self)
{
  g_free (self->bands);
  g_free (self);
}

guint
gst_rec_peaks_get_n_bands (const GstRecPeaks * self)
{
  return self->n_bands;
}

static void
widen (GstRecPeaks * self, guint band, GstRecPeak peak)
{
  GstRecPeak *all = &self->bands[band];

  if (peak.min > peak.max)      /* no number at all */
    peak = (GstRecPeak) {0, 0};
  if (self->is_fresh)
    *all = peak;
  all->min = MIN (all->min, peak.min);
  all->max = MAX (all->max, peak.max);
}

/* A mono sound is heard in all channels; channels that are not there any more
 * are silent. */
static GstRecPeak
scan_band (const GstRecPeaks * self, const guint8 * frames, gsize n,
    guint band)
{
  guint channel = self->channels == 1 ? 0 : band;

  if (!self->split)
    return self->scan_mean (frames, n, self->channels);
  if (channel >= self->channels)
    return (GstRecPeak) {0, 0};

  return self->scan_channel (frames + channel * self->bpf / self->channels, n,
      self->channels);
}

/* A column shorter than a sample is as the one before. */
static void
emit (GstRecPeaks * self, guint64 n)
{
  self->column += n;
  self->column_end = end_of_column (self, self->column);
  self->is_fresh = TRUE;
  self->func (self->bands, n, self->user_data);
}

void
gst_rec_peaks_add (GstRecPeaks * self, gconstpointer frames, gsize n)
{
  const guint8 *data = frames;

  while (n > 0) {
    gsize take = MIN (n, self->column_end - self->frames);

    if (take > 0) {
      for (guint band = 0; band < self->n_bands; band++)
        widen (self, band, scan_band (self, data, take, band));
      self->is_fresh = FALSE;
    }
    self->frames += take;
    data += take * self->bpf;
    n -= take;
    if (self->frames == self->column_end)
      emit (self, 1);
  }
}

static void
widen_by_silence (GstRecPeaks * self)
{
  for (guint band = 0; band < self->n_bands; band++)
    widen (self, band, (GstRecPeak) {0, 0});
  self->is_fresh = FALSE;
}

/* The columns that end at or before the frame. The end of a column is rounded
 * down: (k + 1) times its length is less than the next frame. */
static guint64
columns_until (const GstRecPeaks * self, guint64 frame)
{
  return gst_util_uint64_scale_ceil (frame + 1, self->column_d,
      self->column_n * self->rate) - 1;
}

/* Takes no longer for an hour than for a second. */
void
gst_rec_peaks_add_silence (GstRecPeaks * self, guint64 n)
{
  guint64 until = self->frames + n;
  guint64 columns;

  if (n == 0)
    return;

  widen_by_silence (self);
  if (until >= self->column_end) {
    emit (self, 1);
    columns = columns_until (self, until) - self->column;
    if (columns > 0) {
      widen_by_silence (self);
      emit (self, columns);
    }
    if (until > end_of_column (self, self->column - 1))
      widen_by_silence (self);
  }
  self->frames = until;
}

/* The last column may be shorter than the others. */
void
gst_rec_peaks_finish (GstRecPeaks * self)
{
  if (!self->is_fresh)
    emit (self, 1);
}
