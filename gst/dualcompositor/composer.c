/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "composer.h"

#include <string.h>

/* What has been adopted stays: its picture may come again. */
static void
reset (GstRecComposer * self)
{
  gst_rec_scene_clear (&self->shown);
  self->shown = (GstRecScene) { .background = 0 };
  gst_rec_tiles_clear (&self->damage);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    gst_rec_painter_clear (&self->painters[i]);
  gst_rec_background_clear (&self->background);
  gst_rec_background_clear (&self->border);
  gst_rec_canvases_clear (&self->canvases);
}

void
gst_rec_composer_clear (GstRecComposer * self)
{
  reset (self);
  gst_rec_adoption_clear (&self->adoption);
}

/* --- What differs --- */

/* Whether the planes lie in the same places. */
static gboolean
has_same_planes (GstBuffer * a, GstBuffer * b)
{
  const GstVideoMeta *x = gst_buffer_get_video_meta (a);
  const GstVideoMeta *y = gst_buffer_get_video_meta (b);

  if (!x || !y)
    return x == y;

  if (x->n_planes != y->n_planes)
    return FALSE;
  for (guint i = 0; i < x->n_planes; i++)
    if (x->offset[i] != y->offset[i] || x->stride[i] != y->stride[i])
      return FALSE;

  return TRUE;
}

/* Memory that both hold cannot have been written to in between. */
static gboolean
is_same_picture (GstBuffer * a, GstBuffer * b)
{
  guint n;

  if (a == b)
    return TRUE;

  n = gst_buffer_n_memory (a);
  if (n != gst_buffer_n_memory (b) || !has_same_planes (a, b))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (gst_buffer_peek_memory (a, i) != gst_buffer_peek_memory (b, i))
      return FALSE;

  return TRUE;
}

static gboolean
compare_pictures (const GstRecComposer * self, GstRecPainter * painter,
    const GstVideoInfo * info, GstBuffer * old, GstBuffer * new,
    GError ** error)
{
  GstVideoFrame a, b;

  if (!gst_rec_frame_map (&a, info, old, GST_MAP_READ, error))
    return FALSE;
  if (!gst_rec_frame_map (&b, info, new, GST_MAP_READ, error)) {
    gst_rec_frame_clear (&a);
    return FALSE;
  }
  if (old == self->adoption.picture)
    gst_rec_adoption_add_differences (&self->adoption, &a, &b,
        &painter->changed);
  else
    gst_rec_tiles_add_differences (&painter->changed, &a, &b);
  /* Of moving pictures, a few pieces less are not worth the trouble. */
  if (painter->changed.count > painter->changed.columns * painter->changed.rows
      / 4 * 3)
    gst_rec_tiles_add_all (&painter->changed);
  gst_rec_frame_clear (&a);
  gst_rec_frame_clear (&b);

  return TRUE;
}

/* Whether a buffer is laid out as its caps alone say: downstream may not know
 * of anything else. */
static gboolean
is_plain (GstBuffer * buffer, const GstVideoInfo * info)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  if (gst_buffer_n_memory (buffer) != 1
      || gst_buffer_get_size (buffer) != GST_VIDEO_INFO_SIZE (info)
      || gst_buffer_get_video_crop_meta (buffer))
    return FALSE;
  for (guint i = 0; meta && i < GST_VIDEO_INFO_N_PLANES (info); i++)
    if (meta->offset[i] != info->offset[i]
        || meta->stride[i] != info->stride[i])
      return FALSE;

  return TRUE;
}

/* Whether there are no more than a few of its kind: whoever waits for one to
 * come back would wait for all that downstream keeps. */
static gboolean
is_scarce (GstBuffer * buffer)
{
  const GstParentBufferMeta *parent =
      gst_buffer_get_parent_buffer_meta (buffer);
  GstStructure *config;
  guint max = 0;

  if (!buffer->pool)
    return parent && is_scarce (parent->buffer);

  config = gst_buffer_pool_get_config (buffer->pool);
  gst_buffer_pool_config_get_params (config, NULL, NULL, NULL, &max);
  gst_structure_free (config);

  return max > 0;
}

