/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <libsoup/soup.h>

/* An HTTP server of a test, in a thread of its own. */
typedef struct
{
  SoupServer *server;
  gchar *endpoint;              /* http://127.0.0.1:PORT */
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
} Loopback;

void loopback_start (Loopback * self, SoupServerCallback handler);

void loopback_stop (Loopback * self);
