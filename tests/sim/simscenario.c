/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "simscenario.h"

#include <gio/gio.h>
#include <string.h>

/* An agent's session: screen, webcam, two voices. */
const gchar sim_scenario_default[] =
    "stream screen codec=VP8 pt=96 size=640x360 fps=15 cname=agent\n"
    "stream webcam codec=VP8 pt=97 size=320x180 fps=30 cname=agent\n"
    "stream audio_0 codec=opus pt=111 cname=agent\n"
    "stream audio_1 codec=opus pt=111 cname=customer\n";

static const struct
{
  const gchar *name;
  SimEventType type;
} event_names[] = {
  {"pause", SIM_PAUSE},
  {"resume", SIM_RESUME},
  {"resume-stale", SIM_RESUME_STALE},
  {"new-ssrc", SIM_NEW_SSRC},
  {"resize", SIM_RESIZE},
  {"mute", SIM_MUTE},
  {"unmute", SIM_UNMUTE},
  {"dtx", SIM_DTX},
  {"dtx-end", SIM_DTX_END},
  {"lose", SIM_LOSE},
  {"payload-type", SIM_PAYLOAD_TYPE},
  {"new-port", SIM_NEW_PORT},
};

static gboolean
parse_number (const gchar * text, gint64 min, gint64 max, gint64 * number)
{
  return g_ascii_string_to_signed (text, 10, min, max, number, NULL);
}

static gboolean
parse_time (const gchar * text, guint64 unit, guint64 * time)
{
  gchar *end;
  gdouble number = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0' || !(number >= 0 && number < 1e6))
    return FALSE;
  *time = number * unit;

  return TRUE;
}

static gboolean
parse_dimensions (const gchar * text, guint32 * dimensions)
{
  g_auto (GStrv) parts = g_strsplit (text, "x", 2);
  gint64 width, height;

  if (g_strv_length (parts) != 2 || !parse_number (parts[0], 1, 4096, &width)
      || !parse_number (parts[1], 1, 4096, &height))
    return FALSE;
  *dimensions = SIM_DIMENSIONS (width, height);

  return TRUE;
}

static gboolean
parse_codec (const gchar * text, SimCodec * codec)
{
  for (guint i = 0; i < SIM_N_CODECS; i++) {
    if (g_ascii_strcasecmp (text, sim_codec_name (i)) == 0) {
      *codec = i;
      return TRUE;
    }
  }

  return FALSE;
}

#define NUMBER(key_name, field, min, max) \
  if (g_str_equal (key, key_name)) { \
    gint64 number; \
    if (!parse_number (value, min, max, &number)) \
      return FALSE; \
    stream->field = number; \
    return TRUE; \
  }
#define TIME(key_name, field, unit) \
  if (g_str_equal (key, key_name)) \
    return parse_time (value, unit, &stream->field);
#define TEXT(key_name, field) \
  if (g_str_equal (key, key_name)) { \
    stream->field = g_string_chunk_insert (self->strings, value); \
    return TRUE; \
  }

static gboolean
set (SimScenario * self, SimStream * stream, const gchar * key,
    const gchar * value)
{
  NUMBER ("pt", pt, 0, 127);
  NUMBER ("ssrc", ssrc, 0, G_MAXUINT32);
  NUMBER ("seq", seq, 0, G_MAXUINT16);
  NUMBER ("rtp-time", rtp_time, 0, G_MAXUINT32);
  NUMBER ("ppm", ppm, -100000, 100000);
  NUMBER ("fps", fps, 1, 120);
  NUMBER ("ptime", ptime, 10, 100);
  NUMBER ("loss-permille", loss_permille, 0, 1000);
  NUMBER ("reorder", reorder, 0, 1000000);
  NUMBER ("duplicate", duplicate, 0, 1000000);
  TIME ("start", start, SIM_SECOND);
  TIME ("delay", delay, SIM_MS);
  TIME ("jitter", jitter, SIM_MS);
  TIME ("report-interval", report_interval, SIM_SECOND);
  TIME ("ntp", ntp, SIM_SECOND);
  TEXT ("cname", cname);
  TEXT ("loss", loss_pattern);
  if (g_str_equal (key, "codec"))
    return parse_codec (value, &stream->codec);
  if (g_str_equal (key, "size"))
    return parse_dimensions (value, &stream->dimensions);

  return FALSE;
}

