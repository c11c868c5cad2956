/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include <string.h>

#include "store/storeuri.h"

/* https://cloud.google.com/storage/docs/request-endpoints */
#define GOOGLE_HOST "storage.googleapis.com"
#define GOOGLE_REGION "auto"

/* "s3://bucket/key", or "gs://bucket/key" for Google Cloud Storage. The key is
 * taken as it stands, with no decoding, as the AWS command line does. */
gboolean
gst_rec_s3_parse_location (const gchar * location, GstRecS3Flavor * flavor,
    gchar ** bucket, gchar ** key, GError ** error)
{
  gboolean google = g_ascii_strncasecmp (location, "gs://", 5) == 0;
  gboolean aws = g_ascii_strncasecmp (location, "s3://", 5) == 0;
  const gchar *rest = location + 5;
  const gchar *slash = google || aws ? strchr (rest, '/') : NULL;

  if (slash == NULL || slash == rest || slash[1] == '\0') {
    /* Not the text itself: it may be an address with a signature. */
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS,
        "location is not of the form s3://bucket/key");
    return FALSE;
  }

  *flavor = google ? GST_REC_S3_FLAVOR_GOOGLE : GST_REC_S3_FLAVOR_AWS;
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

static gchar *
default_endpoint (const GstRecS3Settings * settings)
{
  if (settings->endpoint && *settings->endpoint)
    return g_strdup (settings->endpoint);
  if (settings->flavor == GST_REC_S3_FLAVOR_GOOGLE)
    return g_strdup ("https://" GOOGLE_HOST);

  return g_strdup_printf ("https://s3.%s.amazonaws.com", settings->region);
}

