/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "convert.h"
#include "frame.h"
#include "planescale.h"
#include "tiles.h"

G_BEGIN_DECLS

/* Draws parts of one input's picture into a rectangle of a frame: scaled and
 * converted, and only where the picture has changed. A drawn part has the same
 * pixels whatever else is drawn. All of it zero is valid.
 *
 * For each picture: set up; add what has changed since the last one to
 * @changed; begin; draw any parts, also unchanged ones; end. */
typedef struct
{
  GstVideoInfo in, out;         /* of the picture, and of what is drawn into */
  gint width, height;           /* of the rectangle */
  GstRecTiles changed;          /* of the picture, since it was last begun */

  /* A picture that needs conversion is kept as it was converted, in the size of
   * the picture (then it is scaled as it is drawn) or of the rectangle. */
  GstVideoFrame scaled, converted;
  GstRecConvert convert;
  gint reach;                   /* pixels: how far conversion looks around */
  GstRecTiles to_convert;       /* of the picture that is converted */
  GstRecPlaneScale *scales[GST_VIDEO_MAX_PLANES];

  GstVideoFrame picture;        /* between begin and end */
} GstRecPainter;

gboolean gst_rec_painter_set_up (GstRecPainter * self, const GstVideoInfo * in,
    const GstVideoInfo * out, gint width, gint height, GError ** error);
void gst_rec_painter_clear (GstRecPainter * self);

gboolean gst_rec_painter_is_identity (const GstRecPainter * self);
void gst_rec_painter_map_changed (GstRecPainter * self,
    const GstRecRect * rect, GstRecTiles * out);

gboolean gst_rec_painter_begin (GstRecPainter * self, GstBuffer * picture,
    GError ** error);
void gst_rec_painter_draw (GstRecPainter * self, GstVideoFrame * out,
    const GstRecRect * rect, const GstRecRect * part);
void gst_rec_painter_end (GstRecPainter * self);

G_END_DECLS
