/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <string.h>

#include <gst/check/gstcheck.h>

#include "store/resume.h"
#include "store/uploader.h"

/* Parts of some KiB, so that thousands of them are nothing. */
#define KIB 1024
#define PART (16 * KIB)
#define MAX_PARTS 64

/* A store in memory. It holds parts back until a test lets them through, and
 * fails where a test wants that. */
typedef struct
{
  GstRecStorePlace place;

  GMutex lock;
  GCond cond;                   /* any change of what follows */
  GPtrArray *parts;             /* of GBytes, by their number less 1 */
  GBytes *object;
  gchar *content_type;
  gboolean has_upload;
  gboolean shut;                /* parts wait */
  guint passes;                 /* parts that need not */
  guint n_waiting;
  guint most_waiting;
  guint fail_part;              /* the number of one that fails, or 0 */
  gboolean fail_create, fail_complete, fail_abort, fail_head, lies;
  guint n_parts_sent, n_aborts;
} Memory;

static Memory memory;

static gboolean
fail_with (GError ** error)
{
  g_set_error_literal (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_BUSY,
      "as the test wants");
  return FALSE;
}

static GBytes *
flatten (GstRecBody * body)
{
  GByteArray *all = g_byte_array_new ();

  for (guint i = 0; i < gst_rec_body_n_pieces (body); i++) {
    gsize size;
    gconstpointer data = g_bytes_get_data (gst_rec_body_piece (body, i), &size);

    g_byte_array_append (all, data, size);
  }

  return g_byte_array_free_to_bytes (all);
}

static gchar *
etag_of (GBytes * bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes);
}

static void
fill_object (GstRecStoreObject * object)
{
  gst_rec_store_object_clear (object);
  object->size = g_bytes_get_size (memory.object);
  object->etag = etag_of (memory.object);
}

static gboolean
memory_put (GstRecStore * store G_GNUC_UNUSED, const gchar * key G_GNUC_UNUSED,
    const GstRecStoreAttributes * attributes, GstRecBody * body,
    GstRecStoreObject * object, GCancellable * cancellable G_GNUC_UNUSED,
    GError ** error G_GNUC_UNUSED)
{
  g_mutex_lock (&memory.lock);
  memory.object = flatten (body);
  g_free (memory.content_type);
  memory.content_type = g_strdup (attributes->content_type);
  fill_object (object);
  g_mutex_unlock (&memory.lock);

  return TRUE;
}

static gchar *
memory_create (GstRecStore * store G_GNUC_UNUSED,
    const gchar * key G_GNUC_UNUSED, const GstRecStoreAttributes * attributes,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  if (memory.fail_create) {
    fail_with (error);
    return NULL;
  }

  g_mutex_lock (&memory.lock);
  memory.has_upload = TRUE;
  g_free (memory.content_type);
  memory.content_type = g_strdup (attributes->content_type);
  g_mutex_unlock (&memory.lock);

  return g_strdup ("upload");
}

static void
wake (GCancellable * cancellable G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  g_mutex_lock (&memory.lock);
  g_cond_broadcast (&memory.cond);
  g_mutex_unlock (&memory.lock);
}

static gboolean
memory_put_part (GstRecStore * store G_GNUC_UNUSED,
    const gchar * key G_GNUC_UNUSED, const gchar * id G_GNUC_UNUSED,
    GstRecStorePart * part, GstRecBody * body, GCancellable * cancellable,
    GError ** error)
{
  gulong handler = cancellable ? g_cancellable_connect (cancellable,
      G_CALLBACK (wake), NULL, NULL) : 0;

  g_mutex_lock (&memory.lock);
  memory.n_waiting++;
  memory.most_waiting = MAX (memory.most_waiting, memory.n_waiting);
  g_cond_broadcast (&memory.cond);
  while (memory.shut && memory.passes == 0 &&
      !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&memory.cond, &memory.lock);
  if (memory.passes > 0)
    memory.passes--;
  memory.n_waiting--;

  gboolean good = part->number != memory.fail_part &&
      !g_cancellable_is_cancelled (cancellable);
  if (good) {
    GBytes *bytes = flatten (body);

    if (memory.parts->len < part->number)
      g_ptr_array_set_size (memory.parts, part->number);
    g_clear_pointer ((GBytes **) & g_ptr_array_index (memory.parts,
            part->number - 1), g_bytes_unref);
    g_ptr_array_index (memory.parts, part->number - 1) = bytes;
    part->size = g_bytes_get_size (bytes);
    part->etag = etag_of (bytes);
    memory.n_parts_sent++;
  }
  g_mutex_unlock (&memory.lock);
  if (handler)
    g_cancellable_disconnect (cancellable, handler);

  return good || fail_with (error);
}

