/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/line.h"

#define MIB G_GUINT64_CONSTANT (1048576)
#define MBIT 125000.0           /* bytes */
#define MAX_SLOTS 4
#define TICK (20 * G_TIME_SPAN_MILLISECOND)

static const GstRecLineConfig config = { 5 * MIB, 64 * MIB, MAX_SLOTS };

typedef struct
{
  gboolean busy;
  GstRecLineTrip trip;
  guint64 size;
  gdouble sent;
} Slot;

/* A line that those who send share evenly, with a clock of its own. */
typedef struct
{
  GstRecLine line;
  GRand *rand;
  Slot slots[MAX_SLOTS];
  gint64 now;
  guint n_arrived;
  guint n_changes;              /* of slots or size */
} World;

static void
world_begin (World * self)
{
  *self = (World) {.rand = g_rand_new_with_seed (3),.now = 12345 };
  gst_rec_line_init (&self->line, &config);
}

static void
world_end (World * self)
{
  g_rand_free (self->rand);
}

static void
finish (World * self, Slot * slot)
{
  guint slots = gst_rec_line_slots (&self->line);
  guint64 size = gst_rec_line_part_size (&self->line);

  gst_rec_line_end (&self->line, &slot->trip, slot->size, self->now);
  slot->busy = FALSE;
  self->n_arrived++;
  self->n_changes += slots != gst_rec_line_slots (&self->line) ||
      size != gst_rec_line_part_size (&self->line);
}

static void
tick (World * self, gdouble rate)
{
  guint n_busy = 0;

  for (guint i = 0; i < MAX_SLOTS; i++)
    n_busy += self->slots[i].busy;
  for (guint i = 0; i < MAX_SLOTS; i++) {
    Slot *slot = &self->slots[i];

    if (!slot->busy && n_busy < gst_rec_line_slots (&self->line)) {
      slot->busy = TRUE;
      slot->size = gst_rec_line_part_size (&self->line);
      slot->sent = 0;
      gst_rec_line_begin (&self->line, &slot->trip, self->now);
      n_busy++;
    }
  }
  self->now += TICK;
  for (guint i = 0; i < MAX_SLOTS; i++) {
    self->slots[i].sent += rate * TICK / G_USEC_PER_SEC / n_busy;
    if (self->slots[i].busy && self->slots[i].sent >= self->slots[i].size)
      finish (self, &self->slots[i]);
  }
}

/* Until @n_parts have arrived, on a line that wavers by @jitter. */
static void
run (World * self, gdouble rate, gdouble jitter, guint n_parts)
{
  gdouble now = rate;

  for (guint end = self->n_arrived + n_parts; self->n_arrived < end;) {
    if (self->now / TICK % 200 == 0)
      now = rate * (1 + jitter * g_rand_double_range (self->rand, -1, 1));
    tick (self, now);
  }
}

static const struct
{
  gdouble mbit;
  guint slots;
  guint64 min_size, max_size;   /* MiB */
} lines[] = {
  {0.1, 1, 5, 5},
  {2, 1, 5, 5},
  {8, 1, 5, 10},
  {12, 1, 8, 14},
  {14, 2, 5, 7},
  {20, 3, 5, 8},
  {50, 4, 9, 15},
  {100, 4, 19, 29},
  {200, 4, 38, 58},
  {1000, 4, 64, 64},
  {20000, 4, 64, 64},
};

GST_START_TEST (test_slots_and_parts_fit_the_line)
{
  World world;

  world_begin (&world);
  fail_unless_equals_int (gst_rec_line_slots (&world.line), 1);
  fail_unless_equals_uint64 (gst_rec_line_part_size (&world.line), 5 * MIB);
  run (&world, lines[__i__].mbit * MBIT, 0, 40);

  fail_unless_equals_int (gst_rec_line_slots (&world.line),
      lines[__i__].slots);
  guint64 size = gst_rec_line_part_size (&world.line) / MIB;
  fail_unless (size >= lines[__i__].min_size && size <= lines[__i__].max_size,
      "%" G_GUINT64_FORMAT " MiB", size);
  gdouble rate = gst_rec_line_rate (&world.line) / MBIT;
  fail_unless (rate > 0.8 * lines[__i__].mbit &&
      rate < 1.25 * lines[__i__].mbit, "%f Mbit/s", rate);
  world_end (&world);
}

GST_END_TEST;

/* By the first part, not step by step. */
GST_START_TEST (test_a_fat_line_is_used_after_one_part)
{
  World world;

  world_begin (&world);
  run (&world, 1000 * MBIT, 0, 1);
  fail_unless_equals_int (gst_rec_line_slots (&world.line), 4);
  world_end (&world);
}

GST_END_TEST;

GST_START_TEST (test_a_line_that_wavers_changes_little)
{
  World world;

  world_begin (&world);
  run (&world, lines[__i__].mbit * MBIT, 0.2, 40);
  world.n_changes = 0;
  run (&world, lines[__i__].mbit * MBIT, 0.2, 200);
  fail_unless (world.n_changes <= 4, "%u changes", world.n_changes);
  world_end (&world);
}

GST_END_TEST;

GST_START_TEST (test_a_line_that_changes_is_followed)
{
  World world;

  world_begin (&world);
  run (&world, 100 * MBIT, 0, 30);
  run (&world, 1 * MBIT, 0, 15);
  fail_unless_equals_int (gst_rec_line_slots (&world.line), 1);
  fail_unless_equals_uint64 (gst_rec_line_part_size (&world.line), 5 * MIB);
  run (&world, 100 * MBIT, 0, 15);
  fail_unless_equals_int (gst_rec_line_slots (&world.line), 4);
  world_end (&world);
}

GST_END_TEST;

GST_START_TEST (test_what_did_not_arrive_tells_nothing)
{
  GstRecLineTrip trip;
  GstRecLine line;

  gst_rec_line_init (&line, &config);
  gst_rec_line_begin (&line, &trip, 0);
  gst_rec_line_end (&line, &trip, 0, 100 * G_TIME_SPAN_SECOND);
  fail_unless_equals_uint64 (gst_rec_line_rate (&line), 0);
  fail_unless_equals_int (gst_rec_line_slots (&line), 1);
}

GST_END_TEST;

/* A stream that is slower than its line leaves it idle between parts. */
GST_START_TEST (test_idle_time_does_not_count)
{
  GstRecLineTrip trip;
  GstRecLine line;

  gst_rec_line_init (&line, &config);
  for (guint i = 0; i < 10; i++) {
    gint64 start = i * 30 * G_TIME_SPAN_SECOND;

    gst_rec_line_begin (&line, &trip, start);
    gst_rec_line_end (&line, &trip, 10 * MIB, start + G_TIME_SPAN_SECOND);
  }
  fail_unless_equals_uint64 (gst_rec_line_rate (&line), 10 * MIB);
}

GST_END_TEST;

static Suite *
line_suite (void)
{
  Suite *s = suite_create ("line");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_slots_and_parts_fit_the_line, 0,
      G_N_ELEMENTS (lines));
  tcase_add_test (tc, test_a_fat_line_is_used_after_one_part);
  tcase_add_loop_test (tc, test_a_line_that_wavers_changes_little, 0,
      G_N_ELEMENTS (lines));
  tcase_add_test (tc, test_a_line_that_changes_is_followed);
  tcase_add_test (tc, test_what_did_not_arrive_tells_nothing);
  tcase_add_test (tc, test_idle_time_does_not_count);

  return s;
}

GST_CHECK_MAIN (line);
