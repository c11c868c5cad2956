/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "credentialsource.h"

#include "store/profile.h"

void
gst_rec_credential_source_free (GstRecCredentialSource * self)
{
  if (self)
    self->klass->free (self);
}

GstRecCredentials *
gst_rec_credential_source_fetch (GstRecCredentialSource * self,
    GCancellable * cancellable, GError ** error)
{
  return self->klass->fetch (self, cancellable, error);
}

/* Keys that stand somewhere. */
typedef struct
{
  GstRecCredentialSource source;
  GstRecCredentials *credentials;
} Static;

static GstRecCredentials *
static_fetch (GstRecCredentialSource * source,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error G_GNUC_UNUSED)
{
  return gst_rec_credentials_copy (((Static *) source)->credentials);
}

static void
static_free (GstRecCredentialSource * source)
{
  gst_rec_credentials_free (((Static *) source)->credentials);
  g_free (source);
}

static const GstRecCredentialSourceClass static_class = {
  .renewable = FALSE,
  .fetch = static_fetch,
  .free = static_free,
};

GstRecCredentialSource *
gst_rec_credential_source_static (const GstRecCredentials * credentials)
{
  Static *self = g_new0 (Static, 1);

  self->source.klass = &static_class;
  self->credentials = gst_rec_credentials_copy (credentials);

  return &self->source;
}

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

static GstRecCredentialSource *
checked_static (const GstRecCredentials * credentials, const gchar * where,
    GError ** error)
{
  return gst_rec_credentials_check (credentials, where, error) ?
      gst_rec_credential_source_static (credentials) : NULL;
}

/* Looks where AWS's own tools look, in their order: what was given, the
 * environment (unless a profile is asked for), the shared files. */
GstRecCredentialSource *
gst_rec_credential_source_find (const GstRecCredentialsSettings * settings,
    GError ** error)
{
  GstRecGetenv env = settings->env;
  GstRecCredentials from_env = {
    .access_key_id = (gchar *) env ("AWS_ACCESS_KEY_ID"),
    .secret_access_key = (gchar *) env ("AWS_SECRET_ACCESS_KEY"),
    .session_token = (gchar *) env ("AWS_SESSION_TOKEN"),
  };

  if (gst_rec_credentials_is_set (settings->given))
    return checked_static (settings->given, "the properties", error);
  if (!is_set (settings->profile) && gst_rec_credentials_is_set (&from_env))
    return checked_static (&from_env, "the environment", error);

  const gchar *name = gst_rec_profile_name (settings->profile, env);
  g_autoptr (GstRecProfile) profile =
      gst_rec_profile_load (name, env, error);
  if (profile == NULL)
    return NULL;

  g_autofree gchar *where = g_strdup_printf ("profile \"%s\"", name);
  GstRecCredentials from_file = {
    .access_key_id =
        (gchar *) gst_rec_profile_get (profile, "aws_access_key_id"),
    .secret_access_key =
        (gchar *) gst_rec_profile_get (profile, "aws_secret_access_key"),
    .session_token =
        (gchar *) gst_rec_profile_get (profile, "aws_session_token"),
  };

  return checked_static (&from_file, where, error);
}
