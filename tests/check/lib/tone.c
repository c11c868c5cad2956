/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <math.h>

#include "tone.h"

/* Formats by width, sign, byte order and kind; the rest differ by these. */
static const GstAudioFormat formats[] = {
  GST_AUDIO_FORMAT_S8, GST_AUDIO_FORMAT_U8, GST_AUDIO_FORMAT_S16LE,
  GST_AUDIO_FORMAT_S16BE, GST_AUDIO_FORMAT_U16LE, GST_AUDIO_FORMAT_S24_32LE,
  GST_AUDIO_FORMAT_S24LE, GST_AUDIO_FORMAT_U24BE, GST_AUDIO_FORMAT_S32LE,
  GST_AUDIO_FORMAT_U32BE, GST_AUDIO_FORMAT_F32LE, GST_AUDIO_FORMAT_F32BE,
  GST_AUDIO_FORMAT_F64LE, GST_AUDIO_FORMAT_F64BE,
};

#define RATE 48000
#define CHANNELS 3
#define N 1100                  /* more than is made at a time */
#define FIRST 7
#define MASKED 1001
/* A byte that is silence in no format. */
#define JUNK 0x5a

/* A sample as a number, where full scale is 1. */
static gdouble
read_sample (const GstAudioInfo * info, const guint8 * data)
{
  const GstAudioFormatInfo *finfo = info->finfo;
  gint32 s32;
  gdouble f64;

  if (finfo->unpack_format == GST_AUDIO_FORMAT_F64) {
    finfo->unpack_func (finfo, 0, &f64, (gpointer) data, 1);
    return f64;
  }
  finfo->unpack_func (finfo, 0, &s32, (gpointer) data, 1);

  return s32 / 2147483648.0;
}

static const guint8 *
sample_at (const GstAudioBuffer * buffer, guint i, guint channel)
{
  gint width = GST_AUDIO_INFO_WIDTH (&buffer->info) / 8;

  if (GST_AUDIO_INFO_LAYOUT (&buffer->info) ==
      GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    return (guint8 *) GST_AUDIO_BUFFER_PLANE_DATA (buffer, channel)
        + i * width;

  return (guint8 *) GST_AUDIO_BUFFER_PLANE_DATA (buffer, 0)
      + (i * CHANNELS + channel) * width;
}

static void
check_samples (const GstAudioBuffer * buffer, const GstRecTone * tone,
    GstClockTime time)
{
  gint width = GST_AUDIO_INFO_WIDTH (&buffer->info) / 8;
  guint8 junk[8];

  memset (junk, JUNK, sizeof (junk));
  for (guint i = 0; i < N; i++) {
    gdouble t = (gdouble) time / GST_SECOND + (gdouble) i / RATE;
    gdouble wanted = tone->volume * sin (2 * G_PI * tone->frequency * t);

    for (guint c = 0; c < CHANNELS; c++) {
      const guint8 *data = sample_at (buffer, i, c);

      if (i < FIRST || i >= FIRST + MASKED)
        fail_unless (memcmp (data, junk, width) == 0, "sample %u changed", i);
      else
        fail_unless (fabs (read_sample (&buffer->info, data) - wanted) < 0.009,
            "sample %u of channel %u is %f, not %f", i, c,
            read_sample (&buffer->info, data), wanted);
    }
  }
}

static void
check_tone (GstAudioFormat format, GstAudioLayout layout,
    const GstRecTone * tone)
{
  const GstClockTime time = 3 * GST_SECOND + 250 * GST_USECOND;
  g_autoptr (GstBuffer) buffer = NULL;
  GstAudioBuffer samples;
  GstAudioInfo info;

  gst_audio_info_set_format (&info, format, RATE, CHANNELS, NULL);
  info.layout = layout;
  buffer = gst_buffer_new_allocate (NULL, N * GST_AUDIO_INFO_BPF (&info),
      NULL);
  gst_buffer_memset (buffer, 0, JUNK, -1);
  gst_buffer_add_audio_meta (buffer, &info, N, NULL);
  fail_unless (gst_audio_buffer_map (&samples, &info, buffer,
          GST_MAP_READWRITE));
  gst_rec_tone_fill (tone, &samples, time, FIRST, MASKED);
  check_samples (&samples, tone, time);
  gst_audio_buffer_unmap (&samples);
}

GST_START_TEST (test_all_formats_and_layouts)
{
  const GstRecTone tone = { 997, 0.5 }, silence = { 997, 0 };
  GstAudioFormat format = formats[__i__ / 2];
  GstAudioLayout layout = __i__ % 2 ? GST_AUDIO_LAYOUT_NON_INTERLEAVED :
      GST_AUDIO_LAYOUT_INTERLEAVED;

  check_tone (format, layout, &tone);
  check_tone (format, layout, &silence);
}

GST_END_TEST;

static Suite *
tone_suite (void)
{
  Suite *s = suite_create ("tone");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_all_formats_and_layouts, 0,
      2 * G_N_ELEMENTS (formats));

  return s;
}

GST_CHECK_MAIN (tone);
