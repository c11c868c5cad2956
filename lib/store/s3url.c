/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include "store/signurl.h"

gchar *
gst_rec_s3_sign_url (GstRecStore * store, const gchar * key,
    const GstRecStoreUrl * url, GCancellable * cancellable, GError ** error)
{
  GstRecS3 *self = (GstRecS3 *) store;
  const GstRecS3Place *place = self->place;
  g_autofree gchar *encoded = gst_rec_sigv4_encode (key, TRUE);
  g_autofree gchar *path = g_strconcat (place->prefix, "/", encoded, NULL);
  g_autoptr (GstRecCredentials) credentials =
      gst_rec_credentials_provider_get (place->credentials, cancellable,
      error);
  g_auto (GstRecS3Hop) hop = { 0, };

  /* Google documents URLs that are signed with HMAC keys in its own dialect:
   * https://cloud.google.com/storage/docs/authentication/signatures */
  gboolean google = g_str_equal (place->place.klass->scheme, "gs");

  gst_rec_s3_route_get (place->route, &hop);
  GstRecUrlTarget target = {
    .dialect = google ? GST_REC_SIGV4_GOOG : GST_REC_SIGV4_AWS,
    .scheme = place->scheme,.host = hop.host,.path = path,
    .region = hop.region,.service = google ? "storage" : "s3",
    .clock_offset = gst_rec_http_get_clock_offset (self->http)
  };

  if (credentials == NULL)
    return NULL;

  return gst_rec_sign_url (&target, url, credentials, g_get_real_time (),
      error);
}
