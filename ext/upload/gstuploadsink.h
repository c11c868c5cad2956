/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/base/gstbasesink.h>

#include "store/uploader.h"
#include "uploadsettings.h"

G_BEGIN_DECLS

/* What the sinks that upload to a store share: a stream of bytes becomes one
 * object, or nothing. A subclass says where it goes.
 *
 * The file is compiled into each plugin that has such a sink. GStreamer loads
 * them side by side and a GType can be registered once only, so each plugin
 * defines gst_rec_upload_prefix, and the types here are called after it. */
extern const gchar gst_rec_upload_prefix[];     /* such as "GstRecS3" */

#define GST_TYPE_REC_UPLOAD_SINK (gst_rec_upload_sink_get_type ())
GType gst_rec_upload_sink_get_type (void);

typedef struct _GstRecUploadSinkPrivate GstRecUploadSinkPrivate;

typedef struct
{
  GstBaseSink parent;
  GstRecUploadSinkPrivate *priv;
} GstRecUploadSink;

/* What a user can do about a kind of failure. */
typedef struct
{
  GQuark (*domain) (void);      /* NULL: the end of a table */
  gint code;                    /* -1: any */
  GstResourceError resource;
  const gchar *text;
} GstRecUploadAdvice;

typedef struct
{
  GstBaseSinkClass parent_class;

  const gchar *stats_name;      /* of the structure of the property stats */
  /* Looked into before the advice that fits every store. */
  const GstRecUploadAdvice *advices;

  /* The place and the key of the next object, by the settings of the subclass
   * and the @shared ones. Called without the object lock and while nothing
   * streams; may read files, and does not speak to the store. */
  GstRecStorePlace *(*make_place) (GstRecUploadSink * self,
      const GstRecUploadSettings * shared, gchar ** key, GError ** error);
  /* Changes what the uploader of the next object is to do, or NULL. Called with
   * the object lock held. */
  void (*configure) (GstRecUploadSink * self, GstRecUploaderConfig * config);
  /* Adds to a message about an upload that was left in the store where that
   * is, in the store's own words. */
  void (*name_object) (GstRecUploadSink * self, GstStructure * message);
} GstRecUploadSinkClass;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecUploadSink, gst_object_unref)

#define GST_REC_UPLOAD_SINK(o) ((GstRecUploadSink *) (o))
#define GST_REC_UPLOAD_SINK_CLASS(k) ((GstRecUploadSinkClass *) (k))

G_END_DECLS
