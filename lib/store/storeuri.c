/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "storeuri.h"

#include <string.h>

#define MAX_OPTIONS 32
/* PATH_MAX of Linux, less the final zero */
#define MAX_PATH 4095
/* What RFC 3986 lets stand in a path beside letters and digits, less what
 * means something to a store's URI. */
#define PATH_CHARACTERS "/!$&'()*+,;=:@"

static gboolean
refuse (GError ** error, const gchar * why)
{
  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_SETTINGS, why);
  return FALSE;
}

/* What is between @text and @end, decoded; NULL for what cannot be. */
static gchar *
decode (const gchar * text, const gchar * end)
{
  g_autofree gchar *plain = g_uri_unescape_segment (text, end, NULL);

  if (plain == NULL || !g_utf8_validate (plain, -1, NULL))
    return NULL;

  return g_steal_pointer (&plain);
}

/* A URI stands in command lines, logs and messages. */
static gboolean
is_secret (const gchar * option)
{
  static const gchar *const words[] = { "secret", "token", "password",
    "passwd", "credential", "signature", "access-key", "account-key",
    "customer-key", "connection-string", NULL
  };
  static const gchar *const names[] = { "sig", "sas", "pwd", "key", NULL };
  g_autofree gchar *lower = g_ascii_strdown (option, -1);

  g_strdelimit (lower, "_", '-');
  for (guint i = 0; words[i]; i++)
    if (strstr (lower, words[i]))
      return TRUE;

  return g_strv_contains (names, lower);
}

static gboolean
parse_option (GstRecStoreUri * self, const gchar * text, GError ** error)
{
  const gchar *equals = strchr (text, '=');
  g_autofree gchar *name = decode (text, equals);
  g_autofree gchar *value = equals ? decode (equals + 1, NULL) : NULL;

  if (name && is_secret (name)) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "no secret belongs into a URI: set it by a property, the environment "
        "or a profile");
    return FALSE;
  }
  if (name == NULL || *name == '\0' || value == NULL)
    return refuse (error, "an option of the URI is not of the form "
        "name=value, or is no percent-encoded UTF-8; a \"?\" of a key is "
        "written %3F");
  if (g_hash_table_size (self->options) >= MAX_OPTIONS)
    return refuse (error, "the URI has too many options");
  if (!g_hash_table_insert (self->options, g_steal_pointer (&name),
          g_steal_pointer (&value)))
    return refuse (error, "the URI has an option twice");

  return TRUE;
}

static gboolean
parse_options (GstRecStoreUri * self, const gchar * text, GError ** error)
{
  g_auto (GStrv) options = g_strsplit (text, "&", -1);
  guint i = 0;

  /* A "?" with nothing behind it is more likely one of a key. */
  do {
    if (!parse_option (self, options[i] ? options[i] : "", error))
      return FALSE;
  } while (options[i] && options[++i]);

  return TRUE;
}

/* Takes what is before the next slash from @text on. */
static gchar *
take_name (const gchar ** text, const gchar * end)
{
  const gchar *slash = memchr (*text, '/', end - *text);
  gchar *name;

  if (slash == NULL || slash == *text)
    return NULL;
  name = decode (*text, slash);
  *text = slash + 1;

  return name;
}

/* A name becomes part of a host or a path. */
static gboolean
is_name (const gchar * name)
{
  if (name == NULL || *name == '\0' || strlen (name) > 255)
    return FALSE;
  for (const gchar * c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr (".-_$", *c) == NULL)
      return FALSE;

  return strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
}

static gboolean
parse_key (GstRecStoreUri * self, const gchar * text, const gchar * end,
    gsize max, GError ** error)
{
  self->key = decode (text, end);

  if (self->key == NULL)
    return refuse (error, "the key is no percent-encoded UTF-8; a \"%\" of a "
        "key is written %25");
  if (*self->key == '\0')
    return refuse (error, "the URI names no object");
  if (strlen (self->key) > max)
    return refuse (error, "the key is too long");

  return TRUE;
}

/* file:///path, where "localhost" may stand between the second slash and the
 * third (RFC 8089). */
static gboolean
parse_file (GstRecStoreUri * self, const gchar * rest, const gchar * end,
    GError ** error)
{
  if (g_str_has_prefix (rest, "localhost/"))
    rest += strlen ("localhost");
  if (*rest != '/')
    return refuse (error, "not of the form file:///folder/file");
  if (end[-1] == '/')
    return refuse (error, "the URI names a folder and no file");

  return parse_key (self, rest, end, MAX_PATH, error);
}

