/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

#include "tiles.h"

G_BEGIN_DECLS

/* Pictures that are kept and drawn on again when nobody else holds them any
 * more. Each knows what has changed since it was the latest, as buffers of a
 * window do (EGL_EXT_buffer_age). All of it zero is valid. */
#define GST_REC_MAX_CANVASES 8

typedef struct
{
  GstBuffer *buffer;
  gboolean is_borrowed;         /* an input's: never drawn on */
  GstRecTiles stale;            /* where it is not the latest picture */
} GstRecCanvas;

typedef struct
{
  gint width, height;
  GstRecCanvas canvases[GST_REC_MAX_CANVASES];
  guint n;
  guint latest;                 /* complete, if n > 0 */
} GstRecCanvases;

void gst_rec_canvases_set_size (GstRecCanvases * self, gint width,
    gint height);
void gst_rec_canvases_clear (GstRecCanvases * self);

GstBuffer *gst_rec_canvases_get_latest (const GstRecCanvases * self);
GstBuffer *gst_rec_canvases_copy_latest (const GstRecCanvases * self);
void gst_rec_canvases_add_damage (GstRecCanvases * self,
    const GstRecTiles * damage);
GstRecCanvas *gst_rec_canvases_find_free (GstRecCanvases * self);
GstRecCanvas *gst_rec_canvases_add (GstRecCanvases * self, GstBuffer * buffer);
GstRecCanvas *gst_rec_canvases_borrow (GstRecCanvases * self,
    GstBuffer * picture);
void gst_rec_canvases_set_latest (GstRecCanvases * self,
    const GstRecCanvas * canvas);

G_END_DECLS
