/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "sigv4.h"

#include <openssl/evp.h>
#include <string.h>

#define SHA256_SIZE 32

/* What Google calls otherwise. */
static const struct
{
  const gchar *algorithm;
  const gchar *key;             /* in front of the secret */
  const gchar *terminator;
  const gchar *prefix;          /* of parameters */
} dialects[] = {
  [GST_REC_SIGV4_AWS] = {"AWS4-HMAC-SHA256", "AWS4", "aws4_request", "X-Amz-"},
  [GST_REC_SIGV4_GOOG] = {"GOOG4-HMAC-SHA256", "GOOG4", "goog4_request",
        "X-Goog-"},
};

/* AWS's UriEncode: every byte but A-Z a-z 0-9 - . _ ~ becomes %XX. */
gchar *
gst_rec_sigv4_encode (const gchar * text, gboolean keep_slash)
{
  GString *out = g_string_sized_new (strlen (text) + 16);

  for (const gchar * c = text; *c != '\0'; c++) {
    if (g_ascii_isalnum (*c) || strchr ("-._~", *c) ||
        (keep_slash && *c == '/'))
      g_string_append_c (out, *c);
    else
      g_string_append_printf (out, "%%%02X", (guint8) *c);
  }

  return g_string_free (out, FALSE);
}

/* What AWS's services other than S3 make of a path before they sign it, RFC
 * 3986, section 5.2.4, and no segment empty. A key of S3 may hold "..". */
gchar *
gst_rec_sigv4_normalize (const gchar * path)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  gboolean folder = FALSE;      /* a slash at the end */

  for (gchar ** s = segments; *s != NULL; s++) {
    gboolean up = strcmp (*s, "..") == 0;

    folder = up || **s == '\0' || strcmp (*s, ".") == 0;
    if (!folder)
      g_ptr_array_add (kept, *s);
    else if (up && kept->len > 0)
      g_ptr_array_set_size (kept, kept->len - 1);
  }

  gboolean bare = kept->len == 0;
  g_ptr_array_add (kept, NULL);
  g_autofree gchar *joined = g_strjoinv ("/", (gchar **) kept->pdata);
  return g_strconcat ("/", joined, folder && !bare ? "/" : NULL, NULL);
}

static gint
compare_pairs (gconstpointer a, gconstpointer b)
{
  const gchar *const *x = a;
  const gchar *const *y = b;

  return strcmp (*x, *y);
}

/* The canonical query string. It serves as the query of the URI as well, so
 * that what is signed is what is sent. */
gchar *
gst_rec_sigv4_query (const GstRecField * params, guint n_params)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_params; i++) {
    g_autofree gchar *name = gst_rec_sigv4_encode (params[i].name, FALSE);
    g_autofree gchar *value = gst_rec_sigv4_encode (params[i].value, FALSE);

    /* A tab sorts before every character that a name can hold, "=" does not:
     * so "a" comes before "a-b". */
    g_ptr_array_add (pairs, g_strconcat (name, "\t", value, NULL));
  }
  g_ptr_array_sort (pairs, compare_pairs);
  g_ptr_array_add (pairs, NULL);

  g_autofree gchar *query = g_strjoinv ("&", (gchar **) pairs->pdata);
  return g_strdelimit (g_steal_pointer (&query), "\t", '=');
}

gchar *
gst_rec_sigv4_date (gint64 real_time)
{
  g_autoptr (GDateTime) date =
      g_date_time_new_from_unix_utc (real_time / G_USEC_PER_SEC);

  return g_date_time_format (date, "%Y%m%dT%H%M%SZ");
}

static gchar *
to_hex (const guint8 * bytes, gsize size)
{
  GString *hex = g_string_sized_new (2 * size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);

  return g_string_free (hex, FALSE);
}

/* libcrypto uses the SHA instructions of the CPU, GChecksum does not: with
 * parts of megabytes that is most of the work of an upload. */
