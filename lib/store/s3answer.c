/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3answer.h"

#include <string.h>

#include "store/store.h"

/* Answers come from the network. A key has at most 1024 bytes, an upload id
 * some hundreds, a list a thousand records of a few levels. */
#define MAX_DEPTH 8
#define MAX_TEXT 8192
#define MAX_FIELDS 64
#define MAX_RECORDS 10000
#define MAX_CODE 64

typedef struct
{
  GstRecS3Answer *answer;
  const gchar *record;          /* the name of the records */
  guint depth;                  /* of open elements */
  GHashTable *open_record;      /* in which fields of depth 3 land */
  GString *text;                /* of the innermost element */
} Parser;

static GHashTable *
new_fields (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
refuse (GError ** error, const gchar * why)
{
  g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
      "the store's answer has %s", why);
}

static void
start_element (GMarkupParseContext * context G_GNUC_UNUSED,
    const gchar * name, const gchar ** names G_GNUC_UNUSED,
    const gchar ** values G_GNUC_UNUSED, gpointer data, GError ** error)
{
  Parser *self = data;
  GstRecS3Answer *answer = self->answer;

  g_string_truncate (self->text, 0);

  if (++self->depth > MAX_DEPTH) {
    refuse (error, "too many levels");
  } else if (self->depth == 1) {
    g_free (answer->root);
    answer->root = g_strdup (name);
  } else if (self->depth == 2 && g_strcmp0 (name, self->record) == 0) {
    if (answer->records->len >= MAX_RECORDS) {
      refuse (error, "too many records");
      return;
    }
    self->open_record = new_fields ();
    g_ptr_array_add (answer->records, self->open_record);
  }
}

static void
end_element (GMarkupParseContext * context G_GNUC_UNUSED, const gchar * name,
    gpointer data, GError ** error)
{
  Parser *self = data;
  GHashTable *fields = NULL;

  if (self->depth == 2 && self->open_record)
    self->open_record = NULL;
  else if (self->depth == 2)
    fields = self->answer->fields;
  else if (self->depth == 3)
    fields = self->open_record;

  self->depth--;
  if (fields == NULL)
    return;

  if (g_hash_table_size (fields) >= MAX_FIELDS)
    refuse (error, "too many fields");
  else
    g_hash_table_insert (fields, g_strdup (name), g_strdup (self->text->str));
}

static void
add_text (GMarkupParseContext * context G_GNUC_UNUSED, const gchar * text,
    gsize size, gpointer data, GError ** error)
{
  Parser *self = data;

  if (self->text->len + size > MAX_TEXT)
    refuse (error, "a text that is too long");
  else
    g_string_append_len (self->text, text, size);
}

static const GMarkupParser callbacks = {
  .start_element = start_element,
  .end_element = end_element,
  .text = add_text,
};

/* @record names the elements below the root that have fields of their own. */
GstRecS3Answer *
gst_rec_s3_answer_parse (const gchar * data, gsize size, const gchar * record,
    GError ** error)
{
  g_autoptr (GstRecS3Answer) answer = g_new0 (GstRecS3Answer, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) reason = NULL;
  Parser parser = {.answer = answer,.record = record,.text = text };

  answer->fields = new_fields ();
  answer->records = g_ptr_array_new_with_free_func
      ((GDestroyNotify) g_hash_table_unref);

  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&callbacks, G_MARKUP_PREFIX_ERROR_POSITION,
      &parser, NULL);
  if (size > 0 &&
      g_markup_parse_context_parse (context, data, size, &reason) &&
      g_markup_parse_context_end_parse (context, &reason) && answer->root)
    return g_steal_pointer (&answer);

  /* GMarkup quotes what it reads, and an answer may echo what was signed. */
  if (reason && reason->domain == GST_REC_STORE_ERROR)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    refuse (error, "no valid XML");
  return NULL;
}

void
gst_rec_s3_answer_free (GstRecS3Answer * self)
{
  g_free (self->root);
  g_clear_pointer (&self->fields, g_hash_table_unref);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_free (self);
}

const gchar *
gst_rec_s3_answer_get (const GstRecS3Answer * self, const gchar * name)
{
  return g_hash_table_lookup (self->fields, name);
}

/* The code of an error, or NULL if @data is none. Only the code: the message
 * beside it may repeat the request with all that was signed. */
gchar *
gst_rec_s3_answer_code (const gchar * data, gsize size)
{
  g_autoptr (GstRecS3Answer) answer =
      gst_rec_s3_answer_parse (data, size, NULL, NULL);

  if (answer == NULL || strcmp (answer->root, "Error") != 0)
    return NULL;

  const gchar *code = gst_rec_s3_answer_get (answer, "Code");
  if (code == NULL || *code == '\0' || strlen (code) > MAX_CODE)
    return NULL;
  for (const gchar * c = code; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '.')
      return NULL;

  return g_strdup (code);
}
