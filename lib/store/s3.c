/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#include <openssl/evp.h>

#include "store/assembler.h"
#include "store/sigv4.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)

/* The operation with what its signature needs. */
typedef struct
{
  const GstRecS3Place *place;
  const GstRecS3Operation *operation;
  gchar *path;
  gchar *query;
  gchar *payload_hash;
  GCancellable *cancellable;
  GstRecCredentials *credentials;       /* of the last try */
  guint n_tries;
  gboolean renewed;             /* the credentials were, once */
} Call;

static void
call_clear (Call * self)
{
  g_free (self->path);
  g_free (self->query);
  g_free (self->payload_hash);
  gst_rec_credentials_free (self->credentials);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

/* "s3://bucket/key". The key is taken as it stands, with no decoding, as
 * the AWS command line does. */
gboolean
gst_rec_s3_parse_location (const gchar * location, gchar ** bucket,
    gchar ** key, GError ** error)
{
  const gchar *rest = location + strlen ("s3://");
  const gchar *slash;

  if (g_ascii_strncasecmp (location, "s3://", strlen ("s3://")) != 0 ||
      (slash = strchr (rest, '/')) == NULL || slash == rest ||
      slash[1] == '\0') {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "\"%s\" is not of the form s3://bucket/key", location);
    return FALSE;
  }

  *bucket = g_strndup (rest, slash - rest);
  *key = g_strdup (slash + 1);

  return TRUE;
}

/* Whether the bucket can be a label in front of the endpoint's host. */
static gboolean
host_can_hold_bucket (const gchar * host, const gchar * bucket)
{
  gsize length = strlen (bucket);

  if (g_hostname_is_ip_address (host) || length < 3 || length > 63)
    return FALSE;
  for (const gchar * c = bucket; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && *c != '-')
      return FALSE;

  return TRUE;
}

/* A bucket's name becomes part of a host or a path: nothing that could lead
 * elsewhere. */
static gboolean
check_bucket_name (const gchar * bucket, GError ** error)
{
  gboolean good = bucket != NULL && *bucket != '\0' && strlen (bucket) <= 255;

  for (const gchar * c = bucket; good && *c != '\0'; c++)
    good = g_ascii_isalnum (*c) || strchr (".-_", *c) != NULL;
  if (good)
    good = strcmp (bucket, ".") != 0 && strcmp (bucket, "..") != 0;

  if (!good)
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "\"%s\" is no name of a bucket", bucket ? bucket : "");
  return good;
}

static GUri *
parse_endpoint (const GstRecS3Settings * settings, GError ** error)
{
  gboolean custom = settings->endpoint && *settings->endpoint;
  g_autofree gchar *text = custom ? g_strdup (settings->endpoint) :
      g_strdup_printf ("https://s3.%s.amazonaws.com", settings->region);
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  const gchar *scheme = uri ? g_uri_get_scheme (uri) : "";
  const gchar *host = uri ? g_uri_get_host (uri) : NULL;

  if ((strcmp (scheme, "http") == 0 || strcmp (scheme, "https") == 0) &&
      host != NULL && *host != '\0' && g_uri_get_userinfo (uri) == NULL &&
      strlen (g_uri_get_path (uri)) <= 1 && g_uri_get_query (uri) == NULL &&
      g_uri_get_fragment (uri) == NULL)
    return g_steal_pointer (&uri);

  /* Not the text itself: there are those who write passwords into it. */
  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_SETTINGS,
      "the endpoint is not of the form http[s]://host[:port]");
  return NULL;
}

/* With the bucket as its first label, if there is one. */
static gchar *
make_host (GUri * endpoint, const gchar * bucket)
{
  g_autofree gchar *host = gst_rec_http_host (endpoint);

  return bucket ? g_strconcat (bucket, ".", host, NULL) :
      g_steal_pointer (&host);
}

static gchar *
make_uri (const GstRecS3Place * self, const gchar * path, const gchar * query)
{
  return g_strconcat (self->scheme, "://", self->host, path,
      query && *query ? "?" : NULL, query, NULL);
}

/* SHA-256, in hex. */
static gchar *
hash_body (GstRecBody * body)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 digest[EVP_MAX_MD_SIZE];
  guint size;
  GString *hex = g_string_new (NULL);

  if (!EVP_DigestInit (context, EVP_sha256 ()))
    g_error ("libcrypto has no SHA-256");
  for (guint i = 0; body && i < gst_rec_body_n_pieces (body); i++) {
    gsize n;
    gconstpointer data = g_bytes_get_data (gst_rec_body_piece (body, i), &n);

    EVP_DigestUpdate (context, data, n);
  }
  EVP_DigestFinal (context, digest, &size);
  for (guint i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", digest[i]);

  return g_string_free (hex, FALSE);
}

