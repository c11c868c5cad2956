/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3.h"

#include <string.h>

#include "store/assembler.h"
#include "store/http.h"
#include "store/s3answer.h"
#include "store/sigv4.h"

#define XML_TYPE "application/xml"
/* As often as AWS advises: a part that was on its way may outlive an abort. */
#define MAX_ABORTS 3
/* Of a list, so that a store that never ends one does not take all memory. */
#define MAX_UPLOADS 100000

struct _GstRecS3Bucket
{
  gint refs;                    /* atomic */
  gchar *scheme;
  gchar *host;                  /* as the Host header has it */
  gchar *prefix;                /* "/bucket" in path style, else "" */
  gchar *region;
  GstRecCredentials *credentials;
  gchar *ca_file;
  guint timeout;
  guint retries;
  gint n_retries;               /* atomic, of all handles */
};

typedef struct
{
  GstRecStore store;
  GstRecS3Bucket *bucket;
  GstRecHttp *http;
} S3;

/* One operation of the S3 API. */
typedef struct
{
  const gchar *name;            /* as the API calls it, for messages */
  const gchar *method;
  const gchar *key;             /* NULL: the bucket itself */
  const GstRecField *params;
  guint n_params;
  const gchar *content_type;
  GBytes *body;
} Operation;

/* The operation with what its signature needs. */
typedef struct
{
  const GstRecS3Bucket *bucket;
  const Operation *operation;
  gchar *path;
  gchar *query;
  gchar *payload_hash;
} Call;

