/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/* Brings a stream of bytes into a store as one object, or not at all. */
typedef struct _GstRecUploader GstRecUploader;

typedef struct
{
  GstRecStorePlace *place;
  const gchar *key;
  guint64 part_size;
  guint64 header_size;          /* 0: nothing can be written again */
  gboolean equal_parts;         /* for stores that want that */
  guint parallel;               /* requests at a time */
  GTimeSpan timeout;            /* us for an abort */
  gboolean keep_on_error;       /* leave what is there to be resumed */
} GstRecUploaderConfig;

typedef enum
{
  GST_REC_UPLOADER_BUSY,
  GST_REC_UPLOADER_INTERRUPTED,
  GST_REC_UPLOADER_CLOSED,
} GstRecUploaderStatus;

typedef struct
{
  guint64 bytes_in;             /* that the writer gave */
  guint64 bytes_stored;         /* that the store has */
  guint parts_stored;
  guint parts_pending;          /* waiting or on their way */
  guint slots;                  /* parts that the line takes at a time */
  guint64 rate;                 /* of the line, bytes/s; 0: not known yet */
} GstRecUploaderStats;

GstRecUploader *gst_rec_uploader_new (const GstRecUploaderConfig * config);

void gst_rec_uploader_free (GstRecUploader * self);

/* Of the thread that writes */
void gst_rec_uploader_set_attributes (GstRecUploader * self,
    const GstRecStoreAttributes * attributes);

gboolean gst_rec_uploader_seek (GstRecUploader * self, guint64 offset,
    GError ** error);

gboolean gst_rec_uploader_write (GstRecUploader * self, gconstpointer data,
    gsize size, gsize * written, GError ** error);

gboolean gst_rec_uploader_write_bytes (GstRecUploader * self, GBytes * bytes,
    gsize * written, GError ** error);

void gst_rec_uploader_finish (GstRecUploader * self);

/* Of any thread */
void gst_rec_uploader_cancel (GstRecUploader * self, const GError * reason);

void gst_rec_uploader_set_interrupted (GstRecUploader * self,
    gboolean interrupted);

GstRecUploaderStatus gst_rec_uploader_wait (GstRecUploader * self,
    GTimeSpan patience, gboolean interruptible);

void gst_rec_uploader_get_stats (GstRecUploader * self,
    GstRecUploaderStats * stats);

/* Once it is closed */
const GError *gst_rec_uploader_get_error (GstRecUploader * self);

const GstRecStoreObject *gst_rec_uploader_get_object (GstRecUploader * self,
    guint * n_parts);

gboolean gst_rec_uploader_is_verified (GstRecUploader * self);

const gchar *gst_rec_uploader_get_left_upload (GstRecUploader * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecUploader, gst_rec_uploader_free)

G_END_DECLS
