/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "rect.h"

G_BEGIN_DECLS

/* What a source said of the last pictures it sent: where each differs from the
 * one before it. All of it zero is valid. */
#define GST_REC_DAMAGE_LOG_LENGTH 16

typedef struct
{
  guint64 last;                 /* the number of the last picture, or 0 */
  GArray *changes[GST_REC_DAMAGE_LOG_LENGTH];   /* GstRecRect; NULL: unknown */
} GstRecDamageLog;

guint64 gst_rec_damage_log_add (GstRecDamageLog * self, GArray * changes);
GArray *gst_rec_damage_log_between (const GstRecDamageLog * self,
    guint64 from, guint64 to);
void gst_rec_damage_log_clear (GstRecDamageLog * self);

G_END_DECLS
