/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

const gchar *gst_rec_content_type_from_caps (const GstCaps * caps);

G_END_DECLS