/* What mediasoup does where nothing else is said. */
static void
complete (SimStream * stream, guint n)
{
  gboolean is_video = sim_codec_is_video (stream->codec);

  if (stream->ssrc == 0)
    stream->ssrc = 0x10000000 * (n + 1);
  if (stream->fps == 0)
    stream->fps = 15;
  if (stream->ptime == 0)
    stream->ptime = 20;
  if (is_video && stream->dimensions == 0)
    stream->dimensions = SIM_DIMENSIONS (320, 180);
  if (!is_video)
    stream->dimensions = 0;
  if (stream->delay == 0)
    stream->delay = (is_video ? 10 : stream->ptime) * SIM_MS;
  if (stream->report_interval == 0)
    stream->report_interval = (is_video ? 1 : 5) * SIM_SECOND;
}

static gboolean
parse_stream (SimScenario * self, gchar ** words, GError ** error)
{
  SimStream stream = {.name = g_string_chunk_insert (self->strings,
        words[1]),.pt = 96 };

  for (guint i = 2; words[i]; i++) {
    g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

    if (*words[i] == '\0')
      continue;
    if (g_strv_length (pair) != 2 || !set (self, &stream, pair[0], pair[1])) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
          "stream %s: cannot use \"%s\"", words[1], words[i]);
      return FALSE;
    }
  }

  complete (&stream, self->streams->len);
  g_array_append_val (self->streams, stream);
  g_ptr_array_add (self->events, g_array_new (TRUE, TRUE, sizeof (SimEvent)));

  return TRUE;
}

static GArray *
find_events (SimScenario * self, const gchar * name)
{
  for (guint i = 0; i < self->streams->len; i++) {
    if (g_str_equal (g_array_index (self->streams, SimStream, i).name, name))
      return g_ptr_array_index (self->events, i);
  }

  return NULL;
}

static gboolean
parse_event_type (const gchar * text, SimEventType * type)
{
  for (guint i = 0; i < G_N_ELEMENTS (event_names); i++) {
    if (g_str_equal (event_names[i].name, text)) {
      *type = event_names[i].type;
      return TRUE;
    }
  }

  return FALSE;
}

static gboolean
parse_event_value (SimEvent * event, const gchar * text)
{
  gint64 number = 0;

  if (event->type == SIM_RESIZE)
    return text && parse_dimensions (text, &event->value);
  if (text && !parse_number (text, 0, G_MAXUINT32, &number))
    return FALSE;
  event->value = number;

  return TRUE;
}

/* at SECONDS NAME WHAT [VALUE] */
static gboolean
parse_event (SimScenario * self, gchar ** words, GError ** error)
{
  guint n = g_strv_length (words);
  GArray *events = n >= 4 ? find_events (self, words[2]) : NULL;
  SimEvent event = { 0 };

  if (n > 5 || events == NULL || !parse_time (words[1], SIM_SECOND, &event.at)
      || !parse_event_type (words[3], &event.type)
      || !parse_event_value (&event, words[4])) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "cannot use the event at \"%s\"", words[1] ? words[1] : "");
    return FALSE;
  }
  g_array_append_val (events, event);

  return TRUE;
}

static gboolean
parse_line (SimScenario * self, const gchar * line, GError ** error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (*line == '\0' || *line == '#')
    return TRUE;
  if (g_str_equal (words[0], "stream") && words[1])
    return parse_stream (self, words, error);
  if (g_str_equal (words[0], "at"))
    return parse_event (self, words, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
      "cannot use the line \"%s\"", line);

  return FALSE;
}

static gint
compare_events (gconstpointer a, gconstpointer b)
{
  const SimEvent *ea = a, *eb = b;

  return ea->at < eb->at ? -1 : ea->at > eb->at;
}

