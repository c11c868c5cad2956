/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "rect.h"

static guint
append (GstRecRect * rest, guint n, gint left, gint top, gint right,
    gint bottom)
{
  if (left >= right || top >= bottom)
    return n;
  rest[n] = (GstRecRect) { left, top, right - left, bottom - top };

  return n + 1;
}

/* What is left of @rect around @hole: at most four pieces in @rest. Returns how
 * many. */
guint
gst_rec_rect_subtract (const GstRecRect * rect, const GstRecRect * hole,
    GstRecRect * rest)
{
  GstRecRect inside = gst_rec_rect_intersect (rect, hole);
  gint right = rect->x + rect->width, bottom = rect->y + rect->height;
  gint inside_right = inside.x + inside.width;
  gint inside_bottom = inside.y + inside.height;
  guint n = 0;

  if (gst_rec_rect_is_empty (&inside))
    return append (rest, 0, rect->x, rect->y, right, bottom);

  n = append (rest, n, rect->x, rect->y, right, inside.y);
  n = append (rest, n, rect->x, inside.y, inside.x, inside_bottom);
  n = append (rest, n, inside_right, inside.y, right, inside_bottom);
  n = append (rest, n, rect->x, inside_bottom, right, bottom);

  return n;
}
