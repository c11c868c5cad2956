/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "s3settings.h"

#include <string.h>

#include "store/profile.h"

#define DEFAULT_PATH_STYLE GST_REC_S3_PATH_STYLE_AUTO
#define MAX_KEY 1024

enum
{
  PROP_LOCATION,
  PROP_BUCKET,
  PROP_KEY,
  PROP_ENDPOINT,
  PROP_REGION,
  PROP_PATH_STYLE,
  PROP_ACCESS_KEY_ID,
  PROP_SECRET_ACCESS_KEY,
  PROP_SESSION_TOKEN,
  PROP_PROFILE,
  PROP_SSE_CUSTOMER_KEY,
  N_PROPS
};

void
gst_rec_s3_object_settings_init (GstRecS3ObjectSettings * self)
{
  *self = (GstRecS3ObjectSettings) {
    .credentials = g_new0 (GstRecCredentials, 1),
    .path_style = DEFAULT_PATH_STYLE,
  };
}

void
gst_rec_s3_object_settings_copy (const GstRecS3ObjectSettings * self,
    GstRecS3ObjectSettings * copy)
{
  *copy = *self;
  copy->location = g_strdup (self->location);
  copy->bucket = g_strdup (self->bucket);
  copy->key = g_strdup (self->key);
  copy->endpoint = g_strdup (self->endpoint);
  copy->region = g_strdup (self->region);
  copy->profile = g_strdup (self->profile);
  copy->sse_customer_key = g_strdup (self->sse_customer_key);
  copy->credentials = gst_rec_credentials_copy (self->credentials);
}

void
gst_rec_s3_object_settings_clear (GstRecS3ObjectSettings * self)
{
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->bucket, g_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->endpoint, g_free);
  g_clear_pointer (&self->region, g_free);
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->sse_customer_key, gst_rec_secret_free);
  g_clear_pointer (&self->credentials, gst_rec_credentials_free);
}

#define GST_TYPE_REC_S3_PATH_STYLE (path_style_get_type ())
static GType
path_style_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {GST_REC_S3_PATH_STYLE_FALSE, "http://bucket.host/key", "false"},
    {GST_REC_S3_PATH_STYLE_TRUE, "http://host/bucket/key", "true"},
    {GST_REC_S3_PATH_STYLE_AUTO, "In the path where there is an endpoint or "
          "the bucket's name does not fit into a host name", "auto"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstRecS3PathStyle", values));

  return type;
}

#define READY (G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

static void
make_props (GParamSpec ** props)
{
  props[PROP_LOCATION] = g_param_spec_string ("location", "Location",
      "Where the object is: s3://bucket/key, or gs://bucket/key for "
      "Google Cloud Storage; the key as it stands, not percent-encoded. Instead of bucket and key",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_BUCKET] = g_param_spec_string ("bucket", "Bucket",
      "Bucket of the object, where location is not set",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_KEY] = g_param_spec_string ("key", "Key",
      "Key of the object, 1 to 1024 bytes of UTF-8, where location is not set",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_ENDPOINT] = g_param_spec_string ("endpoint", "Endpoint",
      "The store: http[s]://host[:port]; unset for AWS_ENDPOINT_URL_S3, "
      "AWS_ENDPOINT_URL, the profile's or AWS",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_REGION] = g_param_spec_string ("region", "Region",
      "Region of the bucket; unset for AWS_REGION, AWS_DEFAULT_REGION, the "
      "profile's or us-east-1, whichever is there first",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_PATH_STYLE] = g_param_spec_enum ("path-style", "Path style",
      "Whether the bucket stands in the path or in the host name",
      GST_TYPE_REC_S3_PATH_STYLE, DEFAULT_PATH_STYLE,
      G_PARAM_READWRITE | READY);
  props[PROP_ACCESS_KEY_ID] = g_param_spec_string ("access-key-id",
      "Access key id", "Access key id; unset for what the environment, the "
      "shared files, a web identity, a container or a machine gives", NULL, G_PARAM_WRITABLE | READY);
  props[PROP_SECRET_ACCESS_KEY] = g_param_spec_string ("secret-access-key",
      "Secret access key", "Secret that belongs to access-key-id; cannot be "
      "read back", NULL, G_PARAM_WRITABLE | READY);
  props[PROP_SESSION_TOKEN] = g_param_spec_string ("session-token",
      "Session token", "Token of temporary credentials; cannot be read back",
      NULL, G_PARAM_WRITABLE | READY);
  props[PROP_PROFILE] = g_param_spec_string ("profile", "Profile",
      "Profile of the shared credentials and config files, which then goes "
      "before the environment; unset for AWS_PROFILE or \"default\"",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_SSE_CUSTOMER_KEY] = g_param_spec_string ("sse-customer-key",
      "Customer's key", "Key of 32 bytes in base64 or hex that the store "
      "encrypts the object with and forgets (SSE-C); cannot be read back",
      NULL, G_PARAM_WRITABLE | READY);
}

/* Installs the properties with the ids from @first on. Returns the next id
 * that is free. */
