/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "profilesource.h"

#include <string.h>

#include "store/metadata.h"
#include "store/processsource.h"
#include "store/profile.h"
#include "store/sts.h"

/* Of profiles whose roles are asked for by another's. */
#define MAX_DEPTH 5

static GstRecCredentialSource *find_in_profile
    (const GstRecCredentialsSettings * settings, const gchar * name,
    guint depth, GError ** error);

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

static GstRecCredentials
keys_of_profile (const GstRecProfile * profile)
{
  return (GstRecCredentials) {
    .access_key_id =
        (gchar *) gst_rec_profile_get (profile, "aws_access_key_id"),
    .secret_access_key =
        (gchar *) gst_rec_profile_get (profile, "aws_secret_access_key"),
    .session_token =
        (gchar *) gst_rec_profile_get (profile, "aws_session_token"),
  };
}

static GstRecCredentialSource *
refuse_profile (GError ** error, GstRecCredentialsError code,
    const gchar * name, const gchar * what)
{
  g_set_error (error, GST_REC_CREDENTIALS_ERROR, code, "profile \"%s\" %s",
      name, what);
  return NULL;
}

static GstRecCredentialSource *
find_named_source (const GstRecCredentialsSettings * settings,
    const gchar * source, const gchar * name, GError ** error)
{
  if (strcmp (source, "Environment") == 0)
    return gst_rec_credential_source_environment (settings->env, error);
  if (strcmp (source, "Ec2InstanceMetadata") == 0)
    return gst_rec_machine_source_new (settings, FALSE, error);
  if (strcmp (source, "EcsContainer") != 0)
    return refuse_profile (error, GST_REC_CREDENTIALS_ERROR_SETTINGS, name,
        "has a credential_source that is none");
  if (!gst_rec_container_is_configured (settings->env))
    return refuse_profile (error, GST_REC_CREDENTIALS_ERROR_NOT_FOUND, name,
        "asks for the credentials of a container, and this is none");

  return gst_rec_container_source_new (settings, error);
}

/* Whose credentials ask for the role of a profile. */
static GstRecCredentialSource *
find_named_base (const GstRecCredentialsSettings * settings,
    const GstRecProfile * profile, const gchar * name, guint depth,
    GError ** error)
{
  const gchar *other = gst_rec_profile_get (profile, "source_profile");
  const gchar *source = gst_rec_profile_get (profile, "credential_source");

  if (other && strcmp (other, name) == 0) {
    GstRecCredentials keys = keys_of_profile (profile);

    return gst_rec_credential_source_checked (&keys, name, error);
  }
  if (other)
    return find_in_profile (settings, other, depth + 1, error);
  if (source)
    return find_named_source (settings, source, name, error);

  return refuse_profile (error, GST_REC_CREDENTIALS_ERROR_INCOMPLETE, name,
      "has a role_arn and neither source_profile nor credential_source nor "
      "web_identity_token_file");
}

/* A role that nobody can ask for is an error, and no reason to look further. */
static GstRecCredentialSource *
find_base (const GstRecCredentialsSettings * settings,
    const GstRecProfile * profile, const gchar * name, guint depth,
    GError ** error)
{
  GError *reason = NULL;
  GstRecCredentialSource *base =
      find_named_base (settings, profile, name, depth, &reason);

  if (base)
    return base;
  if (reason->code == GST_REC_CREDENTIALS_ERROR_NOT_FOUND)
    reason->code = GST_REC_CREDENTIALS_ERROR_INCOMPLETE;
  g_propagate_error (error, reason);

  return NULL;
}

static GstRecCredentialSource *
find_role (const GstRecCredentialsSettings * settings,
    const GstRecProfile * profile, const gchar * name, guint depth,
    GError ** error)
{
  const gchar *token_file =
      gst_rec_profile_get (profile, "web_identity_token_file");
  GstRecCredentialSource *base = NULL;

  if (gst_rec_profile_get (profile, "mfa_serial"))
    return refuse_profile (error, GST_REC_CREDENTIALS_ERROR_SETTINGS, name,
        "asks for a code of its mfa_serial, which nobody could type here");
  if (token_file == NULL && (base = find_base (settings, profile, name,
              depth, error)) == NULL)
    return NULL;

  GstRecStsRole *role = gst_rec_sts_role_new (settings, name);
  role->arn = g_strdup (gst_rec_profile_get (profile, "role_arn"));
  role->session_name =
      g_strdup (gst_rec_profile_get (profile, "role_session_name"));
  role->external_id = g_strdup (gst_rec_profile_get (profile, "external_id"));
  role->duration =
      g_strdup (gst_rec_profile_get (profile, "duration_seconds"));
  role->token_file = g_strdup (token_file);

  return gst_rec_sts_source_new (role, base, settings->now);
}