static gboolean
is_same_placement (const GstRecPlacement * a, const GstRecPlacement * b)
{
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (!gst_rec_rect_is_equal (&a->rects[i], &b->rects[i]))
      return FALSE;

  return gst_rec_rect_is_equal (&a->border, &b->border);
}

/* The picture that was drawn on comes again, and more of it is to be seen than
 * when it was: it is restored. */
static gboolean
restore_adopted (GstRecComposer * self, GstRecScene * scene, GError ** error)
{
  GstRecAdoption *adoption = &self->adoption;
  GstBuffer **picture = &scene->pictures[GST_REC_INPUT_SCREEN];
  GstBuffer *shown = self->shown.pictures[GST_REC_INPUT_SCREEN], *restored;

  if (!*picture || *picture != adoption->picture)
    return TRUE;
  scene->screen_refs = 0;
  if (shown == adoption->picture
      && is_same_placement (&self->shown.placement, &scene->placement))
    return TRUE;

  restored = gst_rec_adoption_restore (adoption, error);
  if (restored)
    gst_buffer_replace (picture, restored);

  return restored != NULL;
}

/* Whether the screen's new picture can become the output, with the inset drawn
 * on it. Then there is no need to know where it differs. */
static gboolean
can_adopt (const GstRecComposer * self, const GstRecScene * scene)
{
  const GstRecRect all = { 0, 0, self->damage.width, self->damage.height };
  const GstRecRect *rects = scene->placement.rects;
  GstBuffer *picture = scene->pictures[GST_REC_INPUT_SCREEN];

  return scene->screen_refs > 0 && self->damage.count > 0
      && gst_rec_rect_is_equal (&rects[GST_REC_INPUT_SCREEN], &all)
      && !gst_rec_rect_is_empty (&rects[GST_REC_INPUT_WEBCAM])
      && gst_rec_rect_is_empty (&rects[GST_REC_INPUT_WAVEFORM])
      && gst_rec_painter_is_identity (&self->painters[GST_REC_INPUT_SCREEN])
      && is_plain (picture, &scene->out) && !is_scarce (picture)
      && gst_rec_adoption_is_possible (picture, scene->screen_refs + 1);
}

/* What has changed inside the picture of input @i, which both scenes show. */
static gboolean
compare_input (GstRecComposer * self, const GstRecScene * scene, guint i,
    GError ** error)
{
  GstRecPainter *painter = &self->painters[i];
  const GArray *changes = scene->changes[i];

  if (is_same_picture (self->shown.pictures[i], scene->pictures[i]))
    return TRUE;
  if (!changes && i == GST_REC_INPUT_SCREEN && can_adopt (self, scene)) {
    self->may_adopt = TRUE;
    gst_rec_tiles_add_all (&painter->changed);
    return TRUE;
  }
  if (!changes)
    return compare_pictures (self, painter, &scene->infos[i],
        self->shown.pictures[i], scene->pictures[i], error);

  for (guint r = 0; r < changes->len; r++)
    gst_rec_tiles_add_rect (&painter->changed,
        &g_array_index (changes, GstRecRect, r));

  return TRUE;
}

static void
add_if_moved (GstRecTiles * damage, const GstRecRect * old,
    const GstRecRect * new)
{
  if (gst_rec_rect_is_equal (old, new))
    return;
  gst_rec_tiles_add_rect (damage, old);
  gst_rec_tiles_add_rect (damage, new);
}

static gboolean
add_input (GstRecComposer * self, const GstRecScene * scene, guint i,
    GError ** error)
{
  const GstRecRect *rect = &scene->placement.rects[i];
  GstRecPainter *painter = &self->painters[i];

  self->changed[i] = !self->shown.pictures[i] != !scene->pictures[i];
  add_if_moved (&self->damage, &self->shown.placement.rects[i], rect);
  if (!scene->pictures[i])
    return TRUE;

  if (!gst_rec_painter_set_up (painter, &scene->infos[i], &scene->out,
          rect->width, rect->height, error))
    return FALSE;
  if (!self->shown.pictures[i]
      || !gst_video_info_is_equal (&self->shown.infos[i], &scene->infos[i]))
    gst_rec_tiles_add_all (&painter->changed);
  else if (!compare_input (self, scene, i, error))
    return FALSE;

  self->changed[i] |= painter->changed.count > 0;
  gst_rec_painter_map_changed (painter, rect, &self->damage);

  return TRUE;
}

