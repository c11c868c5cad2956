/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* An upload is a folder among the hidden ones:
 *
 *   upload                 what it is of
 *   part-NNNNN-CCCCCCCC    a part and the CRC32C of its bytes
 *   writing-XXXX           what is not yet a part
 *   object                 the parts in a row, until it has its name
 *
 * and beside them put-ID, the file of one put, until it has its name.
 *
 * All that has its final name is whole and on the disk. */
#include "fileprivate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/checksum.h"

#define ID_SIZE 32
#define MAX_PARTS 10000
#define MAX_UPLOADS 100000
#define MAX_DESCRIPTION (64 * 1024)
#define COPY_SIZE (1024 * 1024)
#define DESCRIPTION "upload"
#define OBJECT "object"
#define GROUP "upload"

/* What is known of an upload. */
typedef struct
{
  gchar *key;
  gint64 started;               /* us since 1970 */
  GstRecStoreAttributes attributes;
} Description;

static void
description_clear (Description * self)
{
  g_free (self->key);
  gst_rec_store_attributes_clear (&self->attributes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Description, description_clear)

static gboolean
is_id (const gchar * id)
{
  gsize size = strspn (id, "0123456789abcdef");

  return size == ID_SIZE && id[size] == '\0';
}

/* The file of a put that was interrupted: nobody but who cleans up asks. */
static gboolean
is_put (const gchar * id)
{
  return g_str_has_prefix (id, "put-") && is_id (id + strlen ("put-"));
}

static GstRecFd
open_upload (GstRecStore * store, const gchar * id, GError ** error)
{
  g_auto (GstRecFd) hidden = -1;
  GstRecFd fd;

  if (!is_id (id)) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_NOT_FOUND, "there is no such upload");
    return -1;
  }
  hidden = gst_rec_file_open_hidden (((GstRecFileStore *) store)->root, FALSE,
      error);
  if (hidden < 0)
    return -1;
  fd = openat (hidden, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    gst_rec_file_fail (error, "opening the upload", errno);

  return fd;
}

/* Writes a file under another name, and gives it its own when it is on the
 * disk. */
static gboolean
write_whole (GstRecFd folder, const gchar * name, const GstRecBody * body,
    GCancellable * cancellable, GError ** error)
{
  g_autofree gchar *random = gst_rec_file_random_id ();
  g_autofree gchar *temporary = g_strconcat ("writing-", random, NULL);
  g_auto (GstRecFd) fd = gst_rec_file_create (folder, temporary, error);

  if (fd < 0)
    return FALSE;
  if (!gst_rec_file_write (fd, body, cancellable, error) ||
      !gst_rec_file_sync (fd, error)) {
    unlinkat (folder, temporary, 0);
    return FALSE;
  }
  if (renameat (folder, temporary, folder, name) < 0)
    return gst_rec_file_fail (error, "giving a part its name", errno);

  return gst_rec_file_sync (folder, error);
}

static GstRecBody *
describe (const gchar * key, const GstRecStoreAttributes * attributes)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gchar *text;
  gsize size;

  g_key_file_set_string (file, GROUP, "key", key);
  g_key_file_set_int64 (file, GROUP, "started", g_get_real_time ());
  if (attributes->content_type)
    g_key_file_set_string (file, GROUP, "content-type",
        attributes->content_type);
  if (attributes->metadata)
    g_key_file_set_string_list (file, GROUP, "metadata",
        (const gchar * const *) attributes->metadata,
        g_strv_length (attributes->metadata));
  text = g_key_file_to_data (file, &size, NULL);

  return gst_rec_body_new_take (g_bytes_new_take (text, size));
}

static gboolean
read_description (GstRecFd upload, Description * description,
    GError ** error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree gchar *text = g_malloc (MAX_DESCRIPTION);
  g_auto (GstRecFd) fd =
      openat (upload, DESCRIPTION, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  gssize size = fd < 0 ? -1 : read (fd, text, MAX_DESCRIPTION);

  if (size < 0)
    return gst_rec_file_fail (error, "reading the upload", errno);
  if (size > 0 && g_key_file_load_from_data (file, text, size,
          G_KEY_FILE_NONE, NULL))
    description->key = g_key_file_get_string (file, GROUP, "key", NULL);
  if (description->key == NULL) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_NOT_FOUND, "the upload is damaged");
    return FALSE;
  }
  description->started = g_key_file_get_int64 (file, GROUP, "started", NULL);
  description->attributes.content_type =
      g_key_file_get_string (file, GROUP, "content-type", NULL);
  description->attributes.metadata =
      g_key_file_get_string_list (file, GROUP, "metadata", NULL, NULL);

  return TRUE;
}

