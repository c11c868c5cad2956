/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* Those who give out credentials, each by a server that speaks its protocol:
 * the endpoint of a container, the metadata service of a machine, STS. */
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <string.h>

#include "loopback.h"
#include "store/credentialsprovider.h"
#include "store/sigv4.h"

#define SECRET "SuperSecretKey"

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

  while (environment[i] && !g_str_equal (environment[i], name))
    i += 2;
  environment[i] = name;
  environment[i + 1] = value;
}

/* One request of those that came, and how it is answered. */
typedef struct
{
  gchar *method;
  gchar *path;
  gchar *body;
  GHashTable *headers;
} Request;

typedef struct
{
  const gchar *method;
  const gchar *path;
  guint status;                 /* 0: hangs up */
  const gchar *body;
} Answer;

static struct
{
  Loopback loopback;
  const Answer *answers;        /* until one without a method */
  GTimeSpan clock_offset;       /* of its Date, 0: what libsoup writes */
  GMutex lock;
  GPtrArray *requests;          /* with the lock */
} fake;

static gchar *folder, *file;
static const gchar *endpoint;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->method);
  g_free (self->path);
  g_free (self->body);
  g_hash_table_unref (self->headers);
  g_free (self);
}

static void
add_header (const char *name, const char *value, gpointer data)
{
  g_hash_table_replace (data, g_ascii_strdown (name, -1), g_strdup (value));
}

static void
note (SoupServerMessage * message, const gchar * path)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  Request *request = g_new0 (Request, 1);

  request->method = g_strdup (soup_server_message_get_method (message));
  request->path = g_strdup (path);
  request->body = g_strndup (g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  soup_message_headers_foreach (soup_server_message_get_request_headers
      (message), add_header, request->headers);

  g_mutex_lock (&fake.lock);
  g_ptr_array_add (fake.requests, request);
  g_mutex_unlock (&fake.lock);
}

static void
answer_as_told (SoupServer * server G_GNUC_UNUSED, SoupServerMessage * message,
    const gchar * path, GHashTable * query G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  const gchar *method = soup_server_message_get_method (message);
  const Answer *answer = fake.answers;
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);

  note (message, path);
  while (answer->method && !(g_str_equal (answer->method, method) &&
          g_str_equal (answer->path, path)))
    answer++;

  if (answer->method && answer->status == 0) {
    g_io_stream_close (soup_server_message_steal_connection (message), NULL,
        NULL);
    return;
  }

  if (fake.clock_offset) {
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc
        ((g_get_real_time () + fake.clock_offset) / G_USEC_PER_SEC);
    g_autofree gchar *text =
        soup_date_time_to_string (date, SOUP_DATE_HTTP);

    soup_message_headers_replace (headers, "Date", text);
  }
  soup_message_headers_replace (headers, "Location", "/elsewhere");
  soup_server_message_set_status (message,
      answer->method ? answer->status : 404, NULL);
  if (answer->method && answer->body)
    soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY,
        answer->body, strlen (answer->body));
}

static void
setup (void)
{
  memset (environment, 0, sizeof (environment));
  memset (&fake, 0, sizeof (fake));
  folder = g_dir_make_tmp ("rec-credentials-XXXXXX", NULL);
  file = g_build_filename (folder, "token", NULL);
  /* No files of whoever runs the test. */
  set_env ("HOME", folder);

  g_mutex_init (&fake.lock);
  fake.requests = g_ptr_array_new_with_free_func (request_free);
  loopback_start (&fake.loopback, answer_as_told);
  endpoint = fake.loopback.endpoint;
}

static void
teardown (void)
{
  loopback_stop (&fake.loopback);
  g_ptr_array_unref (fake.requests);
  g_mutex_clear (&fake.lock);

  g_remove (file);
  g_rmdir (folder);
  g_clear_pointer (&file, g_free);
  g_clear_pointer (&folder, g_free);
}

