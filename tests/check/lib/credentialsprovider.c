/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "store/credentialsprovider.h"

#define MINUTE G_TIME_SPAN_MINUTE
#define BEGIN (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

/* A clock that a test moves, and a source that gives what it wants. */
static gint64 time_now;

static gint64
now (void)
{
  return time_now;
}

typedef struct
{
  GstRecCredentialSource source;
  GTimeSpan life;               /* of what it gives, 0: for ever */
  gboolean fails;
  gboolean same;                /* gives the same again */
  gint n_fetches;               /* atomic */
  gint max_at_once;             /* with the lock */
  gint at_once;
  GMutex lock;
  GCond changed;
  gboolean hold;                /* with the lock: fetches wait */
} Fake;

static Fake fake;

static GstRecCredentials *
fake_fetch (GstRecCredentialSource * source G_GNUC_UNUSED,
    GCancellable * cancellable, GError ** error)
{
  gint n = g_atomic_int_add (&fake.n_fetches, 1) + 1;

  g_mutex_lock (&fake.lock);
  fake.at_once++;
  fake.max_at_once = MAX (fake.max_at_once, fake.at_once);
  g_cond_broadcast (&fake.changed);
  while (fake.hold && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait_until (&fake.changed, &fake.lock,
        g_get_monotonic_time () + 10 * G_TIME_SPAN_MILLISECOND);
  fake.at_once--;
  g_mutex_unlock (&fake.lock);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (fake.fails) {
    g_set_error_literal (error, GST_REC_CREDENTIALS_ERROR,
        GST_REC_CREDENTIALS_ERROR_UNREACHABLE, "nobody is there");
    return NULL;
  }

  GstRecCredentials *credentials = g_new0 (GstRecCredentials, 1);
  credentials->access_key_id = g_strdup_printf ("KEY%d", fake.same ? 1 : n);
  credentials->secret_access_key = g_strdup ("SECRET");
  credentials->session_token = g_strdup ("TOKEN");
  credentials->expires = fake.life ? now () + fake.life : 0;

  return credentials;
}

static void
fake_free (GstRecCredentialSource * source G_GNUC_UNUSED)
{
}

static const GstRecCredentialSourceClass fake_class = {
  .renewable = TRUE,.fetch = fake_fetch,.free = fake_free
};

static GstRecCredentialsProvider *provider;

static void
setup (void)
{
  memset (&fake, 0, sizeof (fake));
  fake.source.klass = &fake_class;
  fake.life = 60 * MINUTE;
  g_mutex_init (&fake.lock);
  g_cond_init (&fake.changed);
  time_now = BEGIN;
  provider = gst_rec_credentials_provider_new_with_source (&fake.source, now);
}

static void
teardown (void)
{
  gst_rec_credentials_provider_unref (provider);
  g_mutex_clear (&fake.lock);
  g_cond_clear (&fake.changed);
}

static void
expect (const gchar * key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstRecCredentials) credentials =
      gst_rec_credentials_provider_get (provider, NULL, &error);

  if (key == NULL) {
    fail_unless (credentials == NULL);
    fail_unless (g_error_matches (error, GST_REC_CREDENTIALS_ERROR,
            GST_REC_CREDENTIALS_ERROR_UNREACHABLE));
    return;
  }
  fail_unless (credentials != NULL, "%s", error ? error->message : "?");
  fail_unless_equals_string (credentials->access_key_id, key);
}

GST_START_TEST (test_nothing_is_fetched_before_it_is_wanted)
{
  fail_unless_equals_int (fake.n_fetches, 0);
  expect ("KEY1");
  expect ("KEY1");
  fail_unless_equals_int (fake.n_fetches, 1);
}

GST_END_TEST;

/* How long credentials live, and from when on they are renewed: a quarter of
 * an hour before, or the last quarter of a shorter life. */
static const struct
{
  GTimeSpan life;
  GTimeSpan renewed;
} lives[] = {
  {6 * 60 * MINUTE, (6 * 60 - 15) * MINUTE}, {60 * MINUTE, 45 * MINUTE},
  {40 * MINUTE, 30 * MINUTE}, {4 * MINUTE, 3 * MINUTE},
  {4 * G_TIME_SPAN_SECOND, 3 * G_TIME_SPAN_SECOND},
};

GST_START_TEST (test_they_are_renewed_before_they_end)
{
  fake.life = lives[__i__].life;
  expect ("KEY1");
  time_now += lives[__i__].renewed - 1;
  expect ("KEY1");
  time_now++;
  expect ("KEY2");
  expect ("KEY2");
  time_now = BEGIN + 10 * lives[__i__].life;
  expect ("KEY3");
}

GST_END_TEST;

GST_START_TEST (test_what_never_ends_is_never_renewed)
{
  fake.life = 0;
  expect ("KEY1");
  time_now = G_MAXINT64 - 1;
  expect ("KEY1");
}

GST_END_TEST;

GST_START_TEST (test_a_renewal_that_fails_leaves_the_old_while_they_are_good)
{
  expect ("KEY1");
  fake.fails = TRUE;
  time_now += 50 * MINUTE;
  expect ("KEY1");
  expect ("KEY1");
  /* Who gives them out is not asked at each request. */
  fail_unless_equals_int (fake.n_fetches, 2);
  time_now += MINUTE;
  expect ("KEY1");
  fail_unless_equals_int (fake.n_fetches, 3);
  time_now = BEGIN + 60 * MINUTE - 1;
  expect ("KEY1");
  time_now++;
  expect (NULL);
  fake.fails = FALSE;
  expect ("KEY6");
}

GST_END_TEST;