gchar *
gst_rec_file_upload_create (GstRecStore * store, const gchar * key,
    const GstRecStoreAttributes * attributes, GCancellable * cancellable,
    GError ** error)
{
  g_autofree gchar *id = gst_rec_file_random_id ();
  g_autoptr (GstRecBody) description = describe (key, attributes);
  g_auto (GstRecFd) hidden = -1, upload = -1;

  if (!gst_rec_file_check_key (key, error))
    return NULL;
  hidden = gst_rec_file_open_hidden (((GstRecFileStore *) store)->root, TRUE,
      error);
  if (hidden < 0)
    return NULL;
  if (mkdirat (hidden, id, 0700) < 0 || fsync (hidden) < 0) {
    gst_rec_file_fail (error, "creating the upload", errno);
    return NULL;
  }
  upload = open_upload (store, id, error);
  if (upload < 0 || !write_whole (upload, DESCRIPTION, description,
          cancellable, error)) {
    unlinkat (hidden, id, AT_REMOVEDIR);
    return NULL;
  }

  return g_steal_pointer (&id);
}

static gchar *
make_part_name (guint number, const gchar * etag)
{
  return g_strdup_printf ("part-%05u-%s", number, etag);
}

/* What a file's name says. FALSE if it is no part. */
static gboolean
parse_part_name (const gchar * name, guint * number, gchar etag[9])
{
  gint end = 0;

  return sscanf (name, "part-%5u-%8[0-9a-f]%n", number, etag, &end) == 2 &&
      name[end] == '\0' && strlen (etag) == 8 && *number >= 1 &&
      *number <= MAX_PARTS;
}

typedef gboolean (*Visit) (GstRecFd folder, const gchar * name,
    gpointer data);

/* Every file of a folder, until @visit says FALSE. */
static void
visit_all (GstRecFd folder, Visit visit, gpointer data)
{
  DIR *dir = fdopendir (fcntl (folder, F_DUPFD_CLOEXEC, 0));
  const struct dirent *entry;

  if (dir == NULL)
    return;
  rewinddir (dir);
  while ((entry = readdir (dir)))
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0
        && !visit (folder, entry->d_name, data))
      break;
  closedir (dir);
}

/* A part that came once more replaces the one before. */
static gboolean
drop_other_part (GstRecFd folder, const gchar * name, gpointer data)
{
  const GstRecStorePart *part = data;
  gchar etag[9];
  guint number;

  if (parse_part_name (name, &number, etag) && number == part->number &&
      strcmp (etag, part->etag) != 0)
    unlinkat (folder, name, 0);

  return TRUE;
}

gboolean
gst_rec_file_upload_put_part (GstRecStore * store,
    const gchar * key G_GNUC_UNUSED, const gchar * id, GstRecStorePart * part,
    GstRecBody * body, GCancellable * cancellable, GError ** error)
{
  g_autoptr (GstRecChecksum) checksum =
      gst_rec_checksum_new (GST_REC_CHECKSUM_CRC32C);
  g_auto (GstRecFd) upload = open_upload (store, id, error);

  if (upload < 0)
    return FALSE;

  gst_rec_checksum_update_body (checksum, body);
  g_autofree gchar *etag = gst_rec_checksum_finish_hex (checksum);
  g_autofree gchar *name = make_part_name (part->number, etag);
  if (!write_whole (upload, name, body, cancellable, error))
    return FALSE;

  g_free (part->etag);
  part->etag = g_steal_pointer (&etag);
  part->size = gst_rec_body_size (body);
  visit_all (upload, drop_other_part, part);

  return TRUE;
}

/* Copies a part to the end of the object, and makes sure that it is the one
 * that was stored. */
