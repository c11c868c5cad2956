/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gchar *access_key_id;
  gchar *secret_access_key;
  gchar *session_token;         /* NULL with long-lived keys */
} GstRecCredentials;

typedef enum
{
  GST_REC_CREDENTIALS_ERROR_NOT_FOUND,
  GST_REC_CREDENTIALS_ERROR_INCOMPLETE,
  GST_REC_CREDENTIALS_ERROR_FILE,
} GstRecCredentialsError;

#define GST_REC_CREDENTIALS_ERROR (gst_rec_credentials_error_quark ())
GQuark gst_rec_credentials_error_quark (void);

/* g_getenv() is one; tests bring their own. */
typedef const gchar *(*GstRecGetenv) (const gchar * name);

void gst_rec_secret_free (gchar * secret);

GstRecCredentials *gst_rec_credentials_copy (const GstRecCredentials * self);

void gst_rec_credentials_free (GstRecCredentials * self);

GstRecCredentials *gst_rec_credentials_find (const GstRecCredentials * given,
    const gchar * profile, GstRecGetenv env, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecCredentials, gst_rec_credentials_free)

G_END_DECLS
