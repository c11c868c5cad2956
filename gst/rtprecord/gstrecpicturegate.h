/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "session.h"
#include "sessiondescription.h"

G_BEGIN_DECLS

#define GST_TYPE_REC_PICTURE_GATE (gst_rec_picture_gate_element_get_type ())
G_DECLARE_FINAL_TYPE (GstRecPictureGateElement, gst_rec_picture_gate_element,
    GST, REC_PICTURE_GATE, GstElement);

/* Something may have to be asked for. Called from the streaming thread. */
typedef void (*GstRecPictureGateRepairFunc) (gpointer user_data);

GstElement *gst_rec_picture_gate_element_new (GstRecCodec codec,
    GstRecSession * session, GstRecStreamState * state,
    GstRecPictureGateRepairFunc repair, gpointer user_data);

G_END_DECLS