static GstRecCredentialsProvider *
make_provider (void)
{
  g_autoptr (GError) error = NULL;
  GstRecCredentialsSettings settings = {
    .container_host = endpoint,.env = get_env,.now = g_get_real_time
  };
  GstRecCredentialsProvider *provider =
      gst_rec_credentials_provider_new (&settings, &error);

  fail_unless (provider != NULL, "%s", error ? error->message : "?");
  return provider;
}

static GstRecCredentials *
get (GstRecCredentialsProvider * provider)
{
  g_autoptr (GError) error = NULL;
  GstRecCredentials *credentials =
      gst_rec_credentials_provider_get (provider, NULL, &error);

  fail_unless (credentials != NULL, "%s", error ? error->message : "?");
  return credentials;
}

static void
expect (const GstRecCredentials * credentials, const gchar * key,
    const gchar * token)
{
  fail_unless_equals_string (credentials->access_key_id, key);
  fail_unless_equals_string (credentials->secret_access_key, SECRET);
  fail_unless_equals_string (credentials->session_token, token);
}

static void
expect_error (gint code, const gchar * word)
{
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecCredentials) credentials =
      gst_rec_credentials_provider_get (provider, NULL, &error);

  fail_unless (credentials == NULL);
  fail_unless (g_error_matches (error, GST_REC_CREDENTIALS_ERROR, code),
      "%s", error->message);
  fail_unless (strstr (error->message, word) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, SECRET) == NULL, "%s", error->message);
}

static const Request *
request (guint n)
{
  fail_unless (n < fake.requests->len, "%u requests", fake.requests->len);
  return g_ptr_array_index (fake.requests, n);
}

static void
expect_request (guint n, const gchar * method, const gchar * path,
    const gchar * header, const gchar * value)
{
  fail_unless_equals_string (request (n)->method, method);
  fail_unless_equals_string (request (n)->path, path);
  if (header)
    fail_unless_equals_string (g_hash_table_lookup (request (n)->headers,
            header), value);
}

#define KEYS(key, token, rest) "{\"AccessKeyId\":\"" key "\"," \
  "\"SecretAccessKey\":\"" SECRET "\",\"Token\":\"" token "\"" rest "}"

/* Containers */

static const Answer container_answers[] = {
  {"GET", "/v2/credentials/id", 200, KEYS ("ECS", "T1",
          ",\"RoleArn\":\"arn\",\"Expiration\":\"2100-01-01T00:00:00Z\"")},
  {"GET", "/eks", 200, KEYS ("EKS", "T2", "")},
  {NULL, NULL, 0, NULL}
};

GST_START_TEST (test_a_container_gives_the_credentials_of_its_task)
{
  fake.answers = container_answers;
  set_env ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/id");
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  fail_unless_equals_int (fake.requests->len, 0);
  g_autoptr (GstRecCredentials) credentials = get (provider);

  expect (credentials, "ECS", "T1");
  fail_unless (credentials->expires > g_get_real_time ());
  expect_request (0, "GET", "/v2/credentials/id", "authorization", NULL);
}

GST_END_TEST;

GST_START_TEST (test_a_container_may_be_reached_by_a_whole_uri_and_a_token)
{
  g_autofree gchar *uri = g_strconcat (endpoint, "/eks", NULL);

  fake.answers = container_answers;
  set_env ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
  set_env ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc");
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  g_autoptr (GstRecCredentials) credentials = get (provider);

  expect (credentials, "EKS", "T2");
  fail_unless_equals_int64 (credentials->expires, 0);
  expect_request (0, "GET", "/eks", "authorization", "Basic abc");
}

GST_END_TEST;

GST_START_TEST (test_the_token_file_of_a_container_is_read_each_time)
{
  g_autofree gchar *uri = g_strconcat (endpoint, "/eks", NULL);

  fake.answers = container_answers;
  set_env ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
  set_env ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this");
  set_env ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file);
  fail_unless (g_file_set_contents (file, "first\n", -1, NULL));
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  g_autoptr (GstRecCredentials) credentials = get (provider);
  fail_unless (g_file_set_contents (file, "second", -1, NULL));
  gst_rec_credentials_provider_renew (provider, credentials, NULL);

  expect_request (0, "GET", "/eks", "authorization", "first");
  expect_request (1, "GET", "/eks", "authorization", "second");

  fail_unless (g_file_set_contents (file, "two\nlines", -1, NULL));
  expect_error (GST_REC_CREDENTIALS_ERROR_SETTINGS, "TOKEN_FILE");
  g_remove (file);
  expect_error (GST_REC_CREDENTIALS_ERROR_FILE, "TOKEN_FILE");
}

