/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "timeline.h"

#define NONE GST_CLOCK_TIME_NONE
#define WAIT GST_REC_TIMELINE_WAIT
#define FILL GST_REC_TIMELINE_FILL
#define EOS GST_REC_TIMELINE_EOS

typedef struct
{
  const gchar *name;
  /* in ms, -1 = none; latency 1000, patience 200, backlog 5000, granularity
   * 100 */
  gint now, start, end, horizon, newest, position;
  GstRecTimelineAction action;
  gint until;
} Case;

static const Case cases[] = {
  {"nothing before the first packet", 9000, -1, -1, -1, -1, -1, WAIT, -1},
  {"an end before any packet", 9000, -1, 9000, -1, -1, -1, EOS, -1},
  {"packets may still come", 2000, 1000, -1, -1, -1, -1, WAIT, 2300},
  {"from the start", 2300, 1000, -1, -1, -1, -1, FILL, 1100},
  {"no crumbs", 2299, 1000, -1, -1, -1, -1, WAIT, 2300},
  {"all that is overdue", 9000, 1000, -1, -1, -1, -1, FILL, 7800},
  {"from the position", 9000, 1000, -1, -1, 5000, 7000, FILL, 7800},
  {"data ahead of the clock", 2000, 1000, -1, -1, 1900, 2000, WAIT, 3300},
  {"packets keep coming: not yet", 5000, 1000, -1, -1, 5000, 3000, WAIT, 9100},
  {"packets keep coming: given up", 9200, 1000, -1, -1, 9200, 3000, FILL,
      3200},
  {"nothing beyond the horizon", 9000, 1000, -1, 7050, 2000, 7000, WAIT, -1},
  {"up to the horizon", 9000, 1000, -1, 7500, 2000, 7000, FILL, 7500},
  {"the end is waited for", 7900, 1000, 7000, 7000, 6900, 6950, WAIT, 8200},
  {"the rest to the end", 8200, 1000, 7000, 7000, 6900, 6950, FILL, 7000},
  {"the end, reached", 7010, 1000, 7000, 7000, 6900, 7000, EOS, -1},
  {"the end, passed", 7010, 1000, 7000, 7000, 7500, 7020, EOS, -1},
};

static GstClockTime
ms (gint value)
{
  return value < 0 ? NONE : (GstClockTime) value * GST_MSECOND;
}

GST_START_TEST (test_decisions)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    GstRecTimelineState state = {
      .now = ms (c->now),
      .start = ms (c->start),
      .end = ms (c->end),
      .horizon = ms (c->horizon),
      .newest = ms (c->newest),
      .position = ms (c->position),
      .latency = ms (1000),
      .patience = ms (200),
      .backlog_patience = ms (5000),
      .granularity = ms (100),
    };
    GstClockTime until;
    GstRecTimelineAction action = gst_rec_timeline_decide (&state, &until);

    fail_unless (action == c->action, "%s: action %d", c->name, action);
    fail_unless (until == ms (c->until), "%s: until %" GST_TIME_FORMAT,
        c->name, GST_TIME_ARGS (until));
  }
}

GST_END_TEST;

/* Without a single packet the fills must join and end exactly. */
GST_START_TEST (test_fills_cover_the_session_without_a_hole)
{
  GstRecTimelineState state = {
    .start = ms (500),
    .end = NONE,
    .horizon = NONE,
    .newest = NONE,
    .position = NONE,
    .latency = ms (1000),
    .patience = ms (200),
    .granularity = ms (100),
  };
  GstClockTime covered = state.start, until;

  for (gint now = 0;; now += 7) {
    GstRecTimelineAction action;

    fail_unless (now < 20000);
    state.now = ms (now);
    if (now > 10000)
      state.end = ms (9999);
    action = gst_rec_timeline_decide (&state, &until);
    if (action == EOS)
      break;
    if (action == FILL) {
      fail_unless (until > covered);
      covered = state.position = until;
    }
  }
  fail_unless_equals_uint64 (covered, ms (9999));
}

GST_END_TEST;

static Suite *
timeline_suite (void)
{
  Suite *s = suite_create ("timeline");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_decisions);
  tcase_add_test (tc, test_fills_cover_the_session_without_a_hole);

  return s;
}

GST_CHECK_MAIN (timeline);