gchar *
gst_rec_sigv4_sha256 (gconstpointer data, gsize size)
{
  guint8 digest[SHA256_SIZE];

  if (!EVP_Digest (data, size, digest, NULL, EVP_sha256 (), NULL))
    g_error ("libcrypto has no SHA-256");

  return to_hex (digest, sizeof (digest));
}

/* Outer blanks go, inner runs of blanks become one. */
static void
append_trimmed (GString * out, const gchar * value)
{
  g_autofree gchar *copy = g_strdup (value);
  gboolean blank = FALSE;

  for (const gchar * c = g_strstrip (copy); *c != '\0'; c++) {
    gboolean space = g_ascii_isspace (*c);

    if (!space)
      g_string_append_c (out, *c);
    else if (!blank)
      g_string_append_c (out, ' ');
    blank = space;
  }
}

static gint
compare_fields (gconstpointer a, gconstpointer b)
{
  const GstRecField *const *x = a;
  const GstRecField *const *y = b;
  gint order = g_ascii_strcasecmp ((*x)->name, (*y)->name);

  /* qsort is not stable, and values of one name keep their order. */
  return order != 0 ? order : (*x > *y) - (*x < *y);
}

/* Writes the canonical headers to @canonical and their names to @names. */
static void
canonical_headers (const GstRecSigV4Request * request, GString * canonical,
    GString * names)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  const gchar *last = "";

  for (guint i = 0; i < request->n_headers; i++)
    g_ptr_array_add (sorted, (gpointer) & request->headers[i]);
  g_ptr_array_sort (sorted, compare_fields);

  for (guint i = 0; i < sorted->len; i++) {
    const GstRecField *field = g_ptr_array_index (sorted, i);
    g_autofree gchar *name = g_ascii_strdown (field->name, -1);

    if (g_ascii_strcasecmp (last, name) == 0) {
      canonical->str[canonical->len - 1] = ',';
    } else {
      g_string_append_printf (names, "%s%s", names->len ? ";" : "", name);
      g_string_append_printf (canonical, "%s:", name);
    }
    append_trimmed (canonical, field->value);
    g_string_append_c (canonical, '\n');
    last = field->name;
  }
}

static gchar *
canonical_request (const GstRecSigV4Request * request, GString * names)
{
  g_autoptr (GString) headers = g_string_new (NULL);

  canonical_headers (request, headers, names);

  return g_strdup_printf ("%s\n%s\n%s\n%s\n%s\n%s", request->method,
      request->path, request->query ? request->query : "", headers->str,
      names->str, request->payload_hash);
}

gchar *
gst_rec_sigv4_canonical_request (const GstRecSigV4Request * request)
{
  g_autoptr (GString) names = g_string_new (NULL);

  return canonical_request (request, names);
}

static void
hmac (const guint8 * key, gsize key_size, const gchar * text, guint8 * digest)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_size);
  gsize size = SHA256_SIZE;

  g_hmac_update (hmac, (const guchar *) text, -1);
  g_hmac_get_digest (hmac, digest, &size);
}

static gchar *
credential_scope (const GstRecSigV4Scope * scope)
{
  return g_strdup_printf ("%.8s/%s/%s/%s", scope->date, scope->region,
      scope->service, dialects[scope->dialect].terminator);
}

static gchar *
string_to_sign (const gchar * canonical, const GstRecSigV4Scope * scope)
{
  g_autofree gchar *hash = gst_rec_sigv4_sha256 (canonical,
      strlen (canonical));
  g_autofree gchar *area = credential_scope (scope);

  return g_strdup_printf ("%s\n%s\n%s\n%s",
      dialects[scope->dialect].algorithm, scope->date, area, hash);
}

gchar *
gst_rec_sigv4_string_to_sign (const GstRecSigV4Request * request,
    const GstRecSigV4Scope * scope)
{
  g_autofree gchar *canonical = gst_rec_sigv4_canonical_request (request);

  return string_to_sign (canonical, scope);
}

