/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "sessiondescription.h"

G_BEGIN_DECLS

/* Keys that do not stand in the SDP, by the pads of their streams. */
typedef struct _GstRecSrtpKeyring GstRecSrtpKeyring;

GstRecSrtpKeyring *gst_rec_srtp_keyring_new (const GstStructure * keys);
GstRecSrtpKeyring *gst_rec_srtp_keyring_ref (GstRecSrtpKeyring * self);
void gst_rec_srtp_keyring_unref (GstRecSrtpKeyring * self);

gboolean gst_rec_srtp_keyring_apply (const GstRecSrtpKeyring * self,
    GPtrArray * streams, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecSrtpKeyring, gst_rec_srtp_keyring_unref);

G_END_DECLS
