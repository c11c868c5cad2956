/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

guint64 gst_rec_part_size (const GstRecStoreLimits * limits,
    guint64 configured, guint64 offset);

/* Cuts a stream of bytes into parts. The first of them, the head, is held
 * back until the end, and a muxer may go back into it and write again. */
typedef struct _GstRecAssembler GstRecAssembler;

typedef struct
{
  GstRecStoreLimits limits;
  guint64 part_size;
  guint64 header_size;          /* 0: nothing can be written again */
  gboolean equal_parts;         /* but the last */
} GstRecAssemblerConfig;

GstRecAssembler *gst_rec_assembler_new (const GstRecAssemblerConfig * config);

void gst_rec_assembler_free (GstRecAssembler * self);

void gst_rec_assembler_set_part_size (GstRecAssembler * self,
    guint64 part_size);

gboolean gst_rec_assembler_seek (GstRecAssembler * self, guint64 offset,
    GError ** error);

gssize gst_rec_assembler_write (GstRecAssembler * self, gconstpointer data,
    gsize size, GError ** error);

gssize gst_rec_assembler_write_bytes (GstRecAssembler * self, GBytes * bytes,
    gsize offset, GError ** error);

gboolean gst_rec_assembler_part_is_full (const GstRecAssembler * self);

gboolean gst_rec_assembler_wants_part (const GstRecAssembler * self);

GstRecBody *gst_rec_assembler_take_part (GstRecAssembler * self, guint * number);

guint gst_rec_assembler_last_number (const GstRecAssembler * self);

GstRecBody *gst_rec_assembler_copy_head (const GstRecAssembler * self);

GstRecBody *gst_rec_assembler_take_head (GstRecAssembler * self);

guint gst_rec_assembler_n_parts (const GstRecAssembler * self);

guint64 gst_rec_assembler_size (const GstRecAssembler * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecAssembler, gst_rec_assembler_free)

G_END_DECLS
