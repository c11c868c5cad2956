/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "gstredact.h"

G_BEGIN_DECLS

/* What an application sets: properties and action signals. */
void gst_rec_redact_settings_class_init (GObjectClass * object_class);
void gst_rec_redact_settings_init (GstRecRedact * self);
void gst_rec_redact_settings_check (GstRecRedact * self);

G_END_DECLS
