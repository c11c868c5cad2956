/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "profile.h"

#include <gio/gio.h>
#include <string.h>

#define DEFAULT_PROFILE "default"
#define DEFAULT_REGION "us-east-1"

struct _GstRecProfile
{
  GHashTable *settings;         /* name → value, which may be a secret */
  gboolean found;               /* there is such a section */
};

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

void
gst_rec_profile_free (GstRecProfile * self)
{
  g_hash_table_unref (self->settings);
  g_free (self);
}

/* NULL where it is not there or empty. */
const gchar *
gst_rec_profile_get (const GstRecProfile * self, const gchar * setting)
{
  const gchar *value = g_hash_table_lookup (self->settings, setting);

  return is_set (value) ? value : NULL;
}

/* Whether the text between brackets names @profile. In the config file all
 * but the default have the word "profile" before their name, which may stand
 * in quotes. */
static gboolean
is_section (gchar * title, const gchar * profile, gboolean is_config)
{
  g_strstrip (title);

  if (is_config) {
    gboolean prefixed = g_str_has_prefix (title, "profile") &&
        g_ascii_isspace (title[strlen ("profile")]);

    if (prefixed)
      title = g_strstrip (title + strlen ("profile"));
    else if (strcmp (title, DEFAULT_PROFILE) != 0)
      return FALSE;
  }

  gsize length = strlen (title);
  if (length >= 2 && strchr ("\"'", *title) &&
      title[length - 1] == *title) {
    title[length - 1] = '\0';
    title++;
  }

  return strcmp (title, profile) == 0;
}

/* Reads "[section]" lines and "name = value" lines. Writes into @text, so
 * that no copy of a secret is left behind. What was there before stays. */
static void
parse (GstRecProfile * self, gchar * text, const gchar * profile,
    gboolean is_config)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash,
      g_str_equal, g_free, NULL);
  gboolean inside = FALSE, nesting = FALSE;
  gchar *next;

  for (gchar * line = text; line != NULL; line = next) {
    gboolean indented = g_ascii_isspace (*line);

    next = strchr (line, '\n');
    if (next != NULL)
      *next++ = '\0';
    g_strstrip (line);

    gchar *equals = strchr (line, '=');

    if (*line == '\0' || *line == '#' || *line == ';')
      continue;
    /* What stands behind it is a comment. What has no end begins no profile,
     * and no other goes on in it. */
    if (*line == '[') {
      gchar *end = strchr (line, ']');

      if (end)
        *end = '\0';
      inside = end && is_section (line + 1, profile, is_config);
      self->found |= inside;
      nesting = FALSE;
      continue;
    }
    /* Below a name without a value there are others, of one service. */
    if (!inside || equals == NULL || (indented && nesting))
      continue;

    *equals = '\0';
    const gchar *name = g_strchomp (line);
    const gchar *value = g_strchug (equals + 1);

    nesting = *value == '\0';
    /* The last of a file counts, and the file that is read first. */
    if (!g_hash_table_contains (self->settings, name) ||
        g_hash_table_contains (taken, name)) {
      g_hash_table_replace (self->settings, g_strdup (name),
          g_strdup (value));
      g_hash_table_add (taken, g_strdup (name));
    }
  }
}

static gchar *
file_path (GstRecGetenv env, const gchar * variable, const gchar * name)
{
  const gchar *named = env (variable);
  const gchar *home = env ("HOME");

  if (is_set (named))
    return g_strdup (named);

  return g_build_filename (is_set (home) ? home : g_get_home_dir (), ".aws",
      name, NULL);
}

/* A file that is not there is an empty one. */
static gboolean
read_file (GstRecProfile * self, const gchar * path, const gchar * profile,
    gboolean is_config, GError ** error)
{
  g_autoptr (GError) reason = NULL;
  gchar *text;
  gsize size;

  if (g_file_get_contents (path, &text, &size, &reason)) {
    parse (self, text, profile, is_config);
    gst_rec_secret_wipe (text, size);
    g_free (text);
    return TRUE;
  }

  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;

  g_set_error_literal (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_FILE, reason->message);
  return FALSE;
}

/* NOT_FOUND if neither file has it. */
GstRecProfile *
gst_rec_profile_load (const gchar * name, GstRecGetenv env, GError ** error)
{
  g_autofree gchar *credentials =
      file_path (env, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  g_autofree gchar *config = file_path (env, "AWS_CONFIG_FILE", "config");
  g_autoptr (GstRecProfile) self = g_new0 (GstRecProfile, 1);

  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) gst_rec_secret_free);

  if (!read_file (self, credentials, name, FALSE, error) ||
      !read_file (self, config, name, TRUE, error))
    return NULL;

  if (self->found)
    return g_steal_pointer (&self);

  g_set_error (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_NOT_FOUND,
      "neither %s nor %s has a profile \"%s\"", credentials, config, name);
  return NULL;
}

/* Which profile counts where @name, or nothing, was asked for. */
const gchar *
gst_rec_profile_name (const gchar * name, GstRecGetenv env)
{
  if (!is_set (name))
    name = env ("AWS_PROFILE");

  return is_set (name) ? name : DEFAULT_PROFILE;
}

/* A setting of a profile, if there is one. Without it something else counts,
 * and why it is not there is told when its credentials are wanted. */
static gchar *
profile_setting (const gchar * profile, GstRecGetenv env,
    const gchar * setting)
{
  g_autoptr (GstRecProfile) found =
      gst_rec_profile_load (gst_rec_profile_name (profile, env), env, NULL);

  return found ? g_strdup (gst_rec_profile_get (found, setting)) : NULL;
}

/* @given, or what is configured, or AWS's oldest region. */
gchar *
gst_rec_aws_region (const gchar * given, const gchar * profile,
    GstRecGetenv env)
{
  const gchar *candidates[] = { given, env ("AWS_REGION"),
    env ("AWS_DEFAULT_REGION")
  };

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    if (is_set (candidates[i]))
      return g_strdup (candidates[i]);

  gchar *region = profile_setting (profile, env, "region");
  return region ? region : g_strdup (DEFAULT_REGION);
}

/* @given, or what is configured for @service ("S3", "STS") or for all of
 * them, or NULL for AWS's own. */
gchar *
gst_rec_aws_endpoint (const gchar * given, const gchar * service,
    const gchar * profile, GstRecGetenv env)
{
  g_autofree gchar *variable = g_strconcat ("AWS_ENDPOINT_URL_", service,
      NULL);
  const gchar *ignore = env ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");

  if (is_set (given))
    return g_strdup (given);
  if (ignore && g_ascii_strcasecmp (ignore, "true") == 0)
    return NULL;
  if (is_set (env (variable)))
    return g_strdup (env (variable));
  if (is_set (env ("AWS_ENDPOINT_URL")))
    return g_strdup (env ("AWS_ENDPOINT_URL"));

  return profile_setting (profile, env, "endpoint_url");
}
