/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstrecreport.h"

GstStructure *
gst_rec_report_verdict (const GstRecStreamDescription * description,
    const GstRecStreamState * state, GstRecVerdict verdict)
{
  GstStructure *s = gst_structure_new ("rtprecord-stream",
      "pad", G_TYPE_STRING, description->pad_name,
      "role", G_TYPE_STRING, gst_rec_role_name (description->role),
      "state", G_TYPE_STRING, gst_rec_stream_phase_name (verdict.phase),
      "ssrc", G_TYPE_UINT, state->ssrc, NULL);

  if (verdict.why)
    gst_structure_set (s, "why", G_TYPE_STRING, verdict.why, NULL);
  if (g_strcmp0 (verdict.why, "wrong-payload-type") == 0)
    gst_structure_set (s, "payload-type", G_TYPE_UINT, state->last_wrong_pt,
        NULL);

  return s;
}

GstStructure *
gst_rec_report_refused (const GstRecStreamDescription * description,
    const GstRecStreamState * state)
{
  g_autofree gchar *address = gst_rec_source_get_host (&state->last_refused);

  return gst_structure_new ("rtprecord-refused",
      "pad", G_TYPE_STRING, description->pad_name,
      "role", G_TYPE_STRING, gst_rec_role_name (description->role),
      "address", G_TYPE_STRING, address,
      "port", G_TYPE_UINT, state->last_refused.port,
      "packets", G_TYPE_UINT64, state->refused, NULL);
}

GstStructure *
gst_rec_report_quality (const GstRecQuality * quality)
{
  GstStructure *s = gst_structure_new_empty ("recording-quality");

  gst_rec_quality_set_fields (quality, s);

  return s;
}

GstStructure *
gst_rec_report_stats (GstRecSession * session, GstRecStreamState * state)
{
  GstRecStreamState s;
  GstStructure *stats;

  g_mutex_lock (&session->lock);
  s = *state;
  g_mutex_unlock (&session->lock);

  stats = gst_structure_new ("rtprecord-stream-stats",
      "packets", G_TYPE_UINT64, s.packets,
      "bytes", G_TYPE_UINT64, s.bytes,
      "invalid-packets", G_TYPE_UINT64, s.invalid,
      "excess-packets", G_TYPE_UINT64, s.excess,
      "wrong-payload-type-packets", G_TYPE_UINT64, s.wrong_pt,
      "foreign-packets", G_TYPE_UINT64, s.strangers,
      "refused-packets", G_TYPE_UINT64, s.refused,
      "undecryptable-packets", G_TYPE_UINT64, s.undecryptable,
      "replayed-packets", G_TYPE_UINT64, s.replayed,
      "lost-packets", G_TYPE_UINT64, gst_rec_reception_lost (&s.reception),
      "duplicate-packets", G_TYPE_UINT64, s.reception.duplicates,
      "reordered-packets", G_TYPE_UINT64, s.reception.reordered,
      "recovered-packets", G_TYPE_UINT64, s.reception.recovered,
      "nacks", G_TYPE_UINT64, s.reception.nacks,
      "withheld-pictures", G_TYPE_UINT64, s.withheld,
      "buffers", G_TYPE_UINT64, s.outputs,
      "gaps", G_TYPE_UINT64, s.gaps,
      "keyframe-requests", G_TYPE_UINT64, s.keyframe_requests,
      "connections", G_TYPE_UINT64, s.connections,
      "rtcp-dropped", G_TYPE_UINT64, s.rtcp_dropped,
      "ssrc", G_TYPE_UINT, s.ssrc, NULL);
  gst_rec_quality_set_fields (&s.quality, stats);

  return stats;
}
