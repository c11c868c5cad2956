/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "uploader.h"

#include <string.h>

#include "store/assembler.h"
#include "store/line.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

/* What is done once, while no part is on its way. */
typedef enum
{
  STEP_NONE,
  STEP_CREATE,
  STEP_PUT,
  STEP_COMMIT,
  STEP_COMPLETE,
  STEP_ABORT,
} Step;

typedef struct
{
  guint number;
  GstRecBody *body;
} Job;

struct _GstRecUploader
{
  GstRecStorePlace *place;
  gchar *key;
  guint parallel;
  GTimeSpan timeout;
  gboolean keep_on_error;

  /* Of the thread that writes. */
  GstRecAssembler *assembler;
  gint64 next_commit;           /* monotonic, 0 before the first byte */
  guint n_cut;                  /* parts that were cut short for a commit */

  GMutex lock;
  GCond cond;                   /* with lock, any change of what follows */
  GstRecStoreAttributes attributes;     /* as they were at the first byte */
  GPtrArray *threads;
  guint n_idle;                 /* threads that wait for work */
  guint n_active;               /* steps and parts on their way */
  Step step;                    /* that is to be done or under way */
  gboolean step_taken;
  GstRecLine line;              /* that the parts go by */
  guint n_sending;              /* parts on their way */
  GQueue jobs;                  /* parts that wait, of Job */
  GstRecBody *whole;            /* an object that goes by one put */
  guint commit_until;           /* number of the last part to be committed, */
  GstRecBody *commit_head;      /* and the head as it is then; 0: none is due */
  gboolean committed;           /* an object may stand already */
  GArray *parts;                /* that the store has, of GstRecStorePart */
  guint64 bytes_in;
  guint64 bytes_stored;
  gchar *upload_id;             /* NULL before Create and after the end */
  gboolean finishing;           /* all bytes are there */
  gboolean ending;              /* failed or cancelled */
  gboolean interrupted;
  gboolean closed;              /* nothing happens any more */
  gboolean quit;
  gint64 deadline;              /* of the end, monotonic; 0: none */
  gboolean object_stands;
  gboolean verified;            /* the store was asked and has it as sent */
  GstRecStoreObject object;
  GError *error;                /* the first */

  GCancellable *parts_cancellable;      /* drops parts that are on their way */
  GCancellable *stop;           /* nothing is tried again */
  GCancellable *steps_cancellable;      /* drops the rest as well */
};

static void
job_free (Job * self)
{
  gst_rec_body_unref (self->body);
  g_free (self);
}

GstRecUploader *
gst_rec_uploader_new (const GstRecUploaderConfig * config)
{
  GstRecUploader *self = g_new0 (GstRecUploader, 1);

  self->place = gst_rec_store_place_ref (config->place);
  self->key = g_strdup (config->key);
  self->parallel = MAX (config->parallel, 1);
  self->timeout = config->timeout;
  self->keep_on_error = config->keep_on_error;

  GstRecAssemblerConfig cut = {
    .limits = self->place->klass->limits,
    .part_size = config->part_size,
    .header_size = config->header_size,
    .equal_parts = config->equal_parts,
  };
  /* The others are for parts that are cut short, to be committed. */
  if (self->place->commit_interval > 0)
    cut.limits.max_parts /= 2;
  self->assembler = gst_rec_assembler_new (&cut);

  /* Memory is for parts of the size that was asked for, and no larger. */
  GstRecLineConfig line = {
    .min_part = MIN (MAX (cut.limits.min_part, MIB), config->part_size),
    .max_part = config->part_size,
    .max_slots = self->parallel,
  };
  gst_rec_line_init (&self->line, &line);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->jobs);
  self->threads = g_ptr_array_new ();
  self->parts = g_array_new (FALSE, TRUE, sizeof (GstRecStorePart));
  g_array_set_clear_func (self->parts,
      (GDestroyNotify) gst_rec_store_part_clear);
  self->parts_cancellable = g_cancellable_new ();
  self->stop = g_cancellable_new ();
  self->steps_cancellable = g_cancellable_new ();

  return self;
}

