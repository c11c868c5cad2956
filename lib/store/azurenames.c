/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What Azure takes for a name. */
#include "azureprivate.h"

#include <string.h>

#include "store/s3headers.h"
#include "store/sigv4.h"

#define MAX_METADATA 8192

/* "azblob://account/container/blob". The name is taken as it stands, with no
 * decoding. */
gboolean
gst_rec_azure_parse_location (const gchar * location, gchar ** account,
    gchar ** container, gchar ** blob, GError ** error)
{
  const gchar *scheme = "azblob://";
  g_auto (GStrv) parts = NULL;

  if (g_ascii_strncasecmp (location, scheme, strlen (scheme)) == 0)
    parts = g_strsplit (location + strlen (scheme), "/", 3);

  if (parts == NULL || g_strv_length (parts) < 3 || *parts[0] == '\0' ||
      *parts[1] == '\0' || *parts[2] == '\0') {
    /* Not the text itself: it may be an address with a signature. */
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS,
        "location is not of the form azblob://account/container/blob");
    return FALSE;
  }

  *account = g_steal_pointer (&parts[0]);
  *container = g_steal_pointer (&parts[1]);
  *blob = g_steal_pointer (&parts[2]);
  g_free (g_steal_pointer (&parts));

  return TRUE;
}

static gboolean
refuse (GError ** error, const gchar * why)
{
  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_SETTINGS, why);
  return FALSE;
}

/* Azure resolves "." and ".." in the path of a request, so that the blob would
 * be another one. */
gboolean
gst_rec_azure_check_name (const gchar * blob, GError ** error)
{
  g_auto (GStrv) segments = g_strsplit (blob, "/", -1);
  glong length = g_utf8_validate (blob, -1, NULL) ? g_utf8_strlen (blob, -1) :
      0;

  if (length < 1 || length > 1024)
    return refuse (error, "a blob has a name of 1 to 1024 characters of "
        "UTF-8");
  if (g_strv_length (segments) > 254)
    return refuse (error, "the name of a blob has at most 254 segments");
  for (gchar ** s = segments; *s != NULL; s++)
    if (strcmp (*s, ".") == 0 || strcmp (*s, "..") == 0)
      return refuse (error, "no segment of a blob's name is \".\" or \"..\"");

  return TRUE;
}

gboolean
gst_rec_azure_check_container (const gchar * name, GError ** error)
{
  gsize length = name ? strlen (name) : 0;
  gboolean good = length >= 3 && length <= 63 && name[0] != '-' &&
      name[length - 1] != '-' && strstr (name, "--") == NULL;

  for (const gchar * c = name; good && *c != '\0'; c++)
    good = g_ascii_islower (*c) || g_ascii_isdigit (*c) || *c == '-';
  if (g_strcmp0 (name, "$web") == 0 || g_strcmp0 (name, "$logs") == 0)
    good = TRUE;

  return good || refuse (error, "a container has a name of 3 to 63 lower-case "
      "letters, digits and single hyphens");
}

gboolean
gst_rec_azure_check_tier (const gchar * tier, GError ** error)
{
  static const gchar *const tiers[] = { "Hot", "Cool", "Cold", "Archive",
    NULL
  };

  return tier == NULL || *tier == '\0' || g_strv_contains (tiers, tier) ||
      refuse (error, "the tier is not Hot, Cool, Cold or Archive");
}

static gboolean
is_tag (const gchar * text, gsize min, gsize max)
{
  gsize length = strlen (text);

  for (const gchar * c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && !strchr (" +-./:=_", *c))
      return FALSE;

  return length >= min && length <= max;
}

/* Names are those of C#, so that each is one for all of Azure's clients; a
 * hyphen is sent as an underscore. */
gboolean
gst_rec_azure_check_metadata (const gchar * const *metadata, GError ** error)
{
  gsize size = 0;

  for (; metadata && metadata[0]; metadata += 2) {
    const gchar *name = metadata[0];
    gboolean good = g_ascii_isalpha (*name) || *name == '_';

    for (const gchar * c = name; good && *c != '\0'; c++)
      good = g_ascii_isalnum (*c) || *c == '_' || *c == '-';
    if (!good) {
      g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
          "Correct metadata: \"%s\" is no name of letters, digits and "
          "underscores.", name);
      return FALSE;
    }

    g_autofree gchar *value = gst_rec_s3_header_text (metadata[1]);
    size += strlen (name) + strlen (value);
  }

  if (size > MAX_METADATA)
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
        "Correct metadata: it is longer than the %u bytes that Azure takes.",
        MAX_METADATA);

  return size <= MAX_METADATA;
}

/* The value of x-ms-tags. */
gboolean
gst_rec_azure_make_tags (const gchar * const *tags, gchar ** header,
    GError ** error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  for (; tags && tags[0]; tags += 2) {
    if (++n > 10 || !is_tag (tags[0], 1, 128) || !is_tag (tags[1], 0, 256))
      return refuse (error, "a blob has at most 10 tags with names of up to "
          "128 and values of up to 256 letters, digits, spaces and +-./:=_");

    g_autofree gchar *name = gst_rec_sigv4_encode (tags[0], FALSE);
    g_autofree gchar *value = gst_rec_sigv4_encode (tags[1], FALSE);
    g_string_append_printf (text, "%s%s=%s", n > 1 ? "&" : "", name, value);
  }

  *header = n > 0 ? g_strdup (text->str) : NULL;
  return TRUE;
}
