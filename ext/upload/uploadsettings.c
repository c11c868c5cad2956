/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "uploadsettings.h"

#include <string.h>

#include "gstuploadsink.h"
#include "objectattributes.h"

#define MIB (1024 * 1024)
#define DEFAULT_PART_SIZE (8 * MIB)
#define DEFAULT_HEADER_SIZE (8 * MIB)
#define MAX_HEADER_SIZE (G_GUINT64_CONSTANT (1) << 30)
#define DEFAULT_PARALLEL 4
#define DEFAULT_RETRIES 12
#define DEFAULT_TIMEOUT 30
#define DEFAULT_MAX_BITRATE 0
#define DEFAULT_DSCP -1
#define DEFAULT_SIGN_URL_EXPIRY 0
#define MAX_SIGN_URL_EXPIRY (7 * 24 * 3600)
#define DEFAULT_ON_ERROR GST_REC_ON_ERROR_ABORT

enum
{
  PROP_PART_SIZE,
  PROP_PARALLEL,
  PROP_RETRIES,
  PROP_TIMEOUT,
  PROP_ON_ERROR,
  PROP_HEADER_SIZE,
  PROP_CONTENT_TYPE,
  PROP_CONTENT_DISPOSITION,
  PROP_METADATA,
  PROP_SIGN_URL_EXPIRY,
  PROP_MAX_BITRATE,
  PROP_DSCP,
  PROP_CA_FILE,
  N_PROPS
};

void
gst_rec_upload_settings_init (GstRecUploadSettings * self)
{
  *self = (GstRecUploadSettings) {
    .part_size = DEFAULT_PART_SIZE,
    .header_size = DEFAULT_HEADER_SIZE,
    .parallel = DEFAULT_PARALLEL,
    .retries = DEFAULT_RETRIES,
    .timeout = DEFAULT_TIMEOUT,
    .on_error = DEFAULT_ON_ERROR,
    .sign_url_expiry = DEFAULT_SIGN_URL_EXPIRY,
    .max_bitrate = DEFAULT_MAX_BITRATE,
    .dscp = DEFAULT_DSCP,
  };
}

static GstStructure *
copy_structure (const GstStructure * structure)
{
  return structure ? gst_structure_copy (structure) : NULL;
}

void
gst_rec_upload_settings_copy (const GstRecUploadSettings * self,
    GstRecUploadSettings * copy)
{
  *copy = *self;
  copy->content_type = g_strdup (self->content_type);
  copy->content_disposition = g_strdup (self->content_disposition);
  copy->metadata = copy_structure (self->metadata);
  copy->ca_file = g_strdup (self->ca_file);
}

void
gst_rec_upload_settings_clear (GstRecUploadSettings * self)
{
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->content_disposition, g_free);
  g_clear_pointer (&self->metadata, gst_structure_free);
  g_clear_pointer (&self->ca_file, g_free);
}

/* What becomes a header is ASCII, and nothing that could end one. */
static gboolean
is_header_text (const gchar * text)
{
  for (const gchar * c = text; *c != '\0'; c++)
    if (!g_ascii_isprint (*c))
      return FALSE;

  return TRUE;
}

/* Whether it makes sense, so far as that can be known without the store. */
gboolean
gst_rec_upload_settings_check (const GstRecUploadSettings * self,
    GError ** error)
{
  const gchar *type = self->content_type;
  const gchar *disposition = self->content_disposition;

  if (type && (strchr (type, '/') == NULL || !is_header_text (type))) {
    g_set_error_literal (error, GST_REC_STORE_ERROR,
        GST_REC_STORE_ERROR_CONTENT_TYPE,
        "content-type is not of the form type/subtype");
    return FALSE;
  }
  if (disposition && (*disposition == '\0' || !is_header_text (disposition))) {
    g_set_error_literal (error, GST_REC_STORE_ERROR, GST_REC_STORE_ERROR_VALUE,
        "Correct content-disposition: it is no value of a header, such as "
        "attachment; filename=\"session.mp4\".");
    return FALSE;
  }

  g_auto (GStrv) metadata =
      gst_rec_fields_from_structure (self->metadata, "metadata", error);
  return metadata != NULL;
}

