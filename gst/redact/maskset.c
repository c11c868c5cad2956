/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "maskset.h"

#include <string.h>

/* --- Masks --- */

static GstRecMask *
mask_new (GstRecMaskKind kind)
{
  GstRecMask *self = g_rc_box_new0 (GstRecMask);

  self->kind = kind;

  return self;
}

GstRecMask *
gst_rec_mask_new_whole (void)
{
  return mask_new (GST_REC_MASK_WHOLE);
}

/* Takes @regions. */
GstRecMask *
gst_rec_mask_new_regions (GstRecRegions * regions)
{
  GstRecMask *self = mask_new (GST_REC_MASK_REGIONS);

  self->regions = regions;

  return self;
}

/* A comma between two types; spaces around them do not count. */
GstRecMask *
gst_rec_mask_new_roi (const gchar * types)
{
  GstRecMask *self = mask_new (GST_REC_MASK_ROI);

  self->roi_types = g_strsplit (types, ",", -1);
  for (guint i = 0; self->roi_types[i]; i++)
    g_strstrip (self->roi_types[i]);

  return self;
}

GstRecMask *
gst_rec_mask_ref (GstRecMask * self)
{
  return g_rc_box_acquire (self);
}

static void
mask_free (gpointer data)
{
  GstRecMask *self = data;

  g_clear_pointer (&self->regions, gst_rec_regions_unref);
  g_clear_pointer (&self->roi_types, g_strfreev);
}

void
gst_rec_mask_unref (gpointer self)
{
  g_rc_box_release_full (self, mask_free);
}

/* --- Sets --- */

void
gst_rec_mask_set_init (GstRecMaskSet * self)
{
  *self = (GstRecMaskSet) {
    g_array_new (FALSE, FALSE, sizeof (guint)),
    g_ptr_array_new_with_free_func (gst_rec_mask_unref), {0,}
  };
}

void
gst_rec_mask_set_clear (GstRecMaskSet * self)
{
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->masks, g_ptr_array_unref);
}

static void
add_mask (GstRecMaskSet * self, guint id, GstRecMask * mask)
{
  guint i = 0;

  while (i < self->ids->len && g_array_index (self->ids, guint, i) < id)
    i++;
  g_array_insert_val (self->ids, i, id);
  g_ptr_array_insert (self->masks, i, gst_rec_mask_ref (mask));
}

/* What is to be masked from @from until @until, and nothing else. */
void
gst_rec_mask_set_take_spans (GstRecMaskSet * self, const GstRecSpans * spans,
    GstClockTime from, GstClockTime until)
{
  const GstRecSpan *span;
  guint position = 0;

  g_array_set_size (self->ids, 0);
  g_ptr_array_set_size (self->masks, 0);
  while ((span = gst_rec_spans_next (spans, from, until, &position)))
    add_mask (self, span->id, span->what);
}

void
gst_rec_mask_set_swap (GstRecMaskSet * self, GstRecMaskSet * other)
{
  GstRecMaskSet set = *self;

  *self = *other;
  *other = set;
}

gboolean
gst_rec_mask_set_has (const GstRecMaskSet * self, guint id)
{
  for (guint i = 0; i < self->ids->len; i++)
    if (g_array_index (self->ids, guint, i) == id)
      return TRUE;

  return FALSE;
}

void
gst_rec_mask_set_add (GstRecMaskSet * self, const GstRecMaskSet * other)
{
  for (guint i = 0; i < other->ids->len; i++) {
    guint id = g_array_index (other->ids, guint, i);

    if (!gst_rec_mask_set_has (self, id))
      add_mask (self, id, g_ptr_array_index (other->masks, i));
  }
}

gboolean
gst_rec_mask_set_is_empty (const GstRecMaskSet * self)
{
  return self->ids->len == 0;
}

static gboolean
has_kind (const GstRecMaskSet * self, GstRecMaskKind kind)
{
  for (guint i = 0; i < self->masks->len; i++) {
    const GstRecMask *mask = g_ptr_array_index (self->masks, i);

    if (mask->kind == kind)
      return TRUE;
  }

  return FALSE;
}

/* Whether the picture is the same whatever was in it, and all its neighbours
 * are: nothing of it is left. */
gboolean
gst_rec_mask_set_is_solid (const GstRecMaskSet * self)
{
  return has_kind (self, GST_REC_MASK_WHOLE)
      && self->style.method == GST_REC_COVER_FILL;
}

/* Whether each buffer says itself what is to be masked. */
gboolean
gst_rec_mask_set_asks_buffer (const GstRecMaskSet * self)
{
  return has_kind (self, GST_REC_MASK_ROI);
}

/* Whether a masked picture has changed nowhere but where the one below it has:
 * the places are the same for every buffer, and nothing in them is made of what
 * is around. */
gboolean
gst_rec_mask_set_keeps_damage (const GstRecMaskSet * self)
{
  return self->style.method == GST_REC_COVER_FILL
      && !gst_rec_mask_set_asks_buffer (self);
}

gboolean
gst_rec_mask_style_is_equal (const GstRecMaskStyle * a,
    const GstRecMaskStyle * b)
{
  return a->method == b->method && a->argb == b->argb
      && a->padding == b->padding && a->reference_width == b->reference_width
      && a->reference_height == b->reference_height;
}

