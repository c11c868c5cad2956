/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "s3options.h"

#include "objectattributes.h"

#define DEFAULT_SSE GST_REC_S3_SSE_NONE
#define DEFAULT_LOCK_MODE GST_REC_S3_LOCK_NONE
#define DEFAULT_CHECKSUM GST_REC_CHECKSUM_CRC32C
#define DEFAULT_PAYLOAD_SIGNING GST_REC_S3_SIGNING_AUTO

enum
{
  PROP_SSE,
  PROP_SSE_KMS_KEY_ID,
  PROP_SSE_CONTEXT,
  PROP_SSE_BUCKET_KEY,
  PROP_CHECKSUM,
  PROP_PAYLOAD_SIGNING,
  PROP_STORAGE_CLASS,
  PROP_TAGS,
  PROP_OBJECT_LOCK_MODE,
  PROP_RETAIN_UNTIL,
  PROP_LEGAL_HOLD,
  PROP_IF_NONE_MATCH,
  N_PROPS
};

void
gst_rec_s3_option_settings_init (GstRecS3OptionSettings * self)
{
  *self = (GstRecS3OptionSettings) {
    .options.sse = DEFAULT_SSE,
    .options.lock_mode = DEFAULT_LOCK_MODE,
    .options.checksum = DEFAULT_CHECKSUM,
    .options.payload_signing = DEFAULT_PAYLOAD_SIGNING,
  };
}

void
gst_rec_s3_option_settings_clear (GstRecS3OptionSettings * self)
{
  gst_rec_s3_options_clear (&self->options);
  g_clear_pointer (&self->sse_context, gst_structure_free);
  g_clear_pointer (&self->tags, gst_structure_free);
}

/* The options as the store takes them. */
gboolean
gst_rec_s3_option_settings_get_options (const GstRecS3OptionSettings * self,
    GstRecS3Options * options, GError ** error)
{
  gst_rec_s3_options_copy (&self->options, options);
  options->sse_context = gst_rec_fields_from_structure (self->sse_context,
      "sse-context", error);
  if (options->sse_context == NULL)
    return FALSE;
  options->tags = gst_rec_fields_from_structure (self->tags, "tags", error);

  return options->tags != NULL;
}

#define DEFINE_ENUM(name, type_name, ...) \
static GType \
name##_get_type (void) \
{ \
  static gsize type = 0; \
  static const GEnumValue values[] = { __VA_ARGS__, {0, NULL, NULL} }; \
 \
  if (g_once_init_enter (&type)) \
    g_once_init_leave (&type, g_enum_register_static (type_name, values)); \
 \
  return type; \
}

DEFINE_ENUM (sse, "GstRecS3Sse",
    {GST_REC_S3_SSE_NONE, "What the bucket does by itself", "none"},
    {GST_REC_S3_SSE_AES256, "Keys of the store (SSE-S3)", "AES256"},
    {GST_REC_S3_SSE_KMS, "A key of the KMS (SSE-KMS)", "aws:kms"},
    {GST_REC_S3_SSE_KMS_DSSE, "A key of the KMS, twice (DSSE-KMS)",
        "aws:kms:dsse"})

DEFINE_ENUM (checksum, "GstRecS3Checksum",
    {GST_REC_CHECKSUM_NONE, "None", "none"},
    {GST_REC_CHECKSUM_CRC32C, "CRC-32C, of the whole object", "crc32c"},
    {GST_REC_CHECKSUM_CRC32, "CRC-32, of the whole object", "crc32"},
    {GST_REC_CHECKSUM_CRC64NVME, "CRC-64/NVME, of the whole object",
        "crc64nvme"},
    {GST_REC_CHECKSUM_SHA256, "SHA-256, of the parts' checksums", "sha256"},
    {GST_REC_CHECKSUM_SHA1, "SHA-1, of the parts' checksums", "sha1"})

