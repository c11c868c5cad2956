/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sts.h"

#include <string.h>

#include "store/fetch.h"
#include "store/profile.h"
#include "store/sigv4.h"
#include "store/stsanswer.h"

#define WHO "STS"
#define FORM_TYPE "application/x-www-form-urlencoded"
#define TIMEOUT 10
#define RETRIES 3
/* An OpenID Connect token has a few kilobytes. */
#define MAX_TOKEN (64 * 1024)

typedef struct
{
  GstRecCredentialSource source;
  GstRecStsRole *role;
  GstRecCredentialSource *base; /* NULL with a web identity */
  GstRecNow now;
} Sts;

/* A request with what its signature needs. */
typedef struct
{
  const Sts *sts;
  const gchar *payload_hash;
  const GstRecCredentials *credentials; /* NULL: not signed */
  gboolean clock_set;
  gchar *code;                  /* of an error */
} Call;

/* With where to ask; whom for is the caller's to say. */
GstRecStsRole *
gst_rec_sts_role_new (const GstRecCredentialsSettings * settings,
    const gchar * profile)
{
  GstRecStsRole *self = g_new0 (GstRecStsRole, 1);

  self->endpoint = gst_rec_aws_endpoint (NULL, "STS", profile, settings->env);
  self->region = gst_rec_aws_region (settings->region, profile, settings->env);
  self->ca_file = g_strdup (settings->ca_file);

  return self;
}

void
gst_rec_sts_role_free (GstRecStsRole * self)
{
  g_free (self->endpoint);
  g_free (self->region);
  g_free (self->ca_file);
  g_free (self->arn);
  g_free (self->session_name);
  gst_rec_secret_free (self->external_id);
  g_free (self->duration);
  g_free (self->token_file);
  g_free (self);
}

static void
sts_free (GstRecCredentialSource * source)
{
  Sts *self = (Sts *) source;

  gst_rec_credential_source_free (self->base);
  gst_rec_sts_role_free (self->role);
  g_free (self);
}

static void
sign (SoupMessage * message, gint64 now, gpointer data)
{
  const Call *self = data;

  if (self->credentials == NULL)
    return;

  const gchar *token = self->credentials->session_token;
  g_autofree gchar *date = gst_rec_sigv4_date (now);
  g_autofree gchar *host = gst_rec_http_host (soup_message_get_uri (message));
  GstRecField headers[] = {
    {"content-type", FORM_TYPE},
    {"host", host},
    {"x-amz-date", date},
    {"x-amz-security-token", token},
  };
  GstRecSigV4Request request = {
    .method = "POST",
    .path = "/",
    .headers = headers,
    .n_headers = G_N_ELEMENTS (headers) - (token == NULL),
    .payload_hash = self->payload_hash,
  };
  GstRecSigV4Scope scope = {
    .date = date,.region = self->sts->role->region,.service = "sts"
  };
  g_autofree gchar *authorization =
      gst_rec_sigv4_authorization (&request, &scope, self->credentials);
  SoupMessageHeaders *out = soup_message_get_request_headers (message);

  for (guint i = 2; i < request.n_headers; i++)
    soup_message_headers_replace (out, headers[i].name, headers[i].value);
  soup_message_headers_replace (out, "Authorization", authorization);
}

/* What STS wants repeated: where it is asked too often or cannot reach those
 * who issued a token, and where our clock is off, which it says as if the
 * signature were wrong. */
static gboolean
again (GstRecHttp * http, const GstRecHttpResponse * response, gpointer data)
{
  static const gchar *const busy[] = { "IDPCommunicationError", "Throttling",
    "ThrottlingException", NULL
  };
  static const gchar *const skewed[] = { "SignatureDoesNotMatch",
    "RequestExpired", "RequestTimeTooSkewed", "AccessDenied", NULL
  };
  Call *self = data;
  gsize size;
  const gchar *text = g_bytes_get_data (response->body, &size);
  g_autoptr (GstRecStsAnswer) answer = gst_rec_sts_answer_parse (text, size);

  g_free (self->code);
  self->code = answer ? g_strdup (answer->code) : NULL;
  if (self->code == NULL)
    return FALSE;
  if (g_strv_contains (busy, self->code))
    return TRUE;
  if (self->clock_set || !g_strv_contains (skewed, self->code))
    return FALSE;

  self->clock_set = TRUE;
  gst_rec_http_set_clock (http, response);
  return TRUE;
}

static const GstRecHttpProtocol protocol = { sign, again };

/* The token of a web identity, which somebody renews: read each time. */
static gchar *
read_token (const gchar * path, GError ** error)
{
  g_autoptr (GError) reason = NULL;
  gchar *token;
  gsize size;

  if (!g_file_get_contents (path, &token, &size, &reason)) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_FILE, "the token of a web identity: %s",
        reason->message);
    return NULL;
  }
  if (size > 0 && size <= MAX_TOKEN && *g_strstrip (token) != '\0')
    return token;

  gst_rec_secret_wipe (token, size);
  g_free (token);
  g_set_error (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_FILE, "%s holds no token", path);
  return NULL;
}

static void
add (GArray * params, const gchar * name, const gchar * value)
{
  GstRecField field = { name, value };

  if (value)
    g_array_append_val (params, field);
}

