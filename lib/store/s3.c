/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#include "store/checksum.h"
#include "store/sigv4.h"

/* Places that send a request elsewhere, one after another. */
#define MAX_MOVES 3

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
  GstRecS3Hop hop;              /* where it goes */
  guint n_moves;
  GTimeSpan clock_offset;       /* that the last try was signed with */
  gboolean clock_corrected;     /* once */
} Call;

static void
call_clear (Call * self)
{
  g_free (self->path);
  g_free (self->query);
  g_free (self->payload_hash);
  gst_rec_credentials_free (self->credentials);
  gst_rec_s3_hop_clear (&self->hop);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

static gchar *
make_uri (const Call * self)
{
  return g_strconcat (self->place->scheme, "://", self->hop.host, self->path,
      *self->query ? "?" : NULL, self->query, NULL);
}

/* SHA-256, in hex. */
static gchar *
hash_body (GstRecBody * body)
{
  g_autoptr (GstRecChecksum) sum =
      gst_rec_checksum_new (GST_REC_CHECKSUM_SHA256);

  if (body)
    gst_rec_checksum_update_body (sum, body);

  return gst_rec_checksum_finish_hex (sum);
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
append_operation_headers (GArray * headers, const GstRecS3Place * place,
    const GstRecS3Operation * operation)
{
  GstRecField type = { "content-type", operation->content_type };

  if (operation->content_type)
    g_array_append_val (headers, type);
  g_array_append_vals (headers, operation->headers, operation->n_headers);

  if (operation->customer_key && place->customer_key) {
    guint n;
    const GstRecField *key = gst_rec_s3_headers_get (place->customer_key, &n);

    g_array_append_vals (headers, key, n);
  }
}

static void
sign (SoupMessage * message, gint64 now, gpointer data)
{
  Call *self = data;
  const GstRecS3Place *bucket = self->place;

  self->clock_offset = now - g_get_real_time ();
  if (self->n_tries++ > 0)
    update_credentials (self);

  const gchar *token = self->credentials->session_token;
  g_autofree gchar *date = gst_rec_sigv4_date (now);
  const GstRecField own[] = {
    {"host", self->hop.host},
    {"x-amz-content-sha256", self->payload_hash},
    {"x-amz-date", date},
    {"x-amz-security-token", token},
  };
  g_autoptr (GArray) headers =
      g_array_new (FALSE, FALSE, sizeof (GstRecField));

  g_array_append_vals (headers, own, G_N_ELEMENTS (own) - (token == NULL));
  append_operation_headers (headers, bucket, self->operation);

  GstRecSigV4Request request = {
    .method = self->operation->method,
    .path = self->path,
    .query = self->query,
    .headers = (const GstRecField *) headers->data,
    .n_headers = headers->len,
    .payload_hash = self->payload_hash,
  };
  GstRecSigV4Scope scope = { date, self->hop.region, "s3",
    GST_REC_SIGV4_AWS
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
}

static gchar *
response_code (const GstRecHttpResponse * response)
{
  gsize size;
  const gchar *data = g_bytes_get_data (response->body, &size);

  return gst_rec_s3_answer_code (data, size);
}

/* Whether the store refuses credentials because they are over: by its word,
 * by its status where a HEAD has no room for a word, or, where a store has none
 * for that, by our clock. */
static gboolean
is_expired (const Call * self, guint status, const gchar * code)
{
  static const gchar *const codes[] = { "ExpiredToken",
    "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken", NULL
  };
  gboolean bad = status == SOUP_STATUS_BAD_REQUEST;

  if (code && g_strv_contains (codes, code))
    return TRUE;
  if (code == NULL && bad && self->credentials->session_token)
    return TRUE;

  return (bad || status == SOUP_STATUS_FORBIDDEN) &&
      self->credentials->expires != 0 &&
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

/* Nor is this one, when the bucket is said to be elsewhere. What is found out
 * is remembered for all requests to come. */
static gboolean
follow (Call * self, const GstRecHttpResponse * response)
{
  if (self->place->flavor == GST_REC_S3_FLAVOR_GOOGLE ||
      self->n_moves++ == MAX_MOVES ||
      !gst_rec_s3_route_follow (self->place->route, &self->hop, response))
    return FALSE;

  gst_rec_s3_route_get (self->place->route, &self->hop);
  return TRUE;
}

/* Nor this, when our clock is wrong: a HEAD is told so by its Date alone. */
static gboolean
correct_clock (Call * self, GstRecHttp * http,
    const GstRecHttpResponse * response)
{
  if (self->clock_corrected || response->status != SOUP_STATUS_FORBIDDEN ||
      !gst_rec_http_is_skewed (response, self->clock_offset))
    return FALSE;

  gst_rec_http_set_clock (http, response);
  self->clock_corrected = TRUE;

  return TRUE;
}

/* What S3 wants repeated although HTTP does not say so. */
static gboolean
again (GstRecHttp * http G_GNUC_UNUSED, const GstRecHttpResponse * response,
    gpointer data G_GNUC_UNUSED)
{
  g_autofree gchar *code = response_code (response);

  /* Bytes that got damaged on the way, and errors that came with status 200,
   * as Complete may have them. */
  return g_strcmp0 (code, "BadDigest") == 0 ||
      g_strcmp0 (code, "XAmzContentSHA256Mismatch") == 0 ||
      g_strcmp0 (code, "XAmzContentChecksumMismatch") == 0 ||
      g_strcmp0 (code, "RequestTimeout") == 0 ||
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
    /* which a Complete may answer with status 200 */
    {"InternalError", GST_REC_STORE_ERROR_BUSY},
    {"ServiceUnavailable", GST_REC_STORE_ERROR_BUSY},
    {"SlowDown", GST_REC_STORE_ERROR_BUSY},
    {"RequestTimeout", GST_REC_STORE_ERROR_BUSY},
    {"PreconditionFailed", GST_REC_STORE_ERROR_EXISTS},
    {"ConditionalRequestConflict", GST_REC_STORE_ERROR_CHANGED},
    {"BadDigest", GST_REC_STORE_ERROR_CHECKSUM},
    {"InvalidDigest", GST_REC_STORE_ERROR_CHECKSUM},
    {"XAmzContentSHA256Mismatch", GST_REC_STORE_ERROR_CHECKSUM},
    {"XAmzContentChecksumMismatch", GST_REC_STORE_ERROR_CHECKSUM},
  };

  for (guint i = 0; code && i < G_N_ELEMENTS (known); i++)
    if (strcmp (code, known[i].code) == 0)
      return known[i].error;

  if (code && g_str_has_prefix (code, "KMS."))
    return GST_REC_STORE_ERROR_KEY;
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
    case SOUP_STATUS_PRECONDITION_FAILED:
      return GST_REC_STORE_ERROR_EXISTS;
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
  call.payload_hash = operation->is_data && self->place->unsigned_data ?
      g_strdup ("UNSIGNED-PAYLOAD") : hash_body (operation->body);

  gst_rec_s3_route_get (self->place->route, &call.hop);

  g_autofree gchar *code = NULL;
  do {
    g_autofree gchar *uri = make_uri (&call);
    GstRecHttpRequest request = {
      .method = operation->method,
      .uri = uri,
      .content_type = operation->content_type,
      .body = operation->body,
      .read = operation->read,
      .read_data = operation->read_data
    };

    g_clear_pointer (&code, g_free);
    gboolean answered = gst_rec_http_send (self->http, &request, &protocol,
        &call, response, cancellable, error);
    self->n_tries = call.n_tries;
    if (!answered) {
      g_prefix_error (error, "%s: ", operation->name);
      return FALSE;
    }
    code = response_code (response);
  } while (renew_credentials (&call, response->status, code) ||
      correct_clock (&call, self->http, response) ||
      follow (&call, response));

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
