/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-s3src
 * @title: s3src
 * @short_description: reads an object of an S3-compatible store
 * @see_also: s3sink, filesrc
 *
 * Reads an object of AWS S3, MinIO, Ceph or any other store that speaks S3,
 * from the beginning to the end or anywhere in it: demuxers work as they do
 * with a file. While reading goes on in a row, several requests at a time
 * bring what comes next, up to #GstRecS3Src:read-ahead bytes; a connection
 * that breaks is taken up again at the byte that was reached.
 *
 * What comes is all of one version of the object. When it is replaced or
 * deleted meanwhile, that is an error, unless #GstRecS3Src:version-id names a
 * version that a bucket keeps.
 *
 * The element is the handler of `s3://` and `gs://` URIs, so that `playbin
 * uri=s3://recordings/test.mp4` plays. A URI is percent-encoded and may set
 * properties: `s3://BUCKET/KEY?endpoint=http://127.0.0.1:9000&region=eu-west-1`
 * with `endpoint`, `region`, `path-style`, `profile`, `ca-file`, `version-id`,
 * `timeout` and `retries`. Secrets are refused there: they come from the
 * properties, the environment or the shared files, as with #s3sink.
 *
 * ## Example launch line
 * |[
 * AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET gst-launch-1.0 s3src location=s3://recordings/test.mp4 endpoint=http://127.0.0.1:28000 ! decodebin ! autovideosink
 * ]| Plays a recording from a store on this machine.
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gsts3src.h"

#include "credentialsadvice.h"
#include "s3srcsettings.h"
#include "store/reader.h"
#include "store/storeuri.h"
#include "uploadadvice.h"

GST_DEBUG_CATEGORY_STATIC (rec_s3_src_debug);
#define GST_CAT_DEFAULT rec_s3_src_debug

/* Of the buffers that are pushed; they are not copied. */
#define DEFAULT_BLOCKSIZE (256 * 1024)
/* A buffer of more memories is copied by the first who looks at it. */
#define MAX_MEMORIES 8

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

struct _GstRecS3Src
{
  GstBaseSrc parent;

  GstRecS3SrcSettings settings; /* with the object lock */

  /* Between start and stop. With the object lock to change, and to use from
   * elsewhere than start, stop and create. */
  GstRecStorePlace *place;
  GstRecReader *reader;
  gchar *uri;                   /* for messages */

  gboolean failed;              /* to open; of state changes */
};

enum
{
  PROP_0,
  PROP_STATS,
  PROP_FIRST_OF_SETTINGS,
};

/* What a URI may set: properties of these names. */
static const gchar *const uri_options[] = { "endpoint", "region",
  "path-style", "profile", "ca-file", "version-id", "timeout", "retries", NULL
};

static void gst_rec_s3_src_uri_handler_init (gpointer iface, gpointer data);

#define gst_rec_s3_src_parent_class parent_class
G_DEFINE_FINAL_TYPE_WITH_CODE (GstRecS3Src, gst_rec_s3_src,
    GST_TYPE_BASE_SRC, G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER,
        gst_rec_s3_src_uri_handler_init));
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (s3src, "s3src", GST_RANK_PRIMARY,
    GST_TYPE_REC_S3_SRC, GST_DEBUG_CATEGORY_INIT (rec_s3_src_debug,
        "s3src", 0, "reading from an S3-compatible store"));
/* Of two elements of one name GStreamer hides one. */
GST_ELEMENT_REGISTER_DEFINE (recs3src, "recs3src", GST_RANK_NONE,
    GST_TYPE_REC_S3_SRC);

