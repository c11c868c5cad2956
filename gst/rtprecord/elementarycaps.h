/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GstCaps *gst_rec_elementary_caps_continue (const GstCaps * first,
    const GstCaps * next);

G_END_DECLS
