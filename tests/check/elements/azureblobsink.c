/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What is azureblobsink's own; s3sink.c tests what it shares with it. */
#include <gio/gio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#define KEY "ZG8rbm90L3Nob3crdGhpcw=="
#define TOKEN "sv=2021-12-02&sig=nor%2Fthis%2Btoken"

static GstHarness *h;
static GstBus *bus;

static void
clear_environment (void)
{
  g_unsetenv ("AZURE_STORAGE_CONNECTION_STRING");
  g_unsetenv ("AZURE_STORAGE_ACCOUNT");
  g_unsetenv ("AZURE_STORAGE_KEY");
  g_unsetenv ("AZURE_STORAGE_SAS_TOKEN");
}

/* A port of this machine where nobody listens. */
static gchar *
dead_endpoint (void)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  fail_unless (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);

  return g_strdup_printf ("http://127.0.0.1:%u",
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

static void
setup (void)
{
  GstElement *sink = gst_element_factory_make ("azureblobsink", NULL);
  g_autofree gchar *endpoint = dead_endpoint ();

  fail_unless (sink != NULL);
  clear_environment ();
  g_object_set (sink, "location", "azblob://account/container/a blob",
      "endpoint", endpoint, "account-key", KEY, "retries", 0, "timeout", 2,
      "async", FALSE, NULL);
  bus = gst_bus_new ();
  h = gst_harness_new_with_element (sink, "sink", NULL);
  gst_element_set_bus (sink, bus);
  gst_object_unref (sink);
}

static void
teardown (void)
{
  gst_element_set_state (h->element, GST_STATE_NULL);
  gst_element_set_bus (h->element, NULL);
  gst_clear_object (&bus);
  gst_harness_teardown (h);
}

static void
expect_one_error (const gchar * begin)
{
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless (message != NULL, "no error \"%s\"", begin);
  gst_message_parse_error (message, &error, &debug);
  gst_message_unref (message);
  fail_unless (g_str_has_prefix (error->message, begin), "%s (%s)",
      error->message, debug);
  fail_if (strstr (error->message, KEY) || strstr (debug, KEY), "%s", debug);
  fail_if (strstr (debug, "sig="), "%s", debug);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
}

static GstFlowReturn
push_one (void)
{
  gst_harness_set_src_caps_str (h, "application/octet-stream");
  return gst_harness_push (h, gst_buffer_new_allocate (NULL, 1, NULL));
}

GST_START_TEST (test_a_store_that_is_not_there_is_an_error_at_the_first_byte)
{
  fail_unless_equals_int (push_one (), GST_FLOW_ERROR);
  expect_one_error ("Check endpoint");
}

GST_END_TEST;

/* Settings that make no sense are an error at start. */
static const struct
{
  const gchar *property;
  const gchar *value;
  const gchar *error;
} wrong[] = {
  {"location", "s3://account/container/blob", "Correct location"},
  {"location", "azblob://account/container", "Correct location"},
  {"location", "azblob://account/container/", "Correct location"},
  {"location", "azblob:///container/blob", "Correct location"},
  {"location", "azblob://account//blob", "Correct location"},
  {"location", "azblob://account/UPPER/blob", "Correct location"},
  {"location", "azblob://account/c--d/blob", "Correct location"},
  {"location", "azblob://a.b/container/blob", "Correct location"},
  {"location", "azblob://account/container/../blob", "Correct location"},
  {"location", "azblob://account/container/a/.", "Correct location"},
  {"location", NULL, "Correct location"},
  {"endpoint", "ftp://host", "Correct location"},
  {"endpoint", "https://user:secret@host", "Correct location"},
  {"endpoint", "https://host/?" TOKEN, "Correct location"},
  {"account-key", "no base64", "Correct location"},
  {"account-key", NULL, "Give azureblobsink what opens the account"},
  {"connection-string", "AccountName=account", "Correct location"},
  {"connection-string", "AccountName=other;AccountKey=" KEY,
      "Correct location"},
  {"location", "https://account.blob.core.windows.net/c/b?sig=c2VjcmV0",
      "Correct location"},
  {"metadata", "m,1st=(string)x", "Correct metadata"},
  {"tags", "t,a=(string)\"x&y\"", "Correct location"},
  {"part-size", "4194304001", "Correct part-size"},
};

GST_START_TEST (test_what_makes_no_sense_is_an_error_at_start)
{
  gst_element_set_state (h->element, GST_STATE_NULL);
  while (gst_bus_have_pending (bus))
    gst_message_unref (gst_bus_pop (bus));
  if (wrong[__i__].value)
    gst_util_set_object_arg (G_OBJECT (h->element), wrong[__i__].property,
        wrong[__i__].value);
  else
    g_object_set (h->element, wrong[__i__].property, NULL, NULL);
  fail_unless_equals_int (gst_element_set_state (h->element,
          GST_STATE_READY), GST_STATE_CHANGE_FAILURE);

  /* The core adds one of its own. */
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, &debug);
  gst_message_unref (message);
  fail_unless (g_str_has_prefix (error->message, wrong[__i__].error),
      "%s=%s: %s (%s)", wrong[__i__].property, wrong[__i__].value,
      error->message, debug);
  fail_if (strstr (debug, "secret") || strstr (debug, "sig=") ||
      strstr (debug, KEY), "%s", debug);
}