/* Called when it is closed or was never begun. */
void
gst_rec_uploader_free (GstRecUploader * self)
{
  g_mutex_lock (&self->lock);
  self->quit = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));

  g_ptr_array_unref (self->threads);
  g_queue_clear_full (&self->jobs, (GDestroyNotify) job_free);
  g_array_unref (self->parts);
  g_clear_pointer (&self->whole, gst_rec_body_unref);
  g_clear_pointer (&self->commit_head, gst_rec_body_unref);
  gst_rec_assembler_free (self->assembler);
  gst_rec_store_object_clear (&self->object);
  g_clear_error (&self->error);
  g_object_unref (self->parts_cancellable);
  g_object_unref (self->stop);
  g_object_unref (self->steps_cancellable);
  gst_rec_store_attributes_clear (&self->attributes);
  gst_rec_store_place_unref (self->place);
  g_free (self->upload_id);
  g_free (self->key);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Gives up: what is on its way is dropped, what waits is forgotten. Called
 * with the lock held; @reason may be NULL. */
static void
begin_end (GstRecUploader * self, const GError * reason)
{
  if (self->ending || self->closed)
    return;

  self->ending = TRUE;
  self->deadline = g_get_monotonic_time () + self->timeout;
  if (reason)
    self->error = g_error_copy (reason);
  g_queue_clear_full (&self->jobs, (GDestroyNotify) job_free);
  g_queue_init (&self->jobs);
  if (!self->step_taken)
    self->step = STEP_NONE;
  g_cancellable_cancel (self->parts_cancellable);
  /* A Create that is on its way is waited for: nobody could abort an upload
   * whose id got lost. So is a Complete. */
  g_cancellable_cancel (self->stop);
}

/* Whether a part that waits may go. One behind those that are to be committed
 * may not: a store drops what it has and is not committed. Called with the
 * lock held. */
static gboolean
may_go (GstRecUploader * self, const Job * job)
{
  return job && (self->commit_until == 0 || job->number <= self->commit_until);
}

/* What comes next. Called with the lock held after every change. */
static void
advance (GstRecUploader * self)
{
  gboolean quiet = self->n_active == 0 && self->step == STEP_NONE &&
      g_queue_is_empty (&self->jobs);

  if (self->commit_until > 0 && self->n_active == 0 && !self->ending &&
      self->step == STEP_NONE && !may_go (self,
          g_queue_peek_head (&self->jobs)))
    self->step = STEP_COMMIT;

  if (quiet && self->step == STEP_NONE && !self->closed) {
    if (self->object_stands || self->ending) {
      gboolean keep = self->keep_on_error && self->error != NULL;

      if (self->upload_id && self->deadline == 0)
        self->deadline = g_get_monotonic_time () + self->timeout;
      if (self->upload_id && !keep &&
          g_get_monotonic_time () < self->deadline)
        self->step = STEP_ABORT;
      else
        self->closed = TRUE;
    } else if (self->finishing) {
      self->step = self->whole ? STEP_PUT : STEP_COMPLETE;
    }
  }

  g_cond_broadcast (&self->cond);
}

static gint
compare_parts (gconstpointer a, gconstpointer b)
{
  const GstRecStorePart *x = a, *y = b;

  return (x->number > y->number) - (x->number < y->number);
}

/* Called with the lock held, which it gives up meanwhile. */
static void
run_create (GstRecUploader * self, GstRecStore * store)
{
  g_autoptr (GError) error = NULL;

  g_mutex_unlock (&self->lock);
  gchar *id = store->klass->create (store, self->key, &self->attributes,
      self->steps_cancellable, &error);
  g_mutex_lock (&self->lock);

  self->upload_id = id;
  if (id == NULL)
    begin_end (self, error);
}

static gboolean
differs (const gchar * made, const gchar * found)
{
  return made && *made && found && *found && strcmp (made, found) != 0;
}

/* Asks the store for the object that it says it has made. Who may write may
 * not always ask, and a network may fail just now: that leaves it unverified.
 * Called without the lock, in a step, when the members that are read here do
 * not change. */
