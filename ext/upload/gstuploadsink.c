/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstuploadsink.h"

#include "contenttype.h"
#include "memorybytes.h"
#include "objectattributes.h"
#include "uploadadvice.h"

GST_DEBUG_CATEGORY_STATIC (rec_upload_sink_debug);
#define GST_CAT_DEFAULT rec_upload_sink_debug

#define PROGRESS_INTERVAL G_TIME_SPAN_SECOND

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

struct _GstRecUploadSinkPrivate
{
  GstRecUploadSettings settings;        /* with the object lock */

  /* Between start and stop, made anew for each upload. */
  GstRecStorePlace *place;      /* with the object lock to change */
  gchar *key;
  gchar *uri;                   /* of the object, for messages */

  /* With the object lock to change or to use outside the streaming thread;
   * between PAUSED and READY. */
  GstRecUploader *uploader;
  GstStructure *last_stats;     /* with the object lock, of the last upload */
  const gchar *type_of_caps;    /* with the object lock */
  GstTagList *tags;             /* with the object lock, of the stream so far */

  /* Of the streaming thread, and of state changes while there is none. */
  gboolean reported;            /* the end of this upload was told */
  gboolean dirty;               /* bytes came in */
};

enum
{
  PROP_0,
  PROP_STATS,
  PROP_FIRST_SHARED,
};

static GstBaseSinkClass *parent_class;
static gint private_offset;

#define GET_CLASS(self) \
    G_TYPE_INSTANCE_GET_CLASS (self, GST_TYPE_REC_UPLOAD_SINK, \
        GstRecUploadSinkClass)

static void
post_error (GstRecUploadSink * self, const GError * error)
{
  gst_rec_upload_post_error (GST_ELEMENT (self), GET_CLASS (self)->advices,
      self->priv->uri, error);
}

static void
post_message (GstRecUploadSink * self, GstStructure * structure)
{
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), structure));
}

static void
post_progress (GstRecUploadSink * self, GstProgressType type)
{
  GstRecUploaderStats stats;
  g_autofree gchar *text = NULL;
  GstMessage *message;
  GstStructure *details;

  gst_rec_uploader_get_stats (self->priv->uploader, &stats);
  text = g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
      " bytes are in the store", stats.bytes_stored, stats.bytes_in);
  message = gst_message_new_progress (GST_OBJECT (self), type, "upload",
      text);

  /* It is ours alone until it is posted. */
  details = (GstStructure *) gst_message_get_structure (message);
  gst_structure_set (details, "bytes", G_TYPE_UINT64, stats.bytes_stored,
      "total", G_TYPE_UINT64, stats.bytes_in,
      "rate", G_TYPE_UINT64, stats.rate, NULL);
  if (stats.rate > 0)
    gst_structure_set (details, "time-left", G_TYPE_UINT64,
        gst_util_uint64_scale (stats.bytes_in - MIN (stats.bytes_stored,
                stats.bytes_in), GST_SECOND, stats.rate), NULL);
  gst_element_post_message (GST_ELEMENT (self), message);
}

static void
report_left (GstRecUploadSink * self, const gchar * id, const GError * error)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  gboolean keep = error && priv->settings.on_error == GST_REC_ON_ERROR_KEEP;
  GstStructure *message =
      gst_structure_new_empty (keep ? "store-kept" : "store-abandoned");

  GST_WARNING_OBJECT (self, "upload %s of %s is left in the store", id,
      priv->uri);
  GET_CLASS (self)->name_object (self, message);
  gst_structure_set (message, "upload-id", G_TYPE_STRING, id, NULL);
  post_message (self, message);
}

/* A URL by which the object can be read, for store-complete. */
static gchar *
sign_url (GstRecUploadSink * self)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  GstRecStoreUrl url = {.method = "GET",
    .expiry = priv->settings.sign_url_expiry
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecStore) store = NULL;
  gchar *text = NULL;

  if (url.expiry == 0)
    return NULL;

  store = gst_rec_store_place_open (priv->place, NULL, FALSE, &error);
  if (store && store->klass->sign_url)
    text = store->klass->sign_url (store, priv->key, &url, NULL, &error);
  if (text == NULL)
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
        ("The object stands, but no URL could be signed for it."),
        ("%s: %s", priv->uri, error ? error->message :
            "this kind of store has none"));

  return text;
}

