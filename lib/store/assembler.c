/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "assembler.h"

#include <string.h>

#define MIB (G_GUINT64_CONSTANT (1) << 20)

/* One in how many of the parts that a store takes is used of each size before
 * that size grows. Of 10,000 that makes 1250 parts, and with the smallest ones
 * of S3, 5 MiB, 10,000 then hold 6.5 TiB, and an object has at most 5. */
#define PARTS_OF_A_SIZE 8

/* Small writes are collected in blocks of this size. */
#define BLOCK (256 * 1024)
/* Bytes from which on they are cheaper kept than copied. */
#define MIN_KEPT (16 * 1024)

struct _GstRecAssembler
{
  GstRecStoreLimits limits;
  guint64 part_size;
  guint64 header_size;
  gboolean equal_parts;

  guint8 *head;                 /* NULL until the first byte */
  guint64 head_length;

  GBytes *block;                /* the one that is being filled, or NULL */
  gsize block_begin;            /* of what is in no part yet */
  gsize block_end;

  GstRecBody *part;             /* the one that is being filled, or NULL */
  guint64 part_capacity;
  guint64 part_length;
  guint64 part_offset;          /* in the stream */
  guint n_taken;                /* parts that were handed out */

  guint64 position;             /* where the next byte goes */
};

/* The size of the part that begins at @offset. It grows with the stream, so
 * that no recording is too long for the number of parts, and memory is spent
 * on it by recordings of many hours only. */
guint64
gst_rec_part_size (const GstRecStoreLimits * limits, guint64 configured,
    guint64 offset)
{
  guint64 grown = offset / (limits->max_parts / PARTS_OF_A_SIZE);
  guint64 unit = MIN (MIB, configured);

  return MIN (MAX (configured, (grown + unit - 1) / unit * unit),
      limits->max_part);
}

/* Stores want a size of every part but the last, and the head is the first
 * part: a smaller header_size becomes that one. With 0 nothing is held back and
 * nothing can be written twice. Equal parts are as large as the larger of the
 * two. */
GstRecAssembler *
gst_rec_assembler_new (const GstRecAssemblerConfig * config)
{
  GstRecAssembler *self = g_new0 (GstRecAssembler, 1);
  guint64 least = config->limits.min_part;

  self->limits = config->limits;
  self->part_size = MAX (config->part_size, least);
  self->header_size =
      config->header_size ? MAX (config->header_size, least) : 0;
  self->equal_parts = config->equal_parts;
  if (self->equal_parts) {
    self->part_size = MAX (self->part_size, self->header_size);
    self->header_size = self->header_size ? self->part_size : 0;
    self->limits.max_object = MIN (self->limits.max_object,
        self->part_size * self->limits.max_parts);
  }
  self->part_offset = self->header_size;

  return self;
}

void
gst_rec_assembler_free (GstRecAssembler * self)
{
  g_free (self->head);
  g_clear_pointer (&self->part, gst_rec_body_unref);
  g_clear_pointer (&self->block, g_bytes_unref);
  g_free (self);
}

guint64
gst_rec_assembler_size (const GstRecAssembler * self)
{
  guint64 body = self->part_offset + self->part_length;

  return body > self->header_size ? body : self->head_length;
}

/* Of the parts that are not begun. Equal parts stay what they are. */
void
gst_rec_assembler_set_part_size (GstRecAssembler * self, guint64 part_size)
{
  if (!self->equal_parts)
    self->part_size = MAX (part_size, self->limits.min_part);
}

/* How many parts the object has so far, the head and the open one included. */
guint
gst_rec_assembler_n_parts (const GstRecAssembler * self)
{
  return (self->head_length > 0) + self->n_taken + (self->part_length > 0);
}

gboolean
gst_rec_assembler_seek (GstRecAssembler * self, guint64 offset,
    GError ** error)
{
  if (offset > self->header_size && offset != gst_rec_assembler_size (self)) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_REWRITE,
        "byte %" G_GUINT64_FORMAT " is outside the first %" G_GUINT64_FORMAT
        " bytes, which alone can be written again", offset,
        self->header_size);
    return FALSE;
  }

  self->position = offset;
  return TRUE;
}

static gboolean
allocate (guint8 ** memory, guint64 size, GError ** error)
{
  if (*memory == NULL)
    *memory = g_try_malloc (size);
  if (*memory == NULL)
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_FAILED,
        "there are no %" G_GUINT64_FORMAT " bytes of memory for a part", size);

  return *memory != NULL;
}

static gssize
write_head (GstRecAssembler * self, gconstpointer data, gsize size,
    GError ** error)
{
  gsize n = MIN (size, self->header_size - self->position);

  if (!allocate (&self->head, self->header_size, error))
    return -1;

  if (self->position > self->head_length)
    memset (self->head + self->head_length, 0,
        self->position - self->head_length);
  memcpy (self->head + self->position, data, n);
  self->position += n;
  self->head_length = MAX (self->head_length, self->position);

  return n;
}

/* What was collected becomes a piece of the part, and stays where it is. */
static void
end_piece (GstRecAssembler * self)
{
  gsize size = self->block_end - self->block_begin;

  if (size > 0)
    gst_rec_body_append_take (self->part, g_bytes_new_from_bytes (self->block,
            self->block_begin, size));
  self->block_begin = self->block_end;
}

