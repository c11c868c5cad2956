/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "picturegate.h"

/* Packets in a text, separated by blanks: the picture's letter, and
 *   ^ begins it, ! its keyframe, s has parameters, n is discardable,
 *   . ends it (the marker), - is lost, @ is of another SSRC, p is padding.
 * What passes is written as the letters of the packets, and of pictures that
 * are withheld the count; '?' is a break. */
typedef struct
{
  GstRecPictureGate gate;
  guint16 seq;
  guint32 ssrc;
  GString *gathered, *passed;
  guint withheld;
} Path;

static void
apply (Path * path, const GstRecGateVerdict * verdict, gchar letter)
{
  if (verdict->is_broken)
    g_string_append_c (path->passed, '?');
  if (verdict->gathered == GST_REC_GATE_PASS)
    g_string_append_printf (path->passed, "%s ", path->gathered->str);
  if (verdict->gathered != GST_REC_GATE_KEEP)
    g_string_truncate (path->gathered, 0);
  if (verdict->gather)
    g_string_append_c (path->gathered, letter);
  if (verdict->pass) {
    g_string_append_printf (path->passed, "%s ", path->gathered->str);
    g_string_truncate (path->gathered, 0);
  }
  path->withheld += verdict->withheld;
}

static void
send (Path * path, const gchar * text)
{
  GstRecGatePacket packet = {
    .seq = path->seq++,.timestamp = text[0] * 3000,
    .size = strchr (text, 'p') ? 0 : 1000,
    .marker = strchr (text, '.') != NULL,
    .payload = {
          .begins_picture = strpbrk (text, "^!s") != NULL,
          .begins_keyframe = strchr (text, '!') != NULL,
          .has_parameters = strchr (text, 's') != NULL,
          .is_discardable = strchr (text, 'n') != NULL,
        }
  };
  GstRecGateVerdict verdict;

  if (strchr (text, '-'))
    return;
  if (strchr (text, '@'))
    path->ssrc++;
  packet.ssrc = path->ssrc;
  verdict = gst_rec_picture_gate_packet (&path->gate, &packet);
  apply (path, &verdict, text[0]);
}

static void
path_init (Path * path)
{
  *path = (Path) {.seq = 65533,.gathered = g_string_new (NULL),
        .passed = g_string_new (NULL)};
  gst_rec_picture_gate_init (&path->gate);
}

static void
path_clear (Path * path)
{
  g_string_free (path->gathered, TRUE);
  g_string_free (path->passed, TRUE);
}

GST_START_TEST (test_only_pictures_that_lack_nothing_pass)
{
  static const struct
  {
    const gchar *packets, *passed;
    guint withheld;
  } cases[] = {
    {"a! a a. b^ b. c^.", "?aaa bb c ", 0},
    {"a! a b^ c^ c", "?aa b ", 0},      /* without markers */
    {"a^. b^. c!. d^.", "?c d ", 2},
    {"a. b!.", "?b ", 1},       /* from the middle */
    {"a!. b^ b- b. c^. d!. e^.", "?a ?d e ", 2},
    {"a!. b^ b b.- c^. d!.", "?a ?d ", 2},      /* the end is lost */
    {"a!. b^- b b. c^. d!. e^.", "?a ?d e ", 2},        /* the beginning */
    {"a!. b^.- c^. d!.", "?a ?d ", 1},  /* nothing is seen of it */
    {"a!. b- c! c. d^.", "?a ?cc d ", 0},       /* a layer switch */
    {"a!. b^ b- c! c. d^.", "?a ?cc d ", 1},
    {"a!. b! b- b. c^. d!.", "?a ?d ", 2},      /* a broken keyframe */
    {"a!. b^n bn- bn. c^. d^.", "?a c d ", 1},  /* no other one needs it */
    {"a!. b^n bn.- c^. d!.", "?a ?d ", 2},      /* or another was lost as well */
    {"a!. b^n bn- b. c^. d!.", "?a ?d ", 2},
    {"a!. b^. c@^. d!.", "?a b ?d ", 1},        /* another SSRC */
    {"a!. b^ c@!. d^.", "?a ?c d ", 1},
    {"as a!. b^. c- c^ c!. d!.", "?aa b ??d ", 1},        /* parameters are lost */
    {"as a!. b^. c- cs c!. d^.", "?aa b ?cc d ", 0},
    {"a!. b^. c- c!. d^.", "?a b ?c d ", 0},    /* they come in the SDP */
    {"a!. b b. c^.", "?a bb c ", 0},    /* no hole: it is the beginning */
    {"a!. ap ap b^. c^ cp c.", "?a b cc ", 0},  /* padding between pictures */
    {"a!. ap- b^. c!.", "?a ?c ", 1},   /* nobody knows what was lost */
    {"a!. b- bp b. c!.", "?a ?c ", 1},  /* the beginning is lost before it */
    {"ap a!. b^.", "?a b ", 0}, /* the first packet */
    {"a!. bp@ c!. d^.", "?a ?c d ", 0},
    {"as a!. b^. c- cp c!. d!.", "?aa b ??d ", 1},      /* parameters are lost */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (GStrv) packets = g_strsplit (cases[i].packets, " ", -1);
    Path path;

    path_init (&path);
    for (guint j = 0; packets[j]; j++)
      send (&path, packets[j]);
    fail_unless (g_str_equal (path.passed->str, cases[i].passed)
        && path.withheld == cases[i].withheld, "case %u (%s): '%s', %u withheld",
        i, cases[i].packets, path.passed->str, path.withheld);
    path_clear (&path);
  }
}

GST_END_TEST;

GST_START_TEST (test_picture_of_too_many_packets_is_dropped_and_breaks)
{
  Path path;

  path_init (&path);
  send (&path, "a!.");
  g_string_truncate (path.passed, 0);
  for (guint i = 0; i < 2 * GST_REC_MAX_PICTURE_PACKETS; i++) {
    send (&path, i == 0 ? "b^" : "b");
    fail_unless (path.gathered->len <= GST_REC_MAX_PICTURE_PACKETS);
  }
  send (&path, "b.");
  send (&path, "c^.");
  send (&path, "d!.");
  fail_unless_equals_string (path.passed->str, "?d ");
  fail_unless_equals_int (path.withheld, 2);
  path_clear (&path);
}

GST_END_TEST;

static Suite *
picturegate_suite (void)
{
  Suite *s = suite_create ("picturegate");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_only_pictures_that_lack_nothing_pass);
  tcase_add_test (tc,
      test_picture_of_too_many_packets_is_dropped_and_breaks);

  return s;
}

GST_CHECK_MAIN (picturegate);
