/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* SRTP and SRTCP (RFC 3711, RFC 7714) by libsrtp. Packets are changed in
 * place. An SSRC costs memory only after a packet of it proved to be
 * authentic. */

#include "srtp.h"

#include <arpa/inet.h>
#include <string.h>
#include <srtp2/srtp.h>

/* The replay window: packets that RTX or a bad line brings late. */
#define WINDOW 1024

/* Each has a replay window. A sender has two or three at a time; the one that
 * was silent for longest goes. */
#define MAX_SSRCS 32

/* How many roll-over counts are tried for a sender that we met late, one a
 * packet and not more often than that: each takes a key derivation. The count
 * is odd, so that two senders by turns both get all of them. */
#define MAX_ROC_GUESSES 255
#define ROC_GUESS_INTERVAL (5 * GST_MSECOND)
#define MAX_GUESSED_SIZE 2048

typedef struct
{
  guint32 ssrc;
  guint16 seq;                  /* of the last authentic packet of RTP */
  gboolean failed;              /* the last packet was not authentic */
} Sender;

struct _GstRecSrtp
{
  GMutex lock;

  /* by lock */
  GstRecSrtpKey *key;           /* of what is received, or NULL */
  srtp_t receiver;              /* or NULL */
  srtp_t sender;                /* or NULL */
  Sender senders[MAX_SSRCS];    /* proven, the latest first */
  guint n_senders;
  guint n_guesses;
  GstClockTime last_guess;      /* running time, or NONE */
};

/* It returns an error where somebody else in the process did so before us, such
 * as GStreamer's own SRTP elements: only a context tells whether it works. */
static void
init_library (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    srtp_init ();
    g_once_init_leave (&once, 1);
  }
}

static void
set_policy (srtp_policy_t * policy, GstRecSrtpSuite suite)
{
  switch (suite) {
    case GST_REC_SRTP_AES_CM_128_HMAC_SHA1_80:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80 (&policy->rtp);
      break;
    case GST_REC_SRTP_AES_CM_128_HMAC_SHA1_32:
      /* its SRTCP has a tag of 80 bits (RFC 4568, 6.2.2) */
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32 (&policy->rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80 (&policy->rtcp);
      return;
    case GST_REC_SRTP_AEAD_AES_128_GCM:
      srtp_crypto_policy_set_aes_gcm_128_16_auth (&policy->rtp);
      break;
    case GST_REC_SRTP_AEAD_AES_256_GCM:
      srtp_crypto_policy_set_aes_gcm_256_16_auth (&policy->rtp);
      break;
  }
  policy->rtcp = policy->rtp;
}

/* It refers to the key. */
static srtp_policy_t
make_policy (const GstRecSrtpKey * key, srtp_ssrc_type_t type, guint32 ssrc)
{
  srtp_policy_t policy = {
    .ssrc = {.type = type,.value = ssrc},
    .key = (guint8 *) key->data,
    .window_size = WINDOW,
  };

  set_policy (&policy, key->suite);

  return policy;
}

static gboolean
make_context (srtp_t * context, const GstRecSrtpKey * key,
    srtp_ssrc_type_t type, GError ** error)
{
  srtp_policy_t policy;

  if (key == NULL)
    return TRUE;

  policy = make_policy (key, type, 0);
  init_library ();
  if (srtp_create (context, &policy) == srtp_err_status_ok)
    return TRUE;

  g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "libsrtp cannot use the SRTP key: is it built with this suite (AES GCM "
      "needs NSS or OpenSSL)?");

  return FALSE;
}

