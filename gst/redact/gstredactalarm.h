/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Calls @ring once, in a thread of the element's clock, when the running time
 * that @get_next says has come. */
typedef struct
{
  GstElement *element;
  GstClockTime (*get_next) (GstElement * element);
  void (*ring) (GstElement * element);

  GMutex lock;
  GstClockID id;                /* lock */
} GstRecRedactAlarm;

void gst_rec_redact_alarm_init (GstRecRedactAlarm * self,
    GstElement * element, GstClockTime (*get_next) (GstElement * element),
    void (*ring) (GstElement * element));
void gst_rec_redact_alarm_clear (GstRecRedactAlarm * self);

void gst_rec_redact_alarm_renew (GstRecRedactAlarm * self);
void gst_rec_redact_alarm_cancel (GstRecRedactAlarm * self);

G_END_DECLS
