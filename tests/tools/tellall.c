/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* tellall SIZE ELEMENT PROPERTY=VALUE... PROPERTY@VARIABLE...
 * Sends SIZE bytes into ELEMENT, or takes what it gives where it is a source.
 * Its properties are those given; one with @ is the value of an environment
 * variable, as an application sets a secret: nowhere on a command line. Tells
 * all that an application can see: every message, every property that can be
 * read, in every state, and the pipeline as a dot file at each of them. */
#include <stdio.h>
#include <string.h>

#include <gst/gst.h>

#define BLOCK (64 * 1024)

static void
set_property (GstElement * element, const gchar * text)
{
  const gchar *at = strpbrk (text, "=@");
  g_autofree gchar *name = at ? g_strndup (text, at - text) : NULL;

  if (name == NULL)
    return;
  gst_util_set_object_arg (G_OBJECT (element), name,
      *at == '@' ? g_getenv (at + 1) : at + 1);
}

static void
tell_properties (GstElement * element)
{
  guint n;
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);

  for (guint i = 0; i < n; i++) {
    g_auto (GValue) value = G_VALUE_INIT;
    g_autofree gchar *text = NULL;

    if (!(specs[i]->flags & G_PARAM_READABLE))
      continue;
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (G_OBJECT (element), specs[i]->name, &value);
    text = G_VALUE_HOLDS_STRING (&value) ? g_value_dup_string (&value) :
        gst_value_serialize (&value);
    printf ("property %s=%s\n", specs[i]->name, text ? text : "");
  }
}

static void
tell_message (GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);
  g_autofree gchar *text = structure ? gst_structure_to_string (structure) :
      NULL;

  printf ("message %s %s\n", GST_MESSAGE_TYPE_NAME (message),
      text ? text : "");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *debug = NULL;

    gst_message_parse_error (message, &error, &debug);
    printf ("error %s\ndebug %s\n", error->message, debug ? debug : "");
  }
}

static void
tell_all (GstElement * pipeline, GstElement * element, const gchar * when)
{
  tell_properties (element);
  GST_DEBUG_BIN_TO_DOT_FILE_WITH_TS (GST_BIN (pipeline),
      GST_DEBUG_GRAPH_SHOW_ALL | GST_DEBUG_GRAPH_SHOW_FULL_PARAMS, when);
}

/* The element, and the one that it needs. */
static void
fill (GstBin * pipeline, GstElement * element, guint64 size)
{
  gboolean is_source = GST_OBJECT_FLAG_IS_SET (element,
      GST_ELEMENT_FLAG_SOURCE);
  GstElement *other =
      gst_element_factory_make (is_source ? "fakesink" : "fakesrc", NULL);

  gst_bin_add_many (pipeline, element, other, NULL);
  if (is_source) {
    gst_element_link (element, other);
    return;
  }

  g_object_set (other, "num-buffers", (gint) MAX (size / BLOCK, 1), "sizemax",
      BLOCK, NULL);
  gst_util_set_object_arg (G_OBJECT (other), "sizetype", "fixed");
  gst_element_link (other, element);
}

int
main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  if (argc < 3)
    return 2;

  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstElement *element = gst_element_factory_make (argv[2], NULL);
  GstMessageType last = GST_MESSAGE_UNKNOWN;

  if (element == NULL)
    return 2;
  for (gint i = 3; i < argc; i++)
    set_property (element, argv[i]);
  fill (GST_BIN (pipeline), element, g_ascii_strtoull (argv[1], NULL, 10));

  tell_all (pipeline, element, "null");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  tell_all (pipeline, element, "playing");
  while (last != GST_MESSAGE_EOS && last != GST_MESSAGE_ERROR) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop (bus, 60 * GST_SECOND);

    if (message == NULL)
      return 3;
    last = GST_MESSAGE_TYPE (message);
    tell_message (message);
  }
  tell_all (pipeline, element, "end");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  tell_all (pipeline, element, "after");

  return last == GST_MESSAGE_EOS ? 0 : 1;
}
