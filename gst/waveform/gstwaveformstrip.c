/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-waveformstrip
 * @title: waveformstrip
 * @short_description: the sound as a strip of scrolling peaks
 * @see_also: audiopeaks, wavescope
 *
 * Draws the peaks of the last #GstRecWaveformStrip:span of sound, a band for
 * every channel, scrolling to the left, so that who cannot hear a recording
 * sees when somebody speaks. It goes to the `waveform` pad of dualcompositor or
 * to any other compositor.
 *
 * There is exactly one picture for each frame interval from the first sound to
 * the last; silence, GAP buffers, GAP events and holes draw the line in the
 * middle. A picture equal to the one before carries %GST_BUFFER_FLAG_GAP.
 *
 * Without other wishes downstream the strip is 1920x86 at 10 frames a second.
 *
 * Since: 0.1
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 audiotestsrc wave=ticks num-buffers=430 ! waveformstrip ! videoconvert ! video/x-raw,format=I420 ! x264enc ! mp4mux ! filesink location=ticks.mp4
 * ]| Ten seconds of ticks that scroll by.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstwaveformstrip.h"

#include <string.h>

#include "gstwaveformstripsettings.h"
#include "peaks.h"
#include "soundline.h"
#include "strip.h"

GST_DEBUG_CATEGORY_STATIC (gst_rec_waveform_strip_debug);
#define GST_CAT_DEFAULT gst_rec_waveform_strip_debug

#define DEFAULT_FPS_N 10
#define DEFAULT_FPS_D 1

#define ANY_WIDTH "(int) [ 1, 8192 ]"
#define ANY_HEIGHT "(int) [ 1, 8192 ]"
#define ANY_RATE "(fraction) [ 1/1, 1000/1 ]"
#define STRIP_CAPS(width, height, framerate) "video/x-raw, " \
    "format = (string) { BGRx, RGBx, xRGB, xBGR }, width = " width ", " \
    "height = " height ", framerate = " framerate

/* The base class fixates what is left open to 320x200 at 25 frames a second. A
 * strip is no such picture: what downstream leaves open is settled here. */
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (STRIP_CAPS ("1920", "86", "10/1") "; "
        STRIP_CAPS (ANY_WIDTH, "86", "10/1") "; "
        STRIP_CAPS ("1920", ANY_HEIGHT, "10/1") "; "
        STRIP_CAPS ("1920", "86", ANY_RATE) "; "
        STRIP_CAPS (ANY_WIDTH, ANY_HEIGHT, "10/1") "; "
        STRIP_CAPS (ANY_WIDTH, "86", ANY_RATE) "; "
        STRIP_CAPS ("1920", ANY_HEIGHT, ANY_RATE) "; "
        STRIP_CAPS (ANY_WIDTH, ANY_HEIGHT, ANY_RATE)));

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format = (string) " GST_REC_PEAKS_FORMATS
        ", layout = (string) interleaved, rate = (int) [ 8000, 192000 ], "
        "channels = (int) [ 1, 64 ]"));

struct _GstRecWaveformStrip
{
  GstAudioVisualizer parent;

  /* What the base class has put on its pads. */
  GstPadChainFunction base_chain;
  GstPadEventFunction base_sink_event;
  GstPadQueryFunction base_src_query;

  /* OBJECT_LOCK */
  GstRecWaveformStripSettings settings;
  gboolean has_new_settings;
  GstClockTime latency;

  /* Streaming thread */
  GstSegment segment;
  GstRecSoundLine line;
  gint fps_n, fps_d;
  gboolean takes_video_meta;    /* downstream */
  guint64 done;                 /* frames in peaks since the line's start */
  guint64 pictures;             /* since the line's start */
  GstRecPeaks *peaks;
  GstRecStrip *strip;
  GstRecBands used_bands;             /* of peaks and strip */
  guint used_span;
};

G_DEFINE_TYPE_WITH_CODE (GstRecWaveformStrip, gst_rec_waveform_strip,
    GST_TYPE_AUDIO_VISUALIZER,
    GST_DEBUG_CATEGORY_INIT (gst_rec_waveform_strip_debug, "waveformstrip", 0,
        "the sound as a strip of scrolling peaks"));
