/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server on the loopback that speaks as much HTTP as it takes to do what no
 * good server does. */
typedef struct _RawServer RawServer;

typedef enum
{
  RAW_KEEP,                     /* the connection, for the next request */
  RAW_CLOSE,
  RAW_RESET,
  RAW_STALL,                    /* neither reads nor writes any more */
} RawEnd;

/* What it does about one request. */
typedef struct
{
  gint64 read;                  /* bytes of the body, -1 for all of them */
  const gchar *answer;          /* or NULL */
  RawEnd end;
} RawStep;

/* @steps are for one request each, the last one for all that follow. */
RawServer *raw_server_new (GSocketFamily family, const RawStep * steps,
    guint n_steps);

void raw_server_free (RawServer * self);

guint16 raw_server_port (RawServer * self);

guint raw_server_n_connections (RawServer * self);

guint raw_server_n_requests (RawServer * self);

/* Of all bodies together, one after another. */
GBytes *raw_server_get_received (RawServer * self);

/* The type of service of the last connection's packets, or -1. */
gint raw_server_get_tos (RawServer * self);

/* The most by which what had come was ahead of @rate bytes/s since @start. */
gint64 raw_server_get_lead (RawServer * self, gint64 start, guint64 rate);

G_END_DECLS