GST_END_TEST;


static const struct
{
  guint status;
  const gchar *body;
  gint error;
  const gchar *word;
} bad_answers[] = {
  {404, NULL, GST_REC_CREDENTIALS_ERROR_REFUSED, "404"},
  {403, "{\"message\":\"" SECRET "\"}", GST_REC_CREDENTIALS_ERROR_REFUSED,
      "403"},
  {302, NULL, GST_REC_CREDENTIALS_ERROR_REFUSED, "302"},
  {200, "", GST_REC_CREDENTIALS_ERROR_ANSWER, "understood"},
  {200, "<html>" SECRET "</html>", GST_REC_CREDENTIALS_ERROR_ANSWER,
      "understood"},
  {200, "{\"SecretAccessKey\":\"" SECRET "\"}",
      GST_REC_CREDENTIALS_ERROR_INCOMPLETE, "the access key id"},
  {200, KEYS ("K\\r\\nX: " SECRET, "T", ""),
      GST_REC_CREDENTIALS_ERROR_ANSWER, "characters"},
  {200, KEYS ("K", "T\\nX", ""), GST_REC_CREDENTIALS_ERROR_ANSWER,
      "characters"},
  {200, KEYS ("K", "T", ",\"Expiration\":\"" SECRET "\""),
      GST_REC_CREDENTIALS_ERROR_ANSWER, "understood"},
  {200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"" SECRET
      "\"}", GST_REC_CREDENTIALS_ERROR_REFUSED,
      "AssumeRoleUnauthorizedAccess"},
  {200, "{\"Code\":\"" SECRET " x\"}", GST_REC_CREDENTIALS_ERROR_REFUSED,
      "does not say"},
};

GST_START_TEST (test_a_bad_answer_is_an_error_without_its_text)
{
  Answer answers[] = {
    {"GET", "/x", bad_answers[__i__].status, bad_answers[__i__].body},
    {NULL, NULL, 0, NULL}
  };

  fake.answers = answers;
  set_env ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  expect_error (bad_answers[__i__].error, bad_answers[__i__].word);
  fail_unless_equals_int (fake.requests->len, 1);
}

GST_END_TEST;

GST_START_TEST (test_an_answer_without_end_is_not_read)
{
  g_autofree gchar *text = g_strnfill (1024 * 1024, ' ');
  Answer answers[] = { {"GET", "/x", 200, text}, {NULL, NULL, 0, NULL} };

  fake.answers = answers;
  set_env ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  expect_error (GST_REC_CREDENTIALS_ERROR_ANSWER, "too long");
}

GST_END_TEST;

/* Whoever writes our environment may not send us anywhere in clear. */
static const struct
{
  const gchar *uri;
  gboolean allowed;
} uris[] = {
  {"http://127.0.0.1:1/x", TRUE}, {"http://127.1.2.3/x", TRUE},
  {"http://[::1]/x", TRUE}, {"http://localhost/x", TRUE},
  {"http://169.254.170.2/x", TRUE}, {"http://169.254.170.23/v1", TRUE},
  {"http://[fd00:ec2::23]/v1", TRUE}, {"https://example.org/x", TRUE},
  {"http://example.org/x", FALSE}, {"http://10.0.0.1/x", FALSE},
  {"http://169.254.169.254/x", FALSE}, {"http://127.0.0.1.example.org", FALSE},
  {"http://localhost.example.org/x", FALSE}, {"http://0.0.0.0/x", FALSE},
  {"http://127.0.0.1@example.org/x", FALSE}, {"http://[fd00:ec2::24]", FALSE},
  {"ftp://127.0.0.1/x", FALSE}, {"file:///etc/passwd", FALSE},
  {"http://", FALSE}, {"//127.0.0.1/x", FALSE}, {"x", FALSE},
};

