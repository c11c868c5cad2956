/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* "Authorize with Shared Key", Azure Storage REST API, Blob service, version
 * 2009-09-19 and later. */
#include "sharedkey.h"

#include <string.h>

#include "store/store.h"

#define SHA256_SIZE 32

struct _GstRecSharedKey
{
  gsize size;
  guint8 bytes[];
};

/* @base64 is the key as Azure shows it. */
GstRecSharedKey *
gst_rec_shared_key_new (const gchar * base64, GError ** error)
{
  gsize size;
  guchar *bytes = g_base64_decode (base64, &size);
  gchar *again = g_base64_encode (bytes, size);
  GstRecSharedKey *self = NULL;

  /* The decoder passes over what is no base64. */
  if (size > 0 && strcmp (again, base64) == 0) {
    self = g_malloc (sizeof (GstRecSharedKey) + size);
    self->size = size;
    memcpy (self->bytes, bytes, size);
  } else {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS, "the account key is no valid base64");
  }

  explicit_bzero (bytes, size);
  g_free (bytes);
  explicit_bzero (again, strlen (again));
  g_free (again);

  return self;
}

void
gst_rec_shared_key_free (GstRecSharedKey * self)
{
  if (self == NULL)
    return;

  explicit_bzero (self->bytes, self->size);
  g_free (self);
}

/* The signature of @text, in base64. */
gchar *
gst_rec_shared_key_sign (const GstRecSharedKey * self, const gchar * text)
{
  g_autoptr (GHmac) hmac =
      g_hmac_new (G_CHECKSUM_SHA256, self->bytes, self->size);
  guint8 digest[SHA256_SIZE];
  gsize size = sizeof (digest);

  g_hmac_update (hmac, (const guchar *) text, -1);
  g_hmac_get_digest (hmac, digest, &size);

  return g_base64_encode (digest, size);
}

/* Azure sorts by the words of a language, not by code points: a hyphen does
 * not count, an underscore comes before digits and these before letters. */
static gint
weight (gchar c)
{
  if (c == '_')
    return 1;

  return c == '\0' ? 0 : 1 + g_ascii_tolower (c);
}

static gint
compare_headers (gconstpointer a, gconstpointer b)
{
  const gchar *x = (*(const GstRecField * const *) a)->name;
  const gchar *y = (*(const GstRecField * const *) b)->name;

  for (;; x++, y++) {
    while (*x == '-')
      x++;
    while (*y == '-')
      y++;
    if (*x == '\0' || weight (*x) != weight (*y))
      return weight (*x) - weight (*y);
  }
}

static gint
compare_params (gconstpointer a, gconstpointer b)
{
  const GstRecField *const *x = a;
  const GstRecField *const *y = b;

  return g_ascii_strcasecmp ((*x)->name, (*y)->name);
}

static void
append_standard_headers (GString * out, const GstRecSharedKeyRequest * request)
{
  static const gchar *const names[] = { "Content-Encoding",
    "Content-Language", "Content-Length", "Content-MD5", "Content-Type",
    "Date", "If-Modified-Since", "If-Match", "If-None-Match",
    "If-Unmodified-Since", "Range"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const gchar *value = "";

    for (guint j = 0; j < request->n_headers; j++)
      if (g_ascii_strcasecmp (request->headers[j].name, names[i]) == 0)
        value = request->headers[j].value;

    /* Since 2015-02-21 a length of nothing is nothing. */
    if (strcmp (names[i], "Content-Length") == 0 && strcmp (value, "0") == 0)
      value = "";
    g_string_append_printf (out, "%s\n", value);
  }
}

static void
append_own_headers (GString * out, const GstRecSharedKeyRequest * request)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < request->n_headers; i++)
    if (g_ascii_strncasecmp (request->headers[i].name, "x-ms-", 5) == 0)
      g_ptr_array_add (sorted, (gpointer) & request->headers[i]);
  g_ptr_array_sort (sorted, compare_headers);

  for (guint i = 0; i < sorted->len; i++) {
    const GstRecField *field = g_ptr_array_index (sorted, i);
    g_autofree gchar *name = g_ascii_strdown (field->name, -1);
    g_autofree gchar *value = g_strdup (field->value);

    g_string_append_printf (out, "%s:%s\n", name, g_strchug (value));
  }
}

static void
append_resource (GString * out, const GstRecSharedKeyRequest * request)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < request->n_params; i++)
    g_ptr_array_add (sorted, (gpointer) & request->params[i]);
  g_ptr_array_sort (sorted, compare_params);

  g_string_append_printf (out, "/%s%s", request->account, request->path);
  for (guint i = 0; i < sorted->len; i++) {
    const GstRecField *field = g_ptr_array_index (sorted, i);
    g_autofree gchar *name = g_ascii_strdown (field->name, -1);

    g_string_append_printf (out, "\n%s:%s", name, field->value);
  }
}

gchar *
gst_rec_shared_key_string_to_sign (const GstRecSharedKeyRequest * request)
{
  GString *text = g_string_new (request->method);

  g_string_append_c (text, '\n');
  append_standard_headers (text, request);
  append_own_headers (text, request);
  append_resource (text, request);

  return g_string_free (text, FALSE);
}

/* The value of the Authorization header. The headers of @request hold
 * x-ms-date and x-ms-version. */
gchar *
gst_rec_shared_key_authorization (const GstRecSharedKeyRequest * request,
    const GstRecSharedKey * key)
{
  g_autofree gchar *text = gst_rec_shared_key_string_to_sign (request);
  g_autofree gchar *signature = gst_rec_shared_key_sign (key, text);

  return g_strdup_printf ("SharedKey %s:%s", request->account, signature);
}