static const GstRecUploadAdvice advices[] = {
  GST_REC_CREDENTIALS_ADVICES ("s3src"),
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NOT_AUTHORIZED,
        GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        "Check the credentials: the store refuses them, or they may not read "
        "this object."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NOT_FOUND,
        GST_RESOURCE_ERROR_NOT_FOUND,
        "Check location and version-id: the store has no such object, or no "
        "such bucket."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_KEY,
        GST_RESOURCE_ERROR_SETTINGS,
        "Set sse-customer-key to the key that the object was stored with."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_CHANGED,
        GST_RESOURCE_ERROR_READ,
        "Read the object again from its beginning: it was replaced or deleted "
        "while it was read."},
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
        "Correct location, version-id, sse-customer-key or endpoint: the store "
        "cannot use them."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_UNREACHABLE,
        GST_RESOURCE_ERROR_OPEN_READ,
        "Check endpoint and the network: the store cannot be reached."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_TLS,
        GST_RESOURCE_ERROR_OPEN_READ,
        "Set ca-file to the authority of the store, or correct its "
        "certificate: it is not trusted."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NO_TLS,
        GST_RESOURCE_ERROR_OPEN_READ,
        "Check endpoint: the store does not speak TLS there, or broke the "
        "connection (http:// instead of https://?)."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_ANSWER,
        GST_RESOURCE_ERROR_READ,
        "Check that endpoint is an S3 store that answers ranges: what it "
        "answers makes no sense."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_FAILED,
        GST_RESOURCE_ERROR_READ,
        "Try again: the store failed to give the object."},
  {NULL, 0, 0, NULL}
};

static void
post_error (GstRecS3Src * self, const GError * error)
{
  gst_rec_upload_post_error (GST_ELEMENT (self), advices, self->uri, error);
}

static gboolean
gst_rec_s3_src_stop (GstBaseSrc * src)
{
  GstRecS3Src *self = GST_REC_S3_SRC (src);
  GstRecReader *reader;
  GstRecStorePlace *place;

  GST_OBJECT_LOCK (self);
  reader = g_steal_pointer (&self->reader);
  place = g_steal_pointer (&self->place);
  GST_OBJECT_UNLOCK (self);

  g_clear_pointer (&reader, gst_rec_reader_free);
  g_clear_pointer (&place, gst_rec_store_place_unref);
  g_clear_pointer (&self->uri, g_free);

  return TRUE;
}

static const gchar *
scheme_of (GstRecS3Flavor flavor)
{
  return flavor == GST_REC_S3_FLAVOR_GOOGLE ? "gs" : "s3";
}

/* Called without the object lock: this may read files. */
static GstRecStorePlace *
make_place (GstRecS3Src * self, const GstRecS3SrcSettings * settings, gchar ** key,
    GError ** error)
{
  g_autofree gchar *bucket = NULL;
  GstRecS3Settings s3 = {
    .ca_file = settings->ca_file,
    .timeout = settings->timeout,
    .retries = settings->retries,
  };

  if (!gst_rec_s3_object_settings_find (&settings->object, &s3.flavor,
          &bucket, key, error))
    return NULL;
  self->uri = g_strdup_printf ("%s://%s/%s", scheme_of (s3.flavor), bucket,
      *key);
  s3.bucket = bucket;

  return gst_rec_s3_object_settings_place (&settings->object, &s3, error);
}

static gboolean
open_object (GstRecS3Src * self, GError ** error)
{
  g_auto (GstRecS3SrcSettings) settings = { 0, };
  g_autofree gchar *key = NULL;

  GST_OBJECT_LOCK (self);
  gst_rec_s3_src_settings_copy (&self->settings, &settings);
  GST_OBJECT_UNLOCK (self);

  g_autoptr (GstRecStorePlace) place =
      make_place (self, &settings, &key, error);
  if (place == NULL)
    return FALSE;

  GstRecReaderConfig config = {
    .place = place,
    .key = key,
    .version_id = settings.version_id,
    .read_ahead = settings.read_ahead,
    .range_size = settings.range_size,
    .parallel = settings.parallel,
  };
  g_autoptr (GstRecReader) reader = gst_rec_reader_new (&config);
  if (!gst_rec_reader_open (reader, error))
    return FALSE;

  GST_OBJECT_LOCK (self);
  self->place = g_steal_pointer (&place);
  self->reader = g_steal_pointer (&reader);
  GST_OBJECT_UNLOCK (self);

  return TRUE;
}

