/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */

/* Takes all datagrams that wait on a socket by one system call. A picture comes
 * as a burst of packets, and with udpsrc each of them cost two calls and mostly
 * a change of threads: half of what receiving costs. */

#define _GNU_SOURCE             /* recvmmsg */
#include "gstrecudpsrc.h"

#include <errno.h>
#include <gst/net/net.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

GST_DEBUG_CATEGORY_EXTERN (gst_rec_rtp_record_src_debug);
#define GST_CAT_DEFAULT gst_rec_rtp_record_src_debug

#define BATCH 32

/* The largest that UDP has; memory is used as far as datagrams reach. */
#define MAX_DATAGRAM 65536

/* Pictures are paced by the sender; so short a wait lets most of one gather.
 * When each packet came is the kernel's word. */
#define GATHER_MS 2

/* A wall clock that was set between kernel and here */
#define MAX_DELAY GST_SECOND

#define DEFAULT_GATHER TRUE

enum
{
  PROP_0,
  PROP_GATHER,
};

struct _GstRecUdpSrc
{
  GstPushSrc parent;

  GSocket *socket;
  gboolean gather;              /* set before READY */
  GCancellable *cancellable;

  /* streaming thread */
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  struct sockaddr_storage addresses[BATCH];
  guint8 control[BATCH][CMSG_SPACE (sizeof (struct timespec))];
  guint8 *data;
  guint n_messages, next;       /* of those that came, and to hand on */
  GstClockTime now, wall;       /* when they did; running time, since 1970 */
  struct sockaddr_storage last_native;
  GSocketAddress *last_address; /* of last_native */
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstRecUdpSrc, gst_rec_udp_src, GST_TYPE_PUSH_SRC);

static GSocketAddress *
get_address (GstRecUdpSrc * self, const struct msghdr *header)
{
  gsize size = header->msg_namelen;

  if (self->last_address == NULL
      || memcmp (&self->last_native, header->msg_name, size) != 0) {
    g_clear_object (&self->last_address);
    self->last_address = g_socket_address_new_from_native (header->msg_name,
        size);
    memset (&self->last_native, 0, sizeof self->last_native);
    memcpy (&self->last_native, header->msg_name, size);
  }

  return self->last_address;
}

/* How long ago the kernel had it. */
static GstClockTime
get_delay (struct msghdr *header, GstClockTime wall)
{
  for (struct cmsghdr * c = CMSG_FIRSTHDR (header); c;
      c = CMSG_NXTHDR (header, c)) {
    struct timespec t;
    GstClockTime at;

    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS
        || c->cmsg_len < CMSG_LEN (sizeof t))
      continue;
    memcpy (&t, CMSG_DATA (c), sizeof t);
    at = GST_TIMESPEC_TO_TIME (t);
    if (at <= wall && wall - at < MAX_DELAY)
      return wall - at;
  }

  return 0;
}

static GstClockTime
get_arrival (GstRecUdpSrc * self, struct msghdr *header)
{
  if (!self->gather)
    return self->now;

  return self->now - MIN (self->now, get_delay (header, self->wall));
}

static GstBuffer *
make_buffer (GstRecUdpSrc * self, guint i)
{
  struct msghdr *header = &self->messages[i].msg_hdr;
  gsize size = self->messages[i].msg_len;       /* which may be 0 */
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GSocketAddress *address = get_address (self, header);

  gst_buffer_fill (buffer, 0, self->parts[i].iov_base, size);
  if (address)
    gst_buffer_add_net_address_meta (buffer, address);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) =
      get_arrival (self, header);

  return buffer;
}

static void
prepare_messages (GstRecUdpSrc * self)
{
  for (guint i = 0; i < BATCH; i++) {
    self->parts[i] = (struct iovec) {
    self->data + i * MAX_DATAGRAM, MAX_DATAGRAM};
    self->messages[i].msg_hdr = (struct msghdr) {
      .msg_name = &self->addresses[i],
      .msg_namelen = sizeof self->addresses[i],
      .msg_iov = &self->parts[i],.msg_iovlen = 1,
      .msg_control = self->control[i],
      .msg_controllen = sizeof self->control[i],
    };
  }
}

