/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What it costs to scale an I420 frame of noise: the compositor's own scaler
 * (cubic) beside GstVideoConverter's linear and cubic ones, in turns, so that
 * whatever else the machine does meets all of them.
 *
 *   planescale [--smoke]
 *
 * The fastest and the median of all runs, and how many times quicker than
 * GstVideoConverter, by the fastest. */

#include <gst/video/video.h>
#include <string.h>
#include <time.h>

#include "planescale.h"

#define RUNS 200

typedef struct
{
  gint in_width, in_height, out_width, out_height;
} Case;

static const Case cases[] = {
  {1280, 720, 480, 270},
  {1920, 1080, 960, 540},
  {1920, 1080, 1440, 810},
  {1280, 720, 1920, 1080},
};

typedef enum
{
  OURS,
  LINEAR,
  CUBIC,
  N_WAYS
} Way;

static const gchar *const names[] = { "ours", "linear", "cubic" };

typedef struct
{
  GstVideoFrame in, out;
  GstRecPlaneScale *scales[2];  /* of luma and of chroma */
  GstVideoConverter *converters[N_WAYS];
  gdouble ms[N_WAYS][RUNS];
} Bench;

static void
new_frame (GstVideoFrame * frame, gint width, gint height)
{
  GstVideoInfo info;
  GstBuffer *buffer;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, width, height);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_video_frame_map (frame, &info, buffer, GST_MAP_READWRITE);
  gst_buffer_unref (buffer);
}

static void
fill_with_noise (GstVideoFrame * frame)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);

  for (gsize i = 0; i < GST_VIDEO_FRAME_SIZE (frame); i++)
    data[i] = g_rand_int (random);
}

static GstVideoConverter *
new_converter (const Bench * self, GstVideoResamplerMethod method)
{
  return gst_video_converter_new (&self->in.info, &self->out.info,
      gst_structure_new ("GstVideoConverterConfig",
          GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD,
          GST_TYPE_VIDEO_RESAMPLER_METHOD, method,
          GST_VIDEO_CONVERTER_OPT_THREADS, G_TYPE_UINT, 1, NULL));
}

static void
bench_init (Bench * self, const Case * c)
{
  new_frame (&self->in, c->in_width, c->in_height);
  new_frame (&self->out, c->out_width, c->out_height);
  fill_with_noise (&self->in);
  for (guint i = 0; i < 2; i++)
    self->scales[i] = gst_rec_plane_scale_new (c->in_width >> i,
        c->in_height >> i, c->out_width >> i, c->out_height >> i, 1,
        GST_REC_PLANE_SITE_CENTER, GST_REC_PLANE_SITE_CENTER);
  self->converters[LINEAR] =
      new_converter (self, GST_VIDEO_RESAMPLER_METHOD_LINEAR);
  self->converters[CUBIC] =
      new_converter (self, GST_VIDEO_RESAMPLER_METHOD_CUBIC);
}

static void
bench_clear (Bench * self)
{
  gst_video_frame_unmap (&self->in);
  gst_video_frame_unmap (&self->out);
  for (guint i = 0; i < 2; i++)
    gst_rec_plane_scale_free (self->scales[i]);
  gst_video_converter_free (self->converters[LINEAR]);
  gst_video_converter_free (self->converters[CUBIC]);
}

static void
scale (Bench * self)
{
  for (guint i = 0; i < 3; i++)
    gst_rec_plane_scale_draw (self->scales[i > 0],
        GST_VIDEO_FRAME_PLANE_DATA (&self->in, i),
        GST_VIDEO_FRAME_PLANE_STRIDE (&self->in, i),
        GST_VIDEO_FRAME_PLANE_DATA (&self->out, i),
        GST_VIDEO_FRAME_PLANE_STRIDE (&self->out, i), 0, 0,
        GST_VIDEO_FRAME_COMP_WIDTH (&self->out, i),
        GST_VIDEO_FRAME_COMP_HEIGHT (&self->out, i));
}

static gdouble
now_ms (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);

  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void
run (Bench * self, Way way, guint i)
{
  gdouble start = now_ms ();

  if (way == OURS)
    scale (self);
  else
    gst_video_converter_frame (self->converters[way], &self->in, &self->out);
  self->ms[way][i] = now_ms () - start;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static void
print (Bench * self, const Case * c, guint runs)
{
  g_print ("%dx%d to %dx%d\n", c->in_width, c->in_height, c->out_width,
      c->out_height);
  for (Way way = OURS; way < N_WAYS; way++)
    qsort (self->ms[way], runs, sizeof (gdouble), compare);
  for (Way way = OURS; way < N_WAYS; way++)
    g_print ("  %-6s  fastest %7.3f ms  median %7.3f ms  %5.1f\n", names[way],
        self->ms[way][0], self->ms[way][runs / 2],
        self->ms[way][0] / self->ms[OURS][0]);
}

int
main (int argc, char **argv)
{
  gboolean smoke = argc == 2 && strcmp (argv[1], "--smoke") == 0;
  guint runs = smoke ? 1 : RUNS;

  if (argc > 1 && !smoke) {
    g_printerr ("usage: %s [--smoke]\n", argv[0]);
    return 2;
  }

  gst_init (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree Bench *bench = g_new0 (Bench, 1);

    bench_init (bench, &cases[i]);
    for (guint n = 0; n < runs; n++)
      for (Way way = OURS; way < N_WAYS; way++)
        run (bench, way, n);
    print (bench, &cases[i], runs);
    bench_clear (bench);
  }

  return 0;
}