static void
call_clear (Call * self)
{
  g_free (self->path);
  g_free (self->query);
  g_free (self->payload_hash);
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

/* The host as libsoup will write it into the Host header, which is signed. */
static gchar *
make_host (GUri * endpoint, const gchar * bucket)
{
  const gchar *host = g_uri_get_host (endpoint);
  gboolean v6 = strchr (host, ':') != NULL;
  gint port = g_uri_get_port (endpoint);
  gint usual = strcmp (g_uri_get_scheme (endpoint), "https") == 0 ? 443 : 80;
  GString *text = g_string_new (NULL);

  if (bucket)
    g_string_append_printf (text, "%s.", bucket);
  g_string_append_printf (text, v6 ? "[%s]" : "%s", host);
  if (port > 0 && port != usual)
    g_string_append_printf (text, ":%d", port);

  return g_string_free (text, FALSE);
}

GstRecS3Bucket *
gst_rec_s3_bucket_new (const GstRecS3Settings * settings, GError ** error)
{
  g_autoptr (GUri) endpoint = NULL;
  gboolean in_path = settings->path_style == GST_REC_S3_PATH_STYLE_TRUE;
  GstRecS3Bucket *self;

  if (!check_bucket_name (settings->bucket, error) ||
      (endpoint = parse_endpoint (settings, error)) == NULL)
    return NULL;

  /* What other clients do: stores that are not AWS rarely have a name in the
   * DNS for each bucket. */
  if (settings->path_style == GST_REC_S3_PATH_STYLE_AUTO)
    in_path = (settings->endpoint && *settings->endpoint) ||
        !host_can_hold_bucket (g_uri_get_host (endpoint), settings->bucket);

  self = g_new0 (GstRecS3Bucket, 1);
  self->refs = 1;
  self->scheme = g_strdup (g_uri_get_scheme (endpoint));
  self->host = make_host (endpoint, in_path ? NULL : settings->bucket);
  self->prefix = in_path ? g_strconcat ("/", settings->bucket, NULL) :
      g_strdup ("");
  self->region = g_strdup (settings->region);
  self->credentials = gst_rec_credentials_copy (settings->credentials);
  self->ca_file = g_strdup (settings->ca_file);
  self->timeout = settings->timeout;
  self->retries = settings->retries;

  return self;
}

GstRecS3Bucket *
gst_rec_s3_bucket_ref (GstRecS3Bucket * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
gst_rec_s3_bucket_unref (GstRecS3Bucket * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  g_free (self->scheme);
  g_free (self->host);
  g_free (self->prefix);
  g_free (self->region);
  g_free (self->ca_file);
  gst_rec_credentials_free (self->credentials);
  g_free (self);
}

/* How often anything was tried again, on all handles. */
guint
gst_rec_s3_bucket_retries (GstRecS3Bucket * self)
{
  return g_atomic_int_get (&self->n_retries);
}

gchar *
gst_rec_s3_bucket_uri (const GstRecS3Bucket * self, const gchar * path,
    const gchar * query)
{
  return g_strconcat (self->scheme, "://", self->host, path,
      query && *query ? "?" : NULL, query, NULL);
}

static void
sign (SoupMessage * message, gint64 now, gpointer data)
{
  const Call *self = data;
  const GstRecS3Bucket *bucket = self->bucket;
  const gchar *token = bucket->credentials->session_token;
  g_autofree gchar *date = gst_rec_sigv4_date (now);
  GstRecField headers[] = {
    {"host", bucket->host},
    {"x-amz-content-sha256", self->payload_hash},
    {"x-amz-date", date},
    {"x-amz-security-token", token},
  };
  GstRecSigV4Request request = {
    .method = self->operation->method,
    .path = self->path,
    .query = self->query,
    .headers = headers,
    .n_headers = G_N_ELEMENTS (headers) - (token == NULL),
    .payload_hash = self->payload_hash,
  };
  GstRecSigV4Scope scope = { date, bucket->region, "s3" };
  g_autofree gchar *authorization =
      gst_rec_sigv4_authorization (&request, &scope, bucket->credentials);
  SoupMessageHeaders *out = soup_message_get_request_headers (message);

  /* libsoup writes the host by itself. */
  for (guint i = 1; i < request.n_headers; i++)
    soup_message_headers_replace (out, headers[i].name, headers[i].value);
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

static gboolean
run (S3 * self, const Operation * operation, GstRecHttpResponse * response,
    GCancellable * cancellable, GError ** error)
{
  g_auto (Call) call = {.bucket = self->bucket,.operation = operation };
  g_autofree gchar *key = operation->key ?
      gst_rec_sigv4_encode (operation->key, TRUE) : NULL;
  gsize size = 0;
  gconstpointer data = operation->body ?
      g_bytes_get_data (operation->body, &size) : NULL;

  call.path = g_strconcat (self->bucket->prefix, "/", key, NULL);
  call.query = gst_rec_sigv4_query (operation->params, operation->n_params);
  call.payload_hash = gst_rec_sigv4_sha256 (data, size);

  g_autofree gchar *uri =
      gst_rec_s3_bucket_uri (self->bucket, call.path, call.query);
  GstRecHttpRequest request = {
    .method = operation->method,
    .uri = uri,
    .content_type = operation->content_type,
    .body = operation->body
  };

  if (!gst_rec_http_send (self->http, &request, &protocol, &call, response,
          cancellable, error)) {
    g_prefix_error (error, "%s: ", operation->name);
    return FALSE;
  }

  g_autofree gchar *code = response_code (response);
  if (response->status >= 200 && response->status < 300 && code == NULL)
    return TRUE;

  g_set_error (error, GST_REC_STORE_ERROR, error_of (response->status, code),
      "%s: the store answered %u %s", operation->name, response->status,
      code ? code : soup_status_get_phrase (response->status));
  return FALSE;
}

static gchar *
unquote (const gchar * etag)
{
  gsize length;

  if (etag == NULL)
    return NULL;
  length = strlen (etag);
  if (length >= 2 && etag[0] == '"' && etag[length - 1] == '"')
    return g_strndup (etag + 1, length - 2);

  return g_strdup (etag);
}

static GstRecS3Answer *
parse (const Operation * operation, const GstRecHttpResponse * response,
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

static gboolean
s3_head (GstRecStore * store, const gchar * key, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  Operation operation = {.name = "HeadObject",.method = "HEAD",.key = key };

  if (!run ((S3 *) store, &operation, &response, cancellable, error))
    return FALSE;

  object->size = soup_message_headers_get_content_length
      (soup_message_get_response_headers (response.message));
  g_free (object->etag);
  object->etag = unquote (gst_rec_http_response_header (&response, "ETag"));

  return TRUE;
}

static gboolean
s3_put (GstRecStore * store, const gchar * key, const gchar * content_type,
    GBytes * data, GstRecStoreObject * object, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  Operation operation = {.name = "PutObject",.method = "PUT",.key = key,
    .content_type = content_type,.body = data
  };

  if (!run ((S3 *) store, &operation, &response, cancellable, error))
    return FALSE;

  object->size = g_bytes_get_size (data);
  g_free (object->etag);
  object->etag = unquote (gst_rec_http_response_header (&response, "ETag"));

  return TRUE;
}

static gchar *
s3_create (GstRecStore * store, const gchar * key,
    const gchar * content_type, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  GstRecField params[] = { {"uploads", ""} };
  Operation operation = {.name = "CreateMultipartUpload",.method = "POST",
    .key = key,.params = params,.n_params = G_N_ELEMENTS (params),
    .content_type = content_type
  };

  if (!run ((S3 *) store, &operation, &response, cancellable, error))
    return NULL;

  g_autoptr (GstRecS3Answer) answer = parse (&operation, &response,
      "InitiateMultipartUploadResult", NULL, error);
  if (answer == NULL)
    return NULL;

  const gchar *id = gst_rec_s3_answer_get (answer, "UploadId");
  if (id == NULL || *id == '\0') {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "%s: the store gave no upload id", operation.name);
    return NULL;
  }

  return g_strdup (id);
}

static gboolean
s3_put_part (GstRecStore * store, const gchar * key, const gchar * id,
    GstRecStorePart * part, GBytes * data, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autofree gchar *number = g_strdup_printf ("%u", part->number);
  GstRecField params[] = { {"partNumber", number}, {"uploadId", id} };
  Operation operation = {.name = "UploadPart",.method = "PUT",.key = key,
    .params = params,.n_params = G_N_ELEMENTS (params),.body = data
  };

  if (!run ((S3 *) store, &operation, &response, cancellable, error))
    return FALSE;

  const gchar *etag = gst_rec_http_response_header (&response, "ETag");
  if (etag == NULL) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "%s: the store gave no ETag", operation.name);
    return FALSE;
  }
  part->size = g_bytes_get_size (data);
  g_free (part->etag);
  part->etag = g_strdup (etag);

  return TRUE;
}

static GBytes *
complete_body (const GstRecStorePart * parts, guint n_parts)
{
  GString *xml = g_string_new ("<CompleteMultipartUpload "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");

  for (guint i = 0; i < n_parts; i++) {
    g_autofree gchar *etag = g_markup_escape_text (parts[i].etag, -1);

    g_string_append_printf (xml, "<Part><PartNumber>%u</PartNumber>"
        "<ETag>%s</ETag></Part>", parts[i].number, etag);
  }
  g_string_append (xml, "</CompleteMultipartUpload>");

  return g_string_free_to_bytes (xml);
}

/* The ETag of an object made of parts is the MD5 of their MD5s. NULL where
 * the ETags of the parts are no MD5s, as with keys of a KMS. */
static gchar *
expected_etag (const GstRecStorePart * parts, guint n_parts)
{
  g_autoptr (GChecksum) md5 = g_checksum_new (G_CHECKSUM_MD5);

  for (guint i = 0; i < n_parts; i++) {
    g_autofree gchar *hex = unquote (parts[i].etag);

    if (strlen (hex) != 32)
      return NULL;
    for (guint j = 0; j < 32; j += 2) {
      gint high = g_ascii_xdigit_value (hex[j]);
      gint low = g_ascii_xdigit_value (hex[j + 1]);
      guint8 byte = high << 4 | low;

      if (high < 0 || low < 0)
        return NULL;
      g_checksum_update (md5, &byte, 1);
    }
  }

  return g_strdup_printf ("%s-%u", g_checksum_get_string (md5), n_parts);
}

/* After a Complete whose answer got lost: whether the object that now stands
 * under @key is the one made of these parts. */
static gboolean
stands_already (GstRecStore * store, const gchar * key,
    const GstRecStoreObject * made, GCancellable * cancellable)
{
  g_auto (GstRecStoreObject) found = { 0, };

  return made->etag != NULL && s3_head (store, key, &found, cancellable, NULL)
      && found.size == made->size && g_strcmp0 (found.etag, made->etag) == 0;
}

/* Whether an error leaves it open what became of a Complete. The try before
 * the last may have been done, and its answer lost on the way back. */
static gboolean
is_unclear (const GError * error)
{
  if (error->domain == G_MARKUP_ERROR)
    return TRUE;

  return error->domain == GST_REC_STORE_ERROR &&
      (error->code == GST_REC_STORE_ERROR_UNREACHABLE ||
      error->code == GST_REC_STORE_ERROR_NO_TLS ||
      error->code == GST_REC_STORE_ERROR_BUSY ||
      error->code == GST_REC_STORE_ERROR_ANSWER ||
      error->code == GST_REC_STORE_ERROR_NOT_FOUND);
}

/* The ETag, empty where the store gives none. */
static gboolean
send_complete (S3 * self, const Operation * operation, gchar ** etag,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };

  if (!run (self, operation, &response, cancellable, error))
    return FALSE;

  g_autoptr (GstRecS3Answer) answer = parse (operation, &response,
      "CompleteMultipartUploadResult", NULL, error);
  if (answer == NULL)
    return FALSE;

  *etag = unquote (gst_rec_s3_answer_get (answer, "ETag"));
  return TRUE;
}

static gboolean
s3_complete (GstRecStore * store, const gchar * key, const gchar * id,
    const GstRecStorePart * parts, guint n_parts, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GBytes) body = complete_body (parts, n_parts);
  g_autoptr (GError) reason = NULL;
  g_autofree gchar *etag = NULL;
  g_auto (GstRecStoreObject) made = {.etag = expected_etag (parts, n_parts) };
  GstRecField params[] = { {"uploadId", id} };
  Operation operation = {.name = "CompleteMultipartUpload",.method = "POST",
    .key = key,.params = params,.n_params = G_N_ELEMENTS (params),
    .content_type = XML_TYPE,.body = body
  };

  for (guint i = 0; i < n_parts; i++)
    made.size += parts[i].size;

  if (!send_complete ((S3 *) store, &operation, &etag, cancellable, &reason)
      && !(is_unclear (reason) &&
          stands_already (store, key, &made, cancellable))) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  /* Ceph RGW answers a first Complete with an empty ETag. To ask for it takes
   * a permission that an upload does not need. */
  gboolean given = etag != NULL && *etag != '\0';
  gst_rec_store_object_clear (object);
  object->size = made.size;
  object->etag = g_strdup (given ? etag : made.etag ? made.etag : "");

  return TRUE;
}

