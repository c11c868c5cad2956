/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "frame.h"
#include "tiles.h"

G_BEGIN_DECLS

/* The screen's picture on which the inset was drawn, because nobody else holds
 * it: nothing is copied. What the inset covers is kept. All of it zero is
 * valid. */
typedef struct
{
  GstBuffer *picture;
  GstVideoInfo info;
  GstRecRect rect;              /* whole tiles around what is covered */
  GstVideoFrame under;          /* what was there */
  GstBuffer *restored;          /* the picture as it was, once it is needed */
} GstRecAdoption;

gboolean gst_rec_adoption_is_possible (GstBuffer * picture, guint refs);
gboolean gst_rec_adoption_take (GstRecAdoption * self, GstBuffer * picture,
    const GstVideoInfo * info, const GstRecRect * covered,
    GstVideoFrame * frame, GError ** error);
void gst_rec_adoption_unmap (GstVideoFrame * frame);
void gst_rec_adoption_clear (GstRecAdoption * self);

void gst_rec_adoption_add_differences (const GstRecAdoption * self,
    const GstVideoFrame * adopted, const GstVideoFrame * other,
    GstRecTiles * tiles);
GstBuffer *gst_rec_adoption_restore (GstRecAdoption * self, GError ** error);

G_END_DECLS
