/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include <string.h>

#include "store/s3.h"
#include "store/s3route.h"

#define MALFORMED(region) "<Error><Code>AuthorizationHeaderMalformed</Code>" \
  region "</Error>"
#define MOVED "<Error><Code>PermanentRedirect</Code>" \
  "<Endpoint>bucket.s3.eu-west-1.amazonaws.com</Endpoint></Error>"

static const struct
{
  const gchar *host;
  const gchar *region;
  guint status;
  const gchar *header;          /* x-amz-bucket-region */
  const gchar *body;
  const gchar *new_host;        /* NULL: it stays */
  const gchar *new_region;
} answers[] = {
  {"s3.us-east-1.amazonaws.com", "us-east-1", 301, "eu-west-1", MOVED,
      "s3.eu-west-1.amazonaws.com", "eu-west-1"},
  {"b.s3.us-east-1.amazonaws.com", "us-east-1", 307, "eu-west-1", "",
      "b.s3.eu-west-1.amazonaws.com", "eu-west-1"},
  {"s3.us-east-1.amazonaws.com", "us-east-1", 400, NULL,
        MALFORMED ("<Region>ap-south-1</Region>"),
      "s3.ap-south-1.amazonaws.com", "ap-south-1"},
  /* to HEAD */
  {"s3.us-east-1.amazonaws.com", "us-east-1", 400, "eu-west-1", "",
      "s3.eu-west-1.amazonaws.com", "eu-west-1"},
  {"s3.dualstack.us-east-1.amazonaws.com", "us-east-1", 301, "eu-west-1", "",
      "s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"},
  {"s3.cn-north-1.amazonaws.com.cn", "cn-north-1", 301, "cn-northwest-1", "",
      "s3.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"},
  {"b.s3.amazonaws.com", "us-east-1", 301, "eu-west-1", "",
      "b.s3.eu-west-1.amazonaws.com", "eu-west-1"},
  {"s3.us-east-1.amazonaws.com:8080", "us-east-1", 301, "eu-west-1", "",
      "s3.eu-west-1.amazonaws.com:8080", "eu-west-1"},
  /* Nobody else's hosts are guessed. */
  {"127.0.0.1:9000", "us-east-1", 400, NULL,
        MALFORMED ("<Region>home</Region>"), "127.0.0.1:9000", "home"},
  {"s3.us-east-1.amazonaws.com.evil.org", "us-east-1", 301, "eu-west-1", "",
      "s3.us-east-1.amazonaws.com.evil.org", "eu-west-1"},
  /* Nothing new, nothing said, or nothing that is a region */
  {"s3.us-east-1.amazonaws.com", "us-east-1", 301, "us-east-1", "", NULL,
      NULL},
  {"s3.us-east-1.amazonaws.com", "us-east-1", 301, NULL, "", NULL, NULL},
  {"s3.us-east-1.amazonaws.com", "us-east-1", 301, "evil.org/", "", NULL,
      NULL},
  {"s3.us-east-1.amazonaws.com", "us-east-1", 301, "", "", NULL, NULL},
  {"s3.us-east-1.amazonaws.com", "us-east-1", 301, NULL, "<Error", NULL,
      NULL},
  {"s3.us-east-1.amazonaws.com", "us-east-1", 400, "eu-west-1",
        "<Error><Code>InvalidArgument</Code></Error>", NULL, NULL},
  {"s3.us-east-1.amazonaws.com", "us-east-1", 200, "eu-west-1", "", NULL,
      NULL},
  {"s3.us-east-1.amazonaws.com", "us-east-1", 403, "eu-west-1", "", NULL,
      NULL},
};

GST_START_TEST (test_where_an_answer_says_that_the_bucket_is)
{
  const gchar *body = answers[__i__].body;
  g_auto (GstRecS3Hop) from = { 0, };
  g_auto (GstRecS3Hop) to = { 0, };
  g_auto (GstRecHttpResponse) response = {
    .status = answers[__i__].status,
    .message = soup_message_new ("GET", "http://127.0.0.1/"),
    .body = g_bytes_new_static (body, strlen (body))
  };
  GstRecS3Route *route = gst_rec_s3_route_new (answers[__i__].host,
      answers[__i__].region);
  gboolean moves = answers[__i__].new_host != NULL;

  if (answers[__i__].header)
    soup_message_headers_append (soup_message_get_response_headers
        (response.message), "x-amz-bucket-region", answers[__i__].header);
  gst_rec_s3_route_get (route, &from);
  fail_unless_equals_int (gst_rec_s3_route_follow (route, &from, &response),
      moves);
  gst_rec_s3_route_get (route, &to);
  fail_unless_equals_string (to.host,
      moves ? answers[__i__].new_host : answers[__i__].host);
  fail_unless_equals_string (to.region,
      moves ? answers[__i__].new_region : answers[__i__].region);

  /* Who was on the way meanwhile goes there, too. */
  fail_unless_equals_int (gst_rec_s3_route_follow (route, &from, &response),
      moves);
  gst_rec_s3_route_free (route);
}

GST_END_TEST;

/* A bucket of eu-west-1, and AWS's hosts for it. */
typedef struct
{
  SoupServer *server;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  gint n_requests;              /* atomic */
  gint n_wrong;                 /* atomic: to another region */
} Aws;

static Aws aws;

