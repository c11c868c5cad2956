/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* Azure Storage REST API, Blob service. */
#include "azureprivate.h"

#include <string.h>

#include "store/sigv4.h"
#include "store/storeuri.h"

#define MAX_CODE 64

/* The operation with what its signature needs. */
typedef struct
{
  const GstRecAzurePlace *place;
  const GstRecAzureOperation *operation;
  gchar *path;
  GTimeSpan clock_offset;       /* that the last try was signed with */
  gboolean clock_corrected;     /* once */
} Call;

static GUri *
parse_endpoint (const GstRecAzureAccount * account, GError ** error)
{
  g_autofree gchar *text = account->endpoint ? g_strdup (account->endpoint) :
      g_strdup_printf ("https://%s.blob.core.windows.net", account->name);
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  const gchar *scheme = uri ? g_uri_get_scheme (uri) : "";
  const gchar *host = uri ? g_uri_get_host (uri) : NULL;

  if ((strcmp (scheme, "http") == 0 || strcmp (scheme, "https") == 0) &&
      host != NULL && *host != '\0' && g_uri_get_userinfo (uri) == NULL &&
      g_uri_get_query (uri) == NULL && g_uri_get_fragment (uri) == NULL)
    return g_steal_pointer (&uri);

  /* Not the text itself: there are those who write a SAS token into it. */
  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_SETTINGS,
      "the endpoint is not of the form http[s]://host[:port][/path]");
  return NULL;
}

/* An endpoint without a name for the account, such as an emulator's, has it in
 * the path, as Azure's own clients assume. */
static gchar *
make_prefix (GUri * endpoint, const GstRecAzureAccount * account,
    const gchar * container)
{
  const gchar *host = g_uri_get_host (endpoint);
  g_autofree gchar *base = g_strdup (g_uri_get_path (endpoint));

  while (g_str_has_suffix (base, "/"))
    base[strlen (base) - 1] = '\0';
  if (*base == '\0' && (g_hostname_is_ip_address (host) ||
          strcmp (host, "localhost") == 0))
    return g_strconcat ("/", account->name, "/", container, NULL);

  return g_strconcat (base, "/", container, NULL);
}

gchar *
gst_rec_azure_path (const GstRecAzurePlace * place, const gchar * key)
{
  g_autofree gchar *encoded = key ? gst_rec_sigv4_encode (key, TRUE) : NULL;

  return g_strconcat (place->prefix, key ? "/" : NULL, encoded, NULL);
}

GArray *
gst_rec_azure_headers_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (GstRecField));
}

/* Neither is copied. A @value that is NULL is none. */
void
gst_rec_azure_headers_add (GArray * headers, const gchar * name,
    const gchar * value)
{
  GstRecField field = { name, value };

  if (value)
    g_array_append_val (headers, field);
}

static void
sign (SoupMessage * message, gint64 now, gpointer data)
{
  Call *self = data;
  const GstRecAzureOperation *operation = self->operation;
  SoupMessageHeaders *out = soup_message_get_request_headers (message);
  g_autoptr (GDateTime) time =
      g_date_time_new_from_unix_utc (now / G_USEC_PER_SEC);
  g_autofree gchar *date =
      soup_date_time_to_string (time, SOUP_DATE_HTTP);
  g_autofree gchar *length = operation->body ?
      g_strdup_printf ("%" G_GUINT64_FORMAT,
      gst_rec_body_size (operation->body)) : NULL;
  g_autoptr (GArray) headers = gst_rec_azure_headers_new ();

  self->clock_offset = now - g_get_real_time ();
  gst_rec_azure_headers_add (headers, "x-ms-date", date);
  gst_rec_azure_headers_add (headers, "x-ms-version", GST_REC_AZURE_VERSION);
  if (operation->headers)
    g_array_append_vals (headers, operation->headers->data,
        operation->headers->len);
  for (guint i = 0; i < headers->len; i++) {
    const GstRecField *field = &g_array_index (headers, GstRecField, i);

    soup_message_headers_replace (out, field->name, field->value);
  }
  if (operation->body == NULL && strcmp (operation->method, "PUT") == 0)
    soup_message_headers_set_content_length (out, 0);

  if (self->place->key == NULL)
    return;

  gst_rec_azure_headers_add (headers, "Content-Length", length);
  GstRecSharedKeyRequest request = {
    .method = operation->method,.account = self->place->account,
    .path = self->path,.params = operation->params,
    .n_params = operation->n_params,
    .headers = (const GstRecField *) headers->data,.n_headers = headers->len
  };
  g_autofree gchar *authorization =
      gst_rec_shared_key_authorization (&request, self->place->key);
  soup_message_headers_replace (out, "Authorization", authorization);
}

