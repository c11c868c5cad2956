/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/s3options.h"

/* 2030-03-17T17:46:40Z */
#define NOW (G_GINT64_CONSTANT (1900000000) * G_USEC_PER_SEC)

static const gchar *const context[] = { "tenant", "a \"b\"", "x\\y",
  "J\303\274rgen", NULL
};
static const gchar *const tags[] = { "queue", "sales +1/2 @x", "who",
  "J\303\274rgen", NULL
};

#define FIELDS(list) ((gchar **) list)

static const struct
{
  GstRecS3Options options;
  const gchar *headers;         /* "name=value" and a newline for each */
} cases[] = {
  {{0,}, ""},
  {{.sse = GST_REC_S3_SSE_AES256},
      "x-amz-server-side-encryption=AES256\n"},
  {{.sse = GST_REC_S3_SSE_KMS,.sse_kms_key_id = (gchar *) "arn:aws:kms:x:key/1",
          .sse_context = FIELDS (context),.sse_bucket_key = TRUE},
        "x-amz-server-side-encryption=aws:kms\n"
        "x-amz-server-side-encryption-aws-kms-key-id=arn:aws:kms:x:key/1\n"
        /* {"tenant":"a \"b\"","x\\y":"Jürgen"} */
        "x-amz-server-side-encryption-context="
        "eyJ0ZW5hbnQiOiJhIFwiYlwiIiwieFxceSI6IkrDvHJnZW4ifQ==\n"
        "x-amz-server-side-encryption-bucket-key-enabled=true\n"},
  {{.sse = GST_REC_S3_SSE_KMS_DSSE},
      "x-amz-server-side-encryption=aws:kms:dsse\n"},
  {{.storage_class = (gchar *) "STANDARD_IA",.tags = FIELDS (tags)},
        "x-amz-storage-class=STANDARD_IA\n"
        "x-amz-tagging=queue=sales%20%2B1%2F2%20%40x&who=J%C3%BCrgen\n"},
  {{.lock_mode = GST_REC_S3_LOCK_COMPLIANCE,
          .retain_until = (gchar *) "2031-01-31",.legal_hold = TRUE,
          .checksum = GST_REC_CHECKSUM_CRC32C},
        "x-amz-object-lock-mode=COMPLIANCE\n"
        "x-amz-object-lock-retain-until-date=2031-01-31T00:00:00Z\n"
        "x-amz-object-lock-legal-hold=ON\n"},
  {{.lock_mode = GST_REC_S3_LOCK_GOVERNANCE,
          .retain_until = (gchar *) "2031-01-31T12:30:00+02:00",
          .checksum = GST_REC_CHECKSUM_SHA256},
        "x-amz-object-lock-mode=GOVERNANCE\n"
        "x-amz-object-lock-retain-until-date=2031-01-31T10:30:00Z\n"},
};

GST_START_TEST (test_options_are_headers)
{
  g_autoptr (GstRecS3Headers) headers = gst_rec_s3_headers_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint n;

  fail_unless (gst_rec_s3_options_check (&cases[__i__].options,
          GST_REC_S3_FLAVOR_AWS, NOW, &error), "%s",
      error ? error->message : "");
  gst_rec_s3_options_add (&cases[__i__].options, headers);
  const GstRecField *fields = gst_rec_s3_headers_get (headers, &n);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s=%s\n", fields[i].name, fields[i].value);
  fail_unless_equals_string (text->str, cases[__i__].headers);
}

GST_END_TEST;

static const gchar *const eleven[] = { "a", "1", "b", "1", "c", "1", "d", "1",
  "e", "1", "f", "1", "g", "1", "h", "1", "i", "1", "j", "1", "k", "1", NULL
};
static const gchar *const aws_tag[] = { "AWS:x", "1", NULL };
static const gchar *const no_name[] = { "", "1", NULL };
static const gchar *const sign_tag[] = { "a", "1&b=2", NULL };
static const gchar *const line_tag[] = { "a", "1\r\nx: y", NULL };

