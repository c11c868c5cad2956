/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A JSON object (RFC 8259) whose members are strings, as those are who give
 * out credentials; other members are checked and passed over. What a JSON
 * library reads stays in memory as long as it likes; this is wiped. */
typedef struct _GstRecFlatJson GstRecFlatJson;

GstRecFlatJson *gst_rec_flat_json_parse (const gchar * data, gsize size);

void gst_rec_flat_json_free (GstRecFlatJson * self);

const gchar *gst_rec_flat_json_get (const GstRecFlatJson * self,
    const gchar * name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecFlatJson, gst_rec_flat_json_free)

G_END_DECLS
