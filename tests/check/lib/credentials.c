/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#include "store/credentialsprovider.h"
#include "store/profile.h"

/* The environment of a test: pairs of name and value. */
static const gchar *environment[32];

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

static gchar *folder, *file, *config;

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
    "[half]\n" "aws_access_key_id=HALFKEY\n"
    "[ commented ] # of the night\n"
    "aws_access_key_id=COMMENTKEY\naws_secret_access_key=commentsecret\n"
    "[]\n[\n=\n";

static const gchar config_file[] =
    "[default]\n"
    "region = eu-north-1\n"
    "[profile night shift]\n"
    "aws_access_key_id=NOTTHIS\n"
    "endpoint_url = https://night.example\n"
    "s3 =\n  region = nested\n  endpoint_url = nested\n"
    "region = ap-south-1\n"
    "[ profile  'quoted name' ]\n"
    "region = first\nregion = second\n"
    "[night]\nregion = no-profile\n"
    "[profile config only]\n"
    "aws_access_key_id = CONFIGKEY\naws_secret_access_key = configsecret\n"
    "[profile role]\nrole_arn = arn\nsource_profile = nobody\n"
    "[profile alone]\nrole_arn = arn\n"
    "[profile loop]\nrole_arn = arn\nsource_profile = loop2\n"
    "[profile loop2]\nrole_arn = arn\nsource_profile = loop\n"
    "[profile self]\nrole_arn = arn\nsource_profile = self\n"
    "[profile mfa]\nrole_arn = arn\nsource_profile = default\n"
    "mfa_serial = 1\n"
    "[profile sso]\nsso_session = x\nsso_account_id = 1\n"
    "[profile odd]\nrole_arn = arn\ncredential_source = Nowhere\n"
    "[profile container]\nrole_arn = arn\ncredential_source = EcsContainer\n";

static void
setup (void)
{
  memset (environment, 0, sizeof (environment));
  folder = g_dir_make_tmp ("rec-credentials-XXXXXX", NULL);
  file = g_build_filename (folder, "credentials", NULL);
  fail_unless (g_file_set_contents (file, credentials_file, -1, NULL));
  set_env ("AWS_SHARED_CREDENTIALS_FILE", file);
  config = g_build_filename (folder, "config", NULL);
  fail_unless (g_file_set_contents (config, config_file, -1, NULL));
  set_env ("AWS_CONFIG_FILE", config);
  set_env ("AWS_EC2_METADATA_DISABLED", "true");
}

