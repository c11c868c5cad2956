/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "simsender.h"

G_BEGIN_DECLS

/* Pictures that move, of so many bit/s and frames; 0: the flash. */
typedef struct
{
  guint bitrate;
  guint fps;
  guint n_frames;
} SimMotion;

gboolean sim_media_encode (SimMedia * self, SimCodec codec,
    guint32 dimensions, const SimMotion * motion, GError ** error);
gboolean sim_media_encode_table (SimMedia * self, const SimStream * streams,
    guint n_streams, const SimMotion * motion, GError ** error);

G_END_DECLS