static void
answer (SoupServer * server G_GNUC_UNUSED, SoupServerMessage * message,
    const gchar * path G_GNUC_UNUSED, GHashTable * query G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  SoupMessageHeaders *in = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *out =
      soup_server_message_get_response_headers (message);
  const gchar *host = soup_message_headers_get_one (in, "Host");
  const gchar *signature = soup_message_headers_get_one (in, "Authorization");

  g_atomic_int_inc (&aws.n_requests);
  if (g_str_has_prefix (host, "s3.eu-west-1.amazonaws.com:") &&
      strstr (signature, "/eu-west-1/s3/aws4_request")) {
    soup_server_message_set_status (message, 200, NULL);
    soup_message_headers_append (out, "ETag", "\"x\"");
    soup_message_headers_set_content_length (out, 0);
    return;
  }

  g_atomic_int_inc (&aws.n_wrong);
  soup_server_message_set_status (message, 301, NULL);
  soup_message_headers_append (out, "x-amz-bucket-region", "eu-west-1");
  soup_server_message_set_response (message, "application/xml",
      SOUP_MEMORY_STATIC, MOVED, strlen (MOVED));
}

static gpointer
serve (gpointer data G_GNUC_UNUSED)
{
  g_main_context_push_thread_default (aws.context);
  g_main_loop_run (aws.loop);
  g_main_context_pop_thread_default (aws.context);

  return NULL;
}

static guint
start_aws (void)
{
  aws.context = g_main_context_new ();
  aws.loop = g_main_loop_new (aws.context, FALSE);
  g_main_context_push_thread_default (aws.context);
  aws.server = soup_server_new (NULL, NULL);
  soup_server_add_handler (aws.server, NULL, answer, NULL, NULL);
  fail_unless (soup_server_listen_local (aws.server, 0,
          SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  g_main_context_pop_thread_default (aws.context);

  GSList *uris = soup_server_get_uris (aws.server);
  guint port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  aws.thread = g_thread_new ("aws", serve, NULL);

  return port;
}

static void
stop_aws (void)
{
  g_main_loop_quit (aws.loop);
  g_thread_join (aws.thread);
  soup_server_disconnect (aws.server);
  g_object_unref (aws.server);
  g_main_loop_unref (aws.loop);
  g_main_context_unref (aws.context);
}

/* All names are this machine's. */
typedef GResolver MockResolver;
typedef GResolverClass MockResolverClass;
static GType mock_resolver_get_type (void);
G_DEFINE_TYPE (MockResolver, mock_resolver, G_TYPE_RESOLVER);

static GList *
mock_lookup (GResolver * resolver G_GNUC_UNUSED,
    const gchar * host G_GNUC_UNUSED,
    GCancellable * cancellable G_GNUC_UNUSED, GError ** error G_GNUC_UNUSED)
{
  return g_list_prepend (NULL,
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4));
}

static void
mock_resolver_class_init (MockResolverClass * klass)
{
  klass->lookup_by_name = mock_lookup;
}

static void
mock_resolver_init (MockResolver * self G_GNUC_UNUSED)
{
}

static void
put (GstRecStorePlace * place)
{
  g_autoptr (GstRecStore) store =
      gst_rec_store_place_open (place, NULL, FALSE, NULL);
  g_autoptr (GstRecBody) body =
      gst_rec_body_new_take (g_bytes_new_static ("abc", 3));
  g_auto (GstRecStoreObject) object = { 0, };
  GstRecStoreAttributes attributes = { 0, };
  g_autoptr (GError) error = NULL;

  fail_unless (store->klass->put (store, "key", &attributes, body, &object,
          NULL, &error), "%s", error ? error->message : "");
}

/* Without a retry: there is nothing to wait for. */
GST_START_TEST (test_a_redirect_is_followed_and_remembered_by_all_handles)
{
  g_autoptr (GResolver) before = g_resolver_get_default ();
  g_autoptr (GResolver) mock = g_object_new (mock_resolver_get_type (), NULL);
  GstRecCredentials keys = {
    .access_key_id = (gchar *) "KEY",.secret_access_key = (gchar *) "SECRET"
  };
  g_autoptr (GstRecCredentialsProvider) credentials =
      gst_rec_credentials_provider_new_static (&keys);
  g_autofree gchar *endpoint =
      g_strdup_printf ("http://s3.us-east-1.amazonaws.com:%u", start_aws ());
  GstRecS3Settings settings = {
    .endpoint = endpoint,.bucket = "bucket",.region = "us-east-1",
    .path_style = GST_REC_S3_PATH_STYLE_TRUE,.credentials = credentials,
    .timeout = 5,.retries = 0
  };

  g_resolver_set_default (mock);
  g_autoptr (GstRecStorePlace) place = gst_rec_s3_place_new (&settings, NULL);
  put (place);
  put (place);
  fail_unless_equals_int (g_atomic_int_get (&aws.n_requests), 3);
  fail_unless_equals_int (g_atomic_int_get (&aws.n_wrong), 1);
  g_resolver_set_default (before);
  stop_aws ();
}

GST_END_TEST;

static Suite *
s3route_suite (void)
{
  Suite *s = suite_create ("s3route");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_where_an_answer_says_that_the_bucket_is, 0,
      G_N_ELEMENTS (answers));
  tcase_add_test (tc,
      test_a_redirect_is_followed_and_remembered_by_all_handles);

  return s;
}

GST_CHECK_MAIN (s3route);
