/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gio/gio.h>
#include <gst/check/gstcheck.h>

#define SENDER "videotestsrc name=v is-live=true pattern=black ! " \
    "video/x-raw,width=320,height=240,framerate=15/1 ! " \
    "vp8enc deadline=1 keyframe-max-dist=10 ! rtpvp8pay pt=96 ! " \
    "udpsink host=127.0.0.1 sync=false port=%u"

#define RECORDER "rtprecordsrc name=r latency=100 black-timeout=1 " \
    "frozen-timeout=2 r.webcam ! fakesink sync=false async=false"

#define SDP "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n" \
    "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video %u RTP/AVPF 96\r\n" \
    "a=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\na=content:main\r\n"

static guint16
free_port (void)
{
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  fail_unless (g_socket_bind (socket, any, FALSE, NULL));
  address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static GstElement *
launch (const gchar * description)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  g_assert_no_error (error);

  return pipeline;
}

/* The next change must be to "receiving", for this reason. */
static void
expect_receiving (GstElement * recorder, const gchar * why)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (recorder);
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *s;

  do {
    gst_clear_message (&message);
    message = gst_bus_timed_pop_filtered (bus, 10 * GST_SECOND,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
    fail_unless (message != NULL, "not told of: %s", why);
    s = gst_message_get_structure (message);
  } while (!gst_structure_has_name (s, "rtprecord-stream"));

  fail_unless_equals_string (gst_structure_get_string (s, "state"),
      "receiving");
  fail_unless (g_strcmp0 (gst_structure_get_string (s, "why"), why) == 0,
      "%s instead of %s", gst_structure_get_string (s, "why"), why);
}

GST_START_TEST (test_black_and_frozen_pictures_are_told_and_their_end)
{
  guint16 port = free_port ();
  g_autofree gchar *description = g_strdup_printf (SENDER, port);
  g_autofree gchar *sdp = g_strdup_printf (SDP, port);
  g_autoptr (GstElement) sender = launch (description);
  g_autoptr (GstElement) recorder = launch (RECORDER);
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (recorder), "r");
  g_autoptr (GstElement) video = gst_bin_get_by_name (GST_BIN (sender), "v");

  g_object_set (src, "sdp", sdp, NULL);
  fail_if (gst_element_set_state (recorder, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (sender, GST_STATE_PLAYING);

  expect_receiving (recorder, NULL);
  expect_receiving (recorder, "black");
  gst_util_set_object_arg (G_OBJECT (video), "pattern", "gradient");
  expect_receiving (recorder, NULL);
  expect_receiving (recorder, "frozen");
  gst_util_set_object_arg (G_OBJECT (video), "pattern", "ball");
  expect_receiving (recorder, NULL);

  gst_element_set_state (sender, GST_STATE_NULL);
  gst_element_set_state (recorder, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
picture_suite (void)
{
  Suite *s = suite_create ("rtprecordsrc-picture");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc,
      test_black_and_frozen_pictures_are_told_and_their_end);

  return s;
}

GST_CHECK_MAIN (picture);