#define GST_TYPE_REC_ON_ERROR (on_error_get_type ())
static GType
on_error_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {GST_REC_ON_ERROR_ABORT, "Remove what is in the store", "abort"},
    {GST_REC_ON_ERROR_KEEP, "Leave the parts in the store and say where",
        "keep"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    g_autofree gchar *name = g_strconcat (gst_rec_upload_prefix, "OnError",
        NULL);

    g_once_init_leave (&type,
        g_enum_register_static (g_intern_string (name), values));
  }

  return type;
}

#define PLAYING (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_PLAYING)
#define READY (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_READY)

static void
make_props (GParamSpec ** props)
{
  props[PROP_PART_SIZE] = g_param_spec_uint64 ("part-size", "Part size",
      "Bytes in a part; grows with the object, so that the parts which a store "
      "takes are enough for any object", 1, G_MAXUINT64, DEFAULT_PART_SIZE,
      READY);
  props[PROP_PARALLEL] = g_param_spec_uint ("parallel", "Parallel",
      "Parts sent at a time; memory stays below parallel + 2 parts",
      1, 64, DEFAULT_PARALLEL, READY);
  props[PROP_RETRIES] = g_param_spec_uint ("retries", "Retries",
      "How often a request that failed in passing is sent again",
      0, 100, DEFAULT_RETRIES, READY);
  props[PROP_TIMEOUT] = g_param_spec_uint ("timeout", "Timeout",
      "Seconds without a byte after which a request has failed, and seconds "
      "an abort may take", 1, 3600, DEFAULT_TIMEOUT, READY);
  props[PROP_ON_ERROR] = g_param_spec_enum ("on-error", "On error",
      "What becomes of the parts in the store when the upload fails",
      GST_TYPE_REC_ON_ERROR, DEFAULT_ON_ERROR, READY);
  props[PROP_HEADER_SIZE] = g_param_spec_uint64 ("header-size",
      "Header size", "Bytes at the head of the object that a muxer may write "
      "again, held in memory until EOS; at least the smallest part that the "
      "store takes, 0 for none", 0, MAX_HEADER_SIZE, DEFAULT_HEADER_SIZE,
      READY);
  props[PROP_CONTENT_TYPE] = g_param_spec_string ("content-type",
      "Content type", "MIME type of the object; unset for the one of the "
      "caps, or application/octet-stream", NULL, READY);
  props[PROP_CONTENT_DISPOSITION] = g_param_spec_string
      ("content-disposition", "Content disposition",
      "What a browser does with the object, such as attachment; "
      "filename=\"session.mp4\"", NULL, READY);
  props[PROP_METADATA] = g_param_spec_boxed ("metadata", "Metadata",
      "Names and values that the store keeps with the object, before those of "
      "the tags of the stream", GST_TYPE_STRUCTURE, READY);
  props[PROP_SIGN_URL_EXPIRY] = g_param_spec_uint ("sign-url-expiry",
      "Signed URL's expiry", "Seconds for which a URL to read the object is "
      "good that store-complete then carries; 0 for none",
      0, MAX_SIGN_URL_EXPIRY, DEFAULT_SIGN_URL_EXPIRY, READY);
  props[PROP_MAX_BITRATE] = g_param_spec_uint64 ("max-bitrate",
      "Maximum bitrate", "Bits a second that all connections together send "
      "at the most; 0 for no limit", 0, G_MAXUINT64, DEFAULT_MAX_BITRATE,
      PLAYING);
  props[PROP_DSCP] = g_param_spec_int ("dscp", "DSCP",
      "Differentiated services code point of every packet, such as 8 (CS1) "
      "for traffic that gives way; -1 for the system's", -1, 63, DEFAULT_DSCP,
      PLAYING);
  props[PROP_CA_FILE] = g_param_spec_string ("ca-file", "CA file",
      "PEM file with the authorities to trust for TLS; unset for those of "
      "the system", NULL, READY);
}