static gboolean
memory_complete (GstRecStore * store G_GNUC_UNUSED,
    const gchar * key G_GNUC_UNUSED, const gchar * id G_GNUC_UNUSED,
    const GstRecStorePart * parts, guint n_parts, GstRecStoreObject * object,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  GByteArray *all = g_byte_array_new ();

  if (memory.fail_complete) {
    g_byte_array_unref (all);
    return fail_with (error);
  }

  g_mutex_lock (&memory.lock);
  fail_unless_equals_int (n_parts, memory.parts->len);
  for (guint i = 0; i < n_parts; i++) {
    GBytes *bytes = g_ptr_array_index (memory.parts, i);
    g_autofree gchar *etag = etag_of (bytes);

    fail_unless_equals_int (parts[i].number, i + 1);
    fail_unless_equals_string (parts[i].etag, etag);
    g_byte_array_append (all, g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes));
  }
  memory.object = g_byte_array_free_to_bytes (all);
  memory.has_upload = FALSE;
  fill_object (object);
  g_mutex_unlock (&memory.lock);

  return TRUE;
}

static gboolean
memory_abort (GstRecStore * store G_GNUC_UNUSED,
    const gchar * key G_GNUC_UNUSED, const gchar * id G_GNUC_UNUSED,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  memory.n_aborts++;
  if (memory.fail_abort)
    return fail_with (error);
  memory.has_upload = FALSE;

  return TRUE;
}

static GPtrArray *
memory_list_parts (GstRecStore * store G_GNUC_UNUSED,
    const gchar * key G_GNUC_UNUSED, const gchar * id G_GNUC_UNUSED,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error)
{
  GPtrArray *list = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_rec_store_part_free);

  if (!memory.has_upload) {
    g_ptr_array_unref (list);
    fail_with (error);
    return NULL;
  }
  for (guint i = 0; i < memory.parts->len; i++) {
    GBytes *bytes = g_ptr_array_index (memory.parts, i);
    GstRecStorePart *part;

    if (bytes == NULL)
      continue;
    part = g_new0 (GstRecStorePart, 1);
    part->number = i + 1;
    part->size = g_bytes_get_size (bytes);
    part->etag = etag_of (bytes);
    g_ptr_array_add (list, part);
  }

  return list;
}

static gboolean
memory_head (GstRecStore * store G_GNUC_UNUSED,
    const gchar * key G_GNUC_UNUSED, const gchar * version_id G_GNUC_UNUSED,
    GstRecStoreObject * object, GCancellable * cancellable G_GNUC_UNUSED,
    GError ** error)
{
  if (memory.fail_head)
    return fail_with (error);
  fill_object (object);
  object->size -= memory.lies;

  return TRUE;
}

static const GstRecStoreClass memory_class = {
  .put = memory_put,
  .create = memory_create,
  .put_part = memory_put_part,
  .complete = memory_complete,
  .abort = memory_abort,
  .list_parts = memory_list_parts,
  .head = memory_head,
  .free = (void (*)(GstRecStore *)) g_free,
};

static GstRecStore *
memory_open (GstRecStorePlace * place G_GNUC_UNUSED,
    GCancellable * stop G_GNUC_UNUSED, gboolean patient G_GNUC_UNUSED,
    GError ** error G_GNUC_UNUSED)
{
  GstRecStore *store = g_new0 (GstRecStore, 1);

  store->klass = &memory_class;
  return store;
}

static void
memory_place_free (GstRecStorePlace * place G_GNUC_UNUSED)
{
  fail ("the test has a reference");
}

static GstRecStorePlaceClass memory_place_class = {
  .scheme = "memory",
  .limits = {KIB, 1024 * PART, MAX_PARTS, G_GUINT64_CONSTANT (1) << 40},
  .open = memory_open,
  .free = memory_place_free,
};

static void
setup (void)
{
  memset (&memory, 0, sizeof (memory));
  memory.place.klass = &memory_place_class;
  memory.place.refs = 1;
  memory_place_class.limits.max_parts = MAX_PARTS;
  memory.parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_mutex_init (&memory.lock);
  g_cond_init (&memory.cond);
}