guint
gst_rec_s3_object_settings_install (GObjectClass * klass, guint first)
{
  GParamSpec *props[N_PROPS];

  make_props (props);
  for (guint i = 0; i < N_PROPS; i++)
    g_object_class_install_property (klass, first + i, props[i]);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_S3_PATH_STYLE, 0);

  return first + N_PROPS;
}

static void
set_string (gchar ** field, const GValue * value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
}

static void
set_secret (gchar ** field, const GValue * value)
{
  gst_rec_secret_free (*field);
  *field = g_value_dup_string (value);
}

/* Of the property with the id first + @index. FALSE if there is none. */
gboolean
gst_rec_s3_object_settings_set (GstRecS3ObjectSettings * self, guint index,
    const GValue * value)
{
  switch (index) {
    case PROP_LOCATION:
      set_string (&self->location, value);
      break;
    case PROP_BUCKET:
      set_string (&self->bucket, value);
      break;
    case PROP_KEY:
      set_string (&self->key, value);
      break;
    case PROP_ENDPOINT:
      set_string (&self->endpoint, value);
      break;
    case PROP_REGION:
      set_string (&self->region, value);
      break;
    case PROP_PATH_STYLE:
      self->path_style = g_value_get_enum (value);
      break;
    case PROP_ACCESS_KEY_ID:
      set_secret (&self->credentials->access_key_id, value);
      break;
    case PROP_SECRET_ACCESS_KEY:
      set_secret (&self->credentials->secret_access_key, value);
      break;
    case PROP_SESSION_TOKEN:
      set_secret (&self->credentials->session_token, value);
      break;
    case PROP_PROFILE:
      set_string (&self->profile, value);
      break;
    case PROP_SSE_CUSTOMER_KEY:
      set_secret (&self->sse_customer_key, value);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

gboolean
gst_rec_s3_object_settings_get (const GstRecS3ObjectSettings * self,
    guint index, GValue * value)
{
  switch (index) {
    case PROP_LOCATION:
      g_value_set_string (value, self->location);
      break;
    case PROP_BUCKET:
      g_value_set_string (value, self->bucket);
      break;
    case PROP_KEY:
      g_value_set_string (value, self->key);
      break;
    case PROP_ENDPOINT:
      g_value_set_string (value, self->endpoint);
      break;
    case PROP_REGION:
      g_value_set_string (value, self->region);
      break;
    case PROP_PATH_STYLE:
      g_value_set_enum (value, self->path_style);
      break;
    case PROP_PROFILE:
      g_value_set_string (value, self->profile);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

/* Which object the settings name. */
gboolean
gst_rec_s3_object_settings_find (const GstRecS3ObjectSettings * self,
    GstRecS3Flavor * flavor, gchar ** bucket, gchar ** key, GError ** error)
{
  g_autofree gchar *b = NULL, *k = NULL;

  if (self->location) {
    if (!gst_rec_s3_parse_location (self->location, flavor, &b, &k, error))
      return FALSE;
  } else {
    *flavor = GST_REC_S3_FLAVOR_AWS;
    b = g_strdup (self->bucket);
    k = g_strdup (self->key);
  }

  if (b == NULL || k == NULL || *b == '\0' || *k == '\0') {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS,
        "neither location nor bucket and key are set");
    return FALSE;
  }
  if (strlen (k) > MAX_KEY || !g_utf8_validate (k, -1, NULL)) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "a key has at most %u bytes of UTF-8", MAX_KEY);
    return FALSE;
  }

  *bucket = g_steal_pointer (&b);
  *key = g_steal_pointer (&k);

  return TRUE;
}

static const gchar *
get_env (const gchar * name)
{
  return g_getenv (name);
}

/* The place of the settings. @s3 has the bucket, the flavor, and what the
 * element knows beside them; the rest is filled in here. May read files. */
GstRecStorePlace *
gst_rec_s3_object_settings_place (const GstRecS3ObjectSettings * self,
    GstRecS3Settings * s3, GError ** error)
{
  GstRecCredentialsSettings where = {
    .given = self->credentials,
    .profile = self->profile,
    .region = self->region,
    .ca_file = s3->ca_file,
    .env = get_env,
    .now = g_get_real_time,
  };
  g_autoptr (GstRecCredentialsProvider) credentials =
      gst_rec_credentials_provider_new (&where, error);

  if (credentials == NULL)
    return NULL;

  g_autofree gchar *region =
      gst_rec_aws_region (self->region, self->profile, get_env);
  /* What is configured for AWS says nothing of Google's. */
  g_autofree gchar *endpoint = s3->flavor == GST_REC_S3_FLAVOR_GOOGLE ?
      g_strdup (self->endpoint) :
      gst_rec_aws_endpoint (self->endpoint, "S3", self->profile, get_env);

  g_auto (GstRecS3Options) options = { 0, };
  if (s3->options)
    gst_rec_s3_options_copy (s3->options, &options);
  if (self->sse_customer_key && *self->sse_customer_key)
    options.sse_customer_key = g_strdup (self->sse_customer_key);

  s3->options = &options;
  s3->endpoint = endpoint;
  s3->region = region;
  s3->path_style = self->path_style;
  s3->credentials = credentials;

  return gst_rec_s3_place_new (s3, error);
}
