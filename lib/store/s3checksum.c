/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3private.h"

#include "store/checksum.h"

/* https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 *
 * Google's XML API does not know these headers: there the checksum is of our
 * own, and compared with the one of the object that stands. */
static gboolean
is_sent (const GstRecS3Place * place)
{
  return place->options.checksum != GST_REC_CHECKSUM_NONE &&
      place->flavor == GST_REC_S3_FLAVOR_AWS;
}

/* In the algorithm of the place, or NULL where it has none. */
gchar *
gst_rec_s3_body_checksum (const GstRecS3Place * place, const GstRecBody * body)
{
  if (place->options.checksum == GST_REC_CHECKSUM_NONE)
    return NULL;

  return gst_rec_checksum_of_body (place->options.checksum, body);
}

/* Of the object that is made of @parts, or NULL. */
gchar *
gst_rec_s3_object_checksum (const GstRecS3Place * place,
    const GstRecStorePart * parts, guint n_parts)
{
  GstRecChecksumType type = place->options.checksum;

  if (type == GST_REC_CHECKSUM_NONE)
    return NULL;

  return gst_rec_checksum_type_combines (type) ?
      gst_rec_checksum_full_object (type, parts, n_parts) :
      gst_rec_checksum_composite (type, parts, n_parts);
}

/* As objects have it: "crc32c:" and the base64. */
gchar *
gst_rec_s3_named_checksum (const GstRecS3Place * place, const gchar * base64)
{
  return g_strdup_printf ("%s:%s",
      gst_rec_checksum_type_name (place->options.checksum), base64);
}

/* The name of the header that has it, or NULL where none is sent. */
gchar *
gst_rec_s3_checksum_header (const GstRecS3Place * place)
{
  return is_sent (place) ? g_strconcat ("x-amz-checksum-",
      gst_rec_checksum_type_name (place->options.checksum), NULL) : NULL;
}

/* The name of the element that has it, or NULL where none is sent. */
gchar *
gst_rec_s3_checksum_element (const GstRecS3Place * place)
{
  g_autofree gchar *name = is_sent (place) ?
      g_ascii_strup (gst_rec_checksum_type_name (place->options.checksum),
      -1) : NULL;

  return name ? g_strconcat ("Checksum", name, NULL) : NULL;
}

void
gst_rec_s3_add_checksum (GstRecS3Headers * headers,
    const GstRecS3Place * place, const gchar * base64)
{
  g_autofree gchar *name = gst_rec_s3_checksum_header (place);

  if (name)
    gst_rec_s3_headers_add (headers, name, base64);
}

static const gchar *
type_of_object (const GstRecS3Place * place)
{
  return gst_rec_checksum_type_combines (place->options.checksum) ?
      "FULL_OBJECT" : "COMPOSITE";
}

/* With the request that begins an upload: which checksums will come. */
void
gst_rec_s3_announce_checksum (GstRecS3Headers * headers,
    const GstRecS3Place * place)
{
  if (!is_sent (place))
    return;

  g_autofree gchar *name =
      g_ascii_strup (gst_rec_checksum_type_name (place->options.checksum), -1);
  gst_rec_s3_headers_add (headers, "x-amz-checksum-algorithm", name);
  gst_rec_s3_headers_add (headers, "x-amz-checksum-type",
      type_of_object (place));
}

/* With the request that ends an upload: what the object must come to. The one
 * of the whole bytes can be said; that of the parts' is compared only. */
void
gst_rec_s3_add_object_checksum (GstRecS3Headers * headers,
    const GstRecS3Place * place, const gchar * base64)
{
  if (!is_sent (place) || base64 == NULL)
    return;

  gst_rec_s3_headers_add (headers, "x-amz-checksum-type",
      type_of_object (place));
  if (gst_rec_checksum_type_combines (place->options.checksum))
    gst_rec_s3_add_checksum (headers, place, base64);
}

/* Whether the store got what was sent, where it says what it got. Both may be
 * NULL. */
gboolean
gst_rec_s3_check_checksum (const GstRecS3Operation * operation,
    const gchar * answered, const gchar * sent, GError ** error)
{
  if (answered == NULL || *answered == '\0' || sent == NULL ||
      g_strcmp0 (answered, sent) == 0)
    return TRUE;

  g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_CHECKSUM,
      "%s: the checksum in the store is not that of what was sent",
      operation->name);
  return FALSE;
}

/* On the request that makes the object visible. */
void
gst_rec_s3_add_condition (GstRecS3Headers * headers,
    const GstRecS3Place * place)
{
  if (place->options.if_none_match)
    gst_rec_s3_headers_add (headers, "if-none-match", "*");
}
