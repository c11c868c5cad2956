/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstredactpicture.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_redact_debug);
#define GST_CAT_DEFAULT gst_rec_redact_debug

/* A repeat is that much later than a picture that nobody knows the end of. */
#define NEXT (1 * GST_MSECOND)

void
gst_rec_redact_picture_init (GstRecRedactPicture * self,
    GstVideoFilter * filter, GstRecRedactControl * control)
{
  self->filter = filter;
  self->control = control;
  gst_rec_mask_set_init (&self->kept_set);
  gst_rec_mask_set_init (&self->wanted);
  gst_rec_redact_picture_forget (self);
}

void
gst_rec_redact_picture_clear (GstRecRedactPicture * self)
{
  gst_clear_buffer (&self->kept);
  gst_rec_mask_set_clear (&self->kept_set);
  gst_rec_mask_set_clear (&self->wanted);
}

/* Where the stream is, at a new segment. */
void
gst_rec_redact_picture_forget_time (GstRecRedactPicture * self)
{
  self->start = self->end = self->repeat = GST_CLOCK_TIME_NONE;
}

/* After a flush and a stop; the first picture's size is that of the stream. */
void
gst_rec_redact_picture_forget (GstRecRedactPicture * self)
{
  gst_clear_buffer (&self->kept);
  gst_rec_redact_picture_forget_time (self);
}

/* --- Times --- */

static const GstSegment *
get_segment (GstRecRedactPicture * self)
{
  return &GST_BASE_TRANSFORM (self->filter)->segment;
}

/* When a buffer is shown, in running time; NONE: nobody knows. */
static void
get_span (GstRecRedactPicture * self, GstBuffer * buffer, GstClockTime * from,
    GstClockTime * until)
{
  const GstSegment *segment = get_segment (self);
  const GstVideoInfo *info = &self->filter->in_info;
  GstClockTime duration = GST_BUFFER_DURATION (buffer);

  *from = *until = GST_CLOCK_TIME_NONE;
  if (segment->format != GST_FORMAT_TIME || !GST_BUFFER_PTS_IS_VALID (buffer)
      || segment->rate < 0)
    return;
  if (!GST_CLOCK_TIME_IS_VALID (duration) && GST_VIDEO_INFO_FPS_N (info) > 0)
    duration = gst_util_uint64_scale (GST_SECOND, GST_VIDEO_INFO_FPS_D (info),
        GST_VIDEO_INFO_FPS_N (info));
  *from = gst_segment_to_running_time (segment, GST_FORMAT_TIME,
      GST_BUFFER_PTS (buffer));
  if (!GST_CLOCK_TIME_IS_VALID (*from))
    return;
  *until = *from;
  if (GST_CLOCK_TIME_IS_VALID (duration))
    *until += duration / MAX (ABS (segment->rate), 1e-6);
}

static void
set_running_time (GstRecRedactPicture * self, GstBuffer * buffer,
    GstClockTime from, GstClockTime until)
{
  const GstSegment *segment = get_segment (self);

  GST_BUFFER_PTS (buffer) = gst_segment_position_from_running_time (segment,
      GST_FORMAT_TIME, from);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = GST_CLOCK_TIME_NONE;
  if (GST_CLOCK_TIME_IS_VALID (until) && until > from)
    GST_BUFFER_DURATION (buffer) = (until - from) * ABS (segment->rate);
}

/* Pictures that come when a repeat has been sent with a later time. */
static GstBuffer *
keep_order (GstRecRedactPicture * self, GstBuffer * buffer,
    GstClockTime * from, GstClockTime * until)
{
  if (!GST_CLOCK_TIME_IS_VALID (self->repeat)
      || !GST_CLOCK_TIME_IS_VALID (*from) || *from > self->repeat) {
    self->repeat = GST_CLOCK_TIME_NONE;
    return buffer;
  }

  *from = ++self->repeat;
  *until = MAX (*from, *until);
  buffer = gst_buffer_make_writable (buffer);
  set_running_time (self, buffer, *from, *until);

  return buffer;
}