/* Reads all pages of a list. @next names the fields that tell where a page
 * ends, @params holds the parameters that ask for what follows. */
typedef struct
{
  Operation operation;
  GstRecField *params;
  const gchar *root;
  const gchar *record;
  guint max;                    /* records of all pages */
  guint n_markers;
  const gchar *markers[2];      /* fields of the answer */
  guint marker_params[2];       /* where they go in @params */
} List;

static gboolean
read_list (S3 * self, List * list, GFunc add, gpointer result,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GstRecS3Answer) last = NULL;
  guint n = 0;

  for (;;) {
    g_auto (GstRecHttpResponse) response = { 0, };

    if (!run (self, &list->operation, &response, cancellable, error))
      return FALSE;

    g_autoptr (GstRecS3Answer) answer = parse (&list->operation, &response,
        list->root, list->record, error);
    if (answer == NULL)
      return FALSE;

    n += answer->records->len;
    if (n > list->max) {
      g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
          "%s: the list is longer than %u", list->operation.name, list->max);
      return FALSE;
    }
    g_ptr_array_foreach (answer->records, add, result);

    if (g_strcmp0 (gst_rec_s3_answer_get (answer, "IsTruncated"), "true") != 0)
      return TRUE;

    /* There may be no end of empty pages. */
    n += answer->records->len == 0;

    gboolean moved = FALSE;
    for (guint i = 0; i < list->n_markers; i++) {
      const gchar *marker = gst_rec_s3_answer_get (answer, list->markers[i]);
      GstRecField *param = &list->params[list->marker_params[i]];

      moved |= g_strcmp0 (param->value, marker) != 0;
      param->value = marker ? marker : "";
    }
    if (!moved) {
      g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
          "%s: the store repeats a page", list->operation.name);
      return FALSE;
    }

    /* The markers point into it. */
    g_clear_pointer (&last, gst_rec_s3_answer_free);
    last = g_steal_pointer (&answer);
  }
}

