/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <math.h>
#include <string.h>

#include "planescale-ops.h"
#include "planescale.h"

#define EDGE 0xa5               /* of what lies beside a plane */

/* Ratios up, down and none, odd, tiny, and with more taps than the fast code
 * takes */
static const struct
{
  guint in_width, in_height, out_width, out_height;
  gdouble site_x, site_y;
} sizes[] = {
  {64, 36, 64, 36, 0.5, 0.5},
  {128, 72, 48, 27, 0.5, 0.5},
  {128, 72, 48, 27, 0.25, 0.5},
  {192, 108, 96, 54, 0.5, 0.5},
  {192, 108, 144, 81, 0.5, 0.25},
  {48, 27, 128, 72, 0.5, 0.5},
  {48, 27, 128, 72, 0.25, 0.25},
  {97, 63, 41, 63, 0.5, 0.5},
  {97, 63, 97, 31, 0.5, 0.5},
  {33, 17, 211, 9, 0.5, 0.5},
  {1, 1, 1, 1, 0.5, 0.5},
  {1, 1, 37, 19, 0.5, 0.5},
  {37, 19, 1, 1, 0.5, 0.5},
  {2, 3, 7, 5, 0.25, 0.5},
  {1001, 7, 19, 3, 0.5, 0.5},
  {701, 301, 20, 9, 0.25, 0.5},
  {5, 2003, 9, 1, 0.5, 0.5},
};

static const guint all_components[] = { 1, 2, 4 };

#define N_CASES (G_N_ELEMENTS (sizes) * G_N_ELEMENTS (all_components))

/* One of all sizes with all components, and planes for it. Each line has a few
 * bytes more than it needs. */
typedef struct
{
  guint in_width, in_height, out_width, out_height, components;
  gdouble site_x, site_y;
  gint in_stride, out_stride;
  guint8 *in, *out, *other;
  GstRecPlaneScale *scale;
} Fixture;

static void
fixture_init (Fixture * f, guint number, GRand * random)
{
  guint i = number % G_N_ELEMENTS (sizes);

  f->in_width = sizes[i].in_width;
  f->in_height = sizes[i].in_height;
  f->out_width = sizes[i].out_width;
  f->out_height = sizes[i].out_height;
  f->site_x = sizes[i].site_x;
  f->site_y = sizes[i].site_y;
  f->components = all_components[number / G_N_ELEMENTS (sizes)];
  f->in_stride = f->in_width * f->components + 5;
  f->out_stride = f->out_width * f->components + 3;
  /* not a byte more than the last line has: a sanitizer sees what is read */
  f->in = g_malloc (f->in_stride * f->in_height - 5);
  f->out = g_malloc (f->out_stride * f->out_height);
  f->other = g_malloc (f->out_stride * f->out_height);
  memset (f->out, EDGE, f->out_stride * f->out_height);
  memset (f->other, EDGE, f->out_stride * f->out_height);
  for (guint k = 0; k < f->in_stride * f->in_height - 5; k++)
    f->in[k] = g_rand_int (random);
  f->scale = gst_rec_plane_scale_new (f->in_width, f->in_height, f->out_width,
      f->out_height, f->components, f->site_x, f->site_y);
}

static void
fixture_clear (Fixture * f)
{
  gst_rec_plane_scale_free (f->scale);
  g_free (f->in);
  g_free (f->out);
  g_free (f->other);
}

static void
draw (Fixture * f, guint8 * out, guint x, guint y, guint width, guint height)
{
  gst_rec_plane_scale_draw (f->scale, f->in, f->in_stride, out, f->out_stride,
      x, y, width, height);
}

static void
draw_all (Fixture * f, guint8 * out)
{
  draw (f, out, 0, 0, f->out_width, f->out_height);
}

/* Whether @got is in the rectangle as the whole, and elsewhere as it was */
static gboolean
is_part (const Fixture * f, const guint8 * got, const GstRecRect * rect)
{
  gsize size = f->out_stride * f->out_height;
  g_autofree guint8 *wanted = g_malloc (size);

  memset (wanted, EDGE, size);
  for (gint y = rect->y; y < rect->y + rect->height; y++) {
    gsize from = y * f->out_stride + rect->x * f->components;

    memcpy (wanted + from, f->out + from, rect->width * f->components);
  }

  return memcmp (wanted, got, size) == 0;
}

/* --- Against the definition --- */

