/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-s3sink
 * @title: s3sink
 * @short_description: uploads a stream to an S3-compatible store
 * @see_also: filesink
 *
 * Uploads the bytes that come in as one object of AWS S3, MinIO, Ceph or any
 * other store that speaks S3: in parts, several at a time, while the stream is
 * still running and in bounded memory, whatever its length. The object appears
 * when it is complete, at EOS, and never before; an upload that fails or is
 * stopped before EOS leaves no object and no part behind.
 *
 * A muxer may go back and write again inside the first
 * #GstRecS3Sink:header-size bytes, which are held in memory until EOS and sent
 * last. So mp4mux works as it is, and with `reserved-max-duration`.
 *
 * Credentials come from the properties, the environment (`AWS_ACCESS_KEY_ID`,
 * `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`), the shared files
 * (`~/.aws/credentials`, `~/.aws/config`, with roles), a web identity, the
 * endpoint of a container or the metadata service of a machine, whichever has
 * them first. They are renewed before they end.
 *
 * When the object stands, the element posts an element message
 * `store-complete` with the fields `uri` (string), `size` (guint64, bytes),
 * `etag` (string), `parts` (guint) and `verified` (boolean: the store was asked
 * for the object and has what was sent), and, where there are any,
 * `version-id`, `checksum` and `signed-url` (strings). While it waits for that
 * at EOS, it posts progress messages with the code `upload` and the fields
 * `bytes`, `total`, `rate` and `time-left` (guint64). An upload that is left in
 * the store is named in a message `store-abandoned`, or, with
 * `on-error=keep`, `store-kept`, with the fields `bucket`, `key` and
 * `upload-id` (strings).
 *
 * ## Example launch line
 * |[
 * AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET gst-launch-1.0 videotestsrc num-buffers=300 ! x264enc ! h264parse ! mp4mux ! s3sink location=s3://recordings/test.mp4 endpoint=http://127.0.0.1:28000
 * ]| Records ten seconds into a store on this machine.
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gsts3sink.h"

#include "credentialsadvice.h"
#include "objectattributes.h"
#include "s3options.h"
#include "s3settings.h"
#include "store/s3headers.h"

GST_DEBUG_CATEGORY_STATIC (rec_s3_sink_debug);
#define GST_CAT_DEFAULT rec_s3_sink_debug

struct _GstRecS3Sink
{
  GstRecUploadSink parent;

  GstRecS3ObjectSettings settings;      /* with the object lock */
  GstRecS3OptionSettings options;       /* with the object lock */
  gboolean equal_parts;         /* with the object lock */

  /* Changed while nothing streams. */
  gchar *bucket_name;
  gchar *key;
};

enum
{
  PROP_0,
  PROP_EQUAL_PARTS,
  PROP_FIRST_OF_OBJECT,
};

static guint prop_first_of_options;

#define gst_rec_s3_sink_parent_class parent_class
G_DEFINE_FINAL_TYPE (GstRecS3Sink, gst_rec_s3_sink, GST_TYPE_REC_UPLOAD_SINK);
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (s3sink, "s3sink", GST_RANK_NONE,
    GST_TYPE_REC_S3_SINK, GST_DEBUG_CATEGORY_INIT (rec_s3_sink_debug,
        "s3sink", 0, "upload to an S3-compatible store"));
/* Of two elements of one name GStreamer hides one. */
GST_ELEMENT_REGISTER_DEFINE (recs3sink, "recs3sink", GST_RANK_NONE,
    GST_TYPE_REC_S3_SINK);

static const GstRecUploadAdvice advices[] = {
  GST_REC_CREDENTIALS_ADVICES ("s3sink"),
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NOT_FOUND,
        GST_RESOURCE_ERROR_NOT_FOUND,
        "Record again: the store no longer knows the upload, or check that "
        "endpoint is an S3 store."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_REGION,
        GST_RESOURCE_ERROR_SETTINGS,
        "Set region to the one of the bucket: it is not where it was looked "
        "for."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_SETTINGS,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct location, bucket, key or endpoint: they are missing or of "
        "the wrong form."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_REFUSED,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct location, bucket, key, endpoint or what the store is to do "
        "with the object: it cannot."},
  {NULL, 0, 0, NULL}
};