static GUri *
parse_endpoint (const GstRecS3Settings * settings, GError ** error)
{
  g_autofree gchar *text = default_endpoint (settings);
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

static void
s3_place_free (GstRecStorePlace * place)
{
  GstRecS3Place *self = (GstRecS3Place *) place;

  g_free (self->scheme);
  g_clear_pointer (&self->route, gst_rec_s3_route_free);
  g_free (self->prefix);
  g_free (self->bucket);
  g_free (self->ca_file);
  gst_rec_s3_options_clear (&self->options);
  g_clear_pointer (&self->customer_key, gst_rec_s3_headers_free);
  gst_rec_credentials_provider_unref (self->credentials);
  gst_rec_http_shared_unref (self->shared);
  g_free (self);
}

static guint
s3_place_retries (GstRecStorePlace * place)
{
  return gst_rec_http_shared_retries (((GstRecS3Place *) place)->shared);
}

static void
s3_place_set_line (GstRecStorePlace * place, guint64 max_bitrate, gint dscp)
{
  GstRecS3Place *self = (GstRecS3Place *) place;

  gst_rec_http_shared_set_max_bitrate (self->shared, max_bitrate);
  gst_rec_http_shared_set_dscp (self->shared, dscp);
}

static gchar *
s3_place_uri (const GstRecStorePlace * place, const gchar * key)
{
  return gst_rec_store_uri_of_object (place->klass->scheme, NULL,
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

#define PLACE_CLASS(name) { \
    .scheme = name, \
    .limits = {GST_REC_S3_MIN_PART_SIZE, GST_REC_S3_MAX_PART_SIZE, \
        GST_REC_S3_MAX_PARTS, GST_REC_S3_MAX_OBJECT_SIZE}, \
    .open = s3_place_open, \
    .uri = s3_place_uri, \
    .retries = s3_place_retries, \
    .set_line = s3_place_set_line, \
    .free = s3_place_free, \
  }

static const GstRecStorePlaceClass s3_place_class = PLACE_CLASS ("s3");
static const GstRecStorePlaceClass google_place_class = PLACE_CLASS ("gs");

/* Whether nobody between here and the host can read along. */
static gboolean
is_private (GUri * endpoint)
{
  const gchar *host = g_uri_get_host (endpoint);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (strcmp (g_uri_get_scheme (endpoint), "https") == 0)
    return TRUE;
  if (address)
    return g_inet_address_get_is_loopback (address);

  return g_ascii_strcasecmp (host, "localhost") == 0 ||
      g_str_has_suffix (host, ".localhost");
}

/* TLS and a checksum do what the hash in the signature does, and cost less. */
static gboolean
leaves_data_unsigned (const GstRecS3Place * self)
{
  switch (self->options.payload_signing) {
    case GST_REC_S3_SIGNING_ALWAYS:
      return FALSE;
    case GST_REC_S3_SIGNING_NEVER:
      return TRUE;
    default:
      return strcmp (self->scheme, "https") == 0 &&
          self->flavor == GST_REC_S3_FLAVOR_AWS &&
          self->options.checksum != GST_REC_CHECKSUM_NONE;
  }
}

static gboolean
take_options (GstRecS3Place * self, const GstRecS3Settings * settings,
    GUri * endpoint, GError ** error)
{
  const GstRecS3Options *options = settings->options;

  if (options == NULL)
    return TRUE;
  if (!gst_rec_s3_options_check (options, self->flavor, g_get_real_time (),
          error))
    return FALSE;
  if (options->sse_customer_key) {
    if (!is_private (endpoint)) {
      g_set_error_literal (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_VALUE, "Set endpoint to https:// for "
          "sse-customer-key: over http:// everybody on the way could read the "
          "key.");
      return FALSE;
    }
    self->customer_key =
        gst_rec_s3_customer_key_headers (options->sse_customer_key, error);
    if (self->customer_key == NULL)
      return FALSE;
  }

  gst_rec_s3_options_copy (options, &self->options);
  /* It is in the headers. */
  g_clear_pointer (&self->options.sse_customer_key, gst_rec_secret_free);
  self->unsigned_data = leaves_data_unsigned (self);

  return TRUE;
}

GstRecStorePlace *
gst_rec_s3_place_new (const GstRecS3Settings * settings, GError ** error)
{
  g_autoptr (GUri) endpoint = NULL;
  g_autoptr (GstRecStorePlace) place = NULL;
  gboolean in_path = settings->path_style == GST_REC_S3_PATH_STYLE_TRUE;
  gboolean gs = settings->flavor == GST_REC_S3_FLAVOR_GOOGLE;

  if (!check_bucket_name (settings->bucket, error) ||
      (endpoint = parse_endpoint (settings, error)) == NULL)
    return NULL;

  /* What other clients do: stores that are not AWS rarely have a name in the
   * DNS for each bucket. */
  if (settings->path_style == GST_REC_S3_PATH_STYLE_AUTO)
    in_path = (settings->endpoint && *settings->endpoint) ||
        !host_can_hold_bucket (g_uri_get_host (endpoint), settings->bucket);

  GstRecS3Place *self = g_new0 (GstRecS3Place, 1);
  g_autofree gchar *host =
      make_host (endpoint, in_path ? NULL : settings->bucket);
  place = &self->place;
  place->klass = gs ? &google_place_class : &s3_place_class;
  place->refs = 1;
  self->shared = gst_rec_http_shared_new ();
  self->flavor = g_ascii_strcasecmp (g_uri_get_host (endpoint),
      GOOGLE_HOST) == 0 ? GST_REC_S3_FLAVOR_GOOGLE : settings->flavor;
  self->bucket = g_strdup (settings->bucket);
  self->scheme = g_strdup (g_uri_get_scheme (endpoint));
  self->route = gst_rec_s3_route_new (host, gs ? GOOGLE_REGION :
      settings->region);
  self->prefix = in_path ? g_strconcat ("/", settings->bucket, NULL) :
      g_strdup ("");
  self->credentials =
      gst_rec_credentials_provider_ref (settings->credentials);
  self->ca_file = g_strdup (settings->ca_file);
  self->timeout = settings->timeout;
  self->retries = settings->retries;

  return take_options (self, settings, endpoint, error) ?
      g_steal_pointer (&place) : NULL;
}
