/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "videopayload.h"

G_BEGIN_DECLS

/* A picture of more is no picture. 8K at the best quality has 4 MB. */
#define GST_REC_MAX_PICTURE_PACKETS 8192
#define GST_REC_MAX_PICTURE_SIZE (8 * 1024 * 1024)

typedef struct
{
  guint32 ssrc;
  guint16 seq;
  guint32 timestamp;
  gboolean marker;
  gsize size;
  GstRecVideoPayload payload;
} GstRecGatePacket;

/* What to do, in this order: with what is gathered, with the packet, and with
 * both. */
typedef struct
{
  enum
  { GST_REC_GATE_KEEP, GST_REC_GATE_PASS, GST_REC_GATE_DROP } gathered;
  gboolean gather;              /* the packet; else drop it */
  gboolean pass;                /* the picture is whole */
  guint withheld;               /* pictures that ended and did not pass */
  gboolean is_broken;           /* that of @broken_seq will not be seen */
  guint16 broken_seq;
} GstRecGateVerdict;

typedef struct
{
  gboolean in_use;
  guint32 ssrc;
  guint16 next_seq;
  gboolean is_waiting;          /* for a keyframe */
  gboolean knows_parameters;    /* the stream had some in band */
  gboolean is_hole_before;      /* before the padding that came last */

  /* the picture that comes in */
  gboolean is_open;
  guint32 timestamp;
  gboolean is_whole;            /* up to now */
  gboolean is_after_hole;
  gboolean is_keyframe;
  gboolean has_parameters;
  gboolean is_discardable;
  guint packets;
  gsize size;
} GstRecPictureGate;

void gst_rec_picture_gate_init (GstRecPictureGate * self);
GstRecGateVerdict gst_rec_picture_gate_packet (GstRecPictureGate * self,
    const GstRecGatePacket * packet);

G_END_DECLS