/* Retries may take longer than credentials live. Where there are no others,
 * the store says what is wrong with the old ones. */
static void
update_credentials (Call * self)
{
  GstRecCredentials *fresh =
      gst_rec_credentials_provider_get (self->place->credentials,
      self->cancellable, NULL);

  if (fresh == NULL)
    return;
  gst_rec_credentials_free (self->credentials);
  self->credentials = fresh;
}

static void
sign (SoupMessage * message, gint64 now, gpointer data)
{
  Call *self = data;
  const GstRecS3Place *bucket = self->place;

  if (self->n_tries++ > 0)
    update_credentials (self);

  const gchar *token = self->credentials->session_token;
  g_autofree gchar *date = gst_rec_sigv4_date (now);
  const GstRecField own[] = {
    {"host", bucket->host},
    {"x-amz-content-sha256", self->payload_hash},
    {"x-amz-date", date},
    {"x-amz-security-token", token},
  };
  g_autoptr (GArray) headers =
      g_array_new (FALSE, FALSE, sizeof (GstRecField));

  g_array_append_vals (headers, own, G_N_ELEMENTS (own) - (token == NULL));
  g_array_append_vals (headers, self->operation->headers,
      self->operation->n_headers);

  GstRecSigV4Request request = {
    .method = self->operation->method,
    .path = self->path,
    .query = self->query,
    .headers = (const GstRecField *) headers->data,
    .n_headers = headers->len,
    .payload_hash = self->payload_hash,
  };
  GstRecSigV4Scope scope = { date, bucket->region, "s3", GST_REC_SIGV4_AWS
  };
  g_autofree gchar *authorization =
      gst_rec_sigv4_authorization (&request, &scope, self->credentials);
  SoupMessageHeaders *out = soup_message_get_request_headers (message);

  /* libsoup writes the host by itself. */
  for (guint i = 1; i < request.n_headers; i++)
    soup_message_headers_replace (out, request.headers[i].name,
        request.headers[i].value);
  soup_message_headers_replace (out, "Authorization", authorization);
  if (self->operation->body == NULL &&
      strcmp (self->operation->method, "POST") == 0)
    soup_message_headers_set_content_length (out, 0);
  if (self->operation->body == NULL && self->operation->content_type)
    soup_message_headers_set_content_type (out,
        self->operation->content_type, NULL);
}

static gchar *
response_code (const GstRecHttpResponse * response)
{
  gsize size;
  const gchar *data = g_bytes_get_data (response->body, &size);

  return gst_rec_s3_answer_code (data, size);
}

/* Whether the store refuses credentials because they are over, by its word or,
 * where it has none for that, by our clock. */
static gboolean
is_expired (const Call * self, guint status, const gchar * code)
{
  static const gchar *const codes[] = { "ExpiredToken",
    "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken", NULL
  };

  if (code && g_strv_contains (codes, code))
    return TRUE;

  return (status == SOUP_STATUS_BAD_REQUEST ||
      status == SOUP_STATUS_FORBIDDEN) && self->credentials->expires != 0 &&
      g_get_real_time () >= self->credentials->expires;
}

/* Whether the request may be sent once more, with others. This is no retry:
 * there is nothing to wait for, and where none are allowed, it still is. */
static gboolean
renew_credentials (Call * self, guint status, const gchar * code)
{
  if (self->renewed || !is_expired (self, status, code))
    return FALSE;

  self->renewed = TRUE;
  return gst_rec_credentials_provider_renew (self->place->credentials,
      self->credentials, self->cancellable);
}

/* What S3 wants repeated although HTTP does not say so. */
static gboolean
again (GstRecHttp * http, const GstRecHttpResponse * response,
    gpointer data G_GNUC_UNUSED)
{
  g_autofree gchar *code = response_code (response);

  if (g_strcmp0 (code, "RequestTimeTooSkewed") == 0) {
    gst_rec_http_set_clock (http, response);
    return TRUE;
  }

  /* An error that came with status 200, as Complete may have it. */
  return g_strcmp0 (code, "RequestTimeout") == 0 ||
      g_strcmp0 (code, "InternalError") == 0 ||
      g_strcmp0 (code, "ServiceUnavailable") == 0 ||
      g_strcmp0 (code, "SlowDown") == 0;
}

