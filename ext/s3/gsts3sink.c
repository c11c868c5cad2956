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
 * `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`) or the shared credentials file
 * (`~/.aws/credentials`), whichever has them first.
 *
 * When the object stands, the element posts an element message
 * `store-complete` with the fields `uri` (string), `size` (guint64, bytes),
 * `etag` (string) and `parts` (guint). While it waits for that at EOS, it
 * posts progress messages with the code `upload`. An upload that is left in
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

#include <string.h>

#include "contenttype.h"
#include "store/assembler.h"
#include "store/profile.h"
#include "store/s3.h"
#include "store/uploader.h"

GST_DEBUG_CATEGORY_STATIC (rec_s3_sink_debug);
#define GST_CAT_DEFAULT rec_s3_sink_debug

#define MIB (1024 * 1024)
#define DEFAULT_PATH_STYLE GST_REC_S3_PATH_STYLE_AUTO
#define DEFAULT_PART_SIZE (8 * MIB)
#define DEFAULT_HEADER_SIZE (8 * MIB)
#define MAX_HEADER_SIZE (G_GUINT64_CONSTANT (1) << 30)
#define DEFAULT_PARALLEL 4
#define DEFAULT_RETRIES 5
#define DEFAULT_TIMEOUT 30
#define DEFAULT_ON_ERROR ON_ERROR_ABORT
#define MAX_KEY 1024

#define PROGRESS_INTERVAL G_TIME_SPAN_SECOND

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

typedef enum
{
  ON_ERROR_ABORT,
  ON_ERROR_KEEP,
} OnError;

typedef struct
{
  gchar *location;
  gchar *bucket;
  gchar *key;
  gchar *endpoint;
  gchar *region;
  gchar *profile;
  gchar *content_type;
  gchar *ca_file;
  GstRecCredentials *credentials;       /* never NULL, members may be */
  GstRecS3PathStyle path_style;
  OnError on_error;
  guint64 part_size;
  guint64 header_size;
  guint parallel;
  guint retries;
  guint timeout;
} Settings;

static void
settings_copy (const Settings * self, Settings * copy)
{
  *copy = *self;
  copy->location = g_strdup (self->location);
  copy->bucket = g_strdup (self->bucket);
  copy->key = g_strdup (self->key);
  copy->endpoint = g_strdup (self->endpoint);
  copy->region = g_strdup (self->region);
  copy->profile = g_strdup (self->profile);
  copy->content_type = g_strdup (self->content_type);
  copy->ca_file = g_strdup (self->ca_file);
  copy->credentials = gst_rec_credentials_copy (self->credentials);
}

static void
settings_clear (Settings * self)
{
  g_free (self->location);
  g_free (self->bucket);
  g_free (self->key);
  g_free (self->endpoint);
  g_free (self->region);
  g_free (self->profile);
  g_free (self->content_type);
  g_free (self->ca_file);
  gst_rec_credentials_free (self->credentials);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Settings, settings_clear)

struct _GstRecS3Sink
{
  GstBaseSink parent;

  Settings settings;            /* with the object lock */

  /* Between start and stop, made anew for each upload. */
  GstRecStorePlace *place;
  gchar *bucket_name;
  gchar *key;

  /* With the object lock to change or to use outside the streaming thread;
   * between PAUSED and READY. */
  GstRecUploader *uploader;
  GstStructure *last_stats;     /* with the object lock, of the last upload */

  /* Of the streaming thread, and of state changes while there is none. */
  gboolean reported;            /* the end of this upload was told */
  gboolean dirty;               /* bytes came in */
};

