/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* The session's SDP (RFC 8866) as the list of streams to receive.
 *
 * Roles are those of RFC 4796 (a=content), rtcp-mux that of RFC 5761, a=rtcp
 * that of RFC 3605, a=setup that of RFC 4145, static payload types those of
 * RFC 3551, keys those of RFC 4568. */

#include "sessiondescription.h"

#include <string.h>
#include <gio/gio.h>
#include <gst/rtp/rtp.h>
#include <gst/sdp/sdp.h>

typedef struct
{
  const gchar *name;
  const gchar *media;
  GstRecCodec codec;
  gint clock_rate;
  gint channels;
} CodecInfo;

static const CodecInfo codecs[] = {
  {"VP8", "video", GST_REC_CODEC_VP8, 90000, 0},
  {"VP9", "video", GST_REC_CODEC_VP9, 90000, 0},
  {"H264", "video", GST_REC_CODEC_H264, 90000, 0},
  {"OPUS", "audio", GST_REC_CODEC_OPUS, 48000, 2},
  {"PCMU", "audio", GST_REC_CODEC_PCMU, 8000, 1},
  {"PCMA", "audio", GST_REC_CODEC_PCMA, 8000, 1},
};

/* Formats that come beside the codec and carry no media of their own. */
static const gchar *const companions[] = {
  "rtx", "red", "ulpfec", "flexfec-03", "telephone-event", "CN", NULL
};

static void
payload_clear (GstRecPayload * self)
{
  gst_clear_caps (&self->caps);
}

static void
stream_description_free (GstRecStreamDescription * self)
{
  g_free (self->pad_name);
  g_free (self->address);
  gst_rec_srtp_key_free (self->receive_key);
  gst_rec_srtp_key_free (self->send_key);
  g_array_unref (self->payloads);
  g_array_unref (self->retransmissions);
  g_array_unref (self->ignored);
  g_free (self);
}

static GstRecStreamDescription *
stream_description_new (void)
{
  GstRecStreamDescription *self = g_new0 (GstRecStreamDescription, 1);

  self->payloads = g_array_new (FALSE, FALSE, sizeof (GstRecPayload));
  g_array_set_clear_func (self->payloads, (GDestroyNotify) payload_clear);
  self->retransmissions =
      g_array_new (FALSE, FALSE, sizeof (GstRecRetransmission));
  self->ignored = g_array_new (FALSE, FALSE, sizeof (guint8));

  return self;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstRecStreamDescription,
    stream_description_free);

static const CodecInfo *
find_codec (const gchar * media, const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (g_str_equal (codecs[i].media, media)
        && g_ascii_strcasecmp (codecs[i].name, name) == 0)
      return &codecs[i];
  }

  return NULL;
}

static gboolean
is_companion (const gchar * name)
{
  for (guint i = 0; companions[i]; i++) {
    if (g_ascii_strcasecmp (companions[i], name) == 0)
      return TRUE;
  }

  return FALSE;
}

/* We can only ever send picture loss indications, and know no other way to
 * get a picture, so we ask whether or not the SDP announces them. FIR stays
 * out: Janus ignores it, and GStreamer would prefer it for ever. */
static void
set_keyframe_feedback (GstCaps * caps)
{
  GstStructure *s = gst_caps_get_structure (caps, 0);

  gst_structure_remove_field (s, "rtcp-fb-ccm-fir");
  gst_structure_set (s, "rtcp-fb-nack-pli", G_TYPE_BOOLEAN, TRUE, NULL);
}

/* Static payload types may come without an rtpmap. */
static const gchar *
encoding_name (const GstStructure * s, guint8 pt)
{
  const gchar *name = gst_structure_get_string (s, "encoding-name");
  const GstRTPPayloadInfo *info;

  if (name || GST_RTP_PAYLOAD_IS_DYNAMIC (pt))
    return name;
  info = gst_rtp_payload_info_for_pt (pt);

  return info ? info->encoding_name : NULL;
}

/* a=fmtp:PT apt=ORIGINAL (RFC 4588, 8.6) */
static void
add_retransmission (GstRecStreamDescription * self, const GstStructure * s,
    guint8 pt)
{
  const gchar *apt = gst_structure_get_string (s, "apt");
  GstRecRetransmission rtx = {.pt = pt };
  guint64 original;

  if (apt == NULL
      || !g_ascii_string_to_unsigned (apt, 10, 0, 127, &original, NULL))
    return;
  rtx.original_pt = original;
  g_array_append_val (self->retransmissions, rtx);
}