GST_ELEMENT_REGISTER_DEFINE (waveformstrip, "waveformstrip", GST_RANK_NONE,
    GST_TYPE_REC_WAVEFORM_STRIP);
GST_ELEMENT_REGISTER_DEFINE (recwaveformstrip, "recwaveformstrip",
    GST_RANK_NONE, GST_TYPE_REC_WAVEFORM_STRIP);

#define parent_class gst_rec_waveform_strip_parent_class

/* --- The picture --- */

/* A pixel of the colour as it stands in memory. */
static guint32
make_pixel (const GstVideoInfo * info, guint argb)
{
  guint8 bytes[4] = { 0xff, 0xff, 0xff, 0xff };
  guint32 pixel;

  for (guint c = 0; c < 3; c++)
    bytes[GST_VIDEO_INFO_COMP_POFFSET (info, c)] = argb >> (16 - 8 * c);
  memcpy (&pixel, bytes, sizeof pixel);

  return pixel;
}

static void
apply_look (GstRecWaveformStrip * self)
{
  const GstVideoInfo *info = &GST_AUDIO_VISUALIZER (self)->vinfo;
  guint n_bands = gst_rec_peaks_get_n_bands (self->peaks);
  g_autofree guint32 *colors = g_new (guint32, n_bands);
  guint32 background;
  gdouble gain;

  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < n_bands; i++)
    colors[i] = make_pixel (info,
        gst_rec_waveform_strip_settings_get_color (&self->settings, i));
  background = make_pixel (info, self->settings.background);
  gain = self->settings.gain;
  GST_OBJECT_UNLOCK (self);

  gst_rec_strip_set_colors (self->strip, background, colors);
  gst_rec_strip_set_gain (self->strip, gain);
}

static void
add_columns (const GstRecPeak * bands, guint64 n, gpointer user_data)
{
  GstRecWaveformStrip *self = user_data;

  gst_rec_strip_add (self->strip, bands, n);
}

static void
drop_picture (GstRecWaveformStrip * self)
{
  g_clear_pointer (&self->peaks, gst_rec_peaks_free);
  g_clear_pointer (&self->strip, gst_rec_strip_free);
}

/* The picture that the formats and the settings ask for. What is drawn already
 * stays where it still is right. */
static void
prepare_picture (GstRecWaveformStrip * self)
{
  GstAudioVisualizer *scope = GST_AUDIO_VISUALIZER (self);
  guint width = GST_VIDEO_INFO_WIDTH (&scope->vinfo);
  guint height = GST_VIDEO_INFO_HEIGHT (&scope->vinfo);
  GstRecBands bands;
  guint span, n_bands;

  GST_OBJECT_LOCK (self);
  self->has_new_settings = FALSE;
  bands = self->settings.bands;
  span = self->settings.span;
  GST_OBJECT_UNLOCK (self);

  n_bands = bands == GST_REC_BANDS_MIXED ? 1 : scope->ainfo.channels;
  if (self->strip == NULL || bands != self->used_bands
      || span != self->used_span
      || !gst_rec_strip_fits (self->strip, width, height, n_bands)) {
    GST_DEBUG_OBJECT (self, "%ux%u, %u bands, %u ms", width, height, n_bands,
        span);
    drop_picture (self);
    self->strip = gst_rec_strip_new (width, height, n_bands);
    self->peaks = gst_rec_peaks_new (&scope->ainfo,
        bands == GST_REC_BANDS_PER_CHANNEL, span, 1000 * (guint64) width,
        add_columns, self);
    self->used_bands = bands;
    self->used_span = span;
  } else {
    gst_rec_peaks_set_info (self->peaks, &scope->ainfo);
  }
  apply_look (self);
}

/* The sound is in the picture before the base class wants it drawn: a picture
 * that it leaves out, as it comes too late, takes no sound with it. */
static gboolean
gst_rec_waveform_strip_setup (GstAudioVisualizer * scope)
{
  scope->req_spf = 1;
  prepare_picture (GST_REC_WAVEFORM_STRIP (scope));

  return TRUE;
}

/* Pictures whose lines do not follow each other need not be copied. */
static gboolean
gst_rec_waveform_strip_decide_allocation (GstAudioVisualizer * scope,
    GstQuery * query)
{
  GST_REC_WAVEFORM_STRIP (scope)->takes_video_meta =
      gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);

  return GST_AUDIO_VISUALIZER_CLASS (parent_class)->decide_allocation (scope,
      query);
}

