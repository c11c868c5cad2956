/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* What gst-inspect-1.0 shows of every element, and that its page under docs
 * names every property with its default. */

#include <gst/check/gstcheck.h>

#define MIB (1024 * 1024)

typedef struct
{
  const gchar *name;            /* also registered with "rec" before it */
  const gchar *type;
  const gchar *long_name;
  const gchar *klass;
  const gchar *templates;       /* name/direction/presence, sorted by name */
} Expected;

static const Expected elements[] = {
#ifdef HAVE_RTPRECORD
  {"rtprecordsrc", "GstRecRtpRecordSrc", "RTP recording source",
        "Source/Network/RTP",
      "audio_%u/src/sometimes screen/src/always webcam/src/always"},
#endif
#ifdef HAVE_DUALCOMPOSITOR
  {"dualcompositor", "GstRecDualCompositor", "Dual compositor",
        "Filter/Editor/Video/Compositor",
      "screen/sink/request src/src/always waveform/sink/request "
      "webcam/sink/request"},
#endif
#ifdef HAVE_WAVEFORM
  {"waveformstrip", "GstRecWaveformStrip", "Waveform strip", "Visualization",
      "sink/sink/always src/src/always"},
  {"audiopeaks", "GstRecAudioPeaks", "Audio peaks", "Filter/Analyzer/Audio",
      "sink/sink/always src/src/always"},
#endif
#ifdef HAVE_REDACT
  {"redact", "GstRecRedact", "Redaction", "Filter/Effect/Video",
      "sink/sink/always src/src/always"},
  {"redactaudio", "GstRecRedactAudio", "Audio redaction",
      "Filter/Effect/Audio", "sink/sink/always src/src/always"},
#endif
#ifdef HAVE_S3
  {"s3sink", "GstRecS3Sink", "S3 sink", "Sink/Network", "sink/sink/always"},
  {"s3src", "GstRecS3Src", "S3 source", "Source/Network", "src/src/always"},
#endif
#ifdef HAVE_AZURE
  {"azureblobsink", "GstRecAzureBlobSink", "Azure blob sink", "Sink/Network",
      "sink/sink/always"},
#endif
  {NULL, NULL, NULL, NULL, NULL}
};

static GstElementFactory *
load (const gchar * name)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  fail_unless (factory != NULL, "there is no %s", name);

  return
      GST_ELEMENT_FACTORY (gst_plugin_feature_load (GST_PLUGIN_FEATURE
          (factory)));
}

static gint
compare_templates (gconstpointer a, gconstpointer b)
{
  return strcmp (((const GstStaticPadTemplate *) a)->name_template,
      ((const GstStaticPadTemplate *) b)->name_template);
}

static gchar *
describe_templates (GstElementFactory * factory)
{
  static const gchar *const directions[] = { "unknown", "src", "sink" };
  static const gchar *const presences[] = { "always", "sometimes", "request" };
  g_autoptr (GList) sorted = g_list_sort (g_list_copy ((GList *)
          gst_element_factory_get_static_pad_templates (factory)),
      compare_templates);
  GString *text = g_string_new (NULL);

  for (GList * l = sorted; l; l = l->next) {
    const GstStaticPadTemplate *t = l->data;

    g_string_append_printf (text, "%s%s/%s/%s", text->len ? " " : "",
        t->name_template, directions[t->direction], presences[t->presence]);
  }

  return g_string_free (text, FALSE);
}

GST_START_TEST (test_factory)
{
  const Expected *e = &elements[__i__];
  g_autofree gchar *second_name = g_strconcat ("rec", e->name, NULL);
  GstElementFactory *factory = load (e->name);
  GstElementFactory *second = load (second_name);
  g_autofree gchar *templates = describe_templates (factory);

  fail_unless_equals_string (gst_element_factory_get_metadata (factory,
          GST_ELEMENT_METADATA_LONGNAME), e->long_name);
  fail_unless_equals_string (gst_element_factory_get_metadata (factory,
          GST_ELEMENT_METADATA_KLASS), e->klass);
  fail_unless (strlen (gst_element_factory_get_metadata (factory,
              GST_ELEMENT_METADATA_DESCRIPTION)) > 20);
  fail_unless_equals_string (templates, e->templates);
  fail_unless_equals_string (g_type_name (gst_element_factory_get_element_type
          (factory)), e->type);
  fail_unless (gst_element_factory_get_element_type (factory)
      == gst_element_factory_get_element_type (second));
  gst_object_unref (factory);
  gst_object_unref (second);
}