/* Either key may be NULL. */
GstRecSrtp *
gst_rec_srtp_new (const GstRecSrtpKey * receive, const GstRecSrtpKey * send,
    GError ** error)
{
  g_autoptr (GstRecSrtp) self = g_new0 (GstRecSrtp, 1);

  g_mutex_init (&self->lock);
  self->last_guess = GST_CLOCK_TIME_NONE;
  if (receive)
    self->key = gst_rec_srtp_key_copy (receive);
  if (!make_context (&self->receiver, receive, ssrc_any_inbound, error)
      || !make_context (&self->sender, send, ssrc_any_outbound, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* libsrtp wipes the keys it derived. */
void
gst_rec_srtp_free (GstRecSrtp * self)
{
  if (self->receiver)
    srtp_dealloc (self->receiver);
  if (self->sender)
    srtp_dealloc (self->sender);
  gst_rec_srtp_key_free (self->key);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
gst_rec_srtp_sends (const GstRecSrtp * self)
{
  return self->sender != NULL;
}

/* The functions below are called with the lock held. */

static Sender *
find_sender (GstRecSrtp * self, guint32 ssrc)
{
  for (guint i = 0; i < self->n_senders; i++) {
    if (self->senders[i].ssrc == ssrc)
      return &self->senders[i];
  }

  return NULL;
}

static void
note_sender (GstRecSrtp * self, guint32 ssrc, const guint16 * seq)
{
  Sender *known = find_sender (self, ssrc);
  Sender sender = known ? *known : (Sender) {.ssrc = ssrc };
  guint i = known ? known - self->senders : self->n_senders;

  if (i == MAX_SSRCS) {
    i--;
    srtp_remove_stream (self->receiver, htonl (self->senders[i].ssrc));
  } else if (i == self->n_senders) {
    self->n_senders++;
  }
  memmove (self->senders + 1, self->senders, i * sizeof self->senders[0]);

  sender.failed = FALSE;
  if (seq)
    sender.seq = *seq;
  self->senders[0] = sender;
}

/* What a packet's roll-over count may be. Once a sender is known, only a packet
 * that is newer than all before: an old one would be a replay. */
static gboolean
guess_roc (GstRecSrtp * self, const Sender * sender, guint16 seq,
    guint32 * roc)
{
  guint32 current = 0;

  if (sender)
    srtp_get_stream_roc (self->receiver, sender->ssrc, &current);
  *roc = current + self->n_guesses++ % MAX_ROC_GUESSES;

  return sender == NULL || *roc > current || seq > sender->seq;
}

static gboolean
is_authentic (const srtp_policy_t * policy, guint32 roc, guint8 * data,
    int length)
{
  srtp_t trial;
  gboolean ok;

  if (srtp_create (&trial, policy) != srtp_err_status_ok)
    return FALSE;
  ok = srtp_set_stream_roc (trial, policy->ssrc.value, roc)
      == srtp_err_status_ok
      && srtp_unprotect (trial, data, &length) == srtp_err_status_ok;
  srtp_dealloc (trial);

  return ok;
}

/* The count of how often the sequence number rolled over is not in the packet
 * (RFC 3711, 3.3.1). It cannot be known of a sender that had sent for a while
 * before we listened, or that we did not hear for half a roll-over, so it is
 * guessed. */
static gboolean
unprotect_by_guess (GstRecSrtp * self, guint32 ssrc, guint8 * data,
    int *length, const guint8 * original, int size)
{
  const Sender *sender = find_sender (self, ssrc);
  srtp_policy_t policy = make_policy (self->key, ssrc_specific, ssrc);
  guint32 roc;

  if (!guess_roc (self, sender, GST_READ_UINT16_BE (original + 2), &roc))
    return FALSE;
  memcpy (data, original, size);
  if (!is_authentic (&policy, roc, data, size))
    return FALSE;

  memcpy (data, original, size);
  *length = size;
  if (sender)
    srtp_remove_stream (self->receiver, htonl (ssrc));

  return srtp_add_stream (self->receiver, &policy) == srtp_err_status_ok
      && srtp_set_stream_roc (self->receiver, ssrc, roc) == srtp_err_status_ok
      && srtp_unprotect (self->receiver, data, length) == srtp_err_status_ok;
}

static srtp_err_status_t
unprotect_rtp (GstRecSrtp * self, guint32 ssrc, guint8 * data, int *length,
    GstClockTime now)
{
  Sender *sender = find_sender (self, ssrc);
  gboolean may_guess = (sender == NULL || sender->failed)
      && *length <= MAX_GUESSED_SIZE
      && (self->last_guess == GST_CLOCK_TIME_NONE
      || now >= self->last_guess + ROC_GUESS_INTERVAL);
  guint8 original[MAX_GUESSED_SIZE];
  int size = *length;
  srtp_err_status_t status;

  if (may_guess)
    memcpy (original, data, size);
  status = srtp_unprotect (self->receiver, data, length);
  /* "old" is what a packet looks like that jumped by half a roll-over */
  if (status == srtp_err_status_ok || status == srtp_err_status_replay_fail)
    return status;

  if (sender)
    sender->failed = TRUE;
  if (!may_guess)
    return status;
  self->last_guess = now;
  if (unprotect_by_guess (self, ssrc, data, length, original, size))
    return srtp_err_status_ok;

  return status;
}

static GstRecSrtpResult
result (srtp_err_status_t status)
{
  switch (status) {
    case srtp_err_status_ok:
      return GST_REC_SRTP_OK;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old:
    case srtp_err_status_pkt_idx_old:
      return GST_REC_SRTP_REPLAYED;
    default:
      return GST_REC_SRTP_UNAUTHENTIC;
  }
}

/* @data, aligned to 4 bytes, begins with a whole header. */
GstRecSrtpResult
gst_rec_srtp_unprotect (GstRecSrtp * self, guint8 * data, gsize * size,
    gboolean is_rtcp, GstClockTime now)
{
  guint32 ssrc = GST_READ_UINT32_BE (data + (is_rtcp ? 4 : 8));
  guint16 seq = GST_READ_UINT16_BE (data + 2);
  srtp_err_status_t status;
  int length = *size;

  g_mutex_lock (&self->lock);
  status = is_rtcp ? srtp_unprotect_rtcp (self->receiver, data, &length)
      : unprotect_rtp (self, ssrc, data, &length, now);
  if (status == srtp_err_status_ok)
    note_sender (self, ssrc, is_rtcp ? NULL : &seq);
  g_mutex_unlock (&self->lock);
  if (status == srtp_err_status_ok)
    *size = length;

  return result (status);
}

/* @data, aligned to 4 bytes, has room for GST_REC_SRTP_OVERHEAD more bytes. */
gboolean
gst_rec_srtp_protect (GstRecSrtp * self, guint8 * data, gsize * size,
    gboolean is_rtcp)
{
  srtp_err_status_t status;
  int length = *size;

  g_mutex_lock (&self->lock);
  status = is_rtcp ? srtp_protect_rtcp (self->sender, data, &length)
      : srtp_protect (self->sender, data, &length);
  g_mutex_unlock (&self->lock);
  if (status != srtp_err_status_ok)
    return FALSE;
  *size = length;

  return TRUE;
}
