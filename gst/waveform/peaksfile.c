/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The JSON of audiowaveform, version 2:
 * https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md
 *
 * A reader that goes from front to back wants the length before the data, and
 * a writer that keeps nothing knows it after them. So its place is kept by
 * spaces, which JSON allows there, and filled in at the end.
 *
 * The file is written under another name beside it, and gets its own when it is
 * complete: whoever finds it finds all of it. */

#include "peaksfile.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#define BLOCK (64 * 1024)       /* bytes written at a time */
#define LENGTH_DIGITS 20        /* of the largest guint64 */

struct _GstRecPeaksFile
{
  gchar *location, *temporary;
  int fd;
  GError *error;                /* the first one; nothing is written after it */

  GstRecPeaksFileInfo info;
  guint64 length;               /* columns */
  goffset length_offset;        /* in the file */
  GString *pending;
};

static void
set_error (GstRecPeaksFile * self, int code)
{
  if (self->error == NULL)
    self->error = g_error_new (G_IO_ERROR, g_io_error_from_errno (code),
        "%s: %s", self->temporary, g_strerror (code));
}

/* The name has to be of its own: of two that write to one location at once, the
 * last one wins, and both are whole. */
GstRecPeaksFile *
gst_rec_peaks_file_new (const gchar * location, GError ** error)
{
  g_autoptr (GstRecPeaksFile) self = g_new0 (GstRecPeaksFile, 1);

  self->fd = -1;
  self->location = g_strdup (location);
  self->temporary = g_strconcat (location, ".XXXXXX", NULL);
  self->pending = g_string_sized_new (BLOCK + 256);
  /* What no rename can replace must not come out after an hour. */
  if (g_file_test (location, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, "%s: %s",
        location, g_strerror (EISDIR));
    return NULL;
  }

  self->fd = g_mkstemp_full (self->temporary, O_WRONLY | O_CLOEXEC, 0666);
  if (self->fd < 0) {
    set_error (self, errno);
    g_propagate_error (error, g_steal_pointer (&self->error));
    return NULL;
  }

  return g_steal_pointer (&self);
}

/* A file that is not finished is gone. */
void
gst_rec_peaks_file_free (GstRecPeaksFile * self)
{
  if (self->fd >= 0) {
    close (self->fd);
    g_unlink (self->temporary);
  }
  g_clear_error (&self->error);
  g_string_free (self->pending, TRUE);
  g_free (self->location);
  g_free (self->temporary);
  g_free (self);
}

static void
write_pending (GstRecPeaksFile * self)
{
  const gchar *data = self->pending->str;
  gsize left = self->pending->len;

  while (left > 0 && self->error == NULL) {
    gssize written = write (self->fd, data, left);

    if (written >= 0) {
      data += written;
      left -= written;
    } else if (errno != EINTR) {
      set_error (self, errno);
    }
  }
  g_string_truncate (self->pending, 0);
}

void
gst_rec_peaks_file_begin (GstRecPeaksFile * self,
    const GstRecPeaksFileInfo * info)
{
  self->info = *info;
  g_string_append_printf (self->pending, "{\"version\":2,\"channels\":%u,"
      "\"sample_rate\":%d,\"samples_per_pixel\":%u,\"bits\":%u,\"length\":",
      info->channels, info->sample_rate, info->samples_per_pixel, info->bits);
  self->length_offset = self->pending->len;
  g_string_append_printf (self->pending, "%*s,\"data\":[", LENGTH_DIGITS, "");
}

/* n columns with the same peaks, one for each channel. 8 bits are the upper
 * ones, rounded towards zero as audiowaveform does. */
void
gst_rec_peaks_file_add (GstRecPeaksFile * self, const GstRecPeak * peaks,
    guint64 n)
{
  const gint divisor = self->info.bits == 8 ? 256 : 1;

  for (; n > 0 && self->error == NULL; n--) {
    for (guint c = 0; c < self->info.channels; c++)
      g_string_append_printf (self->pending, "%s%d,%d",
          self->length == 0 && c == 0 ? "" : ",", peaks[c].min / divisor,
          peaks[c].max / divisor);
    self->length++;
    if (self->pending->len >= BLOCK)
      write_pending (self);
  }
}

/* Whether all that was given so far could be written. */
gboolean
gst_rec_peaks_file_check (GstRecPeaksFile * self, GError ** error)
{
  if (self->error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->error));

  return FALSE;
}

static void
write_length (GstRecPeaksFile * self)
{
  gchar text[LENGTH_DIGITS + 1];

  g_snprintf (text, sizeof text, "%*" G_GUINT64_FORMAT, LENGTH_DIGITS,
      self->length);
  if (self->error == NULL
      && pwrite (self->fd, text, LENGTH_DIGITS,
          self->length_offset) != LENGTH_DIGITS)
    set_error (self, errno);
}

/* The data are on the disk before the name is, so that not even a power cut
 * leaves half of a file under it. */
static void
take_name (GstRecPeaksFile * self)
{
  if (self->error == NULL && fsync (self->fd) != 0)
    set_error (self, errno);
  if (self->error == NULL
      && g_rename (self->temporary, self->location) != 0)
    set_error (self, errno);
  if (self->error)
    return;

  close (self->fd);
  self->fd = -1;
}

gboolean
gst_rec_peaks_file_finish (GstRecPeaksFile * self, GError ** error)
{
  g_string_append (self->pending, "]}\n");
  write_pending (self);
  write_length (self);
  take_name (self);

  return gst_rec_peaks_file_check (self, error);
}

const GstRecPeaksFileInfo *
gst_rec_peaks_file_get_info (const GstRecPeaksFile * self)
{
  return &self->info;
}

guint64
gst_rec_peaks_file_get_length (const GstRecPeaksFile * self)
{
  return self->length;
}
