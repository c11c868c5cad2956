/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "signurl.h"

#include <string.h>

static gboolean
refuse (GError ** error, const gchar * why)
{
  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_SETTINGS, why);
  return FALSE;
}

/* It becomes a header of an answer: nothing that could end one. */
static gboolean
is_header (const gchar * text)
{
  for (const gchar * c = text; c && *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;

  return TRUE;
}

static gboolean
check (const GstRecStoreUrl * url, GError ** error)
{
  gboolean get = strcmp (url->method, "GET") == 0;

  if (!get && strcmp (url->method, "PUT") != 0)
    return refuse (error, "a URL is signed for GET or for PUT");
  if (!get && (url->content_type || url->content_disposition))
    return refuse (error, "only a URL for GET says what is answered");
  if (url->expiry < 1 || url->expiry > GST_REC_MAX_URL_EXPIRY)
    return refuse (error, "a signed URL is good for 1 to 604800 seconds");
  if (!is_header (url->content_type) || !is_header (url->content_disposition))
    return refuse (error, "a signed URL has no control characters");

  return TRUE;
}

/* For how many seconds @url can be good, or 0. What is signed with
 * credentials that end at @end (us since 1970; 0: they do not) ends with them,
 * and is to say so. */
guint
gst_rec_sign_url_lifetime (const GstRecStoreUrl * url, gint64 end, gint64 now,
    GError ** error)
{
  gint64 left = end == 0 ? GST_REC_MAX_URL_EXPIRY :
      (end - now) / G_USEC_PER_SEC;

  if (!check (url, error))
    return 0;
  if (left < 1) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_NOT_AUTHORIZED,
        "the credentials to sign a URL with have ended");
    return 0;
  }

  return MIN (url->expiry, left);
}

/* A URL that needs no credentials, signed at @now (us since 1970, our
 * clock). */
gchar *
gst_rec_sign_url (const GstRecUrlTarget * target, const GstRecStoreUrl * url,
    const GstRecCredentials * credentials, gint64 now, GError ** error)
{
  guint seconds =
      gst_rec_sign_url_lifetime (url, credentials->expires, now, error);
  g_autofree gchar *date = gst_rec_sigv4_date (now + target->clock_offset);
  g_autoptr (GArray) headers =
      g_array_new (FALSE, FALSE, sizeof (GstRecField));
  GstRecField host = { "host", target->host };
  GstRecField params[2];
  guint n_params = 0;

  if (seconds == 0)
    return NULL;

  if (url->content_type)
    params[n_params++] = (GstRecField) {"response-content-type",
      url->content_type};
  if (url->content_disposition)
    params[n_params++] = (GstRecField) {"response-content-disposition",
      url->content_disposition};
  g_array_append_val (headers, host);
  if (target->n_headers > 0)
    g_array_append_vals (headers, target->headers, target->n_headers);

  GstRecSigV4Request request = {
    .method = url->method,.path = target->path,
    .headers = (const GstRecField *) headers->data,.n_headers = headers->len,
    .payload_hash = "UNSIGNED-PAYLOAD"
  };
  GstRecSigV4Scope scope = { date, target->region, target->service,
    target->dialect
  };
  g_autofree gchar *query = gst_rec_sigv4_presign (&request, params, n_params,
      &scope, credentials, seconds);

  return g_strconcat (target->scheme, "://", target->host, target->path, "?",
      query, NULL);
}