/* Asks the store for the object's size and version. */
static gboolean
gst_rec_s3_src_start (GstBaseSrc * src)
{
  GstRecS3Src *self = GST_REC_S3_SRC (src);
  g_autoptr (GError) error = NULL;

  gst_rec_s3_src_stop (src);
  /* Where an element behind failed to pull, it is pushed to. That would fail
   * as well, as late, and say so twice. */
  if (self->failed) {
    self->failed = FALSE;
    return FALSE;
  }
  if (!open_object (self, &error)) {
    self->failed = TRUE;
    post_error (self, error);
    gst_rec_s3_src_stop (src);
    return FALSE;
  }

  const GstRecStoreObject *object = gst_rec_reader_get_object (self->reader);
  GST_INFO_OBJECT (self, "%s: %" G_GUINT64_FORMAT " bytes, ETag %s, version "
      "%s, %s", self->uri, object->size, GST_STR_NULL (object->etag),
      GST_STR_NULL (object->version_id), GST_STR_NULL (object->content_type));

  return TRUE;
}

static gboolean
gst_rec_s3_src_get_size (GstBaseSrc * src, guint64 * size)
{
  GstRecS3Src *self = GST_REC_S3_SRC (src);
  gboolean known;

  /* A query for the duration asks, too, while another thread may stop. */
  GST_OBJECT_LOCK (self);
  known = self->reader != NULL;
  if (known)
    *size = gst_rec_reader_get_object (self->reader)->size;
  GST_OBJECT_UNLOCK (self);

  return known;
}

static gboolean
gst_rec_s3_src_is_seekable (GstBaseSrc * src G_GNUC_UNUSED)
{
  return TRUE;
}

static void
set_interrupted (GstRecS3Src * self, gboolean interrupted)
{
  GST_OBJECT_LOCK (self);
  if (self->reader)
    gst_rec_reader_set_interrupted (self->reader, interrupted);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_rec_s3_src_unlock (GstBaseSrc * src)
{
  set_interrupted (GST_REC_S3_SRC (src), TRUE);
  return TRUE;
}

static gboolean
gst_rec_s3_src_unlock_stop (GstBaseSrc * src)
{
  set_interrupted (GST_REC_S3_SRC (src), FALSE);
  return TRUE;
}

static void
append_piece (GstBuffer * buffer, GBytes * piece)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (piece, &size);

  gst_buffer_append_memory (buffer,
      gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, (gpointer) data, size,
          0, size, g_bytes_ref (piece), (GDestroyNotify) g_bytes_unref));
}

static void
fill_buffer (GstBuffer * buffer, const GstRecBody * body)
{
  gsize offset = 0;

  for (guint i = 0; i < gst_rec_body_n_pieces (body); i++) {
    gsize size;
    gconstpointer data =
        g_bytes_get_data (gst_rec_body_piece (body, i), &size);

    offset += gst_buffer_fill (buffer, offset, data, size);
  }
  gst_buffer_set_size (buffer, offset);
}

/* Into @buffer, where whoever pulls brought one. */
static GstBuffer *
make_buffer (const GstRecBody * body, GstBuffer * buffer)
{
  if (buffer == NULL && gst_rec_body_n_pieces (body) <= MAX_MEMORIES) {
    buffer = gst_buffer_new ();
    for (guint i = 0; i < gst_rec_body_n_pieces (body); i++)
      append_piece (buffer, gst_rec_body_piece (body, i));
    return buffer;
  }

  if (buffer == NULL)
    buffer = gst_buffer_new_allocate (NULL, gst_rec_body_size (body), NULL);
  fill_buffer (buffer, body);

  return buffer;
}

static GstFlowReturn
gst_rec_s3_src_create (GstBaseSrc * src, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  GstRecS3Src *self = GST_REC_S3_SRC (src);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecBody) body =
      gst_rec_reader_read (self->reader, offset, size, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;
  if (body == NULL) {
    post_error (self, error);
    return GST_FLOW_ERROR;
  }
  if (gst_rec_body_size (body) == 0)
    return GST_FLOW_EOS;

  *buffer = make_buffer (body, *buffer);
  GST_BUFFER_OFFSET (*buffer) = offset;
  GST_BUFFER_OFFSET_END (*buffer) = offset + gst_rec_body_size (body);
  GST_LOG_OBJECT (self, "%" G_GUINT64_FORMAT " bytes at %" G_GUINT64_FORMAT,
      gst_rec_body_size (body), offset);

  return GST_FLOW_OK;
}