static gboolean
gst_rec_waveform_strip_render (GstAudioVisualizer * scope,
    GstBuffer * audio G_GNUC_UNUSED, GstVideoFrame * video)
{
  GstRecWaveformStrip *self = GST_REC_WAVEFORM_STRIP (scope);

  if (!gst_rec_strip_draw (self->strip, GST_VIDEO_FRAME_PLANE_DATA (video, 0),
          GST_VIDEO_FRAME_PLANE_STRIDE (video, 0)))
    GST_BUFFER_FLAG_SET (video->buffer, GST_BUFFER_FLAG_GAP);

  return TRUE;
}

/* --- Time --- */

static GstClockTime
time_of_picture (const GstRecWaveformStrip * self, guint64 picture)
{
  return self->line.start + gst_util_uint64_scale (picture,
      self->fps_d * GST_SECOND, self->fps_n);
}

/* In frames since the line's start. */
static guint64
end_of_picture (const GstRecWaveformStrip * self, guint64 picture)
{
  return gst_util_uint64_scale (picture + 1,
      (guint64) self->line.rate * self->fps_d, self->fps_n);
}

static void
set_latency (GstRecWaveformStrip * self)
{
  GST_OBJECT_LOCK (self);
  self->latency = gst_util_uint64_scale (GST_SECOND, self->fps_d, self->fps_n);
  GST_OBJECT_UNLOCK (self);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_latency (GST_OBJECT (self)));
}

/* The base class takes new formats whenever it likes. The line then begins anew
 * with the next picture. */
static void
follow_formats (GstRecWaveformStrip * self)
{
  GstAudioVisualizer *scope = GST_AUDIO_VISUALIZER (self);
  gint fps_n = GST_VIDEO_INFO_FPS_N (&scope->vinfo);
  gint fps_d = GST_VIDEO_INFO_FPS_D (&scope->vinfo);

  if (fps_n != self->fps_n || fps_d != self->fps_d) {
    if (self->pictures > 0) {
      guint64 gone = end_of_picture (self, self->pictures - 1);

      self->line.start = time_of_picture (self, self->pictures);
      self->line.frames -= MIN (gone, self->line.frames);
      self->done -= MIN (gone, self->done);
      self->pictures = 0;
    }
    self->fps_n = fps_n;
    self->fps_d = fps_d;
    set_latency (self);
  }
  if (scope->ainfo.rate != self->line.rate) {
    gint rate = self->line.rate;

    gst_rec_sound_line_set_rate (&self->line, scope->ainfo.rate);
    if (rate)
      self->done = gst_util_uint64_scale_round (self->done,
          scope->ainfo.rate, rate);
  }
}

static gboolean
is_ready (const GstRecWaveformStrip * self)
{
  return self->strip && self->fps_n > 0;
}

static void
restart (GstRecWaveformStrip * self)
{
  gst_rec_sound_line_restart (&self->line);
  self->done = 0;
  self->pictures = 0;
}

/* --- What comes --- */

/* The base class negotiates, allocates, and draws a picture into each buffer.
 *
 * Without the flag DISCONT it shows sound twice where buffers are shorter than
 * two pictures, and pictures at the rate of buffers. With it, and a sample at a
 * time, it makes one picture of each. */
static GstFlowReturn
push_copy (GstRecWaveformStrip * self, GstPad * sinkpad, GstClockTime at)
{
  guint bpf = GST_AUDIO_VISUALIZER (self)->ainfo.bpf;
  GstBuffer *tick = gst_buffer_new_allocate (NULL, bpf, NULL);

  gst_buffer_memset (tick, 0, 0, bpf);
  GST_BUFFER_FLAG_SET (tick, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_PTS (tick) = at;

  return self->base_chain (sinkpad, GST_OBJECT (self), tick);
}

/* It costs next to nothing, so no picture is left out for being late. */
static GstFlowReturn
push_shared (GstRecWaveformStrip * self, GstPad * srcpad, GstClockTime at)
{
  const GstVideoInfo *info = &GST_AUDIO_VISUALIZER (self)->vinfo;
  GstBuffer *buffer = gst_buffer_new ();
  gsize offsets[GST_VIDEO_MAX_PLANES] = { 0 };
  gint strides[GST_VIDEO_MAX_PLANES] = { 0 };
  gboolean has_changed;
  gsize stride;

  gst_buffer_append_memory (buffer, gst_rec_strip_share (self->strip, &stride,
          &has_changed));
  strides[0] = stride;
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), info->width, info->height, 1, offsets,
      strides);
  GST_BUFFER_PTS (buffer) = at;
  GST_BUFFER_DURATION (buffer) =
      gst_util_uint64_scale (GST_SECOND, self->fps_d, self->fps_n);
  if (!has_changed)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);

  return gst_pad_push (srcpad, buffer);
}

