/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What each pad has to show, and where it goes. */

#include "gstdualcompositorscene.h"

#include "gstdualcompositordamage.h"
#include "gstdualcompositorpad.h"

static gboolean
is_stale (const GstRecDualCompositorPad * pad, guint input,
    const GstRecDualCompositorMoment * moment)
{
  GstClockTime now = moment->now;
  GstClockTime timeout = moment->settings->stale_timeout * GST_MSECOND;

  return input == GST_REC_INPUT_WEBCAM && timeout != 0
      && GST_CLOCK_TIME_IS_VALID (now)
      && GST_CLOCK_TIME_IS_VALID (pad->picture_end)
      && now >= pad->picture_end + timeout;
}

/* The references that the pad has to its picture. Called with OBJECT_LOCK of
 * the pad held. */
static guint
count_refs (GstRecDualCompositorPad * pad)
{
  GstVideoAggregatorPad *vpad = GST_VIDEO_AGGREGATOR_PAD (pad);

  return 1 + (pad->taken == pad->picture)
      + (gst_video_aggregator_pad_get_current_buffer (vpad) == pad->picture);
}

/* Takes the picture that input @i has to show now, if it has one. Returns how
 * it is to be turned before. */
static GstVideoOrientationMethod
scene_take_picture (GstRecScene * scene, guint i,
    const GstRecDualCompositorMoment * moment)
{
  g_autoptr (GstRecDualCompositorPad) pad =
      gst_rec_dual_compositor_pad_get (moment->element, i);
  GstVideoOrientationMethod direction = GST_VIDEO_ORIENTATION_IDENTITY;
  gboolean is_watched;

  if (!pad)
    return direction;

  /* Who listens to `samples-selected` looks at the pads' pictures. */
  g_object_get (moment->element, "emit-signals", &is_watched, NULL);
  gst_rec_dual_compositor_pad_observe (pad);
  GST_OBJECT_LOCK (pad);
  if (pad->picture && !is_stale (pad, i, moment)) {
    scene->pictures[i] = gst_buffer_ref (pad->picture);
    scene->infos[i] = pad->picture_info;
    direction = gst_rec_dual_compositor_pad_get_direction (pad);
    /* What was said of a picture does not hold once it is turned. */
    if (direction == GST_VIDEO_ORIENTATION_IDENTITY)
      scene->numbers[i] = gst_rec_dual_compositor_damage_number (&pad->damage,
          pad->picture);
    if (i == GST_REC_INPUT_SCREEN
        && direction == GST_VIDEO_ORIENTATION_IDENTITY && !is_watched)
      scene->screen_refs = count_refs (pad);
  }
  /* The source says that something is new: a mask must not wait. */
  if (i == GST_REC_INPUT_WEBCAM && pad->is_cut)
    gst_rec_pace_clear (moment->inset_pace);
  pad->is_cut = FALSE;
  GST_OBJECT_UNLOCK (pad);
  scene->changes[i] = gst_rec_damage_log_between (&pad->damage,
      moment->shown->numbers[i], scene->numbers[i]);

  return direction;
}

static gboolean
scene_turn_picture (GstRecScene * scene, guint i,
    const GstRecDualCompositorMoment * moment,
    GstVideoOrientationMethod direction, GError ** error)
{
  /* No pad is released while the base class makes an output. */
  g_autoptr (GstRecDualCompositorPad) pad =
      gst_rec_dual_compositor_pad_get (moment->element, i);
  GstBuffer *turned = gst_rec_dual_compositor_pad_turn (pad, direction,
      scene->pictures[i], &scene->infos[i], error);
  gst_buffer_unref (scene->pictures[i]);
  scene->pictures[i] = turned;

  return turned != NULL;
}

static GstRecPictureSize
picture_size (const GstVideoInfo * info, GstVideoOrientationMethod direction)
{
  GstRecPictureSize size = {
    GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
    GST_VIDEO_INFO_PAR_N (info), GST_VIDEO_INFO_PAR_D (info)
  };

  if (!gst_rec_rotate_swaps_sides (direction))
    return size;

  return (GstRecPictureSize) {
  size.height, size.width, size.par_d, size.par_n};
}

/* A change of the inset waits for its turn. */
static void
scene_pace_inset (GstRecScene * scene,
    const GstRecDualCompositorMoment * moment)
{
  const GstRecDualCompositorSettings *settings = moment->settings;
  const GstRecScene *shown = moment->shown;
  const guint i = GST_REC_INPUT_WEBCAM;
  GstClockTime duration = gst_util_uint64_scale (GST_SECOND,
      GST_VIDEO_INFO_FPS_D (&scene->out), GST_VIDEO_INFO_FPS_N (&scene->out));

  if (settings->layout.layout != GST_REC_LAYOUT_PIP || !scene->pictures[i]
      || !scene->pictures[GST_REC_INPUT_SCREEN]
      || scene->pictures[i] == shown->pictures[i]
      || gst_rec_pace_take (moment->inset_pace, moment->now, duration,
          settings->inset_fps_n, settings->inset_fps_d))
    return;

  if (shown->pictures[i]
      && gst_video_info_is_equal (&shown->infos[i], &scene->infos[i])) {
    gst_buffer_replace (&scene->pictures[i], shown->pictures[i]);
    scene->numbers[i] = shown->numbers[i];
    g_clear_pointer (&scene->changes[i], g_array_unref);
  }
}

/* Fills an empty @scene with what is to be seen at @moment. */
gboolean
gst_rec_dual_compositor_scene_compose (GstRecScene * scene,
    const GstRecDualCompositorMoment * moment, GError ** error)
{
  const GstRecDualCompositorSettings *settings = moment->settings;
  GstVideoOrientationMethod directions[GST_REC_N_INPUTS];
  GstRecPictureSize sizes[GST_REC_N_INPUTS] = { {0,}, };
  GstRecPictureSize output;

  scene->out = GST_VIDEO_AGGREGATOR (moment->element)->info;
  scene->background = settings->background;
  scene->border_color = settings->border_color;
  output = picture_size (&scene->out, GST_VIDEO_ORIENTATION_IDENTITY);

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    directions[i] = scene_take_picture (scene, i, moment);
    if (scene->pictures[i])
      sizes[i] = picture_size (&scene->infos[i], directions[i]);
  }

  gst_rec_layout_place (&settings->layout, &output, sizes,
      &scene->placement);

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    /* A picture that is not shown does not make a difference. */
    if (gst_rec_rect_is_empty (&scene->placement.rects[i])) {
      gst_clear_buffer (&scene->pictures[i]);
      scene->placement.rects[i] = (GstRecRect) { 0, };
    } else if (!scene_turn_picture (scene, i, moment, directions[i], error)) {
      return FALSE;
    }
  }
  scene_pace_inset (scene, moment);

  return TRUE;
}