static gboolean
append_part (GstRecFd upload, const GstRecStorePart * part, GstRecFd object,
    guint8 * buffer, GstRecChecksum * whole, GCancellable * cancellable,
    GError ** error)
{
  g_autofree gchar *name = make_part_name (part->number, part->etag);
  g_autofree gchar *etag = NULL;
  g_autoptr (GstRecChecksum) checksum =
      gst_rec_checksum_new (GST_REC_CHECKSUM_CRC32C);
  g_auto (GstRecFd) fd =
      openat (upload, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  gssize n;

  if (fd < 0)
    return gst_rec_file_fail (error, "opening a part", errno);
  while ((n = read (fd, buffer, COPY_SIZE)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return gst_rec_file_fail (error, "reading a part", errno);
    gst_rec_checksum_update (checksum, buffer, n);
    gst_rec_checksum_update (whole, buffer, n);
    if (!gst_rec_file_write_bytes (object, buffer, n, cancellable, error))
      return FALSE;
  }

  etag = gst_rec_checksum_finish_hex (checksum);
  if (strcmp (etag, part->etag) == 0)
    return TRUE;

  g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_CHECKSUM,
      "part %u is not what was stored", part->number);
  return FALSE;
}

static gboolean
is_usable (const GstRecStorePart * part)
{
  g_autofree gchar *name = part->etag ?
      make_part_name (part->number, part->etag) : NULL;
  gchar etag[9];
  guint number;

  return name && parse_part_name (name, &number, etag);
}

/* The parts in a row, in a file with all that is stored beside them. */
static GstRecFd
assemble (GstRecFd upload, const Description * description,
    const GstRecStorePart * parts, guint n_parts, GCancellable * cancellable,
    GError ** error)
{
  g_autofree guint8 *buffer = g_malloc (COPY_SIZE);
  g_autofree gchar *checksum = NULL;
  g_autoptr (GstRecChecksum) whole =
      gst_rec_checksum_new (GST_REC_CHECKSUM_CRC32C);
  g_auto (GstRecFd) object = -1;

  /* Of a try that was interrupted */
  unlinkat (upload, OBJECT, 0);
  object = gst_rec_file_create (upload, OBJECT, error);
  if (object < 0)
    return -1;

  for (guint i = 0; i < n_parts; i++) {
    if (!is_usable (&parts[i]) ||
        (i > 0 && parts[i].number <= parts[i - 1].number)) {
      g_set_error_literal (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_REFUSED, "the list of parts is not in order");
      return -1;
    }
    if (!append_part (upload, &parts[i], object, buffer, whole, cancellable,
            error))
      return -1;
  }

  checksum = gst_rec_checksum_finish_base64 (whole);
  if (!gst_rec_file_finish (object, &description->attributes, checksum,
          error))
    return -1;

  return gst_rec_fd_steal (&object);
}

static gboolean
remove_file (GstRecFd folder, const gchar * name,
    gpointer data G_GNUC_UNUSED)
{
  unlinkat (folder, name, 0);
  return TRUE;
}

static gboolean
remove_upload (GstRecStore * store, GstRecFd upload, const gchar * id,
    GError ** error)
{
  g_auto (GstRecFd) hidden =
      gst_rec_file_open_hidden (((GstRecFileStore *) store)->root, FALSE,
      error);

  if (hidden < 0)
    return FALSE;
  visit_all (upload, remove_file, NULL);
  if (unlinkat (hidden, id, AT_REMOVEDIR) < 0 && errno != ENOENT)
    return gst_rec_file_fail (error, "removing the upload", errno);

  return TRUE;
}

gboolean
gst_rec_file_upload_complete (GstRecStore * store, const gchar * key,
    const gchar * id, const GstRecStorePart * parts, guint n_parts,
    GstRecStoreObject * object, GCancellable * cancellable, GError ** error)
{
  GstRecFileStore *self = (GstRecFileStore *) store;
  g_auto (Description) description = { 0, };
  g_auto (GstRecFd) upload = open_upload (store, id, error);
  g_auto (GstRecFd) fd = -1;

  if (upload < 0 || !read_description (upload, &description, error))
    return FALSE;
  if (strcmp (description.key, key) != 0) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_NOT_FOUND, "the upload is of another key");
    return FALSE;
  }

  fd = assemble (upload, &description, parts, n_parts, cancellable, error);
  if (fd < 0 || !gst_rec_file_publish (upload, OBJECT, self->root, key,
          self->place->replace, error)) {
    unlinkat (upload, OBJECT, 0);
    return FALSE;
  }

  /* It stands, whatever becomes of the parts. */
  remove_upload (store, upload, id, NULL);
  return gst_rec_file_describe (fd, object, error);
}

