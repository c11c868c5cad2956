/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <string.h>

#include <gst/check/gstcheck.h>

#include "store/stsanswer.h"

/* As AWS documents it, as Ceph writes it, and errors of both. */
static const struct
{
  const gchar *text;
  const gchar *key, *secret, *token, *expiration, *code;
} good[] = {
  {"<AssumeRoleWithWebIdentityResponse "
        "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
        "<AssumeRoleWithWebIdentityResult><SubjectFromWebIdentityToken>s"
        "</SubjectFromWebIdentityToken><AssumedRoleUser><Arn>arn</Arn>"
        "<AssumedRoleId>AccessKeyId</AssumedRoleId></AssumedRoleUser>"
        "<Credentials><SessionToken>tok+en/==</SessionToken>"
        "<SecretAccessKey>sec&#x2b;ret&amp;</SecretAccessKey>"
        "<Expiration>2014-10-24T23:00:23Z</Expiration>"
        "<AccessKeyId>ASgeIAIOSFODNN7EXAMPLE</AccessKeyId></Credentials>"
        "<Provider>p</Provider></AssumeRoleWithWebIdentityResult>"
        "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>"
        "</AssumeRoleWithWebIdentityResponse>",
      "ASgeIAIOSFODNN7EXAMPLE", "sec+ret&", "tok+en/==",
      "2014-10-24T23:00:23Z", NULL},
  {"<?xml version=\"1.0\" encoding=\"UTF-8\"?><AssumeRoleResponse>"
        "<AssumeRoleResult><Credentials><AccessKeyId>K</AccessKeyId>"
        "<Expiration>2026-01-01T00:00:00.123Z</Expiration>"
        "<SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>"
        "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
      "K", "S", "T", "2026-01-01T00:00:00.123Z", NULL},
  {"<ErrorResponse><Error><Type>Sender</Type>"
        "<Code>ExpiredTokenException</Code><Message>x</Message></Error>"
        "<RequestId>id</RequestId></ErrorResponse>",
      NULL, NULL, NULL, NULL, "ExpiredTokenException"},
  {"<Error><Code>AccessDenied</Code></Error>",
      NULL, NULL, NULL, NULL, "AccessDenied"},
  /* A code that could be anything is none; keys elsewhere are none. */
  {"<Error><Code>se/cret</Code></Error>", NULL, NULL, NULL, NULL, NULL},
  {"<Error><AccessKeyId>K</AccessKeyId></Error>",
      NULL, NULL, NULL, NULL, NULL},
  {"<A><AccessKeyId>K</AccessKeyId></A>", NULL, NULL, NULL, NULL, NULL},
  {"<A/>", NULL, NULL, NULL, NULL, NULL},
};

GST_START_TEST (test_credentials_and_codes_are_found)
{
  g_autoptr (GstRecStsAnswer) answer =
      gst_rec_sts_answer_parse (good[__i__].text, strlen (good[__i__].text));

  fail_unless (answer != NULL, "%s", good[__i__].text);
  fail_unless_equals_string (answer->access_key_id, good[__i__].key);
  fail_unless_equals_string (answer->secret_access_key, good[__i__].secret);
  fail_unless_equals_string (answer->session_token, good[__i__].token);
  fail_unless_equals_string (answer->expiration, good[__i__].expiration);
  fail_unless_equals_string (answer->code, good[__i__].code);
}

GST_END_TEST;

static const gchar *const bad[] = {
  "", "x", "<A>", "<A></B>", "{\"AccessKeyId\":\"K\"}",
  "<Credentials><AccessKeyId><b>K</b></AccessKeyId></Credentials>",
  "<a><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></a>",
};

GST_START_TEST (test_what_is_no_answer_is_refused)
{
  fail_unless (gst_rec_sts_answer_parse (bad[__i__],
          strlen (bad[__i__])) == NULL, "%s", bad[__i__]);
}

GST_END_TEST;

static Suite *
stsanswer_suite (void)
{
  Suite *s = suite_create ("stsanswer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_credentials_and_codes_are_found, 0,
      G_N_ELEMENTS (good));
  tcase_add_loop_test (tc, test_what_is_no_answer_is_refused, 0,
      G_N_ELEMENTS (bad));

  return s;
}

GST_CHECK_MAIN (stsanswer);