/* The events' arrays stay where they are from here on. */
static void
settle (SimScenario * self)
{
  for (guint i = 0; i < self->streams->len; i++) {
    GArray *events = g_ptr_array_index (self->events, i);

    g_array_sort (events, compare_events);
    g_array_index (self->streams, SimStream, i).events =
        (const SimEvent *) events->data;
  }
}

SimScenario *
sim_scenario_parse (const gchar * text, GError ** error)
{
  g_autoptr (SimScenario) self = g_new0 (SimScenario, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  self->streams = g_array_new (FALSE, TRUE, sizeof (SimStream));
  self->events = g_ptr_array_new_with_free_func (
      (GDestroyNotify) g_array_unref);
  self->strings = g_string_chunk_new (64);
  for (guint i = 0; lines[i]; i++) {
    if (!parse_line (self, g_strstrip (lines[i]), error))
      return NULL;
  }
  settle (self);

  return g_steal_pointer (&self);
}

void
sim_scenario_free (SimScenario * self)
{
  g_array_unref (self->streams);
  g_ptr_array_unref (self->events);
  g_string_chunk_free (self->strings);
  g_free (self);
}

const SimStream *
sim_scenario_streams (const SimScenario * self)
{
  return (const SimStream *) self->streams->data;
}

/* Sessions side by side have SSRCs of their own. */
void
sim_scenario_renumber (SimScenario * self, guint32 n)
{
  for (guint i = 0; i < self->streams->len; i++) {
    SimStream *stream = &g_array_index (self->streams, SimStream, i);

    stream->ssrc += n;
    stream->seq += n * 4711;
    stream->rtp_time += n * 2654435761u;
  }
}

static void
add_event (GArray * events, guint64 at, SimEventType type, guint32 value)
{
  SimEvent event = { at, type, value };

  g_array_append_val (events, event);
}

/* A break of @length, with or without another SSRC after it. */
static void
add_break (GArray * events, guint64 at, guint64 length, guint32 ssrc)
{
  add_event (events, at, SIM_PAUSE, 0);
  if (ssrc)
    add_event (events, at + length, SIM_NEW_SSRC, ssrc);
  add_event (events, at + length, SIM_RESUME, 0);
}

static void
add_video_event (GArray * events, GRand * rand, guint64 at,
    const SimStream * stream)
{
  guint divisor = g_rand_int_range (rand, 1, 4);

  add_event (events, at, SIM_RESIZE,
      SIM_DIMENSIONS (SIM_WIDTH (stream->dimensions) / divisor,
          SIM_HEIGHT (stream->dimensions) / divisor));
}

static void
add_sound_event (GArray * events, GRand * rand, guint64 at, guint64 length)
{
  if (g_rand_boolean (rand)) {
    add_event (events, at, SIM_DTX, g_rand_boolean (rand) ? 400 : 0);
    add_event (events, at + length, SIM_DTX_END, 0);
  } else {
    add_event (events, at, SIM_PAUSE, 0);
    add_event (events, at + length, SIM_RESUME_STALE, 0);
  }
}

/* Pauses, bursts of loss, rejoins and new sizes, a few each minute. */
void
sim_scenario_randomize (SimScenario * self, guint64 duration, guint32 seed)
{
  for (guint i = 0; i < self->streams->len; i++) {
    const SimStream *stream = &g_array_index (self->streams, SimStream, i);
    GArray *events = g_ptr_array_index (self->events, i);
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed + i);
    guint64 at = 3 * SIM_SECOND;

    while ((at += g_rand_int_range (rand, 1000, 20000) * SIM_MS) < duration) {
      guint64 length = g_rand_int_range (rand, 100, 8000) * SIM_MS;

      switch (g_rand_int_range (rand, 0, 4)) {
        case 0:
          add_break (events, at, length, 0);
          break;
        case 1:
          add_break (events, at, length, g_rand_int (rand) | 1);
          break;
        case 2:
          add_event (events, at, SIM_LOSE, g_rand_int_range (rand, 1, 30));
          break;
        default:
          if (sim_codec_is_video (stream->codec))
            add_video_event (events, rand, at, stream);
          else
            add_sound_event (events, rand, at, length);
          break;
      }
      at += length;
    }
  }
  settle (self);
}
