/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "httpbody.h"

/* Enough for a system call to be worth it. */
#define MAX_VECTORS 16
#define MAX_WRITE (1024 * 1024)

typedef struct
{
  const GstRecBody *body;
  guint piece;
  gsize offset;                 /* in the piece */
  guint64 left;
} Cursor;

/* As many of the next bytes, up to @size, as fit. Returns how many. */
static gsize
point_at_next (const Cursor * self, gsize size, GOutputVector * vectors,
    gsize * n_vectors)
{
  gsize total = 0, offset = self->offset;

  *n_vectors = 0;
  for (guint i = self->piece; *n_vectors < MAX_VECTORS && total < size; i++) {
    gsize n;
    const guint8 *data =
        g_bytes_get_data (gst_rec_body_piece (self->body, i), &n);

    n = MIN (n - offset, size - total);
    if (n > 0)
      vectors[(*n_vectors)++] = (GOutputVector) { data + offset, n };
    total += n;
    offset = 0;
  }

  return total;
}

static void
advance (Cursor * self, gsize n)
{
  self->left -= n;
  self->offset += n;
  while (self->piece < gst_rec_body_n_pieces (self->body)) {
    gsize size = g_bytes_get_size (gst_rec_body_piece (self->body,
            self->piece));

    if (self->offset < size)
      break;
    self->offset -= size;
    self->piece++;
  }
}

static gboolean
write_next (Cursor * cursor, gsize size, GOutputStream * out,
    GCancellable * cancellable, GError ** error)
{
  while (size > 0) {
    GOutputVector vectors[MAX_VECTORS];
    gsize n_vectors, n;

    point_at_next (cursor, size, vectors, &n_vectors);
    if (!g_output_stream_writev (out, vectors, n_vectors, &n, cancellable,
            error))
      return FALSE;
    advance (cursor, n);
    size -= n;
  }

  return TRUE;
}

/* Writes @body as it lies in memory, when @shared lets it. @socket is the one
 * under @out, or NULL. */
gboolean
gst_rec_http_write_body (GOutputStream * out, const GstRecBody * body,
    GstRecHttpShared * shared, GSocket * socket, GCancellable * cancellable,
    GError ** error)
{
  Cursor cursor = {.body = body,.left = gst_rec_body_size (body) };
  guint settings = gst_rec_http_shared_settings (shared);

  advance (&cursor, 0);
  while (cursor.left > 0) {
    gsize size = MIN (cursor.left, MAX_WRITE);
    GTimeSpan delay = gst_rec_http_shared_reserve (shared, &size);

    if (!gst_rec_http_sleep (delay, cancellable, NULL)) {
      g_cancellable_set_error_if_cancelled (cancellable, error);
      return FALSE;
    }
    if (socket && settings != gst_rec_http_shared_settings (shared)) {
      settings = gst_rec_http_shared_settings (shared);
      gst_rec_http_shared_apply (shared, socket);
    }
    if (!write_next (&cursor, size, out, cancellable, error))
      return FALSE;
  }

  return TRUE;
}

/* FALSE, at once, when one of the two is cancelled. */
gboolean
gst_rec_http_sleep (GTimeSpan delay, GCancellable * cancellable,
    GCancellable * stop)
{
  GPollFD fds[2];
  gboolean has_cancel, has_stop;

  if (delay > 0) {
    has_cancel = g_cancellable_make_pollfd (cancellable, &fds[0]);
    has_stop = g_cancellable_make_pollfd (stop, &fds[has_cancel]);
    g_poll (fds, has_cancel + has_stop,
        (delay + G_TIME_SPAN_MILLISECOND - 1) / G_TIME_SPAN_MILLISECOND);
    if (has_cancel)
      g_cancellable_release_fd (cancellable);
    if (has_stop)
      g_cancellable_release_fd (stop);
  }

  return !g_cancellable_is_cancelled (cancellable) &&
      !g_cancellable_is_cancelled (stop);
}