static GstRecStorePlace *
gst_rec_s3_sink_make_place (GstRecUploadSink * sink,
    const GstRecUploadSettings * shared, gchar ** key, GError ** error)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);
  g_auto (GstRecS3ObjectSettings) settings = { 0, };
  g_auto (GstRecS3Options) options = { 0, };
  gboolean good;
  GstRecS3Settings s3 = {
    .ca_file = shared->ca_file,
    .timeout = shared->timeout,
    .retries = shared->retries,
    .options = &options,
  };

  g_auto (GStrv) metadata =
      gst_rec_fields_from_structure (shared->metadata, "metadata", error);

  if (metadata == NULL ||
      !gst_rec_s3_check_metadata ((const gchar * const *) metadata, error))
    return NULL;

  GST_OBJECT_LOCK (self);
  gst_rec_s3_object_settings_copy (&self->settings, &settings);
  good = gst_rec_s3_option_settings_get_options (&self->options, &options,
      error);
  GST_OBJECT_UNLOCK (self);
  if (!good)
    return NULL;

  g_clear_pointer (&self->bucket_name, g_free);
  g_clear_pointer (&self->key, g_free);
  if (!gst_rec_s3_object_settings_find (&settings, &s3.flavor,
          &self->bucket_name, &self->key, error))
    return NULL;

  *key = g_strdup (self->key);
  s3.bucket = self->bucket_name;

  return gst_rec_s3_object_settings_place (&settings, &s3, error);
}

static void
gst_rec_s3_sink_configure (GstRecUploadSink * sink,
    GstRecUploaderConfig * config)
{
  config->equal_parts = GST_REC_S3_SINK (sink)->equal_parts;
}

static void
gst_rec_s3_sink_name_object (GstRecUploadSink * sink, GstStructure * message)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);

  gst_structure_set (message, "bucket", G_TYPE_STRING, self->bucket_name,
      "key", G_TYPE_STRING, self->key, NULL);
}

static void
gst_rec_s3_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (object);
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_EQUAL_PARTS)
    self->equal_parts = g_value_get_boolean (value);
  else
    known = gst_rec_s3_object_settings_set (&self->settings,
        id - PROP_FIRST_OF_OBJECT, value) ||
        gst_rec_s3_option_settings_set (&self->options,
        id - prop_first_of_options, value);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_rec_s3_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (object);
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_EQUAL_PARTS)
    g_value_set_boolean (value, self->equal_parts);
  else
    known = gst_rec_s3_object_settings_get (&self->settings,
        id - PROP_FIRST_OF_OBJECT, value) ||
        gst_rec_s3_option_settings_get (&self->options,
        id - prop_first_of_options, value);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_rec_s3_sink_finalize (GObject * object)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (object);

  gst_rec_s3_object_settings_clear (&self->settings);
  gst_rec_s3_option_settings_clear (&self->options);
  g_free (self->bucket_name);
  g_free (self->key);

  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_rec_s3_sink_class_init (GstRecS3SinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstRecUploadSinkClass *upload_class = GST_REC_UPLOAD_SINK_CLASS (klass);

  object_class->set_property = gst_rec_s3_sink_set_property;
  object_class->get_property = gst_rec_s3_sink_get_property;
  object_class->finalize = gst_rec_s3_sink_finalize;
  g_object_class_install_property (object_class, PROP_EQUAL_PARTS,
      g_param_spec_boolean ("equal-parts", "Equal parts",
          "Give all parts but the last one size, for stores that want that, "
          "such as Cloudflare R2; 10,000 of them bound the object", FALSE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_READY));
  prop_first_of_options =
      gst_rec_s3_object_settings_install (object_class, PROP_FIRST_OF_OBJECT);
  gst_rec_s3_option_settings_install (object_class, prop_first_of_options);

  gst_element_class_set_static_metadata (element_class, "S3 sink",
      "Sink/Network", "Uploads a stream to an S3-compatible store",
      "The gst-plugins-recording authors");

  upload_class->stats_name = "application/x-s3sink-stats";
  upload_class->advices = advices;
  upload_class->make_place = gst_rec_s3_sink_make_place;
  upload_class->configure = gst_rec_s3_sink_configure;
  upload_class->name_object = gst_rec_s3_sink_name_object;
}

static void
gst_rec_s3_sink_init (GstRecS3Sink * self)
{
  gst_rec_s3_object_settings_init (&self->settings);
  gst_rec_s3_option_settings_init (&self->options);
}
