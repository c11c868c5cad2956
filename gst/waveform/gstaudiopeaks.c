/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-audiopeaks
 * @title: audiopeaks
 * @short_description: peaks of the sound for a player's scrubber
 * @see_also: waveformstrip, level
 *
 * Passes sound through untouched and writes its peaks to a file, the lowest and
 * the highest sample of every #GstRecAudioPeaks:samples-per-pixel, so that a
 * web player (peaks.js, wavesurfer.js) draws the waveform of a recording
 * without decoding it. The file is JSON in version 2 of the
 * [waveform data format](https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md)
 * of audiowaveform.
 *
 * The file appears at EOS, complete; until then it is being written under
 * another name beside it, with six characters more. Nothing is kept in memory,
 * however long the recording.
 *
 * Peaks stay in step with running time: holes between buffers, GAP events and
 * GAP buffers are silence, sound that comes twice counts once. A flush begins
 * the file anew.
 *
 * At EOS, when the file is there, comes the element message `audio-peaks`:
 *
 * * `location` (string): the file
 * * `length` (guint64): pairs of peaks of each channel
 * * `channels` (guint), `sample-rate` (gint, Hz), `samples-per-pixel` (guint),
 *   `bits` (guint): as in the file
 *
 * Since: 0.1
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 audiotestsrc wave=ticks num-buffers=430 ! audiopeaks location=ticks.json ! wavenc ! filesink location=ticks.wav
 * ]| Ten seconds of ticks, and their peaks.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstaudiopeaks.h"

#include <gio/gio.h>

#include "peaks.h"
#include "peaksfile.h"
#include "soundline.h"

GST_DEBUG_CATEGORY_STATIC (gst_rec_audio_peaks_debug);
#define GST_CAT_DEFAULT gst_rec_audio_peaks_debug

#define CAPS "audio/x-raw, format = (string) " GST_REC_PEAKS_FORMATS ", " \
    "layout = (string) interleaved, rate = " GST_AUDIO_RATE_RANGE ", " \
    "channels = (int) [ 1, 64 ]"

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));

typedef enum
{
  START_ZERO,
  START_FIRST
} Start;

#define GST_TYPE_REC_AUDIO_PEAKS_START (start_get_type ())
static GType
start_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {START_ZERO, "Running time zero", "zero"},
    {START_FIRST, "The first sound or gap that comes", "first"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecAudioPeaksStart", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

#define GST_TYPE_REC_AUDIO_PEAKS_BITS (bits_get_type ())
static GType
bits_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {8, "-128 to 127", "8"},
    {16, "-32768 to 32767", "16"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecAudioPeaksBits", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

typedef struct
{
  gchar *location;
  guint samples_per_pixel;
  guint bits;
  gboolean split_channels;
  Start start;
} Settings;

struct _GstRecAudioPeaks
{
  GstBaseTransform parent;

  /* OBJECT_LOCK */
  Settings settings;

  /* Streaming thread, and when stopped */
  Settings used;                /* those at start */
  GstAudioInfo info;            /* invalid before the first caps */
  GstRecSoundLine line;
  GstRecPeaks *peaks;           /* from the first caps on */
  GstRecPeaksFile *file;        /* while it is written */
  gboolean has_failed;
};

G_DEFINE_TYPE_WITH_CODE (GstRecAudioPeaks, gst_rec_audio_peaks,
    GST_TYPE_BASE_TRANSFORM,
    GST_DEBUG_CATEGORY_INIT (gst_rec_audio_peaks_debug, "audiopeaks", 0,
        "peaks of the sound for a player"));
GST_ELEMENT_REGISTER_DEFINE (audiopeaks, "audiopeaks", GST_RANK_NONE,
    GST_TYPE_REC_AUDIO_PEAKS);
GST_ELEMENT_REGISTER_DEFINE (recaudiopeaks, "recaudiopeaks", GST_RANK_NONE,
    GST_TYPE_REC_AUDIO_PEAKS);

#define parent_class gst_rec_audio_peaks_parent_class

enum
{
  PROP_0,
  PROP_LOCATION,
  PROP_SAMPLES_PER_PIXEL,
  PROP_BITS,
  PROP_SPLIT_CHANNELS,
  PROP_START_TIME_SELECTION,
  N_PROPERTIES
};

#define DEFAULT_SAMPLES_PER_PIXEL 512
#define DEFAULT_BITS 8
#define DEFAULT_SPLIT_CHANNELS FALSE
#define DEFAULT_START START_FIRST

static GParamSpec *props[N_PROPERTIES];

/* --- The file --- */

/* The first error of a file is the one that is told. */
static void
post_write_error (GstRecAudioPeaks * self, const GError * error)
{
  if (self->has_failed)
    return;

  self->has_failed = TRUE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT,
        ("Make room on the disk of %s.", self->used.location),
        ("%s", error->message));
  else
    GST_ELEMENT_ERROR (self, RESOURCE, WRITE,
        ("Check the disk of %s: the peaks cannot be written.",
            self->used.location), ("%s", error->message));
}

static gboolean
open_file (GstRecAudioPeaks * self)
{
  g_autoptr (GError) error = NULL;

  self->file = gst_rec_peaks_file_new (self->used.location, &error);
  if (self->file)
    return TRUE;

  self->has_failed = TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_WRITE,
      ("Set location to a file in a folder that exists and can be written, "
          "not %s.", self->used.location), ("%s", error->message));

  return FALSE;
}