static gboolean
gst_rec_s3_src_query (GstBaseSrc * src, GstQuery * query)
{
  GstRecS3Src *self = GST_REC_S3_SRC (src);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_URI:{
      g_autofree gchar *uri = gst_uri_handler_get_uri (GST_URI_HANDLER (self));

      gst_query_set_uri (query, uri);
      return uri != NULL;
    }
    case GST_QUERY_SCHEDULING:
      /* The base class would open the object to find out, and once more to
       * read it: twice the requests, and two errors where there is one. */
      gst_query_set_scheduling (query, GST_SCHEDULING_FLAG_SEEKABLE, 1, -1, 0);
      gst_query_add_scheduling_mode (query, GST_PAD_MODE_PULL);
      gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
      return TRUE;
    default:
      return GST_BASE_SRC_CLASS (parent_class)->query (src, query);
  }
}

static GstURIType
gst_rec_s3_src_uri_get_type (GType type G_GNUC_UNUSED)
{
  return GST_URI_SRC;
}

static const gchar *const *
gst_rec_s3_src_uri_get_protocols (GType type G_GNUC_UNUSED)
{
  static const gchar *const protocols[] = { "s3", "gs", NULL };

  return protocols;
}

static gchar *
gst_rec_s3_src_uri_get_uri (GstURIHandler * handler)
{
  GstRecS3Src *self = GST_REC_S3_SRC (handler);
  g_auto (GstRecS3ObjectSettings) settings = { 0, };
  GstRecS3Flavor flavor;
  GstRecStoreUri *uri = g_new0 (GstRecStoreUri, 1);
  gchar *text = NULL;

  GST_OBJECT_LOCK (self);
  gst_rec_s3_object_settings_copy (&self->settings.object, &settings);
  GST_OBJECT_UNLOCK (self);

  uri->options = g_hash_table_new (g_str_hash, g_str_equal);
  if (gst_rec_s3_object_settings_find (&settings, &flavor, &uri->bucket,
          &uri->key, NULL)) {
    uri->scheme = g_strdup (scheme_of (flavor));
    text = gst_rec_store_uri_to_string (uri);
  }
  gst_rec_store_uri_free (uri);

  return text;
}

static gboolean
check_options (const GstRecStoreUri * uri, GError ** error)
{
  static const gchar *const schemes[] = { "s3", "gs", NULL };
  static const gchar *const styles[] = { "true", "false", "auto", NULL };
  const gchar *style = gst_rec_store_uri_get (uri, "path-style");
  guint number;

  if (!g_strv_contains (schemes, uri->scheme)) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS, "not of the form s3://bucket/key");
    return FALSE;
  }
  if (style && !g_strv_contains (styles, style)) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_SETTINGS,
        "the option path-style of the URI is not true, false or auto");
    return FALSE;
  }

  return gst_rec_store_uri_check_options (uri, uri_options, error) &&
      gst_rec_store_uri_get_uint (uri, "timeout", 1, 3600, &number, error) &&
      gst_rec_store_uri_get_uint (uri, "retries", 0, 100, &number, error);
}

static gboolean
gst_rec_s3_src_uri_set_uri (GstURIHandler * handler, const gchar * text,
    GError ** error)
{
  GstRecS3Src *self = GST_REC_S3_SRC (handler);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GstRecStoreUri) uri = NULL;

  if (GST_STATE (self) > GST_STATE_READY) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "the URI can be set in NULL and READY only");
    return FALSE;
  }

  uri = gst_rec_store_uri_parse (text, &reason);
  if (uri == NULL || !check_options (uri, &reason)) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
        reason->message);
    return FALSE;
  }

  g_autofree gchar *location =
      g_strdup_printf ("%s://%s/%s", uri->scheme, uri->bucket, uri->key);
  g_object_set (self, "location", location, NULL);
  for (guint i = 0; uri_options[i]; i++) {
    const gchar *value = gst_rec_store_uri_get (uri, uri_options[i]);

    if (value)
      gst_util_set_object_arg (G_OBJECT (self), uri_options[i], value);
  }

  return TRUE;
}