static gdouble
cubic (gdouble x)
{
  const gdouble a = -0.6;

  x = fabs (x);
  if (x <= 1)
    return (a + 2) * pow (x, 3) - (a + 3) * pow (x, 2) + 1;

  return x >= 2 ? 0 : a * pow (x, 3) - 5 * a * pow (x, 2) + 8 * a * x - 4 * a;
}

/* One line or column: out[i * step] from in[k * step] */
static void
filter (const gdouble * in, guint n_in, gdouble * out, guint n_out, guint step,
    gdouble site)
{
  gdouble ratio = (gdouble) n_in / n_out, stretch = MAX (ratio, 1);

  for (guint i = 0; i < n_out; i++) {
    gdouble center = (i + site) * ratio - site, sum = 0, weights = 0;

    for (gint k = center - 3 * stretch; k < center + 3 * stretch; k++) {
      gdouble weight = cubic ((k - center) / stretch);

      weights += weight;
      sum += weight * in[CLAMP (k, 0, (gint) n_in - 1) * step];
    }
    out[i * step] = sum / weights;
  }
}

/* The component @c of all samples */
static gdouble *
scale_exactly (const Fixture * f, guint c)
{
  g_autofree gdouble *in = g_new (gdouble, f->in_width * f->in_height);
  g_autofree gdouble *half = g_new (gdouble, f->in_width * f->out_height);
  gdouble *out = g_new (gdouble, f->out_width * f->out_height);

  for (guint y = 0; y < f->in_height; y++)
    for (guint x = 0; x < f->in_width; x++)
      in[y * f->in_width + x] =
          f->in[y * f->in_stride + x * f->components + c];
  for (guint x = 0; x < f->in_width; x++)
    filter (in + x, f->in_height, half + x, f->out_height, f->in_width,
        f->site_y);
  for (guint y = 0; y < f->out_height; y++)
    filter (half + y * f->in_width, f->in_width, out + y * f->out_width,
        f->out_width, 1, f->site_x);

  return out;
}

GST_START_TEST (test_is_within_a_level_of_the_definition)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (__i__);
  Fixture f;

  fixture_init (&f, __i__, random);
  draw_all (&f, f.out);
  for (guint c = 0; c < f.components; c++) {
    g_autofree gdouble *wanted = scale_exactly (&f, c);

    for (guint y = 0; y < f.out_height; y++)
      for (guint x = 0; x < f.out_width; x++) {
        gdouble value = CLAMP (wanted[y * f.out_width + x], 0, 255);
        guint8 got = f.out[y * f.out_stride + x * f.components + c];

        if (fabs (value - got) >= 0.55)
          fail ("component %u at %u,%u is %u and not %f", c, x, y, got, value);
      }
  }
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_flat_stays_flat)
{
  static const guint8 levels[] = { 0, 1, 16, 127, 128, 235, 240, 254, 255 };
  g_autoptr (GRand) random = g_rand_new_with_seed (0);
  Fixture f;

  fixture_init (&f, __i__, random);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    memset (f.in, levels[i], f.in_stride * f.in_height - 5);
    draw_all (&f, f.out);
    for (guint y = 0; y < f.out_height; y++)
      for (guint x = 0; x < f.out_width * f.components; x++)
        if (f.out[y * f.out_stride + x] != levels[i])
          fail ("%u became %u", levels[i], f.out[y * f.out_stride + x]);
  }
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_same_size_is_a_copy)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (0);
  Fixture f;

  fixture_init (&f, __i__ * G_N_ELEMENTS (sizes), random);
  fail_unless_equals_int (f.in_width, f.out_width);
  draw_all (&f, f.out);
  for (guint y = 0; y < f.out_height; y++)
    fail_unless (memcmp (f.out + y * f.out_stride, f.in + y * f.in_stride,
            f.in_width * f.components) == 0);
  fixture_clear (&f);
}

GST_END_TEST;

/* --- Parts --- */

GST_START_TEST (test_parts_are_as_in_the_whole)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (__i__);
  Fixture f;

  fixture_init (&f, __i__, random);
  draw_all (&f, f.out);
  for (guint i = 0; i < 60; i++) {
    gint x = g_rand_int_range (random, 0, f.out_width + 1);
    gint y = g_rand_int_range (random, 0, f.out_height + 1);
    GstRecRect rect = { x, y,
      g_rand_int_range (random, 0, f.out_width - x + 1),
      g_rand_int_range (random, 0, f.out_height - y + 1)
    };

    memset (f.other, EDGE, f.out_stride * f.out_height);
    draw (&f, f.other, rect.x, rect.y, rect.width, rect.height);
    fail_unless (is_part (&f, f.other, &rect), "%dx%d at %d,%d", rect.width,
        rect.height, rect.x, rect.y);
  }
  fixture_clear (&f);
}

