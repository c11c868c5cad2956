/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "reception.h"

#define MS GST_MSECOND
#define LATENCY (400 * MS)

/* What comes, one packet each 10 ms from @start on unless it says otherwise. */
typedef struct
{
  GstRecReception reception;
  GstRecReceivedPacket next;
} Path;

static void
path_init (Path * path, gboolean nack)
{
  gst_rec_reception_init (&path->reception);
  path->next = (GstRecReceivedPacket) {
  .ssrc = 1,.clock_rate = 90000,.is_video = TRUE,.nack = nack,
        .patience = nack ? LATENCY : 50 * MS};
}

/* Each packet is a picture of its own. */
static GstRecArrival
send (Path * path, guint16 seq)
{
  path->next.seq = seq;
  path->next.now += 10 * MS;
  path->next.timestamp += 900;

  return gst_rec_reception_packet (&path->reception, &path->next);
}

static GstRecArrival
send_keyframe (Path * path, guint16 seq)
{
  GstRecArrival arrival;

  path->next.begins_keyframe = TRUE;
  arrival = send (path, seq);
  path->next.begins_keyframe = FALSE;

  return arrival;
}

static GstRecRepair
repair (Path * path)
{
  GstRecRepair repair;

  gst_rec_reception_repair (&path->reception, path->next.now, &repair);

  return repair;
}

/* N: next, L: late, R: recovered, D: duplicate, S: stray, X: excess */
static gchar
letter (GstRecArrival arrival)
{
  return "NLRDSX"[arrival];
}

GST_START_TEST (test_arrivals_are_told_apart_and_counted)
{
  static const struct
  {
    guint16 seqs[24];
    const gchar *arrivals;
    guint64 expected, received, duplicates, reordered;
  } cases[] = {
    {{1, 2, 3}, "NNN", 3, 3, 0, 0},
    {{65534, 65535, 0, 1}, "NNNN", 4, 4, 0, 0},
    {{65535, 1, 0}, "NNL", 3, 3, 0, 1},
    {{1, 2, 2, 3, 1}, "NNDND", 3, 3, 2, 0},
    {{1, 4}, "NN", 4, 2, 0, 0},
    {{1, 4, 3, 3, 2}, "NNLDL", 4, 4, 1, 2},
    {{5, 4, 6}, "NLN", 3, 3, 0, 1},     /* the first came second */
    {{5, 3, 6}, "NLN", 4, 3, 0, 1},
    {{1, 40000, 2}, "NSN", 2, 2, 0, 0}, /* a number from nowhere */
    {{1, 40000, 40001, 40002}, "NSNN", 3, 3, 0, 0},     /* a new beginning */
    {{40000, 30000, 30001}, "NSN", 2, 2, 0, 0},
    {{20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31},
        "NNNNNNNNNNNNDDDDDDDDDNNN", 15, 15, 9, 0},      /* begins anew */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstRecReception *r;
    Path path;

    path_init (&path, FALSE);
    for (guint j = 0; cases[i].arrivals[j]; j++) {
      gchar got = letter (send (&path, cases[i].seqs[j]));

      fail_unless (got == cases[i].arrivals[j], "case %u, packet %u: %c", i, j,
          got);
    }
    r = &path.reception;
    fail_unless (r->expected == cases[i].expected
        && r->received == cases[i].received
        && r->duplicates == cases[i].duplicates
        && r->reordered == cases[i].reordered,
        "case %u: %" G_GUINT64_FORMAT " expected, %" G_GUINT64_FORMAT
        " received, %" G_GUINT64_FORMAT " twice, %" G_GUINT64_FORMAT " late", i,
        r->expected, r->received, r->duplicates, r->reordered);
  }
}

GST_END_TEST;

GST_START_TEST (test_totals_go_on_with_another_ssrc)
{
  Path path;

  path_init (&path, FALSE);
  send (&path, 1);
  send (&path, 3);
  path.next.ssrc = 2;
  fail_unless_equals_int (send (&path, 2), GST_REC_ARRIVAL_NEXT);
  fail_unless_equals_uint64 (path.reception.expected, 4);
  fail_unless_equals_uint64 (gst_rec_reception_lost (&path.reception), 1);
}

GST_END_TEST;

