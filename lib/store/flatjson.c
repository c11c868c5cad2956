/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "flatjson.h"

#include <string.h>

#include "store/credentials.h"

/* It comes from the network. */
#define MAX_SIZE (64 * 1024)
#define MAX_MEMBERS 64
#define MAX_DEPTH 8

struct _GstRecFlatJson
{
  guint n_members;
  gchar *names[MAX_MEMBERS];
  gchar *values[MAX_MEMBERS];
};

typedef struct
{
  const gchar *at;
  const gchar *end;
  guint depth;                  /* of what is passed over */
} Reader;

void
gst_rec_flat_json_free (GstRecFlatJson * self)
{
  for (guint i = 0; i < self->n_members; i++) {
    g_free (self->names[i]);
    gst_rec_secret_free (self->values[i]);
  }
  g_free (self);
}

/* NULL where there is no such string. */
const gchar *
gst_rec_flat_json_get (const GstRecFlatJson * self, const gchar * name)
{
  for (guint i = 0; i < self->n_members; i++)
    if (strcmp (self->names[i], name) == 0)
      return self->values[i];

  return NULL;
}

static void
skip_blanks (Reader * self)
{
  while (self->at < self->end && *self->at != '\0' &&
      strchr (" \t\r\n", *self->at))
    self->at++;
}

static gboolean
take (Reader * self, gchar c)
{
  if (self->at == self->end || *self->at != c)
    return FALSE;

  self->at++;
  return TRUE;
}

static gboolean
take_word (Reader * self, const gchar * word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->at) < length ||
      memcmp (self->at, word, length) != 0)
    return FALSE;

  self->at += length;
  return TRUE;
}

/* Four hexadecimal digits, or -1. */
static gint
take_code_unit (Reader * self)
{
  gint unit = 0;

  for (guint i = 0; i < 4; i++) {
    if (self->at == self->end || !g_ascii_isxdigit (*self->at))
      return -1;
    unit = unit * 16 + g_ascii_xdigit_value (*self->at++);
  }

  return unit;
}

/* What stands after "\u". No string of ours holds a NUL. */
static gboolean
take_unicode (Reader * self, gchar ** out)
{
  gint unit = take_code_unit (self);
  gunichar character = unit;

  if (unit <= 0 || (unit >= 0xdc00 && unit < 0xe000))
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00) {
    gint low = take_word (self, "\\u") ? take_code_unit (self) : -1;

    if (low < 0xdc00 || low >= 0xe000)
      return FALSE;
    character = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }

  *out += g_unichar_to_utf8 (character, *out);
  return TRUE;
}

static gboolean
take_escape (Reader * self, gchar ** out)
{
  static const gchar names[] = "\"\\/bfnrt";
  static const gchar values[] = "\"\\/\b\f\n\r\t";
  const gchar *name;

  if (self->at == self->end || *self->at == '\0')
    return FALSE;
  if (take (self, 'u'))
    return take_unicode (self, out);
  if ((name = strchr (names, *self->at)) == NULL)
    return FALSE;

  *(*out)++ = values[name - names];
  self->at++;
  return TRUE;
}

/* NULL if there is none. What is made is never longer than what is read, so
 * that it is allocated once and no copy stays behind. */
static gchar *
take_string (Reader * self)
{
  if (!take (self, '"'))
    return NULL;

  gsize size = self->end - self->at + 1;
  gchar *text = g_malloc0 (size);
  gchar *out = text;
  gboolean good = TRUE;

  while (good && self->at < self->end && *self->at != '"') {
    if (take (self, '\\'))
      good = take_escape (self, &out);
    else if ((good = (guchar) * self->at >= 0x20))
      *out++ = *self->at++;
  }

  if (good && take (self, '"') && g_utf8_validate (text, out - text, NULL))
    return text;

  gst_rec_secret_wipe (text, size);
  g_free (text);
  return NULL;
}

static gboolean
skip_digits (Reader * self)
{
  const gchar *begin = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;

  return self->at > begin;
}

static gboolean
skip_number (Reader * self)
{
  take (self, '-');
  if (!take (self, '0') && !skip_digits (self))
    return FALSE;
  if (take (self, '.') && !skip_digits (self))
    return FALSE;
  if (take (self, 'e') || take (self, 'E')) {
    if (!take (self, '+'))
      take (self, '-');
    return skip_digits (self);
  }

  return TRUE;
}

static gboolean
skip_string (Reader * self)
{
  gchar *text = take_string (self);

  gst_rec_secret_free (text);
  return text != NULL;
}

static gboolean skip_value (Reader * self);

/* An object or an array, behind its bracket. */
static gboolean
skip_list (Reader * self, gchar end, gboolean named)
{
  skip_blanks (self);
  if (take (self, end))
    return TRUE;

  do {
    skip_blanks (self);
    if (named) {
      if (!skip_string (self))
        return FALSE;
      skip_blanks (self);
      if (!take (self, ':'))
        return FALSE;
    }
    if (!skip_value (self))
      return FALSE;
    skip_blanks (self);
  } while (take (self, ','));

  return take (self, end);
}

static gboolean
skip_value (Reader * self)
{
  gboolean good = FALSE;

  if (++self->depth > MAX_DEPTH)
    return FALSE;

  skip_blanks (self);
  if (self->at < self->end && *self->at == '"')
    good = skip_string (self);
  else if (take (self, '{'))
    good = skip_list (self, '}', TRUE);
  else if (take (self, '['))
    good = skip_list (self, ']', FALSE);
  else
    good = take_word (self, "true") || take_word (self, "false") ||
        take_word (self, "null") || skip_number (self);

  self->depth--;
  return good;
}

/* One name of two values is none that two readers read alike. */
static gboolean
take_member (GstRecFlatJson * self, Reader * reader)
{
  skip_blanks (reader);
  g_autofree gchar *name = take_string (reader);
  skip_blanks (reader);
  if (name == NULL || !take (reader, ':'))
    return FALSE;

  skip_blanks (reader);
  if (reader->at == reader->end || *reader->at != '"')
    return skip_value (reader);

  gchar *value = take_string (reader);
  if (value == NULL || self->n_members == MAX_MEMBERS ||
      gst_rec_flat_json_get (self, name)) {
    gst_rec_secret_free (value);
    return FALSE;
  }

  self->names[self->n_members] = g_steal_pointer (&name);
  self->values[self->n_members++] = value;
  return TRUE;
}

static gboolean
take_object (GstRecFlatJson * self, Reader * reader)
{
  skip_blanks (reader);
  if (!take (reader, '{'))
    return FALSE;

  skip_blanks (reader);
  if (!take (reader, '}')) {
    do {
      if (!take_member (self, reader))
        return FALSE;
      skip_blanks (reader);
    } while (take (reader, ','));
    if (!take (reader, '}'))
      return FALSE;
  }

  skip_blanks (reader);
  return reader->at == reader->end;
}

/* NULL if @data is no object. Says nothing about why, which could only be
 * told with what stands there. */
GstRecFlatJson *
gst_rec_flat_json_parse (const gchar * data, gsize size)
{
  g_autoptr (GstRecFlatJson) self = g_new0 (GstRecFlatJson, 1);
  Reader reader = {.at = data,.end = data ? data + size : NULL };

  if (data == NULL || size > MAX_SIZE || !take_object (self, &reader))
    return NULL;

  return g_steal_pointer (&self);
}