static void
drop_file (GstRecAudioPeaks * self)
{
  g_clear_pointer (&self->file, gst_rec_peaks_file_free);
  g_clear_pointer (&self->peaks, gst_rec_peaks_free);
  gst_rec_sound_line_restart (&self->line);
}

static void
add_columns (const GstRecPeak * bands, guint64 n, gpointer user_data)
{
  GstRecAudioPeaks *self = user_data;

  gst_rec_peaks_file_add (self->file, bands, n);
}

/* The first sound decides what the file says of it. */
static gboolean
begin (GstRecAudioPeaks * self)
{
  const Settings *settings = &self->used;
  GstRecPeaksFileInfo file_info = {
    settings->split_channels ? self->info.channels : 1, self->info.rate,
    settings->samples_per_pixel, settings->bits
  };

  if (self->peaks)
    return TRUE;
  if (self->file == NULL && !open_file (self))
    return FALSE;

  gst_rec_peaks_file_begin (self->file, &file_info);
  self->peaks = gst_rec_peaks_new (&self->info, settings->split_channels,
      settings->samples_per_pixel, self->info.rate, add_columns, self);
  if (settings->start == START_ZERO)
    gst_rec_sound_line_begin (&self->line, 0);

  return TRUE;
}

static gboolean
check_file (GstRecAudioPeaks * self)
{
  g_autoptr (GError) error = NULL;

  if (gst_rec_peaks_file_check (self->file, &error))
    return TRUE;

  post_write_error (self, error);

  return FALSE;
}

static void
post_summary (GstRecAudioPeaks * self)
{
  const GstRecPeaksFileInfo *info = gst_rec_peaks_file_get_info (self->file);

  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("audio-peaks",
              "location", G_TYPE_STRING, self->used.location,
              "length", G_TYPE_UINT64,
              gst_rec_peaks_file_get_length (self->file),
              "channels", G_TYPE_UINT, info->channels,
              "sample-rate", G_TYPE_INT, info->sample_rate,
              "samples-per-pixel", G_TYPE_UINT, info->samples_per_pixel,
              "bits", G_TYPE_UINT, info->bits, NULL)));
}

static void
finish (GstRecAudioPeaks * self)
{
  g_autoptr (GError) error = NULL;

  if (self->has_failed || self->file == NULL)
    return;
  if (!GST_AUDIO_INFO_IS_VALID (&self->info)) {
    GST_ELEMENT_WARNING (self, STREAM, FAILED,
        ("There is no %s: no sound came before EOS.",
            self->used.location), (NULL));
    return;
  }

  if (!begin (self))
    return;
  gst_rec_peaks_finish (self->peaks);
  if (gst_rec_peaks_file_finish (self->file, &error))
    post_summary (self);
  else
    post_write_error (self, error);
  drop_file (self);
}

/* --- What comes --- */

static gboolean
gst_rec_audio_peaks_set_caps (GstBaseTransform * trans, GstCaps * incaps,
    GstCaps * outcaps G_GNUC_UNUSED)
{
  GstRecAudioPeaks *self = GST_REC_AUDIO_PEAKS (trans);

  if (!gst_audio_info_from_caps (&self->info, incaps))
    return FALSE;

  gst_rec_sound_line_set_rate (&self->line, self->info.rate);
  if (self->peaks)
    gst_rec_peaks_set_info (self->peaks, &self->info);

  return TRUE;
}

static void
add_sound (GstRecAudioPeaks * self, GstBuffer * buffer, guint skip, guint n)
{
  GstMapInfo map;

  if (n == 0)
    return;
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)) {
    gst_rec_peaks_add_silence (self->peaks, n);
  } else if (gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    gst_rec_peaks_add (self->peaks,
        map.data + (gsize) skip * self->info.bpf, n);
    gst_buffer_unmap (buffer, &map);
  }
}