GST_START_TEST (test_late_packet_of_a_silent_sender_begins_anew)
{
  Path path;

  path_init (&path, FALSE);
  send (&path, 10);
  send (&path, 11);
  path.next.now += 2 * GST_SECOND;
  fail_unless_equals_int (send (&path, 10), GST_REC_ARRIVAL_NEXT);
  fail_unless_equals_uint64 (path.reception.duplicates, 0);
}

GST_END_TEST;

GST_START_TEST (test_missing_packets_are_asked_for_until_they_come)
{
  GstRecRepair asked;
  Path path;

  path_init (&path, TRUE);
  send_keyframe (&path, 65534);
  send (&path, 2);
  asked = repair (&path);
  fail_unless_equals_int (asked.n_nacks, 3);
  fail_unless_equals_int (asked.nacks[0], 65535);
  fail_unless_equals_int (asked.nacks[2], 1);
  fail_if (asked.keyframe);
  fail_unless (gst_rec_reception_misses (&path.reception, 0));

  fail_unless_equals_int (send (&path, 65535), GST_REC_ARRIVAL_RECOVERED);
  fail_unless_equals_int (send (&path, 0), GST_REC_ARRIVAL_RECOVERED);
  fail_unless_equals_int (repair (&path).n_nacks, 0);
  path.next.now += 90 * MS;
  asked = repair (&path);
  fail_unless_equals_int (asked.n_nacks, 1);
  fail_unless_equals_int (asked.nacks[0], 1);
  fail_unless_equals_int (send (&path, 1), GST_REC_ARRIVAL_RECOVERED);
  fail_if (gst_rec_reception_misses (&path.reception, 1));
  path.next.now += GST_SECOND;
  fail_unless_equals_int (repair (&path).n_nacks, 0);
  fail_unless_equals_uint64 (path.reception.recovered, 3);
  fail_unless_equals_uint64 (path.reception.nacks, 4);
  fail_unless_equals_uint64 (gst_rec_reception_lost (&path.reception), 0);
}

GST_END_TEST;

GST_START_TEST (test_nobody_is_asked_without_nack)
{
  Path path;

  path_init (&path, FALSE);
  send_keyframe (&path, 1);
  send (&path, 5);
  for (guint i = 0; i < 100; i++) {
    fail_unless_equals_int (repair (&path).n_nacks, 0);
    path.next.now += 10 * MS;
  }
}

GST_END_TEST;

GST_START_TEST (test_changed_order_is_waited_for)
{
  Path path;

  path_init (&path, TRUE);
  send_keyframe (&path, 1);
  send (&path, 3);
  send (&path, 2);              /* so the path changes the order */
  send (&path, 5);
  fail_unless_equals_int (repair (&path).n_nacks, 0);
  path.next.now += 10 * MS;
  fail_unless_equals_int (repair (&path).n_nacks, 1);
}

GST_END_TEST;

/* Lost at 0, what happens within the patience, and whether that asks. */
GST_START_TEST (test_keyframe_is_asked_for_when_a_picture_is_lost)
{
  static const struct
  {
    gboolean nack, is_video;
    guint16 late;               /* comes in time, 0 = nothing */
    guint16 keyframe;           /* begins in time, 0 = none */
    gboolean asks;
  } cases[] = {
    {FALSE, TRUE, 0, 0, TRUE},
    {TRUE, TRUE, 0, 0, TRUE},
    {FALSE, TRUE, 2, 0, FALSE},
    {TRUE, TRUE, 2, 0, FALSE},
    {FALSE, TRUE, 0, 4, FALSE},
    {FALSE, FALSE, 0, 0, FALSE},        /* sound has no keyframes */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstClockTime noticed;
    Path path;

    path_init (&path, cases[i].nack);
    path.next.is_video = cases[i].is_video;
    send_keyframe (&path, 1);
    send (&path, 3);
    noticed = path.next.now;
    fail_if (repair (&path).keyframe);
    if (cases[i].late)
      send (&path, cases[i].late);
    if (cases[i].keyframe)
      send_keyframe (&path, cases[i].keyframe);
    path.next.now = noticed + path.next.patience - 1;
    fail_if (repair (&path).keyframe, "case %u asks early", i);
    path.next.now = noticed + path.next.patience;
    fail_unless ((repair (&path).keyframe != NULL) == cases[i].asks, "case %u", i);
  }
}

GST_END_TEST;

