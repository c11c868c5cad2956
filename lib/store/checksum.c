/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "checksum.h"

#include <string.h>

#include <openssl/evp.h>

#include "store/crc.h"

struct _GstRecChecksum
{
  GstRecChecksumType type;
  guint64 crc;
  EVP_MD_CTX *digest;           /* NULL for a CRC */
};

static const struct
{
  const gchar *name;            /* as in x-amz-checksum-... */
  GstRecCrc crc;                /* where there is no digest */
  const EVP_MD *(*digest) (void);
} types[] = {
  [GST_REC_CHECKSUM_NONE] = {NULL, 0, NULL},
  [GST_REC_CHECKSUM_CRC32] = {"crc32", GST_REC_CRC_32, NULL},
  [GST_REC_CHECKSUM_CRC32C] = {"crc32c", GST_REC_CRC_32C, NULL},
  [GST_REC_CHECKSUM_CRC64NVME] = {"crc64nvme", GST_REC_CRC_64NVME, NULL},
  [GST_REC_CHECKSUM_SHA1] = {"sha1", 0, EVP_sha1},
  [GST_REC_CHECKSUM_SHA256] = {"sha256", 0, EVP_sha256},
};

const gchar *
gst_rec_checksum_type_name (GstRecChecksumType type)
{
  return types[type].name;
}

/* Whether the checksum of an object follows from those of its parts. */
gboolean
gst_rec_checksum_type_combines (GstRecChecksumType type)
{
  return type != GST_REC_CHECKSUM_NONE && types[type].digest == NULL;
}

GstRecChecksum *
gst_rec_checksum_new (GstRecChecksumType type)
{
  GstRecChecksum *self = g_new0 (GstRecChecksum, 1);

  g_assert (type != GST_REC_CHECKSUM_NONE);
  self->type = type;
  if (types[type].digest) {
    self->digest = EVP_MD_CTX_new ();
    if (!EVP_DigestInit_ex (self->digest, types[type].digest (), NULL))
      g_error ("libcrypto has no %s", types[type].name);
  }

  return self;
}

void
gst_rec_checksum_free (GstRecChecksum * self)
{
  EVP_MD_CTX_free (self->digest);
  g_free (self);
}

void
gst_rec_checksum_update (GstRecChecksum * self, gconstpointer data, gsize size)
{
  if (self->digest)
    EVP_DigestUpdate (self->digest, data, size);
  else
    self->crc = gst_rec_crc_update (types[self->type].crc, self->crc, data,
        size);
}

void
gst_rec_checksum_update_body (GstRecChecksum * self, const GstRecBody * body)
{
  for (guint i = 0; i < gst_rec_body_n_pieces (body); i++) {
    gsize size;
    gconstpointer data =
        g_bytes_get_data (gst_rec_body_piece (body, i), &size);

    gst_rec_checksum_update (self, data, size);
  }
}

static GBytes *
crc_to_bytes (GstRecCrc kind, guint64 crc)
{
  gsize size = gst_rec_crc_width (kind) / 8;
  guint64 big_endian = GUINT64_TO_BE (crc);

  return g_bytes_new ((guint8 *) & big_endian + 8 - size, size);
}

/* Called once, after all updates. */
GBytes *
gst_rec_checksum_finish (GstRecChecksum * self)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  guint size;

  if (self->digest == NULL)
    return crc_to_bytes (types[self->type].crc, self->crc);

  EVP_DigestFinal_ex (self->digest, digest, &size);
  return g_bytes_new (digest, size);
}

static gchar *
to_base64 (GBytes * bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);

  return g_base64_encode (data, size);
}

gchar *
gst_rec_checksum_finish_base64 (GstRecChecksum * self)
{
  g_autoptr (GBytes) bytes = gst_rec_checksum_finish (self);

  return to_base64 (bytes);
}

gchar *
gst_rec_checksum_finish_hex (GstRecChecksum * self)
{
  g_autoptr (GBytes) bytes = gst_rec_checksum_finish (self);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GString *hex = g_string_sized_new (2 * size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", data[i]);

  return g_string_free (hex, FALSE);
}

/* In base64. */
gchar *
gst_rec_checksum_of_body (GstRecChecksumType type, const GstRecBody * body)
{
  g_autoptr (GstRecChecksum) self = gst_rec_checksum_new (type);

  gst_rec_checksum_update_body (self, body);

  return gst_rec_checksum_finish_base64 (self);
}

/* NULL if it is none of this type. */
static guint8 *
decode (GstRecChecksumType type, const gchar * base64, gsize * size)
{
  gsize expected = types[type].digest ?
      (gsize) EVP_MD_get_size (types[type].digest ()) :
      gst_rec_crc_width (types[type].crc) / 8;
  g_autofree guint8 *data = base64 ? g_base64_decode (base64, size) : NULL;

  return data && *size == expected ? g_steal_pointer (&data) : NULL;
}

/* The checksum of the object that is made of @parts, in order, from those of
 * the parts: base64. NULL where it does not follow from them. */
gchar *
gst_rec_checksum_full_object (GstRecChecksumType type,
    const GstRecStorePart * parts, guint n_parts)
{
  guint64 whole = 0;

  if (!gst_rec_checksum_type_combines (type))
    return NULL;

  for (guint i = 0; i < n_parts; i++) {
    gsize size;
    g_autofree guint8 *data = decode (type, parts[i].checksum, &size);
    guint64 crc = 0;

    if (data == NULL)
      return NULL;
    memcpy ((guint8 *) & crc + 8 - size, data, size);
    whole = gst_rec_crc_combine (types[type].crc, whole,
        GUINT64_FROM_BE (crc), parts[i].size);
  }

  g_autoptr (GBytes) bytes = crc_to_bytes (types[type].crc, whole);
  return to_base64 (bytes);
}

/* The checksum of the checksums of @parts, "base64-N". NULL where one of the
 * parts has none. CRC64NVME has no such form in S3. */
gchar *
gst_rec_checksum_composite (GstRecChecksumType type,
    const GstRecStorePart * parts, guint n_parts)
{
  g_autoptr (GstRecChecksum) self = NULL;
  g_autofree gchar *base64 = NULL;

  if (type == GST_REC_CHECKSUM_NONE || type == GST_REC_CHECKSUM_CRC64NVME)
    return NULL;

  self = gst_rec_checksum_new (type);
  for (guint i = 0; i < n_parts; i++) {
    gsize size;
    g_autofree guint8 *data = decode (type, parts[i].checksum, &size);

    if (data == NULL)
      return NULL;
    gst_rec_checksum_update (self, data, size);
  }

  base64 = gst_rec_checksum_finish_base64 (self);
  return g_strdup_printf ("%s-%u", base64, n_parts);
}
