/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The senders of a session, behind an SFU, without a clock, a socket or an
 * encoder: packets in the order of their times, made from a table. The same
 * table and seed give the same packets.
 *
 * Every whole second of true time there is a white picture and a beep, however
 * fast the clocks of their senders are. */

#include "simsender.h"

#include <string.h>

#define RTP_HEADER 12
#define REORDER_DELAY (30 * SIM_MS)
#define MILLION 1000000

typedef struct
{
  const SimStream *table;
  const SimMedia *media;
  const SimEvent *event;        /* the next one */
  GRand *rand;

  guint64 n;                    /* units since the start */
  guint64 next_report;
  guint64 last_sent;            /* the line keeps the order */

  guint32 ssrc;
  guint16 seq;
  guint8 pt;
  guint port;
  guint32 rtp_base;             /* RTP time at unit 0 */
  guint64 paused_at;            /* ticks of the first unit not sent */
  gboolean is_paused;
  gboolean is_muted;
  gboolean is_dtx;
  guint64 dtx_interval;
  guint64 dtx_next;
  guint32 dimensions;
  guint run;                    /* the next picture of the run */

  guint lose;
  guint64 packets;              /* with those that are lost */
  guint32 sent;
  guint32 octets;
} Sender;

struct _SimSender
{
  Sender *senders;
  guint n_senders;
  guint64 duration;
  GQueue pending;               /* of SimPacket, by time */
};

static guint
clock_rate (const Sender * self)
{
  return sim_codec_clock_rate (self->table->codec);
}

static gboolean
is_video (const Sender * self)
{
  return sim_codec_is_video (self->table->codec);
}

/* When a unit was taken: a camera is told by true time, a sound card counts
 * samples. */
static guint64
unit_time (const Sender * self, guint64 n)
{
  const SimStream *t = self->table;

  if (is_video (self))
    return t->start + n * SIM_SECOND / t->fps;

  return t->start + n * t->ptime * MILLION / (MILLION + t->ppm) * SIM_MS
      + n * t->ptime * MILLION % (MILLION + t->ppm) * SIM_MS
      / (MILLION + t->ppm);
}

/* True time since the start in ticks of the sender's clock. */
static guint64
ticks_at (const Sender * self, guint64 time)
{
  gint64 rate = clock_rate (self);
  guint64 since = time - self->table->start;
  guint64 seconds = since / SIM_SECOND, rest = since % SIM_SECOND;
  gint64 extra = (gint64) seconds * rate * self->table->ppm / MILLION
      + (gint64) rest * rate / 1000 * self->table->ppm / MILLION / MILLION;

  return seconds * rate + rest * rate / SIM_SECOND + extra;
}

static guint64
unit_ticks (const Sender * self, guint64 n)
{
  if (is_video (self))
    return ticks_at (self, unit_time (self, n));

  return n * self->table->ptime * clock_rate (self) / 1000;
}

static guint64
next_unit_time (const SimSender * self, const Sender * sender)
{
  guint64 time = unit_time (sender, sender->n);

  return time < self->duration ? time : SIM_NEVER;
}

/* Events */

/* From what has one sender told by another. */
static guint32
scatter (guint32 value)
{
  return (value ^ value >> 15) * 2654435761u;
}

static void
change_ssrc (Sender * self, guint32 ssrc)
{
  self->ssrc = ssrc;
  self->seq = scatter (ssrc);
  self->rtp_base = scatter (ssrc + 1) - (guint32) unit_ticks (self, self->n);
  self->run = 0;
  self->sent = self->octets = 0;
}

static void
resume (Sender * self, gboolean is_stale)
{
  if (self->is_paused && is_stale)
    self->rtp_base -= unit_ticks (self, self->n) - self->paused_at;
  self->is_paused = FALSE;
  self->run = 0;
}