static void
teardown (void)
{
  for (guint i = 0; i < memory.parts->len; i++)
    if (g_ptr_array_index (memory.parts, i) == NULL)
      g_ptr_array_index (memory.parts, i) = g_bytes_new (NULL, 0);
  g_ptr_array_unref (memory.parts);
  g_clear_pointer (&memory.object, g_bytes_unref);
  g_clear_pointer (&memory.content_type, g_free);
  g_mutex_clear (&memory.lock);
  g_cond_clear (&memory.cond);
}

static void
set_shut (gboolean shut)
{
  g_mutex_lock (&memory.lock);
  memory.shut = shut;
  g_cond_broadcast (&memory.cond);
  g_mutex_unlock (&memory.lock);
}

/* Until so many parts are on their way. */
static void
wait_waiting (guint n)
{
  g_mutex_lock (&memory.lock);
  while (memory.n_waiting < n)
    g_cond_wait (&memory.cond, &memory.lock);
  g_mutex_unlock (&memory.lock);
}

static GstRecUploader *
make (guint64 header_size, gboolean keep)
{
  GstRecUploaderConfig config = {
    .place = &memory.place,.key = "key",.part_size = PART,
    .header_size = header_size,.parallel = 4,.timeout = G_TIME_SPAN_SECOND,
    .keep_on_error = keep
  };

  return gst_rec_uploader_new (&config);
}

static guint8
byte_at (gsize offset)
{
  return offset * 31 + offset / 251;
}

static gboolean
write_bytes (GstRecUploader * uploader, gsize offset, gsize size,
    gsize * written, GError ** error)
{
  g_autofree guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = byte_at (offset + i);

  return gst_rec_uploader_write (uploader, data, size, written, error);
}

static void
write_all (GstRecUploader * uploader, gsize size)
{
  gsize written = 0;

  fail_unless (write_bytes (uploader, 0, size, &written, NULL));
}

static void
wait_closed (GstRecUploader * uploader)
{
  fail_unless_equals_int (gst_rec_uploader_wait (uploader,
          30 * G_TIME_SPAN_SECOND, FALSE), GST_REC_UPLOADER_CLOSED);
}

static void
expect_object (gsize size)
{
  const guint8 *data = g_bytes_get_data (memory.object, NULL);

  fail_unless_equals_uint64 (g_bytes_get_size (memory.object), size);
  for (gsize i = 0; i < size; i++)
    if (data[i] != byte_at (i))
      fail ("byte %" G_GSIZE_FORMAT " is %u", i, data[i]);
}

static const gsize sizes[] = { 0, 1, PART - 1, PART, PART + 1, 5 * PART,
  200 * PART + 7
};

GST_START_TEST (test_an_object_is_what_was_written)
{
  gsize size = sizes[__i__ / 2];
  g_autoptr (GstRecUploader) uploader = make (__i__ % 2 ? PART : 0, FALSE);
  GstRecUploaderStats stats;
  guint n_parts;

  if (size)
    write_all (uploader, size);
  gst_rec_uploader_finish (uploader);
  wait_closed (uploader);

  fail_unless (gst_rec_uploader_get_error (uploader) == NULL);
  fail_unless (gst_rec_uploader_get_object (uploader, &n_parts) != NULL);
  fail_unless (gst_rec_uploader_is_verified (uploader));
  fail_unless (n_parts <= MAX_PARTS && (n_parts > 1) == (size > PART), "%u",
      n_parts);
  expect_object (size);
  gst_rec_uploader_get_stats (uploader, &stats);
  fail_unless_equals_uint64 (stats.bytes_in, size);
  fail_unless_equals_uint64 (stats.bytes_stored, size);
  fail_unless_equals_int (memory.has_upload, FALSE);
}

GST_END_TEST;

static gpointer
write_40_parts (gpointer uploader)
{
  write_all (uploader, 40 * PART);
  return NULL;
}

