/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstredact.h"
#include "gstredactaudio.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  gboolean ret = GST_ELEMENT_REGISTER (redact, plugin);

  ret &= GST_ELEMENT_REGISTER (recredact, plugin);
  ret &= GST_ELEMENT_REGISTER (redactaudio, plugin);

  return GST_ELEMENT_REGISTER (recredactaudio, plugin) && ret;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, recredact,
    "Masks what must not be recorded", plugin_init, VERSION,
    GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