/* The clocks differ; the store knows better. */
GST_START_TEST (test_what_is_over_when_it_comes_is_used_and_not_fetched_at_once)
{
  fake.life = -20 * MINUTE;
  expect ("KEY1");
  expect ("KEY1");
  time_now += MINUTE;
  expect ("KEY2");
}

GST_END_TEST;

GST_START_TEST (test_what_a_store_refuses_is_renewed_once)
{
  expect ("KEY1");
  g_autoptr (GstRecCredentials) first =
      gst_rec_credentials_provider_get (provider, NULL, NULL);

  fail_unless (gst_rec_credentials_provider_renew (provider, first, NULL));
  expect ("KEY2");
  /* Another thread says it late of what is gone. */
  fail_unless (gst_rec_credentials_provider_renew (provider, first, NULL));
  expect ("KEY2");
  fail_unless_equals_int (fake.n_fetches, 2);
}

GST_END_TEST;

GST_START_TEST (test_a_renewal_that_gives_the_same_is_none)
{
  fake.same = TRUE;
  expect ("KEY1");
  g_autoptr (GstRecCredentials) first =
      gst_rec_credentials_provider_get (provider, NULL, NULL);

  fail_if (gst_rec_credentials_provider_renew (provider, first, NULL));
  fake.fails = TRUE;
  fail_if (gst_rec_credentials_provider_renew (provider, first, NULL));
  expect (NULL);
}

GST_END_TEST;

GST_START_TEST (test_keys_that_were_given_are_not_renewed)
{
  GstRecCredentials given = {
    .access_key_id = (gchar *) "A",.secret_access_key = (gchar *) "B"
  };
  g_autoptr (GstRecCredentialsProvider) fixed =
      gst_rec_credentials_provider_new_static (&given);
  g_autoptr (GstRecCredentials) mine =
      gst_rec_credentials_provider_get (fixed, NULL, NULL);

  fail_unless_equals_string (mine->access_key_id, "A");
  fail_if (gst_rec_credentials_provider_renew (fixed, mine, NULL));
}

GST_END_TEST;

static gpointer
get_in_thread (gpointer data)
{
  return gst_rec_credentials_provider_get (provider, data, NULL);
}

static void
hold (gboolean on)
{
  g_mutex_lock (&fake.lock);
  fake.hold = on;
  g_cond_broadcast (&fake.changed);
  g_mutex_unlock (&fake.lock);
}

static void
wait_for_fetch (void)
{
  g_mutex_lock (&fake.lock);
  while (fake.at_once == 0)
    g_cond_wait (&fake.changed, &fake.lock);
  g_mutex_unlock (&fake.lock);
}

GST_START_TEST (test_one_fetches_for_all_threads)
{
  GThread *threads[8];

  hold (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("get", get_in_thread, NULL);
  wait_for_fetch ();
  hold (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autoptr (GstRecCredentials) got = g_thread_join (threads[i]);

    fail_unless (got != NULL);
    fail_unless_equals_string (got->access_key_id, "KEY1");
  }
  fail_unless_equals_int (fake.n_fetches, 1);
  fail_unless_equals_int (fake.max_at_once, 1);
}

GST_END_TEST;

GST_START_TEST (test_others_go_on_with_the_old_while_one_renews)
{
  expect ("KEY1");
  time_now += 50 * MINUTE;
  hold (TRUE);
  GThread *thread = g_thread_new ("get", get_in_thread, NULL);
  wait_for_fetch ();
  expect ("KEY1");
  hold (FALSE);

  g_autoptr (GstRecCredentials) got = g_thread_join (thread);
  fail_unless_equals_string (got->access_key_id, "KEY2");
  expect ("KEY2");
}

GST_END_TEST;

/* One that does not want to wait any more leaves the others alone. */
GST_START_TEST (test_waiting_ends_when_it_is_cancelled)
{
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (GCancellable) second = g_cancellable_new ();

  hold (TRUE);
  GThread *fetching = g_thread_new ("fetch", get_in_thread, first);
  wait_for_fetch ();
  GThread *waiting = g_thread_new ("wait", get_in_thread, second);
  GThread *staying = g_thread_new ("stay", get_in_thread, NULL);

  g_cancellable_cancel (second);
  fail_unless (g_thread_join (waiting) == NULL);
  g_cancellable_cancel (first);
  fail_unless (g_thread_join (fetching) == NULL);
  hold (FALSE);

  g_autoptr (GstRecCredentials) got = g_thread_join (staying);
  fail_unless (got != NULL);
}

GST_END_TEST;

static Suite *
credentialsprovider_suite (void)
{
  Suite *s = suite_create ("credentialsprovider");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_nothing_is_fetched_before_it_is_wanted);
  tcase_add_loop_test (tc, test_they_are_renewed_before_they_end, 0,
      G_N_ELEMENTS (lives));
  tcase_add_test (tc, test_what_never_ends_is_never_renewed);
  tcase_add_test (tc,
      test_a_renewal_that_fails_leaves_the_old_while_they_are_good);
  tcase_add_test (tc,
      test_what_is_over_when_it_comes_is_used_and_not_fetched_at_once);
  tcase_add_test (tc, test_what_a_store_refuses_is_renewed_once);
  tcase_add_test (tc, test_a_renewal_that_gives_the_same_is_none);
  tcase_add_test (tc, test_keys_that_were_given_are_not_renewed);
  tcase_add_test (tc, test_one_fetches_for_all_threads);
  tcase_add_test (tc, test_others_go_on_with_the_old_while_one_renews);
  tcase_add_test (tc, test_waiting_ends_when_it_is_cancelled);

  return s;
}

GST_CHECK_MAIN (credentialsprovider);
