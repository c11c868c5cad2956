/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "tone.h"

#include <math.h>

/* Samples are made and packed that many at a time. */
#define CHUNK 512

typedef union
{
  gint32 s32[CHUNK];
  gdouble f64[CHUNK];
} Unpacked;

/* Where the first sample, @skip samples after @time, is in the wave, in
 * periods. It depends on running time alone, so that the tone goes on from
 * buffer to buffer, whatever was between them. */
static gdouble
get_phase (const GstRecTone * self, guint rate, GstClockTime time, guint skip)
{
  gdouble seconds;

  if (!GST_CLOCK_TIME_IS_VALID (time))
    time = 0;
  seconds = time / GST_SECOND + (time % GST_SECOND) / (gdouble) GST_SECOND
      + (gdouble) skip / rate;

  return fmod (seconds * self->frequency, 1);
}

/* As the format's functions take them, each of @repeat channels alike. */
static void
make_samples (const GstRecTone * self, const GstAudioInfo * info,
    gdouble phase, guint n, guint repeat, Unpacked * out)
{
  gboolean is_float = GST_AUDIO_FORMAT_INFO_IS_FLOAT (info->finfo);

  for (guint i = 0; i < n; i++) {
    gdouble v = self->volume * sin (2 * G_PI * (phase + i * self->frequency
            / GST_AUDIO_INFO_RATE (info)));

    for (guint c = 0; c < repeat; c++) {
      if (is_float)
        out->f64[i * repeat + c] = v;
      else
        out->s32[i * repeat + c] = v * G_MAXINT32;
    }
  }
}

/* @n samples of @repeat channels each from @data on. */
static void
fill_tone (const GstRecTone * self, const GstAudioInfo * info, guint8 * data,
    GstClockTime time, guint first, guint n, guint repeat)
{
  const GstAudioFormatInfo *finfo = info->finfo;
  const guint step = CHUNK / repeat;
  const gsize width = GST_AUDIO_FORMAT_INFO_WIDTH (finfo) / 8 * repeat;
  Unpacked samples;

  for (guint done = 0; done < n; done += step) {
    guint count = MIN (step, n - done);

    make_samples (self, info, get_phase (self, GST_AUDIO_INFO_RATE (info),
            time, first + done), count, repeat, &samples);
    finfo->pack_func (finfo, 0, &samples, data + done * width,
        count * repeat);
  }
}

/* Replaces @n samples of all channels from the @first on, which is that many
 * after running time @time. */
void
gst_rec_tone_fill (const GstRecTone * self, const GstAudioBuffer * buffer,
    GstClockTime time, guint first, guint n)
{
  const GstAudioInfo *info = &buffer->info;
  const gboolean is_planar =
      GST_AUDIO_INFO_LAYOUT (info) == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  const guint repeat = is_planar ? 1 : GST_AUDIO_INFO_CHANNELS (info);
  const gsize width = GST_AUDIO_INFO_WIDTH (info) / 8 * repeat;

  for (gint i = 0; i < GST_AUDIO_BUFFER_N_PLANES (buffer); i++) {
    guint8 *data = (guint8 *) GST_AUDIO_BUFFER_PLANE_DATA (buffer, i)
        + first * width;

    if (self->volume > 0)
      fill_tone (self, info, data, time, first, n, repeat);
    else
      gst_audio_format_info_fill_silence (info->finfo, data, n * width);
  }
}