static gboolean
has_other_colors (const GstRecScene * a, const GstRecScene * b)
{
  return a->background != b->background
      || (a->border_color != b->border_color
      && !gst_rec_rect_is_empty (&b->placement.border));
}

/* The pictures are new, their pixels are not: the old ones may go. */
static void
renew_pictures (GstRecComposer * self, const GstRecScene * scene)
{
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    gst_buffer_replace (&self->shown.pictures[i], scene->pictures[i]);
  memcpy (self->shown.numbers, scene->numbers, sizeof (scene->numbers));
}

/* Finds out where @scene differs from the one that was drawn last. Nothing is
 * drawn if it does not; if it does, it must be drawn. */
gboolean
gst_rec_composer_compare (GstRecComposer * self, GstRecScene * scene,
    GError ** error)
{
  /* The largest last: what the others have changed may settle it. */
  static const GstRecInput order[GST_REC_N_INPUTS] = {
    GST_REC_INPUT_WEBCAM, GST_REC_INPUT_WAVEFORM, GST_REC_INPUT_SCREEN
  };
  gint width = GST_VIDEO_INFO_WIDTH (&scene->out);
  gint height = GST_VIDEO_INFO_HEIGHT (&scene->out);

  if (self->damage.width > 0
      && !gst_video_info_is_equal (&self->shown.out, &scene->out))
    reset (self);
  gst_rec_tiles_resize (&self->damage, width, height);
  gst_rec_canvases_set_size (&self->canvases, width, height);

  if (!gst_rec_canvases_get_latest (&self->canvases)
      || has_other_colors (&self->shown, scene))
    gst_rec_tiles_add_all (&self->damage);
  add_if_moved (&self->damage, &self->shown.placement.border,
      &scene->placement.border);
  self->may_adopt = FALSE;
  if (!restore_adopted (self, scene, error))
    return FALSE;
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (!add_input (self, scene, order[i], error))
      return FALSE;
  if (self->damage.count == 0)
    renew_pictures (self, scene);

  return TRUE;
}

/* --- Drawing --- */

/* What lies in the picture, from the bottom to the top. */
typedef enum
{
  LAYER_BACKGROUND,
  LAYER_SCREEN,
  LAYER_BORDER,
  LAYER_WEBCAM,
  LAYER_WAVEFORM,
  N_LAYERS
} Layer;

typedef struct
{
  GstRecComposer *composer;
  const GstRecScene *scene;
  GstVideoFrame *out;
  GstRecRect rects[N_LAYERS];
} Drawing;

static void
draw_layer (Drawing * self, Layer layer, const GstRecRect * part)
{
  const GstRecPlacement *placement = &self->scene->placement;
  GstRecComposer *composer = self->composer;

  if (layer == LAYER_BACKGROUND) {
    gst_rec_background_fill (&composer->background, self->out, part);
  } else if (layer == LAYER_BORDER) {
    gst_rec_background_fill (&composer->border, self->out, part);
  } else {
    guint i = layer == LAYER_SCREEN ? GST_REC_INPUT_SCREEN :
        layer == LAYER_WEBCAM ? GST_REC_INPUT_WEBCAM : GST_REC_INPUT_WAVEFORM;

    gst_rec_painter_draw (&composer->painters[i], self->out,
        &placement->rects[i], part);
  }
}

/* Draws what is seen of @part of a layer: what no layer from @above on
 * covers. */
