/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "credentialsprovider.h"

/* When renewal begins, and from when on everybody waits for it: as AWS's own
 * SDKs do, but for credentials that live shorter than an hour a part of their
 * life, else each request would renew them. */
#define ADVISORY (15 * G_TIME_SPAN_MINUTE)
#define MANDATORY (5 * G_TIME_SPAN_MINUTE)
/* Who gives them out is not asked more often than that in vain, nor for
 * credentials that are over by the time they come: then the clocks differ, and
 * the store knows better. */
#define PAUSE G_TIME_SPAN_MINUTE
#define NEVER G_MAXINT64

struct _GstRecCredentialsProvider
{
  gint refs;                    /* atomic */
  GstRecNow now;

  GMutex lock;
  GCond changed;                /* a fetch is over */
  /* Of the thread that fetches, one at a time. */
  GstRecCredentialSource *source;
  /* With the lock. */
  gboolean fetching;
  guint n_fetches;              /* that are over */
  GError *error;                /* of the last one */
  GstRecCredentials *current;   /* or NULL */
  gint64 renew;                 /* us since 1970: from then on one renews, */
  gint64 must_renew;            /* and the others wait for it */
};

/* Takes @source. */
GstRecCredentialsProvider *
gst_rec_credentials_provider_new_with_source (GstRecCredentialSource * source,
    GstRecNow now)
{
  GstRecCredentialsProvider *self = g_new0 (GstRecCredentialsProvider, 1);

  self->refs = 1;
  self->source = source;
  self->now = now;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);

  return self;
}

GstRecCredentialsProvider *
gst_rec_credentials_provider_new_static (const GstRecCredentials * credentials)
{
  return gst_rec_credentials_provider_new_with_source
      (gst_rec_credential_source_static (credentials), g_get_real_time);
}

/* Looks at settings, environment and files. Nobody is asked for anything
 * before somebody wants credentials. */
GstRecCredentialsProvider *
gst_rec_credentials_provider_new (const GstRecCredentialsSettings * settings,
    GError ** error)
{
  GstRecCredentialSource *source =
      gst_rec_credential_source_find (settings, error);

  return source ? gst_rec_credentials_provider_new_with_source (source,
      settings->now) : NULL;
}

GstRecCredentialsProvider *
gst_rec_credentials_provider_ref (GstRecCredentialsProvider * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
gst_rec_credentials_provider_unref (GstRecCredentialsProvider * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  gst_rec_credential_source_free (self->source);
  gst_rec_credentials_free (self->current);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

/* Called with the lock held. */
static void
take (GstRecCredentialsProvider * self, GstRecCredentials * fresh)
{
  gint64 now = self->now ();
  gint64 life = fresh->expires - now;

  gst_rec_credentials_free (self->current);
  self->current = fresh;
  if (fresh->expires == 0) {
    self->renew = self->must_renew = NEVER;
  } else if (life <= 0) {
    self->renew = self->must_renew = now + PAUSE;
  } else {
    self->renew = fresh->expires - MIN (ADVISORY, life / 4);
    self->must_renew = fresh->expires - MIN (MANDATORY, life / 12);
  }
}

/* Called with the lock held. What is still good is used on. */
static gboolean
is_good (GstRecCredentialsProvider * self)
{
  return self->current && (self->current->expires == 0 ||
      self->now () < self->current->expires);
}

/* Called with the lock held, which is not held meanwhile. */
static gboolean
fetch (GstRecCredentialsProvider * self, GCancellable * cancellable,
    GError ** error)
{
  g_autoptr (GError) reason = NULL;

  self->fetching = TRUE;
  g_mutex_unlock (&self->lock);
  GstRecCredentials *fresh = gst_rec_credential_source_fetch (self->source,
      cancellable, &reason);
  g_mutex_lock (&self->lock);
  self->fetching = FALSE;
  g_cond_broadcast (&self->changed);

  if (fresh) {
    take (self, fresh);
    g_clear_error (&self->error);
    self->n_fetches++;
    return TRUE;
  }

  /* That one does not want to wait says nothing to the others. */
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  g_clear_error (&self->error);
  self->error = g_steal_pointer (&reason);
  self->n_fetches++;
  if (is_good (self)) {
    gint64 now = self->now ();
    gint64 left = self->current->expires - now;

    self->renew = now + MIN (PAUSE, left / 4);
    self->must_renew = MAX (self->must_renew, self->renew);
    return TRUE;
  }

  if (error)
    *error = g_error_copy (self->error);
  return FALSE;
}

static void
wake (GCancellable * cancellable G_GNUC_UNUSED, gpointer data)
{
  GstRecCredentialsProvider *self = data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Called with the lock held: waits for the thread that fetches. */
static gboolean
wait (GstRecCredentialsProvider * self, GCancellable * cancellable,
    GError ** error)
{
  gulong id = 0;

  /* wake() may be called at once, and it takes the lock. */
  g_mutex_unlock (&self->lock);
  if (cancellable)
    id = g_cancellable_connect (cancellable, G_CALLBACK (wake), self, NULL);
  g_mutex_lock (&self->lock);

  while (self->fetching && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);

  g_mutex_unlock (&self->lock);
  if (id)
    g_cancellable_disconnect (cancellable, id);
  g_mutex_lock (&self->lock);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* Called with the lock held: TRUE when @self->current may be used. */
static gboolean
prepare (GstRecCredentialsProvider * self, GCancellable * cancellable,
    GError ** error)
{
  guint n_fetches = self->n_fetches;

  for (;;) {
    gint64 now = self->now ();

    if (self->current && (now < self->renew ||
            (self->fetching && now < self->must_renew)))
      return TRUE;
    if (!self->fetching)
      return fetch (self, cancellable, error);
    if (!wait (self, cancellable, error))
      return FALSE;

    /* Another has just tried, in vain: no need to try that again. */
    if (self->n_fetches != n_fetches && self->error) {
      if (is_good (self))
        return TRUE;
      if (error)
        *error = g_error_copy (self->error);
      return FALSE;
    }
  }
}

/* A copy of what is good now. Waits where there is none, at most until
 * @cancellable is cancelled. */
GstRecCredentials *
gst_rec_credentials_provider_get (GstRecCredentialsProvider * self,
    GCancellable * cancellable, GError ** error)
{
  GstRecCredentials *copy = NULL;

  g_mutex_lock (&self->lock);
  if (prepare (self, cancellable, error))
    copy = gst_rec_credentials_copy (self->current);
  g_mutex_unlock (&self->lock);

  return copy;
}

/* A store says that @refused are over. Whether there are others now. */
gboolean
gst_rec_credentials_provider_renew (GstRecCredentialsProvider * self,
    const GstRecCredentials * refused, GCancellable * cancellable)
{
  if (!self->source->klass->renewable)
    return FALSE;

  g_mutex_lock (&self->lock);
  if (self->current && gst_rec_credentials_equal (self->current, refused))
    g_clear_pointer (&self->current, gst_rec_credentials_free);
  g_mutex_unlock (&self->lock);

  g_autoptr (GstRecCredentials) fresh =
      gst_rec_credentials_provider_get (self, cancellable, NULL);

  return fresh && !gst_rec_credentials_equal (fresh, refused);
}
