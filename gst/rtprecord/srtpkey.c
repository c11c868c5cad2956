/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* SRTP keys as an SDP tells them (RFC 4568): "SUITE inline:KEY". What is
 * wrong with one is said without the key. */

#include "srtpkey.h"

#include <string.h>

#define N_SUITES G_N_ELEMENTS (suites)
#define MAX_KEY_TEXT 64

static const struct
{
  const gchar *name;
  gsize size;                   /* of master key and salt */
} suites[] = {
  [GST_REC_SRTP_AES_CM_128_HMAC_SHA1_80] = {"AES_CM_128_HMAC_SHA1_80", 30},
  [GST_REC_SRTP_AES_CM_128_HMAC_SHA1_32] = {"AES_CM_128_HMAC_SHA1_32", 30},
  [GST_REC_SRTP_AEAD_AES_128_GCM] = {"AEAD_AES_128_GCM", 28},
  [GST_REC_SRTP_AEAD_AES_256_GCM] = {"AEAD_AES_256_GCM", 44},
};

void
gst_rec_secret_free (gchar * secret)
{
  if (secret)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
gst_rec_srtp_key_free (GstRecSrtpKey * self)
{
  if (self)
    explicit_bzero (self, sizeof *self);
  g_free (self);
}

GstRecSrtpKey *
gst_rec_srtp_key_copy (const GstRecSrtpKey * self)
{
  return g_memdup2 (self, sizeof *self);
}

static gboolean
bad_key (GError ** error, const gchar * reason)
{
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "the SRTP key %s: write 'SUITE inline:KEY' (RFC 4568)", reason);

  return FALSE;
}

static gboolean
find_suite (const gchar * name, gsize length, GstRecSrtpSuite * suite)
{
  for (guint i = 0; i < N_SUITES; i++) {
    if (strlen (suites[i].name) == length
        && strncmp (suites[i].name, name, length) == 0) {
      *suite = i;
      return TRUE;
    }
  }

  return FALSE;
}

static gboolean
parse_suite (GstRecSrtpKey * self, const gchar * name, gsize length,
    GError ** error)
{
  if (find_suite (name, length, &self->suite))
    return TRUE;

  /* It may be a key that stands in the wrong place: it is not repeated. */
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "the SRTP suite is unknown: AES_CM_128_HMAC_SHA1_80, "
      "AES_CM_128_HMAC_SHA1_32, AEAD_AES_128_GCM and AEAD_AES_256_GCM can be "
      "received");

  return FALSE;
}

/* Base64, with or without its padding. */
static gboolean
parse_material (GstRecSrtpKey * self, const gchar * text, gsize length,
    GError ** error)
{
  static const gchar alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
      "abcdefghijklmnopqrstuvwxyz0123456789+/";
  gsize n = strspn (text, alphabet), size = n * 3 / 4, wanted;
  guint8 data[MAX_KEY_TEXT];
  gint state = 0;
  guint save = 0;

  if (n + strspn (text + n, "=") != length || length - n > 2 || n % 4 == 1)
    return bad_key (error, "is not base64");

  wanted = suites[self->suite].size;
  if (size != wanted) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "the SRTP key has %" G_GSIZE_FORMAT " bytes; %s takes %" G_GSIZE_FORMAT
        ", master key and salt together", size, suites[self->suite].name,
        wanted);
    return FALSE;
  }

  g_base64_decode_step (text, n, data, &state, &save);
  if (n % 4)
    g_base64_decode_step ("==", 4 - n % 4, data + n / 4 * 3, &state, &save);
  memcpy (self->data, data, size);
  explicit_bzero (data, sizeof data);
  explicit_bzero (&save, sizeof save);

  return TRUE;
}

/* "|2^20|1:4" (RFC 4568, 6.1): how long a key lives is the sender's affair. */
static gboolean
check_key_extras (const gchar * text, gsize length, GError ** error)
{
  if (memchr (text, ';', length))
    return bad_key (error, "is not the only one of its line");
  if (memchr (text, ':', length))
    return bad_key (error, "has a master key identifier (MKI), which is not "
        "supported");

  return TRUE;
}

