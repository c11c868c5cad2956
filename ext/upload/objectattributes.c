/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "objectattributes.h"

#include <string.h>

/* What of a stream's tags says something about a recording, under the name
 * that GStreamer has for it. What describes the coding is in the file. */
static const gchar *const kept_tags[] = {
  GST_TAG_TITLE, GST_TAG_ARTIST, GST_TAG_ALBUM, GST_TAG_DATE_TIME,
  GST_TAG_DESCRIPTION, GST_TAG_COMMENT, GST_TAG_KEYWORDS,
  GST_TAG_ORGANIZATION, GST_TAG_CONTACT, GST_TAG_COPYRIGHT, GST_TAG_LICENSE,
  GST_TAG_LANGUAGE_CODE, GST_TAG_GEO_LOCATION_NAME, GST_TAG_SHOW_NAME,
  GST_TAG_APPLICATION_NAME,
};

/* Bytes of names and values up to which tags are added. S3 takes 2 KiB, and
 * what is not ASCII grows on the way there. */
#define MAX_WITH_TAGS 1200

static gchar *
value_as_text (const GValue * value)
{
  if (G_VALUE_HOLDS_STRING (value))
    return g_value_dup_string (value);
  if (G_VALUE_HOLDS (value, GST_TYPE_DATE_TIME))
    return gst_date_time_to_iso8601_string (g_value_get_boxed (value));

  return gst_value_serialize (value);
}

/* A text that a header could not hold is none of an object. */
static gboolean
is_text (const gchar * text)
{
  for (const gchar * c = text; *c != '\0'; c++)
    if ((guchar) * c < 0x20 || *c == 0x7f)
      return FALSE;

  return g_utf8_validate (text, -1, NULL);
}

typedef struct
{
  GPtrArray *fields;
  const gchar *bad;             /* the name of the first that is wrong */
} Collector;

static gboolean
collect (GQuark name, const GValue * value, gpointer data)
{
  Collector *self = data;
  g_autofree gchar *text = value_as_text (value);

  if (text == NULL || !is_text (text)) {
    self->bad = g_quark_to_string (name);
    return FALSE;
  }
  g_ptr_array_add (self->fields, g_strdup (g_quark_to_string (name)));
  g_ptr_array_add (self->fields, g_steal_pointer (&text));

  return TRUE;
}

/* The fields of @structure, which may be NULL, as name, value, name ... NULL.
 * @what is the property that they come from. */
gchar **
gst_rec_fields_from_structure (const GstStructure * structure,
    const gchar * what, GError ** error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  Collector collector = { fields, NULL };

  if (structure && !gst_structure_foreach (structure, collect, &collector)) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
        "Correct %s: the value of %s is no line of text.", what,
        collector.bad);
    return NULL;
  }
  g_ptr_array_add (fields, NULL);

  return (gchar **) g_ptr_array_free (g_steal_pointer (&fields), FALSE);
}

static gboolean
has_name (const gchar * const *fields, const gchar * name)
{
  for (guint i = 0; fields && fields[i]; i += 2)
    if (g_ascii_strcasecmp (fields[i], name) == 0)
      return TRUE;

  return FALSE;
}

/* On one line, as a header has it. */
static gchar *
tag_text (const GstTagList * tags, const gchar * tag)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (!gst_tag_list_copy_value (&value, tags, tag))
    return NULL;

  gchar *text = value_as_text (&value);
  for (gchar * c = text; c && *c != '\0'; c++)
    if ((guchar) * c < 0x20 || *c == 0x7f)
      *c = ' ';

  return text ? g_strstrip (text) : NULL;
}

/* The fields @given, and those of @tags that have no name of theirs. Tags that
 * are too long are left out: nobody chose them for this. Both may be NULL. */
gchar **
gst_rec_metadata_merge (const GstTagList * tags, const gchar * const *given)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  gsize used = 0;

  for (guint i = 0; given && given[i]; i++) {
    g_ptr_array_add (fields, g_strdup (given[i]));
    used += strlen (given[i]);
  }

  for (guint i = 0; tags && i < G_N_ELEMENTS (kept_tags); i++) {
    const gchar *name = kept_tags[i];
    g_autofree gchar *text = has_name (given, name) ? NULL :
        tag_text (tags, name);

    gsize size = text ? strlen (name) + strlen (text) : 0;

    if (text == NULL || *text == '\0' || used + size > MAX_WITH_TAGS)
      continue;
    used += size;
    g_ptr_array_add (fields, g_strdup (name));
    g_ptr_array_add (fields, g_steal_pointer (&text));
  }
  g_ptr_array_add (fields, NULL);

  return (gchar **) g_ptr_array_free (g_steal_pointer (&fields), FALSE);
}
