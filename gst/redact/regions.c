/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "regions.h"

#include <math.h>
#include <string.h>

typedef struct
{
  gdouble x, y, width, height;
  gboolean is_fraction;
} Region;

struct _GstRecRegions
{
  guint n;
  Region regions[];
};

/* No number that means a region is longer. */
#define MAX_NUMBER 24

/* [-]digits[.digits]: neither exponents nor what else strtod() reads, and the
 * same in every locale. */
static gboolean
is_number (const gchar * text)
{
  gsize digits, after;

  if (*text == '-')
    text++;
  digits = strspn (text, "0123456789");
  text += digits;
  if (*text == '\0')
    return digits > 0;
  if (*text != '.')
    return FALSE;
  after = strspn (text + 1, "0123456789");

  return digits + after > 0 && text[1 + after] == '\0';
}

static gboolean
parse_number (gchar * text, gdouble * value, gboolean * has_point,
    GError ** error)
{
  g_strstrip (text);
  if (strlen (text) > MAX_NUMBER || !is_number (text)) {
    g_set_error (error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS,
        "\"%.*s\" is not a number; a region is \"x,y,width,height\", in pixels "
        "(\"16,32,640,48\") or, with decimal points, in fractions of the "
        "picture (\"0.1,0.2,0.5,0.05\")", MAX_NUMBER, text);
    return FALSE;
  }
  *has_point |= strchr (text, '.') != NULL;
  *value = g_ascii_strtod (text, NULL);

  return TRUE;
}

static gboolean
is_in_range (const Region * r)
{
  const gdouble low = r->is_fraction ? 0 : -GST_REC_REGIONS_MAX_PIXEL;
  const gdouble high = r->is_fraction ? 1 : GST_REC_REGIONS_MAX_PIXEL;

  return r->x >= low && r->x <= high && r->y >= low && r->y <= high
      && r->width > 0 && r->width <= high && r->height > 0
      && r->height <= high;
}

static gboolean
parse_region (const gchar * text, Region * region, GError ** error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 5);
  gdouble v[4];

  *region = (Region) { 0, };
  if (g_strv_length (parts) != 4) {
    g_set_error (error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS,
        "\"%.80s\" is no region: write four values, \"x,y,width,height\", and "
        "\";\" between regions", text);
    return FALSE;
  }
  for (guint i = 0; i < 4; i++)
    if (!parse_number (parts[i], &v[i], &region->is_fraction, error))
      return FALSE;

  region->x = v[0];
  region->y = v[1];
  region->width = v[2];
  region->height = v[3];
  if (!is_in_range (region)) {
    g_set_error (error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS,
        "\"%.80s\" is no region: width and height are above 0, %s", text,
        region->is_fraction ? "and, as a value has a decimal point, all four "
        "are fractions from 0 to 1" : "no value is above 1000000");
    return FALSE;
  }

  return TRUE;
}

static GstRecRegions *
regions_new (guint n)
{
  GstRecRegions *self = g_rc_box_alloc0 (sizeof (GstRecRegions)
      + n * sizeof (Region));

  self->n = n;

  return self;
}

static gboolean
is_blank (const gchar * text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

/* "x,y,width,height;...": the last ";" may have nothing behind it, and no text
 * at all is no region. A text that is wrong anywhere gives nothing: half of
 * what somebody wanted to hide is not a mask. */
GstRecRegions *
gst_rec_regions_parse (const gchar * text, GError ** error)
{
  g_auto (GStrv) items = g_strsplit (text ? text : "", ";",
      GST_REC_REGIONS_MAX + 2);
  guint n = g_strv_length (items);
  g_autoptr (GstRecRegions) self = NULL;

  if (n > 0 && is_blank (items[n - 1]))
    n--;
  if (n > GST_REC_REGIONS_MAX) {
    g_set_error (error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS,
        "there are more than %d regions", GST_REC_REGIONS_MAX);
    return NULL;
  }

  self = regions_new (n);
  for (guint i = 0; i < n; i++)
    if (!parse_region (items[i], &self->regions[i], error))
      return NULL;

  return g_steal_pointer (&self);
}

GstRecRegions *
gst_rec_regions_ref (GstRecRegions * self)
{
  return g_rc_box_acquire (self);
}

void
gst_rec_regions_unref (GstRecRegions * self)
{
  g_rc_box_release (self);
}

guint
gst_rec_regions_get_n (const GstRecRegions * self)
{
  return self->n;
}

/* Binary fractions miss decimal ones by less than that; a pixel that is
 * covered less than a millionth is not. */
#define EPSILON 1e-6

/* Outward, and inside int. */
static gint
round_down (gdouble v)
{
  return floor (CLAMP (v, -1e9, 1e9) + EPSILON);
}

static gint
round_up (gdouble v)
{
  return ceil (CLAMP (v, -1e9, 1e9) - EPSILON);
}

/* Where region @i lies in a picture of @width x @height, rounded outward and
 * clipped. Pixels count in the reference picture, which is scaled to this one.
 * FALSE: outside of it. */
gboolean
gst_rec_regions_place (const GstRecRegions * self, guint i,
    gint reference_width, gint reference_height, gint width, gint height,
    GstVideoRectangle * rect)
{
  const Region *r = &self->regions[i];
  gdouble sx = width, sy = height;
  gint right, bottom;

  if (!r->is_fraction) {
    sx = (gdouble) width / reference_width;
    sy = (gdouble) height / reference_height;
  }
  rect->x = round_down (r->x * sx);
  rect->y = round_down (r->y * sy);
  right = round_up ((r->x + r->width) * sx);
  bottom = round_up ((r->y + r->height) * sy);
  /* However small a region, in whatever small picture, it is there. */
  rect->w = MAX (right - rect->x, 1);
  rect->h = MAX (bottom - rect->y, 1);

  return gst_rec_rectangle_cover (rect, 0, 1, 1, width, height);
}

static gint
align_down (gint v, gint align)
{
  return v - (v % align + align) % align;
}

/* Grows @rect by @padding and to whole multiples of the alignment, for a chroma
 * sample belongs to all the pixels it colours, and clips it. FALSE: nothing of
 * it is in the picture. */
gboolean
gst_rec_rectangle_cover (GstVideoRectangle * rect, gint padding,
    gint align_x, gint align_y, gint width, gint height)
{
  gint left = align_down (rect->x - padding, align_x);
  gint top = align_down (rect->y - padding, align_y);
  gint right = -align_down (-(rect->x + rect->w + padding), align_x);
  gint bottom = -align_down (-(rect->y + rect->h + padding), align_y);

  left = MAX (left, 0);
  top = MAX (top, 0);
  right = MIN (right, width);
  bottom = MIN (bottom, height);
  if (left >= right || top >= bottom)
    return FALSE;
  *rect = (GstVideoRectangle) { left, top, right - left, bottom - top };

  return TRUE;
}
