/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* Reads one object, anywhere in it, with several requests at a time and ahead
 * of who reads. What it gives is all of one version of the object. */
typedef struct _GstRecReader GstRecReader;

typedef struct
{
  GstRecStorePlace *place;
  const gchar *key;
  const gchar *version_id;      /* NULL: the newest */
  guint64 read_ahead;           /* bytes, 0: only what is asked for */
  guint64 range_size;           /* bytes of one request at most */
  guint parallel;               /* requests at a time */
} GstRecReaderConfig;

typedef struct
{
  guint64 bytes_fetched;
  guint requests;               /* for ranges, that were answered */
  guint64 bytes_held;           /* in memory, or being fetched */
} GstRecReaderStats;

GstRecReader *gst_rec_reader_new (const GstRecReaderConfig * config);

void gst_rec_reader_free (GstRecReader * self);

/* Of the thread that reads */
gboolean gst_rec_reader_open (GstRecReader * self, GError ** error);

const GstRecStoreObject *gst_rec_reader_get_object (const GstRecReader * self);

GstRecBody *gst_rec_reader_read (GstRecReader * self, guint64 offset,
    gsize size, GError ** error);

/* Of any thread */
void gst_rec_reader_set_interrupted (GstRecReader * self,
    gboolean interrupted);

void gst_rec_reader_get_stats (GstRecReader * self, GstRecReaderStats * stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecReader, gst_rec_reader_free)

G_END_DECLS