/* What is asked, as a form. NULL if there is no token where one should be. */
static gchar *
make_form (const Sts * self, GError ** error)
{
  const GstRecStsRole *role = self->role;
  g_autoptr (GArray) params =
      g_array_new (FALSE, FALSE, sizeof (GstRecField));
  g_autofree gchar *name = role->session_name ? g_strdup (role->session_name) :
      g_strdup_printf (PACKAGE "-%" G_GINT64_FORMAT,
      g_get_real_time () / G_USEC_PER_SEC);
  gchar *token = NULL;

  add (params, "Action", self->base ? "AssumeRole" :
      "AssumeRoleWithWebIdentity");
  add (params, "Version", "2011-06-15");
  add (params, "RoleArn", role->arn);
  add (params, "RoleSessionName", name);
  add (params, "ExternalId", role->external_id);
  add (params, "DurationSeconds", role->duration);

  g_autofree gchar *form = gst_rec_sigv4_query
      ((const GstRecField *) params->data, params->len);
  if (self->base)
    return g_steal_pointer (&form);

  if ((token = read_token (role->token_file, error)) == NULL)
    return NULL;
  gchar *encoded = gst_rec_sigv4_encode (token, FALSE);
  gchar *whole = g_strconcat (form, "&WebIdentityToken=", encoded, NULL);
  gst_rec_secret_free (encoded);
  gst_rec_secret_free (token);

  return whole;
}

static GstRecCredentials *
read_answer (const Sts * self, const Call * call,
    const GstRecFetched * fetched, GError ** error)
{
  g_autoptr (GstRecCredentials) credentials = g_new0 (GstRecCredentials, 1);

  if (fetched->status != SOUP_STATUS_OK) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_REFUSED, WHO " answered %u %s",
        fetched->status, call->code ? call->code :
        soup_status_get_phrase (fetched->status));
    return NULL;
  }

  g_autoptr (GstRecStsAnswer) answer =
      gst_rec_sts_answer_parse (fetched->text, fetched->size);
  if (answer == NULL || !gst_rec_fetched_set_expiry (fetched,
          answer->expiration, self->now, credentials)) {
    g_set_error_literal (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_ANSWER,
        WHO ": the answer is not understood");
    return NULL;
  }

  credentials->access_key_id = g_steal_pointer (&answer->access_key_id);
  credentials->secret_access_key =
      g_steal_pointer (&answer->secret_access_key);
  credentials->session_token = g_steal_pointer (&answer->session_token);
  return gst_rec_credentials_check (credentials, WHO, error) ?
      g_steal_pointer (&credentials) : NULL;
}

/* With "/" at its end, once. */
static gchar *
make_uri (const GstRecStsRole * role)
{
  if (role->endpoint == NULL)
    return g_strdup_printf ("https://sts.%s.amazonaws.com%s/", role->region,
        g_str_has_prefix (role->region, "cn-") ? ".cn" : "");

  return g_strconcat (role->endpoint,
      g_str_has_suffix (role->endpoint, "/") ? NULL : "/", NULL);
}

static GstRecCredentials *
ask (const Sts * self, const GstRecCredentials * base, gchar * form,
    GCancellable * cancellable, GError ** error)
{
  const GstRecStsRole *role = self->role;
  g_autofree gchar *hash = gst_rec_sigv4_sha256 (form, strlen (form));
  g_autofree gchar *uri = make_uri (role);
  g_auto (GstRecFetched) fetched = { 0, };
  Call call = {.sts = self,.payload_hash = hash,.credentials = base };
  GstRecHttpConfig config = {
    .ca_file = role->endpoint ? role->ca_file : NULL,
    .timeout = TIMEOUT,.retries = RETRIES
  };
  g_autoptr (GstRecHttp) http = gst_rec_http_new (&config, error);
  GstRecCredentials *credentials = NULL;

  if (http == NULL)
    return NULL;

  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_static (form, strlen (form)));
  GstRecHttpRequest request = {
    .method = "POST",.uri = uri,.content_type = FORM_TYPE,.body = body
  };
  if (gst_rec_fetch (http, WHO, &request, &protocol, &call, &fetched,
          cancellable, error))
    credentials = read_answer (self, &call, &fetched, error);
  g_free (call.code);

  return credentials;
}

static GstRecCredentials *
sts_fetch (GstRecCredentialSource * source, GCancellable * cancellable,
    GError ** error)
{
  Sts *self = (Sts *) source;
  g_autoptr (GstRecCredentials) base = NULL;

  if (self->base) {
    base = gst_rec_credential_source_fetch (self->base, cancellable, error);
    if (base == NULL)
      return NULL;
  }

  gchar *form = make_form (self, error);
  if (form == NULL)
    return NULL;

  GstRecCredentials *credentials = ask (self, base, form, cancellable, error);
  gst_rec_secret_free (form);

  return credentials;
}

static const GstRecCredentialSourceClass sts_class = {
  .renewable = TRUE,
  .fetch = sts_fetch,
  .free = sts_free,
};

/* Takes @role and @base, whose credentials ask for the role; NULL where the
 * role's token does. */
GstRecCredentialSource *
gst_rec_sts_source_new (GstRecStsRole * role, GstRecCredentialSource * base,
    GstRecNow now)
{
  Sts *self = g_new0 (Sts, 1);

  self->source.klass = &sts_class;
  self->role = role;
  self->base = base;
  self->now = now;

  return &self->source;
}