static gboolean
remove_put (GstRecStore * store, const gchar * id, GError ** error)
{
  g_auto (GstRecFd) hidden =
      gst_rec_file_open_hidden (((GstRecFileStore *) store)->root, FALSE,
      error);

  return hidden >= 0 && (unlinkat (hidden, id, 0) == 0 || errno == ENOENT ||
      gst_rec_file_fail (error, "removing the upload", errno));
}

/* An upload that is gone is aborted. */
gboolean
gst_rec_file_upload_abort (GstRecStore * store,
    const gchar * key G_GNUC_UNUSED, const gchar * id,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  g_autoptr (GError) reason = NULL;
  g_auto (GstRecFd) upload = -1;

  if (is_put (id))
    return remove_put (store, id, error);
  upload = open_upload (store, id, &reason);

  if (g_error_matches (reason, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NOT_FOUND))
    return TRUE;
  if (upload < 0) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }

  return remove_upload (store, upload, id, error);
}

static gboolean
add_part (GstRecFd folder, const gchar * name, gpointer data)
{
  GPtrArray *parts = data;
  struct stat status;
  gchar etag[9];
  guint number;

  if (!parse_part_name (name, &number, etag) ||
      fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return TRUE;

  GstRecStorePart *part = g_new0 (GstRecStorePart, 1);
  part->number = number;
  part->size = status.st_size;
  part->etag = g_strdup (etag);
  g_ptr_array_add (parts, part);

  return parts->len < MAX_PARTS;
}

static gint
compare_parts (gconstpointer a, gconstpointer b)
{
  const GstRecStorePart *const *x = a;
  const GstRecStorePart *const *y = b;

  return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

GPtrArray *
gst_rec_file_upload_list_parts (GstRecStore * store,
    const gchar * key G_GNUC_UNUSED, const gchar * id,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_part_free);
  g_auto (GstRecFd) upload = open_upload (store, id, error);

  if (upload < 0)
    return NULL;
  visit_all (upload, add_part, parts);
  g_ptr_array_sort (parts, compare_parts);

  return g_steal_pointer (&parts);
}

static gboolean
add_upload (GstRecFd folder, const gchar * name, gpointer data)
{
  GPtrArray *uploads = data;
  g_auto (Description) description = { 0, };
  g_auto (GstRecFd) upload = is_id (name) ? openat (folder, name,
      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
  struct stat status;

  if ((upload < 0 && !is_put (name)) ||
      fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return TRUE;

  /* One that was interrupted before it was described is one as well: somebody
   * has to be able to abort it. */
  if (upload >= 0)
    read_description (upload, &description, NULL);
  GstRecStoreUpload *found = g_new0 (GstRecStoreUpload, 1);
  found->key = description.key ? g_steal_pointer (&description.key) :
      g_strdup ("");
  found->id = g_strdup (name);
  found->started = description.started ? description.started :
      (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC;
  g_ptr_array_add (uploads, found);

  return uploads->len < MAX_UPLOADS;
}

GPtrArray *
gst_rec_file_upload_list (GstRecStore * store, const gchar * prefix,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  g_autoptr (GPtrArray) uploads = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_upload_free);
  g_autoptr (GError) reason = NULL;
  g_auto (GstRecFd) hidden =
      gst_rec_file_open_hidden (((GstRecFileStore *) store)->root, FALSE,
      &reason);

  if (hidden >= 0)
    visit_all (hidden, add_upload, uploads);
  else if (!g_error_matches (reason, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return NULL;
  }
  for (guint i = uploads->len; prefix && i-- > 0;)
    if (!g_str_has_prefix (((GstRecStoreUpload *)
                g_ptr_array_index (uploads, i))->key, prefix))
      g_ptr_array_remove_index (uploads, i);

  return g_steal_pointer (&uploads);
}