DEFINE_ENUM (payload_signing, "GstRecS3PayloadSigning",
    {GST_REC_S3_SIGNING_AUTO, "Without TLS or without a checksum", "auto"},
    {GST_REC_S3_SIGNING_ALWAYS, "SHA-256 of every part in its signature",
        "always"},
    {GST_REC_S3_SIGNING_NEVER, "UNSIGNED-PAYLOAD", "never"})

DEFINE_ENUM (lock_mode, "GstRecS3ObjectLockMode",
    {GST_REC_S3_LOCK_NONE, "What the bucket does by itself", "none"},
    {GST_REC_S3_LOCK_GOVERNANCE, "Who has the right to may lift it",
        "governance"},
    {GST_REC_S3_LOCK_COMPLIANCE, "Nobody can lift it", "compliance"})

#define READY (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_READY)

static void
make_encryption_props (GParamSpec ** props)
{
  props[PROP_SSE] = g_param_spec_enum ("sse", "Server-side encryption",
      "How the store encrypts the object", sse_get_type (), DEFAULT_SSE,
      READY);
  props[PROP_SSE_KMS_KEY_ID] = g_param_spec_string ("sse-kms-key-id",
      "KMS key id", "Id, ARN or alias of the KMS key with sse=aws:kms; unset "
      "for the one of the bucket or the account", NULL, READY);
  props[PROP_SSE_CONTEXT] = g_param_spec_boxed ("sse-context",
      "Encryption context", "Names and values that KMS binds the object's key "
      "to and logs, with sse=aws:kms", GST_TYPE_STRUCTURE, READY);
  props[PROP_SSE_BUCKET_KEY] = g_param_spec_boolean ("sse-bucket-key",
      "Bucket key", "Use a key of the bucket for fewer requests to KMS, with "
      "sse=aws:kms", FALSE, READY);
}

static void
make_props (GParamSpec ** props)
{
  make_encryption_props (props);
  props[PROP_CHECKSUM] = g_param_spec_enum ("checksum", "Checksum",
      "What the store checks every part and the object by",
      checksum_get_type (), DEFAULT_CHECKSUM, READY);
  props[PROP_PAYLOAD_SIGNING] = g_param_spec_enum ("payload-signing",
      "Payload signing", "When the SHA-256 of a part's bytes is signed with "
      "it", payload_signing_get_type (), DEFAULT_PAYLOAD_SIGNING, READY);
  props[PROP_STORAGE_CLASS] = g_param_spec_string ("storage-class",
      "Storage class", "Such as STANDARD_IA or GLACIER_IR; unset for the one "
      "of the bucket", NULL, READY);
  props[PROP_TAGS] = g_param_spec_boxed ("tags", "Tags",
      "Up to 10 names and values by which rules of the bucket choose objects",
      GST_TYPE_STRUCTURE, READY);
  props[PROP_OBJECT_LOCK_MODE] = g_param_spec_enum ("object-lock-mode",
      "Object lock mode", "How the object is kept from being deleted before "
      "retain-until", lock_mode_get_type (), DEFAULT_LOCK_MODE, READY);
  props[PROP_RETAIN_UNTIL] = g_param_spec_string ("retain-until",
      "Retain until", "Until when the object is locked: a day or a time of "
      "ISO 8601, such as 2030-01-31T00:00:00Z", NULL, READY);
  props[PROP_LEGAL_HOLD] = g_param_spec_boolean ("legal-hold", "Legal hold",
      "Lock the object until somebody lifts that", FALSE, READY);
  props[PROP_IF_NONE_MATCH] = g_param_spec_boolean ("if-none-match",
      "If none match", "Do not replace an object of the same name: that is an "
      "error", FALSE, READY);
}

/* Installs the properties with the ids from @first on. Returns the next id
 * that is free. */