static const GstRecHttpProtocol protocol = { sign, again };

static GstRecStoreError
error_of (guint status, const gchar * code)
{
  static const struct
  {
    const gchar *code;
    GstRecStoreError error;
  } known[] = {
    {"NoSuchBucket", GST_REC_STORE_ERROR_NO_BUCKET},
    {"QuotaExceeded", GST_REC_STORE_ERROR_NO_SPACE},
    {"EntityTooLarge", GST_REC_STORE_ERROR_NO_SPACE},
    {"XMinioStorageFull", GST_REC_STORE_ERROR_NO_SPACE},
    {"AuthorizationHeaderMalformed", GST_REC_STORE_ERROR_REGION},
    {"PermanentRedirect", GST_REC_STORE_ERROR_REGION},
    {"TemporaryRedirect", GST_REC_STORE_ERROR_REGION},
    {"ExpiredToken", GST_REC_STORE_ERROR_NOT_AUTHORIZED},
    {"InvalidToken", GST_REC_STORE_ERROR_NOT_AUTHORIZED},
  };

  for (guint i = 0; code && i < G_N_ELEMENTS (known); i++)
    if (strcmp (code, known[i].code) == 0)
      return known[i].error;

  if (gst_rec_http_status_is_transient (status))
    return GST_REC_STORE_ERROR_BUSY;

  switch (status) {
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      return GST_REC_STORE_ERROR_NOT_AUTHORIZED;
    case SOUP_STATUS_NOT_FOUND:
      return GST_REC_STORE_ERROR_NOT_FOUND;
    case SOUP_STATUS_MOVED_PERMANENTLY:
    case SOUP_STATUS_TEMPORARY_REDIRECT:
      return GST_REC_STORE_ERROR_REGION;
    case SOUP_STATUS_BAD_REQUEST:
    case SOUP_STATUS_METHOD_NOT_ALLOWED:
      return GST_REC_STORE_ERROR_REFUSED;
    case SOUP_STATUS_INSUFFICIENT_STORAGE:
      return GST_REC_STORE_ERROR_NO_SPACE;
    default:
      return GST_REC_STORE_ERROR_FAILED;
  }
}

gboolean
gst_rec_s3_run (GstRecS3 * self, const GstRecS3Operation * operation, GstRecHttpResponse * response,
    GCancellable * cancellable, GError ** error)
{
  g_auto (Call) call = {.place = self->place,.operation = operation,
    .cancellable = cancellable
  };
  g_autofree gchar *key = operation->key ?
      gst_rec_sigv4_encode (operation->key, TRUE) : NULL;

  call.credentials =
      gst_rec_credentials_provider_get (self->place->credentials,
      cancellable, error);
  if (call.credentials == NULL)
    return FALSE;
  call.path = g_strconcat (self->place->prefix, "/", key, NULL);
  call.query = gst_rec_sigv4_query (operation->params, operation->n_params);
  call.payload_hash = hash_body (operation->body);

  g_autofree gchar *uri =
      make_uri (self->place, call.path, call.query);
  GstRecHttpRequest request = {
    .method = operation->method,
    .uri = uri,
    .content_type = operation->content_type,
    .body = operation->body,
    .read = operation->read,
    .read_data = operation->read_data
  };

  g_autofree gchar *code = NULL;
  do {
    g_clear_pointer (&code, g_free);
    if (!gst_rec_http_send (self->http, &request, &protocol, &call, response,
            cancellable, error)) {
      g_prefix_error (error, "%s: ", operation->name);
      return FALSE;
    }
    code = response_code (response);
  } while (renew_credentials (&call, response->status, code));

  if (response->status >= 200 && response->status < 300 && code == NULL)
    return TRUE;

  g_set_error (error, GST_REC_STORE_ERROR, error_of (response->status, code),
      "%s: the store answered %u %s", operation->name, response->status,
      code ? code : soup_status_get_phrase (response->status));
  return FALSE;
}

GstRecS3Answer *
gst_rec_s3_parse (const GstRecS3Operation * operation, const GstRecHttpResponse * response,
    const gchar * root, const gchar * record, GError ** error)
{
  gsize size;
  const gchar *data = g_bytes_get_data (response->body, &size);
  g_autoptr (GstRecS3Answer) answer =
      gst_rec_s3_answer_parse (data, size, record, error);

  if (answer && strcmp (answer->root, root) == 0)
    return g_steal_pointer (&answer);

  if (answer)
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "the store's answer is no %s", root);
  g_prefix_error (error, "%s: ", operation->name);
  return NULL;
}

