/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "body.h"

struct _GstRecBody
{
  gint refs;                    /* atomic */
  GPtrArray *pieces;            /* of GBytes */
  guint64 size;
};

GstRecBody *
gst_rec_body_new (void)
{
  GstRecBody *self = g_new0 (GstRecBody, 1);

  self->refs = 1;
  self->pieces =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  return self;
}

GstRecBody *
gst_rec_body_new_take (GBytes * piece)
{
  GstRecBody *self = gst_rec_body_new ();

  gst_rec_body_append_take (self, piece);

  return self;
}

GstRecBody *
gst_rec_body_ref (GstRecBody * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
gst_rec_body_unref (GstRecBody * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  g_ptr_array_unref (self->pieces);
  g_free (self);
}

void
gst_rec_body_append_take (GstRecBody * self, GBytes * piece)
{
  self->size += g_bytes_get_size (piece);
  g_ptr_array_add (self->pieces, piece);
}

guint64
gst_rec_body_size (const GstRecBody * self)
{
  return self->size;
}

guint
gst_rec_body_n_pieces (const GstRecBody * self)
{
  return self->pieces->len;
}

/* Belongs to the body. */
GBytes *
gst_rec_body_piece (const GstRecBody * self, guint index)
{
  return g_ptr_array_index (self->pieces, index);
}

/* From the first byte on, and again for every try. */
GInputStream *
gst_rec_body_read (const GstRecBody * self)
{
  GInputStream *stream = g_memory_input_stream_new ();

  for (guint i = 0; i < self->pieces->len; i++)
    g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (stream),
        g_ptr_array_index (self->pieces, i));

  return stream;
}
