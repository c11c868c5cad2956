/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentials.h"
#include "store/field.h"

G_BEGIN_DECLS

/* One request as AWS Signature Version 4 sees it. */
typedef struct
{
  const gchar *method;
  const gchar *path;            /* percent-encoded, begins with "/" */
  const gchar *query;           /* from gst_rec_sigv4_query(), or NULL */
  const GstRecField *headers;   /* all that are to be signed, with host */
  guint n_headers;
  const gchar *payload_hash;    /* lower-case hex, or UNSIGNED-PAYLOAD */
} GstRecSigV4Request;

/* Google Cloud Storage takes both with HMAC keys: AWS's with x-amz-* headers,
 * its own with x-goog-* headers and for signed URLs. */
typedef enum
{
  GST_REC_SIGV4_AWS,
  GST_REC_SIGV4_GOOG,
} GstRecSigV4Dialect;

/* Where and when a signature is good. */
typedef struct
{
  const gchar *date;            /* 20150830T123600Z */
  const gchar *region;
  const gchar *service;
  GstRecSigV4Dialect dialect;
} GstRecSigV4Scope;

gchar *gst_rec_sigv4_encode (const gchar * text, gboolean keep_slash);

gchar *gst_rec_sigv4_normalize (const gchar * path);

gchar *gst_rec_sigv4_query (const GstRecField * params, guint n_params);

gchar *gst_rec_sigv4_date (gint64 real_time);

gchar *gst_rec_sigv4_sha256 (gconstpointer data, gsize size);

gchar *gst_rec_sigv4_canonical_request (const GstRecSigV4Request * request);

gchar *gst_rec_sigv4_string_to_sign (const GstRecSigV4Request * request,
    const GstRecSigV4Scope * scope);

gchar *gst_rec_sigv4_authorization (const GstRecSigV4Request * request,
    const GstRecSigV4Scope * scope, const GstRecCredentials * credentials);

gchar *gst_rec_sigv4_presign_query (const GstRecSigV4Request * request,
    const GstRecField * params, guint n_params, const GstRecSigV4Scope * scope,
    const GstRecCredentials * credentials, guint seconds);

gchar *gst_rec_sigv4_presign (const GstRecSigV4Request * request,
    const GstRecField * params, guint n_params, const GstRecSigV4Scope * scope,
    const GstRecCredentials * credentials, guint seconds);

G_END_DECLS
