/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* An SDP, and the keys in it. What is shown of it has no key. */
#include <gst/gst.h>

#include "sessiondescription.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
const char *__asan_default_options (void);
int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);

/* GLib leaves its tables of names behind as they grow. */
const char *
__asan_default_options (void)
{
  return "detect_leaks=0";
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (argc, argv);
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);

  return 0;
}

static void
check_keyless (const gchar * sdp)
{
  g_autoptr (GPtrArray) streams =
      gst_rec_session_description_parse (sdp, GST_REC_PROTOCOL_UDP, NULL);

  for (guint i = 0; streams && i < streams->len; i++) {
    const GstRecStreamDescription *stream = g_ptr_array_index (streams, i);

    g_assert (stream->receive_key == NULL && stream->send_key == NULL);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_autofree gchar *sdp = g_strndup ((const gchar *) data, size);
  g_autofree gchar *shown = gst_rec_session_description_redact (sdp);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) streams =
      gst_rec_session_description_parse (sdp, GST_REC_PROTOCOL_UDP, &error);

  g_assert ((streams == NULL) == (error != NULL));
  check_keyless (shown);

  return 0;
}