static GstFlowReturn
push_picture (GstRecWaveformStrip * self, GstPad * sinkpad)
{
  g_autoptr (GstPad) srcpad =
      gst_element_get_static_pad (GST_ELEMENT (self), "src");
  GstClockTime at = time_of_picture (self, self->pictures++);
  GstFlowReturn ret;

  if (self->takes_video_meta && !gst_pad_needs_reconfigure (srcpad))
    return push_shared (self, srcpad, at);

  ret = push_copy (self, sinkpad, at);
  follow_formats (self);

  return ret;
}

/* Before the sound of a picture is added, as some settings empty the strip. */
static void
follow_settings (GstRecWaveformStrip * self)
{
  gboolean has_new_settings;

  gst_object_sync_values (GST_OBJECT (self),
      time_of_picture (self, self->pictures));
  GST_OBJECT_LOCK (self);
  has_new_settings = self->has_new_settings;
  GST_OBJECT_UNLOCK (self);
  if (has_new_settings)
    prepare_picture (self);
}

/* n frames, silent ones without data. */
static GstFlowReturn
add_sound (GstRecWaveformStrip * self, GstPad * sinkpad, const guint8 * data,
    guint64 n)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (n > 0 && ret == GST_FLOW_OK) {
    guint64 end = end_of_picture (self, self->pictures);
    guint64 take = MIN (n, end - MIN (end, self->done));

    follow_settings (self);
    if (data) {
      gst_rec_peaks_add (self->peaks, data, take);
      data += take * GST_AUDIO_VISUALIZER (self)->ainfo.bpf;
    } else {
      gst_rec_peaks_add_silence (self->peaks, take);
    }
    self->done += take;
    n -= take;
    if (self->done >= end)
      ret = push_picture (self, sinkpad);
  }

  return ret;
}

/* After the whole span there is nothing more to see: a GAP event stands for the
 * pictures of a long silence. */
static GstFlowReturn
add_silence (GstRecWaveformStrip * self, GstPad * sinkpad, guint64 n)
{
  guint64 visible = gst_util_uint64_scale (self->used_span + 1000,
      self->line.rate, 1000);
  guint64 pictures, start;
  GstFlowReturn ret = add_sound (self, sinkpad, NULL, MIN (n, visible));

  if (n <= visible || ret != GST_FLOW_OK)
    return ret;

  n -= visible;
  start = self->pictures;
  pictures = gst_util_uint64_scale (n, self->fps_n,
      (guint64) self->line.rate * self->fps_d);
  if (pictures > 1) {
    g_autoptr (GstPad) srcpad =
        gst_element_get_static_pad (GST_ELEMENT (self), "src");
    guint64 frames;

    self->pictures += pictures - 1;
    frames = end_of_picture (self, self->pictures - 1) - self->done;
    gst_rec_peaks_add_silence (self->peaks, frames);
    self->done += frames;
    n -= frames;
    gst_pad_push_event (srcpad,
        gst_event_new_gap (time_of_picture (self, start),
            time_of_picture (self, self->pictures)
            - time_of_picture (self, start)));
  }

  return add_sound (self, sinkpad, NULL, n);
}