/* The first part alone shows what the line carries. */
GST_START_TEST (test_parts_go_in_parallel_and_memory_is_bounded)
{
  g_autoptr (GstRecUploader) uploader = NULL;
  GstRecUploaderStats stats;

  memory_place_class.limits.max_parts = 10000;
  uploader = make (0, FALSE);
  set_shut (TRUE);
  g_autoptr (GThread) writer = g_thread_new ("writer", write_40_parts,
      uploader);
  wait_waiting (1);
  gst_rec_uploader_get_stats (uploader, &stats);
  fail_unless_equals_int (stats.slots, 1);
  fail_unless_equals_int (memory.most_waiting, 1);

  g_mutex_lock (&memory.lock);
  memory.passes = 1;
  g_cond_broadcast (&memory.cond);
  g_mutex_unlock (&memory.lock);
  wait_waiting (4);
  gst_rec_uploader_get_stats (uploader, &stats);
  fail_unless_equals_int (stats.slots, 4);
  fail_unless (stats.rate > 0);
  fail_unless (stats.bytes_in - stats.bytes_stored <= 4 * PART);

  set_shut (FALSE);
  g_thread_join (g_steal_pointer (&writer));
  gst_rec_uploader_finish (uploader);
  wait_closed (uploader);
  expect_object (40 * PART);
  fail_unless_equals_int (memory.most_waiting, 4);
}

GST_END_TEST;

