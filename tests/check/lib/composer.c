/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>
#include <string.h>

#include "composer.h"

/* Whatever happened before: a picture of which only the changed part was drawn
 * is the picture that is drawn as a whole. */

typedef struct
{
  const gchar *name;
  GstVideoFormat out;
  gint width, height;
  struct
  {
    GstVideoFormat format;
    gint width, height;         /* 0: there is no such input */
    const gchar *colorimetry;   /* NULL: that of the output */
  } inputs[GST_REC_N_INPUTS];
} Case;

static const Case cases[] = {
  {"as it is", GST_VIDEO_FORMAT_I420, 640, 360, {
          {GST_VIDEO_FORMAT_I420, 640, 360, NULL},
          {GST_VIDEO_FORMAT_I420, 320, 180, NULL},
          {GST_VIDEO_FORMAT_I420, 640, 36, NULL}}},
  {"drawn on the screen's own picture", GST_VIDEO_FORMAT_I420, 640, 360, {
          {GST_VIDEO_FORMAT_I420, 640, 360, NULL},
          {GST_VIDEO_FORMAT_I420, 320, 180, NULL}}},
  {"the same, odd", GST_VIDEO_FORMAT_NV12, 641, 363, {
          {GST_VIDEO_FORMAT_NV12, 641, 363, NULL},
          {GST_VIDEO_FORMAT_I420, 320, 180, NULL}}},
  {"the same, packed", GST_VIDEO_FORMAT_BGRx, 640, 360, {
          {GST_VIDEO_FORMAT_BGRx, 640, 360, NULL},
          {GST_VIDEO_FORMAT_BGRx, 320, 180, NULL}}},
  {"odd", GST_VIDEO_FORMAT_I420, 641, 363, {
          {GST_VIDEO_FORMAT_I420, 1001, 563, NULL},
          {GST_VIDEO_FORMAT_I420, 181, 321, NULL},
          {GST_VIDEO_FORMAT_BGRx, 321, 33, NULL}}},
  {"desktop", GST_VIDEO_FORMAT_I420, 640, 360, {
          {GST_VIDEO_FORMAT_BGRx, 640, 360, NULL},
          {GST_VIDEO_FORMAT_NV12, 640, 480, "bt601"},
          {GST_VIDEO_FORMAT_RGBx, 320, 40, NULL}}},
  {"enlarged", GST_VIDEO_FORMAT_NV12, 800, 450, {
          {GST_VIDEO_FORMAT_BGRx, 322, 242, NULL},
          {GST_VIDEO_FORMAT_I420, 64, 48, "bt601"},
          {GST_VIDEO_FORMAT_YUY2, 64, 16, NULL}}},
  {"to RGB", GST_VIDEO_FORMAT_BGRx, 640, 360, {
          {GST_VIDEO_FORMAT_I420, 640, 360, "bt709"},
          {GST_VIDEO_FORMAT_Y42B, 320, 240, "bt601"},
          {GST_VIDEO_FORMAT_BGRx, 640, 36, NULL}}},
  {"4:2:2", GST_VIDEO_FORMAT_Y42B, 640, 360, {
          {GST_VIDEO_FORMAT_Y42B, 320, 180, NULL},
          {GST_VIDEO_FORMAT_Y444, 320, 180, NULL},
          {GST_VIDEO_FORMAT_GRAY8, 320, 18, NULL}}},
  {"packed", GST_VIDEO_FORMAT_YUY2, 640, 360, {
          {GST_VIDEO_FORMAT_YUY2, 640, 360, NULL},
          {GST_VIDEO_FORMAT_I420, 320, 180, NULL},
          {GST_VIDEO_FORMAT_YUY2, 320, 18, NULL}}},
  {"chroma between lines", GST_VIDEO_FORMAT_Y444, 640, 360, {
          {GST_VIDEO_FORMAT_I420, 640, 360, "bt601"},
          {GST_VIDEO_FORMAT_I420, 320, 240, NULL},
          {GST_VIDEO_FORMAT_NV12, 320, 18, "bt601"}}},
  {"ten bits", GST_VIDEO_FORMAT_I420, 640, 360, {
          {GST_VIDEO_FORMAT_I420_10LE, 640, 352, NULL},
          {GST_VIDEO_FORMAT_P010_10LE, 320, 180, NULL},
          {GST_VIDEO_FORMAT_v210, 320, 18, NULL}}},
  {"tiles and a palette", GST_VIDEO_FORMAT_I420, 640, 360, {
          {GST_VIDEO_FORMAT_NV12_64Z32, 640, 360, NULL},
          {GST_VIDEO_FORMAT_NV12_4L4, 640, 360, "bt709"},
          {GST_VIDEO_FORMAT_RGB8P, 640, 360, NULL}}},
};

