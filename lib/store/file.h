/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* A folder of this machine as a store. What is stored beside the bytes are
 * extended attributes of the file, where the file system has them. */
typedef struct
{
  const gchar *folder;          /* absolute, and there */
  gboolean if_none_match;       /* a file that is there is not replaced */
} GstRecFileSettings;

GstRecStorePlace *gst_rec_file_place_new (const GstRecFileSettings * settings,
    GError ** error);

G_END_DECLS