GST_START_TEST (test_which_whole_uris_of_a_container_are_allowed)
{
  g_autoptr (GError) error = NULL;
  GstRecCredentialsSettings settings = {
    .env = get_env,.now = g_get_real_time
  };

  set_env ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uris[__i__].uri);
  g_autoptr (GstRecCredentialsProvider) provider =
      gst_rec_credentials_provider_new (&settings, &error);
  fail_unless_equals_int (provider != NULL, uris[__i__].allowed);
  if (provider == NULL)
    fail_unless (g_error_matches (error, GST_REC_CREDENTIALS_ERROR,
            GST_REC_CREDENTIALS_ERROR_SETTINGS), "%s", error->message);
}

GST_END_TEST;

/* Machines */

#define ROLES "/latest/meta-data/iam/security-credentials/"

static const Answer machine_answers[] = {
  {"PUT", "/latest/api/token", 200, "TOKEN=="},
  {"GET", ROLES, 200, "the role\n"},
  {"GET", ROLES "the role", 200, KEYS ("EC2", "T3", ",\"Code\":\"Success\","
          "\"LastUpdated\":\"2020-01-01T00:00:00Z\",\"Type\":\"AWS-HMAC\","
          "\"Expiration\":\"2100-01-01T00:00:00Z\"")},
  {NULL, NULL, 0, NULL}
};

GST_START_TEST (test_a_machine_gives_the_credentials_of_its_role)
{
  g_autofree gchar *slash = g_strconcat (endpoint, "/", NULL);

  fake.answers = machine_answers;
  set_env ("AWS_EC2_METADATA_SERVICE_ENDPOINT", slash);
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  g_autoptr (GstRecCredentials) credentials = get (provider);

  expect (credentials, "EC2", "T3");
  fail_unless (credentials->expires > g_get_real_time ());
  expect_request (0, "PUT", "/latest/api/token",
      "x-aws-ec2-metadata-token-ttl-seconds", "21600");
  expect_request (1, "GET", ROLES, "x-aws-ec2-metadata-token", "TOKEN==");
  expect_request (2, "GET", ROLES "the role", "x-aws-ec2-metadata-token",
      "TOKEN==");
  fail_unless_equals_int (fake.requests->len, 3);
}

GST_END_TEST;

static const struct
{
  Answer answers[4];
  gint error;
  const gchar *word;
} bad_machines[] = {
  {{{NULL, NULL, 0, NULL}}, GST_REC_CREDENTIALS_ERROR_NOT_FOUND, "404"},
  {{{"PUT", "/latest/api/token", 200, "a\r\nX: b"}, {NULL, NULL, 0, NULL}},
      GST_REC_CREDENTIALS_ERROR_ANSWER, "no token"},
  {{{"PUT", "/latest/api/token", 200, ""}, {NULL, NULL, 0, NULL}},
      GST_REC_CREDENTIALS_ERROR_ANSWER, "no token"},
  /* No role belongs to the machine. */
  {{{"PUT", "/latest/api/token", 200, "T"}, {NULL, NULL, 0, NULL}},
      GST_REC_CREDENTIALS_ERROR_NOT_FOUND, "404"},
  {{{"PUT", "/latest/api/token", 200, "T"}, {"GET", ROLES, 200, "\n\n"},
          {NULL, NULL, 0, NULL}}, GST_REC_CREDENTIALS_ERROR_ANSWER, "role"},
  {{{"PUT", "/latest/api/token", 200, "T"}, {"GET", ROLES, 200, "r"},
          {"GET", ROLES "r", 200, "{\"Code\":\"Failed\"}"},
          {NULL, NULL, 0, NULL}}, GST_REC_CREDENTIALS_ERROR_NOT_FOUND,
      "Failed"},
};