GST_START_TEST (test_keyframe_is_asked_for_each_second_until_it_begins)
{
  guint requests = 0;
  Path path;

  path_init (&path, FALSE);
  for (guint16 seq = 1; seq <= 250; seq++) {    /* 2.5 s of other pictures */
    send (&path, seq);
    requests += repair (&path).keyframe != NULL;
  }
  fail_unless_equals_int (requests, 3);
  send_keyframe (&path, 251);
  for (guint16 seq = 252; seq <= 500; seq++) {
    send (&path, seq);
    fail_if (repair (&path).keyframe);
  }
}

GST_END_TEST;

GST_START_TEST (test_next_loss_asks_again_at_once)
{
  Path path;

  path_init (&path, FALSE);
  send (&path, 1);
  fail_unless (repair (&path).keyframe);
  send_keyframe (&path, 2);
  send (&path, 4);
  path.next.now += 60 * MS;
  fail_unless (repair (&path).keyframe);
}

GST_END_TEST;

GST_START_TEST (test_nobody_is_asked_who_has_gone)
{
  guint requests = 0;
  Path path;

  path_init (&path, FALSE);
  send (&path, 1);
  for (guint i = 0; i < 1000; i++) {
    requests += repair (&path).keyframe != NULL;
    path.next.now += 10 * MS;
  }
  fail_unless_equals_int (requests, 2);
}

GST_END_TEST;

/* What the jitter buffer dropped is seen only later. */
GST_START_TEST (test_picture_found_broken_later_asks_unless_a_keyframe_began)
{
  Path path;

  path_init (&path, FALSE);
  send_keyframe (&path, 65535);
  send (&path, 0);
  send_keyframe (&path, 1);
  gst_rec_reception_break (&path.reception, 1, 0);
  fail_if (repair (&path).keyframe);
  gst_rec_reception_break (&path.reception, 1, 1);
  fail_unless (repair (&path).keyframe);
}

GST_END_TEST;

/* Of H.264: parameters, a lost packet, the first slice. */
GST_START_TEST (test_hole_within_the_beginning_of_a_keyframe_breaks_it)
{
  Path path;

  path_init (&path, FALSE);
  path.next.begins_keyframe = TRUE;
  for (guint16 seq = 1; seq <= 3; seq += 2) {
    path.next.seq = seq;
    gst_rec_reception_packet (&path.reception, &path.next);
  }
  path.next.now += path.next.patience;
  fail_unless (repair (&path).keyframe != NULL);
}

GST_END_TEST;

GST_START_TEST (test_hole_of_any_length_is_bounded)
{
  guint nacks = 0;
  Path path;

  path_init (&path, TRUE);
  send_keyframe (&path, 0);
  repair (&path);
  send (&path, 2900);
  fail_unless (repair (&path).keyframe);        /* the most is given up */
  for (guint i = 0; i < 100; i++) {
    nacks += repair (&path).n_nacks;
    path.next.now += MS;
  }
  fail_unless (nacks >= GST_REC_MAX_MISSING - GST_REC_MAX_NACKS, "%u", nacks);
  for (guint16 seq = 2902; seq < 60000; seq += 2)
    send (&path, seq);
  fail_unless (path.reception.n_missing <= GST_REC_MAX_MISSING);
  fail_unless_equals_uint64 (path.reception.expected, 59999);
}

GST_END_TEST;

/* A NACK is answered by plain packets, twice where the path is long. */
GST_START_TEST (test_long_burst_of_packets_sent_twice_is_no_new_beginning)
{
  Path path;

  path_init (&path, FALSE);
  for (guint16 seq = 0; seq < 100; seq++)
    send (&path, seq);
  for (guint i = 0; i < 80; i++) {
    path.next.timestamp = 900 * (i + 1);
    path.next.seq = i;
    fail_unless_equals_int (gst_rec_reception_packet (&path.reception,
            &path.next), GST_REC_ARRIVAL_DUPLICATE);
  }
  path.next.timestamp = 900 * 100;
  fail_unless_equals_int (send (&path, 100), GST_REC_ARRIVAL_NEXT);
  fail_unless_equals_uint64 (path.reception.expected, 101);
  fail_unless_equals_uint64 (path.reception.duplicates, 80);
}

GST_END_TEST;