static void
s3_place_free (GstRecStorePlace * place)
{
  GstRecS3Place *self = (GstRecS3Place *) place;

  g_free (self->scheme);
  g_free (self->host);
  g_free (self->prefix);
  g_free (self->bucket);
  g_free (self->region);
  g_free (self->ca_file);
  gst_rec_credentials_provider_unref (self->credentials);
  gst_rec_http_shared_unref (self->shared);
  g_free (self);
}

static guint
s3_place_retries (GstRecStorePlace * place)
{
  return gst_rec_http_shared_retries (((GstRecS3Place *) place)->shared);
}

static gchar *
s3_place_uri (const GstRecStorePlace * place, const gchar * key)
{
  return g_strdup_printf ("s3://%s/%s",
      ((const GstRecS3Place *) place)->bucket, key);
}

static void
s3_free (GstRecStore * store)
{
  GstRecS3 *self = (GstRecS3 *) store;

  gst_rec_http_free (self->http);
  gst_rec_store_place_unref (&self->place->place);
  g_free (self);
}

static const GstRecStoreClass s3_class = {
  .put = gst_rec_s3_put,
  .create = gst_rec_s3_create,
  .put_part = gst_rec_s3_put_part,
  .complete = gst_rec_s3_complete,
  .abort = gst_rec_s3_abort,
  .list_parts = gst_rec_s3_list_parts,
  .list_uploads = gst_rec_s3_list_uploads,
  .head = gst_rec_s3_head,
  .get_range = gst_rec_s3_get_range,
  .list = gst_rec_s3_list,
  .remove = gst_rec_s3_remove,
  .sign_url = gst_rec_s3_sign_url,
  .free = s3_free,
};

static GstRecStore *
s3_place_open (GstRecStorePlace * place, GCancellable * stop,
    gboolean patient, GError ** error)
{
  GstRecS3Place *bucket = (GstRecS3Place *) place;
  GstRecHttpConfig config = {
    .ca_file = bucket->ca_file,
    .timeout = bucket->timeout,
    .retries = patient ? G_MAXUINT : bucket->retries,
    .stop = stop,
    .shared = bucket->shared,
  };
  GstRecHttp *http = gst_rec_http_new (&config, error);

  if (http == NULL)
    return NULL;

  GstRecS3 *self = g_new0 (GstRecS3, 1);
  self->store.klass = &s3_class;
  self->place = (GstRecS3Place *) gst_rec_store_place_ref (place);
  self->http = http;

  return &self->store;
}

static const GstRecStorePlaceClass s3_place_class = {
  .scheme = "s3",
  .limits = {GST_REC_MIN_PART_SIZE, GST_REC_MAX_PART_SIZE, GST_REC_MAX_PARTS,
      GST_REC_MAX_OBJECT_SIZE},
  .open = s3_place_open,
  .uri = s3_place_uri,
  .retries = s3_place_retries,
  .free = s3_place_free,
};

GstRecStorePlace *
gst_rec_s3_place_new (const GstRecS3Settings * settings, GError ** error)
{
  g_autoptr (GUri) endpoint = NULL;
  gboolean in_path = settings->path_style == GST_REC_S3_PATH_STYLE_TRUE;
  GstRecS3Place *self;

  if (!check_bucket_name (settings->bucket, error) ||
      (endpoint = parse_endpoint (settings, error)) == NULL)
    return NULL;

  /* What other clients do: stores that are not AWS rarely have a name in the
   * DNS for each bucket. */
  if (settings->path_style == GST_REC_S3_PATH_STYLE_AUTO)
    in_path = (settings->endpoint && *settings->endpoint) ||
        !host_can_hold_bucket (g_uri_get_host (endpoint), settings->bucket);

  self = g_new0 (GstRecS3Place, 1);
  self->place.klass = &s3_place_class;
  self->shared = gst_rec_http_shared_new ();
  self->place.refs = 1;
  self->bucket = g_strdup (settings->bucket);
  self->scheme = g_strdup (g_uri_get_scheme (endpoint));
  self->host = make_host (endpoint, in_path ? NULL : settings->bucket);
  self->prefix = in_path ? g_strconcat ("/", settings->bucket, NULL) :
      g_strdup ("");
  self->region = g_strdup (settings->region);
  self->credentials =
      gst_rec_credentials_provider_ref (settings->credentials);
  self->ca_file = g_strdup (settings->ca_file);
  self->timeout = settings->timeout;
  self->retries = settings->retries;

  return &self->place;
}