static GstFlowReturn
add_buffer (GstRecWaveformStrip * self, GstPad * sinkpad, GstBuffer * buffer)
{
  guint bpf = GST_AUDIO_VISUALIZER (self)->ainfo.bpf;
  guint n = gst_buffer_get_size (buffer) / bpf, skip;
  guint64 silence = gst_rec_sound_line_place (&self->line,
      GST_BUFFER_PTS (buffer), n, GST_BUFFER_IS_DISCONT (buffer), &skip);
  GstFlowReturn ret = add_silence (self, sinkpad, silence);
  GstMapInfo map;

  if (ret != GST_FLOW_OK || n == skip)
    return ret;
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    return add_silence (self, sinkpad, n - skip);
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_ERROR;

  ret = add_sound (self, sinkpad, map.data + (gsize) skip * bpf, n - skip);
  gst_buffer_unmap (buffer, &map);

  return ret;
}

static GstFlowReturn
gst_rec_waveform_strip_chain (GstPad * pad, GstObject * parent,
    GstBuffer * buffer)
{
  GstRecWaveformStrip *self = GST_REC_WAVEFORM_STRIP (parent);
  const GstAudioInfo *info = &GST_AUDIO_VISUALIZER (self)->ainfo;
  g_autoptr (GstBuffer) inside = buffer;

  if (!is_ready (self))
    return GST_FLOW_NOT_NEGOTIATED;
  if (self->segment.format == GST_FORMAT_TIME)
    inside = gst_audio_buffer_clip (inside, &self->segment, info->rate,
        info->bpf);

  return inside ? add_buffer (self, pad, inside) : GST_FLOW_OK;
}

/* The last picture may show less sound than the others. */
static void
drain (GstRecWaveformStrip * self, GstPad * sinkpad)
{
  guint64 end;

  if (!is_ready (self))
    return;

  end = end_of_picture (self, self->pictures);
  if (self->done > 0 && (self->pictures == 0
          || self->done > end_of_picture (self, self->pictures - 1)))
    add_sound (self, sinkpad, NULL, end - self->done);
}

static gboolean
handle_gap (GstRecWaveformStrip * self, GstPad * sinkpad, GstEvent * event)
{
  GstClockTime start, end, duration;

  gst_event_parse_gap (event, &start, &duration);
  end = GST_CLOCK_TIME_IS_VALID (duration) ? start + duration : start;
  if (!gst_segment_clip (&self->segment, GST_FORMAT_TIME, start, end, &start,
          &end))
    return TRUE;

  gst_rec_sound_line_begin (&self->line, start);

  return add_silence (self, sinkpad, gst_rec_sound_line_fill (&self->line,
          end)) == GST_FLOW_OK;
}

/* A new segment begins with a new picture, the strip scrolls on. */
static void
handle_segment (GstRecWaveformStrip * self, GstPad * sinkpad, GstEvent * event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (gst_segment_is_equal (segment, &self->segment))
    return;

  drain (self, sinkpad);
  restart (self);
  gst_segment_copy_into (segment, &self->segment);
}

static gboolean
gst_rec_waveform_strip_sink_event (GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstRecWaveformStrip *self = GST_REC_WAVEFORM_STRIP (parent);
  gboolean ret;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      ret = self->base_sink_event (pad, parent, event);
      if (ret)
        follow_formats (self);
      return ret;
    case GST_EVENT_GAP:
      if (!is_ready (self) || self->segment.format != GST_FORMAT_TIME)
        break;
      ret = handle_gap (self, pad, event);
      gst_event_unref (event);
      return ret;
    case GST_EVENT_SEGMENT:
      handle_segment (self, pad, event);
      break;
    case GST_EVENT_FLUSH_STOP:
      restart (self);
      gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
      if (is_ready (self)) {
        drop_picture (self);
        prepare_picture (self);
      }
      break;
    case GST_EVENT_EOS:
      drain (self, pad);
      break;
    default:
      break;
  }

  return self->base_sink_event (pad, parent, event);
}

/* The base class calls all that comes live, and a compositor then waits for
 * nothing. */
static gboolean
answer_latency (GstRecWaveformStrip * self, GstQuery * query)
{
  g_autoptr (GstPad) sinkpad =
      gst_element_get_static_pad (GST_ELEMENT (self), "sink");
  GstClockTime min, max, latency;
  gboolean is_live;

  if (!gst_pad_peer_query (sinkpad, query))
    return FALSE;

  GST_OBJECT_LOCK (self);
  latency = self->latency;
  GST_OBJECT_UNLOCK (self);
  gst_query_parse_latency (query, &is_live, &min, &max);
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += latency;
  gst_query_set_latency (query, is_live, min + latency, max);

  return TRUE;
}