static gboolean
verify (GstRecUploader * self, GstRecStore * store, gboolean * verified,
    GError ** error)
{
  const GstRecStoreObject *made = &self->object;
  g_auto (GstRecStoreObject) found = { 0, };
  g_autoptr (GError) reason = NULL;

  if (store->klass->head == NULL)
    return TRUE;

  if (!store->klass->head (store, self->key, made->version_id, &found,
          self->steps_cancellable, &reason)) {
    if (!g_error_matches (reason, GST_REC_STORE_ERROR,
            GST_REC_STORE_ERROR_NOT_FOUND))
      return TRUE;
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_CHECKSUM,
        "the store said that the object stands, and has none of that name");
    return FALSE;
  }

  if (differs (made->etag, found.etag)) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_CHANGED,
        "the object that stands has the ETag %s and not %s", found.etag,
        made->etag);
    return FALSE;
  }
  if (found.size != made->size || differs (made->checksum, found.checksum)) {
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_CHECKSUM,
        "the object that stands has %" G_GUINT64_FORMAT " bytes (%s), and %"
        G_GUINT64_FORMAT " (%s) were sent", found.size,
        found.checksum ? found.checksum : "no checksum", made->size,
        made->checksum ? made->checksum : "no checksum");
    return FALSE;
  }

  *verified = TRUE;
  return TRUE;
}

/* Called with the lock held, which it gives up meanwhile. */
static void
run_put (GstRecUploader * self, GstRecStore * store)
{
  g_autoptr (GError) error = NULL;

  g_mutex_unlock (&self->lock);
  gboolean verified = FALSE;
  gboolean ok = store->klass->put (store, self->key, &self->attributes,
      self->whole, &self->object, self->steps_cancellable, &error) &&
      verify (self, store, &verified, &error);
  g_mutex_lock (&self->lock);

  if (ok) {
    self->object_stands = TRUE;
    self->verified = verified;
    self->bytes_stored = self->object.size;
  } else {
    begin_end (self, error);
  }
}

static void
run_complete (GstRecUploader * self, GstRecStore * store)
{
  g_autoptr (GError) error = NULL;

  g_array_sort (self->parts, compare_parts);
  g_mutex_unlock (&self->lock);
  gboolean ok = store->klass->complete (store, self->key, self->upload_id,
      (const GstRecStorePart *) self->parts->data, self->parts->len,
      &self->object, self->steps_cancellable, &error);
  gboolean verified = FALSE;
  gboolean good = ok && verify (self, store, &verified, &error);
  g_mutex_lock (&self->lock);

  /* A good object or not, it is no upload any more. */
  if (ok)
    g_clear_pointer (&self->upload_id, g_free);
  if (good) {
    self->object_stands = TRUE;
    self->verified = verified;
  } else {
    begin_end (self, error);
  }
}

/* Makes an object of the parts so far, and of the head as it was when that was
 * due, which is sent again at the end. Like a Complete it is waited for: what
 * it did has to be known. */
static void
run_commit (GstRecUploader * self, GstRecStore * store)
{
  GstRecStorePart head = {.number = 1 };
  g_autoptr (GArray) parts =
      g_array_new (FALSE, FALSE, sizeof (GstRecStorePart));
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;

  self->committed = TRUE;
  g_array_sort (self->parts, compare_parts);
  g_mutex_unlock (&self->lock);
  if (self->commit_head) {
    ok = store->klass->put_part (store, self->key, self->upload_id, &head,
        self->commit_head, self->parts_cancellable, &error);
    g_array_append_val (parts, head);
  }
  g_array_append_vals (parts, self->parts->data, self->parts->len);
  ok = ok && store->klass->commit (store, self->key, self->upload_id,
      (const GstRecStorePart *) parts->data, parts->len,
      self->steps_cancellable, &error);
  gst_rec_store_part_clear (&head);
  g_mutex_lock (&self->lock);

  self->commit_until = 0;
  g_clear_pointer (&self->commit_head, gst_rec_body_unref);
  if (!ok)
    begin_end (self, error);
}

/* With a handle of its own, which tries again until the deadline: that is what
 * the end has it for. */
static void
run_abort (GstRecUploader * self)
{
  g_mutex_unlock (&self->lock);
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (self->place, self->steps_cancellable, TRUE,
      NULL);
  gboolean aborted = store && store->klass->abort (store, self->key,
      self->upload_id, self->steps_cancellable, NULL);
  g_mutex_lock (&self->lock);

  if (aborted)
    g_clear_pointer (&self->upload_id, g_free);
  /* One abort is all there is, whatever became of it. */
  self->closed = TRUE;
}

