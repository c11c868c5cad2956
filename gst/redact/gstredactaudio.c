/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-redactaudio
 * @title: redactaudio
 * @short_description: masks what of a sound must not be recorded
 * @see_also: redact
 *
 * Replaces sound by silence or by a tone, for as long as
 * #GstRecRedactAudio:mask is set and in spans of running time, exact to the
 * sample. An application that masks picture and sound sets the same on both
 * elements.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 audiotestsrc wave=ticks num-buffers=300 ! redactaudio mask=true method=tone ! wavenc ! filesink location=tone.wav
 * ]| A tone, and no ticks.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstredactaudio.h"

#include "gstredactcontrol.h"
#include "tone.h"

GST_DEBUG_CATEGORY_STATIC (gst_rec_redact_audio_debug);
#define GST_CAT_DEFAULT gst_rec_redact_audio_debug

#define MAX_CHANNELS 256
#define CAPS "audio/x-raw, format = (string) " GST_AUDIO_FORMATS_ALL ", " \
    "rate = " GST_AUDIO_RATE_RANGE ", " \
    "channels = (int) [ 1, " G_STRINGIFY (MAX_CHANNELS) " ], " \
    "layout = (string) { interleaved, non-interleaved }"

typedef enum
{
  METHOD_SILENCE,
  METHOD_TONE
} Method;

#define GST_TYPE_REC_REDACT_AUDIO_METHOD (method_get_type ())
static GType
method_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {METHOD_SILENCE, "Silence", "silence"},
    {METHOD_TONE, "A tone", "tone"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecRedactAudioMethod", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

struct _GstRecRedactAudio
{
  GstAudioFilter parent;

  GstRecRedactControl control;

  /* control.lock */
  Method method;
  GstRecTone tone;

  /* STREAM_LOCK of the sink pad */
  GArray *cuts;                 /* Cut, of the buffer at hand */
  GstRecTone wanted;            /* there */
  GstClockTime time;            /* running time of its first sample, or NONE */
};

/* Samples to be masked. */
typedef struct
{
  guint first, n;
} Cut;

G_DEFINE_TYPE_WITH_CODE (GstRecRedactAudio, gst_rec_redact_audio,
    GST_TYPE_AUDIO_FILTER,
    GST_DEBUG_CATEGORY_INIT (gst_rec_redact_audio_debug, "redactaudio", 0,
        "masks what must not be recorded"));
GST_ELEMENT_REGISTER_DEFINE (redactaudio, "redactaudio", GST_RANK_NONE,
    GST_TYPE_REC_REDACT_AUDIO);
GST_ELEMENT_REGISTER_DEFINE (recredactaudio, "recredactaudio", GST_RANK_NONE,
    GST_TYPE_REC_REDACT_AUDIO);

#define parent_class gst_rec_redact_audio_parent_class

enum
{
  PROP_0,
  PROP_MASK,
  PROP_METHOD,
  PROP_FREQUENCY,
  PROP_VOLUME,
  N_PROPERTIES
};

#define DEFAULT_METHOD METHOD_SILENCE
#define DEFAULT_FREQUENCY 1000
#define DEFAULT_VOLUME 0.125

static GParamSpec *props[N_PROPERTIES];

/* --- Samples --- */

static const GstAudioInfo *
get_info (GstRecRedactAudio * self)
{
  return GST_AUDIO_FILTER_INFO (GST_AUDIO_FILTER (self));
}

static guint
count_samples (GstRecRedactAudio * self, GstBuffer * buffer)
{
  const GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer);

  return meta ? meta->samples :
      gst_buffer_get_size (buffer) / GST_AUDIO_INFO_BPF (get_info (self));
}

static GstClockTime
get_running_time (GstRecRedactAudio * self, GstBuffer * buffer)
{
  const GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;

  if (segment->format != GST_FORMAT_TIME || segment->rate <= 0
      || !GST_BUFFER_PTS_IS_VALID (buffer))
    return GST_CLOCK_TIME_NONE;

  return gst_segment_to_running_time (segment, GST_FORMAT_TIME,
      GST_BUFFER_PTS (buffer));
}

/* Samples in a second of running time. */
static guint
get_running_rate (GstRecRedactAudio * self)
{
  gdouble rate = GST_AUDIO_INFO_RATE (get_info (self))
      * ABS (GST_BASE_TRANSFORM (self)->segment.rate);

  return CLAMP (rate, 1, G_MAXINT);
}

