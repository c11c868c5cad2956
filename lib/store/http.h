/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <libsoup/soup.h>

#include "store/body.h"
#include "store/httpshared.h"

G_BEGIN_DECLS

typedef struct _GstRecHttp GstRecHttp;

typedef struct
{
  const gchar *ca_file;         /* PEM, NULL for the system's */
  guint timeout;                /* s without a byte */
  guint retries;                /* after the first try */
  GCancellable *stop;           /* cancelled: nothing is tried again */
  GstRecHttpShared *shared;     /* NULL: nothing is */
  gboolean direct;              /* never through a proxy */
} GstRecHttpConfig;

typedef struct
{
  guint status;
  SoupMessage *message;
  GBytes *body;
} GstRecHttpResponse;

/* What a protocol adds to a request. */
typedef struct
{
  /* Signs one try, at the server's time @now (us since 1970). */
  void (*sign) (SoupMessage * message, gint64 now, gpointer data);
  /* Whether an answer that no rule of HTTP says to repeat is to be repeated.
   * May correct the clock. */
  gboolean (*again) (GstRecHttp * self, const GstRecHttpResponse * response,
      gpointer data);
} GstRecHttpProtocol;

/* Reads the body of an answer of status 2xx. What fails with an error of
 * GST_REC_STORE_ERROR is not tried again, what fails otherwise may be. */
typedef gboolean (*GstRecHttpRead) (SoupMessage * message,
    GInputStream * stream, gpointer data, GCancellable * cancellable,
    GError ** error);

typedef struct
{
  const gchar *method;
  const gchar *uri;
  const gchar *content_type;
  GstRecBody *body;             /* or NULL */
  GstRecHttpRead read;          /* NULL: the answer goes into the response */
  gpointer read_data;
} GstRecHttpRequest;

GstRecHttp *gst_rec_http_new (const GstRecHttpConfig * config,
    GError ** error);

void gst_rec_http_free (GstRecHttp * self);

gchar *gst_rec_http_host (GUri * uri);

void gst_rec_http_set_clock (GstRecHttp * self,
    const GstRecHttpResponse * response);

GTimeSpan gst_rec_http_get_clock_offset (const GstRecHttp * self);

gboolean gst_rec_http_is_skewed (const GstRecHttpResponse * response,
    GTimeSpan offset);

gboolean gst_rec_http_send (GstRecHttp * self,
    const GstRecHttpRequest * request, const GstRecHttpProtocol * protocol,
    gpointer data, GstRecHttpResponse * response, GCancellable * cancellable,
    GError ** error);

const gchar *gst_rec_http_response_header (const GstRecHttpResponse * self,
    const gchar * name);

gchar *gst_rec_http_unquote (const gchar * etag);

void gst_rec_http_response_clear (GstRecHttpResponse * self);

gboolean gst_rec_http_status_is_transient (guint status);

GTimeSpan gst_rec_http_retry_after (const gchar * value, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecHttp, gst_rec_http_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstRecHttpResponse,
    gst_rec_http_response_clear)

G_END_DECLS
