/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentials.h"

G_BEGIN_DECLS

/* What ~/.aws/credentials and ~/.aws/config say under one name. */
typedef struct _GstRecProfile GstRecProfile;

GstRecProfile *gst_rec_profile_load (const gchar * name, GstRecGetenv env,
    GError ** error);

void gst_rec_profile_free (GstRecProfile * self);

const gchar *gst_rec_profile_get (const GstRecProfile * self,
    const gchar * setting);

const gchar *gst_rec_profile_name (const gchar * name, GstRecGetenv env);

gchar *gst_rec_aws_region (const gchar * given, const gchar * profile,
    GstRecGetenv env);

gchar *gst_rec_aws_endpoint (const gchar * given, const gchar * service,
    const gchar * profile, GstRecGetenv env);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecProfile, gst_rec_profile_free)

G_END_DECLS
