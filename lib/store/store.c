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

void
gst_rec_store_object_clear (GstRecStoreObject * self)
{
  g_clear_pointer (&self->etag, g_free);
  self->size = 0;
}

void
gst_rec_store_part_clear (GstRecStorePart * self)
{
  g_clear_pointer (&self->etag, g_free);
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
