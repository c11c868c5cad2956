/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What STS answers: <AssumeRole...Response> with <Credentials> somewhere below
 * it, or <ErrorResponse> with an <Error>. Members are NULL where the answer
 * has none. */
typedef struct
{
  gchar *access_key_id;
  gchar *secret_access_key;
  gchar *session_token;
  gchar *expiration;
  gchar *code;                  /* of the error, plain letters and digits */
} GstRecStsAnswer;

GstRecStsAnswer *gst_rec_sts_answer_parse (const gchar * data, gsize size);

void gst_rec_sts_answer_free (GstRecStsAnswer * self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecStsAnswer, gst_rec_sts_answer_free)

G_END_DECLS