static void
add_part (gpointer record, gpointer result)
{
  const gchar *number = g_hash_table_lookup (record, "PartNumber");
  const gchar *size = g_hash_table_lookup (record, "Size");
  const gchar *etag = g_hash_table_lookup (record, "ETag");

  if (number == NULL || size == NULL || etag == NULL)
    return;

  GstRecStorePart *part = g_new0 (GstRecStorePart, 1);
  part->number = g_ascii_strtoull (number, NULL, 10);
  part->size = g_ascii_strtoull (size, NULL, 10);
  part->etag = g_strdup (etag);
  g_ptr_array_add (result, part);
}

static GPtrArray *
s3_list_parts (GstRecStore * store, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_part_free);
  GstRecField params[] = { {"part-number-marker", "0"}, {"uploadId", id} };
  List list = {
    .operation = {.name = "ListParts",.method = "GET",.key = key,
        .params = params,.n_params = G_N_ELEMENTS (params)},
    .params = params,.root = "ListPartsResult",.record = "Part",
    .max = GST_REC_MAX_PARTS,
    .n_markers = 1,.markers = {"NextPartNumberMarker"},.marker_params = {0}
  };

  return read_list ((S3 *) store, &list, add_part, parts, cancellable,
      error) ? g_steal_pointer (&parts) : NULL;
}

