/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "sessionsrtp.h"

#include <gio/gio.h>

static const SessionSrtp suites[] = {
  {"AES_CM_128_HMAC_SHA1_80", "aes-128-icm", "hmac-sha1-80", "hmac-sha1-80",
      30, NULL},
  {"AES_CM_128_HMAC_SHA1_32", "aes-128-icm", "hmac-sha1-32", "hmac-sha1-80",
      30, NULL},
  {"AEAD_AES_128_GCM", "aes-128-gcm", "null", "null", 28, NULL},
  {"AEAD_AES_256_GCM", "aes-256-gcm", "null", "null", 44, NULL},
};

static GBytes *
make_key (gsize size)
{
  guint8 *key = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    key[i] = g_random_int ();

  return g_bytes_new_take (key, size);
}

SessionSrtp *
session_srtp_new (const gchar * suite, GError ** error)
{
  for (guint i = 0; i < G_N_ELEMENTS (suites); i++) {
    SessionSrtp *self;

    if (!g_str_equal (suites[i].suite, suite))
      continue;
    self = g_memdup2 (&suites[i], sizeof suites[i]);
    self->key = make_key (self->key_size);
    return self;
  }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
      "there is no SRTP suite \"%s\"", suite);
  return NULL;
}

void
session_srtp_free (SessionSrtp * self)
{
  g_bytes_unref (self->key);
  g_free (self);
}

/* rtpbin does not ask for them. */
static void
request_pad (GstElement * encoder, const gchar * template, guint id)
{
  g_autofree gchar *name = g_strdup_printf ("%s_%u", template, id);

  gst_object_unref (gst_element_request_pad_simple (encoder, name));
}

/* For the session @id of an rtpbin. NULL: srtpenc is not installed. */
GstElement *
session_srtp_make_encoder (const SessionSrtp * self, guint id)
{
  GstElement *encoder = gst_element_factory_make ("srtpenc", NULL);
  g_autoptr (GstBuffer) key = gst_buffer_new_wrapped_bytes (self->key);

  if (!encoder)
    return NULL;
  g_object_set (encoder, "key", key, NULL);
  gst_util_set_object_arg (G_OBJECT (encoder), "rtp-cipher", self->cipher);
  gst_util_set_object_arg (G_OBJECT (encoder), "rtp-auth", self->auth);
  gst_util_set_object_arg (G_OBJECT (encoder), "rtcp-cipher", self->cipher);
  gst_util_set_object_arg (G_OBJECT (encoder), "rtcp-auth", self->rtcp_auth);
  request_pad (encoder, "rtp_sink", id);
  request_pad (encoder, "rtcp_sink", id);
  return encoder;
}

void
session_srtp_append_sdp (const SessionSrtp * self, GString * sdp)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (self->key, &size);
  g_autofree gchar *key = g_base64_encode (data, size);

  g_string_append_printf (sdp, "a=crypto:1 %s inline:%s\r\n", self->suite,
      key);
}