/* The code of an error. Only that: what stands in the answer's body repeats
 * all that was signed. */
static const gchar *
response_code (const GstRecHttpResponse * response)
{
  const gchar *code =
      gst_rec_http_response_header (response, "x-ms-error-code");

  if (code == NULL || *code == '\0' || strlen (code) > MAX_CODE)
    return NULL;
  for (const gchar * c = code; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      return NULL;

  return code;
}

/* Azure calls a wrong clock a wrong signature. */
static gboolean
again (GstRecHttp * http, const GstRecHttpResponse * response, gpointer data)
{
  Call *self = data;

  if (self->clock_corrected ||
      g_strcmp0 (response_code (response), "AuthenticationFailed") != 0 ||
      !gst_rec_http_is_skewed (response, self->clock_offset))
    return FALSE;

  gst_rec_http_set_clock (http, response);
  self->clock_corrected = TRUE;
  return TRUE;
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
    {"ContainerNotFound", GST_REC_STORE_ERROR_NO_BUCKET},
    {"ContainerBeingDeleted", GST_REC_STORE_ERROR_NO_BUCKET},
    {"ContainerDisabled", GST_REC_STORE_ERROR_NO_BUCKET},
    {"BlobAlreadyExists", GST_REC_STORE_ERROR_EXISTS},
    {"UnauthorizedBlobOverwrite", GST_REC_STORE_ERROR_EXISTS},
    {"ConditionNotMet", GST_REC_STORE_ERROR_CHANGED},
    {"InvalidBlockList", GST_REC_STORE_ERROR_CHANGED},
    {"Md5Mismatch", GST_REC_STORE_ERROR_CHECKSUM},
    {"LeaseAlreadyPresent", GST_REC_STORE_ERROR_LOCKED},
    {"LeaseIdMissing", GST_REC_STORE_ERROR_LOCKED},
    {"LeaseIdMismatchWithBlobOperation", GST_REC_STORE_ERROR_LOCKED},
    {"LeaseIdMismatchWithLeaseOperation", GST_REC_STORE_ERROR_LOCKED},
    {"LeaseLost", GST_REC_STORE_ERROR_LOCKED},
    {"LeaseIsBreakingAndCannotBeAcquired", GST_REC_STORE_ERROR_LOCKED},
    {"LeaseNotPresentWithBlobOperation", GST_REC_STORE_ERROR_LOCKED},
    {"BlobArchived", GST_REC_STORE_ERROR_REFUSED},
    {"BlobImmutableDueToPolicy", GST_REC_STORE_ERROR_REFUSED},
    {"InvalidBlobType", GST_REC_STORE_ERROR_REFUSED},
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
    case SOUP_STATUS_PRECONDITION_FAILED:
      return GST_REC_STORE_ERROR_CHANGED;
    case SOUP_STATUS_BAD_REQUEST:
    case SOUP_STATUS_METHOD_NOT_ALLOWED:
    case SOUP_STATUS_CONFLICT:
    case SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE:
      return GST_REC_STORE_ERROR_REFUSED;
    case SOUP_STATUS_INSUFFICIENT_STORAGE:
      return GST_REC_STORE_ERROR_NO_SPACE;
    default:
      return GST_REC_STORE_ERROR_FAILED;
  }
}

