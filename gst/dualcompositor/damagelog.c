/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "damagelog.h"

/* Notes the next picture, whose @changes (taken, NULL: not known) it has over
 * the one before. Returns its number. */
guint64
gst_rec_damage_log_add (GstRecDamageLog * self, GArray * changes)
{
  GArray **slot = &self->changes[++self->last % GST_REC_DAMAGE_LOG_LENGTH];

  g_clear_pointer (slot, g_array_unref);
  *slot = changes;

  return self->last;
}

/* Where picture @to differs from picture @from at most, or NULL if that is not
 * known. */
GArray *
gst_rec_damage_log_between (const GstRecDamageLog * self, guint64 from,
    guint64 to)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (GstRecRect));

  if (from == 0 || to < from || to > self->last
      || self->last - from >= GST_REC_DAMAGE_LOG_LENGTH)
    return NULL;

  for (guint64 i = from + 1; i <= to; i++) {
    const GArray *changes = self->changes[i % GST_REC_DAMAGE_LOG_LENGTH];

    if (!changes)
      return NULL;
    g_array_append_vals (all, changes->data, changes->len);
  }

  return g_steal_pointer (&all);
}

void
gst_rec_damage_log_clear (GstRecDamageLog * self)
{
  for (guint i = 0; i < GST_REC_DAMAGE_LOG_LENGTH; i++)
    g_clear_pointer (&self->changes[i], g_array_unref);
}
