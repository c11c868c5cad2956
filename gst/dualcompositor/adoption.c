/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "adoption.h"

#include <gst/gst.h>

void
gst_rec_adoption_clear (GstRecAdoption * self)
{
  gst_clear_buffer (&self->picture);
  gst_clear_buffer (&self->restored);
  gst_rec_frame_clear (&self->under);
}

/* Whether a picture of which the caller knows @refs references, and of its one
 * memory none, may be drawn on. Memory of devices is left alone: it may be slow
 * to read, or not ours to write. */
gboolean
gst_rec_adoption_is_possible (GstBuffer * picture, guint refs)
{
  GstMemory *memory = gst_buffer_peek_memory (picture, 0);

  return gst_buffer_n_memory (picture) == 1
      && GST_MINI_OBJECT_REFCOUNT_VALUE (picture) == (gint) refs
      && GST_MINI_OBJECT_REFCOUNT_VALUE (memory) == 1
      && memory->parent == NULL
      && gst_memory_is_type (memory, GST_ALLOCATOR_SYSMEM)
      && !GST_MEMORY_IS_READONLY (memory);
}

/* Others who hold the buffer are known not to look at it, so that its memory is
 * mapped, which GStreamer allows, and not the buffer. */
static gboolean
map_memory (GstBuffer * picture, const GstVideoInfo * info,
    GstVideoFrame * frame, GError ** error)
{
  GstMemory *memory = gst_buffer_peek_memory (picture, 0);

  *frame = (GstVideoFrame) { .info = *info };
  if (!gst_memory_map (memory, &frame->map[0], GST_MAP_READWRITE)) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "Cannot map %" G_GSIZE_FORMAT " bytes to draw on",
        gst_buffer_get_size (picture));
    return FALSE;
  }
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++)
    frame->data[i] = frame->map[0].data + info->offset[i];

  return TRUE;
}

void
gst_rec_adoption_unmap (GstVideoFrame * frame)
{
  gst_memory_unmap (frame->map[0].memory, &frame->map[0]);
}

/* The smallest rectangle of whole tiles around @rect in the picture. */
static GstRecRect
tiles_around (const GstRecRect * rect, const GstVideoInfo * info)
{
  gint left = rect->x / GST_REC_TILE_WIDTH * GST_REC_TILE_WIDTH;
  gint top = rect->y / GST_REC_TILE_HEIGHT * GST_REC_TILE_HEIGHT;
  gint right = rect->x + rect->width + GST_REC_TILE_WIDTH - 1;
  gint bottom = rect->y + rect->height + GST_REC_TILE_HEIGHT - 1;

  right = MIN (right / GST_REC_TILE_WIDTH * GST_REC_TILE_WIDTH, info->width);
  bottom = MIN (bottom / GST_REC_TILE_HEIGHT * GST_REC_TILE_HEIGHT,
      info->height);

  return (GstRecRect) { left, top, right - left, bottom - top };
}

static gboolean
make_room (GstRecAdoption * self, const GstRecRect * rect,
    const GstVideoInfo * info, GError ** error)
{
  GstVideoInfo part;

  if (self->under.buffer && rect->width == self->rect.width
      && rect->height == self->rect.height
      && gst_video_info_is_equal (&self->info, info))
    return TRUE;

  gst_rec_frame_clear (&self->under);
  gst_video_info_set_format (&part, GST_VIDEO_INFO_FORMAT (info), rect->width,
      rect->height);

  return gst_rec_frame_new (&self->under, &part, error);
}

/* Takes @picture, keeps what is going to be @covered of it, and maps it as
 * @frame to draw on. */
gboolean
gst_rec_adoption_take (GstRecAdoption * self, GstBuffer * picture,
    const GstVideoInfo * info, const GstRecRect * covered,
    GstVideoFrame * frame, GError ** error)
{
  GstRecRect rect = tiles_around (covered, info);
  const GstRecRect all = { 0, 0, rect.width, rect.height };

  gst_clear_buffer (&self->picture);
  gst_clear_buffer (&self->restored);
  if (!make_room (self, &rect, info, error)
      || !map_memory (picture, info, frame, error))
    return FALSE;

  self->picture = gst_buffer_ref (picture);
  self->info = *info;
  self->rect = rect;
  GstVideoFrame part = gst_rec_frame_part (frame, &rect);
  gst_rec_frame_copy (&self->under, &part, &all);

  return TRUE;
}

/* Adds the tiles in which another picture differs from the adopted one as it
 * was. */
void
gst_rec_adoption_add_differences (const GstRecAdoption * self,
    const GstVideoFrame * adopted, const GstVideoFrame * other,
    GstRecTiles * tiles)
{
  GstVideoFrame part = gst_rec_frame_part (other, &self->rect);
  GstRecTiles covered = { 0, }, inside = { 0, };
  GstRecRect rect;
  guint position = 0;

  gst_rec_tiles_resize (&covered, tiles->width, tiles->height);
  gst_rec_tiles_add_rect (&covered, &self->rect);
  gst_rec_tiles_add (tiles, &covered);
  gst_rec_tiles_add_differences (tiles, adopted, other);
  gst_rec_tiles_subtract (tiles, &covered);

  gst_rec_tiles_resize (&inside, self->rect.width, self->rect.height);
  gst_rec_tiles_add_differences (&inside, &self->under, &part);
  while (gst_rec_tiles_next_rect (&inside, &position, &rect)) {
    rect.x += self->rect.x;
    rect.y += self->rect.y;
    gst_rec_tiles_add_rect (tiles, &rect);
  }
  gst_rec_tiles_clear (&covered);
  gst_rec_tiles_clear (&inside);
}

/* The picture as it was, in a buffer of its own that stays with the adoption,
 * or NULL. */
GstBuffer *
gst_rec_adoption_restore (GstRecAdoption * self, GError ** error)
{
  const GstRecRect all = { 0, 0, self->rect.width, self->rect.height };
  GstBuffer *copy;
  GstVideoFrame frame, part;

  if (self->restored)
    return self->restored;

  copy = gst_buffer_copy_deep (self->picture);
  if (!gst_rec_frame_map (&frame, &self->info, copy, GST_MAP_READWRITE,
          error)) {
    gst_buffer_unref (copy);
    return NULL;
  }
  part = gst_rec_frame_part (&frame, &self->rect);
  gst_rec_frame_copy (&part, &self->under, &all);
  gst_rec_frame_clear (&frame);
  self->restored = copy;

  return copy;
}
