/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* renameat2 */
#endif

#include "filetree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_KEY 1024
/* Between two looks at whether it is cancelled */
#define MAX_WRITE (1024 * 1024)

void
gst_rec_fd_close (GstRecFd fd)
{
  if (fd >= 0)
    close (fd);
}

GstRecFd
gst_rec_fd_steal (GstRecFd * fd)
{
  GstRecFd stolen = *fd;

  *fd = -1;
  return stolen;
}

static GstRecStoreError
error_of (gint number)
{
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return GST_REC_STORE_ERROR_NO_SPACE;
    case EACCES:
    case EPERM:
    case EROFS:
      return GST_REC_STORE_ERROR_NOT_AUTHORIZED;
    case ENOENT:
      return GST_REC_STORE_ERROR_NOT_FOUND;
    case EEXIST:
      return GST_REC_STORE_ERROR_EXISTS;
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case EXDEV:
    case ENAMETOOLONG:
    case EILSEQ:
      return GST_REC_STORE_ERROR_REFUSED;
    default:
      return GST_REC_STORE_ERROR_FAILED;
  }
}

gboolean
gst_rec_file_fail (GError ** error, const gchar * operation, gint number)
{
  g_set_error (error, GST_REC_STORE_ERROR, error_of (number), "%s: %s",
      operation, g_strerror (number));
  return FALSE;
}

static gboolean
is_component (const gchar * text, gsize size)
{
  static const gchar *const refused[] = { "", ".", "..",
    GST_REC_FILE_HIDDEN, NULL
  };

  for (guint i = 0; refused[i]; i++)
    if (strlen (refused[i]) == size && strncmp (text, refused[i], size) == 0)
      return FALSE;

  return size <= NAME_MAX;
}

/* Whether @key is the name of a file below the folder. */
gboolean
gst_rec_file_check_key (const gchar * key, GError ** error)
{
  g_auto (GStrv) components = g_strsplit (key, "/", -1);
  gboolean good = *key != '\0' && strlen (key) <= MAX_KEY;

  for (guint i = 0; good && components[i]; i++)
    good = is_component (components[i], strlen (components[i]));

  if (!good)
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_REFUSED,
        "the key cannot be a file: it has more than %u bytes, or a part "
        "between slashes is empty, \".\", \"..\", \"%s\" or longer than %u "
        "bytes", MAX_KEY, GST_REC_FILE_HIDDEN, NAME_MAX);
  return good;
}

/* Whether it appears after a power cut is up to the folder it is in. */
static GstRecFd
open_subfolder (GstRecFd folder, const gchar * name, gboolean create,
    mode_t mode)
{
  const gint flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  GstRecFd fd = openat (folder, name, flags);

  if (fd >= 0 || errno != ENOENT || !create)
    return fd;
  if (mkdirat (folder, name, mode) < 0 && errno != EEXIST)
    return -1;
  if (fsync (folder) < 0)
    return -1;

  return openat (folder, name, flags);
}

/* The folder that @key is in, one component at a time, none of which may be a
 * symbolic link; @name is what @key is called there. */
GstRecFd
gst_rec_file_open_folder (GstRecFd root, const gchar * key, gboolean create,
    const gchar ** name, GError ** error)
{
  g_auto (GstRecFd) folder = -1;
  const gchar *slash;

  if (!gst_rec_file_check_key (key, error))
    return -1;

  folder = fcntl (root, F_DUPFD_CLOEXEC, 0);
  for (*name = key; folder >= 0 && (slash = strchr (*name, '/'));
      *name = slash + 1) {
    g_autofree gchar *component = g_strndup (*name, slash - *name);
    GstRecFd next = open_subfolder (folder, component, create, 0777);
    gint number = errno;

    gst_rec_fd_close (folder);
    folder = next;
    errno = number;
  }

  if (folder < 0) {
    /* Below a file there is nothing to be found. */
    gst_rec_file_fail (error, "opening the folder of the key",
        errno == ENOTDIR && !create ? ENOENT : errno);
    return -1;
  }

  return gst_rec_fd_steal (&folder);
}

