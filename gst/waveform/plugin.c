/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstaudiopeaks.h"
#include "gstwaveformstrip.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  gboolean ret = GST_ELEMENT_REGISTER (waveformstrip, plugin);

  ret &= GST_ELEMENT_REGISTER (recwaveformstrip, plugin);
  ret &= GST_ELEMENT_REGISTER (audiopeaks, plugin);
  ret &= GST_ELEMENT_REGISTER (recaudiopeaks, plugin);

  return ret;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, recwaveform,
    "The sound of a session as a picture and as data for a player",
    plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
