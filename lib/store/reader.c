/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "reader.h"

#include <string.h>

/* A request where nothing says yet that reading goes on there: a demuxer looks
 * at many places for some bytes. */
#define FIRST_RANGE (64 * 1024)
/* Reads elsewhere after which reading does not go on where it was. */
#define MAX_IN_TURN 16

typedef enum
{
  SEGMENT_WANTED,
  SEGMENT_COMING,
  SEGMENT_THERE,
  SEGMENT_FAILED,
} SegmentState;

/* Bytes of the object that one request brings. No two overlap. */
typedef struct
{
  guint64 start;
  gsize size;
  gsize window;                 /* how far reading may be trusted to go on */
  SegmentState state;
  guint64 used;                 /* when, in reads */
  GBytes *bytes;                /* SEGMENT_THERE */
  GError *error;                /* SEGMENT_FAILED */
  GCancellable *cancellable;    /* of the request */
} Segment;

struct _GstRecReader
{
  GstRecStorePlace *place;
  gchar *key;
  guint64 read_ahead;
  guint64 range_size;
  guint parallel;
  gchar *version_id;            /* that was asked for, or NULL */
  GstRecStoreObject object;     /* does not change once it is open */
  GstRecStoreObject pin;        /* what every range is to be of; borrowed */
  GCancellable *stop;

  GMutex lock;                  /* of what follows */
  GCond cond;
  GPtrArray *segments;          /* by their start */
  guint64 from, to;             /* what is being read, or was last */
  guint64 reads;
  gboolean interrupted;
  gboolean ending;
  guint idle;                   /* threads that wait for work */
  GPtrArray *threads;
  GstRecReaderStats stats;
};

static void
segment_free (Segment * self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_error (&self->error);
  g_object_unref (self->cancellable);
  g_free (self);
}

static guint64
segment_end (const Segment * self)
{
  return self->start + self->size;
}

GstRecReader *
gst_rec_reader_new (const GstRecReaderConfig * config)
{
  GstRecReader *self = g_new0 (GstRecReader, 1);

  self->place = gst_rec_store_place_ref (config->place);
  self->key = g_strdup (config->key);
  self->read_ahead = config->read_ahead;
  self->range_size = config->range_size;
  self->parallel = config->parallel;
  self->version_id = g_strdup (config->version_id);
  self->stop = g_cancellable_new ();
  self->segments = g_ptr_array_new_with_free_func
      ((GDestroyNotify) segment_free);
  self->threads = g_ptr_array_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);

  return self;
}

/* Ends all requests and waits for their threads. */
void
gst_rec_reader_free (GstRecReader * self)
{
  if (self == NULL)
    return;

  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_cancellable_cancel (self->stop);
  for (guint i = 0; i < self->segments->len; i++)
    g_cancellable_cancel (((Segment *)
            g_ptr_array_index (self->segments, i))->cancellable);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));

  g_ptr_array_unref (self->threads);
  g_ptr_array_unref (self->segments);
  g_object_unref (self->stop);
  gst_rec_store_object_clear (&self->object);
  gst_rec_store_place_unref (self->place);
  g_free (self->version_id);
  g_free (self->key);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

/* Finds out what the object is, and pins it: whatever is read from now on is
 * of this version. */
gboolean
gst_rec_reader_open (GstRecReader * self, GError ** error)
{
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (self->place, self->stop, FALSE, error);

  if (store == NULL || !store->klass->head (store, self->key,
          self->version_id, &self->object, self->stop, error))
    return FALSE;

  /* To ask for a version takes a permission that reading does not need. */
  self->pin = self->object;
  self->pin.version_id = self->version_id;

  return TRUE;
}

/* Belongs to the reader. */
const GstRecStoreObject *
gst_rec_reader_get_object (const GstRecReader * self)
{
  return &self->object;
}

/* The first segment that does not end before @offset, or the number of them.
 * Called with the lock held. */
static guint
find_index (GstRecReader * self, guint64 offset)
{
  guint i = 0;

  while (i < self->segments->len &&
      segment_end (g_ptr_array_index (self->segments, i)) <= offset)
    i++;

  return i;
}

/* Whether a segment takes part in what is being read. Called with the lock
 * held. */
static gboolean
is_read (const GstRecReader * self, const Segment * segment)
{
  return segment->start < self->to && segment_end (segment) > self->from;
}

/* How many requests are on their way that nobody waits for. Called with the
 * lock held. */
static guint
count_ahead (GstRecReader * self)
{
  guint n = 0;

  for (guint i = 0; i < self->segments->len; i++) {
    const Segment *segment = g_ptr_array_index (self->segments, i);

    n += segment->state == SEGMENT_COMING && !is_read (self, segment);
  }

  return n;
}

/* The segment whose request is to be sent next: one that is waited for, else
 * the one that is likely to be. One request is kept free for the former, so
 * that after a jump nobody waits for what is read ahead elsewhere. Called with
 * the lock held. */
