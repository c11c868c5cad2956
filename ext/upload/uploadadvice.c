/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "uploadadvice.h"

static const GstRecUploadAdvice general[] = {
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NOT_AUTHORIZED,
        GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        "Check the credentials: the store refuses them, or they may not write "
        "to this bucket."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NO_BUCKET,
        GST_RESOURCE_ERROR_NOT_FOUND,
        "Create the bucket or correct its name: the store has none of that "
        "name."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NO_SPACE,
        GST_RESOURCE_ERROR_NO_SPACE_LEFT,
        "Make room in the store or raise its quota: it takes no more."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_CONTENT_TYPE,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct content-type: it is no MIME type such as video/mp4."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_UNREACHABLE,
        GST_RESOURCE_ERROR_OPEN_WRITE,
        "Check endpoint and the network: the store cannot be reached."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_TLS,
        GST_RESOURCE_ERROR_OPEN_WRITE,
        "Set ca-file to the authority of the store, or correct its "
        "certificate: it is not trusted."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NO_TLS,
        GST_RESOURCE_ERROR_OPEN_WRITE,
        "Check endpoint: the store does not speak TLS there, or broke the "
        "connection (http:// instead of https://?)."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_BUSY,
        GST_RESOURCE_ERROR_BUSY,
        "Try again later or raise retries: the store is too busy."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_REWRITE,
        GST_RESOURCE_ERROR_SEEK,
        "Raise header-size to hold all that the muxer writes again, or let it "
        "write fragmented files (mp4mux fragment-duration=1000, with "
        "header-size=0)."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_EXISTS,
        GST_RESOURCE_ERROR_SETTINGS,
        "Choose another name or unset if-none-match: there is an object of "
        "that name, and it stays as it is."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_CHANGED,
        GST_RESOURCE_ERROR_WRITE,
        "Record again, under another name: somebody else wrote to this one at "
        "the same time."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_CHECKSUM,
        GST_RESOURCE_ERROR_WRITE,
        "Record again: the store has not got what was sent to it."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_KEY,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct the key of the encryption: the store cannot use it."},
  {g_tls_error_quark, -1, GST_RESOURCE_ERROR_SETTINGS,
        "Correct ca-file: it cannot be read, or holds no certificates."},
  {g_file_error_quark, -1, GST_RESOURCE_ERROR_SETTINGS,
        "Correct ca-file: it cannot be read."},
  {NULL, 0, 0, NULL}
};

static const GstRecUploadAdvice *
find (const GstRecUploadAdvice * table, const GError * error)
{
  for (; table && table->domain; table++)
    if (error->domain == table->domain () &&
        (table->code < 0 || table->code == error->code))
      return table;

  return NULL;
}

/* Posts what a user can do about @error first, and of which object it is,
 * where @uri is not NULL, and the error itself second. */
void
gst_rec_upload_post_error (GstElement * element,
    const GstRecUploadAdvice * own, const gchar * uri, const GError * error)
{
  const GstRecUploadAdvice *advice = find (own, error);
  GstResourceError code = GST_RESOURCE_ERROR_WRITE;
  const gchar *text = "Record again: the upload failed and nothing was stored.";

  if (advice == NULL)
    advice = find (general, error);
  if (advice) {
    code = advice->resource;
    text = advice->text;
  } else if (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_VALUE)) {
    code = GST_RESOURCE_ERROR_SETTINGS;
    text = error->message;
  }

  gst_element_message_full (element, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR,
      code, g_strdup (text), g_strconcat (uri ? uri : "", uri ? ": " : "",
          error->message, NULL), __FILE__, GST_FUNCTION, __LINE__);
}