static gchar *
sign (const gchar * text, const GstRecSigV4Scope * scope,
    const GstRecCredentials * credentials)
{
  g_autofree gchar *day = g_strndup (scope->date, 8);
  const gchar *steps[] = { day, scope->region, scope->service,
    dialects[scope->dialect].terminator, text
  };
  gchar *secret = g_strconcat (dialects[scope->dialect].key,
      credentials->secret_access_key, NULL);
  guint8 key[SHA256_SIZE];

  hmac ((const guint8 *) secret, strlen (secret), steps[0], key);
  gst_rec_secret_free (secret);
  for (guint i = 1; i < G_N_ELEMENTS (steps); i++)
    hmac (key, sizeof (key), steps[i], key);

  /* The last step made the signature of the key, which is no secret. */
  return to_hex (key, sizeof (key));
}

/* The value of the Authorization header. The headers of @request hold
 * x-amz-date and, where there is a token, x-amz-security-token. */
gchar *
gst_rec_sigv4_authorization (const GstRecSigV4Request * request,
    const GstRecSigV4Scope * scope, const GstRecCredentials * credentials)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree gchar *canonical = canonical_request (request, names);
  g_autofree gchar *area = credential_scope (scope);
  g_autofree gchar *text = string_to_sign (canonical, scope);
  g_autofree gchar *signature = sign (text, scope, credentials);

  return g_strdup_printf ("%s Credential=%s/%s, SignedHeaders=%s, "
      "Signature=%s", dialects[scope->dialect].algorithm,
      credentials->access_key_id, area, names->str, signature);
}

/* The query of a request that is signed in it, all but the signature. What
 * @request has for a query does not count, @params do. */
gchar *
gst_rec_sigv4_presign_query (const GstRecSigV4Request * request,
    const GstRecField * params, guint n_params, const GstRecSigV4Scope * scope,
    const GstRecCredentials * credentials, guint seconds)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) headers = g_string_new (NULL);
  g_autofree gchar *area = credential_scope (scope);
  g_autofree gchar *credential =
      g_strdup_printf ("%s/%s", credentials->access_key_id, area);
  g_autofree gchar *expires = g_strdup_printf ("%u", seconds);
  g_autoptr (GPtrArray) full_names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (GstRecField));

  canonical_headers (request, headers, names);
  const GstRecField own[] = {
    {"Algorithm", dialects[scope->dialect].algorithm},
    {"Credential", credential},
    {"Date", scope->date},
    {"Expires", expires},
    {"SignedHeaders", names->str},
    {"Security-Token", credentials->session_token},
  };

  if (n_params > 0)
    g_array_append_vals (all, params, n_params);
  for (guint i = 0; i < G_N_ELEMENTS (own); i++) {
    gchar *name = g_strconcat (dialects[scope->dialect].prefix, own[i].name,
        NULL);
    GstRecField field = { name, own[i].value };

    g_ptr_array_add (full_names, name);
    if (field.value)
      g_array_append_val (all, field);
  }

  return gst_rec_sigv4_query ((const GstRecField *) all->data, all->len);
}

/* The query that makes a URI of @request which is good for @seconds without
 * any credentials. */
gchar *
gst_rec_sigv4_presign (const GstRecSigV4Request * request,
    const GstRecField * params, guint n_params, const GstRecSigV4Scope * scope,
    const GstRecCredentials * credentials, guint seconds)
{
  g_autofree gchar *query = gst_rec_sigv4_presign_query (request, params,
      n_params, scope, credentials, seconds);
  GstRecSigV4Request with_query = *request;

  with_query.query = query;
  g_autofree gchar *text = gst_rec_sigv4_string_to_sign (&with_query, scope);
  g_autofree gchar *signature = sign (text, scope, credentials);

  return g_strconcat (query, "&", dialects[scope->dialect].prefix,
      "Signature=", signature, NULL);
}
