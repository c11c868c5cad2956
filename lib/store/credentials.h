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
  gint64 expires;               /* us since 1970 by our clock, 0: never */
} GstRecCredentials;

typedef enum
{
  GST_REC_CREDENTIALS_ERROR_NOT_FOUND,
  GST_REC_CREDENTIALS_ERROR_INCOMPLETE,
  GST_REC_CREDENTIALS_ERROR_FILE,       /* cannot be read */
  GST_REC_CREDENTIALS_ERROR_SETTINGS,   /* of the wrong form */
  GST_REC_CREDENTIALS_ERROR_UNREACHABLE,        /* who gives them out */
  GST_REC_CREDENTIALS_ERROR_REFUSED,    /* who gives them out gives none */
  GST_REC_CREDENTIALS_ERROR_ANSWER,     /* what was given are none */
} GstRecCredentialsError;

#define GST_REC_CREDENTIALS_ERROR (gst_rec_credentials_error_quark ())
GQuark gst_rec_credentials_error_quark (void);

/* g_getenv() is one; tests bring their own. */
typedef const gchar *(*GstRecGetenv) (const gchar * name);

void gst_rec_secret_free (gchar * secret);

void gst_rec_secret_wipe (gpointer secret, gsize size);

GstRecCredentials *gst_rec_credentials_copy (const GstRecCredentials * self);

gboolean gst_rec_credentials_equal (const GstRecCredentials * self,
    const GstRecCredentials * other);

gboolean gst_rec_credentials_is_set (const GstRecCredentials * self);

gboolean gst_rec_credentials_check (const GstRecCredentials * self,
    const gchar * source, GError ** error);

void gst_rec_credentials_free (GstRecCredentials * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecCredentials, gst_rec_credentials_free)

G_END_DECLS
