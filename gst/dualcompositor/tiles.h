/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/video.h>

#include "rect.h"

G_BEGIN_DECLS

/* A tile's line of luma is a cache line; both sides hold whole chroma samples
 * and whole tiles of a dither pattern. */
#define GST_REC_TILE_WIDTH 64
#define GST_REC_TILE_HEIGHT 16

/* A set of tiles of a picture. All of it zero is a valid, empty set of none. */
typedef struct
{
  gint width, height;           /* of the picture, pixels */
  guint columns, rows;
  guint count;                  /* tiles in the set */
  guint8 *in;                   /* columns * rows: whether a tile is in the set */
} GstRecTiles;

void gst_rec_tiles_resize (GstRecTiles * self, gint width, gint height);
void gst_rec_tiles_clear (GstRecTiles * self);

void gst_rec_tiles_remove_all (GstRecTiles * self);
void gst_rec_tiles_add_all (GstRecTiles * self);
void gst_rec_tiles_add_rect (GstRecTiles * self, const GstRecRect * rect);
void gst_rec_tiles_add (GstRecTiles * self, const GstRecTiles * other);
void gst_rec_tiles_subtract (GstRecTiles * self, const GstRecTiles * other);

gboolean gst_rec_tiles_next_rect (const GstRecTiles * self, guint * position,
    GstRecRect * rect);

void gst_rec_tiles_add_differences (GstRecTiles * self,
    const GstVideoFrame * a, const GstVideoFrame * b);

G_END_DECLS
