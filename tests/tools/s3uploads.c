/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* s3uploads ENDPOINT BUCKET PREFIX list|abort: the uploads below PREFIX that
 * nobody completed, one line each, or how many were aborted. */
#include <stdio.h>
#include <string.h>

#include "store/s3.h"

static const gchar *
get_env (const gchar * name)
{
  return g_getenv (name);
}

static gint
fail (const GError * error)
{
  fprintf (stderr, "%s\n", error->message);
  return 1;
}

int
main (int argc, char **argv)
{
  g_autoptr (GstRecCredentialsProvider) credentials = NULL;
  g_autoptr (GstRecStorePlace) place = NULL;
  g_autoptr (GstRecStore) store = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 5)
    return 2;

  GstRecCredentialsSettings where = {.env = get_env,.now = g_get_real_time };
  credentials = gst_rec_credentials_provider_new (&where, &error);
  if (credentials == NULL)
    return fail (error);

  GstRecS3Settings settings = {
    .endpoint = argv[1],.bucket = argv[2],.region = "us-east-1",
    .path_style = GST_REC_S3_PATH_STYLE_AUTO,.credentials = credentials,
    .timeout = 10,.retries = 3
  };
  place = gst_rec_s3_place_new (&settings, &error);
  store = place ? gst_rec_store_place_open (place, NULL, FALSE, &error) : NULL;
  if (store == NULL)
    return fail (error);

  if (strcmp (argv[4], "abort") == 0) {
    gint n = gst_rec_store_abort_uploads (store, argv[3], G_MAXINT64, NULL,
        &error);

    if (n < 0)
      return fail (error);
    printf ("%d\n", n);
    return 0;
  }

  g_autoptr (GPtrArray) uploads =
      store->klass->list_uploads (store, argv[3], NULL, &error);
  if (uploads == NULL)
    return fail (error);

  for (guint i = 0; i < uploads->len; i++) {
    const GstRecStoreUpload *upload = g_ptr_array_index (uploads, i);
    g_autoptr (GPtrArray) parts = store->klass->list_parts (store,
        upload->key, upload->id, NULL, &error);

    if (parts == NULL)
      return fail (error);
    printf ("%s %s %u\n", upload->key, upload->id, parts->len);
  }

  return 0;
}
