/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include "srtpkeyring.h"

#include <string.h>

#define SEND "-send"

typedef struct
{
  gchar *pad_name;
  gboolean is_ours;             /* of what we send */
  GstRecSrtpKey *key;
  GError *error;                /* why there is none */
} Entry;

struct _GstRecSrtpKeyring
{
  GArray *entries;              /* of Entry */
};

static void
entry_clear (Entry * self)
{
  g_free (self->pad_name);
  gst_rec_srtp_key_free (self->key);
  g_clear_error (&self->error);
}

static void
keyring_clear (GstRecSrtpKeyring * self)
{
  g_array_unref (self->entries);
}

GstRecSrtpKeyring *
gst_rec_srtp_keyring_ref (GstRecSrtpKeyring * self)
{
  return g_atomic_rc_box_acquire (self);
}

void
gst_rec_srtp_keyring_unref (GstRecSrtpKeyring * self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) keyring_clear);
}

static gboolean
add_entry (GQuark field, const GValue * value, gpointer user_data)
{
  GstRecSrtpKeyring *self = user_data;
  const gchar *name = g_quark_to_string (field);
  Entry entry = {.is_ours = g_str_has_suffix (name, SEND) };

  entry.pad_name = g_strndup (name,
      strlen (name) - (entry.is_ours ? strlen (SEND) : 0));
  if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value))
    entry.key = gst_rec_srtp_key_parse (g_value_get_string (value),
        &entry.error);
  else
    entry.error = g_error_new_literal (GST_RESOURCE_ERROR,
        GST_RESOURCE_ERROR_SETTINGS, "the SRTP key is not a string");
  g_array_append_val (self->entries, entry);

  return TRUE;
}

/* @keys: a field a pad ("screen", and "screen-send" for what we send), with
 * "SUITE inline:KEY". What is wrong with one is said by apply. */
GstRecSrtpKeyring *
gst_rec_srtp_keyring_new (const GstStructure * keys)
{
  GstRecSrtpKeyring *self = g_atomic_rc_box_new0 (GstRecSrtpKeyring);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, (GDestroyNotify) entry_clear);
  gst_structure_foreach (keys, add_entry, self);

  return self;
}

static GstRecStreamDescription *
find_stream (GPtrArray * streams, const gchar * pad_name)
{
  for (guint i = 0; i < streams->len; i++) {
    GstRecStreamDescription *stream = g_ptr_array_index (streams, i);

    if (g_str_equal (stream->pad_name, pad_name))
      return stream;
  }

  return NULL;
}

static void
give_key (GstRecStreamDescription * stream, const Entry * entry)
{
  GstRecSrtpKey **key =
      entry->is_ours ? &stream->send_key : &stream->receive_key;

  gst_rec_srtp_key_free (*key);
  *key = gst_rec_srtp_key_copy (entry->key);
}

/* The keys take the place of those in the SDP. */
gboolean
gst_rec_srtp_keyring_apply (const GstRecSrtpKeyring * self,
    GPtrArray * streams, GError ** error)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = &g_array_index (self->entries, Entry, i);
    GstRecStreamDescription *stream = find_stream (streams, entry->pad_name);

    if (entry->error) {
      g_propagate_prefixed_error (error, g_error_copy (entry->error),
          "'srtp-keys', field %s%s: ", entry->pad_name,
          entry->is_ours ? SEND : "");
      return FALSE;
    }
    if (stream == NULL) {
      g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
          "'srtp-keys' has a key for the stream %.32s, which the SDP does not "
          "have: its fields are named as the pads", entry->pad_name);
      return FALSE;
    }
    give_key (stream, entry);
  }

  return TRUE;
}