static GstFlowReturn
gst_rec_audio_peaks_transform_ip (GstBaseTransform * trans, GstBuffer * buffer)
{
  GstRecAudioPeaks *self = GST_REC_AUDIO_PEAKS (trans);
  const GstAudioInfo *info = &self->info;
  const GstSegment *segment = &trans->segment;
  g_autoptr (GstBuffer) inside = gst_buffer_ref (buffer);
  GstClockTime at = GST_CLOCK_TIME_NONE;
  guint64 silence;
  guint n, skip;

  if (segment->format == GST_FORMAT_TIME) {
    inside = gst_audio_buffer_clip (inside, segment, info->rate, info->bpf);
    if (inside == NULL)
      return GST_FLOW_OK;
    at = gst_segment_to_running_time (segment, GST_FORMAT_TIME,
        GST_BUFFER_PTS (inside));
  }
  if (self->has_failed || !begin (self))
    return GST_FLOW_ERROR;

  n = gst_buffer_get_size (inside) / info->bpf;
  silence = gst_rec_sound_line_place (&self->line, at, n,
      GST_BUFFER_IS_DISCONT (inside), &skip);
  GST_LOG_OBJECT (self, "%u frames, %" G_GUINT64_FORMAT " missing before "
      "them, %u of them known", n, silence, skip);
  gst_rec_peaks_add_silence (self->peaks, silence);
  add_sound (self, inside, skip, n - skip);

  return check_file (self) ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static void
handle_gap (GstRecAudioPeaks * self, const GstSegment * segment,
    GstEvent * event)
{
  GstClockTime start, end, duration;

  gst_event_parse_gap (event, &start, &duration);
  if (self->has_failed || !GST_AUDIO_INFO_IS_VALID (&self->info)
      || segment->format != GST_FORMAT_TIME)
    return;

  end = GST_CLOCK_TIME_IS_VALID (duration) ? start + duration : start;
  if (!gst_segment_clip (segment, GST_FORMAT_TIME, start, end, &start, &end)
      || !begin (self))
    return;

  gst_rec_sound_line_begin (&self->line,
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, start));
  gst_rec_peaks_add_silence (self->peaks,
      gst_rec_sound_line_fill (&self->line,
          gst_segment_to_running_time (segment, GST_FORMAT_TIME, end)));
  check_file (self);
}

static gboolean
gst_rec_audio_peaks_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  GstRecAudioPeaks *self = GST_REC_AUDIO_PEAKS (trans);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_GAP:
      handle_gap (self, &trans->segment, event);
      break;
    case GST_EVENT_FLUSH_STOP:
      drop_file (self);
      break;
    case GST_EVENT_EOS:
      finish (self);
      break;
    default:
      break;
  }

  return GST_BASE_TRANSFORM_CLASS (parent_class)->sink_event (trans, event);
}

static gboolean
gst_rec_audio_peaks_start (GstBaseTransform * trans)
{
  GstRecAudioPeaks *self = GST_REC_AUDIO_PEAKS (trans);

  GST_OBJECT_LOCK (self);
  self->used = self->settings;
  self->used.location = g_strdup (self->settings.location);
  GST_OBJECT_UNLOCK (self);
  gst_audio_info_init (&self->info);
  self->has_failed = FALSE;
  if (self->used.location == NULL || *self->used.location == '\0') {
    GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND,
        ("Set location to the file that the peaks shall be written to."),
        (NULL));
    return FALSE;
  }

  return open_file (self);
}

static gboolean
gst_rec_audio_peaks_stop (GstBaseTransform * trans)
{
  GstRecAudioPeaks *self = GST_REC_AUDIO_PEAKS (trans);

  if (self->peaks && !self->has_failed)
    GST_ELEMENT_INFO (self, RESOURCE, WRITE,
        ("%s was given up: the stream stopped before EOS.",
            self->used.location), (NULL));
  drop_file (self);
  gst_rec_sound_line_clear (&self->line);
  g_clear_pointer (&self->used.location, g_free);

  return TRUE;
}

/* --- Properties --- */