/* FALSE: somebody wants us to stop. */
static gboolean
wait_for_datagrams (GstRecUdpSrc * self)
{
  GPollFD control = { 0, };
  struct pollfd fds[2] = {
    {.fd = g_socket_get_fd (self->socket),.events = POLLIN},
  };
  gboolean can_cancel =
      g_cancellable_make_pollfd (self->cancellable, &control);

  fds[1] = (struct pollfd) {.fd = can_cancel ? control.fd : -1,
    .events = POLLIN};
  while (poll (fds, 2, -1) < 0 && errno == EINTR);
  if (self->gather && fds[1].revents == 0)
    poll (fds + 1, 1, GATHER_MS);
  if (can_cancel)
    g_cancellable_release_fd (self->cancellable);

  return !g_cancellable_is_cancelled (self->cancellable);
}

/* FALSE: somebody wants us to stop. An error is of one datagram (an ICMP message
 * that came back). */
static gboolean
receive (GstRecUdpSrc * self)
{
  gint n;

  do {
    if (!wait_for_datagrams (self))
      return FALSE;
    prepare_messages (self);
    n = recvmmsg (g_socket_get_fd (self->socket), self->messages, BATCH,
        MSG_DONTWAIT, NULL);
  } while (n <= 0);

  self->n_messages = n;
  self->next = 0;
  self->now = gst_element_get_current_running_time (GST_ELEMENT (self));
  if (self->now == GST_CLOCK_TIME_NONE)
    self->now = 0;
  self->wall = g_get_real_time () * GST_USECOND;

  return TRUE;
}

/* One by one: GstBaseSrc of 1.22 stumbles over a list when it is stopped. */
static GstFlowReturn
gst_rec_udp_src_create (GstPushSrc * src, GstBuffer ** buffer)
{
  GstRecUdpSrc *self = GST_REC_UDP_SRC (src);

  if (self->next == self->n_messages && !receive (self))
    return GST_FLOW_FLUSHING;
  *buffer = make_buffer (self, self->next++);

  return GST_FLOW_OK;
}

static gboolean
gst_rec_udp_src_unlock (GstBaseSrc * src)
{
  g_cancellable_cancel (GST_REC_UDP_SRC (src)->cancellable);

  return TRUE;
}

static gboolean
gst_rec_udp_src_unlock_stop (GstBaseSrc * src)
{
  g_cancellable_reset (GST_REC_UDP_SRC (src)->cancellable);

  return TRUE;
}

static gboolean
gst_rec_udp_src_start (GstBaseSrc * src)
{
  GST_REC_UDP_SRC (src)->data = g_malloc (BATCH * MAX_DATAGRAM);

  return TRUE;
}

static gboolean
gst_rec_udp_src_stop (GstBaseSrc * src)
{
  GstRecUdpSrc *self = GST_REC_UDP_SRC (src);

  self->n_messages = self->next = 0;
  g_clear_pointer (&self->data, g_free);
  g_clear_object (&self->last_address);

  return TRUE;
}

static void
gst_rec_udp_src_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec G_GNUC_UNUSED)
{
  if (id == PROP_GATHER)
    GST_REC_UDP_SRC (object)->gather = g_value_get_boolean (value);
}

static void
gst_rec_udp_src_finalize (GObject * object)
{
  GstRecUdpSrc *self = GST_REC_UDP_SRC (object);

  g_clear_object (&self->socket);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (gst_rec_udp_src_parent_class)->finalize (object);
}

static void
gst_rec_udp_src_init (GstRecUdpSrc * self)
{
  self->cancellable = g_cancellable_new ();
  self->gather = DEFAULT_GATHER;
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
}

static void
gst_rec_udp_src_class_init (GstRecUdpSrcClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_rec_udp_src_finalize;
  G_OBJECT_CLASS (klass)->set_property = gst_rec_udp_src_set_property;
  /* for the tests, which have a clock of their own */
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_GATHER,
      g_param_spec_boolean ("gather", "Gather", "Wait a little for more, and "
          "take the time of a datagram from the kernel", DEFAULT_GATHER,
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  base_class->start = gst_rec_udp_src_start;
  base_class->stop = gst_rec_udp_src_stop;
  base_class->unlock = gst_rec_udp_src_unlock;
  base_class->unlock_stop = gst_rec_udp_src_unlock_stop;
  GST_PUSH_SRC_CLASS (klass)->create = gst_rec_udp_src_create;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Datagram source",
      "Source/Network", "Receives datagrams, all that are there at once",
      "the gst-plugins-recording authors");
}

GstElement *
gst_rec_udp_src_new (GSocket * socket)
{
  GstRecUdpSrc *self = g_object_new (GST_TYPE_REC_UDP_SRC, NULL);
  const gint yes = 1;

  self->socket = g_object_ref (socket);
  g_socket_set_option (socket, SOL_SOCKET, SO_TIMESTAMPNS, yes, NULL);

  return GST_ELEMENT (self);
}
