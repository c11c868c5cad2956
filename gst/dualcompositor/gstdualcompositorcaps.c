/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
/* What the pads take and give. */

#include "gstdualcompositorcaps.h"

#include <gst/video/video.h>

#include "gstdualcompositorpad.h"
#include "layout.h"

#define OUTPUT_FORMATS "{ I420, YV12, NV12, NV21, Y42B, Y444, YUY2, UYVY, " \
    "BGRx, RGBx, xRGB, xBGR, RGB, BGR }"

/* A picture is made at fixed intervals: a rate of 0 has none. */
#define OUTPUT_CAPS "video/x-raw, format = (string) " OUTPUT_FORMATS ", " \
    "width = " GST_VIDEO_SIZE_RANGE ", height = " GST_VIDEO_SIZE_RANGE ", " \
    "framerate = (fraction) [ 1/2147483647, 2147483647/1 ]"

#define DEFAULT_WIDTH 1920
#define DEFAULT_HEIGHT 1080
#define DEFAULT_FPS_N 30
#define DEFAULT_FPS_D 1

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (OUTPUT_CAPS));

static GstStaticPadTemplate screen_template =
GST_STATIC_PAD_TEMPLATE ("screen", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL)));

static GstStaticPadTemplate webcam_template =
GST_STATIC_PAD_TEMPLATE ("webcam", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL)));

static GstStaticPadTemplate waveform_template =
GST_STATIC_PAD_TEMPLATE ("waveform", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL)));

static GstStaticPadTemplate *const input_templates[GST_REC_N_INPUTS] = {
  &screen_template, &webcam_template, &waveform_template
};

void
gst_rec_dual_compositor_caps_install (GstElementClass * element_class)
{
  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &src_template, GST_TYPE_AGGREGATOR_PAD);
  for (guint i = 0; i < GST_REC_N_INPUTS; i++)
    gst_element_class_add_static_pad_template_with_gtype (element_class,
        input_templates[i], GST_TYPE_REC_DUAL_COMPOSITOR_PAD);
}

/* The output owes nothing to the inputs, which come and go. A source of any
 * format shall not take the first one there is, which has 16 bits a component,
 * but one that is drawn without conversion. */
GstCaps *
gst_rec_dual_compositor_caps_prefer (GstCaps * caps)
{
  g_autoptr (GstCaps) preferred = gst_caps_from_string ("video/x-raw, "
      "format = (string) I420");
  GstCaps *first = gst_caps_intersect_full (caps, preferred,
      GST_CAPS_INTERSECT_FIRST);

  return gst_caps_merge (first, gst_caps_ref (caps));
}

/* Inputs owe nothing to the output: everything is converted. TRUE if @query is
 * one of those answered here. */
gboolean
gst_rec_dual_compositor_caps_answer (GstPad * pad, GstQuery * query)
{
  g_autoptr (GstCaps) accepted = NULL;
  GstCaps *caps;

  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS
      && GST_QUERY_TYPE (query) != GST_QUERY_ACCEPT_CAPS)
    return FALSE;

  accepted = gst_pad_get_pad_template_caps (pad);
  accepted = gst_caps_make_writable (accepted);
  gst_caps_set_simple (accepted, "interlace-mode", G_TYPE_STRING,
      "progressive", NULL);

  if (GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS) {
    gst_query_parse_accept_caps (query, &caps);
    gst_query_set_accept_caps_result (query,
        gst_caps_can_intersect (caps, accepted));
  } else {
    gst_query_parse_caps (query, &caps);
    if (caps) {
      GstCaps *both = gst_caps_intersect_full (caps, accepted,
          GST_CAPS_INTERSECT_FIRST);

      gst_caps_take (&accepted, both);
    }
    gst_caps_take (&accepted, gst_rec_dual_compositor_caps_prefer (accepted));
    gst_query_set_caps_result (query, accepted);
  }

  return TRUE;
}

/* One side follows the other in the default's shape, as videoscale does. */
static void
fixate_size (GstStructure * s)
{
  gint width, height;

  if (gst_structure_get_int (s, "width", &width)) {
    height = gst_util_uint64_scale_int_round (width, DEFAULT_HEIGHT,
        DEFAULT_WIDTH) & ~1;
    gst_structure_fixate_field_nearest_int (s, "height", height);
  } else if (gst_structure_get_int (s, "height", &height)) {
    width = gst_util_uint64_scale_int_round (height, DEFAULT_WIDTH,
        DEFAULT_HEIGHT) & ~1;
    gst_structure_fixate_field_nearest_int (s, "width", width);
  } else {
    gst_structure_fixate_field_nearest_int (s, "width", DEFAULT_WIDTH);
    gst_structure_fixate_field_nearest_int (s, "height", DEFAULT_HEIGHT);
  }
}

/* HD is declared as bt709, smaller pictures as bt601, whatever the inputs say:
 * they are converted. */
static void
declare_colorimetry (GstCaps * caps)
{
  GstStructure *s = gst_caps_get_structure (caps, 0);
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, caps))
    return;
  if (!gst_structure_has_field (s, "colorimetry")) {
    g_autofree gchar *name =
        gst_video_colorimetry_to_string (&info.colorimetry);

    if (name)
      gst_structure_set (s, "colorimetry", G_TYPE_STRING, name, NULL);
  }
}

GstCaps *
gst_rec_dual_compositor_caps_fixate (GstCaps * caps)
{
  GstStructure *s;

  caps = gst_caps_make_writable (gst_caps_truncate (caps));
  s = gst_caps_get_structure (caps, 0);
  fixate_size (s);
  gst_structure_fixate_field_nearest_fraction (s, "framerate", DEFAULT_FPS_N,
      DEFAULT_FPS_D);
  if (gst_structure_has_field (s, "pixel-aspect-ratio"))
    gst_structure_fixate_field_nearest_fraction (s, "pixel-aspect-ratio", 1, 1);
  else
    gst_structure_set (s, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  if (gst_structure_has_field (s, "interlace-mode"))
    gst_structure_fixate_field_string (s, "interlace-mode", "progressive");
  else
    gst_structure_set (s, "interlace-mode", G_TYPE_STRING, "progressive", NULL);
  caps = gst_caps_fixate (caps);
  declare_colorimetry (caps);

  return caps;
}
