/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "credentialsource.h"

#include "store/metadata.h"
#include "store/profile.h"
#include "store/profilesource.h"
#include "store/sts.h"

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

/* Of keys that are a whole pair; @where says where they stand. */
GstRecCredentialSource *
gst_rec_credential_source_checked (const GstRecCredentials * credentials,
    const gchar * where, GError ** error)
{
  return gst_rec_credentials_check (credentials, where, error) ?
      gst_rec_credential_source_static (credentials) : NULL;
}

static GstRecCredentials
keys_of_environment (GstRecGetenv env)
{
  return (GstRecCredentials) {
    .access_key_id = (gchar *) env ("AWS_ACCESS_KEY_ID"),
    .secret_access_key = (gchar *) env ("AWS_SECRET_ACCESS_KEY"),
    .session_token = (gchar *) env ("AWS_SESSION_TOKEN"),
  };
}

GstRecCredentialSource *
gst_rec_credential_source_environment (GstRecGetenv env, GError ** error)
{
  GstRecCredentials keys = keys_of_environment (env);

  return gst_rec_credential_source_checked (&keys, "the environment", error);
}

static GstRecCredentialSource *
find_web_identity (const GstRecCredentialsSettings * settings,
    GError ** error)
{
  const gchar *arn = settings->env ("AWS_ROLE_ARN");
  const gchar *name = settings->env ("AWS_ROLE_SESSION_NAME");

  if (!is_set (arn)) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_INCOMPLETE,
        "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not");
    return NULL;
  }

  GstRecStsRole *role = gst_rec_sts_role_new (settings, settings->profile);
  role->arn = g_strdup (arn);
  role->session_name = is_set (name) ? g_strdup (name) : NULL;
  role->token_file =
      g_strdup (settings->env ("AWS_WEB_IDENTITY_TOKEN_FILE"));

  return gst_rec_sts_source_new (role, NULL, settings->now);
}

/* Looks where AWS's own tools look: what was given, the environment (unless a
 * profile is asked for), the shared files, a web identity, the endpoint of a
 * container, the one of a machine. Asks nobody yet. */
GstRecCredentialSource *
gst_rec_credential_source_find (const GstRecCredentialsSettings * settings,
    GError ** error)
{
  GstRecGetenv env = settings->env;
  GstRecCredentials from_env = keys_of_environment (env);
  const gchar *disabled = env ("AWS_EC2_METADATA_DISABLED");
  GError *reason = NULL;

  if (gst_rec_credentials_is_set (settings->given))
    return gst_rec_credential_source_checked (settings->given,
        "the properties", error);
  if (!is_set (settings->profile) && gst_rec_credentials_is_set (&from_env))
    return gst_rec_credential_source_environment (env, error);

  GstRecCredentialSource *shared =
      gst_rec_profile_source_find (settings, &reason);
  if (reason)
    g_propagate_error (error, reason);
  if (shared || reason)
    return shared;

  if (is_set (env ("AWS_WEB_IDENTITY_TOKEN_FILE")))
    return find_web_identity (settings, error);
  if (gst_rec_container_is_configured (env))
    return gst_rec_container_source_new (settings, error);
  if (disabled == NULL || g_ascii_strcasecmp (disabled, "true") != 0)
    return gst_rec_machine_source_new (settings, TRUE, error);

  g_set_error (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_NOT_FOUND,
      "there are none in the properties, the environment and profile \"%s\", "
      "and nobody to ask", gst_rec_profile_name (settings->profile, env));
  return NULL;
}
