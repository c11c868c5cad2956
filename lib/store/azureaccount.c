/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "azureaccount.h"

#include <string.h>

#include "store/store.h"

/* The account of Microsoft's emulators, which all of its tools know. */
#define EMULATOR_ACCOUNT "devstoreaccount1"
#define EMULATOR_KEY "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVE" \
    "rCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
#define EMULATOR_ENDPOINT "http://127.0.0.1:10000/" EMULATOR_ACCOUNT

#define DEFAULT_SUFFIX "core.windows.net"

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

void
gst_rec_azure_account_free (GstRecAzureAccount * self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->endpoint);
  gst_rec_secret_free (self->key);
  gst_rec_secret_free (self->sas_token);
  g_free (self);
}

GstRecAzureAccount *
gst_rec_azure_account_copy (const GstRecAzureAccount * self)
{
  GstRecAzureAccount *copy = g_new0 (GstRecAzureAccount, 1);

  copy->name = g_strdup (self->name);
  copy->endpoint = g_strdup (self->endpoint);
  copy->key = g_strdup (self->key);
  copy->sas_token = g_strdup (self->sas_token);

  return copy;
}

static gboolean
refuse (GError ** error, const gchar * why)
{
  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_SETTINGS, why);
  return FALSE;
}

/* What stands between @name and the next ";" of a connection string, where
 * names are of any case. */
static gchar *
take_part (const gchar * text, const gchar * name)
{
  gsize length = strlen (name);

  for (const gchar * part = text; part != NULL;
      part = strchr (part, ';') ? strchr (part, ';') + 1 : NULL) {
    while (g_ascii_isspace (*part))
      part++;
    if (g_ascii_strncasecmp (part, name, length) == 0 && part[length] == '=') {
      const gchar *value = part + length + 1;
      const gchar *end = strchr (value, ';');

      return end ? g_strndup (value, end - value) : g_strdup (value);
    }
  }

  return NULL;
}

static void
take_emulator (GstRecAzureAccount * self)
{
  self->name = g_strdup (EMULATOR_ACCOUNT);
  self->key = g_strdup (EMULATOR_KEY);
  self->endpoint = g_strdup (EMULATOR_ENDPOINT);
}

static GstRecAzureAccount *
parse_connection_string (const gchar * text, GError ** error)
{
  g_autoptr (GstRecAzureAccount) self = g_new0 (GstRecAzureAccount, 1);
  g_autofree gchar *emulator = take_part (text, "UseDevelopmentStorage");
  g_autofree gchar *protocol = take_part (text, "DefaultEndpointsProtocol");
  g_autofree gchar *suffix = take_part (text, "EndpointSuffix");

  if (emulator && g_ascii_strcasecmp (emulator, "true") == 0) {
    take_emulator (self);
    return g_steal_pointer (&self);
  }

  self->name = take_part (text, "AccountName");
  self->key = take_part (text, "AccountKey");
  self->sas_token = take_part (text, "SharedAccessSignature");
  self->endpoint = take_part (text, "BlobEndpoint");
  if (self->endpoint == NULL && self->name && (protocol || suffix))
    self->endpoint = g_strdup_printf ("%s://%s.blob.%s",
        protocol ? protocol : "https", self->name,
        suffix ? suffix : DEFAULT_SUFFIX);

  if (!is_set (self->key) && !is_set (self->sas_token)) {
    refuse (error, "the connection string has neither an AccountKey nor a "
        "SharedAccessSignature");
    return NULL;
  }

  return g_steal_pointer (&self);
}

static GstRecAzureAccount *
from_key_or_token (const gchar * key, const gchar * token)
{
  GstRecAzureAccount *self = g_new0 (GstRecAzureAccount, 1);

  if (is_set (key))
    self->key = g_strdup (key);
  else
    self->sas_token = g_strdup (token);

  return self;
}

/* Looks where Azure's own tools look, in their order: what was given, then the
 * environment, the connection string first. */
static GstRecAzureAccount *
find_secret (const GstRecAzureAccountSettings * given, GstRecGetenv env,
    GError ** error)
{
  if (is_set (given->connection_string))
    return parse_connection_string (given->connection_string, error);
  if (is_set (given->account_key) || is_set (given->sas_token))
    return from_key_or_token (given->account_key, given->sas_token);
  if (is_set (env ("AZURE_STORAGE_CONNECTION_STRING")))
    return parse_connection_string (env ("AZURE_STORAGE_CONNECTION_STRING"),
        error);
  if (is_set (env ("AZURE_STORAGE_KEY")) ||
      is_set (env ("AZURE_STORAGE_SAS_TOKEN")))
    return from_key_or_token (env ("AZURE_STORAGE_KEY"),
        env ("AZURE_STORAGE_SAS_TOKEN"));

  g_set_error_literal (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_NOT_FOUND,
      "there is no account key, no SAS token and no connection string");
  return NULL;
}

/* "https://NAME.blob.core.windows.net": a connection string with a signature
 * names the account there only. */
static gchar *
name_of_endpoint (const gchar * endpoint)
{
  const gchar *host = endpoint ? strstr (endpoint, "://") : NULL;
  const gchar *end = host ? strstr (host, ".blob.") : NULL;

  return end ? g_strndup (host + 3, end - host - 3) : NULL;
}

static gboolean
check_name (const gchar * name, GError ** error)
{
  gsize length = is_set (name) ? strlen (name) : 0;
  gboolean good = length >= 3 && length <= 24;

  for (const gchar * c = name; good && *c != '\0'; c++)
    good = g_ascii_islower (*c) || g_ascii_isdigit (*c);

  return good || refuse (error, length == 0 ?
      "no storage account is named" :
      "a storage account has a name of 3 to 24 lower-case letters and digits");
}

/* It becomes part of each URI: nothing that could end one. */
static gboolean
check_token (GstRecAzureAccount * self, GError ** error)
{
  gchar *token = self->sas_token;

  if (token == NULL)
    return TRUE;
  if (*token == '?') {
    self->sas_token = g_strdup (token + 1);
    gst_rec_secret_free (token);
    token = self->sas_token;
  }

  for (const gchar * c = token; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c) || strchr ("#?\"<>", *c))
      return refuse (error, "the SAS token is no query of a URI");

  return strstr (token, "sig=") != NULL ||
      refuse (error, "the SAS token has no signature");
}

GstRecAzureAccount *
gst_rec_azure_account_find (const GstRecAzureAccountSettings * given,
    GstRecGetenv env, GError ** error)
{
  g_autoptr (GstRecAzureAccount) self = find_secret (given, env, error);

  if (self == NULL)
    return NULL;

  if (is_set (given->account) && is_set (self->name) &&
      strcmp (given->account, self->name) != 0) {
    refuse (error, "the connection string is for another account");
    return NULL;
  }
  if (!is_set (self->name)) {
    g_free (self->name);
    self->name = name_of_endpoint (self->endpoint);
  }
  if (!is_set (self->name)) {
    g_free (self->name);
    self->name = g_strdup (is_set (given->account) ? given->account :
        env ("AZURE_STORAGE_ACCOUNT"));
  }
  if (is_set (given->endpoint)) {
    g_free (self->endpoint);
    self->endpoint = g_strdup (given->endpoint);
  }

  if (!check_name (self->name, error) || !check_token (self, error))
    return NULL;

  return g_steal_pointer (&self);
}