/* --- Judging and drawing --- */

/* Called with control->lock held */
static void
judge (GstRecRedactPicture * self, GstRecMaskSet * set, GstClockTime from,
    GstClockTime until)
{
  gst_rec_mask_set_take_spans (set, &self->control->spans, from, until);
  set->style = self->style;
  if (set->style.reference_width == 0 || set->style.reference_height == 0) {
    set->style.reference_width = self->first_width;
    set->style.reference_height = self->first_height;
  }
  self->control->judged = self->control->generation;
  self->control->is_passing = FALSE;
}

/* An overlay would be drawn over the mask, whatever it shows. And rectangles
 * that have changed are others in a masked picture: what a buffer asks to mask
 * moves, and a texture is made of what is around. */
static gboolean
drop_if_wrong (GstBuffer * buffer G_GNUC_UNUSED, GstMeta ** meta,
    gpointer user_data)
{
  const GstRecMaskSet *set = user_data;
  const GType api = (*meta)->info->api;

  if (api == GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE)
    *meta = NULL;
  else if (api == GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE
      && !gst_rec_mask_set_keeps_damage (set)
      && ((GstVideoRegionOfInterestMeta *) * meta)->roi_type ==
      g_quark_from_static_string ("damage"))
    *meta = NULL;

  return TRUE;
}

/* NULL: it must not leave. Takes @buffer. */
static GstBuffer *
draw (GstRecRedactPicture * self, const GstRecMaskSet * set,
    GstBuffer * buffer)
{
  buffer = gst_buffer_make_writable (buffer);
  if (!gst_rec_mask_set_draw (set, &self->filter->in_info, buffer)) {
    gst_buffer_unref (buffer);
    GST_ELEMENT_ERROR (self->filter, RESOURCE, WRITE,
        ("A picture cannot be masked. Put \"videoconvert\" before the element, "
            "which copies it to memory that can be written."),
        ("cannot map a buffer for reading and writing"));
    return NULL;
  }
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_GAP);
  gst_buffer_foreach_meta (buffer, drop_if_wrong, (gpointer) set);

  return buffer;
}

static void
keep (GstRecRedactPicture * self, GstBuffer * buffer)
{
  gst_buffer_replace (&self->kept, buffer);
  self->kept_info = self->filter->in_info;
}

static gboolean
is_kept_usable (GstRecRedactPicture * self)
{
  return self->kept
      && gst_video_info_is_equal (&self->kept_info, &self->filter->in_info);
}

/* What comes now looks, masked, as what went out. */
static gboolean
is_repetition (GstRecRedactPicture * self, GstBuffer * buffer)
{
  return !gst_rec_mask_set_is_empty (&self->wanted) && is_kept_usable (self)
      && gst_rec_mask_set_is_equal (&self->kept_set, &self->wanted)
      && !gst_rec_mask_set_asks_buffer (&self->wanted)
      && (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)
      || gst_rec_mask_set_is_solid (&self->wanted));
}

static GstBuffer *
repeat_for (GstRecRedactPicture * self, GstBuffer * buffer)
{
  GstBuffer *ret = gst_buffer_copy (self->kept);

  gst_buffer_copy_into (ret, buffer,
      GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  GST_BUFFER_FLAG_SET (ret, GST_BUFFER_FLAG_GAP);
  gst_buffer_unref (buffer);

  return ret;
}

/* Equal to the one before, which was masked, and this one is not. */
static GstBuffer *
clear_gap_flag (GstRecRedactPicture * self, GstBuffer * buffer)
{
  if (gst_rec_mask_set_is_empty (&self->kept_set)
      || !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    return buffer;

  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_GAP);

  return buffer;
}

/* What upstream says of a change in its picture says nothing of one in what is
 * masked: a compositor has to look at all of the picture, and at once. */
static GstBuffer *
mark_change (GstRecRedactPicture * self, GstBuffer * buffer)
{
  gboolean has_changed = self->kept ?
      gst_rec_mask_set_differs (&self->kept_set, &self->wanted) :
      !gst_rec_mask_set_is_empty (&self->wanted);

  if (!has_changed || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT))
    return buffer;

  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);

  return buffer;
}

