/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "fileprivate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "store/checksum.h"

#define MAX_PART (G_GUINT64_CONSTANT (5) << 30)
#define MAX_READ (1024 * 1024)
/* A list has an end, whatever somebody makes of the folder. */
#define MAX_OBJECTS 1000000
#define MAX_DEPTH 64

/* What the freedesktop.org specifications call it */
#define XATTR_TYPE "user.mime_type"
#define XATTR_CHECKSUM "user.gst-rec.crc32c"
#define XATTR_METADATA "user.gst-rec.meta."
#define MAX_XATTR 65536

/* Another one for every file that replaces one, and for every change of one. */
static gchar *
make_etag (const struct stat *status)
{
  return g_strdup_printf ("%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER
      "x-%" G_GINT64_MODIFIER "x.%lx", (guint64) status->st_ino,
      (guint64) status->st_size, (guint64) status->st_mtim.tv_sec,
      status->st_mtim.tv_nsec);
}

static gboolean
set_xattr (GstRecFd fd, const gchar * name, const gchar * value,
    GError ** error)
{
  if (value == NULL || fsetxattr (fd, name, value, strlen (value), 0) == 0 ||
      errno == ENOTSUP || errno == EPERM)
    return TRUE;

  return gst_rec_file_fail (error, "storing attributes", errno);
}

static gchar *
get_xattr (GstRecFd fd, const gchar * name)
{
  g_autofree gchar *value = g_malloc (MAX_XATTR + 1);
  gssize n = fgetxattr (fd, name, value, MAX_XATTR);

  if (n < 0)
    return NULL;
  value[n] = '\0';
  if (!g_utf8_validate (value, n, NULL))
    return NULL;

  return g_strdup (value);
}

/* A checksum is one of the bytes at a time: others may write to the file. */
static gchar *
stamp_checksum (const gchar * checksum, const struct stat *status)
{
  g_autofree gchar *etag = make_etag (status);

  return g_strconcat (checksum, " ", strchr (etag, '-') + 1, NULL);
}

/* What is stored beside the bytes, and the bytes on the disk. @checksum is a
 * CRC32C in base64. */
gboolean
gst_rec_file_finish (GstRecFd fd, const GstRecStoreAttributes * attributes,
    const gchar * checksum, GError ** error)
{
  g_autofree gchar *stamped = NULL;
  struct stat status;

  if (fstat (fd, &status) < 0)
    return gst_rec_file_fail (error, "fstat", errno);
  stamped = stamp_checksum (checksum, &status);
  if (!set_xattr (fd, XATTR_TYPE, attributes->content_type, error) ||
      !set_xattr (fd, XATTR_CHECKSUM, stamped, error))
    return FALSE;

  for (guint i = 0; attributes->metadata && attributes->metadata[i] &&
      attributes->metadata[i + 1]; i += 2) {
    g_autofree gchar *name =
        g_strconcat (XATTR_METADATA, attributes->metadata[i], NULL);

    if (!set_xattr (fd, name, attributes->metadata[i + 1], error))
      return FALSE;
  }

  return gst_rec_file_sync (fd, error);
}

static gchar **
read_metadata (GstRecFd fd)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *names = g_malloc (MAX_XATTR + 1);
  gssize n = flistxattr (fd, names, MAX_XATTR);

  for (const gchar * name = names; n > 0 && name < names + n;
      name += strlen (name) + 1) {
    g_autofree gchar *value = NULL;

    if (!g_str_has_prefix (name, XATTR_METADATA) ||
        (value = get_xattr (fd, name)) == NULL)
      continue;
    g_ptr_array_add (fields, g_strdup (name + strlen (XATTR_METADATA)));
    g_ptr_array_add (fields, g_steal_pointer (&value));
  }
  if (fields->len == 0)
    return NULL;
  g_ptr_array_add (fields, NULL);
  g_ptr_array_set_free_func (fields, NULL);

  return (gchar **) g_ptr_array_free (g_steal_pointer (&fields), FALSE);
}

static gint64
modified_of (const struct stat *status)
{
  return (gint64) status->st_mtim.tv_sec * G_USEC_PER_SEC +
      status->st_mtim.tv_nsec / 1000;
}