/* The folder of what is not yet a file. */
GstRecFd
gst_rec_file_open_hidden (GstRecFd root, gboolean create, GError ** error)
{
  GstRecFd fd = open_subfolder (root, GST_REC_FILE_HIDDEN, create, 0700);

  if (fd < 0)
    gst_rec_file_fail (error, "opening the folder of the uploads", errno);

  return fd;
}

/* A file that is one, for reading. */
GstRecFd
gst_rec_file_open (GstRecFd root, const gchar * key, GError ** error)
{
  const gchar *name;
  struct stat status;
  g_auto (GstRecFd) folder =
      gst_rec_file_open_folder (root, key, FALSE, &name, error);
  g_auto (GstRecFd) fd = -1;

  if (folder < 0)
    return -1;

  /* A fifo that nobody writes to would block. */
  fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    gst_rec_file_fail (error, "opening the file", errno);
    return -1;
  }
  if (fstat (fd, &status) < 0 || !S_ISREG (status.st_mode)) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_NOT_FOUND, "there is no regular file");
    return -1;
  }

  return gst_rec_fd_steal (&fd);
}

/* A new file. */
GstRecFd
gst_rec_file_create (GstRecFd folder, const gchar * name, GError ** error)
{
  GstRecFd fd = openat (folder, name,
      O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

  if (fd < 0)
    gst_rec_file_fail (error, "creating a file", errno);

  return fd;
}

/* That nobody can guess, of 32 hex digits. */
gchar *
gst_rec_file_random_id (void)
{
  guint8 bytes[16];
  GString *hex = g_string_new (NULL);

  if (getrandom (bytes, sizeof (bytes), 0) != sizeof (bytes))
    g_error ("the system has no random numbers");
  for (guint i = 0; i < sizeof (bytes); i++)
    g_string_append_printf (hex, "%02x", bytes[i]);

  return g_string_free (hex, FALSE);
}

gboolean
gst_rec_file_write_bytes (GstRecFd fd, const guint8 * data, gsize size,
    GCancellable * cancellable, GError ** error)
{
  while (size > 0) {
    gssize n = write (fd, data, MIN (size, MAX_WRITE));

    if (n < 0 && errno != EINTR)
      return gst_rec_file_fail (error, "writing", errno);
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    data += MAX (n, 0);
    size -= MAX (n, 0);
  }

  return TRUE;
}

gboolean
gst_rec_file_write (GstRecFd fd, const GstRecBody * body,
    GCancellable * cancellable, GError ** error)
{
  for (guint i = 0; i < gst_rec_body_n_pieces (body); i++) {
    gsize size;
    const guint8 *data =
        g_bytes_get_data (gst_rec_body_piece (body, i), &size);

    if (!gst_rec_file_write_bytes (fd, data, size, cancellable, error))
      return FALSE;
  }

  return TRUE;
}

gboolean
gst_rec_file_sync (GstRecFd fd, GError ** error)
{
  return fsync (fd) == 0 || gst_rec_file_fail (error, "fsync", errno);
}

/* Not all file systems can rename without replacing. */
static gint
rename_new (GstRecFd from_folder, const gchar * from, GstRecFd to_folder,
    const gchar * to)
{
  if (renameat2 (from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
  if (linkat (from_folder, from, to_folder, to, 0) < 0)
    return -1;

  return unlinkat (from_folder, from, 0);
}

/* Gives a file that is complete and synced its name, in one step: after a
 * power cut there is what was there before, or all of it. */
gboolean
gst_rec_file_publish (GstRecFd from_folder, const gchar * from, GstRecFd root,
    const gchar * key, gboolean replace, GError ** error)
{
  const gchar *name;
  g_auto (GstRecFd) folder =
      gst_rec_file_open_folder (root, key, TRUE, &name, error);

  if (folder < 0)
    return FALSE;
  if ((replace ? renameat (from_folder, from, folder, name) :
          rename_new (from_folder, from, folder, name)) < 0)
    return gst_rec_file_fail (error, "giving the file its name", errno);

  return gst_rec_file_sync (folder, error);
}
