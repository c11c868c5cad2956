/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "gstuploadsink.h"

G_BEGIN_DECLS

void gst_rec_upload_post_error (GstElement * element,
    const GstRecUploadAdvice * own, const gchar * uri, const GError * error);

G_END_DECLS