static void
report_complete (GstRecUploadSink * self, const GstRecStoreObject * object,
    guint n_parts)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  gboolean verified = gst_rec_uploader_is_verified (priv->uploader);
  g_autofree gchar *signed_url = sign_url (self);
  GstStructure *message = gst_structure_new ("store-complete",
      "uri", G_TYPE_STRING, priv->uri, "size", G_TYPE_UINT64, object->size,
      "etag", G_TYPE_STRING, object->etag, "parts", G_TYPE_UINT, n_parts,
      "verified", G_TYPE_BOOLEAN, verified, NULL);

  GST_INFO_OBJECT (self, "%s stands, %" G_GUINT64_FORMAT " bytes, %s",
      priv->uri, object->size, verified ? "verified" : "not verified");
  if (object->version_id)
    gst_structure_set (message, "version-id", G_TYPE_STRING,
        object->version_id, NULL);
  if (signed_url)
    gst_structure_set (message, "signed-url", G_TYPE_STRING, signed_url, NULL);
  if (object->checksum)
    gst_structure_set (message, "checksum", G_TYPE_STRING, object->checksum,
        NULL);
  post_message (self, message);
}

/* Tells, once, how a closed upload ended. */
static void
report_end (GstRecUploadSink * self)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  const GError *error = gst_rec_uploader_get_error (priv->uploader);
  const gchar *left = gst_rec_uploader_get_left_upload (priv->uploader);
  const GstRecStoreObject *object;
  guint n_parts;

  if (priv->reported)
    return;
  priv->reported = TRUE;

  if (left)
    report_left (self, left, error);

  object = gst_rec_uploader_get_object (priv->uploader, &n_parts);
  if (object) {
    report_complete (self, object, n_parts);
  } else if (error) {
    post_error (self, error);
  } else if (priv->dirty) {
    GST_ELEMENT_INFO (self, RESOURCE, WRITE,
        ("The upload of %s was given up: the stream stopped before EOS.",
            priv->uri), (NULL));
  }
}

/* Tells the uploader what is stored beside the bytes. It takes that as it is at
 * the first byte. Called with the object lock held. */
static void
update_attributes (GstRecUploadSink * self)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  g_auto (GStrv) given =
      gst_rec_fields_from_structure (priv->settings.metadata, "metadata",
      NULL);
  g_auto (GStrv) metadata = gst_rec_metadata_merge (priv->tags,
      (const gchar * const *) given);
  GstRecStoreAttributes attributes = {
    .content_type = priv->settings.content_type ?
        priv->settings.content_type : (gchar *) priv->type_of_caps,
    .content_disposition = priv->settings.content_disposition,
    .metadata = metadata,
  };

  gst_rec_uploader_set_attributes (priv->uploader, &attributes);
}

static void
open_upload (GstRecUploadSink * self)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  /* After a flush they are still those that were set before. */
  g_autoptr (GstCaps) caps =
      gst_pad_get_current_caps (GST_BASE_SINK_PAD (self));

  GST_OBJECT_LOCK (self);
  GstRecUploaderConfig config = {
    .place = priv->place,
    .key = priv->key,
    .part_size = priv->settings.part_size,
    .header_size = priv->settings.header_size,
    .parallel = priv->settings.parallel,
    .timeout = priv->settings.timeout * G_TIME_SPAN_SECOND,
    .keep_on_error = priv->settings.on_error == GST_REC_ON_ERROR_KEEP,
  };
  if (GET_CLASS (self)->configure)
    GET_CLASS (self)->configure (self, &config);
  priv->uploader = gst_rec_uploader_new (&config);
  priv->type_of_caps = gst_rec_content_type_from_caps (caps);
  update_attributes (self);
  priv->reported = FALSE;
  priv->dirty = FALSE;
  GST_OBJECT_UNLOCK (self);
}

