/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void gst_rec_pad_children_init (gpointer iface, gpointer data);

G_END_DECLS