static void
run_part (GstRecUploader * self, GstRecStore * store, Job * job)
{
  GstRecStorePart part = {.number = job->number };
  g_autoptr (GError) error = NULL;
  GstRecLineTrip trip;

  self->n_sending++;
  gst_rec_line_begin (&self->line, &trip, g_get_monotonic_time ());
  g_mutex_unlock (&self->lock);
  gboolean ok = store->klass->put_part (store, self->key, self->upload_id,
      &part, job->body, self->parts_cancellable, &error);
  job_free (job);
  g_mutex_lock (&self->lock);
  gst_rec_line_end (&self->line, &trip, ok ? part.size : 0,
      g_get_monotonic_time ());
  self->n_sending--;

  if (ok) {
    self->bytes_stored += part.size;
    g_array_append_val (self->parts, part);
  } else {
    begin_end (self, error);
  }
}

static void
run_step (GstRecUploader * self, GstRecStore * store)
{
  Step step = self->step;

  self->step_taken = TRUE;
  if (step == STEP_CREATE)
    run_create (self, store);
  else if (step == STEP_PUT)
    run_put (self, store);
  else if (step == STEP_COMMIT)
    run_commit (self, store);
  else if (step == STEP_COMPLETE)
    run_complete (self, store);
  else if (step == STEP_ABORT)
    run_abort (self);

  self->step = STEP_NONE;
  self->step_taken = FALSE;
}

static void need_worker (GstRecUploader * self);

/* For how many more parts the line has room. Called with the lock held. */
static guint
n_free_slots (GstRecUploader * self)
{
  guint slots = gst_rec_line_slots (&self->line);

  return slots > self->n_sending ? slots - self->n_sending : 0;
}

static gpointer
work (gpointer data)
{
  GstRecUploader *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (self->place, self->stop, FALSE, &error);

  g_mutex_lock (&self->lock);
  self->n_idle--;
  if (store == NULL) {
    begin_end (self, error);
    advance (self);
  }

  while (store && !self->quit) {
    Job *job = NULL;
    gboolean step = self->step != STEP_NONE && !self->step_taken;

    if (!step && self->step == STEP_NONE && self->upload_id &&
        n_free_slots (self) > 0 &&
        may_go (self, g_queue_peek_head (&self->jobs)))
      job = g_queue_pop_head (&self->jobs);
    if (!step && job == NULL) {
      self->n_idle++;
      g_cond_wait (&self->cond, &self->lock);
      self->n_idle--;
      continue;
    }

    self->n_active++;
    if (step)
      run_step (self, store);
    else
      run_part (self, store, job);
    self->n_active--;
    advance (self);
    /* The line may carry more parts at a time than it seemed. */
    need_worker (self);
  }
  g_mutex_unlock (&self->lock);

  return NULL;
}

/* Sees to it that somebody does what there is to do. Called with the lock
 * held. */
static void
need_worker (GstRecUploader * self)
{
  guint wanted = MIN (g_queue_get_length (&self->jobs), n_free_slots (self)) +
      (self->step != STEP_NONE && !self->step_taken);

  while (!self->quit && self->n_idle < wanted && self->threads->len < self->parallel) {
    g_autoptr (GError) error = NULL;
    GThread *thread = g_thread_try_new ("rec-upload", work, self, &error);

    if (thread == NULL) {
      /* Those that are there do it, if there are any. */
      if (self->threads->len == 0) {
        begin_end (self, error);
        advance (self);
      }
      break;
    }
    /* Counts as idle until it has looked around, which takes the lock. */
    self->n_idle++;
    g_ptr_array_add (self->threads, thread);
  }
  g_cond_broadcast (&self->cond);
}

/* Called with the lock held. */
static gboolean
check_open (GstRecUploader * self, GError ** error)
{
  if (self->ending) {
    if (self->error)
      g_propagate_error (error, g_error_copy (self->error));
    else
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
          "the upload was cancelled");
    return FALSE;
  }
  if (self->interrupted) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
        "interrupted");
    return FALSE;
  }

  return TRUE;
}

/* The first byte begins the upload and waits until the store has agreed to
 * it: wrong keys, a bucket that does not exist and a store that is not there
 * show at once and not when a part is full. Create asks for no permission
 * that the upload would not need, and, unlike HEAD, is answered with a reason.
 * Called with the lock held. */
static gboolean
wait_created (GstRecUploader * self, GError ** error)
{
  while (self->upload_id == NULL) {
    if (!check_open (self, error))
      return FALSE;
    if (self->step == STEP_NONE) {
      self->step = STEP_CREATE;
      need_worker (self);
    }
    g_cond_wait (&self->cond, &self->lock);
  }

  return check_open (self, error);
}

