/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "rect.h"

G_BEGIN_DECLS

/* The inputs, in the order in which they are drawn. */
typedef enum
{
  GST_REC_INPUT_SCREEN,
  GST_REC_INPUT_WEBCAM,
  GST_REC_INPUT_WAVEFORM,
  GST_REC_N_INPUTS
} GstRecInput;

typedef enum
{
  GST_REC_LAYOUT_SIDE_BY_SIDE,
  GST_REC_LAYOUT_PIP,
  GST_REC_LAYOUT_SCREEN_ONLY,
  GST_REC_LAYOUT_WEBCAM_ONLY,
  GST_REC_LAYOUT_STACKED
} GstRecLayout;

typedef enum
{
  GST_REC_CORNER_TOP_LEFT,
  GST_REC_CORNER_TOP_RIGHT,
  GST_REC_CORNER_BOTTOM_LEFT,
  GST_REC_CORNER_BOTTOM_RIGHT
} GstRecCorner;

typedef struct
{
  GstRecLayout layout;
  GstRecCorner pip_corner;
  gdouble pip_scale;            /* longer side of the inset / output width */
  gint margin;                  /* pixels from the inset to the edges */
  gint pip_border;              /* pixels around the inset */
  gdouble waveform_height;      /* of the strip / output height */
} GstRecLayoutConfig;

typedef struct
{
  gint width, height;           /* pixels; a width of 0: there is no picture */
  gint par_n, par_d;            /* pixel aspect ratio */
} GstRecPictureSize;

/* Where everything goes. An empty rectangle: it is not shown. */
typedef struct
{
  GstRecRect rects[GST_REC_N_INPUTS];
  GstRecRect border;            /* its outer edges; the inset lies in it */
} GstRecPlacement;

void gst_rec_layout_place (const GstRecLayoutConfig * config,
    const GstRecPictureSize * output, const GstRecPictureSize * inputs,
    GstRecPlacement * placement);

G_END_DECLS
