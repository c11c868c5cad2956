/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/base/gstbytereader.h>

#include "sessiondescription.h"

G_BEGIN_DECLS

/* What the payload of one video packet says of its picture. */
typedef struct
{
  gboolean begins_picture;      /* with its first byte */
  gboolean begins_keyframe;     /* with the first byte of its slices */
  gboolean has_parameters;      /* a sequence parameter set, of H.264 */
  gboolean is_discardable;      /* no other picture needs this one */
  gboolean is_oversize;         /* no decoder should see it */
} GstRecVideoPayload;

GstRecVideoPayload gst_rec_video_payload_parse (GstRecCodec codec,
    const guint8 * data, gsize size);

gboolean gst_rec_get_nal_size (GstByteReader * reader, guint * size);

G_END_DECLS
