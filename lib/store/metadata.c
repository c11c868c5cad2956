/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "metadata.h"

#include <string.h>

#include "store/fetch.h"
#include "store/sigv4.h"

#define CONTAINER "the container's credentials endpoint"
#define CONTAINER_HOST "http://169.254.170.2"
#define CONTAINER_TIMEOUT 2
#define CONTAINER_RETRIES 3

#define MACHINE "the machine's metadata service"
#define MACHINE_HOST "http://169.254.169.254"
#define MACHINE_HOST_IPV6 "http://[fd00:ec2::254]"
/* Where there is none nobody answers, and a laptop has to find that out. */
#define MACHINE_TIMEOUT 1
#define MACHINE_RETRIES 1
#define TOKEN_PATH "/latest/api/token"
#define ROLE_PATH "/latest/meta-data/iam/security-credentials/"
#define MAX_ROLE 256

typedef struct
{
  GstRecCredentialSource source;
  GstRecNow now;
  gchar *uri;                   /* of the machine: without a path */
  gchar *token;                 /* of a container, or NULL */
  gchar *token_file;            /* goes before it, or NULL */
  gboolean last_resort;         /* of a machine that may be none of EC2 */
} Metadata;

static void
metadata_free (GstRecCredentialSource * source)
{
  Metadata *self = (Metadata *) source;

  g_free (self->uri);
  gst_rec_secret_free (self->token);
  g_free (self->token_file);
  g_free (self);
}

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

static void
set_settings_error (GError ** error, const gchar * variable,
    const gchar * what)
{
  g_set_error (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_SETTINGS, "%s %s", variable, what);
}

/* It becomes a header. */
static gboolean
is_header (const gchar * text)
{
  for (const gchar * c = text; *c != '\0'; c++)
    if (!g_ascii_isprint (*c))
      return FALSE;

  return *text != '\0';
}

/* The text of an answer without the blanks around it, NULL where it cannot be
 * a header or part of a path. */
static gchar *
one_line (GstRecFetched * fetched)
{
  gchar *text = fetched->text ? g_strstrip (fetched->text) : NULL;

  return text && is_header (text) ? text : NULL;
}

static GstRecHttp *
open_http (guint timeout, guint retries, const gchar * uri)
{
  GstRecHttpConfig config = {
    .timeout = timeout,.retries = retries,
    /* They are next to us: what is asked in clear stays on this machine. */
    .direct = g_str_has_prefix (uri, "http:"),
  };

  return gst_rec_http_new (&config, NULL);
}

/* 200, or an error of the given kind. */
static gboolean
check_status (const GstRecFetched * fetched, const gchar * who, GError ** error)
{
  if (fetched->status == SOUP_STATUS_OK)
    return TRUE;

  g_set_error (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_REFUSED, "%s answered %u %s", who,
      fetched->status, soup_status_get_phrase (fetched->status));
  return FALSE;
}

/* The endpoint of a container (ECS, EKS Pod Identity, Greengrass) */

