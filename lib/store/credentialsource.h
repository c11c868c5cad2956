/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>

#include "store/credentials.h"

G_BEGIN_DECLS

/* Where credentials come from. Used by one thread at a time. */
typedef struct _GstRecCredentialSource GstRecCredentialSource;

typedef struct
{
  gboolean renewable;           /* another fetch may give others */
  GstRecCredentials *(*fetch) (GstRecCredentialSource * self,
      GCancellable * cancellable, GError ** error);
  void (*free) (GstRecCredentialSource * self);
} GstRecCredentialSourceClass;

struct _GstRecCredentialSource
{
  const GstRecCredentialSourceClass *klass;
};

/* us since 1970; g_get_real_time() is one. */
typedef gint64 (*GstRecNow) (void);

/* What the choice of a source depends on. */
typedef struct
{
  const GstRecCredentials *given;       /* or NULL, members may be */
  const gchar *profile;         /* NULL for AWS_PROFILE or "default" */
  const gchar *region;          /* NULL for the one that is configured */
  const gchar *ca_file;         /* for an STS other than AWS's, or NULL */
  const gchar *container_host;  /* NULL for the one of AWS */
  GstRecGetenv env;
  GstRecNow now;
} GstRecCredentialsSettings;

GstRecCredentialSource *gst_rec_credential_source_find
    (const GstRecCredentialsSettings * settings, GError ** error);

GstRecCredentialSource *gst_rec_credential_source_static
    (const GstRecCredentials * credentials);

GstRecCredentialSource *gst_rec_credential_source_checked
    (const GstRecCredentials * credentials, const gchar * where,
    GError ** error);

GstRecCredentialSource *gst_rec_credential_source_environment
    (GstRecGetenv env, GError ** error);

GstRecCredentials *gst_rec_credential_source_fetch
    (GstRecCredentialSource * self, GCancellable * cancellable,
    GError ** error);

void gst_rec_credential_source_free (GstRecCredentialSource * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecCredentialSource,
    gst_rec_credential_source_free)

G_END_DECLS