static void
make_infos (const Case * c, GstRecScene * scene)
{
  gst_video_info_set_format (&scene->out, c->out, c->width, c->height);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    GstVideoInfo *info = &scene->infos[i];

    if (c->inputs[i].width == 0)
      continue;
    gst_video_info_set_format (info, c->inputs[i].format, c->inputs[i].width,
        c->inputs[i].height);
    if (c->inputs[i].colorimetry)
      gst_video_colorimetry_from_string (&info->colorimetry,
          c->inputs[i].colorimetry);
    else if (GST_VIDEO_INFO_IS_YUV (info)
        && GST_VIDEO_INFO_IS_YUV (&scene->out))
      info->colorimetry = scene->out.colorimetry;
  }
}

static GstBuffer *
new_noise (GRand * random, const GstVideoInfo * info)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  GstMapInfo map;
  guint8 value = g_rand_int (random);

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = value += g_rand_int_range (random, 0, 5);
  gst_buffer_unmap (buffer, &map);

  return buffer;
}

/* Samples in lines. Of others, pixels stay as they are, whatever is said. */
static gboolean
can_change (const GstVideoFormatInfo * finfo)
{
  return !GST_VIDEO_FORMAT_INFO_IS_TILED (finfo)
      && !GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo);
}

/* Another buffer in which a part of @old has changed, perhaps none. */
static GstBuffer *
change (GRand * random, const GstVideoInfo * info, GstBuffer * old,
    GArray * changes)
{
  GstBuffer *buffer = gst_buffer_copy_deep (old);
  guint n = g_rand_int_range (random, 0, 3);
  GstVideoFrame frame;

  if (!changes && GST_VIDEO_FORMAT_INFO_IS_COMPLEX (info->finfo))
    return buffer;
  fail_unless (gst_video_frame_map (&frame, info, buffer, GST_MAP_READWRITE));
  for (guint i = 0; i < n; i++) {
    gint x = g_rand_int_range (random, 0, info->width);
    gint y = g_rand_int_range (random, 0, info->height);
    GstRecRect rect = { x & ~3, y & ~3, g_rand_int_range (random, 1, 90),
      g_rand_int_range (random, 1, 40)
    };
    const GstRecRect all = { 0, 0, info->width, info->height };

    rect = gst_rec_rect_intersect (&rect, &all);
    for (guint plane = 0; can_change (info->finfo)
        && plane < GST_VIDEO_FRAME_N_PLANES (&frame); plane++) {
      GstRecSpan span = gst_rec_frame_span (&frame, plane, &rect);
      guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (&frame, plane);

      for (gint line = span.top; line < span.bottom; line++)
        memset (data + line * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, plane)
            + span.begin, g_rand_int (random), span.end - span.begin);
    }
    if (changes)
      g_array_append_val (changes, rect);
  }
  gst_video_frame_unmap (&frame);

  return buffer;
}

