/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/field.h"
#include "store/http.h"
#include "store/s3.h"
#include "store/s3answer.h"
#include "store/s3route.h"

G_BEGIN_DECLS

/* What the files of the S3 store share. */

#define GST_REC_S3_XML "application/xml"

typedef struct
{
  GstRecStorePlace place;
  gchar *scheme;
  GstRecS3Route *route;
  gchar *prefix;                /* "/bucket" in path style, else "" */
  gchar *bucket;
  GstRecCredentialsProvider *credentials;
  gchar *ca_file;
  guint timeout;
  guint retries;
  GstRecS3Flavor flavor;
  GstRecS3Options options;
  GstRecS3Headers *customer_key;        /* or NULL */
  gboolean unsigned_data;       /* no hash of it in the signature */
  GstRecHttpShared *shared;     /* by all handles */
} GstRecS3Place;

typedef struct
{
  GstRecStore store;
  GstRecS3Place *place;
  GstRecHttp *http;
  guint n_tries;                /* of the last operation */
} GstRecS3;

/* One operation of the S3 API. */
typedef struct
{
  const gchar *name;            /* as the API calls it, for messages */
  const gchar *method;
  const gchar *key;             /* NULL: the bucket itself */
  const GstRecField *params;
  guint n_params;
  const gchar *content_type;
  GstRecBody *body;
  const GstRecField *headers;   /* more of them, all signed */
  guint n_headers;
  gboolean is_data;             /* the body is bytes of an object */
  gboolean customer_key;        /* takes one, if the place has it */
  GstRecHttpRead read;          /* where a good answer goes, or NULL */
  gpointer read_data;
} GstRecS3Operation;

/* s3.c */
gboolean gst_rec_s3_run (GstRecS3 * self, const GstRecS3Operation * operation,
    GstRecHttpResponse * response, GCancellable * cancellable,
    GError ** error);

GstRecS3Answer *gst_rec_s3_parse (const GstRecS3Operation * operation,
    const GstRecHttpResponse * response, const gchar * root,
    const gchar * record, GError ** error);

/* s3upload.c */
gboolean gst_rec_s3_put (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GstRecBody * body,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error);

gchar *gst_rec_s3_create (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GCancellable * cancellable,
    GError ** error);

gboolean gst_rec_s3_put_part (GstRecStore * store, const gchar * key,
    const gchar * id, GstRecStorePart * part, GstRecBody * body,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_s3_abort (GstRecStore * store, const gchar * key,
    const gchar * id, GCancellable * cancellable, GError ** error);

/* s3complete.c */
gboolean gst_rec_s3_is_unclear (const GstRecS3 * self, const GError * error);

gboolean gst_rec_s3_complete (GstRecStore * store, const gchar * key,
    const gchar * id, const GstRecStorePart * parts, guint n_parts,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error);

/* s3checksum.c */
gchar *gst_rec_s3_body_checksum (const GstRecS3Place * place,
    const GstRecBody * body);

gchar *gst_rec_s3_object_checksum (const GstRecS3Place * place,
    const GstRecStorePart * parts, guint n_parts);

gchar *gst_rec_s3_named_checksum (const GstRecS3Place * place,
    const gchar * base64);

gchar *gst_rec_s3_checksum_header (const GstRecS3Place * place);

gchar *gst_rec_s3_checksum_element (const GstRecS3Place * place);

void gst_rec_s3_add_checksum (GstRecS3Headers * headers,
    const GstRecS3Place * place, const gchar * base64);

void gst_rec_s3_announce_checksum (GstRecS3Headers * headers,
    const GstRecS3Place * place);

void gst_rec_s3_add_object_checksum (GstRecS3Headers * headers,
    const GstRecS3Place * place, const gchar * base64);

gboolean gst_rec_s3_check_checksum (const GstRecS3Operation * operation,
    const gchar * answered, const gchar * sent, GError ** error);

void gst_rec_s3_add_condition (GstRecS3Headers * headers,
    const GstRecS3Place * place);

/* s3amend.c */
gboolean gst_rec_s3_amend (GstRecS3 * self, const gchar * key,
    const GstRecStoreObject * object, GCancellable * cancellable,
    GError ** error);

/* s3list.c */
GPtrArray *gst_rec_s3_list_parts (GstRecStore * store, const gchar * key,
    const gchar * id, GCancellable * cancellable, GError ** error);

GPtrArray *gst_rec_s3_list_uploads (GstRecStore * store,
    const gchar * prefix, GCancellable * cancellable, GError ** error);

GPtrArray *gst_rec_s3_list (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable, GError ** error);

/* s3read.c */
gboolean gst_rec_s3_head (GstRecStore * store, const gchar * key,
    const gchar * version_id, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_s3_get_range (GstRecStore * store, const gchar * key,
    const GstRecStoreObject * pin, guint64 offset, guint8 * data, gsize size,
    GCancellable * cancellable, GError ** error);

gboolean gst_rec_s3_remove (GstRecStore * store, const gchar * key,
    const gchar * version_id, GCancellable * cancellable, GError ** error);

/* s3url.c */
gchar *gst_rec_s3_sign_url (GstRecStore * store, const gchar * key,
    const GstRecStoreUrl * url, GCancellable * cancellable, GError ** error);

G_END_DECLS
