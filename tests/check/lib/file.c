/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store/checksum.h"
#include "store/file.h"
#include "store/filetree.h"

#define THOUSAND 1000

static gchar *top, *folder;
static GstRecStorePlace *place;
static GstRecStore *store;

static GstRecStore *
open_store (gboolean if_none_match)
{
  GstRecFileSettings settings = {.folder = folder,
    .if_none_match = if_none_match
  };

  place = gst_rec_file_place_new (&settings, NULL);
  return gst_rec_store_place_open (place, NULL, FALSE, NULL);
}

static void
setup (void)
{
  top = g_dir_make_tmp ("rec-file-XXXXXX", NULL);
  folder = g_build_filename (top, "store", NULL);
  fail_unless (g_mkdir (folder, 0700) == 0);
  store = open_store (FALSE);
  fail_unless (store != NULL);
}

static void
remove_tree (const gchar * path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL :
      g_dir_open (path, 0, NULL);
  const gchar *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree gchar *below = g_build_filename (path, name, NULL);

    remove_tree (below);
  }
  if (dir)
    g_dir_close (dir);
  g_remove (path);
}

static void
teardown (void)
{
  gst_rec_store_free (store);
  gst_rec_store_place_unref (place);
  remove_tree (top);
  g_free (top);
  g_free (folder);
}

static GstRecBody *
make_body (const gchar * text, guint times)
{
  GstRecBody *body = gst_rec_body_new ();

  for (guint i = 0; i < times; i++)
    gst_rec_body_append_take (body, g_bytes_new (text, strlen (text)));

  return body;
}

static gboolean
put (const gchar * key, const gchar * text, GError ** error)
{
  static gchar *metadata[] = { (gchar *) "agent", (gchar *) "007", NULL };
  GstRecStoreAttributes attributes = {
    .content_type = (gchar *) "video/mp4",.metadata = metadata
  };
  g_autoptr (GstRecBody) body = make_body (text, 1);
  g_auto (GstRecStoreObject) object = { 0, };

  return store->klass->put (store, key, &attributes, body, &object, NULL,
      error);
}

/* What a program without us finds. */
static gchar *
contents (const gchar * key)
{
  g_autofree gchar *path = g_build_filename (folder, key, NULL);
  gchar *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static guint
n_objects (void)
{
  g_autoptr (GPtrArray) list = store->klass->list (store, "", NULL, NULL);

  return list->len;
}

static guint
n_uploads (void)
{
  g_autoptr (GPtrArray) list =
      store->klass->list_uploads (store, "", NULL, NULL);

  return list->len;
}

static const gchar *const good_keys[] = {
  "a", "a/b/c.mp4", "a key", "100%", "what?", "a#b", "a+b", "...", "..a/b..",
  "Gespr\303\244ch \342\202\254.mp4", "new\nline", "-rf", "a\\b", "*",
};

GST_START_TEST (test_keys_are_files)
{
  const gchar *key = good_keys[__i__];
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) error = NULL;

  fail_unless (put (key, "hello", &error), "%s", error ? error->message : "");
  g_autofree gchar *text = contents (key);
  fail_unless_equals_string (text, "hello");

  g_autoptr (GPtrArray) list = store->klass->list (store, "", NULL, NULL);
  fail_unless_equals_int (list->len, 1);
  const GstRecStoreObject *listed = g_ptr_array_index (list, 0);
  fail_unless_equals_string (listed->key, key);
  fail_unless (store->klass->head (store, key, NULL, &object, NULL, NULL));
  fail_unless_equals_string (listed->etag, object.etag);
  fail_unless (store->klass->remove (store, key, NULL, NULL, NULL));
  fail_unless_equals_int (n_objects (), 0);
}

GST_END_TEST;

#define LONG "0123456789012345678901234567890123456789012345678901234567890123" \
    "456789012345678901234567890123456789012345678901234567890123456789"

static const gchar *const bad_keys[] = {
  "", "/", "/etc/passwd", "../x", "a/../../x", "a/..", "..", ".", "./a",
  "a//b", "a/", "a/./b", ".gst-rec-uploads/x", ".gst-rec-uploads",
  LONG LONG, "out/x", "link", "file/x",
};