static GstBuffer *
mask (GstRecRedactPicture * self, GstBuffer * buffer)
{
  if (is_repetition (self, buffer))
    buffer = repeat_for (self, buffer);
  else if (!gst_rec_mask_set_is_empty (&self->wanted))
    buffer = draw (self, &self->wanted, buffer);
  else
    buffer = clear_gap_flag (self, buffer);

  if (buffer) {
    buffer = mark_change (self, buffer);
    keep (self, buffer);
    gst_rec_mask_set_swap (&self->kept_set, &self->wanted);
  }

  return buffer;
}

/* The one that is about to leave, after a change. Takes @buffer. */
GstBuffer *
gst_rec_redact_picture_look_again (GstRecRedactPicture * self,
    GstBuffer * buffer)
{
  gst_rec_redact_control_lock (self->control);
  judge (self, &self->wanted, self->start, self->end);
  gst_rec_redact_control_unlock (self->control);

  /* It is masked by what counted before, which may be more; and it is the one
   * that is kept, hence no repetition of it. */
  gst_rec_mask_set_add (&self->wanted, &self->kept_set);
  if (!gst_rec_mask_set_differs (&self->kept_set, &self->wanted))
    return buffer;
  buffer = draw (self, &self->wanted, buffer);
  if (buffer) {
    buffer = mark_change (self, buffer);
    keep (self, buffer);
    gst_rec_mask_set_swap (&self->kept_set, &self->wanted);
  }

  return buffer;
}

/* --- Repeats --- */

/* Whether the picture that went out last may not be seen as it is at some time
 * of [@from, @until), and since when. */
gboolean
gst_rec_redact_picture_find_due (GstRecRedactPicture * self,
    GstClockTime from, GstClockTime until, GstClockTime * at)
{
  const GstRecSpan *span;
  guint position = 0;

  if (!self->kept)
    return FALSE;

  *at = GST_CLOCK_TIME_NONE;
  gst_rec_redact_control_lock (self->control);
  judge (self, &self->wanted, from, until);
  while ((span = gst_rec_spans_next (&self->control->spans, from, until,
              &position)))
    if (!gst_rec_mask_set_has (&self->kept_set, span->id))
      *at = MIN (*at, MAX (span->start, from));
  if (!gst_rec_mask_set_is_empty (&self->wanted)
      && !gst_rec_mask_style_is_equal (&self->wanted.style,
          &self->kept_set.style))
    *at = from;
  gst_rec_redact_control_unlock (self->control);

  return GST_CLOCK_TIME_IS_VALID (*at);
}

/* In the size that downstream expects now, which the last picture has not. */
static GstBuffer *
new_blank (GstRecRedactPicture * self)
{
  const GstVideoInfo *info = &self->filter->in_info;
  const GstVideoRectangle all = { 0, 0, GST_VIDEO_INFO_WIDTH (info),
    GST_VIDEO_INFO_HEIGHT (info)
  };
  GstBuffer *buffer =
      gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (info), NULL);
  GstVideoFrame frame;

  if (gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE)) {
    gst_rec_cover (&frame, &all, 1, GST_REC_COVER_FILL,
        self->wanted.style.argb);
    gst_video_frame_unmap (&frame);
  }

  return buffer;
}

/* The last picture once more, masked by what gst_rec_redact_picture_find_due()
 * has found, too. */
