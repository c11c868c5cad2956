/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentialsource.h"

G_BEGIN_DECLS

GstRecCredentialSource *gst_rec_process_source_new (const gchar * command,
    GstRecNow now);

G_END_DECLS