gboolean
gst_rec_file_describe (GstRecFd fd, GstRecStoreObject * object,
    GError ** error)
{
  struct stat status;

  if (fstat (fd, &status) < 0)
    return gst_rec_file_fail (error, "fstat", errno);

  g_autofree gchar *stored = get_xattr (fd, XATTR_CHECKSUM);
  g_autofree gchar *checksum = stored ?
      g_strndup (stored, strcspn (stored, " ")) : NULL;
  g_autofree gchar *stamped = stored ?
      stamp_checksum (checksum, &status) : NULL;

  gst_rec_store_object_clear (object);
  object->size = status.st_size;
  object->etag = make_etag (&status);
  object->modified = modified_of (&status);
  object->content_type = get_xattr (fd, XATTR_TYPE);
  object->metadata = read_metadata (fd);
  if (g_strcmp0 (stored, stamped) == 0 && stored)
    object->checksum = g_strconcat ("crc32c:", checksum, NULL);

  return TRUE;
}

static gboolean
check_version (const gchar * version_id, GError ** error)
{
  if (version_id == NULL)
    return TRUE;

  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_UNSUPPORTED, "a folder keeps no versions");
  return FALSE;
}

/* Writes a file nobody knows and gives it its name. */
static gboolean
put_hidden (GstRecFileStore * self, GstRecFd hidden, const gchar * name,
    const gchar * key, const GstRecStoreAttributes * attributes,
    GstRecBody * body, GstRecStoreObject * object,
    GCancellable * cancellable, GError ** error)
{
  g_auto (GstRecFd) fd = gst_rec_file_create (hidden, name, error);
  g_autofree gchar *checksum =
      gst_rec_checksum_of_body (GST_REC_CHECKSUM_CRC32C, body);

  return fd >= 0 && gst_rec_file_write (fd, body, cancellable, error) &&
      gst_rec_file_finish (fd, attributes, checksum, error) &&
      gst_rec_file_publish (hidden, name, self->root, key,
      self->place->replace, error) &&
      gst_rec_file_describe (fd, object, error);
}

static gboolean
file_put (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GstRecBody * body,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error)
{
  GstRecFileStore *self = (GstRecFileStore *) store;
  g_autofree gchar *id = gst_rec_file_random_id ();
  g_autofree gchar *name = g_strconcat ("put-", id, NULL);
  g_auto (GstRecFd) hidden = -1;

  if (!gst_rec_file_check_key (key, error))
    return FALSE;
  hidden = gst_rec_file_open_hidden (self->root, TRUE, error);
  if (hidden < 0)
    return FALSE;
  if (put_hidden (self, hidden, name, key, attributes, body, object,
          cancellable, error))
    return TRUE;

  unlinkat (hidden, name, 0);
  return FALSE;
}

static gboolean
file_head (GstRecStore * store, const gchar * key, const gchar * version_id,
    GstRecStoreObject * object, GCancellable * cancellable G_GNUC_UNUSED,
    GError ** error)
{
  g_auto (GstRecFd) fd = -1;

  if (!check_version (version_id, error))
    return FALSE;
  fd = gst_rec_file_open (((GstRecFileStore *) store)->root, key, error);

  return fd >= 0 && gst_rec_file_describe (fd, object, error);
}

/* Whether the file is still the one that was pinned. */
static gboolean
check_pin (GstRecFd fd, const GstRecStoreObject * pin, GError ** error)
{
  g_autofree gchar *etag = NULL;
  struct stat status;

  if (fstat (fd, &status) < 0)
    return gst_rec_file_fail (error, "fstat", errno);
  etag = make_etag (&status);
  if (pin == NULL || pin->etag == NULL || strcmp (pin->etag, etag) == 0)
    return TRUE;

  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_CHANGED, "the file was replaced or written to");
  return FALSE;
}

static gboolean
read_range (GstRecFd fd, guint64 offset, guint8 * data, gsize size,
    GCancellable * cancellable, GError ** error)
{
  while (size > 0) {
    gssize n = pread (fd, data, MIN (size, MAX_READ), offset);

    if (n < 0 && errno != EINTR)
      return gst_rec_file_fail (error, "reading", errno);
    if (n == 0) {
      g_set_error_literal (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_CHANGED, "the file is shorter than before");
      return FALSE;
    }
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    data += MAX (n, 0);
    offset += MAX (n, 0);
    size -= MAX (n, 0);
  }

  return TRUE;
}