/* RFC 4568, 6.3: a line with a parameter that is not understood does not
 * count. What KDR=0 and WSH say holds anyway. */
static gboolean
check_session_parameters (const gchar * text, GError ** error)
{
  for (text += strspn (text, " \t"); *text; text += strspn (text, " \t")) {
    gsize length = strcspn (text, " \t");

    if (!g_str_has_prefix (text, "WSH=")
        && !(length == 5 && g_str_has_prefix (text, "KDR=0")))
      return bad_key (error, "has a session parameter that is not supported");
    text += length;
  }

  return TRUE;
}

/* @text: "SUITE inline:KEY[|LIFETIME] [WSH=N]" */
GstRecSrtpKey *
gst_rec_srtp_key_parse (const gchar * text, GError ** error)
{
  g_autoptr (GstRecSrtpKey) self = g_new0 (GstRecSrtpKey, 1);
  gsize length;

  text += strspn (text, " \t");
  length = strcspn (text, " \t");
  if (!parse_suite (self, text, length, error))
    return NULL;

  text += length + strspn (text + length, " \t");
  if (!g_str_has_prefix (text, "inline:")) {
    bad_key (error, "has no 'inline:'");
    return NULL;
  }
  text += strlen ("inline:");
  length = strcspn (text, " \t|;");
  if (!parse_material (self, text, length, error))
    return NULL;

  text += length;
  length = strcspn (text, " \t");
  if (!check_key_extras (text, length, error)
      || !check_session_parameters (text + length, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* "1 SUITE inline:KEY" */
static GstRecSrtpKey *
parse_attribute (const gchar * value, GError ** error)
{
  gsize n = strspn (value, "0123456789");

  if (n == 0 || n > 9 || strspn (value + n, " \t") == 0) {
    bad_key (error, "has no tag (a number) before it");
    return NULL;
  }

  return gst_rec_srtp_key_parse (value + n, error);
}

/* A line of the SDP, which the caller frees as a secret, or NULL after the
 * last one. */
static gchar *
next_line (const gchar ** sdp)
{
  const gchar *start = *sdp + strspn (*sdp, "\r\n\t\f ");
  gsize length = strcspn (start, "\r\n");

  *sdp = start + length;

  return length > 0 ? g_strndup (start, length) : NULL;
}

static const gchar *
attribute_value (const gchar * line, const gchar * attribute)
{
  gsize length = strlen (attribute);

  if (!g_str_has_prefix (line, "a=") || strncmp (line + 2, attribute, length)
      || line[2 + length] != ':')
    return NULL;

  return line + 2 + length + 1;
}

/* The first key that can be used. Section 0 is what stands before the first
 * m-line. NULL without an error: there is none at all. */
static GstRecSrtpKey *
find_in_section (const gchar * sdp, guint section, const gchar * attribute,
    GError ** error)
{
  g_autoptr (GError) first = NULL;
  GstRecSrtpKey *key = NULL;
  guint current = 0;
  gchar *line;

  while (!key && current <= section && (line = next_line (&sdp))) {
    g_autoptr (GError) reason = NULL;
    const gchar *value = attribute_value (line, attribute);

    if (g_str_has_prefix (line, "m="))
      current++;
    if (value && current == section)
      key = parse_attribute (value, &reason);
    if (reason && !first)
      first = g_steal_pointer (&reason);
    gst_rec_secret_free (line);
  }
  if (!key && first)
    g_propagate_error (error, g_steal_pointer (&first));

  return key;
}

/* The key of an m-section, counted from 0, or the one of all sections. NULL
 * without an error: there is none. */
GstRecSrtpKey *
gst_rec_srtp_key_find (const gchar * sdp, guint section,
    const gchar * attribute, GError ** error)
{
  GError *reason = NULL;
  GstRecSrtpKey *key = find_in_section (sdp, section + 1, attribute, &reason);

  if (!key && !reason)
    key = find_in_section (sdp, 0, attribute, &reason);
  if (reason)
    g_propagate_error (error, reason);

  return key;
}
