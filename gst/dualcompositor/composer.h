/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "adoption.h"
#include "background.h"
#include "canvases.h"
#include "painter.h"
#include "scene.h"

G_BEGIN_DECLS

/* Draws scene after scene, of each only what differs from the one before. All
 * of it zero is valid. */
typedef struct
{
  GstRecScene shown;
  GstRecTiles damage;           /* where the next scene differs */
  gboolean changed[GST_REC_N_INPUTS];   /* inputs whose picture differs */
  GstRecPainter painters[GST_REC_N_INPUTS];
  GstRecBackground background, border;
  GstRecCanvases canvases;
  GstRecAdoption adoption;
  gboolean may_adopt;           /* the scene that was compared */
} GstRecComposer;

void gst_rec_composer_clear (GstRecComposer * self);

gboolean gst_rec_composer_compare (GstRecComposer * self,
    GstRecScene * scene, GError ** error);
gboolean gst_rec_composer_borrow (GstRecComposer * self, GstRecScene * scene);
gboolean gst_rec_composer_adopt (GstRecComposer * self, GstRecScene * scene,
    GError ** error);
GstRecCanvas *gst_rec_composer_find_canvas (GstRecComposer * self);
gboolean gst_rec_composer_draw (GstRecComposer * self, GstRecScene * scene,
    GstRecCanvas * canvas, GError ** error);

G_END_DECLS