static Segment *
find_work (GstRecReader * self)
{
  for (guint i = find_index (self, self->from); i < self->segments->len; i++) {
    Segment *segment = g_ptr_array_index (self->segments, i);

    if (segment->state != SEGMENT_WANTED)
      continue;
    if (is_read (self, segment) || self->parallel == 1 ||
        count_ahead (self) < self->parallel - 1)
      return segment;
    break;
  }

  return NULL;
}

/* Called with the lock held. */
static void
forget (GstRecReader * self, Segment * segment)
{
  self->stats.bytes_held -= segment->size;
  g_ptr_array_remove (self->segments, segment);
}

/* Called with the lock held, which it gives up meanwhile. */
static void
fetch (GstRecReader * self, GstRecStore * store, Segment * segment)
{
  g_autoptr (GError) error = NULL;
  guint64 start = segment->start;
  gsize size = segment->size;
  guint8 *data = g_try_malloc (size);

  segment->state = SEGMENT_COMING;
  g_mutex_unlock (&self->lock);

  if (data == NULL)
    g_set_error (&error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_FAILED,
        "no memory for %" G_GSIZE_FORMAT " bytes", size);
  else
    store->klass->get_range (store, self->key, &self->pin, start, data,
        size, segment->cancellable, &error);

  g_mutex_lock (&self->lock);
  if (error == NULL) {
    segment->bytes = g_bytes_new_take (g_steal_pointer (&data), size);
    segment->state = SEGMENT_THERE;
    self->stats.bytes_fetched += size;
    self->stats.requests++;
  } else if (is_read (self, segment) &&
      !g_cancellable_is_cancelled (segment->cancellable)) {
    segment->error = g_steal_pointer (&error);
    segment->state = SEGMENT_FAILED;
  } else {
    /* Nobody waits for it. Who wants it later asks again. */
    forget (self, segment);
  }
  g_cond_broadcast (&self->cond);
  g_free (data);
}

/* Called with the lock held. */
static void
fail_all (GstRecReader * self, const GError * error)
{
  for (guint i = 0; i < self->segments->len; i++) {
    Segment *segment = g_ptr_array_index (self->segments, i);

    if (segment->state == SEGMENT_WANTED) {
      segment->error = g_error_copy (error);
      segment->state = SEGMENT_FAILED;
    }
  }
  g_cond_broadcast (&self->cond);
}

/* One request at a time. */
static gpointer
work (gpointer data)
{
  GstRecReader *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (self->place, self->stop, FALSE, &error);

  g_mutex_lock (&self->lock);
  while (!self->ending) {
    Segment *segment = find_work (self);

    if (segment && store) {
      fetch (self, store, segment);
      continue;
    }
    if (segment)
      fail_all (self, error);
    self->idle++;
    g_cond_wait (&self->cond, &self->lock);
    self->idle--;
  }
  g_mutex_unlock (&self->lock);

  return NULL;
}

/* Called with the lock held. */
static void
wake_or_start_threads (GstRecReader * self)
{
  guint wanted = 0;

  for (guint i = 0; i < self->segments->len; i++)
    wanted += ((Segment *) g_ptr_array_index (self->segments, i))->state ==
        SEGMENT_WANTED;
  for (guint i = self->idle; i < wanted &&
      self->threads->len < self->parallel; i++) {
    g_autoptr (GError) error = NULL;
    GThread *thread = g_thread_try_new ("recreader", work, self, &error);

    /* Those that are there do it, if there are any. */
    if (thread == NULL) {
      if (self->threads->len == 0)
        fail_all (self, error);
      break;
    }
    g_ptr_array_add (self->threads, thread);
  }
  if (wanted > 0)
    g_cond_broadcast (&self->cond);
}

/* Reading went elsewhere: what it was to go on to is not waited for. There may
 * be some places that are read in turn, as where sound and picture stand far
 * apart. Called with the lock held. */
static void
drop_what_is_stale (GstRecReader * self)
{
  for (guint i = self->segments->len; i-- > 0;) {
    Segment *segment = g_ptr_array_index (self->segments, i);

    if (segment->used + MAX_IN_TURN >= self->reads)
      continue;
    if (segment->state == SEGMENT_WANTED)
      forget (self, segment);
    else if (segment->state == SEGMENT_COMING)
      g_cancellable_cancel (segment->cancellable);
  }
}

/* What was read longest ago goes first. There is room for two places that are
 * read in turn. Called with the lock held. */
static void
make_room (GstRecReader * self)
{
  guint64 capacity = 2 * self->read_ahead + 4 * self->range_size;

  while (self->stats.bytes_held > capacity) {
    Segment *oldest = NULL;

    for (guint i = 0; i < self->segments->len; i++) {
      Segment *segment = g_ptr_array_index (self->segments, i);

      if (segment->state == SEGMENT_THERE && !is_read (self, segment) &&
          (oldest == NULL || segment->used < oldest->used))
        oldest = segment;
    }
    if (oldest == NULL || oldest->used == self->reads)
      return;
    forget (self, oldest);
  }
}

/* Begins a segment at @offset, which is in none, of what is missing of
 * @size bytes or more. Called with the lock held. */
