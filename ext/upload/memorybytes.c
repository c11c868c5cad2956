/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "memorybytes.h"

/* Below that, a copy costs less than to keep the memory. */
#define MIN_KEPT (16 * 1024)

typedef struct
{
  GstMemory *memory;
  GstMapInfo map;
} Mapped;

static void
mapped_free (gpointer data)
{
  Mapped *self = data;

  gst_memory_unmap (self->memory, &self->map);
  gst_memory_unref (self->memory);
  g_free (self);
}

/* Whether @memory may be kept for as long as an upload takes: nobody waits for
 * it to come back, as a pool or a device does, and not much more than what it
 * holds is kept with it. */
static gboolean
may_be_kept (GstBuffer * buffer, GstMemory * memory)
{
  gsize total;
  gsize size = gst_memory_get_sizes (memory, NULL, &total);

  return size >= MIN_KEPT && total <= size + size / 4 &&
      buffer->pool == NULL &&
      gst_buffer_get_parent_buffer_meta (buffer) == NULL &&
      gst_memory_is_type (memory, GST_ALLOCATOR_SYSMEM);
}

/* The bytes of one of the memories of @buffer, which lasts as long as they do;
 * @keep is whether that may be long. NULL if it cannot be read. */
GBytes *
gst_rec_upload_memory_bytes (GstBuffer * buffer, guint index, gboolean * keep)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, index);
  Mapped *mapped = g_new (Mapped, 1);

  if (!gst_memory_map (memory, &mapped->map, GST_MAP_READ)) {
    g_free (mapped);
    return NULL;
  }

  mapped->memory = gst_memory_ref (memory);
  *keep = may_be_kept (buffer, memory);
  return g_bytes_new_with_free_func (mapped->map.data, mapped->map.size,
      mapped_free, mapped);
}