static gboolean
add_payload (GstRecStreamDescription * self, const GstSDPMedia * media,
    guint index, const gchar * format, GString * unknown, GError ** error)
{
  const gchar *kind = gst_sdp_media_get_media (media);
  g_autoptr (GstCaps) caps = NULL;
  const GstStructure *s;
  const gchar *name;
  const CodecInfo *info;
  GstRecPayload payload = { 0, };
  guint64 pt;
  gint rate = 0;

  if (!g_ascii_string_to_unsigned (format, 10, 0, 127, &pt, NULL)) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "m-section %u of the SDP has the payload type '%.16s', which is not a "
        "number from 0 to 127", index, format);
    return FALSE;
  }

  /* With a marker bit these look like RTCP (RFC 5761, 4). */
  if (pt >= 64 && pt <= 95) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "m-section %u of the SDP has the payload type %u; 64 to 95 cannot be "
        "told from RTCP", index, (guint) pt);
    return FALSE;
  }

  caps = gst_sdp_media_get_caps_from_media (media, pt);
  s = caps ? gst_caps_get_structure (caps, 0) : NULL;
  name = s ? encoding_name (s, pt) : NULL;
  if (name == NULL) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "m-section %u of the SDP has the payload type %u without a valid "
        "'a=rtpmap:%u CODEC/CLOCKRATE' line", index, (guint) pt, (guint) pt);
    return FALSE;
  }

  info = find_codec (kind, name);
  if (info == NULL) {
    guint8 pt8 = pt;

    if (g_ascii_strcasecmp (name, "rtx") == 0)
      add_retransmission (self, s, pt);
    g_array_append_val (self->ignored, pt8);
    if (!is_companion (name))
      g_string_append_printf (unknown, "%s%.32s", unknown->len ? ", " : "",
          name);
    return TRUE;
  }

  gst_structure_get_int (s, "clock-rate", &rate);
  if (rate != info->clock_rate) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "m-section %u of the SDP says %s/%d; the clock rate of %s is %d",
        index, info->name, rate, info->name, info->clock_rate);
    return FALSE;
  }

  caps = gst_caps_make_writable (g_steal_pointer (&caps));
  gst_structure_set_name (gst_caps_get_structure (caps, 0),
      "application/x-rtp");
  gst_caps_set_simple (caps, "encoding-name", G_TYPE_STRING, info->name, NULL);
  if (info->channels == 0)
    set_keyframe_feedback (caps);

  gst_structure_get_boolean (s, "rtcp-fb-nack", &payload.nack);
  payload.pt = pt;
  payload.codec = info->codec;
  payload.clock_rate = info->clock_rate;
  payload.channels = info->channels;
  payload.caps = g_steal_pointer (&caps);
  g_array_append_val (self->payloads, payload);

  return TRUE;
}

static gboolean
add_payloads (GstRecStreamDescription * self, const GstSDPMedia * media,
    guint index, GError ** error)
{
  g_autoptr (GString) unknown = g_string_new (NULL);

  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    if (!add_payload (self, media, index, gst_sdp_media_get_format (media, i),
            unknown, error))
      return FALSE;
  }

  if (self->payloads->len == 0) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
        "m-section %u of the SDP (%.16s) has no codec that can be recorded "
        "(unknown: %s): VP8, VP9 or H264 for video, opus, PCMU or PCMA for "
        "audio", index, gst_sdp_media_get_media (media),
        unknown->len ? unknown->str : "none");
    return FALSE;
  }
  if (unknown->len > 0)
    GST_WARNING ("m-section %u: ignoring %s", index, unknown->str);

  return TRUE;
}

/* a=rtcp:PORT [nettype addrtype address] (RFC 3605) */
static gboolean
set_ports (GstRecStreamDescription * self, const GstSDPMedia * media,
    guint index, GError ** error)
{
  const gchar *rtcp = gst_sdp_media_get_attribute_val (media, "rtcp");
  guint port = gst_sdp_media_get_port (media);
  guint64 rtcp_port = (guint64) port + 1;

  if (rtcp)
    rtcp_port = g_ascii_strtoull (rtcp, NULL, 10);
  if (self->is_tcp || gst_sdp_media_get_attribute_val (media, "rtcp-mux"))
    rtcp_port = port;

  if (port > 65535 || rtcp_port == 0 || rtcp_port > 65535) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "m-section %u of the SDP has a port outside 1 to 65535 (RTP %u, "
        "RTCP %" G_GUINT64_FORMAT ")", index, port, rtcp_port);
    return FALSE;
  }

  self->rtp_port = port;
  self->rtcp_port = rtcp_port;

  return TRUE;
}

