/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

gboolean
gst_rec_s3_head (GstRecStore * store, const gchar * key, const gchar * version_id,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  GstRecField params[] = { {"versionId", version_id} };
  GstRecS3Operation operation = {.name = "HeadObject",.method = "HEAD",.key = key,
    .params = params,.n_params = version_id != NULL
  };

  if (!gst_rec_s3_run ((GstRecS3 *) store, &operation, &response, cancellable, error))
    return FALSE;

  gst_rec_store_object_clear (object);
  object->size = soup_message_headers_get_content_length
      (soup_message_get_response_headers (response.message));
  object->etag = gst_rec_s3_unquote (gst_rec_http_response_header (&response, "ETag"));

  return TRUE;
}
