/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "s3options.h"

#include <string.h>

#include <openssl/evp.h>

#include "store/credentials.h"
#include "store/sigv4.h"

/* https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
#define MAX_TAGS 10
#define MAX_TAG_NAME 128
#define MAX_TAG_VALUE 256
#define MAX_HEADER 2048
#define KEY_SIZE 32

static const gchar *const sse_names[] = { NULL, "AES256", "aws:kms",
  "aws:kms:dsse"
};

static const gchar *const lock_names[] = { NULL, "GOVERNANCE", "COMPLIANCE" };

void
gst_rec_s3_options_copy (const GstRecS3Options * self, GstRecS3Options * copy)
{
  *copy = *self;
  copy->sse_kms_key_id = g_strdup (self->sse_kms_key_id);
  copy->sse_context = g_strdupv (self->sse_context);
  copy->sse_customer_key = g_strdup (self->sse_customer_key);
  copy->storage_class = g_strdup (self->storage_class);
  copy->tags = g_strdupv (self->tags);
  copy->retain_until = g_strdup (self->retain_until);
}

void
gst_rec_s3_options_clear (GstRecS3Options * self)
{
  g_clear_pointer (&self->sse_kms_key_id, g_free);
  g_clear_pointer (&self->sse_context, g_strfreev);
  g_clear_pointer (&self->sse_customer_key, gst_rec_secret_free);
  g_clear_pointer (&self->storage_class, g_free);
  g_clear_pointer (&self->tags, g_strfreev);
  g_clear_pointer (&self->retain_until, g_free);
}

static gboolean
refuse (GError ** error, const gchar * what_to_do)
{
  g_set_error_literal (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
      what_to_do);
  return FALSE;
}

/* Whether it can be the value of a header, or is not there. */
static gboolean
is_header (const gchar * text)
{
  if (text == NULL)
    return TRUE;
  for (const gchar * c = text; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;

  return *text != '\0' && strlen (text) <= MAX_HEADER;
}

/* Of those that every store takes: letters, digits, spaces and some signs. */
static gboolean
is_tag_text (const gchar * text, glong most)
{
  if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > most)
    return FALSE;
  for (const gchar * c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar u = g_utf8_get_char (c);

    if (!g_unichar_isalnum (u) && !g_unichar_ismark (u) &&
        g_unichar_type (u) != G_UNICODE_SPACE_SEPARATOR &&
        !(u < 128 && strchr ("+-=._:/@", u)))
      return FALSE;
  }

  return TRUE;
}

static gboolean
check_tags (gchar ** tags, GError ** error)
{
  guint n = tags ? g_strv_length (tags) / 2 : 0;

  if (n > MAX_TAGS)
    return refuse (error, "Correct tags: an object has at most 10.");
  for (guint i = 0; i < 2 * n; i += 2)
    if (*tags[i] == '\0' || !is_tag_text (tags[i], MAX_TAG_NAME) ||
        g_ascii_strncasecmp (tags[i], "aws:", 4) == 0 ||
        !is_tag_text (tags[i + 1], MAX_TAG_VALUE)) {
      g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
          "Correct tags: the name or the value of %s is too long or has "
          "characters other than letters, digits, spaces and + - = . _ : / @.",
          tags[i]);
      return FALSE;
    }

  return TRUE;
}

/* A day alone begins at midnight, UTC. */
static GDateTime *
parse_time (const gchar * text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree gchar *day = g_strconcat (text, "T00:00:00Z", NULL);

  return g_date_time_new_from_iso8601 (strchr (text, 'T') ? text : day, utc);
}

static gboolean
check_lock (const GstRecS3Options * self, gint64 now, GError ** error)
{
  if ((self->lock_mode != GST_REC_S3_LOCK_NONE) !=
      (self->retain_until != NULL))
    return refuse (error, "Set object-lock-mode and retain-until, or neither: "
        "a lock has a kind and an end.");
  if (self->retain_until == NULL)
    return TRUE;

  g_autoptr (GDateTime) until = parse_time (self->retain_until);
  if (until == NULL)
    return refuse (error, "Correct retain-until: it is no time such as "
        "2030-01-31T00:00:00Z.");
  if (g_date_time_to_unix (until) <= now / G_USEC_PER_SEC)
    return refuse (error, "Correct retain-until: it is over.");

  return TRUE;
}

