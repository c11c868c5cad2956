/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint x, y, width, height;     /* pixels; a width or height of 0: empty */
} GstRecRect;

static inline gboolean
gst_rec_rect_is_empty (const GstRecRect * rect)
{
  return rect->width <= 0 || rect->height <= 0;
}

static inline gboolean
gst_rec_rect_is_equal (const GstRecRect * a, const GstRecRect * b)
{
  return a->x == b->x && a->y == b->y && a->width == b->width
      && a->height == b->height;
}

/* What both share, perhaps empty. */
static inline GstRecRect
gst_rec_rect_intersect (const GstRecRect * a, const GstRecRect * b)
{
  gint left = MAX (a->x, b->x), top = MAX (a->y, b->y);
  gint right = MIN (a->x + a->width, b->x + b->width);
  gint bottom = MIN (a->y + a->height, b->y + b->height);

  if (left >= right || top >= bottom)
    return (GstRecRect) { 0, };

  return (GstRecRect) { left, top, right - left, bottom - top };
}

guint gst_rec_rect_subtract (const GstRecRect * rect, const GstRecRect * hole,
    GstRecRect * rest);

G_END_DECLS