GST_END_TEST;

/* As gst-inspect-1.0 prints it, without what a page would write otherwise. */
static gchar *
default_as_text (GParamSpec * pspec)
{
  const GValue *value = g_param_spec_get_default_value (pspec);

  if (!(pspec->flags & G_PARAM_READABLE)
      || !(pspec->flags & G_PARAM_WRITABLE) || G_IS_PARAM_SPEC_STRING (pspec))
    return NULL;
  if (G_IS_PARAM_SPEC_ENUM (pspec)) {
    GEnumValue *v = g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class,
        g_value_get_enum (value));

    return g_strdup (v->value_nick);
  }
  if (GST_IS_PARAM_SPEC_ARRAY_LIST (pspec))
    return g_strdup ("empty");
  if (G_VALUE_HOLDS_BOXED (value) && g_value_get_boxed (value) == NULL)
    return NULL;
  if (g_str_equal (pspec->name, "background")
      || g_str_has_suffix (pspec->name, "color"))
    return g_strdup_printf ("0x%08x", g_value_get_uint (value));
  if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    return g_strdup_printf ("%g", g_value_get_double (value));
  if (G_IS_PARAM_SPEC_UINT64 (pspec) && g_value_get_uint64 (value) > 0
      && g_value_get_uint64 (value) % MIB == 0)
    return g_strdup_printf ("%u MiB", (guint) (g_value_get_uint64 (value)
            / MIB));

  return gst_value_serialize (value);
}

/* The row of the page's table whose first cell names the property. */
static gchar *
find_row (const gchar * page, const gchar * property)
{
  g_autofree gchar *quoted = g_strdup_printf ("`%s`", property);
  g_auto (GStrv) lines = g_strsplit (page, "\n", -1);

  for (guint i = 0; lines[i]; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], "|", 3);

    if (g_strv_length (cells) == 3 && strstr (cells[1], quoted))
      return g_strdup (cells[2]);
  }

  return NULL;
}

static void
check_property (GParamSpec * pspec, const gchar * element, const gchar * page)
{
  g_autofree gchar *row = find_row (page, pspec->name);
  g_autofree gchar *standard = default_as_text (pspec);
  const gchar *blurb = g_param_spec_get_blurb (pspec);

  fail_unless (blurb && strlen (blurb) > 20, "%s::%s has no documentation",
      element, pspec->name);
  fail_unless (row != NULL, "docs/elements/%s.md has no row for %s", element,
      pspec->name);
  if (standard)
    fail_unless (strstr (row, standard) != NULL,
        "docs/elements/%s.md does not give the default %s of %s: %s", element,
        standard, pspec->name, row);
}

GST_START_TEST (test_properties_are_documented)
{
  const Expected *e = &elements[__i__];
  g_autofree gchar *path = g_strdup_printf ("%s/docs/elements/%s.md",
      g_getenv ("REC_SRCDIR"), e->name);
  g_autofree gchar *page = NULL;
  g_autofree GParamSpec **pspecs = NULL;
  GstElement *element = gst_element_factory_make (e->name, NULL);
  guint n, own = 0;

  fail_unless (g_file_get_contents (path, &page, NULL, NULL), "no %s", path);
  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);
  for (guint i = 0; i < n; i++) {
    /* Those of a base class of ours, too. */
    if (!g_str_has_prefix (g_type_name (pspecs[i]->owner_type), "GstRec"))
      continue;
    check_property (pspecs[i], e->name, page);
    own++;
  }
  fail_unless (own > 0);
  gst_object_unref (element);
}

GST_END_TEST;

static Suite *
inspect_suite (void)
{
  Suite *s = suite_create ("inspect");
  TCase *tc = tcase_create ("general");
  const int n = G_N_ELEMENTS (elements) - 1;

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_factory, 0, n);
  tcase_add_loop_test (tc, test_properties_are_documented, 0, n);

  return s;
}

GST_CHECK_MAIN (inspect);