/* Nothing is read, written, listed or removed outside. */
GST_START_TEST (test_no_key_leads_out)
{
  const gchar *key = bad_keys[__i__];
  g_autofree gchar *outside = g_build_filename (top, "outside", NULL);
  g_autofree gchar *secret = g_build_filename (outside, "x", NULL);
  g_autofree gchar *out = g_build_filename (folder, "out", NULL);
  g_autofree gchar *link = g_build_filename (folder, "link", NULL);
  g_autofree gchar *x = g_build_filename (top, "x", NULL);
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) error = NULL;
  guint8 byte;

  fail_unless (g_mkdir (outside, 0700) == 0);
  fail_unless (g_file_set_contents (secret, "secret", -1, NULL));
  fail_unless (symlink (outside, out) == 0 && symlink (secret, link) == 0);
  fail_unless (put ("file", "text", NULL));

  /* A link is replaced by a file, but never written through. */
  if (strcmp (key, "link") != 0) {
    fail_if (put (key, "evil", &error), "%s", key);
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_REFUSED), "%s: %s", key, error->message);
  }
  fail_if (store->klass->head (store, key, NULL, &object, NULL, NULL));
  fail_if (store->klass->get_range (store, key, NULL, 0, &byte, 1, NULL,
          NULL));
  store->klass->remove (store, key, NULL, NULL, NULL);

  g_autofree gchar *text = NULL;
  fail_unless (g_file_get_contents (secret, &text, NULL, NULL));
  fail_unless_equals_string (text, "secret");
  fail_if (g_file_test (x, G_FILE_TEST_EXISTS));
  fail_unless_equals_int (n_objects (), 1);
  fail_unless_equals_int (n_uploads (), 0);
}

GST_END_TEST;

GST_START_TEST (test_head_tells_what_was_stored)
{
  g_auto (GstRecStoreObject) object = { 0, }, other = { 0, };

  fail_unless (put ("a", "123456789", NULL));
  fail_unless (store->klass->head (store, "a", NULL, &object, NULL, NULL));
  fail_unless_equals_uint64 (object.size, 9);
  fail_unless (ABS (object.modified - g_get_real_time ()) <
      G_TIME_SPAN_MINUTE);

  /* Where the file system has attributes: not all of them do. */
  if (object.content_type) {
    fail_unless_equals_string (object.content_type, "video/mp4");
    /* 0xe3069283, of RFC 3720 */
    fail_unless_equals_string (object.checksum, "crc32c:4waSgw==");
    fail_unless_equals_string (object.metadata[0], "agent");
    fail_unless_equals_string (object.metadata[1], "007");
  }

  /* Written to by somebody else, it has no checksum and another ETag. */
  g_autofree gchar *path = g_build_filename (folder, "a", NULL);
  FILE *file = g_fopen (path, "a");
  fail_unless (file != NULL);
  fputc ('x', file);
  fclose (file);
  fail_unless (store->klass->head (store, "a", NULL, &other, NULL, NULL));
  fail_unless (other.checksum == NULL);
  fail_if (strcmp (object.etag, other.etag) == 0);
}

GST_END_TEST;

GST_START_TEST (test_a_range_is_of_one_version)
{
  g_auto (GstRecStoreObject) pin = { 0, };
  g_autoptr (GError) error = NULL;
  gchar text[4] = "";

  fail_unless (put ("a", "0123456789", NULL));
  fail_unless (store->klass->head (store, "a", NULL, &pin, NULL, NULL));
  fail_unless (store->klass->get_range (store, "a", &pin, 3, (guint8 *) text,
          3, NULL, NULL));
  fail_unless_equals_string (text, "345");
  fail_if (store->klass->get_range (store, "a", &pin, 8, (guint8 *) text, 3,
          NULL, &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_CHANGED));
  g_clear_error (&error);

  fail_unless (put ("a", "abcdefghij", NULL));
  fail_if (store->klass->get_range (store, "a", &pin, 3, (guint8 *) text, 3,
          NULL, &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_CHANGED));
  g_clear_error (&error);

  fail_unless (store->klass->remove (store, "a", NULL, NULL, NULL));
  fail_if (store->klass->get_range (store, "a", &pin, 3, (guint8 *) text, 3,
          NULL, &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_CHANGED));
}

GST_END_TEST;

