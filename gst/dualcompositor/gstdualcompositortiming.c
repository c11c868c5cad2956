/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* Who drives, the data or the clock, and when a frame is shown. */

#include "gstdualcompositortiming.h"

#include "gstdualcompositor.h"
#include "layout.h"

#define GST_CAT_DEFAULT gst_rec_dual_compositor_debug

/* Whether every linked pad has promised to cover every moment. */
gboolean
gst_rec_dual_compositor_timing_is_driven_by_data (GstElement * element)
{
  gboolean some = FALSE, all = TRUE;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    g_autoptr (GstRecDualCompositorPad) pad =
        gst_rec_dual_compositor_pad_get (element, i);
    gboolean complete;

    if (!pad || !gst_pad_is_linked (GST_PAD (pad)))
      continue;
    GST_OBJECT_LOCK (pad);
    complete = pad->complete;
    GST_OBJECT_UNLOCK (pad);
    some |= complete;
    all &= complete || gst_aggregator_pad_is_eos (GST_AGGREGATOR_PAD (pad));
  }

  return some && all;
}

/* Without a deadline the base class waits for every pad. Nothing will come on
 * one that is not linked, hence it has ended, until a STREAM_START. */
void
gst_rec_dual_compositor_timing_end_unlinked_pads (GstElement * element)
{
  GstAggregator *agg = GST_AGGREGATOR (element);

  if (!gst_rec_dual_compositor_timing_is_driven_by_data (element))
    return;

  for (guint i = 0; i < GST_REC_N_INPUTS; i++) {
    g_autoptr (GstRecDualCompositorPad) pad =
        gst_rec_dual_compositor_pad_get (element, i);

    if (pad && !gst_pad_is_linked (GST_PAD (pad)))
      GST_AGGREGATOR_GET_CLASS (agg)->sink_event (agg,
          GST_AGGREGATOR_PAD (pad), gst_event_new_eos ());
  }
}

static void
end_unlinked_pads (GstElement * element, gpointer user_data G_GNUC_UNUSED)
{
  gst_rec_dual_compositor_timing_end_unlinked_pads (element);
}

/* For callers that may hold locks of the element. */
void
gst_rec_dual_compositor_timing_end_unlinked_pads_later (GstElement * element)
{
  if (gst_rec_dual_compositor_timing_is_driven_by_data (element))
    gst_element_call_async (element, end_unlinked_pads, NULL, NULL);
}

/* Whether @event is a source's promise to cover every moment, or the end of
 * it. */
gboolean
gst_rec_dual_compositor_timing_is_promise (GstEvent * event)
{
  return GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM_STICKY
      && gst_event_has_name (event, "recording-timeline");
}

void
gst_rec_dual_compositor_timing_take_promise (GstElement * element,
    GstRecDualCompositorPad * pad, GstEvent * event)
{
  gboolean complete = FALSE;

  gst_structure_get_boolean (gst_event_get_structure (event), "complete",
      &complete);
  GST_DEBUG_OBJECT (pad, "Timeline is %scomplete", complete ? "" : "not ");
  GST_OBJECT_LOCK (pad);
  pad->complete = complete;
  GST_OBJECT_UNLOCK (pad);
  gst_rec_dual_compositor_timing_end_unlinked_pads (element);
}

static GstClockTime
frame_duration (const GstVideoInfo * info)
{
  if (GST_VIDEO_INFO_FPS_N (info) == 0)
    return 0;

  return gst_util_uint64_scale (GST_SECOND, GST_VIDEO_INFO_FPS_D (info),
      GST_VIDEO_INFO_FPS_N (info));
}

/* The base class takes one frame an output, the first one that does not end
 * before it, and shows a frame that begins within an output from its beginning
 * on, up to a whole output too early. Seven eighths of an output later, a frame
 * is shown in the first output that begins after it, or at most an eighth before
 * it: a source at the rate of the output whose times are rounded or jitter that
 * much around the outputs' has no frame doubled or dropped, and the picture lags
 * by as much as sound does behind an AAC encoder (1024 samples), which no muxer
 * takes back. Where a frame ends remains.
 *
 * Of a source that is known to have more frames than there are outputs, the
 * first one that does not end before an output would be too old: each comes an
 * eighth of itself earlier, and is gone by then. */
GstBuffer *
gst_rec_dual_compositor_timing_shift (GstRecDualCompositorPad * pad,
    const GstVideoInfo * out, GstBuffer * buffer)
{
  GstClockTime output = frame_duration (out);
  GstClockTime input = frame_duration (&pad->caps_info);

  if (gst_buffer_get_size (buffer) == 0 || !GST_BUFFER_PTS_IS_VALID (buffer)
      || GST_AGGREGATOR_PAD (pad)->segment.rate < 0 || output == 0)
    return buffer;

  buffer = gst_buffer_make_writable (buffer);
  if (input > 0 && output >= input / 2 * 3) {
    pad->shift = 0;
    GST_BUFFER_PTS (buffer) -= MIN (input / 8, GST_BUFFER_PTS (buffer));
    if (!GST_BUFFER_DURATION_IS_VALID (buffer))
      GST_BUFFER_DURATION (buffer) = input;
    return buffer;
  }

  pad->shift = output / 8 * 7;
  GST_BUFFER_PTS (buffer) += pad->shift;
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    GST_BUFFER_DURATION (buffer) -=
        MIN (pad->shift, GST_BUFFER_DURATION (buffer));

  return buffer;
}