GST_START_TEST (test_an_interrupted_write_goes_on)
{
  g_autoptr (GstRecUploader) uploader = make (0, FALSE);
  g_autoptr (GError) error = NULL;
  gsize written = 0;

  set_shut (TRUE);
  gst_rec_uploader_set_interrupted (uploader, TRUE);
  fail_if (write_bytes (uploader, 0, 20 * PART, &written, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  fail_unless_equals_uint64 (written, 0);

  gst_rec_uploader_set_interrupted (uploader, FALSE);
  set_shut (FALSE);
  fail_unless (write_bytes (uploader, 0, 20 * PART, &written, NULL));
  gst_rec_uploader_finish (uploader);
  wait_closed (uploader);
  expect_object (20 * PART);
}

GST_END_TEST;

static const struct
{
  guint fail_part;
  gboolean fail_create, fail_complete, fail_abort, lies, keep;
  gboolean left;                /* an upload is, and is named */
  guint n_aborts;
} failures[] = {
  {3, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, 1},
  {3, FALSE, FALSE, TRUE, FALSE, FALSE, TRUE, 1},
  {3, FALSE, FALSE, FALSE, FALSE, TRUE, TRUE, 0},
  {0, TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, 0},
  {0, FALSE, TRUE, FALSE, FALSE, FALSE, FALSE, 1},
  {0, FALSE, TRUE, FALSE, FALSE, TRUE, TRUE, 0},
  /* It is no upload any more. */
  {0, FALSE, FALSE, FALSE, TRUE, TRUE, FALSE, 0},
};

GST_START_TEST (test_a_failure_leaves_nothing_but_what_is_named)
{
  g_autoptr (GstRecUploader) uploader = make (0, failures[__i__].keep);
  gsize written = 0;
  guint n_parts;

  memory.fail_part = failures[__i__].fail_part;
  memory.fail_create = failures[__i__].fail_create;
  memory.fail_complete = failures[__i__].fail_complete;
  memory.fail_abort = failures[__i__].fail_abort;
  memory.lies = failures[__i__].lies;

  if (write_bytes (uploader, 0, 20 * PART, &written, NULL))
    gst_rec_uploader_finish (uploader);
  else
    fail_if (gst_rec_uploader_write (uploader, "x", 1, &(gsize) {
            0}, NULL));
  if (failures[__i__].fail_create)
    gst_rec_uploader_cancel (uploader, NULL);
  wait_closed (uploader);

  fail_unless (gst_rec_uploader_get_error (uploader) != NULL);
  fail_unless (gst_rec_uploader_get_object (uploader, &n_parts) == NULL);
  fail_unless_equals_int (gst_rec_uploader_get_left_upload (uploader) != NULL,
      failures[__i__].left);
  fail_unless_equals_int (memory.has_upload, failures[__i__].left);
  fail_unless_equals_int (memory.n_aborts, failures[__i__].n_aborts);
}

GST_END_TEST;

GST_START_TEST (test_a_cancel_drops_what_is_on_its_way)
{
  g_autoptr (GstRecUploader) uploader = make (0, FALSE);

  set_shut (TRUE);
  write_all (uploader, 4 * PART);
  wait_waiting (1);
  gst_rec_uploader_cancel (uploader, NULL);
  wait_closed (uploader);

  fail_unless (gst_rec_uploader_get_error (uploader) == NULL);
  fail_unless_equals_int (memory.n_aborts, 1);
  fail_unless_equals_int (memory.has_upload, FALSE);
  fail_unless (memory.object == NULL);
}

GST_END_TEST;

GST_START_TEST (test_attributes_are_those_of_the_first_byte)
{
  g_autoptr (GstRecUploader) uploader = make (0, FALSE);
  GstRecStoreAttributes first = {.content_type = (gchar *) "video/mp4" };
  GstRecStoreAttributes late = {.content_type = (gchar *) "text/plain" };

  gst_rec_uploader_set_attributes (uploader, &late);
  gst_rec_uploader_set_attributes (uploader, &first);
  write_all (uploader, 1);
  gst_rec_uploader_set_attributes (uploader, &late);
  gst_rec_uploader_finish (uploader);
  wait_closed (uploader);
  fail_unless_equals_string (memory.content_type, "video/mp4");
}

GST_END_TEST;

static GstRecBody *
read_part (guint number, gpointer data, GError ** error)
{
  guint8 *bytes;

  if (number == GPOINTER_TO_UINT (data)) {
    fail_with (error);
    return NULL;
  }
  bytes = g_malloc (PART);
  for (gsize i = 0; i < PART; i++)
    bytes[i] = byte_at ((number - 1) * PART + i);

  return gst_rec_body_new_take (g_bytes_new_take (bytes, PART));
}

/* As it was left: of five parts the third is missing, and the fourth is not
 * what it should be. */
static void
leave_upload (GstRecStorePart * parts)
{
  memory.has_upload = TRUE;
  g_ptr_array_set_size (memory.parts, 5);
  for (guint n = 1; n <= 5; n++) {
    g_autoptr (GstRecBody) body = read_part (n, NULL, NULL);
    GBytes *bytes = flatten (body);

    parts[n - 1] = (GstRecStorePart) {.number = n,.size = PART };
    parts[n - 1].etag = etag_of (bytes);
    if (n == 3)
      g_clear_pointer (&bytes, g_bytes_unref);
    if (n == 4) {
      g_bytes_unref (bytes);
      bytes = g_bytes_new_take (g_malloc0 (PART), PART);
    }
    g_ptr_array_index (memory.parts, n - 1) = bytes;
  }
  /* Nobody knows what this one was. */
  g_clear_pointer (&parts[4].etag, g_free);
}

GST_START_TEST (test_an_upload_that_was_left_is_brought_to_its_end)
{
  GstRecStorePart parts[5];
  g_auto (GstRecStoreObject) object = { 0, };
  g_autoptr (GstRecStore) store = memory_open (NULL, NULL, FALSE, NULL);
  g_autoptr (GError) error = NULL;

  leave_upload (parts);
  fail_if (gst_rec_store_resume (store, "key", "upload", parts, 5, read_part,
          GUINT_TO_POINTER (4), &object, NULL, &error));
  fail_unless (error != NULL && memory.has_upload);

  fail_unless (gst_rec_store_resume (store, "key", "upload", parts, 5,
          read_part, NULL, &object, NULL, NULL));
  expect_object (5 * PART);
  fail_unless_equals_uint64 (object.size, 5 * PART);
  /* The third in the first go, then the fourth and the fifth. */
  fail_unless_equals_int (memory.n_parts_sent, 3);

  for (guint i = 0; i < 5; i++)
    gst_rec_store_part_clear (&parts[i]);
}

GST_END_TEST;

static Suite *
uploader_suite (void)
{
  Suite *s = suite_create ("uploader");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_loop_test (tc, test_an_object_is_what_was_written, 0,
      2 * G_N_ELEMENTS (sizes));
  tcase_add_test (tc, test_parts_go_in_parallel_and_memory_is_bounded);
  tcase_add_test (tc, test_an_interrupted_write_goes_on);
  tcase_add_loop_test (tc, test_a_failure_leaves_nothing_but_what_is_named, 0,
      G_N_ELEMENTS (failures));
  tcase_add_test (tc, test_a_cancel_drops_what_is_on_its_way);
  tcase_add_test (tc, test_attributes_are_those_of_the_first_byte);
  tcase_add_test (tc, test_an_upload_that_was_left_is_brought_to_its_end);

  return s;
}

GST_CHECK_MAIN (uploader);