/* Called with the object lock held. */
static GstStructure *
make_stats (GstRecUploadSink * self)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  GstRecUploaderStats stats = { 0, };

  if (priv->uploader == NULL && priv->last_stats)
    return gst_structure_copy (priv->last_stats);
  if (priv->uploader)
    gst_rec_uploader_get_stats (priv->uploader, &stats);

  return gst_structure_new (GET_CLASS (self)->stats_name,
      "bytes-in", G_TYPE_UINT64, stats.bytes_in,
      "bytes-stored", G_TYPE_UINT64, stats.bytes_stored,
      "parts-stored", G_TYPE_UINT, stats.parts_stored,
      "parts-pending", G_TYPE_UINT, stats.parts_pending,
      "rate", G_TYPE_UINT64, stats.rate,
      "slots", G_TYPE_UINT, stats.slots,
      "retries", G_TYPE_UINT,
      priv->place ? gst_rec_store_place_retries (priv->place) : 0, NULL);
}

/* Ends the upload, whatever it is doing. Lasts as long as an abort takes, at
 * most the timeout and the moment in which what is left of it is dropped. */
static void
close_upload (GstRecUploadSink * self)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  GstRecUploader *uploader = priv->uploader;

  if (uploader == NULL)
    return;

  gst_rec_uploader_cancel (uploader, NULL);
  while (gst_rec_uploader_wait (uploader, G_TIME_SPAN_SECOND,
          FALSE) != GST_REC_UPLOADER_CLOSED)
    GST_DEBUG_OBJECT (self, "waiting for the end of the upload");
  report_end (self);

  GST_OBJECT_LOCK (self);
  g_clear_pointer (&priv->last_stats, gst_structure_free);
  priv->last_stats = make_stats (self);
  priv->uploader = NULL;
  GST_OBJECT_UNLOCK (self);
  gst_rec_uploader_free (uploader);
}

/* Waits in the streaming thread until the upload is closed, and reports it.
 * FLUSHING when the pipeline does not want to wait. */
