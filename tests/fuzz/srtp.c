/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* The line of a key, and packets that claim to be protected by it. */
#include <gst/gst.h>
#include <string.h>

#include "srtp.h"

#define MAX_PACKET 2048

int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);

static GstRecSrtp *
open_srtp (void)
{
  g_autoptr (GstRecSrtpKey) key = gst_rec_srtp_key_parse
      ("AES_CM_128_HMAC_SHA1_32 "
      "inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5", NULL);

  return gst_rec_srtp_new (key, key, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  static GstRecSrtp *srtp;
  g_autofree gchar *line = g_strndup ((const gchar *) data, size);
  guint8 packet[MAX_PACKET + GST_REC_SRTP_OVERHEAD];
  gsize length = MIN (size, MAX_PACKET);

  gst_rec_srtp_key_free (gst_rec_srtp_key_parse (line, NULL));
  if (srtp == NULL)
    srtp = open_srtp ();
  for (guint is_rtcp = 0; is_rtcp < 2; is_rtcp++) {
    memcpy (packet, data, length);
    gst_rec_srtp_unprotect (srtp, packet, &length, is_rtcp, 0);
    g_assert (length <= size);
    length = MIN (size, MAX_PACKET);
  }

  return 0;
}
