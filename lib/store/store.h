/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A place for objects. A handle is used by one thread at a time; a program
 * that uploads in parallel opens one for each of its threads. */
typedef struct _GstRecStore GstRecStore;

typedef enum
{
  GST_REC_STORE_ERROR_FAILED,
  GST_REC_STORE_ERROR_SETTINGS, /* missing or of the wrong form */
  GST_REC_STORE_ERROR_CONTENT_TYPE,     /* is none */
  GST_REC_STORE_ERROR_REFUSED,  /* the request makes no sense to the store */
  GST_REC_STORE_ERROR_NOT_AUTHORIZED,
  GST_REC_STORE_ERROR_NO_BUCKET,
  GST_REC_STORE_ERROR_NOT_FOUND,        /* the object or the upload */
  GST_REC_STORE_ERROR_NO_SPACE,
  GST_REC_STORE_ERROR_REGION,   /* the bucket lives elsewhere */
  GST_REC_STORE_ERROR_UNREACHABLE,
  GST_REC_STORE_ERROR_TLS,      /* the certificate is not trusted */
  GST_REC_STORE_ERROR_NO_TLS,   /* another failure of TLS */
  GST_REC_STORE_ERROR_BUSY,     /* it asked to try later too often */
  GST_REC_STORE_ERROR_REWRITE,  /* of what is on its way already */
  GST_REC_STORE_ERROR_ANSWER,   /* it answers what no store answers */
} GstRecStoreError;

#define GST_REC_STORE_ERROR (gst_rec_store_error_quark ())
GQuark gst_rec_store_error_quark (void);

typedef struct
{
  guint64 size;
  gchar *etag;                  /* without quotes */
} GstRecStoreObject;

typedef struct
{
  guint number;                 /* from 1 */
  guint64 size;
  gchar *etag;                  /* as the store gave it */
} GstRecStorePart;

typedef struct
{
  gchar *key;
  gchar *id;
  gint64 started;               /* us since 1970 */
} GstRecStoreUpload;

/* Every call blocks, retries by itself what is worth it, and returns
 * G_IO_ERROR_CANCELLED when its cancellable is cancelled. */
typedef struct
{
  gboolean (*put) (GstRecStore * self, const gchar * key,
      const gchar * content_type, GBytes * data, GstRecStoreObject * object,
      GCancellable * cancellable, GError ** error);
  gchar *(*create) (GstRecStore * self, const gchar * key,
      const gchar * content_type, GCancellable * cancellable, GError ** error);
  gboolean (*put_part) (GstRecStore * self, const gchar * key,
      const gchar * id, GstRecStorePart * part, GBytes * data,
      GCancellable * cancellable, GError ** error);
  gboolean (*complete) (GstRecStore * self, const gchar * key,
      const gchar * id, const GstRecStorePart * parts, guint n_parts,
      GstRecStoreObject * object, GCancellable * cancellable, GError ** error);
  gboolean (*abort) (GstRecStore * self, const gchar * key, const gchar * id,
      GCancellable * cancellable, GError ** error);
  GPtrArray *(*list_parts) (GstRecStore * self, const gchar * key,
      const gchar * id, GCancellable * cancellable, GError ** error);
  GPtrArray *(*list_uploads) (GstRecStore * self, const gchar * prefix,
      GCancellable * cancellable, GError ** error);
  void (*free) (GstRecStore * self);
} GstRecStoreClass;

struct _GstRecStore
{
  const GstRecStoreClass *klass;
};

void gst_rec_store_free (GstRecStore * self);

void gst_rec_store_object_clear (GstRecStoreObject * self);

void gst_rec_store_part_clear (GstRecStorePart * self);

void gst_rec_store_part_free (GstRecStorePart * self);

void gst_rec_store_upload_free (GstRecStoreUpload * self);

gint gst_rec_store_abort_uploads (GstRecStore * self, const gchar * prefix,
    gint64 before, GCancellable * cancellable, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecStore, gst_rec_store_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecStoreObject, gst_rec_store_object_clear)

G_END_DECLS