/* Memory holds the head and as many parts as are sent at a time: where all of
 * them are on their way, none is begun. But one is filled while one is sent.
 * Called with the lock held. */
static gboolean
wait_room (GstRecUploader * self, GError ** error)
{
  while (check_open (self, error)) {
    if (g_queue_get_length (&self->jobs) + self->n_active <
        MAX (self->parallel, 2))
      return TRUE;
    g_cond_wait (&self->cond, &self->lock);
  }

  return FALSE;
}

/* Called with the lock held. */
static void
submit (GstRecUploader * self, guint number, GstRecBody * body)
{
  Job *job = g_new (Job, 1);

  job->number = number;
  job->body = body;
  g_queue_push_tail (&self->jobs, job);
  need_worker (self);
}

/* Has no effect after the first byte. */
void
gst_rec_uploader_set_attributes (GstRecUploader * self,
    const GstRecStoreAttributes * attributes)
{
  g_mutex_lock (&self->lock);
  if (self->upload_id == NULL && self->step == STEP_NONE) {
    gst_rec_store_attributes_clear (&self->attributes);
    gst_rec_store_attributes_copy (attributes, &self->attributes);
  }
  g_mutex_unlock (&self->lock);
}

gboolean
gst_rec_uploader_seek (GstRecUploader * self, guint64 offset, GError ** error)
{
  return gst_rec_assembler_seek (self->assembler, offset, error);
}

/* Called with the lock held. */
static void
submit_part (GstRecUploader * self)
{
  guint number;
  GstRecBody *body = gst_rec_assembler_take_part (self->assembler, &number);

  if (body)
    submit (self, number, body);
}

/* Looked at when bytes come: without any there is nothing new to read. Called
 * with the lock held. */
static gboolean
commit_is_due (GstRecUploader * self)
{
  gint64 now = g_get_monotonic_time ();
  GTimeSpan interval = self->place->commit_interval;

  if (interval == 0 || self->commit_until > 0)
    return FALSE;
  if (self->next_commit == 0)
    self->next_commit = now + interval;
  if (now < self->next_commit)
    return FALSE;

  self->next_commit = now + interval;
  return gst_rec_assembler_n_parts (self->assembler) > 0;
}

/* All that is here goes, the part that is being filled as it is, unless that
 * made more parts than a store takes. Called with the lock held. */
static void
begin_commit (GstRecUploader * self)
{
  if (self->n_cut < self->place->klass->limits.max_parts / 2) {
    submit_part (self);
    self->n_cut++;
  }

  self->commit_head = gst_rec_assembler_copy_head (self->assembler);
  self->commit_until = gst_rec_assembler_last_number (self->assembler);
  advance (self);
  need_worker (self);
}

static gboolean
prepare_write (GstRecUploader * self, GError ** error)
{
  gboolean ready;

  g_mutex_lock (&self->lock);
  ready = wait_created (self, error);
  if (ready && gst_rec_assembler_part_is_full (self->assembler))
    submit_part (self);
  if (ready && commit_is_due (self))
    begin_commit (self);
  if (ready && gst_rec_assembler_wants_part (self->assembler))
    ready = wait_room (self, error);
  self->bytes_in = gst_rec_assembler_size (self->assembler);
  if (gst_rec_line_rate (&self->line) > 0)
    gst_rec_assembler_set_part_size (self->assembler,
        gst_rec_line_part_size (&self->line));
  g_mutex_unlock (&self->lock);

  return ready;
}

/* Takes @size bytes from @data, of which *@written are taken already, and
 * waits while there is no room. G_IO_ERROR_CANCELLED when it is interrupted:
 * it can be called again with the same *@written and goes on. */
gboolean
gst_rec_uploader_write (GstRecUploader * self, gconstpointer data, gsize size,
    gsize * written, GError ** error)
{
  while (*written < size) {
    if (!prepare_write (self, error))
      return FALSE;

    gssize n = gst_rec_assembler_write (self->assembler,
        (const guint8 *) data + *written, size - *written, error);
    if (n < 0)
      return FALSE;
    *written += n;
  }

  return TRUE;
}

/* The same with bytes that may be kept until they are in the store. */
gboolean
gst_rec_uploader_write_bytes (GstRecUploader * self, GBytes * bytes,
    gsize * written, GError ** error)
{
  while (*written < g_bytes_get_size (bytes)) {
    if (!prepare_write (self, error))
      return FALSE;

    gssize n = gst_rec_assembler_write_bytes (self->assembler, bytes,
        *written, error);
    if (n < 0)
      return FALSE;
    *written += n;
  }

  return TRUE;
}