static gboolean
file_get_range (GstRecStore * store, const gchar * key,
    const GstRecStoreObject * pin, guint64 offset, guint8 * data, gsize size,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GError) reason = NULL;
  g_auto (GstRecFd) fd = -1;

  if (!check_version (pin ? pin->version_id : NULL, error))
    return FALSE;

  fd = gst_rec_file_open (((GstRecFileStore *) store)->root, key, &reason);
  /* Before, so as not to read another one, and after: it may have been written
   * to meanwhile. */
  if (fd >= 0 && check_pin (fd, pin, &reason) &&
      read_range (fd, offset, data, size, cancellable, &reason) &&
      check_pin (fd, pin, &reason))
    return TRUE;

  if (pin && g_error_matches (reason, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NOT_FOUND))
    reason->code = GST_REC_STORE_ERROR_CHANGED;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* Whether the files of the folder @path, which ends with a slash or is empty,
 * may have the prefix. */
static gboolean
may_hold (const gchar * path, const gchar * prefix)
{
  return strncmp (path, prefix, MIN (strlen (path), strlen (prefix))) == 0;
}

typedef struct
{
  const gchar *prefix;
  GPtrArray *objects;
  GCancellable *cancellable;
} List;

static gboolean list_folder (List * self, GstRecFd folder,
    const gchar * path, guint depth, GError ** error);

static gboolean
list_entry (List * self, GstRecFd folder, const gchar * path,
    const gchar * name, guint depth, GError ** error)
{
  g_autofree gchar *key = g_strconcat (path, name, NULL);
  struct stat status;

  if (!g_utf8_validate (name, -1, NULL) ||
      fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return TRUE;

  if (S_ISDIR (status.st_mode)) {
    g_autofree gchar *below = g_strconcat (key, "/", NULL);
    g_auto (GstRecFd) fd = depth < MAX_DEPTH && may_hold (below, self->prefix)
        ? openat (folder, name,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;

    return fd < 0 || list_folder (self, fd, below, depth + 1, error);
  }
  if (!S_ISREG (status.st_mode) || !g_str_has_prefix (key, self->prefix))
    return TRUE;

  if (self->objects->len >= MAX_OBJECTS) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_ANSWER,
        "there are more than %u files", MAX_OBJECTS);
    return FALSE;
  }
  GstRecStoreObject *object = g_new0 (GstRecStoreObject, 1);
  object->key = g_steal_pointer (&key);
  object->size = status.st_size;
  object->etag = make_etag (&status);
  object->modified = modified_of (&status);
  g_ptr_array_add (self->objects, object);

  return TRUE;
}

static gboolean
list_folder (List * self, GstRecFd folder, const gchar * path, guint depth,
    GError ** error)
{
  DIR *dir = fdopendir (fcntl (folder, F_DUPFD_CLOEXEC, 0));
  const struct dirent *entry;
  gboolean good = TRUE;

  if (dir == NULL)
    return gst_rec_file_fail (error, "reading a folder", errno);
  rewinddir (dir);
  while (good && (entry = readdir (dir)))
    good = strcmp (entry->d_name, ".") == 0 ||
        strcmp (entry->d_name, "..") == 0 ||
        strcmp (entry->d_name, GST_REC_FILE_HIDDEN) == 0 ||
        (!g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
        list_entry (self, folder, path, entry->d_name, depth, error));
  closedir (dir);

  return good;
}

static gint
compare_keys (gconstpointer a, gconstpointer b)
{
  const GstRecStoreObject *const *x = a;
  const GstRecStoreObject *const *y = b;

  return strcmp ((*x)->key, (*y)->key);
}

static GPtrArray *
file_list (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_object_free);
  List list = {
    .prefix = prefix ? prefix : "",.objects = objects,
    .cancellable = cancellable
  };

  if (!list_folder (&list, ((GstRecFileStore *) store)->root, "", 0, error))
    return NULL;
  g_ptr_array_sort (objects, compare_keys);

  return g_steal_pointer (&objects);
}

