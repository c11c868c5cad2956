/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstwaveformstripsettings.h"

enum
{
  PROP_0,
  PROP_BANDS,
  PROP_SPAN,
  PROP_COLOR,
  PROP_BAND_COLORS,
  PROP_BACKGROUND,
  PROP_GAIN,
  N_PROPERTIES
};

#define DEFAULT_BANDS GST_REC_BANDS_PER_CHANNEL
#define DEFAULT_SPAN 10000
#define DEFAULT_COLOR 0xff4fc3f7
#define DEFAULT_BACKGROUND 0xff000000
#define DEFAULT_GAIN 1.0

static GParamSpec *props[N_PROPERTIES];

GType
gst_rec_waveform_strip_bands_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {GST_REC_BANDS_MIXED, "One band, of the mean of all channels", "mixed"},
    {GST_REC_BANDS_PER_CHANNEL,
        "A band for every channel, the first one on top", "per-channel"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecWaveformStripBands", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

void
gst_rec_waveform_strip_settings_init (GstRecWaveformStripSettings * self)
{
  *self = (GstRecWaveformStripSettings) {
    DEFAULT_BANDS, DEFAULT_SPAN, DEFAULT_COLOR, DEFAULT_BACKGROUND,
    DEFAULT_GAIN, NULL
  };
}

void
gst_rec_waveform_strip_settings_clear (GstRecWaveformStripSettings * self)
{
  g_clear_pointer (&self->band_colors, g_array_unref);
}

static GArray *
dup_colors (const GValue * value)
{
  guint n = gst_value_array_get_size (value);
  GArray *colors = g_array_sized_new (FALSE, FALSE, sizeof (guint), n);

  for (guint i = 0; i < n; i++) {
    GValue color = G_VALUE_INIT;
    guint argb;

    g_value_init (&color, G_TYPE_UINT);
    g_value_transform (gst_value_array_get_value (value, i), &color);
    argb = g_value_get_uint (&color);
    g_array_append_val (colors, argb);
  }

  return colors;
}

static void
fill_colors (const GArray * colors, GValue * value)
{
  for (guint i = 0; colors && i < colors->len; i++) {
    GValue color = G_VALUE_INIT;

    g_value_init (&color, G_TYPE_UINT);
    g_value_set_uint (&color, g_array_index (colors, guint, i));
    gst_value_array_append_and_take_value (value, &color);
  }
}

/* FALSE: there is no such property. */
gboolean
gst_rec_waveform_strip_settings_set (GstRecWaveformStripSettings * self,
    guint prop_id, const GValue * value)
{
  switch (prop_id) {
    case PROP_BANDS:
      self->bands = g_value_get_enum (value);
      break;
    case PROP_SPAN:
      self->span = g_value_get_uint (value);
      break;
    case PROP_COLOR:
      self->color = g_value_get_uint (value);
      break;
    case PROP_BAND_COLORS:
      g_clear_pointer (&self->band_colors, g_array_unref);
      self->band_colors = dup_colors (value);
      break;
    case PROP_BACKGROUND:
      self->background = g_value_get_uint (value);
      break;
    case PROP_GAIN:
      self->gain = g_value_get_double (value);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

/* FALSE: there is no such property. */
gboolean
gst_rec_waveform_strip_settings_get (const GstRecWaveformStripSettings * self,
    guint prop_id, GValue * value)
{
  switch (prop_id) {
    case PROP_BANDS:
      g_value_set_enum (value, self->bands);
      break;
    case PROP_SPAN:
      g_value_set_uint (value, self->span);
      break;
    case PROP_COLOR:
      g_value_set_uint (value, self->color);
      break;
    case PROP_BAND_COLORS:
      fill_colors (self->band_colors, value);
      break;
    case PROP_BACKGROUND:
      g_value_set_uint (value, self->background);
      break;
    case PROP_GAIN:
      g_value_set_double (value, self->gain);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

guint
gst_rec_waveform_strip_settings_get_color (const GstRecWaveformStripSettings *
    self, guint band)
{
  return self->band_colors && band < self->band_colors->len ?
      g_array_index (self->band_colors, guint, band) : self->color;
}

void
gst_rec_waveform_strip_settings_install (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_CONTROLLABLE
      | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  /**
   * GstRecWaveformStrip:bands:
   *
   * What has a band of its own. A change empties the strip.
   *
   * Since: 0.1
   */
  props[PROP_BANDS] = g_param_spec_enum ("bands", "Bands",
      "What has a band of its own (default per-channel)",
      GST_TYPE_REC_WAVEFORM_STRIP_BANDS, DEFAULT_BANDS, flags);

  /**
   * GstRecWaveformStrip:span:
   *
   * The time that the strip shows. A change empties it.
   *
   * Since: 0.1
   */
  props[PROP_SPAN] = g_param_spec_uint ("span", "Span",
      "Time in ms that the strip shows (1000 - 3600000, default 10000)", 1000,
      3600000, DEFAULT_SPAN, flags);

  /**
   * GstRecWaveformStrip:color:
   *
   * The colour of the bands that #GstRecWaveformStrip:band-colors does not
   * name.
   *
   * Since: 0.1
   */
  props[PROP_COLOR] = g_param_spec_uint ("color", "Color",
      "Colour of the peaks, as big-endian ARGB whose alpha is ignored (default "
      "0xff4fc3f7)", 0, G_MAXUINT32, DEFAULT_COLOR, flags);

  /**
   * GstRecWaveformStrip:band-colors:
   *
   * The colours of the bands from the top; `color` for those that are not in
   * it.
   *
   * Since: 0.1
   */
  props[PROP_BAND_COLORS] = gst_param_spec_array ("band-colors",
      "Band colors", "Colours of the bands from the top, as big-endian ARGB; "
      "color for those that are not in it (default empty)",
      g_param_spec_uint ("band-color", "Band color",
          "Colour of a band, as big-endian ARGB", 0, G_MAXUINT32,
          DEFAULT_COLOR, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS);

  /**
   * GstRecWaveformStrip:background:
   *
   * The colour behind the peaks.
   *
   * Since: 0.1
   */
  props[PROP_BACKGROUND] = g_param_spec_uint ("background", "Background",
      "Colour behind the peaks, as big-endian ARGB whose alpha is ignored "
      "(default black, 0xff000000)", 0, G_MAXUINT32, DEFAULT_BACKGROUND,
      flags);

  /**
   * GstRecWaveformStrip:gain:
   *
   * By what the sound is amplified before it is drawn.
   *
   * Since: 0.1
   */
  props[PROP_GAIN] = g_param_spec_double ("gain", "Gain",
      "By what the sound is amplified before it is drawn (0.1 - 100, default "
      "1.0)", 0.1, 100.0, DEFAULT_GAIN, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, props);
}
