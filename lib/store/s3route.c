/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3route.h"

#include <string.h>

#include "store/s3answer.h"

#define AWS_DOMAIN ".amazonaws.com"
#define AWS_GLOBAL "s3" AWS_DOMAIN
#define MAX_REGION 32

struct _GstRecS3Route
{
  GMutex lock;                  /* of the rest */
  GstRecS3Hop hop;
};

void
gst_rec_s3_hop_clear (GstRecS3Hop * self)
{
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->region, g_free);
}

GstRecS3Route *
gst_rec_s3_route_new (const gchar * host, const gchar * region)
{
  GstRecS3Route *self = g_new0 (GstRecS3Route, 1);

  g_mutex_init (&self->lock);
  self->hop.host = g_strdup (host);
  self->hop.region = g_strdup (region);

  return self;
}

void
gst_rec_s3_route_free (GstRecS3Route * self)
{
  gst_rec_s3_hop_clear (&self->hop);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
gst_rec_s3_route_get (GstRecS3Route * self, GstRecS3Hop * hop)
{
  gst_rec_s3_hop_clear (hop);
  g_mutex_lock (&self->lock);
  hop->host = g_strdup (self->hop.host);
  hop->region = g_strdup (self->hop.region);
  g_mutex_unlock (&self->lock);
}

/* It becomes part of a host and of a signature. */
static gboolean
is_region (const gchar * text)
{
  gsize n = text ? strlen (text) : 0;

  for (gsize i = 0; i < n; i++)
    if (!g_ascii_islower (text[i]) && !g_ascii_isdigit (text[i]) &&
        text[i] != '-')
      return FALSE;

  return n > 0 && n <= MAX_REGION;
}

/* @host with @to instead of @old. */
static gchar *
replace_once (const gchar * host, const gchar * old, const gchar * to)
{
  const gchar *at = strstr (host, old);

  return at ? g_strdup_printf ("%.*s%s%s", (gint) (at - host), host, to,
      at + strlen (old)) : NULL;
}

/* The host of AWS for another region; NULL where @host is not one of those.
 * Nobody else's hosts are guessed. */
static gchar *
host_in_region (const gchar * host, const gchar * from, const gchar * to)
{
  const gchar *domain = g_strrstr (host, AWS_DOMAIN);
  const gchar *rest = domain ? domain + strlen (AWS_DOMAIN) : NULL;
  g_autofree gchar *old = g_strconcat (from, AWS_DOMAIN, NULL);
  g_autofree gchar *new = g_strconcat (to, AWS_DOMAIN, NULL);
  g_autofree gchar *regional = g_strconcat ("s3.", new, NULL);

  if (rest == NULL || (*rest != '\0' && *rest != ':' &&
          strcmp (rest, ".cn") != 0))
    return NULL;

  gchar *found = replace_once (host, old, new);
  return found ? found : replace_once (host, AWS_GLOBAL, regional);
}

/* The region that an answer names, if it is one about regions. */
static gchar *
region_of (const GstRecHttpResponse * response)
{
  const gchar *header =
      gst_rec_http_response_header (response, "x-amz-bucket-region");
  gsize size;
  const gchar *data = g_bytes_get_data (response->body, &size);
  g_autoptr (GstRecS3Answer) answer =
      gst_rec_s3_answer_parse (data, size, NULL, NULL);
  const gchar *code = answer ? gst_rec_s3_answer_get (answer, "Code") : NULL;
  const gchar *named =
      answer ? gst_rec_s3_answer_get (answer, "Region") : NULL;

  switch (response->status) {
    case SOUP_STATUS_BAD_REQUEST:
      /* To HEAD it has no body. */
      if (code && strcmp (code, "AuthorizationHeaderMalformed") != 0)
        return NULL;
      break;
    case SOUP_STATUS_MOVED_PERMANENTLY:
    case SOUP_STATUS_TEMPORARY_REDIRECT:
      break;
    default:
      return NULL;
  }

  return g_strdup (is_region (header) ? header :
      is_region (named) ? named : NULL);
}

/* Whether the request that went by @from and got @response goes elsewhere now:
 * because the answer says where, or because somebody else has found out. */
gboolean
gst_rec_s3_route_follow (GstRecS3Route * self, const GstRecS3Hop * from,
    const GstRecHttpResponse * response)
{
  g_autofree gchar *region = region_of (response);
  gboolean moved;

  if (region == NULL)
    return FALSE;

  g_mutex_lock (&self->lock);
  if (strcmp (self->hop.region, from->region) == 0 &&
      strcmp (region, from->region) != 0) {
    gchar *host = host_in_region (from->host, from->region, region);

    if (host) {
      g_free (self->hop.host);
      self->hop.host = host;
    }
    g_free (self->hop.region);
    self->hop.region = g_steal_pointer (&region);
  }
  moved = strcmp (self->hop.region, from->region) != 0;
  g_mutex_unlock (&self->lock);

  return moved;
}
