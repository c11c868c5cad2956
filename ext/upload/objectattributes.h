/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

#include "store/store.h"

G_BEGIN_DECLS

gchar **gst_rec_fields_from_structure (const GstStructure * structure,
    const gchar * what, GError ** error);

gchar **gst_rec_metadata_merge (const GstTagList * tags,
    const gchar * const *given);

G_END_DECLS