static void
draw_visible (Drawing * self, Layer layer, guint above, const GstRecRect * part)
{
  GstRecRect hole = { 0, }, rest[4];
  guint n;

  if (gst_rec_rect_is_empty (part))
    return;
  for (; above < N_LAYERS; above++) {
    hole = gst_rec_rect_intersect (part, &self->rects[above]);
    if (!gst_rec_rect_is_empty (&hole))
      break;
  }
  if (above == N_LAYERS) {
    draw_layer (self, layer, part);
    return;
  }

  n = gst_rec_rect_subtract (part, &hole, rest);
  for (guint i = 0; i < n; i++)
    draw_visible (self, layer, above + 1, &rest[i]);
}

static void
draw_tiles (Drawing * self, const GstRecTiles * tiles)
{
  GstRecRect part;
  guint position = 0;

  while (gst_rec_tiles_next_rect (tiles, &position, &part))
    for (guint layer = 0; layer < N_LAYERS; layer++) {
      GstRecRect own = gst_rec_rect_intersect (&part, &self->rects[layer]);

      draw_visible (self, layer, layer + 1, &own);
    }
}

/* What is stale but not damaged is on the latest canvas. */
static gboolean
copy_latest (GstRecComposer * self, GstRecCanvas * canvas,
    GstVideoFrame * out, const GstVideoInfo * info, GError ** error)
{
  GstBuffer *latest = gst_rec_canvases_get_latest (&self->canvases);
  GstVideoFrame from;
  GstRecRect rect;
  guint position = 0;

  gst_rec_tiles_subtract (&canvas->stale, &self->damage);
  if (canvas->stale.count == 0)
    return TRUE;
  if (!gst_rec_frame_map (&from, info, latest, GST_MAP_READ, error))
    return FALSE;
  while (gst_rec_tiles_next_rect (&canvas->stale, &position, &rect))
    gst_rec_frame_copy (out, &from, &rect);
  gst_rec_frame_clear (&from);

  return TRUE;
}

static void
end_painters (GstRecComposer * self)
{
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    gst_rec_painter_end (&self->painters[i]);
}

static gboolean
begin_painters (GstRecComposer * self, const GstRecScene * scene,
    GError ** error)
{
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    if (scene->pictures[i]
        && !gst_rec_painter_begin (&self->painters[i], scene->pictures[i],
            error)) {
      end_painters (self);
      return FALSE;
    }

  return TRUE;
}

static gboolean
draw_damage (GstRecComposer * self, const GstRecScene * scene,
    GstVideoFrame * out, GError ** error)
{
  const GstRecPlacement *placement = &scene->placement;
  Drawing drawing = { self, scene, out, {{0,}} };

  drawing.rects[LAYER_BACKGROUND] = (GstRecRect) {
  0, 0, self->damage.width, self->damage.height};
  drawing.rects[LAYER_SCREEN] = placement->rects[GST_REC_INPUT_SCREEN];
  drawing.rects[LAYER_BORDER] = placement->border;
  drawing.rects[LAYER_WEBCAM] = placement->rects[GST_REC_INPUT_WEBCAM];
  drawing.rects[LAYER_WAVEFORM] = placement->rects[GST_REC_INPUT_WAVEFORM];

  if (!gst_rec_background_set (&self->background, scene->background,
          &scene->out, error)
      || !gst_rec_background_set (&self->border, scene->border_color,
          &scene->out, error)
      || !begin_painters (self, scene, error))
    return FALSE;
  draw_tiles (&drawing, &self->damage);
  end_painters (self);

  return TRUE;
}

/* The canvas on which there is the least to draw, or NULL: then the caller adds
 * one. */
GstRecCanvas *
gst_rec_composer_find_canvas (GstRecComposer * self)
{
  return gst_rec_canvases_find_free (&self->canvases);
}

/* @canvas is what @scene looks like, whose contents are taken. */
static void
show (GstRecComposer * self, GstRecScene * scene, const GstRecCanvas * canvas)
{
  gst_rec_canvases_add_damage (&self->canvases, &self->damage);
  gst_rec_canvases_set_latest (&self->canvases, canvas);
  gst_rec_scene_clear (&self->shown);
  self->shown = *scene;
  *scene = (GstRecScene) { .background = 0 };
}