static GstBuffer *
compose (GstRecComposer * composer, GstRecScene * scene, gboolean may_borrow)
{
  g_autoptr (GError) error = NULL;
  GstRecCanvas *canvas;

  fail_unless (gst_rec_composer_compare (composer, scene, &error));
  if (composer->damage.count > 0 && !(may_borrow
          && (gst_rec_composer_borrow (composer, scene)
              || gst_rec_composer_adopt (composer, scene, &error)))) {
    canvas = gst_rec_composer_find_canvas (composer);
    if (!canvas)
      canvas = gst_rec_canvases_add (&composer->canvases,
          gst_buffer_new_allocate (NULL, scene->out.size, NULL));
    fail_unless (gst_rec_composer_draw (composer, scene, canvas, &error));
  }
  gst_rec_scene_clear (scene);

  return gst_rec_canvases_copy_latest (&composer->canvases);
}

static GstRecScene
copy_scene (const GstRecScene * scene)
{
  GstRecScene copy = *scene;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    if (copy.pictures[i])
      gst_buffer_ref (copy.pictures[i]);
    copy.changes[i] = NULL;
  }

  return copy;
}

/* Only the samples, not what lies between lines. */
static void
expect_equal (const GstVideoInfo * info, GstBuffer * a, GstBuffer * b,
    const gchar * name, guint step)
{
  GstRecTiles tiles = { 0, };
  GstVideoFrame frame_a, frame_b;
  GstRecRect rect = { 0, };
  guint position = 0;

  gst_rec_tiles_resize (&tiles, info->width, info->height);
  fail_unless (gst_video_frame_map (&frame_a, info, a, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&frame_b, info, b, GST_MAP_READ));
  gst_rec_tiles_add_differences (&tiles, &frame_a, &frame_b);
  gst_rec_tiles_next_rect (&tiles, &position, &rect);
  fail_unless (tiles.count == 0, "%s, step %u: %u tiles differ, first %d,%d "
      "%dx%d", name, step, tiles.count, rect.x, rect.y, rect.width,
      rect.height);
  gst_video_frame_unmap (&frame_a);
  gst_video_frame_unmap (&frame_b);
  gst_rec_tiles_clear (&tiles);
}

typedef struct
{
  GRand *random;
  const Case *c;
  GstRecScene scene;            /* what comes next; owns nothing */
  GstBuffer *pictures[GST_REC_N_INPUTS];
  GstBuffer *lent[GST_REC_N_INPUTS];    /* copies, which may be drawn on */
  GstRecLayoutConfig layout;
} Session;

static void
place (Session * self)
{
  const GstRecPictureSize output = { self->c->width, self->c->height, 1, 1 };
  GstRecPictureSize sizes[GST_REC_N_INPUTS] = { {0,}, };
  GstRecScene *scene = &self->scene;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (scene->pictures[i])
      sizes[i] = (GstRecPictureSize) {
      scene->infos[i].width, scene->infos[i].height, 1, 1};
  gst_rec_layout_place (&self->layout, &output, sizes, &scene->placement);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (gst_rec_rect_is_empty (&scene->placement.rects[i]))
      scene->pictures[i] = NULL;
}

