/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentialsource.h"

G_BEGIN_DECLS

/* A role that AWS's Security Token Service, or one that speaks like it, gives
 * for a while. */
typedef struct
{
  gchar *endpoint;              /* NULL: AWS's, of the region */
  gchar *region;
  gchar *ca_file;               /* of an endpoint other than AWS's */
  gchar *arn;
  gchar *session_name;          /* NULL: one that says who we are */
  gchar *external_id;
  gchar *duration;              /* s, NULL for what STS gives */
  gchar *token_file;            /* of a web identity, or NULL */
} GstRecStsRole;

GstRecStsRole *gst_rec_sts_role_new
    (const GstRecCredentialsSettings * settings, const gchar * profile);

void gst_rec_sts_role_free (GstRecStsRole * self);

GstRecCredentialSource *gst_rec_sts_source_new (GstRecStsRole * role,
    GstRecCredentialSource * base, GstRecNow now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecStsRole, gst_rec_sts_role_free)

G_END_DECLS