enum
{
  PROP_0,
  PROP_LOCATION,
  PROP_BUCKET,
  PROP_KEY,
  PROP_ENDPOINT,
  PROP_REGION,
  PROP_PATH_STYLE,
  PROP_ACCESS_KEY_ID,
  PROP_SECRET_ACCESS_KEY,
  PROP_SESSION_TOKEN,
  PROP_PROFILE,
  PROP_PART_SIZE,
  PROP_PARALLEL,
  PROP_RETRIES,
  PROP_TIMEOUT,
  PROP_ON_ERROR,
  PROP_HEADER_SIZE,
  PROP_CONTENT_TYPE,
  PROP_CA_FILE,
  PROP_STATS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

#define gst_rec_s3_sink_parent_class parent_class
G_DEFINE_FINAL_TYPE (GstRecS3Sink, gst_rec_s3_sink, GST_TYPE_BASE_SINK);
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (s3sink, "s3sink", GST_RANK_NONE,
    GST_TYPE_REC_S3_SINK, GST_DEBUG_CATEGORY_INIT (rec_s3_sink_debug,
        "s3sink", 0, "upload to an S3-compatible store"));
/* Of two elements of one name GStreamer hides one. */
GST_ELEMENT_REGISTER_DEFINE (recs3sink, "recs3sink", GST_RANK_NONE,
    GST_TYPE_REC_S3_SINK);

#define GST_TYPE_REC_S3_PATH_STYLE (path_style_get_type ())
static GType
path_style_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {GST_REC_S3_PATH_STYLE_FALSE, "http://bucket.host/key", "false"},
    {GST_REC_S3_PATH_STYLE_TRUE, "http://host/bucket/key", "true"},
    {GST_REC_S3_PATH_STYLE_AUTO, "In the path where there is an endpoint or "
          "the bucket's name does not fit into a host name", "auto"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstRecS3PathStyle", values));

  return type;
}

#define GST_TYPE_REC_S3_ON_ERROR (on_error_get_type ())
static GType
on_error_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {ON_ERROR_ABORT, "Remove what is in the store", "abort"},
    {ON_ERROR_KEEP, "Leave the parts in the store and say where", "keep"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstRecS3OnError", values));

  return type;
}

/* What a user can do about each kind of failure. */
static const struct
{
  GQuark (*domain) (void);
  gint code;                    /* -1: any */
  GstResourceError resource;
  const gchar *advice;
} advices[] = {
  {gst_rec_credentials_error_quark, -1, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        "Give s3sink credentials: set access-key-id and secret-access-key, "
        "the environment variables AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY, or a profile of the credentials file."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NOT_AUTHORIZED,
        GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        "Check the credentials: the store refuses them, or they may not write "
        "to this bucket."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NO_BUCKET,
        GST_RESOURCE_ERROR_NOT_FOUND,
        "Create the bucket or correct its name: the store has none of that "
        "name."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NOT_FOUND,
        GST_RESOURCE_ERROR_NOT_FOUND,
        "Record again: the store no longer knows the upload, or check that "
        "endpoint is an S3 store."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NO_SPACE,
        GST_RESOURCE_ERROR_NO_SPACE_LEFT,
        "Make room in the store or raise its quota: it takes no more."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_REGION,
        GST_RESOURCE_ERROR_SETTINGS,
        "Set region to the one of the bucket: it is not where it was looked "
        "for."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_SETTINGS,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct location, bucket, key or endpoint: they are missing or of "
        "the wrong form."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_CONTENT_TYPE,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct content-type: it is no MIME type such as video/mp4."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_REFUSED,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct location, bucket, key or endpoint: the store cannot use "
        "them."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_UNREACHABLE,
        GST_RESOURCE_ERROR_OPEN_WRITE,
        "Check endpoint and the network: the store cannot be reached."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_TLS,
        GST_RESOURCE_ERROR_OPEN_WRITE,
        "Set ca-file to the authority of the store, or correct its "
        "certificate: it is not trusted."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NO_TLS,
        GST_RESOURCE_ERROR_OPEN_WRITE,
        "Check endpoint: the store does not speak TLS there, or broke the "
        "connection (http:// instead of https://?)."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_BUSY,
        GST_RESOURCE_ERROR_BUSY,
        "Try again later or raise retries: the store is too busy."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_REWRITE,
        GST_RESOURCE_ERROR_SEEK,
        "Raise header-size to hold all that the muxer writes again, or let it "
        "write fragmented files (mp4mux fragment-duration=1000, with "
        "header-size=0)."},
  {g_tls_error_quark, -1, GST_RESOURCE_ERROR_SETTINGS,
        "Correct ca-file: it holds no certificates."},
  {g_file_error_quark, -1, GST_RESOURCE_ERROR_SETTINGS,
        "Correct ca-file: it cannot be read."},
};

static void
post_error (GstRecS3Sink * self, const GError * error)
{
  GstResourceError resource = GST_RESOURCE_ERROR_WRITE;
  const gchar *advice =
      "Record again: the upload failed and nothing was stored.";
  g_autofree gchar *object = self->bucket_name && self->key ?
      g_strdup_printf ("s3://%s/%s: ", self->bucket_name, self->key) :
      g_strdup ("");

  for (guint i = 0; i < G_N_ELEMENTS (advices); i++) {
    if (error->domain == advices[i].domain () &&
        (advices[i].code < 0 || advices[i].code == error->code)) {
      resource = advices[i].resource;
      advice = advices[i].advice;
      break;
    }
  }

  gst_element_message_full (GST_ELEMENT (self), GST_MESSAGE_ERROR,
      GST_RESOURCE_ERROR, resource, g_strdup (advice),
      g_strconcat (object, error->message, NULL), __FILE__, GST_FUNCTION,
      __LINE__);
}

static void
post_message (GstRecS3Sink * self, GstStructure * structure)
{
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), structure));
}