static void
teardown (void)
{
  g_remove (file);
  g_remove (config);
  g_rmdir (folder);
  g_clear_pointer (&config, g_free);
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

/* Else its keys would be those of the profile above. */
GST_START_TEST (test_a_comment_may_stand_behind_a_section)
{
  expect (NULL, "commented", "COMMENTKEY", "commentsecret", NULL);
  expect_error (NULL, "half", GST_REC_CREDENTIALS_ERROR_INCOMPLETE);
}

GST_END_TEST;

GST_START_TEST (test_no_profile_and_no_file)
{
  expect_error (NULL, "other", GST_REC_CREDENTIALS_ERROR_NOT_FOUND);
  g_remove (file);
  g_remove (config);
  expect_error (NULL, NULL, GST_REC_CREDENTIALS_ERROR_NOT_FOUND);
  set_env ("AWS_PROFILE", "default");
  expect_error (NULL, NULL, GST_REC_CREDENTIALS_ERROR_NOT_FOUND);
}

GST_END_TEST;

GST_START_TEST (test_a_file_that_cannot_be_read_is_an_error)
{
  g_remove (config);
  fail_unless_equals_int (g_mkdir (config, 0700), 0);
  expect_error (NULL, NULL, GST_REC_CREDENTIALS_ERROR_FILE);
  g_rmdir (config);
}

GST_END_TEST;

GST_START_TEST (test_the_config_file_has_profiles_too)
{
  expect (NULL, "config only", "CONFIGKEY", "configsecret", NULL);
}

GST_END_TEST;

/* Each says what is wrong, and nobody else's keys are used instead. */
static const struct
{
  const gchar *profile;
  gint error;
} bad_profiles[] = {
  {"role", GST_REC_CREDENTIALS_ERROR_INCOMPLETE},
  {"alone", GST_REC_CREDENTIALS_ERROR_INCOMPLETE},
  {"self", GST_REC_CREDENTIALS_ERROR_INCOMPLETE},
  {"container", GST_REC_CREDENTIALS_ERROR_INCOMPLETE},
  {"loop", GST_REC_CREDENTIALS_ERROR_SETTINGS},
  {"mfa", GST_REC_CREDENTIALS_ERROR_SETTINGS},
  {"sso", GST_REC_CREDENTIALS_ERROR_SETTINGS},
  {"odd", GST_REC_CREDENTIALS_ERROR_SETTINGS},
  /* Nobody else has any, either. */
  {"quoted name", GST_REC_CREDENTIALS_ERROR_NOT_FOUND},
};

GST_START_TEST (test_a_profile_that_cannot_work_is_an_error)
{
  expect_error (NULL, bad_profiles[__i__].profile,
      bad_profiles[__i__].error);
}

GST_END_TEST;

GST_START_TEST (test_half_a_web_identity_is_an_error)
{
  g_remove (file);
  g_remove (config);
  set_env ("AWS_WEB_IDENTITY_TOKEN_FILE", file);
  expect_error (NULL, NULL, GST_REC_CREDENTIALS_ERROR_INCOMPLETE);
}

GST_END_TEST;

/* A program that a profile names. */
static const struct
{
  const gchar *command;
  const gchar *token;           /* NULL: an error */
  gint error;
} processes[] = {
  {"printf '{\"Version\":1,\"AccessKeyId\":\"K\",\"SecretAccessKey\":\"S\","
        "\"SessionToken\":\"a b\",\"Expiration\":\"2100-01-01T00:00:00Z\"}'",
      "a b", 0},
  {"false", NULL, GST_REC_CREDENTIALS_ERROR_REFUSED},
  {"sh -c 'echo secret >&2; kill -9 $$'", NULL,
      GST_REC_CREDENTIALS_ERROR_REFUSED},
  {"true", NULL, GST_REC_CREDENTIALS_ERROR_ANSWER},
  {"echo secret", NULL, GST_REC_CREDENTIALS_ERROR_ANSWER},
  {"yes", NULL, GST_REC_CREDENTIALS_ERROR_ANSWER},
  {"/nonexistent/secret", NULL, GST_REC_CREDENTIALS_ERROR_SETTINGS},
  {"'secret", NULL, GST_REC_CREDENTIALS_ERROR_SETTINGS},
};

static GstRecCredentialsProvider *
provider_of_process (const gchar * command)
{
  g_autofree gchar *text = g_strdup_printf ("[default]\n"
      "credential_process = %s\n", command);
  GstRecCredentialsSettings settings = {.env = get_env,.now = g_get_real_time };
  GstRecCredentialsProvider *provider;

  g_remove (config);
  fail_unless (g_file_set_contents (file, text, -1, NULL));
  provider = gst_rec_credentials_provider_new (&settings, NULL);
  fail_unless (provider != NULL);
  return provider;
}

GST_START_TEST (test_a_process_gives_credentials)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecCredentialsProvider) provider =
      provider_of_process (processes[__i__].command);
  g_autoptr (GstRecCredentials) got =
      gst_rec_credentials_provider_get (provider, NULL, &error);

  if (processes[__i__].token) {
    fail_unless (got != NULL, "%s", error ? error->message : "?");
    fail_unless_equals_string (got->session_token, processes[__i__].token);
    fail_unless (got->expires > g_get_real_time ());
  } else {
    fail_unless (g_error_matches (error, GST_REC_CREDENTIALS_ERROR,
            processes[__i__].error), "%s", error->message);
    fail_unless (strstr (error->message, "secret") == NULL, "%s",
        error->message);
  }
}

GST_END_TEST;

static pthread_t waiting;

static void
ignore (int signal G_GNUC_UNUSED)
{
}

/* After a signal, which ends a poll() and makes nothing readable. */
static gpointer
cancel_soon (gpointer data)
{
  g_usleep (50 * G_TIME_SPAN_MILLISECOND);
  pthread_kill (waiting, SIGUSR1);
  g_usleep (50 * G_TIME_SPAN_MILLISECOND);
  g_cancellable_cancel (data);
  return NULL;
}

/* With its output, and without. */
static const gchar *const hanging[] = { "sleep 50",
  "sh -c 'exec >/dev/null; exec sleep 50'"
};

GST_START_TEST (test_a_process_that_hangs_can_be_left)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GstRecCredentialsProvider) provider =
      provider_of_process (hanging[__i__]);
  struct sigaction action = {.sa_handler = ignore };
  gint64 begun = g_get_monotonic_time ();

  waiting = pthread_self ();
  sigaction (SIGUSR1, &action, NULL);
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  fail_unless (gst_rec_credentials_provider_get (provider, cancellable,
          &error) == NULL);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  fail_unless (g_get_monotonic_time () - begun < 20 * G_TIME_SPAN_SECOND);
  g_thread_join (thread);
}

GST_END_TEST;