/* What of the buffer, whose running time is known, is to be masked, and how. */
static void
judge (GstRecRedactAudio * self, guint n_samples)
{
  GstRecRedactControl *control = &self->control;
  const guint rate = get_running_rate (self);
  GstClockTime end = self->time;
  const GstRecSpan *span;
  guint position = 0;
  Cut cut;

  if (GST_CLOCK_TIME_IS_VALID (end))
    end += gst_util_uint64_scale_ceil (n_samples, GST_SECOND, rate);

  g_array_set_size (self->cuts, 0);
  gst_rec_redact_control_lock (control);
  while ((span = gst_rec_spans_next (&control->spans, self->time, end,
              &position)))
    if (gst_rec_span_cut (span, self->time, rate, n_samples, &cut.first,
            &cut.n))
      g_array_append_val (self->cuts, cut);
  self->wanted = self->tone;
  if (self->method == METHOD_SILENCE)
    self->wanted.volume = 0;
  control->judged = control->generation;
  control->is_passing = FALSE;
  gst_rec_redact_control_advance (control, end);
  gst_rec_redact_control_unlock (control);
}

/* What a GAP holds is silence whatever its bytes say. */
static void
end_gap (GstBuffer * buffer, const GstAudioBuffer * samples, GstClockTime time)
{
  const GstRecTone silence = { 0, 0 };

  if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    return;
  gst_rec_tone_fill (&silence, samples, time, 0, samples->n_samples);
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_GAP);
}

/* NULL: it must not leave. Takes @buffer. */
static GstBuffer *
mask (GstRecRedactAudio * self, GstBuffer * buffer)
{
  GstAudioBuffer samples;

  if (self->cuts->len == 0)
    return buffer;

  buffer = gst_buffer_make_writable (buffer);
  if (!gst_audio_buffer_map (&samples, get_info (self), buffer,
          GST_MAP_READWRITE)) {
    gst_buffer_unref (buffer);
    GST_ELEMENT_ERROR (self, RESOURCE, WRITE,
        ("Sound cannot be masked. Put \"audioconvert\" before the element, "
            "which copies it to memory that can be written."),
        ("cannot map a buffer for reading and writing"));
    return NULL;
  }
  if (self->wanted.volume > 0)
    end_gap (buffer, &samples, self->time);
  for (guint i = 0; i < self->cuts->len; i++) {
    const Cut *cut = &g_array_index (self->cuts, Cut, i);

    gst_rec_tone_fill (&self->wanted, &samples, self->time, cut->first,
        cut->n);
  }
  gst_audio_buffer_unmap (&samples);

  return buffer;
}

static GstFlowReturn
gst_rec_redact_audio_generate_output (GstBaseTransform * trans,
    GstBuffer ** outbuf)
{
  GstRecRedactAudio *self = GST_REC_REDACT_AUDIO (trans);
  GstBuffer *buffer = g_steal_pointer (&trans->queued_buf);

  *outbuf = NULL;
  if (!buffer)
    return GST_FLOW_OK;
  self->time = get_running_time (self, buffer);
  judge (self, count_samples (self, buffer));
  *outbuf = mask (self, buffer);

  return *outbuf ? GST_FLOW_OK : GST_FLOW_ERROR;
}

/* Behind the blocks of an application, and as the last thing that happens to a
 * buffer here. */
static GstPadProbeReturn
look_once_more (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  GstRecRedactAudio *self = user_data;

  while (!gst_rec_redact_control_may_pass (&self->control)) {
    judge (self, count_samples (self, GST_PAD_PROBE_INFO_BUFFER (info)));
    info->data = mask (self, GST_PAD_PROBE_INFO_BUFFER (info));
    if (!info->data)
      return GST_PAD_PROBE_HANDLED;
  }

  return GST_PAD_PROBE_OK;
}

/* --- Events and queries --- */

static gboolean
gst_rec_redact_audio_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  GstRecRedactAudio *self = GST_REC_REDACT_AUDIO (trans);

  if (GST_EVENT_IS_SERIALIZED (event))
    gst_rec_redact_control_hold (&self->control);
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    gst_rec_redact_control_reset (&self->control);

  return GST_BASE_TRANSFORM_CLASS (parent_class)->sink_event (trans, event);
}