gboolean
gst_rec_container_is_configured (GstRecGetenv env)
{
  return is_set (env ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) ||
      is_set (env ("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
}

/* A file is read each time: others renew it. */
static gboolean
container_token (const Metadata * self, gchar ** token, GError ** error)
{
  g_autoptr (GError) reason = NULL;

  if (self->token_file == NULL) {
    *token = g_strdup (self->token);
    return TRUE;
  }

  if (!g_file_get_contents (self->token_file, token, NULL, &reason)) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_FILE,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: %s", reason->message);
    return FALSE;
  }
  if (is_header (g_strstrip (*token)))
    return TRUE;

  g_clear_pointer (token, gst_rec_secret_free);
  set_settings_error (error, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
      "names a file that is no token");
  return FALSE;
}

static GstRecCredentials *
container_fetch (GstRecCredentialSource * source, GCancellable * cancellable,
    GError ** error)
{
  Metadata *self = (Metadata *) source;
  g_auto (GstRecFetched) fetched = { 0, };
  GstRecHttpRequest request = {.method = "GET",.uri = self->uri };
  GstRecCredentials *credentials = NULL;
  gchar *token = NULL;

  if (!container_token (self, &token, error))
    return NULL;

  GstRecHttp *http = open_http (CONTAINER_TIMEOUT, CONTAINER_RETRIES,
      self->uri);
  GstRecField headers[] = {
    {"Accept", "application/json"},
    {token ? "Authorization" : NULL, token},
    {NULL, NULL}
  };

  if (gst_rec_fetch (http, CONTAINER, &request, &gst_rec_fetch_headers,
          headers, &fetched, cancellable, error) &&
      check_status (&fetched, CONTAINER, error))
    credentials = gst_rec_fetched_credentials (&fetched, CONTAINER, self->now,
        error);
  gst_rec_http_free (http);
  gst_rec_secret_free (token);

  return credentials;
}

static const GstRecCredentialSourceClass container_class = {
  .renewable = TRUE,
  .fetch = container_fetch,
  .free = metadata_free,
};

/* In clear only to this machine itself and to where AWS has its endpoints: an
 * environment that somebody else wrote may not send us elsewhere. */
static gboolean
is_allowed (GUri * uri)
{
  static const gchar *const hosts[] = {
    "localhost", "169.254.170.2", "169.254.170.23", "fd00:ec2::23", NULL
  };
  const gchar *host = g_uri_get_host (uri);

  if (!is_set (host))
    return FALSE;
  if (g_strcmp0 (g_uri_get_scheme (uri), "https") == 0)
    return TRUE;
  if (g_strcmp0 (g_uri_get_scheme (uri), "http") != 0)
    return FALSE;

  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  return g_strv_contains (hosts, host) ||
      (address && g_inet_address_get_is_loopback (address));
}

static gchar *
container_uri (const GstRecCredentialsSettings * settings, GError ** error)
{
  const gchar *relative = settings->env
      ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const gchar *full = settings->env ("AWS_CONTAINER_CREDENTIALS_FULL_URI");

  if (is_set (relative) && *relative == '/')
    return g_strconcat (settings->container_host ? settings->container_host :
        CONTAINER_HOST, relative, NULL);
  if (is_set (relative)) {
    set_settings_error (error, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "does not begin with a slash");
    return NULL;
  }

  g_autoptr (GUri) uri = g_uri_parse (full, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri && is_allowed (uri))
    return g_strdup (full);

  set_settings_error (error, "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "is neither https nor an address of this machine");
  return NULL;
}

GstRecCredentialSource *
gst_rec_container_source_new (const GstRecCredentialsSettings * settings,
    GError ** error)
{
  const gchar *token = settings->env ("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  const gchar *file = settings->env ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  gchar *uri = container_uri (settings, error);

  if (uri == NULL)
    return NULL;
  if (is_set (token) && !is_header (token)) {
    set_settings_error (error, "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "cannot be a header");
    g_free (uri);
    return NULL;
  }

  Metadata *self = g_new0 (Metadata, 1);
  self->source.klass = &container_class;
  self->now = settings->now;
  self->uri = uri;
  self->token_file = is_set (file) ? g_strdup (file) : NULL;
  self->token = is_set (token) ? g_strdup (token) : NULL;

  return &self->source;
}

/* The metadata service of a machine of EC2, version 2 */

/* One request of the three. */
static gboolean
ask_machine (const Metadata * self, GstRecHttp * http, const gchar * method,
    const gchar * path, const GstRecField * headers, GstRecFetched * fetched,
    GCancellable * cancellable, GError ** error)
{
  g_autofree gchar *uri = g_strconcat (self->uri, path, NULL);
  GstRecHttpRequest request = {.method = method,.uri = uri };

  return gst_rec_fetch (http, MACHINE, &request, &gst_rec_fetch_headers,
      (gpointer) headers, fetched, cancellable, error) &&
      check_status (fetched, MACHINE, error);
}

static GstRecCredentials *
ask_for_role (const Metadata * self, GstRecHttp * http, const gchar * token,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecFetched) names = { 0, };
  g_auto (GstRecFetched) fetched = { 0, };
  const GstRecField headers[] = {
    {"X-aws-ec2-metadata-token", token}, {NULL, NULL}
  };

  if (!ask_machine (self, http, "GET", ROLE_PATH, headers, &names,
          cancellable, error))
    return NULL;

  /* A machine has one role. */
  gchar *end = names.text ? strpbrk (g_strchug (names.text), "\r\n") : NULL;
  if (end)
    *end = '\0';
  const gchar *role = one_line (&names);
  if (role == NULL || strlen (role) > MAX_ROLE) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_ANSWER, "%s: that is no name of a role",
        MACHINE);
    return NULL;
  }

  g_autofree gchar *name = gst_rec_sigv4_encode (role, FALSE);
  g_autofree gchar *path = g_strconcat (ROLE_PATH, name, NULL);
  return ask_machine (self, http, "GET", path, headers, &fetched, cancellable,
      error) ? gst_rec_fetched_credentials (&fetched, MACHINE, self->now,
      error) : NULL;
}

static GstRecCredentials *
ask_for_token (const Metadata * self, GCancellable * cancellable,
    GError ** error)
{
  static const GstRecField headers[] = {
    {"X-aws-ec2-metadata-token-ttl-seconds", "21600"}, {NULL, NULL}
  };
  g_autoptr (GstRecHttp) http =
      open_http (MACHINE_TIMEOUT, MACHINE_RETRIES, self->uri);
  g_auto (GstRecFetched) fetched = { 0, };

  if (!ask_machine (self, http, "PUT", TOKEN_PATH, headers, &fetched,
          cancellable, error))
    return NULL;

  const gchar *token = one_line (&fetched);
  if (token == NULL) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_ANSWER, "%s: that is no token", MACHINE);
    return NULL;
  }

  return ask_for_role (self, http, token, cancellable, error);
}