static gboolean
check_encryption (const GstRecS3Options * self, GError ** error)
{
  gboolean kms = self->sse == GST_REC_S3_SSE_KMS ||
      self->sse == GST_REC_S3_SSE_KMS_DSSE;

  if (!kms && (self->sse_kms_key_id || self->sse_bucket_key ||
          (self->sse_context && *self->sse_context)))
    return refuse (error, "Set sse to aws:kms or aws:kms:dsse: sse-kms-key-id, "
        "sse-context and sse-bucket-key belong to it.");
  if (self->sse == GST_REC_S3_SSE_KMS_DSSE && self->sse_bucket_key)
    return refuse (error, "Unset sse-bucket-key: aws:kms:dsse has none.");
  if (self->sse_customer_key && self->sse != GST_REC_S3_SSE_NONE)
    return refuse (error, "Set sse or sse-customer-key, not both: an object "
        "is encrypted in one way.");
  if (!is_header (self->sse_kms_key_id))
    return refuse (error, "Correct sse-kms-key-id: it is no name of a key.");

  return TRUE;
}

/* What Google's XML API has under no name:
 * https://cloud.google.com/storage/docs/aws-simple-migration */
static gboolean
check_google (const GstRecS3Options * self, GError ** error)
{
  if (self->sse != GST_REC_S3_SSE_NONE || self->sse_customer_key)
    return refuse (error, "Unset sse and sse-customer-key: Google Cloud "
        "Storage encrypts every object, with the key of its bucket.");
  if ((self->tags && *self->tags) || self->legal_hold)
    return refuse (error, "Unset tags and legal-hold: Google Cloud Storage "
        "has none that could be sent with an object.");
  if (self->checksum != GST_REC_CHECKSUM_NONE &&
      self->checksum != GST_REC_CHECKSUM_CRC32C)
    return refuse (error, "Set checksum to crc32c or none: Google Cloud "
        "Storage has no other of an object.");
  /* No preconditions on multipart uploads:
   * https://cloud.google.com/storage/docs/multipart-uploads */
  if (self->if_none_match)
    return refuse (error, "Unset if-none-match: Google Cloud Storage has no "
        "conditions on an upload in parts.");

  return TRUE;
}

/* Whether it makes sense together, at @now (us since 1970). */
gboolean
gst_rec_s3_options_check (const GstRecS3Options * self, GstRecS3Flavor flavor,
    gint64 now, GError ** error)
{
  if (!is_header (self->storage_class))
    return refuse (error, "Correct storage-class: it is no name such as "
        "STANDARD_IA.");
  if (flavor == GST_REC_S3_FLAVOR_GOOGLE && !check_google (self, error))
    return FALSE;

  /* S3 wants one with every request that locks. */
  if (flavor == GST_REC_S3_FLAVOR_AWS &&
      self->checksum == GST_REC_CHECKSUM_NONE &&
      (self->lock_mode != GST_REC_S3_LOCK_NONE || self->legal_hold))
    return refuse (error, "Set checksum: stores lock no object without one.");

  return check_encryption (self, error) && check_tags (self->tags, error) &&
      check_lock (self, now, error);
}

static void
append_json (GString * json, const gchar * text)
{
  g_string_append_c (json, '"');
  for (const gchar * c = text; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c (json, '\\');
    g_string_append_c (json, *c);
  }
  g_string_append_c (json, '"');
}

/* An object of strings, without control characters: no name and no value has
 * any. */
static gchar *
encode_context (gchar ** fields)
{
  g_autoptr (GString) json = g_string_new ("{");

  if (fields == NULL || *fields == NULL)
    return NULL;

  for (guint i = 0; fields[i]; i += 2) {
    if (i > 0)
      g_string_append_c (json, ',');
    append_json (json, fields[i]);
    g_string_append_c (json, ':');
    append_json (json, fields[i + 1]);
  }
  g_string_append_c (json, '}');

  return g_base64_encode ((const guint8 *) json->str, json->len);
}

static gchar *
encode_tags (gchar ** fields)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; fields && fields[i]; i += 2) {
    g_autofree gchar *name = gst_rec_sigv4_encode (fields[i], FALSE);
    g_autofree gchar *value = gst_rec_sigv4_encode (fields[i + 1], FALSE);

    g_string_append_printf (text, "%s%s=%s", i > 0 ? "&" : "", name, value);
  }

  return g_string_free (text, text->len == 0);
}