static GstFlowReturn
wait_closed (GstRecUploadSink * self, gboolean progress)
{
  GstRecUploader *uploader = self->priv->uploader;
  const GstRecStoreObject *object;
  GstFlowReturn ret;
  guint n_parts;

  for (;;) {
    switch (gst_rec_uploader_wait (uploader, PROGRESS_INTERVAL, TRUE)) {
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
        object = gst_rec_uploader_get_object (uploader, &n_parts);
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
fail (GstRecUploadSink * self, const GError * error)
{
  GstFlowReturn ret;

  GST_DEBUG_OBJECT (self, "the upload ends: %s", error->message);
  gst_rec_uploader_cancel (self->priv->uploader, error);
  ret = wait_closed (self, FALSE);

  return ret == GST_FLOW_OK ? GST_FLOW_ERROR : ret;
}

static gboolean
write_some (GstRecUploadSink * self, GBytes * bytes, gboolean keep,
    gsize * written, GError ** error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return keep ? gst_rec_uploader_write_bytes (self->priv->uploader, bytes,
      written, error) : gst_rec_uploader_write (self->priv->uploader, data,
      size, written, error);
}

static GstFlowReturn
write_all (GstRecUploadSink * self, GBytes * bytes, gboolean keep)
{
  gsize written = 0;

  for (;;) {
    g_autoptr (GError) error = NULL;
    GstFlowReturn ret;

    if (write_some (self, bytes, keep, &written, &error))
      return GST_FLOW_OK;
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return fail (self, error);

    ret = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
    if (ret != GST_FLOW_OK)
      return ret;
  }
}

static GstFlowReturn
gst_rec_upload_sink_render (GstBaseSink * sink, GstBuffer * buffer)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (sink);
  GstFlowReturn ret = GST_FLOW_OK;

  GST_LOG_OBJECT (self, "%" GST_PTR_FORMAT, buffer);
  self->priv->dirty = TRUE;

  /* Memory by memory: a buffer of several would be copied to be mapped. */
  for (guint i = 0; ret == GST_FLOW_OK && i < gst_buffer_n_memory (buffer);
      i++) {
    gboolean keep;
    g_autoptr (GBytes) bytes = gst_rec_upload_memory_bytes (buffer, i, &keep);

    if (bytes == NULL) {
      g_autoptr (GError) error = g_error_new_literal (GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_FAILED, "a buffer cannot be read");

      return fail (self, error);
    }
    ret = write_all (self, bytes, keep);
  }

  return ret;
}

/* EOS is over when the object stands. */
static GstFlowReturn
gst_rec_upload_sink_wait_event (GstBaseSink * sink, GstEvent * event)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (sink);
  GstFlowReturn ret = parent_class->wait_event (sink, event);

  if (ret != GST_FLOW_OK || GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return ret;

  gst_rec_uploader_finish (self->priv->uploader);
  post_progress (self, GST_PROGRESS_TYPE_START);

  return wait_closed (self, TRUE);
}

static gboolean
handle_segment (GstRecUploadSink * self, GstEvent * event)
{
  g_autoptr (GError) error = NULL;
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (segment->format != GST_FORMAT_BYTES ||
      gst_rec_uploader_seek (self->priv->uploader, segment->start, &error))
    return TRUE;

  fail (self, error);
  return FALSE;
}

/* The tags of the stream so far; with NULL, of one that begins. */
static void
take_tags (GstRecUploadSink * self, GstEvent * event)
{
  GstRecUploadSinkPrivate *priv = self->priv;
  GstTagList *tags = NULL;

  if (event)
    gst_event_parse_tag (event, &tags);

  GST_OBJECT_LOCK (self);
  if (tags && priv->tags)
    gst_tag_list_insert (priv->tags, tags, GST_TAG_MERGE_REPLACE);
  else
    g_clear_pointer (&priv->tags, gst_tag_list_unref);
  if (tags && priv->tags == NULL)
    priv->tags = gst_tag_list_copy (tags);
  if (priv->uploader)
    update_attributes (self);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_rec_upload_sink_event (GstBaseSink * sink, GstEvent * event)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (sink);
  GstRecUploadSinkPrivate *priv = self->priv;

  GST_DEBUG_OBJECT (self, "%" GST_PTR_FORMAT, event);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      take_tags (self, NULL);
      break;
    case GST_EVENT_TAG:
      take_tags (self, event);
      break;
    case GST_EVENT_SEGMENT:
      if (!handle_segment (self, event)) {
        gst_event_unref (event);
        return FALSE;
      }
      break;
    case GST_EVENT_FLUSH_STOP:
      /* As in a file that is emptied, the object begins anew. */
      if (priv->uploader && (priv->dirty || priv->reported)) {
        close_upload (self);
        open_upload (self);
      }
      break;
    default:
      break;
  }

  return parent_class->event (sink, event);
}

static gboolean
gst_rec_upload_sink_set_caps (GstBaseSink * sink, GstCaps * caps)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (sink);

  GST_OBJECT_LOCK (self);
  self->priv->type_of_caps = gst_rec_content_type_from_caps (caps);
  if (self->priv->uploader)
    update_attributes (self);
  GST_OBJECT_UNLOCK (self);

  return TRUE;
}

static gboolean
gst_rec_upload_sink_query (GstBaseSink * sink, GstQuery * query)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (sink);
  GstRecUploadSinkPrivate *priv = self->priv;
  GstRecUploaderStats stats = { 0, };
  GstFormat format;

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_SEEKING:
      /* A muxer asks whether it may write again, and wants to know no limits;
       * it is told when it goes too far. */
      gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
      GST_OBJECT_LOCK (self);
      gst_query_set_seeking (query, GST_FORMAT_BYTES,
          format == GST_FORMAT_BYTES && priv->settings.header_size > 0, 0, -1);
      GST_OBJECT_UNLOCK (self);
      return TRUE;
    case GST_QUERY_POSITION:
      gst_query_parse_position (query, &format, NULL);
      if (format != GST_FORMAT_BYTES)
        return FALSE;
      GST_OBJECT_LOCK (self);
      if (priv->uploader)
        gst_rec_uploader_get_stats (priv->uploader, &stats);
      GST_OBJECT_UNLOCK (self);
      gst_query_set_position (query, GST_FORMAT_BYTES, stats.bytes_in);
      return TRUE;
    default:
      return parent_class->query (sink, query);
  }
}

