/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstdualcompositorsettings.h"

#include "gstdualcompositorenums.h"

enum
{
  PROP_0,
  PROP_LAYOUT,
  PROP_PIP_POSITION,
  PROP_PIP_SCALE,
  PROP_PIP_BORDER,
  PROP_PIP_BORDER_COLOR,
  PROP_MARGIN,
  PROP_WAVEFORM_HEIGHT,
  PROP_BACKGROUND,
  PROP_STALE_TIMEOUT,
  PROP_STALLED_TIMEOUT,
  PROP_INSET_FRAMERATE,
  PROP_DROP_UNCHANGED,
  N_PROPERTIES
};

#define DEFAULT_LAYOUT GST_REC_LAYOUT_PIP
#define DEFAULT_PIP_POSITION GST_REC_CORNER_BOTTOM_RIGHT
#define DEFAULT_PIP_SCALE 0.25
#define DEFAULT_PIP_BORDER 0
#define DEFAULT_PIP_BORDER_COLOR 0xffffffff
#define DEFAULT_MARGIN 20
#define DEFAULT_WAVEFORM_HEIGHT 0.08
#define DEFAULT_BACKGROUND 0xff000000
#define DEFAULT_STALE_TIMEOUT 2000
#define DEFAULT_STALLED_TIMEOUT 10000
#define DEFAULT_INSET_FPS_N 0
#define DEFAULT_INSET_FPS_D 1
#define DEFAULT_DROP_UNCHANGED FALSE

static GParamSpec *props[N_PROPERTIES];

void
gst_rec_dual_compositor_settings_init (GstRecDualCompositorSettings * self)
{
  *self = (GstRecDualCompositorSettings) {
    {DEFAULT_LAYOUT, DEFAULT_PIP_POSITION, DEFAULT_PIP_SCALE, DEFAULT_MARGIN,
          DEFAULT_PIP_BORDER, DEFAULT_WAVEFORM_HEIGHT},
    DEFAULT_BACKGROUND, DEFAULT_PIP_BORDER_COLOR, DEFAULT_STALE_TIMEOUT,
    DEFAULT_STALLED_TIMEOUT, DEFAULT_INSET_FPS_N, DEFAULT_INSET_FPS_D,
    DEFAULT_DROP_UNCHANGED
  };
}