/* In the media section or, for all of them, before the first (RFC 4145, 4). */
static gboolean
set_setup (GstRecStreamDescription * self, const GstSDPMessage * sdp,
    const GstSDPMedia * media, guint index, GError ** error)
{
  const gchar *setup = gst_sdp_media_get_attribute_val (media, "setup");

  if (setup == NULL)
    setup = gst_sdp_message_get_attribute_val (sdp, "setup");
  if (setup == NULL || g_str_equal (setup, "passive")
      || g_str_equal (setup, "actpass")) {
    self->setup = GST_REC_SETUP_PASSIVE;
    return TRUE;
  }
  if (g_str_equal (setup, "active")) {
    self->setup = GST_REC_SETUP_ACTIVE;
    return TRUE;
  }

  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "m-section %u of the SDP has 'a=setup:%.16s'; it must be passive (the "
      "sender sends to us) or active (we send first)", index, setup);
  return FALSE;
}

static gboolean
set_address (GstRecStreamDescription * self, const GstSDPMessage * sdp,
    const GstSDPMedia * media, guint index, GError ** error)
{
  const GstSDPConnection *conn = gst_sdp_message_get_connection (sdp);
  g_autoptr (GInetAddress) address = NULL;
  g_auto (GStrv) parts = NULL;

  if (gst_sdp_media_connections_len (media) > 0)
    conn = gst_sdp_media_get_connection (media, 0);

  if (conn == NULL || conn->address == NULL || *conn->address == '\0') {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "m-section %u of the SDP has no address to bind: add a line "
        "'c=IN IP4 ADDRESS' (0.0.0.0 for every interface)", index);
    return FALSE;
  }

  parts = g_strsplit (conn->address, "/", 2);   /* without TTL and count */
  address = g_inet_address_new_from_string (parts[0]);
  if (address == NULL) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "The address '%.64s' in the c= line of the SDP is not an IP address of "
        "this machine: write it in numbers", conn->address);
    return FALSE;
  }

  self->address = g_inet_address_to_string (address);

  return TRUE;
}

static gboolean
set_protocol (GstRecStreamDescription * self, const GstSDPMedia * media,
    guint index, GstRecProtocol protocol, GError ** error)
{
  static const gchar *const plain[] = { "RTP/AVP", "RTP/AVPF", NULL };
  static const gchar *const secure[] = { "RTP/SAVP", "RTP/SAVPF", NULL };
  const gchar *proto = gst_sdp_media_get_proto (media);
  const gchar *profile = proto ? proto : "";

  self->is_tcp = protocol == GST_REC_PROTOCOL_TCP
      || g_str_has_prefix (profile, "TCP/");
  if (g_str_has_prefix (profile, "TCP/"))
    profile += strlen ("TCP/");
  self->is_secure = g_strv_contains (secure, profile);
  if (self->is_secure || g_strv_contains (plain, profile))
    return TRUE;

  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "m-section %u of the SDP asks for '%.32s'; this version receives RTP/AVP, "
      "RTP/AVPF, RTP/SAVP and RTP/SAVPF over UDP or, with 'TCP/' before it, TCP",
      index, proto ? proto : "");
  return FALSE;
}

static gboolean
set_key (GstRecSrtpKey ** key, const gchar * sdp, guint index,
    const gchar * attribute, GError ** error)
{
  GError *reason = NULL;

  *key = gst_rec_srtp_key_find (sdp, index, attribute, &reason);
  if (reason == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, reason, "m-section %u of the SDP, a=%s: ",
      index, attribute);

  return FALSE;
}

/* TRUE and no stream: a section without media for us. */
static gboolean
parse_media (const gchar * text, const GstSDPMessage * sdp,
    const GstSDPMedia * media, guint index, GstRecProtocol protocol,
    GstRecStreamDescription ** stream, GError ** error)
{
  const gchar *kind = gst_sdp_media_get_media (media);
  g_autoptr (GstRecStreamDescription) self = NULL;

  *stream = NULL;
  if (gst_sdp_media_get_port (media) == 0)
    return TRUE;                /* declined by the offerer (RFC 3264, 6) */
  if (g_strcmp0 (kind, "video") != 0 && g_strcmp0 (kind, "audio") != 0) {
    GST_WARNING ("m-section %u: ignoring media '%.16s'", index, kind);
    return TRUE;
  }

  self = stream_description_new ();
  if (!set_protocol (self, media, index, protocol, error)
      || !set_key (&self->receive_key, text, index, "crypto", error)
      || !set_key (&self->send_key, text, index, "x-crypto-send", error)
      || !set_setup (self, sdp, media, index, error)
      || !set_address (self, sdp, media, index, error)
      || !set_ports (self, media, index, error)
      || !add_payloads (self, media, index, error))
    return FALSE;

  *stream = g_steal_pointer (&self);
  return TRUE;
}