GST_END_TEST;

/* Whatever changes in a rectangle of the input changes the output in what it
 * maps to only; and that is not more than the filter reaches. */
GST_START_TEST (test_map_covers_what_changes)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (__i__);
  Fixture f;

  fixture_init (&f, __i__, random);
  draw_all (&f, f.out);
  for (guint i = 0; i < 30; i++) {
    GstRecRect rect, out;

    rect.x = g_rand_int_range (random, 0, f.in_width);
    rect.y = g_rand_int_range (random, 0, f.in_height);
    rect.width = g_rand_int_range (random, 1, f.in_width - rect.x + 1);
    rect.height = g_rand_int_range (random, 1, f.in_height - rect.y + 1);
    for (gint y = rect.y; y < rect.y + rect.height; y++)
      for (guint x = rect.x * f.components;
          x < (rect.x + rect.width) * f.components; x++)
        f.in[y * f.in_stride + x] ^= 0x80;

    out = gst_rec_plane_scale_map (f.scale, &rect);
    fail_unless (out.x >= 0 && out.x + out.width <= (gint) f.out_width);
    fail_unless (out.y >= 0 && out.y + out.height <= (gint) f.out_height);
    fail_unless (out.width <= ceil ((rect.width + 5) * f.out_width
            / (gdouble) f.in_width) + 5);
    fail_unless (out.height <= ceil ((rect.height + 5) * f.out_height
            / (gdouble) f.in_height) + 5);
    /* so drawing that makes it whole again */
    memcpy (f.other, f.out, f.out_stride * f.out_height);
    if (out.width > 0 && out.height > 0)
      draw (&f, f.other, out.x, out.y, out.width, out.height);
    draw_all (&f, f.out);
    fail_unless (memcmp (f.out, f.other, f.out_stride * f.out_height) == 0,
        "%dx%d at %d,%d", rect.width, rect.height, rect.x, rect.y);
  }
  fixture_clear (&f);
}

GST_END_TEST;

static const struct
{
  guint in, out;
  GstRecRect rect, wanted;
} maps[] = {
  {100, 100, {10, 20, 30, 40}, {10, 20, 30, 40}},
  {100, 50, {0, 0, 100, 100}, {0, 0, 50, 50}},
  {100, 50, {-10, -10, 300, 300}, {0, 0, 50, 50}},
  {100, 50, {100, 0, 10, 10}, {0, 0, 0, 7}},
  {100, 50, {-5, 0, 5, 10}, {0, 0, 0, 7}},
  {100, 50, {20, 0, 0, 100}, {0, 0, 0, 50}},
  /* at half the size a sample is made of eight, four on each side */
  {100, 50, {20, 50, 1, 2}, {8, 23, 4, 5}},
  {50, 100, {20, 0, 1, 1}, {37, 0, 8, 5}},
};

GST_START_TEST (test_map)
{
  guint in = maps[__i__].in, out = maps[__i__].out;
  g_autoptr (GstRecPlaneScale) scale = gst_rec_plane_scale_new (in, in, out,
      out, 1, GST_REC_PLANE_SITE_CENTER, GST_REC_PLANE_SITE_CENTER);
  GstRecRect got = gst_rec_plane_scale_map (scale, &maps[__i__].rect);

  fail_unless (gst_rec_rect_is_equal (&got, &maps[__i__].wanted),
      "%d,%d %dx%d", got.x, got.y, got.width, got.height);
}

GST_END_TEST;

/* --- The CPUs' code --- */

#define MAX_WIDTH 150
#define LINES GST_REC_PLANE_OPS_LINES
#define MAX_TAPS GST_REC_PLANE_OPS_MAX_TAPS

typedef struct
{
  guint8 lines[MAX_TAPS][MAX_WIDTH];
  gint16 turned[(MAX_WIDTH + MAX_TAPS) * 4 * LINES];
  gint16 taps[MAX_WIDTH * MAX_TAPS];
  guint16 first[MAX_WIDTH];
} Material;

