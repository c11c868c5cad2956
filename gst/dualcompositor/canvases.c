/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "canvases.h"

static void
canvas_clear (GstRecCanvas * canvas)
{
  gst_clear_buffer (&canvas->buffer);
  canvas->is_borrowed = FALSE;
  gst_rec_tiles_clear (&canvas->stale);
}

void
gst_rec_canvases_clear (GstRecCanvases * self)
{
  for (guint i = 0; i < self->n; i++)
    canvas_clear (&self->canvases[i]);
  self->n = self->latest = 0;
}

/* Another size forgets all canvases. */
void
gst_rec_canvases_set_size (GstRecCanvases * self, gint width, gint height)
{
  if (self->width == width && self->height == height)
    return;
  gst_rec_canvases_clear (self);
  self->width = width;
  self->height = height;
}

GstBuffer *
gst_rec_canvases_get_latest (const GstRecCanvases * self)
{
  return self->n > 0 ? self->canvases[self->latest].buffer : NULL;
}

/* A buffer to push, which shares the memory. Of what is borrowed it has the
 * samples only: the rest is about the input. */
GstBuffer *
gst_rec_canvases_copy_latest (const GstRecCanvases * self)
{
  const GstRecCanvas *canvas = &self->canvases[self->latest];
  GstBuffer *copy;

  if (!canvas->is_borrowed)
    return gst_buffer_copy (canvas->buffer);

  copy = gst_buffer_new ();
  gst_buffer_copy_into (copy, canvas->buffer, GST_BUFFER_COPY_MEMORY, 0, -1);
  /* It goes back to its pool when nobody needs it any more. */
  gst_buffer_add_parent_buffer_meta (copy, canvas->buffer);

  return copy;
}

/* The picture has changed where @damage says, on no canvas yet. */
void
gst_rec_canvases_add_damage (GstRecCanvases * self, const GstRecTiles * damage)
{
  for (guint i = 0; i < self->n; i++)
    gst_rec_tiles_add (&self->canvases[i].stale, damage);
}

/* What was pushed are copies of the buffer that share its memory: whoever has
 * one still holds the buffer (a buffer of a pool) or the memory. */
static gboolean
is_free (const GstRecCanvas * canvas)
{
  GstBuffer *buffer = canvas->buffer;

  if (canvas->is_borrowed || !gst_buffer_is_writable (buffer)
      || !gst_buffer_is_all_memory_writable (buffer))
    return FALSE;
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++)
    if (GST_MINI_OBJECT_REFCOUNT_VALUE (gst_buffer_peek_memory (buffer,
                i)) > 1)
      return FALSE;

  return TRUE;
}

/* The one with the least to draw that nobody else holds, or NULL. */
GstRecCanvas *
gst_rec_canvases_find_free (GstRecCanvases * self)
{
  GstRecCanvas *best = NULL;

  for (guint i = 0; i < self->n; i++) {
    GstRecCanvas *canvas = &self->canvases[i];

    if ((!best || canvas->stale.count < best->stale.count)
        && is_free (canvas))
      best = canvas;
  }

  return best;
}

/* Takes @buffer as a canvas on which nothing is right yet, in the place of the
 * stalest one when there are too many. */
GstRecCanvas *
gst_rec_canvases_add (GstRecCanvases * self, GstBuffer * buffer)
{
  GstRecCanvas *canvas = NULL;

  if (self->n < GST_REC_MAX_CANVASES) {
    canvas = &self->canvases[self->n++];
  } else {
    for (guint i = 0; i < self->n; i++)
      if (i != self->latest
          && (!canvas || self->canvases[i].stale.count > canvas->stale.count))
        canvas = &self->canvases[i];
    canvas_clear (canvas);
  }
  canvas->buffer = buffer;
  gst_rec_tiles_resize (&canvas->stale, self->width, self->height);
  gst_rec_tiles_add_all (&canvas->stale);

  return canvas;
}

/* Takes a picture that is one of an input as it stands. */
GstRecCanvas *
gst_rec_canvases_borrow (GstRecCanvases * self, GstBuffer * picture)
{
  GstRecCanvas *canvas =
      gst_rec_canvases_add (self, gst_buffer_ref (picture));

  canvas->is_borrowed = TRUE;

  return canvas;
}

/* Whoever lent them may have only a few. */
static void
give_back_borrowed (GstRecCanvases * self)
{
  for (guint i = self->n; i-- > 0;) {
    if (i == self->latest || !self->canvases[i].is_borrowed)
      continue;
    canvas_clear (&self->canvases[i]);
    self->n--;
    if (self->latest == self->n)
      self->latest = i;
    self->canvases[i] = self->canvases[self->n];
    self->canvases[self->n] = (GstRecCanvas) { .buffer = NULL };
  }
}

/* @canvas holds the picture. */
void
gst_rec_canvases_set_latest (GstRecCanvases * self, const GstRecCanvas * canvas)
{
  self->latest = canvas - self->canvases;
  gst_rec_tiles_remove_all (&self->canvases[self->latest].stale);
  give_back_borrowed (self);
}
