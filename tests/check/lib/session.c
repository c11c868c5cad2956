/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "session.h"

#define MS GST_MSECOND

static void
send_keyframe (GstRecSession * session, GstRecStreamState * stream,
    guint16 seq, GstClockTime now)
{
  const GstRecSource source = {.size = 4 };
  const GstRecRtpHeader header = {
    .pt = 96,.seq = seq,.timestamp = seq * 3000,.ssrc = 1
  };
  GstRecSessionPacket packet = {
    .header = &header,.source = &source,.clock_rate = 90000,
    .begins_keyframe = TRUE,.size = 100,.wanted = TRUE,.now = now
  };

  fail_unless (gst_rec_session_note_packet (session, stream, &packet));
}

/* A packet has the time at which the kernel got it, and may wait to be read
 * while a keyframe is asked for. */
GST_START_TEST (test_keyframe_that_was_on_its_way_is_no_answer)
{
  g_autoptr (GstRecSession) session = gst_rec_session_new ();
  GstRecStreamState stream;
  GstRecJournalEntry entry;

  gst_rec_session_add_stream (session, &stream, TRUE);
  send_keyframe (session, &stream, 1, 1000 * MS);
  stream.last_keyframe_request = 3005 * MS;
  send_keyframe (session, &stream, 2, 3000 * MS);
  send_keyframe (session, &stream, 3, 3055 * MS);

  for (guint i = 0; i < 3; i++) {
    do {
      fail_unless (gst_rec_journal_take (&session->journal, &entry));
    } while (entry.event != GST_REC_EVENT_KEYFRAME_RECEIVED);
    fail_unless_equals_uint64 (entry.duration, i == 2 ? 50 * MS : 0);
  }
  gst_rec_session_remove_streams (session);
}

GST_END_TEST;

static Suite *
session_suite (void)
{
  Suite *s = suite_create ("session");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_keyframe_that_was_on_its_way_is_no_answer);

  return s;
}

GST_CHECK_MAIN (session);
