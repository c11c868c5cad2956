/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "open.h"

#include <string.h>

#include "store/azure.h"
#include "store/file.h"
#include "store/profile.h"
#include "store/s3.h"

#define DEFAULT_TIMEOUT 30
#define DEFAULT_RETRIES 12

/* Values of an option that has names, by their numbers. */
static const gchar *const path_styles[] = { "false", "true", "auto", NULL };
static const gchar *const booleans[] = { "false", "true", NULL };

static const gchar *const sses[] = { "none", "AES256", "aws:kms",
  "aws:kms:dsse", NULL
};
static const gchar *const checksums[] = { "none", "crc32", "crc32c",
  "crc64nvme", "sha1", "sha256", NULL
};

/* Leaves @value as it is where the option is not set. */
static gboolean
get_name (const GstRecStoreUri * uri, const gchar * option,
    const gchar * const *names, guint * value, GError ** error)
{
  const gchar *text = gst_rec_store_uri_get (uri, option);
  g_autofree gchar *list = NULL;

  if (text == NULL)
    return TRUE;
  for (guint i = 0; names[i]; i++)
    if (strcmp (text, names[i]) == 0) {
      *value = i;
      return TRUE;
    }

  list = g_strjoinv (", ", (gchar **) names);
  g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
      "the option %s of the URI is none of %s", option, list);
  return FALSE;
}

/* How long and how often, which every store on the network has. */
static gboolean
get_patience (const GstRecStoreUri * uri, guint * timeout, guint * retries,
    GError ** error)
{
  *timeout = DEFAULT_TIMEOUT;
  *retries = DEFAULT_RETRIES;

  return gst_rec_store_uri_get_uint (uri, "timeout", 1, 3600, timeout, error)
      && gst_rec_store_uri_get_uint (uri, "retries", 0, 100, retries, error);
}

/* The strings belong to the URI. */
static gboolean
get_s3_options (const GstRecStoreUri * uri, GstRecS3Options * options,
    GError ** error)
{
  guint sse = GST_REC_S3_SSE_NONE, checksum = GST_REC_CHECKSUM_CRC32C;
  guint bucket_key = FALSE, if_none_match = FALSE;

  if (!get_name (uri, "sse", sses, &sse, error) ||
      !get_name (uri, "sse-bucket-key", booleans, &bucket_key, error) ||
      !get_name (uri, "checksum", checksums, &checksum, error) ||
      !get_name (uri, "if-none-match", booleans, &if_none_match, error))
    return FALSE;

  *options = (GstRecS3Options) {
    .sse = sse,
    .sse_kms_key_id = (gchar *) gst_rec_store_uri_get (uri, "sse-kms-key-id"),
    .sse_bucket_key = bucket_key,
    .storage_class = (gchar *) gst_rec_store_uri_get (uri, "storage-class"),
    .checksum = checksum,
    .if_none_match = if_none_match,
  };

  return TRUE;
}

static GstRecStorePlace *
place_s3 (const GstRecStoreUri * uri, const GstRecStoreOpening * opening,
    GstRecS3Settings * s3, GError ** error)
{
  const gchar *profile = gst_rec_store_uri_get (uri, "profile");
  GstRecCredentialsSettings where = {
    .given = opening->credentials,
    .profile = profile,
    .region = gst_rec_store_uri_get (uri, "region"),
    .ca_file = s3->ca_file,
    .env = opening->env,
    .now = opening->now,
  };
  g_autoptr (GstRecCredentialsProvider) credentials =
      gst_rec_credentials_provider_new (&where, error);

  if (credentials == NULL)
    return NULL;

  g_autofree gchar *region =
      gst_rec_aws_region (where.region, profile, opening->env);
  const gchar *named = gst_rec_store_uri_get (uri, "endpoint");
  /* What is configured for AWS says nothing of Google's. */
  g_autofree gchar *endpoint = s3->flavor == GST_REC_S3_FLAVOR_GOOGLE ?
      g_strdup (named) :
      gst_rec_aws_endpoint (named, "S3", profile, opening->env);
  s3->credentials = credentials;
  s3->region = region;
  s3->endpoint = endpoint;

  return gst_rec_s3_place_new (s3, error);
}