static void
set_interrupted (GstBaseSink * sink, gboolean interrupted)
{
  GstRecUploadSinkPrivate *priv = GST_REC_UPLOAD_SINK (sink)->priv;

  GST_OBJECT_LOCK (sink);
  if (priv->uploader)
    gst_rec_uploader_set_interrupted (priv->uploader, interrupted);
  GST_OBJECT_UNLOCK (sink);
}

static gboolean
gst_rec_upload_sink_unlock (GstBaseSink * sink)
{
  set_interrupted (sink, TRUE);
  return TRUE;
}

static gboolean
gst_rec_upload_sink_unlock_stop (GstBaseSink * sink)
{
  set_interrupted (sink, FALSE);
  return TRUE;
}

/* A size of which no store of this kind takes a part. */
static gboolean
check_part_size (const GstRecStorePlace * place, guint64 size, GError ** error)
{
  const GstRecStoreLimits *limits = &place->klass->limits;

  if (size >= limits->min_part && size <= limits->max_part)
    return TRUE;

  g_set_error (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
      "Correct part-size: the store takes parts of %" G_GUINT64_FORMAT " to %"
      G_GUINT64_FORMAT " bytes.", limits->min_part, limits->max_part);
  return FALSE;
}

/* Called with the object lock held. */
static void
update_line (GstRecUploadSink * self)
{
  GstRecUploadSinkPrivate *priv = self->priv;

  if (priv->place)
    gst_rec_store_place_set_line (priv->place, priv->settings.max_bitrate,
        priv->settings.dscp);
}

static gboolean
find_place (GstRecUploadSink * self, GError ** error)
{
  g_auto (GstRecUploadSettings) shared = { 0, };
  g_autoptr (GstRecStorePlace) place = NULL;
  g_autofree gchar *key = NULL;

  GST_OBJECT_LOCK (self);
  gst_rec_upload_settings_copy (&self->priv->settings, &shared);
  GST_OBJECT_UNLOCK (self);

  if (!gst_rec_upload_settings_check (&shared, error))
    return FALSE;
  place = GET_CLASS (self)->make_place (self, &shared, &key, error);
  if (place == NULL || !check_part_size (place, shared.part_size, error))
    return FALSE;

  GST_OBJECT_LOCK (self);
  self->priv->uri = gst_rec_store_place_uri (place, key);
  self->priv->key = g_steal_pointer (&key);
  self->priv->place = g_steal_pointer (&place);
  update_line (self);
  GST_OBJECT_UNLOCK (self);

  return TRUE;
}

static gboolean
gst_rec_upload_sink_stop (GstBaseSink * sink)
{
  GstRecUploadSinkPrivate *priv = GST_REC_UPLOAD_SINK (sink)->priv;
  GstRecStorePlace *place;

  GST_OBJECT_LOCK (sink);
  place = g_steal_pointer (&priv->place);
  g_clear_pointer (&priv->key, g_free);
  g_clear_pointer (&priv->uri, g_free);
  g_clear_pointer (&priv->tags, gst_tag_list_unref);
  GST_OBJECT_UNLOCK (sink);
  /* It may have a lease to give back, which takes a request. */
  g_clear_pointer (&place, gst_rec_store_place_unref);

  return TRUE;
}

/* Looks at the settings only. The store is first spoken to when there is
 * something to store. */
static gboolean
prepare (GstRecUploadSink * self)
{
  g_autoptr (GError) error = NULL;

  gst_rec_upload_sink_stop (GST_BASE_SINK (self));
  if (find_place (self, &error))
    return TRUE;

  post_error (self, error);
  return FALSE;
}

/* An upload lasts from READY to READY. It is ended there and not in stop():
 * a pipeline that goes to NULL drops the messages of that last step. */
