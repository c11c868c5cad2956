/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/body.h"

G_BEGIN_DECLS

/* How to reach a bucket, a container or a folder. Does not change once it is
 * made: handles of several threads share it. */
typedef struct _GstRecStorePlace GstRecStorePlace;

/* A way into a place. A handle is used by one thread at a time; a program that
 * uploads in parallel opens one for each of its threads. */
typedef struct _GstRecStore GstRecStore;

typedef enum
{
  GST_REC_STORE_ERROR_FAILED,
  GST_REC_STORE_ERROR_SETTINGS, /* missing or of the wrong form */
  GST_REC_STORE_ERROR_CONTENT_TYPE,     /* is none */
  GST_REC_STORE_ERROR_VALUE,    /* of a setting: the message says what to do */
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
  GST_REC_STORE_ERROR_EXISTS,   /* under that key, and was not to be replaced */
  GST_REC_STORE_ERROR_CHANGED,  /* it is not the object any more that it was */
  GST_REC_STORE_ERROR_CHECKSUM, /* what stands there is not what was sent */
  GST_REC_STORE_ERROR_KEY,      /* of its encryption: cannot be used */
  GST_REC_STORE_ERROR_LOCKED,   /* by another writer */
  GST_REC_STORE_ERROR_UNSUPPORTED,      /* no store of this kind can do it */
} GstRecStoreError;

#define GST_REC_STORE_ERROR (gst_rec_store_error_quark ())
GQuark gst_rec_store_error_quark (void);

typedef struct
{
  gchar *key;                   /* in lists only */
  guint64 size;
  gchar *etag;                  /* without quotes */
  gchar *version_id;            /* NULL where the store keeps no versions */
  gchar *checksum;              /* "crc32c:" and base64, or NULL */
  gchar *content_type;          /* NULL where it was not asked for */
  gint64 modified;              /* us since 1970, 0 where it is not known */
  gchar **metadata;             /* name, value, name ... NULL; or NULL */
} GstRecStoreObject;

/* What is stored beside the bytes of one object; no member has to be set. What
 * is the same for all objects of a place belongs to the place. */
typedef struct
{
  gchar *content_type;
  gchar *content_disposition;
  gchar **metadata;             /* name, value, name ... NULL */
} GstRecStoreAttributes;

typedef struct
{
  guint number;                 /* from 1 */
  guint64 size;
  gchar *etag;                  /* as the store gave it */
  gchar *checksum;              /* base64, in the place's algorithm, or NULL */
} GstRecStorePart;

typedef struct
{
  gchar *key;
  gchar *id;
  gint64 started;               /* us since 1970 */
} GstRecStoreUpload;

/* Whom a signed URL lets do what. */
typedef struct
{
  const gchar *method;          /* GET or PUT */
  guint expiry;                 /* s, 1 to 604800 */
  const gchar *content_type;    /* that a GET shall answer, or NULL */
  const gchar *content_disposition;     /* likewise */
} GstRecStoreUrl;

typedef struct
{
  guint64 min_part;             /* bytes, of every part but the last */
  guint64 max_part;
  guint max_parts;
  guint64 max_object;
} GstRecStoreLimits;

typedef struct
{
  const gchar *scheme;          /* of the URIs of its objects */
  GstRecStoreLimits limits;
  GstRecStore *(*open) (GstRecStorePlace * self, GCancellable * stop,
      gboolean patient, GError ** error);
  gchar *(*uri) (const GstRecStorePlace * self, const gchar * key);
  guint (*retries) (GstRecStorePlace * self);
  /* NULL where there is no line */
  void (*set_line) (GstRecStorePlace * self, guint64 max_bitrate, gint dscp);
  void (*free) (GstRecStorePlace * self);
} GstRecStorePlaceClass;

struct _GstRecStorePlace
{
  const GstRecStorePlaceClass *klass;
  gint refs;                    /* atomic */
  GTimeSpan commit_interval;    /* us between commits while more comes, 0: none */
};

/* Every call blocks, retries by itself what is worth it, and returns
 * G_IO_ERROR_CANCELLED when its cancellable is cancelled. */