GST_START_TEST (test_lists_have_a_prefix)
{
  static const gchar *const keys[] = { "a", "a/b", "ab/c", "ab/d/e", "b" };
  static const struct
  {
    const gchar *prefix;
    const gchar *found;
  } lists[] = {
    {"", "a.mp4 a/b.mp4 ab/c.mp4 ab/d/e.mp4 b.mp4"},
    {"a", "a.mp4 a/b.mp4 ab/c.mp4 ab/d/e.mp4"},
    {"a/", "a/b.mp4"}, {"ab/d", "ab/d/e.mp4"}, {"ab/d/", "ab/d/e.mp4"},
    {"c", ""}, {"../", ""}, {"b.mp4x", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree gchar *key = g_strconcat (keys[i], ".mp4", NULL);

    fail_unless (put (key, "x", NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autoptr (GPtrArray) list =
        store->klass->list (store, lists[i].prefix, NULL, NULL);
    g_autoptr (GString) found = g_string_new (NULL);

    for (guint j = 0; j < list->len; j++)
      g_string_append_printf (found, "%s%s", j ? " " : "",
          ((GstRecStoreObject *) g_ptr_array_index (list, j))->key);
    fail_unless_equals_string (found->str, lists[i].found);
  }
}

GST_END_TEST;

/* Sends two parts, the second first. */
static gchar *
upload_parts (GstRecStorePart * parts)
{
  GstRecStoreAttributes attributes = { (gchar *) "video/mp4", NULL, NULL };
  g_autoptr (GstRecBody) one = make_body ("1234", THOUSAND);
  g_autoptr (GstRecBody) two = make_body ("567", 3);
  gchar *id = store->klass->create (store, "a/b", &attributes, NULL, NULL);

  fail_unless (id != NULL);
  parts[0] = (GstRecStorePart) {.number = 1 };
  parts[1] = (GstRecStorePart) {.number = 2 };
  fail_unless (store->klass->put_part (store, "a/b", id, &parts[1], two,
          NULL, NULL));
  fail_unless (store->klass->put_part (store, "a/b", id, &parts[0], one,
          NULL, NULL));

  return id;
}

GST_START_TEST (test_parts_become_a_file_at_once)
{
  GstRecStorePart parts[2];
  g_autofree gchar *id = upload_parts (parts);
  g_auto (GstRecStoreObject) object = { 0, }, found = { 0, };

  fail_unless_equals_int (n_objects (), 0);
  fail_unless_equals_int (n_uploads (), 1);

  /* A part that comes again replaces the one before. */
  g_autoptr (GstRecBody) two = make_body ("568", 3);
  gst_rec_store_part_clear (&parts[1]);
  fail_unless (store->klass->put_part (store, "a/b", id, &parts[1], two,
          NULL, NULL));
  g_autoptr (GPtrArray) list =
      store->klass->list_parts (store, "a/b", id, NULL, NULL);
  fail_unless_equals_int (list->len, 2);
  for (guint i = 0; i < 2; i++) {
    const GstRecStorePart *part = g_ptr_array_index (list, i);

    fail_unless_equals_int (part->number, i + 1);
    fail_unless_equals_uint64 (part->size, parts[i].size);
    fail_unless_equals_string (part->etag, parts[i].etag);
  }

  fail_unless (store->klass->complete (store, "a/b", id, parts, 2, &object,
          NULL, NULL));
  g_autofree gchar *text = contents ("a/b");
  fail_unless_equals_int (strlen (text), 4 * THOUSAND + 9);
  fail_unless (g_str_has_prefix (text, "12341234") &&
      g_str_has_suffix (text, "1234568568568"));
  fail_unless (store->klass->head (store, "a/b", NULL, &found, NULL, NULL));
  fail_unless_equals_string (object.etag, found.etag);
  fail_unless_equals_uint64 (object.size, 4 * THOUSAND + 9);
  fail_unless_equals_int (n_uploads (), 0);
  for (guint i = 0; i < 2; i++)
    gst_rec_store_part_clear (&parts[i]);
}

GST_END_TEST;

static const struct
{
  const gchar *name;
  gint error;
} wrong_completes[] = {
  {"part missing", GST_REC_STORE_ERROR_NOT_FOUND},
  {"etag", GST_REC_STORE_ERROR_NOT_FOUND},
  {"no etag", GST_REC_STORE_ERROR_REFUSED},
  {"path in etag", GST_REC_STORE_ERROR_REFUSED},
  {"order", GST_REC_STORE_ERROR_REFUSED},
  {"damaged", GST_REC_STORE_ERROR_CHECKSUM},
  {"key", GST_REC_STORE_ERROR_NOT_FOUND},
  {"id", GST_REC_STORE_ERROR_NOT_FOUND},
  {"path in id", GST_REC_STORE_ERROR_NOT_FOUND},
  {"cancelled", -1},
};

static void
damage_part (const gchar * id, const GstRecStorePart * part)
{
  g_autofree gchar *path = g_strdup_printf ("%s/" GST_REC_FILE_HIDDEN
      "/%s/part-%05u-%s", folder, id, part->number, part->etag);
  FILE *file = g_fopen (path, "r+");

  fail_unless (file != NULL, "%s", path);
  fputc ('x', file);
  fclose (file);
}

GST_START_TEST (test_what_cannot_be_completed_leaves_all_as_it_was)
{
  const gchar *name = wrong_completes[__i__].name;
  GstRecStorePart parts[2], sent[2];
  g_autofree gchar *id = upload_parts (parts);
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  const gchar *key = "a/b", *used = id;

  memcpy (sent, parts, sizeof (parts));
  if (strcmp (name, "part missing") == 0)
    sent[1].number = 3;
  else if (strcmp (name, "etag") == 0)
    sent[1].etag = (gchar *) "00000000";
  else if (strcmp (name, "no etag") == 0)
    sent[1].etag = NULL;
  else if (strcmp (name, "path in etag") == 0)
    sent[1].etag = (gchar *) "../../x";
  else if (strcmp (name, "order") == 0)
    sent[0] = parts[1], sent[1] = parts[0];
  else if (strcmp (name, "damaged") == 0)
    damage_part (id, &parts[1]);
  else if (strcmp (name, "key") == 0)
    key = "other";
  else if (strcmp (name, "id") == 0)
    used = "00000000000000000000000000000000";
  else if (strcmp (name, "path in id") == 0)
    used = "../store";
  else
    g_cancellable_cancel (cancellable);

  fail_if (store->klass->complete (store, key, used, sent, 2, &object,
          cancellable, &error));
  if (wrong_completes[__i__].error < 0) {
    fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  } else {
    fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
            wrong_completes[__i__].error), "%s: %s", name, error->message);
  }
  fail_unless_equals_int (n_objects (), 0);
  fail_unless_equals_int (n_uploads (), 1);

  fail_unless (store->klass->abort (store, "a/b", id, NULL, NULL));
  fail_unless (store->klass->abort (store, "a/b", id, NULL, NULL));
  fail_unless_equals_int (n_uploads (), 0);
  for (guint i = 0; i < 2; i++)
    gst_rec_store_part_clear (&parts[i]);
}

GST_END_TEST;

GST_START_TEST (test_what_is_there_is_not_replaced_where_it_may_not_be)
{
  GstRecStorePart parts[2];
  g_autoptr (GError) error = NULL;
  g_auto (GstRecStoreObject) object = { 0, };

  gst_rec_store_free (store);
  gst_rec_store_place_unref (place);
  store = open_store (TRUE);
  fail_unless (put ("a/b", "first", NULL));
  fail_if (put ("a/b", "second", &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_EXISTS), "%s", error->message);
  g_clear_error (&error);

  g_autofree gchar *id = upload_parts (parts);
  fail_if (store->klass->complete (store, "a/b", id, parts, 2, &object, NULL,
          &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_EXISTS), "%s", error->message);
  g_autofree gchar *text = contents ("a/b");
  fail_unless_equals_string (text, "first");
  for (guint i = 0; i < 2; i++)
    gst_rec_store_part_clear (&parts[i]);
}

GST_END_TEST;

/* A limit of the process is as good as a full disk. */
GST_START_TEST (test_a_full_disk_leaves_nothing)
{
  struct rlimit old, small = { 2 * THOUSAND, RLIM_INFINITY };
  GstRecStorePart parts[2];
  g_autofree gchar *id = upload_parts (parts);
  g_autofree gchar *large = g_strnfill (3 * THOUSAND, 'x');
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) first = NULL, second = NULL;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &old);
  setrlimit (RLIMIT_FSIZE, &small);
  gboolean put_one = put ("a", large, &first);
  gboolean completed = store->klass->complete (store, "a/b", id, parts, 2,
      &object, NULL, &second);
  setrlimit (RLIMIT_FSIZE, &old);

  fail_if (put_one || completed);
  fail_unless (g_error_matches (first, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NO_SPACE), "%s", first->message);
  fail_unless (g_error_matches (second, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NO_SPACE), "%s", second->message);
  fail_unless_equals_int (n_objects (), 0);
  fail_unless_equals_int (n_uploads (), 1);

  /* With room again, it goes on. */
  fail_unless (store->klass->complete (store, "a/b", id, parts, 2, &object,
          NULL, NULL));
  fail_unless_equals_int (n_objects (), 1);
  for (guint i = 0; i < 2; i++)
    gst_rec_store_part_clear (&parts[i]);
}

