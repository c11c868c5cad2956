/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SIM_VP8,
  SIM_VP9,
  SIM_H264,
  SIM_OPUS,
  SIM_PCMU,
  SIM_N_CODECS
} SimCodec;

typedef enum
{
  SIM_MEDIA_RUN,                /* dark: a keyframe, and what follows it */
  SIM_MEDIA_FLASH,              /* a white keyframe */
  SIM_MEDIA_SOUND,              /* a second that begins with the beep */
  SIM_MEDIA_SILENCE,
} SimMediaKind;

/* Width and height in one number, to stand in a table. */
#define SIM_DIMENSIONS(width, height) ((guint32) ((width) << 16 | (height)))
#define SIM_WIDTH(dimensions) ((dimensions) >> 16)
#define SIM_HEIGHT(dimensions) ((dimensions) & 0xffff)

/* What senders have to say, packetized beforehand: units (a picture, a packet
 * of sound) of payloads of RTP. */
typedef struct _SimMedia SimMedia;

SimMedia *sim_media_new (void);
void sim_media_free (SimMedia * self);

GPtrArray *sim_media_add (SimMedia * self, SimCodec codec,
    guint32 dimensions, SimMediaKind kind);
const GPtrArray *sim_media_find (const SimMedia * self, SimCodec codec,
    guint32 dimensions, SimMediaKind kind);

void sim_media_append (GPtrArray * units, gboolean begins,
    gconstpointer payload, gsize size);
GBytes *sim_media_pcmu (guint64 first_sample, guint n, gint ppm,
    gboolean is_silent);

gboolean sim_codec_is_video (SimCodec codec);
const gchar *sim_codec_name (SimCodec codec);
guint sim_codec_clock_rate (SimCodec codec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimMedia, sim_media_free);

G_END_DECLS