static GstRecCredentials *
machine_fetch (GstRecCredentialSource * source, GCancellable * cancellable,
    GError ** error)
{
  Metadata *self = (Metadata *) source;
  g_autoptr (GError) reason = NULL;
  GstRecCredentials *credentials = ask_for_token (self, cancellable, &reason);

  /* Most machines that come here have no such service, or somebody else at its
   * address, and no credentials. */
  gboolean none = g_error_matches (reason, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_UNREACHABLE) ||
      g_error_matches (reason, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_REFUSED);
  if (self->last_resort && none)
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_NOT_FOUND,
        "nothing that is set has credentials, and %s", reason->message);
  else if (reason)
    g_propagate_error (error, g_steal_pointer (&reason));

  return credentials;
}

static const GstRecCredentialSourceClass machine_class = {
  .renewable = TRUE,
  .fetch = machine_fetch,
  .free = metadata_free,
};

static gboolean
is_http (const gchar * text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  const gchar *scheme = uri ? g_uri_get_scheme (uri) : "";

  return (strcmp (scheme, "http") == 0 || strcmp (scheme, "https") == 0) &&
      is_set (g_uri_get_host (uri));
}

GstRecCredentialSource *
gst_rec_machine_source_new (const GstRecCredentialsSettings * settings,
    gboolean last_resort, GError ** error)
{
  const gchar *endpoint = settings->env ("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  const gchar *mode = settings->env ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");

  if (!is_set (endpoint))
    endpoint = mode && g_ascii_strcasecmp (mode, "ipv6") == 0 ?
        MACHINE_HOST_IPV6 : MACHINE_HOST;
  if (!is_http (endpoint)) {
    set_settings_error (error, "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "is not of the form http://host[:port]");
    return NULL;
  }

  Metadata *self = g_new0 (Metadata, 1);
  self->source.klass = &machine_class;
  self->now = settings->now;
  self->uri = g_strdup (endpoint);
  self->last_resort = last_resort;
  /* A path follows. */
  while (g_str_has_suffix (self->uri, "/"))
    self->uri[strlen (self->uri) - 1] = '\0';

  return &self->source;
}