gboolean
gst_rec_azure_run (GstRecAzure * self, const GstRecAzureOperation * operation,
    GstRecHttpResponse * response, GCancellable * cancellable, GError ** error)
{
  const GstRecAzurePlace *place = self->place;
  g_autofree gchar *path = gst_rec_azure_path (place, operation->key);
  g_autofree gchar *query =
      gst_rec_sigv4_query (operation->params, operation->n_params);
  gchar *uri = g_strconcat (place->scheme, "://", place->host, path,
      *query || place->sas_token ? "?" : "", query,
      *query && place->sas_token ? "&" : "", place->sas_token, NULL);
  Call call = {.place = place,.operation = operation,.path = path };
  GstRecHttpRequest request = {
    .method = operation->method,
    .uri = uri,
    .body = operation->body,
    .read = operation->read,
    .read_data = operation->read_data
  };
  gboolean sent = gst_rec_http_send (self->http, &request, &protocol, &call,
      response, cancellable, error);

  /* It may hold a SAS token. */
  gst_rec_secret_free (uri);
  if (!sent) {
    g_prefix_error (error, "%s: ", operation->name);
    return FALSE;
  }

  const gchar *code = response_code (response);
  if (response->status >= 200 && response->status < 300)
    return TRUE;

  g_set_error (error, GST_REC_STORE_ERROR, error_of (response->status, code),
      "%s: the store answered %u %s", operation->name, response->status,
      code ? code : soup_status_get_phrase (response->status));
  return FALSE;
}

GstRecAzureAnswer *
gst_rec_azure_parse (const GstRecAzureOperation * operation,
    const GstRecHttpResponse * response, const gchar * root,
    const gchar * record, GError ** error)
{
  gsize size;
  const gchar *data = g_bytes_get_data (response->body, &size);
  g_autoptr (GstRecAzureAnswer) answer =
      gst_rec_azure_answer_parse (data, size, record, error);

  if (answer && strcmp (answer->root, root) == 0)
    return g_steal_pointer (&answer);

  if (answer)
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "the store's answer is no %s", root);
  g_prefix_error (error, "%s: ", operation->name);
  return NULL;
}

static void
azure_free (GstRecStore * store)
{
  GstRecAzure *self = (GstRecAzure *) store;

  gst_rec_http_free (self->http);
  gst_rec_store_place_unref (&self->place->place);
  g_free (self);
}

static const GstRecStoreClass azure_class = {
  .put = gst_rec_azure_put,
  .create = gst_rec_azure_create,
  .put_part = gst_rec_azure_put_part,
  .commit = gst_rec_azure_commit,
  .complete = gst_rec_azure_complete,
  .abort = gst_rec_azure_abort,
  .list_parts = gst_rec_azure_list_parts,
  .list_uploads = gst_rec_azure_list_uploads,
  .head = gst_rec_azure_head,
  .get_range = gst_rec_azure_get_range,
  .list = gst_rec_azure_list,
  .remove = gst_rec_azure_remove,
  .sign_url = gst_rec_azure_sign_url,
  .free = azure_free,
};

GstRecHttp *
gst_rec_azure_http_new (GstRecAzurePlace * place, guint retries,
    GCancellable * stop, GError ** error)
{
  GstRecHttpConfig config = {
    .ca_file = place->ca_file,
    .timeout = place->timeout,
    .retries = retries,
    .stop = stop,
    .shared = place->shared,
  };

  return gst_rec_http_new (&config, error);
}

static GstRecStore *
azure_open (GstRecStorePlace * place, GCancellable * stop, gboolean patient,
    GError ** error)
{
  GstRecAzurePlace *azure = (GstRecAzurePlace *) place;
  GstRecHttp *http = gst_rec_azure_http_new (azure,
      patient ? G_MAXUINT : azure->retries, stop, error);

  if (http == NULL)
    return NULL;

  GstRecAzure *self = g_new0 (GstRecAzure, 1);
  self->store.klass = &azure_class;
  self->place = (GstRecAzurePlace *) gst_rec_store_place_ref (place);
  self->http = http;

  return &self->store;
}

