/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* "Create a service SAS", Azure Storage REST API, version 2020-12-06 and
 * later. */
#include "sas.h"

#include "store/sigv4.h"

#define SERVICE_VERSION "2021-12-02"

/* The parameters of a signature. Those that are not set are NULL. */
typedef struct
{
  gchar *start;
  gchar *expiry;
  const gchar *protocol;
  const gchar *resource;
} Terms;

static void
terms_clear (Terms * self)
{
  g_free (self->start);
  g_free (self->expiry);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Terms, terms_clear)

static gchar *
format_date (gint64 time)
{
  g_autoptr (GDateTime) date =
      g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);

  return g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ");
}

static void
make_terms (const GstRecSas * self, Terms * terms)
{
  terms->start = self->start > 0 ? format_date (self->start) : NULL;
  terms->expiry = format_date (self->expiry);
  terms->protocol = self->allow_http ? "https,http" : "https";
  terms->resource = self->blob ? "b" : "c";
}

static const gchar *
or_nothing (const gchar * text)
{
  return text ? text : "";
}

static gchar *
string_to_sign (const GstRecSas * self, const Terms * terms)
{
  g_autofree gchar *name = g_strconcat ("/blob/", self->account, "/",
      self->container, self->blob ? "/" : NULL, self->blob, NULL);
  const gchar *lines[] = {
    self->permissions, or_nothing (terms->start), terms->expiry, name,
    "", "",                     /* policy, addresses */
    terms->protocol, SERVICE_VERSION, terms->resource,
    "", "", "",                 /* snapshot, encryption, Cache-Control */
    or_nothing (self->content_disposition),
    "", "",                     /* Content-Encoding, -Language */
    or_nothing (self->content_type), NULL
  };

  return g_strjoinv ("\n", (gchar **) lines);
}

gchar *
gst_rec_sas_string_to_sign (const GstRecSas * self)
{
  g_auto (Terms) terms = { 0, };

  make_terms (self, &terms);
  return string_to_sign (self, &terms);
}

/* The query that lets do what @self says, without any credentials. */
gchar *
gst_rec_sas_query (const GstRecSas * self, const GstRecSharedKey * key)
{
  g_auto (Terms) terms = { 0, };

  make_terms (self, &terms);
  g_autofree gchar *text = string_to_sign (self, &terms);
  g_autofree gchar *signature = gst_rec_shared_key_sign (key, text);
  const GstRecField params[] = {
    {"sv", SERVICE_VERSION}, {"spr", terms.protocol}, {"st", terms.start},
    {"se", terms.expiry}, {"sr", terms.resource}, {"sp", self->permissions},
    {"rscd", self->content_disposition}, {"rsct", self->content_type},
    {"sig", signature}
  };
  GString *query = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (params); i++) {
    if (params[i].value == NULL)
      continue;
    g_autofree gchar *value = gst_rec_sigv4_encode (params[i].value, FALSE);
    g_string_append_printf (query, "%s%s=%s", i > 0 ? "&" : "",
        params[i].name, value);
  }

  return g_string_free (query, FALSE);
}