static gboolean
gst_rec_waveform_strip_src_query (GstPad * pad, GstObject * parent,
    GstQuery * query)
{
  GstRecWaveformStrip *self = GST_REC_WAVEFORM_STRIP (parent);

  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return answer_latency (self, query);

  return self->base_src_query (pad, parent, query);
}

static GstStateChangeReturn
gst_rec_waveform_strip_change_state (GstElement * element,
    GstStateChange transition)
{
  GstRecWaveformStrip *self = GST_REC_WAVEFORM_STRIP (element);
  GstStateChangeReturn ret =
      GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    drop_picture (self);
    gst_rec_sound_line_clear (&self->line);
    restart (self);
    self->fps_n = self->fps_d = 0;
    gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  }

  return ret;
}

/* --- Properties --- */

static void
gst_rec_waveform_strip_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecWaveformStrip *self = GST_REC_WAVEFORM_STRIP (object);
  gboolean is_known;

  GST_OBJECT_LOCK (self);
  is_known = gst_rec_waveform_strip_settings_set (&self->settings, prop_id,
      value);
  self->has_new_settings = TRUE;
  GST_OBJECT_UNLOCK (self);
  if (!is_known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
gst_rec_waveform_strip_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstRecWaveformStrip *self = GST_REC_WAVEFORM_STRIP (object);
  gboolean is_known;

  GST_OBJECT_LOCK (self);
  is_known = gst_rec_waveform_strip_settings_get (&self->settings, prop_id,
      value);
  GST_OBJECT_UNLOCK (self);
  if (!is_known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
gst_rec_waveform_strip_finalize (GObject * object)
{
  GstRecWaveformStrip *self = GST_REC_WAVEFORM_STRIP (object);

  drop_picture (self);
  gst_rec_sound_line_clear (&self->line);
  gst_rec_waveform_strip_settings_clear (&self->settings);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_rec_waveform_strip_class_init (GstRecWaveformStripClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstAudioVisualizerClass *scope_class = GST_AUDIO_VISUALIZER_CLASS (klass);

  object_class->set_property = gst_rec_waveform_strip_set_property;
  object_class->get_property = gst_rec_waveform_strip_get_property;
  object_class->finalize = gst_rec_waveform_strip_finalize;
  gst_rec_waveform_strip_settings_install (object_class);

  element_class->change_state = gst_rec_waveform_strip_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Waveform strip",
      "Visualization", "Draws the sound as a strip of scrolling peaks",
      "the gst-plugins-recording authors");

  scope_class->setup = gst_rec_waveform_strip_setup;
  scope_class->decide_allocation = gst_rec_waveform_strip_decide_allocation;
  scope_class->render = gst_rec_waveform_strip_render;

  gst_type_mark_as_plugin_api (GST_TYPE_REC_WAVEFORM_STRIP_BANDS, 0);
}

static void
gst_rec_waveform_strip_init (GstRecWaveformStrip * self)
{
  g_autoptr (GstPad) sinkpad =
      gst_element_get_static_pad (GST_ELEMENT (self), "sink");
  g_autoptr (GstPad) srcpad =
      gst_element_get_static_pad (GST_ELEMENT (self), "src");

  gst_rec_waveform_strip_settings_init (&self->settings);
  self->latency = gst_util_uint64_scale (GST_SECOND, DEFAULT_FPS_D,
      DEFAULT_FPS_N);
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);

  /* Every pixel is drawn: there is nothing to shade. */
  g_object_set (self, "shader", GST_AUDIO_VISUALIZER_SHADER_NONE, NULL);

  self->base_chain = GST_PAD_CHAINFUNC (sinkpad);
  self->base_sink_event = GST_PAD_EVENTFUNC (sinkpad);
  self->base_src_query = GST_PAD_QUERYFUNC (srcpad);
  gst_pad_set_chain_function (sinkpad, gst_rec_waveform_strip_chain);
  gst_pad_set_event_function (sinkpad, gst_rec_waveform_strip_sink_event);
  gst_pad_set_query_function (srcpad, gst_rec_waveform_strip_src_query);
}