static gboolean
file_remove (GstRecStore * store, const gchar * key,
    const gchar * version_id, GCancellable * cancellable G_GNUC_UNUSED,
    GError ** error)
{
  g_autoptr (GError) reason = NULL;
  const gchar *name;
  g_auto (GstRecFd) folder = -1;

  if (!check_version (version_id, error))
    return FALSE;

  folder = gst_rec_file_open_folder (((GstRecFileStore *) store)->root, key,
      FALSE, &name, &reason);
  if (folder >= 0 && unlinkat (folder, name, 0) == 0)
    return gst_rec_file_sync (folder, error);
  if (folder >= 0)
    gst_rec_file_fail (&reason, "removing the file",
        errno == EISDIR ? ENOENT : errno);
  if (g_error_matches (reason, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NOT_FOUND))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gchar *
file_sign_url (GstRecStore * store G_GNUC_UNUSED,
    const gchar * key G_GNUC_UNUSED, const GstRecStoreUrl * url G_GNUC_UNUSED,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  g_set_error_literal (error, GST_REC_STORE_ERROR,
      GST_REC_STORE_ERROR_UNSUPPORTED,
      "a folder has no signed URLs: serve it, or use an object store");
  return NULL;
}

static void
file_free (GstRecStore * store)
{
  GstRecFileStore *self = (GstRecFileStore *) store;

  gst_rec_fd_close (self->root);
  gst_rec_store_place_unref (&self->place->place);
  g_free (self);
}

static const GstRecStoreClass file_class = {
  .put = file_put,
  .create = gst_rec_file_upload_create,
  .put_part = gst_rec_file_upload_put_part,
  .complete = gst_rec_file_upload_complete,
  .abort = gst_rec_file_upload_abort,
  .list_parts = gst_rec_file_upload_list_parts,
  .list_uploads = gst_rec_file_upload_list,
  .head = file_head,
  .get_range = file_get_range,
  .list = file_list,
  .remove = file_remove,
  .sign_url = file_sign_url,
  .free = file_free,
};

static GstRecStore *
file_place_open (GstRecStorePlace * place, GCancellable * stop G_GNUC_UNUSED,
    gboolean patient G_GNUC_UNUSED, GError ** error)
{
  GstRecFilePlace *folder = (GstRecFilePlace *) place;
  GstRecFd root = open (folder->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (root < 0) {
    g_set_error (error, GST_REC_STORE_ERROR, errno == ENOENT ?
        GST_REC_STORE_ERROR_NO_BUCKET : GST_REC_STORE_ERROR_NOT_AUTHORIZED,
        "the folder %s: %s", folder->folder, g_strerror (errno));
    return NULL;
  }

  GstRecFileStore *self = g_new0 (GstRecFileStore, 1);
  self->store.klass = &file_class;
  self->place = (GstRecFilePlace *) gst_rec_store_place_ref (place);
  self->root = root;

  return &self->store;
}

static gchar *
file_place_uri (const GstRecStorePlace * place, const gchar * key)
{
  g_autofree gchar *path = g_build_filename
      (((const GstRecFilePlace *) place)->folder, key, NULL);

  return g_filename_to_uri (path, NULL, NULL);
}

static guint
file_place_retries (GstRecStorePlace * place G_GNUC_UNUSED)
{
  return 0;
}

static void
file_place_free (GstRecStorePlace * place)
{
  g_free (((GstRecFilePlace *) place)->folder);
  g_free (place);
}

static const GstRecStorePlaceClass file_place_class = {
  .scheme = "file",
  .limits = {1, MAX_PART, 10000, G_MAXINT64},
  .open = file_place_open,
  .uri = file_place_uri,
  .retries = file_place_retries,
  .free = file_place_free,
};

GstRecStorePlace *
gst_rec_file_place_new (const GstRecFileSettings * settings, GError ** error)
{
  GstRecFilePlace *self;

  if (settings->folder == NULL || !g_path_is_absolute (settings->folder)) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS, "the folder is no absolute path");
    return NULL;
  }

  self = g_new0 (GstRecFilePlace, 1);
  self->place.klass = &file_place_class;
  self->place.refs = 1;
  self->folder = g_strdup (settings->folder);
  self->replace = !settings->if_none_match;

  return &self->place;
}