static void
post_progress (GstRecS3Sink * self, GstProgressType type)
{
  GstRecUploaderStats stats;
  gchar *text;

  gst_rec_uploader_get_stats (self->uploader, &stats);
  text = g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
      " bytes are in the store", stats.bytes_stored, stats.bytes_in);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_progress (GST_OBJECT (self), type, "upload", text));
  g_free (text);
}

/* Tells, once, how a closed upload ended. */
static void
report_end (GstRecS3Sink * self)
{
  const GError *error = gst_rec_uploader_get_error (self->uploader);
  const gchar *left = gst_rec_uploader_get_left_upload (self->uploader);
  const GstRecStoreObject *object;
  guint n_parts;

  if (self->reported)
    return;
  self->reported = TRUE;

  if (left) {
    gboolean keep = error && self->settings.on_error == ON_ERROR_KEEP;

    GST_WARNING_OBJECT (self, "upload %s of s3://%s/%s is left in the store",
        left, self->bucket_name, self->key);
    post_message (self, gst_structure_new (keep ? "store-kept" :
            "store-abandoned", "bucket", G_TYPE_STRING, self->bucket_name,
            "key", G_TYPE_STRING, self->key, "upload-id", G_TYPE_STRING, left,
            NULL));
  }

  object = gst_rec_uploader_get_object (self->uploader, &n_parts);
  if (object) {
    g_autofree gchar *uri =
        g_strdup_printf ("s3://%s/%s", self->bucket_name, self->key);

    GST_INFO_OBJECT (self, "%s stands, %" G_GUINT64_FORMAT " bytes", uri,
        object->size);
    post_message (self, gst_structure_new ("store-complete",
            "uri", G_TYPE_STRING, uri, "size", G_TYPE_UINT64, object->size,
            "etag", G_TYPE_STRING, object->etag,
            "parts", G_TYPE_UINT, n_parts, NULL));
  } else if (error) {
    post_error (self, error);
  } else if (self->dirty) {
    GST_ELEMENT_INFO (self, RESOURCE, WRITE,
        ("The upload of s3://%s/%s was given up: the stream stopped before "
            "EOS.", self->bucket_name, self->key), (NULL));
  }
}

static void
set_content_type (GstRecUploader * uploader, const gchar * content_type)
{
  GstRecStoreAttributes attributes = {
    .content_type = (gchar *) content_type
  };

  gst_rec_uploader_set_attributes (uploader, &attributes);
}

static void
open_upload (GstRecS3Sink * self)
{
  /* After a flush they are still those that were set before. */
  g_autoptr (GstCaps) caps =
      gst_pad_get_current_caps (GST_BASE_SINK_PAD (self));
  GstRecUploader *uploader;

  GST_OBJECT_LOCK (self);
  GstRecUploaderConfig config = {
    .place = self->place,
    .key = self->key,
    .part_size = self->settings.part_size,
    .header_size = self->settings.header_size,
    .parallel = self->settings.parallel,
    .timeout = self->settings.timeout * G_TIME_SPAN_SECOND,
    .keep_on_error = self->settings.on_error == ON_ERROR_KEEP,
  };
  uploader = gst_rec_uploader_new (&config);
  set_content_type (uploader, self->settings.content_type ?
      self->settings.content_type : gst_rec_content_type_from_caps (caps));
  self->uploader = uploader;
  self->reported = FALSE;
  self->dirty = FALSE;
  GST_OBJECT_UNLOCK (self);
}

/* Called with the object lock held. */
static GstStructure *
make_stats (GstRecS3Sink * self)
{
  GstRecUploaderStats stats = { 0, };

  if (self->uploader == NULL && self->last_stats)
    return gst_structure_copy (self->last_stats);
  if (self->uploader)
    gst_rec_uploader_get_stats (self->uploader, &stats);

  return gst_structure_new ("application/x-s3sink-stats",
      "bytes-in", G_TYPE_UINT64, stats.bytes_in,
      "bytes-stored", G_TYPE_UINT64, stats.bytes_stored,
      "parts-stored", G_TYPE_UINT, stats.parts_stored,
      "parts-pending", G_TYPE_UINT, stats.parts_pending,
      "retries", G_TYPE_UINT,
      self->place ? gst_rec_store_place_retries (self->place) : 0, NULL);
}

