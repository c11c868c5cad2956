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

/* A weight's last bit counts 1/64 of a level in the worst case, and rounding a
 * product 1/256: with more taps than these, flat would not stay flat. */
#define GST_REC_PLANE_OPS_MAX_TAPS 64

/* Those of a sample across come in so many, the last of them zero: 8, or a
 * multiple of 16 */
#define GST_REC_PLANE_OPS_PAD(n) ((n) <= 8 ? 8 : ((n) + 15) / 16 * 16)

typedef struct
{
  const gchar *name;

  /* Adds up @n_taps lines of @src, @size bytes each. */
  void (*down) (gint16 * dest, const guint8 * src, gint stride,
      const gint16 * taps, guint n_taps, guint size);

  /* Draws @n samples of 1, 2 or 4 components. That at i is made of those of
   * @src from first[i] on, with the @n_taps (padded) from taps[i * n_taps]. */
  void (*across[3]) (guint8 * dest, const gint16 * src, const guint16 * first,
      const gint16 * taps, guint n_taps, guint n);

  /* Instead of that where the width stays */
  void (*narrow) (guint8 * dest, const gint16 * src, guint size);
} GstRecPlaneOps;

const GstRecPlaneOps *gst_rec_plane_ops_get (void);

/* All that this machine can run, up to NULL; the first is the reference. */
const GstRecPlaneOps *gst_rec_plane_ops_get_nth (guint n);

/* What gst_rec_plane_ops_get_nth() chooses from, or NULL */
const GstRecPlaneOps *gst_rec_plane_ops_get_avx2 (void);

G_END_DECLS
