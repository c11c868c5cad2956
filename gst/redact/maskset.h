/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "cover.h"
#include "regions.h"
#include "spans.h"

G_BEGIN_DECLS

typedef enum
{
  GST_REC_MASK_WHOLE,           /* the whole picture */
  GST_REC_MASK_REGIONS,
  GST_REC_MASK_ROI              /* what GstVideoRegionOfInterestMeta say */
} GstRecMaskKind;

/* What a span masks. Immutable once it is in one. */
typedef struct
{
  gboolean is_region;           /* an application added it as one */
  GstRecMaskKind kind;
  GstRecRegions *regions;
  GStrv roi_types;
} GstRecMask;

GstRecMask *gst_rec_mask_new_whole (void);
GstRecMask *gst_rec_mask_new_regions (GstRecRegions * regions);
GstRecMask *gst_rec_mask_new_roi (const gchar * types);
GstRecMask *gst_rec_mask_ref (GstRecMask * self);
void gst_rec_mask_unref (gpointer self);

typedef struct
{
  GstRecCoverMethod method;
  guint32 argb;
  gint padding;                 /* pixels around each region */
  gint reference_width, reference_height;       /* of regions in pixels */
} GstRecMaskStyle;

/* All that is to be masked in one picture. */
typedef struct
{
  GArray *ids;                  /* guint, the spans, sorted */
  GPtrArray *masks;             /* GstRecMask, of these spans */
  GstRecMaskStyle style;
} GstRecMaskSet;

void gst_rec_mask_set_init (GstRecMaskSet * self);
void gst_rec_mask_set_clear (GstRecMaskSet * self);
void gst_rec_mask_set_take_spans (GstRecMaskSet * self,
    const GstRecSpans * spans, GstClockTime from, GstClockTime until);
void gst_rec_mask_set_swap (GstRecMaskSet * self, GstRecMaskSet * other);
void gst_rec_mask_set_add (GstRecMaskSet * self, const GstRecMaskSet * other);

gboolean gst_rec_mask_set_is_empty (const GstRecMaskSet * self);
gboolean gst_rec_mask_set_is_solid (const GstRecMaskSet * self);
gboolean gst_rec_mask_set_asks_buffer (const GstRecMaskSet * self);
gboolean gst_rec_mask_set_keeps_damage (const GstRecMaskSet * self);
gboolean gst_rec_mask_set_has (const GstRecMaskSet * self, guint id);
gboolean gst_rec_mask_set_is_equal (const GstRecMaskSet * self,
    const GstRecMaskSet * other);
gboolean gst_rec_mask_set_differs (const GstRecMaskSet * self,
    const GstRecMaskSet * other);
gboolean gst_rec_mask_style_is_equal (const GstRecMaskStyle * a,
    const GstRecMaskStyle * b);

gboolean gst_rec_mask_set_draw (const GstRecMaskSet * self,
    const GstVideoInfo * info, GstBuffer * buffer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecMaskSet, gst_rec_mask_set_clear)

G_END_DECLS
