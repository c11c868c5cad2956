/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentialsource.h"

G_BEGIN_DECLS

/* Credentials that are good at any time: fetched when they are first wanted,
 * renewed before they end. Shared by threads. */
typedef struct _GstRecCredentialsProvider GstRecCredentialsProvider;

GstRecCredentialsProvider *gst_rec_credentials_provider_new
    (const GstRecCredentialsSettings * settings, GError ** error);

GstRecCredentialsProvider *gst_rec_credentials_provider_new_static
    (const GstRecCredentials * credentials);

GstRecCredentialsProvider *gst_rec_credentials_provider_new_with_source
    (GstRecCredentialSource * source, GstRecNow now);

GstRecCredentialsProvider *gst_rec_credentials_provider_ref
    (GstRecCredentialsProvider * self);

void gst_rec_credentials_provider_unref (GstRecCredentialsProvider * self);

GstRecCredentials *gst_rec_credentials_provider_get
    (GstRecCredentialsProvider * self, GCancellable * cancellable,
    GError ** error);

gboolean gst_rec_credentials_provider_renew
    (GstRecCredentialsProvider * self, const GstRecCredentials * refused,
    GCancellable * cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecCredentialsProvider,
    gst_rec_credentials_provider_unref)

G_END_DECLS