/* Ends the upload, whatever it is doing. Lasts as long as an abort takes, at
 * most #GstRecS3Sink:timeout and the moment in which what is left of it is
 * dropped. */
static void
close_upload (GstRecS3Sink * self)
{
  GstRecUploader *uploader = self->uploader;

  if (uploader == NULL)
    return;

  gst_rec_uploader_cancel (uploader, NULL);
  while (gst_rec_uploader_wait (uploader, G_TIME_SPAN_SECOND,
          FALSE) != GST_REC_UPLOADER_CLOSED)
    GST_DEBUG_OBJECT (self, "waiting for the end of the upload");
  report_end (self);

  GST_OBJECT_LOCK (self);
  g_clear_pointer (&self->last_stats, gst_structure_free);
  self->last_stats = make_stats (self);
  self->uploader = NULL;
  GST_OBJECT_UNLOCK (self);
  gst_rec_uploader_free (uploader);
}

/* Waits in the streaming thread until the upload is closed, and reports it.
 * FLUSHING when the pipeline does not want to wait. */
static GstFlowReturn
wait_closed (GstRecS3Sink * self, gboolean progress)
{
  const GstRecStoreObject *object;
  GstFlowReturn ret;
  guint n_parts;

  for (;;) {
    switch (gst_rec_uploader_wait (self->uploader, PROGRESS_INTERVAL, TRUE)) {
      case GST_REC_UPLOADER_BUSY:
        if (progress)
          post_progress (self, GST_PROGRESS_TYPE_CONTINUE);
        break;
      case GST_REC_UPLOADER_INTERRUPTED:
        ret = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
        if (ret == GST_FLOW_OK)
          break;
        if (progress)
          post_progress (self, GST_PROGRESS_TYPE_CANCELED);
        return ret;
      case GST_REC_UPLOADER_CLOSED:
        object = gst_rec_uploader_get_object (self->uploader, &n_parts);
        if (progress)
          post_progress (self, object ? GST_PROGRESS_TYPE_COMPLETE :
              GST_PROGRESS_TYPE_ERROR);
        report_end (self);
        return object ? GST_FLOW_OK : GST_FLOW_ERROR;
    }
  }
}

/* Gives the upload up because of @error, which the user gets to know once the
 * store is clean, or could not be made so in time. */
static GstFlowReturn
fail (GstRecS3Sink * self, const GError * error)
{
  GstFlowReturn ret;

  GST_DEBUG_OBJECT (self, "the upload ends: %s", error->message);
  gst_rec_uploader_cancel (self->uploader, error);
  ret = wait_closed (self, FALSE);

  return ret == GST_FLOW_OK ? GST_FLOW_ERROR : ret;
}

static GstFlowReturn
write_all (GstRecS3Sink * self, gconstpointer data, gsize size)
{
  gsize written = 0;

  for (;;) {
    g_autoptr (GError) error = NULL;
    GstFlowReturn ret;

    if (gst_rec_uploader_write (self->uploader, data, size, &written, &error))
      return GST_FLOW_OK;
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return fail (self, error);

    ret = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
    if (ret != GST_FLOW_OK)
      return ret;
  }
}

static GstFlowReturn
gst_rec_s3_sink_render (GstBaseSink * sink, GstBuffer * buffer)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);
  GstFlowReturn ret = GST_FLOW_OK;

  GST_LOG_OBJECT (self, "%" GST_PTR_FORMAT, buffer);
  self->dirty = TRUE;

  /* Memory by memory: a buffer of several would be copied to be mapped. */
  for (guint i = 0; ret == GST_FLOW_OK && i < gst_buffer_n_memory (buffer);
      i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);
    GstMapInfo map;

    if (!gst_memory_map (memory, &map, GST_MAP_READ)) {
      g_autoptr (GError) error = g_error_new_literal (GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_FAILED, "a buffer cannot be read");

      return fail (self, error);
    }
    ret = write_all (self, map.data, map.size);
    gst_memory_unmap (memory, &map);
  }

  return ret;
}

/* EOS is over when the object stands. */
static GstFlowReturn
gst_rec_s3_sink_wait_event (GstBaseSink * sink, GstEvent * event)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);
  GstFlowReturn ret =
      GST_BASE_SINK_CLASS (parent_class)->wait_event (sink, event);

  if (ret != GST_FLOW_OK || GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return ret;

  gst_rec_uploader_finish (self->uploader);
  post_progress (self, GST_PROGRESS_TYPE_START);
  ret = wait_closed (self, TRUE);

  return ret;
}

