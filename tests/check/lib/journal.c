/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "journal.h"

#define WALL_CLOCK (G_GINT64_CONSTANT (1767225599) * G_USEC_PER_SEC + 7000)

GST_START_TEST (test_entries_say_what_they_know)
{
  static const struct
  {
    GstRecJournalEntry entry;
    const gchar *expected;
  } cases[] = {
    {{.event = GST_REC_EVENT_PAUSED}, "event=paused"},
    {{.event = GST_REC_EVENT_BYE}, "event=bye"},
    {{.event = GST_REC_EVENT_RESUMED,.duration = 5}, "event=resumed, "
          "duration=(guint64)5"},
    {{.event = GST_REC_EVENT_RECONNECTED,.duration = 5}, "event=reconnected, "
          "duration=(guint64)5"},
    {{.event = GST_REC_EVENT_SSRC_CHANGED,.old_ssrc = 8}, "event=ssrc-changed, "
          "old-ssrc=(uint)8"},
    {{.event = GST_REC_EVENT_TAKEOVER_REFUSED,.count = 3,.duration = 9},
        "event=takeover-refused, packets=(guint64)3, duration=(guint64)9"},
    {{.event = GST_REC_EVENT_CLOCK_STEP,.step = -4}, "event=clock-step, "
          "step=(gint64)-4"},
    {{.event = GST_REC_EVENT_LOSS,.count = 3,.repaired = 2,.duration = 9},
        "event=loss, packets=(guint64)3, repaired=(guint64)2, "
        "duration=(guint64)9"},
    {{.event = GST_REC_EVENT_PICTURES_WITHHELD,.count = 3,.duration = 9},
        "event=pictures-withheld, pictures=(guint64)3, duration=(guint64)9"},
    {{.event = GST_REC_EVENT_KEYFRAME_REQUESTED,.why = "loss"},
        "event=keyframe-requested, why=loss"},
    {{.event = GST_REC_EVENT_KEYFRAME_RECEIVED,.duration = 2},
        "event=keyframe-received, duration=(guint64)2"},
    {{.event = GST_REC_EVENT_FIRST_PICTURE,.size = {16, 9}},
        "event=first-picture, width=(uint)16, height=(uint)9"},
    {{.event = GST_REC_EVENT_SIZE_CHANGED,.size = {16, 9},.old_size = {4, 3}},
        "event=size-changed, width=(uint)16, height=(uint)9, "
        "old-width=(uint)4, old-height=(uint)3"},
    {{.event = GST_REC_EVENT_GAP,.duration = 7}, "event=gap, duration=(guint64)7"},
    {{.event = GST_REC_EVENT_OMITTED,.count = 7}, "event=omitted, records=(guint64)7"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *text = g_strdup_printf ("rtprecord-timeline, "
        "running-time=(guint64)1500, session-time=(guint64)500, "
        "wall-clock=(string)2025-12-31T23:59:59.007Z, pad=screen, "
        "role=screen, ssrc=(uint)77, %s", cases[i].expected);
    g_autoptr (GstStructure) expected =
        gst_structure_from_string (text, NULL);
    GstRecJournalEntry entry = cases[i].entry;
    g_autoptr (GstStructure) s = NULL;

    entry.time = 1500;
    entry.ssrc = 77;
    s = gst_rec_journal_entry_to_structure (&entry, "screen", "screen", 1000,
        WALL_CLOCK);
    fail_unless (expected && gst_structure_is_equal (s, expected),
        "case %u: %" GST_PTR_FORMAT " is not %s", i, s, text);
  }
}

GST_END_TEST;

GST_START_TEST (test_what_is_not_known_is_left_out)
{
  static const gchar *const absent[] = {
    "pad", "role", "ssrc", "running-time", "session-time"
  };
  GstRecJournalEntry entry = {.event = GST_REC_EVENT_OMITTED,
    .time = GST_CLOCK_TIME_NONE
  };
  g_autoptr (GstStructure) nowhere =
      gst_rec_journal_entry_to_structure (&entry, NULL, NULL, 1000, 0);
  g_autoptr (GstStructure) early = NULL;
  g_autoptr (GstStructure) first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (absent); i++)
    fail_if (gst_structure_has_field (nowhere, absent[i]), "%s", absent[i]);

  entry = (GstRecJournalEntry) {
  .event = GST_REC_EVENT_FIRST_PICTURE,.time = 900};
  early = gst_rec_journal_entry_to_structure (&entry, "a", "b", 1000, 0);
  fail_unless (gst_structure_has_field (early, "running-time"));
  fail_if (gst_structure_has_field (early, "session-time"),
      "before the session");
  fail_if (gst_structure_has_field (early, "width"), "no size");
  first = gst_rec_journal_entry_to_structure (&entry, "a", "b",
      GST_CLOCK_TIME_NONE, 0);
  fail_if (gst_structure_has_field (first, "session-time"), "no session");
}

GST_END_TEST;

static void
add (GstRecJournal * self, guint from, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstRecJournalEntry entry = {.event = GST_REC_EVENT_GAP,.time = from + i };

    gst_rec_journal_add (self, &entry);
  }
}

static void
take (GstRecJournal * self, guint from, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstRecJournalEntry entry;

    fail_unless (gst_rec_journal_take (self, &entry));
    fail_unless_equals_int (entry.event, GST_REC_EVENT_GAP);
    fail_unless_equals_uint64 (entry.time, from + i);
  }
}

GST_START_TEST (test_entries_come_out_in_their_order)
{
  GstRecJournal journal = { 0, };
  GstRecJournalEntry entry;

  for (guint i = 0; i < 5; i++) {
    add (&journal, 40 * i, 40);
    take (&journal, 40 * i, 40);
  }
  fail_unless (journal.told < journal.written, "the last was not told yet");
  fail_if (gst_rec_journal_take (&journal, &entry));
  fail_unless_equals_uint64 (journal.told, journal.written);
}

GST_END_TEST;

GST_START_TEST (test_full_journal_counts_what_it_omits)
{
  GstRecJournal journal = { 0, };
  GstRecJournalEntry entry;

  add (&journal, 0, GST_REC_JOURNAL_SIZE + 1000);
  take (&journal, 0, GST_REC_JOURNAL_SIZE);
  fail_unless (gst_rec_journal_take (&journal, &entry));
  fail_unless_equals_int (entry.event, GST_REC_EVENT_OMITTED);
  fail_unless_equals_uint64 (entry.count, 1000);
  fail_if (gst_rec_journal_take (&journal, &entry));

  add (&journal, 5, 1);
  take (&journal, 5, 1);
  fail_if (gst_rec_journal_take (&journal, &entry), "it was said");

  add (&journal, 0, GST_REC_JOURNAL_SIZE + 1);
  gst_rec_journal_clear (&journal);
  fail_if (gst_rec_journal_take (&journal, &entry));
}

GST_END_TEST;

static Suite *
journal_suite (void)
{
  Suite *s = suite_create ("journal");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_entries_say_what_they_know);
  tcase_add_test (tc, test_what_is_not_known_is_left_out);
  tcase_add_test (tc, test_entries_come_out_in_their_order);
  tcase_add_test (tc, test_full_journal_counts_what_it_omits);

  return s;
}

GST_CHECK_MAIN (journal);