static GstRecStorePlace *
open_s3 (const GstRecStoreUri * uri, const GstRecStoreOpening * opening,
    gchar ** key, GError ** error)
{
  static const gchar *const known[] = { "endpoint", "region", "path-style",
    "profile", "ca-file", "timeout", "retries", "sse", "sse-kms-key-id",
    "sse-bucket-key", "storage-class", "checksum", "if-none-match", NULL
  };
  guint path_style = GST_REC_S3_PATH_STYLE_AUTO;
  GstRecS3Options options;
  GstRecS3Settings s3 = {
    .bucket = uri->bucket,
    .ca_file = gst_rec_store_uri_get (uri, "ca-file"),
    .flavor = strcmp (uri->scheme, "gs") == 0 ? GST_REC_S3_FLAVOR_GOOGLE :
        GST_REC_S3_FLAVOR_AWS,
    .options = &options,
  };

  if (!gst_rec_store_uri_check_options (uri, known, error) ||
      !get_patience (uri, &s3.timeout, &s3.retries, error) ||
      !get_name (uri, "path-style", path_styles, &path_style, error) ||
      !get_s3_options (uri, &options, error))
    return NULL;

  s3.path_style = path_style;
  *key = g_strdup (uri->key);

  return place_s3 (uri, opening, &s3, error);
}

static GstRecStorePlace *
open_azure (const GstRecStoreUri * uri, const GstRecStoreOpening * opening,
    gchar ** key, GError ** error)
{
  static const gchar *const known[] = { "endpoint", "ca-file", "timeout",
    "retries", "tier", "if-none-match", NULL
  };
  GstRecAzureAccountSettings given = {
    .account = uri->account,
    .endpoint = gst_rec_store_uri_get (uri, "endpoint"),
    .account_key = opening->azure_account_key,
    .sas_token = opening->azure_sas_token,
  };
  guint if_none_match = FALSE;
  GstRecAzureSettings settings = {
    .container = uri->bucket,
    .tier = gst_rec_store_uri_get (uri, "tier"),
    .ca_file = gst_rec_store_uri_get (uri, "ca-file"),
  };

  if (!gst_rec_store_uri_check_options (uri, known, error) ||
      !get_patience (uri, &settings.timeout, &settings.retries, error) ||
      !get_name (uri, "if-none-match", booleans, &if_none_match, error) ||
      !gst_rec_azure_check_name (uri->key, error))
    return NULL;

  g_autoptr (GstRecAzureAccount) account =
      gst_rec_azure_account_find (&given, opening->env, error);
  if (account == NULL)
    return NULL;

  settings.account = account;
  settings.if_none_match = if_none_match;
  *key = g_strdup (uri->key);

  return gst_rec_azure_place_new (&settings, error);
}

/* The folder has to be there: what is to be made in the wrong place is not
 * made. */
static GstRecStorePlace *
open_file (const GstRecStoreUri * uri,
    const GstRecStoreOpening * opening G_GNUC_UNUSED, gchar ** key,
    GError ** error)
{
  static const gchar *const known[] = { "if-none-match", NULL };
  g_autofree gchar *folder = g_path_get_dirname (uri->key);
  guint if_none_match = FALSE;

  if (!gst_rec_store_uri_check_options (uri, known, error) ||
      !get_name (uri, "if-none-match", booleans, &if_none_match, error))
    return NULL;

  GstRecFileSettings settings = {
    .folder = folder,
    .if_none_match = if_none_match,
  };
  *key = g_path_get_basename (uri->key);

  return gst_rec_file_place_new (&settings, error);
}

/* The place of an object and what it is called there. Looks for credentials,
 * which may read files, and does not speak to the store. */
GstRecStorePlace *
gst_rec_store_open (const GstRecStoreUri * uri,
    const GstRecStoreOpening * opening, gchar ** key, GError ** error)
{
  static const struct
  {
    const gchar *scheme;
    GstRecStorePlace *(*open) (const GstRecStoreUri * uri,
        const GstRecStoreOpening * opening, gchar ** key, GError ** error);
  } stores[] = {
    {"s3", open_s3}, {"gs", open_s3}, {"azblob", open_azure},
    {"file", open_file},
  };
  g_autofree gchar *name = NULL;
  GstRecStorePlace *place = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    if (strcmp (uri->scheme, stores[i].scheme) == 0)
      place = stores[i].open (uri, opening, &name, error);
  if (place)
    *key = g_steal_pointer (&name);

  return place;
}