static gssize
collect (GstRecAssembler * self, gconstpointer data, gsize size,
    GError ** error)
{
  if (self->block == NULL || self->block_end == BLOCK) {
    guint8 *memory = NULL;

    if (!allocate (&memory, BLOCK, error))
      return -1;
    end_piece (self);
    g_clear_pointer (&self->block, g_bytes_unref);
    self->block = g_bytes_new_take (memory, BLOCK);
    self->block_begin = self->block_end = 0;
  }

  /* Nobody has seen this end of it yet. */
  guint8 *block = (guint8 *) g_bytes_get_data (self->block, NULL);
  gsize n = MIN (size, BLOCK - self->block_end);
  memcpy (block + self->block_end, data, n);
  self->block_end += n;

  return n;
}

/* Called before bytes are appended, where no part is full. */
static gboolean
prepare_part (GstRecAssembler * self, gsize size, GError ** error)
{
  guint64 end = self->part_offset + self->part_length;

  if (self->position != end) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_REWRITE,
        "byte %" G_GUINT64_FORMAT " is on its way to the store and cannot be "
        "written again", self->position);
    return FALSE;
  }
  if (size > self->limits.max_object - end) {
    g_autofree gchar *most = g_format_size_full (self->limits.max_object,
        G_FORMAT_SIZE_IEC_UNITS);

    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_NO_SPACE,
        "an object has at most %s here", most);
    return FALSE;
  }

  /* A hole at the end of the head: the muxer went straight to its end. */
  if (self->head_length < self->header_size) {
    if (!allocate (&self->head, self->header_size, error))
      return FALSE;
    memset (self->head + self->head_length, 0,
        self->header_size - self->head_length);
    self->head_length = self->header_size;
  }

  if (self->part == NULL) {
    self->part = gst_rec_body_new ();
    self->part_capacity = self->equal_parts ? self->part_size :
        gst_rec_part_size (&self->limits, self->part_size, self->part_offset);
  }

  return TRUE;
}

/* @keep holds the bytes at @data, or is NULL. */
static gssize
write_next (GstRecAssembler * self, const guint8 * data, gsize size,
    GBytes * keep, GError ** error)
{
  gssize n;

  if (self->position < self->header_size)
    return write_head (self, data, size, error);
  if (gst_rec_assembler_part_is_full (self))
    return 0;
  if (!prepare_part (self, size, error))
    return -1;

  size = MIN (size, self->part_capacity - self->part_length);
  if (keep && size >= MIN_KEPT) {
    end_piece (self);
    gst_rec_body_append_take (self->part, g_bytes_new_from_bytes (keep,
            data - (const guint8 *) g_bytes_get_data (keep, NULL), size));
    n = size;
  } else if ((n = collect (self, data, size, error)) < 0) {
    return -1;
  }
  self->part_length += n;
  self->position += n;

  return n;
}

/* Takes bytes at the position, as many as fit: the caller comes again with
 * the rest, after it has taken a part that became full. Returns how many. */
gssize
gst_rec_assembler_write (GstRecAssembler * self, gconstpointer data,
    gsize size, GError ** error)
{
  return write_next (self, data, size, NULL, error);
}

/* The same with those from @offset on, which may be kept instead of copied. */
gssize
gst_rec_assembler_write_bytes (GstRecAssembler * self, GBytes * bytes,
    gsize offset, GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return write_next (self, data + offset, size - offset, bytes, error);
}

gboolean
gst_rec_assembler_part_is_full (const GstRecAssembler * self)
{
  return self->part != NULL && self->part_length == self->part_capacity;
}

/* Whether the next byte begins a part. */
gboolean
gst_rec_assembler_wants_part (const GstRecAssembler * self)
{
  return self->part == NULL && self->position >= self->header_size;
}

/* The part that is being filled, full or not; NULL if it holds nothing. */
GstRecBody *
gst_rec_assembler_take_part (GstRecAssembler * self, guint * number)
{
  gsize length = self->part_length;

  if (length == 0)
    return NULL;

  end_piece (self);
  self->n_taken++;
  *number = self->n_taken + (self->header_size > 0);
  self->part_offset += length;
  self->part_length = 0;

  return g_steal_pointer (&self->part);
}

/* The number of the last part that was handed out, the head's if none was. */
guint
gst_rec_assembler_last_number (const GstRecAssembler * self)
{
  return self->n_taken + (self->header_size > 0);
}

/* The head as it is now. NULL if there is none. */
GstRecBody *
gst_rec_assembler_copy_head (const GstRecAssembler * self)
{
  return self->head_length > 0 ? gst_rec_body_new_take (g_bytes_new
      (self->head, self->head_length)) : NULL;
}

/* The head, at the end. NULL if there is none. */
GstRecBody *
gst_rec_assembler_take_head (GstRecAssembler * self)
{
  if (self->head_length == 0)
    return NULL;

  return gst_rec_body_new_take (g_bytes_new_take (g_steal_pointer
          (&self->head), self->head_length));
}
