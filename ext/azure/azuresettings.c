/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "azuresettings.h"

#include "objectattributes.h"

#define DEFAULT_TIER GST_REC_AZURE_TIER_DEFAULT
#define DEFAULT_COMMIT_INTERVAL 0

enum
{
  PROP_LOCATION,
  PROP_ACCOUNT,
  PROP_CONTAINER,
  PROP_BLOB,
  PROP_ENDPOINT,
  PROP_ACCOUNT_KEY,
  PROP_SAS_TOKEN,
  PROP_CONNECTION_STRING,
  PROP_TIER,
  PROP_TAGS,
  PROP_COMMIT_INTERVAL,
  PROP_LEASE,
  PROP_IF_NONE_MATCH,
  N_PROPS
};

#define GST_TYPE_REC_AZURE_TIER (tier_get_type ())
static GType
tier_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {GST_REC_AZURE_TIER_DEFAULT, "The one of the account", "default"},
    {GST_REC_AZURE_TIER_HOT, "For what is often read", "hot"},
    {GST_REC_AZURE_TIER_COOL, "For what is seldom read, 30 days at least",
        "cool"},
    {GST_REC_AZURE_TIER_COLD, "For what is rarely read, 90 days at least",
        "cold"},
    {GST_REC_AZURE_TIER_ARCHIVE, "For what is kept only, 180 days at least; "
          "to be read it has to be brought back, which takes hours",
        "archive"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstRecAzureTier", values));

  return type;
}

/* As the wire has them, in the order of the enumeration. */
static const gchar *const tiers[] = { NULL, "Hot", "Cool", "Cold", "Archive" };

void
gst_rec_azure_blob_settings_copy (const GstRecAzureBlobSettings * self,
    GstRecAzureBlobSettings * copy)
{
  *copy = *self;
  copy->location = g_strdup (self->location);
  copy->account = g_strdup (self->account);
  copy->container = g_strdup (self->container);
  copy->blob = g_strdup (self->blob);
  copy->endpoint = g_strdup (self->endpoint);
  copy->account_key = g_strdup (self->account_key);
  copy->sas_token = g_strdup (self->sas_token);
  copy->connection_string = g_strdup (self->connection_string);
  copy->tags = self->tags ? gst_structure_copy (self->tags) : NULL;
}

void
gst_rec_azure_blob_settings_clear (GstRecAzureBlobSettings * self)
{
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->container, g_free);
  g_clear_pointer (&self->blob, g_free);
  g_clear_pointer (&self->endpoint, g_free);
  g_clear_pointer (&self->account_key, gst_rec_secret_free);
  g_clear_pointer (&self->sas_token, gst_rec_secret_free);
  g_clear_pointer (&self->connection_string, gst_rec_secret_free);
  g_clear_pointer (&self->tags, gst_structure_free);
}

#define READY (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_READY)
#define SECRET (G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_READY)

static void
make_names (GParamSpec ** props)
{
  props[PROP_LOCATION] = g_param_spec_string ("location", "Location",
      "Where the blob goes: azblob://account/container/blob, the name as it "
      "stands, not percent-encoded. Instead of account, container and blob",
      NULL, READY);
  props[PROP_ACCOUNT] = g_param_spec_string ("account", "Account",
      "Storage account, where location is not set; unset for the one of the "
      "connection string or AZURE_STORAGE_ACCOUNT", NULL, READY);
  props[PROP_CONTAINER] = g_param_spec_string ("container", "Container",
      "Container of the blob, where location is not set", NULL, READY);
  props[PROP_BLOB] = g_param_spec_string ("blob", "Blob",
      "Name of the blob, 1 to 1024 characters, where location is not set",
      NULL, READY);
  props[PROP_ENDPOINT] = g_param_spec_string ("endpoint", "Endpoint",
      "The account's blob service: http[s]://host[:port][/path]; unset for "
      "Azure", NULL, READY);
}

static void
make_secrets (GParamSpec ** props)
{
  props[PROP_ACCOUNT_KEY] = g_param_spec_string ("account-key",
      "Account key", "Key of the account, in base64; cannot be read back. "
      "Unset for the environment", NULL, SECRET);
  props[PROP_SAS_TOKEN] = g_param_spec_string ("sas-token", "SAS token",
      "Shared access signature, where account-key is not set; cannot be read "
      "back", NULL, SECRET);
  props[PROP_CONNECTION_STRING] = g_param_spec_string ("connection-string",
      "Connection string", "Account, key and endpoint in one, as Azure's "
      "portal shows it, instead of account-key and sas-token; cannot be read "
      "back", NULL, SECRET);
}

