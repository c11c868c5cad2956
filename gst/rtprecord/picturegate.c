/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Which pictures may be decoded: those that are whole, and for which nothing
 * that they need is missing.
 *
 * After a hole in the sequence numbers nothing passes until a keyframe is
 * whole. A hole inside a picture that no other one needs (VP8's N bit) costs
 * this picture only, and a hole before a keyframe nothing: mediasoup skips a
 * number where it switches layers. */

#include "picturegate.h"

void
gst_rec_picture_gate_init (GstRecPictureGate * self)
{
  *self = (GstRecPictureGate) {.is_waiting = TRUE };
}

static void
break_at (GstRecGateVerdict * verdict, guint16 seq)
{
  verdict->is_broken = TRUE;
  verdict->broken_seq = seq;
}

/* A lost packet before the first slice may have held the parameters. */
static gboolean
lacks_parameters (const GstRecPictureGate * self)
{
  return self->is_after_hole && self->knows_parameters
      && !self->has_parameters;
}

/* The picture has ended with packet @seq. TRUE: it may pass. */
static gboolean
close_picture (GstRecPictureGate * self, guint16 seq,
    GstRecGateVerdict * verdict)
{
  gboolean passes = self->is_whole && (!self->is_waiting
      || (self->is_keyframe && !lacks_parameters (self)));

  self->is_open = FALSE;
  if (passes) {
    self->is_waiting = FALSE;
    self->knows_parameters |= self->has_parameters;
    return TRUE;
  }
  verdict->withheld++;
  if (self->is_discardable)
    return FALSE;
  /* What began like a keyframe was taken for the one that mends all. */
  if (self->is_keyframe || self->has_parameters || !self->is_waiting)
    break_at (verdict, seq);
  self->is_waiting = TRUE;

  return FALSE;
}

static void
open_picture (GstRecPictureGate * self, const GstRecGatePacket * packet,
    gboolean is_after_hole)
{
  self->is_open = TRUE;
  self->timestamp = packet->timestamp;
  /* What follows a whole picture without a hole is the beginning. */
  self->is_whole = !is_after_hole || packet->payload.begins_picture;
  self->is_after_hole = is_after_hole;
  self->is_keyframe = self->has_parameters = FALSE;
  self->is_discardable = TRUE;
  self->packets = 0;
  self->size = 0;
}

static void
enter_ssrc (GstRecPictureGate * self, const GstRecGatePacket * packet,
    GstRecGateVerdict * verdict)
{
  gboolean was_open = self->is_open;

  gst_rec_picture_gate_init (self);
  self->in_use = TRUE;
  self->ssrc = packet->ssrc;
  break_at (verdict, packet->seq - 1);
  if (was_open) {
    verdict->gathered = GST_REC_GATE_DROP;
    verdict->withheld++;
  }
}

/* Both sides of the hole are of one picture that no other one needs. */
static gboolean
costs_one_picture (const GstRecPictureGate * self,
    const GstRecGatePacket * packet)
{
  return self->is_open && packet->timestamp == self->timestamp
      && self->is_discardable && packet->payload.is_discardable;
}

static void
note_hole (GstRecPictureGate * self, const GstRecGatePacket * packet,
    GstRecGateVerdict * verdict)
{
  gboolean is_harmless = costs_one_picture (self, packet);

  if (self->is_open) {
    self->is_whole = FALSE;
    verdict->gathered = GST_REC_GATE_DROP;
  }
  if (is_harmless)
    return;
  self->is_waiting = TRUE;
  break_at (verdict, packet->seq - 1);
}

static void
add_packet (GstRecPictureGate * self, const GstRecGatePacket * packet,
    GstRecGateVerdict * verdict)
{
  self->is_keyframe |= packet->payload.begins_keyframe;
  self->has_parameters |= packet->payload.has_parameters;
  self->is_discardable &= packet->payload.is_discardable;
  self->packets++;
  self->size += packet->size;
  if (self->packets > GST_REC_MAX_PICTURE_PACKETS
      || self->size > GST_REC_MAX_PICTURE_SIZE) {
    self->is_whole = self->is_discardable = FALSE;
    verdict->gathered = GST_REC_GATE_DROP;
  }
  verdict->gather = self->is_whole;
}

GstRecGateVerdict
gst_rec_picture_gate_packet (GstRecPictureGate * self,
    const GstRecGatePacket * packet)
{
  GstRecGateVerdict verdict = { GST_REC_GATE_KEEP, FALSE, FALSE, 0, FALSE, 0 };
  gboolean is_first = !self->in_use || self->ssrc != packet->ssrc;
  gboolean is_after_hole = is_first || packet->seq != self->next_seq;

  if (is_first)
    enter_ssrc (self, packet, &verdict);
  else if (is_after_hole)
    note_hole (self, packet, &verdict);
  self->next_seq = packet->seq + 1;

  /* Padding alone is of no picture, but has a number (RFC 3550, 5.1). */
  if (packet->size == 0) {
    self->is_hole_before |= is_after_hole;
    return verdict;
  }

  /* A sender may leave the marker out; then the next picture ends the last. */
  if (self->is_open && packet->timestamp != self->timestamp)
    verdict.gathered = close_picture (self, packet->seq - 1, &verdict) ?
        GST_REC_GATE_PASS : GST_REC_GATE_DROP;
  if (!self->is_open)
    open_picture (self, packet, is_after_hole || self->is_hole_before);
  self->is_hole_before = FALSE;
  add_packet (self, packet, &verdict);

  if (packet->marker) {
    verdict.pass = close_picture (self, packet->seq, &verdict);
    verdict.gather &= verdict.pass;
    if (!verdict.pass && verdict.gathered == GST_REC_GATE_KEEP)
      verdict.gathered = GST_REC_GATE_DROP;
  }

  return verdict;
}
