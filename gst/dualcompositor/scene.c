/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "scene.h"

void
gst_rec_scene_clear (GstRecScene * self)
{
  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    gst_clear_buffer (&self->pictures[i]);
    g_clear_pointer (&self->changes[i], g_array_unref);
  }
}