static gboolean
gst_rec_redact_audio_query (GstBaseTransform * trans,
    GstPadDirection direction, GstQuery * query)
{
  GstRecRedactAudio *self = GST_REC_REDACT_AUDIO (trans);
  gboolean ret;

  if (direction == GST_PAD_SINK && GST_QUERY_IS_SERIALIZED (query))
    gst_rec_redact_control_hold (&self->control);
  ret = GST_BASE_TRANSFORM_CLASS (parent_class)->query (trans, direction,
      query);
  if (ret && GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    gst_rec_redact_control_take_latency (&self->control, query);

  return ret;
}

static GstStateChangeReturn
gst_rec_redact_audio_change_state (GstElement * element,
    GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    gst_rec_redact_control_pause (&GST_REC_REDACT_AUDIO (element)->control);

  return GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
}

static gboolean
gst_rec_redact_audio_stop (GstBaseTransform * trans)
{
  gst_rec_redact_control_reset (&GST_REC_REDACT_AUDIO (trans)->control);

  return TRUE;
}

/* --- What is masked --- */

/* Sound that is over is not sent again. */
static void
ignore_change (GstBaseTransform * trans G_GNUC_UNUSED)
{
}

static guint
gst_rec_redact_audio_add_span (GstRecRedactAudio * self, guint64 start,
    guint64 stop)
{
  guint id = gst_rec_redact_control_add (&self->control, start, stop, NULL);

  if (id == 0)
    GST_WARNING_OBJECT (self, "A span from %" GST_TIME_FORMAT " to %"
        GST_TIME_FORMAT " is none: it must end after it starts",
        GST_TIME_ARGS (start), GST_TIME_ARGS (stop));

  return id;
}

static gboolean
gst_rec_redact_audio_remove_span (GstRecRedactAudio * self, guint id)
{
  return gst_rec_redact_control_remove (&self->control, id);
}

static gboolean
is_any (const GstRecSpan * span G_GNUC_UNUSED)
{
  return TRUE;
}

static void
gst_rec_redact_audio_clear_spans (GstRecRedactAudio * self)
{
  gst_rec_redact_control_remove_all (&self->control, is_any);
}

/* --- Properties --- */

static void
set_mask (GstRecRedactAudio * self, gboolean on)
{
  if (on == gst_rec_redact_control_is_standing (&self->control,
          GST_REC_STANDING_MASK))
    gst_rec_redact_control_settle (&self->control);
  else
    gst_rec_redact_control_stand (&self->control, GST_REC_STANDING_MASK, on,
        NULL);
}

static void
gst_rec_redact_audio_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecRedactAudio *self = GST_REC_REDACT_AUDIO (object);

  if (prop_id == PROP_MASK) {
    set_mask (self, g_value_get_boolean (value));
    return;
  }
  gst_rec_redact_control_lock (&self->control);
  switch (prop_id) {
    case PROP_METHOD:
      self->method = g_value_get_enum (value);
      break;
    case PROP_FREQUENCY:
      self->tone.frequency = g_value_get_double (value);
      break;
    case PROP_VOLUME:
      self->tone.volume = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  gst_rec_redact_control_unlock (&self->control);
}

static void
gst_rec_redact_audio_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstRecRedactAudio *self = GST_REC_REDACT_AUDIO (object);

  gst_rec_redact_control_lock (&self->control);
  switch (prop_id) {
    case PROP_MASK:
      g_value_set_boolean (value,
          self->control.standing[GST_REC_STANDING_MASK] != 0);
      break;
    case PROP_METHOD:
      g_value_set_enum (value, self->method);
      break;
    case PROP_FREQUENCY:
      g_value_set_double (value, self->tone.frequency);
      break;
    case PROP_VOLUME:
      g_value_set_double (value, self->tone.volume);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  gst_rec_redact_control_unlock (&self->control);
}

static void
gst_rec_redact_audio_finalize (GObject * object)
{
  GstRecRedactAudio *self = GST_REC_REDACT_AUDIO (object);

  gst_rec_redact_control_clear (&self->control);
  g_array_unref (self->cuts);

  G_OBJECT_CLASS (parent_class)->finalize (object);
}

/* --- Class --- */

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING
      | G_PARAM_STATIC_STRINGS;

  /**
   * GstRecRedactAudio:mask:
   *
   * Masks everything, from what leaves next on. Unset, it ends with what has
   * been captured until then.
   *
   * Since: 0.1
   */
  props[PROP_MASK] = gst_rec_redact_control_new_mask_property ();

  /**
   * GstRecRedactAudio:method:
   *
   * What is heard instead of what is masked.
   *
   * Since: 0.1
   */
  props[PROP_METHOD] = g_param_spec_enum ("method", "Method",
      "What is heard instead of what is masked (default silence)",
      GST_TYPE_REC_REDACT_AUDIO_METHOD, DEFAULT_METHOD, flags);

  /**
   * GstRecRedactAudio:frequency:
   *
   * Of the tone.
   *
   * Since: 0.1
   */
  props[PROP_FREQUENCY] = g_param_spec_double ("frequency", "Frequency",
      "Frequency in Hz of method tone (20 - 20000, default 1000)", 20, 20000,
      DEFAULT_FREQUENCY, flags);

  /**
   * GstRecRedactAudio:volume:
   *
   * Of the tone.
   *
   * Since: 0.1
   */
  props[PROP_VOLUME] = g_param_spec_double ("volume", "Volume",
      "Amplitude of method tone, 1 being full scale (0 - 1, default 0.125)", 0,
      1, DEFAULT_VOLUME, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, props);
}

