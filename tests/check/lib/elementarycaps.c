/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "elementarycaps.h"

typedef struct
{
  const gchar *name, *first, *next, *caps;
} Case;

#define SMALL "video/x-vp9, width=640, height=360"
#define LARGE "video/x-vp9, width=1280, height=720"

static const Case cases[] = {
  {"the first are as they come", NULL, SMALL ", colorimetry=bt601",
      SMALL ", colorimetry=bt601"},
  {"the size follows the stream", SMALL, LARGE, LARGE},
  {"what the size entails does not", SMALL ", colorimetry=bt601",
      LARGE ", colorimetry=bt709", LARGE ", colorimetry=bt601"},
  {"nor does what only comes later", SMALL, LARGE ", framerate=20/1", LARGE},
  {"what goes away later stays", SMALL ", chroma-site=mpeg2", LARGE,
      LARGE ", chroma-site=mpeg2"},
  {"parameter sets follow the stream",
        "video/x-h264, codec_data=(buffer)01, level=(string)2, framerate=20/1",
        "video/x-h264, codec_data=(buffer)02, level=(string)3, framerate=30/1",
      "video/x-h264, codec_data=(buffer)02, level=(string)3, framerate=20/1"},
  {"and go with it", "video/x-h264, stream-format=avc, codec_data=(buffer)01",
        "video/x-h264, stream-format=byte-stream",
      "video/x-h264, stream-format=byte-stream"},
  {"another codec is another stream", SMALL, "video/x-vp8, width=64",
      "video/x-vp8, width=64"},
};

GST_START_TEST (test_what_follows_the_stream)
{
  const Case *c = &cases[__i__];
  g_autoptr (GstCaps) first = c->first ? gst_caps_from_string (c->first) : NULL;
  g_autoptr (GstCaps) next = gst_caps_from_string (c->next);
  g_autoptr (GstCaps) expected = gst_caps_from_string (c->caps);
  g_autoptr (GstCaps) caps = gst_rec_elementary_caps_continue (first, next);

  fail_unless (gst_caps_is_equal (caps, expected), "%s: %" GST_PTR_FORMAT,
      c->name, caps);
}

GST_END_TEST;

static Suite *
elementarycaps_suite (void)
{
  Suite *s = suite_create ("elementarycaps");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_what_follows_the_stream, 0,
      G_N_ELEMENTS (cases));

  return s;
}

GST_CHECK_MAIN (elementarycaps);