static void
apply (Sender * self, const SimEvent * event)
{
  switch (event->type) {
    case SIM_PAUSE:
      self->is_paused = TRUE;
      self->paused_at = unit_ticks (self, self->n);
      break;
    case SIM_RESUME:
    case SIM_RESUME_STALE:
      resume (self, event->type == SIM_RESUME_STALE);
      break;
    case SIM_NEW_SSRC:
      change_ssrc (self, event->value);
      break;
    case SIM_RESIZE:
      self->dimensions = event->value;
      self->run = 0;
      break;
    case SIM_MUTE:
    case SIM_UNMUTE:
      self->is_muted = event->type == SIM_MUTE;
      break;
    case SIM_DTX:
    case SIM_DTX_END:
      self->is_dtx = event->type == SIM_DTX;
      self->dtx_interval = event->value ? event->value * SIM_MS : SIM_NEVER;
      self->dtx_next = event->at;
      if (event->value == 0)
        self->dtx_next = SIM_NEVER;
      break;
    case SIM_LOSE:
      self->lose = event->value;
      break;
    case SIM_PAYLOAD_TYPE:
      self->pt = event->value;
      break;
    case SIM_NEW_PORT:
      self->port++;
      break;
    case SIM_END:
      break;
  }
}

static void
apply_events (Sender * self, guint64 time)
{
  while (self->event && self->event->type != SIM_END
      && self->event->at <= time)
    apply (self, self->event++);
}

/* The line */

static gint
compare_time (gconstpointer a, gconstpointer b, gpointer data G_GNUC_UNUSED)
{
  const SimPacket *pa = a, *pb = b;

  return pa->at < pb->at ? -1 : pa->at > pb->at;
}

static void
enqueue (SimSender * self, SimPacket * packet)
{
  const SimPacket *tail = g_queue_peek_tail (&self->pending);

  if (!tail || tail->at <= packet->at)
    g_queue_push_tail (&self->pending, packet);
  else
    g_queue_insert_sorted (&self->pending, packet, compare_time, NULL);
}

static gboolean
is_lost (Sender * self)
{
  const gchar *pattern = self->table->loss_pattern;
  gboolean lost = self->lose > 0;

  if (lost)
    self->lose--;
  if (pattern && pattern[self->packets % strlen (pattern)] == 'x')
    lost = TRUE;
  if (self->table->loss_permille > 0
      && g_rand_int_range (self->rand, 0, 1000)
      < (gint32) self->table->loss_permille)
    lost = TRUE;

  return lost;
}

static gboolean
is_nth (const Sender * self, guint n)
{
  return n > 0 && self->packets % n == n - 1;
}

static guint64
send_time (Sender * self, guint64 time)
{
  guint64 at = time + self->table->delay;

  if (self->table->jitter > 0)
    at += g_rand_int_range (self->rand, 0, self->table->jitter / 1000) * 1000;
  at = MAX (at, self->last_sent);
  self->last_sent = at;

  return is_nth (self, self->table->reorder) ? at + REORDER_DELAY : at;
}

static void
write_rtp_header (const Sender * self, guint8 * data, gboolean marker,
    guint32 rtp)
{
  guint16 seq = GUINT16_TO_BE (self->seq);
  guint32 ssrc = GUINT32_TO_BE (self->ssrc);

  rtp = GUINT32_TO_BE (rtp);
  data[0] = 0x80;
  data[1] = self->pt | (marker ? 0x80 : 0);
  memcpy (data + 2, &seq, 2);
  memcpy (data + 4, &rtp, 4);
  memcpy (data + 8, &ssrc, 4);
}

static void
send_payload (SimSender * self, Sender * sender, GBytes * payload,
    gboolean marker, guint64 time)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (payload, &size);
  guint64 at = send_time (sender, time);
  gboolean lost = is_lost (sender);
  guint copies = 1 + is_nth (sender, sender->table->duplicate);

  g_assert (RTP_HEADER + size <= SIM_MTU);
  for (guint i = 0; i < copies; i++) {
    SimPacket *packet = g_new (SimPacket, 1);

    packet->at = at;
    packet->stream = sender - self->senders;
    packet->port = sender->port;
    packet->is_rtcp = FALSE;
    packet->is_lost = lost;
    packet->size = RTP_HEADER + size;
    write_rtp_header (sender, packet->data, marker, sender->rtp_base
        + (guint32) unit_ticks (sender, sender->n));
    memcpy (packet->data + RTP_HEADER, data, size);
    enqueue (self, packet);
  }
  sender->seq++;
  sender->packets++;
  sender->sent++;
  sender->octets += size;
}