static void
install_templates (GstElementClass * element_class)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);

  gst_audio_filter_class_add_pad_templates (GST_AUDIO_FILTER_CLASS
      (element_class), caps);
  gst_element_class_set_static_metadata (element_class, "Audio redaction",
      "Filter/Effect/Audio",
      "Replaces what must not be recorded by silence or a tone",
      "the gst-plugins-recording authors");
  gst_type_mark_as_plugin_api (GST_TYPE_REC_REDACT_AUDIO_METHOD, 0);
}

static void
gst_rec_redact_audio_class_init (GstRecRedactAudioClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->set_property = gst_rec_redact_audio_set_property;
  object_class->get_property = gst_rec_redact_audio_get_property;
  object_class->finalize = gst_rec_redact_audio_finalize;
  install_properties (object_class);

  /**
   * GstRecRedactAudio::add-span:
   * @start: running time in ns, or %GST_CLOCK_TIME_NONE for from now on
   * @stop: running time in ns, or %GST_CLOCK_TIME_NONE for until it is removed
   *
   * Masks each sample of which a part lies in the time.
   *
   * Returns: the span's id, or 0 if @stop is not after @start
   *
   * Since: 0.1
   */

  /**
   * GstRecRedactAudio::remove-span:
   * @id: what #GstRecRedactAudio::add-span gave
   *
   * Masks it no longer, from now on.
   *
   * Returns: whether there was one
   *
   * Since: 0.1
   */

  /**
   * GstRecRedactAudio::clear-spans:
   *
   * Removes all that #GstRecRedactAudio::add-span has added.
   *
   * Since: 0.1
   */
  gst_rec_redact_control_install_signals (G_TYPE_FROM_CLASS (klass),
      G_CALLBACK (gst_rec_redact_audio_add_span),
      G_CALLBACK (gst_rec_redact_audio_remove_span),
      G_CALLBACK (gst_rec_redact_audio_clear_spans));
  install_templates (GST_ELEMENT_CLASS (klass));

  GST_ELEMENT_CLASS (klass)->change_state = gst_rec_redact_audio_change_state;
  trans_class->generate_output = gst_rec_redact_audio_generate_output;
  trans_class->sink_event = gst_rec_redact_audio_sink_event;
  trans_class->query = gst_rec_redact_audio_query;
  trans_class->stop = gst_rec_redact_audio_stop;
}

static void
gst_rec_redact_audio_init (GstRecRedactAudio * self)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);

  gst_rec_redact_control_init (&self->control, trans, NULL, ignore_change);
  self->method = DEFAULT_METHOD;
  self->tone = (GstRecTone) { DEFAULT_FREQUENCY, DEFAULT_VOLUME };
  self->cuts = g_array_new (FALSE, FALSE, sizeof (Cut));

  /* Buffers are taken from upstream and masked in place. */
  gst_base_transform_set_passthrough (trans, TRUE);
  gst_pad_add_probe (GST_BASE_TRANSFORM_SRC_PAD (self),
      GST_PAD_PROBE_TYPE_BUFFER, look_once_more, self, NULL);
}