/* NOT_FOUND where the profile is not there or says nothing of credentials. */
static GstRecCredentialSource *
find_in_profile (const GstRecCredentialsSettings * settings,
    const gchar * name, guint depth, GError ** error)
{
  if (depth > MAX_DEPTH)
    return refuse_profile (error, GST_REC_CREDENTIALS_ERROR_SETTINGS, name,
        "is the source_profile of too many others, or of itself");

  g_autoptr (GstRecProfile) profile =
      gst_rec_profile_load (name, settings->env, error);
  if (profile == NULL)
    return NULL;

  GstRecCredentials keys = keys_of_profile (profile);
  const gchar *process = gst_rec_profile_get (profile, "credential_process");
  g_autofree gchar *where = g_strdup_printf ("profile \"%s\"", name);

  if (gst_rec_profile_get (profile, "role_arn"))
    return find_role (settings, profile, name, depth, error);
  if (gst_rec_credentials_is_set (&keys))
    return gst_rec_credential_source_checked (&keys, where, error);
  if (process)
    return gst_rec_process_source_new (process, settings->now);
  if (gst_rec_profile_get (profile, "sso_session") ||
      gst_rec_profile_get (profile, "sso_start_url"))
    return refuse_profile (error, GST_REC_CREDENTIALS_ERROR_SETTINGS, name,
        "signs in at an SSO, which s3 elements do not; \"aws configure "
        "export-credentials\" makes keys of it");

  return refuse_profile (error, GST_REC_CREDENTIALS_ERROR_NOT_FOUND, name,
      "has no credentials");
}

/* What a profile says. It is read anew each time: others renew what stands
 * there. */
typedef struct
{
  GstRecCredentialSource source;
  GstRecCredentialsSettings settings;   /* strings are our own */
} Profile;

static GstRecCredentials *
profile_fetch (GstRecCredentialSource * source, GCancellable * cancellable,
    GError ** error)
{
  Profile *self = (Profile *) source;
  g_autoptr (GstRecCredentialSource) found = find_in_profile
      (&self->settings, self->settings.profile, 0, error);

  return found ? gst_rec_credential_source_fetch (found, cancellable,
      error) : NULL;
}

static void
profile_free (GstRecCredentialSource * source)
{
  Profile *self = (Profile *) source;

  g_free ((gchar *) self->settings.profile);
  g_free ((gchar *) self->settings.region);
  g_free ((gchar *) self->settings.ca_file);
  g_free ((gchar *) self->settings.container_host);
  g_free (self);
}

static const GstRecCredentialSourceClass profile_class = {
  .renewable = TRUE,
  .fetch = profile_fetch,
  .free = profile_free,
};

static GstRecCredentialSource *
profile_source (const GstRecCredentialsSettings * settings, const gchar * name)
{
  Profile *self = g_new0 (Profile, 1);

  self->source.klass = &profile_class;
  self->settings.profile = g_strdup (name);
  self->settings.region = g_strdup (settings->region);
  self->settings.ca_file = g_strdup (settings->ca_file);
  self->settings.container_host = g_strdup (settings->container_host);
  self->settings.env = settings->env;
  self->settings.now = settings->now;

  return &self->source;
}

/* Leaves @error alone and returns NULL where one has to look further. */
GstRecCredentialSource *
gst_rec_profile_source_find (const GstRecCredentialsSettings * settings,
    GError ** error)
{
  const gchar *name = gst_rec_profile_name (settings->profile, settings->env);
  gboolean asked_for = is_set (settings->profile) ||
      is_set (settings->env ("AWS_PROFILE"));
  g_autoptr (GError) reason = NULL;
  g_autoptr (GstRecCredentialSource) found =
      find_in_profile (settings, name, 0, &reason);

  if (found)
    return profile_source (settings, name);

  /* A profile may hold a region and nothing else. */
  g_autoptr (GstRecProfile) profile =
      gst_rec_profile_load (name, settings->env, NULL);
  gboolean further = g_error_matches (reason, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_NOT_FOUND) && (profile || !asked_for);
  if (!further)
    g_propagate_error (error, g_steal_pointer (&reason));

  return NULL;
}
