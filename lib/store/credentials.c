/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "credentials.h"

#include <string.h>

G_DEFINE_QUARK (gst-rec-credentials-error-quark, gst_rec_credentials_error)

static void
wipe (gchar * secret, gsize size)
{
  explicit_bzero (secret, size);
  g_free (secret);
}

void
gst_rec_secret_free (gchar * secret)
{
  if (secret)
    wipe (secret, strlen (secret));
}

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

GstRecCredentials *
gst_rec_credentials_copy (const GstRecCredentials * self)
{
  GstRecCredentials *copy = g_new0 (GstRecCredentials, 1);

  copy->access_key_id = g_strdup (self->access_key_id);
  copy->secret_access_key = g_strdup (self->secret_access_key);
  if (is_set (self->session_token))
    copy->session_token = g_strdup (self->session_token);

  return copy;
}

void
gst_rec_credentials_free (GstRecCredentials * self)
{
  if (self == NULL)
    return;

  gst_rec_secret_free (self->access_key_id);
  gst_rec_secret_free (self->secret_access_key);
  gst_rec_secret_free (self->session_token);
  g_free (self);
}

/* Half a pair is an error and no reason to look further: it would sign with
 * keys of somebody else. */
static gboolean
check_pair (const GstRecCredentials * self, const gchar * source,
    GError ** error)
{
  if (is_set (self->access_key_id) && is_set (self->secret_access_key))
    return TRUE;

  g_set_error (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_INCOMPLETE, "%s: %s is missing", source,
      is_set (self->access_key_id) ? "the secret access key" :
      "the access key id");
  return FALSE;
}

static void
take_setting (GstRecCredentials * self, const gchar * name,
    const gchar * value)
{
  gchar **field = NULL;

  if (g_strcmp0 (name, "aws_access_key_id") == 0)
    field = &self->access_key_id;
  else if (g_strcmp0 (name, "aws_secret_access_key") == 0)
    field = &self->secret_access_key;
  else if (g_strcmp0 (name, "aws_session_token") == 0)
    field = &self->session_token;

  if (field == NULL || !is_set (value))
    return;

  gst_rec_secret_free (*field);
  *field = g_strdup (value);
}

/* Reads "[profile]" sections with "name = value" lines. Writes into @text,
 * so that no copy of a secret is left behind. Returns whether there is such
 * a section. */
static gboolean
parse_profile (gchar * text, const gchar * profile, GstRecCredentials * self)
{
  gboolean inside = FALSE, found = FALSE;
  gchar *next;

  for (gchar * line = text; line != NULL; line = next) {
    next = strchr (line, '\n');
    if (next != NULL)
      *next++ = '\0';
    g_strstrip (line);

    gsize length = strlen (line);
    gchar *equals = strchr (line, '=');

    if (*line == '#' || *line == ';')
      continue;
    if (*line == '[' && line[length - 1] == ']') {
      line[length - 1] = '\0';
      inside = strcmp (g_strstrip (line + 1), profile) == 0;
      found |= inside;
    } else if (inside && equals != NULL) {
      *equals = '\0';
      take_setting (self, g_strchomp (line), g_strchug (equals + 1));
    }
  }

  return found;
}

static GstRecCredentials *
from_file (const gchar * profile, GstRecGetenv env, GError ** error)
{
  g_autoptr (GstRecCredentials) self = g_new0 (GstRecCredentials, 1);
  g_autoptr (GError) reason = NULL;
  const gchar *named = env ("AWS_SHARED_CREDENTIALS_FILE");
  const gchar *home = env ("HOME");
  g_autofree gchar *path = is_set (named) ? g_strdup (named) :
      g_build_filename (is_set (home) ? home : g_get_home_dir (), ".aws",
      "credentials", NULL);
  gchar *text;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, &reason)) {
    gboolean absent =
        g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT);

    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        absent ? GST_REC_CREDENTIALS_ERROR_NOT_FOUND :
        GST_REC_CREDENTIALS_ERROR_FILE, "%s", reason->message);
    return NULL;
  }

  gboolean found = parse_profile (text, profile, self);
  wipe (text, size);

  if (!found) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_NOT_FOUND, "%s has no profile \"%s\"", path,
        profile);
    return NULL;
  }

  return check_pair (self, path, error) ? g_steal_pointer (&self) : NULL;
}

/* Looks where AWS's own tools look, in their order: what was given, the
 * environment (unless a profile is asked for), the shared credentials file.
 * @given and its members may be NULL. */
GstRecCredentials *
gst_rec_credentials_find (const GstRecCredentials * given,
    const gchar * profile, GstRecGetenv env, GError ** error)
{
  if (given && (is_set (given->access_key_id) ||
          is_set (given->secret_access_key)))
    return check_pair (given, "the properties", error) ?
        gst_rec_credentials_copy (given) : NULL;

  GstRecCredentials from_env = {
    (gchar *) env ("AWS_ACCESS_KEY_ID"),
    (gchar *) env ("AWS_SECRET_ACCESS_KEY"),
    (gchar *) env ("AWS_SESSION_TOKEN")
  };

  if (!is_set (profile) && (is_set (from_env.access_key_id) ||
          is_set (from_env.secret_access_key)))
    return check_pair (&from_env, "the environment", error) ?
        gst_rec_credentials_copy (&from_env) : NULL;

  if (!is_set (profile))
    profile = env ("AWS_PROFILE");

  return from_file (is_set (profile) ? profile : "default", env, error);
}