static void
next_scene (Session * self)
{
  static const GstRecLayout layouts[] = { GST_REC_LAYOUT_PIP,
    GST_REC_LAYOUT_PIP, GST_REC_LAYOUT_SIDE_BY_SIDE,
    GST_REC_LAYOUT_SCREEN_ONLY, GST_REC_LAYOUT_STACKED
  };
  GRand *random = self->random;
  GstRecScene *scene = &self->scene;

  if (g_rand_int_range (random, 0, 8) == 0) {
    self->layout.layout = layouts[g_rand_int_range (random, 0,
            G_N_ELEMENTS (layouts))];
    self->layout.pip_corner = g_rand_int_range (random, 0, 4);
    self->layout.pip_border = g_rand_int_range (random, 0, 3) * 2;
  }
  if (g_rand_int_range (random, 0, 15) == 0)
    scene->background = 0xff000000 | g_rand_int (random);
  if (g_rand_int_range (random, 0, 15) == 0)
    scene->border_color = 0xff000000 | g_rand_int (random);

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    gboolean was_shown = scene->pictures[i] != NULL;
    GArray *changes = NULL;
    GstBuffer *next;

    scene->pictures[i] = NULL;
    if (g_rand_int_range (random, 0, 8) == 0 || self->c->inputs[i].width == 0)
      continue;
    if (g_rand_boolean (random)) {
      if (was_shown && g_rand_boolean (random))
        changes = g_array_new (FALSE, FALSE, sizeof (GstRecRect));
      next = change (random, &scene->infos[i], self->pictures[i], changes);
      gst_buffer_replace (&self->pictures[i], next);
      gst_buffer_unref (next);
      gst_clear_buffer (&self->lent[i]);
      self->lent[i] = gst_buffer_copy_deep (next);
    }
    scene->pictures[i] = self->pictures[i];
    scene->changes[i] = changes;
  }
  place (self);
}

/* Of the screen's picture, only the session has a reference, too. */
static GstRecScene
take_scene (Session * self)
{
  GstRecScene scene = copy_scene (&self->scene);

  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (scene.pictures[i])
      gst_buffer_replace (&scene.pictures[i], self->lent[i]);
  scene.screen_refs = 1;

  memcpy (scene.changes, self->scene.changes, sizeof (scene.changes));
  memset (self->scene.changes, 0, sizeof (scene.changes));

  return scene;
}

GST_START_TEST (test_a_part_drawn_is_the_whole_drawn)
{
  const Case *c = &cases[__i__ % G_N_ELEMENTS (cases)];
  GRand *random = g_rand_new_with_seed (__i__);
  GstRecComposer composer = { .damage = {0,} };
  GstBuffer *downstream[6] = { NULL, };
  Session session = {.random = random,.c = c };
  guint n_adopted = 0;

  make_infos (c, &session.scene);
  session.layout = (GstRecLayoutConfig) {.layout = GST_REC_LAYOUT_PIP,
    .pip_scale = 0.3,.margin = 8,.waveform_height = 0.1};
  for (guint i = 0; i < GST_REC_N_INPUTS && c->inputs[i].width > 0; i++) {
    session.pictures[i] = new_noise (random, &session.scene.infos[i]);
    session.lent[i] = gst_buffer_copy_deep (session.pictures[i]);
  }

  for (guint step = 0; step < (c->inputs[2].width ? 60 : 300); step++) {
    GstRecComposer fresh = { .damage = {0,} };
    guint held = g_rand_int_range (random, 0, G_N_ELEMENTS (downstream));
    GstBuffer *drawn, *whole;
    GstRecScene scene, same;

    next_scene (&session);
    scene = take_scene (&session);
    same = copy_scene (&session.scene);
    drawn = compose (&composer, &scene, TRUE);
    n_adopted += composer.may_adopt;
    whole = compose (&fresh, &same, FALSE);
    expect_equal (&session.scene.out, drawn, whole, c->name, step);
    gst_rec_composer_clear (&fresh);
    gst_buffer_unref (whole);
    gst_clear_buffer (&downstream[held]);
    downstream[held] = drawn;
  }

  if (g_str_has_prefix (c->name, "drawn on"))
    fail_unless (n_adopted > 3, "only %u pictures were drawn on", n_adopted);
  for (guint i = 0; i < G_N_ELEMENTS (downstream); i++)
    gst_clear_buffer (&downstream[i]);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    gst_clear_buffer (&session.pictures[i]);
    gst_clear_buffer (&session.lent[i]);
  }
  gst_rec_composer_clear (&composer);
  g_rand_free (random);
}

GST_END_TEST;

static Suite *
composer_suite (void)
{
  Suite *s = suite_create ("composer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_a_part_drawn_is_the_whole_drawn, 0,
      3 * G_N_ELEMENTS (cases));

  return s;
}

GST_CHECK_MAIN (composer);
