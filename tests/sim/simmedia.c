/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "simmedia.h"

/* A beep of 1 kHz at the begin of each second, as mu-law (G.711). */
#define PCMU_RATE 8000
#define PCMU_BEEP (PCMU_RATE / 20)
#define PCMU_HIGH 0x90
#define PCMU_LOW 0x10
#define PCMU_SILENCE 0xff

typedef struct
{
  SimCodec codec;
  guint32 dimensions;
  SimMediaKind kind;
  GPtrArray *units;             /* of GPtrArray of GBytes */
} Entry;

struct _SimMedia
{
  GPtrArray *entries;
};

static const struct
{
  const gchar *name;
  guint clock_rate;
} codecs[SIM_N_CODECS] = {
  [SIM_VP8] = {"VP8", 90000},
  [SIM_VP9] = {"VP9", 90000},
  [SIM_H264] = {"H264", 90000},
  [SIM_OPUS] = {"opus", 48000},
  [SIM_PCMU] = {"PCMU", PCMU_RATE},
};

gboolean
sim_codec_is_video (SimCodec codec)
{
  return codec <= SIM_H264;
}

const gchar *
sim_codec_name (SimCodec codec)
{
  return codecs[codec].name;
}

guint
sim_codec_clock_rate (SimCodec codec)
{
  return codecs[codec].clock_rate;
}

static void
entry_free (Entry * self)
{
  g_ptr_array_unref (self->units);
  g_free (self);
}

SimMedia *
sim_media_new (void)
{
  SimMedia *self = g_new0 (SimMedia, 1);

  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);

  return self;
}

void
sim_media_free (SimMedia * self)
{
  g_ptr_array_unref (self->entries);
  g_free (self);
}

/* The units to fill; empty. */
GPtrArray *
sim_media_add (SimMedia * self, SimCodec codec, guint32 dimensions,
    SimMediaKind kind)
{
  Entry *entry = g_new0 (Entry, 1);

  *entry = (Entry) {
    codec, dimensions, kind,
    g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref)};
  g_ptr_array_add (self->entries, entry);

  return entry->units;
}

/* NULL if there is none. */
const GPtrArray *
sim_media_find (const SimMedia * self, SimCodec codec, guint32 dimensions,
    SimMediaKind kind)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);

    if (entry->codec == codec && entry->dimensions == dimensions
        && entry->kind == kind)
      return entry->units;
  }

  return NULL;
}

/* A payload that @begins a unit, or goes on with the last one. */
void
sim_media_append (GPtrArray * units, gboolean begins, gconstpointer payload,
    gsize size)
{
  GPtrArray *unit;

  if (begins)
    g_ptr_array_add (units,
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref));
  unit = g_ptr_array_index (units, units->len - 1);
  g_ptr_array_add (unit, g_bytes_new (payload, size));
}

/* @first_sample counts by a clock that is @ppm fast, the seconds do not. */
GBytes *
sim_media_pcmu (guint64 first_sample, guint n, gint ppm, gboolean is_silent)
{
  guint8 *payload = g_malloc (n);

  for (guint i = 0; i < n; i++) {
    guint64 sample = (first_sample + i) * 1000000 / (1000000 + ppm);

    if (is_silent || sample % PCMU_RATE >= PCMU_BEEP)
      payload[i] = PCMU_SILENCE;
    else
      payload[i] = sample / 4 % 2 ? PCMU_LOW : PCMU_HIGH;
  }

  return g_bytes_new_take (payload, n);
}
