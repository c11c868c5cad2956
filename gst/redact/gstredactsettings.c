/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "gstredactsettings.h"

#include "maskset.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rec_redact_debug);
#define GST_CAT_DEFAULT gst_rec_redact_debug

#define GST_TYPE_REC_REDACT_METHOD (method_get_type ())
static GType
method_get_type (void)
{
  static GType type = 0;
  static const GEnumValue values[] = {
    {GST_REC_COVER_FILL, "One colour", "fill"},
    {GST_REC_COVER_PIXELATE, "A mosaic of what is around", "pixelate"},
    {GST_REC_COVER_BLUR, "A smooth blend of what is around", "blur"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type)) {
    GType t = g_enum_register_static ("GstRecRedactMethod", values);
    g_once_init_leave (&type, t);
  }

  return type;
}

enum
{
  PROP_0,
  PROP_MASK,
  PROP_REGIONS,
  PROP_ROI_TYPES,
  PROP_METHOD,
  PROP_FILL_COLOR,
  PROP_PADDING,
  PROP_REFERENCE_WIDTH,
  PROP_REFERENCE_HEIGHT,
  N_PROPERTIES
};

#define DEFAULT_REGIONS NULL
#define DEFAULT_ROI_TYPES NULL
#define DEFAULT_METHOD GST_REC_COVER_FILL
#define DEFAULT_FILL_COLOR 0xff000000
#define DEFAULT_PADDING 0
#define DEFAULT_REFERENCE 0
#define MAX_PADDING 256

static GParamSpec *props[N_PROPERTIES];

/* --- What is masked --- */

/* Half of what somebody wanted to hide is no mask: a text that cannot be read
 * masks everything. NULL: nothing is to be masked. */
static GstRecMask *
parse_regions (GstRecRedact * self, const gchar * text)
{
  g_autoptr (GError) error = NULL;
  GstRecRegions *regions = gst_rec_regions_parse (text, &error);

  if (!regions) {
    GST_ELEMENT_WARNING (self, LIBRARY, SETTINGS,
        ("The regions cannot be read, so the whole picture is masked: %s.",
            error->message), ("\"%s\"", text));
    return gst_rec_mask_new_whole ();
  }
  if (gst_rec_regions_get_n (regions) == 0) {
    gst_rec_regions_unref (regions);
    return NULL;
  }

  return gst_rec_mask_new_regions (regions);
}

static void
set_text (GstRecRedact * self, gchar ** field, const GValue * value)
{
  gst_rec_redact_control_lock (&self->control);
  g_free (*field);
  *field = g_value_dup_string (value);
  gst_rec_redact_control_unlock (&self->control);
}

static void
set_regions (GstRecRedact * self, const GValue * value)
{
  GstRecMask *mask = parse_regions (self, g_value_get_string (value));

  set_text (self, &self->regions, value);
  gst_rec_redact_control_stand (&self->control, GST_REC_STANDING_REGIONS,
      mask != NULL, mask);
}

static void
set_roi_types (GstRecRedact * self, const GValue * value)
{
  const gchar *types = g_value_get_string (value);
  gboolean on = types && *types;

  set_text (self, &self->roi_types, value);
  gst_rec_redact_control_stand (&self->control, GST_REC_STANDING_ROI, on,
      on ? gst_rec_mask_new_roi (types) : NULL);
}

static void
set_mask (GstRecRedact * self, gboolean on)
{
  if (on == gst_rec_redact_control_is_standing (&self->control,
          GST_REC_STANDING_MASK))
    gst_rec_redact_control_settle (&self->control);
  else
    gst_rec_redact_control_stand (&self->control, GST_REC_STANDING_MASK, on,
        on ? gst_rec_mask_new_whole () : NULL);
}

/* Who sets properties before the element is in a pipeline, as gst-launch-1.0
 * does, has not heard the warning: there was no bus. */