static gboolean
handle_segment (GstRecS3Sink * self, GstEvent * event)
{
  g_autoptr (GError) error = NULL;
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (segment->format != GST_FORMAT_BYTES ||
      gst_rec_uploader_seek (self->uploader, segment->start, &error))
    return TRUE;

  fail (self, error);
  return FALSE;
}

static gboolean
gst_rec_s3_sink_event (GstBaseSink * sink, GstEvent * event)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);

  GST_DEBUG_OBJECT (self, "%" GST_PTR_FORMAT, event);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      if (!handle_segment (self, event)) {
        gst_event_unref (event);
        return FALSE;
      }
      break;
    case GST_EVENT_FLUSH_STOP:
      /* As in a file that is emptied, the object begins anew. */
      if (self->uploader && (self->dirty || self->reported)) {
        close_upload (self);
        open_upload (self);
      }
      break;
    default:
      break;
  }

  return GST_BASE_SINK_CLASS (parent_class)->event (sink, event);
}

static gboolean
gst_rec_s3_sink_set_caps (GstBaseSink * sink, GstCaps * caps)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);

  GST_OBJECT_LOCK (self);
  if (self->settings.content_type == NULL && self->uploader)
    set_content_type (self->uploader,
        gst_rec_content_type_from_caps (caps));
  GST_OBJECT_UNLOCK (self);

  return TRUE;
}

static gboolean
gst_rec_s3_sink_query (GstBaseSink * sink, GstQuery * query)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);
  GstRecUploaderStats stats = { 0, };
  GstFormat format;

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_SEEKING:
      /* A muxer asks whether it may write again, and wants to know no limits;
       * it is told when it goes too far. */
      gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
      GST_OBJECT_LOCK (self);
      gst_query_set_seeking (query, GST_FORMAT_BYTES,
          format == GST_FORMAT_BYTES && self->settings.header_size > 0, 0, -1);
      GST_OBJECT_UNLOCK (self);
      return TRUE;
    case GST_QUERY_POSITION:
      gst_query_parse_position (query, &format, NULL);
      if (format != GST_FORMAT_BYTES)
        return FALSE;
      GST_OBJECT_LOCK (self);
      if (self->uploader)
        gst_rec_uploader_get_stats (self->uploader, &stats);
      GST_OBJECT_UNLOCK (self);
      gst_query_set_position (query, GST_FORMAT_BYTES, stats.bytes_in);
      return TRUE;
    default:
      return GST_BASE_SINK_CLASS (parent_class)->query (sink, query);
  }
}

static void
set_interrupted (GstBaseSink * sink, gboolean interrupted)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);

  GST_OBJECT_LOCK (self);
  if (self->uploader)
    gst_rec_uploader_set_interrupted (self->uploader, interrupted);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_rec_s3_sink_unlock (GstBaseSink * sink)
{
  set_interrupted (sink, TRUE);
  return TRUE;
}

static gboolean
gst_rec_s3_sink_unlock_stop (GstBaseSink * sink)
{
  set_interrupted (sink, FALSE);
  return TRUE;
}

static gboolean
find_object (const Settings * settings, gchar ** bucket, gchar ** key,
    GError ** error)
{
  if (settings->location) {
    if (!gst_rec_s3_parse_location (settings->location, bucket, key, error))
      return FALSE;
  } else {
    *bucket = g_strdup (settings->bucket);
    *key = g_strdup (settings->key);
  }

  if (*bucket == NULL || *key == NULL || **bucket == '\0' || **key == '\0')
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS,
        "neither location nor bucket and key are set");
  else if (strlen (*key) > MAX_KEY || !g_utf8_validate (*key, -1, NULL))
    g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_SETTINGS,
        "a key has at most %u bytes of UTF-8", MAX_KEY);
  else
    return TRUE;

  return FALSE;
}

static const gchar *
get_env (const gchar * name)
{
  return g_getenv (name);
}

static void
clear_object_name (GstRecS3Sink * self)
{
  g_clear_pointer (&self->bucket_name, g_free);
  g_clear_pointer (&self->key, g_free);
}

/* It becomes a header: nothing that could end one. */
static gboolean
check_content_type (const gchar * text, GError ** error)
{
  gboolean good = text == NULL || strchr (text, '/') != NULL;

  for (const gchar * c = text; good && c != NULL && *c != '\0'; c++)
    good = !g_ascii_iscntrl (*c);

  if (!good)
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_CONTENT_TYPE,
        "content-type is not of the form type/subtype");
  return good;
}