static gchar *
encode_time (const gchar * text)
{
  g_autoptr (GDateTime) time = text ? parse_time (text) : NULL;
  g_autoptr (GDateTime) utc = time ? g_date_time_to_utc (time) : NULL;

  return utc ? g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

/* As S3 writes them; NULL where there is none. */
void
gst_rec_s3_options_lock (const GstRecS3Options * self, gchar ** mode,
    gchar ** until)
{
  *mode = g_strdup (lock_names[self->lock_mode]);
  *until = encode_time (self->retain_until);
}

/* The headers of the request that begins an object, but for its condition and
 * the customer's key. */
void
gst_rec_s3_options_add (const GstRecS3Options * self,
    GstRecS3Headers * headers)
{
  g_autofree gchar *context = encode_context (self->sse_context);
  g_autofree gchar *tags = encode_tags (self->tags);
  g_autofree gchar *mode = NULL, *until = NULL;

  gst_rec_s3_options_lock (self, &mode, &until);
  gst_rec_s3_headers_add (headers, "x-amz-server-side-encryption",
      sse_names[self->sse]);
  gst_rec_s3_headers_add (headers,
      "x-amz-server-side-encryption-aws-kms-key-id", self->sse_kms_key_id);
  gst_rec_s3_headers_add (headers, "x-amz-server-side-encryption-context",
      context);
  gst_rec_s3_headers_add (headers,
      "x-amz-server-side-encryption-bucket-key-enabled",
      self->sse_bucket_key ? "true" : NULL);
  gst_rec_s3_headers_add (headers, "x-amz-storage-class",
      self->storage_class);
  gst_rec_s3_headers_add (headers, "x-amz-tagging", tags);
  gst_rec_s3_headers_add (headers, "x-amz-object-lock-mode", mode);
  gst_rec_s3_headers_add (headers, "x-amz-object-lock-retain-until-date",
      until);
  gst_rec_s3_headers_add (headers, "x-amz-object-lock-legal-hold",
      self->legal_hold ? "ON" : NULL);
}

/* The 32 bytes of a key in base64 or in hex. */
static gboolean
decode_key (const gchar * text, guint8 * key)
{
  gsize length = strlen (text);
  gsize size = 0;

  if (length == 2 * KEY_SIZE) {
    for (guint i = 0; i < KEY_SIZE; i++) {
      gint high = g_ascii_xdigit_value (text[2 * i]);
      gint low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      key[i] = high << 4 | low;
    }
    return TRUE;
  }

  /* GLib skips what is no base64. */
  for (const gchar * c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("+/=", *c) == NULL)
      return FALSE;

  guint8 *bytes = g_base64_decode (text, &size);
  if (size == KEY_SIZE)
    memcpy (key, bytes, KEY_SIZE);
  gst_rec_secret_wipe (bytes, size);
  g_free (bytes);

  return size == KEY_SIZE;
}

/* What every request carries that reads or writes the bytes of an object which
 * is encrypted with a key of the customer: the key, and the MD5 of it, by which
 * the store sees that it came over. */
GstRecS3Headers *
gst_rec_s3_customer_key_headers (const gchar * key, GError ** error)
{
  guint8 bytes[KEY_SIZE], digest[EVP_MAX_MD_SIZE];
  guint digest_size;

  if (!decode_key (key, bytes)) {
    refuse (error, "Correct sse-customer-key: it is no key of 32 bytes in "
        "base64 or in hex.");
    return NULL;
  }
  if (!EVP_Digest (bytes, KEY_SIZE, digest, &digest_size, EVP_md5 (), NULL)) {
    gst_rec_secret_wipe (bytes, sizeof (bytes));
    refuse (error, "Unset sse-customer-key: libcrypto has no MD5 here, which "
        "stores want of the key.");
    return NULL;
  }

  GstRecS3Headers *headers = gst_rec_s3_headers_new ();
  gchar *base64 = g_base64_encode (bytes, KEY_SIZE);
  g_autofree gchar *md5 = g_base64_encode (digest, digest_size);

  gst_rec_s3_headers_add (headers,
      "x-amz-server-side-encryption-customer-algorithm", "AES256");
  gst_rec_s3_headers_add (headers,
      "x-amz-server-side-encryption-customer-key", base64);
  gst_rec_s3_headers_add (headers,
      "x-amz-server-side-encryption-customer-key-MD5", md5);
  gst_rec_secret_free (base64);
  gst_rec_secret_wipe (bytes, sizeof (bytes));

  return headers;
}
