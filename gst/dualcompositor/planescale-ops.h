/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The inner loops of the plane scaler. Between its two passes a sample is 16
 * bits: the value less 128, with seven bits behind the point. That leaves half
 * of the range to what a filter with negative lobes adds and takes back. */
#define GST_REC_PLANE_OPS_FRACTION 7

/* Weights have 14 bits behind the point; those of a sample add up to one. */
#define GST_REC_PLANE_OPS_WEIGHT 14

/* Rounding a product is wrong by 1/256 of a level down and by 1/128 across, at
 * most: with twice these taps, flat might not stay flat. */
#define GST_REC_PLANE_OPS_MAX_TAPS 32

/* The second pass takes so many lines at once, which are turned for it: all
 * that is in one column lies side by side. Then it is the first pass again,
 * whatever the ratio and the components. */
#define GST_REC_PLANE_OPS_LINES 16

/* turn() may do so many columns more. */
#define GST_REC_PLANE_OPS_MORE 7

typedef struct
{
  const gchar *name;

  /* Adds up @n_taps lines of @src, @size bytes each. */
  void (*down) (gint16 * dest, const guint8 * src, gint stride,
      const gint16 * taps, guint n_taps, guint size);

  /* All lines of @size columns, @stride samples from each other in @src */
  void (*turn) (gint16 * dest, const gint16 * src, guint stride, guint size);

  /* Draws @n samples of 1, 2 or 4 components. That at i is made of those of
   * @src from first[i] on, with @n_taps weights from taps[i * n_taps] on. */
  void (*across) (guint8 * dest, const gint16 * src, const guint16 * first,
      const gint16 * taps, guint n_taps, guint n, guint components);

  /* The first @n_lines of @size columns */
  void (*turn_back) (guint8 * dest, gint stride, const guint8 * src,
      guint size, guint n_lines);

  /* Instead of all that, where the width stays: one line */
  void (*narrow) (guint8 * dest, const gint16 * src, guint size);
} GstRecPlaneOps;

const GstRecPlaneOps *gst_rec_plane_ops_get (void);

/* All that this machine can run, up to NULL; the first is the reference. */
const GstRecPlaneOps *gst_rec_plane_ops_get_nth (guint n);

/* What gst_rec_plane_ops_get_nth() chooses from, or NULL */
const GstRecPlaneOps *gst_rec_plane_ops_get_avx2 (void);

G_END_DECLS
