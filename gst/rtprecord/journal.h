/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_REC_JOURNAL_SIZE 64

typedef enum
{
  GST_REC_EVENT_PAUSED,
  GST_REC_EVENT_RESUMED,
  GST_REC_EVENT_BYE,
  GST_REC_EVENT_SSRC_CHANGED,
  GST_REC_EVENT_TAKEOVER_REFUSED,
  GST_REC_EVENT_RECONNECTED,
  GST_REC_EVENT_CLOCK_STEP,
  GST_REC_EVENT_LOSS,
  GST_REC_EVENT_PICTURES_WITHHELD,
  GST_REC_EVENT_KEYFRAME_REQUESTED,
  GST_REC_EVENT_KEYFRAME_RECEIVED,
  GST_REC_EVENT_FIRST_PICTURE,
  GST_REC_EVENT_SIZE_CHANGED,
  GST_REC_EVENT_GAP,
  GST_REC_EVENT_OMITTED,        /* count events found no room */
} GstRecEvent;

typedef struct
{
  guint width;
  guint height;
} GstRecSize;

/* Fields that an event does not have are 0. */
typedef struct
{
  GstRecEvent event;
  gconstpointer stream;         /* whose it is; the caller's business */
  GstClockTime time;            /* running time at which it was */
  guint32 ssrc;
  guint32 old_ssrc;
  GstClockTime duration;
  gint64 step;                  /* ns */
  guint64 count;
  guint64 repaired;             /* of them */
  GstRecSize size;
  GstRecSize old_size;
  const gchar *why;             /* static */
} GstRecJournalEntry;

/* What happened to the streams, from the threads that saw it to the one that
 * tells of it. A full journal takes no more, so that nobody waits and nothing
 * grows. The owner has a lock for it. */
typedef struct
{
  GstRecJournalEntry entries[GST_REC_JOURNAL_SIZE];
  guint first;
  guint n;
  guint64 omitted;
  guint64 written;              /* entries in all */
  guint64 told;                 /* of them, when it was last found empty */
} GstRecJournal;

void gst_rec_journal_clear (GstRecJournal * self);
void gst_rec_journal_add (GstRecJournal * self,
    const GstRecJournalEntry * entry);
gboolean gst_rec_journal_take (GstRecJournal * self,
    GstRecJournalEntry * entry);

GstStructure *gst_rec_journal_entry_to_structure (const GstRecJournalEntry *
    self, const gchar * pad, const gchar * role, GstClockTime session_start,
    gint64 wall_clock);

G_END_DECLS
