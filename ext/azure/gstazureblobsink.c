/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/**
 * SECTION:element-azureblobsink
 * @title: azureblobsink
 * @short_description: uploads a stream to Azure Blob Storage
 * @see_also: s3sink
 *
 * Uploads the bytes that come in as one block blob of Azure: in blocks,
 * several at a time, while the stream is still running and in bounded memory,
 * whatever its length. The blob appears when it is complete, at EOS, and never
 * before; with #GstRecAzureBlobSink:commit-interval it appears while it is
 * recorded and grows.
 *
 * A muxer may go back and write again inside the first `header-size` bytes,
 * which are held in memory until EOS and sent last, and with each commit. So
 * mp4mux works as it is, and with `reserved-max-duration`.
 *
 * What opens the account comes from the properties or from the environment, as
 * for Azure's own tools: `AZURE_STORAGE_CONNECTION_STRING`, or
 * `AZURE_STORAGE_ACCOUNT` with `AZURE_STORAGE_KEY` or
 * `AZURE_STORAGE_SAS_TOKEN`.
 *
 * With #GstRecAzureBlobSink:lease nobody else can write the blob while it is
 * recorded; a second recorder of the same name ends with an error.
 *
 * When the blob stands, the element posts an element message `store-complete`
 * with the fields `uri` (string), `size` (guint64, bytes), `etag` (string),
 * `parts` (guint) and `verified` (gboolean, whether the store was asked and has
 * what was sent), and, where there are any, `version-id`, `checksum` and
 * `signed-url` (strings). While it waits for that at EOS, it posts progress
 * messages with the code `upload`. An upload whose blocks are left in the store
 * is named in a message `store-abandoned`, or, with `on-error=keep`,
 * `store-kept`, with the fields `account`, `container`, `blob` and `upload-id`
 * (strings). Azure drops them after a week.
 *
 * ## Example launch line
 * |[
 * AZURE_STORAGE_CONNECTION_STRING=UseDevelopmentStorage=true gst-launch-1.0 videotestsrc num-buffers=300 ! x264enc ! h264parse ! mp4mux ! azureblobsink container=recordings blob=test.mp4
 * ]| Records ten seconds into an emulator of Azure on this machine.
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstazureblobsink.h"

#include "azuresettings.h"
#include "objectattributes.h"

GST_DEBUG_CATEGORY_STATIC (rec_azure_blob_sink_debug);
#define GST_CAT_DEFAULT rec_azure_blob_sink_debug

struct _GstRecAzureBlobSink
{
  GstRecUploadSink parent;

  GstRecAzureBlobSettings settings;     /* with the object lock */

  /* Changed while nothing streams. */
  gchar *account;
  gchar *container;
  gchar *blob;
};

enum
{
  PROP_0,
  PROP_FIRST,
};

#define gst_rec_azure_blob_sink_parent_class parent_class
G_DEFINE_FINAL_TYPE (GstRecAzureBlobSink, gst_rec_azure_blob_sink,
    GST_TYPE_REC_UPLOAD_SINK);
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (azureblobsink, "azureblobsink",
    GST_RANK_NONE, GST_TYPE_REC_AZURE_BLOB_SINK,
    GST_DEBUG_CATEGORY_INIT (rec_azure_blob_sink_debug, "azureblobsink", 0,
        "upload to Azure Blob Storage"));
/* Of two elements of one name GStreamer hides one. */
GST_ELEMENT_REGISTER_DEFINE (recazureblobsink, "recazureblobsink",
    GST_RANK_NONE, GST_TYPE_REC_AZURE_BLOB_SINK);

static const GstRecUploadAdvice advices[] = {
  {gst_rec_credentials_error_quark, -1, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        "Give azureblobsink what opens the account: set account-key, "
        "sas-token or connection-string, or the environment variable "
        "AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or "
        "AZURE_STORAGE_SAS_TOKEN."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NOT_AUTHORIZED,
        GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        "Check the account and its key or SAS token: the store refuses them, "
        "or they may not write to this container."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NO_BUCKET,
        GST_RESOURCE_ERROR_NOT_FOUND,
        "Create the container or correct its name: the account has none of "
        "that name."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_NOT_FOUND,
        GST_RESOURCE_ERROR_NOT_FOUND,
        "Check that endpoint is an account's blob service."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_SETTINGS,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct location, account, container, blob, endpoint, tags, or what "
        "opens the account: they are missing or of the wrong form."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_REFUSED,
        GST_RESOURCE_ERROR_SETTINGS,
        "Correct location, container, blob, tier or tags: the store cannot "
        "use them."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_EXISTS,
        GST_RESOURCE_ERROR_WRITE,
        "Choose another name or unset if-none-match: there is a blob of that "
        "name."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_LOCKED,
        GST_RESOURCE_ERROR_BUSY,
        "Choose another name or end the other writer: it has a lease of this "
        "blob. One that was killed keeps it for a minute."},
  {gst_rec_store_error_quark, GST_REC_STORE_ERROR_CHANGED,
        GST_RESOURCE_ERROR_WRITE,
        "Record again, with a name that no other writer has: another one "
        "wrote this blob meanwhile."},
  {NULL, 0, 0, NULL}
};

