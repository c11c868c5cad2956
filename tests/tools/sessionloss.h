/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* What a path does to the packets of each stream, always the same way. */
typedef struct
{
  gdouble drop;                 /* percent of packets that begin a burst */
  guint burst;                  /* packets that are lost together */
  guint reorder;                /* each so many-th comes after the next; 0: none */
  guint duplicate;              /* each so many-th comes twice; 0: none */
  guint rtx_pt_offset;          /* from a stream's payload type; 0: plain */
} SessionPath;

typedef struct _SessionLoss SessionLoss;

gboolean session_path_parse_drop (SessionPath * self, const gchar * text);

SessionLoss *session_loss_new (const SessionPath * path, GSocket * socket,
    guint port, guint seed);
void session_loss_free (SessionLoss * self);

void session_loss_watch (SessionLoss * self, GstPad * rtp, GstPad * rtcp);
void session_loss_count (SessionLoss * self, guint * lost, guint * resent);

G_END_DECLS