GST_END_TEST;

GST_START_TEST (test_what_was_left_is_cleaned_up)
{
  GstRecStorePart parts[2];
  g_autofree gchar *put_left = g_strconcat (folder, "/", GST_REC_FILE_HIDDEN,
      "/put-00000000000000000000000000000000", NULL);

  g_free (upload_parts (parts));
  /* A put whose process was killed */
  fail_unless (g_file_set_contents (put_left, "x", -1, NULL));
  fail_unless_equals_int (n_uploads (), 2);
  fail_unless_equals_int (gst_rec_store_abort_uploads (store, "", 0, NULL,
          NULL), 0);
  fail_unless_equals_int (gst_rec_store_abort_uploads (store, "a/",
          G_MAXINT64, NULL, NULL), 1);
  fail_unless_equals_int (gst_rec_store_abort_uploads (store, NULL,
          G_MAXINT64, NULL, NULL), 1);
  fail_unless_equals_int (n_uploads (), 0);
  for (guint i = 0; i < 2; i++)
    gst_rec_store_part_clear (&parts[i]);
}

GST_END_TEST;

GST_START_TEST (test_what_a_folder_cannot_do_is_said)
{
  GstRecStoreUrl url = {.method = "GET",.expiry = 60 };
  GstRecFileSettings relative = {.folder = "relative" };
  GstRecFileSettings missing = {.folder = "/nonexistent/folder" };
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GError) error = NULL;

  fail_unless (store->klass->sign_url (store, "a", &url, NULL,
          &error) == NULL);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_UNSUPPORTED));
  g_clear_error (&error);
  fail_if (store->klass->head (store, "a", "v1", &object, NULL, &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_UNSUPPORTED));
  g_clear_error (&error);

  fail_unless (gst_rec_file_place_new (&relative, &error) == NULL);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_SETTINGS));
  g_clear_error (&error);
  g_autoptr (GstRecStorePlace) nowhere =
      gst_rec_file_place_new (&missing, NULL);
  fail_unless (gst_rec_store_place_open (nowhere, NULL, FALSE,
          &error) == NULL);
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_NO_BUCKET), "%s", error->message);

  g_autofree gchar *uri = gst_rec_store_place_uri (nowhere, "a b");
  fail_unless_equals_string (uri, "file:///nonexistent/folder/a%20b");
}

GST_END_TEST;

static Suite *
file_suite (void)
{
  Suite *s = suite_create ("file");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_loop_test (tc, test_keys_are_files, 0, G_N_ELEMENTS (good_keys));
  tcase_add_loop_test (tc, test_no_key_leads_out, 0,
      G_N_ELEMENTS (bad_keys));
  tcase_add_test (tc, test_head_tells_what_was_stored);
  tcase_add_test (tc, test_a_range_is_of_one_version);
  tcase_add_test (tc, test_lists_have_a_prefix);
  tcase_add_test (tc, test_parts_become_a_file_at_once);
  tcase_add_loop_test (tc,
      test_what_cannot_be_completed_leaves_all_as_it_was, 0,
      G_N_ELEMENTS (wrong_completes));
  tcase_add_test (tc, test_what_is_there_is_not_replaced_where_it_may_not_be);
  tcase_add_test (tc, test_a_full_disk_leaves_nothing);
  tcase_add_test (tc, test_what_was_left_is_cleaned_up);
  tcase_add_test (tc, test_what_a_folder_cannot_do_is_said);

  return s;
}

GST_CHECK_MAIN (file);