gboolean
gst_rec_mask_set_is_equal (const GstRecMaskSet * self,
    const GstRecMaskSet * other)
{
  return self->ids->len == other->ids->len
      && (self->ids->len == 0 || memcmp (self->ids->data, other->ids->data,
          self->ids->len * sizeof (guint)) == 0)
      && gst_rec_mask_style_is_equal (&self->style, &other->style);
}

/* Whether one picture looks otherwise by the one than by the other. */
gboolean
gst_rec_mask_set_differs (const GstRecMaskSet * self,
    const GstRecMaskSet * other)
{
  return !gst_rec_mask_set_is_equal (self, other)
      && (self->ids->len > 0 || other->ids->len > 0);
}

/* --- Drawing --- */

typedef struct
{
  const GstRecMaskStyle *style;
  const GstVideoInfo *info;     /* as mapped */
  GstVideoRectangle picture;    /* what of the frame is the picture */
  gint align_x, align_y;
  GArray *rects;
} Places;

static void
add_rect (Places * p, GstVideoRectangle rect, gint padding)
{
  if (gst_rec_rectangle_cover (&rect, padding, p->align_x, p->align_y,
          GST_VIDEO_INFO_WIDTH (p->info), GST_VIDEO_INFO_HEIGHT (p->info)))
    g_array_append_val (p->rects, rect);
}

static void
add_whole (Places * p)
{
  add_rect (p, (GstVideoRectangle) { 0, 0, GST_VIDEO_INFO_WIDTH (p->info),
      GST_VIDEO_INFO_HEIGHT (p->info)}, 0);
}

static void
add_regions (Places * p, const GstRecRegions * regions)
{
  for (guint i = 0; i < gst_rec_regions_get_n (regions); i++) {
    GstVideoRectangle rect;

    if (!gst_rec_regions_place (regions, i, p->style->reference_width,
            p->style->reference_height, p->picture.w, p->picture.h, &rect))
      continue;
    rect.x += p->picture.x;
    rect.y += p->picture.y;
    add_rect (p, rect, p->style->padding);
  }
}

static gboolean
is_meant (const GstRecMask * mask, const GstVideoRegionOfInterestMeta * roi)
{
  const gchar *type = g_quark_to_string (roi->roi_type);

  return type && g_strv_contains ((const gchar * const *) mask->roi_types,
      type);
}

/* A detector may say anything. */
static void
add_roi (Places * p, const GstRecMask * mask, GstBuffer * buffer)
{
  const guint max = GST_REC_REGIONS_MAX_PIXEL;
  GstVideoRegionOfInterestMeta *roi;
  gpointer state = NULL;

  while ((roi = (GstVideoRegionOfInterestMeta *)
          gst_buffer_iterate_meta_filtered (buffer, &state,
              GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE))) {
    if (is_meant (mask, roi) && roi->w > 0 && roi->h > 0)
      add_rect (p, (GstVideoRectangle) { MIN (roi->x, max), MIN (roi->y, max),
          MIN (roi->w, max), MIN (roi->h, max)}, p->style->padding);
  }
}

static void
add_places (Places * p, const GstRecMask * mask, GstBuffer * buffer)
{
  switch (mask->kind) {
    case GST_REC_MASK_WHOLE:
      add_whole (p);
      break;
    case GST_REC_MASK_REGIONS:
      add_regions (p, mask->regions);
      break;
    case GST_REC_MASK_ROI:
      add_roi (p, mask, buffer);
      break;
  }
}

static GstVideoRectangle
get_picture (GstBuffer * buffer, const GstVideoInfo * info)
{
  const guint max = GST_REC_REGIONS_MAX_PIXEL;
  const GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta (buffer);

  if (crop && crop->width > 0 && crop->height > 0)
    return (GstVideoRectangle) {
      MIN (crop->x, max), MIN (crop->y, max), MIN (crop->width, max),
          MIN (crop->height, max)
    };

  return (GstVideoRectangle) { 0, 0, GST_VIDEO_INFO_WIDTH (info),
      GST_VIDEO_INFO_HEIGHT (info)};
}

/* A view each, of which only one would be mapped. */
static gboolean
has_views (GstBuffer * buffer)
{
  return gst_buffer_get_n_meta (buffer, GST_VIDEO_META_API_TYPE) > 1;
}

/* Into @buffer, which is writable; memory that others have is copied. FALSE: it
 * cannot be mapped, hence is as it was. */
gboolean
gst_rec_mask_set_draw (const GstRecMaskSet * self, const GstVideoInfo * info,
    GstBuffer * buffer)
{
  g_autoptr (GArray) rects = g_array_new (FALSE, FALSE,
      sizeof (GstVideoRectangle));
  GstVideoFrame frame;
  Places p = { &self->style, &frame.info, {0,}, 1, 1, rects };

  if (has_views (buffer) || !gst_video_frame_map (&frame, info, buffer,
          GST_MAP_READWRITE | GST_VIDEO_FRAME_MAP_FLAG_NO_REF))
    return FALSE;
  p.picture = get_picture (buffer, &frame.info);
  gst_rec_cover_get_alignment (&frame.info, &p.align_x, &p.align_y);
  for (guint i = 0; i < self->masks->len; i++)
    add_places (&p, g_ptr_array_index (self->masks, i), buffer);
  gst_rec_cover (&frame, (const GstVideoRectangle *) rects->data, rects->len,
      self->style.method, self->style.argb);
  gst_video_frame_unmap (&frame);

  return TRUE;
}