static void
add_upload (gpointer record, gpointer result)
{
  const gchar *key = g_hash_table_lookup (record, "Key");
  const gchar *id = g_hash_table_lookup (record, "UploadId");
  const gchar *initiated = g_hash_table_lookup (record, "Initiated");
  g_autoptr (GDateTime) started = initiated ?
      g_date_time_new_from_iso8601 (initiated, NULL) : NULL;

  if (key == NULL || id == NULL || started == NULL)
    return;

  GstRecStoreUpload *upload = g_new0 (GstRecStoreUpload, 1);
  upload->key = g_strdup (key);
  upload->id = g_strdup (id);
  upload->started = g_date_time_to_unix (started) * G_USEC_PER_SEC;
  g_ptr_array_add (result, upload);
}

static GPtrArray *
s3_list_uploads (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) uploads = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_upload_free);
  GstRecField params[] = {
    {"key-marker", ""}, {"prefix", prefix ? prefix : ""},
    {"upload-id-marker", ""}, {"uploads", ""}
  };
  List list = {
    .operation = {.name = "ListMultipartUploads",.method = "GET",
        .params = params,.n_params = G_N_ELEMENTS (params)},
    .params = params,.root = "ListMultipartUploadsResult",
    .record = "Upload",.max = MAX_UPLOADS,.n_markers = 2,
    .markers = {"NextKeyMarker", "NextUploadIdMarker"},
    .marker_params = {0, 2}
  };

  return read_list ((S3 *) store, &list, add_upload, uploads, cancellable,
      error) ? g_steal_pointer (&uploads) : NULL;
}

static gboolean
abort_once (S3 * self, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GError) reason = NULL;
  GstRecField params[] = { {"uploadId", id} };
  Operation operation = {.name = "AbortMultipartUpload",.method = "DELETE",
    .key = key,.params = params,.n_params = G_N_ELEMENTS (params)
  };

  if (run (self, &operation, &response, cancellable, &reason) ||
      g_error_matches (reason, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NOT_FOUND))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* An upload that is gone is aborted. */
static gboolean
s3_abort (GstRecStore * store, const gchar * key, const gchar * id,
    GCancellable * cancellable, GError ** error)
{
  for (guint i = 0; i < MAX_ABORTS; i++) {
    if (!abort_once ((S3 *) store, key, id, cancellable, error))
      return FALSE;

    g_autoptr (GPtrArray) left =
        s3_list_parts (store, key, id, cancellable, NULL);
    if (left == NULL)
      return TRUE;
  }

  g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_FAILED,
      "AbortMultipartUpload: the upload is still there");
  return FALSE;
}

static void
s3_free (GstRecStore * store)
{
  S3 *self = (S3 *) store;

  gst_rec_http_free (self->http);
  gst_rec_s3_bucket_unref (self->bucket);
  g_free (self);
}

static const GstRecStoreClass s3_class = {
  .put = s3_put,
  .create = s3_create,
  .put_part = s3_put_part,
  .complete = s3_complete,
  .abort = s3_abort,
  .list_parts = s3_list_parts,
  .list_uploads = s3_list_uploads,
  .free = s3_free,
};

static GstRecStore *
open_handle (GstRecS3Bucket * bucket, guint retries, GCancellable * stop,
    GError ** error)
{
  GstRecHttpConfig config = {
    .ca_file = bucket->ca_file,
    .timeout = bucket->timeout,
    .retries = retries,
    .stop = stop,
    .n_retries = &bucket->n_retries,
  };
  GstRecHttp *http = gst_rec_http_new (&config, error);

  if (http == NULL)
    return NULL;

  S3 *self = g_new0 (S3, 1);
  self->store.klass = &s3_class;
  self->bucket = gst_rec_s3_bucket_ref (bucket);
  self->http = http;

  return &self->store;
}

/* A handle for the calling thread. Nothing is tried again once @stop, which
 * may be NULL, is cancelled. */
GstRecStore *
gst_rec_s3_open (GstRecS3Bucket * bucket, GCancellable * stop, GError ** error)
{
  return open_handle (bucket, bucket->retries, stop, error);
}

/* The same, but tries again until @stop is cancelled. */
GstRecStore *
gst_rec_s3_open_patient (GstRecS3Bucket * bucket, GCancellable * stop,
    GError ** error)
{
  return open_handle (bucket, G_MAXUINT, stop, error);
}