/* Units */

/* The frame that shows the begin of a second. */
static gboolean
is_whole_second (const Sender * self, guint64 time)
{
  return time % SIM_SECOND < SIM_SECOND / self->table->fps;
}

static const GPtrArray *
next_picture (Sender * self, guint64 time)
{
  const SimStream *t = self->table;
  const GPtrArray *flash = sim_media_find (self->media, t->codec,
      self->dimensions, SIM_MEDIA_FLASH);
  const GPtrArray *run = sim_media_find (self->media, t->codec,
      self->dimensions, SIM_MEDIA_RUN);

  if (flash && !self->is_muted && is_whole_second (self, time)) {
    self->run = 0;
    return g_ptr_array_index (flash, 0);
  }

  return g_ptr_array_index (run, self->run++ % run->len);
}

static void
send_picture (SimSender * self, Sender * sender, guint64 time)
{
  const GPtrArray *picture = next_picture (sender, time);

  for (guint i = 0; i < picture->len; i++)
    send_payload (self, sender, g_ptr_array_index (picture, i),
        i + 1 == picture->len, time);
}

static void
send_pcmu (SimSender * self, Sender * sender, guint64 time)
{
  const SimStream *t = sender->table;
  guint n = t->ptime * clock_rate (sender) / 1000;
  g_autoptr (GBytes) payload = sim_media_pcmu (sender->n * n, n, t->ppm,
      sender->is_muted || sender->is_dtx);

  send_payload (self, sender, payload, FALSE, time);
}

/* Encoded beforehand, so a beep begins with a packet. */
static void
send_sound (SimSender * self, Sender * sender, guint64 time)
{
  const GPtrArray *units = sim_media_find (sender->media,
      sender->table->codec, 0, sender->is_muted || sender->is_dtx ?
      SIM_MEDIA_SILENCE : SIM_MEDIA_SOUND);
  guint per_second = 1000 / sender->table->ptime;
  guint n = time % SIM_SECOND * per_second / SIM_SECOND;
  const GPtrArray *unit = g_ptr_array_index (units, n % units->len);

  send_payload (self, sender, g_ptr_array_index (unit, 0), FALSE, time);
}

static gboolean
is_silenced (Sender * self, guint64 time)
{
  if (self->is_paused)
    return TRUE;
  if (!self->is_dtx)
    return FALSE;
  if (time < self->dtx_next)
    return TRUE;
  self->dtx_next = time + self->dtx_interval;

  return FALSE;
}

static void
send_unit (SimSender * self, Sender * sender, guint64 time)
{
  apply_events (sender, time);
  if (!is_silenced (sender, time)) {
    if (is_video (sender))
      send_picture (self, sender, time);
    else if (sender->table->codec == SIM_PCMU)
      send_pcmu (self, sender, time);
    else
      send_sound (self, sender, time);
  }
  sender->n++;
}

/* Sender reports (RFC 3550, 6.4.1) with the CNAME (6.5.1). Their NTP time is of
 * the sender's host, whatever that began to count from. */

static guint64
ntp_time (const Sender * self, guint64 time)
{
  guint64 ns = self->table->ntp + time;

  return ns / SIM_SECOND << 32 | (ns % SIM_SECOND << 32) / SIM_SECOND;
}

static guint8 *
put_words (guint8 * out, const guint32 * words, guint n)
{
  for (guint i = 0; i < n; i++) {
    guint32 word = GUINT32_TO_BE (words[i]);

    memcpy (out + i * 4, &word, 4);
  }

  return out + n * 4;
}