/* FALSE: there is no such property. */
gboolean
gst_rec_dual_compositor_settings_set (GstRecDualCompositorSettings * self,
    guint prop_id, const GValue * value)
{
  switch (prop_id) {
    case PROP_LAYOUT:
      self->layout.layout = g_value_get_enum (value);
      break;
    case PROP_PIP_POSITION:
      self->layout.pip_corner = g_value_get_enum (value);
      break;
    case PROP_PIP_SCALE:
      self->layout.pip_scale = g_value_get_double (value);
      break;
    case PROP_PIP_BORDER:
      self->layout.pip_border = g_value_get_uint (value);
      break;
    case PROP_PIP_BORDER_COLOR:
      self->border_color = g_value_get_uint (value);
      break;
    case PROP_WAVEFORM_HEIGHT:
      self->layout.waveform_height = g_value_get_double (value);
      break;
    case PROP_MARGIN:
      self->layout.margin = g_value_get_uint (value);
      break;
    case PROP_BACKGROUND:
      self->background = g_value_get_uint (value);
      break;
    case PROP_STALE_TIMEOUT:
      self->stale_timeout = g_value_get_uint (value);
      break;
    case PROP_STALLED_TIMEOUT:
      self->stalled_timeout = g_value_get_uint (value);
      break;
    case PROP_INSET_FRAMERATE:
      self->inset_fps_n = gst_value_get_fraction_numerator (value);
      self->inset_fps_d = gst_value_get_fraction_denominator (value);
      break;
    case PROP_DROP_UNCHANGED:
      self->drop_unchanged = g_value_get_boolean (value);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

/* FALSE: there is no such property. */
gboolean
gst_rec_dual_compositor_settings_get (const GstRecDualCompositorSettings *
    self, guint prop_id, GValue * value)
{
  switch (prop_id) {
    case PROP_LAYOUT:
      g_value_set_enum (value, self->layout.layout);
      break;
    case PROP_PIP_POSITION:
      g_value_set_enum (value, self->layout.pip_corner);
      break;
    case PROP_PIP_SCALE:
      g_value_set_double (value, self->layout.pip_scale);
      break;
    case PROP_PIP_BORDER:
      g_value_set_uint (value, self->layout.pip_border);
      break;
    case PROP_PIP_BORDER_COLOR:
      g_value_set_uint (value, self->border_color);
      break;
    case PROP_WAVEFORM_HEIGHT:
      g_value_set_double (value, self->layout.waveform_height);
      break;
    case PROP_MARGIN:
      g_value_set_uint (value, self->layout.margin);
      break;
    case PROP_BACKGROUND:
      g_value_set_uint (value, self->background);
      break;
    case PROP_STALE_TIMEOUT:
      g_value_set_uint (value, self->stale_timeout);
      break;
    case PROP_STALLED_TIMEOUT:
      g_value_set_uint (value, self->stalled_timeout);
      break;
    case PROP_INSET_FRAMERATE:
      gst_value_set_fraction (value, self->inset_fps_n, self->inset_fps_d);
      break;
    case PROP_DROP_UNCHANGED:
      g_value_set_boolean (value, self->drop_unchanged);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

void
gst_rec_dual_compositor_settings_install (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_CONTROLLABLE
      | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  /**
   * GstRecDualCompositor:layout:
   *
   * How the inputs share the picture.
   *
   * Since: 0.1
   */
  props[PROP_LAYOUT] = g_param_spec_enum ("layout", "Layout",
      "How the inputs share the picture (default pip)",
      GST_TYPE_REC_DUAL_COMPOSITOR_LAYOUT, DEFAULT_LAYOUT, flags);

  /**
   * GstRecDualCompositor:pip-position:
   *
   * The corner of the inset in the layout pip.
   *
   * Since: 0.1
   */
  props[PROP_PIP_POSITION] = g_param_spec_enum ("pip-position",
      "Inset position", "Corner of the inset in layout pip "
      "(default bottom-right)", GST_TYPE_REC_DUAL_COMPOSITOR_CORNER,
      DEFAULT_PIP_POSITION, flags);

  /**
   * GstRecDualCompositor:pip-scale:
   *
   * The longer side of the inset, as a fraction of the output's width.
   *
   * Since: 0.1
   */
  props[PROP_PIP_SCALE] = g_param_spec_double ("pip-scale", "Inset scale",
      "Longer side of the inset in layout pip, as a fraction of the output's "
      "width (0.01 - 1.0, default 0.25)", 0.01, 1.0, DEFAULT_PIP_SCALE, flags);

  /**
   * GstRecDualCompositor:pip-border:
   *
   * The width of the frame around the inset. An odd one counts as the next even
   * one: the frame covers whole chroma samples.
   *
   * Since: 0.1
   */
  props[PROP_PIP_BORDER] = g_param_spec_uint ("pip-border", "Inset border",
      "Width in pixels of the frame around the inset in layout pip, rounded up "
      "to an even number (0 - 256, 0 = none, default 0)", 0, 256,
      DEFAULT_PIP_BORDER, flags);

  /**
   * GstRecDualCompositor:pip-border-color:
   *
   * The colour of the frame around the inset.
   *
   * Since: 0.1
   */
  props[PROP_PIP_BORDER_COLOR] = g_param_spec_uint ("pip-border-color",
      "Inset border colour", "Colour of the frame around the inset in layout "
      "pip, as big-endian ARGB (default opaque white, 0xffffffff)", 0,
      G_MAXUINT32, DEFAULT_PIP_BORDER_COLOR, flags);

  /**
   * GstRecDualCompositor:waveform-height:
   *
   * The height of the strip that the waveform takes, as a fraction of the
   * output's height.
   *
   * Since: 0.1
   */
  props[PROP_WAVEFORM_HEIGHT] = g_param_spec_double ("waveform-height",
      "Waveform height", "Height of the waveform's strip along the bottom, as "
      "a fraction of the output's height (0.01 - 0.5, default 0.08)", 0.01, 0.5,
      DEFAULT_WAVEFORM_HEIGHT, flags);

  /**
   * GstRecDualCompositor:margin:
   *
   * Between the inset, or its border, and the edges of the picture.
   *
   * Since: 0.1
   */
  props[PROP_MARGIN] = g_param_spec_uint ("margin", "Margin",
      "Distance in pixels of the inset in layout pip, or of its border, from "
      "the edges of the picture (0 - 4096, default 20)", 0, 4096,
      DEFAULT_MARGIN, flags);

  /**
   * GstRecDualCompositor:background:
   *
   * The colour where no input is.
   *
   * Since: 0.1
   */
  props[PROP_BACKGROUND] = g_param_spec_uint ("background", "Background",
      "Colour where no input is, as big-endian ARGB (default opaque black, "
      "0xff000000)", 0, G_MAXUINT32, DEFAULT_BACKGROUND, flags);

  /**
   * GstRecDualCompositor:stale-timeout:
   *
   * A webcam without frames for that long leaves the picture until its next
   * frame.
   *
   * Since: 0.1
   */
  props[PROP_STALE_TIMEOUT] = g_param_spec_uint ("stale-timeout",
      "Stale timeout", "Time in ms after which a webcam without frames leaves "
      "the picture until its next frame (0 = never, default 2000)",
      0, G_MAXUINT, DEFAULT_STALE_TIMEOUT, flags);

  /**
   * GstRecDualCompositor:stalled-timeout:
   *
   * A picture of the screen or the webcam that has been black or the same for
   * that long is announced by a message `composite-stalled`, and when that is
   * over by another one.
   *
   * Since: 0.1
   */
  props[PROP_STALLED_TIMEOUT] = g_param_spec_uint ("stalled-timeout",
      "Stalled timeout", "Time in ms after which a picture that is black or "
      "does not change is announced (0 = never, default 10000)",
      0, G_MAXUINT, DEFAULT_STALLED_TIMEOUT, flags);

  /**
   * GstRecDualCompositor:inset-framerate:
   *
   * The most pictures a second that the inset of the layout pip shows. What the
   * eye does not miss in a small picture need not be scaled and encoded.
   *
   * Since: 0.1
   */
  props[PROP_INSET_FRAMERATE] = gst_param_spec_fraction ("inset-framerate",
      "Inset frame rate", "Most pictures a second of the inset in layout pip "
      "(0/1 - 1000/1, 0/1 = no limit, default 0/1)", 0, 1, 1000, 1,
      DEFAULT_INSET_FPS_N, DEFAULT_INSET_FPS_D, flags);

  /**
   * GstRecDualCompositor:drop-unchanged:
   *
   * Whether a picture equal to the one before is left out, except one a second
   * and the last one. A queue on the sound's way to a muxer must then hold more
   * than a second.
   *
   * Since: 0.1
   */
  props[PROP_DROP_UNCHANGED] = g_param_spec_boolean ("drop-unchanged",
      "Drop unchanged", "Leave out pictures equal to the one before, except "
      "one a second (default false)", DEFAULT_DROP_UNCHANGED, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, props);
}
