/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "contenttype.h"

/* What browsers and players call the formats that muxers write. */
static const struct
{
  const gchar *name;
  const gchar *variant;         /* NULL: any */
  const gchar *content_type;
} types[] = {
  {"video/quicktime", "apple", "video/quicktime"},
  {"video/quicktime", NULL, "video/mp4"},
  {"audio/x-m4a", NULL, "audio/mp4"},
  {"video/x-matroska", NULL, "video/x-matroska"},
  {"audio/x-matroska", NULL, "audio/x-matroska"},
  {"video/webm", NULL, "video/webm"},
  {"audio/webm", NULL, "audio/webm"},
  {"video/mpegts", NULL, "video/mp2t"},
  {"application/ogg", NULL, "application/ogg"},
  {"audio/ogg", NULL, "audio/ogg"},
  {"video/ogg", NULL, "video/ogg"},
  {"audio/x-wav", NULL, "audio/wav"},
  {"audio/mpeg", NULL, "audio/mpeg"},
  {"image/jpeg", NULL, "image/jpeg"},
  {"image/png", NULL, "image/png"},
};

/* The MIME type of what @caps, which may be NULL, describes. */
const gchar *
gst_rec_content_type_from_caps (const GstCaps * caps)
{
  const GstStructure *s = caps && gst_caps_get_size (caps) > 0 ?
      gst_caps_get_structure (caps, 0) : NULL;

  for (guint i = 0; s && i < G_N_ELEMENTS (types); i++)
    if (gst_structure_has_name (s, types[i].name) &&
        (types[i].variant == NULL ||
            g_strcmp0 (gst_structure_get_string (s, "variant"),
                types[i].variant) == 0))
      return types[i].content_type;

  return "application/octet-stream";
}
