/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/video/gstvideofilter.h>

#include "gstredactcontrol.h"
#include "maskset.h"

G_BEGIN_DECLS

/* The pictures of a `redact`: masks what comes, and keeps the last one that
 * went out to mask it further. Used with the STREAM_LOCK of the sink pad held,
 * but for what names another lock. */
typedef struct
{
  GstVideoFilter *filter;
  GstRecRedactControl *control;

  /* control->lock; a reference of 0 x 0 is the first picture's size */
  GstRecMaskStyle style;

  GstBuffer *kept;              /* as it went out; never written to */
  GstVideoInfo kept_info;
  GstRecMaskSet kept_set;       /* what is masked in it */
  GstRecMaskSet wanted;         /* of the picture at hand */
  gint first_width, first_height;
  GstClockTime start;           /* running time; of the last output, or NONE: */
  GstClockTime end;             /* a GAP was last, until then */
  GstClockTime repeat;          /* when the last repeat was, or NONE */
} GstRecRedactPicture;

void gst_rec_redact_picture_init (GstRecRedactPicture * self,
    GstVideoFilter * filter, GstRecRedactControl * control);
void gst_rec_redact_picture_clear (GstRecRedactPicture * self);
void gst_rec_redact_picture_forget (GstRecRedactPicture * self);
void gst_rec_redact_picture_forget_time (GstRecRedactPicture * self);

GstBuffer *gst_rec_redact_picture_take (GstRecRedactPicture * self,
    GstBuffer * buffer);
GstBuffer *gst_rec_redact_picture_look_again (GstRecRedactPicture * self,
    GstBuffer * buffer);

gboolean gst_rec_redact_picture_find_due (GstRecRedactPicture * self,
    GstClockTime from, GstClockTime until, GstClockTime * at);
GstFlowReturn gst_rec_redact_picture_push_repeat (GstRecRedactPicture * self,
    GstClockTime from, GstClockTime until);
void gst_rec_redact_picture_pass_gap (GstRecRedactPicture * self,
    GstClockTime until);
GstFlowReturn gst_rec_redact_picture_update (GstRecRedactPicture * self,
    GstClockTime now);

G_END_DECLS
