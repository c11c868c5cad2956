/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "journal.h"

enum
{
  HAS_DURATION = 1 << 0,
  HAS_SIZE = 1 << 1,
  HAS_OLD_SIZE = 1 << 2,
  HAS_OLD_SSRC = 1 << 3,
  HAS_STEP = 1 << 4,
  HAS_WHY = 1 << 5,
  HAS_REPAIRED = 1 << 6,
};

static const struct
{
  const gchar *name;
  const gchar *count;           /* what it counts */
  guint fields;
} events[] = {
  [GST_REC_EVENT_PAUSED] = {"paused", NULL, 0},
  [GST_REC_EVENT_RESUMED] = {"resumed", NULL, HAS_DURATION},
  [GST_REC_EVENT_BYE] = {"bye", NULL, 0},
  [GST_REC_EVENT_SSRC_CHANGED] = {"ssrc-changed", NULL, HAS_OLD_SSRC},
  [GST_REC_EVENT_TAKEOVER_REFUSED] = {"takeover-refused", "packets",
      HAS_DURATION},
  [GST_REC_EVENT_RECONNECTED] = {"reconnected", NULL, HAS_DURATION},
  [GST_REC_EVENT_CLOCK_STEP] = {"clock-step", NULL, HAS_STEP},
  [GST_REC_EVENT_LOSS] = {"loss", "packets", HAS_DURATION | HAS_REPAIRED},
  [GST_REC_EVENT_PICTURES_WITHHELD] = {"pictures-withheld", "pictures",
      HAS_DURATION},
  [GST_REC_EVENT_KEYFRAME_REQUESTED] = {"keyframe-requested", NULL, HAS_WHY},
  [GST_REC_EVENT_KEYFRAME_RECEIVED] = {"keyframe-received", NULL,
      HAS_DURATION},
  [GST_REC_EVENT_FIRST_PICTURE] = {"first-picture", NULL, HAS_SIZE},
  [GST_REC_EVENT_SIZE_CHANGED] = {"size-changed", NULL,
      HAS_SIZE | HAS_OLD_SIZE},
  [GST_REC_EVENT_GAP] = {"gap", NULL, HAS_DURATION},
  [GST_REC_EVENT_OMITTED] = {"omitted", "records", 0},
};

void
gst_rec_journal_clear (GstRecJournal * self)
{
  self->first = self->n = 0;
  self->omitted = self->written = self->told = 0;
}

void
gst_rec_journal_add (GstRecJournal * self, const GstRecJournalEntry * entry)
{
  self->written++;
  if (self->n == GST_REC_JOURNAL_SIZE) {
    self->omitted++;
    return;
  }
  self->entries[(self->first + self->n) % GST_REC_JOURNAL_SIZE] = *entry;
  self->n++;
}

/* The oldest one; after the last, that some are missing. FALSE: whoever took them
 * has told of all. */
gboolean
gst_rec_journal_take (GstRecJournal * self, GstRecJournalEntry * entry)
{
  if (self->n > 0) {
    *entry = self->entries[self->first];
    self->first = (self->first + 1) % GST_REC_JOURNAL_SIZE;
    self->n--;
    return TRUE;
  }
  if (self->omitted == 0) {
    self->told = self->written;
    return FALSE;
  }
  *entry = (GstRecJournalEntry) {
    .event = GST_REC_EVENT_OMITTED,
    .time = GST_CLOCK_TIME_NONE,
    .count = self->omitted,
  };
  self->omitted = 0;

  return TRUE;
}

/* ISO 8601 with milliseconds. @wall_clock: µs since 1970, UTC */
static gchar *
format_wall_clock (gint64 wall_clock)
{
  g_autoptr (GDateTime) seconds =
      g_date_time_new_from_unix_utc (wall_clock / G_USEC_PER_SEC);
  g_autofree gchar *text = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03uZ", text,
      (guint) (wall_clock % G_USEC_PER_SEC / 1000));
}

static void
set_details (GstStructure * s, const GstRecJournalEntry * self)
{
  guint fields = events[self->event].fields;

  if (events[self->event].count)
    gst_structure_set (s, events[self->event].count, G_TYPE_UINT64,
        self->count, NULL);
  if (fields & HAS_REPAIRED)
    gst_structure_set (s, "repaired", G_TYPE_UINT64, self->repaired, NULL);
  if (fields & HAS_DURATION)
    gst_structure_set (s, "duration", G_TYPE_UINT64, self->duration, NULL);
  if (fields & HAS_STEP)
    gst_structure_set (s, "step", G_TYPE_INT64, self->step, NULL);
  if ((fields & HAS_SIZE) && self->size.width > 0)
    gst_structure_set (s, "width", G_TYPE_UINT, self->size.width,
        "height", G_TYPE_UINT, self->size.height, NULL);
  if (fields & HAS_OLD_SIZE)
    gst_structure_set (s, "old-width", G_TYPE_UINT, self->old_size.width,
        "old-height", G_TYPE_UINT, self->old_size.height, NULL);
  if (fields & HAS_OLD_SSRC)
    gst_structure_set (s, "old-ssrc", G_TYPE_UINT, self->old_ssrc, NULL);
  if (fields & HAS_WHY)
    gst_structure_set (s, "why", G_TYPE_STRING, self->why, NULL);
}

/* @pad, @role: NULL for what is no stream's. @session_start: a running time, or
 * NONE. @wall_clock: at the entry's time, in µs since 1970, UTC. What is not
 * known is left out. */
GstStructure *
gst_rec_journal_entry_to_structure (const GstRecJournalEntry * self,
    const gchar * pad, const gchar * role, GstClockTime session_start,
    gint64 wall_clock)
{
  g_autofree gchar *text = format_wall_clock (wall_clock);
  GstStructure *s = gst_structure_new ("rtprecord-timeline",
      "event", G_TYPE_STRING, events[self->event].name,
      "wall-clock", G_TYPE_STRING, text, NULL);

  if (pad)
    gst_structure_set (s, "pad", G_TYPE_STRING, pad, "role", G_TYPE_STRING,
        role, "ssrc", G_TYPE_UINT, self->ssrc, NULL);
  if (self->time != GST_CLOCK_TIME_NONE)
    gst_structure_set (s, "running-time", G_TYPE_UINT64, self->time, NULL);
  if (self->time != GST_CLOCK_TIME_NONE
      && session_start != GST_CLOCK_TIME_NONE && self->time >= session_start)
    gst_structure_set (s, "session-time", G_TYPE_UINT64,
        self->time - session_start, NULL);
  set_details (s, self);

  return s;
}