static Segment *
add_segment (GstRecReader * self, guint64 offset, guint64 size)
{
  guint index = find_index (self, offset);
  const Segment *before = index == 0 ? NULL :
      g_ptr_array_index (self->segments, index - 1);
  const Segment *after = index == self->segments->len ? NULL :
      g_ptr_array_index (self->segments, index);
  Segment *segment = g_new0 (Segment, 1);
  guint64 end = after ? after->start : self->object.size;

  /* What goes on behind a segment is read in a row. */
  if (before && segment_end (before) == offset)
    segment->window = MIN (2 * before->window, self->range_size);
  else
    segment->window = MIN (FIRST_RANGE, self->range_size);

  if (self->read_ahead > 0)
    size = MAX (size, segment->window);
  segment->start = offset;
  segment->size = MIN (MIN (size, self->range_size), end - offset);
  segment->cancellable = g_cancellable_new ();
  g_ptr_array_insert (self->segments, index, segment);
  self->stats.bytes_held += segment->size;

  return segment;
}

/* The segment of @offset, asked for if it is not there. Called with the lock
 * held. */
static Segment *
want (GstRecReader * self, guint64 offset, guint64 size)
{
  guint index = find_index (self, offset);
  Segment *segment = index == self->segments->len ? NULL :
      g_ptr_array_index (self->segments, index);

  if (segment == NULL || segment->start > offset)
    segment = add_segment (self, offset, size);
  segment->used = self->reads;

  return segment;
}

/* Asks for what will be read next, where reading goes on in a row: behind a
 * first range nothing says so yet. Called with the lock held. */
static void
want_ahead (GstRecReader * self)
{
  guint index = find_index (self, self->to - 1);
  const Segment *last = g_ptr_array_index (self->segments, index);
  guint64 ahead = MIN (self->read_ahead, 4 * (guint64) last->window);
  guint64 end = MIN (self->to + ahead, self->object.size);

  if (last->window <= FIRST_RANGE && last->window < self->range_size)
    return;
  for (guint64 offset = segment_end (last); offset < end;)
    offset = segment_end (want (self, offset, 1));
}

/* Whether all of it is there. Called with the lock held. */
static gboolean
want_all (GstRecReader * self, GError ** error)
{
  gboolean there = TRUE;

  for (guint64 offset = self->from; offset < self->to;) {
    Segment *segment = want (self, offset, self->to - offset);

    if (segment->state == SEGMENT_FAILED) {
      g_propagate_error (error, g_steal_pointer (&segment->error));
      forget (self, segment);
      return FALSE;
    }
    there &= segment->state == SEGMENT_THERE;
    offset = segment_end (segment);
  }

  return there;
}

/* Called with the lock held, once all is there. */
static GstRecBody *
gather (GstRecReader * self)
{
  GstRecBody *body = gst_rec_body_new ();

  for (guint64 offset = self->from; offset < self->to;) {
    const Segment *segment = g_ptr_array_index (self->segments,
        find_index (self, offset));
    guint64 end = MIN (segment_end (segment), self->to);

    gst_rec_body_append_take (body, g_bytes_new_from_bytes (segment->bytes,
            offset - segment->start, end - offset));
    offset = end;
  }

  return body;
}

/* A failure of before is not one of now. Called with the lock held. */
static void
forget_failures (GstRecReader * self)
{
  for (guint i = self->segments->len; i-- > 0;) {
    Segment *segment = g_ptr_array_index (self->segments, i);

    if (segment->state == SEGMENT_FAILED)
      forget (self, segment);
  }
}

/* The @size bytes at @offset, fewer at the end of the object and none behind
 * it. They are not copied. */
GstRecBody *
gst_rec_reader_read (GstRecReader * self, guint64 offset, gsize size,
    GError ** error)
{
  GstRecBody *body = NULL;
  GError *reason = NULL;

  if (offset >= self->object.size || size == 0)
    return gst_rec_body_new ();

  g_mutex_lock (&self->lock);
  self->reads++;
  self->from = offset;
  self->to = offset + MIN (size, self->object.size - offset);
  forget_failures (self);

  gboolean there = want_all (self, &reason);
  if (reason == NULL)
    want_ahead (self);
  drop_what_is_stale (self);
  make_room (self);
  wake_or_start_threads (self);

  while (!there && reason == NULL && !self->interrupted) {
    g_cond_wait (&self->cond, &self->lock);
    there = want_all (self, &reason);
    wake_or_start_threads (self);
  }

  if (self->interrupted && !there && reason == NULL)
    g_set_error_literal (&reason, G_IO_ERROR, G_IO_ERROR_CANCELLED,
        "reading was interrupted");
  if (reason == NULL)
    body = gather (self);
  g_mutex_unlock (&self->lock);

  if (reason)
    g_propagate_error (error, reason);
  return body;
}

/* Lets a read that waits, and those that come, return at once. What is on its
 * way goes on coming. */
void
gst_rec_reader_set_interrupted (GstRecReader * self, gboolean interrupted)
{
  g_mutex_lock (&self->lock);
  self->interrupted = interrupted;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
gst_rec_reader_get_stats (GstRecReader * self, GstRecReaderStats * stats)
{
  g_mutex_lock (&self->lock);
  *stats = self->stats;
  g_mutex_unlock (&self->lock);
}