void
gst_rec_redact_settings_check (GstRecRedact * self)
{
  g_autofree gchar *text = NULL;
  GstRecMask *mask;

  gst_rec_redact_control_lock (&self->control);
  text = g_strdup (self->regions);
  gst_rec_redact_control_unlock (&self->control);

  mask = parse_regions (self, text);
  g_clear_pointer (&mask, gst_rec_mask_unref);
}

static guint
add_mask (GstRecRedact * self, GstRecMask * mask, guint64 start, guint64 stop)
{
  guint id = gst_rec_redact_control_add (&self->control, start, stop, mask);

  if (id == 0)
    GST_WARNING_OBJECT (self, "A span from %" GST_TIME_FORMAT " to %"
        GST_TIME_FORMAT " is none: it must end after it starts",
        GST_TIME_ARGS (start), GST_TIME_ARGS (stop));

  return id;
}

static guint
gst_rec_redact_add_region (GstRecRedact * self, const gchar * regions,
    guint64 start, guint64 stop)
{
  GstRecMask *mask = parse_regions (self, regions);

  if (!mask)
    return 0;
  mask->is_region = TRUE;

  return add_mask (self, mask, start, stop);
}

static guint
gst_rec_redact_add_span (GstRecRedact * self, guint64 start, guint64 stop)
{
  return add_mask (self, gst_rec_mask_new_whole (), start, stop);
}

static gboolean
gst_rec_redact_remove (GstRecRedact * self, guint id)
{
  return gst_rec_redact_control_remove (&self->control, id);
}

static gboolean
is_region (const GstRecSpan * span)
{
  return ((const GstRecMask *) span->what)->is_region;
}

static gboolean
is_span (const GstRecSpan * span)
{
  return !is_region (span);
}

static void
gst_rec_redact_clear_regions (GstRecRedact * self)
{
  gst_rec_redact_control_remove_all (&self->control, is_region);
}

static void
gst_rec_redact_clear_spans (GstRecRedact * self)
{
  gst_rec_redact_control_remove_all (&self->control, is_span);
}

/* --- Properties --- */

static void
set_style (GstRecRedact * self, guint prop_id, const GValue * value)
{
  GstRecMaskStyle *style = &self->picture.style;

  gst_rec_redact_control_lock (&self->control);
  switch (prop_id) {
    case PROP_METHOD:
      style->method = g_value_get_enum (value);
      break;
    case PROP_FILL_COLOR:
      style->argb = g_value_get_uint (value);
      break;
    case PROP_PADDING:
      style->padding = g_value_get_uint (value);
      break;
    case PROP_REFERENCE_WIDTH:
      style->reference_width = g_value_get_uint (value);
      break;
    case PROP_REFERENCE_HEIGHT:
      style->reference_height = g_value_get_uint (value);
      break;
    default:
      g_assert_not_reached ();
  }
  gst_rec_redact_control_commit (&self->control);
}