static GstRecStorePlace *
gst_rec_azure_blob_sink_make_place (GstRecUploadSink * sink,
    const GstRecUploadSettings * shared, gchar ** key, GError ** error)
{
  GstRecAzureBlobSink *self = GST_REC_AZURE_BLOB_SINK (sink);
  g_auto (GstRecAzureBlobSettings) settings = { 0, };
  GstRecAzureSettings azure = {
    .ca_file = shared->ca_file,
    .timeout = shared->timeout,
    .retries = shared->retries,
  };
  g_auto (GStrv) metadata =
      gst_rec_fields_from_structure (shared->metadata, "metadata", error);

  if (metadata == NULL || !gst_rec_azure_check_metadata
      ((const gchar * const *) metadata, error))
    return NULL;

  GST_OBJECT_LOCK (self);
  gst_rec_azure_blob_settings_copy (&self->settings, &settings);
  GST_OBJECT_UNLOCK (self);

  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->container, g_free);
  g_clear_pointer (&self->blob, g_free);
  if (!gst_rec_azure_blob_settings_find (&settings, &self->account,
          &self->container, &self->blob, error))
    return NULL;

  *key = g_strdup (self->blob);
  azure.container = self->container;

  GstRecStorePlace *place = gst_rec_azure_blob_settings_place (&settings,
      self->account, &azure, error);
  if (place) {
    g_free (self->account);
    self->account = g_strdup (gst_rec_azure_place_account (place));
  }

  return place;
}

static void
gst_rec_azure_blob_sink_name_object (GstRecUploadSink * sink,
    GstStructure * message)
{
  GstRecAzureBlobSink *self = GST_REC_AZURE_BLOB_SINK (sink);

  gst_structure_set (message, "account", G_TYPE_STRING, self->account,
      "container", G_TYPE_STRING, self->container,
      "blob", G_TYPE_STRING, self->blob, NULL);
}

static void
gst_rec_azure_blob_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecAzureBlobSink *self = GST_REC_AZURE_BLOB_SINK (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_rec_azure_blob_settings_set (&self->settings, id - PROP_FIRST,
      value);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_rec_azure_blob_sink_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  GstRecAzureBlobSink *self = GST_REC_AZURE_BLOB_SINK (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_rec_azure_blob_settings_get (&self->settings, id - PROP_FIRST,
      value);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_rec_azure_blob_sink_finalize (GObject * object)
{
  GstRecAzureBlobSink *self = GST_REC_AZURE_BLOB_SINK (object);

  gst_rec_azure_blob_settings_clear (&self->settings);
  g_free (self->account);
  g_free (self->container);
  g_free (self->blob);

  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_rec_azure_blob_sink_class_init (GstRecAzureBlobSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstRecUploadSinkClass *upload_class = GST_REC_UPLOAD_SINK_CLASS (klass);

  object_class->set_property = gst_rec_azure_blob_sink_set_property;
  object_class->get_property = gst_rec_azure_blob_sink_get_property;
  object_class->finalize = gst_rec_azure_blob_sink_finalize;
  gst_rec_azure_blob_settings_install (object_class, PROP_FIRST);

  gst_element_class_set_static_metadata (element_class, "Azure blob sink",
      "Sink/Network", "Uploads a stream to Azure Blob Storage",
      "The gst-plugins-recording authors");

  upload_class->stats_name = "application/x-azureblobsink-stats";
  upload_class->advices = advices;
  upload_class->make_place = gst_rec_azure_blob_sink_make_place;
  upload_class->name_object = gst_rec_azure_blob_sink_name_object;
}

static void
gst_rec_azure_blob_sink_init (GstRecAzureBlobSink * self G_GNUC_UNUSED)
{
}