/* All bytes are there: the object is made. Does not wait for that. */
void
gst_rec_uploader_finish (GstRecUploader * self)
{
  guint number = 1;

  g_mutex_lock (&self->lock);
  self->bytes_in = gst_rec_assembler_size (self->assembler);
  if (!self->finishing && !self->ending) {
    gboolean single = !self->committed &&
        gst_rec_assembler_n_parts (self->assembler) <= 1;
    GstRecBody *last =
        gst_rec_assembler_take_part (self->assembler, &number);
    GstRecBody *head = gst_rec_assembler_take_head (self->assembler);

    self->finishing = TRUE;
    if (self->step != STEP_COMMIT)
      self->commit_until = 0;
    if (single) {
      self->whole = head ? head : last ? last : gst_rec_body_new ();
    } else {
      if (last)
        submit (self, number, last);
      if (head)
        submit (self, 1, head);
    }
    advance (self);
    need_worker (self);
  }
  g_mutex_unlock (&self->lock);
}

/* No object: what is in the store already is aborted. An object that stands
 * when this is called stays. @reason may be NULL. */
void
gst_rec_uploader_cancel (GstRecUploader * self, const GError * reason)
{
  g_mutex_lock (&self->lock);
  if (!self->object_stands)
    begin_end (self, reason);
  advance (self);
  need_worker (self);
  g_mutex_unlock (&self->lock);
}

/* While it is set, the thread that writes or waits comes back at once. */
void
gst_rec_uploader_set_interrupted (GstRecUploader * self, gboolean interrupted)
{
  g_mutex_lock (&self->lock);
  self->interrupted = interrupted;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* Waits for the end for at most @patience us. */
GstRecUploaderStatus
gst_rec_uploader_wait (GstRecUploader * self, GTimeSpan patience,
    gboolean interruptible)
{
  gint64 until = g_get_monotonic_time () + patience;
  GstRecUploaderStatus status = GST_REC_UPLOADER_BUSY;

  g_mutex_lock (&self->lock);
  for (;;) {
    gint64 now = g_get_monotonic_time ();
    gint64 next = until;

    if (self->closed)
      status = GST_REC_UPLOADER_CLOSED;
    else if (interruptible && self->interrupted)
      status = GST_REC_UPLOADER_INTERRUPTED;
    if (status != GST_REC_UPLOADER_BUSY || now >= until)
      break;

    /* The end has had its time. */
    if (self->deadline && now >= self->deadline)
      g_cancellable_cancel (self->steps_cancellable);
    else if (self->deadline)
      next = MIN (until, self->deadline);
    g_cond_wait_until (&self->cond, &self->lock, next);
  }
  g_mutex_unlock (&self->lock);

  return status;
}

/* An object that went by one put is one part. Called with the lock held. */
static guint
n_parts_stored (GstRecUploader * self)
{
  return self->whole && self->object_stands ? 1 : self->parts->len;
}

void
gst_rec_uploader_get_stats (GstRecUploader * self, GstRecUploaderStats * stats)
{
  g_mutex_lock (&self->lock);
  stats->bytes_in = self->bytes_in;
  stats->bytes_stored = self->bytes_stored;
  stats->parts_stored = n_parts_stored (self);
  stats->rate = gst_rec_line_rate (&self->line);
  stats->slots = gst_rec_line_slots (&self->line);
  stats->parts_pending = g_queue_get_length (&self->jobs) + self->n_active;
  g_mutex_unlock (&self->lock);
}

/* NULL if it ended well or was cancelled. */
const GError *
gst_rec_uploader_get_error (GstRecUploader * self)
{
  return self->error;
}

/* NULL if there is no object. */
const GstRecStoreObject *
gst_rec_uploader_get_object (GstRecUploader * self, guint * n_parts)
{
  *n_parts = n_parts_stored (self);
  return self->object_stands ? &self->object : NULL;
}

/* Whether the store was asked for the object and has what was sent. */
gboolean
gst_rec_uploader_is_verified (GstRecUploader * self)
{
  return self->verified;
}

/* The id of an upload that is still in the store, or NULL. */
const gchar *
gst_rec_uploader_get_left_upload (GstRecUploader * self)
{
  return self->upload_id;
}