static guint
azure_place_retries (GstRecStorePlace * place)
{
  return gst_rec_http_shared_retries (((GstRecAzurePlace *) place)->shared);
}

static void
azure_place_set_line (GstRecStorePlace * place, guint64 max_bitrate, gint dscp)
{
  GstRecAzurePlace *self = (GstRecAzurePlace *) place;

  gst_rec_http_shared_set_max_bitrate (self->shared, max_bitrate);
  gst_rec_http_shared_set_dscp (self->shared, dscp);
}

static gchar *
azure_place_uri (const GstRecStorePlace * place, const gchar * key)
{
  const GstRecAzurePlace *self = (const GstRecAzurePlace *) place;

  return gst_rec_store_uri_of_object (place->klass->scheme, self->account,
      self->container, key);
}

static void
azure_place_free (GstRecStorePlace * place)
{
  GstRecAzurePlace *self = (GstRecAzurePlace *) place;

  g_hash_table_unref (self->uploads);
  gst_rec_http_shared_unref (self->shared);
  g_mutex_clear (&self->lock);
  g_free (self->scheme);
  g_free (self->host);
  g_free (self->prefix);
  g_free (self->account);
  g_free (self->container);
  g_clear_pointer (&self->key, gst_rec_shared_key_free);
  gst_rec_secret_free (self->sas_token);
  g_free (self->tier);
  g_free (self->tags);
  g_free (self->ca_file);
  g_free (self);
}

static const GstRecStorePlaceClass azure_place_class = {
  .scheme = "azblob",
  .limits = {1, GST_REC_AZURE_MAX_PART, GST_REC_AZURE_MAX_PARTS,
        GST_REC_AZURE_MAX_PART * GST_REC_AZURE_MAX_PARTS},
  .open = azure_open,
  .uri = azure_place_uri,
  .retries = azure_place_retries,
  .set_line = azure_place_set_line,
  .free = azure_place_free,
};

const gchar *
gst_rec_azure_place_account (const GstRecStorePlace * place)
{
  return ((const GstRecAzurePlace *) place)->account;
}

GstRecStorePlace *
gst_rec_azure_place_new (const GstRecAzureSettings * settings, GError ** error)
{
  const GstRecAzureAccount *account = settings->account;
  g_autoptr (GUri) endpoint = parse_endpoint (account, error);
  g_autoptr (GstRecSharedKey) key = NULL;
  g_autofree gchar *tags = NULL;

  if (endpoint == NULL ||
      !gst_rec_azure_check_container (settings->container, error) ||
      !gst_rec_azure_check_tier (settings->tier, error) ||
      !gst_rec_azure_make_tags (settings->tags, &tags, error))
    return NULL;
  if (account->key &&
      (key = gst_rec_shared_key_new (account->key, error)) == NULL)
    return NULL;

  GstRecAzurePlace *self = g_new0 (GstRecAzurePlace, 1);
  self->place.klass = &azure_place_class;
  self->place.refs = 1;
  self->place.commit_interval = settings->commit_interval;
  self->scheme = g_strdup (g_uri_get_scheme (endpoint));
  self->host = gst_rec_http_host (endpoint);
  self->prefix = make_prefix (endpoint, account, settings->container);
  self->account = g_strdup (account->name);
  self->container = g_strdup (settings->container);
  self->key = g_steal_pointer (&key);
  self->sas_token = account->key ? NULL : g_strdup (account->sas_token);
  self->tier = settings->tier && *settings->tier ?
      g_strdup (settings->tier) : NULL;
  self->tags = g_steal_pointer (&tags);
  self->if_none_match = settings->if_none_match;
  self->lease = settings->lease;
  self->ca_file = g_strdup (settings->ca_file);
  self->timeout = settings->timeout;
  self->retries = settings->retries;
  self->shared = gst_rec_http_shared_new ();
  g_mutex_init (&self->lock);
  self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) gst_rec_azure_upload_free);

  return &self->place;
}