static void
gst_rec_audio_peaks_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecAudioPeaks *self = GST_REC_AUDIO_PEAKS (object);
  Settings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_LOCATION:
      g_free (settings->location);
      settings->location = g_value_dup_string (value);
      break;
    case PROP_SAMPLES_PER_PIXEL:
      settings->samples_per_pixel = g_value_get_uint (value);
      break;
    case PROP_BITS:
      settings->bits = g_value_get_enum (value);
      break;
    case PROP_SPLIT_CHANNELS:
      settings->split_channels = g_value_get_boolean (value);
      break;
    case PROP_START_TIME_SELECTION:
      settings->start = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rec_audio_peaks_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstRecAudioPeaks *self = GST_REC_AUDIO_PEAKS (object);
  const Settings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_LOCATION:
      g_value_set_string (value, settings->location);
      break;
    case PROP_SAMPLES_PER_PIXEL:
      g_value_set_uint (value, settings->samples_per_pixel);
      break;
    case PROP_BITS:
      g_value_set_enum (value, settings->bits);
      break;
    case PROP_SPLIT_CHANNELS:
      g_value_set_boolean (value, settings->split_channels);
      break;
    case PROP_START_TIME_SELECTION:
      g_value_set_enum (value, settings->start);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rec_audio_peaks_finalize (GObject * object)
{
  GstRecAudioPeaks *self = GST_REC_AUDIO_PEAKS (object);

  g_free (self->settings.location);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY
      | G_PARAM_STATIC_STRINGS;

  /**
   * GstRecAudioPeaks:location:
   *
   * The file that the peaks are written to. It appears, or is replaced, at EOS.
   *
   * Since: 0.1
   */
  props[PROP_LOCATION] = g_param_spec_string ("location", "Location",
      "File that the peaks are written to, complete at EOS (required)", NULL,
      flags);

  /**
   * GstRecAudioPeaks:samples-per-pixel:
   *
   * Samples of a channel for each pair of peaks.
   *
   * Since: 0.1
   */
  props[PROP_SAMPLES_PER_PIXEL] = g_param_spec_uint ("samples-per-pixel",
      "Samples per pixel", "Samples of a channel for each pair of peaks "
      "(2 - 1048576, default 512)", 2, 1 << 20, DEFAULT_SAMPLES_PER_PIXEL,
      flags);

  /**
   * GstRecAudioPeaks:bits:
   *
   * The resolution of the peaks.
   *
   * Since: 0.1
   */
  props[PROP_BITS] = g_param_spec_enum ("bits", "Bits",
      "Resolution of the peaks in bits (default 8)",
      GST_TYPE_REC_AUDIO_PEAKS_BITS, DEFAULT_BITS, flags);

  /**
   * GstRecAudioPeaks:split-channels:
   *
   * Peaks of every channel, instead of those of their mean.
   *
   * Since: 0.1
   */
  props[PROP_SPLIT_CHANNELS] = g_param_spec_boolean ("split-channels",
      "Split channels", "Peaks of every channel instead of those of their "
      "mean (default false)", DEFAULT_SPLIT_CHANNELS, flags);

  /**
   * GstRecAudioPeaks:start-time-selection:
   *
   * Where the peaks begin: with the first sound or gap, or at running time
   * zero.
   *
   * Since: 0.1
   */
  props[PROP_START_TIME_SELECTION] = g_param_spec_enum ("start-time-selection",
      "Start time selection", "Where the peaks begin: with the first sound or "
      "gap, or at running time zero (default first)",
      GST_TYPE_REC_AUDIO_PEAKS_START, DEFAULT_START, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, props);
}

static void
gst_rec_audio_peaks_class_init (GstRecAudioPeaksClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->set_property = gst_rec_audio_peaks_set_property;
  object_class->get_property = gst_rec_audio_peaks_get_property;
  object_class->finalize = gst_rec_audio_peaks_finalize;
  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Audio peaks",
      "Filter/Analyzer/Audio",
      "Writes the peaks of the sound that passes for a player's waveform",
      "the gst-plugins-recording authors");

  trans_class->start = gst_rec_audio_peaks_start;
  trans_class->stop = gst_rec_audio_peaks_stop;
  trans_class->set_caps = gst_rec_audio_peaks_set_caps;
  trans_class->sink_event = gst_rec_audio_peaks_sink_event;
  trans_class->transform_ip = gst_rec_audio_peaks_transform_ip;
  trans_class->passthrough_on_same_caps = TRUE;
  trans_class->transform_ip_on_passthrough = TRUE;

  gst_type_mark_as_plugin_api (GST_TYPE_REC_AUDIO_PEAKS_START, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_AUDIO_PEAKS_BITS, 0);
}

static void
gst_rec_audio_peaks_init (GstRecAudioPeaks * self)
{
  self->settings = (Settings) {
    NULL, DEFAULT_SAMPLES_PER_PIXEL, DEFAULT_BITS, DEFAULT_SPLIT_CHANNELS,
        DEFAULT_START
  };
  gst_audio_info_init (&self->info);
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), TRUE);
  gst_base_transform_set_gap_aware (GST_BASE_TRANSFORM (self), TRUE);
}