GstFlowReturn
gst_rec_redact_picture_push_repeat (GstRecRedactPicture * self,
    GstClockTime from, GstClockTime until)
{
  GstBuffer *buffer;

  buffer = is_kept_usable (self) ? gst_buffer_copy (self->kept) :
      new_blank (self);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  set_running_time (self, buffer, from, until);
  if (!GST_BUFFER_PTS_IS_VALID (buffer))
    GST_BUFFER_PTS (buffer) = GST_BUFFER_PTS (self->kept);
  gst_rec_mask_set_add (&self->wanted, &self->kept_set);
  buffer = draw (self, &self->wanted, buffer);
  if (!buffer)
    return GST_FLOW_ERROR;

  keep (self, buffer);
  gst_rec_mask_set_swap (&self->kept_set, &self->wanted);
  self->start = self->repeat = from;
  self->end = MAX (from, until);
  GST_DEBUG_OBJECT (self->filter, "Repeating the picture, masked: %"
      GST_PTR_FORMAT, buffer);

  return gst_pad_push (GST_BASE_TRANSFORM_SRC_PAD (self->filter), buffer);
}

/* Nothing tells of the time between the end of the last picture and the coming
 * of this one, in which a span may have begun. */
static void
fill_hole (GstRecRedactPicture * self, GstClockTime from)
{
  GstClockTime at;

  if (GST_CLOCK_TIME_IS_VALID (from) && GST_CLOCK_TIME_IS_VALID (self->end)
      && from > self->end + NEXT
      && gst_rec_redact_picture_find_due (self, self->end + 1, from, &at))
    gst_rec_redact_picture_push_repeat (self, at, from);
}

/* The picture that comes, as it may leave; NULL: it may not, and the error is
 * posted. Takes @buffer. */
GstBuffer *
gst_rec_redact_picture_take (GstRecRedactPicture * self, GstBuffer * buffer)
{
  GstClockTime from, until;

  if (self->first_width == 0) {
    self->first_width = GST_VIDEO_INFO_WIDTH (&self->filter->in_info);
    self->first_height = GST_VIDEO_INFO_HEIGHT (&self->filter->in_info);
  }
  get_span (self, buffer, &from, &until);
  fill_hole (self, from);

  gst_rec_redact_control_lock (self->control);
  judge (self, &self->wanted, from, until);
  gst_rec_redact_control_advance (self->control, until);
  gst_rec_redact_control_unlock (self->control);

  buffer = keep_order (self, buffer, &from, &until);
  self->start = from;
  self->end = until;

  return mask (self, buffer);
}

/* Nothing came until @until. */
void
gst_rec_redact_picture_pass_gap (GstRecRedactPicture * self,
    GstClockTime until)
{
  self->start = GST_CLOCK_TIME_NONE;
  self->end = until;
}

/* The earliest time that is later than what has been sent. */
static GstClockTime
get_next_time (GstRecRedactPicture * self)
{
  const GstSegment *segment = get_segment (self);

  if (GST_CLOCK_TIME_IS_VALID (self->start))
    return self->end > self->start ?
        self->start + (self->end - self->start + 1) / 2 : self->start + NEXT;
  if (GST_CLOCK_TIME_IS_VALID (self->end))
    return self->end;
  if (segment->format != GST_FORMAT_TIME)
    return GST_CLOCK_TIME_NONE;

  return gst_segment_to_running_time (segment, GST_FORMAT_TIME,
      segment->start);
}

/* Repeats the picture if it may not be seen as it is. @now is the running time
 * that live data would have now, or NONE. Otherwise the repeat is in the midst
 * of the last picture's time, for its successor comes at the end of it. */
GstFlowReturn
gst_rec_redact_picture_update (GstRecRedactPicture * self, GstClockTime now)
{
  GstClockTime from = get_next_time (self), until = self->end, at;

  if (!GST_CLOCK_TIME_IS_VALID (from))
    return GST_FLOW_OK;
  if (GST_CLOCK_TIME_IS_VALID (now)
      && now > (GST_CLOCK_TIME_IS_VALID (self->start) ? self->start : from))
    from = now;
  if (!GST_CLOCK_TIME_IS_VALID (until) || until < from)
    until = from;
  if (!gst_rec_redact_picture_find_due (self, from, until, &at))
    return GST_FLOW_OK;

  return gst_rec_redact_picture_push_repeat (self, at, until);
}
