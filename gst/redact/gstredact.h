/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/gstvideofilter.h>

#include "gstredactalarm.h"
#include "gstredactcontrol.h"
#include "gstredactpicture.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_REDACT (gst_rec_redact_get_type ())
G_DECLARE_FINAL_TYPE (GstRecRedact, gst_rec_redact, GST, REC_REDACT,
    GstVideoFilter)

struct _GstRecRedact
{
  GstVideoFilter parent;

  GstRecRedactControl control;
  GstRecRedactAlarm alarm;      /* for the next span */

  /* STREAM_LOCK of the sink pad, but for its style */
  GstRecRedactPicture picture;
  gboolean is_eos;

  /* control.lock */
  gchar *regions;
  gchar *roi_types;
  gboolean has_picture;
  gboolean update_scheduled;
};

GST_ELEMENT_REGISTER_DECLARE (redact)
GST_ELEMENT_REGISTER_DECLARE (recredact)

G_END_DECLS
