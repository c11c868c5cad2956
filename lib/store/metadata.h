/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentialsource.h"

G_BEGIN_DECLS

/* Those who give a container or a machine of AWS the credentials of its role,
 * without a secret that was there before. */

gboolean gst_rec_container_is_configured (GstRecGetenv env);

GstRecCredentialSource *gst_rec_container_source_new
    (const GstRecCredentialsSettings * settings, GError ** error);

GstRecCredentialSource *gst_rec_machine_source_new
    (const GstRecCredentialsSettings * settings, gboolean last_resort,
    GError ** error);

G_END_DECLS
