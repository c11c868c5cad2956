/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3headers.h"

#include <string.h>

/* All names and values together, as they are sent:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
#define MAX_METADATA 2048
/* An encoded word has at most 75 characters (RFC 2047 section 2): 12 around
 * the base64, and that is 60 for 45 bytes. */
#define MAX_WORD 45

struct _GstRecS3Headers
{
  GArray *fields;               /* of GstRecField */
  GPtrArray *texts;             /* what they point to */
};

GstRecS3Headers *
gst_rec_s3_headers_new (void)
{
  GstRecS3Headers *self = g_new (GstRecS3Headers, 1);

  self->fields = g_array_new (FALSE, FALSE, sizeof (GstRecField));
  self->texts = g_ptr_array_new_with_free_func (g_free);

  return self;
}

/* Some are keys, which leave nothing behind. */
void
gst_rec_s3_headers_free (GstRecS3Headers * self)
{
  for (guint i = 0; i < self->texts->len; i++) {
    gchar *text = g_ptr_array_index (self->texts, i);

    explicit_bzero (text, strlen (text));
  }
  g_ptr_array_unref (self->texts);
  g_array_unref (self->fields);
  g_free (self);
}

/* A @value that is NULL adds nothing. */
void
gst_rec_s3_headers_add (GstRecS3Headers * self, const gchar * name,
    const gchar * value)
{
  GstRecField field = { g_strdup (name), g_strdup (value) };

  if (value == NULL) {
    g_free ((gchar *) field.name);
    return;
  }

  g_ptr_array_add (self->texts, (gchar *) field.name);
  g_ptr_array_add (self->texts, (gchar *) field.value);
  g_array_append_val (self->fields, field);
}

const GstRecField *
gst_rec_s3_headers_get (const GstRecS3Headers * self, guint * n)
{
  *n = self->fields->len;
  return (const GstRecField *) self->fields->data;
}

/* Whether a header brings it as it is: HTTP takes the space around a value
 * away, a signature the second of two, and S3 decodes encoded words. */
static gboolean
is_plain (const gchar * text)
{
  gchar last = ' ';

  for (const gchar * c = text; *c != '\0'; last = *c++)
    if (!g_ascii_isprint (*c) || (*c == ' ' && last == ' '))
      return FALSE;

  return (*text == '\0' || last != ' ') && strstr (text, "=?") == NULL;
}

/* @text as the value of a header: in encoded words of RFC 2047, which S3
 * decodes before it stores it, where that is needed. */
gchar *
gst_rec_s3_header_text (const gchar * text)
{
  GString *out;

  if (is_plain (text))
    return g_strdup (text);

  out = g_string_new (NULL);
  while (*text != '\0') {
    const gchar *end = text;

    /* No character is split between two words. */
    while (*end != '\0' && g_utf8_next_char (end) - text <= MAX_WORD)
      end = g_utf8_next_char (end);

    g_autofree gchar *base64 =
        g_base64_encode ((const guint8 *) text, end - text);
    g_string_append_printf (out, "%s=?UTF-8?B?%s?=", out->len ? " " : "",
        base64);
    text = end;
  }

  return g_string_free (out, FALSE);
}

/* Whether it can be part of a header's name (RFC 9110 section 5.1). */
static gboolean
is_token (const gchar * name)
{
  if (*name == '\0')
    return FALSE;
  for (const gchar * c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("!#$%&'*+-.^_`|~", *c) == NULL)
      return FALSE;

  return TRUE;
}

/* Whether S3 takes it. */
gboolean
gst_rec_s3_check_metadata (const gchar * const *metadata, GError ** error)
{
  gsize size = 0;

  for (guint i = 0; metadata && metadata[i]; i += 2) {
    g_autofree gchar *value = gst_rec_s3_header_text (metadata[i + 1]);

    if (!is_token (metadata[i])) {
      g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
          "Correct metadata: \"%s\" cannot be the name of a header.",
          metadata[i]);
      return FALSE;
    }
    size += strlen (metadata[i]) + strlen (value);
  }

  if (size > MAX_METADATA) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
        "Correct metadata: it is longer than the %u bytes that a store takes.",
        MAX_METADATA);
    return FALSE;
  }

  return TRUE;
}

void
gst_rec_s3_headers_add_attributes (GstRecS3Headers * self,
    const GstRecStoreAttributes * attributes)
{
  gchar **metadata = attributes->metadata;

  gst_rec_s3_headers_add (self, "content-disposition",
      attributes->content_disposition);
  for (guint i = 0; metadata && metadata[i]; i += 2) {
    g_autofree gchar *lower = g_ascii_strdown (metadata[i], -1);
    g_autofree gchar *name = g_strconcat ("x-amz-meta-", lower, NULL);
    g_autofree gchar *value = gst_rec_s3_header_text (metadata[i + 1]);

    gst_rec_s3_headers_add (self, name, value);
  }
}
