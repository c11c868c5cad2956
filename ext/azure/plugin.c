/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstazureblobsink.h"

const gchar gst_rec_upload_prefix[] = "GstRecAzure";

static gboolean
plugin_init (GstPlugin * plugin)
{
  gboolean ret = GST_ELEMENT_REGISTER (azureblobsink, plugin);

  return GST_ELEMENT_REGISTER (recazureblobsink, plugin) && ret;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, recazure,
    "Uploads recordings to Azure Blob Storage", plugin_init, VERSION,
    GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