/* Installs the properties with the ids from @first on. Returns the next id
 * that is free. */
guint
gst_rec_upload_settings_install (GObjectClass * klass, guint first)
{
  GParamSpec *props[N_PROPS];

  make_props (props);
  for (guint i = 0; i < N_PROPS; i++)
    g_object_class_install_property (klass, first + i, props[i]);
  gst_type_mark_as_plugin_api (GST_TYPE_REC_ON_ERROR, 0);

  return first + N_PROPS;
}

static void
set_string (gchar ** field, const GValue * value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
}

static void
set_structure (GstStructure ** field, const GValue * value)
{
  g_clear_pointer (field, gst_structure_free);
  *field = copy_structure (gst_value_get_structure (value));
}

/* Of the property with the id first + @index. FALSE if there is none. */
gboolean
gst_rec_upload_settings_set (GstRecUploadSettings * self, guint index,
    const GValue * value)
{
  switch (index) {
    case PROP_PART_SIZE:
      self->part_size = g_value_get_uint64 (value);
      break;
    case PROP_PARALLEL:
      self->parallel = g_value_get_uint (value);
      break;
    case PROP_RETRIES:
      self->retries = g_value_get_uint (value);
      break;
    case PROP_TIMEOUT:
      self->timeout = g_value_get_uint (value);
      break;
    case PROP_ON_ERROR:
      self->on_error = g_value_get_enum (value);
      break;
    case PROP_HEADER_SIZE:
      self->header_size = g_value_get_uint64 (value);
      break;
    case PROP_CONTENT_TYPE:
      set_string (&self->content_type, value);
      break;
    case PROP_CONTENT_DISPOSITION:
      set_string (&self->content_disposition, value);
      break;
    case PROP_METADATA:
      set_structure (&self->metadata, value);
      break;
    case PROP_SIGN_URL_EXPIRY:
      self->sign_url_expiry = g_value_get_uint (value);
      break;
    case PROP_MAX_BITRATE:
      self->max_bitrate = g_value_get_uint64 (value);
      break;
    case PROP_DSCP:
      self->dscp = g_value_get_int (value);
      break;
    case PROP_CA_FILE:
      set_string (&self->ca_file, value);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

gboolean
gst_rec_upload_settings_get (const GstRecUploadSettings * self, guint index,
    GValue * value)
{
  switch (index) {
    case PROP_PART_SIZE:
      g_value_set_uint64 (value, self->part_size);
      break;
    case PROP_PARALLEL:
      g_value_set_uint (value, self->parallel);
      break;
    case PROP_RETRIES:
      g_value_set_uint (value, self->retries);
      break;
    case PROP_TIMEOUT:
      g_value_set_uint (value, self->timeout);
      break;
    case PROP_ON_ERROR:
      g_value_set_enum (value, self->on_error);
      break;
    case PROP_HEADER_SIZE:
      g_value_set_uint64 (value, self->header_size);
      break;
    case PROP_CONTENT_TYPE:
      g_value_set_string (value, self->content_type);
      break;
    case PROP_CONTENT_DISPOSITION:
      g_value_set_string (value, self->content_disposition);
      break;
    case PROP_METADATA:
      g_value_set_boxed (value, self->metadata);
      break;
    case PROP_SIGN_URL_EXPIRY:
      g_value_set_uint (value, self->sign_url_expiry);
      break;
    case PROP_MAX_BITRATE:
      g_value_set_uint64 (value, self->max_bitrate);
      break;
    case PROP_DSCP:
      g_value_set_int (value, self->dscp);
      break;
    case PROP_CA_FILE:
      g_value_set_string (value, self->ca_file);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}
