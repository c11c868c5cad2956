/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <string.h>

/* What Microsoft's client signed: tests/data/azure, or another folder. */
static inline GKeyFile *
azure_data_load (const gchar * name)
{
  const gchar *folder = g_getenv ("REC_AZURE_DATA");
  g_autofree gchar *path = folder ? g_build_filename (folder, name, NULL) :
      g_build_filename (g_getenv ("REC_SRCDIR"), "tests", "data", "azure",
      name, NULL);
  GKeyFile *file = g_key_file_new ();
  GError *error = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");

  return file;
}

static inline gchar *
azure_data_get (GKeyFile * file, const gchar * group, const gchar * key)
{
  return g_key_file_get_string (file, group, key, NULL);
}