static void
send_report (SimSender * self, Sender * sender, guint64 time)
{
  SimPacket *packet = g_new0 (SimPacket, 1);
  guint64 ntp = ntp_time (sender, time);
  gsize length = strlen (sender->table->cname);
  guint32 chunk = (4 + 2 + length + 1 + 3) / 4; /* ends with a zero */
  guint32 words[] = {
    0x80c80006, sender->ssrc, ntp >> 32, ntp,
    sender->rtp_base + (guint32) ticks_at (sender, time),
    sender->sent, sender->octets,
    0x81ca0000 | chunk, sender->ssrc
  };
  guint8 *item = put_words (packet->data, words, G_N_ELEMENTS (words));

  item[0] = 1;                  /* CNAME */
  item[1] = length;
  memcpy (item + 2, sender->table->cname, length);
  packet->size = sizeof words + chunk * 4 - 4;
  packet->at = time;
  packet->stream = sender - self->senders;
  packet->port = sender->port;
  packet->is_rtcp = TRUE;
  enqueue (self, packet);
}

static guint64
next_report_time (const SimSender * self, const Sender * sender)
{
  return sender->table->cname && sender->next_report < self->duration ?
      sender->next_report : SIM_NEVER;
}

/* An SFU has nothing to report of what does not come. */
static void
pass_report (SimSender * self, Sender * sender)
{
  if (!sender->is_paused)
    send_report (self, sender, sender->next_report);
  sender->next_report += sender->table->report_interval;
}

/* Everything that may precede what is pending. */
static void
generate (SimSender * self)
{
  while (TRUE) {
    const SimPacket *head = g_queue_peek_head (&self->pending);
    guint64 first = head ? head->at : SIM_NEVER - 1;
    Sender *sender = NULL;
    gboolean is_report = FALSE;

    for (guint i = 0; i < self->n_senders; i++) {
      Sender *candidate = &self->senders[i];

      if (next_unit_time (self, candidate) <= first) {
        first = next_unit_time (self, candidate);
        sender = candidate;
        is_report = FALSE;
      }
      if (next_report_time (self, candidate) <= first) {
        first = next_report_time (self, candidate);
        sender = candidate;
        is_report = TRUE;
      }
    }

    if (sender == NULL)
      return;
    if (is_report)
      pass_report (self, sender);
    else
      send_unit (self, sender, first);
  }
}

/* @streams, @media: must outlive the sender, which sends for @duration. */
SimSender *
sim_sender_new (const SimStream * streams, guint n_streams,
    const SimMedia * media, guint64 duration, guint32 seed)
{
  SimSender *self = g_new0 (SimSender, 1);

  self->senders = g_new0 (Sender, n_streams);
  self->n_senders = n_streams;
  self->duration = duration;
  g_queue_init (&self->pending);
  for (guint i = 0; i < n_streams; i++) {
    const SimStream *t = &streams[i];

    self->senders[i] = (Sender) {
      .table = t,.media = media,.event = t->events,
      .rand = g_rand_new_with_seed (seed + i),
      .next_report = t->start + t->report_interval,
      .ssrc = t->ssrc,.seq = t->seq,.pt = t->pt,.rtp_base = t->rtp_time,
      .dimensions = t->dimensions,
    };
  }

  return self;
}

void
sim_sender_free (SimSender * self)
{
  g_queue_clear_full (&self->pending, g_free);
  for (guint i = 0; i < self->n_senders; i++)
    g_rand_free (self->senders[i].rand);
  g_free (self->senders);
  g_free (self);
}

/* SIM_NEVER after the last packet. */
guint64
sim_sender_next_time (SimSender * self)
{
  const SimPacket *head;

  generate (self);
  head = g_queue_peek_head (&self->pending);

  return head ? head->at : SIM_NEVER;
}

/* NULL after the last packet; to be freed with g_free(). */
SimPacket *
sim_sender_next (SimSender * self)
{
  generate (self);

  return g_queue_pop_head (&self->pending);
}

/* As PLI asks for it. */
void
sim_sender_force_keyframe (SimSender * self, guint stream)
{
  self->senders[stream].run = 0;
}

/* Packets so far, with those that were lost. */
guint64
sim_sender_count (const SimSender * self, guint stream)
{
  return self->senders[stream].packets;
}