/* The one input that is all of @scene as it stands, or GST_REC_N_INPUTS. */
static guint
find_whole (const GstRecComposer * self, const GstRecScene * scene)
{
  const GstRecRect all = { 0, 0, self->damage.width, self->damage.height };
  guint whole = GST_REC_N_INPUTS;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    if (!scene->pictures[i])
      continue;
    if (whole < GST_REC_N_INPUTS
        || !gst_rec_rect_is_equal (&scene->placement.rects[i], &all)
        || !gst_rec_painter_is_identity (&self->painters[i]))
      return GST_REC_N_INPUTS;
    whole = i;
  }

  return whole;
}

/* Where @scene, which was compared just now, is one input's picture as it
 * stands, nothing is drawn: that picture is it. Takes the contents then. */
gboolean
gst_rec_composer_borrow (GstRecComposer * self, GstRecScene * scene)
{
  guint whole = find_whole (self, scene);

  if (whole == GST_REC_N_INPUTS
      || !is_plain (scene->pictures[whole], &scene->out)
      || is_scarce (scene->pictures[whole]))
    return FALSE;

  gst_rec_tiles_remove_all (&self->painters[whole].changed);
  show (self, scene, gst_rec_canvases_borrow (&self->canvases,
          scene->pictures[whole]));

  return TRUE;
}

/* Where nobody else holds the screen's picture, the inset of @scene, which was
 * compared just now, is drawn on it. Takes the contents then. */
gboolean
gst_rec_composer_adopt (GstRecComposer * self, GstRecScene * scene,
    GError ** error)
{
  const GstRecPlacement *placement = &scene->placement;
  GstBuffer *picture = scene->pictures[GST_REC_INPUT_SCREEN];
  GstRecPainter *webcam = &self->painters[GST_REC_INPUT_WEBCAM];
  GstRecRect inset = gst_rec_rect_is_empty (&placement->border) ?
      placement->rects[GST_REC_INPUT_WEBCAM] : placement->border;
  Drawing drawing = { self, scene, NULL, {{0,}} };
  GstVideoFrame out;

  if (!self->may_adopt)
    return FALSE;
  if (!gst_rec_background_set (&self->border, scene->border_color, &scene->out,
          error)
      || !gst_rec_painter_begin (webcam,
          scene->pictures[GST_REC_INPUT_WEBCAM], error))
    return FALSE;
  if (!gst_rec_adoption_take (&self->adoption, picture, &scene->out, &inset,
          &out, error)) {
    gst_rec_painter_end (webcam);
    return FALSE;
  }

  drawing.out = &out;
  drawing.rects[LAYER_WEBCAM] = placement->rects[GST_REC_INPUT_WEBCAM];
  draw_visible (&drawing, LAYER_BORDER, LAYER_BORDER + 1,
      &placement->border);
  draw_visible (&drawing, LAYER_WEBCAM, LAYER_WEBCAM + 1,
      &placement->rects[GST_REC_INPUT_WEBCAM]);
  gst_rec_adoption_unmap (&out);
  gst_rec_painter_end (webcam);
  gst_rec_tiles_remove_all (&self->painters[GST_REC_INPUT_SCREEN].changed);
  show (self, scene, gst_rec_canvases_borrow (&self->canvases, picture));

  return TRUE;
}

/* Draws @scene, which was compared just now, on @canvas, and takes its
 * contents. */
gboolean
gst_rec_composer_draw (GstRecComposer * self, GstRecScene * scene,
    GstRecCanvas * canvas, GError ** error)
{
  GstVideoFrame out;
  gboolean drawn;

  if (!gst_rec_frame_map (&out, &scene->out, canvas->buffer,
          GST_MAP_READWRITE, error))
    return FALSE;
  drawn = copy_latest (self, canvas, &out, &scene->out, error)
      && draw_damage (self, scene, &out, error);
  gst_rec_frame_clear (&out);
  if (!drawn)
    return FALSE;

  show (self, scene, canvas);

  return TRUE;
}
