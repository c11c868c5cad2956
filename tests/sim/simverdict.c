/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "simverdict.h"

#include <gio/gio.h>

/* Who sees and hears it notices more than that. */
#define MAX_APART ((GstClockTimeDiff) (40 * GST_MSECOND))

/* A second of true time is one of running time, but for the way. */
#define MAX_LATE ((GstClockTimeDiff) (100 * GST_MSECOND))

/* Sound that is stretched for a drift is so by 0.2 % at most; what is cut or
 * doubled is more. */
#define MAX_UNEVEN ((GstClockTimeDiff) (3 * GST_MSECOND))

static gboolean
fail (GError ** error, const gchar * what, GstClockTimeDiff by,
    GstClockTime at)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
      "%s %" GST_STIME_FORMAT " at %" GST_TIME_FORMAT, what,
      GST_STIME_ARGS (by), GST_TIME_ARGS (at));

  return FALSE;
}

/* Every whole second from @from to @until has its flash and its beep, at the
 * same time. */
gboolean
sim_driver_is_in_sync (const SimDriver * self, const gchar * picture,
    const gchar * sound, GstClockTime from, GstClockTime until,
    GError ** error)
{
  const SimWatch *pictures = sim_driver_watch (self, picture);
  const SimWatch *sounds = sim_driver_watch (self, sound);
  GstClockTimeDiff worst = 0;

  for (GstClockTime t = from; t < until; t += GST_SECOND) {
    GstClockTime flash = sim_watch_sign (pictures, t);
    GstClockTime beep = sim_watch_sign (sounds, t);
    GstClockTimeDiff apart = GST_CLOCK_DIFF (flash, beep);

    if (ABS (GST_CLOCK_DIFF (t, flash)) > MAX_LATE)
      return fail (error, "the flash is late by", GST_CLOCK_DIFF (t, flash),
          t);
    if (ABS (apart) > MAX_APART)
      return fail (error, "the beep follows the flash by", apart, t);
    worst = MAX (worst, ABS (apart));
  }
  GST_INFO ("at most %" GST_STIME_FORMAT " apart", GST_STIME_ARGS (worst));

  return TRUE;
}

/* A beep follows the one before by a second: nothing was cut or put in. */
gboolean
sim_driver_is_even (const SimDriver * self, const gchar * sound,
    GstClockTime from, GstClockTime until, GError ** error)
{
  const SimWatch *watch = sim_driver_watch (self, sound);

  for (GstClockTime t = from; t + GST_SECOND < until; t += GST_SECOND) {
    GstClockTimeDiff uneven = GST_CLOCK_DIFF (sim_watch_sign (watch, t)
        + GST_SECOND, sim_watch_sign (watch, t + GST_SECOND));

    if (ABS (uneven) > MAX_UNEVEN)
      return fail (error, "a second is not one, by", uneven, t);
  }

  return TRUE;
}

/* Samples for every moment of the session, no more and no fewer. Its sound has
 * to end ahead of it, lest a packet reach over the end. */
gboolean
sim_driver_has_length (const SimDriver * self, const gchar * sound,
    GError ** error)
{
  const SimWatch *watch = sim_driver_watch (self, sound);
  GstClockTime length = sim_driver_end (self) - sim_driver_start (self);
  GstClockTimeDiff off = GST_CLOCK_DIFF (length,
      gst_util_uint64_scale (watch->samples, GST_SECOND, watch->rate));

  if (watch->holes > 0)
    return fail (error, "there are holes", watch->holes, length);
  if (ABS (off) > (GstClockTimeDiff) GST_MSECOND)
    return fail (error, "the sound is too long by", off, length);

  return TRUE;
}