GST_START_TEST (test_a_machine_without_a_role_is_an_error)
{
  fake.answers = bad_machines[__i__].answers;
  set_env ("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint);
  expect_error (bad_machines[__i__].error, bad_machines[__i__].word);
}

GST_END_TEST;

/* A laptop is none of EC2, and has to find that out soon. */
GST_START_TEST (test_a_machine_that_is_none_is_told_soon)
{
  g_autoptr (GSocket) silent = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  fail_unless (g_socket_bind (silent, any, FALSE, NULL) &&
      g_socket_listen (silent, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (silent, NULL);
  g_autofree gchar *uri = g_strdup_printf ("http://127.0.0.1:%d",
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  gint64 begun = g_get_monotonic_time ();

  set_env ("AWS_EC2_METADATA_SERVICE_ENDPOINT", uri);
  expect_error (GST_REC_CREDENTIALS_ERROR_NOT_FOUND, "nothing that is set");
  gint64 took = g_get_monotonic_time () - begun;
  fail_unless (took < 5 * G_TIME_SPAN_SECOND, "%" G_GINT64_FORMAT, took);
}

GST_END_TEST;

/* STS */

#define STS_ANSWER(action, key, token, expiration) "<" action "Response>" \
  "<" action "Result><Credentials><AccessKeyId>" key "</AccessKeyId>" \
  "<SecretAccessKey>" SECRET "</SecretAccessKey><SessionToken>" token \
  "</SessionToken><Expiration>" expiration "</Expiration></Credentials></" \
  action "Result></" action "Response>"

GST_START_TEST (test_a_web_identity_is_changed_for_a_role)
{
  static const Answer answers[] = {
    {"POST", "/", 200, STS_ANSWER ("AssumeRoleWithWebIdentity", "WEB", "T4",
            "2100-01-01T00:00:00Z")},
    {NULL, NULL, 0, NULL}
  };

  fake.answers = answers;
  set_env ("AWS_WEB_IDENTITY_TOKEN_FILE", file);
  set_env ("AWS_ROLE_ARN", "arn:aws:iam::1:role/rec");
  set_env ("AWS_ROLE_SESSION_NAME", "session");
  set_env ("AWS_ENDPOINT_URL_STS", endpoint);
  fail_unless (g_file_set_contents (file, "ey.J+/=\n", -1, NULL));
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  g_autoptr (GstRecCredentials) credentials = get (provider);

  expect (credentials, "WEB", "T4");
  expect_request (0, "POST", "/", "content-type",
      "application/x-www-form-urlencoded");
  /* Nothing is signed: there are no keys yet. */
  expect_request (0, "POST", "/", "authorization", NULL);
  fail_unless_equals_string (request (0)->body,
      "Action=AssumeRoleWithWebIdentity&"
      "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Frec&RoleSessionName=session&"
      "Version=2011-06-15&WebIdentityToken=ey.J%2B%2F%3D");

  fail_unless (g_file_set_contents (file, "renewed", -1, NULL));
  gst_rec_credentials_provider_renew (provider, credentials, NULL);
  fail_unless (g_str_has_suffix (request (1)->body,
          "&WebIdentityToken=renewed"), "%s", request (1)->body);

  g_remove (file);
  expect_error (GST_REC_CREDENTIALS_ERROR_FILE, "web identity");
}

GST_END_TEST;

/* The signature that the request should have. */
static void
check_signature (const Request * seen, const GstRecCredentials * base)
{
  const gchar *authorization =
      g_hash_table_lookup (seen->headers, "authorization");
  g_autofree gchar *hash =
      gst_rec_sigv4_sha256 (seen->body, strlen (seen->body));
  GstRecField headers[] = {
    {"content-type", "application/x-www-form-urlencoded"},
    {"host", g_hash_table_lookup (seen->headers, "host")},
    {"x-amz-date", g_hash_table_lookup (seen->headers, "x-amz-date")},
    {"x-amz-security-token", base->session_token},
  };
  GstRecSigV4Request signed_request = {
    .method = "POST",.path = "/",.headers = headers,.payload_hash = hash,
    .n_headers = G_N_ELEMENTS (headers) - (base->session_token == NULL),
  };
  GstRecSigV4Scope scope = {
    .date = headers[2].value,.region = "eu-central-1",.service = "sts"
  };
  g_autofree gchar *expected =
      gst_rec_sigv4_authorization (&signed_request, &scope, base);

  fail_unless_equals_string (authorization, expected);
  fail_unless_equals_string (g_hash_table_lookup (seen->headers,
          "x-amz-security-token"), base->session_token);
}

static const Answer role_answers[] = {
  {"POST", "/", 200, STS_ANSWER ("AssumeRole", "ROLE", "T5",
          "2100-01-01T00:00:00Z")},
  {NULL, NULL, 0, NULL}
};

#define ROLE_CONFIG "[default]\nregion = eu-central-1\n" \
  "role_arn = arn:role\nsource_profile = base\n" \
  "external_id = an id\nduration_seconds = 900\n" \
  "role_session_name = name\n"

GST_START_TEST (test_a_profile_asks_for_a_role_with_the_keys_of_another)
{
  GstRecCredentials base = {
    .access_key_id = (gchar *) "BASE",
    .secret_access_key = (gchar *) "basesecret"
  };

  fake.answers = role_answers;
  set_env ("AWS_CONFIG_FILE", file);
  set_env ("AWS_ENDPOINT_URL", endpoint);
  fail_unless (g_file_set_contents (file, ROLE_CONFIG "[profile base]\n"
          "aws_access_key_id = BASE\naws_secret_access_key = basesecret\n",
          -1, NULL));
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  g_autoptr (GstRecCredentials) credentials = get (provider);

  expect (credentials, "ROLE", "T5");
  fail_unless_equals_string (request (0)->body, "Action=AssumeRole&"
      "DurationSeconds=900&ExternalId=an%20id&RoleArn=arn%3Arole&"
      "RoleSessionName=name&Version=2011-06-15");
  check_signature (request (0), &base);
}

GST_END_TEST;

GST_START_TEST (test_a_role_may_be_asked_for_with_a_role)
{
  GstRecCredentials base = {
    .access_key_id = (gchar *) "ROLE",.secret_access_key = (gchar *) SECRET,
    .session_token = (gchar *) "T5"
  };

  fake.answers = role_answers;
  set_env ("AWS_CONFIG_FILE", file);
  set_env ("AWS_ENDPOINT_URL", endpoint);
  set_env ("AWS_REGION", "eu-central-1");
  fail_unless (g_file_set_contents (file, ROLE_CONFIG "[profile base]\n"
          "role_arn = arn:first\nsource_profile = base\n"
          "aws_access_key_id = BASE\naws_secret_access_key = basesecret\n",
          -1, NULL));
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  g_autoptr (GstRecCredentials) credentials = get (provider);

  expect (credentials, "ROLE", "T5");
  fail_unless_equals_int (fake.requests->len, 2);
  fail_unless (strstr (request (0)->body, "arn%3Afirst") != NULL);
  fail_unless (strstr (request (1)->body, "arn%3Arole") != NULL);
  check_signature (request (1), &base);
}

GST_END_TEST;

GST_START_TEST (test_a_role_may_be_asked_for_with_those_of_a_container)
{
  static const Answer answers[] = {
    {"GET", "/x", 200, KEYS ("ECS", "T6", "")},
    {"POST", "/", 200, STS_ANSWER ("AssumeRole", "ROLE", "T5",
            "2100-01-01T00:00:00Z")},
    {NULL, NULL, 0, NULL}
  };
  GstRecCredentials base = {
    .access_key_id = (gchar *) "ECS",.secret_access_key = (gchar *) SECRET,
    .session_token = (gchar *) "T6"
  };

  fake.answers = answers;
  set_env ("AWS_CONFIG_FILE", file);
  set_env ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  set_env ("AWS_ENDPOINT_URL_STS", endpoint);
  set_env ("AWS_REGION", "eu-central-1");
  fail_unless (g_file_set_contents (file, "[default]\nrole_arn = arn\n"
          "credential_source = EcsContainer\n", -1, NULL));
  g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
  g_autoptr (GstRecCredentials) credentials = get (provider);

  expect (credentials, "ROLE", "T5");
  check_signature (request (1), &base);
}

GST_END_TEST;

/* With an error of STS, which echoes what was signed. */
GST_START_TEST (test_a_role_that_is_refused_is_an_error_without_the_echo)
{
  static const Answer answers[] = {
    {"POST", "/", 403, "<ErrorResponse><Error><Code>AccessDenied</Code>"
          "<Message>" SECRET "</Message></Error></ErrorResponse>"},
    {NULL, NULL, 0, NULL}
  };

  fake.answers = answers;
  set_env ("AWS_WEB_IDENTITY_TOKEN_FILE", file);
  set_env ("AWS_ROLE_ARN", "arn");
  set_env ("AWS_ENDPOINT_URL_STS", endpoint);
  fail_unless (g_file_set_contents (file, SECRET, -1, NULL));
  expect_error (GST_REC_CREDENTIALS_ERROR_REFUSED, "403 AccessDenied");
}

GST_END_TEST;

/* STS calls a signature of another hour wrong. */
GST_START_TEST (test_a_clock_that_is_off_is_corrected_by_the_one_of_sts)
{
  static const Answer answers[] = {
    {"POST", "/", 403, "<ErrorResponse><Error>"
          "<Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>"},
    {NULL, NULL, 0, NULL}
  };

  fake.answers = answers;
  fake.clock_offset = -20 * G_TIME_SPAN_HOUR;
  set_env ("AWS_CONFIG_FILE", file);
  set_env ("AWS_ENDPOINT_URL", endpoint);
  fail_unless (g_file_set_contents (file, ROLE_CONFIG "[profile base]\n"
          "aws_access_key_id = BASE\naws_secret_access_key = basesecret\n",
          -1, NULL));
  expect_error (GST_REC_CREDENTIALS_ERROR_REFUSED, "SignatureDoesNotMatch");

  fail_unless_equals_int (fake.requests->len, 2);
  g_autofree gchar *then = gst_rec_sigv4_date (g_get_real_time () -
      20 * G_TIME_SPAN_HOUR);
  const gchar *second =
      g_hash_table_lookup (request (1)->headers, "x-amz-date");
  fail_unless (strncmp (second, then, strlen ("20150830T12")) == 0, "%s, %s",
      second, then);
}

GST_END_TEST;

/* An hour is an hour, whatever time this machine believes it is. */
GST_START_TEST (test_an_expiry_is_taken_over_into_our_clock)
{
  static const GTimeSpan offsets[] = {
    G_TIME_SPAN_SECOND, -3 * G_TIME_SPAN_HOUR, 3 * G_TIME_SPAN_HOUR
  };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    gint64 now = g_get_real_time ();
    g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc
        ((now + offsets[i] + G_TIME_SPAN_HOUR) / G_USEC_PER_SEC);
    g_autofree gchar *expiration = g_date_time_format_iso8601 (end);
    g_autofree gchar *body = g_strdup_printf (KEYS ("K", "T",
            ",\"Expiration\":\"%s\""), expiration);
    Answer answers[] = { {"GET", "/x", 200, body}, {NULL, NULL, 0, NULL} };

    fake.answers = answers;
    fake.clock_offset = offsets[i];
    set_env ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
    g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
    g_autoptr (GstRecCredentials) credentials = get (provider);

    gint64 error = credentials->expires - now - G_TIME_SPAN_HOUR;
    fail_unless (ABS (error) < 10 * G_TIME_SPAN_SECOND,
        "%" G_GINT64_FORMAT, error);
  }
}

GST_END_TEST;

GST_START_TEST (test_who_hangs_up_is_asked_again_and_then_unreachable)
{
  static const Answer answers[] = {
    {"GET", "/x", 0, NULL}, {NULL, NULL, 0, NULL}
  };

  fake.answers = answers;
  set_env ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  expect_error (GST_REC_CREDENTIALS_ERROR_UNREACHABLE, "container");
  fail_unless (fake.requests->len > 1);
}

GST_END_TEST;

/* In the order of AWS's tools; each next one with those before it gone. */
GST_START_TEST (test_who_is_asked_first)
{
  static const Answer answers[] = {
    {"POST", "/", 200, STS_ANSWER ("X", "WEB", "T", "2100-01-01T00:00:00Z")},
    {"GET", "/x", 200, KEYS ("ECS", "T", "")},
    {"PUT", "/latest/api/token", 200, "T"}, {"GET", ROLES, 200, "r"},
    {"GET", ROLES "r", 200, KEYS ("EC2", "T", "")},
    {NULL, NULL, 0, NULL}
  };
  g_autofree gchar *config = g_build_filename (folder, "config", NULL);
  static const struct
  {
    const gchar *unset;
    const gchar *key;
  } steps[] = {
    {"", "ENV"}, {"AWS_ACCESS_KEY_ID", "FILE"}, {"AWS_CONFIG_FILE", "WEB"},
    {"AWS_WEB_IDENTITY_TOKEN_FILE", "ECS"},
    {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "EC2"},
  };

  fake.answers = answers;
  fail_unless (g_file_set_contents (file, "token", -1, NULL));
  fail_unless (g_file_set_contents (config, "[default]\n"
          "aws_access_key_id = FILE\naws_secret_access_key = " SECRET "\n",
          -1, NULL));
  set_env ("AWS_ACCESS_KEY_ID", "ENV");
  set_env ("AWS_SECRET_ACCESS_KEY", SECRET);
  set_env ("AWS_CONFIG_FILE", config);
  set_env ("AWS_WEB_IDENTITY_TOKEN_FILE", file);
  set_env ("AWS_ROLE_ARN", "arn");
  set_env ("AWS_ENDPOINT_URL_STS", endpoint);
  set_env ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  set_env ("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    set_env (steps[i].unset, NULL);
    if (i == 1)
      set_env ("AWS_SECRET_ACCESS_KEY", NULL);
    g_autoptr (GstRecCredentialsProvider) provider = make_provider ();
    g_autoptr (GstRecCredentials) credentials = get (provider);

    fail_unless_equals_string (credentials->access_key_id, steps[i].key);
  }
  g_remove (config);
}

GST_END_TEST;

static Suite *
credentialservers_suite (void)
{
  Suite *s = suite_create ("credentialservers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_a_container_gives_the_credentials_of_its_task);
  tcase_add_test (tc,
      test_a_container_may_be_reached_by_a_whole_uri_and_a_token);
  tcase_add_test (tc, test_the_token_file_of_a_container_is_read_each_time);
  tcase_add_loop_test (tc, test_a_bad_answer_is_an_error_without_its_text, 0,
      G_N_ELEMENTS (bad_answers));
  tcase_add_test (tc, test_an_answer_without_end_is_not_read);
  tcase_add_loop_test (tc, test_which_whole_uris_of_a_container_are_allowed,
      0, G_N_ELEMENTS (uris));
  tcase_add_test (tc, test_a_machine_gives_the_credentials_of_its_role);
  tcase_add_loop_test (tc, test_a_machine_without_a_role_is_an_error, 0,
      G_N_ELEMENTS (bad_machines));
  tcase_add_test (tc, test_a_machine_that_is_none_is_told_soon);
  tcase_add_test (tc, test_a_web_identity_is_changed_for_a_role);
  tcase_add_test (tc,
      test_a_profile_asks_for_a_role_with_the_keys_of_another);
  tcase_add_test (tc, test_a_role_may_be_asked_for_with_a_role);
  tcase_add_test (tc, test_a_role_may_be_asked_for_with_those_of_a_container);
  tcase_add_test (tc,
      test_a_role_that_is_refused_is_an_error_without_the_echo);
  tcase_add_test (tc,
      test_a_clock_that_is_off_is_corrected_by_the_one_of_sts);
  tcase_add_test (tc, test_an_expiry_is_taken_over_into_our_clock);
  tcase_add_test (tc, test_who_hangs_up_is_asked_again_and_then_unreachable);
  tcase_add_test (tc, test_who_is_asked_first);

  return s;
}

GST_CHECK_MAIN (credentialservers);
