/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The caps of a parsed stream that goes on with another size.
 *
 * A muxer wrote its track's header by the first caps. Of new ones it takes
 * what the bitstream tells as well (the size, the parameter sets), and ends
 * the recording over the rest: matroskamux over a colorimetry that the parser
 * derived from the larger size, say. So the rest stays as it was. */

#include "elementarycaps.h"

static const gchar *const followed[] = {
  "width", "height", "codec_data", "streamheader", "stream-format",
  "alignment", "profile", "level", "tier",
};

static void
follow (GstStructure * s, const GstStructure * next, const gchar * field)
{
  const GValue *value = gst_structure_get_value (next, field);

  if (value)
    gst_structure_set_value (s, field, value);
  else
    gst_structure_remove_field (s, field);
}

/* @first: NULL if @next are the first. Transfer full. */
GstCaps *
gst_rec_elementary_caps_continue (const GstCaps * first, const GstCaps * next)
{
  const GstStructure *to = gst_caps_get_structure (next, 0);
  GstCaps *caps;

  if (first == NULL || !gst_structure_has_name (gst_caps_get_structure (first,
              0), gst_structure_get_name (to)))
    return gst_caps_copy (next);

  caps = gst_caps_copy (first);
  for (guint i = 0; i < G_N_ELEMENTS (followed); i++)
    follow (gst_caps_get_structure (caps, 0), to, followed[i]);

  return caps;
}
