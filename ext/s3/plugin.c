/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gsts3sink.h"
#include "gsts3src.h"

const gchar gst_rec_upload_prefix[] = "GstRecS3";

static gboolean
plugin_init (GstPlugin * plugin)
{
  gboolean ret = GST_ELEMENT_REGISTER (s3sink, plugin);

  ret &= GST_ELEMENT_REGISTER (recs3sink, plugin);
  ret &= GST_ELEMENT_REGISTER (s3src, plugin);

  return GST_ELEMENT_REGISTER (recs3src, plugin) && ret;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, recs3,
    "Recordings in S3-compatible stores", plugin_init, VERSION,
    GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