GST_END_TEST;

/* What opens the account, from wherever it comes. */
static const struct
{
  const gchar *property;
  const gchar *value;
  const gchar *variable;
  const gchar *text;
} good[] = {
  {"sas-token", TOKEN, NULL, NULL},
  {"sas-token", "?" TOKEN, NULL, NULL},
  {"connection-string", "AccountName=account;AccountKey=" KEY ";", NULL, NULL},
  {"connection-string", "BlobEndpoint=https://account.blob.example/;"
        "SharedAccessSignature=" TOKEN, NULL, NULL},
  {NULL, NULL, "AZURE_STORAGE_KEY", KEY},
  {NULL, NULL, "AZURE_STORAGE_SAS_TOKEN", TOKEN},
  {NULL, NULL, "AZURE_STORAGE_CONNECTION_STRING",
      "AccountName=account;AccountKey=" KEY},
};

GST_START_TEST (test_what_opens_the_account)
{
  gst_element_set_state (h->element, GST_STATE_NULL);
  g_object_set (h->element, "account-key", NULL, NULL);
  if (good[__i__].property)
    g_object_set (h->element, good[__i__].property, good[__i__].value, NULL);
  if (good[__i__].variable)
    g_setenv (good[__i__].variable, good[__i__].text, TRUE);
  gst_harness_play (h);
  fail_unless_equals_int (push_one (), GST_FLOW_ERROR);
  expect_one_error ("Check endpoint");
  clear_environment ();
}

GST_END_TEST;

GST_START_TEST (test_the_emulator_by_its_name)
{
  gst_element_set_state (h->element, GST_STATE_NULL);
  while (gst_bus_have_pending (bus))
    gst_message_unref (gst_bus_pop (bus));
  g_object_set (h->element, "location", NULL, "container", "recordings",
      "blob", "test", "connection-string", "UseDevelopmentStorage=true",
      NULL);
  fail_unless_equals_int (gst_element_set_state (h->element,
          GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
}

GST_END_TEST;

GST_START_TEST (test_secrets_cannot_be_read_back)
{
  static const gchar *const names[] = { "account-key", "sas-token",
    "connection-string"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS
        (h->element), names[i]);

    fail_unless (pspec != NULL);
    fail_if (pspec->flags & G_PARAM_READABLE);
  }
}

GST_END_TEST;

GST_START_TEST (test_two_sinks_of_two_plugins_live_side_by_side)
{
  g_autoptr (GstElement) s3 = gst_element_factory_make ("s3sink", NULL);
  GEnumValue *value;
  gint nick;

  if (s3 == NULL)
    return;
  gst_object_ref_sink (s3);
  g_object_set (h->element, "on-error", 1, NULL);
  g_object_get (s3, "on-error", &nick, NULL);
  fail_unless_equals_int (nick, 0);
  g_object_get (h->element, "on-error", &nick, NULL);
  value = g_enum_get_value (G_PARAM_SPEC_ENUM (g_object_class_find_property
          (G_OBJECT_GET_CLASS (h->element), "on-error"))->enum_class, nick);
  fail_unless_equals_string (value->value_nick, "keep");
}

GST_END_TEST;

static Suite *
azureblobsink_suite (void)
{
  Suite *s = suite_create ("azureblobsink");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc,
      test_a_store_that_is_not_there_is_an_error_at_the_first_byte);
  tcase_add_loop_test (tc, test_what_makes_no_sense_is_an_error_at_start, 0,
      G_N_ELEMENTS (wrong));
  tcase_add_loop_test (tc, test_what_opens_the_account, 0,
      G_N_ELEMENTS (good));
  tcase_add_test (tc, test_the_emulator_by_its_name);
  tcase_add_test (tc, test_secrets_cannot_be_read_back);
  tcase_add_test (tc, test_two_sinks_of_two_plugins_live_side_by_side);

  return s;
}

GST_CHECK_MAIN (azureblobsink);
