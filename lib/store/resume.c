/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "resume.h"

/* The part of that number among those that the store lists, or NULL. */
static const GstRecStorePart *
find_part (const GPtrArray * listed, guint number)
{
  for (guint i = 0; i < listed->len; i++) {
    const GstRecStorePart *part = g_ptr_array_index (listed, i);

    if (part->number == number)
      return part;
  }

  return NULL;
}

/* Whether the store has the bytes that were meant. A size alone says nothing
 * of them. */
static gboolean
is_same (const GstRecStorePart * meant, const GstRecStorePart * listed)
{
  if (listed == NULL || listed->size != meant->size)
    return FALSE;
  if (meant->checksum && listed->checksum)
    return g_str_equal (meant->checksum, listed->checksum);

  return meant->etag && listed->etag &&
      g_str_equal (meant->etag, listed->etag);
}

static gboolean
send_part (GstRecStore * store, const gchar * key, const gchar * id,
    GstRecStorePart * part, GstRecResumeRead read, gpointer data,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GstRecBody) body = read (part->number, data, error);

  if (body == NULL)
    return FALSE;
  if (gst_rec_body_size (body) != part->size) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_FAILED,
        "part %u has not the size any more that it had", part->number);
    return FALSE;
  }

  return store->klass->put_part (store, key, id, part, body, cancellable,
      error);
}

static void
clear_part (gpointer part)
{
  gst_rec_store_part_clear (part);
}

/* Brings the upload @id, which somebody began and left, to its end. @parts are
 * all of the object, in order: number, size, and the ETag or the checksum of
 * those that are known to have been sent. Those that the store lists like that
 * stay; the others are read by @read and sent. An upload that fails again is
 * left as it is, to be resumed or aborted. */
gboolean
gst_rec_store_resume (GstRecStore * store, const gchar * key,
    const gchar * id, const GstRecStorePart * parts, guint n_parts,
    GstRecResumeRead read, gpointer data, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) listed =
      store->klass->list_parts (store, key, id, cancellable, error);
  g_autoptr (GArray) sent =
      g_array_new (FALSE, TRUE, sizeof (GstRecStorePart));

  if (listed == NULL)
    return FALSE;
  g_array_set_clear_func (sent, clear_part);

  for (guint i = 0; i < n_parts; i++) {
    const GstRecStorePart *there = find_part (listed, parts[i].number);
    GstRecStorePart part = {.number = parts[i].number,.size = parts[i].size };
    gboolean good = TRUE;

    if (is_same (&parts[i], there)) {
      part.etag = g_strdup (there->etag);
      part.checksum = g_strdup (there->checksum ? there->checksum :
          parts[i].checksum);
    } else {
      good = send_part (store, key, id, &part, read, data, cancellable, error);
    }
    g_array_append_val (sent, part);
    if (!good)
      return FALSE;
  }

  return store->klass->complete (store, key, id,
      (const GstRecStorePart *) sent->data, sent->len, object, cancellable,
      error);
}
