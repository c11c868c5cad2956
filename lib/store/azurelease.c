/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "azureprivate.h"

#include <string.h>

/* One that nobody renews, for its writer was killed, ends after a minute, the
 * longest that Azure has for those that end. Two renewals may fail. */
#define DURATION "60"
#define RENEW_INTERVAL (20 * G_TIME_SPAN_SECOND)
/* Who stops does not wait for longer until it is given back. */
#define RELEASE_PATIENCE (3 * G_TIME_SPAN_SECOND)

/* Renews a lease while an upload lasts, and gives it back. Holds no reference
 * of the place, which outlives it. */
struct _GstRecAzureLease
{
  GstRecAzure handle;           /* of the thread */
  gchar *key;
  gchar *id;
  GThread *thread;
  GCancellable *stop;           /* drops a renewal */
  GCancellable *give_up;        /* drops the release */

  GMutex lock;
  GCond cond;
  gboolean quit;                /* with lock */
  gboolean ended;               /* with lock */
};

/* Whoever knows the upload knows its lease. */
gchar *
gst_rec_azure_lease_id (const gchar * upload_id)
{
  return g_strdup_printf ("%.8s-%.4s-%.4s-%.4s-%.12s", upload_id,
      upload_id + 8, upload_id + 12, upload_id + 16, upload_id + 20);
}

static gboolean
lease_action (GstRecAzure * self, const gchar * key, const gchar * action,
    const gchar * id, GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecHttpResponse) response = { 0, };
  g_autoptr (GArray) headers = gst_rec_azure_headers_new ();
  const GstRecField params[] = { {"comp", "lease"} };
  gboolean acquire = strcmp (action, "acquire") == 0;
  GstRecAzureOperation operation = {.name = "Lease Blob",.method = "PUT",
    .key = key,.params = params,.n_params = G_N_ELEMENTS (params),
    .headers = headers
  };

  gst_rec_azure_headers_add (headers, "x-ms-lease-action", action);
  gst_rec_azure_headers_add (headers, acquire ? "x-ms-proposed-lease-id" :
      "x-ms-lease-id", id);
  if (acquire)
    gst_rec_azure_headers_add (headers, "x-ms-lease-duration", DURATION);

  return gst_rec_azure_run (self, &operation, &response, cancellable, error);
}

gboolean
gst_rec_azure_lease_acquire (GstRecAzure * self, const gchar * key,
    const gchar * lease_id, GCancellable * cancellable, GError ** error)
{
  return lease_action (self, key, "acquire", lease_id, cancellable, error);
}

/* A renewal that fails is not told: what is sent next to a blob that is leased
 * no more, or by another, is refused, and that is. */
static gpointer
keep (gpointer data)
{
  GstRecAzureLease *self = data;

  g_mutex_lock (&self->lock);
  while (!self->quit) {
    gint64 until = g_get_monotonic_time () + RENEW_INTERVAL;

    while (!self->quit && g_cond_wait_until (&self->cond, &self->lock, until));
    if (self->quit)
      break;

    g_mutex_unlock (&self->lock);
    lease_action (&self->handle, self->key, "renew", self->id, self->stop,
        NULL);
    g_mutex_lock (&self->lock);
  }
  g_mutex_unlock (&self->lock);

  lease_action (&self->handle, self->key, "release", self->id, self->give_up,
      NULL);

  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);

  return NULL;
}

static void
lease_clear (GstRecAzureLease * self)
{
  gst_rec_http_free (self->handle.http);
  g_object_unref (self->stop);
  g_object_unref (self->give_up);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self->key);
  g_free (self->id);
  g_free (self);
}

/* Renews @lease_id, which is held, until it is freed. */
GstRecAzureLease *
gst_rec_azure_lease_keep (GstRecAzurePlace * place, const gchar * key,
    const gchar * lease_id, GError ** error)
{
  GstRecAzureLease *self = g_new0 (GstRecAzureLease, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->stop = g_cancellable_new ();
  self->give_up = g_cancellable_new ();
  self->key = g_strdup (key);
  self->id = g_strdup (lease_id);
  self->handle.place = place;
  self->handle.http = gst_rec_azure_http_new (place, 0, self->stop, error);
  if (self->handle.http)
    self->thread = g_thread_try_new ("rec-lease", keep, self, error);

  if (self->thread == NULL) {
    lease_clear (self);
    return NULL;
  }

  return self;
}

/* Gives the lease back; one that cannot be given back ends by itself. */
void
gst_rec_azure_lease_free (GstRecAzureLease * self)
{
  gint64 until = g_get_monotonic_time () + RELEASE_PATIENCE;

  g_mutex_lock (&self->lock);
  self->quit = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_cancellable_cancel (self->stop);

  g_mutex_lock (&self->lock);
  while (!self->ended &&
      g_cond_wait_until (&self->cond, &self->lock, until));
  g_mutex_unlock (&self->lock);
  g_cancellable_cancel (self->give_up);
  g_thread_join (self->thread);

  lease_clear (self);
}
