/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "sessiondescription.h"

G_BEGIN_DECLS

/* Hz, of all decoded sound. An AAC encoder delays by 1024 samples, which are
 * 21 ms at this rate and 128 ms at that of PCMU. */
#define GST_REC_SOUND_RATE 48000

GstCaps *gst_rec_sound_caps (gint channels);
GstCaps *gst_rec_chain_sound_caps (const GstRecStreamDescription * description);
GstElement *gst_rec_chain_new (const GstRecStreamDescription * stream,
    GstRecCodec codec, gboolean decode, GError ** error);
void gst_rec_chain_prepend (GstElement * chain, GstElement * element);

G_END_DECLS