/* What code made of it, and a little of what lies behind that */
typedef struct
{
  gint16 down[MAX_WIDTH + 1];
  gint16 turned[(MAX_WIDTH + GST_REC_PLANE_OPS_MORE) * LINES];
  guint8 across[3][MAX_WIDTH * 4 * LINES + 1];
  guint8 back[LINES][MAX_WIDTH + 1];
  guint8 narrow[MAX_WIDTH + 1];
} Result;

/* Extremes are more frequent than by chance. */
static gint
any_of (GRand * random, gint min, gint max)
{
  guint32 number = g_rand_int (random);

  if (number % 4 < 2)
    return number % 4 == 0 ? min : max;

  return min + number / 4 % (max - min + 1);
}

/* Weights that add up to one, some of them below zero */
static void
make_weights (GRand * random, gint16 * taps, guint n)
{
  gint rest = 1 << GST_REC_PLANE_OPS_WEIGHT;

  for (guint k = 0; k + 1 < n; k++) {
    taps[k] = g_rand_int_range (random, -2000 / (gint) n, 20000 / (gint) n);
    rest -= taps[k];
  }
  taps[n - 1] = rest;
}

static Material *
make_material (GRand * random, guint n_taps)
{
  Material *m = g_new0 (Material, 1);

  for (guint y = 0; y < MAX_TAPS; y++)
    for (guint x = 0; x < MAX_WIDTH; x++)
      m->lines[y][x] = any_of (random, 0, 255);
  for (guint i = 0; i < G_N_ELEMENTS (m->turned); i++)
    m->turned[i] = any_of (random, -166 * 128, 166 * 128);
  for (guint i = 0; i < MAX_WIDTH; i++) {
    make_weights (random, m->taps + i * n_taps, n_taps);
    m->first[i] = g_rand_int_range (random, 0, MAX_WIDTH);
  }

  return m;
}

static Result *
run (const GstRecPlaneOps * ops, const Material * m, guint n_taps, guint n)
{
  Result *r = g_new0 (Result, 1);

  ops->down (r->down, m->lines[0], MAX_WIDTH, m->taps, n_taps, n);
  ops->turn (r->turned, m->turned, MAX_WIDTH + 1, n);
  /* the columns that it may have done too */
  memset (r->turned + n * LINES, 0,
      sizeof r->turned - n * LINES * sizeof (gint16));
  for (guint c = 0; c < G_N_ELEMENTS (all_components); c++)
    ops->across (r->across[c], m->turned, m->first, m->taps, n_taps, n,
        all_components[c]);
  ops->turn_back (r->back[0], MAX_WIDTH + 1, (const guint8 *) m->turned, n,
      n_taps % 2 ? LINES : n_taps % LINES);
  ops->narrow (r->narrow, m->turned, n);

  return r;
}

#define expect_equal(field) \
  fail_unless (memcmp (wanted->field, got->field, sizeof got->field) == 0, \
      "%s: %s of %u", ops->name, #field, n)

GST_START_TEST (test_all_code_gives_the_same_bytes)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (__i__);
  const GstRecPlaneOps *ops;
  guint n_taps = __i__ + 1;
  g_autofree Material *m = make_material (random, n_taps);

  for (guint i = 1; (ops = gst_rec_plane_ops_get_nth (i)); i++)
    for (guint n = 0; n <= MAX_WIDTH; n++) {
      g_autofree Result *wanted =
          run (gst_rec_plane_ops_get_nth (0), m, n_taps, n);
      g_autofree Result *got = run (ops, m, n_taps, n);

      expect_equal (down);
      expect_equal (turned);
      expect_equal (across);
      expect_equal (back);
      expect_equal (narrow);
    }
}

GST_END_TEST;

static Suite *
planescale_suite (void)
{
  Suite *s = suite_create ("planescale");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_is_within_a_level_of_the_definition, 0,
      N_CASES);
  tcase_add_loop_test (tc, test_flat_stays_flat, 0, N_CASES);
  tcase_add_loop_test (tc, test_the_same_size_is_a_copy, 0,
      G_N_ELEMENTS (all_components));
  tcase_add_loop_test (tc, test_parts_are_as_in_the_whole, 0, N_CASES);
  tcase_add_loop_test (tc, test_map_covers_what_changes, 0, N_CASES);
  tcase_add_loop_test (tc, test_map, 0, G_N_ELEMENTS (maps));
  tcase_add_loop_test (tc, test_all_code_gives_the_same_bytes, 0,
      MAX_TAPS);

  return s;
}

GST_CHECK_MAIN (planescale);
