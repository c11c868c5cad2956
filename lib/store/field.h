/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A header or a query parameter, as it is, not encoded. */
typedef struct
{
  const gchar *name;
  const gchar *value;
} GstRecField;

G_END_DECLS
