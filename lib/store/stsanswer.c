/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "stsanswer.h"

#include <string.h>

#include "store/credentials.h"

/* It comes from the network. A token has some kilobytes at most. */
#define MAX_SIZE (64 * 1024)
#define MAX_DEPTH 8
#define MAX_CODE 64

typedef struct
{
  GstRecStsAnswer *answer;
  guint depth;                  /* of open elements */
  gboolean in_credentials;
  gboolean in_error;
  gchar **field;                /* the one that is open, or NULL */
} Parser;

static void
refuse (GError ** error)
{
  g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT,
      "no answer of STS");
}

static gchar **
find_field (Parser * self, const gchar * name)
{
  GstRecStsAnswer *answer = self->answer;

  if (self->in_error)
    return strcmp (name, "Code") == 0 ? &answer->code : NULL;
  if (!self->in_credentials)
    return NULL;
  if (strcmp (name, "AccessKeyId") == 0)
    return &answer->access_key_id;
  if (strcmp (name, "SecretAccessKey") == 0)
    return &answer->secret_access_key;
  if (strcmp (name, "SessionToken") == 0)
    return &answer->session_token;

  return strcmp (name, "Expiration") == 0 ? &answer->expiration : NULL;
}

static void
start_element (GMarkupParseContext * context G_GNUC_UNUSED,
    const gchar * name, const gchar ** names G_GNUC_UNUSED,
    const gchar ** values G_GNUC_UNUSED, gpointer data, GError ** error)
{
  Parser *self = data;

  if (++self->depth > MAX_DEPTH || self->field != NULL) {
    refuse (error);
    return;
  }

  self->field = find_field (self, name);
  self->in_credentials |= strcmp (name, "Credentials") == 0;
  self->in_error |= strcmp (name, "Error") == 0;
}

static void
end_element (GMarkupParseContext * context G_GNUC_UNUSED, const gchar * name,
    gpointer data, GError ** error G_GNUC_UNUSED)
{
  Parser *self = data;

  self->depth--;
  self->field = NULL;
  if (strcmp (name, "Credentials") == 0)
    self->in_credentials = FALSE;
  else if (strcmp (name, "Error") == 0)
    self->in_error = FALSE;
}

/* A text with references in it comes in pieces. No copy is left behind. */
static void
add_text (GMarkupParseContext * context G_GNUC_UNUSED, const gchar * text,
    gsize size, gpointer data, GError ** error G_GNUC_UNUSED)
{
  Parser *self = data;

  if (self->field == NULL)
    return;

  gchar *before = *self->field;
  gsize length = before ? strlen (before) : 0;
  gchar *after = g_malloc (length + size + 1);

  if (before)
    memcpy (after, before, length);
  memcpy (after + length, text, size);
  after[length + size] = '\0';
  gst_rec_secret_free (before);
  *self->field = after;
}

static const GMarkupParser callbacks = {
  .start_element = start_element,
  .end_element = end_element,
  .text = add_text,
};

void
gst_rec_sts_answer_free (GstRecStsAnswer * self)
{
  gst_rec_secret_free (self->access_key_id);
  gst_rec_secret_free (self->secret_access_key);
  gst_rec_secret_free (self->session_token);
  gst_rec_secret_free (self->expiration);
  gst_rec_secret_free (self->code);
  g_free (self);
}

/* The code goes into messages: only what no secret looks like. */
static gboolean
is_code (const gchar * text)
{
  if (strlen (text) > MAX_CODE)
    return FALSE;
  for (const gchar * c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '.')
      return FALSE;

  return *text != '\0';
}

/* NULL if @data is no XML of this kind. */
GstRecStsAnswer *
gst_rec_sts_answer_parse (const gchar * data, gsize size)
{
  g_autoptr (GstRecStsAnswer) answer = g_new0 (GstRecStsAnswer, 1);
  Parser parser = {.answer = answer };

  if (size == 0 || size > MAX_SIZE)
    return NULL;

  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&callbacks, 0, &parser, NULL);
  if (!g_markup_parse_context_parse (context, data, size, NULL) ||
      !g_markup_parse_context_end_parse (context, NULL))
    return NULL;

  if (answer->code && !is_code (answer->code))
    g_clear_pointer (&answer->code, gst_rec_secret_free);

  return g_steal_pointer (&answer);
}