static gboolean
content_is (const GstSDPMedia * media, const gchar * value)
{
  const gchar *content = gst_sdp_media_get_attribute_val (media, "content");
  g_auto (GStrv) values = NULL;

  if (content == NULL)
    return FALSE;
  values = g_strsplit (content, ",", 8);

  return g_strv_contains ((const gchar * const *) values, value);
}

static gboolean
take_role (GstRecStreamDescription * stream, GstRecRole role,
    gboolean taken[2], guint index, GError ** error)
{
  if (taken[role]) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "m-section %u of the SDP would be a second %s: a session has one "
        "screen (a=content:slides) and one webcam (a=content:main)", index,
        gst_rec_role_name (role));
    return FALSE;
  }

  taken[role] = TRUE;
  stream->role = role;
  stream->pad_name = g_strdup (gst_rec_role_name (role));

  return TRUE;
}

/* Sections that say what they are come first, the others take what is left:
 * the screen, then the webcam. */
static gboolean
assign_roles (GPtrArray * streams, GPtrArray * medias, GError ** error)
{
  gboolean taken[2] = { FALSE, FALSE };
  guint n_audio = 0;

  for (guint i = 0; i < streams->len; i++) {
    GstRecStreamDescription *stream = g_ptr_array_index (streams, i);
    const GstSDPMedia *media = g_ptr_array_index (medias, i);

    if (g_str_equal (gst_sdp_media_get_media (media), "audio")) {
      stream->role = GST_REC_ROLE_AUDIO;
      stream->pad_name = g_strdup_printf ("audio_%u", n_audio++);
    } else if (content_is (media, "slides")) {
      if (!take_role (stream, GST_REC_ROLE_SCREEN, taken, i, error))
        return FALSE;
    } else if (content_is (media, "main") || content_is (media, "speaker")) {
      if (!take_role (stream, GST_REC_ROLE_WEBCAM, taken, i, error))
        return FALSE;
    }
  }

  for (guint i = 0; i < streams->len; i++) {
    GstRecStreamDescription *stream = g_ptr_array_index (streams, i);
    GstRecRole role =
        taken[GST_REC_ROLE_SCREEN] ? GST_REC_ROLE_WEBCAM : GST_REC_ROLE_SCREEN;

    if (!stream->pad_name && !take_role (stream, role, taken, i, error))
      return FALSE;
  }

  return TRUE;
}

/* Only ports of our own are taken once. */
static gboolean
share_address (const GstRecStreamDescription * a,
    const GstRecStreamDescription * b)
{
  static const gchar *const any[] = { "0.0.0.0", "::", NULL };

  if (a->setup == GST_REC_SETUP_ACTIVE || b->setup == GST_REC_SETUP_ACTIVE
      || a->is_tcp != b->is_tcp)
    return FALSE;

  return g_str_equal (a->address, b->address)
      || g_strv_contains (any, a->address)
      || g_strv_contains (any, b->address);
}

static gboolean
check_ports_differ (GPtrArray * streams, GError ** error)
{
  for (guint i = 0; i < streams->len; i++) {
    const GstRecStreamDescription *a = g_ptr_array_index (streams, i);

    for (guint j = 0; j < i; j++) {
      const GstRecStreamDescription *b = g_ptr_array_index (streams, j);

      if (share_address (a, b)
          && (a->rtp_port == b->rtp_port || a->rtp_port == b->rtcp_port
              || a->rtcp_port == b->rtp_port
              || a->rtcp_port == b->rtcp_port)) {
        g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
            "The streams %s and %s of the SDP share a port (%u, %u): every "
            "stream needs ports of its own", b->pad_name, a->pad_name,
            a->rtp_port, a->rtcp_port);
        return FALSE;
      }
    }
  }

  return TRUE;
}

const gchar *
gst_rec_role_name (GstRecRole role)
{
  static const gchar *const names[] = { "screen", "webcam", "audio" };

  return names[role];
}

const GstRecPayload *
gst_rec_stream_description_find_payload (const GstRecStreamDescription * self,
    guint8 pt)
{
  for (guint i = 0; i < self->payloads->len; i++) {
    const GstRecPayload *p = &g_array_index (self->payloads, GstRecPayload, i);

    if (p->pt == pt)
      return p;
  }

  return NULL;
}