/* With ids from @first on. */
void
gst_rec_azure_blob_settings_install (GObjectClass * klass, guint first)
{
  GParamSpec *props[N_PROPS];

  make_names (props);
  make_secrets (props);
  props[PROP_TIER] = g_param_spec_enum ("tier", "Tier",
      "Access tier of the blob", GST_TYPE_REC_AZURE_TIER, DEFAULT_TIER, READY);
  props[PROP_TAGS] = g_param_spec_boxed ("tags", "Tags",
      "Tags of the blob's index, by which it is found; at most 10",
      GST_TYPE_STRUCTURE, READY);
  props[PROP_COMMIT_INTERVAL] = g_param_spec_uint ("commit-interval",
      "Commit interval", "Milliseconds after which what has been written can "
      "be read while more comes, 0 for at the end only", 0, 24 * 3600 * 1000,
      DEFAULT_COMMIT_INTERVAL, READY);
  props[PROP_LEASE] = g_param_spec_boolean ("lease", "Lease",
      "Whether the blob is leased while it is written, so that no other "
      "writer gets at it", FALSE, READY);
  props[PROP_IF_NONE_MATCH] = g_param_spec_boolean ("if-none-match",
      "If none match", "Whether a blob of that name that is there already is "
      "an error", FALSE, READY);

  for (guint i = 0; i < N_PROPS; i++)
    g_object_class_install_property (klass, first + i, props[i]);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_AZURE_TIER, 0);
}

static gchar **
string_field (GstRecAzureBlobSettings * self, guint index)
{
  switch (index) {
    case PROP_LOCATION:
      return &self->location;
    case PROP_ACCOUNT:
      return &self->account;
    case PROP_CONTAINER:
      return &self->container;
    case PROP_BLOB:
      return &self->blob;
    case PROP_ENDPOINT:
      return &self->endpoint;
    case PROP_ACCOUNT_KEY:
      return &self->account_key;
    case PROP_SAS_TOKEN:
      return &self->sas_token;
    case PROP_CONNECTION_STRING:
      return &self->connection_string;
    default:
      return NULL;
  }
}

/* Of the property with the id first + @index. FALSE if there is none. */
gboolean
gst_rec_azure_blob_settings_set (GstRecAzureBlobSettings * self, guint index,
    const GValue * value)
{
  gchar **field = string_field (self, index);

  if (field) {
    gst_rec_secret_free (*field);
    *field = g_value_dup_string (value);
    return TRUE;
  }

  switch (index) {
    case PROP_TIER:
      self->tier = g_value_get_enum (value);
      break;
    case PROP_TAGS:
      g_clear_pointer (&self->tags, gst_structure_free);
      self->tags = g_value_dup_boxed (value);
      break;
    case PROP_COMMIT_INTERVAL:
      self->commit_interval = g_value_get_uint (value);
      break;
    case PROP_LEASE:
      self->lease = g_value_get_boolean (value);
      break;
    case PROP_IF_NONE_MATCH:
      self->if_none_match = g_value_get_boolean (value);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

/* Secrets are not readable, GObject sees to that. */
gboolean
gst_rec_azure_blob_settings_get (const GstRecAzureBlobSettings * self,
    guint index, GValue * value)
{
  gchar **field = string_field ((GstRecAzureBlobSettings *) self, index);

  if (field) {
    g_value_set_string (value, *field);
    return TRUE;
  }

  switch (index) {
    case PROP_TIER:
      g_value_set_enum (value, self->tier);
      break;
    case PROP_TAGS:
      g_value_set_boxed (value, self->tags);
      break;
    case PROP_COMMIT_INTERVAL:
      g_value_set_uint (value, self->commit_interval);
      break;
    case PROP_LEASE:
      g_value_set_boolean (value, self->lease);
      break;
    case PROP_IF_NONE_MATCH:
      g_value_set_boolean (value, self->if_none_match);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

/* Which blob is meant. *@account may be NULL: the environment names it. */
gboolean
gst_rec_azure_blob_settings_find (const GstRecAzureBlobSettings * self,
    gchar ** account, gchar ** container, gchar ** blob, GError ** error)
{
  if (is_set (self->location)) {
    if (!gst_rec_azure_parse_location (self->location, account, container,
            blob, error))
      return FALSE;
  } else if (is_set (self->container) && is_set (self->blob)) {
    *account = is_set (self->account) ? g_strdup (self->account) : NULL;
    *container = g_strdup (self->container);
    *blob = g_strdup (self->blob);
  } else {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS,
        "neither location nor container and blob are set");
    return FALSE;
  }

  return gst_rec_azure_check_name (*blob, error);
}

static const gchar *
get_env (const gchar * name)
{
  return g_getenv (name);
}

/* The place by these settings and what is set in @place. */
GstRecStorePlace *
gst_rec_azure_blob_settings_place (const GstRecAzureBlobSettings * self,
    const gchar * account, GstRecAzureSettings * place, GError ** error)
{
  GstRecAzureAccountSettings given = {
    .account = account,
    .endpoint = self->endpoint,
    .account_key = self->account_key,
    .sas_token = self->sas_token,
    .connection_string = self->connection_string,
  };
  g_autoptr (GstRecAzureAccount) found =
      gst_rec_azure_account_find (&given, get_env, error);
  g_auto (GStrv) tags =
      gst_rec_fields_from_structure (self->tags, "tags", error);

  if (found == NULL || tags == NULL)
    return NULL;

  place->account = found;
  place->tier = tiers[self->tier];
  place->tags = (const gchar * const *) tags;
  place->commit_interval = self->commit_interval * G_TIME_SPAN_MILLISECOND;
  place->lease = self->lease;
  place->if_none_match = self->if_none_match;

  return gst_rec_azure_place_new (place, error);
}