/* Called without the object lock: this may read files. */
static GstRecStorePlace *
make_place (GstRecS3Sink * self, GError ** error)
{
  g_auto (Settings) settings = { 0, };
  g_autoptr (GstRecCredentialsProvider) credentials = NULL;

  GST_OBJECT_LOCK (self);
  settings_copy (&self->settings, &settings);
  GST_OBJECT_UNLOCK (self);

  if (!find_object (&settings, &self->bucket_name, &self->key, error)) {
    clear_object_name (self);
    return NULL;
  }

  if (!check_content_type (settings.content_type, error))
    return NULL;

  GstRecCredentialsSettings where = {
    .given = settings.credentials,
    .profile = settings.profile,
    .region = settings.region,
    .ca_file = settings.ca_file,
    .env = get_env,
    .now = g_get_real_time,
  };
  credentials = gst_rec_credentials_provider_new (&where, error);
  if (credentials == NULL)
    return NULL;

  g_autofree gchar *region =
      gst_rec_aws_region (settings.region, settings.profile, get_env);
  g_autofree gchar *endpoint =
      gst_rec_aws_endpoint (settings.endpoint, "S3", settings.profile,
      get_env);

  GstRecS3Settings s3 = {
    .endpoint = endpoint,
    .bucket = self->bucket_name,
    .region = region,
    .path_style = settings.path_style,
    .credentials = credentials,
    .ca_file = settings.ca_file,
    .timeout = settings.timeout,
    .retries = settings.retries,
  };
  return gst_rec_s3_place_new (&s3, error);
}

static gboolean
gst_rec_s3_sink_stop (GstBaseSink * sink)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);

  GST_OBJECT_LOCK (self);
  g_clear_pointer (&self->place, gst_rec_store_place_unref);
  GST_OBJECT_UNLOCK (self);
  clear_object_name (self);

  return TRUE;
}

/* Looks at the settings only. The store is first spoken to when there is
 * something to store. */
static gboolean
gst_rec_s3_sink_start (GstBaseSink * sink)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (sink);
  g_autoptr (GError) error = NULL;
  GstRecStorePlace *place;

  gst_rec_s3_sink_stop (sink);
  place = make_place (self, &error);
  if (place == NULL) {
    post_error (self, error);
    clear_object_name (self);
    return FALSE;
  }

  GST_OBJECT_LOCK (self);
  self->place = place;
  GST_OBJECT_UNLOCK (self);

  return TRUE;
}

/* An upload lasts from READY to READY. It is ended there and not in stop():
 * a pipeline that goes to NULL drops the messages of that last step. */
static GstStateChangeReturn
gst_rec_s3_sink_change_state (GstElement * element, GstStateChange transition)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    /* The settings may have changed since NULL, where they were checked. */
    if (!gst_rec_s3_sink_start (GST_BASE_SINK (self)))
      return GST_STATE_CHANGE_FAILURE;
    open_upload (self);
  }

  ret = GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED &&
          ret == GST_STATE_CHANGE_FAILURE))
    close_upload (self);

  return ret;
}

/* Called with the object lock held. */
static void
set_string (gchar ** field, const GValue * value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
}

static void
set_secret (gchar ** field, const GValue * value)
{
  gst_rec_secret_free (*field);
  *field = g_value_dup_string (value);
}