guint
gst_rec_s3_option_settings_install (GObjectClass * klass, guint first)
{
  GParamSpec *props[N_PROPS];

  make_props (props);
  for (guint i = 0; i < N_PROPS; i++)
    g_object_class_install_property (klass, first + i, props[i]);
  gst_type_mark_as_plugin_api (sse_get_type (), 0);
  gst_type_mark_as_plugin_api (checksum_get_type (), 0);
  gst_type_mark_as_plugin_api (payload_signing_get_type (), 0);
  gst_type_mark_as_plugin_api (lock_mode_get_type (), 0);

  return first + N_PROPS;
}

/* An empty text is none, as on a command line. */
static void
set_string (gchar ** field, const GValue * value)
{
  const gchar *text = g_value_get_string (value);

  g_free (*field);
  *field = text && *text ? g_strdup (text) : NULL;
}

static void
set_structure (GstStructure ** field, const GValue * value)
{
  g_clear_pointer (field, gst_structure_free);
  *field = g_value_dup_boxed (value);
}

/* Of the property with the id first + @index. FALSE if there is none. */
gboolean
gst_rec_s3_option_settings_set (GstRecS3OptionSettings * self, guint index,
    const GValue * value)
{
  GstRecS3Options *options = &self->options;

  switch (index) {
    case PROP_SSE:
      options->sse = g_value_get_enum (value);
      break;
    case PROP_SSE_KMS_KEY_ID:
      set_string (&options->sse_kms_key_id, value);
      break;
    case PROP_SSE_CONTEXT:
      set_structure (&self->sse_context, value);
      break;
    case PROP_SSE_BUCKET_KEY:
      options->sse_bucket_key = g_value_get_boolean (value);
      break;
    case PROP_CHECKSUM:
      options->checksum = g_value_get_enum (value);
      break;
    case PROP_PAYLOAD_SIGNING:
      options->payload_signing = g_value_get_enum (value);
      break;
    case PROP_STORAGE_CLASS:
      set_string (&options->storage_class, value);
      break;
    case PROP_TAGS:
      set_structure (&self->tags, value);
      break;
    case PROP_OBJECT_LOCK_MODE:
      options->lock_mode = g_value_get_enum (value);
      break;
    case PROP_RETAIN_UNTIL:
      set_string (&options->retain_until, value);
      break;
    case PROP_LEGAL_HOLD:
      options->legal_hold = g_value_get_boolean (value);
      break;
    case PROP_IF_NONE_MATCH:
      options->if_none_match = g_value_get_boolean (value);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

gboolean
gst_rec_s3_option_settings_get (const GstRecS3OptionSettings * self,
    guint index, GValue * value)
{
  const GstRecS3Options *options = &self->options;

  switch (index) {
    case PROP_SSE:
      g_value_set_enum (value, options->sse);
      break;
    case PROP_SSE_KMS_KEY_ID:
      g_value_set_string (value, options->sse_kms_key_id);
      break;
    case PROP_SSE_CONTEXT:
      g_value_set_boxed (value, self->sse_context);
      break;
    case PROP_SSE_BUCKET_KEY:
      g_value_set_boolean (value, options->sse_bucket_key);
      break;
    case PROP_CHECKSUM:
      g_value_set_enum (value, options->checksum);
      break;
    case PROP_PAYLOAD_SIGNING:
      g_value_set_enum (value, options->payload_signing);
      break;
    case PROP_STORAGE_CLASS:
      g_value_set_string (value, options->storage_class);
      break;
    case PROP_TAGS:
      g_value_set_boxed (value, self->tags);
      break;
    case PROP_OBJECT_LOCK_MODE:
      g_value_set_enum (value, options->lock_mode);
      break;
    case PROP_RETAIN_UNTIL:
      g_value_set_string (value, options->retain_until);
      break;
    case PROP_LEGAL_HOLD:
      g_value_set_boolean (value, options->legal_hold);
      break;
    case PROP_IF_NONE_MATCH:
      g_value_set_boolean (value, options->if_none_match);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}