static const struct
{
  GstRecS3Options options;
  GstRecS3Flavor flavor;
  const gchar *message;
} bad[] = {
  {{.sse_kms_key_id = (gchar *) "x"}, GST_REC_S3_FLAVOR_AWS, "Set sse to"},
  {{.sse = GST_REC_S3_SSE_AES256,.sse_bucket_key = TRUE},
      GST_REC_S3_FLAVOR_AWS, "Set sse to"},
  {{.sse_context = FIELDS (context)}, GST_REC_S3_FLAVOR_AWS, "Set sse to"},
  {{.sse = GST_REC_S3_SSE_KMS_DSSE,.sse_bucket_key = TRUE},
      GST_REC_S3_FLAVOR_AWS, "Unset sse-bucket-key"},
  {{.sse = GST_REC_S3_SSE_KMS,.sse_kms_key_id = (gchar *) "x\r\ny: z"},
      GST_REC_S3_FLAVOR_AWS, "Correct sse-kms-key-id"},
  {{.sse = GST_REC_S3_SSE_AES256,.sse_customer_key = (gchar *) "x"},
      GST_REC_S3_FLAVOR_AWS, "Set sse or sse-customer-key"},
  {{.storage_class = (gchar *) "A\nB"}, GST_REC_S3_FLAVOR_AWS,
      "Correct storage-class"},
  {{.storage_class = (gchar *) "A B"}, GST_REC_S3_FLAVOR_AWS,
      "Correct storage-class"},
  {{.tags = FIELDS (eleven)}, GST_REC_S3_FLAVOR_AWS, "Correct tags"},
  {{.tags = FIELDS (aws_tag)}, GST_REC_S3_FLAVOR_AWS, "Correct tags"},
  {{.tags = FIELDS (no_name)}, GST_REC_S3_FLAVOR_AWS, "Correct tags"},
  {{.tags = FIELDS (sign_tag)}, GST_REC_S3_FLAVOR_AWS, "Correct tags"},
  {{.tags = FIELDS (line_tag)}, GST_REC_S3_FLAVOR_AWS, "Correct tags"},
  {{.lock_mode = GST_REC_S3_LOCK_COMPLIANCE,
          .checksum = GST_REC_CHECKSUM_CRC32C}, GST_REC_S3_FLAVOR_AWS,
      "Set object-lock-mode and retain-until"},
  {{.retain_until = (gchar *) "2031-01-31"}, GST_REC_S3_FLAVOR_AWS,
      "Set object-lock-mode and retain-until"},
  {{.lock_mode = GST_REC_S3_LOCK_COMPLIANCE,
          .retain_until = (gchar *) "soon",
          .checksum = GST_REC_CHECKSUM_CRC32C}, GST_REC_S3_FLAVOR_AWS,
      "Correct retain-until: it is no time"},
  {{.lock_mode = GST_REC_S3_LOCK_COMPLIANCE,
          .retain_until = (gchar *) "2030-03-17T17:46:40Z",
          .checksum = GST_REC_CHECKSUM_CRC32C}, GST_REC_S3_FLAVOR_AWS,
      "Correct retain-until: it is over"},
  {{.lock_mode = GST_REC_S3_LOCK_COMPLIANCE,
          .retain_until = (gchar *) "2031-01-31"}, GST_REC_S3_FLAVOR_AWS,
      "Set checksum"},
  {{.legal_hold = TRUE}, GST_REC_S3_FLAVOR_AWS, "Set checksum"},
  {{.sse = GST_REC_S3_SSE_AES256}, GST_REC_S3_FLAVOR_GOOGLE, "Unset sse"},
  {{.sse_customer_key = (gchar *) "x"}, GST_REC_S3_FLAVOR_GOOGLE,
      "Unset sse"},
  {{.tags = FIELDS (tags)}, GST_REC_S3_FLAVOR_GOOGLE, "Unset tags"},
  {{.legal_hold = TRUE}, GST_REC_S3_FLAVOR_GOOGLE, "Unset tags"},
  {{.if_none_match = TRUE}, GST_REC_S3_FLAVOR_GOOGLE, "Unset if-none-match"},
  {{.checksum = GST_REC_CHECKSUM_SHA256}, GST_REC_S3_FLAVOR_GOOGLE,
      "Set checksum to crc32c"},
};

GST_START_TEST (test_what_makes_no_sense_is_refused)
{
  g_autoptr (GError) error = NULL;

  fail_if (gst_rec_s3_options_check (&bad[__i__].options, bad[__i__].flavor,
          NOW, &error));
  fail_unless (g_error_matches (error, GST_REC_STORE_ERROR,
          GST_REC_STORE_ERROR_VALUE));
  fail_unless (g_str_has_prefix (error->message, bad[__i__].message), "%s",
      error->message);
}

GST_END_TEST;

#define KEY_MD5 "tP/LI3N87DFaSk0aoqYgzg=="

static const struct
{
  const gchar *text;
  gboolean good;
} keys[] = {
  {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", TRUE},
  {"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F", TRUE},
  {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", FALSE},
  {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ==", FALSE},
  {"AAECAwQFBgcICQoLDA0O\nDxAREhMUFRYXGBkaGxwdHh8=", FALSE},
  {"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1G", FALSE},
  {"secret", FALSE},
  {"", FALSE},
};

GST_START_TEST (test_a_key_of_the_customer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecS3Headers) headers =
      gst_rec_s3_customer_key_headers (keys[__i__].text, &error);
  guint n;

  fail_unless_equals_int (headers != NULL, keys[__i__].good);
  if (headers == NULL) {
    fail_unless (g_str_has_prefix (error->message,
            "Correct sse-customer-key"));
    fail_if (*keys[__i__].text && strstr (error->message, keys[__i__].text));
    return;
  }

  const GstRecField *fields = gst_rec_s3_headers_get (headers, &n);
  fail_unless_equals_int (n, 3);
  fail_unless_equals_string (fields[0].value, "AES256");
  fail_unless_equals_string (fields[1].value, keys[0].text);
  fail_unless_equals_string (fields[2].value, KEY_MD5);
}

GST_END_TEST;

static Suite *
s3options_suite (void)
{
  Suite *s = suite_create ("s3options");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_options_are_headers, 0, G_N_ELEMENTS (cases));
  tcase_add_loop_test (tc, test_what_makes_no_sense_is_refused, 0,
      G_N_ELEMENTS (bad));
  tcase_add_loop_test (tc, test_a_key_of_the_customer, 0,
      G_N_ELEMENTS (keys));

  return s;
}

GST_CHECK_MAIN (s3options);
