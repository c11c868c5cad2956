/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "fetch.h"

#include <string.h>

#include "store/flatjson.h"
#include "store/store.h"

/* It comes from the network; what is good has some kilobytes. */
#define MAX_ANSWER (64 * 1024)
#define MAX_CODE 64

static void
add_headers (SoupMessage * message, gint64 now G_GNUC_UNUSED, gpointer data)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  for (const GstRecField * field = data; field && field->name; field++)
    soup_message_headers_replace (headers, field->name, field->value);
  /* libsoup leaves the length out of what has no body. */
  if (strcmp (soup_message_get_method (message), "PUT") == 0)
    soup_message_headers_set_content_length (headers, 0);
}

static gboolean
never_again (GstRecHttp * http G_GNUC_UNUSED,
    const GstRecHttpResponse * response G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  return FALSE;
}

const GstRecHttpProtocol gst_rec_fetch_headers = { add_headers, never_again };

void
gst_rec_fetched_clear (GstRecFetched * self)
{
  if (self->text)
    gst_rec_secret_wipe (self->text, self->size);
  g_clear_pointer (&self->text, g_free);
  self->size = 0;
}

/* Into one piece of memory that is wiped, not through buffers that grow. */
static gboolean
read_answer (SoupMessage * message G_GNUC_UNUSED, GInputStream * stream,
    gpointer data, GCancellable * cancellable, GError ** error)
{
  GstRecFetched *self = data;

  gst_rec_fetched_clear (self);
  self->text = g_malloc0 (MAX_ANSWER + 1);
  if (!g_input_stream_read_all (stream, self->text, MAX_ANSWER + 1,
          &self->size, cancellable, error))
    return FALSE;
  if (self->size <= MAX_ANSWER)
    return TRUE;

  g_set_error_literal (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
      "the answer is too long");
  return FALSE;
}

/* An error of the network, said as one of the credentials. */
static void
explain (GError ** error, const gchar * who, GError * reason)
{
  gboolean answer = g_error_matches (reason, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_ANSWER);

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, reason);
    return;
  }

  g_set_error (error, GST_REC_CREDENTIALS_ERROR,
      answer ? GST_REC_CREDENTIALS_ERROR_ANSWER :
      GST_REC_CREDENTIALS_ERROR_UNREACHABLE, "%s: %s", who, reason->message);
  g_error_free (reason);
}

/* Asks @who. TRUE with any answer; its text is there where it is a good one. */
gboolean
gst_rec_fetch (GstRecHttp * http, const gchar * who,
    const GstRecHttpRequest * request, const GstRecHttpProtocol * protocol,
    gpointer data, GstRecFetched * fetched, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  GstRecHttpRequest bounded = *request;
  GError *reason = NULL;

  bounded.read = read_answer;
  bounded.read_data = fetched;
  if (!gst_rec_http_send (http, &bounded, protocol, data, &response,
          cancellable, &reason)) {
    explain (error, who, reason);
    return FALSE;
  }

  const gchar *date = gst_rec_http_response_header (&response, "Date");
  g_autoptr (GDateTime) time =
      date ? soup_date_time_new_from_http_string (date) : NULL;

  fetched->status = response.status;
  fetched->date = time ? g_date_time_to_unix (time) * G_USEC_PER_SEC : -1;

  return TRUE;
}

/* Takes @expiration, which is by their clock, over into ours: credentials live
 * as long as they live, whatever time this machine believes it is. */
gboolean
gst_rec_fetched_set_expiry (const GstRecFetched * self,
    const gchar * expiration, GstRecNow now, GstRecCredentials * credentials)
{
  if (expiration == NULL || *expiration == '\0')
    return TRUE;

  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (expiration, utc);
  if (time == NULL)
    return FALSE;

  gint64 ours = now ();
  gint64 theirs = self->date >= 0 ? self->date : ours;

  credentials->expires =
      g_date_time_to_unix (time) * G_USEC_PER_SEC - theirs + ours;
  return TRUE;
}

/* A code that may stand in a message: no secret looks like that. */
static gboolean
is_code (const gchar * text)
{
  if (text == NULL || *text == '\0' || strlen (text) > MAX_CODE)
    return FALSE;
  for (const gchar * c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      return FALSE;

  return TRUE;
}

/* What the endpoint of a container and the one of a machine of EC2 answer, and
 * what a process writes, which has another word for the token. */
GstRecCredentials *
gst_rec_fetched_credentials (const GstRecFetched * self, const gchar * who,
    GstRecNow now, GError ** error)
{
  g_autoptr (GstRecCredentials) credentials = g_new0 (GstRecCredentials, 1);
  g_autoptr (GstRecFlatJson) json =
      gst_rec_flat_json_parse (self->text, self->size);
  const gchar *code = json ? gst_rec_flat_json_get (json, "Code") : NULL;
  const gchar *token = json ? gst_rec_flat_json_get (json, "Token") : NULL;

  if (json && token == NULL)
    token = gst_rec_flat_json_get (json, "SessionToken");

  if (code && strcmp (code, "Success") != 0) {
    g_set_error (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_REFUSED, "%s gives none: %s", who,
        is_code (code) ? code : "it does not say why");
    return NULL;
  }

  if (json) {
    credentials->access_key_id =
        g_strdup (gst_rec_flat_json_get (json, "AccessKeyId"));
    credentials->secret_access_key =
        g_strdup (gst_rec_flat_json_get (json, "SecretAccessKey"));
    credentials->session_token = g_strdup (token);
    if (gst_rec_fetched_set_expiry (self, gst_rec_flat_json_get (json,
                "Expiration"), now, credentials))
      return gst_rec_credentials_check (credentials, who, error) ?
          g_steal_pointer (&credentials) : NULL;
  }

  g_set_error (error, GST_REC_CREDENTIALS_ERROR,
      GST_REC_CREDENTIALS_ERROR_ANSWER, "%s: the answer is not understood",
      who);
  return NULL;
}
