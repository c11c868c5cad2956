/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "store.h"

#include <string.h>

G_DEFINE_QUARK (gst-rec-store-error-quark, gst_rec_store_error)

void
gst_rec_store_free (GstRecStore * self)
{
  if (self)
    self->klass->free (self);
}

GstRecStorePlace *
gst_rec_store_place_ref (GstRecStorePlace * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
gst_rec_store_place_unref (GstRecStorePlace * self)
{
  if (g_atomic_int_dec_and_test (&self->refs))
    self->klass->free (self);
}

/* Of an object there, as a user writes it. */
gchar *
gst_rec_store_place_uri (const GstRecStorePlace * self, const gchar * key)
{
  return self->klass->uri (self, key);
}

/* How often anything was tried again, on all handles. */
guint
gst_rec_store_place_retries (GstRecStorePlace * self)
{
  return self->klass->retries (self);
}

/* How all handles together use the network, from now on: bits a second, 0 for
 * no limit, and the DSCP of every connection, -1 for the system's. */
void
gst_rec_store_place_set_line (GstRecStorePlace * self, guint64 max_bitrate,
    gint dscp)
{
  if (self->klass->set_line)
    self->klass->set_line (self, max_bitrate, dscp);
}

/* A handle for the calling thread. Nothing is tried again once @stop, which
 * may be NULL, is cancelled. What is @patient tries again until then, however
 * often. */
GstRecStore *
gst_rec_store_place_open (GstRecStorePlace * self, GCancellable * stop,
    gboolean patient, GError ** error)
{
  return self->klass->open (self, stop, patient, error);
}

void
gst_rec_store_object_clear (GstRecStoreObject * self)
{
  g_free (self->key);
  g_free (self->etag);
  g_free (self->version_id);
  g_free (self->checksum);
  g_free (self->content_type);
  g_strfreev (self->metadata);
  *self = (GstRecStoreObject) { 0, };
}

void
gst_rec_store_object_free (GstRecStoreObject * self)
{
  gst_rec_store_object_clear (self);
  g_free (self);
}

void
gst_rec_store_attributes_copy (const GstRecStoreAttributes * self,
    GstRecStoreAttributes * copy)
{
  copy->content_type = g_strdup (self->content_type);
  copy->content_disposition = g_strdup (self->content_disposition);
  copy->metadata = g_strdupv (self->metadata);
}

void
gst_rec_store_attributes_clear (GstRecStoreAttributes * self)
{
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->content_disposition, g_free);
  g_clear_pointer (&self->metadata, g_strfreev);
}

void
gst_rec_store_part_clear (GstRecStorePart * self)
{
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->checksum, g_free);
}

void
gst_rec_store_part_free (GstRecStorePart * self)
{
  gst_rec_store_part_clear (self);
  g_free (self);
}

void
gst_rec_store_upload_free (GstRecStoreUpload * self)
{
  g_free (self->key);
  g_free (self->id);
  g_free (self);
}

/* Aborts the uploads below @prefix that began before @before (us since 1970):
 * what a recorder left that could not clean up itself. Returns how many, or
 * -1 and the first error, after it tried them all. */
gint
gst_rec_store_abort_uploads (GstRecStore * self, const gchar * prefix,
    gint64 before, GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) uploads =
      self->klass->list_uploads (self, prefix, cancellable, error);
  g_autoptr (GError) first = NULL;
  gint aborted = 0;

  if (uploads == NULL)
    return -1;

  for (guint i = 0; i < uploads->len; i++) {
    const GstRecStoreUpload *upload = g_ptr_array_index (uploads, i);

    if (upload->started < before &&
        self->klass->abort (self, upload->key, upload->id, cancellable,
            first ? NULL : &first))
      aborted++;
  }

  if (first) {
    g_propagate_error (error, g_steal_pointer (&first));
    return -1;
  }

  return aborted;
}