static void
gst_rec_s3_src_uri_handler_init (gpointer g_iface, gpointer data G_GNUC_UNUSED)
{
  GstURIHandlerInterface *iface = g_iface;

  iface->get_type = gst_rec_s3_src_uri_get_type;
  iface->get_protocols = gst_rec_s3_src_uri_get_protocols;
  iface->get_uri = gst_rec_s3_src_uri_get_uri;
  iface->set_uri = gst_rec_s3_src_uri_set_uri;
}

/* Called with the object lock held. */
static GstStructure *
make_stats (GstRecS3Src * self)
{
  GstRecReaderStats stats = { 0, };

  if (self->reader)
    gst_rec_reader_get_stats (self->reader, &stats);

  return gst_structure_new ("application/x-s3src-stats",
      "bytes-fetched", G_TYPE_UINT64, stats.bytes_fetched,
      "bytes-held", G_TYPE_UINT64, stats.bytes_held,
      "requests", G_TYPE_UINT, stats.requests,
      "retries", G_TYPE_UINT,
      self->place ? gst_rec_store_place_retries (self->place) : 0, NULL);
}

static GstStateChangeReturn
gst_rec_s3_src_change_state (GstElement * element, GstStateChange transition)
{
  GstStateChangeReturn ret =
      GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);

  /* An element behind has pulled, or not, before READY to PAUSED. */
  GST_REC_S3_SRC (element)->failed = FALSE;

  return ret;
}

static void
gst_rec_s3_src_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecS3Src *self = GST_REC_S3_SRC (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_rec_s3_src_settings_set (&self->settings,
      id - PROP_FIRST_OF_SETTINGS, value);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_rec_s3_src_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstRecS3Src *self = GST_REC_S3_SRC (object);
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_STATS)
    g_value_take_boxed (value, make_stats (self));
  else
    known = gst_rec_s3_src_settings_get (&self->settings,
        id - PROP_FIRST_OF_SETTINGS, value);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_rec_s3_src_finalize (GObject * object)
{
  gst_rec_s3_src_settings_clear (&GST_REC_S3_SRC (object)->settings);

  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * klass)
{
  /**
   * GstRecS3Src:stats:
   *
   * `bytes-fetched`, `bytes-held` (guint64, bytes), `requests` and `retries`
   * (guint) of the object that is open.
   */
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Bytes fetched and held, requests and retries", GST_TYPE_STRUCTURE,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  gst_rec_s3_src_settings_install (klass, PROP_FIRST_OF_SETTINGS);
}

static void
gst_rec_s3_src_class_init (GstRecS3SrcClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *src_class = GST_BASE_SRC_CLASS (klass);

  object_class->set_property = gst_rec_s3_src_set_property;
  object_class->get_property = gst_rec_s3_src_get_property;
  object_class->finalize = gst_rec_s3_src_finalize;
  install_properties (object_class);

  gst_element_class_set_static_metadata (element_class, "S3 source",
      "Source/Network", "Reads an object of an S3-compatible store",
      "The gst-plugins-recording authors");
  gst_element_class_add_static_pad_template (element_class, &src_template);

  element_class->change_state = gst_rec_s3_src_change_state;
  src_class->start = gst_rec_s3_src_start;
  src_class->stop = gst_rec_s3_src_stop;
  src_class->get_size = gst_rec_s3_src_get_size;
  src_class->is_seekable = gst_rec_s3_src_is_seekable;
  src_class->unlock = gst_rec_s3_src_unlock;
  src_class->unlock_stop = gst_rec_s3_src_unlock_stop;
  src_class->create = gst_rec_s3_src_create;
  src_class->query = gst_rec_s3_src_query;
}

static void
gst_rec_s3_src_init (GstRecS3Src * self)
{
  gst_rec_s3_src_settings_init (&self->settings);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_BYTES);
  gst_base_src_set_blocksize (GST_BASE_SRC (self), DEFAULT_BLOCKSIZE);
}
