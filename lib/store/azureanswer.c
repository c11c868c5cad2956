/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "azureanswer.h"

#include <string.h>

#include "store/store.h"

/* Answers come from the network. A name has at most 1024 characters, a list of
 * blobs 5000 records, one of blocks 100,000 that wait. */
#define MAX_DEPTH 8
#define MAX_TEXT 16384
#define MAX_FIELDS 64
#define MAX_RECORDS 100000

typedef struct
{
  GstRecAzureAnswer *answer;
  const gchar *record;          /* the name of the records */
  guint depth;                  /* of open elements */
  guint record_depth;           /* of the open record, 0: none is */
  gboolean leaf;                /* nothing opened since the last did */
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
  GstRecAzureAnswer *answer = self->answer;

  g_string_truncate (self->text, 0);
  self->leaf = TRUE;

  if (++self->depth > MAX_DEPTH) {
    refuse (error, "too many levels");
  } else if (self->depth == 1) {
    g_free (answer->root);
    answer->root = g_strdup (name);
  } else if (self->record_depth == 0 && g_strcmp0 (name, self->record) == 0) {
    if (answer->records->len >= MAX_RECORDS) {
      refuse (error, "too many records");
      return;
    }
    self->record_depth = self->depth;
    g_ptr_array_add (answer->records, new_fields ());
  }
}

static void
end_element (GMarkupParseContext * context G_GNUC_UNUSED, const gchar * name,
    gpointer data, GError ** error)
{
  Parser *self = data;
  GPtrArray *records = self->answer->records;
  GHashTable *fields = self->record_depth > 0 ?
      g_ptr_array_index (records, records->len - 1) : self->answer->fields;
  gboolean leaf = self->leaf && self->depth > 1 &&
      self->depth != self->record_depth;

  if (self->depth == self->record_depth)
    self->record_depth = 0;
  self->depth--;
  self->leaf = FALSE;
  if (!leaf)
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

/* @record names the elements that have fields of their own. */
GstRecAzureAnswer *
gst_rec_azure_answer_parse (const gchar * data, gsize size,
    const gchar * record, GError ** error)
{
  g_autoptr (GstRecAzureAnswer) answer = g_new0 (GstRecAzureAnswer, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) reason = NULL;
  Parser parser = {.answer = answer,.record = record,.text = text };

  answer->fields = new_fields ();
  answer->records = g_ptr_array_new_with_free_func
      ((GDestroyNotify) g_hash_table_unref);

  /* Azure begins its answers with a byte order mark. */
  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0) {
    data += 3;
    size -= 3;
  }

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
gst_rec_azure_answer_free (GstRecAzureAnswer * self)
{
  g_free (self->root);
  g_clear_pointer (&self->fields, g_hash_table_unref);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_free (self);
}
