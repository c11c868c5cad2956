/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#include "store/credentialsprovider.h"

/* The environment of a test: pairs of name and value. */
static const gchar *environment[16];

static const gchar *
get_env (const gchar * name)
{
  for (guint i = 0; environment[i]; i += 2)
    if (g_str_equal (environment[i], name))
      return environment[i + 1];

  return NULL;
}

static void
set_env (const gchar * name, const gchar * value)
{
  guint i = 0;

  while (environment[i])
    i += 2;
  environment[i] = name;
  environment[i + 1] = value;
}

static gchar *folder, *file;

static const gchar credentials_file[] =
    "# a comment\n; another\n"
    "[default]\n"
    "aws_access_key_id = FILEKEY\r\n"
    "aws_secret_access_key=file+secret/==\n"
    "region = eu-west-1\n"
    "\n"
    "  [ night shift ]\n"
    "aws_access_key_id=NIGHTKEY\n"
    "  aws_secret_access_key =  nightsecret  \n"
    "aws_session_token = token=with=equals\n"
    "[half]\n" "aws_access_key_id=HALFKEY\n" "[]\n[\n=\n";

static void
setup (void)
{
  memset (environment, 0, sizeof (environment));
  folder = g_dir_make_tmp ("rec-credentials-XXXXXX", NULL);
  file = g_build_filename (folder, "credentials", NULL);
  fail_unless (g_file_set_contents (file, credentials_file, -1, NULL));
  set_env ("AWS_SHARED_CREDENTIALS_FILE", file);
}

static void
teardown (void)
{
  g_remove (file);
  g_rmdir (folder);
  g_clear_pointer (&file, g_free);
  g_clear_pointer (&folder, g_free);
}

static void
expect (const GstRecCredentials * given, const gchar * profile,
    const gchar * key, const gchar * secret, const gchar * token)
{
  g_autoptr (GError) error = NULL;
  GstRecCredentialsSettings settings = {
    .given = given,.profile = profile,.env = get_env,.now = g_get_real_time
  };
  g_autoptr (GstRecCredentialsProvider) provider =
      gst_rec_credentials_provider_new (&settings, &error);
  fail_unless (provider != NULL, "%s", error ? error->message : "?");
  g_autoptr (GstRecCredentials) found =
      gst_rec_credentials_provider_get (provider, NULL, &error);

  fail_unless (found != NULL, "%s", error ? error->message : "?");
  fail_unless_equals_string (found->access_key_id, key);
  fail_unless_equals_string (found->secret_access_key, secret);
  fail_unless_equals_string (found->session_token, token);
}

static void
expect_error (const GstRecCredentials * given, const gchar * profile,
    gint code)
{
  g_autoptr (GError) error = NULL;
  GstRecCredentialsSettings settings = {
    .given = given,.profile = profile,.env = get_env,.now = g_get_real_time
  };

  fail_unless (gst_rec_credentials_provider_new (&settings, &error) == NULL);
  fail_unless (g_error_matches (error, GST_REC_CREDENTIALS_ERROR, code),
      "%s", error->message);
}

GST_START_TEST (test_properties_then_environment_then_file)
{
  GstRecCredentials given = { (gchar *) "GIVEN", (gchar *) "gs", NULL, 0 };
  GstRecCredentials none = { NULL, (gchar *) "", NULL, 0 };

  expect (NULL, NULL, "FILEKEY", "file+secret/==", NULL);
  expect (&none, "", "FILEKEY", "file+secret/==", NULL);
  set_env ("AWS_ACCESS_KEY_ID", "ENVKEY");
  set_env ("AWS_SECRET_ACCESS_KEY", "envsecret");
  set_env ("AWS_SESSION_TOKEN", "envtoken");
  expect (&none, NULL, "ENVKEY", "envsecret", "envtoken");
  expect (&given, NULL, "GIVEN", "gs", NULL);
}

GST_END_TEST;

GST_START_TEST (test_a_profile_that_is_asked_for_beats_the_environment)
{
  set_env ("AWS_ACCESS_KEY_ID", "ENVKEY");
  set_env ("AWS_SECRET_ACCESS_KEY", "envsecret");
  set_env ("AWS_PROFILE", "default");
  expect (NULL, NULL, "ENVKEY", "envsecret", NULL);
  expect (NULL, "night shift", "NIGHTKEY", "nightsecret",
      "token=with=equals");
}

GST_END_TEST;

GST_START_TEST (test_aws_profile_names_the_profile)
{
  set_env ("AWS_PROFILE", "night shift");
  expect (NULL, NULL, "NIGHTKEY", "nightsecret", "token=with=equals");
}

GST_END_TEST;

GST_START_TEST (test_half_a_pair_is_an_error)
{
  GstRecCredentials key = { (gchar *) "GIVEN", NULL, NULL, 0 };
  GstRecCredentials secret = { NULL, (gchar *) "gs", NULL, 0 };

  expect_error (&key, NULL, GST_REC_CREDENTIALS_ERROR_INCOMPLETE);
  expect_error (&secret, NULL, GST_REC_CREDENTIALS_ERROR_INCOMPLETE);
  expect_error (NULL, "half", GST_REC_CREDENTIALS_ERROR_INCOMPLETE);
  set_env ("AWS_ACCESS_KEY_ID", "ENVKEY");
  expect_error (NULL, NULL, GST_REC_CREDENTIALS_ERROR_INCOMPLETE);
}

GST_END_TEST;

GST_START_TEST (test_no_profile_and_no_file)
{
  expect_error (NULL, "other", GST_REC_CREDENTIALS_ERROR_NOT_FOUND);
  environment[1] = "/nonexistent/credentials";
  expect_error (NULL, NULL, GST_REC_CREDENTIALS_ERROR_NOT_FOUND);
}

GST_END_TEST;

GST_START_TEST (test_the_file_in_the_home_folder)
{
  g_autofree gchar *dir = g_build_filename (folder, ".aws", NULL);
  g_autofree gchar *home = g_build_filename (dir, "credentials", NULL);

  fail_unless_equals_int (g_mkdir (dir, 0700), 0);
  fail_unless (g_file_set_contents (home, credentials_file, -1, NULL));
  memset (environment, 0, sizeof (environment));
  set_env ("HOME", folder);
  expect (NULL, NULL, "FILEKEY", "file+secret/==", NULL);
  g_remove (home);
  g_rmdir (dir);
}

GST_END_TEST;

static Suite *
credentials_suite (void)
{
  Suite *s = suite_create ("credentials");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_properties_then_environment_then_file);
  tcase_add_test (tc, test_a_profile_that_is_asked_for_beats_the_environment);
  tcase_add_test (tc, test_aws_profile_names_the_profile);
  tcase_add_test (tc, test_half_a_pair_is_an_error);
  tcase_add_test (tc, test_no_profile_and_no_file);
  tcase_add_test (tc, test_the_file_in_the_home_folder);

  return s;
}

GST_CHECK_MAIN (credentials);