static GstStateChangeReturn
gst_rec_upload_sink_change_state (GstElement * element,
    GstStateChange transition)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (element);
  GstStateChangeReturn ret;

  /* Not in start(), for the base class would add an error of its own; and
   * again in READY, where settings may have changed. */
  if ((transition == GST_STATE_CHANGE_NULL_TO_READY ||
          transition == GST_STATE_CHANGE_READY_TO_PAUSED) && !prepare (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    open_upload (self);

  ret = GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED &&
          ret == GST_STATE_CHANGE_FAILURE))
    close_upload (self);

  return ret;
}

static void
gst_rec_upload_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_rec_upload_settings_set (&self->priv->settings,
      id - PROP_FIRST_SHARED, value);
  update_line (self);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_rec_upload_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (object);
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  if (id == PROP_STATS)
    g_value_take_boxed (value, make_stats (self));
  else
    known = gst_rec_upload_settings_get (&self->priv->settings,
        id - PROP_FIRST_SHARED, value);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_rec_upload_sink_finalize (GObject * object)
{
  GstRecUploadSinkPrivate *priv = GST_REC_UPLOAD_SINK (object)->priv;

  gst_rec_upload_settings_clear (&priv->settings);
  g_clear_pointer (&priv->last_stats, gst_structure_free);

  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_rec_upload_sink_class_init (gpointer klass, gpointer data G_GNUC_UNUSED)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  parent_class = g_type_class_peek_parent (klass);
  g_type_class_adjust_private_offset (klass, &private_offset);
  GST_DEBUG_CATEGORY_INIT (rec_upload_sink_debug, "recuploadsink", 0,
      "what the sinks that upload share");

  object_class->set_property = gst_rec_upload_sink_set_property;
  object_class->get_property = gst_rec_upload_sink_get_property;
  object_class->finalize = gst_rec_upload_sink_finalize;
  /* `bytes-in`, `bytes-stored` (guint64, bytes), `parts-stored`,
   * `parts-pending`, `slots` and `retries` (guint), `rate` (guint64, bytes/s)
   * of the upload, or the last one. */
  g_object_class_install_property (object_class, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Bytes in and stored, parts stored and pending, the line's rate, "
          "retries",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  gst_rec_upload_settings_install (object_class, PROP_FIRST_SHARED);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_UPLOAD_SINK, 0);

  element_class->change_state = gst_rec_upload_sink_change_state;
  sink_class->stop = gst_rec_upload_sink_stop;
  sink_class->unlock = gst_rec_upload_sink_unlock;
  sink_class->unlock_stop = gst_rec_upload_sink_unlock_stop;
  sink_class->query = gst_rec_upload_sink_query;
  sink_class->event = gst_rec_upload_sink_event;
  sink_class->wait_event = gst_rec_upload_sink_wait_event;
  sink_class->set_caps = gst_rec_upload_sink_set_caps;
  sink_class->render = gst_rec_upload_sink_render;
}

static void
gst_rec_upload_sink_init (GTypeInstance * instance,
    gpointer klass G_GNUC_UNUSED)
{
  GstRecUploadSink *self = GST_REC_UPLOAD_SINK (instance);

  self->priv = G_STRUCT_MEMBER_P (self, private_offset);
  gst_rec_upload_settings_init (&self->priv->settings);

  gst_base_sink_set_sync (GST_BASE_SINK (self), FALSE);
}

/* By hand, for the sake of the name. */
GType
gst_rec_upload_sink_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type)) {
    g_autofree gchar *name = g_strconcat (gst_rec_upload_prefix,
        "UploadSink", NULL);
    GType new_type = g_type_register_static_simple (GST_TYPE_BASE_SINK,
        g_intern_string (name), sizeof (GstRecUploadSinkClass),
        gst_rec_upload_sink_class_init, sizeof (GstRecUploadSink),
        gst_rec_upload_sink_init, G_TYPE_FLAG_ABSTRACT);

    private_offset = g_type_add_instance_private (new_type,
        sizeof (GstRecUploadSinkPrivate));
    g_once_init_leave (&type, new_type);
  }

  return type;
}
