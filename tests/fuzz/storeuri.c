/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* Any text as the URI of a store. What is one, is the same when it is written
 * and read again. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "store/storeuri.h"

int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autoptr (GstRecStoreUri) uri = gst_rec_store_uri_parse (text, NULL);

  if (uri == NULL)
    return 0;

  g_autofree gchar *first = gst_rec_store_uri_to_string (uri);
  g_autoptr (GstRecStoreUri) same = gst_rec_store_uri_parse (first, NULL);
  g_assert (same != NULL);
  g_assert_cmpstr (uri->key, ==, same->key);
  g_assert_cmpstr (uri->bucket, ==, same->bucket);
  g_autofree gchar *second = gst_rec_store_uri_to_string (same);
  g_assert_cmpstr (first, ==, second);

  return 0;
}
