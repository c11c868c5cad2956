/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstdualcompositorwatch.h"

static void
forget_pictures (GstRecDualCompositorWatch * self)
{
  g_clear_pointer (&self->pictures, gst_rec_picture_watch_free);
  self->is_pending = FALSE;
}

void
gst_rec_dual_compositor_watch_clear (GstRecDualCompositorWatch * self)
{
  forget_pictures (self);
  *self = (GstRecDualCompositorWatch) { 0 };
}

/* A picture that came between two looks is looked at when the next look is due,
 * also when it stands by then. */
static void
look_at (GstRecDualCompositorWatch * self, const GstVideoInfo * info,
    GstBuffer * picture, GstClockTime now)
{
  GstVideoFrame frame;

  if (!self->is_pending
      || !gst_rec_picture_watch_is_due (self->pictures, now)
      || !gst_video_frame_map (&frame, info, picture, GST_MAP_READ))
    return;

  gst_rec_picture_watch_look (self->pictures, &frame, now);
  gst_video_frame_unmap (&frame);
  self->is_pending = FALSE;
}

/* Takes the picture that an output shows, NULL if none. Unless it @has_changed
 * since the output before, this costs nothing. */
void
gst_rec_dual_compositor_watch_look (GstRecDualCompositorWatch * self,
    const GstVideoInfo * info, GstBuffer * picture, gboolean has_changed,
    GstClockTime timeout, GstClockTime now)
{
  GstClockTime black_since = GST_CLOCK_TIME_NONE;
  GstClockTime still_since = GST_CLOCK_TIME_NONE;

  if (!GST_CLOCK_TIME_IS_VALID (now))
    return;

  /* Time begins anew after a flush. */
  if (now < self->last)
    gst_rec_dual_compositor_watch_clear (self);
  self->last = now;

  if (!picture || timeout == 0) {
    forget_pictures (self);
  } else {
    if (!self->pictures) {
      self->pictures = gst_rec_picture_watch_new ();
      has_changed = TRUE;
    }
    self->is_pending |= has_changed;
    look_at (self, info, picture, now);
    black_since = gst_rec_picture_watch_get_black_since (self->pictures);
    still_since = gst_rec_picture_watch_get_still_since (self->pictures);
  }

  self->has_news |= gst_rec_stall_update (&self->stall, timeout, now,
      black_since, still_since, &self->news);
}

/* Posts the news, if there is any. Called without locks: a handler may do with
 * the element what it likes. */
void
gst_rec_dual_compositor_watch_tell (GstRecDualCompositorWatch * self,
    GstElement * element, const gchar * role)
{
  const gchar *why = self->news.kind == GST_REC_STALL_BLACK ? "black" :
      "frozen";

  if (!self->has_news)
    return;
  self->has_news = FALSE;
  GST_INFO_OBJECT (element, "The %s is %s%s after %" GST_TIME_FORMAT, role,
      self->news.stalled ? "" : "no longer ", why,
      GST_TIME_ARGS (self->news.duration));
  gst_element_post_message (element, gst_message_new_element (GST_OBJECT
          (element), gst_structure_new ("composite-stalled",
              "role", G_TYPE_STRING, role,
              "why", G_TYPE_STRING, why,
              "duration", G_TYPE_UINT64, self->news.duration,
              "stalled", G_TYPE_BOOLEAN, self->news.stalled, NULL)));
}