/* Which format is sent again as @rtx_pt, NULL if that is no retransmission. */
const GstRecPayload *
gst_rec_stream_description_find_original (const GstRecStreamDescription *
    self, guint8 rtx_pt)
{
  for (guint i = 0; i < self->retransmissions->len; i++) {
    const GstRecRetransmission *rtx =
        &g_array_index (self->retransmissions, GstRecRetransmission, i);

    if (rtx->pt == rtx_pt)
      return gst_rec_stream_description_find_payload (self, rtx->original_pt);
  }

  return NULL;
}

gboolean
gst_rec_stream_description_ignores (const GstRecStreamDescription * self,
    guint8 pt)
{
  return self->ignored->len > 0
      && memchr (self->ignored->data, pt, self->ignored->len) != NULL;
}

/* Nothing that should be encrypted is received or sent in the clear. */
gboolean
gst_rec_stream_description_check_security (const GstRecStreamDescription *
    self, gboolean required, GError ** error)
{
  const gchar *reason = NULL;

  if (self->receive_key)
    return TRUE;
  if (self->send_key)
    reason = "has a key for what we send, and none for what comes";
  else if (self->is_secure)
    reason = "is SRTP and has no key";
  else if (required)
    reason = "is plain RTP, which 'srtp-required' refuses";
  if (reason == NULL)
    return TRUE;

  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "The stream %s %s: add a line 'a=crypto:1 SUITE inline:KEY' to its "
      "m-section, or a field to 'srtp-keys'", self->pad_name, reason);

  return FALSE;
}

/* With TCP all sections come over it. Returns the streams
 * (GstRecStreamDescription), at least one. */
GPtrArray *
gst_rec_session_description_parse (const gchar * sdp, GstRecProtocol protocol,
    GError ** error)
{
  g_autoptr (GPtrArray) streams =
      g_ptr_array_new_with_free_func ((GDestroyNotify) stream_description_free);
  g_autoptr (GPtrArray) medias = g_ptr_array_new ();
  g_autoptr (GstSDPMessage) message = NULL;
  g_autofree gchar *shown = NULL;
  gsize size = strlen (sdp);

  if (size > GST_REC_MAX_SDP_SIZE) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "The SDP has %" G_GSIZE_FORMAT " bytes; at most %d are read", size,
        GST_REC_MAX_SDP_SIZE);
    return NULL;
  }

  /* GStreamer would neither wipe its copies of the keys nor hide them. */
  shown = gst_rec_session_description_redact (sdp);
  gst_sdp_message_new (&message);
  if (!g_str_has_prefix (sdp, "v=0") || !g_utf8_validate (sdp, size, NULL)
      || gst_sdp_message_parse_buffer ((const guint8 *) shown, strlen (shown),
          message) != GST_SDP_OK || gst_sdp_message_medias_len (message) == 0) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "This is not an SDP: it must be UTF-8, begin with 'v=0' and have a line "
        "'m=video PORT RTP/AVP PT' or 'm=audio PORT RTP/AVP PT' a stream");
    return NULL;
  }

  for (guint i = 0; i < gst_sdp_message_medias_len (message); i++) {
    const GstSDPMedia *media = gst_sdp_message_get_media (message, i);
    GstRecStreamDescription *stream;

    if (!parse_media (sdp, message, media, i, protocol, &stream, error))
      return NULL;
    if (stream == NULL)
      continue;
    g_ptr_array_add (streams, stream);
    g_ptr_array_add (medias, (gpointer) media);
    if (streams->len > GST_REC_MAX_STREAMS) {
      g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
          "The SDP has more than %d streams", GST_REC_MAX_STREAMS);
      return NULL;
    }
  }

  if (streams->len == 0) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
        "The SDP has no video or audio stream that is switched on (port not "
        "0)");
    return NULL;
  }

  if (!assign_roles (streams, medias, error)
      || !check_ports_differ (streams, error))
    return NULL;

  return g_steal_pointer (&streams);
}

static gboolean
carries_key (const gchar * line)
{
  static const gchar *const secrets[] = {
    "a=crypto", "a=x-crypto-send", "a=key-mgmt", "k="
  };

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    if (g_ascii_strncasecmp (line, secrets[i], strlen (secrets[i])) == 0)
      return TRUE;
  }

  return FALSE;
}

/* The SDP as it may be shown: without the lines that carry keys (RFC 4568,
 * RFC 4567). */
gchar *
gst_rec_session_description_redact (const gchar * sdp)
{
  GString *shown = g_string_new (NULL);

  while (*sdp) {
    const gchar *line = sdp + strspn (sdp, "\r\n\t\f ");
    gsize length = strcspn (line, "\r\n");

    if (length > 0 && !carries_key (line)) {
      g_string_append_len (shown, line, length);
      g_string_append (shown, "\r\n");
    }
    sdp = line + length;
  }

  return g_string_free (shown, FALSE);
}
