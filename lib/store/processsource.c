/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "processsource.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/fetch.h"

#define WHO "credential_process"
/* It may ask somebody far away, but nobody who types. */
#define TIMEOUT G_TIME_SPAN_MINUTE
#define MAX_ANSWER (64 * 1024)

typedef struct
{
  GstRecCredentialSource source;
  GstRecNow now;
  gchar *command;
} Process;

static void
set_error (GError ** error, GstRecCredentialsError code, const gchar * what)
{
  g_set_error (error, GST_REC_CREDENTIALS_ERROR, code, WHO " %s", what);
}

/* Waits for something to read, until @deadline (monotonic us). A signal may
 * come first, and read() would wait without an end. */
static gboolean
wait_readable (gint fd, gint64 deadline, GCancellable * cancellable,
    GError ** error)
{
  GPollFD fds[2] = { {.fd = fd,.events = G_IO_IN} };
  gboolean has_cancel = g_cancellable_make_pollfd (cancellable, &fds[1]);
  gint64 left;
  gint n;

  do {
    left = deadline - g_get_monotonic_time ();
    n = left <= 0 ? 0 : g_poll (fds, 1 + has_cancel,
        left / G_TIME_SPAN_MILLISECOND + 1);
  } while (n < 0 && errno == EINTR);

  if (has_cancel)
    g_cancellable_release_fd (cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (n == 0)
    set_error (error, GST_REC_CREDENTIALS_ERROR_UNREACHABLE,
        "takes longer than a minute");

  return n != 0;
}

/* All that it writes, into one piece of memory that is wiped. */
static gboolean
read_output (gint fd, GstRecFetched * output, gint64 deadline,
    GCancellable * cancellable, GError ** error)
{
  output->text = g_malloc0 (MAX_ANSWER + 1);
  while (output->size <= MAX_ANSWER) {
    if (!wait_readable (fd, deadline, cancellable, error))
      return FALSE;

    gssize n = read (fd, output->text + output->size,
        MAX_ANSWER + 1 - output->size);
    if (n == 0)
      return TRUE;
    if (n > 0)
      output->size += n;
    else if (errno != EINTR)
      break;
  }

  set_error (error, GST_REC_CREDENTIALS_ERROR_ANSWER,
      "writes what cannot be read");
  return FALSE;
}

/* Its end, which is close once it has closed its output; or the end of it. */
static gboolean
reap (GPid pid, gint64 deadline, GCancellable * cancellable)
{
  gint status = 0;
  pid_t ended;

  while ((ended = waitpid (pid, &status, WNOHANG)) <= 0) {
    if (ended < 0 && errno != EINTR)
      return FALSE;
    if (g_get_monotonic_time () > deadline ||
        g_cancellable_is_cancelled (cancellable))
      kill (pid, SIGKILL);
    g_usleep (5 * G_TIME_SPAN_MILLISECOND);
  }

  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static gboolean
run (const Process * self, GstRecFetched * output, GCancellable * cancellable,
    GError ** error)
{
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) reason = NULL;
  GPid pid;
  gint fd;

  /* Neither its command nor what it says of itself is repeated: there are
   * those that have secrets in them. */
  if (!g_shell_parse_argv (self->command, NULL, &arguments, NULL) ||
      !g_spawn_async_with_pipes (NULL, arguments, NULL,
          G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH |
          G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid, NULL, &fd, NULL,
          &reason)) {
    set_error (error, GST_REC_CREDENTIALS_ERROR_SETTINGS, "cannot be run");
    return FALSE;
  }

  gint64 deadline = g_get_monotonic_time () + TIMEOUT;
  gboolean done = read_output (fd, output, deadline, cancellable, error);
  if (!done)
    kill (pid, SIGKILL);
  close (fd);
  gboolean good = reap (pid, deadline, cancellable);
  g_spawn_close_pid (pid);

  if (done && !good &&
      !g_cancellable_set_error_if_cancelled (cancellable, error))
    set_error (error, GST_REC_CREDENTIALS_ERROR_REFUSED, "fails");
  return done && good;
}

static GstRecCredentials *
process_fetch (GstRecCredentialSource * source, GCancellable * cancellable,
    GError ** error)
{
  Process *self = (Process *) source;
  g_auto (GstRecFetched) output = {.date = -1 };

  return run (self, &output, cancellable, error) ?
      gst_rec_fetched_credentials (&output, WHO, self->now, error) : NULL;
}

static void
process_free (GstRecCredentialSource * source)
{
  gst_rec_secret_free (((Process *) source)->command);
  g_free (source);
}

static const GstRecCredentialSourceClass process_class = {
  .renewable = TRUE,
  .fetch = process_fetch,
  .free = process_free,
};

/* A program that prints credentials, as a profile may name one. */
GstRecCredentialSource *
gst_rec_process_source_new (const gchar * command, GstRecNow now)
{
  Process *self = g_new0 (Process, 1);

  self->source.klass = &process_class;
  self->command = g_strdup (command);
  self->now = now;

  return &self->source;
}