/* Files are read anew when a store says that keys are over. */
GST_START_TEST (test_a_file_that_others_renew_is_read_again)
{
  GstRecCredentialsSettings settings = {.env = get_env,.now = g_get_real_time };
  g_autoptr (GstRecCredentialsProvider) provider =
      gst_rec_credentials_provider_new (&settings, NULL);
  g_autoptr (GstRecCredentials) old =
      gst_rec_credentials_provider_get (provider, NULL, NULL);

  fail_if (gst_rec_credentials_provider_renew (provider, old, NULL));
  fail_unless (g_file_set_contents (file, "[default]\n"
          "aws_access_key_id = NEW\naws_secret_access_key = s\n", -1, NULL));
  fail_unless (gst_rec_credentials_provider_renew (provider, old, NULL));
  g_autoptr (GstRecCredentials) fresh =
      gst_rec_credentials_provider_get (provider, NULL, NULL);
  fail_unless_equals_string (fresh->access_key_id, "NEW");
}

GST_END_TEST;

GST_START_TEST (test_credentials_cannot_end_a_header)
{
  GstRecCredentials given = { (gchar *) "A\r\nX", (gchar *) "s", NULL, 0 };

  expect_error (&given, NULL, GST_REC_CREDENTIALS_ERROR_ANSWER);
}

GST_END_TEST;

static const struct
{
  const gchar *given, *profile, *region, *old_region;   /* of the environment */
  const gchar *expected;
} regions[] = {
  {NULL, NULL, NULL, NULL, "eu-west-1"},
  {"", "", "", "", "eu-west-1"},
  {"given", NULL, "env", "old", "given"},
  {NULL, "night shift", "env", "old", "env"},
  {NULL, NULL, NULL, "old", "old"},
  {NULL, "night shift", NULL, NULL, "ap-south-1"},
  {NULL, "quoted name", NULL, NULL, "second"},
  {NULL, "night", NULL, NULL, "us-east-1"},
  {NULL, "nobody", NULL, NULL, "us-east-1"},
};

GST_START_TEST (test_where_the_region_comes_from)
{
  set_env ("AWS_REGION", regions[__i__].region);
  set_env ("AWS_DEFAULT_REGION", regions[__i__].old_region);
  g_autofree gchar *region = gst_rec_aws_region (regions[__i__].given,
      regions[__i__].profile, get_env);

  fail_unless_equals_string (region, regions[__i__].expected);
}

GST_END_TEST;

static const struct
{
  const gchar *given, *profile, *all, *s3, *ignore;     /* of the environment */
  const gchar *expected;
} endpoints[] = {
  {NULL, NULL, NULL, NULL, NULL, NULL},
  {"", "", "", "", "", NULL},
  {"http://given", NULL, "http://all", "http://s3", "true", "http://given"},
  {NULL, "night shift", "http://all", "http://s3", NULL, "http://s3"},
  {NULL, "night shift", "http://all", NULL, "false", "http://all"},
  {NULL, "night shift", NULL, NULL, NULL, "https://night.example"},
  {NULL, "night shift", "http://all", "http://s3", "true", NULL},
};

GST_START_TEST (test_where_the_endpoint_comes_from)
{
  set_env ("AWS_ENDPOINT_URL", endpoints[__i__].all);
  set_env ("AWS_ENDPOINT_URL_S3", endpoints[__i__].s3);
  set_env ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", endpoints[__i__].ignore);
  g_autofree gchar *endpoint = gst_rec_aws_endpoint (endpoints[__i__].given,
      "S3", endpoints[__i__].profile, get_env);

  fail_unless_equals_string (endpoint, endpoints[__i__].expected);
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
  tcase_add_test (tc, test_a_comment_may_stand_behind_a_section);
  tcase_add_test (tc, test_no_profile_and_no_file);
  tcase_add_test (tc, test_a_file_that_cannot_be_read_is_an_error);
  tcase_add_test (tc, test_the_config_file_has_profiles_too);
  tcase_add_loop_test (tc, test_a_profile_that_cannot_work_is_an_error, 0,
      G_N_ELEMENTS (bad_profiles));
  tcase_add_test (tc, test_half_a_web_identity_is_an_error);
  tcase_add_loop_test (tc, test_a_process_gives_credentials, 0,
      G_N_ELEMENTS (processes));
  tcase_add_loop_test (tc, test_a_process_that_hangs_can_be_left, 0,
      G_N_ELEMENTS (hanging));
  tcase_add_test (tc, test_a_file_that_others_renew_is_read_again);
  tcase_add_test (tc, test_credentials_cannot_end_a_header);
  tcase_add_loop_test (tc, test_where_the_region_comes_from, 0,
      G_N_ELEMENTS (regions));
  tcase_add_loop_test (tc, test_where_the_endpoint_comes_from, 0,
      G_N_ELEMENTS (endpoints));
  tcase_add_test (tc, test_the_file_in_the_home_folder);

  return s;
}

GST_CHECK_MAIN (credentials);