static void
gst_rec_redact_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstRecRedact *self = GST_REC_REDACT (object);

  switch (prop_id) {
    case PROP_MASK:
      set_mask (self, g_value_get_boolean (value));
      break;
    case PROP_REGIONS:
      set_regions (self, value);
      break;
    case PROP_ROI_TYPES:
      set_roi_types (self, value);
      break;
    case PROP_METHOD:
    case PROP_FILL_COLOR:
    case PROP_PADDING:
    case PROP_REFERENCE_WIDTH:
    case PROP_REFERENCE_HEIGHT:
      set_style (self, prop_id, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

/* Called with control.lock held */
static void
get_setting (GstRecRedact * self, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  const GstRecMaskStyle *style = &self->picture.style;

  switch (prop_id) {
    case PROP_MASK:
      g_value_set_boolean (value,
          self->control.standing[GST_REC_STANDING_MASK] != 0);
      break;
    case PROP_REGIONS:
      g_value_set_string (value, self->regions);
      break;
    case PROP_ROI_TYPES:
      g_value_set_string (value, self->roi_types);
      break;
    case PROP_METHOD:
      g_value_set_enum (value, style->method);
      break;
    case PROP_FILL_COLOR:
      g_value_set_uint (value, style->argb);
      break;
    case PROP_PADDING:
      g_value_set_uint (value, style->padding);
      break;
    case PROP_REFERENCE_WIDTH:
      g_value_set_uint (value, style->reference_width);
      break;
    case PROP_REFERENCE_HEIGHT:
      g_value_set_uint (value, style->reference_height);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, prop_id, pspec);
      break;
  }
}

static void
gst_rec_redact_get_property (GObject * object, guint prop_id, GValue * value,
    GParamSpec * pspec)
{
  GstRecRedact *self = GST_REC_REDACT (object);

  gst_rec_redact_control_lock (&self->control);
  get_setting (self, prop_id, value, pspec);
  gst_rec_redact_control_unlock (&self->control);
}

static void
install_regions (GParamFlags flags)
{
  /**
   * GstRecRedact:regions:
   *
   * What is masked, until it is set otherwise: "x,y,width,height;...", each
   * region in pixels or, if one of its values has a decimal point, in fractions
   * of the picture. With a text that is none of that everything is masked.
   *
   * Since: 0.1
   */
  props[PROP_REGIONS] = g_param_spec_string ("regions", "Regions",
      "Regions to mask: \"x,y,width,height;...\" in pixels, or in fractions of "
      "the picture where a value has a decimal point (default none)",
      DEFAULT_REGIONS, flags);

  /**
   * GstRecRedact:reference-width:
   *
   * The width of the picture in which #GstRecRedact:regions in pixels were
   * measured.
   *
   * Since: 0.1
   */
  props[PROP_REFERENCE_WIDTH] = g_param_spec_uint ("reference-width",
      "Reference width", "Width in pixels of the picture in which regions in "
      "pixels are meant; they move with a picture of another size (0 = that "
      "of the first picture, default 0)", 0, G_MAXINT16, DEFAULT_REFERENCE,
      flags);

  /**
   * GstRecRedact:reference-height:
   *
   * The height of the picture in which #GstRecRedact:regions in pixels were
   * measured.
   *
   * Since: 0.1
   */
  props[PROP_REFERENCE_HEIGHT] = g_param_spec_uint ("reference-height",
      "Reference height", "Height in pixels of the picture in which regions "
      "in pixels are meant; they move with a picture of another size (0 = that "
      "of the first picture, default 0)", 0, G_MAXINT16, DEFAULT_REFERENCE,
      flags);

  /**
   * GstRecRedact:padding:
   *
   * Added to each side of each region.
   *
   * Since: 0.1
   */
  props[PROP_PADDING] = g_param_spec_uint ("padding", "Padding",
      "Pixels added to each side of each region (0 - 256, default 0)", 0,
      MAX_PADDING, DEFAULT_PADDING, flags);

  /**
   * GstRecRedact:roi-types:
   *
   * The types of #GstVideoRegionOfInterestMeta that are masked.
   *
   * Since: 0.1
   */
  props[PROP_ROI_TYPES] = g_param_spec_string ("roi-types", "ROI types",
      "Types of GstVideoRegionOfInterestMeta to mask where a buffer has them, "
      "with commas between them (default none)", DEFAULT_ROI_TYPES, flags);
}

static void
install_style (GParamFlags flags)
{
  /**
   * GstRecRedact:method:
   *
   * What is seen in the place of what is masked. Nothing of it is made of what
   * is below.
   *
   * Since: 0.1
   */
  props[PROP_METHOD] = g_param_spec_enum ("method", "Method",
      "What is seen instead of what is masked (default fill)",
      GST_TYPE_REC_REDACT_METHOD, DEFAULT_METHOD, flags);

  /**
   * GstRecRedact:fill-color:
   *
   * The colour of #GstRecRedact:method fill, and of a mask over the whole
   * picture.
   *
   * Since: 0.1
   */
  props[PROP_FILL_COLOR] = g_param_spec_uint ("fill-color", "Fill colour",
      "Colour of method fill, and of all methods where a mask covers the whole "
      "picture, as big-endian ARGB (default opaque black, 0xff000000)", 0,
      G_MAXUINT32, DEFAULT_FILL_COLOR, flags);
}

static void
install_signals (GType type)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstRecRedact::add-region:
   * @regions: as the property #GstRecRedact:regions
   * @start: running time in ns, or %GST_CLOCK_TIME_NONE for from now on
   * @stop: running time in ns, or %GST_CLOCK_TIME_NONE for until it is removed
   *
   * Masks regions in each picture of which a part lies in the time.
   *
   * Returns: the region's id, or 0 if there is nothing to mask
   *
   * Since: 0.1
   */
  g_signal_new_class_handler ("add-region", type, flags,
      G_CALLBACK (gst_rec_redact_add_region), NULL, NULL, NULL, G_TYPE_UINT, 3,
      G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_UINT64);

  /**
   * GstRecRedact::remove-region:
   * @id: what #GstRecRedact::add-region gave
   *
   * Masks it no longer, from now on.
   *
   * Returns: whether there was one
   *
   * Since: 0.1
   */
  g_signal_new_class_handler ("remove-region", type, flags,
      G_CALLBACK (gst_rec_redact_remove), NULL, NULL, NULL, G_TYPE_BOOLEAN, 1,
      G_TYPE_UINT);

  /**
   * GstRecRedact::clear-regions:
   *
   * Removes all that #GstRecRedact::add-region has added.
   *
   * Since: 0.1
   */
  g_signal_new_class_handler ("clear-regions", type, flags,
      G_CALLBACK (gst_rec_redact_clear_regions), NULL, NULL, NULL, G_TYPE_NONE,
      0);

  /**
   * GstRecRedact::add-span:
   * @start: running time in ns, or %GST_CLOCK_TIME_NONE for from now on
   * @stop: running time in ns, or %GST_CLOCK_TIME_NONE for until it is removed
   *
   * Masks each picture of which a part lies in the time.
   *
   * Returns: the span's id, or 0 if @stop is not after @start
   *
   * Since: 0.1
   */

  /**
   * GstRecRedact::remove-span:
   * @id: what #GstRecRedact::add-span gave
   *
   * Masks it no longer, from now on.
   *
   * Returns: whether there was one
   *
   * Since: 0.1
   */

  /**
   * GstRecRedact::clear-spans:
   *
   * Removes all that #GstRecRedact::add-span has added.
   *
   * Since: 0.1
   */
  gst_rec_redact_control_install_signals (type,
      G_CALLBACK (gst_rec_redact_add_span), G_CALLBACK (gst_rec_redact_remove),
      G_CALLBACK (gst_rec_redact_clear_spans));
}

void
gst_rec_redact_settings_class_init (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING
      | G_PARAM_STATIC_STRINGS;

  object_class->set_property = gst_rec_redact_set_property;
  object_class->get_property = gst_rec_redact_get_property;

  /**
   * GstRecRedact:mask:
   *
   * Masks the whole picture, from what leaves next on. Unset, it ends with what
   * has been captured until then.
   *
   * Since: 0.1
   */
  props[PROP_MASK] = gst_rec_redact_control_new_mask_property ();
  install_regions (flags);
  install_style (flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, props);
  install_signals (G_TYPE_FROM_CLASS (object_class));
  gst_type_mark_as_plugin_api (GST_TYPE_REC_REDACT_METHOD, 0);
}

void
gst_rec_redact_settings_init (GstRecRedact * self)
{
  self->picture.style = (GstRecMaskStyle) {
    DEFAULT_METHOD, DEFAULT_FILL_COLOR, DEFAULT_PADDING, DEFAULT_REFERENCE,
        DEFAULT_REFERENCE};
}
