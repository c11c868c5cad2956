/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "credentials.h"

#include <string.h>

G_DEFINE_QUARK (gst-rec-credentials-error-quark, gst_rec_credentials_error)

void
gst_rec_secret_wipe (gpointer secret, gsize size)
{
  explicit_bzero (secret, size);
}

void
gst_rec_secret_free (gchar * secret)
{
  if (secret)
    gst_rec_secret_wipe (secret, strlen (secret));
  g_free (secret);
}

static gboolean
is_set (const gchar * text)
{
  return text != NULL && *text != '\0';
}

GstRecCredentials *
gst_rec_credentials_copy (const GstRecCredentials * self)
{
  GstRecCredentials *copy = g_new0 (GstRecCredentials, 1);

  copy->access_key_id = g_strdup (self->access_key_id);
  copy->secret_access_key = g_strdup (self->secret_access_key);
  if (is_set (self->session_token))
    copy->session_token = g_strdup (self->session_token);
  copy->expires = self->expires;

  return copy;
}

/* Whether both are the same keys. */
gboolean
gst_rec_credentials_equal (const GstRecCredentials * self,
    const GstRecCredentials * other)
{
  return g_strcmp0 (self->access_key_id, other->access_key_id) == 0 &&
      g_strcmp0 (self->secret_access_key, other->secret_access_key) == 0 &&
      g_strcmp0 (self->session_token, other->session_token) == 0;
}

/* Whether there is a key in @self, which may be NULL, or half of one. */
gboolean
gst_rec_credentials_is_set (const GstRecCredentials * self)
{
  return self && (is_set (self->access_key_id) ||
      is_set (self->secret_access_key));
}

/* They become headers: nothing that could end one. */
static gboolean
is_printable (const gchar * text)
{
  for (const gchar * c = text; c != NULL && *c != '\0'; c++)
    if (!g_ascii_isprint (*c))
      return FALSE;

  return TRUE;
}

/* Half a pair is an error and no reason to look further: it would sign with
 * keys of somebody else. */
gboolean
gst_rec_credentials_check (const GstRecCredentials * self,
    const gchar * source, GError ** error)
{
  if (!is_set (self->access_key_id) || !is_set (self->secret_access_key)) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_INCOMPLETE, "%s: %s is missing", source,
        is_set (self->access_key_id) ? "the secret access key" :
        "the access key id");
    return FALSE;
  }

  if (!is_printable (self->access_key_id) ||
      !is_printable (self->secret_access_key) ||
      !is_printable (self->session_token)) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_ANSWER,
        "%s: a key has characters that no key has", source);
    return FALSE;
  }

  return TRUE;
}

void
gst_rec_credentials_free (GstRecCredentials * self)
{
  if (self == NULL)
    return;

  gst_rec_secret_free (self->access_key_id);
  gst_rec_secret_free (self->secret_access_key);
  gst_rec_secret_free (self->session_token);
  g_free (self);
}
