/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An S3 store on the loopback that holds one object under every name, and
 * fails as a test wants. It looks at no signature. */
typedef struct _SimObject SimObject;

typedef enum
{
  SIM_OBJECT_FINE,
  SIM_OBJECT_RESET,             /* closes after @argument bytes of the body */
  SIM_OBJECT_STALL,             /* goes silent after as many */
  SIM_OBJECT_SHORT,             /* says and sends @argument bytes less */
  SIM_OBJECT_LONG,              /* ... or more, chunked */
  SIM_OBJECT_SHIFTED,           /* answers a range @argument bytes later */
  SIM_OBJECT_NO_RANGE,          /* 206 without a Content-Range */
  SIM_OBJECT_WHOLE,             /* 200 and all of the object */
  SIM_OBJECT_STATUS,            /* answers the status @argument */
  SIM_OBJECT_CARELESS,          /* ignores If-Match, sends the new ETag */
} SimObjectFault;

SimObject *sim_object_new (gsize size);

void sim_object_free (SimObject * self);

gchar *sim_object_endpoint (const SimObject * self);

void sim_object_add_fault (SimObject * self, SimObjectFault fault,
    guint64 argument, guint times);

void sim_object_set_silent (SimObject * self, guint64 from, guint64 to);

void sim_object_replace (SimObject * self, gsize size);

guint8 sim_object_byte (guint generation, guint64 offset);

guint sim_object_n_requests (SimObject * self, const gchar * method);

guint sim_object_n_connections (SimObject * self);

gchar *sim_object_last_request (SimObject * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimObject, sim_object_free)

G_END_DECLS