static void
gst_rec_s3_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (object);
  Settings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_LOCATION:
      set_string (&settings->location, value);
      break;
    case PROP_BUCKET:
      set_string (&settings->bucket, value);
      break;
    case PROP_KEY:
      set_string (&settings->key, value);
      break;
    case PROP_ENDPOINT:
      set_string (&settings->endpoint, value);
      break;
    case PROP_REGION:
      set_string (&settings->region, value);
      break;
    case PROP_PATH_STYLE:
      settings->path_style = g_value_get_enum (value);
      break;
    case PROP_ACCESS_KEY_ID:
      set_secret (&settings->credentials->access_key_id, value);
      break;
    case PROP_SECRET_ACCESS_KEY:
      set_secret (&settings->credentials->secret_access_key, value);
      break;
    case PROP_SESSION_TOKEN:
      set_secret (&settings->credentials->session_token, value);
      break;
    case PROP_PROFILE:
      set_string (&settings->profile, value);
      break;
    case PROP_PART_SIZE:
      settings->part_size = g_value_get_uint64 (value);
      break;
    case PROP_PARALLEL:
      settings->parallel = g_value_get_uint (value);
      break;
    case PROP_RETRIES:
      settings->retries = g_value_get_uint (value);
      break;
    case PROP_TIMEOUT:
      settings->timeout = g_value_get_uint (value);
      break;
    case PROP_ON_ERROR:
      settings->on_error = g_value_get_enum (value);
      break;
    case PROP_HEADER_SIZE:
      settings->header_size = g_value_get_uint64 (value);
      break;
    case PROP_CONTENT_TYPE:
      set_string (&settings->content_type, value);
      break;
    case PROP_CA_FILE:
      set_string (&settings->ca_file, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rec_s3_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (object);
  const Settings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_LOCATION:
      g_value_set_string (value, settings->location);
      break;
    case PROP_BUCKET:
      g_value_set_string (value, settings->bucket);
      break;
    case PROP_KEY:
      g_value_set_string (value, settings->key);
      break;
    case PROP_ENDPOINT:
      g_value_set_string (value, settings->endpoint);
      break;
    case PROP_REGION:
      g_value_set_string (value, settings->region);
      break;
    case PROP_PATH_STYLE:
      g_value_set_enum (value, settings->path_style);
      break;
    case PROP_PROFILE:
      g_value_set_string (value, settings->profile);
      break;
    case PROP_PART_SIZE:
      g_value_set_uint64 (value, settings->part_size);
      break;
    case PROP_PARALLEL:
      g_value_set_uint (value, settings->parallel);
      break;
    case PROP_RETRIES:
      g_value_set_uint (value, settings->retries);
      break;
    case PROP_TIMEOUT:
      g_value_set_uint (value, settings->timeout);
      break;
    case PROP_ON_ERROR:
      g_value_set_enum (value, settings->on_error);
      break;
    case PROP_HEADER_SIZE:
      g_value_set_uint64 (value, settings->header_size);
      break;
    case PROP_CONTENT_TYPE:
      g_value_set_string (value, settings->content_type);
      break;
    case PROP_CA_FILE:
      g_value_set_string (value, settings->ca_file);
      break;
    case PROP_STATS:
      g_value_take_boxed (value, make_stats (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rec_s3_sink_finalize (GObject * object)
{
  GstRecS3Sink *self = GST_REC_S3_SINK (object);

  settings_clear (&self->settings);
  g_clear_pointer (&self->last_stats, gst_structure_free);

  G_OBJECT_CLASS (parent_class)->finalize (object);
}

#define READY (G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

static void
install_properties (GObjectClass * klass)
{
  props[PROP_LOCATION] = g_param_spec_string ("location", "Location",
      "Where the object goes: s3://bucket/key, the key as it stands, not "
      "percent-encoded. Instead of bucket and key",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_BUCKET] = g_param_spec_string ("bucket", "Bucket",
      "Bucket of the object, where location is not set",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_KEY] = g_param_spec_string ("key", "Key",
      "Key of the object, 1 to 1024 bytes of UTF-8, where location is not set",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_ENDPOINT] = g_param_spec_string ("endpoint", "Endpoint",
      "The store: http[s]://host[:port]; unset for AWS",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_REGION] = g_param_spec_string ("region", "Region",
      "Region of the bucket; unset for AWS_REGION, AWS_DEFAULT_REGION or "
      "us-east-1, whichever is there first",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_PATH_STYLE] = g_param_spec_enum ("path-style", "Path style",
      "Whether the bucket stands in the path or in the host name",
      GST_TYPE_REC_S3_PATH_STYLE, DEFAULT_PATH_STYLE,
      G_PARAM_READWRITE | READY);
  props[PROP_ACCESS_KEY_ID] = g_param_spec_string ("access-key-id",
      "Access key id", "Access key id; unset for the environment or the "
      "shared credentials file", NULL, G_PARAM_WRITABLE | READY);
  props[PROP_SECRET_ACCESS_KEY] = g_param_spec_string ("secret-access-key",
      "Secret access key", "Secret that belongs to access-key-id; cannot be "
      "read back", NULL, G_PARAM_WRITABLE | READY);
  props[PROP_SESSION_TOKEN] = g_param_spec_string ("session-token",
      "Session token", "Token of temporary credentials; cannot be read back",
      NULL, G_PARAM_WRITABLE | READY);
  props[PROP_PROFILE] = g_param_spec_string ("profile", "Profile",
      "Profile of the shared credentials file, which then goes before the "
      "environment; unset for AWS_PROFILE or \"default\"",
      NULL, G_PARAM_READWRITE | READY);
  props[PROP_PART_SIZE] = g_param_spec_uint64 ("part-size", "Part size",
      "Bytes in a part; grows beyond 1250 parts, so that 10,000 of them are "
      "enough for any object", GST_REC_MIN_PART_SIZE, GST_REC_MAX_PART_SIZE,
      DEFAULT_PART_SIZE, G_PARAM_READWRITE | READY);
  props[PROP_PARALLEL] = g_param_spec_uint ("parallel", "Parallel",
      "Parts sent at a time; memory stays below parallel + 2 parts",
      1, 64, DEFAULT_PARALLEL, G_PARAM_READWRITE | READY);
  props[PROP_RETRIES] = g_param_spec_uint ("retries", "Retries",
      "How often a request that failed in passing is sent again",
      0, 100, DEFAULT_RETRIES, G_PARAM_READWRITE | READY);
  props[PROP_TIMEOUT] = g_param_spec_uint ("timeout", "Timeout",
      "Seconds without a byte after which a request has failed, and seconds "
      "an abort may take", 1, 3600, DEFAULT_TIMEOUT,
      G_PARAM_READWRITE | READY);
  props[PROP_ON_ERROR] = g_param_spec_enum ("on-error", "On error",
      "What becomes of the parts in the store when the upload fails",
      GST_TYPE_REC_S3_ON_ERROR, DEFAULT_ON_ERROR, G_PARAM_READWRITE | READY);
  props[PROP_HEADER_SIZE] = g_param_spec_uint64 ("header-size",
      "Header size", "Bytes at the head of the object that a muxer may write "
      "again, held in memory until EOS; 1 byte to 5 MiB count as 5 MiB, 0 "
      "for none", 0, MAX_HEADER_SIZE, DEFAULT_HEADER_SIZE,
      G_PARAM_READWRITE | READY);
  props[PROP_CONTENT_TYPE] = g_param_spec_string ("content-type",
      "Content type", "MIME type of the object; unset for the one of the "
      "caps, or application/octet-stream", NULL, G_PARAM_READWRITE | READY);
  props[PROP_CA_FILE] = g_param_spec_string ("ca-file", "CA file",
      "PEM file with the authorities to trust for TLS; unset for those of "
      "the system", NULL, G_PARAM_READWRITE | READY);
  /**
   * GstRecS3Sink:stats:
   *
   * `bytes-in`, `bytes-stored` (guint64, bytes), `parts-stored`,
   * `parts-pending` and `retries` (guint) of the upload, or the last one.
   */
  props[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "Bytes in and stored, parts stored and pending, retries",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
gst_rec_s3_sink_class_init (GstRecS3SinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  object_class->set_property = gst_rec_s3_sink_set_property;
  object_class->get_property = gst_rec_s3_sink_get_property;
  object_class->finalize = gst_rec_s3_sink_finalize;
  install_properties (object_class);

  gst_element_class_set_static_metadata (element_class, "S3 sink",
      "Sink/Network", "Uploads a stream to an S3-compatible store",
      "The gst-plugins-recording authors");
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_S3_PATH_STYLE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_S3_ON_ERROR, 0);

  element_class->change_state = gst_rec_s3_sink_change_state;
  sink_class->start = gst_rec_s3_sink_start;
  sink_class->stop = gst_rec_s3_sink_stop;
  sink_class->unlock = gst_rec_s3_sink_unlock;
  sink_class->unlock_stop = gst_rec_s3_sink_unlock_stop;
  sink_class->query = gst_rec_s3_sink_query;
  sink_class->event = gst_rec_s3_sink_event;
  sink_class->wait_event = gst_rec_s3_sink_wait_event;
  sink_class->set_caps = gst_rec_s3_sink_set_caps;
  sink_class->render = gst_rec_s3_sink_render;
}

static void
gst_rec_s3_sink_init (GstRecS3Sink * self)
{
  self->settings.credentials = g_new0 (GstRecCredentials, 1);
  self->settings.path_style = DEFAULT_PATH_STYLE;
  self->settings.part_size = DEFAULT_PART_SIZE;
  self->settings.header_size = DEFAULT_HEADER_SIZE;
  self->settings.parallel = DEFAULT_PARALLEL;
  self->settings.retries = DEFAULT_RETRIES;
  self->settings.timeout = DEFAULT_TIMEOUT;
  self->settings.on_error = DEFAULT_ON_ERROR;

  gst_base_sink_set_sync (GST_BASE_SINK (self), FALSE);
}