typedef struct
{
  gboolean (*put) (GstRecStore * self, const gchar * key,
      const GstRecStoreAttributes * attributes, GstRecBody * body,
      GstRecStoreObject * object, GCancellable * cancellable, GError ** error);
  gchar *(*create) (GstRecStore * self, const gchar * key,
      const GstRecStoreAttributes * attributes, GCancellable * cancellable,
      GError ** error);
  gboolean (*put_part) (GstRecStore * self, const gchar * key,
      const gchar * id, GstRecStorePart * part, GstRecBody * body,
      GCancellable * cancellable, GError ** error);
  /* Makes an object of what is there of it so far, while more comes; no part is
   * on its way. NULL where a store cannot. */
  gboolean (*commit) (GstRecStore * self, const gchar * key,
      const gchar * id, const GstRecStorePart * parts, guint n_parts,
      GCancellable * cancellable, GError ** error);
  gboolean (*complete) (GstRecStore * self, const gchar * key,
      const gchar * id, const GstRecStorePart * parts, guint n_parts,
      GstRecStoreObject * object, GCancellable * cancellable, GError ** error);
  gboolean (*abort) (GstRecStore * self, const gchar * key, const gchar * id,
      GCancellable * cancellable, GError ** error);
  /* of GstRecStorePart, in order */
  GPtrArray *(*list_parts) (GstRecStore * self, const gchar * key,
      const gchar * id, GCancellable * cancellable, GError ** error);
  /* of GstRecStoreUpload */
  GPtrArray *(*list_uploads) (GstRecStore * self, const gchar * prefix,
      GCancellable * cancellable, GError ** error);

  gboolean (*head) (GstRecStore * self, const gchar * key,
      const gchar * version_id, GstRecStoreObject * object,
      GCancellable * cancellable, GError ** error);
  /* All @size bytes at @offset, or an error. Of the object that @pin has the
   * ETag and the version of; GST_REC_STORE_ERROR_CHANGED when it is gone. */
  gboolean (*get_range) (GstRecStore * self, const gchar * key,
      const GstRecStoreObject * pin, guint64 offset, guint8 * data,
      gsize size, GCancellable * cancellable, GError ** error);
  /* of GstRecStoreObject */
  GPtrArray *(*list) (GstRecStore * self, const gchar * prefix,
      GCancellable * cancellable, GError ** error);
  /* What is not there is deleted. */
  gboolean (*remove) (GstRecStore * self, const gchar * key,
      const gchar * version_id, GCancellable * cancellable, GError ** error);
  gchar *(*sign_url) (GstRecStore * self, const gchar * key,
      const GstRecStoreUrl * url, GCancellable * cancellable,
      GError ** error);

  void (*free) (GstRecStore * self);
} GstRecStoreClass;

struct _GstRecStore
{
  const GstRecStoreClass *klass;
};

GstRecStorePlace *gst_rec_store_place_ref (GstRecStorePlace * self);

void gst_rec_store_place_unref (GstRecStorePlace * self);

gchar *gst_rec_store_place_uri (const GstRecStorePlace * self,
    const gchar * key);

guint gst_rec_store_place_retries (GstRecStorePlace * self);

void gst_rec_store_place_set_line (GstRecStorePlace * self,
    guint64 max_bitrate, gint dscp);

GstRecStore *gst_rec_store_place_open (GstRecStorePlace * self,
    GCancellable * stop, gboolean patient, GError ** error);

void gst_rec_store_free (GstRecStore * self);

void gst_rec_store_object_clear (GstRecStoreObject * self);

void gst_rec_store_object_free (GstRecStoreObject * self);

void gst_rec_store_attributes_copy (const GstRecStoreAttributes * self,
    GstRecStoreAttributes * copy);

void gst_rec_store_attributes_clear (GstRecStoreAttributes * self);

void gst_rec_store_part_clear (GstRecStorePart * self);

void gst_rec_store_part_free (GstRecStorePart * self);

void gst_rec_store_upload_free (GstRecStoreUpload * self);

gint gst_rec_store_abort_uploads (GstRecStore * self, const gchar * prefix,
    gint64 before, GCancellable * cancellable, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecStore, gst_rec_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecStorePlace, gst_rec_store_place_unref)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecStoreObject, gst_rec_store_object_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecStoreAttributes,
    gst_rec_store_attributes_clear)

G_END_DECLS