/* Packets have the time at which the kernel got them. */
GST_START_TEST (test_packet_that_came_before_it_was_asked_for_tells_no_round_trip)
{
  GstRecRepair request;
  Path path;

  path_init (&path, TRUE);
  send (&path, 1);
  send (&path, 3);
  fail_unless (gst_rec_reception_repair (&path.reception,
          path.next.now + 30 * MS, &request));
  fail_unless_equals_int (request.n_nacks, 1);
  fail_unless_equals_int (send (&path, 2), GST_REC_ARRIVAL_LATE);
  fail_unless_equals_uint64 (path.reception.rtt, GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64 (path.reception.recovered, 0);
}

GST_END_TEST;

GST_START_TEST (test_clock_that_jumps_is_no_jitter)
{
  Path path;

  path_init (&path, FALSE);
  send (&path, 1);
  send (&path, 2);
  path.next.now += 600 * GST_SECOND;
  send (&path, 3);
  send (&path, 4);
  fail_unless_equals_uint64 (gst_rec_reception_jitter (&path.reception), 0);
}

GST_END_TEST;

/* A packet each 20 ms, every other one 8 ms late: the average deviation is
 * 8 ms. */
GST_START_TEST (test_jitter_is_that_of_rfc_3550)
{
  GstClockTime jitter;
  Path path;

  path_init (&path, FALSE);
  for (guint i = 0; i < 500; i++) {
    path.next.seq = i;
    path.next.timestamp = 1800 * i - 1000;
    path.next.now = 20 * MS * i + (i % 2 ? 8 * MS : 0);
    gst_rec_reception_packet (&path.reception, &path.next);
  }
  jitter = gst_rec_reception_jitter (&path.reception);
  fail_unless (jitter > 7.8 * MS && jitter < 8.2 * MS, "%" G_GUINT64_FORMAT,
      jitter);
}

GST_END_TEST;

/* A jitter buffer that spans half of the numbers waits for ever. */
GST_START_TEST (test_skips_one_after_the_other_are_refused)
{
  guint taken = 0;
  Path path;

  path_init (&path, FALSE);
  path.next.latency = GST_SECOND;
  send (&path, 0);
  for (guint i = 1; i <= 20; i++) {
    if (send (&path, path.reception.highest + 2900) == GST_REC_ARRIVAL_NEXT)
      taken++;
  }
  fail_unless_equals_int (taken, 1);

  /* an outage each quarter of a second is one to live with */
  for (guint i = 0; i < 20; i++) {
    path.next.now += 250 * MS;
    fail_unless_equals_int (send (&path, path.reception.highest + 2900),
        GST_REC_ARRIVAL_NEXT);
    fail_unless_equals_int (send (&path, path.reception.highest + 1),
        GST_REC_ARRIVAL_NEXT);
  }
}

GST_END_TEST;

static Suite *
reception_suite (void)
{
  Suite *s = suite_create ("reception");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_arrivals_are_told_apart_and_counted);
  tcase_add_test (tc, test_skips_one_after_the_other_are_refused);
  tcase_add_test (tc, test_totals_go_on_with_another_ssrc);
  tcase_add_test (tc, test_late_packet_of_a_silent_sender_begins_anew);
  tcase_add_test (tc, test_missing_packets_are_asked_for_until_they_come);
  tcase_add_test (tc, test_nobody_is_asked_without_nack);
  tcase_add_test (tc, test_changed_order_is_waited_for);
  tcase_add_test (tc, test_keyframe_is_asked_for_when_a_picture_is_lost);
  tcase_add_test (tc, test_keyframe_is_asked_for_each_second_until_it_begins);
  tcase_add_test (tc, test_next_loss_asks_again_at_once);
  tcase_add_test (tc, test_nobody_is_asked_who_has_gone);
  tcase_add_test (tc,
      test_picture_found_broken_later_asks_unless_a_keyframe_began);
  tcase_add_test (tc,
      test_hole_within_the_beginning_of_a_keyframe_breaks_it);
  tcase_add_test (tc, test_hole_of_any_length_is_bounded);
  tcase_add_test (tc,
      test_long_burst_of_packets_sent_twice_is_no_new_beginning);
  tcase_add_test (tc,
      test_packet_that_came_before_it_was_asked_for_tells_no_round_trip);
  tcase_add_test (tc, test_jitter_is_that_of_rfc_3550);
  tcase_add_test (tc, test_clock_that_jumps_is_no_jitter);

  return s;
}

GST_CHECK_MAIN (reception);
