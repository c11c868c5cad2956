/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "s3srcsettings.h"

#define KIB 1024
#define MIB (1024 * KIB)
#define DEFAULT_READ_AHEAD (8 * MIB)
#define MAX_READ_AHEAD (G_GUINT64_CONSTANT (1) << 30)
#define DEFAULT_RANGE_SIZE (2 * MIB)
#define MIN_RANGE_SIZE (64 * KIB)
#define MAX_RANGE_SIZE (256 * MIB)
#define DEFAULT_PARALLEL 4
#define DEFAULT_RETRIES 5
#define DEFAULT_TIMEOUT 30

enum
{
  PROP_VERSION_ID,
  PROP_READ_AHEAD,
  PROP_RANGE_SIZE,
  PROP_PARALLEL,
  PROP_RETRIES,
  PROP_TIMEOUT,
  PROP_CA_FILE,
  N_PROPS
};

void
gst_rec_s3_src_settings_init (GstRecS3SrcSettings * self)
{
  *self = (GstRecS3SrcSettings) {
    .read_ahead = DEFAULT_READ_AHEAD,
    .range_size = DEFAULT_RANGE_SIZE,
    .parallel = DEFAULT_PARALLEL,
    .retries = DEFAULT_RETRIES,
    .timeout = DEFAULT_TIMEOUT,
  };
  gst_rec_s3_object_settings_init (&self->object);
}

void
gst_rec_s3_src_settings_copy (const GstRecS3SrcSettings * self,
    GstRecS3SrcSettings * copy)
{
  *copy = *self;
  gst_rec_s3_object_settings_copy (&self->object, &copy->object);
  copy->version_id = g_strdup (self->version_id);
  copy->ca_file = g_strdup (self->ca_file);
}

void
gst_rec_s3_src_settings_clear (GstRecS3SrcSettings * self)
{
  gst_rec_s3_object_settings_clear (&self->object);
  g_clear_pointer (&self->version_id, g_free);
  g_clear_pointer (&self->ca_file, g_free);
}

#define READY (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_READY)

static void
make_props (GParamSpec ** props)
{
  props[PROP_VERSION_ID] = g_param_spec_string ("version-id", "Version id",
      "Version of the object, where the bucket keeps several; unset for "
      "the newest", NULL, READY);
  props[PROP_READ_AHEAD] = g_param_spec_uint64 ("read-ahead", "Read ahead",
      "Bytes that are fetched ahead while reading goes on in a row; 0 to "
      "fetch only what is asked for", 0, MAX_READ_AHEAD,
      DEFAULT_READ_AHEAD, READY);
  props[PROP_RANGE_SIZE] = g_param_spec_uint64 ("range-size", "Range size",
      "Bytes that one request asks for at most", MIN_RANGE_SIZE,
      MAX_RANGE_SIZE, DEFAULT_RANGE_SIZE, READY);
  props[PROP_PARALLEL] = g_param_spec_uint ("parallel", "Parallel",
      "Requests at a time, of which one is kept free for what is waited "
      "for", 1, 64, DEFAULT_PARALLEL, READY);
  props[PROP_RETRIES] = g_param_spec_uint ("retries", "Retries",
      "How often a request that failed in passing, and brought next to "
      "nothing, is sent again", 0, 100, DEFAULT_RETRIES, READY);
  props[PROP_TIMEOUT] = g_param_spec_uint ("timeout", "Timeout",
      "Seconds without a byte after which a request has failed",
      1, 3600, DEFAULT_TIMEOUT, READY);
  props[PROP_CA_FILE] = g_param_spec_string ("ca-file", "CA file",
      "PEM file with the authorities to trust for TLS; unset for those of "
      "the system", NULL, READY);
}

/* Installs the properties with the ids from @first on. Returns the next id
 * that is free. */
guint
gst_rec_s3_src_settings_install (GObjectClass * klass, guint first)
{
  GParamSpec *props[N_PROPS];

  make_props (props);
  for (guint i = 0; i < N_PROPS; i++)
    g_object_class_install_property (klass, first + i, props[i]);

  return gst_rec_s3_object_settings_install (klass, first + N_PROPS);
}

/* Of the property with the id first + @index. FALSE if there is none. */
gboolean
gst_rec_s3_src_settings_set (GstRecS3SrcSettings * self, guint index,
    const GValue * value)
{
  switch (index) {
    case PROP_VERSION_ID:
      g_free (self->version_id);
      self->version_id = g_value_dup_string (value);
      break;
    case PROP_READ_AHEAD:
      self->read_ahead = g_value_get_uint64 (value);
      break;
    case PROP_RANGE_SIZE:
      self->range_size = g_value_get_uint64 (value);
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
    case PROP_CA_FILE:
      g_free (self->ca_file);
      self->ca_file = g_value_dup_string (value);
      break;
    default:
      return gst_rec_s3_object_settings_set (&self->object, index - N_PROPS,
          value);
  }

  return TRUE;
}

gboolean
gst_rec_s3_src_settings_get (const GstRecS3SrcSettings * self, guint index,
    GValue * value)
{
  switch (index) {
    case PROP_VERSION_ID:
      g_value_set_string (value, self->version_id);
      break;
    case PROP_READ_AHEAD:
      g_value_set_uint64 (value, self->read_ahead);
      break;
    case PROP_RANGE_SIZE:
      g_value_set_uint64 (value, self->range_size);
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
    case PROP_CA_FILE:
      g_value_set_string (value, self->ca_file);
      break;
    default:
      return gst_rec_s3_object_settings_get (&self->object, index - N_PROPS,
          value);
  }

  return TRUE;
}