static gboolean
parse_object (GstRecStoreUri * self, const gchar * rest, const gchar * end,
    GError ** error)
{
  gboolean azure = strcmp (self->scheme, "azblob") == 0;

  /* Not told what it is: it may be a password. */
  const gchar *slash = memchr (rest, '/', end - rest);
  if (memchr (rest, '@', (slash ? slash : end) - rest))
    return refuse (error, "no user and no password belongs into a URI");

  if (azure && !is_name (self->account = take_name (&rest, end)))
    return refuse (error, "not of the form azblob://account/container/blob");
  if (!is_name (self->bucket = take_name (&rest, end)))
    return refuse (error, azure ?
        "not of the form azblob://account/container/blob" :
        "not of the form s3://bucket/key or gs://bucket/key");

  return parse_key (self, rest, end, GST_REC_MAX_KEY, error);
}

static gboolean
parse (GstRecStoreUri * self, const gchar * text, GError ** error)
{
  static const gchar *const schemes[] = { "s3", "gs", "azblob", "file", NULL };
  const gchar *colon = strstr (text, "://");
  const gchar *question = strchr (text, '?');
  const gchar *end = question ? question : text + strlen (text);

  if (colon == NULL || colon > end)
    return refuse (error, "no URI: there is no \"://\"");
  self->scheme = g_ascii_strdown (text, colon - text);
  if (!g_strv_contains (schemes, self->scheme))
    return refuse (error, "no URI of a store: those begin with s3://, gs://, "
        "azblob:// or file://");
  if (strchr (text, '#'))
    return refuse (error, "a \"#\" of a key is written %23");

  return (strcmp (self->scheme, "file") == 0 ? parse_file : parse_object)
      (self, colon + strlen ("://"), end, error) &&
      (question == NULL || parse_options (self, question + 1, error));
}

GstRecStoreUri *
gst_rec_store_uri_parse (const gchar * text, GError ** error)
{
  g_autoptr (GstRecStoreUri) self = g_new0 (GstRecStoreUri, 1);

  self->options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  if (!parse (self, text, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
gst_rec_store_uri_free (GstRecStoreUri * self)
{
  g_free (self->scheme);
  g_free (self->account);
  g_free (self->bucket);
  g_free (self->key);
  g_hash_table_unref (self->options);
  g_free (self);
}

/* NULL where it is not set. */
const gchar *
gst_rec_store_uri_get (const GstRecStoreUri * self, const gchar * option)
{
  return g_hash_table_lookup (self->options, option);
}

/* Leaves @value as it is where the option is not set. */
gboolean
gst_rec_store_uri_get_uint (const GstRecStoreUri * self, const gchar * option,
    guint min, guint max, guint * value, GError ** error)
{
  const gchar *text = gst_rec_store_uri_get (self, option);
  guint64 number;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, min, max, &number, NULL)) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "the option %s of the URI is no number from %u to %u", option, min,
        max);
    return FALSE;
  }
  *value = number;

  return TRUE;
}

/* Whether all options are among the @known ones, a list that ends with
 * NULL. */
gboolean
gst_rec_store_uri_check_options (const GstRecStoreUri * self,
    const gchar * const *known, GError ** error)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->options);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    g_autofree gchar *list = NULL;

    if (g_strv_contains (known, name))
      continue;
    list = g_strjoinv (", ", (gchar **) known);
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "%s:// has no option \"%s\"%s%s", self->scheme, (gchar *) name,
        *list ? "; it has " : "", list);
    return FALSE;
  }

  return TRUE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* Parsed again, it is the same. */
gchar *
gst_rec_store_uri_to_string (const GstRecStoreUri * self)
{
  GString *text = g_string_new (self->scheme);
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys
      (self->options), compare_names);
  gchar separator = '?';

  g_string_append (text, "://");
  if (self->account)
    g_string_append_printf (text, "%s/", self->account);
  if (self->bucket)
    g_string_append_printf (text, "%s/", self->bucket);
  g_string_append_uri_escaped (text, self->key, PATH_CHARACTERS, FALSE);
  for (GList * l = names; l; l = l->next) {
    g_string_append_c (text, separator);
    g_string_append_uri_escaped (text, l->data, NULL, FALSE);
    g_string_append_c (text, '=');
    g_string_append_uri_escaped (text, gst_rec_store_uri_get (self, l->data),
        "/:,", FALSE);
    separator = '&';
  }

  return g_string_free (text, FALSE);
}

/* The URI of an object, without options. @account is Azure's. */
gchar *
gst_rec_store_uri_of_object (const gchar * scheme, const gchar * account,
    const gchar * bucket, const gchar * key)
{
  g_autoptr (GHashTable) none = g_hash_table_new (g_str_hash, g_str_equal);
  const GstRecStoreUri uri = {
    .scheme = (gchar *) scheme,
    .account = (gchar *) account,
    .bucket = (gchar *) bucket,
    .key = (gchar *) key,
    .options = none,
  };

  return gst_rec_store_uri_to_string (&uri);
}
