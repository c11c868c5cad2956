/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "simwatch.h"

#include <gst/audio/audio.h>
#include <gst/video/video.h>

/* A beep that is preceded by this much of silence begins here. */
#define QUIET_MS 150
#define LOUD 4000
#define WHITE 128

/* called with the lock held */
static void
cover (SimWatch * self, GstClockTime from, GstClockTime until)
{
  if (self->first == GST_CLOCK_TIME_NONE)
    self->first = from;
  else if (from != self->position)
    self->holes++;
  self->position = until;
}

/* called with the lock held */
static void
take_samples (SimWatch * self, GstBuffer * buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstMapInfo map;
  gsize n;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  n = map.size / (2 * self->channels);
  for (gsize i = 0; i < n; i++) {
    gint sample = ((const gint16 *) map.data)[i * self->channels];

    if (ABS (sample) < LOUD) {
      self->quiet++;
      self->longest_quiet = MAX (self->longest_quiet, self->quiet);
      continue;
    }
    if (self->loud == 0
        || self->quiet > (guint64) self->rate * QUIET_MS / 1000) {
      GstClockTime at = pts + i * GST_SECOND / self->rate;

      g_array_append_val (self->signs, at);
    }
    self->quiet = 0;
    self->loud++;
  }
  gst_buffer_unmap (buffer, &map);
  self->samples += n;
  cover (self, pts, pts + GST_BUFFER_DURATION (buffer));
}

/* called with the lock held */
static void
take_picture (SimWatch * self, GstBuffer * buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  guint8 luma = 0;
  gboolean is_white;

  gst_buffer_extract (buffer, 0, &luma, 1);
  is_white = luma > WHITE;
  if (is_white && !self->is_white)
    g_array_append_val (self->signs, pts);
  self->is_white = is_white;

  if (self->first == GST_CLOCK_TIME_NONE)
    self->first = pts;
  else if (self->position != GST_CLOCK_TIME_NONE && self->pictures->len > 0
      && pts < g_array_index (self->pictures, GstClockTime,
          self->pictures->len - 1))
    self->holes++;
  g_array_append_val (self->pictures, pts);
  self->position = MAX (pts, self->position == GST_CLOCK_TIME_NONE ? 0 :
      self->position);
}

static GstPadProbeReturn
on_buffer (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info, gpointer data)
{
  SimWatch *self = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  g_mutex_lock (&self->lock);
  self->buffers++;
  if (self->rate > 0)
    take_samples (self, buffer);
  else
    take_picture (self, buffer);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);

  return GST_PAD_PROBE_OK;
}

/* called with the lock held */
static void
take_caps (SimWatch * self, GstCaps * caps)
{
  GstAudioInfo audio;
  GstVideoInfo video;

  if (g_str_has_prefix (gst_structure_get_name (gst_caps_get_structure (caps,
                  0)), "audio/x-raw") && gst_audio_info_from_caps (&audio,
          caps)) {
    self->rate = audio.rate;
    self->channels = audio.channels;
  } else if (gst_video_info_from_caps (&video, caps)) {
    SimSize size = { self->position, video.width, video.height };

    g_array_append_val (self->sizes, size);
  }
}

/* called with the lock held */
static void
take_gap (SimWatch * self, GstEvent * event)
{
  GstClockTime from, duration;

  gst_event_parse_gap (event, &from, &duration);
  self->gaps++;
  self->gap_time += duration;
  self->position = from + duration;
}

static GstPadProbeReturn
on_event (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info, gpointer data)
{
  SimWatch *self = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;

  g_mutex_lock (&self->lock);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      take_caps (self, caps);
      break;
    case GST_EVENT_GAP:
      take_gap (self, event);
      break;
    case GST_EVENT_EOS:
      self->eos = TRUE;
      break;
    default:
      break;
  }
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);

  return GST_PAD_PROBE_OK;
}

SimWatch *
sim_watch_new (GstPad * pad)
{
  SimWatch *self = g_new0 (SimWatch, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->first = self->position = GST_CLOCK_TIME_NONE;
  self->signs = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  self->pictures = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  self->sizes = g_array_new (FALSE, FALSE, sizeof (SimSize));
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, self, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self,
      NULL);

  return self;
}

void
sim_watch_free (SimWatch * self)
{
  g_array_unref (self->signs);
  g_array_unref (self->pictures);
  g_array_unref (self->sizes);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

/* FALSE: the pad was not there at @real_end, by the monotonic clock. */
gboolean
sim_watch_wait (SimWatch * self, GstClockTime position, gint64 real_end)
{
  gboolean there;

  g_mutex_lock (&self->lock);
  while (!self->eos && (self->position == GST_CLOCK_TIME_NONE
          || self->position < position)) {
    if (!g_cond_wait_until (&self->cond, &self->lock, real_end))
      break;
  }
  there = self->eos || (self->position != GST_CLOCK_TIME_NONE
      && self->position >= position);
  g_mutex_unlock (&self->lock);

  return there;
}

/* The flash or beep nearest to @time, NONE without any. */
GstClockTime
sim_watch_sign (const SimWatch * self, GstClockTime time)
{
  GstClockTime nearest = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < self->signs->len; i++) {
    GstClockTime sign = g_array_index (self->signs, GstClockTime, i);

    if (nearest == GST_CLOCK_TIME_NONE || ABS (GST_CLOCK_DIFF (time, sign))
        < ABS (GST_CLOCK_DIFF (time, nearest)))
      nearest = sign;
  }

  return nearest;
}

guint
sim_watch_pictures_between (const SimWatch * self, GstClockTime from,
    GstClockTime until)
{
  guint n = 0;

  for (guint i = 0; i < self->pictures->len; i++) {
    GstClockTime pts = g_array_index (self->pictures, GstClockTime, i);

    n += pts >= from && pts < until;
  }

  return n;
}
